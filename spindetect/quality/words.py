"""Signals of the words: how many, how long, of letters or symbols, with stop words or without.

The rules are those of Gopher (Rae et al. 2021, arXiv:2112.11446) as datatrove 0.10.1 computes them,
with one difference throughout: a word is what white space parts, as in dolma and NeMo Curator,
where datatrove asks spaCy, which takes off punctuation and counts it. The bounds suit such words
better: with spaCy's tokens some 3 % of 2,000 pieces of edited prose had too few words with a
letter, for nothing but their punctuation, and with these none had.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from spindetect.quality.layout import LETTER, WORDLIKE, Keys, Layout, word_keys
from spindetect.quality.measures import Measure, share

# The bounds of this module are those of the Gopher paper, which datatrove has as its defaults.
_WORDS = (50, 100_000)
_WORD_LENGTH = (3, 10)
_MOST_SYMBOLS = 0.1
_LEAST_ALPHA = 0.8
_LEAST_STOP_WORDS = 2

# The paper's list, short on purpose: any English text of fifty words has some of them.
_STOP_WORDS = "the be to of and that have with".split()


def n_words(layout: Layout) -> Measure:
    """Words that are more than symbols: they have a letter, a digit or a combining mark.

    datatrove leaves out words all of whose characters are in a list of its own; here punctuation,
    symbols and control characters of any script make no word.
    """
    wordlike = (layout.word_flags & WORDLIKE) != 0
    return Measure("gopher.n_words", layout.count(layout.word_doc[wordlike]), *_WORDS)


def mean_word_length(layout: Layout) -> Measure:
    """Mean of the characters of a word, among those that `n_words` counts; 0 without any.

    A word's punctuation counts, as nothing parts it from the word; DCLM and NeMo Curator do the
    same.
    """
    wordlike = (layout.word_flags & WORDLIKE) != 0
    doc = layout.word_doc[wordlike]
    size = (layout.word_end - layout.word_start)[wordlike]
    value = share(layout.total(doc, size), layout.count(doc))
    return Measure("gopher.mean_word_length", value, *_WORD_LENGTH)


def symbol_to_word_ratio(layout: Layout) -> Measure:
    """Hash signs or ellipses, whichever are more, for each word; 0 without words.

    The greater of the two ratios, since datatrove holds each of them to the bound. Three full stops
    are an ellipsis as its one character is.
    """
    hashes = np.array([text.count("#") for text in layout.texts], np.int64)
    ellipses = np.array([text.count("...") + text.count("…") for text in layout.texts], np.int64)
    value = share(np.maximum(hashes, ellipses), layout.n_words)
    return Measure("gopher.symbol_to_word_ratio", value, high=_MOST_SYMBOLS)


def alpha_words(layout: Layout) -> Measure:
    """Share of the words that have a letter; 0 without words."""
    alpha = (layout.word_flags & LETTER) != 0
    value = share(layout.count(layout.word_doc[alpha]), layout.n_words)
    return Measure("gopher.alpha_words", value, low=_LEAST_ALPHA)


def stop_words(layout: Layout) -> Measure:
    """How many of eight stop words occur as words, in lower case, each counted once.

    As in datatrove; dolma and DCLM count repetitions. A stop word with a comma behind it is no
    match.
    """
    found = np.zeros(len(layout.texts), np.int64)
    for key in _stop_word_keys():
        found += layout.count(layout.word_doc[layout.word_key == key]) > 0
    return Measure("gopher.stop_words", found, low=_LEAST_STOP_WORDS)


@cache
def _stop_word_keys() -> Keys:
    """Keys of the stop words."""
    return word_keys(_STOP_WORDS)

"""Signals of a language model: how usual the words are where they stand, and in which language.

The model is the project's own trigram model of English. A text of another language is measured like
any other, and is unusual English.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

import spindetect
from spindetect.classifier import read_classifier, read_tables
from spindetect.language import identify
from spindetect.ngrams import FIRST_WORD, TABLES, UNKNOWN_ID, NgramModel
from spindetect.quality.keys import Ints
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, chosen, share
from spindetect.quality.segments import Words
from spindetect.tokens import Tokens
from spindetect.windows import contexts

# Means over the words that the score goes by.
MEANS = ("surprisal", "match_order", "unknown_words")

# The most bits that a mean is raised to the power of, so that JSON can hold it.
_MOST_BITS = 64


@dataclass(frozen=True, slots=True)
class Read:
    """What the language model says of the own words of a batch.

    Attributes
    ----------
    bits : float64 array, shape (words,)
        Surprisal of each, given the two before, in bits.
    unigram : float64 array, shape (words,)
        log2 probability of each, whatever stands before.
    order : int64 array, shape (words,)
        Length of the longest n-gram that matched, 1 to 3.
    unknown : bool array, shape (words,)
        Whether it is none of the model's words.
    """

    bits: npt.NDArray[np.float64]
    unigram: npt.NDArray[np.float64]
    order: npt.NDArray[np.int64]
    unknown: npt.NDArray[np.bool_]


def perplexity(words: Words) -> Measure:
    """Perplexity of the words under the trigram model; 1 without words.

    Unit: words. Range: [1, inf). Source: CCNet (there a model of Wikipedia), data-juicer.
    """
    return Measure(2 ** np.minimum(np.asarray(surprisal(words).values), _MOST_BITS))


def surprisal(words: Words) -> Measure:
    """Mean surprisal of a word under the trigram model; 0 without words.

    Unit: bits a word. Range: [0, inf). Source: own; the logarithm of `perplexity`.
    """
    return _mean(words.layout, read(words.layout).bits)


def unigram_log_probability(words: Words) -> Measure:
    """Mean log10 probability of a word by itself; 0 without words.

    Unit: log10. Range: (-inf, 0]. Source: datatrove, dolma (there with natural logarithms).
    """
    return _mean(words.layout, read(words.layout).unigram * np.log10(2))


def trigram_share(words: Words) -> Measure:
    """Share of the words that the model has met behind the two before them.

    Unit: share of words. Range: [0, 1]. Source: own.
    """
    return _mean(words.layout, read(words.layout).order == 3)


def match_order(words: Words) -> Measure:
    """Mean length of the longest sequence of words that the model has met, up to each word.

    Unit: words. Range: [1, 3], or 0 without words. Source: own.
    """
    return _mean(words.layout, read(words.layout).order)


def unknown_words(words: Words) -> Measure:
    """Share of the words that are not in the vocabulary of the model.

    Unit: share of words. Range: [0, 1]. Source: TextDescriptives (`oov_ratio`).
    """
    unknown = read(words.layout).unknown
    own = words.layout.own_words
    return Measure(share(own.count(unknown), own.n), chosen(own, unknown))


def english(words: Words) -> Measure:
    """How sure it is that the text is English; 0 if it is taken for another language.

    Unit: probability. Range: [0, 1]. Source: all systems.
    """
    found = [identify(text) for text in words.layout.texts]
    return Measure(np.array([sure if code == "en" else 0.0 for code, sure in found]))


def means(layout: Layout) -> npt.NDArray[np.float64]:
    """What the score needs of the language model, columns as in `MEANS`, rows of documents.

    Whoever has read the words already can put it in the layout's place for it.
    """
    return layout.shared("means", lambda: _means(layout))


def read(layout: Layout) -> Read:
    """What the language model says of the own words, found once."""
    return layout.shared("language model", lambda: _read(layout))


@cache
def ngrams() -> NgramModel:
    """The language model of the bundled model."""
    return NgramModel.from_tables(_tables(TABLES))


@cache
def vocabulary() -> tuple[list[str], npt.NDArray[np.float32]]:
    """Words of the language model, and the log2 probability of each."""
    found = _tables(("words", "unigrams"))
    words = found["words"].tobytes().decode("utf-8").split("\n")[:-1]
    return words, found["unigrams"][FIRST_WORD:].astype(np.float32)


def _tables(names: tuple[str, ...]) -> dict[str, npt.NDArray[np.generic]]:
    """Tables of the bundled model."""
    folder = Path(spindetect.__file__).parent / "model"
    digests = read_classifier(folder).tables
    return read_tables(folder, {name: digests[name] for name in names})


def _read(layout: Layout) -> Read:
    """What the language model says of the own words."""
    none = np.zeros(0)
    parts = [Read(none, none, none.astype(np.int64), none.astype(np.bool_))]
    parts += [_read_tokens(tokens) for _, tokens in layout.tokens]
    return Read(
        np.concatenate([part.bits for part in parts]),
        np.concatenate([part.unigram for part in parts]),
        np.concatenate([part.order for part in parts]),
        np.concatenate([part.unknown for part in parts]),
    )


def _read_tokens(tokens: Tokens) -> Read:
    """What the language model says of the words of a batch of pieces."""
    model = ngrams()
    ids = model.token_ids(tokens)
    bits, _, order = model.logprob(*contexts(ids), ids)
    word = tokens.is_word
    return Read(
        -bits[word].astype(np.float64),
        model.unigrams[ids[word]].astype(np.float64),
        order[word].astype(np.int64),
        ids[word] == UNKNOWN_ID,
    )


def _means(layout: Layout) -> npt.NDArray[np.float64]:
    """Means over the own words, added up batch by batch."""
    sums = np.zeros((len(layout), len(MEANS) + 1))
    for doc, found in _each_read(layout):
        columns = (found.bits, found.order, found.unknown, np.ones(len(doc)))
        for column, amount in enumerate(columns):
            sums[:, column] += np.bincount(doc, amount, minlength=len(layout))
    return sums[:, :-1] / np.maximum(sums[:, -1:], 1)


def _each_read(layout: Layout) -> Iterator[tuple[Ints, Read]]:
    """Documents of own words and what the model says of them, to read once.

    All of them, if a signal has had them read; else batch by batch, and nothing is kept.
    """
    if layout.has("language model"):
        yield layout.own_words.doc, read(layout)
        return
    for batch, tokens in layout.each_tokens():
        document = np.array([piece.document for piece in batch])
        yield document[tokens.doc[tokens.is_word]], _read_tokens(tokens)


def _mean(layout: Layout, amount: npt.NDArray[np.generic]) -> Measure:
    """Mean over the own words of each document."""
    own = layout.own_words
    return Measure(share(own.total(amount), own.n))

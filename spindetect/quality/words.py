"""Signals of the words: how many, how long, of letters or symbols, with stop words or without.

What a word is, the preset decides: what white space parts, the project's own tokens, or the words
that a caller gives.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from spindetect.quality.characters import (
    ALNUM,
    ASCII_LETTER,
    LETTER,
    LOWER,
    NOT_SYMBOL,
    UPPER,
    WORDLIKE,
    properties,
)
from spindetect.quality.measures import Measure, chosen, deviation, mean, median, quotient, share
from spindetect.quality.segments import Words


def n_words(words: Words) -> Measure:
    """Words.

    Unit: words. Range: [0, inf). Source: all systems.
    """
    return Measure(words.n)


def n_alnum_words(words: Words) -> Measure:
    """Words that begin with a letter or digit.

    Unit: words. Range: [0, words]. Source: DCLM.
    """
    layout = words.layout
    return Measure(words.count((properties(layout.points[words.start]) & ALNUM) != 0))


def n_filled_words(words: Words) -> Measure:
    """Words with a character that is neither punctuation nor a control character.

    Which characters these are, a list of datatrove says (`spindetect.quality.characters`).

    Unit: words. Range: [0, inf). Source: Gopher (arXiv:2112.11446), datatrove.
    """
    return Measure(words.count(words.having(NOT_SYMBOL)))


def mean_filled_word_length(words: Words) -> Measure:
    """Mean of the characters of the words that `n_filled_words` counts; 0 without any.

    Unit: characters. Range: [0, inf). Source: Gopher, datatrove.
    """
    return Measure(_mean_size(words, words.having(NOT_SYMBOL)))


def n_wordlike(words: Words) -> Measure:
    """Words with a letter, a digit or a mark that combines, of any script.

    Unit: words. Range: [0, inf). Source: own, after Gopher.
    """
    return Measure(words.count(words.having(WORDLIKE)))


def mean_wordlike_length(words: Words) -> Measure:
    """Mean of the characters of the words that `n_wordlike` counts; 0 without any.

    Unit: characters. Range: [0, inf). Source: own, after Gopher.
    """
    return Measure(_mean_size(words, words.having(WORDLIKE)))


def n_unique_words(words: Words) -> Measure:
    """Different words; letter case counts.

    Unit: words. Range: [0, words]. Source: datatrove, RedPajama-v2.
    """
    return Measure(words.n - words.count(words.is_repeat))


def unique_words(words: Words) -> Measure:
    """Different words for each word.

    Unit: share of words. Range: [0, 1]. Source: RedPajama-v2, datatrove.
    """
    return Measure(share(words.n - words.count(words.is_repeat), words.n))


def unigram_entropy(words: Words) -> Measure:
    """Entropy of the distribution of the words of the document, with the natural logarithm.

    Unit: nats. Range: [0, ln(words)]. Source: RedPajama-v2.
    """
    found = words.copies
    doc = words.doc[found.first]
    part = found.count / words.n[doc]
    value = np.bincount(doc, -part * np.log(part), minlength=len(words.layout))
    # What is not among the copies occurs once.
    once = share(words.n - words.count(words.is_copied), words.n)
    return Measure(np.maximum(value + once * np.log(np.maximum(words.n, 1)), 0))


def mean_word_length(words: Words) -> Measure:
    """Mean of the characters of a word; 0 without any.

    Unit: characters. Range: [0, inf). Source: DCLM, NeMo Curator, RedPajama-v2, TextDescriptives.
    """
    return Measure(mean(words))


def median_word_length(words: Words) -> Measure:
    """Median of the characters of a word; 0 without any.

    Unit: characters. Range: [0, inf). Source: dolma.
    """
    return Measure(median(words))


def sd_word_length(words: Words) -> Measure:
    """Standard deviation of the characters of a word; 0 without any.

    Unit: characters. Range: [0, inf). Source: TextDescriptives.
    """
    return Measure(deviation(words))


def longest_word(words: Words) -> Measure:
    """Characters of the longest word; 0 without any.

    Unit: characters. Range: [0, inf). Source: NeMo Curator.
    """
    longest = words.most(words.size)
    return Measure(longest, chosen(words, words.size == longest[words.doc]))


def short_words(words: Words, most: int) -> Measure:
    """Share of the words of at most so many characters.

    Unit: share of words. Range: [0, 1]. Source: datatrove.
    """
    return Measure(share(words.count(words.size <= most), words.n))


def long_words(words: Words, least: int) -> Measure:
    """Share of the words of at least so many characters.

    Unit: share of words. Range: [0, 1]. Source: datatrove.
    """
    return Measure(share(words.count(words.size >= least), words.n))


def alpha_words(words: Words) -> Measure:
    """Share of the words that have a letter; 0 without words.

    Unit: share of words. Range: [0, 1]. Source: Gopher, datatrove.
    """
    has = words.having(LETTER)
    return Measure(share(words.count(has), words.n), chosen(words, ~has))


def no_ascii_letter_words(words: Words) -> Measure:
    """Share of the words without a letter of ASCII; 0 without words.

    Unit: share of words. Range: [0, 1]. Source: RedPajama-v2.
    """
    lacks = ~words.having(ASCII_LETTER)
    return Measure(share(words.count(lacks), words.n), chosen(words, lacks))


def capital_words(words: Words) -> Measure:
    """Share of the words whose letters are all capitals, one at least.

    Unit: share of words. Range: [0, 1]. Source: datatrove, RedPajama-v2.
    """
    capital = words.having(UPPER) & ~words.having(LOWER)
    return Measure(share(words.count(capital), words.n), chosen(words, capital))


def title_words(words: Words) -> Measure:
    """Share of the words that begin with a capital and go on with a small letter somewhere.

    Unit: share of words. Range: [0, 1]. Source: own, after datatrove (`str.istitle`).
    """
    first = properties(words.layout.points[words.start])
    title = ((first & UPPER) != 0) & words.having(LOWER)
    return Measure(share(words.count(title), words.n))


def _mean_size(words: Words, some: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Mean of the characters of the words that a mask chooses."""
    return quotient(words.total(words.size * some), words.count(some))

"""Signals of lexical diversity: how many different words, by measures that length disturbs or not.

Words are those of the project's own tokens, numbers among them, the same whatever their letter case
and accents. Where a formula has no value (too few words, or no two alike), the value is 0 unless
the docstring says otherwise. The definitions are those of lexicalrichness 0.5.1, which the tests
compare with on the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from spindetect.quality.keys import Ints, Keys, groups, within
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, quotient
from spindetect.quality.segments import Words

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """Words of a batch by what they are, and how often each occurs.

    Attributes
    ----------
    word, previous : int64 arrays, shape (words,)
        Number of each word's type; index of the word before it of the same type, -1 where none is.
    first, n, different : int64 arrays, one entry a document
        Index of the document's first word; its words; its types.
    doc, count : int64 arrays, shape (types,)
        Document of each type, and how often it occurs there.
    """

    word: Ints
    previous: Ints
    first: Ints
    n: Ints
    different: Ints
    doc: Ints
    count: Ints

    @classmethod
    def of(cls, key: Keys, n: Ints) -> Counts:
        """Counts of words with these keys, `n` of each document."""
        doc = np.repeat(np.arange(len(n)), n)
        found = groups(within(key, doc, len(n)))
        word = np.empty(len(key), np.int64)
        word[found.order] = np.repeat(np.arange(len(found.count)), found.count)
        previous = np.empty(len(key), np.int64)
        previous[found.order[1:]] = found.order[:-1]
        previous[found.first] = -1
        types = doc[found.first]
        different = np.bincount(types, minlength=len(n))
        return cls(word, previous, np.cumsum(n) - n, n, different, types, found.count)

    def total(self, amount: npt.NDArray[np.generic]) -> Floats:
        """For each document the sum of amounts, one for each of its types."""
        return np.bincount(self.doc, amount, minlength=len(self.n)).astype(np.float64)


def counts(layout: Layout) -> Counts:
    """Counts of the words of a batch, found once."""
    return layout.shared("counts", lambda: Counts.of(layout.own_keys, layout.own_words.n))


def type_token_ratio(words: Words) -> Measure:
    """Types for each word.

    Unit: share of words. Range: [0, 1]. Source: Templin 1957, lexicalrichness.
    """
    found = counts(words.layout)
    return Measure(quotient(found.different, found.n))


def root_ttr(words: Words) -> Measure:
    """Types for each root of words, Guiraud's R.

    Unit: none. Range: [0, inf). Source: Guiraud 1954, lexicalrichness.
    """
    found = counts(words.layout)
    return Measure(quotient(found.different, np.sqrt(found.n)))


def corrected_ttr(words: Words) -> Measure:
    """Types for each root of twice the words.

    Unit: none. Range: [0, inf). Source: Carroll 1964, lexicalrichness.
    """
    found = counts(words.layout)
    return Measure(quotient(found.different, np.sqrt(2 * found.n)))


def herdan_c(words: Words) -> Measure:
    """Logarithm of the types for the logarithm of the words.

    Unit: none. Range: [0, 1]. Source: Herdan 1960, lexicalrichness.
    """
    found = counts(words.layout)
    return Measure(quotient(_log(found.different), _log(found.n)))


def summer_s(words: Words) -> Measure:
    """Logarithm of the logarithm of the types for that of the words, from three types on.

    Unit: none. Range: [0, inf). Source: Summer 1966, lexicalrichness.
    """
    found = counts(words.layout)
    some = found.different > 2
    part, whole = (np.log(_log(np.where(some, n, 3))) for n in (found.different, found.n))
    return Measure(np.where(some, part / whole, 0.0))


def dugast_u(words: Words) -> Measure:
    """Square of the logarithm of the words, for its distance to that of the types.

    Unit: none. Range: [0, inf). Source: Dugast 1978, lexicalrichness.
    """
    found = counts(words.layout)
    return Measure(quotient(_log(found.n) ** 2, _log(found.n) - _log(found.different)))


def maas_a(words: Words) -> Measure:
    """Distance of the logarithms of words and types, for the square of the first; less is richer.

    Unit: none. Range: [0, inf). Source: Maas 1972, lexicalrichness.
    """
    found = counts(words.layout)
    return Measure(quotient(_log(found.n) - _log(found.different), _log(found.n) ** 2))


def yule_k(words: Words) -> Measure:
    """Yule's characteristic K: how likely two words are the same, in 1/10000; less is richer.

    Unit: ten thousandths. Range: [0, 10000]. Source: Yule 1944, lexicalrichness.
    """
    found = counts(words.layout)
    squares = found.total(found.count**2)
    n = np.maximum(found.n, 1)
    return Measure(np.where(found.n > 0, 1e4 * np.maximum(squares / n**2 - 1 / n, 0), 0.0))


def yule_i(words: Words) -> Measure:
    """Yule's I, types squared for the squares of their counts less the types.

    Unit: none. Range: [0, inf). Source: Yule 1944, lexicalrichness.
    """
    found = counts(words.layout)
    squares = found.total(found.count**2)
    return Measure(quotient(found.different**2, squares - found.different))


def herdan_vm(words: Words) -> Measure:
    """Herdan's Vm: root of the sum of squares of the shares of the types, less that of even shares.

    Unit: none. Range: [0, 1]. Source: Herdan 1955, lexicalrichness.
    """
    found = counts(words.layout)
    squares = quotient(found.total(found.count**2), found.n.astype(np.float64) ** 2)
    even = quotient(np.ones(len(found.n)), found.different)
    return Measure(np.sqrt(np.maximum(squares - even, 0)))


def simpson_d(words: Words) -> Measure:
    """Simpson's D: how likely two words drawn without replacement are the same; less is richer.

    Unit: probability. Range: [0, 1]. Source: Simpson 1949, lexicalrichness.
    """
    found = counts(words.layout)
    return Measure(quotient(found.total(found.count * (found.count - 1)), found.n * (found.n - 1)))


def word_entropy(words: Words) -> Measure:
    """Entropy of the distribution of the words of the document.

    Unit: bits. Range: [0, log2(words)]. Source: Shannon 1948; TextDescriptives, RedPajama-v2.
    """
    found = counts(words.layout)
    part = found.count / np.maximum(found.n, 1)[found.doc]
    return Measure(np.maximum(found.total(-part * np.log2(part)), 0))


def hapax_share(words: Words) -> Measure:
    """Share of the types that occur once.

    Unit: share of types. Range: [0, 1]. Source: own, usual in stylometry.
    """
    found = counts(words.layout)
    return Measure(quotient(found.total(found.count == 1), found.different))


def _log(n: npt.NDArray[np.generic]) -> Floats:
    """Natural logarithm of numbers, 0 for 0."""
    return np.asarray(np.log(np.maximum(n, 1)))

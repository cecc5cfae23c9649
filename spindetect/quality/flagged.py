"""Signals of words that a list of the user's flags: offensive words, brands, whatever it names.

No list ships with the package: those in circulation are of unclear licence, and what offends is for
the user to say. Without a list the values are 0.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from spindetect.quality.keys import Ints, Keys
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Evidence, Measure, passages, quotient
from spindetect.quality.segments import Words
from spindetect.tokens import tokenise

# An odd number with no pattern in its bits; another than that of the keys of words themselves.
_MULTIPLIER = np.uint64(0xFF51AFD7ED558CCD)

# Lists whose keys are remembered: presets of one call seldom have more.
_LISTS = 8


def flagged_terms(words: Words, listed: tuple[str, ...] = ()) -> Measure:
    """Occurrences of the words and phrases of a list, which the user brings; 0 without a list.

    Own words are compared, whatever their letter case, accents and punctuation.

    Unit: occurrences. Range: [0, inf). Source: C4, RedPajama-v2 (`ldnoobw_words`).
    """
    first, n = _found(words.layout, listed)
    own = words.layout.own_words

    def find() -> Evidence:
        return passages(words.layout, own.doc[first], own.start[first], own.end[first + n - 1])

    return Measure(words.layout.count(own.doc[first]), find)


def flagged_words(words: Words, listed: tuple[str, ...] = ()) -> Measure:
    """Share of the own words that stand in a word or phrase of the user's list; 0 without a list.

    Unit: share of words. Range: [0, 1]. Source: data-juicer.
    """
    first, n = _found(words.layout, listed)
    own = words.layout.own_words
    covered = _covered(len(own), first, n)

    def find() -> Evidence:
        some = np.flatnonzero(covered)
        return passages(words.layout, own.doc[some], own.start[some], own.end[some])

    return Measure(quotient(own.count(covered), own.n), find)


def _covered(size: int, first: Ints, n: Ints) -> npt.NDArray[np.bool_]:
    """Mask of the words in sequences, by the first word and number of each."""
    step = np.zeros(size + 1, np.int64)
    np.add.at(step, first, 1)
    np.add.at(step, first + n, -1)
    return np.cumsum(step[:-1]) > 0


def _found(layout: Layout, listed: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Listed terms of a batch in order: own word that each begins with, and how many it has."""
    key, doc = layout.own_keys, layout.own_words.doc
    firsts, sizes = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for n, terms in _terms(listed).items():
        size = max(len(key) - n + 1, 0)
        joint = _joint([key[i : i + size] for i in range(n)])
        first = np.flatnonzero(np.isin(joint, terms) & (doc[:size] == doc[n - 1 : n - 1 + size]))
        firsts.append(first)
        sizes.append(np.full(len(first), n))
    first, n_words = np.concatenate(firsts), np.concatenate(sizes)
    order = np.lexsort([n_words, first])
    return first[order], n_words[order]


@lru_cache(_LISTS)
def _terms(listed: tuple[str, ...]) -> dict[int, Keys]:
    """Keys of terms by how many words they have; what has none is never found."""
    tokens = tokenise(list(listed))
    word = np.flatnonzero(tokens.is_word)
    found: dict[int, list[Keys]] = {}
    bounds = np.searchsorted(tokens.doc[word], np.arange(len(listed) + 1))
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if end > begin:
            keys = tokens.key[word[begin:end]]
            found.setdefault(end - begin, []).append(
                _joint([keys[i : i + 1] for i in range(end - begin)])
            )
    return {n: np.unique(np.concatenate(keys)) for n, keys in sorted(found.items())}


def _joint(keys: list[Keys]) -> Keys:
    """Keys of sequences, of the keys of the first words, the second words, and so on."""
    joint = keys[0]
    for key in keys[1:]:
        joint = joint * _MULTIPLIER + key
    return joint

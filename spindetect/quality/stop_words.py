"""Signals of the words without content: stop words, function words of English."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import product

import numpy as np

from spindetect.quality.characters import (
    code_points,
)
from spindetect.quality.keys import Ints, Keys, KeySet, SliceKeys
from spindetect.quality.measures import Measure, share
from spindetect.quality.segments import Words

# Gopher's list (arXiv:2112.11446), short on purpose: any English text of fifty words has some.
_STOP_WORDS = "the be to of and that have with".split()

# The words without content that are commonest in edited English, contractions parted as the
# project's tokens part them or not at all.
FUNCTION_WORDS = (
    "a about above after again against all also although always am among an and another any are "
    "around as at away back be because been before being below between both but by can cannot "
    "could did do does doing done down during each either else ever every few for from further had "
    "has have having he her here hers herself him himself his how however i if in into is it its "
    "itself just least less let many may me might mine more most much must my myself near neither "
    "never no nor not now of off often on once one only onto or other others our ours out over own "
    "perhaps rather same shall she should since so some something still such than that the their "
    "theirs them themselves then there these they this those through thus to together too toward "
    "under until up upon us very was we were what when where whether which while who whom whose "
    "why will with within without would yet you your yours yourself"
).split()


def stop_words(words: Words) -> Measure:
    """How many of Gopher's eight stop words occur, in lower case, each counted once.

    Unit: stop words. Range: [0, 8]. Source: Gopher, datatrove.
    """
    found = np.zeros((len(words.layout), len(_STOP_WORDS)), np.bool_)
    place, number = _stop_word_places(words)
    found[np.searchsorted(words.bound, place, side="right") - 1, number] = True
    return Measure(found.sum(axis=1))


def stop_word_count(words: Words) -> Measure:
    """Words that are one of Gopher's eight stop words, in lower case, repetitions counted.

    Unit: words. Range: [0, words]. Source: dolma, NeMo Curator.
    """
    return Measure(_stop_word_count(words))


def folded_stop_word_count(words: Words) -> Measure:
    """Words that are one of Gopher's eight stop words, in any letter case, repetitions counted.

    Unit: words. Range: [0, words]. Source: DCLM.
    """
    return Measure(words.count(_folded_stop_word_keys().has(words.key)))


def stop_word_share(words: Words) -> Measure:
    """Share of the words that are one of Gopher's eight stop words, in lower case.

    Unit: share of words. Range: [0, 1]. Source: datatrove.
    """
    return Measure(share(_stop_word_count(words), words.n))


def function_words(words: Words) -> Measure:
    """Share of the words that are function words of English, with a small letter or a capital.

    Unit: share of words. Range: [0, 1]. Source: own list, after data-juicer and RedPajama-v2.
    """
    found = _function_word_keys().has(words.key)
    return Measure(share(words.count(found), words.n))


def function_word_count(words: Words) -> Measure:
    """Words that are function words of English, with a small letter or a capital.

    Unit: words. Range: [0, words]. Source: own list, after TextDescriptives.
    """
    return Measure(words.count(_function_word_keys().has(words.key)))


def word_keys(words: Iterable[str]) -> Keys:
    """Keys of words, as `Words.key` has them.

    >>> from spindetect.quality.layout import Layout
    >>> bool((word_keys(["to", "be"]) == Layout(["be to"]).spaced.key[::-1]).all())
    True
    """
    listed = list(words)
    end = np.cumsum([len(word) for word in listed])
    keys = SliceKeys(code_points("".join(listed)))
    return keys.of(end - np.array([len(word) for word in listed]), end)


def _stop_word_count(words: Words) -> Ints:
    """Stop words of each document."""
    place, _ = _stop_word_places(words)
    return words.layout.count(np.searchsorted(words.bound, place, side="right") - 1)


def _stop_word_places(words: Words) -> tuple[Ints, Ints]:
    """Indices of the words that are stop words, and which; found once."""
    return words.shared("stop words", lambda: _found_stop_words(words))


def _found_stop_words(words: Words) -> tuple[Ints, Ints]:
    """The same, searched for."""
    table, number, shift = _stop_word_table()
    places, numbers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for first, key in words.key_blocks():
        slot = (key >> shift) & np.uint64(len(table) - 1)
        place = np.flatnonzero(table[slot] == key)
        places.append(place + first)
        numbers.append(number[slot[place]])
    return np.concatenate(places), np.concatenate(numbers)


@cache
def _stop_word_table() -> tuple[Keys, Ints, np.uint64]:
    """Keys of the stop words, each in a slot of its own; which it is; where the slot's bits are."""
    keys = word_keys(_STOP_WORDS)
    size = np.uint64(64)
    shifts = (np.uint64(bits) for bits in range(58))
    shift = next(s for s in shifts if len(np.unique((keys >> s) % size)) == len(keys))
    slot = ((keys >> shift) % size).astype(np.int64)
    table, number = np.zeros(64, np.uint64), np.zeros(64, np.int64)
    table[slot], number[slot] = keys, np.arange(len(keys))
    return table, number, shift


@cache
def _folded_stop_word_keys() -> KeySet:
    """Keys of the stop words in all letter cases."""
    cases = (product(*((c, c.upper()) for c in word)) for word in _STOP_WORDS)
    return KeySet(word_keys("".join(letters) for each in cases for letters in each))


@cache
def _function_word_keys() -> KeySet:
    """Keys of the function words, with a small letter and with a capital."""
    return KeySet(word_keys([*FUNCTION_WORDS, *(w.capitalize() for w in FUNCTION_WORDS)]))

"""Signals of words repeated in a row."""

from __future__ import annotations

import numpy as np

from spindetect.quality.keys import Ints
from spindetect.quality.measures import Evidence, Measure, passages, share
from spindetect.quality.segments import Words

# Copies of a word in a row that dolma begins to count.
_IN_A_ROW = 4


def repeated_runs(words: Words) -> Measure:
    """Runs of one word at least four times in a row.

    Unit: runs. Range: [0, words / 4]. Source: dolma.
    """
    first, count = _runs(words)
    return Measure(words.layout.count(words.doc[first]), lambda: _run_passages(words, first, count))


def longest_run(words: Words) -> Measure:
    """Copies of the word that is repeated most often in a row; 0 if none is four times.

    Unit: words. Range: 0 or [4, words]. Source: dolma.
    """
    first, count = _runs(words)
    longest = np.zeros(len(words.layout), np.int64)
    np.maximum.at(longest, words.doc[first], count)
    return Measure(longest, lambda: _run_passages(words, first, count))


def run_words(words: Words) -> Measure:
    """Share of the words that stand in runs of one word, four and more in a row.

    Unit: share of words. Range: [0, 1]. Source: dolma.
    """
    first, count = _runs(words)
    part = np.bincount(words.doc[first], count, minlength=len(words.layout))
    return Measure(share(part, words.n), lambda: _run_passages(words, first, count))


def _runs(words: Words) -> tuple[Ints, Ints]:
    """Runs of equal words: index of the first and number of words, from `_IN_A_ROW` on."""
    if len(words) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    same = (words.key[1:] == words.key[:-1]) & (words.doc[1:] == words.doc[:-1])
    first = np.flatnonzero(np.append(True, ~same))
    count = np.diff(first, append=len(words))
    return first[count >= _IN_A_ROW], count[count >= _IN_A_ROW]


def _run_passages(words: Words, first: Ints, count: Ints) -> Evidence:
    """The text of runs of words."""
    last = first + count - 1
    return passages(words.layout, words.doc[first], words.start[first], words.end[last])

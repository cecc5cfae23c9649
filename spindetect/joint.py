"""Joint substitution: what two neighbouring words would save if both made way for substitutes.

Where a spinner replaced both words of a term (*counterfeit consciousness* for *artificial
intelligence*), neither substitute fits beside the other word as written, and each alone saves
little. Together they make a collocation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.accelerator import kernels
from spindetect.cloze import Cloze, Gaps
from spindetect.lexicon import Lexicon, expected_of
from spindetect.ngrams import NgramModel
from spindetect.segments import begins, lengths, ranks
from spindetect.substitutes import Slots
from spindetect.windows import Written

__all__ = ["Joint", "find_joint"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

# Substitutes of each word that are tried with those of its neighbour: the best in the wider
# context, which one odd neighbour does not spoil. Chosen, not tuned: cost grows with its square.
TRIED = 8

# Zipf frequency from which on a word is left out, as grammar rather than half of a term: 90
# words are that common.
COMMON = 6.0

# Pairs that are tried together: their look-ups are TRIED squared for each. With 1,024 a text took
# 1 % longer.
_BLOCK = 256

# Bits of a joint substitute that is none.
_NONE = np.float32(-np.inf)


@dataclass(frozen=True, slots=True)
class Joint:
    """The best joint substitute of each pair of neighbouring words that never stood together.

    Attributes
    ----------
    start : int64 array, shape (m,)
        First of the two tokens, ascending.
    gain : float32 array, shape (m,)
        Bits saved by trigrams, over both words and the two behind them.
    cloze_gain : float32 array, shape (m,)
        Bits saved in the wider context, the other word left as it is written.
    """

    start: Ints
    gain: Floats
    cloze_gain: Floats


def find_joint(
    written: Written,
    ngrams: NgramModel,
    lexicon: Lexicon,
    cloze: Cloze,
    gaps: Gaps,
    slots: Slots,
) -> Joint:
    """Joint substitutes of neighbouring words, both with entries.

    Parameters
    ----------
    written
        The batch as it stands.
    ngrams, lexicon, cloze
        Tables.
    gaps
        Places of the words that the cloze model knows.
    slots
        Of the batch.
    """
    rare = ngrams.zipf[written.ids[slots.start]] < COMMON
    single = np.flatnonzero((slots.length == 1) & rare & (gaps.rows(slots.start) >= 0))
    start, row = slots.start[single], slots.row[single]
    adjacent = np.flatnonzero(np.diff(start) == 1)
    # A pair that was seen as it stands is no term that was torn apart.
    left = adjacent[written.order[start[adjacent] + 1] == 1]
    used = np.unique(np.concatenate([left, left + 1]))
    expected, saved = _tried(written, lexicon, cloze, gaps, start[used], row[used])
    place = np.searchsorted(used, left)
    gain, wider = _best(written, ngrams, start[left], expected, saved, place)
    named = np.flatnonzero(gain > _NONE)
    return Joint(start[left][named], gain[named], wider[named])


def _tried(
    written: Written, lexicon: Lexicon, cloze: Cloze, gaps: Gaps, start: Ints, row: Ints
) -> tuple[Ids, Floats]:
    """Up to `TRIED` substitutes of each slot by what they save in the wider context.

    Ids of shape (slots, TRIED), -1 where there are fewer, and the bits that each saves.
    """
    expected = np.full((len(start), TRIED), -1, np.int32)
    gain = np.full((len(start), TRIED), _NONE)
    ids, places = written.ids[start], gaps.rows(start)
    fast = kernels()
    if fast is not None:
        found = gaps.vectors, places, ids, row, expected, gain
        fast.tried(lexicon.offsets, lexicon.entries, *cloze.arrays, *found)
        return expected, gain
    slot, packed = lexicon.entries_of(row)
    word = expected_of(packed)
    known = np.flatnonzero(word < len(cloze))
    slot, word = slot[known], word[known]
    as_written = cloze.scores(gaps.vectors, ids, places)
    saved = cloze.scores(gaps.vectors, word, places[slot]) - as_written[slot]
    some = _promising(slot, saved)
    slot, word, saved = slot[some], word[some], saved[some]
    order = np.lexsort((-saved, slot))
    rank = ranks(slot[order])
    best = rank < TRIED
    order, rank = order[best], rank[best]
    expected[slot[order], rank] = word[order]
    gain[slot[order], rank] = saved[order]
    return expected, gain


def _promising(slot: Ints, saved: Floats) -> Ints:
    """Those that save as much as the best `TRIED` of their slot: few are left to put in order.

    One number stands for slot and bits: of 79,000 that takes 1.4 ms, to order all of them by slot
    and bits took 11.
    """
    if len(slot) == 0:
        return slot
    key = slot * (float(np.ptp(saved)) + 1) - saved
    first = begins(slot)
    size = lengths(first, len(slot))
    bound = np.sort(key)[first + np.minimum(size, TRIED) - 1]
    return np.flatnonzero(key <= np.repeat(bound, size))


def _best(
    written: Written,
    ngrams: NgramModel,
    start: Ints,
    expected: Ids,
    saved: Floats,
    place: Ints,
) -> tuple[Floats, Floats]:
    """Gains of the best joint substitute of each pair, minus infinity where there is none."""
    gain, wider = np.full(len(start), _NONE), np.zeros(len(start), np.float32)
    base, _ = written.scores(start, np.full(len(start), 2))
    fast = kernels()
    if fast is not None:
        stop = written.stop[start]
        last = np.where(start + 3 < stop, written.ids[np.minimum(start + 3, stop - 1)], -1)
        behind = written.ids[np.minimum(start + 2, stop - 1)]
        around = np.stack([written.far[start], written.left[start], behind, last], axis=1)
        shapes = (2, TRIED), (2, fast.BLOCK)
        room = fast.room(), *(np.empty(shape, np.float32) for shape in shapes)
        words = np.empty((3, fast.BLOCK), np.int32)
        fast.joint(ngrams.arrays, place, around, base, expected, saved, *room, words, gain, wider)
        return gain, wider
    for low in range(0, len(start), _BLOCK):
        some = slice(low, low + _BLOCK)
        _search(written, ngrams, start[some], expected, saved, place[some], gain[some], wider[some])
    gain -= base
    return gain, wider


def _search(
    written: Written,
    ngrams: NgramModel,
    start: Ints,
    expected: Ids,
    saved: Floats,
    place: Ints,
    score: Floats,
    wider: Floats,
) -> None:
    """Fill in the bits of the best joint substitute of each pair, and what it saves around."""
    size = len(start)
    first, second = expected[place], expected[place + 1]
    pair, i, j = np.nonzero((first[:, :, None] >= 0) & (second[:, None, :] >= 0))
    if len(pair) == 0:
        return
    a, b = first[pair, i], second[pair, j]
    before = ngrams.bigram(np.repeat(written.left[start], TRIED), np.maximum(first, 0).ravel())[0]
    behind = written.ids[np.minimum(start + 2, written.stop[start] - 1)]
    after = ngrams.bigram(np.maximum(second, 0).ravel(), np.repeat(behind, TRIED))[0]
    bits = ngrams.bigram(a, b)[0]
    bits += before.reshape(size, TRIED)[pair, i]
    bits += after.reshape(size, TRIED)[pair, j]
    clozes = saved[place][pair, i] + saved[place + 1][pair, j]
    bits += clozes
    # The first of the best ones of each pair.
    new = begins(pair)
    most = np.repeat(np.maximum.reduceat(bits, new), lengths(new, len(pair)))
    top = np.flatnonzero(bits == most)
    top = top[begins(pair[top])]
    at = pair[top]
    candidate = np.stack([a[top], b[top]], axis=1)
    score[at], _ = written.substituted(ngrams, start[at], np.full(len(at), 2), candidate)
    wider[at] = clozes[top]

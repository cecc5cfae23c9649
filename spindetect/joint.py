"""Joint substitution: what two neighbouring words would save if both made way for substitutes.

Where a spinner replaced both words of a term (*counterfeit consciousness* for *artificial
intelligence*), neither substitute fits beside the other word as written, and each alone saves
little. Together they make a collocation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.cloze import Cloze, Gaps
from spindetect.lexicon import Lexicon, expected_of
from spindetect.ngrams import NgramModel
from spindetect.segments import begins, ranks
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

# Pairs that are tried together, to bound memory: their look-ups are TRIED squared for each.
_BLOCK = 1024

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
    expected, cloze_gain = _tried(written, lexicon, cloze, gaps, start[used], row[used])
    parts = [
        _best(written, ngrams, start[some], expected, cloze_gain, np.searchsorted(used, some))
        for some in np.array_split(left, len(left) // _BLOCK + 1)
    ]
    found = [np.concatenate([part[k] for part in parts]) for k in range(2)]
    named = np.flatnonzero(found[0] > _NONE)
    return Joint(start[left][named], found[0][named], found[1][named])


def _tried(
    written: Written, lexicon: Lexicon, cloze: Cloze, gaps: Gaps, start: Ints, row: Ints
) -> tuple[Ids, Floats]:
    """Up to `TRIED` substitutes of each slot by what they save in the wider context.

    Ids of shape (slots, TRIED), -1 where there are fewer, and the bits that each saves.
    """
    slot, packed = lexicon.entries_of(row)
    word = expected_of(packed)
    known = np.flatnonzero(word < len(cloze))
    slot, word = slot[known], word[known]
    vectors = gaps.vectors[gaps.rows(start)]
    as_written = cloze.scores(vectors, written.ids[start])
    saved = cloze.scores(vectors[slot], word) - as_written[slot]
    order = np.lexsort((-saved, slot))
    rank = ranks(slot[order])
    best = rank < TRIED
    order, rank = order[best], rank[best]
    expected = np.full((len(start), TRIED), -1, np.int32)
    gain = np.full((len(start), TRIED), _NONE)
    expected[slot[order], rank] = word[order]
    gain[slot[order], rank] = saved[order]
    return expected, gain


def _best(
    written: Written,
    ngrams: NgramModel,
    start: Ints,
    expected: Ids,
    cloze_gain: Floats,
    place: Ints,
) -> tuple[Floats, Floats]:
    """Gains of the best joint substitute of each pair, minus infinity where there is none."""
    size = len(start)
    gain, wider = np.full(size, _NONE), np.zeros(size, np.float32)
    first, second = expected[place], expected[place + 1]
    both = (first[:, :, None] >= 0) & (second[:, None, :] >= 0)
    pair, i, j = np.nonzero(both)
    if len(pair) == 0:
        return gain, wider
    a, b = first[pair, i], second[pair, j]
    before = ngrams.bigram(np.repeat(written.left[start], TRIED), np.maximum(first, 0).ravel())[0]
    behind = written.ids[np.minimum(start + 2, written.stop[start] - 1)]
    after = ngrams.bigram(np.maximum(second, 0).ravel(), np.repeat(behind, TRIED))[0]
    bits = ngrams.bigram(a, b)[0]
    bits += before.reshape(size, TRIED)[pair, i]
    bits += after.reshape(size, TRIED)[pair, j]
    clozes = cloze_gain[place][pair, i] + cloze_gain[place + 1][pair, j]
    order = np.lexsort((-(bits + clozes), pair))
    top = order[begins(pair[order])]
    at = pair[top]
    candidate = np.stack([a[top], b[top]], axis=1)
    length = np.full(len(at), 2)
    score, _ = written.substituted(ngrams, start[at], length, candidate)
    base, _ = written.scores(start[at], length)
    gain[at] = score - base
    wider[at] = clozes[top]
    return gain, wider

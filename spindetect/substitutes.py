"""Substitutes: what the entries of the lexicon would save in the place of what is written.

A *slot* is a phrase as written, of one to three words, that stands in the lexicon. The *gain* of a
substitute is the surprisal that it would save in bits, over itself and the two words behind it,
given the two words before. All substitutes of all slots are weighed by bigrams first; only the best
few are scored with trigrams.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
import numpy.typing as npt

from spindetect.accelerator import kernels
from spindetect.lexicon import (
    FIRST_EXPANSION,
    LONGEST,
    SOURCES,
    WEIGHT_MAX,
    Lexicon,
    expected_of,
    unpack,
)
from spindetect.ngrams import NgramModel
from spindetect.segments import begins, lengths, ranks
from spindetect.tokens import WORD, Tokens
from spindetect.windows import Written

__all__ = [
    "GROUPS",
    "MASKS",
    "Ends",
    "Slots",
    "Substitutes",
    "ends_of",
    "find_slots",
    "find_substitutes",
]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

# Substitutes of a slot that are scored with trigrams, the best by bigrams. With 12 in place of 5
# the AUROC of words rose from 0.827 to 0.830 (general sources).
SCORED = 6

# A substitute that saves less than this by bigrams cannot come to save much by trigrams.
PROMISING = 0.5

# Slots whose entries are weighed together: some 25,000 look-ups, whose arrays stay in the cache.
# With 2,048 a text took 4 % longer.
_BLOCK = 512

# Groups of sources that the classifier may trust to different degrees.
GROUPS = {
    "mined": ("mined",),
    "chained": ("chained",),
    "listed": ("observed", "tortured"),
    "wordnet": ("wordnet",),
    "moby": ("moby",),
    "neighbour": ("neighbour",),
    "spelling": ("spelling",),
}

# Bits of the sources of each group.
MASKS = {group: sum(1 << SOURCES.index(name) for name in names) for group, names in GROUPS.items()}


@dataclass(frozen=True, slots=True)
class Slots:
    """Phrases of a batch that have entries and may be odd, the shorter first.

    Attributes
    ----------
    start : int64 array, shape (m,)
        Index of the first token.
    length : int64 array, shape (m,)
        Words, 1 to 3.
    row : int64 array, shape (m,)
        Row of the lexicon.
    """

    start: Ints
    length: Ints
    row: Ints

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Substitutes:
    """Scored substitutes of the slots of a batch, by slot, best first.

    Attributes
    ----------
    start : int64 array
        Index of the first token of the slot.
    length : int64 array
        Words of the slot.
    expected : int32 array
        The substitute, as an entry of the lexicon names it.
    sources : uint8 array
        Bits of `spindetect.lexicon.SOURCES`.
    weight : float32 array
        Weight of the entry, 0 to 1.
    gain : float32 array
        Bits saved.
    orders : float32 array
        Mean length of the matched n-grams, substitute less written.
    """

    start: Ints
    length: Ints
    expected: Ids
    sources: npt.NDArray[np.uint8]
    weight: Floats
    gain: Floats
    orders: Floats

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Ends:
    """What bigrams need of the expansions of a lexicon; of one that is none, where it has none.

    Attributes
    ----------
    words : int32 array, shape (m, 2)
        First and last word of each.
    inner : float32 array, shape (m,)
        log2 of the probability of what joins them.
    """

    words: Ids
    inner: Floats


def ends_of(lexicon: Lexicon, ngrams: NgramModel) -> Ends:
    """Ends of the expansions of a lexicon."""
    parts = np.zeros((max(len(lexicon.expansions), 1), LONGEST), np.int32)
    parts[: len(lexicon.expansions)] = lexicon.expansions
    third = parts[:, 2] >= 0
    inner = ngrams.bigram(parts[:, 0], parts[:, 1])[0]
    inner[third] += ngrams.bigram(parts[third, 1], parts[third, 2])[0]
    words = np.stack([parts[:, 0], np.where(third, parts[:, 2], parts[:, 1])], axis=1)
    return Ends(words, inner)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Entries of slots: the slot of each, what `unpack` gives, and the bits it saves by bigrams."""

    slot: Ints
    expected: Ids
    sources: npt.NDArray[np.uint8]
    weight: npt.NDArray[np.uint8]
    saved: Floats

    def pick(self, index: Ints) -> _Candidates:
        """Some of the candidates."""
        return _Candidates(
            self.slot[index],
            self.expected[index],
            self.sources[index],
            self.weight[index],
            self.saved[index],
        )


def find_slots(tokens: Tokens, written: Written, lexicon: Lexicon) -> Slots:
    """Every phrase of the batch that has entries and may be odd."""
    plain = tokens.kind == WORD
    odd = ~written.well_attested()
    run = plain.copy()
    found = []
    for length in range(1, LONGEST + 1):
        if length > 1:
            run = run[:-1] & plain[length - 1 :]
        start = np.flatnonzero(run & odd[: len(run)]) if length == 1 else np.flatnonzero(run)
        if len(start) == 0:
            continue
        row = lexicon.rows(tokens, written.ids, start, length)
        has = np.flatnonzero((row >= 0) & (lexicon.offsets[row + 1] > lexicon.offsets[row]))
        found.append((start[has], np.full(len(has), length), row[has]))
    nothing = np.zeros(0, np.int64)
    return Slots(*(np.concatenate([nothing, *(part[i] for part in found)]) for i in range(3)))


def find_substitutes(
    written: Written, ngrams: NgramModel, lexicon: Lexicon, ends: Ends, slots: Slots
) -> tuple[Substitutes, Floats, Floats]:
    """Scored substitutes of slots, and what bigrams say of each slot.

    Returns
    -------
    found : Substitutes
        At most `SCORED` of each slot.
    group_gain : float32 array, shape (m, len(GROUPS))
        The most bits that an entry of each group saves by bigrams; 0 where none is promising.
    promising : float32 array, shape (m,)
        Number of promising entries.
    """
    group_gain = np.zeros((len(slots), len(MASKS)), np.float32)
    promising = np.zeros(len(slots), np.float32)
    fast = kernels()
    if fast is not None:
        found = _by_kernel(fast, written, ngrams, lexicon, ends, slots, group_gain, promising)
        return found, group_gain, promising
    hopeful = _promising(written, ngrams, lexicon, ends, slots)
    if len(hopeful.slot):
        at = begins(hopeful.slot)
        here = hopeful.slot[at]
        promising[here] = lengths(at, len(hopeful.slot))
        for column, mask in enumerate(MASKS.values()):
            named = np.where(hopeful.sources & mask, hopeful.saved, np.float32(0))
            group_gain[here, column] = np.maximum.reduceat(named, at)
    ordered = hopeful.pick(np.lexsort((-hopeful.saved, hopeful.slot)))
    best = ordered.pick(np.flatnonzero(ranks(ordered.slot) < SCORED))
    return _scored(written, ngrams, lexicon, slots, best), group_gain, promising


def _by_kernel(
    fast: ModuleType,
    written: Written,
    ngrams: NgramModel,
    lexicon: Lexicon,
    ends: Ends,
    slots: Slots,
    group_gain: Floats,
    promising: Floats,
) -> Substitutes:
    """Scored substitutes by the kernels, which fill the other two."""
    start, length = slots.start, slots.length
    stop = written.stop[start]
    behind, after = start + length, start + length + 1
    around = np.stack(
        [
            written.far[start],
            written.left[start],
            written.ids[np.minimum(behind, stop - 1)],
            np.where(after < stop, written.ids[np.minimum(after, stop - 1)], -1),
        ],
        axis=1,
    )
    base, base_orders = written.scores(start, length)
    costs = np.stack([_as_written(written, slots), base], axis=1)
    most = SCORED * len(slots)
    slot, packed = np.empty(most, np.int64), np.empty(most, np.uint32)
    gain, orders = np.empty((2, most), np.float32)
    sizes = lexicon.offsets[slots.row + 1] - lexicon.offsets[slots.row]
    room = int(sizes.max(initial=0)) + 1
    n = fast.substitutes(
        ngrams.arrays,
        *(lexicon.offsets, lexicon.entries, lexicon.expansions, ends.words, ends.inner),
        *(np.array(list(MASKS.values()), np.uint8), PROMISING, SCORED),
        *(slots.row, around, costs, base_orders / (length + 2)),
        *(group_gain, promising, slot, packed, gain, orders),
        *(fast.room(), np.empty((4, fast.BLOCK), np.float32), np.empty((5, fast.BLOCK), np.int32)),
        *(np.empty(room, np.uint32), np.empty((3, room), np.int32), np.empty(room, np.float32)),
    )
    expected, sources, weight = unpack(packed[:n])
    return Substitutes(
        start[slot[:n]],
        length[slot[:n]],
        expected,
        sources,
        weight.astype(np.float32) / np.float32(WEIGHT_MAX),
        gain[:n],
        orders[:n],
    )


def _as_written(written: Written, slots: Slots) -> Floats:
    """log2 probability by bigrams of each slot and the word behind it."""
    behind = np.minimum(slots.start + slots.length, len(written.ids) - 1)
    total = np.concatenate([[0], np.cumsum(written.bi, dtype=np.float64)])
    return np.asarray(total[behind + 1] - total[slots.start], np.float32)


def _promising(
    written: Written, ngrams: NgramModel, lexicon: Lexicon, ends: Ends, slots: Slots
) -> _Candidates:
    """Entries that save more than `PROMISING` bits by bigrams."""
    as_written = _as_written(written, slots)
    behind = written.ids[np.minimum(slots.start + slots.length, len(written.ids) - 1)]
    left = written.left[slots.start]
    parts = []
    for low in range(0, max(len(slots), 1), _BLOCK):
        slot, packed = lexicon.entries_of(slots.row[low : low + _BLOCK])
        slot += low
        first, final, inner = _joined(expected_of(packed), ends)
        saved = ngrams.bigram(left[slot], first)[0] + inner - as_written[slot]
        # The word behind can only cost more: what cannot be promising any longer is dropped here.
        hopeful = np.flatnonzero(saved > PROMISING)
        saved = saved[hopeful] + ngrams.bigram(final[hopeful], behind[slot[hopeful]])[0]
        best = np.flatnonzero(saved > PROMISING)
        kept = hopeful[best]
        parts.append((slot[kept], *unpack(packed[kept]), saved[best]))
    return _Candidates(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _joined(expected: Ids, ends: Ends) -> tuple[Ids, Ids, Floats]:
    """First and last word of each substitute, and log2 of the probability of what joins them."""
    first, final = expected.copy(), expected.copy()
    inner = np.zeros(len(expected), np.float32)
    longer = np.flatnonzero(expected >= FIRST_EXPANSION)
    row = expected[longer] - FIRST_EXPANSION
    first[longer], final[longer] = ends.words[row].T
    inner[longer] = ends.inner[row]
    return first, final, inner


def _scored(
    written: Written, ngrams: NgramModel, lexicon: Lexicon, slots: Slots, best: _Candidates
) -> Substitutes:
    """Candidates scored with trigrams, best first."""
    slot = best.slot
    start, length = slots.start[slot], slots.length[slot]
    gain = np.zeros(len(slot), np.float32)
    orders = np.zeros(len(slot), np.float32)
    base, base_orders = written.scores(start, length)
    table = lexicon.word_table(best.expected)
    words = (table >= 0).sum(axis=1)
    for k in range(1, LONGEST + 1):
        those = np.flatnonzero(words == k)
        if len(those):
            score, matched = written.substituted(
                ngrams, start[those], length[those], table[those, :k]
            )
            gain[those] = score - base[those]
            orders[those] = matched / (k + 2) - base_orders[those] / (length[those] + 2)
    order = np.lexsort((-gain, slot))
    return Substitutes(
        start[order],
        length[order],
        best.expected[order],
        best.sources[order],
        best.weight[order].astype(np.float32) / np.float32(WEIGHT_MAX),
        gain[order],
        orders[order],
    )

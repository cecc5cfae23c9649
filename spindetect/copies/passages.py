"""Passages that two texts share, word by word, and what stands differently in them.

Anchors that both texts have are seeds. Seeds that follow one another in both, at about the same
distance, make a passage; its streams are aligned, and it is cut where they stop agreeing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Indel

from spindetect.copies.fingerprint import STOP_CODE, Fingerprint

__all__ = ["Passage", "Substitution", "Tally", "passages"]

# Places between two seeds of a passage at most, and how many more of them one text may have than
# the other, beside a quarter: a spinner puts three words for one here and there, and no more.
# A seed that fits nowhere begins a passage of its own.
GAP = 120
SHIFT = 10

# A passage has seeds that lie so many places apart: a name of several words that both texts have
# makes seeds too, but none so far apart. Of 500 pairs by spinners that trained nothing this lets
# 99 % pass, of 737 pairs of other documents that met by chance every second.
SPAN = 6

# Places that a passage reaches beyond its outermost seeds at most before it is cut.
REACH = 200

# What a place that does not agree costs where passages are cut, in bits: of spun text every eighth
# place disagrees, and an agreeing one tells some eight bits.
COST = 6.0

# Words of a replacement at most, on either side: longer ones are rewritten text. The lexicon has
# phrases of up to three words, and neighbours may both be replaced.
LONGEST = 6


class Substitution(NamedTuple):
    """What stands differently in a passage: words of the first text and of the second.

    Attributes
    ----------
    before, after : str
        As written, in the first and in the second text.
    start, end : int
        Character offsets of `before` in the first text.
    other_start, other_end : int
        Of `after` in the second.
    """

    before: str
    after: str
    start: int
    end: int
    other_start: int
    other_end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one text and the stretch of another that says the same.

    Attributes
    ----------
    start, end : int
        Character offsets in the first text.
    other_start, other_end : int
        In the second.
    substitutions : tuple of Substitution
        Words that were exchanged, in order.
    """

    start: int
    end: int
    other_start: int
    other_end: int
    substitutions: tuple[Substitution, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over all passages of a pair of texts.

    Attributes
    ----------
    seeds : int
        Anchors that agree.
    matched : float
        Bits that agreeing places tell, each weighed by how surely it survives.
    expected : float
        The same of all places, mean of both sides.
    stops, stops_matched : int
        Ends of sentences on both sides, and those that agree.
    words : int
        Words of both sides.
    same : int
        Of these, words that are equal.
    synonyms : int
        Words that were replaced by another of their class.
    replaced : int
        Words of other replacements of up to `LONGEST` words.
    moved : int
        All other words: inserted, left out, or rewritten.
    covered : float
        Share of the words of the shorter text that are in passages.
    covered_longer : float
        The same of the longer text.
    """

    seeds: int = 0
    matched: float = 0.0
    expected: float = 0.0
    stops: int = 0
    stops_matched: int = 0
    words: int = 0
    same: int = 0
    synonyms: int = 0
    replaced: int = 0
    moved: int = 0
    covered: float = 0.0
    covered_longer: float = 0.0


class _Block(NamedTuple):
    """Places [i1, i2) of one stream and [j1, j2) of another, equal or not, and what they tell."""

    i1: int
    i2: int
    j1: int
    j2: int
    score: float
    is_equal: bool


_Span = tuple[int, int, int, int]


def passages(a: Fingerprint, b: Fingerprint) -> tuple[list[Passage], Tally]:
    """The passages that two texts share, in order of the first, and counts over all of them."""
    seeds = _seeds(a, b)
    found: list[Passage] = []
    counts: list[Tally] = []
    taken: list[_Span] = []
    chains = [chain for chain in _chains(seeds) if chain[-1][0] - chain[0][0] >= SPAN]
    for chain in sorted(chains, key=len, reverse=True):
        span = _reach(chain, taken, len(a.code), len(b.code))
        blocks = _cut(list(_blocks(a, b, span)))
        if not blocks:
            continue
        taken.append((blocks[0].i1, blocks[-1].i2, blocks[0].j1, blocks[-1].j2))
        passage, tally = _read(a, b, blocks, len(chain))
        found.append(passage)
        counts.append(tally)
    return sorted(found, key=lambda p: (p.start, p.other_start)), _total(counts, taken, a, b)


def _seeds(a: Fingerprint, b: Fingerprint) -> list[tuple[int, int]]:
    """Places of anchors that both have, in order; of one that repeats, its first place."""
    _, i, j = np.intersect1d(a.anchors, b.anchors, return_indices=True)
    return sorted(zip(a.at[i].tolist(), b.at[j].tolist(), strict=True))


def _chains(seeds: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Seeds that follow one another in both texts at about the same distance."""
    chains: list[list[tuple[int, int]]] = []
    recent: list[list[tuple[int, int]]] = []
    for i, j in seeds:
        recent = [chain for chain in recent if i - chain[-1][0] <= GAP]
        best = None
        for chain in recent:
            di, dj = i - chain[-1][0], j - chain[-1][1]
            shift = abs(di - dj)
            follows = 0 <= dj <= GAP and shift <= SHIFT + max(di, dj) // 4
            if follows and (best is None or shift < best[0]):
                best = (shift, chain)
        if best is None:
            chain = [(i, j)]
            chains.append(chain)
            recent.append(chain)
        else:
            best[1].append((i, j))
    return chains


def _reach(chain: list[tuple[int, int]], taken: list[_Span], n: int, m: int) -> _Span:
    """The places that a chain may reach, without those that are taken."""
    (i1, j1), (i2, j2) = chain[0], chain[-1]
    low_i, low_j = max(0, i1 - REACH), max(0, j1 - REACH)
    high_i, high_j = min(n, i2 + REACH), min(m, j2 + REACH)
    for t1, t2, u1, u2 in taken:
        if t2 <= i1 or t1 > i2:
            low_i, high_i = (max(low_i, t2), high_i) if t2 <= i1 else (low_i, min(high_i, t1))
        if u2 <= j1 or u1 > j2:
            low_j, high_j = (max(low_j, u2), high_j) if u2 <= j1 else (low_j, min(high_j, u1))
        if t1 <= i1 < t2 or u1 <= j1 < u2:
            # What another passage has, is not counted twice.
            return i1, i1, j1, j1
    return low_i, max(low_i, high_i), low_j, max(low_j, high_j)


def _blocks(a: Fingerprint, b: Fingerprint, span: _Span) -> Iterator[_Block]:
    """The streams of two stretches aligned."""
    i1, i2, j1, j2 = span
    left, right = a.code[i1:i2].tolist(), b.code[j1:j2].tolist()
    at_i, at_j = i1, j1
    for op in Indel.opcodes(left, right):
        if op.tag != "equal":
            continue
        begin_i, end_i = i1 + op.src_start, i1 + op.src_end
        begin_j, end_j = j1 + op.dest_start, j1 + op.dest_end
        if begin_i > at_i or begin_j > at_j:
            yield _gap(at_i, begin_i, at_j, begin_j)
        weight = float(a.weight[begin_i:end_i].sum())
        yield _Block(begin_i, end_i, begin_j, end_j, weight, is_equal=True)
        at_i, at_j = end_i, end_j
    if at_i < i2 or at_j < j2:
        yield _gap(at_i, i2, at_j, j2)


def _gap(i1: int, i2: int, j1: int, j2: int) -> _Block:
    """A block of places that do not agree."""
    return _Block(i1, i2, j1, j2, -COST * max(i2 - i1, j2 - j1), is_equal=False)


def _cut(blocks: list[_Block]) -> list[_Block]:
    """The blocks from one equal block to another that together score best."""
    if not blocks:
        return []
    sums = [0.0, *accumulate(block.score for block in blocks)]
    low, best = 0, (0.0, 0, 0)
    for end in range(1, len(sums)):
        if sums[end - 1] < sums[low]:
            low = end - 1
        if sums[end] - sums[low] > best[0]:
            best = (sums[end] - sums[low], low, end)
    return blocks[best[1] : best[2]]


def _read(
    a: Fingerprint, b: Fingerprint, blocks: list[_Block], seeds: int
) -> tuple[Passage, Tally]:
    """The passage that aligned blocks make, and counts over it."""
    i1, i2, j1, j2 = blocks[0].i1, blocks[-1].i2, blocks[0].j1, blocks[-1].j2
    runs = list(_runs(a, b, blocks))
    substitutions = []
    synonyms = replaced = moved = 0
    for r1, r2, s1, s2, is_synonym in runs:
        left, right = _words(a, r1, r2), _words(b, s1, s2)
        if left and right and max(left, right) <= LONGEST:
            substitutions.append(_substitution(a, b, (r1, r2, s1, s2)))
            synonyms += (left + right) * is_synonym
            replaced += (left + right) * (not is_synonym)
        else:
            moved += left + right
    words = _words(a, i1, i2) + _words(b, j1, j2)
    equal = [block for block in blocks if block.is_equal]
    stops = [a.code[i1:i2] == STOP_CODE, b.code[j1:j2] == STOP_CODE]
    tally = Tally(
        seeds=seeds,
        matched=sum(block.score for block in equal),
        expected=float(a.weight[i1:i2].sum() + b.weight[j1:j2].sum()) / 2,
        stops=int(stops[0].sum() + stops[1].sum()),
        stops_matched=2 * sum(int((a.code[x.i1 : x.i2] == STOP_CODE).sum()) for x in equal),
        words=words,
        same=words - synonyms - replaced - moved,
        synonyms=synonyms,
        replaced=replaced,
        moved=moved,
    )
    ends = (int(a.start[i1]), int(a.end[i2 - 1]), int(b.start[j1]), int(b.end[j2 - 1]))
    return Passage(*ends, tuple(substitutions)), tally


def _runs(
    a: Fingerprint, b: Fingerprint, blocks: list[_Block]
) -> Iterator[tuple[int, int, int, int, bool]]:
    """Stretches where words differ, and whether each word of one has a synonym for it."""
    for block in blocks:
        if block.is_equal:
            differs = a.key[block.i1 : block.i2] != b.key[block.j1 : block.j2]
            for at in np.flatnonzero(differs).tolist():
                yield block.i1 + at, block.i1 + at + 1, block.j1 + at, block.j1 + at + 1, True
        else:
            yield *_trimmed(a, block.i1, block.i2), *_trimmed(b, block.j1, block.j2), False


def _trimmed(text: Fingerprint, first: int, last: int) -> tuple[int, int]:
    """The places without ends of sentences at either end."""
    while first < last and text.code[first] == STOP_CODE:
        first += 1
    while first < last and text.code[last - 1] == STOP_CODE:
        last -= 1
    return first, last


def _words(text: Fingerprint, first: int, last: int) -> int:
    """Words among some places."""
    return int((text.code[first:last] != STOP_CODE).sum())


def _substitution(a: Fingerprint, b: Fingerprint, span: _Span) -> Substitution:
    """What stands at some places of two texts."""
    i1, i2, j1, j2 = span
    start, end = int(a.start[i1]), int(a.end[i2 - 1])
    other_start, other_end = int(b.start[j1]), int(b.end[j2 - 1])
    before, after = a.text[start:end], b.text[other_start:other_end]
    return Substitution(before, after, start, end, other_start, other_end)


def _total(counts: list[Tally], spans: list[_Span], a: Fingerprint, b: Fingerprint) -> Tally:
    """Counts over all passages."""
    sizes = {
        name: sum(getattr(tally, name) for tally in counts)
        for name in Tally.__slots__
        if not name.startswith("covered")
    }
    shares = sorted(
        (text.n_words, sum(_words(text, *span[side : side + 2]) for span in spans))
        for text, side in ((a, 0), (b, 2))
    )
    covered, longer = (min(1.0, inside / max(total, 1)) for total, inside in shares)
    return Tally(**sizes, covered=covered, covered_longer=longer)

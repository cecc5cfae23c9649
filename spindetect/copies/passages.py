"""Passages that two texts share, and what stands differently in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from spindetect.copies.alignment import Aligned, Block, Span, aligned
from spindetect.copies.fingerprint import STOP_CODE, Fingerprint

__all__ = ["Passage", "Substitution", "Tally", "passages"]

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
    told : float
        Bits that agreeing places tell who knows what stands before them, of the passage where they
        tell most: what everybody writes tells little, and so do many short finds.
    expected : float
        The same as `matched` of all places, mean of both sides.
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
    told: float = 0.0
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


def passages(a: Fingerprint, b: Fingerprint) -> tuple[list[Passage], Tally]:
    """The passages that two texts share, in order of the first, and counts over all of them."""
    found = aligned(a, b)
    read = [_read(a, b, each) for each in found]
    total = _total([tally for _, tally in read], [each.span for each in found], a, b)
    return sorted((p for p, _ in read), key=lambda p: (p.start, p.other_start)), total


def _read(a: Fingerprint, b: Fingerprint, found: Aligned) -> tuple[Passage, Tally]:
    """The passage that an aligned stretch makes, and counts over it."""
    blocks, (i1, i2, j1, j2) = found.blocks, found.span
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
        seeds=found.seeds,
        matched=sum(block.score for block in equal),
        told=sum(_told(a, b, block) for block in equal),
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


def _told(a: Fingerprint, b: Fingerprint, block: Block) -> float:
    """Bits that equal places tell, by the text that lets expect them more."""
    left, right = a.told[block.i1 : block.i2], b.told[block.j1 : block.j2]
    return float(np.minimum(left, right).sum())


def _runs(
    a: Fingerprint, b: Fingerprint, blocks: list[Block]
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


def _substitution(a: Fingerprint, b: Fingerprint, span: Span) -> Substitution:
    """What stands at some places of two texts."""
    i1, i2, j1, j2 = span
    start, end = int(a.start[i1]), int(a.end[i2 - 1])
    other_start, other_end = int(b.start[j1]), int(b.end[j2 - 1])
    before, after = a.text[start:end], b.text[other_start:other_end]
    return Substitution(before, after, start, end, other_start, other_end)


def _total(counts: list[Tally], spans: list[Span], a: Fingerprint, b: Fingerprint) -> Tally:
    """Counts over all passages."""
    sizes = {
        name: sum(getattr(tally, name) for tally in counts)
        for name in Tally.__slots__
        if name != "told" and not name.startswith("covered")
    }
    told = max((tally.told for tally in counts), default=0.0)
    shares = sorted(
        (text.n_words, sum(_words(text, *span[side : side + 2]) for span in spans))
        for text, side in ((a, 0), (b, 2))
    )
    covered, longer = (min(1.0, inside / max(total, 1)) for total, inside in shares)
    return Tally(**sizes, told=told, covered=covered, covered_longer=longer)

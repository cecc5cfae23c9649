"""Where marks of several kinds begin and end in one text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

__all__ = ["Span", "cover"]

Span: TypeAlias = tuple[int, int]


def cover(length: int, *layers: Sequence[Span]) -> list[tuple[int, int, tuple[int | None, ...]]]:
    """A text cut wherever a span begins or ends, with the span of each layer that covers a piece.

    Parameters
    ----------
    length : int
        Characters of the text.
    *layers : sequence of (start, end)
        Spans in any order; empty ones and what lies beyond the text are not seen. Where those of
        one layer overlap, the one that stands first in the sequence counts.

    Returns
    -------
    list of (start, end, indices)
        The pieces in order, none empty, together the whole text; for each layer the index of its
        span or None.

    Examples
    --------
    >>> cover(10, [(0, 6)], [(4, 8)])
    [(0, 4, (0, None)), (4, 6, (0, 0)), (6, 8, (None, 0)), (8, 10, (None, None))]
    """
    bounds = {0, length}
    bounds.update(min(place, length) for spans in layers for span in spans for place in span)
    places = sorted(bounds)
    index = {place: i for i, place in enumerate(places)}
    covered = [_covered(spans, index, length) for spans in layers]
    return [
        (start, end, tuple(layer[i] for layer in covered))
        for i, (start, end) in enumerate(pairwise(places))
    ]


def _covered(spans: Sequence[Span], index: dict[int, int], length: int) -> list[int | None]:
    """For each piece the span that covers it."""
    covering: list[int | None] = [None] * (len(index) - 1)
    for number, (start, end) in enumerate(spans):
        for piece in range(index[min(start, length)], index[min(end, length)]):
            if covering[piece] is None:
                covering[piece] = number
    return covering

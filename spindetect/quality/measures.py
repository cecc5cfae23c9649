"""What a signal measures in every document of a batch, and the passages that it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from spindetect.quality.keys import Ints
from spindetect.quality.layout import Layout
from spindetect.quality.segments import Segments, Words

__all__ = [
    "Evidence",
    "Measure",
    "Signal",
    "chosen",
    "deviation",
    "mean",
    "median",
    "passages",
    "quotient",
    "share",
    "share_of",
    "stretches",
]

Values: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Passages of the documents of a batch, in order of the text.

    Attributes
    ----------
    doc, start, end : int64 arrays
        Index of the document and character offsets in it.
    """

    doc: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class Measure:
    """One signal's values for all documents of a batch.

    Attributes
    ----------
    values : array, one entry a document
        Finite numbers.
    find : function or None
        The passages that the signal counts; asked only where a rule is broken.
    """

    values: Values
    find: Callable[[], Evidence] | None = None


# What a signal is: a function from the words of a batch, whose `layout` holds the rest.
Signal: TypeAlias = Callable[[Words], Measure]


def share(part: Values, whole: Values) -> npt.NDArray[np.float64]:
    """`part` / `whole`, where a share of nothing is 0.

    >>> share(np.array([1, 3]), np.array([4, 0])).tolist()
    [0.25, 0.0]
    """
    return part / np.maximum(whole, 1) * (whole > 0)


def quotient(part: Values, whole: Values) -> npt.NDArray[np.float64]:
    """`part` / `whole` of numbers that may be below 1, where it is 0 if `whole` is.

    >>> quotient(np.array([1.0, 3.0]), np.array([0.5, 0.0])).tolist()
    [2.0, 0.0]
    """
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole != 0)


def passages(layout: Layout, doc: Ints, start: Ints, end: Ints) -> Evidence:
    """Evidence at positions of the batch."""
    origin = layout.origin[doc]
    return Evidence(doc, start - origin, end - origin)


def chosen(segments: Segments, mask: npt.NDArray[np.bool_]) -> Callable[[], Evidence]:
    """How to find the segments that a mask chooses."""

    def find() -> Evidence:
        some = mask & (segments.size > 0)
        return passages(
            segments.layout, segments.doc[some], segments.start[some], segments.end[some]
        )

    return find


def mean(segments: Segments) -> npt.NDArray[np.float64]:
    """Mean of the characters of the segments of each document; 0 without any."""
    return share(segments.total(segments.size), segments.n)


def median(segments: Segments) -> npt.NDArray[np.float64]:
    """Median of the characters of the segments of each document; 0 without any."""
    # Sizes of each document in order, as numbers that begin with it.
    size = np.sort((segments.doc << 32) | segments.size) & 0xFFFFFFFF
    first, n = segments.bound[:-1], segments.n
    some = n > 0
    value = np.zeros(len(n))
    low, high = (first + (n - 1) // 2)[some], (first + n // 2)[some]
    value[some] = (size[low] + size[high]) / 2
    return value


def deviation(segments: Segments) -> npt.NDArray[np.float64]:
    """Standard deviation of the characters of the segments of each document; 0 without any."""
    apart = (segments.size - mean(segments)[segments.doc]) ** 2
    return np.sqrt(share(segments.total(apart), segments.n))


def share_of(segments: Segments, some: npt.NDArray[np.bool_]) -> Measure:
    """Share of the segments of each document that a mask chooses, which are the passages."""
    return Measure(share(segments.count(some), segments.n), chosen(segments, some))


def stretches(words: Words, first: Ints, n: int) -> Evidence:
    """The text covered by sequences of `n` words, by their first; those that touch are one."""
    doc = np.searchsorted(words.bound, first, side="right") - 1
    new = np.flatnonzero((np.diff(first, prepend=-n - 1) > n) | (np.diff(doc, prepend=-1) > 0))
    last = np.append(new[1:], len(first))[: len(new)] - 1
    return passages(words.layout, doc[new], words.start[first[new]], words.end[first[last] + n - 1])

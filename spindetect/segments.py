"""Segments: stretches of equal values in a sorted array."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["begins", "lengths", "ranks"]

Ints = npt.NDArray[np.int64]


def begins(values: npt.NDArray[np.integer]) -> Ints:
    """Index of the first element of each segment.

    Parameters
    ----------
    values : integer array, shape (n,)
        Sorted, or at least with equal values side by side.

    Returns
    -------
    int64 array, shape (segments,)

    Examples
    --------
    >>> begins(np.array([3, 3, 5, 8, 8])).tolist(), begins(np.zeros(0, np.int64)).tolist()
    ([0, 2, 3], [])
    """
    new = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=new[1:])
    return np.flatnonzero(new)


def lengths(first: Ints, total: int) -> Ints:
    """Length of each segment.

    Parameters
    ----------
    first : int64 array, shape (segments,)
        As `begins` gives it.
    total : int
        Elements of all segments.

    Examples
    --------
    >>> lengths(np.array([0, 2, 3]), 5).tolist()
    [2, 1, 2]
    """
    size = np.empty_like(first)
    size[:-1] = first[1:]
    size[-1:] = total
    size -= first
    return size


def ranks(values: npt.NDArray[np.integer]) -> Ints:
    """Place of each element within its segment, counted from 0; shape as `values`.

    >>> ranks(np.array([3, 3, 5, 8, 8])).tolist()
    [0, 1, 0, 0, 1]
    """
    first = begins(values)
    return np.arange(len(values)) - np.repeat(first, lengths(first, len(values)))

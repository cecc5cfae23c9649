"""Segments: stretches of equal values in a sorted array."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["begins", "ranks"]

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
    return np.flatnonzero(np.append(len(values) > 0, values[1:] != values[:-1])[: len(values)])


def ranks(values: npt.NDArray[np.integer]) -> Ints:
    """Place of each element within its segment, counted from 0; shape as `values`.

    >>> ranks(np.array([3, 3, 5, 8, 8])).tolist()
    [0, 1, 0, 0, 1]
    """
    first = begins(values)
    return np.arange(len(values)) - np.repeat(first, np.diff(first, append=len(values)))

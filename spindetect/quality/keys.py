"""Keys to compare stretches of text by: 64 bits for any slice of a sequence, at a small cost each."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from spindetect.keys import finish

__all__ = ["Groups", "Ints", "Keys", "SliceKeys", "grouped", "powers", "repeats", "within"]

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

# An odd number with no pattern in its bits (2**64 divided by the golden ratio), as has been usual
# for multiplicative hashing since Knuth, and what undoes a multiplication by it.
_MULTIPLIER = 0x9E3779B97F4A7C15
_INVERSE = pow(_MULTIPLIER, -1, 2**64)

# Characters whose terms are summed at a time, and the table of powers that this takes: what a batch
# of the detector holds fits, and a document of any length takes no more memory than one.
_BITS = 16
_BLOCK = 1 << _BITS

# Up to so many keys are sorted together with their places, in one array of 64 bits: the bits left
# for the key tell the n-grams of a batch apart but for a chance of one in some hundred thousand.
_PACKED = 1 << 14


def _powers(base: int, n: int) -> Keys:
    """The first `n` powers of `base`, from the zeroth on, modulo 2**64."""
    table = np.ones(n, np.uint64)
    # Each round doubles what is there: several times as fast as multiplying one by one.
    size, factor = 1, base % 2**64
    while size < n:
        np.multiply(table[: n - size][:size], np.uint64(factor), out=table[size : 2 * size])
        size, factor = 2 * size, factor * factor % 2**64
    table.flags.writeable = False
    return table


@cache
def _tables(*, inverse: bool) -> tuple[Keys, Keys]:
    """Powers below a block, and those of whole blocks up to the longest text that is read."""
    base = _INVERSE if inverse else _MULTIPLIER
    return _powers(base, _BLOCK), _powers(pow(base, _BLOCK, 2**64), 1 << 14)


def powers(exponent: Ints, *, inverse: bool = False) -> Keys:
    """The multiplier of the keys, or its inverse, to powers of 0 to 2**30.

    >>> up, down = powers(np.array([3, 70_000])), powers(np.array([3, 70_000]), inverse=True)
    >>> (up * down).tolist()
    [1, 1]
    """
    low, high = _tables(inverse=inverse)
    if len(exponent) == 0 or int(exponent.max()) < _BLOCK:
        return low[exponent]
    return low[exponent & (_BLOCK - 1)] * high[exponent >> _BITS]


class SliceKeys:
    """Keys of slices of one sequence of numbers, each slice at the same small cost.

    Equal slices have equal keys, wherever they stand and whatever the sequence around them; others
    differ but for chance collisions of 64 bits. They are Rabin-Karp hashes, taken as differences of
    prefix sums; of a long sequence these are made block by block and not kept.

    Parameters
    ----------
    values : integer array, one-dimensional

    Examples
    --------
    >>> keys = SliceKeys(np.array([3, 1, 4, 3, 1, 5]))
    >>> first, second, third = keys.of(np.array([0, 3, 4]), np.array([2, 5, 6]))
    >>> bool(first == second), bool(first == third)
    (True, False)
    """

    def __init__(self, values: npt.NDArray[np.generic]) -> None:
        self._values = values
        self._sums = self._block(0) if len(values) <= _BLOCK else None

    def of(self, begin: Ints, end: Ints) -> Keys:
        """Keys of the slices ``values[begin:end]``."""
        return finish(self.raw(begin, end))

    def raw(self, begin: Ints, end: Ints) -> Keys:
        """Keys that add up: that of two slices one behind the other follows from theirs.

        Multiply the second by the power of the length of the first, and add.
        """
        return (self._at(end) - self._at(begin)) * powers(begin, inverse=True)

    def _at(self, place: Ints) -> Keys:
        """Sums of the terms before each place."""
        if self._sums is not None:
            return self._sums[place]
        order = None if (place[1:] >= place[:-1]).all() else np.argsort(place)
        ordered = place if order is None else place[order]
        found = np.zeros(len(place), np.uint64)
        # An array, since numpy warns of overflow of single numbers.
        carry = np.zeros(1, np.uint64)
        bound = np.searchsorted(ordered, np.arange(0, len(self._values) + _BLOCK, _BLOCK))
        for i, (first, last) in enumerate(zip(bound[:-1], bound[1:], strict=True)):
            sums = self._block(i * _BLOCK)
            found[first:last] = carry + sums[ordered[first:last] - i * _BLOCK]
            carry = carry + sums[-1:]
        found[bound[-1] :] = carry
        if order is not None:
            found[order] = found.copy()
        return found

    def _block(self, start: int) -> Keys:
        """Prefix sums of the terms of the block that begins at `start`."""
        values = self._values[start : start + _BLOCK]
        sums = np.zeros(len(values) + 1, np.uint64)
        # One more than the value, as zeros would not count.
        np.add(values, np.uint64(1), out=sums[1:], dtype=np.uint64, casting="unsafe")
        low, high = _tables(inverse=False)
        sums[1:] *= low[: len(values)]
        if start:
            sums[1:] *= high[start >> _BITS]
        return np.cumsum(sums, out=sums)


def within(key: Keys, doc: Ints, n_documents: int) -> Keys:
    """Keys that differ between documents and sort by document.

    >>> (np.diff(within(np.array([9, 3], np.uint64), np.array([0, 1]), 2)) > 0).tolist()
    [True]
    """
    bits = np.uint64(n_documents.bit_length())
    return (doc.astype(np.uint64) << (np.uint64(64) - bits)) | (key >> bits)


class Groups:
    """Places of equal keys, those of a group in order.

    Attributes
    ----------
    order : int64 array, shape (n,)
        Places of all keys, those of equal ones side by side, and in order.
    start, count : int64 arrays, shape (groups,)
        Where each group begins in `order`; its size.
    """

    def __init__(self, key: Keys) -> None:
        n = len(key)
        if n <= _PACKED:
            # Half as long as to sort places by their keys.
            bits = np.uint64(max(n - 1, 1).bit_length())
            packed = np.sort(((key >> bits) << bits) | np.arange(n, dtype=np.uint64))
            ordered = packed >> bits
            self.order = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
        else:
            self.order = np.argsort(key, kind="stable")
            ordered = key[self.order]
        new = np.ones(n, np.bool_)
        np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
        self.start = np.flatnonzero(new)
        self.count = np.diff(self.start, append=n)

    @property
    def first(self) -> Ints:
        """Place of the first of each group."""
        return self.order[self.start]

    def sizes(self) -> Ints:
        """For each place, the size of its group."""
        sizes = np.empty(len(self.order), np.int64)
        sizes[self.order] = np.repeat(self.count, self.count)
        return sizes


def grouped(key: Keys, doc: Ints, n_documents: int) -> Groups:
    """Groups of equal keys of one document; groups of a document stand side by side.

    >>> key = np.array([5, 7, 5, 5], np.uint64)
    >>> groups = grouped(key, np.array([0, 0, 0, 1]), 2)
    >>> sorted(groups.count.tolist()), groups.order[-1].tolist()
    ([1, 1, 2], 3)
    """
    return Groups(within(key, doc, n_documents))


def repeats(groups: Groups) -> npt.NDArray[np.bool_]:
    """Mask of the keys that stood before.

    >>> repeats(Groups(np.array([5, 7, 5], np.uint64) << np.uint64(40))).tolist()
    [False, False, True]
    """
    repeat = np.ones(len(groups.order), np.bool_)
    repeat[groups.first] = False
    return repeat

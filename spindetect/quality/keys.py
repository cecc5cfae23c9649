"""Keys to compare stretches of text by: 64 bits for any slice of a sequence, each at small cost."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from spindetect.keys import finish

__all__ = [
    "Groups",
    "Ints",
    "KeySet",
    "Keys",
    "SliceKeys",
    "copies",
    "groups",
    "powers",
    "within",
]

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

# Bits that a set of keys is asked for first: of a few hundred keys one in a hundred others begins
# as one of them does.
_FIRST_BITS = 16
_REST_BITS = np.uint64(64 - _FIRST_BITS)

# More keys are sorted in parts of two hundred thousand or so.
_PART_BITS = 18


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
        found: Keys = low[exponent]
        return found
    found = np.empty(len(exponent), np.uint64)
    for start in range(0, len(exponent), _BLOCK):
        part = exponent[start : start + _BLOCK]
        np.multiply(
            low[part & (_BLOCK - 1)], high[part >> _BITS], out=found[start : start + _BLOCK]
        )
    return found


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
        found = self._at(end)
        found -= self._at(begin)
        found *= powers(begin, inverse=True)
        return found

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
        for i, (first, last) in enumerate(itertools.pairwise(bound)):
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


class KeySet:
    """Keys to find among others, most of which are not there.

    Parameters
    ----------
    keys : uint64 array
        One at least.

    Examples
    --------
    >>> KeySet(np.array([7, 5], np.uint64)).has(np.array([5, 6, 7], np.uint64)).tolist()
    [True, False, True]
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = np.unique(keys)
        self._begins = np.zeros(1 << _FIRST_BITS, np.bool_)
        self._begins[self._keys >> _REST_BITS] = True

    def has(self, key: Keys) -> npt.NDArray[np.bool_]:
        """Mask of the keys that are in the set."""
        found: npt.NDArray[np.bool_] = self._begins[key >> _REST_BITS]
        # What begins as one of them is compared in full.
        some = np.flatnonzero(found)
        place = np.searchsorted(self._keys, key[some])
        found[some] = self._keys[np.minimum(place, len(self._keys) - 1)] == key[some]
        return found


@dataclass(frozen=True, slots=True)
class Groups:
    """Places of equal keys, side by side, and those of a group in order.

    Attributes
    ----------
    order : int64 array, shape (n,)
        The places.
    start, count : int64 arrays, shape (groups,)
        Where each group begins in `order`; its size.
    """

    order: Ints
    start: Ints
    count: Ints

    @property
    def first(self) -> Ints:
        """Place of the first of each group."""
        return self.order[self.start]

    def later(self) -> Ints:
        """Places of all but the first of each group."""
        rest = np.ones(len(self.order), np.bool_)
        rest[self.start] = False
        return self.order[rest]


def groups(key: Keys) -> Groups:
    """All places, by their keys; groups in the order of these.

    >>> found = groups(np.array([7, 5, 7], np.uint64))
    >>> found.order.tolist(), found.count.tolist()
    ([1, 0, 2], [1, 2])
    """
    order = np.argsort(key, kind="stable")
    return _parted(order, key[order])


def copies(key: Keys) -> Groups:
    """Places of the keys that occur several times, by their keys; groups in the order of these.

    Most of the sequences of a text occur once, so that this is less than all.

    >>> found = copies(np.array([7, 5, 7], np.uint64) << np.uint64(40))
    >>> found.order.tolist(), found.count.tolist()
    ([0, 2], [2])
    """
    n = len(key)
    if n <= _PACKED:
        # Keys and places sorted in one, half as long as to sort places by keys.
        bits = np.uint64(max(n - 1, 1).bit_length())
        packed = np.sort(((key >> bits) << bits) | np.arange(n, dtype=np.uint64))
        several = _several(packed >> bits)
        packed = packed[several]
        order = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
        return _parted(order, packed >> bits)
    # Part by part, by the first bits, so that only a part is sorted at a time.
    n_bits = max(n.bit_length() - _PART_BITS, 0)
    part = (key >> np.uint64(64 - n_bits)).astype(np.uint16) if n_bits else np.zeros(n, np.uint16)
    places, keys = [], []
    for number in range(1 << n_bits):
        place = np.flatnonzero(part == number)
        place = place[np.argsort(key[place], kind="stable")]
        ordered = key[place]
        several = _several(ordered)
        places.append(place[several])
        keys.append(ordered[several])
    return _parted(np.concatenate(places), np.concatenate(keys))


def _several(ordered: Keys) -> npt.NDArray[np.bool_]:
    """Mask of the sorted keys that equal a neighbour."""
    several = np.zeros(len(ordered), np.bool_)
    same = ordered[1:] == ordered[:-1]
    several[1:] = same
    several[:-1] |= same
    return several


def _parted(order: Ints, ordered: Keys) -> Groups:
    """Groups of places in the order of their keys."""
    new = np.ones(len(order), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    start = np.flatnonzero(new)
    return Groups(order, start, np.diff(start, append=len(order)))

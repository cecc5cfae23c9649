"""Sets of 64-bit keys in fingerprint tables: two bytes a key, one cache line a look-up.

A table is an array of buckets of four 16-bit lanes. A key lives in one of two buckets (cuckoo
hashing with buckets of four fills to about 95 %, Dietzfelbinger and Weidling 2007), represented by
a fingerprint in the high bits of a lane; the low bits of the lane may carry a small value. One
bucket is one 64-bit number, so a look-up is one gather and a few word operations, for arrays of
keys at once.

A key that was never stored is found by mistake with a probability of at most ``8 / 2**bits``. As
rarely, a stored key meets another's lane before its own: what is stored is always found, but not
always with its own value.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from spindetect.accelerator import kernels
from spindetect.keys import finish

__all__ = ["build", "find", "value_mask"]

Keys = npt.NDArray[np.uint64]
Lanes = npt.NDArray[np.uint16]

# With buckets of four, two choices reach a load of 0.98 in theory; at 0.94 the builder below closed
# tables of seven million keys in five seconds.
LOAD = 0.94

# Rounds of moving keys about before the table is made larger; tables of millions of keys close in
# fewer.
_TRIES = 1000

# Buckets by which a table is enlarged at most: distinct keys hardly ever need more than one.
_ENLARGED = 8

# Keys that are looked up together: their intermediate arrays stay in the second-level cache.
_BLOCK = 8_192

# One in each lane, the high bit of each lane.
ONES = np.uint64(0x0001000100010001)
HIGH = np.uint64(0x8000800080008000)

# Odd numbers whose bits look random, to multiply hashes by.
SPREAD = np.uint64(0xC2B2AE3D27D4EB4F)
SECOND = np.uint64(0x9FB21C651E98DF25)

# Lower half of a number, and its width.
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)


def value_mask(bits: int) -> int:
    """Mask of the value in a lane whose fingerprint takes `bits` bits.

    >>> value_mask(12)
    15
    """
    return (1 << (16 - bits)) - 1


def _hashes(keys: Keys, buckets: int, bits: int) -> tuple[Keys, Keys, Keys]:
    """Both buckets of each key and its fingerprint (in the high bits of a lane, never zero)."""
    # Halves of one hash choose the buckets; the high bits of its product with an odd number, which
    # depend on all of it, make the fingerprint. Ranges are cut by multiplication, which is
    # cheaper than a remainder.
    mixed = finish(keys * SPREAD + np.uint64(1))
    size = np.uint64(buckets)
    fingerprint = mixed * SECOND
    fingerprint >>= _32
    fingerprint *= np.uint64((1 << bits) - 1)
    fingerprint >>= _32
    fingerprint += np.uint64(1)
    fingerprint <<= np.uint64(16 - bits)
    first = mixed >> _32
    first *= size
    first >>= _32
    mixed &= _LOW
    mixed *= size
    mixed >>= _32
    return first, mixed, fingerprint


def _matches(bucket: Keys, fingerprints: Keys, mask: np.uint64) -> Keys:
    """Not zero where a lane of the bucket holds the fingerprint; its lowest bit marks the lane.

    `fingerprints` has that of a key in each lane. The buckets are written over.
    """
    # The classic test for a zero byte, with lanes for bytes: its lowest hit is always a true one.
    bucket &= mask
    bucket ^= fingerprints
    less = bucket - ONES
    np.invert(bucket, out=bucket)
    bucket &= less
    bucket &= HIGH
    return bucket


def find(lanes: Lanes, keys: Keys, bits: int) -> npt.NDArray[np.int64]:
    """Slot of each key in the table, -1 for keys that are not in it.

    Parameters
    ----------
    lanes : uint16 array, shape (4 * buckets,)
        A table made by `build`.
    keys : uint64 array
    bits : int
        Bits of a lane that are fingerprint, as given to `build`.

    Examples
    --------
    >>> keys = np.arange(100, dtype=np.uint64)
    >>> lanes, slots = build(keys, 16)
    >>> bool((find(lanes, keys, 16) == slots).all())
    True
    """
    buckets = lanes.view(np.uint64)
    slots = np.empty(len(keys), np.int64)
    fast = kernels()
    if fast is not None:
        fast.find(buckets, np.ascontiguousarray(keys), bits, slots)
        return slots
    for begin in range(0, len(keys), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        slots[block] = _find_block(buckets, keys[block], bits)
    return slots


def _find_block(buckets: Keys, keys: Keys, bits: int) -> npt.NDArray[np.int64]:
    """Slots of a block of keys."""
    # Both buckets of all keys are read, in place: to leave out the second of those that are found
    # in the first, and to name slots only where something was found, took 51 ns a key, this 31.
    first, second, fingerprint = _hashes(keys, len(buckets), bits)
    bucket, second = first.view(np.int64), second.view(np.int64)
    mask = np.uint64(0xFFFF & ~value_mask(bits)) * ONES
    fingerprint *= ONES
    match = _matches(np.take(buckets, bucket, mode="clip"), fingerprint, mask)
    other = _matches(np.take(buckets, second, mode="clip"), fingerprint, mask)
    turn = match == 0
    np.copyto(match, other, where=turn)
    np.copyto(bucket, second, where=turn)
    # The bits up to the lowest hit, a multiple of 16 of them.
    below = match - np.uint64(1)
    below ^= match
    bucket <<= 2
    bucket += np.bitwise_count(below) >> 4
    bucket -= 1
    bucket[match == 0] = -1
    return bucket


def build(
    keys: Keys, bits: int, values: npt.NDArray[np.uint16] | None = None
) -> tuple[Lanes, npt.NDArray[np.int64]]:
    """Table of distinct keys and the slot that each took.

    Parameters
    ----------
    keys : uint64 array, shape (n,)
        Distinct.
    bits : int
        Fingerprint bits of a lane, 8 to 16.
    values : uint16 array, shape (n,), optional
        What the low ``16 - bits`` bits of each lane carry.
    """
    buckets = max(1, int(np.ceil(len(keys) / 4 / LOAD)))
    owner = None
    enough = buckets + _ENLARGED
    while owner is None:
        if buckets > enough:
            raise RuntimeError("the table does not close; are the keys distinct?")
        first, second, fingerprint = _hashes(keys, buckets, bits)
        owner = _owners(np.stack([first, second]).astype(np.int64), buckets)
        # A small table may be unlucky: more of its keys than fit may share both buckets.
        buckets += owner is None
    lanes = np.zeros(len(owner), np.uint16)
    taken = np.flatnonzero(owner >= 0)
    lanes[taken] = fingerprint[owner[taken]].astype(np.uint16)
    if values is not None:
        lanes[taken] |= values[owner[taken]] & np.uint16(value_mask(bits))
    slots = np.empty(len(keys), np.int64)
    slots[owner[taken]] = taken
    return lanes, slots


def _owners(choices: npt.NDArray[np.int64], buckets: int) -> npt.NDArray[np.int64] | None:
    """Key in each slot, -1 where it is free; None if the keys do not settle.

    `choices` has shape (2, n): the two buckets of each key.
    """
    size = choices.shape[1]
    owner = np.full(4 * buckets, -1, np.int64)
    fill = np.zeros(buckets, np.int64)
    pending = np.arange(size)
    choice = np.zeros(size, np.int64)
    random = np.random.default_rng(0)
    tries = 0
    while len(pending):
        if tries > _TRIES:
            return None
        bucket = choices[choice[pending], pending]
        order = np.argsort(bucket, kind="stable")
        pending, bucket = pending[order], bucket[order]
        first_of = np.flatnonzero(np.diff(bucket, prepend=-1))
        rank = np.arange(len(bucket)) - np.repeat(first_of, np.diff(first_of, append=len(bucket)))
        fits = rank < 4 - fill[bucket]
        owner[4 * bucket[fits] + fill[bucket[fits]] + rank[fits]] = pending[fits]
        np.add.at(fill, bucket[fits], 1)
        losers, bucket, rank = pending[~fits], bucket[~fits], rank[~fits]
        # One loser a bucket takes the place of a random owner, who moves to its other bucket.
        one = np.flatnonzero(np.diff(bucket, prepend=-1))
        slot = 4 * bucket[one] + random.integers(0, 4, len(one))
        evicted = owner[slot]
        owner[slot] = losers[one]
        choice[evicted] ^= 1
        rest = np.ones(len(losers), np.bool_)
        rest[one] = False
        choice[losers[rest]] ^= 1
        pending = np.concatenate([losers[rest], evicted])
        tries += 1
    return owner

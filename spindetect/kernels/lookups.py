"""Kernels of `spindetect.tables` and `spindetect.ngrams`, and the look-ups of all others."""

from __future__ import annotations

import numpy as np
from numba import types

from spindetect import keys, ngrams, tables
from spindetect.kernels.compiled import (
    F32,
    I8,
    I32,
    I64,
    U16,
    U64,
    array_in,
    array_out,
    compiled,
    inlined,
)

__all__ = [
    "BLOCK",
    "NGRAMS",
    "ROOM",
    "bigram",
    "find",
    "logprob",
    "pair_bits",
    "pair_block",
    "room",
    "triple_bits",
    "triple_block",
]

_ONES, _HIGH = tables.ONES, tables.HIGH
_SPREAD, _SECOND = tables.SPREAD, tables.SECOND
_FINISH = keys.FINISH
_LOW, _16, _29, _32, _33 = (np.uint64(n) for n in (0xFFFFFFFF, 16, 29, 32, 33))


@inlined
def _finished(key):
    """`spindetect.keys.finish`."""
    key = (key ^ (key >> _33)) * _FINISH
    return key ^ (key >> _29)


# Choices that depend on what memory answers are made by arithmetic, since a branch, or a choice
# that the compiler turns into one, would be guessed wrong every other time.


@inlined
def _none(match):
    """1 where a match marks no lane, else 0."""
    return (~match & (match - np.uint64(1))) >> np.uint64(63)


@inlined
def _lane(match):
    """Lane that a match marks first."""
    lowest = match & (~match + np.uint64(1))
    one = np.uint64(1)
    return (
        ((lowest >> np.uint64(31)) & one)
        + ((lowest >> np.uint64(47)) & one) * np.uint64(2)
        + (lowest >> np.uint64(63)) * np.uint64(3)
    )


@inlined
def _matches(bucket, fingerprint, mask):
    """Not zero where a lane of the bucket holds the fingerprint."""
    differs = (bucket & mask) ^ (fingerprint * _ONES)
    return (differs - _ONES) & ~differs & _HIGH


@inlined
def _places(key, buckets, bits):
    """Both buckets of a key, its fingerprint, and the mask of fingerprints."""
    size = np.uint64(buckets)
    shift = _16 - np.uint64(bits)
    values = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
    mixed = _finished(key * _SPREAD + np.uint64(1))
    fingerprint = ((((mixed * _SECOND) >> _32) * values >> _32) + np.uint64(1)) << shift
    first, second = ((mixed >> _32) * size) >> _32, ((mixed & _LOW) * size) >> _32
    return first, second, fingerprint, (values << shift) * _ONES


@inlined
def _chosen(first, second, fingerprint, mask):
    """The match in two buckets, and all bits where it is in the second."""
    match = _matches(first, fingerprint, mask)
    turn = np.uint64(0) - _none(match)
    return match | (_matches(second, fingerprint, mask) & turn), turn


@inlined
def _slot(buckets, key, bits):
    """Slot of a key in a table, and 1; any slot, and 0, if it is not in it."""
    first, second, fingerprint, mask = _places(key, len(buckets), bits)
    match, turn = _chosen(buckets[first], buckets[second], fingerprint, mask)
    bucket = first ^ ((first ^ second) & turn)
    return (bucket << np.uint64(2)) + _lane(match), np.uint64(1) - _none(match)


@compiled(array_in(U64), array_in(U64), I64, array_out(I64))
def find(buckets, keys, bits, out):
    """Slots of keys, as `spindetect.tables.find`."""
    for i in range(len(keys)):
        slot, found = _slot(buckets, keys[i], bits)
        out[i] = np.int64(slot) if found else np.int64(-1)


# `spindetect.ngrams.NgramModel.arrays`.
NGRAMS = types.Tuple(
    (array_in(F32), array_in(F32), array_in(U64, 2), array_in(U64), array_in(U16), array_in(F32))
)
_ID_BITS = np.uint64(ngrams.ID_BITS)
_BIGRAM_BITS, _TRIGRAM_BITS = ngrams.BIGRAM_BITS, ngrams.TRIGRAM_BITS
_TRIGRAM_VALUE = tables.value_mask(ngrams.TRIGRAM_BITS)
_RATIO_STEP, _RATIO_LOW = np.float32(ngrams.RATIO_STEP), np.float32(ngrams.RATIO_LOW)
_BACKOFF_STEP, _BACKOFF_LOW = np.float32(ngrams.BACKOFF_STEP), np.float32(ngrams.BACKOFF_LOW)


@inlined
def _pair(left, word):
    """Key of a pair of ids."""
    return (np.uint64(left) << _ID_BITS) | np.uint64(word)


@inlined
def pair_bits(unigrams, backoff, pairs, left, word):
    """log2 P(word | left), the back-off weight behind both, the slot of the pair, and 1 or 0."""
    first, second, fingerprint, mask = _places(_pair(left, word), len(pairs), _BIGRAM_BITS)
    match, turn = _chosen(pairs[first, 0], pairs[second, 0], fingerprint, mask)
    # Values are read with the lanes and not when these have answered.
    one, other = pairs[first, 1], pairs[second, 1]
    lane = _lane(match)
    both = (one ^ ((one ^ other) & turn)) >> (lane << np.uint64(4))
    found = np.uint64(1) - _none(match)
    hit, byte = np.float32(found), np.uint64(255)
    ratio = np.float32(both & byte) * _RATIO_STEP + _RATIO_LOW
    weight = np.float32((both >> np.uint64(8)) & byte) * _BACKOFF_STEP + _BACKOFF_LOW
    change = ratio * hit + backoff[np.uint32(left)] * (np.float32(1) - hit)
    slot = ((first ^ ((first ^ second) & turn)) << np.uint64(2)) + lane
    return unigrams[np.uint32(word)] + change, weight * hit, slot, found


@inlined
def triple_bits(unigrams, backoff, pairs, triples, lanes, levels, far, left, weight, word):
    """log2 P(word | far left) and P(word | left), the order, and the weight behind left and word.

    `weight` is the back-off weight behind far and left.
    """
    pair, behind, _, found = pair_bits(unigrams, backoff, pairs, left, word)
    key = (np.uint64(far) << (_ID_BITS + _ID_BITS)) | _pair(left, word)
    slot, whole = _slot(triples, key, _TRIGRAM_BITS)
    # Without the pair it is a stranger's.
    whole &= found
    hit = np.float32(whole)
    level = levels[lanes[slot] & _TRIGRAM_VALUE] * hit + weight * (np.float32(1) - hit)
    return min(pair + level, np.float32(0)), pair, np.uint64(1) + found + whole, behind


# Pairs, or triples, that are looked up together: what is kept of them stays in the first-level
# cache. Hashes are computed for several at once, and memory is asked for many before the first has
# answered: the pairs of a text took half as long as one by one.
BLOCK = 128

# What is kept of a block: hashes, buckets and values; probabilities and weights of single words.
ROOM = types.Tuple((array_out(U64, 2), array_out(F32, 2)))


def room():
    """Room for what is kept of a block."""
    return np.empty((7, BLOCK), np.uint64), np.empty((2, BLOCK), np.float32)


@inlined
def pair_block(model, left, word, size, space, bits, weight, found):
    """The same as `pair_bits` of the first `size` pairs, `BLOCK` at most; without their slots."""
    unigrams, backoff, pairs, _, _, _ = model
    whole, part = space
    first, second, prints = whole[0], whole[1], whole[2]
    one, other, ones, others = whole[3], whole[4], whole[5], whole[6]
    alone, behind = part[0], part[1]
    _, _, _, mask = _places(np.uint64(0), len(pairs), _BIGRAM_BITS)
    for i in range(size):
        key = _pair(left[i], word[i])
        first[i], second[i], prints[i], _ = _places(key, len(pairs), _BIGRAM_BITS)
    for i in range(size):
        one[i], ones[i] = pairs[first[i], 0], pairs[first[i], 1]
        other[i], others[i] = pairs[second[i], 0], pairs[second[i], 1]
        alone[i], behind[i] = unigrams[np.uint32(word[i])], backoff[np.uint32(left[i])]
    byte = np.uint64(255)
    for i in range(size):
        match, turn = _chosen(one[i], other[i], prints[i], mask)
        both = (ones[i] ^ ((ones[i] ^ others[i]) & turn)) >> (_lane(match) << np.uint64(4))
        found[i] = np.int32(np.uint64(1) - _none(match))
        hit = np.float32(found[i])
        ratio = np.float32(np.int32(both & byte)) * _RATIO_STEP + _RATIO_LOW
        step = np.float32(np.int32((both >> np.uint64(8)) & byte))
        bits[i] = alone[i] + (ratio * hit + behind[i] * (np.float32(1) - hit))
        weight[i] = (step * _BACKOFF_STEP + _BACKOFF_LOW) * hit


@inlined
def triple_block(model, far, left, word, size, space, bits, before, found, tri):
    """log2 P(word | far left) of the first `size` triples, `BLOCK` at most.

    Of each are read what `pair_block` gives for left and word, `bits` and whether the pair was
    `found`, and the back-off weight `before` the word; `found` becomes the order.
    """
    _, _, _, triples, _, levels = model
    whole, _ = space
    first, second, prints, one, other = whole[0], whole[1], whole[2], whole[3], whole[4]
    _, _, _, mask = _places(np.uint64(0), len(triples), _TRIGRAM_BITS)
    for i in range(size):
        key = (np.uint64(far[i]) << (_ID_BITS + _ID_BITS)) | _pair(left[i], word[i])
        first[i], second[i], prints[i], _ = _places(key, len(triples), _TRIGRAM_BITS)
    for i in range(size):
        one[i], other[i] = triples[first[i]], triples[second[i]]
    for i in range(size):
        match, turn = _chosen(one[i], other[i], prints[i], mask)
        bucket = (one[i] ^ ((one[i] ^ other[i]) & turn)) >> (_lane(match) << np.uint64(4))
        # Without the pair it is a stranger's.
        hit = np.int32(np.uint64(1) - _none(match)) & found[i]
        level = levels[bucket & np.uint64(_TRIGRAM_VALUE)] * np.float32(hit)
        level += before[i] * np.float32(np.int32(1) - hit)
        tri[i] = min(bits[i] + level, np.float32(0))
        found[i] += np.int32(1) + hit


@compiled(NGRAMS, array_in(I32), array_in(I32), array_out(F32), array_out(I64))
def bigram(model, left, word, out, slots):
    """`spindetect.ngrams.NgramModel.bigram`."""
    unigrams, backoff, pairs, _, _, _ = model
    for i in range(len(word)):
        out[i], _, slot, found = pair_bits(unigrams, backoff, pairs, left[i], word[i])
        slots[i] = np.int64(slot) if found else np.int64(-1)


@compiled(
    *(NGRAMS, array_in(I32), array_in(I32), array_in(I32), ROOM),
    *(array_out(F32, 2), array_out(I32, 2), array_out(F32), array_out(F32), array_out(I8)),
)
def logprob(model, far, left, word, space, floats, found, tri, pairs, orders):
    """`spindetect.ngrams.NgramModel.logprob`; `floats` and `found` have room for a block."""
    before, unused = floats[0], floats[1]
    for begin in range(0, len(word), BLOCK):
        size = min(BLOCK, len(word) - begin)
        end = begin + size
        some = far[begin:end], left[begin:end], word[begin:end]
        pair_block(model, some[0], some[1], size, space, unused, before, found[0])
        pair_block(model, some[1], some[2], size, space, pairs[begin:end], unused, found[0])
        triple_block(
            *(model, some[0], some[1], some[2], size, space),
            *(pairs[begin:end], before, found[0], tri[begin:end]),
        )
        for i in range(size):
            orders[begin + i] = np.int8(found[0, i])

"""Kernels: the inner loops of scoring, compiled by numba.

Each gives what the numpy version beside its caller gives, to the last bit: whole numbers, or the
same floating-point operations in the same order. Import this module through
`spindetect.accelerator` only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import types

from spindetect import keys, lexicon, ngrams, tables, topics

__all__ = [
    "bigram",
    "cloze_scores",
    "find",
    "hidden",
    "joint",
    "log_odds",
    "logprob",
    "narrow",
    "search",
    "substitutes",
    "topic_sums",
    "tried",
]

_Function = TypeVar("_Function", bound=Callable[..., Any])

# Any, since not every option that is used is among its types.
_NJIT: Any = numba.njit

# Kernels allocate nothing, so that no references need be counted: that made the look-ups of pairs
# take 100 ns in place of 10.
_NO_REFERENCES = {"_nrt": False}


def _compiled(*arguments: object, returns: Any = types.void) -> Callable[[_Function], _Function]:
    """Compile a function for arguments of these types when it is defined, or load it from disk."""

    def compile_(function: _Function) -> _Function:
        options = {"cache": True, "nogil": True, **_NO_REFERENCES}
        return cast(_Function, _NJIT(returns(*arguments), **options)(function))

    return compile_


def _inlined(function: _Function) -> _Function:
    """A part of kernels."""
    return cast(_Function, _NJIT(**_NO_REFERENCES)(function))


def _in(dtype: Any, ndim: int = 1) -> Any:
    """Type of an array that is read: mapped tables cannot be written."""
    return types.Array(dtype, ndim, "C", readonly=True)


def _out(dtype: Any, ndim: int = 1) -> Any:
    """Type of an array that is written."""
    return types.Array(dtype, ndim, "C")


_U64, _I64, _I32, _U32 = types.uint64, types.int64, types.int32, types.uint32
_U16, _I16, _U8, _I8 = types.uint16, types.int16, types.uint8, types.int8
_F32, _F64 = types.float32, types.float64


# Trees

# A number whose 64 windows of six bits are all different, and the place of each window: the
# product with a power of two has the window of its exponent on top (Leiserson et al. 1998).
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_EXPONENT = np.zeros(64, np.uint8)
for _i in range(64):
    _EXPONENT[((int(_DE_BRUIJN) << _i) & (2**64 - 1)) >> 58] = _i


@_compiled(
    _in(_F32, 2),
    _in(_I64, 2),
    _in(_F32, 2),
    _in(_U64, 2),
    _in(_F64, 2),
    _I64,
    _out(_F32, 2),
    _out(_U64),
    _out(_F64),
)
def log_odds(rows, feature, threshold, clears, leaves, nodes, block, gone, out):
    """Add the leaf of each tree to each row's sum, as `spindetect.trees.Trees.log_odds`.

    No tree has more than so many `nodes`. As many rows as `gone` is long are tested side by side, one column of `block` each.
    """
    side = len(gone)
    zero, one = np.uint64(0), np.uint64(1)
    for begin in range(0, len(rows), side):
        size = min(side, len(rows) - begin)
        for i in range(size):
            for j in range(rows.shape[1]):
                block[j, i] = rows[begin + i, j]
        for t in range(len(leaves)):
            for i in range(side):
                gone[i] = zero
            for node in range(nodes):
                bits, limit, column = clears[t, node], threshold[t, node], feature[t, node]
                for i in range(side):
                    gone[i] |= bits if block[column, i] > limit else zero
            for i in range(size):
                lowest = ~gone[i] & (gone[i] + one)
                leaf = _EXPONENT[(lowest * _DE_BRUIJN) >> np.uint64(58)]
                out[begin + i] += leaves[t, leaf]


# Tables

_ONES, _HIGH = tables.ONES, tables.HIGH
_SPREAD, _SECOND = tables.SPREAD, tables.SECOND
_FINISH = keys.FINISH
_LOW, _16, _29, _32, _33 = (np.uint64(n) for n in (0xFFFFFFFF, 16, 29, 32, 33))


@_inlined
def _finished(key):
    """`spindetect.keys.finish`."""
    key = (key ^ (key >> _33)) * _FINISH
    return key ^ (key >> _29)


# Choices that depend on what memory answers are made by arithmetic, since a branch, or a choice
# that the compiler turns into one, would be guessed wrong every other time.


@_inlined
def _none(match):
    """1 where a match marks no lane, else 0."""
    return (~match & (match - np.uint64(1))) >> np.uint64(63)


@_inlined
def _lane(match):
    """Lane that a match marks first."""
    lowest = match & (~match + np.uint64(1))
    one = np.uint64(1)
    return (
        ((lowest >> np.uint64(31)) & one)
        + ((lowest >> np.uint64(47)) & one) * np.uint64(2)
        + (lowest >> np.uint64(63)) * np.uint64(3)
    )


@_inlined
def _matches(bucket, fingerprint, mask):
    """Not zero where a lane of the bucket holds the fingerprint."""
    differs = (bucket & mask) ^ (fingerprint * _ONES)
    return (differs - _ONES) & ~differs & _HIGH


@_inlined
def _places(key, buckets, bits):
    """Both buckets of a key, its fingerprint, and the mask of fingerprints."""
    size = np.uint64(buckets)
    shift = _16 - np.uint64(bits)
    values = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
    mixed = _finished(key * _SPREAD + np.uint64(1))
    fingerprint = ((((mixed * _SECOND) >> _32) * values >> _32) + np.uint64(1)) << shift
    first, second = ((mixed >> _32) * size) >> _32, ((mixed & _LOW) * size) >> _32
    return first, second, fingerprint, (values << shift) * _ONES


@_inlined
def _chosen(first, second, fingerprint, mask):
    """The match in two buckets, and all bits where it is in the second."""
    match = _matches(first, fingerprint, mask)
    turn = np.uint64(0) - _none(match)
    return match | (_matches(second, fingerprint, mask) & turn), turn


@_inlined
def _slot(buckets, key, bits):
    """Slot of a key in a table, and 1; any slot, and 0, if it is not in it."""
    first, second, fingerprint, mask = _places(key, len(buckets), bits)
    match, turn = _chosen(buckets[first], buckets[second], fingerprint, mask)
    bucket = first ^ ((first ^ second) & turn)
    return (bucket << np.uint64(2)) + _lane(match), np.uint64(1) - _none(match)


@_compiled(_in(_U64), _in(_U64), _I64, _out(_I64))
def find(buckets, keys, bits, out):
    """Slots of keys, as `spindetect.tables.find`."""
    for i in range(len(keys)):
        slot, found = _slot(buckets, keys[i], bits)
        out[i] = np.int64(slot) if found else np.int64(-1)


# N-grams

# `spindetect.ngrams.NgramModel.arrays`.
_NGRAMS = types.Tuple((_in(_F32), _in(_F32), _in(_U64, 2), _in(_U64), _in(_U16), _in(_F32)))
_ID_BITS = np.uint64(ngrams.ID_BITS)
_BIGRAM_BITS, _TRIGRAM_BITS = ngrams.BIGRAM_BITS, ngrams.TRIGRAM_BITS
_TRIGRAM_VALUE = tables.value_mask(ngrams.TRIGRAM_BITS)
_RATIO_STEP, _RATIO_LOW = np.float32(ngrams.RATIO_STEP), np.float32(ngrams.RATIO_LOW)
_BACKOFF_STEP, _BACKOFF_LOW = np.float32(ngrams.BACKOFF_STEP), np.float32(ngrams.BACKOFF_LOW)


@_inlined
def _pair(left, word):
    """Key of a pair of ids."""
    return (np.uint64(left) << _ID_BITS) | np.uint64(word)


@_inlined
def _bigram(unigrams, backoff, pairs, left, word):
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


@_inlined
def _trigram(unigrams, backoff, pairs, triples, lanes, levels, far, left, weight, word):
    """log2 P(word | far left) and P(word | left), the order, and the weight behind left and word.

    `weight` is the back-off weight behind far and left.
    """
    pair, behind, _, found = _bigram(unigrams, backoff, pairs, left, word)
    key = (np.uint64(far) << (_ID_BITS + _ID_BITS)) | _pair(left, word)
    slot, whole = _slot(triples, key, _TRIGRAM_BITS)
    # Without the pair it is a stranger's.
    whole &= found
    hit = np.float32(whole)
    level = levels[lanes[slot] & _TRIGRAM_VALUE] * hit + weight * (np.float32(1) - hit)
    return min(pair + level, np.float32(0)), pair, np.uint64(1) + found + whole, behind


@_compiled(_NGRAMS, _in(_I32), _in(_I32), _out(_F32), _out(_I64))
def bigram(model, left, word, out, slots):
    """`spindetect.ngrams.NgramModel.bigram`."""
    unigrams, backoff, pairs, _, _, _ = model
    for i in range(len(word)):
        out[i], _, slot, found = _bigram(unigrams, backoff, pairs, left[i], word[i])
        slots[i] = np.int64(slot) if found else np.int64(-1)


@_compiled(_NGRAMS, _in(_I32), _in(_I32), _in(_I32), _out(_F32), _out(_F32), _out(_I8))
def logprob(model, far, left, word, tri, pairs, orders):
    """`spindetect.ngrams.NgramModel.logprob`."""
    unigrams, backoff, table, triples, lanes, levels = model
    for i in range(len(word)):
        _, weight, _, _ = _bigram(unigrams, backoff, table, far[i], left[i])
        tri[i], pairs[i], order, _ = _trigram(
            *(unigrams, backoff, table, triples, lanes, levels),
            *(far[i], left[i], weight, word[i]),
        )
        orders[i] = np.int8(order)


# Cloze

_LOG_STEP = np.float32(ngrams.LOG_STEP)


@_inlined
def _squeezed(sums, factor, offset, most):
    """Put the hidden numbers of a gap in the place of their sums."""
    for j in range(len(sums)):
        sums[j] = min(max(np.rint(sums[j] * factor[j] + offset[j]), np.float32(0)), most)


@_compiled(
    *(_in(_I32), _in(_I64), _in(_I64), _in(_I64), _in(_F32, 3), _in(_F32, 3)),
    *(_in(_F32), _in(_F32), _I64, _out(_I64), _out(_F32, 2)),
)
def hidden(doc, rows, at, around, common, rare, factor, offset, most, row_of, out):
    """Hidden numbers of gaps (`spindetect.cloze.Cloze.gaps`), given what their topics add to them.

    `rows` says for each token which row of `common`, or behind it of `rare`, holds its parts;
    `row_of` has room for a number of each token. Each token adds to the gaps around it, so that
    its parts are read in one go.
    """
    size, most = len(common), np.float32(most)
    if len(at) == 0:
        return
    reach = around[len(around) - 1]
    begin, end = max(at[0] - reach, 0), min(at[len(at) - 1] + reach + 1, len(rows))
    for t in range(begin, end):
        row_of[t] = -1
    for i in range(len(at)):
        row_of[at[i]] = i
        # Where the document ends stands a break.
        for p in range(len(around)):
            place = at[i] + around[p]
            if place < 0 or place >= len(rows) or doc[place] != doc[at[i]]:
                for j in range(out.shape[1]):
                    out[i, j] += common[rows[0], p, j]
    for t in range(begin, end):
        row = rows[t]
        for p in range(len(around)):
            gap = t - around[p]
            if gap < begin or gap >= end or doc[gap] != doc[t] or row_of[gap] < 0:
                continue
            i = row_of[gap]
            if row < size:
                for j in range(out.shape[1]):
                    out[i, j] += common[row, p, j]
            else:
                for j in range(out.shape[1]):
                    out[i, j] += rare[row - size, p, j]
        # No later token adds to it.
        if t - reach >= begin and row_of[t - reach] >= 0:
            _squeezed(out[row_of[t - reach]], factor, offset, most)
    for t in range(max(end - reach, begin), end):
        if row_of[t] >= 0:
            _squeezed(out[row_of[t]], factor, offset, most)


@_compiled(_in(_F32, 2), _in(_F32), _I64, _out(_I16, 2))
def narrow(gaps, factor, most, out):
    """Whole numbers of gaps from their sums (`spindetect.cloze.Cloze.gaps`)."""
    most = np.float32(most)
    for i in range(len(gaps)):
        for j in range(len(factor)):
            out[i, j] = np.int16(min(max(np.rint(gaps[i, j] * factor[j]), -most), most))


@_inlined
def _cloze_score(vectors, row, word, inside, level, unit):
    """Score of a word in a gap."""
    product = np.int32(0)
    for j in range(vectors.shape[1]):
        product += np.int32(vectors[row, j]) * np.int32(inside[word, j])
    bits = np.float32(product) * unit + level[word]
    return np.rint(bits / _LOG_STEP) * _LOG_STEP


@_compiled(
    *(_in(_I16, 2), _in(_I64), _in(_I32), _in(_I8, 2), _in(_F32), _F32, _out(_F32)),
)
def cloze_scores(vectors, rows, words, inside, level, unit, out):
    """`spindetect.cloze.Cloze.scores`."""
    for i in range(len(words)):
        out[i] = _cloze_score(vectors, rows[i], words[i], inside, level, unit)


# Topics

_FINE = np.float32(topics.FINE)


@_compiled(
    *(_in(_I32), _in(_I32), _in(_I8, 2), _in(_F32)),
    *(_out(_F32, 2), _out(_F32, 2), _out(_F32, 2), _out(_F32, 2), _out(_F64), _out(_F64)),
)
def topic_sums(doc, ids, vectors, weight, own, spoken, near, whole, total, window):
    """`own` vectors of tokens, and sums around them (`spindetect.topics.find_topics`).

    `spoken` has room for the vectors as they are added up, `total` and `window` for a sum each.
    """
    width = own.shape[1]
    begin = 0
    while begin < len(ids):
        end = begin
        total[:] = 0.0
        window[:] = 0.0
        while end < len(ids) and doc[end] == doc[begin]:
            word = ids[end]
            known = word >= ngrams.FIRST_WORD and word < len(vectors)
            square = np.float32(0)
            for j in range(width):
                own[end, j] = np.float32(vectors[word, j]) if known else np.float32(0)
                square += own[end, j] * own[end, j]
            norm = max(np.sqrt(square), np.float32(1))
            for j in range(width):
                own[end, j] /= norm
                spoken[end, j] = np.rint(own[end, j] * weight[end] * _FINE) / _FINE
                total[j] += spoken[end, j]
            end += 1
        for i in range(begin, min(begin + topics.REACH, end)):
            for j in range(width):
                window[j] += spoken[i, j]
        for i in range(begin, end):
            new, old = i + topics.REACH, i - topics.REACH - 1
            for j in range(width):
                if new < end:
                    window[j] += spoken[new, j]
                if old >= begin:
                    window[j] -= spoken[old, j]
                near[i, j] = window[j] - spoken[i, j]
                whole[i, j] = total[j] - spoken[i, j]
        begin = end


# Substitutes

_FIRST_EXPANSION = lexicon.FIRST_EXPANSION
_EXPECTED, _SOURCES = np.uint32(lexicon.EXPECTED_BITS), np.uint32(lexicon.SOURCE_BITS)
_EXPECTED_MASK = np.uint32((1 << lexicon.EXPECTED_BITS) - 1)
_SOURCES_MASK = np.uint32((1 << lexicon.SOURCE_BITS) - 1)
_BREAK = ngrams.BREAK_ID


@_inlined
def _window(
    unigrams, backoff, pairs, triples, lanes, levels, far, left, weight, words, behind, after, rest
):
    """log2 probability and summed match orders of some words in a row and the two behind them.

    Words of -1 are none. `weight` and `rest` are the back-off weights behind the two words before,
    and behind two breaks.
    """
    bits, orders = np.float32(0), np.uint64(0)
    for word in words:
        if word >= 0:
            tri, _, order, weight = _trigram(
                *(unigrams, backoff, pairs, triples, lanes, levels), *(far, left, weight, word)
            )
            bits, orders, far, left = bits + tri, orders + order, left, word
    tri, _, order, weight = _trigram(
        *(unigrams, backoff, pairs, triples, lanes, levels), *(far, left, weight, behind)
    )
    bits, orders = bits + tri, orders + order
    if after >= 0:
        if behind == _BREAK:
            left, weight = np.int32(_BREAK), rest
        tri, _, order, _ = _trigram(
            *(unigrams, backoff, pairs, triples, lanes, levels), *(left, behind, weight, after)
        )
        bits, orders = bits + tri, orders + order
    return bits, orders


@_inlined
def _parts(expansions, expected):
    """Ids of the words of an expected phrase, -1 behind the last."""
    if expected < _FIRST_EXPANSION:
        return np.int32(expected), np.int32(-1), np.int32(-1)
    row = expected - _FIRST_EXPANSION
    return expansions[row, 0], expansions[row, 1], expansions[row, 2]


@_compiled(
    *(_NGRAMS, _in(_U32), _in(_U32), _in(_I32, 2), _in(_U8), _F32, _I64),
    *(_in(_I64), _in(_I32, 2), _in(_F32, 2), _in(_F64)),
    *(_out(_F32, 2), _out(_F32), _out(_I64), _out(_U32), _out(_F32), _out(_F32)),
    *(_out(_U32), _out(_I32), _out(_F32), _out(_F32)),
    returns=_I64,
)
def substitutes(
    model,
    offsets,
    entries,
    expansions,
    masks,
    least,
    most,
    row,
    around,
    written,
    written_order,
    group_gain,
    promising,
    slot,
    packed,
    gain,
    orders,
    hopeful,
    finals,
    savings,
    means,
):
    """`spindetect.substitutes.find_substitutes`: the number of substitutes that were scored.

    Of each slot are read: its `row` in the lexicon; `around`, the two ids before it and the two
    behind it, the last of them -1 at the end of a document; `written`, what it costs by bigrams
    and by trigrams; and `written_order`, the mean order of its match. The last four arrays have
    room for the entries of a slot and one more.
    """
    unigrams, backoff, pairs, triples, lanes, levels = model
    _, rest, _, _ = _bigram(unigrams, backoff, pairs, _BREAK, _BREAK)
    found = 0
    for s in range(len(row)):
        far, left, behind, after = around[s, 0], around[s, 1], around[s, 2], around[s, 3]
        begin, cost = offsets[row[s]], written[s, 0]
        size = offsets[row[s] + 1] - begin
        # Candidates are weighed before any is dropped: where the next is put would depend on what
        # memory answers. That alone takes half of the time.
        for e in range(size):
            a, b, c = _parts(expansions, np.int32(entries[begin + e] & _EXPECTED_MASK))
            inner, final = np.float32(0), a
            if b >= 0:
                inner, final = _bigram(unigrams, backoff, pairs, a, b)[0], b
                if c >= 0:
                    inner += _bigram(unigrams, backoff, pairs, b, c)[0]
                    final = c
            finals[e] = final
            savings[e] = _bigram(unigrams, backoff, pairs, left, a)[0] + inner - cost
        hopes = 0
        for e in range(size):
            saved = savings[e]
            hopeful[hopes], finals[hopes], savings[hopes] = entries[begin + e], finals[e], saved
            hopes += saved > least
        for e in range(hopes):
            savings[e] += _bigram(unigrams, backoff, pairs, finals[e], behind)[0]
        kept = 0
        for e in range(hopes):
            saved = savings[e]
            hopeful[kept], savings[kept] = hopeful[e], saved
            kept += saved > least
        promising[s] = kept
        first = found
        for e in range(kept):
            entry, saved = hopeful[e], savings[e]
            for g in range(len(masks)):
                named = saved if (entry >> _EXPECTED) & masks[g] else np.float32(0)
                group_gain[s, g] = max(group_gain[s, g], named)
            # The best so far, best first; equal ones in the order of the lexicon.
            if found < first + most:
                found += 1
            elif not saved > gain[found - 1]:
                continue
            place = found - 1
            while place > first and saved > gain[place - 1]:
                gain[place], packed[place] = gain[place - 1], packed[place - 1]
                place -= 1
            gain[place], packed[place] = saved, entry
        weight = _bigram(unigrams, backoff, pairs, far, left)[1]
        for n in range(first, found):
            a, b, c = _parts(expansions, np.int32(packed[n] & _EXPECTED_MASK))
            bits, matched = _window(
                *(unigrams, backoff, pairs, triples, lanes, levels),
                *(far, left, weight, (a, b, c), behind, after, rest),
            )
            size = 3 + (b >= 0) + (c >= 0)
            mean = np.float32(matched) / np.float32(size)
            hopeful[n - first], savings[n - first] = packed[n], bits - written[s, 1]
            means[n - first] = np.float32(np.float64(mean) - written_order[s])
        for n in range(first, found):
            entry, bits, mean = hopeful[n - first], savings[n - first], means[n - first]
            place = n
            while place > first and bits > gain[place - 1]:
                gain[place], packed[place] = gain[place - 1], packed[place - 1]
                orders[place] = orders[place - 1]
                place -= 1
            gain[place], packed[place], orders[place], slot[n] = bits, entry, mean, s
    return found


@_compiled(
    *(_in(_U32), _in(_U32), _in(_I8, 2), _in(_F32), _F32),
    *(_in(_I16, 2), _in(_I64), _in(_I32), _in(_I64), _out(_I32, 2), _out(_F32, 2)),
)
def tried(offsets, entries, inside, level, unit, vectors, gap, word, row, expected, gain):
    """Single words that save most in the wider context (`spindetect.joint`), the best first.

    Of each slot are read: its `gap`, the `word` as written, and its `row` in the lexicon. As many
    as `expected` has columns are kept; there and in `gain` stands before what they have where
    there are fewer.
    """
    most = expected.shape[1]
    for s in range(len(row)):
        as_written = _cloze_score(vectors, gap[s], word[s], inside, level, unit)
        kept = 0
        for e in range(offsets[row[s]], offsets[row[s] + 1]):
            other = np.int32(entries[e] & _EXPECTED_MASK)
            if other >= len(inside):
                continue
            saved = _cloze_score(vectors, gap[s], other, inside, level, unit) - as_written
            # Equal ones in the order of the lexicon.
            if kept < most:
                kept += 1
            elif not saved > gain[s, most - 1]:
                continue
            place = kept - 1
            while place > 0 and saved > gain[s, place - 1]:
                gain[s, place], expected[s, place] = gain[s, place - 1], expected[s, place - 1]
                place -= 1
            gain[s, place], expected[s, place] = saved, other


@_compiled(
    *(_NGRAMS, _in(_I64), _in(_I32, 2), _in(_F32), _in(_I32, 2), _in(_F32, 2)),
    *(_out(_F32), _out(_F32, 2), _out(_F32), _out(_F32)),
)
def joint(model, place, around, written, expected, saved, after, sums, gain, wider):
    """Best joint substitute of each pair of slots (`spindetect.joint`).

    Of each pair are read: the `place` of its first slot in `expected` and `saved`, behind which
    stands the second; `around`, the two ids before it and the two behind it, the last of them -1
    at the end of a document; and `written`, what it costs. `after` and `sums` have room for what
    `expected` has columns, and for pairs of them. Pairs without any keep what stands in `gain` and `wider`.
    """
    unigrams, backoff, pairs, triples, lanes, levels = model
    _, rest, _, _ = _bigram(unigrams, backoff, pairs, _BREAK, _BREAK)
    most = expected.shape[1]
    for p in range(len(place)):
        s = place[p]
        far, left, behind, last = around[p, 0], around[p, 1], around[p, 2], around[p, 3]
        firsts = seconds = 0
        while firsts < most and expected[s, firsts] >= 0:
            firsts += 1
        while seconds < most and expected[s + 1, seconds] >= 0:
            b = expected[s + 1, seconds]
            after[seconds] = _bigram(unigrams, backoff, pairs, b, behind)[0]
            seconds += 1
        for i in range(firsts):
            a = expected[s, i]
            before = _bigram(unigrams, backoff, pairs, left, a)[0]
            for j in range(seconds):
                bits = _bigram(unigrams, backoff, pairs, a, expected[s + 1, j])[0]
                sums[i, j] = bits + before + after[j] + (saved[s, i] + saved[s + 1, j])
        best, first, second = -np.float32(np.inf), -1, -1
        for i in range(firsts):
            for j in range(seconds):
                if sums[i, j] > best:
                    best, first, second = sums[i, j], i, j
        if first >= 0:
            bits, _ = _window(
                *(unigrams, backoff, pairs, triples, lanes, levels),
                *(far, left, _bigram(unigrams, backoff, pairs, far, left)[1]),
                *((expected[s, first], expected[s + 1, second]), behind, last, rest),
            )
            gain[p], wider[p] = bits - written[p], saved[s, first] + saved[s + 1, second]


# Restoration


@_inlined
def _tops(prior, bits, depth, count, weight, most, top):
    """Put the best paths at a depth into `top`, best first; their number."""
    found = 0
    for i in range(count):
        score = prior[depth, i] + weight * bits[depth, i]
        place = found
        while place > 0:
            other = top[place - 1]
            if not score > prior[depth, other] + weight * bits[depth, other]:
                break
            if place < most:
                top[place] = other
            place -= 1
        if place < most:
            top[place] = i
            found = min(found + 1, most)
    return found


@_compiled(
    *(_NGRAMS, _in(_I64), _in(_I64), _in(_I32), _in(_I32)),
    *(_in(_I64), _in(_I64), _in(_I32, 2), _in(_F64), _F64, _I64, _I64),
    *(_out(_I64), _out(_I64), _out(_I64, 2), _out(_I64, 2)),
    *(_out(_I32, 2), _out(_I32, 2), _out(_F64, 2), _out(_F64, 2)),
    *(_out(_I64), _out(_I32), _out(_I32), _out(_F64), _out(_F64), _out(_I32, 2), _out(_I64)),
    returns=_I64,
)
def search(
    model,
    first,
    behind,
    begun_far,
    begun_left,
    arc_first,
    arc_length,
    arc_words,
    arc_prior,
    weight,
    beam,
    most,
    top,
    count,
    parent,
    arc,
    far,
    left,
    bits,
    prior,
    out_run,
    out_far,
    out_left,
    out_bits,
    out_prior,
    out_words,
    out_size,
):
    """The best paths of each run (`spindetect.restoration`): their number.

    The arcs from token t on are ``arc_first[t]`` to ``arc_first[t + 1]``. Arrays of two dimensions
    from `parent` to `prior` hold the paths of one run by how many tokens they are past its start.
    """
    unigrams, backoff, pairs, triples, lanes, levels = model
    _, rest, _, _ = _bigram(unigrams, backoff, pairs, _BREAK, _BREAK)
    side = parent.shape[1]
    done = 0
    for r in range(len(first)):
        size = behind[r] - first[r]
        for d in range(size + 1):
            count[d] = 0
        count[0] = 1
        far[0, 0], left[0, 0], bits[0, 0], prior[0, 0] = begun_far[r], begun_left[r], 0.0, 0.0
        for d in range(size):
            kept = _tops(prior, bits, d, count[d], weight, beam, top)
            for p in range(kept):
                path = top[p]
                begun = _bigram(unigrams, backoff, pairs, far[d, path], left[d, path])[1]
                for a in range(arc_first[first[r] + d], arc_first[first[r] + d + 1]):
                    before, last, total = far[d, path], left[d, path], bits[d, path]
                    behind_both = begun
                    for k in range(arc_words.shape[1]):
                        word = arc_words[a, k]
                        if word < 0:
                            continue
                        if last == _BREAK:
                            before, behind_both = np.int32(_BREAK), rest
                        tri, _, _, behind_both = _trigram(
                            *(unigrams, backoff, pairs, triples, lanes, levels),
                            *(before, last, behind_both, word),
                        )
                        total += tri
                        before, last = last, word
                    e = d + arc_length[a]
                    n = count[e]
                    count[e] = n + 1
                    far[e, n], left[e, n], bits[e, n] = before, last, total
                    prior[e, n] = prior[d, path] + arc_prior[a]
                    parent[e, n], arc[e, n] = d * side + path, a
        kept = _tops(prior, bits, size, count[size], weight, most, top)
        for p in range(kept):
            d, path = size, top[p]
            out_run[done], out_far[done], out_left[done] = r, far[d, path], left[d, path]
            out_bits[done], out_prior[done] = bits[d, path], prior[d, path]
            # Backwards from the end of the run, then turned round.
            n = 0
            while d > 0:
                a = arc[d, path]
                for k in range(arc_words.shape[1] - 1, -1, -1):
                    if arc_words[a, k] >= 0:
                        out_words[done, n] = arc_words[a, k]
                        n += 1
                before = parent[d, path]
                d, path = before // side, before % side
            for k in range(n // 2):
                word = out_words[done, k]
                out_words[done, k] = out_words[done, n - 1 - k]
                out_words[done, n - 1 - k] = word
            out_size[done] = n
            done += 1
    return done

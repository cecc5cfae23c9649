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

from spindetect import keys, lexicon, ngrams, tables

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


@_inlined
def _lane(match):
    """Lane that a match marks."""
    lowest = match & (~match + np.uint64(1))
    return (
        np.int64(lowest > np.uint64(1 << 15))
        + np.int64(lowest > np.uint64(1 << 31))
        + np.int64(lowest > np.uint64(1 << 47))
    )


@_inlined
def _matches(bucket, fingerprint, mask):
    """Not zero where a lane of the bucket holds the fingerprint."""
    differs = (bucket & mask) ^ (fingerprint * _ONES)
    return (differs - _ONES) & ~differs & _HIGH


@_inlined
def _slot(buckets, key, bits):
    """Slot of a key in a table, -1 if it is not in it."""
    size = np.uint64(len(buckets))
    shift = _16 - np.uint64(bits)
    values = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
    mask = (values << shift) * _ONES
    mixed = _finished(key * _SPREAD + np.uint64(1))
    fingerprint = ((((mixed * _SECOND) >> _32) * values >> _32) + np.uint64(1)) << shift
    # Both are read at once, and without a branch: that a branch was guessed wrong would only be
    # known when the memory has answered.
    first, second = ((mixed >> _32) * size) >> _32, ((mixed & _LOW) * size) >> _32
    match = _matches(buckets[first], fingerprint, mask)
    other = _matches(buckets[second], fingerprint, mask)
    bucket = first if match != np.uint64(0) else second
    match = match if match != np.uint64(0) else other
    slot = (np.int64(bucket) << 2) + _lane(match)
    return slot if match != np.uint64(0) else np.int64(-1)


@_compiled(_in(_U64), _in(_U64), _I64, _out(_I64))
def find(buckets, keys, bits, out):
    """Slots of keys, as `spindetect.tables.find`."""
    for i in range(len(keys)):
        out[i] = _slot(buckets, keys[i], bits)


# N-grams

# `spindetect.ngrams.NgramModel.arrays`.
_NGRAMS = types.Tuple(
    (_in(_F32), _in(_F32), _in(_U64), _in(_U8, 2), _in(_U64), _in(_U16), _in(_F32))
)
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
def _bigram(unigrams, backoff, bigrams, values, left, word):
    """log2 P(word | left), and the slot of the pair."""
    slot = _slot(bigrams, _pair(left, word), _BIGRAM_BITS)
    ratio = np.float32(values[max(slot, 0), 0]) * _RATIO_STEP + _RATIO_LOW
    return unigrams[word] + (ratio if slot >= 0 else backoff[left]), slot


@_inlined
def _logprob(unigrams, backoff, bigrams, values, triples, lanes, levels, far, left, word):
    """log2 P(word | far left) and P(word | left), and the order of the match."""
    pair, slot = _bigram(unigrams, backoff, bigrams, values, left, word)
    if slot >= 0:
        key = (np.uint64(far) << (_ID_BITS + _ID_BITS)) | _pair(left, word)
        found = _slot(triples, key, _TRIGRAM_BITS)
        if found >= 0:
            level = levels[lanes[found] & _TRIGRAM_VALUE]
            return min(pair + level, np.float32(0)), pair, np.int8(3)
    context = _slot(bigrams, _pair(far, left), _BIGRAM_BITS)
    level = np.float32(0)
    if context >= 0:
        level = np.float32(values[context, 1]) * _BACKOFF_STEP + _BACKOFF_LOW
    return min(pair + level, np.float32(0)), pair, np.int8(1 + (slot >= 0))


@_compiled(_NGRAMS, _in(_I32), _in(_I32), _out(_F32), _out(_I64))
def bigram(model, left, word, out, slots):
    """`spindetect.ngrams.NgramModel.bigram`."""
    unigrams, backoff, bigrams, values, _, _, _ = model
    for i in range(len(word)):
        out[i], slots[i] = _bigram(unigrams, backoff, bigrams, values, left[i], word[i])


@_compiled(_NGRAMS, _in(_I32), _in(_I32), _in(_I32), _out(_F32), _out(_F32), _out(_I8))
def logprob(model, far, left, word, tri, pairs, orders):
    """`spindetect.ngrams.NgramModel.logprob`."""
    unigrams, backoff, bigrams, values, triples, lanes, levels = model
    for i in range(len(word)):
        tri[i], pairs[i], orders[i] = _logprob(
            unigrams, backoff, bigrams, values, triples, lanes, levels, far[i], left[i], word[i]
        )


# Cloze

_LOG_STEP = np.float32(ngrams.LOG_STEP)


@_compiled(
    *(_in(_I32), _in(_I64), _in(_I64), _in(_I64), _in(_F32, 3), _in(_F32, 3)),
    *(_in(_F32), _in(_F32), _I64, _out(_F32, 2)),
)
def hidden(doc, rows, at, around, common, rare, factor, offset, most, out):
    """Hidden numbers of gaps (`spindetect.cloze.Cloze.gaps`), given what their topics add to them.

    `rows` says for each token which row of `common`, or behind it of `rare`, holds its parts.
    """
    last, size = len(rows) - 1, len(common)
    least, most = np.float32(0), np.float32(most)
    for i in range(len(at)):
        token = at[i]
        for p in range(len(around)):
            place = min(max(token + around[p], 0), last)
            if doc[place] != doc[token]:
                place = 0
            row = rows[place]
            if row < size:
                for j in range(out.shape[1]):
                    out[i, j] += common[row, p, j]
            else:
                for j in range(out.shape[1]):
                    out[i, j] += rare[row - size, p, j]
        for j in range(out.shape[1]):
            out[i, j] = min(max(np.rint(out[i, j] * factor[j] + offset[j]), least), most)


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


# Substitutes

_FIRST_EXPANSION = lexicon.FIRST_EXPANSION
_EXPECTED, _SOURCES = np.uint32(lexicon.EXPECTED_BITS), np.uint32(lexicon.SOURCE_BITS)
_EXPECTED_MASK = np.uint32((1 << lexicon.EXPECTED_BITS) - 1)
_SOURCES_MASK = np.uint32((1 << lexicon.SOURCE_BITS) - 1)
_BREAK = ngrams.BREAK_ID


@_inlined
def _window(unigrams, backoff, bigrams, values, triples, lanes, levels, far, left, words):
    """log2 probability and summed match orders of some words in a row; those of -1 are no words."""
    bits, orders = np.float32(0), 0
    for word in words:
        if word >= 0:
            before = np.int32(_BREAK) if left == _BREAK else far
            tri, _, order = _logprob(
                unigrams, backoff, bigrams, values, triples, lanes, levels, before, left, word
            )
            bits += tri
            orders += order
            far, left = left, word
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
    *(_out(_U32), _out(_I32), _out(_F32)),
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
):
    """`spindetect.substitutes.find_substitutes`: the number of substitutes that were scored.

    Of each slot are read: its `row` in the lexicon; `around`, the two ids before it and the two
    behind it, the last of them -1 at the end of a document; `written`, what it costs by bigrams
    and by trigrams; and `written_order`, the mean order of its match. The last three arrays have
    room for the entries of a slot and one more.
    """
    unigrams, backoff, bigrams, values, triples, lanes, levels = model
    found = 0
    for s in range(len(row)):
        far, left, behind, after = around[s, 0], around[s, 1], around[s, 2], around[s, 3]
        # Candidates are dropped without a branch, which could only be guessed wrong.
        kept = 0
        for e in range(offsets[row[s]], offsets[row[s] + 1]):
            a, b, c = _parts(expansions, np.int32(entries[e] & _EXPECTED_MASK))
            inner, final = np.float32(0), a
            if b >= 0:
                inner, final = _bigram(unigrams, backoff, bigrams, values, a, b)[0], b
                if c >= 0:
                    inner += _bigram(unigrams, backoff, bigrams, values, b, c)[0]
                    final = c
            saved = _bigram(unigrams, backoff, bigrams, values, left, a)[0] + inner - written[s, 0]
            hopeful[kept], finals[kept], savings[kept] = entries[e], final, saved
            kept += saved > least
        hopes, kept = kept, 0
        for e in range(hopes):
            saved = savings[e] + _bigram(unigrams, backoff, bigrams, values, finals[e], behind)[0]
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
        for n in range(first, found):
            entry = packed[n]
            a, b, c = _parts(expansions, np.int32(entry & _EXPECTED_MASK))
            bits, matched = _window(
                *(unigrams, backoff, bigrams, values, triples, lanes, levels),
                *(far, left, (a, b, c, behind, after)),
            )
            size = 3 + (b >= 0) + (c >= 0)
            bits -= written[s, 1]
            mean = np.float32(matched) / np.float32(size)
            order = np.float32(np.float64(mean) - written_order[s])
            place = n
            while place > first and bits > gain[place - 1]:
                gain[place], packed[place] = gain[place - 1], packed[place - 1]
                orders[place] = orders[place - 1]
                place -= 1
            gain[place], packed[place], orders[place], slot[n] = bits, entry, order, s
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
    *(_out(_F32), _out(_F32), _out(_F32)),
)
def joint(model, place, around, written, expected, saved, after, gain, wider):
    """Best joint substitute of each pair of slots (`spindetect.joint`).

    Of each pair are read: the `place` of its first slot in `expected` and `saved`, behind which
    stands the second; `around`, the two ids before it and the two behind it, the last of them -1
    at the end of a document; and `written`, what it costs. `after` has room for what `expected`
    has columns. Pairs without any keep what stands in `gain` and `wider`.
    """
    unigrams, backoff, bigrams, values, triples, lanes, levels = model
    most = expected.shape[1]
    for p in range(len(place)):
        s = place[p]
        far, left, behind, last = around[p, 0], around[p, 1], around[p, 2], around[p, 3]
        for j in range(most):
            b = expected[s + 1, j]
            if b >= 0:
                after[j] = _bigram(unigrams, backoff, bigrams, values, b, behind)[0]
        best, first, second = -np.float32(np.inf), np.int32(-1), np.int32(-1)
        for i in range(most):
            a = expected[s, i]
            if a < 0:
                break
            before = _bigram(unigrams, backoff, bigrams, values, left, a)[0]
            for j in range(most):
                b = expected[s + 1, j]
                if b < 0:
                    break
                bits = _bigram(unigrams, backoff, bigrams, values, a, b)[0] + before + after[j]
                clozes = saved[s, i] + saved[s + 1, j]
                if bits + clozes > best:
                    best, first, second, wider[p] = bits + clozes, a, b, clozes
        if first >= 0:
            bits, _ = _window(
                *(unigrams, backoff, bigrams, values, triples, lanes, levels),
                *(far, left, (first, second, behind, last)),
            )
            gain[p] = bits - written[p]


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
    unigrams, backoff, bigrams, values, triples, lanes, levels = model
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
                for a in range(arc_first[first[r] + d], arc_first[first[r] + d + 1]):
                    before, last, total = far[d, path], left[d, path], bits[d, path]
                    for k in range(arc_words.shape[1]):
                        word = arc_words[a, k]
                        if word < 0:
                            continue
                        context = np.int32(_BREAK) if last == _BREAK else before
                        tri, _, _ = _logprob(
                            *(unigrams, backoff, bigrams, values, triples, lanes, levels),
                            *(context, last, word),
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

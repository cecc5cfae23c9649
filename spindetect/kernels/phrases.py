"""Kernel of `spindetect.substitutes`."""

from __future__ import annotations

import numpy as np

from spindetect import lexicon, ngrams
from spindetect.kernels.compiled import (
    F32,
    F64,
    I32,
    I64,
    U8,
    U32,
    array_in,
    array_out,
    compiled,
    inlined,
)
from spindetect.kernels.lookups import NGRAMS, pair_bits, triple_bits

__all__ = ["BREAK", "EXPECTED_MASK", "parts", "substitutes", "window"]

_FIRST_EXPANSION = lexicon.FIRST_EXPANSION
_EXPECTED, _SOURCES = np.uint32(lexicon.EXPECTED_BITS), np.uint32(lexicon.SOURCE_BITS)
EXPECTED_MASK = np.uint32((1 << lexicon.EXPECTED_BITS) - 1)
_SOURCES_MASK = np.uint32((1 << lexicon.SOURCE_BITS) - 1)
BREAK = ngrams.BREAK_ID


@inlined
def window(
    unigrams, backoff, pairs, triples, lanes, levels, far, left, weight, words, behind, after, rest
):
    """log2 probability and summed match orders of some words in a row and the two behind them.

    Words of -1 are none. `weight` and `rest` are the back-off weights behind the two words before,
    and behind two breaks.
    """
    bits, orders = np.float32(0), np.uint64(0)
    for word in words:
        if word >= 0:
            tri, _, order, weight = triple_bits(
                *(unigrams, backoff, pairs, triples, lanes, levels), *(far, left, weight, word)
            )
            bits, orders, far, left = bits + tri, orders + order, left, word
    tri, _, order, weight = triple_bits(
        *(unigrams, backoff, pairs, triples, lanes, levels), *(far, left, weight, behind)
    )
    bits, orders = bits + tri, orders + order
    if after >= 0:
        if behind == BREAK:
            left, weight = np.int32(BREAK), rest
        tri, _, order, _ = triple_bits(
            *(unigrams, backoff, pairs, triples, lanes, levels), *(left, behind, weight, after)
        )
        bits, orders = bits + tri, orders + order
    return bits, orders


@inlined
def parts(expansions, expected):
    """Ids of the words of an expected phrase, -1 behind the last."""
    if expected < _FIRST_EXPANSION:
        return np.int32(expected), np.int32(-1), np.int32(-1)
    row = expected - _FIRST_EXPANSION
    return expansions[row, 0], expansions[row, 1], expansions[row, 2]


@compiled(
    *(NGRAMS, array_in(U32), array_in(U32), array_in(I32, 2), array_in(U8), F32, I64),
    *(array_in(I64), array_in(I32, 2), array_in(F32, 2), array_in(F64)),
    *(
        array_out(F32, 2),
        array_out(F32),
        array_out(I64),
        array_out(U32),
        array_out(F32),
        array_out(F32),
    ),
    *(array_out(U32), array_out(I32), array_out(F32), array_out(F32)),
    returns=I64,
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
    _, rest, _, _ = pair_bits(unigrams, backoff, pairs, BREAK, BREAK)
    found = 0
    for s in range(len(row)):
        far, left, behind, after = around[s, 0], around[s, 1], around[s, 2], around[s, 3]
        begin, cost = offsets[row[s]], written[s, 0]
        size = offsets[row[s] + 1] - begin
        # Candidates are weighed before any is dropped: where the next is put would depend on what
        # memory answers. That alone takes half of the time.
        for e in range(size):
            a, b, c = parts(expansions, np.int32(entries[begin + e] & EXPECTED_MASK))
            inner, final = np.float32(0), a
            if b >= 0:
                inner, final = pair_bits(unigrams, backoff, pairs, a, b)[0], b
                if c >= 0:
                    inner += pair_bits(unigrams, backoff, pairs, b, c)[0]
                    final = c
            finals[e] = final
            savings[e] = pair_bits(unigrams, backoff, pairs, left, a)[0] + inner - cost
        hopes = 0
        for e in range(size):
            saved = savings[e]
            hopeful[hopes], finals[hopes], savings[hopes] = entries[begin + e], finals[e], saved
            hopes += saved > least
        for e in range(hopes):
            savings[e] += pair_bits(unigrams, backoff, pairs, finals[e], behind)[0]
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
        weight = pair_bits(unigrams, backoff, pairs, far, left)[1]
        for n in range(first, found):
            a, b, c = parts(expansions, np.int32(packed[n] & EXPECTED_MASK))
            bits, matched = window(
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

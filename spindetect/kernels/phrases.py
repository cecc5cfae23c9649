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
from spindetect.kernels.lookups import (
    BLOCK,
    NGRAMS,
    ROOM,
    pair_bits,
    pair_block,
    triple_bits,
    triple_block,
)

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


@inlined
def _added(model, left, word, size, space, scratch, found, total):
    """Add the log2 probabilities of pairs to what is in `total`."""
    bits, weight = scratch[0], scratch[1]
    for begin in range(0, size, BLOCK):
        n = min(BLOCK, size - begin)
        end = begin + n
        pair_block(model, left[begin:end], word[begin:end], n, space, bits, weight, found)
        for i in range(n):
            total[begin + i] += bits[i]


@inlined
def _chained(expansions, packed, count, around, chains):
    """Put what some substitutes and the two words behind them consist of into `chains`: its size.

    The columns of a chain stand one after the other: the two words before each word, the word, and
    the column of the word before it, -1 behind two breaks. The first column is the word before all.
    """
    far, left, behind, after = around
    chains[0, 0], chains[1, 0], chains[2, 0], chains[3, 0] = BREAK, far, left, -1
    n = 0
    for k in range(count):
        before, last, link = far, left, 0
        a, b, c = parts(expansions, np.int32(packed[k] & EXPECTED_MASK))
        for word in (a, b, c, behind, after):
            if word >= 0:
                n += 1
                if last == BREAK and link > 0:
                    before, link = np.int32(BREAK), -1
                chains[0, n], chains[1, n], chains[2, n], chains[3, n] = before, last, word, link
                before, last, link = last, word, n
    return n + 1


@compiled(
    *(NGRAMS, array_in(U32), array_in(U32), array_in(I32, 2)),
    *(array_in(I32, 2), array_in(F32), array_in(U8), F32, I64),
    *(array_in(I64), array_in(I32, 2), array_in(F32, 2), array_in(F64)),
    *(
        array_out(F32, 2),
        array_out(F32),
        array_out(I64),
        array_out(U32),
        array_out(F32),
        array_out(F32),
    ),
    *(ROOM, array_out(F32, 2), array_out(I32, 2), array_out(U32), array_out(I32, 2)),
    *(array_out(F32),),
    returns=I64,
)
def substitutes(
    model,
    offsets,
    entries,
    expansions,
    ends,
    inner,
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
    space,
    scratch,
    chains,
    hopeful,
    words,
    savings,
):
    """`spindetect.substitutes.find_substitutes`: the number of substitutes that were scored.

    Of each expansion are read the first and last word, `ends`, and what joins them, `inner`. Of
    each slot are read: its `row` in the lexicon; `around`, the two ids before it and the two
    behind it, the last of them -1 at the end of a document; `written`, what it costs by bigrams
    and by trigrams; and `written_order`, the mean order of its match. `hopeful`, `words` and
    `savings` have room for the entries of a slot and one more, `scratch` and `chains` for a block
    of look-ups.
    """
    unigrams, backoff, pairs, _, _, _ = model
    _, rest, _, _ = pair_bits(unigrams, backoff, pairs, BREAK, BREAK)
    bits, weight, before, tri = scratch[0], scratch[1], scratch[2], scratch[3]
    left_words, first_words, final_words = words[0], words[1], words[2]
    found = 0
    for s in range(len(row)):
        context = around[s, 0], around[s, 1], around[s, 2], around[s, 3]
        begin, cost = offsets[row[s]], written[s, 0]
        size = offsets[row[s] + 1] - begin
        for e in range(size):
            expected = np.int32(entries[begin + e] & EXPECTED_MASK)
            several = expected >= _FIRST_EXPANSION
            at = max(expected - _FIRST_EXPANSION, 0)
            left_words[e] = context[1]
            first_words[e] = ends[at, 0] if several else expected
            final_words[e] = ends[at, 1] if several else expected
            savings[e] = (inner[at] if several else np.float32(0)) - cost
        _added(model, left_words, first_words, size, space, scratch, chains[4], savings)
        hopes = 0
        for e in range(size):
            saved = savings[e]
            hopeful[hopes], savings[hopes] = entries[begin + e], saved
            final_words[hopes], first_words[hopes] = final_words[e], context[2]
            hopes += saved > least
        _added(model, final_words, first_words, hopes, space, scratch, chains[4], savings)
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
        if found == first:
            continue
        size = _chained(expansions, packed[first:found], found - first, context, chains)
        pair_block(model, chains[1], chains[2], size, space, bits, weight, chains[4])
        for i in range(size):
            before[i] = weight[chains[3, i]] if chains[3, i] >= 0 else rest
        triple_block(
            *(model, chains[0], chains[1], chains[2], size, space, bits, before, chains[4], tri)
        )
        i = 1
        for n in range(first, found):
            entry, total, matched, size = packed[n], np.float32(0), 0, 0
            length = 1
            expected = np.int32(entry & EXPECTED_MASK)
            if expected >= _FIRST_EXPANSION:
                length = 2 + (expansions[expected - _FIRST_EXPANSION, 2] >= 0)
            for _ in range(length + 1 + (context[3] >= 0)):
                total += tri[i]
                matched += chains[4, i]
                i += 1
            mean = np.float32(matched) / np.float32(length + 2)
            total -= written[s, 1]
            mean = np.float32(np.float64(mean) - written_order[s])
            place = n
            while place > first and total > gain[place - 1]:
                gain[place], packed[place] = gain[place - 1], packed[place - 1]
                orders[place] = orders[place - 1]
                place -= 1
            gain[place], packed[place], orders[place], slot[n] = total, entry, mean, s
    return found

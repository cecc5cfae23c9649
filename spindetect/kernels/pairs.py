"""Kernels of `spindetect.joint`."""

from __future__ import annotations

import numpy as np

from spindetect.kernels.cloze import cloze_score
from spindetect.kernels.compiled import F32, I8, I16, I32, I64, U32, array_in, array_out, compiled
from spindetect.kernels.lookups import NGRAMS, ROOM, pair_bits, pair_block
from spindetect.kernels.phrases import BREAK, EXPECTED_MASK, window

__all__ = ["joint", "tried"]


@compiled(
    *(array_in(U32), array_in(U32), array_in(I8, 2), array_in(F32), F32),
    *(
        array_in(I16, 2),
        array_in(I64),
        array_in(I32),
        array_in(I64),
        array_out(I32, 2),
        array_out(F32, 2),
    ),
)
def tried(offsets, entries, inside, level, unit, vectors, gap, word, row, expected, gain):
    """Single words that save most in the wider context (`spindetect.joint`), the best first.

    Of each slot are read: its `gap`, the `word` as written, and its `row` in the lexicon. As many
    as `expected` has columns are kept; there and in `gain` stands before what they have where
    there are fewer.
    """
    most = expected.shape[1]
    for s in range(len(row)):
        as_written = cloze_score(vectors, gap[s], word[s], inside, level, unit)
        kept = 0
        for e in range(offsets[row[s]], offsets[row[s] + 1]):
            other = np.int32(entries[e] & EXPECTED_MASK)
            if other >= len(inside):
                continue
            saved = cloze_score(vectors, gap[s], other, inside, level, unit) - as_written
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


@compiled(
    *(NGRAMS, array_in(I64), array_in(I32, 2), array_in(F32), array_in(I32, 2), array_in(F32, 2)),
    *(ROOM, array_out(F32, 2), array_out(F32, 2), array_out(I32, 2), array_out(F32)),
    *(array_out(F32),),
)
def joint(model, place, around, written, expected, saved, space, ends, scratch, words, gain, wider):
    """Best joint substitute of each pair of slots (`spindetect.joint`).

    Of each pair are read: the `place` of its first slot in `expected` and `saved`, behind which
    stands the second; `around`, the two ids before it and the two behind it, the last of them -1
    at the end of a document; and `written`, what it costs. `ends` has room for what both sides of
    as many words as `expected` has columns cost, `scratch` and `words` for a block of look-ups;
    it holds any two of these words. Pairs without any keep what stands in `gain` and `wider`.
    """
    unigrams, backoff, pairs, triples, lanes, levels = model
    _, rest, _, _ = pair_bits(unigrams, backoff, pairs, BREAK, BREAK)
    most = expected.shape[1]
    bits, weight = scratch[0], scratch[1]
    lefts, rights, found = words[0], words[1], words[2]
    for p in range(len(place)):
        s = place[p]
        far, left, behind, last = around[p, 0], around[p, 1], around[p, 2], around[p, 3]
        firsts = seconds = 0
        while firsts < most and expected[s, firsts] >= 0:
            lefts[firsts], rights[firsts] = left, expected[s, firsts]
            firsts += 1
        pair_block(model, lefts, rights, firsts, space, ends[0], weight, found)
        while seconds < most and expected[s + 1, seconds] >= 0:
            lefts[seconds], rights[seconds] = expected[s + 1, seconds], behind
            seconds += 1
        pair_block(model, lefts, rights, seconds, space, ends[1], weight, found)
        for i in range(firsts):
            for j in range(seconds):
                lefts[i * seconds + j] = expected[s, i]
                rights[i * seconds + j] = expected[s + 1, j]
        pair_block(model, lefts, rights, firsts * seconds, space, bits, weight, found)
        best, first, second = -np.float32(np.inf), -1, -1
        for i in range(firsts):
            for j in range(seconds):
                total = bits[i * seconds + j] + ends[0, i] + ends[1, j]
                total += saved[s, i] + saved[s + 1, j]
                if total > best:
                    best, first, second = total, i, j
        if first >= 0:
            total, _ = window(
                *(unigrams, backoff, pairs, triples, lanes, levels),
                *(far, left, pair_bits(unigrams, backoff, pairs, far, left)[1]),
                *((expected[s, first], expected[s + 1, second]), behind, last, rest),
            )
            gain[p], wider[p] = total - written[p], saved[s, first] + saved[s + 1, second]

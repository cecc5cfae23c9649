"""Kernels of `spindetect.cloze`."""

from __future__ import annotations

import numpy as np

from spindetect import ngrams
from spindetect.kernels.compiled import (
    F32,
    I8,
    I16,
    I32,
    I64,
    array_in,
    array_out,
    compiled,
    inlined,
)

__all__ = ["cloze_score", "cloze_scores", "hidden", "narrow"]

_LOG_STEP = np.float32(ngrams.LOG_STEP)


@inlined
def _squeezed(sums, factor, offset, most):
    """Put the hidden numbers of a gap in the place of their sums."""
    for j in range(len(sums)):
        sums[j] = min(max(np.rint(sums[j] * factor[j] + offset[j]), np.float32(0)), most)


@compiled(
    *(
        array_in(I32),
        array_in(I64),
        array_in(I64),
        array_in(I64),
        array_in(F32, 3),
        array_in(F32, 3),
    ),
    *(array_in(F32), array_in(F32), I64, array_out(I64), array_out(F32, 2)),
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


@compiled(array_in(F32, 2), array_in(F32), I64, array_out(I16, 2))
def narrow(gaps, factor, most, out):
    """Whole numbers of gaps from their sums (`spindetect.cloze.Cloze.gaps`)."""
    most = np.float32(most)
    for i in range(len(gaps)):
        for j in range(len(factor)):
            out[i, j] = np.int16(min(max(np.rint(gaps[i, j] * factor[j]), -most), most))


@inlined
def cloze_score(vectors, row, word, inside, level, unit):
    """Score of a word in a gap."""
    product = np.int32(0)
    for j in range(vectors.shape[1]):
        product += np.int32(vectors[row, j]) * np.int32(inside[word, j])
    bits = np.float32(product) * unit + level[word]
    return np.rint(bits / _LOG_STEP) * _LOG_STEP


@compiled(
    *(
        array_in(I16, 2),
        array_in(I64),
        array_in(I32),
        array_in(I8, 2),
        array_in(F32),
        F32,
        array_out(F32),
    ),
)
def cloze_scores(vectors, rows, words, inside, level, unit, out):
    """`spindetect.cloze.Cloze.scores`."""
    for i in range(len(words)):
        out[i] = cloze_score(vectors, rows[i], words[i], inside, level, unit)

"""Kernel of `spindetect.topics`."""

from __future__ import annotations

import numpy as np

from spindetect import ngrams, topics
from spindetect.kernels.compiled import F32, F64, I8, I32, array_in, array_out, compiled

__all__ = ["topic_sums"]

_FINE = np.float32(topics.FINE)


@compiled(
    *(array_in(I32), array_in(I32), array_in(I8, 2), array_in(F32)),
    *(
        array_out(F32, 2),
        array_out(F32, 2),
        array_out(F32, 2),
        array_out(F32, 2),
        array_out(F64),
        array_out(F64),
    ),
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

"""Kernel of `spindetect.trees`."""

from __future__ import annotations

import numpy as np

from spindetect.kernels.compiled import F32, F64, I32, I64, array_in, array_out, compiled

__all__ = ["log_odds"]


@compiled(
    *(array_in(F32, 2), array_in(I64, 2), array_in(F32, 2), array_in(I32, 2), array_in(I32, 2)),
    *(array_in(F64, 2), I64, array_out(F32, 2), array_out(I32), array_out(F64)),
)
def log_odds(rows, feature, threshold, first, middle, leaves, nodes, block, leaf, out):
    """Add the leaf of each tree to each row's sum, as `spindetect.trees.Trees.log_odds`.

    A row that comes to a node, whose `first` leaf it has so far, goes left or on to the leaf in the
    `middle`. No tree has more than so many `nodes`. As many rows as `leaf` is long walk side by
    side, one column of `block` each.
    """
    side = len(leaf)
    for begin in range(0, len(rows), side):
        size = min(side, len(rows) - begin)
        for i in range(size):
            for j in range(rows.shape[1]):
                block[j, i] = rows[begin + i, j]
        for t in range(len(leaves)):
            for i in range(side):
                leaf[i] = 0
            for node in range(nodes):
                limit, column = threshold[t, node], feature[t, node]
                before, behind = first[t, node], middle[t, node]
                for i in range(side):
                    right = (block[column, i] > limit) & (leaf[i] == before)
                    leaf[i] = behind if right else leaf[i]
            for i in range(size):
                out[begin + i] += leaves[t, np.uint32(leaf[i])]

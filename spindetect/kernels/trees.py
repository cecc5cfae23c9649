"""Kernel of `spindetect.trees`."""

from __future__ import annotations

import numpy as np

from spindetect.kernels.compiled import F32, F64, I64, U64, array_in, array_out, compiled

__all__ = ["log_odds"]

# A number whose 64 windows of six bits are all different, and the place of each window: the
# product with a power of two has the window of its exponent on top (Leiserson et al. 1998).
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_EXPONENT = np.zeros(64, np.uint8)
for _i in range(64):
    _EXPONENT[((int(_DE_BRUIJN) << _i) & (2**64 - 1)) >> 58] = _i


@compiled(
    array_in(F32, 2),
    array_in(I64, 2),
    array_in(F32, 2),
    array_in(U64, 2),
    array_in(F64, 2),
    I64,
    array_out(F32, 2),
    array_out(U64),
    array_out(F64),
)
def log_odds(rows, feature, threshold, clears, leaves, nodes, block, gone, out):
    """Add the leaf of each tree to each row's sum, as `spindetect.trees.Trees.log_odds`.

    No tree has more than so many `nodes`. As many rows as `gone` is long are tested side
    by side, one column of `block` each.
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

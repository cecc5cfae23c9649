"""Gradient-boosted trees as arrays: words and documents are scored without scikit-learn.

A tree with at most sixty-four leaves is scored without walking it (QuickScorer, Lucchese et al.
2015): every node whose test fails clears the bits of the leaves to its left, and the lowest bit
that is left names the leaf. All nodes are tested at once for a block of rows, which suits arrays as
walking does not; or what their tests come to is looked up for each feature (`LeafTables`). Leaves
are multiples of a power of two, so that a row's sum does not depend on the rows around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect.accelerator import kernels
from spindetect.leaf_tables import LeafTables

__all__ = ["LEAVES", "STEP", "Trees"]

# Leaves of a tree, whose bits fill a 64-bit number. With 128 leaves for 32 in 60 trees the AUROC of
# the words of WP Auto Spinner was 0.927 and not 0.916, of other spinners up to 0.01 higher.
LEAVES = 64

# Far below what a log-odds means, far above what a double can add exactly a million times.
STEP = 2.0**-32

# Rows that are scored together: what is looked up for them stays in the second-level cache. With
# 512 rows a row of 80 trees took 2.5 us, with 256 2.65 and with 128 3.0; tests took 10.9.
_BLOCK = 512

# Rows whose intervals are found together, which takes a few steps for each feature; more of them
# would only take memory.
_READ = 4096

# Rows from which on tables are worth their many small steps, and tests that are made together:
# they stay in the second-level cache. Chosen, not tuned.
_MANY = 32
_TESTS = 1 << 16

# Rows that the compiled kernel has walk side by side: with 64 a row of 80 trees took 0.53 us, with
# 128 0.42 and with 256, whose features leave the first-level cache, 0.55.
_SIDE = 128


@dataclass(frozen=True)
class Trees:
    """An ensemble of T trees of up to 64 leaves.

    Attributes
    ----------
    feature : int64 array, shape (T, 63)
        Column that each node tests; nodes that a tree lacks test column 0 against infinity.
    threshold : float32 array, shape (T, 63)
        A row goes left where its value is at most this.
    clears : uint64 array, shape (T, 63)
        Bits of the leaves that are out of reach when a row goes right. Nodes stand in preorder.
    leaves : float64 array, shape (T, 64)
        Log-odds of each leaf, from left to right; multiples of `STEP`.
    cover : float64 array, shape (T, 64)
        Rows of the training data in each leaf; 0 for leaves that a tree lacks.
    intercept : float
        Log-odds before any tree.
    """

    feature: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float32]
    clears: npt.NDArray[np.uint64]
    leaves: npt.NDArray[np.float64]
    cover: npt.NDArray[np.float64]
    intercept: float

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Trees:
        """Ensemble from the lists that `to_dict` made."""
        return cls(
            np.array(record["feature"], np.int64),
            np.array(
                [[np.inf if t is None else t for t in row] for row in record["threshold"]],
                np.float32,
            ),
            np.array(record["clears"], np.uint64),
            np.array(record["leaves"], np.float64),
            np.array(record["cover"], np.float64),
            float(record["intercept"]),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, for JSON."""
        threshold: list[Sequence[float | None]] = [
            [None if np.isinf(t) else float(t) for t in row] for row in self.threshold
        ]
        return {
            "intercept": self.intercept,
            "feature": self.feature.tolist(),
            "threshold": threshold,
            "clears": self.clears.tolist(),
            "leaves": self.leaves.tolist(),
            "cover": self.cover.tolist(),
        }

    def log_odds(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Log-odds of each row of features.

        Examples
        --------
        One tree of two leaves, -1 up to 0.5 and 2 above:

        >>> nodes = {"feature": [[0] * 63], "threshold": [[0.5] + [None] * 62],
        ...          "clears": [[1] + [0] * 62], "leaves": [[-1.0, 2.0] + [0.0] * 62],
        ...          "cover": [[1.0, 1.0] + [0.0] * 62]}
        >>> trees = Trees.from_dict({**nodes, "intercept": 0.0})
        >>> trees.log_odds(np.array([[0.0], [0.5], [0.6]], np.float32)).tolist()
        [-1.0, -1.0, 2.0]
        """
        out = np.full(len(rows), self.intercept)
        fast = kernels()
        if fast is not None:
            side = max(1, min(_SIDE, len(rows)))
            arrays = self.feature, self.threshold, *self._turns, self.leaves
            scratch = np.zeros((rows.shape[1], side), np.float32), np.zeros(side, np.int32)
            fast.log_odds(np.ascontiguousarray(rows), *arrays, self._nodes, *scratch, out)
            return out
        looked_up = len(rows) >= _MANY and self._is_dense
        for begin in range(0, len(rows), _READ):
            some = slice(begin, begin + _READ)
            (self._by_tables if looked_up else self._by_tests)(rows[some], out[some])
        return out

    def _by_tables(self, rows: npt.NDArray[np.float32], out: npt.NDArray[np.float64]) -> None:
        """Add the leaves of the rows, which tables name."""
        intervals = self._tables.intervals(rows)
        for begin in range(0, len(rows), _BLOCK):
            some = slice(begin, begin + _BLOCK)
            self._add(self._tables.gone(intervals[:, some], len(self.leaves)), out[some])

    def _by_tests(self, rows: npt.NDArray[np.float32], out: npt.NDArray[np.float64]) -> None:
        """Add the leaves of the rows, which tests name."""
        for begin in range(0, len(rows), _BLOCK):
            some = slice(begin, begin + _BLOCK)
            self._add(self._tested(rows[some]), out[some])

    def _add(self, gone: npt.NDArray[np.uint64], out: npt.NDArray[np.float64]) -> None:
        """Add the leaf of each tree, the lowest that is not out of reach."""
        lowest = ~gone & (gone + np.uint64(1))
        leaf = np.bitwise_count(lowest - np.uint64(1))
        values = self.leaves.ravel()[leaf + LEAVES * np.arange(len(self.leaves))]
        out += values.sum(axis=1)

    @cached_property
    def _nodes(self) -> int:
        """Nodes of the largest tree."""
        return int(np.isfinite(self.threshold).sum(axis=1).max(initial=0))

    @cached_property
    def _turns(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """First leaf below each node, and first of its right branch; -1 for nodes that are none.

        Nodes stand in preorder, so that the first leaf that is left to a row says at which of them
        it is.
        """
        lowest = self.clears & (~self.clears + np.uint64(1))
        first = np.bitwise_count(lowest - np.uint64(1)).astype(np.int32)
        first[self.clears == 0] = -1
        return first, first + np.bitwise_count(self.clears).astype(np.int32)

    @cached_property
    def _tables(self) -> LeafTables:
        return LeafTables.of(self.feature, self.threshold, self.clears)

    @cached_property
    def _is_dense(self) -> bool:
        """Whether trees test so many of the features that tables cost less than tests."""
        return len(np.unique(self.feature)) < 2 * self._nodes

    def _tested(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.uint64]:
        """Leaves of each tree that are out of reach of each row, shape (n, T).

        By the tests of all nodes, some trees at a time.
        """
        block = np.ascontiguousarray(rows.T)
        out = np.empty((len(self.leaves), len(rows)), np.uint64)
        size = max(1, _TESTS // max(1, self._nodes * len(rows)))
        for first in range(0, len(out), size):
            group = slice(first, first + size), slice(0, self._nodes)
            feature, threshold = self.feature[group], self.threshold[group]
            right = block[feature] > threshold[:, :, None]
            clears = right * self.clears[group][:, :, None]
            np.bitwise_or.reduce(clears, axis=1, out=out[first : first + size])
        return out.T

    def is_sound(self, columns: int) -> bool:
        """Whether the arrays fit each other and test no column beyond the first `columns`."""
        count = len(self.leaves)
        inner, outer = (count, LEAVES - 1), (count, LEAVES)
        shapes = [a.shape for a in (self.feature, self.threshold, self.clears)]
        return (
            shapes == [inner] * 3
            and self.leaves.shape == self.cover.shape == outer
            and bool(((self.feature >= 0) & (self.feature < columns)).all())
            and bool((self.cover.sum(axis=1) > 0).all())
        )

    def contributions(self, row: npt.NDArray[np.float32]) -> tuple[float, npt.NDArray[np.float64]]:
        """Log-odds before anything is known of a row, and what each of its k features adds.

        Walking down a tree, the feature that a node tests is credited with the change of the mean
        over the training data below (Saabas 2014). The sum of it all is `log_odds` of the row.

        Parameters
        ----------
        row : float32 array, shape (k,)
        """
        shares = np.zeros(len(row))
        start = self.intercept
        for t in range(len(self.leaves)):
            size = int(np.count_nonzero(self.cover[t]))
            value = self._mean(t, 0, size)
            start += value
            node, first, behind = 0, 0, size
            while behind - first > 1:
                middle = int(self.clears[t, node]).bit_length()
                if row[self.feature[t, node]] <= self.threshold[t, node]:
                    node, last, behind = node + 1, node, middle
                else:
                    # The left branch has one node fewer than leaves.
                    node, last, first = node + middle - first, node, middle
                below = self._mean(t, first, behind)
                shares[self.feature[t, last]] += below - value
                value = below
        return start, shares

    def _mean(self, tree: int, first: int, behind: int) -> float:
        """Mean of some neighbouring leaves over the training data."""
        inside = slice(first, behind)
        return float(np.average(self.leaves[tree, inside], weights=self.cover[tree, inside]))

    def scaled(self, scale: float, shift: float) -> Trees:
        """The ensemble whose log-odds are `scale` times as large, plus `shift`."""
        leaves = np.rint(self.leaves * scale / STEP) * STEP
        intercept = round((self.intercept * scale + shift) / STEP) * STEP
        return replace(self, leaves=leaves, intercept=intercept)

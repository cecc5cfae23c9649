"""Leaf tables: which leaves of all trees a value of a feature puts out of reach, looked up.

A tree asks a feature only on which side of a threshold its value lies. Between two neighbouring
thresholds all trees answer alike, so that for each feature one table holds, for each such interval
and each tree, the leaves that are out of reach. A row of numbers is then scored by one look-up for
each feature in place of one test for each node.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

__all__ = ["LeafTables"]

Floats = npt.NDArray[np.float32]
Masks = npt.NDArray[np.uint64]
Intervals = npt.NDArray[np.intp]

# Rows of the table of several features together: few features have few thresholds, and tables that
# stay in the second-level cache are worth more than a look-up less. Chosen, not tuned.
_TOGETHER = 256

# Thresholds of a feature that are all compared with each value: their number fits a byte. That took
# 0.2 us for 58 features of a word, to search for its place among them 0.85.
_FEW = 255


@dataclass(frozen=True, slots=True)
class LeafTables:
    """Leaves of T trees that are out of reach, by the intervals of the features.

    Attributes
    ----------
    columns : tuple of tuple of int
        Features of each table.
    cuts : tuple of tuple of float32 array
        Their thresholds, ascending.
    tables : tuple of uint64 array, shape (intervals, T)
        Intervals of the first feature of a table vary slowest.
    """

    columns: tuple[tuple[int, ...], ...]
    cuts: tuple[tuple[Floats, ...], ...]
    tables: tuple[Masks, ...]

    @classmethod
    def of(cls, feature: npt.NDArray[np.int64], threshold: Floats, clears: Masks) -> LeafTables:
        """Tables of trees whose nodes are given as in `spindetect.trees.Trees`."""
        columns, cuts, tables = [], [], []
        for group in _together(feature, threshold):
            one = [_table(column, feature, threshold, clears) for column in group]
            table = one[0][1]
            for _, other in one[1:]:
                table = (table[:, None] | other).reshape(-1, table.shape[1])
            columns.append(group)
            cuts.append(tuple(own for own, _ in one))
            tables.append(table)
        return cls(tuple(columns), tuple(cuts), tuple(tables))

    def intervals(self, rows: Floats) -> Intervals:
        """Row of each table that holds for each row of features, shape (tables, rows)."""
        # What is no number lies above no threshold.
        values = np.ascontiguousarray(np.fmax(rows, -np.inf).T)
        index = np.empty((len(self.tables), len(rows)), np.intp)
        for columns, cuts, found in zip(self.columns, self.cuts, index, strict=True):
            found[:] = _below(cuts[0], values[columns[0]])
            for column, own in zip(columns[1:], cuts[1:], strict=True):
                found *= len(own) + 1
                found += _below(own, values[column])
        return index

    def gone(self, intervals: Intervals, trees: int) -> Masks:
        """Leaves of each tree that are out of reach of rows with these `intervals`.

        Shape (rows, trees).
        """
        gone = np.zeros((intervals.shape[1], trees), np.uint64)
        found = np.empty_like(gone)
        for table, index in zip(self.tables, intervals, strict=True):
            np.take(table, index, axis=0, out=found, mode="clip")
            gone |= found
        return gone


def _below(cuts: Floats, values: Floats) -> Intervals | npt.NDArray[np.uint8]:
    """Number of the cuts, which ascend, that lie below each value."""
    if len(cuts) > _FEW:
        return np.searchsorted(cuts, values)
    above: npt.NDArray[np.uint8] = (values > cuts[:, None]).view(np.uint8)
    return np.asarray(above.sum(axis=0, dtype=np.uint8))


def _together(feature: npt.NDArray[np.int64], threshold: Floats) -> Iterator[tuple[int, ...]]:
    """Features that are tested, those of few thresholds together."""
    tested = np.isfinite(threshold)
    sizes = {
        int(column): len(np.unique(threshold[(feature == column) & tested])) + 1
        for column in np.unique(feature[tested])
    }
    group: list[int] = []
    for column in sorted(sizes, key=sizes.__getitem__):
        if group and prod(sizes[c] for c in [*group, column]) > _TOGETHER:
            yield tuple(group)
            group = []
        group.append(column)
    if group:
        yield tuple(group)


def _table(
    column: int, feature: npt.NDArray[np.int64], threshold: Floats, clears: Masks
) -> tuple[Floats, Masks]:
    """Thresholds of a feature, ascending, and its table."""
    tree, node = np.nonzero((feature == column) & np.isfinite(threshold))
    cuts = np.unique(threshold[tree, node])
    table = np.zeros((len(cuts) + 1, len(feature)), np.uint64)
    above = np.searchsorted(cuts, threshold[tree, node]) + 1
    np.bitwise_or.at(table, (above, tree), clears[tree, node])
    return cuts, np.bitwise_or.accumulate(table, axis=0)

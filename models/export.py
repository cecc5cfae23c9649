"""Trained estimators as plain numbers, checked against the estimators that they came from."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from spindetect.trees import LEAVES, STEP, Trees


def trees(model: HistGradientBoostingClassifier, rows: npt.NDArray[np.float32]) -> Trees:
    """The ensemble of a binary classifier; raises if it scores `rows` unlike the original."""
    # scikit-learn shows its trees to nobody; the comparison below notices if they change.
    predictors = [iteration[0] for iteration in model._predictors]  # noqa: SLF001
    count = len(predictors)
    feature = np.zeros((count, LEAVES - 1), np.int64)
    threshold = np.full((count, LEAVES - 1), np.inf, np.float32)
    clears = np.zeros((count, LEAVES - 1), np.uint64)
    leaves, cover = np.zeros((count, LEAVES)), np.zeros((count, LEAVES))
    for t, predictor in enumerate(predictors):
        if predictor.get_n_leaf_nodes() > LEAVES:
            raise ValueError(f"a tree has more than {LEAVES} leaves: train with max_leaf_nodes")
        _lay_out(predictor.nodes, feature[t], threshold[t], clears[t], leaves[t], cover[t])
    start = float(np.ravel(model._baseline_prediction)[0])  # noqa: SLF001
    leaves, start = np.rint(leaves / STEP) * STEP, round(start / STEP) * STEP
    ensemble = Trees(feature, threshold, clears, leaves, cover, start)
    expected = model.decision_function(rows)
    if not np.allclose(ensemble.log_odds(rows), expected, atol=1e-6):
        raise RuntimeError("the exported trees disagree with the classifier that they came from")
    return ensemble


def _lay_out(
    nodes: Any,
    feature: npt.NDArray[np.int64],
    threshold: npt.NDArray[np.float32],
    clears: npt.NDArray[np.uint64],
    leaves: npt.NDArray[np.float64],
    cover: npt.NDArray[np.float64],
) -> None:
    """Write one tree's inner nodes and its leaves, leaves from left to right."""
    inner = 0
    leaf = 0

    def visit(index: int) -> int:
        """Bits of the leaves below a node."""
        nonlocal inner, leaf
        node = nodes[index]
        if node["is_leaf"]:
            leaves[leaf], cover[leaf] = node["value"], node["count"]
            leaf += 1
            return 1 << (leaf - 1)
        mine = inner
        inner += 1
        left = visit(int(node["left"]))
        feature[mine] = node["feature_idx"]
        # Rows are float32: the largest float32 that still goes left.
        limit = np.float32(node["num_threshold"])
        if limit > node["num_threshold"]:
            limit = np.nextafter(limit, np.float32(-np.inf))
        threshold[mine] = limit
        clears[mine] = left
        return left | visit(int(node["right"]))

    visit(0)

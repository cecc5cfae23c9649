"""Measures: which figures are taken of which texts, from scores to figures and curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from spindetect.benchmark import figures as fig
from spindetect.benchmark.result import Curve, Figure
from spindetect.benchmark.rows import Rows, Scores

__all__ = ["PREVALENCES", "RATES", "About", "curves", "detection", "precision"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# False positive rates at which recall is measured; a rate of 1 in n needs n texts that are not
# spun.
RATES = (0.05, 0.01, 0.001)

# Shares of spun texts, as crawls may hold them.
PREVALENCES = (0.01, 0.001)

# The probability that stands for F1 with a fixed threshold: the half, as it is calibrated.
_HALF = 0.5

# Points that a ROC curve is thinned to.
_POINTS = 120


@dataclass(frozen=True)
class About:
    """What figures are about: their names without the measure."""

    task: str
    by: str
    part: str
    scorer: str

    def figure(
        self, measure: str, statistic: fig.Statistic, groups: Ints, n: int
    ) -> Iterator[Figure]:
        """The figure, if it is defined."""
        value, low, high = fig.interval(statistic, groups)
        if np.isfinite(value):
            yield self.named(measure, (value, low, high), n, groups)

    def share(self, measure: str, hits: Mask, groups: Ints) -> Figure:
        """The share of hits."""
        return self.named(measure, fig.share_interval(hits, groups), len(hits), groups)

    def named(self, measure: str, ends: tuple[float, float, float], n: int, groups: Ints) -> Figure:
        """The figure with these ends, rounded to what a resample can tell."""
        value, low, high = (round(end, 6) for end in ends)
        return Figure(
            measure,
            self.task,
            self.by,
            self.part,
            self.scorer,
            value,
            low,
            high,
            n,
            len(np.unique(groups)),
        )


def detection(rows: Rows, scores: Scores) -> Iterator[Figure]:
    """How well spun passages are told from others: by family and, for the detector, by more."""
    if not rows.is_spun.any():
        return
    score = scores.score[rows.at]
    compared = rows.is_compared
    fixed = _fixed_elsewhere(score, rows, compared)
    for by, part, mask in rows.parts():
        if by not in ("", "family") and scores.is_called is None:
            continue
        one_to_one = np.flatnonzero(mask & compared)
        spun = rows.is_spun[one_to_one]
        # Figures are named by task, part and scorer alike.
        about = About(rows.task, by, part, scores.scorer)
        yield from about.figure(
            "AUROC", _auroc(score[one_to_one], spun), rows.group[one_to_one], int(spun.sum())
        )
        if by in ("", "family"):
            yield from _at_rates(rows, scores, mask & rows.is_spun, about)
            called = {"F1, threshold of other folds": fixed}
            if scores.is_called is not None:
                called["F1, probability 0.5"] = score >= _HALF
                called["F1, verdict"] = scores.is_called[rows.at]
            for measure, hits in called.items():
                statistic = _f1(hits[one_to_one], spun)
                yield from about.figure(measure, statistic, rows.group[one_to_one], int(spun.sum()))
        if scores.is_called is not None:
            own = np.flatnonzero(mask & rows.is_spun)
            hits = scores.is_called[rows.at[own]]
            yield about.share("recall", hits, rows.group[own])
            if by in ("", "family"):
                weight = _equal_families(rows.columns["family"][one_to_one])
                yield from about.figure(
                    "calibration error",
                    _calibration(score[one_to_one], spun, weight),
                    rows.group[one_to_one],
                    len(one_to_one),
                )


def _auroc(score: Floats, spun: Mask) -> fig.Statistic:
    return lambda weight: fig.auroc(score, spun, weight)


def _f1(called: Mask, spun: Mask) -> fig.Statistic:
    return lambda weight: fig.f1(called, spun, weight) if (weight * ~spun).any() else float("nan")


def _calibration(probability: Floats, spun: Mask, own: Floats) -> fig.Statistic:
    both = spun.any() and not spun.all()
    return lambda weight: (
        fig.calibration_error(probability, spun, weight * own) if both else float("nan")
    )


def _equal_families(family: npt.NDArray[np.str_]) -> Floats:
    """Weights by which all families weigh the same."""
    _, index, count = np.unique(family, return_inverse=True, return_counts=True)
    return np.asarray(1 / count[index])


def _fixed_elsewhere(score: Floats, rows: Rows, compared: Mask) -> Mask:
    """The rows that reach the threshold which is best for F1 on the other folds."""
    called = np.zeros(len(score), np.bool_)
    for fold in np.unique(rows.fold):
        rest = compared & (rows.fold != fold)
        rest = rest if rows.is_spun[rest].any() else compared
        own = rows.fold == fold
        called[own] = score[own] >= fig.best_threshold(score[rest], rows.is_spun[rest])
    return called


def _at_rates(rows: Rows, scores: Scores, mask: Mask, about: About) -> Iterator[Figure]:
    """Recall at thresholds that a share of the clean passages reach."""
    own = np.flatnonzero(mask)
    score = np.concatenate([scores.score[rows.at[own]], scores.score[rows.clean_at]])
    groups = np.concatenate([rows.group[own], rows.clean_group])
    spun = np.arange(len(score)) < len(own)
    for rate in RATES:
        if rate * len(rows.clean_at) >= 1 and len(own):
            statistic = _recall_at(rate, score, spun)
            measure = f"recall at {100 * rate:g} % false positives"
            yield from about.figure(measure, statistic, groups, len(own))


def _recall_at(rate: float, score: Floats, spun: Mask) -> fig.Statistic:
    return lambda weight: fig.recall_at(rate, score, spun, weight)


def precision(recall: Figure, errors: Sequence[Figure]) -> Iterator[Figure]:
    """Precision at each prevalence, from a recall and the false positives among other figures.

    Its ends combine those of the two, and so lie further apart than those of 95 % of resamples.
    """
    for error in errors:
        if error.measure != "false positives" or error.by:
            continue
        for prevalence in PREVALENCES:
            ends = [
                fig.precision_at(prevalence, recall.value, error.value),
                fig.precision_at(prevalence, recall.low, error.high),
                fig.precision_at(prevalence, recall.high, error.low),
            ]
            if np.isfinite(ends).all():
                value, low, high = (round(end, 6) for end in ends)
                yield replace(
                    recall,
                    measure=f"precision at {100 * prevalence:g} % prevalence",
                    value=value,
                    low=low,
                    high=high,
                    n=recall.n + error.n,
                    groups=recall.groups + error.groups,
                )


def curves(rows: Rows, scores: Scores) -> Iterator[Curve]:
    """ROC curve against the clean passages and, for the detector, the reliability."""
    own = rows.at[rows.is_spun]
    if len(own) and len(rows.clean_at):
        score = np.concatenate([scores.score[own], scores.score[rows.clean_at]])
        rate, recall = fig.roc(score, np.arange(len(score)) < len(own))
        # As many points below one per cent as above.
        wanted = np.geomspace(1 / len(rows.clean_at), 1, _POINTS)
        kept = np.unique(np.searchsorted(rate, wanted * (1 + 1e-9), side="right") - 1)
        yield _curve("roc", rows.task, scores.scorer, rate[kept], recall[kept])
    spun = rows.is_spun[rows.is_compared]
    if scores.is_called is not None and spun.any() and not spun.all():
        probability = scores.score[rows.at[rows.is_compared]]
        weight = _equal_families(rows.columns["family"][rows.is_compared])
        said, found, _ = fig.reliability(probability, spun, weight)
        yield _curve("reliability", rows.task, scores.scorer, said, found)


def _curve(kind: str, task: str, scorer: str, x: Floats, y: Floats) -> Curve:
    return Curve(kind, task, scorer, tuple(x.round(6).tolist()), tuple(y.round(6).tolist()))

"""Figures: what is computed from scores, each with a 95 % interval by bootstrap over groups.

Every figure takes a weight for each of its rows. A resample of the groups is nothing but other
weights: how often the group of each row was drawn.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = [
    "auroc",
    "best_threshold",
    "calibration_error",
    "f1",
    "interval",
    "precision_at",
    "ratio",
    "recall_at",
    "reliability",
    "roc",
    "share_interval",
]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Statistic = Callable[[Floats], float]

# Resamples of an interval: its ends are the fifth of them from either side.
RESAMPLES = 200

# Percentiles of the resamples between which 95 % of them lie.
_ENDS = (2.5, 97.5)

# Bins of equal mass of the calibration error.
BINS = 15

_NAN = float("nan")


def interval(statistic: Statistic, groups: npt.NDArray[np.int64]) -> tuple[float, float, float]:
    """A figure and its 95 % interval: percentiles over resamples of the groups.

    Parameters
    ----------
    statistic : function of a float64 array, shape (n,)
        The figure, given the weight of each row; NaN where it is not defined.
    groups : int64 array, shape (n,)
        Group of each row.

    Returns
    -------
    tuple of float
        The figure, and the low and the high end. The same arguments always give the same ends.

    Examples
    --------
    >>> hits = np.array([1.0, 1.0, 0.0, 0.0])
    >>> interval(lambda w: float((w * hits).sum() / w.sum()), np.array([0, 0, 1, 1]))
    (0.5, 0.0, 1.0)
    """
    value = statistic(np.ones(len(groups)))
    _, index = np.unique(groups, return_inverse=True)
    n = int(index.max()) + 1 if len(index) else 0
    if n == 0 or not np.isfinite(value):
        return value, _NAN, _NAN
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    values = np.array([statistic(times[index].astype(np.float64)) for times in drawn])
    low, high = np.percentile(values[np.isfinite(values)], _ENDS)
    return value, float(low), float(high)


def share_interval(hits: Mask, groups: npt.NDArray[np.int64]) -> tuple[float, float, float]:
    """The share of hits and its 95 % interval.

    Where there are no hits, or nothing else, all resamples are alike. The other end is then the
    exact binomial one (Clopper and Pearson 1934) with groups for trials.

    >>> value, low, high = share_interval(np.zeros(50, np.bool_), np.arange(50))
    >>> value, low, round(high, 3)
    (0.0, 0.0, 0.071)
    """
    value, low, high = interval(lambda w: ratio(hits, np.ones(len(hits)), w), groups)
    n = len(np.unique(groups))
    if value == 0.0:
        high = 1 - (1 - _ENDS[1] / 100) ** (1 / n)
    elif value == 1.0:
        low = (1 - _ENDS[1] / 100) ** (1 / n)
    return value, low, high


def ratio(parts: npt.ArrayLike, wholes: npt.ArrayLike, weight: Floats) -> float:
    """Weighted sum of the parts by that of the wholes; NaN if there is no whole.

    >>> ratio([1, 2], [4, 4], np.array([1.0, 3.0]))
    0.4375
    """
    whole = float((weight * np.asarray(wholes, np.float64)).sum())
    return float((weight * np.asarray(parts, np.float64)).sum()) / whole if whole > 0 else _NAN


def auroc(score: Floats, is_spun: Mask, weight: Floats) -> float:
    """Chance that a spun row scores higher than another one, ties counting half.

    Parameters
    ----------
    score : float64 array, shape (n,)
        Higher for what looks spun; comparisons alone matter.
    is_spun : bool array, shape (n,)
    weight : float64 array, shape (n,)

    Returns
    -------
    float
        In [0, 1]; NaN if either kind is missing.

    Examples
    --------
    >>> auroc(np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True]), np.ones(4))
    0.875
    """
    _, level = np.unique(score, return_inverse=True)
    spun = np.bincount(level, weight * is_spun)
    other = np.bincount(level, weight * ~is_spun)
    below = np.cumsum(other) - other
    pairs = float(spun.sum() * other.sum())
    return float((spun * (below + other / 2)).sum()) / pairs if pairs > 0 else _NAN


def roc(score: Floats, is_spun: Mask) -> tuple[Floats, Floats]:
    """False positive rate and recall at every threshold, from none called spun to all.

    >>> [a.tolist() for a in roc(np.array([0.9, 0.4, 0.1]), np.array([True, False, True]))]
    [[0.0, 0.0, 1.0, 1.0], [0.0, 0.5, 0.5, 1.0]]
    """
    _, level = np.unique(-score, return_inverse=True)
    rates = [
        np.concatenate([[0.0], np.cumsum(np.bincount(level, kind)) / max(kind.sum(), 1)])
        for kind in (~is_spun, is_spun)
    ]
    return rates[0], rates[1]


def recall_at(rate: float, score: Floats, is_spun: Mask, weight: Floats) -> float:
    """Share of the spun rows above a threshold that no more than `rate` of the others reach.

    >>> recall_at(0.5, np.array([0.9, 0.3, 0.5, 0.2]), np.array([1, 1, 0, 0], bool), np.ones(4))
    1.0
    >>> recall_at(0.4, np.array([0.9, 0.3, 0.5, 0.2]), np.array([1, 1, 0, 0], bool), np.ones(4))
    0.5
    """
    _, level = np.unique(-score, return_inverse=True)
    others = np.cumsum(np.bincount(level, weight * ~is_spun))
    if others[-1] <= 0:
        return _NAN
    # A rate times a number of texts is not exact: 0.07 * 100 is more than 7, 0.29 * 100 is less.
    allowed = rate * others[-1] + 1e-9
    return ratio((others <= allowed)[level] & is_spun, is_spun, weight)


def f1(called: Mask, is_spun: Mask, weight: Floats) -> float:
    """Harmonic mean of the precision and the recall of the rows that were called spun.

    >>> f1(np.array([True, True, False]), np.array([True, False, True]), np.ones(3))
    0.5
    """
    return ratio(2.0 * (called & is_spun), called.astype(np.float64) + is_spun, weight)


def best_threshold(score: Floats, is_spun: Mask) -> float:
    """The score from which on rows are called spun that makes F1 largest; the highest of several.

    >>> best_threshold(np.array([0.9, 0.6, 0.4, 0.1]), np.array([True, True, False, False]))
    0.6
    """
    levels, level = np.unique(-score, return_inverse=True)
    hits = np.cumsum(np.bincount(level, is_spun))
    called = np.cumsum(np.bincount(level))
    return -float(levels[np.argmax(2 * hits / (called + is_spun.sum()))])


def reliability(
    probability: Floats, is_spun: Mask, weight: Floats, bins: int = BINS
) -> tuple[Floats, Floats, Floats]:
    """Mean probability, share of spun rows and share of the mass, of bins of equal mass.

    Rows of one probability are never parted; bins that are left empty by that are left out.

    >>> p, spun = np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, True, True, True])
    >>> [a.round(3).tolist() for a in reliability(p, spun, np.ones(4), bins=2)]
    [[0.15, 0.85], [0.5, 1.0], [0.5, 0.5]]
    """
    _, level = np.unique(probability, return_inverse=True)
    mass = np.bincount(level, weight)
    middle = (np.cumsum(mass) - mass / 2) / max(mass.sum(), 1e-300)
    bin_ = np.minimum((middle * bins).astype(np.int64), bins - 1)[level]
    sums = [np.bincount(bin_, weight * x, bins) for x in (probability, is_spun, np.ones(len(bin_)))]
    full = sums[2] > 0
    held = sums[2][full]
    return sums[0][full] / held, sums[1][full] / held, held / max(held.sum(), 1e-300)


def calibration_error(
    probability: Floats, is_spun: Mask, weight: Floats, bins: int = BINS
) -> float:
    """Mean distance between probability and share of spun rows over bins of equal mass, in [0, 1].

    >>> p, spun = np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, True, True, True])
    >>> round(calibration_error(p, spun, np.ones(4), bins=2), 3)
    0.25
    """
    said, found, mass = reliability(probability, is_spun, weight, bins)
    return float((np.abs(said - found) * mass).sum()) if len(mass) else _NAN


def precision_at(prevalence: float, recall: float, false_positives: float) -> float:
    """Share of spun texts among those called spun, where this share of all texts is spun.

    >>> round(precision_at(0.01, 0.9, 0.001), 3)
    0.901
    """
    hits = prevalence * recall
    called = hits + (1 - prevalence) * false_positives
    return hits / called if called > 0 else _NAN

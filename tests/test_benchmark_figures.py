"""Figures against values by hand and slow, obvious definitions."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spindetect.benchmark import figures as fig

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Few levels, so that there are ties.
scores = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0])
rows = st.lists(st.tuples(scores, st.booleans(), st.integers(0, 3)), min_size=1, max_size=25)


def columns(drawn: list[tuple[float, bool, int]]) -> tuple[Floats, Mask, Floats]:
    """Scores, labels and weights."""
    score, spun, weight = zip(*drawn, strict=True)
    return np.array(score), np.array(spun), np.array(weight, np.float64)


def repeated(drawn: list[tuple[float, bool, int]]) -> list[tuple[float, bool]]:
    """Every row as often as its weight says."""
    return [(score, spun) for score, spun, weight in drawn for _ in range(weight)]


def same(a: float, b: float) -> bool:
    return math.isclose(a, b, abs_tol=1e-9) or (math.isnan(a) and math.isnan(b))


@given(rows)
def test_auroc_is_the_share_of_ordered_pairs(drawn: list[tuple[float, bool, int]]) -> None:
    plain = repeated(drawn)
    pairs = list(product([s for s, spun in plain if spun], [s for s, spun in plain if not spun]))
    wins = sum((a > b) + (a == b) / 2 for a, b in pairs)
    assert same(fig.auroc(*columns(drawn)), wins / len(pairs) if pairs else math.nan)


@given(rows, st.sampled_from([0.0, 0.05, 0.2, 0.29, 0.5, 1.0]))
def test_recall_at_tries_every_threshold(drawn: list[tuple[float, bool, int]], rate: float) -> None:
    plain = repeated(drawn)
    spun = [s for s, is_spun in plain if is_spun]
    others = [s for s, is_spun in plain if not is_spun]
    found = math.nan
    if spun and others:
        found = 0.0
        for threshold in {s for s, _ in plain}:
            if sum(s >= threshold for s in others) <= rate * len(others) + 1e-9:
                found = max(found, sum(s >= threshold for s in spun) / len(spun))
    score, label, weight = columns(drawn)
    assert same(fig.recall_at(rate, score, label, weight), found)


@given(rows)
def test_f1_of_counts(drawn: list[tuple[float, bool, int]]) -> None:
    score, label, weight = columns(drawn)
    plain = [(s >= 0.5, spun) for s, spun in repeated(drawn)]
    hits = sum(called and spun for called, spun in plain)
    called, spun = sum(c for c, _ in plain), sum(s for _, s in plain)
    expected = math.nan if called + spun == 0 else 2 * hits / (called + spun)
    assert same(fig.f1(score >= 0.5, label, weight), expected)


@given(rows)
def test_best_threshold_beats_all_others(drawn: list[tuple[float, bool, int]]) -> None:
    score, label, _ = columns(drawn)
    if not label.any():
        return
    ones = np.ones(len(score))
    values = {t: fig.f1(score >= t, label, ones) for t in score.tolist()}
    best = fig.best_threshold(score, label)
    assert same(values[best], max(values.values()))


@given(rows)
def test_roc_is_rate_and_recall_of_each_threshold(drawn: list[tuple[float, bool, int]]) -> None:
    score, label, _ = columns(drawn)
    rate, recall = fig.roc(score, label)
    assert (rate[0], recall[0]) == (0, 0)
    for k, threshold in enumerate(sorted(set(score.tolist()), reverse=True), 1):
        called = score >= threshold
        assert same(rate[k], float((called & ~label).sum()) / max((~label).sum(), 1))
        assert same(recall[k], float((called & label).sum()) / max(label.sum(), 1))


def test_calibration_error_by_hand() -> None:
    # Three bins of two: |0.05 - 0|, |0.35 - 0.5|, |0.85 - 1|.
    p = np.array([0.0, 0.1, 0.3, 0.4, 0.8, 0.9])
    spun = np.array([0, 0, 1, 0, 1, 1], np.bool_)
    error = fig.calibration_error(p, spun, np.ones(6), bins=3)
    assert error == pytest.approx((0.05 + 0.15 + 0.15) / 3)
    # The order of the rows does not matter, and weights are rows.
    order = np.array([3, 1, 5, 0, 2, 4])
    assert fig.calibration_error(p[order], spun[order], np.ones(6), 3) == pytest.approx(error)
    twice = np.repeat(np.arange(6), 2)
    assert fig.calibration_error(p[twice], spun[twice], np.ones(12), 3) == pytest.approx(
        fig.calibration_error(p, spun, np.full(6, 2.0), 3)
    )


def test_ties_stay_in_one_bin() -> None:
    # Ten rows of the same probability, all spun ones first: right on the whole, wrong in no bin.
    p, spun = np.full(10, 0.5), np.arange(10) < 5
    assert fig.calibration_error(p, spun, np.ones(10)) == pytest.approx(0)


@given(rows)
def test_calibration_error_is_bounded(drawn: list[tuple[float, bool, int]]) -> None:
    score, label, weight = columns(drawn)
    error = fig.calibration_error(score, label, weight)
    assert 0 <= error <= 1 if weight.any() else math.isnan(error)
    said, found, mass = fig.reliability(score, label, weight)
    assert len(said) <= fig.BINS
    assert same(float(mass.sum()), 1.0 if weight.any() else 0.0)
    # Bins are a partition: the share of spun rows is that of all.
    if weight.any():
        assert same(float((found * mass).sum()), float((weight * label).sum() / weight.sum()))


def test_ratio_of_weighted_sums() -> None:
    assert fig.ratio([1, 0, 2], [2, 2, 2], np.array([1.0, 1.0, 2.0])) == 5 / 8
    assert math.isnan(fig.ratio([1.0], [0.0], np.ones(1)))


def test_precision_at_by_hand() -> None:
    # Of 100,000 texts 100 are spun; 90 of them and 99.9 of the others are called so.
    assert fig.precision_at(0.001, 0.9, 0.001) == pytest.approx(90 / (90 + 99.9))
    assert fig.precision_at(0.01, 0.5, 0.0) == 1
    assert math.isnan(fig.precision_at(0.01, 0.0, 0.0))


def mean(values: Floats) -> fig.Statistic:
    return lambda weight: float((weight * values).sum() / weight.sum())


def test_intervals_are_the_same_every_time() -> None:
    random = np.random.default_rng(1)
    values, groups = random.random(300), random.integers(0, 60, 300)
    first = fig.interval(mean(values), groups)
    assert fig.interval(mean(values), groups) == first
    # The names of the groups are nothing to it, their order is.
    assert fig.interval(mean(values), groups * 7 + 3) == first


def test_intervals_cover_what_they_should() -> None:
    # The mean of 400 uniform numbers, each a group: plus or minus 1.96 * 0.289 / 20.
    values = np.random.default_rng(2).random(400)
    value, low, high = fig.interval(mean(values), np.arange(400))
    assert value == pytest.approx(values.mean())
    assert value - low == pytest.approx(0.0283, rel=0.25)
    assert high - value == pytest.approx(0.0283, rel=0.25)


def test_rows_of_one_group_are_one_draw() -> None:
    # Ten copies of each row say no more than one of each.
    values = np.random.default_rng(3).random(50)
    one = fig.interval(mean(values), np.arange(50))
    ten = fig.interval(mean(np.repeat(values, 10)), np.repeat(np.arange(50), 10))
    assert ten == pytest.approx(one)
    apart = fig.interval(mean(np.repeat(values, 10)), np.arange(500))
    assert apart[2] - apart[1] < 0.6 * (one[2] - one[1])


def test_undefined_figures_have_no_interval() -> None:
    value, low, high = fig.interval(lambda weight: math.nan, np.arange(3))
    assert math.isnan(value)
    assert math.isnan(low)
    assert math.isnan(high)


@pytest.mark.parametrize("n", [1, 10, 120])
def test_a_share_of_nothing_still_has_an_upper_end(n: int) -> None:
    none, all_ = np.zeros(n, np.bool_), np.ones(n, np.bool_)
    value, low, high = fig.share_interval(none, np.arange(n))
    assert (value, low) == (0, 0)
    # So large a share would give no hit in n groups only once in forty times.
    assert (1 - high) ** n == pytest.approx(0.025)
    assert fig.share_interval(all_, np.arange(n)) == pytest.approx((1, 1 - high, 1))
    # What is counted are groups.
    assert fig.share_interval(none, np.zeros(n, np.int64))[2] == pytest.approx(0.975)

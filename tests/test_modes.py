"""Modes, operating points and the settings of a caller."""

import math
import pickle
from dataclasses import replace

import pytest

from spindetect.modes import Mode, OperatingPoint, Setting, fault

POINT = OperatingPoint(spun=0.9, clean=0.4, false_positives=10, undecided=200)
POINTS = dict.fromkeys(Mode, POINT)


def test_the_words_of_the_modes() -> None:
    assert [mode.value for mode in Mode] == ["high_precision", "balanced", "high_recall"]


def test_a_point_is_read_by_name_and_more_than_it_needs_does_not_disturb() -> None:
    record = {"undecided": 200, "clean": 0.4, "new": 1, "false_positives": 10, "spun": 0.9}
    assert OperatingPoint.from_dict(record) == POINT


@pytest.mark.parametrize("prior", [0.001, 0.5, 0.75])
def test_the_log_odds_of_a_prior(prior: float) -> None:
    assert 1 / (1 + math.exp(-Setting(prior=prior).log_odds)) == pytest.approx(prior)


@pytest.mark.parametrize("prior", [5e-324, 1 - 2**-53])
def test_the_most_extreme_priors_have_finite_log_odds(prior: float) -> None:
    assert math.isfinite(Setting(prior=prior).log_odds)


@pytest.mark.parametrize("prior", [0, 1, -0.1, 1.1, math.nan, math.inf])
def test_what_is_no_prior_is_refused(prior: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1, both excluded"):
        Setting(prior=prior)


def test_a_setting_reaches_another_process() -> None:
    setting = Setting(Mode.HIGH_RECALL, 0.2)
    assert pickle.loads(pickle.dumps(setting)) == setting


@pytest.mark.parametrize(
    ("mode", "change", "message"),
    [
        (Mode.BALANCED, {"clean": 0.0}, "no probabilities in order"),
        (Mode.BALANCED, {"clean": 0.91}, "operating points 0.91 and 0.9 of balanced"),
        (Mode.HIGH_PRECISION, {"spun": 1.0}, "of high_precision are no probabilities in order"),
        (Mode.BALANCED, {"spun": math.nan}, "of balanced holds numbers that are not finite"),
        (Mode.HIGH_RECALL, {"undecided": math.inf}, "of high_recall holds numbers that are not"),
        (Mode.BALANCED, {"undecided": -1}, "of balanced counts other than 0 to 10000 documents"),
        (Mode.BALANCED, {"false_positives": 10_001}, "counts other than 0 to 10000 documents"),
        (Mode.HIGH_PRECISION, {"spun": 0.89}, "out of order"),
        (Mode.BALANCED, {"spun": 0.91}, "out of order"),
        (Mode.HIGH_RECALL, {"spun": 0.91}, "out of order"),
    ],
)
def test_points_that_cannot_be_are_refused(
    mode: Mode, change: dict[str, float], message: str
) -> None:
    assert message in str(fault(POINTS | {mode: replace(POINT, **change)}))


def test_points_need_every_mode_and_may_meet() -> None:
    assert fault(POINTS) is None
    assert fault({mode: replace(POINT, clean=0.9) for mode in reversed(Mode)}) is None
    for mode in Mode:
        assert mode in str(fault({m: p for m, p in POINTS.items() if m != mode}))

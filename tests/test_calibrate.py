"""Calibration: what is fitted, how it is folded into a model, and which texts it is fitted on."""

import numpy as np
import numpy.typing as npt
import oracles
import pytest
from scored import scored, text

from models.calibrate import Calibration, errors, fitted, held_out
from spindetect.classifier import BoostedModel
from spindetect.trees import STEP

Floats = npt.NDArray[np.float64]
Family = tuple[Floats, npt.NDArray[np.bool_]]


def logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


def family(true: Calibration, spun: int, clean: int) -> Family:
    """Texts with log-odds of -1 and 3, of which as many are spun as these mean once calibrated.

    Both sides weigh the same, whatever their numbers.
    """
    low, high = (logistic(true.scale * value + true.shift) for value in (-1, 3))
    # Half of the mass is spun.
    at_low = (high - 0.5) / (high - low)
    of_spun = round(spun * at_low * low * 2)
    of_clean = round(clean * at_low * (1 - low) * 2)
    counts = [of_spun, spun - of_spun, of_clean, clean - of_clean]
    return np.repeat([-1.0, 3.0, -1.0, 3.0], counts), np.repeat([True, True, False, False], counts)


@pytest.mark.parametrize(
    "true", [Calibration(0.5, -0.25), Calibration(1.5, -1.0), Calibration(1.0, -0.5)]
)
def test_fit_recovers_what_the_log_odds_mean(true: Calibration) -> None:
    found = fitted({"one": family(true, 4000, 4000), "other": family(true, 1000, 6000)})
    assert found.scale == pytest.approx(true.scale, abs=0.01)
    assert found.shift == pytest.approx(true.shift, abs=0.01)


def test_families_weigh_the_same() -> None:
    one, other = family(Calibration(0.5, -0.25), 500, 500), family(Calibration(2, -1.5), 500, 500)
    large = np.tile(other[0], 20), np.tile(other[1], 20)
    even, uneven = fitted({"one": one, "other": other}), fitted({"one": one, "other": large})
    assert uneven.scale == pytest.approx(even.scale, abs=1e-3)
    assert uneven.shift == pytest.approx(even.shift, abs=1e-3)
    assert 0.5 < even.scale < 2


def test_a_folded_model_gives_calibrated_log_odds() -> None:
    trees = [
        oracles.Split(0, 0.0, oracles.Leaf(-1.25, 3), oracles.Leaf(2.0)),
        oracles.Split(1, 1.0, oracles.Leaf(0.5), oracles.Leaf(-3.0, 2)),
    ]
    model = BoostedModel(("x", "y"), oracles.ensemble(trees, 0.75))
    rows = np.array([[-1.0, 0.0], [1.0, 0.0], [1.0, 2.0]])
    calibration = Calibration(0.7, -0.3)
    folded = calibration.folded(model)
    expected = calibration.applied(model.log_odds(rows))
    assert expected.tolist() == [0.7 * value - 0.3 for value in (0.0, 3.25, -0.25)]
    np.testing.assert_allclose(folded.log_odds(rows), expected, rtol=0, atol=2 * STEP)
    shares = 0.7 * model.contributions(rows)
    np.testing.assert_allclose(folded.contributions(rows), shares, rtol=0, atol=4 * STEP)
    assert folded.names == model.names


def test_held_out_texts_are_those_of_a_family_and_their_originals() -> None:
    own = {"family": "moby", "tool": "moby"}
    seen, scores = scored(
        [
            text(300, 1, kind="document", label="spun", **own),
            text(300, 2, kind="document", label="original", **own),
            text(80, 3, kind="paragraph", label="spun", **own),
            text(20, 4, kind="paragraph", label="spun", **own),
            text(300, 5, kind="document", label="spun", family="moby", tool="moby-light"),
            text(300, 6, kind="document", label="spun", family="wordnet", tool="wordnet"),
            text(300, 7, kind="mixed", label="mixed", **own),
            text(300, 8),
        ]
    )
    values, spun = held_out(seen, scores, "moby")
    assert values.tolist() == [1, 2, 3]
    assert spun.tolist() == [True, False, True]


def test_errors_are_those_of_the_calibration_on_the_others() -> None:
    # Of ten texts with the same log-odds nine are what these say; or half of them are.
    values = np.repeat([-2.0, 2.0], 150)
    sure = np.tile(np.arange(10) == 0, 30) ^ (values > 0)
    unsure = np.tile(np.arange(10) < 5, 30)
    found = errors({"sure": (values, sure), "unsure": (values, unsure)})
    # Fifteen bins; that in the middle holds both values.
    assert found["sure"] == pytest.approx(0.4 * 14 / 15, abs=1e-3)
    assert found["unsure"] == pytest.approx(0.4 * 14 / 15, abs=1e-3)
    found = errors({"sure": (values, sure), "as sure": (values, sure)})
    assert max(found.values()) < 1e-3

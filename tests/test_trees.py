"""Trees as arrays against walking them, and against the classifier that they come from."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from models import export
from spindetect.classifier import BoostedModel
from spindetect.leaf_tables import LeafTables
from spindetect.trees import LEAVES, STEP, Trees

FEATURES = 4
# Thresholds and values from one small set, so that ties are common.
numbers = st.integers(-4, 4).map(float) | st.floats(-4, 4, width=32)
log_odds = st.integers(-(2**34), 2**34).map(lambda n: n * STEP)


@st.composite
def trees(draw: st.DrawFn, most: int = LEAVES) -> oracles.Tree:
    """A tree of at most so many leaves, of any shape: chains included."""
    if most == 1 or draw(st.integers(0, 9)) == 0:
        return oracles.Leaf(draw(log_odds), draw(st.integers(1, 1000)))
    left = draw(st.integers(1, most - 1))
    return oracles.Split(
        draw(st.integers(0, FEATURES - 1)),
        draw(numbers),
        draw(trees(left)),
        draw(trees(most - left)),
    )


rows = st.lists(st.lists(numbers, min_size=FEATURES, max_size=FEATURES), max_size=8).map(
    lambda values: np.array(values, np.float32).reshape(-1, FEATURES)
)


@given(st.lists(trees(), min_size=1, max_size=4), log_odds, rows)
def test_log_odds_equal_walking_the_trees(
    some: list[oracles.Tree], intercept: float, values: npt.NDArray[np.float32]
) -> None:
    # Equal to the last bit: sums of multiples of a power of two are exact.
    walked = [sum(oracles.walk(tree, row) for tree in some) + intercept for row in values]
    assert oracles.ensemble(some, intercept).log_odds(values).tolist() == walked


@given(st.lists(trees(), min_size=1, max_size=4), rows, st.integers(1, 40))
def test_leaves_that_are_looked_up_are_those_that_are_tested(
    some: list[oracles.Tree], values: npt.NDArray[np.float32], times: int
) -> None:
    ensemble = oracles.ensemble(some, 0.0)
    # Infinite numbers, and such as are none.
    odd = np.array([[np.nan, np.inf, -np.inf, 0.0]], np.float32)
    values = np.tile(np.concatenate([values, odd]), (times, 1))
    tables = LeafTables.of(ensemble.feature, ensemble.threshold, ensemble.clears)
    found = tables.gone(tables.intervals(values), len(ensemble.leaves))
    assert found.tolist() == ensemble._tested(values).tolist()


@pytest.mark.parametrize("count", [1, 255, 256, 300])
def test_values_are_placed_among_few_thresholds_and_many(count: int) -> None:
    threshold = (np.arange(count) / 2).astype(np.float32)
    asked = np.concatenate([threshold, threshold + np.float32(0.1), [np.nan, np.inf, -np.inf]])
    # One node for each threshold, in a tree of its own.
    feature, clears = np.zeros((count, 1), np.int64), np.ones((count, 1), np.uint64)
    tables = LeafTables.of(feature, threshold[:, None], clears)
    found = tables.intervals(asked[:, None].astype(np.float32))
    assert found.tolist() == [[int((threshold < value).sum()) for value in asked]]


def test_a_full_tree_reaches_every_leaf() -> None:
    def grown(low: int, high: int) -> oracles.Tree:
        middle = (low + high) // 2
        if low == middle:
            return oracles.Leaf(float(low))
        return oracles.Split(0, middle - 0.5, grown(low, middle), grown(middle, high))

    values = np.arange(LEAVES, dtype=np.float32)[:, None]
    assert oracles.ensemble([grown(0, LEAVES)], 0.0).log_odds(values).tolist() == [
        *map(float, range(LEAVES))
    ]


@given(st.lists(trees(), min_size=1, max_size=4), log_odds)
def test_json_round_trip(some: list[oracles.Tree], intercept: float) -> None:
    names = tuple("abcd")
    model = BoostedModel(names, oracles.ensemble(some, intercept))
    record = json.loads(json.dumps(model.to_dict(), allow_nan=False))
    again = BoostedModel.from_dict(record)
    assert again.names == names
    for field in fields(Trees):
        before, after = (np.asarray(getattr(m.trees, field.name)) for m in (model, again))
        assert before.dtype == after.dtype
        assert before.tolist() == after.tolist()


@given(st.lists(trees(), min_size=1, max_size=3), log_odds, rows)
def test_contributions_equal_those_of_walking_the_trees(
    some: list[oracles.Tree], intercept: float, values: npt.NDArray[np.float32]
) -> None:
    model = BoostedModel(tuple("abcd"), oracles.ensemble(some, intercept))
    double = values.astype(np.float64)
    found = model.contributions(double)
    assert found.shape == values.shape
    start = intercept + sum(map(oracles.mean, some))
    assert model.intercept == pytest.approx(start, rel=0, abs=1e-9)
    for row, own in zip(values, found, strict=True):
        walked = [oracles.shares(tree, row) for tree in some]
        expected = [sum(by.get(column, 0.0) for by in walked) for column in range(FEATURES)]
        np.testing.assert_allclose(own, np.array(expected), rtol=0, atol=1e-9)
        assert model.trees.contributions(row)[0] == model.intercept
    np.testing.assert_allclose(
        found.sum(axis=1) + model.intercept, model.log_odds(double), rtol=0, atol=1e-9
    )


@given(st.lists(trees(8), min_size=1, max_size=3), log_odds, rows, numbers, numbers)
def test_scaled_log_odds(
    some: list[oracles.Tree],
    intercept: float,
    values: npt.NDArray[np.float32],
    scale: float,
    shift: float,
) -> None:
    ensemble = oracles.ensemble(some, intercept)
    found = ensemble.scaled(scale, shift)
    # Each leaf, and the intercept, is rounded to `STEP` once.
    atol = (len(some) + 1) * STEP / 2 * (1 + 1e-6)
    expected = scale * ensemble.log_odds(values) + shift
    np.testing.assert_allclose(found.log_odds(values), expected, rtol=0, atol=atol)
    for numbers_ in (found.leaves, found.intercept):
        assert (np.rint(np.divide(numbers_, STEP)) == np.divide(numbers_, STEP)).all()
    for row in values:
        _, shares = ensemble.contributions(row)
        np.testing.assert_allclose(found.contributions(row)[1], scale * shares, rtol=0, atol=1e-7)


SOUND = oracles.ensemble(
    [
        oracles.Split(2, 0.5, oracles.Leaf(1.0, 3), oracles.Leaf(2.0)),
        oracles.Leaf(3.0, 4),
    ],
    0.0,
)


def test_sound_trees_test_the_columns_that_there_are() -> None:
    assert SOUND.is_sound(3)
    assert not SOUND.is_sound(2)
    assert not replace(SOUND, feature=SOUND.feature - 1).is_sound(3)


@pytest.mark.parametrize("name", ["feature", "threshold", "clears", "leaves", "cover"])
def test_trees_whose_arrays_do_not_fit_each_other_are_not_sound(name: str) -> None:
    array = getattr(SOUND, name)
    for damaged in (array[:1], array[:, :-1], array.ravel(), np.pad(array, ((0, 0), (0, 1)))):
        changed: dict[str, Any] = {name: damaged}
        assert not replace(SOUND, **changed).is_sound(3)


def test_a_tree_without_rows_is_not_sound() -> None:
    for rows_ in (0.0, np.nan):
        cover = SOUND.cover.copy()
        cover[1] = rows_
        assert not replace(SOUND, cover=cover).is_sound(3)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other on a busy machine take a hundred times as long."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def data() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Rows and classes, one column of few values, one constant, one of huge numbers."""
    random = np.random.default_rng(3)
    values = random.normal(size=(3000, 6)).astype(np.float32)
    values[:, 1] = np.rint(values[:, 1])
    values[:, 2] = 1
    values[:, 3] *= np.float32(1e20)
    return values, values[:, 0] * values[:, 1] + random.normal(size=3000) * 0.3 > 0.1


def fitted(data: tuple[Any, Any], **options: Any) -> HistGradientBoostingClassifier:
    """A classifier of the size that is exported."""
    options = {"max_iter": 40, "max_leaf_nodes": LEAVES, "random_state": 0, **options}
    return HistGradientBoostingClassifier(**options).fit(*data)


@pytest.fixture(scope="module")
def model(data: tuple[Any, Any]) -> HistGradientBoostingClassifier:
    return fitted(data)


def test_exported_trees_equal_the_classifier(
    data: tuple[Any, Any], model: HistGradientBoostingClassifier
) -> None:
    values = data[0]
    ensemble = export.trees(model, values)
    assert len(ensemble.leaves) == 40
    # Each leaf is rounded to `STEP` once.
    expected = model.decision_function(values)
    np.testing.assert_allclose(ensemble.log_odds(values), expected, rtol=0, atol=41 * STEP)
    # Rows that it never saw, outside of the known range too.
    unseen = (np.random.default_rng(4).normal(size=(2000, 6)) * 5).astype(np.float32)
    unseen[0], unseen[1] = np.inf, -np.inf
    expected = model.decision_function(unseen)
    np.testing.assert_allclose(ensemble.log_odds(unseen), expected, rtol=0, atol=41 * STEP)


def test_exported_cover_is_the_training_data(
    data: tuple[Any, Any], model: HistGradientBoostingClassifier
) -> None:
    values = data[0]
    ensemble = export.trees(model, values)
    for t in range(len(ensemble.leaves)):
        # A tree whose values are the numbers of its leaves says which of them a row reaches.
        numbered = replace(
            ensemble,
            feature=ensemble.feature[[t]],
            threshold=ensemble.threshold[[t]],
            clears=ensemble.clears[[t]],
            leaves=np.arange(LEAVES, dtype=np.float64)[None],
            intercept=0.0,
        )
        reached = numbered.log_odds(values).astype(np.int64)
        assert np.bincount(reached, minlength=LEAVES).tolist() == ensemble.cover[t].tolist()
    # So before anything is known of a row it is taken for the mean of the training data.
    start, _ = ensemble.contributions(values[0])
    assert start == pytest.approx(ensemble.log_odds(values).mean(), rel=0, abs=1e-9)


def test_rows_on_a_threshold_go_left_as_in_the_classifier(
    data: tuple[Any, Any], model: HistGradientBoostingClassifier
) -> None:
    ensemble = export.trees(model, data[0])
    for column in (0, 1, 3, 4, 5):
        limits = ensemble.threshold[(ensemble.feature == column) & (ensemble.clears > 0)]
        for values in (limits, np.nextafter(limits, np.float32(np.inf))):
            block = np.zeros((len(values), 6), np.float32)
            block[:, column] = values
            expected = model.decision_function(block)
            np.testing.assert_allclose(ensemble.log_odds(block), expected, rtol=0, atol=41 * STEP)


def test_neighbouring_numbers_are_told_apart() -> None:
    # Halfway between these lies a double that a float32 cannot hold: it must not be rounded up.
    low = np.nextafter(np.float32(1), np.float32(2))
    high = np.nextafter(low, np.float32(2))
    assert np.float32((float(low) + float(high)) / 2) == high
    values = np.array([[low], [high]] * 50, np.float32)
    classifier = fitted((values, values[:, 0] == high), min_samples_leaf=1)
    found = export.trees(classifier, values).log_odds(values)
    assert (found[::2] < 0).all()
    assert (found[1::2] > 0).all()


def test_leaves_are_multiples_of_the_step(
    data: tuple[Any, Any], model: HistGradientBoostingClassifier
) -> None:
    ensemble = export.trees(model, data[0])
    for values in (ensemble.leaves, np.array(ensemble.intercept)):
        assert (values / STEP == np.rint(values / STEP)).all()


def test_a_row_is_scored_alike_in_every_batch(
    data: tuple[Any, Any], model: HistGradientBoostingClassifier
) -> None:
    values = data[0][:700]
    ensemble = export.trees(model, values)
    together = ensemble.log_odds(values)
    alone = np.concatenate([ensemble.log_odds(values[i : i + 1]) for i in range(len(values))])
    backwards = ensemble.log_odds(values[::-1])[::-1]
    split = np.concatenate([ensemble.log_odds(values[:259]), ensemble.log_odds(values[259:])])
    # Bits, not closeness.
    assert together.tobytes() == alone.tobytes() == backwards.tobytes() == split.tobytes()


def test_no_rows(data: tuple[Any, Any], model: HistGradientBoostingClassifier) -> None:
    ensemble = export.trees(model, data[0])
    assert ensemble.log_odds(data[0][:0]).tolist() == []


def test_export_refuses_a_tree_that_is_too_large(data: tuple[Any, Any]) -> None:
    large = fitted(data, max_iter=1, max_leaf_nodes=4 * LEAVES, min_samples_leaf=2)
    with pytest.raises(ValueError, match=f"more than {LEAVES} leaves"):
        export.trees(large, data[0])


def test_export_refuses_what_it_cannot_say(data: tuple[Any, Any]) -> None:
    # Splits of categories have no threshold.
    values = data[0].copy()
    values[:, 1] -= values[:, 1].min()
    categorical = fitted((values, values[:, 1] % 2 > 0), max_iter=5, categorical_features=[1])
    with pytest.raises(RuntimeError, match="disagree"):
        export.trees(categorical, values)

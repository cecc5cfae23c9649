"""Estimators: scikit-learn's own checks, a model's numbers, pipelines cloned and pickled."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import joblib
import numpy as np
import numpy.typing as npt
import oracles
import pytest
import sklearn
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import check_estimator, estimator_checks_generator
from strategies import any_text

import spindetect
from spindetect import evidence, features
from spindetect.anomalies import CONTEXT
from spindetect.classifier import FORMAT, MODEL_FILE, TABLES, BoostedModel, LinearModel
from spindetect.detector import BUNDLED
from spindetect.errors import ModelError
from spindetect.modes import Mode, OperatingPoint
from spindetect.restoration import RANKING
from spindetect.spin_classifier import SpinClassifier
from spindetect.spin_features import SpinFeatures
from spindetect.trees import Trees

Floats = npt.NDArray[np.float64]

bundled = pytest.mark.skipif(
    not (BUNDLED / MODEL_FILE).exists(), reason="the bundled model has not been trained yet"
)

COLUMNS = len(features.DOCUMENT)

SPUN = """\
One employee steered me that he was beneath fireside. In delicate of the learn about carried out by
way of the college, gadget mastering was once as soon as considered beneficial, and the legislation
enforcement officials instructed newshounds that goal capturing stays widespread.
"""
CLEAN = """\
One employee told me that he was under fire. In light of the study carried out by the university,
machine learning was once considered useful, and the law enforcement officers told reporters that
target shooting remains common.
"""
TEXTS = (SPUN, CLEAN, "", "1, 2 ... 3!", "Der Hund schläft im Garten hinter dem Haus.", "word")


# scikit-learn's own checks.

# Of its checks those that pass no data: the others pass numbers, which are no texts.
DATALESS = (
    "check_estimator_cloneable",
    "check_estimator_tags_renamed",
    "check_valid_tag_types",
    "check_estimator_repr",
    "check_no_attributes_set_in_init",
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_mixin_order",
    "check_parameters_default_constructible",
    "check_get_params_invariance",
    "check_set_params",
)


def checks() -> Iterator[object]:
    """Pairs of an estimator and a check of it, as `parametrize_with_checks` has them."""
    for classifier in (SpinClassifier(), SpinClassifier(C=10, class_weight=None)):
        yield from estimator_checks_generator(classifier, mark="xfail")


@pytest.mark.parametrize(
    ("estimator", "check"), list(checks()), ids=lambda v: v.func.__name__ if callable(v) else "-"
)
def test_classifier_is_an_estimator(
    estimator: SpinClassifier, check: Callable[[SpinClassifier], None]
) -> None:
    check(estimator)


@pytest.mark.parametrize("check", DATALESS)
def test_features_are_a_transformer(check: str) -> None:
    getattr(estimator_checks, check)("SpinFeatures", SpinFeatures())


def test_check_estimator_takes_the_transformer_for_one_of_texts() -> None:
    with pytest.warns(sklearn.exceptions.SkipTestWarning, match="string=True"):
        check_estimator(SpinFeatures())


# The classifier.


def rows_and_labels(seed: int = 0) -> tuple[Floats, npt.NDArray[np.str_]]:
    random = np.random.default_rng(seed)
    label = np.where(random.random(60) < 0.3, "spun", "clean")
    return random.normal(size=(60, 5)) + (label == "spun")[:, None], label


def test_classifier_is_a_logistic_regression_of_clipped_features() -> None:
    rows, label = rows_and_labels()
    rows[0, 0] = 1000
    expected = make_pipeline(
        StandardScaler(),
        FunctionTransformer(np.clip, kw_args={"a_min": -6, "a_max": 6}),
        LogisticRegression(C=0.3, class_weight="balanced", max_iter=5000),
    ).fit(rows, label)
    found = SpinClassifier().fit(rows, label)
    np.testing.assert_allclose(found.predict_proba(rows), expected.predict_proba(rows), atol=1e-12)
    assert found.predict(rows).tolist() == expected.predict(rows).tolist()


def test_contributions_replay() -> None:
    rows, label = rows_and_labels()
    classifier = SpinClassifier().fit(rows, label)
    log_odds = classifier.contributions(rows).sum(axis=1) + classifier.intercept_
    assert log_odds.tolist() == classifier.decision_function(rows).tolist()
    chance = classifier.predict_proba(rows)
    np.testing.assert_allclose(np.log(chance[:, 1] / chance[:, 0]), log_odds, atol=1e-9)
    assert classifier.contributions(rows).shape == rows.shape
    # No feature, however odd, has more to say than at six deviations.
    odd, odder = (classifier.contributions(rows + by).max() for by in (1e3, 1e6))
    assert isinstance(classifier.model_, LinearModel)
    assert odd == odder == 6 * classifier.model_.coefficient.max()


def test_the_class_that_sorts_second_is_looked_for() -> None:
    rows, label = rows_and_labels()
    by_name, by_number = (SpinClassifier().fit(rows, y) for y in (label, label == "spun"))
    assert by_name.classes_.tolist() == ["clean", "spun"]
    assert by_number.classes_.tolist() == [False, True]
    assert by_name.decision_function(rows).tolist() == by_number.decision_function(rows).tolist()
    assert by_name.score(rows, label) > 0.7


def test_a_weight_is_so_many_rows() -> None:
    rows, label = rows_and_labels()
    weight = np.random.default_rng(1).integers(0, 4, len(rows))
    weighted = SpinClassifier().fit(rows, label, sample_weight=weight)
    repeated = SpinClassifier().fit(np.repeat(rows, weight, axis=0), np.repeat(label, weight))
    np.testing.assert_allclose(weighted.predict_proba(rows), repeated.predict_proba(rows))


@pytest.mark.parametrize(
    ("label", "weight", "message"),
    [
        (["spun"] * 3, None, "two classes.*1 class only: \\['spun'\\]"),
        (["spun", "spun", "clean"], [1, 1, 0], "two classes.*1 class only: \\['spun'\\]"),
        (["spun", "clean", "mixed"], None, "Only binary classification is supported"),
    ],
)
def test_labels_that_are_not_of_two_classes(
    label: list[str], weight: list[float] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        SpinClassifier().fit(np.eye(3), label, weight)


# The classifier of a model.


def stumps(columns: int) -> Trees:
    """A tree for each column, of a row up to a half and one above it."""
    random = np.random.default_rng(0)
    trees = [
        oracles.Split(column, 0.5, oracles.Leaf(low), oracles.Leaf(high, 3))
        for column, (low, high) in enumerate(random.normal(size=(columns, 2)).tolist())
    ]
    return oracles.ensemble(trees, -0.5)


def write_model(folder: Path, name: str = "stub-1") -> BoostedModel:
    """Write the JSON of a model with some numbers in it, and no tables."""
    document = BoostedModel(features.DOCUMENT, stumps(COLUMNS))
    sentence = BoostedModel(features.SENTENCE, stumps(len(features.SENTENCE)))
    record = {
        "format": FORMAT,
        "name": name,
        "tables": dict.fromkeys(TABLES, ""),
        "operating_points": {
            "flag": 0.5,
            "modes": {mode: asdict(OperatingPoint(0.9, 0.1, 10, 200)) for mode in Mode},
        },
        "ranking": dict.fromkeys(RANKING, 0.0),
        "context": dict.fromkeys(CONTEXT, 0.0),
        "evidence": evidence.FEATURES,
        "document": document.to_dict(),
        "sentence": sentence.to_dict(),
        "word": stumps(len(evidence.FEATURES)).to_dict(),
    }
    folder.mkdir(exist_ok=True)
    (folder / MODEL_FILE).write_text(json.dumps(record), encoding="utf-8")
    return document


def test_classifier_of_a_model(tmp_path: Path) -> None:
    model = write_model(tmp_path)
    rows = np.random.default_rng(1).random((7, COLUMNS))
    for path in (tmp_path, str(tmp_path)):
        classifier = SpinClassifier.from_model(path)
        assert classifier.model_name_ == "stub-1"
        assert classifier.classes_.tolist() == ["clean", "spun"]
        assert tuple(classifier.feature_names_in_) == features.DOCUMENT
        assert classifier.decision_function(rows).tolist() == model.log_odds(rows).tolist()
        found = classifier.contributions(rows)
        assert found.tolist() == model.contributions(rows).tolist()
        log_odds = found.sum(axis=1) + classifier.intercept_
        np.testing.assert_allclose(log_odds, model.log_odds(rows), rtol=0, atol=1e-9)
        spun = features.probability(model.log_odds(rows))
        assert classifier.predict_proba(rows)[:, 1].tolist() == spun.tolist()
        assert classifier.predict(rows).tolist() == np.where(spun > 0.5, "spun", "clean").tolist()
        with pytest.raises(ValueError, match=f"X has 3 features.*expecting {COLUMNS} features"):
            classifier.predict(rows[:, :3])
        with pytest.raises(ValueError, match="NaN"):
            classifier.predict(np.full((1, COLUMNS), np.nan))


def test_classifier_of_a_model_knows_its_columns(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    write_model(tmp_path)
    classifier = SpinClassifier.from_model(tmp_path)
    rows = np.random.default_rng(1).random((7, COLUMNS))
    named = pandas.DataFrame(rows, columns=features.DOCUMENT)
    assert classifier.predict_proba(named).tolist() == classifier.predict_proba(rows).tolist()
    with pytest.raises(ValueError, match="must be in the same order"):
        classifier.predict_proba(named[named.columns[::-1]])


def test_training_a_classifier_of_a_model_anew_leaves_nothing_of_it(tmp_path: Path) -> None:
    write_model(tmp_path)
    rows, label = rows_and_labels()
    anew = SpinClassifier.from_model(tmp_path).fit(rows, label)
    fresh = SpinClassifier().fit(rows, label)
    assert vars(anew).keys() == vars(fresh).keys()
    assert anew.predict_proba(rows).tolist() == fresh.predict_proba(rows).tolist()
    assert anew.intercept_.tolist() == fresh.intercept_.tolist()
    assert not hasattr(clone(SpinClassifier.from_model(tmp_path)), "model_")


def test_classifier_of_a_model_survives_pickling(tmp_path: Path) -> None:
    write_model(tmp_path)
    classifier = SpinClassifier.from_model(tmp_path)
    rows = np.random.default_rng(1).random((7, COLUMNS))
    joblib.dump(classifier, tmp_path / "classifier.joblib")
    again = joblib.load(tmp_path / "classifier.joblib")
    assert again.predict_proba(rows).tolist() == classifier.predict_proba(rows).tolist()
    assert again.contributions(rows).tolist() == classifier.contributions(rows).tolist()


def test_contributions_of_no_rows_have_columns() -> None:
    model = BoostedModel(features.DOCUMENT, stumps(COLUMNS))
    assert model.contributions(np.zeros((0, COLUMNS))).shape == (0, COLUMNS)


@pytest.mark.parametrize(
    ("array", "value", "message"),
    [
        ("clears", -1, "is damaged"),
        ("feature", COLUMNS, "its trees are not what"),
        ("leaves", np.inf, "not finite"),
        ("cover", np.inf, "not finite"),
    ],
)
def test_damaged_trees_are_no_classifier(
    array: str, value: float, message: str, tmp_path: Path
) -> None:
    write_model(tmp_path)
    record = json.loads((tmp_path / MODEL_FILE).read_text())
    record["document"]["trees"][array][1][0] = value
    (tmp_path / MODEL_FILE).write_text(json.dumps(record))
    with pytest.raises(ModelError, match=message):
        SpinClassifier.from_model(tmp_path)


def test_no_model_no_classifier(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        SpinClassifier.from_model(tmp_path)


# The transformer and pipelines, with a detector that counts letters.


def letters(texts: Iterable[str]) -> Floats:
    """Of each text the share of vowels in the first column, its length in the second."""
    rows = [[sum(c in "aeiou" for c in t) / max(len(t), 1), len(t)] for t in texts]
    return np.pad(np.array(rows).reshape(-1, 2), ((0, 0), (0, COLUMNS - 2)))


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    detector = SimpleNamespace(name="stub-1", features=letters)
    monkeypatch.setattr("spindetect.spin_features.load", lambda path: detector)
    return detector


VOWELS = [f"aeiou {'o' * i}" for i in range(12)]
CONSONANTS = [f"bcd fgh {'x' * i}" for i in range(12)]


@pytest.fixture
def pipeline(stub: SimpleNamespace) -> Pipeline:
    return make_pipeline(SpinFeatures(), SpinClassifier())


@pytest.mark.parametrize(
    "texts", [list, tuple, iter, np.array, lambda t: np.array(t, dtype=object)]
)
def test_texts_in_any_container(stub: SimpleNamespace, texts: type) -> None:
    rows = SpinFeatures().fit_transform(texts(["ab", "b"]))
    assert rows[:, :2].tolist() == [[0.5, 2], [0, 1]]
    assert rows.shape == (2, COLUMNS)


def test_features_are_of_texts_and_need_no_fit() -> None:
    tags = SpinFeatures().__sklearn_tags__()
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    assert not tags.requires_fit


def test_no_texts_no_rows(stub: SimpleNamespace) -> None:
    assert SpinFeatures().transform([]).shape == (0, COLUMNS)


def test_features_have_names() -> None:
    names = SpinFeatures().get_feature_names_out()
    assert tuple(names) == features.DOCUMENT
    assert names.dtype == object


@pytest.mark.parametrize("verb", ["fit", "transform", "fit_transform"])
@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        ("One text.", TypeError, "X is one string"),
        (b"One text.", TypeError, "X is one string"),
        (np.array([["a"], ["b"]]), ValueError, r"X has the shape \(2, 1\)"),
    ],
)
def test_what_is_no_iterable_of_texts(
    stub: SimpleNamespace, verb: str, texts: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        getattr(SpinFeatures(), verb)(texts)


@pytest.mark.parametrize("item", [None, 3, b"bytes", ["a"], np.nan])
def test_an_item_that_is_no_text(item: object) -> None:
    from spindetect.spin_features import _texts

    with pytest.raises(TypeError, match=f"Item 1 of X is not a text but {type(item).__name__}"):
        list(_texts(["a", item]))  # type: ignore[list-item]


def test_features_of_another_model_are_refused(stub: SimpleNamespace) -> None:
    fitted = SpinFeatures().fit(["a"])
    stub.name = "stub-2"
    with pytest.raises(ModelError, match=r"fitted with the model 'stub-1'.*'stub-2'"):
        fitted.transform(["a"])
    assert fitted.fit(["a"]).transform(["a"]).shape == (1, COLUMNS)


def test_no_model_no_features(tmp_path: Path) -> None:
    for verb in (SpinFeatures(tmp_path).fit, SpinFeatures(str(tmp_path)).transform):
        with pytest.raises(ModelError, match="cannot be read"):
            verb(["a"])


def test_pipeline_learns_texts(pipeline: Pipeline) -> None:
    texts, label = VOWELS + CONSONANTS, ["spun"] * 12 + ["clean"] * 12
    pipeline.fit(texts, label)
    assert pipeline.predict(["aaa", "zzz"]).tolist() == ["spun", "clean"]
    assert pipeline.score(texts, label) == 1
    assert cross_val_score(clone(pipeline), texts, label, cv=3).tolist() == [1, 1, 1]
    assert pipeline[:-1].get_feature_names_out().tolist() == list(features.DOCUMENT)


def test_pipeline_survives_cloning_and_pickling(pipeline: Pipeline, tmp_path: Path) -> None:
    texts, label = VOWELS + CONSONANTS, [1] * 12 + [0] * 12
    chances = clone(pipeline).fit(texts, label).predict_proba(texts).tolist()
    pipeline.fit(texts, label)
    joblib.dump(pipeline, tmp_path / "pipeline.joblib")
    again = joblib.load(tmp_path / "pipeline.joblib")
    assert again.predict_proba(texts).tolist() == chances
    assert again[0].model_name_ == "stub-1"
    # Neither tables nor texts are in it.
    assert (tmp_path / "pipeline.joblib").stat().st_size < 10_000


# With the bundled model.


@pytest.fixture(scope="module")
def whole() -> Pipeline:
    return make_pipeline(SpinFeatures(), SpinClassifier.from_model())


@bundled
def test_probabilities_are_those_of_the_reports(whole: Pipeline) -> None:
    chances = whole.predict_proba(TEXTS)[:, 1]
    reports = list(spindetect.score_many(TEXTS))
    assert [r.probability is not None for r in reports] == [True, True, False, False, False, True]
    for chance, report in zip(chances.tolist(), reports, strict=True):
        assert report.probability in (None, round(chance, 6))
    assert whole[-1].model_name_ == reports[0].model == whole[0].fit(TEXTS).model_name_


@bundled
def test_contributions_are_those_of_the_detector(whole: Pipeline) -> None:
    found = whole[-1].contributions(whole[0].transform([SPUN]))[0].tolist()
    expected = spindetect.load().contributions(SPUN)
    assert expected.pop("intercept") == whole[-1].intercept_[0]
    assert expected == dict(zip(whole[-1].feature_names_in_, found, strict=True))


@bundled
def test_a_text_has_the_same_features_in_any_company() -> None:
    together = SpinFeatures().transform(TEXTS)
    alone = np.concatenate([SpinFeatures().transform([text]) for text in TEXTS])
    assert together.tolist() == alone.tolist()
    assert SpinFeatures().transform(TEXTS[::-1])[::-1].tolist() == together.tolist()
    assert SpinFeatures(BUNDLED).transform(iter(TEXTS)).tolist() == together.tolist()


@bundled
@given(st.lists(any_text, max_size=3))
def test_any_text_has_finite_features(texts: list[str]) -> None:
    rows = SpinFeatures().transform(texts)
    assert rows.shape == (len(texts), COLUMNS)
    assert np.isfinite(rows).all()
    assert not SpinFeatures().transform([""]).any()


@bundled
def test_pipeline_of_the_bundled_model_survives_cloning_and_pickling(tmp_path: Path) -> None:
    texts, label = TEXTS * 2, [1, 0, 0, 0, 0, 0] * 2
    pipeline = make_pipeline(SpinFeatures(), SpinClassifier())
    chances = clone(pipeline).fit(texts, label).predict_proba(texts)
    joblib.dump(pipeline.fit(texts, label), tmp_path / "pipeline.joblib")
    again = joblib.load(tmp_path / "pipeline.joblib").predict_proba(texts)
    assert again.tolist() == chances.tolist()
    assert chances[0, 1] > chances[1, 1]


# Without scikit-learn.


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_spindetect_does_not_import_scikit_learn() -> None:
    code = "import sys, spindetect.detector, spindetect.cli; print('sklearn' in sys.modules)"
    assert run(code) == "False"


# As where it was never installed, too old, or broken.
ABSENT = """
import sys
class Absent:
    def find_spec(self, name, path, target=None):
        if name == "sklearn":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""
OLD = "import sklearn.utils.validation; del sklearn.utils.validation.validate_data"


@pytest.mark.parametrize("before", [ABSENT, "import sys; sys.modules['sklearn'] = None", OLD])
@pytest.mark.parametrize("name", ["SpinFeatures", "SpinClassifier"])
def test_missing_scikit_learn_is_named(name: str, before: str) -> None:
    code = f"""
try:
    from spindetect import {name}
except ImportError as error:
    print(type(error).__name__, error)
"""
    assert run(before + code) == (
        "ImportError SpinFeatures and SpinClassifier need scikit-learn 1.7 or newer: "
        'pip install "spindetect[train]".'
    )


def test_what_scikit_learn_misses_is_not_called_scikit_learn() -> None:
    code = """
import sys
sys.modules["scipy"] = None
try:
    from spindetect import SpinFeatures
except ImportError as error:
    print(error.name)
"""
    assert run(code).startswith("scipy")

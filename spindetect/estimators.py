"""The features and the classifier as scikit-learn estimators; nothing else imports scikit-learn.

`SpinFeatures` turns texts into rows of document features, `SpinClassifier` tells from such rows
which texts were spun. Together they are a pipeline that is trained on texts of one's own:

>>> from sklearn.pipeline import make_pipeline
>>> detector = make_pipeline(SpinFeatures(), SpinClassifier())

With `SpinClassifier.from_model` in its place, the pipeline gives the probabilities of the reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import numpy.typing as npt

from spindetect.classifier import LinearModel, read_classifier
from spindetect.detector import BUNDLED, load
from spindetect.errors import ModelError
from spindetect.features import DOCUMENT, probability

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler
    from sklearn.utils.multiclass import type_of_target
    from sklearn.utils.validation import (
        _check_sample_weight,
        check_array,
        check_is_fitted,
        validate_data,
    )
except ImportError as error:
    # What a scikit-learn that is there misses for itself is for its own message to say.
    if (error.name or "").partition(".")[0] != "sklearn":
        raise
    raise ImportError(
        "SpinFeatures and SpinClassifier need scikit-learn 1.7 or newer: "
        'pip install "spindetect[train]".'
    ) from error

if TYPE_CHECKING:
    from sklearn.utils import Tags

__all__ = ["SpinClassifier", "SpinFeatures"]

Floats = npt.NDArray[np.float64]

# Labels of the bundled classifier: the verdicts that a probability speaks for or against.
_CLASSES = ("clean", "spun")

# Rounds after which the solver gives up; on standardised features some dozen are enough.
_ROUNDS = 5000


# Matrices are X and the inverse of the regularisation is C in all of scikit-learn.
# ruff: noqa: N803


class SpinFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Transformer from texts to the document features of a model.

    The features of a text depend on the model and on that text alone, whatever stands beside it or
    was fitted before: `fit` only loads the model. Texts of other languages than English have
    features too, though no model means anything by them; those of a text without words are zero.

    Parameters
    ----------
    model : str or Path, optional
        Folder of a model; the bundled one if left out. A pickled transformer holds this path, not
        the tables behind it.

    Attributes
    ----------
    model_name_ : str
        Name of the model when `fit` was called. A transformer that was fitted with one model, and
        pickled, refuses to go on with another.

    See Also
    --------
    SpinClassifier : The classifier that reads these features.

    Examples
    --------
    >>> features = SpinFeatures()
    >>> rows = features.fit_transform(["One employee steered me that he was beneath fireside."])
    >>> rows.shape == (1, len(features.get_feature_names_out()))
    True
    """

    def __init__(self, model: str | Path | None = None) -> None:
        self.model = model

    def fit(self, X: Iterable[str], y: object = None) -> Self:  # noqa: ARG002
        """Load the model; no text is read.

        Parameters
        ----------
        X : iterable of str, shape (n,)
        y : object
            Not used.

        Raises
        ------
        ModelError
            If there is no sound model.
        """
        _check_one_dimensional(X)
        self.model_name_ = load(self.model).name
        return self

    def transform(self, X: Iterable[str]) -> Floats:
        """Features of each text.

        Parameters
        ----------
        X : iterable of str, shape (n,)
            Read once and lazily, so that it may be a generator over more than fits into memory.

        Returns
        -------
        float64 array, shape (n, features)
            Columns as in `get_feature_names_out`.

        Raises
        ------
        TypeError
            If `X` is one string, or an item of it is none.
        ModelError
            If there is no sound model, or another one than at the time of `fit`.
        """
        _check_one_dimensional(X)
        detector = load(self.model)
        fitted = getattr(self, "model_name_", detector.name)
        if detector.name != fitted:
            raise ModelError(
                f"SpinFeatures was fitted with the model {fitted!r} and would now read "
                f"{detector.name!r}: fit it anew, or name the folder of the old model."
            )
        return detector.features(_texts(X))

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Names of the features.

        Parameters
        ----------
        input_features : object
            Not used: texts have no names.

        Examples
        --------
        >>> SpinFeatures().get_feature_names_out()[0]
        'share_over_-4'
        """
        return np.array(DOCUMENT, dtype=object)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = []
        tags.requires_fit = False
        return tags


class SpinClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classifier of documents by their features, as in the models of spindetect.

    Features are standardised and clipped at six deviations, so that no odd one decides alone;
    logistic regression weighs them. The defaults are those that the bundled model was trained with.

    Parameters
    ----------
    C : float
        Inverse strength of the regularisation.
    class_weight : "balanced", dict or None
        Weights of the classes, as in `sklearn.linear_model.LogisticRegression`. "balanced" gives
        both the same mass, so that no probability depends on how many texts of each were at hand.

    Attributes
    ----------
    classes_ : array, shape (2,)
        The labels, sorted. Of the probabilities and of `contributions`, the second is the one that
        is spoken for: "spun" comes after "clean", and 1 after 0.
    mean_, scale_ : float64 arrays, shape (features,)
        What standardises the features.
    coef_ : float64 array, shape (1, features)
    intercept_ : float64 array, shape (1,)
    n_features_in_ : int
    feature_names_in_ : array of str, shape (features,)
        If the features had names.
    model_name_ : str
        Of the model that the classifier was taken from, if it was (`from_model`).

    See Also
    --------
    SpinFeatures : The transformer that makes the features.

    Examples
    --------
    >>> rows = [[0.1, 7.0], [0.2, 5.0], [0.8, 6.0], [0.9, 5.0]]
    >>> classifier = SpinClassifier().fit(rows, ["clean", "clean", "spun", "spun"])
    >>> classifier.predict([[0.9, 7.0], [0.3, 7.0]]).tolist()
    ['spun', 'clean']
    >>> classifier.contributions([[0.9, 7.0]]).round(2).tolist()
    [[0.51, -0.15]]
    """

    def __init__(
        self,
        C: float = 0.3,
        class_weight: Mapping[object, float] | Literal["balanced"] | None = "balanced",
    ) -> None:
        self.C = C
        self.class_weight = class_weight

    @classmethod
    def from_model(cls, path: str | Path | None = None) -> Self:
        """The document classifier of a model, as a fitted estimator.

        On the rows of `SpinFeatures` its second probability is that of `Report.probability` at a
        prior of 0.5, which is rounded. Its labels are "clean" and "spun". `predict` takes the
        likelier of the two and knows no modes: a verdict is given at the operating points of the
        model (`Detector.operating_points`).

        Parameters
        ----------
        path : str or Path, optional
            Folder of a model; the bundled one if left out.

        Raises
        ------
        ModelError
            If there is no sound model.

        Examples
        --------
        >>> SpinClassifier.from_model().classes_.tolist()
        ['clean', 'spun']
        """
        model = read_classifier(BUNDLED if path is None else Path(path))
        classifier = cls()
        classifier.model_name_ = model.name
        classifier.feature_names_in_ = np.array(model.document.names, dtype=object)
        classifier.n_features_in_ = len(model.document.names)
        classifier.classes_ = np.array(_CLASSES)
        classifier._keep(model.document)
        return classifier

    def fit(
        self, X: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        """Train on documents of two classes.

        Parameters
        ----------
        X : array-like, shape (n, features)
            Features of each document.
        y : array-like, shape (n,)
            Label of each document. Of the two, the one that sorts second is the one looked for.
        sample_weight : array-like, shape (n,), optional
            Weight of each document; 1 if left out.

        Raises
        ------
        ValueError
            If the features are not finite, or the labels not of two classes.
        """
        rows, labels = validate_data(self, X, y, dtype=np.float64, order="C")
        kind = type_of_target(labels, input_name="y", raise_unknown=True)
        if kind != "binary":
            raise ValueError(
                "Only binary classification is supported. The type of the target is "
                f"{kind}; a text was spun or it was not."
            )
        weight = None
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, rows, dtype=np.float64)
        self.classes_ = np.unique(labels)
        found = np.unique(labels if weight is None else labels[weight > 0])
        if len(found) < 2:
            raise ValueError(
                f"SpinClassifier needs documents of two classes, and these are of {len(found)} "
                f"class only: {found.tolist()}."
            )
        scaler = StandardScaler().fit(rows, sample_weight=weight)
        names = _unnamed(rows.shape[1])
        standard = LinearModel(names, scaler.mean_, scaler.scale_, np.ones(len(names)), 0.0)
        regression = LogisticRegression(C=self.C, class_weight=self.class_weight, max_iter=_ROUNDS)
        regression.fit(standard.contributions(rows), labels, weight)
        self.__dict__.pop("model_name_", None)
        self._keep(
            replace(
                standard,
                coefficient=regression.coef_[0],
                intercept=float(regression.intercept_[0]),
            )
        )
        return self

    def contributions(self, X: npt.ArrayLike) -> Floats:
        """What each feature of each document adds to its log-odds.

        A row and `intercept_` add up to `decision_function`.

        Parameters
        ----------
        X : array-like, shape (n, features)

        Returns
        -------
        float64 array, shape (n, features)
        """
        rows = self._rows(X)
        return self._linear().contributions(rows)

    def decision_function(self, X: npt.ArrayLike) -> Floats:
        """Log-odds of the second class.

        Parameters
        ----------
        X : array-like, shape (n, features)

        Returns
        -------
        float64 array, shape (n,)
        """
        rows = self._rows(X)
        return self._linear().log_odds(rows)

    def predict_proba(self, X: npt.ArrayLike) -> Floats:
        """Probability of each class.

        Parameters
        ----------
        X : array-like, shape (n, features)

        Returns
        -------
        float64 array, shape (n, 2)
            Columns as in `classes_`.
        """
        second = probability(self.decision_function(X))
        return np.stack([1 - second, second], axis=1)

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[np.generic]:
        """The likelier class of each document.

        Parameters
        ----------
        X : array-like, shape (n, features)

        Returns
        -------
        array, shape (n,)
            Labels of `classes_`.
        """
        second = self.decision_function(X) > 0
        labels: npt.NDArray[np.generic] = self.classes_[second.astype(np.intp)]
        return labels

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def _keep(self, model: LinearModel) -> None:
        """Take over the numbers of a linear model."""
        self.mean_ = model.mean
        self.scale_ = model.scale
        self.coef_ = model.coefficient[None, :]
        self.intercept_ = np.array([model.intercept])

    def _linear(self) -> LinearModel:
        """The linear model of the fitted numbers."""
        names = _unnamed(len(self.mean_))
        return LinearModel(names, self.mean_, self.scale_, self.coef_[0], float(self.intercept_[0]))

    def _rows(self, X: npt.ArrayLike) -> Floats:
        """The features as an array, once they are found to be those that were fitted."""
        check_is_fitted(self)
        if not hasattr(self, "model_name_") or hasattr(X, "columns"):
            rows: Floats = validate_data(self, X, reset=False, dtype=np.float64, order="C")
            return rows
        # A model knows the names of its columns, but the arrays that SpinFeatures gives have none;
        # scikit-learn would warn of each.
        rows = check_array(X, dtype=np.float64, order="C", estimator=self, input_name="X")
        if rows.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {rows.shape[1]} features, but SpinClassifier is expecting "
                f"{self.n_features_in_} features as input."
            )
        return rows


def _unnamed(columns: int) -> tuple[str, ...]:
    """Names of columns that have none, as scikit-learn gives them."""
    return tuple(f"x{i}" for i in range(columns))


def _check_one_dimensional(texts: Iterable[str]) -> None:
    """Refuse what iterates over something else than texts.

    >>> _check_one_dimensional("One text.")
    Traceback (most recent call last):
    ...
    TypeError: X is one string, and an iterable of texts was expected: pass [text].
    """
    if isinstance(texts, str | bytes):
        raise TypeError("X is one string, and an iterable of texts was expected: pass [text].")
    # A data frame would iterate over its columns' names.
    if getattr(texts, "ndim", 1) != 1:
        raise ValueError(
            f"X has the shape {getattr(texts, 'shape', None)}, and one text an item was expected: "
            "pass one column."
        )


def _texts(items: Iterable[str]) -> Iterator[str]:
    """The items, as long as they are texts.

    >>> list(_texts(["One text.", None]))
    Traceback (most recent call last):
    ...
    TypeError: Item 1 of X is not a text but NoneType: pass a str, "" where there is none.
    """
    for number, item in enumerate(items):
        if not isinstance(item, str):
            raise TypeError(
                f"Item {number} of X is not a text but {type(item).__name__}: pass a str, "
                '"" where there is none.'
            )
        yield item

"""The document classifier as an estimator of scikit-learn.

`SpinFeatures` turns texts into rows of document features, `SpinClassifier` tells from such rows
which texts were spun. Together they are a pipeline that is trained on texts of one's own:

>>> from sklearn.pipeline import make_pipeline
>>> from spindetect import SpinFeatures
>>> detector = make_pipeline(SpinFeatures(), SpinClassifier())

With `SpinClassifier.from_model` in its place, the pipeline gives the probabilities of the reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import (
    _check_sample_weight,
    check_array,
    check_is_fitted,
    validate_data,
)

from spindetect.classifier import BoostedModel, LinearModel, read_classifier
from spindetect.detector import BUNDLED
from spindetect.features import probability

if TYPE_CHECKING:
    from sklearn.utils import Tags

__all__ = ["SpinClassifier"]

Floats = npt.NDArray[np.float64]

# Labels of a model's classifier: the verdicts that a probability speaks for or against.
_CLASSES = ("clean", "spun")

# Rounds after which the solver gives up; on standardised features some dozen are enough.
_ROUNDS = 5000

# Matrices are X and the inverse of the regularisation is C in all of scikit-learn.
# ruff: noqa: N803


class SpinClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classifier of documents by their features.

    `fit` trains a linear model, which needs few documents: features are standardised and clipped at
    six deviations, so that no odd one decides alone, and logistic regression weighs them. The
    boosted trees of a trained model are had by `from_model`.

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
    model_ : LinearModel or BoostedModel
        What weighs the features: a linear model after `fit`, boosted trees after `from_model`.
    intercept_ : float64 array, shape (1,)
        Log-odds before any feature is read.
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
        """The boosted trees of a model that score its documents, as a fitted estimator.

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
        names = tuple(getattr(self, "feature_names_in_", [f"x{i}" for i in range(rows.shape[1])]))
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

        A row and `intercept_` add up to `decision_function`, up to rounding.

        Parameters
        ----------
        X : array-like, shape (n, features)

        Returns
        -------
        float64 array, shape (n, features)
        """
        rows = self._rows(X)
        return self.model_.contributions(rows)

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
        return self.model_.log_odds(rows)

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

    def _keep(self, model: LinearModel | BoostedModel) -> None:
        """Take over what weighs the features."""
        self.model_ = model
        self.intercept_ = np.array([model.intercept])

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

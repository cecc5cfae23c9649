"""The document features of texts, as a transformer of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin

from spindetect.detector import load
from spindetect.errors import ModelError
from spindetect.features import DOCUMENT

if TYPE_CHECKING:
    from sklearn.utils import Tags

__all__ = ["SpinFeatures"]

Floats = npt.NDArray[np.float64]

# Texts are X in all of scikit-learn.
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

"""Classifiers whose contributions add up, and the file that holds all trained numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect import cloze, evidence, features, lexicon, modes, ngrams
from spindetect.anomalies import CONTEXT
from spindetect.errors import ModelError
from spindetect.modes import Mode, OperatingPoint
from spindetect.restoration import RANKING
from spindetect.trees import Trees

__all__ = ["FORMAT", "Classifier", "LinearModel", "read_classifier", "read_tables"]

# Version of the model file. Raise it when a reader of the old one would misread the new one.
FORMAT = 3

# Of a model folder: all but the tables.
MODEL_FILE = "model.json"

# Every table of a model, each a ``.npy`` file.
TABLES = (*ngrams.TABLES, *cloze.TABLES, *lexicon.TABLES, "vectors")

Floats = npt.NDArray[np.float64]

# Standardised features beyond this many deviations are clipped: no training text was so extreme,
# and a single odd feature should not decide.
_EXTREME = 6.0


@dataclass(frozen=True)
class LinearModel:
    """Logistic regression on standardised features, calibration folded in.

    Attributes
    ----------
    names : tuple of str
        Features in order.
    mean, scale, coefficient : float64 arrays, shape (len(names),)
    intercept : float
    """

    names: tuple[str, ...]
    mean: Floats
    scale: Floats
    coefficient: Floats
    intercept: float

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> LinearModel:
        """Model from what `to_dict` made."""
        mean, scale, coefficient = (
            np.array(record[key], np.float64) for key in ("mean", "scale", "coefficient")
        )
        return cls(tuple(record["names"]), mean, scale, coefficient, float(record["intercept"]))

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, for JSON."""
        return {
            "names": list(self.names),
            "mean": self.mean.tolist(),
            "scale": self.scale.tolist(),
            "coefficient": self.coefficient.tolist(),
            "intercept": self.intercept,
        }

    def contributions(self, rows: Floats) -> Floats:
        """Share of each feature in the log-odds of each row; with the intercept they add up to it.

        >>> one = LinearModel(("x",), np.zeros(1), np.ones(1), np.array([2.0]), 0.5)
        >>> one.contributions(np.array([[1.5]])).tolist(), one.log_odds(np.array([[1.5]])).tolist()
        ([[3.0]], [3.5])
        """
        standardised = np.clip((rows - self.mean) / self.scale, -_EXTREME, _EXTREME)
        return standardised * self.coefficient

    def log_odds(self, rows: Floats) -> Floats:
        """Log-odds of each row of features."""
        # A sum along rows of a fixed length: the same for a row alone and among others.
        return np.asarray(self.contributions(rows).sum(axis=1) + self.intercept)


@dataclass(frozen=True, slots=True)
class BoostedModel:
    """Boosted trees over named features, calibration folded in.

    Attributes
    ----------
    names : tuple of str
        Features in order.
    trees : Trees
    """

    names: tuple[str, ...]
    trees: Trees

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> BoostedModel:
        """Model from what `to_dict` made."""
        return cls(tuple(record["names"]), Trees.from_dict(record["trees"]))

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, for JSON."""
        return {"names": list(self.names), "trees": self.trees.to_dict()}

    @property
    def intercept(self) -> float:
        """Log-odds before any feature is read: their mean over the training data."""
        # The same for every row.
        return self.trees.contributions(np.zeros(len(self.names), np.float32))[0]

    def contributions(self, rows: Floats) -> Floats:
        """Share of each feature in the log-odds of each row; with the intercept they add up to it.

        >>> nodes = {"feature": [[0] * 63], "threshold": [[0.5] + [None] * 62],
        ...          "clears": [[1] + [0] * 62], "leaves": [[-1.0, 2.0] + [0.0] * 62],
        ...          "cover": [[3.0, 1.0] + [0.0] * 62]}
        >>> one = BoostedModel(("x",), Trees.from_dict({**nodes, "intercept": 0.5}))
        >>> one.intercept, one.contributions(np.array([[0.2], [0.7]])).tolist()
        (0.25, [[-0.75], [2.25]])
        """
        shares = [self.trees.contributions(row)[1] for row in rows.astype(np.float32)]
        return np.array(shares, np.float64).reshape(rows.shape)

    def log_odds(self, rows: npt.NDArray[np.floating[Any]]) -> Floats:
        """Log-odds of each row, shape (n,)."""
        return self.trees.log_odds(rows.astype(np.float32))


@dataclass(frozen=True)
class Classifier:
    """Everything that was trained, except the tables.

    Attributes
    ----------
    name : str
        Of the model, as in ``en-2026.1``.
    word : Trees
        Log-odds that a word was put there by a spinner, from its evidence.
    sentence, document : BoostedModel
    ranking : Mapping of str to float
        Weights by which the substitutes of a phrase are ranked (`spindetect.anomalies`).
    context : Mapping of str to float
        Weights by which a word is judged with its document (`spindetect.anomalies.in_context`).
    points : Mapping of Mode to OperatingPoint
        Where each mode calls a document spun, or clean.
    flag : float
        Probability from which a word is part of an anomaly.
    tables : Mapping of str to str
        sha256 of each table file.
    """

    name: str
    word: Trees
    sentence: BoostedModel
    document: BoostedModel
    ranking: Mapping[str, float]
    context: Mapping[str, float]
    points: Mapping[Mode, OperatingPoint]
    flag: float
    tables: Mapping[str, str]

    def fault(self) -> str | None:
        """What of the classifier does not fit this version of the package, None if it all does."""
        if self.sentence.names != features.SENTENCE or self.document.names != features.DOCUMENT:
            return "it was trained on other features than this version computes"
        if set(self.tables) != set(TABLES):
            return f"it names the tables {sorted(self.tables)}, expected {sorted(TABLES)}"
        numbers = [*self.ranking.values(), *self.context.values(), self.flag]
        for trees, size in (
            (self.word, len(evidence.FEATURES)),
            (self.sentence.trees, len(features.SENTENCE)),
            (self.document.trees, len(features.DOCUMENT)),
        ):
            if not trees.is_sound(size):
                return "its trees are not what this version can read"
            numbers += [*trees.leaves.ravel().tolist(), *trees.cover.ravel().tolist()]
            numbers.append(trees.intercept)
        if not np.isfinite(numbers).all():
            return "it holds numbers that are not finite"
        return modes.fault(self.points)


def read_classifier(folder: Path) -> Classifier:
    """The classifier of a model folder.

    Raises
    ------
    ModelError
        If the file is missing, is not of this format, or names other features than this package.
    """
    path = folder / MODEL_FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read ({error.strerror}): name a folder that holds a model."
        ) from None
    except ValueError as error:
        raise ModelError(
            f"{path} is not JSON ({error}): the file is damaged, install or train the model anew."
        ) from None
    found = record.get("format") if isinstance(record, dict) else None
    if found != FORMAT:
        raise ModelError(
            f"{path} has format {found!r}, expected {FORMAT}: "
            "it was made by another version of spindetect."
        )
    if record.get("evidence") != list(evidence.FEATURES):
        raise ModelError(f"{path} was trained on other word features than this version computes.")
    try:
        points = record["operating_points"]
        classifier = Classifier(
            str(record["name"]),
            Trees.from_dict(record["word"]),
            BoostedModel.from_dict(record["sentence"]),
            BoostedModel.from_dict(record["document"]),
            {name: float(record["ranking"][name]) for name in RANKING},
            {name: float(record["context"][name]) for name in CONTEXT},
            {Mode(name): OperatingPoint.from_dict(p) for name, p in points["modes"].items()},
            float(points["flag"]),
            dict(record["tables"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise ModelError(
            f"{path} is damaged ({error!r}): install or train the model anew."
        ) from None
    fault = classifier.fault()
    if fault is not None:
        raise ModelError(f"{path} cannot be used: {fault}.")
    return classifier


def read_tables(folder: Path, expected: Mapping[str, str]) -> dict[str, npt.NDArray[np.generic]]:
    """The tables of a model folder by name, mapped read-only and so shared between processes.

    Raises
    ------
    ModelError
        If one is missing or its sha256 is not the expected one.
    """
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for name, digest in expected.items():
        path = folder / f"{name}.npy"
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != digest:
                raise ModelError(f"{path} is damaged: sha256 is {found}, expected {digest}.")
            arrays[name] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        except OSError as error:
            raise ModelError(
                f"{path} cannot be read ({error.strerror}): the model is incomplete."
            ) from None
    return arrays

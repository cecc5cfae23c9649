"""Modes: how sure a verdict must be, and the operating points at which it is given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum, auto
from itertools import pairwise
from typing import NoReturn

__all__ = ["Mode", "OperatingPoint", "Setting", "fault"]

# Documents that the shares of an operating point are counted on.
_DOCUMENTS = 10_000


class Mode(StrEnum):
    """Which error weighs more: to call a human document spun, or to miss a spun one.

    The operating points of a model (`Detector.operating_points`) say what each mode costs.

    Raises
    ------
    ValueError
        If there is no mode of that name.

    Examples
    --------
    >>> Mode("balanced") is Mode.BALANCED
    True
    >>> Mode("strict")
    Traceback (most recent call last):
    ...
    ValueError: there is no mode 'strict': choose high_precision, balanced or high_recall
    """

    HIGH_PRECISION = auto()
    BALANCED = auto()
    HIGH_RECALL = auto()

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        *others, last = cls
        raise ValueError(f"there is no mode {value!r}: choose {', '.join(others)} or {last}")


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Where a mode draws its lines, and what was measured there.

    Attributes
    ----------
    spun, clean : float
        Probability, where half of all documents are spun, from which one is called spun, and up to
        which it is called clean; 0 < clean <= spun < 1.
    false_positives, undecided : float
        Of 10,000 human documents, those called spun, and those called neither; cross-fitted over
        source documents.

    Examples
    --------
    >>> OperatingPoint(spun=0.9, clean=0.4, false_positives=10, undecided=200).spun
    0.9
    """

    spun: float
    clean: float
    false_positives: float
    undecided: float

    @classmethod
    def from_dict(cls, record: Mapping[str, float]) -> OperatingPoint:
        """The point that a part of a model file stands for; other fields are not read."""
        return cls(*(float(record[name]) for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class Setting:
    """What a caller chooses for a report.

    Attributes
    ----------
    mode : Mode
        Decides the verdict, at the operating point of that mode.
    prior : float
        Share of spun documents where the document comes from, in (0, 1); shifts the probability.

    Raises
    ------
    ValueError
        If the prior is no such share.

    Examples
    --------
    >>> Setting().log_odds, round(Setting(prior=0.01).log_odds, 3)
    (0.0, -4.595)
    """

    mode: Mode = Mode.BALANCED
    prior: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.prior < 1:
            raise ValueError(
                f"a prior lies between 0 and 1, both excluded, got {self.prior!r}: "
                "give the share of documents that you expect to be spun"
            )

    @property
    def log_odds(self) -> float:
        """What the prior adds to the log-odds of a document."""
        return math.log(self.prior / (1 - self.prior))


def fault(points: Mapping[Mode, OperatingPoint]) -> str | None:
    """What is wrong with the operating points of a model, None if nothing is.

    >>> point = OperatingPoint(0.9, 0.4, 10, 200)
    >>> fault(dict.fromkeys(Mode, point)), fault({Mode.BALANCED: point})
    (None, 'it has no operating point for high_precision, high_recall')
    """
    if missing := [mode for mode in Mode if mode not in points]:
        return f"it has no operating point for {', '.join(missing)}"
    for mode, point in points.items():
        if not all(map(math.isfinite, asdict(point).values())):
            return f"its operating point of {mode} holds numbers that are not finite"
        if not 0 < point.clean <= point.spun < 1:
            return (
                f"its operating points {point.clean} and {point.spun} of {mode} are no "
                "probabilities in order"
            )
        if not all(0 <= n <= _DOCUMENTS for n in (point.false_positives, point.undecided)):
            return f"its operating point of {mode} counts other than 0 to {_DOCUMENTS} documents"
    if any(points[a].spun < points[b].spun for a, b in pairwise(Mode)):
        return f"its modes are out of order: from {', '.join(Mode)} on, spun must not rise"
    return None

"""The result of a benchmark: figures, curves and times, as immutable records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from spindetect.errors import InputError

__all__ = ["DETECTOR", "Benchmark", "Curve", "Figure", "Timing"]

# What the detector is called among the scorers.
DETECTOR = "spindetect"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Attributes
    ----------
    measure : str
        What is measured, such as ``AUROC``.
    task : str
        On what: ``documents``, ``paragraphs``, ``mixed`` or ``whole texts``.
    by, part : str
        Which of them: ``by`` is ``family``, ``strength``, ``share``, ``register`` or ``label``,
        ``part`` its value; both are empty for all together.
    scorer : str
        Whose scores: ``spindetect`` or a baseline.
    value, low, high : float
        The figure and the ends of its 95 % interval.
    n : int
        Texts, sentences or phrases that it is about.
    groups : int
        Source documents that they come from.
    """

    measure: str
    task: str
    by: str
    part: str
    scorer: str
    value: float
    low: float
    high: float
    n: int
    groups: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of a plot.

    Attributes
    ----------
    kind : str
        ``roc`` (false positive rate and recall) or ``reliability`` (probability and share spun).
    task, scorer : str
        As in `Figure`.
    x, y : tuple of float
        The points.
    """

    kind: str
    task: str
    scorer: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Timing:
    """What a scorer took.

    Attributes
    ----------
    scorer : str
        As in `Figure`.
    n_words : int
        Words scored.
    seconds : float
        By the clock.
    cpu_seconds : float or None
        Of the processor; None if other processes did the work.
    """

    scorer: str
    n_words: int
    seconds: float
    cpu_seconds: float | None

    @property
    def words_per_second(self) -> float:
        """Words per second of the processor or, if that is not known, of the clock."""
        return self.n_words / max(self.cpu_seconds or self.seconds, 1e-9)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """All that a benchmark found.

    Attributes
    ----------
    data : str
        What was measured on.
    model, version : str
        Names of the model and of the package's version.
    n_texts : Mapping of str to int
        Texts of each label.
    n_groups : int
        Source documents.
    figures : tuple of Figure
    curves : tuple of Curve
    timings : tuple of Timing
    notes : tuple of str
        What a reader must know: what was left out, and why.

    Examples
    --------
    >>> empty = Benchmark("bundled texts", "en-1", "1.0", {"spun": 2}, 1, (), (), (), ())
    >>> Benchmark.from_dict(empty.to_dict()) == empty
    True
    """

    data: str
    model: str
    version: str
    n_texts: Mapping[str, int]
    n_groups: int
    figures: tuple[Figure, ...]
    curves: tuple[Curve, ...]
    timings: tuple[Timing, ...]
    notes: tuple[str, ...]

    def select(
        self, measure: str, task: str, by: str = "", part: str = "", scorer: str = DETECTOR
    ) -> Figure | None:
        """The figure of these names, None if it was not measured."""
        wanted = (measure, task, by, part, scorer)
        return next(
            (f for f in self.figures if (f.measure, f.task, f.by, f.part, f.scorer) == wanted), None
        )

    def to_dict(self) -> dict[str, Any]:
        """The benchmark as JSON holds it: strings, numbers, lists and dicts only."""
        return {
            "data": self.data,
            "model": self.model,
            "version": self.version,
            "n_texts": dict(self.n_texts),
            "n_groups": self.n_groups,
            "figures": [asdict(f) for f in self.figures],
            "curves": [asdict(c) | {"x": list(c.x), "y": list(c.y)} for c in self.curves],
            "timings": [
                asdict(t) | {"words_per_second": round(t.words_per_second)} for t in self.timings
            ],
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The benchmark that a record made by `to_dict` stands for.

        Raises
        ------
        InputError
            If the record lacks a field.
        """
        try:
            return cls(
                record["data"],
                record["model"],
                record["version"],
                dict(record["n_texts"]),
                record["n_groups"],
                tuple(Figure(**f) for f in record["figures"]),
                tuple(
                    Curve(**(c | {"x": tuple(c["x"]), "y": tuple(c["y"])}))
                    for c in record["curves"]
                ),
                tuple(
                    Timing(t["scorer"], t["n_words"], t["seconds"], t["cpu_seconds"])
                    for t in record["timings"]
                ),
                tuple(record["notes"]),
            )
        except (KeyError, TypeError) as error:
            raise InputError(f"not the record of a benchmark: {error}") from error

"""The answer about one document: verdict, reason, evidence.

Every class here is an immutable record.  Numbers are rounded once, when a record is built, to the
precision that they deserve; what is printed, compared and written as JSON is then the same number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any, Self

from spindetect.errors import InputError

# Six digits tell 0.999999 from 1 and keep a record short; the calibration of a model is good to
# two or three digits at best.  Gains are estimates from counts: a hundredth of a bit is below
# what any of them means.
_PROBABILITY_DIGITS = 6
_GAIN_DIGITS = 2


class Verdict(StrEnum):
    """What the detector says about a document.

    >>> Verdict("spun") is Verdict.SPUN
    True
    """

    SPUN = auto()
    CLEAN = auto()
    UNDECIDED = auto()


class Reason(StrEnum):
    """Why the verdict is what it is.

    The first three go with a probability and a verdict drawn from it (``BETWEEN_THRESHOLDS`` with
    ``UNDECIDED``); all others go with ``UNDECIDED``.  ``TOO_SHORT`` still has a probability.
    """

    ABOVE_THRESHOLD = auto()
    BELOW_THRESHOLD = auto()
    BETWEEN_THRESHOLDS = auto()
    TOO_SHORT = auto()
    NOT_ENGLISH = auto()
    EMPTY = auto()
    ERROR = auto()


def _probability(value: float) -> float:
    """`value` rounded, if it is a probability."""
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"a probability lies between 0 and 1, got {value!r}")
    return round(float(value), _PROBABILITY_DIGITS)


def _span(start: int, end: int) -> tuple[int, int]:
    """`start` and `end` as plain integers, if they bound a piece of text."""
    if not 0 <= start <= end:
        raise ValueError(f"a span needs 0 <= start <= end, got {start!r} and {end!r}")
    return int(start), int(end)


def _finite(name: str, value: float) -> float:
    """`value` as a plain number, if JSON can hold it."""
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    return float(value)


def _assign(record: object, **values: object) -> None:
    """Set fields of a frozen record while it is being built."""
    for name, value in values.items():
        object.__setattr__(record, name, value)


@dataclass(frozen=True, slots=True)
class PhraseAnomaly:
    """A phrase that looks like a synonym put in place of another.

    Attributes
    ----------
    text : str
        The phrase as written.
    start, end : int
        Character offsets into the scored text; ``scored[start:end] == text``.
    expected : tuple of str
        What may have stood there before, best first.
    gain : float
        Bits of surprisal that the first of `expected` would save.
    probability : float
        That the phrase was put in place of another one, in [0, 1].

    Examples
    --------
    >>> PhraseAnomaly("steered", 13, 20, ("told", "informed"), gain=9.41234, probability=0.96).gain
    9.41
    """

    text: str
    start: int
    end: int
    expected: tuple[str, ...]
    gain: float
    probability: float

    def __post_init__(self) -> None:
        start, end = _span(self.start, self.end)
        gain = round(_finite("gain", self.gain), _GAIN_DIGITS)
        _assign(self, start=start, end=end, gain=gain, probability=_probability(self.probability))


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """The probability, in [0, 1], that the sentence at ``[start:end]`` was spun.

    >>> SentenceScore(0, 61, 0.97)
    SentenceScore(start=0, end=61, probability=0.97)
    """

    start: int
    end: int
    probability: float

    def __post_init__(self) -> None:
        start, end = _span(self.start, self.end)
        _assign(self, start=start, end=end, probability=_probability(self.probability))


@dataclass(frozen=True, slots=True)
class Rule:
    """One content-quality measure: its value, the bounds it should keep, whether it does.

    Attributes
    ----------
    name : str
        Family and measure, such as ``"gopher.alpha_words"``.
    value : float
        What was measured.
    low, high : float or None
        The interval that a good text lies in; None is unbounded.
    passed : bool
        Whether `value` lies in it.
    spans : tuple of (int, int)
        Offsets of the passages at fault, where the rule can point at them.

    Examples
    --------
    >>> Rule("gopher.alpha_words", 0.74, low=0.8, high=None, passed=False, spans=()).passed
    False
    """

    name: str
    value: float
    low: float | None
    high: float | None
    passed: bool
    spans: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        value = round(_finite(self.name, self.value), _PROBABILITY_DIGITS)
        spans = tuple(_span(start, end) for start, end in self.spans)
        _assign(self, value=value, passed=bool(self.passed), spans=spans)


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a text is apart from spinning: one score in [0, 1] and the rules behind it.

    >>> rule = Rule("gopher.alpha_words", 0.74, low=0.8, high=None, passed=False)
    >>> Quality(score=0.71, rules=(rule,)).failed
    ('gopher.alpha_words',)
    """

    score: float
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        _assign(self, score=_probability(self.score))

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the rules that the text does not keep."""
        return tuple(rule.name for rule in self.rules if not rule.passed)


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found out about one document.

    Attributes
    ----------
    verdict, reason : Verdict, Reason
        The answer and why it is given.
    probability : float or None
        That the document was spun, in [0, 1]; None if it is empty, not English or unreadable.
    anomalies : tuple of PhraseAnomaly
        The phrases that look replaced, in order of the text.
    sentences : tuple of SentenceScore
        Every sentence, in order of the text.
    quality : Quality or None
        Content quality, a separate question; None if it was not measured.
    language : str or None
        ISO 639 code of the language; None for text without letters.
    n_words : int
        Words counted.
    model : str
        Name of the model that answered; empty if none was asked.
    id : str, int or None
        The caller's name for the document.
    error : str or None
        For a document that could not be read, one sentence that says why.
    text : str
        The text that all offsets point into.  It takes no part in comparisons.

    Examples
    --------
    >>> report = Report(
    ...     Verdict.UNDECIDED, Reason.EMPTY, None, (), (), None, None, 0, "en", id="page-17"
    ... )
    >>> Report.from_dict(report.to_dict()) == report
    True
    """

    verdict: Verdict
    reason: Reason
    probability: float | None
    anomalies: tuple[PhraseAnomaly, ...]
    sentences: tuple[SentenceScore, ...]
    quality: Quality | None
    language: str | None
    n_words: int
    model: str
    id: str | int | None = None
    error: str | None = None
    text: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.probability is not None:
            _assign(self, probability=_probability(self.probability))
        _assign(
            self,
            verdict=Verdict(self.verdict),
            reason=Reason(self.reason),
            n_words=int(self.n_words),
        )

    @classmethod
    def unreadable(cls, id: str | int | None, error: str) -> Self:
        """The report on a document that could not be read: `error` says why in one sentence.

        >>> Report.unreadable("a.txt", "a.txt: there is no such file or folder.").to_dict()
        {'id': 'a.txt', 'error': 'a.txt: there is no such file or folder.'}
        """
        return cls(
            Verdict.UNDECIDED, Reason.ERROR, None, (), (), None, None, 0, "", id=id, error=error
        )

    def to_dict(self, *, with_text: bool = False) -> dict[str, Any]:
        """The JSON record of the document, as ``spindetect score --format jsonl`` prints it.

        Parameters
        ----------
        with_text : bool
            Add the scored text, which all offsets point into, as the last field.

        Returns
        -------
        dict
            Strings, numbers, lists and dicts only.  A document that could not be read has the
            fields ``id`` and ``error`` and no others.
        """
        if self.error is not None:
            return {"id": self.id, "error": self.error}
        record: dict[str, Any] = {
            "id": self.id,
            "verdict": self.verdict.value,
            "reason": self.reason.value,
            "probability": self.probability,
            "language": self.language,
            "n_words": self.n_words,
            "sentences": [
                {"start": s.start, "end": s.end, "probability": s.probability}
                for s in self.sentences
            ],
            "anomalies": [
                {
                    "start": a.start,
                    "end": a.end,
                    "text": a.text,
                    "expected": list(a.expected),
                    "gain": a.gain,
                    "probability": a.probability,
                }
                for a in self.anomalies
            ],
            "quality": None if self.quality is None else _quality_record(self.quality),
            "model": self.model,
        }
        return record | ({"text": self.text} if with_text else {})

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """The report that a record made by :meth:`to_dict` stands for.

        Raises
        ------
        InputError
            If the record lacks a field or a field holds what it cannot hold.
        """
        try:
            if record.get("error") is not None:
                return cls.unreadable(record["id"], record["error"])
            return cls(
                verdict=Verdict(record["verdict"]),
                reason=Reason(record["reason"]),
                probability=record["probability"],
                anomalies=tuple(_anomaly(item) for item in record["anomalies"]),
                sentences=tuple(_sentence(item) for item in record["sentences"]),
                quality=None if record["quality"] is None else _quality(record["quality"]),
                language=record["language"],
                n_words=record["n_words"],
                model=record["model"],
                id=record["id"],
                text=record.get("text", ""),
            )
        except KeyError as error:
            raise InputError(f"not a spindetect record: it has no field {error}") from error
        except (AttributeError, TypeError, ValueError) as error:
            raise InputError(f"not a spindetect record: {error}") from error

    def _repr_html_(self) -> str:
        """The report as a notebook shows it."""
        from spindetect.render import to_html

        return to_html(self)


def _anomaly(item: Mapping[str, Any]) -> PhraseAnomaly:
    """The anomaly that a part of a record stands for."""
    return PhraseAnomaly(
        text=item["text"],
        start=item["start"],
        end=item["end"],
        expected=tuple(item["expected"]),
        gain=item["gain"],
        probability=item["probability"],
    )


def _sentence(item: Mapping[str, Any]) -> SentenceScore:
    """The sentence score that a part of a record stands for."""
    return SentenceScore(item["start"], item["end"], item["probability"])


def _quality_record(quality: Quality) -> dict[str, Any]:
    """The part of the record that speaks of quality."""
    return {
        "score": quality.score,
        "failed": list(quality.failed),
        "rules": [
            {
                "name": rule.name,
                "value": rule.value,
                "low": rule.low,
                "high": rule.high,
                "passed": rule.passed,
                "spans": [list(span) for span in rule.spans],
            }
            for rule in quality.rules
        ],
    }


def _quality(record: Mapping[str, Any]) -> Quality:
    """The quality that a part of a record stands for; ``failed`` follows from the rules."""
    rules = (
        Rule(
            name=item["name"],
            value=item["value"],
            low=item["low"],
            high=item["high"],
            passed=item["passed"],
            spans=tuple((start, end) for start, end in item["spans"]),
        )
        for item in record["rules"]
    )
    return Quality(record["score"], tuple(rules))

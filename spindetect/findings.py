"""Findings: odd phrases, scores of sentences and measures of quality, the parts of a report.

Every class here is an immutable record.  Numbers are rounded once, when a record is built, to the
precision that they deserve; what is printed, compared and written as JSON is then the same number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "PhraseAnomaly",
    "Quality",
    "Rule",
    "SentenceScore",
    "assign",
    "finite",
    "rounded_probability",
    "span",
]

# Six digits tell 0.999999 from 1 and keep a record short; the calibration of a model is good to
# two or three digits at best.  Gains are estimates from counts: a hundredth of a bit is below
# what any of them means.
_PROBABILITY_DIGITS = 6
_GAIN_DIGITS = 2


def rounded_probability(value: float) -> float:
    """`value` rounded, if it is a probability."""
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"a probability lies between 0 and 1, got {value!r}")
    return round(float(value), _PROBABILITY_DIGITS)


def span(start: int, end: int) -> tuple[int, int]:
    """`start` and `end` as plain integers, if they bound a piece of text."""
    if not 0 <= start <= end:
        raise ValueError(f"a span needs 0 <= start <= end, got {start!r} and {end!r}")
    return int(start), int(end)


def finite(name: str, value: float) -> float:
    """`value` as a plain number, if JSON can hold it."""
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    return float(value)


def assign(record: object, **values: object) -> None:
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
        start, end = span(self.start, self.end)
        gain = round(finite("gain", self.gain), _GAIN_DIGITS)
        assign(
            self, start=start, end=end, gain=gain, probability=rounded_probability(self.probability)
        )


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
        # There are many of these: what needs no change is not set anew.
        start, end = span(self.start, self.end)
        if start is not self.start or end is not self.end:
            assign(self, start=start, end=end)
        object.__setattr__(self, "probability", rounded_probability(self.probability))


class Rule(NamedTuple):
    """One content-quality measure: its value, the bounds it should keep, whether it does.

    A tuple, since every report has a dozen of them; nothing is checked when one is made.

    Attributes
    ----------
    name : str
        Preset and signal, such as ``"gopher.alpha_words"``.
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
        assign(self, score=rounded_probability(self.score))

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the rules that the text does not keep."""
        return tuple(rule.name for rule in self.rules if not rule.passed)

    @property
    def verdicts(self) -> dict[str, bool | None]:
        """For each preset whether the text keeps all its rules; None if none of them has bounds.

        >>> measured = Rule("redpajama.n_words", 12, low=None, high=None, passed=True)
        >>> failed = Rule("gopher.alpha_words", 0.74, low=0.8, high=None, passed=False)
        >>> Quality(score=0.71, rules=(measured, failed)).verdicts
        {'redpajama': None, 'gopher': False}
        """
        found: dict[str, bool | None] = {}
        for rule in self.rules:
            preset = rule.name.partition(".")[0]
            kept = found.setdefault(preset, None)
            if rule.low is not None or rule.high is not None:
                found[preset] = rule.passed and kept is not False
        return found

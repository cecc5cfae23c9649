"""One document of a report as its page shows it: words, marked text, tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from spindetect.excerpts import first_words, last_words
from spindetect.html_report import words
from spindetect.html_report.broken import MOST_CHARACTERS, BrokenRule, broken_rules
from spindetect.html_report.marks import Span, cover
from spindetect.html_report.overview import label, name
from spindetect.render import one_line
from spindetect.report import PhraseAnomaly, Report

if TYPE_CHECKING:
    from spindetect.html_report import Explainer

__all__ = ["Bar", "Page", "Phrase", "Piece", "Sentence"]

# What the lists under the text hold; all of it is in the JSON record.
MOST_PHRASES = 100
MOST_SENTENCES = 10
MOST_FEATURES = 12

# Characters of context to either side of a phrase, and of a sentence that is quoted.
_CONTEXT = 40
_QUOTED = 360

# Sentences have this many shades; those below the first are not shaded at all.
_SHADES = 5


@dataclass(frozen=True, slots=True)
class Phrase:
    """A suspicious phrase with a little of its text around it."""

    number: int
    text: str
    before: str
    after: str
    expected: tuple[str, ...]
    gain: float
    probability: float
    level: int
    strength: str
    is_shown: bool

    @property
    def in_short(self) -> str:
        """What was expected, as a tooltip and a printed page say it."""
        return ", ".join(self.expected[:3]) or "another phrase"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text that is marked in one way.

    Attributes
    ----------
    text : str
    shade : int
        Of the sentence, 0 to 5.
    phrase : Phrase or None
        The suspicious phrase that it belongs to.
    is_first : bool
        Whether the phrase begins here.
    rule : str or None
        What a rule of quality measures that it breaks.
    place : str or None
        Name under which a list can point here, where a passage at fault begins.
    """

    text: str
    shade: int
    phrase: Phrase | None
    is_first: bool
    rule: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that was rather spun than not."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What one feature, or several that ask one question, add to the log-odds.

    `x` and `width` place the bar on a drawing that is 200 wide with zero in its middle.
    """

    name: str
    value: float
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page of a document shows."""

    number: int
    name: str
    label: str
    heading: str
    meaning: str
    chance: str
    report: Report
    pieces: tuple[Piece, ...]
    n_hidden: int
    phrases: tuple[Phrase, ...]
    n_phrases: int
    sentences: tuple[Sentence, ...]
    failed: tuple[BrokenRule, ...]
    intercept: float | None
    bars: tuple[Bar, ...]
    features: tuple[tuple[str, float], ...]
    how_sure: tuple[str, ...]

    @classmethod
    def of(cls, number: int, report: Report, detector: Explainer | None) -> Self:
        """The page of a report."""
        shares: dict[str, float] = {}
        if detector is not None and report.probability is not None and report.text:
            shares = detector.contributions(report.text)
        by_weight = sorted(report.anomalies, key=lambda a: (-a.probability, -a.gain, a.start))
        phrases = {a: _phrase(i, report, a) for i, a in enumerate(by_weight, 1)}
        failed, spans = broken_rules(number, report)
        single = sorted(
            (f for f in shares.items() if f[0] != "intercept"), key=lambda f: -abs(f[1])
        )
        points = {} if detector is None else detector.operating_points
        return cls(
            number=number,
            name=name(number, report),
            label=label(report),
            heading=words.heading(report),
            meaning=words.meaning(report),
            chance=_chance(report),
            report=report,
            pieces=tuple(_pieces(report, phrases, spans)),
            n_hidden=max(0, len(report.text) - MOST_CHARACTERS),
            phrases=tuple(phrases.values())[:MOST_PHRASES],
            n_phrases=len(report.anomalies),
            sentences=_worst(report),
            failed=failed,
            intercept=shares.get("intercept"),
            bars=_bars(words.grouped(shares)),
            features=tuple(single[:MOST_FEATURES]),
            how_sure=tuple(words.how_sure(report, points)) if report.error is None else (),
        )


def _chance(report: Report) -> str:
    """The probability in words; empty without one."""
    if report.probability is None:
        return ""
    return words.chance(report.probability, report.prior)


def _phrase(number: int, report: Report, anomaly: PhraseAnomaly) -> Phrase:
    """A phrase with its context."""
    # White space becomes one blank, so that more than `_CONTEXT` characters are asked for.
    before = one_line(report.text[max(0, anomaly.start - 4 * _CONTEXT) : anomaly.start])
    after = one_line(report.text[anomaly.end : anomaly.end + 4 * _CONTEXT])
    level, strength = words.strength(anomaly.probability)
    return Phrase(
        number,
        anomaly.text,
        last_words(before, _CONTEXT),
        first_words(after, _CONTEXT),
        anomaly.expected,
        anomaly.gain,
        anomaly.probability,
        level,
        strength,
        anomaly.start < anomaly.end and anomaly.end <= min(len(report.text), MOST_CHARACTERS),
    )


def _worst(report: Report) -> tuple[Sentence, ...]:
    """The sentences that are rather spun than not, most probable first."""
    spun = sorted(
        (s for s in report.sentences if s.probability > 0.5 and s.start < len(report.text)),
        key=lambda s: (-s.probability, s.start),
    )
    return tuple(
        Sentence(_passage(report.text, s.start, s.end), s.probability)
        for s in spun[:MOST_SENTENCES]
    )


def _passage(text: str, start: int, end: int) -> str:
    """A passage on one line, cut if it is long."""
    return first_words(" ".join(text[start : min(end, start + 2 * _QUOTED)].split()), _QUOTED)


def _pieces(
    report: Report,
    phrases: dict[PhraseAnomaly, Phrase],
    spans: dict[Span, tuple[str, str]],
) -> list[Piece]:
    """The text as far as it is shown, cut wherever its marks change."""
    length = min(len(report.text), MOST_CHARACTERS)
    if length == 0:
        return []
    sentences, anomalies = report.sentences, tuple(phrases)
    at_fault = sorted(spans)
    found = []
    told: set[int] = set()
    placed: set[int] = set()
    for start, end, (s, a, r) in cover(
        length,
        [(x.start, x.end) for x in sentences],
        [(x.start, x.end) for x in anomalies],
        at_fault,
    ):
        place = None
        if r is not None and r not in placed:
            placed.add(r)
            place = spans[at_fault[r]][1]
        found.append(
            Piece(
                report.text[start:end],
                0 if s is None else _shade(sentences[s].probability),
                None if a is None else phrases[anomalies[a]],
                a is not None and a not in told,
                None if r is None else spans[at_fault[r]][0],
                place,
            )
        )
        if a is not None:
            told.add(a)
    return found


def _shade(probability: float) -> int:
    """How dark a sentence is.

    >>> [_shade(p) for p in (0.0, 0.3, 0.5, 1.0)]
    [0, 1, 2, 5]
    """
    return round(probability * _SHADES - 1e-9)


def _bars(groups: list[tuple[str, float]]) -> tuple[Bar, ...]:
    """Bars of which the longest fills its half.

    >>> _bars([("up", 2.0), ("down", -1.0)])[1]
    Bar(name='down', value=-1.0, x=50.0, width=50.0)
    """
    longest = max((abs(value) for _, value in groups), default=0.0) or 1.0
    return tuple(
        Bar(
            name,
            value,
            round(100 + min(0.0, value) / longest * 100, 2),
            round(abs(value) / longest * 100, 2),
        )
        for name, value in groups
    )

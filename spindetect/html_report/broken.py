"""Rules of quality that a document breaks, with the passages at fault."""

from __future__ import annotations

from dataclasses import dataclass

from spindetect.html_report import words
from spindetect.html_report.marks import Span
from spindetect.report import Report, Rule

__all__ = ["MOST_CHARACTERS", "BrokenRule", "broken_rules"]

# The text is shown up to here, some thirty pages of print: browsers turn slow beyond it.
MOST_CHARACTERS = 100_000
# Passages at fault that are listed for a rule, and how much of one; the JSON record has them all.
MOST_PLACES = 5
_PASSAGE = 120


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule of quality that the text breaks: what it measures, its bounds, passages at fault.

    A passage comes with the name of its place in the marked text, None if it lies beyond.
    """

    name: str
    meaning: str
    value: str
    bounds: str
    passages: tuple[tuple[str, str | None], ...]
    n_more: int


def broken_rules(
    number: int, report: Report
) -> tuple[tuple[BrokenRule, ...], dict[Span, tuple[str, str]]]:
    """The rules that the text breaks; rule and name of place of each passage in the marked text."""
    spans: dict[Span, tuple[str, str]] = {}
    found = []
    if report.quality is None:
        return (), spans
    shown_length = min(len(report.text), MOST_CHARACTERS)
    for i, rule in enumerate((r for r in report.quality.rules if not r.passed), 1):
        passages: list[tuple[str, str | None]] = []
        for k, (start, end) in enumerate(rule.spans):
            if start >= min(end, shown_length):
                continue
            _, place = spans.setdefault(
                (start, end), (words.rule_meaning(rule.name), f"d{number}-r{i}-{k}")
            )
            if len(passages) < MOST_PLACES:
                quoted = " ".join(report.text[start : min(end, start + _PASSAGE)].split())
                passages.append((quoted + "…" * (end - start > _PASSAGE), place))
        more = max(0, len(rule.spans) - len(passages))
        found.append(
            BrokenRule(
                rule.name,
                words.rule_meaning(rule.name),
                _number(rule.value),
                _bounds(rule),
                tuple(passages),
                more,
            )
        )
    return tuple(found), spans


def _bounds(rule: Rule) -> str:
    """What the value of a rule should be.

    >>> _bounds(Rule("gopher.alpha_words", 0.74, 0.8, None, passed=False))
    'at least 0.8'
    """
    low, high = rule.low, rule.high
    if low is None:
        return "no bounds" if high is None else f"at most {_number(high)}"
    return f"at least {_number(low)}" if high is None else f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    """A count in full, anything else to four digits.

    >>> _number(100_000), _number(0.123456)
    ('100,000', '0.1235')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:.4g}"

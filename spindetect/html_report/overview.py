"""The table of all documents of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from spindetect.html_report.words import heading
from spindetect.report import Report

__all__ = ["Row", "label", "name", "tally"]


@dataclass(frozen=True, slots=True)
class Row:
    """A document in the table.

    Attributes
    ----------
    number : int
        Place of the document, from 1.
    name, label, heading : str
        What it is called; the word that decides its colour; its verdict in words.
    probability : float or None
    n_words, n_phrases, n_failed : int
        Words, suspicious phrases, rules of quality that it breaks.
    worst, expected : str
        The most probable of the phrases and what was expected there; empty without any.
    """

    number: int
    name: str
    label: str
    heading: str
    probability: float | None
    n_words: int
    n_phrases: int
    n_failed: int
    worst: str
    expected: str

    @classmethod
    def of(cls, number: int, report: Report) -> Self:
        """The row of a report."""
        worst = max(report.anomalies, key=lambda a: (a.probability, a.gain), default=None)
        return cls(
            number,
            name(number, report),
            label(report),
            heading(report),
            report.probability,
            report.n_words,
            len(report.anomalies),
            0 if report.quality is None else len(report.quality.failed),
            "" if worst is None else worst.text,
            "" if worst is None or not worst.expected else worst.expected[0],
        )


def name(number: int, report: Report) -> str:
    """What a document is called.

    >>> name(3, Report.unreadable(None, "It is gone."))
    'Document 3'
    """
    return f"Document {number}" if report.id in (None, "") else str(report.id)


def label(report: Report) -> str:
    """``spun``, ``clean``, ``undecided`` or ``error``."""
    return "error" if report.error is not None else report.verdict.value


def tally(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """How many documents there are of each label, in the order in which they matter.

    >>> tally([Row.of(1, Report.unreadable("a", "It is gone."))])
    [('error', 1)]
    """
    counts = Counter(row.label for row in rows)
    return [
        (each, counts[each]) for each in ("spun", "undecided", "clean", "error") if each in counts
    ]

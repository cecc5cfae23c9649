"""Tables of pandas made of reports, for notebooks; they need pandas (``spindetect[pandas]``).

`spindetect.score_frame` is for a table that is there already: it adds results as columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from spindetect.record import flat_record
from spindetect.report import Report

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["phrase_frame", "to_frame"]

# Kinds of the columns, so that a table without rows has them, too. Those of documents are the parts
# of the record that hold one value (`spindetect.record.flat_record`), and four more.
_DOCUMENTS = {
    "id": "object",
    "verdict": "object",
    "reason": "object",
    "probability": "float64",
    "prose": "float64",
    "language": "object",
    "n_words": "Int64",
    "n_anomalies": "int64",
    "worst": "object",
    "expected": "object",
    "quality": "float64",
    "failed": "object",
    "mode": "object",
    "prior": "float64",
    "model": "object",
    "error": "object",
}
_PHRASES = {
    "id": "object",
    "text": "object",
    "expected": "object",
    "probability": "float64",
    "gain": "float64",
    "start": "int64",
    "end": "int64",
    "context": "object",
}

# Characters to either side of a phrase.
_CONTEXT = 40


def to_frame(reports: Iterable[Report]) -> pd.DataFrame:
    """A row for each report.

    Parameters
    ----------
    reports : iterable of Report
        Such as `spindetect.score_many` gives.

    Returns
    -------
    pandas.DataFrame
        In order of the reports, with the columns of the JSON record that hold one value, and
        ``n_anomalies``; ``worst`` and ``expected``, the most probable phrase and what most likely
        stood there; ``quality`` and ``failed``, the quality score and the rules that are broken.
        What is not known is NaN or None.

    Raises
    ------
    ImportError
        If pandas is not installed.

    Examples
    --------
    >>> import spindetect
    >>> frame = to_frame(spindetect.score_many([("a", "Too short."), ("b", "")]))
    >>> frame[["id", "verdict", "reason", "n_words"]].values.tolist()
    [['a', 'undecided', 'too_short', 2], ['b', 'undecided', 'empty', 0]]
    """
    return _frame(_DOCUMENTS, map(_row, reports))


def phrase_frame(reports: Iterable[Report]) -> pd.DataFrame:
    """A row for each suspicious phrase.

    Returns
    -------
    pandas.DataFrame
        With the columns ``id`` of the document, ``text``, ``expected`` (the best guess, None
        without one), ``probability``, ``gain`` in bits, ``start`` and ``end``, and ``context``,
        the phrase with what stands around it.

    Raises
    ------
    ImportError
        If pandas is not installed.

    Examples
    --------
    >>> from spindetect import PhraseAnomaly, Reason, Report, Verdict
    >>> odd = PhraseAnomaly("steered", 13, 20, ("told",), gain=9.4, probability=0.96)
    >>> report = Report(
    ...     Verdict.UNDECIDED, Reason.TOO_SHORT, 0.9, (odd,), (), None, "en", 4, "en",
    ...     text="One employee steered me.",
    ... )
    >>> phrase_frame([report])[["text", "expected", "context"]].values.tolist()
    [['steered', 'told', 'One employee steered me.']]
    """
    return _frame(_PHRASES, (row for report in reports for row in _phrases(report)))


def _frame(kinds: dict[str, str], rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """A table with columns of these kinds."""
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError('a DataFrame needs pandas: pip install "spindetect[pandas]"') from error
    found = list(rows)
    # Column by column: pandas, left alone, would make NaN of what is None.
    columns = {
        name: pd.Series([r[name] for r in found], dtype=kind) for name, kind in kinds.items()
    }
    return pd.DataFrame(columns)


def _row(report: Report) -> dict[str, Any]:
    """What the table of documents says of a report."""
    worst = max(report.anomalies, key=lambda a: (a.probability, a.gain), default=None)
    found = flat_record(report) | {
        "id": report.id,
        "n_anomalies": len(report.anomalies),
        "worst": None if worst is None else worst.text,
        "expected": None if worst is None or not worst.expected else worst.expected[0],
        "mode": report.mode.value,
        "prior": report.prior,
    }
    return {name: found[name] for name in _DOCUMENTS}


def _phrases(report: Report) -> Iterable[dict[str, Any]]:
    """What the table of phrases says of a report."""
    for a in report.anomalies:
        around = report.text[max(0, a.start - _CONTEXT) : a.end + _CONTEXT]
        yield {
            "id": report.id,
            "text": a.text,
            "expected": a.expected[0] if a.expected else None,
            "probability": a.probability,
            "gain": a.gain,
            "start": a.start,
            "end": a.end,
            "context": " ".join(around.split()),
        }

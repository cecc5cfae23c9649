"""What is written of a document: columns of its own, and results.

In JSONL the results of ``score`` are the record of the document (``docs/record.md``), and its other
columns a field ``columns`` of that. In tables, and wherever rows are filtered, results are columns
beside the document's own, with names that begin with ``spin_``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from spindetect.inputs.document import Document, Fields
from spindetect.record import flat_record
from spindetect.report import Report

__all__ = [
    "RESULTS",
    "Chosen",
    "Row",
    "json_text",
    "record_row",
    "results_of",
    "table_row",
]

PREFIX = "spin_"

# Columns of results, with their types by the names of `spindetect.pipeline.tables.arrow_type`.
RESULTS: dict[str, str] = {
    "spin_verdict": "string",
    "spin_reason": "string",
    "spin_probability": "double",
    "spin_prose": "double",
    "spin_language": "string",
    "spin_n_words": "int64",
    "spin_quality": "double",
    "spin_failed": "strings",
    "spin_anomalies": "anomalies",
    "spin_sentences": "sentences",
    "spin_model": "string",
    "spin_error": "string",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an output.

    Attributes
    ----------
    columns : mapping
        What the document came with.
    results : dict
        What was found out about it.
    """

    columns: Mapping[str, Any]
    results: dict[str, Any]


class Chosen(Mapping[str, Any]):
    """A row without some of its columns, and with others in front; values are not copied.

    >>> dict(Chosen({"id": 1, "url": "x", "text": "t"}, {"id", "text"}, {"id": "1"}))
    {'id': '1', 'url': 'x'}
    """

    __slots__ = ("first", "row", "without")

    def __init__(
        self,
        row: Mapping[str, Any],
        without: frozenset[str] | set[str],
        first: Mapping[str, Any],
    ) -> None:
        self.row = row
        self.without = without
        self.first = first

    def __getitem__(self, name: str) -> Any:
        if name in self.first:
            return self.first[name]
        if name in self.without:
            raise KeyError(name)
        return self.row[name]

    def __iter__(self) -> Iterator[str]:
        yield from self.first
        yield from (n for n in self.row if n not in self.without and n not in self.first)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def record_row(document: Document, report: Report, fields: Fields, *, with_text: bool) -> Row:
    """The row of ``score`` in JSONL: the record, and the columns that are none of its matter.

    >>> document = Document(7, text="", row={"id": 7, "text": "", "url": "x"})
    >>> row = record_row(document, Report.unreadable(7, "gone."), Fields(), with_text=False)
    >>> row.results, dict(row.columns)
    ({'id': 7, 'error': 'gone.'}, {'url': 'x'})
    """
    others = Chosen(document.row, set(fields.named), {})
    return Row(others, report.to_dict(with_text=with_text))


def table_row(document: Document, report: Report, fields: Fields, *, with_text: bool) -> Row:
    """The row of ``score`` in a table: the id as text, the document's other columns, results.

    >>> document = Document(7, text="", row={"id": 7, "text": "", "url": "x"})
    >>> row = table_row(document, Report.unreadable(7, "gone."), Fields(), with_text=False)
    >>> dict(row.columns), row.results["spin_error"]
    ({'id': '7', 'url': 'x'}, 'gone.')
    """
    first = {fields.id: str(document.id)}
    if with_text:
        first[fields.text] = report.text
    return Row(Chosen(document.row, set(fields.named) | set(RESULTS), first), results_of(report))


def results_of(report: Report) -> dict[str, Any]:
    """The columns of results of a report; None where the record has nothing.

    >>> results_of(Report.unreadable(7, "gone."))["spin_verdict"] is None
    True
    """
    record = report.to_dict()
    found = {"anomalies": record.get("anomalies"), "sentences": record.get("sentences")}
    found |= flat_record(report)
    return {name: found[name.removeprefix(PREFIX)] for name in RESULTS}


def json_text(value: Any) -> str:
    """A value as JSON on one line; what JSON does not know is text, and what is no number null.

    >>> json_text({"a": float("nan"), "b": b"raw", "c": [1.5]})
    '{"a": null, "b": "raw", "c": [1.5]}'
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """The value, made of what JSON knows."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            # Only a number that is none differs from itself, or from itself less itself.
            return value if value - value == 0 else None
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case bytes():
            try:
                return value.decode()
            except UnicodeDecodeError:
                return base64.b64encode(value).decode()
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)

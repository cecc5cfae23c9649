"""Documents of JSONL: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from spindetect.inputs.document import Document, Fields, of_row

__all__ = ["of_lines"]

# Shown to whoever passes a line of another form.
_EXAMPLE = '{"id": "page-17", "text": "..."}'


def of_lines(name: str, lines: Iterable[str], fields: Fields) -> Iterator[Document]:
    """One document for each line that is not blank.

    >>> [d.text for d in of_lines("a.jsonl", ['{"text": "One."}', "", "Two."], Fields())]
    ['One.', None]
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _of_line(name, number, line, fields)


def _of_line(name: str, number: int, line: str, fields: Fields) -> Document:
    """The document that a line of JSONL holds.

    >>> _of_line("a.jsonl", 2, '"Hello."', Fields()).error
    'a.jsonl, line 2: not a JSON object such as {"id": "page-17", "text": "..."}.'
    """
    id = f"{name}:{number}"
    where = f"{name}, line {number}"
    try:
        record = json.loads(line)
    except json.JSONDecodeError as failure:
        return Document(id, error=f"{where}: not JSON ({failure.msg}, column {failure.colno}).")
    except (ValueError, RecursionError):
        return Document(id, error=f"{where}: JSON with too long numbers or too deep nesting.")
    if not isinstance(record, dict):
        return Document(id, error=f"{where}: not a JSON object such as {_EXAMPLE}.")
    return of_row(id, where, record, fields)

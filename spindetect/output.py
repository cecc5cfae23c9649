"""Output of the command: the stream that is written to, and records as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from spindetect.errors import InputError

__all__ = ["array", "dumped", "form_of_name", "opened"]


def form_of_name(output: Path | None) -> str:
    """The format that the name of the output file stands for.

    >>> form_of_name(Path("reports.jsonl")), form_of_name(None)
    ('jsonl', 'table')
    """
    suffix = "" if output is None else output.suffix.lower()
    return suffix[1:] if suffix in (".json", ".jsonl") else "table"


def opened(output: Path | None, form: str) -> AbstractContextManager[TextIO]:
    r"""The stream to write to, standard output without a path.

    What its encoding does not know is written as an escape.  UTF-8 knows all but half characters,
    and for these ``\ud800`` is what JSON calls them, too.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    errors = "backslashreplace"
    if output is None:
        if isinstance(sys.stdout, TextIOWrapper):
            # JSON is UTF-8 whatever the terminal speaks.
            sys.stdout.reconfigure(encoding=None if form == "table" else "utf-8", errors=errors)
        return nullcontext(sys.stdout)
    try:
        return output.open("w", encoding="utf-8", errors=errors, newline="\n")
    except OSError as error:
        raise InputError(f"{output} cannot be written ({error.strerror})") from error


def dumped(record: dict[str, Any]) -> str:
    """The record as JSON on one line.

    >>> dumped({"id": "ü"})
    '{"id": "ü"}'
    """
    return json.dumps(record, ensure_ascii=False, allow_nan=False)


def array(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The records as a JSON array, each on a line of its own, one by one.

    >>> print("".join(array([{"id": 1}, {"id": 2}])), end="")
    [
    {"id": 1},
    {"id": 2}
    ]
    """
    yield "[\n"
    for number, record in enumerate(records):
        yield ",\n" * (number > 0) + dumped(record)
    yield "\n]\n"

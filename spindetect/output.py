"""Output of the command: the stream that is written to, and records as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from spindetect.errors import InputError

__all__ = ["array", "dumped", "form_of_name", "is_stream", "opened", "written"]

# Endings of files that a table to read is written to without being asked for it.  Whoever names a
# file .xlsx or .parquet.gz wants something else than such a table.
_OF_TABLES = ("", ".txt", ".text", ".log", ".out")

_ERRORS = "backslashreplace"


def form_of_name(output: Path | None) -> str:
    """The format that the name of the output file stands for.

    >>> form_of_name(Path("reports.jsonl")), form_of_name(None)
    ('jsonl', 'table')

    Raises
    ------
    InputError
        If it stands for none.
    """
    suffix = "" if output is None else output.suffix.lower()
    if suffix in (".json", ".jsonl"):
        return suffix[1:]
    if suffix not in _OF_TABLES:
        raise InputError(
            f"{output} has no name that says how to write it; choose another, or say it by --format"
        )
    return "table"


def is_stream(path: Path) -> bool:
    """Whether a path is that of a device or a pipe, which takes bytes but keeps none.

    >>> is_stream(Path("/dev/null")), is_stream(Path.cwd()), is_stream(Path("not-there.jsonl"))
    (True, False, False)
    """
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def opened(output: Path | None, form: str) -> Iterator[TextIO]:
    r"""The stream to write to, standard output without a path.

    What its encoding does not know is written as an escape.  UTF-8 knows all but half characters,
    and for these ``\ud800`` is what JSON calls them, too.

    Raises
    ------
    InputError
        As `written`.
    """
    if output is not None:
        with written(output) as stream:
            yield stream
        return
    if isinstance(sys.stdout, TextIOWrapper):
        # JSON is UTF-8 whatever the terminal speaks.
        encoding = None if form == "table" else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors=_ERRORS)
    yield sys.stdout


@contextmanager
def written(output: Path) -> Iterator[TextIO]:
    """A stream to a file that takes its place when all is written; what was there stays until then.

    Raises
    ------
    InputError
        If the file cannot be written, or no further; nothing is left of it then.
    """
    # Through links, and straight into what is no file: a device, a pipe.
    target = output.resolve()
    is_special = target.exists() and not target.is_file()
    unfinished = target if is_special else target.with_name(f"{target.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", errors=_ERRORS, newline="\n") as stream:
            yield stream
        if not is_special:
            unfinished.replace(target)
    except BaseException as error:
        if not is_special:
            with suppress(OSError):
                unfinished.unlink()
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            reason = error.strerror or error
            raise InputError(f"{output} cannot be written ({reason})") from error
        raise


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

"""What the commands share that read documents and write as they go: checks, order, exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from spindetect.errors import InputError
from spindetect.inputs import Document, documents, sources, text_of
from spindetect.options import fields_of, kind_of
from spindetect.render import one_line

__all__ = [
    "FAILED",
    "FOUND",
    "OK",
    "SOME_FAILED",
    "STOPPED",
    "UNREADABLE",
    "Complaints",
    "answered",
    "check_output",
    "check_paths",
    "check_sources",
    "complain",
    "exit_code",
    "read",
    "with_progress",
]

# Exit codes. FOUND: a document is what ``--fail-on-...`` asks about. 130 is what a shell says of a
# command that Ctrl-C has stopped (128 + SIGINT); ending because nobody reads the output any more
# looks the same.
OK, FOUND, FAILED, SOME_FAILED, STOPPED = 0, 1, 2, 3, 130

# What a document that cannot be read counts as.
UNREADABLE = "unreadable"

# So many errors are told one by one; the others are in the output.
_TOLD = 20

# Seconds after which a bar says that something is being done.
_PATIENCE = 2.0

_Id = str | int
_Item = TypeVar("_Item")


def complain(sentence: str) -> int:
    """Say on standard error what is wrong; the exit code for it."""
    # Where nobody can be told, the rest is done all the same.
    with suppress(OSError):
        print(f"spindetect: {one_line(sentence).rstrip('.')}.", file=sys.stderr)
    return FAILED


class Complaints:
    """Tells of errors, and when there are many, that it tells of no more."""

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, sentence: str) -> None:
        """Tell of an error."""
        self._told += 1
        if self._told <= _TOLD:
            complain(sentence)
        elif self._told == _TOLD + 1:
            complain("more documents could not be read; the output says which and why")


def check_paths(options: argparse.Namespace) -> None:
    """See that there is something to read, and that it is not what is written.

    Raises
    ------
    InputError
        If not.
    """
    if not options.paths and sys.stdin.isatty():
        command = f"spindetect {options.command}"
        raise InputError(f"no PATH is given and nothing is piped in; try: {command} FILE")
    output: Path | None = options.output
    if output is not None and any(_same_file(output, path) for path in options.paths):
        raise InputError(f"{output} would be read and written at once; choose another file for -o")
    if output is not None:
        check_sources(options.paths, output)


def check_sources(paths: Iterable[str], output: Path) -> None:
    """See that there is anything to read, before an output is begun that would hold errors only.

    Raises
    ------
    InputError
        If nothing that the paths name can be opened; the other sentences of why have been told.
    """
    errors: list[str] = []
    for source in sources(paths, skip=[output]):
        if source.error is None:
            return
        errors.append(source.error)
    for error in errors[:-1]:
        complain(error)
    if errors:
        raise InputError(errors[-1])


def _same_file(path: Path, other: str) -> bool:
    """Whether both name one file that exists."""
    return os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other)


def check_output(output: Path | None, *, overwrite: bool) -> None:
    """See that nothing is overwritten unless that is wanted.

    Raises
    ------
    InputError
        If the output exists.
    """
    if output is not None and output.is_file() and not overwrite:
        raise InputError(f"{output} exists; use --overwrite to replace it")


def read(options: argparse.Namespace) -> Iterator[Document]:
    """The documents that the options name: those of standard input, unless something is named."""
    output: Path | None = options.output
    return documents(
        options.paths or ["-"],
        kind=kind_of(options),
        fields=fields_of(options),
        skip=[] if output is None else [output],
    )


def answered(
    source: Iterable[Document],
    answer: Callable[[Iterator[tuple[_Id, str]]], Iterable[_Item]],
    unreadable: Callable[[Document, str], _Item],
) -> Iterator[_Item]:
    """What is found out about each document, in order, those among them that cannot be read.

    Parameters
    ----------
    source : iterable of Document
    answer : callable
        Takes (id, text) of the others, and answers each, in order; it may read ahead.
    unreadable : callable
        What to give in the place of a document with an error; its second argument is the error.

    Examples
    --------
    >>> source = [Document("a", text="Hello."), Document("b", error="b: it is gone.")]
    >>> list(answered(source, lambda items: (t for _, t in items), lambda _, error: error))
    ['Hello.', 'b: it is gone.']
    """
    # Documents that were read and not yet given on, with what is given for them if that is known.
    waiting: deque[list[_Item]] = deque()

    def readable() -> Iterator[tuple[_Id, str]]:
        for document in source:
            if document.error is not None:
                waiting.append([unreadable(document, document.error)])
            else:
                waiting.append([])
                yield document.id, text_of(document.text, document.html)

    for found in answer(readable()):
        while known := waiting.popleft():
            yield from known
        yield found
    for known in waiting:
        yield from known


def with_progress(items: Iterable[_Item], unit: str = " documents") -> Iterator[_Item]:
    """The same items, counted on a terminal while they go elsewhere."""
    if not sys.stderr.isatty():
        return iter(items)
    from tqdm import tqdm

    return iter(tqdm(items, unit=unit, leave=False, delay=_PATIENCE))


def exit_code(tally: Counter[str], *, doing: str = "score") -> int:
    """How it went, by what was counted; `doing` is what was to be done with the documents."""
    if not tally:
        return complain(f"there is nothing to {doing}: the input holds no documents")
    if tally.total() == tally[UNREADABLE]:
        return FAILED
    return SOME_FAILED if tally[UNREADABLE] else OK

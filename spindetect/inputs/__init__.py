"""Documents from files, folders, globs and streams, one at a time.

Reading never stops at a document that is broken: that one comes out with an error, in its place.
"""

from __future__ import annotations

import glob
import os
import sys
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from spindetect.errors import InputError
from spindetect.inputs import arrow, jsonl, warc
from spindetect.inputs.document import Document, Fields, Kind, failed, text_of
from spindetect.inputs.kinds import (
    PACKED,
    SUFFIXES,
    encoding_of,
    is_binary,
    is_garbage,
    kind_of_magic,
    kind_of_name,
    kind_of_text,
    plain,
)
from spindetect.inputs.streams import HEAD, chunks, head_of, joined, lines, why

__all__ = [
    "SUFFIXES",
    "Document",
    "Fields",
    "Kind",
    "Source",
    "documents",
    "opened",
    "read",
    "sources",
    "text_of",
]

_GLOB = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that documents are read from.

    Attributes
    ----------
    name : str
        What ids and messages call it; ``-`` is standard input.
    size : int
        Its bytes; -1 if that is not known.
    error : str or None
        Why there is no such file, in one sentence.
    """

    name: str
    size: int
    error: str | None = None


def documents(
    paths: Iterable[str | Path],
    *,
    kind: Kind = Kind.AUTO,
    fields: Fields | None = None,
    skip: Collection[Path] = (),
) -> Iterator[Document]:
    """All documents of `paths`, in order, each read when it is asked for.

    Parameters
    ----------
    paths : iterable of str or Path
        What `sources` takes.
    kind : Kind
        What the files hold; by default told by the name of a file, failing that by its beginning.
    fields : Fields, optional
        Names of the fields of JSONL and the columns of tables.
    skip : collection of Path
        Files to leave out when a folder is searched: those that results are written to.

    Yields
    ------
    Document
        One a text or HTML file, one a line of JSONL or a row of a table, one a page of an archive,
        and one with an `error` wherever something could not be read.
    """
    for source in sources(paths, skip=skip):
        try:
            with opened(source) as stream:
                yield from read(source.name, stream, kind, fields or Fields())
        except InputError as failure:
            yield Document(source.name, error=str(failure))


def sources(paths: Iterable[str | Path], *, skip: Collection[Path] = ()) -> Iterator[Source]:
    """The files that `paths` stand for, in order.

    Parameters
    ----------
    paths : iterable of str or Path
        Files, folders, patterns such as ``crawl/*.jsonl.gz`` (``**`` for any depth), or ``-`` for
        standard input. A folder is searched to any depth, in order of names, for files that end in
        one of `SUFFIXES` or in one of them and ``.gz`` or ``.zst``; hidden ones are left out.
    skip : collection of Path
        Files to leave out when a folder is searched.
    """
    for path in paths:
        name = str(path)
        if name == "-":
            yield Source(name, -1)
        elif os.path.isdir(name):
            yield from _of_folder(name, skip)
        elif _GLOB & set(name) and not os.path.exists(name):
            matches = sorted(glob.iglob(name, recursive=True))  # noqa: PTH207 - a whole pattern
            if not matches:
                yield Source(name, 0, f"{name}: no file has such a name.")
            for match in matches:
                yield from _of_folder(match, skip) if os.path.isdir(match) else [_of_file(match)]
        else:
            yield _of_file(name)


def _of_file(name: str) -> Source:
    """The file of this name."""
    if not name:  # which the system takes for the folder where it is
        return Source(name, 0, "a path is empty; name a file, a folder, or - for standard input.")
    try:
        return Source(name, Path(name).stat().st_size)
    except (OSError, ValueError) as failure:  # ValueError: the name contains a NUL
        return Source(name, 0, f"{name}: {why(failure)}.")


def _of_folder(folder: str, skip: Collection[Path]) -> Iterator[Source]:
    """All files below `folder` whose names promise documents."""
    failures: list[OSError] = []
    is_empty = True
    for parent, folders, files in os.walk(folder, onerror=failures.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            if name.startswith(".") or not plain(name).endswith(SUFFIXES):
                continue
            if any(_same(path, other) for other in skip):
                continue
            is_empty = False
            yield _of_file(str(path))
    for failure in failures:
        yield Source(str(failure.filename), 0, f"{failure.filename}: {why(failure)}.")
    if is_empty and not failures:
        error = (
            f"{folder}: no files in this folder end in {', '.join(SUFFIXES)} or these and "
            f"{' or '.join(PACKED)}."
        )
        yield Source(folder, 0, error)


def opened(source: Source) -> AbstractContextManager[BinaryIO]:
    """The bytes of `source`, open until the context is left; standard input stays open.

    Raises
    ------
    InputError
        If it cannot be opened, with the sentence that says why.
    """
    if source.error is not None:
        raise InputError(source.error)
    if source.name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(source.name).open("rb")
    except (OSError, ValueError) as failure:
        raise InputError(f"{source.name}: {why(failure)}.") from failure


def read(name: str, stream: BinaryIO, kind: Kind, fields: Fields) -> Iterator[Document]:
    """Documents of an open stream; `name` is what ids and messages call it."""
    try:
        kind = kind_of_name(Path(name).name) if kind is Kind.AUTO else kind
        peeked: bytes = stream.peek(8)[:8]  # type: ignore[attr-defined]
        if kind is Kind.AUTO:
            kind = kind_of_magic(peeked)
        if kind in (Kind.PARQUET, Kind.ARROW):
            yield from arrow.of_table(name, stream, kind, fields)
            return
        pieces = chunks(stream)
        head = head_of(pieces)
        if kind is Kind.AUTO:
            kind = kind_of_magic(head)
        pieces = chain([head], pieces)
        if kind is Kind.WARC:
            yield from warc.of_archive(name, pieces)
        else:
            yield from _of_text(name, head, pieces, kind, fields)
    except (InputError, OSError, EOFError, zlib.error) as failure:
        yield failed(name, why(failure))


def _of_text(
    name: str, head: bytes, pieces: Iterator[bytes], kind: Kind, fields: Fields
) -> Iterator[Document]:
    """Documents of text, HTML or JSONL that begins with `head`."""
    encoding = encoding_of(head)
    beginning = head[:HEAD].decode(encoding, "replace")
    if encoding == "utf-8" and is_binary(beginning):
        raise InputError("this is binary data, neither text nor HTML")
    if kind is Kind.AUTO:
        kind = kind_of_text(beginning.replace("\0", ""))
    if kind is not Kind.HTML and is_garbage(beginning):
        raise InputError("most of this is not text in UTF-8; if it is text, convert it first")
    if kind is Kind.JSONL:
        yield from jsonl.of_lines(name, lines(pieces, encoding), fields)
    elif kind is Kind.HTML:
        yield Document(name, html=joined(pieces))
    else:
        yield Document(name, text=joined(pieces).decode(encoding, "replace"))


def _same(path: Path, other: Path) -> bool:
    """Whether both are one file."""
    return path.name == other.name and other.exists() and path.exists() and path.samefile(other)

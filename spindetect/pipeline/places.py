"""Places in the input of a run, and documents from one of them on."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from spindetect.inputs import Document, Fields, Kind, opened, read, sources

__all__ = ["Place", "documents_from", "input_digest"]


class Place(NamedTuple):
    """A place in the input: the number of a file, and of its documents those before it.

    `bytes` says about how much of the input lies before it.
    """

    file: int = 0
    row: int = 0
    bytes: int = 0


def documents_from(
    paths: Sequence[str], kind: Kind, fields: Fields, skip: Collection[Path], begin: Place
) -> Iterator[tuple[Place, Document]]:
    """Documents from `begin` on, each with the place behind it.

    Parameters
    ----------
    paths, kind, fields, skip
        As `spindetect.inputs.documents` takes them.
    begin : Place
        A place that this function gave for the same input; ``Place()`` is the beginning.
    """
    before = 0
    for number, source in enumerate(sources(paths, skip=skip)):
        size = max(source.size, 0)
        done = begin.row if number == begin.file else 0
        if number >= begin.file:
            if source.error is not None:
                if done == 0:
                    error = Document(source.name, error=source.error)
                    yield Place(number, 1, before), error
                before += size
                continue
            with opened(source) as stream:
                found = read(source.name, stream, kind, fields)
                for row, document in enumerate(islice(found, done, None), done + 1):
                    at = stream.tell() if source.size > 0 else 0
                    yield Place(number, row, before + min(at, size)), document
        before += size


def input_digest(paths: Sequence[str], skip: Collection[Path]) -> dict[str, Any]:
    """What tells this input from another one: files, bytes (-1: not known), and a hash of both."""
    digest = hashlib.sha256()
    files = size = 0
    is_known = True
    for source in sources(paths, skip=skip):
        digest.update(f"{source.name}\0{source.size}\n".encode("utf-8", "surrogateescape"))
        files += 1
        size += max(source.size, 0)
        is_known &= source.size >= 0
    known = size if is_known else -1
    return {"files": files, "bytes": known, "sha256": digest.hexdigest()}

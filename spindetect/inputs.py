"""Documents from files, folders and streams, one at a time.

Reading never stops at a document that is broken: that one comes out with an error, in its place.
"""

from __future__ import annotations

import codecs
import gzip
import json
import os
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum, auto
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast

from spindetect.errors import InputError
from spindetect.suggest import nearby_file

# What a folder is searched for; a file that is named by the user may have any name.
SUFFIXES = (".txt", ".html", ".htm", ".jsonl")

# Bytes that are read at a time.
_CHUNK = 1 << 16
# The kind of a file is told by its first line, or by as much of it as this.
_HEAD = 8192
# A single document of more bytes is not read: it would take gigabytes to score, and is more likely
# a corpus in the wrong format, or a few kilobytes of gzip that unpack without end.
_MAX_BYTES = 200_000_000

# What compressed files begin with.
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
# UTF-32 first, since its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters that no text contains, and what undecodable bytes become.  English in a wrong
# encoding has a few per cent of them; compressed data, programs and images about half.
_GARBAGE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")
_MAX_GARBAGE = 0.3

# What a line of JSONL and a page begin with.
_JSON_OBJECT = re.compile(r'\s*\{\s*"')
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?"
    r"<(?:!doctype\s+html|html|head|body|title|meta|article|div|main|section|p|h1)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)

# Shown to whoever passes a line of another form.
_EXAMPLE = '{"id": "page-17", "text": "..."}'


class Kind(StrEnum):
    """How a file holds its documents."""

    AUTO = auto()
    TEXT = auto()
    HTML = auto()
    JSONL = auto()


@dataclass(frozen=True, slots=True)
class Document:
    """One document as read: exactly one of `text`, `html` and `error` is not None.

    >>> Document("a.txt", text="Hello.").error is None
    True
    """

    id: str | int
    text: str | None = None
    html: str | bytes | None = None
    error: str | None = None


def documents(
    paths: Iterable[str | Path],
    *,
    kind: Kind = Kind.AUTO,
    text_field: str = "text",
    skip: Path | None = None,
) -> Iterator[Document]:
    """All documents of `paths`, in order, each read when it is asked for.

    Parameters
    ----------
    paths : iterable of str or Path
        Files, folders or ``-`` for standard input.  A folder is searched to any depth, in order
        of names, for files that end in one of `SUFFIXES` or in one of them and ``.gz``; hidden
        ones are left out.
    kind : Kind
        What the files hold; by default told by the name of a file, failing that by its beginning.
    text_field : str
        Field that holds the text in a line of JSONL.
    skip : Path, optional
        A file to leave out when a folder is searched: the one that results are written to.

    Yields
    ------
    Document
        One a text or HTML file, one a line of JSONL, and one with an `error` wherever something
        could not be read.
    """
    for path in paths:
        if str(path) == "-":
            yield from _of_stream("-", sys.stdin.buffer, kind, text_field)
        elif os.path.isdir(path):
            yield from _of_folder(Path(path), kind, text_field, skip)
        else:
            yield from _of_file(Path(path), kind, text_field)


def _of_folder(folder: Path, kind: Kind, text_field: str, skip: Path | None) -> Iterator[Document]:
    """Documents of all files below `folder` whose names promise text."""
    failures: list[OSError] = []
    is_empty = True
    for parent, folders, files in os.walk(folder, onerror=failures.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            if not _plain(name).endswith(SUFFIXES) or name.startswith(".") or _same(path, skip):
                continue
            is_empty = False
            yield from _of_file(path, kind, text_field)
    for failure in failures:
        yield _failed(str(failure.filename), _why(failure))
    if is_empty and not failures:
        looked_for = ", ".join(SUFFIXES)
        yield _failed(str(folder), f"no files in this folder end in {looked_for} or these and .gz")


def _of_file(path: Path, kind: Kind, text_field: str) -> Iterator[Document]:
    """Documents of one file."""
    try:
        stream = path.open("rb")
    except (OSError, ValueError) as failure:  # ValueError: the name contains a NUL
        yield _failed(str(path), _why(failure))
        return
    with stream:
        kind = _kind_of_name(path.name) if kind is Kind.AUTO else kind
        yield from _of_stream(str(path), stream, kind, text_field)


def _of_stream(name: str, stream: BinaryIO, kind: Kind, text_field: str) -> Iterator[Document]:
    """Documents of an open stream; `name` is what ids and messages call it."""
    try:
        chunks = _chunks(stream)
        head = _head(chunks)
        encoding = _encoding(head)
        beginning = head[:_HEAD].decode(encoding, "replace")
        if encoding == "utf-8" and "\0" in beginning:
            raise InputError("this is binary data, neither text nor HTML")
        if kind is Kind.AUTO:
            kind = _kind_of_text(beginning)
        if kind is not Kind.HTML and _is_garbage(beginning):
            raise InputError("most of this is not text in UTF-8; if it is text, convert it first")
        chunks = chain([head], chunks)
        if kind is Kind.JSONL:
            for number, line in enumerate(_lines(chunks, encoding), 1):
                if line.strip():
                    yield _of_line(name, number, line, text_field)
        elif kind is Kind.HTML:
            yield Document(name, html=_joined(chunks))
        else:
            yield Document(name, text=_joined(chunks).decode(encoding, "replace"))
    except (InputError, OSError, EOFError, zlib.error) as failure:
        yield _failed(name, _why(failure))


def _of_line(name: str, number: int, line: str, text_field: str) -> Document:
    """The document that a line of JSONL holds.

    >>> _of_line("a.jsonl", 1, '{"id": 7, "text": "Hello."}', "text")
    Document(id=7, text='Hello.', html=None, error=None)
    >>> _of_line("a.jsonl", 2, '"Hello."', "text").error
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
    own_id = _id(record.get("id"), default=id)
    if isinstance(text := record.get(text_field), str):
        return Document(own_id, text=text)
    if isinstance(html := record.get("html"), str):
        return Document(own_id, html=html)
    return Document(own_id, error=f'{where}: no string in a field "{text_field}" or "html".')


def _id(value: Any, *, default: str) -> str | int:
    """The caller's name for a document: a string or whole number, anything else as its JSON."""
    if value is None:
        return default
    if isinstance(value, str | int) and not isinstance(value, bool):
        return value
    return json.dumps(value, ensure_ascii=False)


def _failed(name: str, why: str) -> Document:
    """The document in place of what could not be read."""
    return Document(name, error=f"{name}: {why}.")


def _why(failure: Exception) -> str:
    """What went wrong, in words for the user."""
    match failure:
        case FileNotFoundError(filename=name):
            nearby = nearby_file(str(name))
            hint = "" if nearby is None else f", but there is {nearby}"
            return f"there is no such file or folder{hint}"
        case PermissionError():
            return "no permission to read it"
        case EOFError():
            return "its gzip data end too early; get the file again"
        case gzip.BadGzipFile() | zlib.error():
            return "its gzip data are damaged; get the file again"
        case OSError(strerror=str(reason)):
            return f"cannot be read ({reason})"
        case InputError():
            return str(failure)
        case _:
            return f"cannot be read ({failure})"


def _same(path: Path, other: Path | None) -> bool:
    """Whether both are one file."""
    return other is not None and other.exists() and path.exists() and path.samefile(other)


def _plain(name: str) -> str:
    """The name of a file in lower case without ``.gz``."""
    return name.lower().removesuffix(".gz")


def _kind_of_name(name: str) -> Kind:
    """What the name of a file promises.

    >>> [_kind_of_name(name).value for name in ("a.HTML.gz", "b.jsonl", "c.txt", "d", "e.md")]
    ['html', 'jsonl', 'text', 'auto', 'auto']
    """
    match _plain(name).rpartition("."):
        case _, _, "html" | "htm" | "xhtml":
            return Kind.HTML
        case _, _, "jsonl" | "ndjson":
            return Kind.JSONL
        case _, _, "txt":
            return Kind.TEXT
        case _:
            return Kind.AUTO


def _kind_of_text(beginning: str) -> Kind:
    """What the beginning of a file looks like; text, if like nothing else.

    >>> [_kind_of_text(t).value for t in ('{"text": "Hi."}', "<!doctype html><p>Hi.", "{Hi}")]
    ['jsonl', 'html', 'text']
    """
    if _JSON_OBJECT.match(beginning):
        return Kind.JSONL
    return Kind.HTML if _HTML.match(beginning) else Kind.TEXT


def _is_garbage(beginning: str) -> bool:
    """Whether too much of `beginning` cannot be text."""
    return len(_GARBAGE.findall(beginning)) > _MAX_GARBAGE * len(beginning)


def _encoding(head: bytes) -> str:
    """The encoding that a byte order mark names; UTF-8 without one."""
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "utf-8")


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of `stream` as they come, unpacked if they are packed with gzip."""
    stream = cast("BufferedReader", stream)  # both open() and sys.stdin.buffer give one
    beginning = stream.peek(4)
    if beginning.startswith(_ZSTD):
        raise InputError("Zstandard is not read; unpack the file first, with: zstd -d")
    unpacked = gzip.GzipFile(fileobj=stream) if beginning.startswith(_GZIP) else stream
    while chunk := unpacked.read1(_CHUNK):
        yield chunk


def _head(chunks: Iterator[bytes]) -> bytes:
    """What comes first of `chunks`: up to the chunk that ends the first line, or `_HEAD` bytes."""
    head = b""
    for chunk in chunks:
        head += chunk
        if b"\n" in chunk or len(head) >= _HEAD:
            break
    return head


def _joined(chunks: Iterable[bytes]) -> bytes:
    """All of `chunks`, if that is not too much for one document."""
    pieces: list[bytes] = []
    size = 0
    for chunk in chunks:
        pieces.append(chunk)
        if (size := size + len(chunk)) > _MAX_BYTES:
            limit = f"{_MAX_BYTES // 1_000_000} MB"
            raise InputError(f"a document of more than {limit}; split it, or use JSONL")
    return b"".join(pieces)


def _lines(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    r"""Lines of the text in `chunks`, without holding more of it than one of them.

    >>> list(_lines([b"one\ntw", b"o\n\nth", b"ree"], "utf-8"))
    ['one', 'two', '', 'three']
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    unfinished: list[str] = []
    size = 0
    for chunk in chain(chunks, [b""]):
        first, *others = decoder.decode(chunk, final=not chunk).split("\n")
        unfinished.append(first)
        if (size := size + len(first)) > _MAX_BYTES:
            raise InputError(f"a line of more than {_MAX_BYTES // 1_000_000} MB")
        if others:
            yield "".join(unfinished)
            yield from others[:-1]
            unfinished, size = [others[-1]], len(others[-1])
    if last := "".join(unfinished):
        yield last

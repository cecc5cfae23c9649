"""Documents of web archives: the pages of WARC files, the texts of WET files.

FastWARC reads a record; which bytes are one is told here, so that a record with a false length
costs that record and none of those behind it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from spindetect.inputs import streams
from spindetect.inputs.document import Document, failed
from spindetect.inputs.kinds import encoding_of, is_binary

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

__all__ = ["of_archive"]

# Headers of one record: longer ones are none.
_MAX_HEAD = 1 << 16

_BEGINS = re.compile(rb"WARC/[01]\.\d")
# Where a record begins in the midst of other bytes.
_NEXT = re.compile(rb"\n(?=WARC/[01]\.\d\r?\n)")
# What stands behind a record; some tools write less than the two line ends that there should be.
_END = re.compile(rb"(?:(?:\r\n){1,2}|\n{1,2})(?:WARC/|\Z)|\Z")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(rb"^warc-record-id:[ \t]*(\S+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^warc-type:[ \t]*(\w+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# Records that hold documents; the others (requests, metadata, repetitions) describe them.
_DOCUMENTS = {b"response", b"resource", b"conversion"}

_PAGE = re.compile(r"text/html|application/xhtml\+xml", re.IGNORECASE)
_TEXT = re.compile(r"text/plain", re.IGNORECASE)


def of_archive(name: str, pieces: Iterator[bytes]) -> Iterator[Document]:
    """One document for each page or plain text in the archive whose bytes are `pieces`.

    Images and the like are passed over. Documents have the columns ``url`` and ``date``.
    """
    source = _Buffer(pieces)
    number = 0
    while source.fill(1):
        if source.data[:1] in b"\r\n":
            del source.data[:1]
            continue
        number += 1
        record, error = _record(source)
        head = bytes(source.head)
        if error is not None:
            found = _ID.search(head)
            id = f"{name}:{number}" if found is None else found[1].decode("utf-8", "replace")
            yield Document(id, error=f"{name}, record {number}: {error}.")
        elif (kind := _TYPE.search(head)) is not None and kind[1].lower() in _DOCUMENTS:
            document = _document(name, number, record)
            if document is not None:
                yield document


class _Buffer:
    """Bytes that have been read and not yet understood, and the headers read last."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.data = bytearray()
        self.head = bytearray()

    def fill(self, size: int) -> bool:
        """Whether there are `size` bytes, read if need be."""
        while len(self.data) < size:
            piece = next(self.pieces, b"")
            if not piece:
                return False
            self.data += piece
        return True

    def find(self, pattern: re.Pattern[bytes], begin: int, limit: int) -> re.Match[bytes] | None:
        """Where `pattern` first matches within `limit` bytes, from `begin` on."""
        while (found := pattern.search(self.data, begin)) is None and len(self.data) < limit:
            # A match may lie across the border of what has been read.
            begin = max(begin, len(self.data) - 64)
            if not self.fill(len(self.data) + 1):
                return None
        return found

    def skip(self) -> None:
        """Drop everything up to where the next record begins."""
        while (found := _NEXT.search(self.data)) is None:
            del self.data[:-64]
            if not self.fill(len(self.data) + 1):
                self.data.clear()
                return
        del self.data[: found.end()]


_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


def _record(source: _Buffer) -> tuple[bytes, str | None]:
    """The bytes of the next record, or why it has none; `source` then stands behind it."""
    source.head.clear()
    source.fill(16)
    end = source.find(_BLANK_LINE, 0, _MAX_HEAD) if _BEGINS.match(source.data) else None
    if end is None:
        source.skip()
        return b"", "no WARC header where a record should begin"
    source.head += source.data[: end.end()]
    begin = end.end()
    declared = _LENGTH.search(source.head)
    if declared is None:
        error = "no length in its header"
    elif (size := int(declared[1])) > streams.MAX_BYTES:
        error = f"a record of more than {streams.MAX_BYTES // 1_000_000} MB, or a false length"
    elif not source.fill(begin + size):
        error = f"its length is given as {size:,} bytes, but the file ends before"
    elif not _ends(source, begin + size):
        error = f"its length is given as {size:,} bytes, but no record ends there"
    else:
        record = bytes(source.data[: begin + size])
        del source.data[: begin + size]
        return record, None
    # The record behind may have been taken for a part of this one; it follows the end of a line.
    del source.data[: begin - 1]
    source.skip()
    return b"", error


def _ends(source: _Buffer, end: int) -> bool:
    """Whether a record may end there."""
    source.fill(end + 16)
    return _END.match(source.data, end) is not None


def _document(name: str, number: int, record: bytes) -> Document | None:
    """The document that a record holds, if it holds one."""
    from fastwarc.warc import ArchiveIterator

    failure: Exception | None = None
    # What is said to be packed may be unpacked already: crawlers differ.
    for decode in ("all", "none"):
        try:
            stream = io.BytesIO(record + b"\r\n\r\n")
            for found in ArchiveIterator(stream, parse_http=True, auto_decode=decode):
                return _of_record(name, number, found, found.reader.read())
        except (OSError, ValueError) as error:
            failure = error
    reason = failure or "no WARC record"
    return failed(f"{name}, record {number}", f"cannot be read ({reason})")


def _of_record(name: str, number: int, record: WarcRecord, body: bytes) -> Document | None:
    """The document of a record that was read."""
    headers = {key.lower(): value for key, value in record.headers.items()}
    id = headers.get("warc-record-id") or f"{name}:{number}"
    row = {"url": headers.get("warc-target-uri"), "date": headers.get("warc-date")}
    form = (record.http_content_type if record.is_http else None) or headers.get("content-type", "")
    charset = record.http_charset if record.is_http else None
    if _PAGE.match(form):
        beginning = body[: streams.HEAD].decode("utf-8", "replace")
        if encoding_of(body) == "utf-8" and is_binary(beginning):
            return Document(id, error=f"{name}, record {number}: binary data, not HTML.", row=row)
        text = _declared(body, charset)
        return Document(id, html=body if text is None else text, row=row)
    if _TEXT.match(form):
        text = _declared(body, charset)
        if text is None:
            text = body.decode("utf-8", "replace")
        return Document(id, text=text, row=row)
    return None


def _declared(body: bytes, charset: str | None) -> str | None:
    """`body` in the character set that the server named; None if it named none that fits."""
    if charset is None:
        return None
    try:
        return body.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return None

"""Bytes and lines of a stream, unpacked, without holding more of it than one of them."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader
from itertools import chain
from typing import BinaryIO, cast

from spindetect.errors import InputError
from spindetect.suggest import nearby_file

__all__ = ["HEAD", "MAX_BYTES", "chunks", "head_of", "joined", "lines", "why"]

# Bytes that are read at a time.
_CHUNK = 1 << 16
# The kind of a file is told by its first line, or by as much of it as this.
HEAD = 8192
# A single document of more bytes is not read: it would take gigabytes to score, and is more likely
# a corpus in the wrong format, or a few kilobytes of gzip that unpack without end.
MAX_BYTES = 200_000_000

# What compressed files begin with.
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of `stream` as they come, unpacked if they are packed with gzip or Zstandard.

    Raises
    ------
    InputError
        If they are packed with Zstandard and nothing here can unpack it, or they are damaged.
    EOFError, OSError, zlib.error
        If gzip data are damaged or end too early, or the system cannot read on; `why` says it.
    """
    stream = cast("BufferedReader", stream)  # both open() and sys.stdin.buffer give one
    beginning = stream.peek(4)
    if beginning.startswith(_ZSTD):
        yield from _of_zstd(stream)
        return
    unpacked = gzip.GzipFile(fileobj=stream) if beginning.startswith(_GZIP) else stream
    while chunk := unpacked.read1(_CHUNK):
        yield chunk


def _of_zstd(stream: BufferedReader) -> Iterator[bytes]:
    """The bytes that a stream of Zstandard frames unpacks to."""
    try:
        import zstandard
    except ImportError as error:
        raise InputError(
            'Zstandard is read by the package zstandard: pip install "spindetect[zstd]"'
        ) from error

    unpacker = zstandard.ZstdDecompressor().decompressobj()
    ended = True
    try:
        while packed := stream.read1(_CHUNK):
            while packed:
                if ended:
                    unpacker = zstandard.ZstdDecompressor().decompressobj()
                if chunk := unpacker.decompress(packed):
                    yield chunk
                packed, ended = unpacker.unused_data, unpacker.eof
    except zstandard.ZstdError as error:
        raise InputError("its Zstandard data are damaged; get the file again") from error
    if not ended:
        raise InputError("its Zstandard data end too early; get the file again")


def head_of(pieces: Iterator[bytes]) -> bytes:
    r"""What comes first of `pieces`: up to the one that ends the first line, or `HEAD` bytes.

    >>> head_of(iter([b"on", b"e\nt", b"wo"]))
    b'one\nt'
    """
    head = b""
    for piece in pieces:
        head += piece
        if b"\n" in piece or len(head) >= HEAD:
            break
    return head


def joined(pieces: Iterable[bytes]) -> bytes:
    """All of `pieces`, if that is not too much for one document.

    >>> joined([b"one ", b"two"])
    b'one two'
    """
    found: list[bytes] = []
    size = 0
    for piece in pieces:
        found.append(piece)
        if (size := size + len(piece)) > MAX_BYTES:
            limit = f"{MAX_BYTES // 1_000_000} MB"
            raise InputError(f"a document of more than {limit}; split it, or use JSONL")
    return b"".join(found)


def lines(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    r"""Lines of the text in `pieces`, without holding more of it than one of them.

    >>> list(lines([b"one\ntw", b"o\n\nth", b"ree"], "utf-8"))
    ['one', 'two', '', 'three']
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    unfinished: list[str] = []
    size = 0
    for piece in chain(pieces, [b""]):
        first, *others = decoder.decode(piece, final=not piece).split("\n")
        unfinished.append(first)
        if (size := size + len(first)) > MAX_BYTES:
            raise InputError(f"a line of more than {MAX_BYTES // 1_000_000} MB")
        if others:
            yield "".join(unfinished)
            yield from others[:-1]
            unfinished, size = [others[-1]], len(others[-1])
    if last := "".join(unfinished):
        yield last


def why(failure: Exception) -> str:
    """What went wrong while reading, in words for the user.

    >>> why(EOFError()), why(InputError("binary data"))
    ('its gzip data end too early; get the file again', 'binary data')
    """
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

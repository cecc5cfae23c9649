"""JSONL and CSV that can be taken back to where they were known to be whole."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from spindetect.errors import InputError
from spindetect.pipeline.journal import synced, write_out
from spindetect.pipeline.outputs import partial
from spindetect.pipeline.rows import Row, json_text
from spindetect.pipeline.tables import REST, fitted, names_of

__all__ = ["CsvWriter", "JsonlWriter"]

# Level at which gzip and Zstandard pack; their own default.
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3


class _BytesWriter:
    """An output that is one file of bytes, plain or packed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pack = _packer(path)
        self._file = -1
        self._rows: list[Row] = []

    def begin(self, rows: Sequence[Row]) -> None:
        """See `Writer`."""

    def restore(self, position: int) -> None:
        """See `Writer`."""
        self._file = os.open(partial(self.path), os.O_RDWR | os.O_CREAT, 0o666)
        if os.fstat(self._file).st_size < position:
            raise InputError(f"{partial(self.path)} is shorter than it was; use --overwrite")
        os.ftruncate(self._file, position)
        os.lseek(self._file, 0, os.SEEK_END)
        synced(self.path.parent)

    def write(self, row: Row) -> None:
        """See `Writer`."""
        self._rows.append(row)

    def commit(self) -> int:
        """See `Writer`."""
        content = self._encoded(self._rows)
        self._rows = []
        write_out(
            self._file, self._pack(content) if self._pack is not None and content else content
        )
        return self._position

    @property
    def _position(self) -> int:
        """Where the next byte goes."""
        return os.lseek(self._file, 0, os.SEEK_CUR)

    def _encoded(self, rows: Sequence[Row]) -> bytes:
        raise NotImplementedError

    def close(self) -> None:
        """See `Writer`."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def publish(self) -> None:
        """See `Writer`."""
        self.close()
        if partial(self.path).exists():
            partial(self.path).replace(self.path)
            synced(self.path.parent)


class JsonlWriter(_BytesWriter):
    """One JSON object a line; with `nested`, a document's own columns are one field of it."""

    def __init__(self, path: Path, *, nested: bool) -> None:
        super().__init__(path)
        self._nested = nested

    def _encoded(self, rows: Sequence[Row]) -> bytes:
        return "".join(self._line(row) for row in rows).encode("utf-8", "backslashreplace")

    def _line(self, row: Row) -> str:
        """The row on a line; half characters become escapes that JSON knows."""
        columns = dict(row.columns)
        if self._nested:
            return json_text(row.results | ({"columns": columns} if columns else {})) + "\n"
        return json_text(columns | row.results) + "\n"


class CsvWriter(_BytesWriter):
    """A table of comma-separated values; lists and objects are JSON."""

    def __init__(self, path: Path, results: Sequence[str]) -> None:
        super().__init__(path)
        self._results = results
        self._names: list[str] = []
        self._has_header = True

    def restore(self, position: int) -> None:
        """See `Writer`."""
        super().restore(position)
        if position:
            header = next(csv.reader(_text_of(partial(self.path))))
            self._names = header[: -len(self._results) - 1]

    def begin(self, rows: Sequence[Row]) -> None:
        """See `Writer`."""
        taken = {*self._results, REST}
        self._names = [name for name in names_of(rows) if name not in taken]
        self._has_header = False

    def _encoded(self, rows: Sequence[Row]) -> bytes:
        stream = io.StringIO(newline="")
        table = csv.writer(stream)
        if not self._has_header:
            table.writerow([*self._names, *self._results, REST])
            self._has_header = True
        for row in rows:
            own, rest = fitted(row, self._names)
            results = [row.results[name] for name in self._results]
            table.writerow([*map(_cell, [*own, *results]), rest])
        return stream.getvalue().encode("utf-8", "backslashreplace")


def _packer(path: Path) -> Callable[[bytes | memoryview], bytes] | None:
    """What packs for a name that ends in ``.gz`` or ``.zst``.

    Members of gzip and frames of Zstandard can be put one behind the other, so that each commit is
    one of them.
    """
    match path.suffix.lower():
        case ".gz":
            return lambda content: gzip.compress(content, _GZIP_LEVEL, mtime=0)
        case ".zst":
            try:
                import zstandard
            except ImportError as error:
                raise InputError(
                    'Zstandard is written by the package zstandard: pip install "spindetect[zstd]"'
                ) from error
            compress: Callable[[bytes | memoryview], bytes]
            compress = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress
            return compress
        case _:
            return None


def _text_of(path: Path) -> Iterator[str]:
    """Lines of a file, unpacked if need be."""
    from spindetect.inputs.streams import chunks, lines

    with path.open("rb") as stream:
        for line in lines(chunks(stream), "utf-8"):
            yield line + "\n"


def _cell(value: Any) -> Any:
    """A value as a cell of CSV."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | dict():
            return json_text(value)
        case _:
            # A time, a number without rounding, or bytes: JSON text without its quotes.
            return json_text(value).strip('"')

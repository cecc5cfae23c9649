"""Outputs that can be taken back to where they were known to be whole.

A writer fills ``OUT.partial`` and puts it in the place of ``OUT`` when all is written. What
`commit` has returned a position for is on the disk; `restore` takes back all behind a position.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from spindetect.errors import InputError
from spindetect.inputs.arrow import pyarrow
from spindetect.pipeline.journal import synced
from spindetect.pipeline.rows import Row, json_text
from spindetect.pipeline.tables import REST, arrow_table, fitted, names_of, schema_of

__all__ = ["FORMS", "CsvWriter", "JsonlWriter", "ParquetWriter", "Writer", "form_of", "partial"]

FORMS = ("jsonl", "csv", "parquet")

# Level at which gzip and Zstandard pack; their own default.
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3

# Bytes of rows that become one row group of the finished Parquet file.
_ROW_GROUP = 32_000_000


def form_of(path: Path) -> str | None:
    """The format that the name of an output stands for; None if it is none of `FORMS`.

    >>> [form_of(Path(name)) for name in ("a.jsonl.gz", "b.parquet", "c.txt", "d.parquet.gz")]
    ['jsonl', 'parquet', None, None]
    """
    name = path.name.lower()
    unpacked = name.removesuffix(".gz").removesuffix(".zst")
    form = unpacked.rpartition(".")[2]
    return form if form in FORMS and (form != "parquet" or unpacked == name) else None


def partial(path: Path) -> Path:
    """Where the output is before it is whole.

    >>> partial(Path("out.jsonl")).name
    'out.jsonl.partial'
    """
    return path.with_name(path.name + ".partial")


class Writer(Protocol):
    """An output as the runner sees it."""

    def restore(self, position: int) -> None:
        """Open the output and take back all behind `position`; 0 is its beginning.

        Raises
        ------
        InputError
            If the output does not reach to `position`.
        """

    def begin(self, rows: Sequence[Row]) -> None:
        """Decide on the columns of a new output by rows like those that are to come."""

    def write(self, row: Row) -> None:
        """Add a row, which is kept in memory until `commit`."""

    def commit(self) -> int:
        """Bring all rows to the disk; the position behind them."""

    def publish(self) -> None:
        """Put the finished output in its place; nothing, if that has happened."""

    def close(self) -> None:
        """Let go of the output as it is."""


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
        content = memoryview(self._encoded(self._rows))
        self._rows = []
        if self._pack is not None and content:
            content = memoryview(self._pack(content))
        while content:
            content = content[os.write(self._file, content) :]
        os.fsync(self._file)
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


class ParquetWriter:
    """A Parquet file; until it is whole, a folder of numbered parts."""

    def __init__(self, path: Path, results: Mapping[str, str]) -> None:
        pyarrow()
        self.path = path
        self._results = results
        self._schema = schema_of([], results)
        self._parts = 0
        self._rows: list[Row] = []

    @property
    def _folder(self) -> Path:
        return partial(self.path)

    @property
    def _whole(self) -> Path:
        return self._folder / "whole.parquet"

    def _part(self, number: int) -> Path:
        return self._folder / f"{number:09}.parquet"

    def _found(self) -> list[Path]:
        """All parts that are there, in order."""
        return sorted(self._folder.glob("[0-9]*.parquet"))

    def restore(self, position: int) -> None:
        """See `Writer`."""
        self._folder.mkdir(exist_ok=True)
        kept = [self._part(number) for number in range(position)]
        for path in self._folder.iterdir():
            if path not in set(kept):
                path.unlink()
        if not all(path.exists() for path in kept):
            raise InputError(f"{self._folder} has lost a part; use --overwrite")
        self._parts = position
        if kept:
            self._schema = pyarrow().parquet.read_schema(kept[0])
        synced(self.path.parent)

    def begin(self, rows: Sequence[Row]) -> None:
        """See `Writer`."""
        self._schema = schema_of(rows, self._results)

    def write(self, row: Row) -> None:
        """See `Writer`."""
        self._rows.append(row)

    def commit(self) -> int:
        """See `Writer`; a table without rows has a part, too, which holds its columns."""
        if self._rows or self._parts == 0:
            self._write_part()
        return self._parts

    def _write_part(self) -> None:
        """Make a part of the rows in memory."""
        table = arrow_table(self._rows, self._schema, self._results)
        self._rows = []
        target = self._part(self._parts)
        unfinished = target.with_suffix(".unfinished")
        with unfinished.open("wb") as stream:
            pyarrow().parquet.write_table(table, stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
        synced(self._folder)
        self._parts += 1

    def close(self) -> None:
        """See `Writer`."""

    def publish(self) -> None:
        """See `Writer`.

        Each step can be done again: the parts go only when the whole is on the disk, and when the
        whole has taken its place no parts are left.
        """
        if not self._folder.exists():
            return
        if not self._whole.exists() and (parts := self._found()):
            self._merge(parts)
        if self._whole.exists():
            for path in self._folder.iterdir():
                if path != self._whole:
                    path.unlink()
            self._whole.replace(self.path)
        shutil.rmtree(self._folder)
        synced(self.path.parent)

    def _merge(self, parts: Sequence[Path]) -> None:
        """Make the whole of its parts."""
        pa = pyarrow()
        unfinished = self._whole.with_suffix(".unfinished")
        schema = pa.parquet.read_schema(parts[0])
        if not any(map(_has_rest, parts)):
            schema = schema.remove(schema.get_field_index(REST))
        with (
            unfinished.open("wb") as stream,
            pa.parquet.ParquetWriter(stream, schema, compression="zstd") as writer,
        ):
            for table in _gathered(parts, schema.names):
                writer.write_table(table.cast(schema))
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(self._whole)
        synced(self._folder)


def _gathered(parts: Sequence[Path], names: list[str]) -> Iterator[Any]:
    """The rows of parts, those of several small parts together."""
    pa = pyarrow()
    tables: list[Any] = []
    for path in parts:
        tables.append(pa.parquet.read_table(path, columns=names, partitioning=None))
        if sum(table.nbytes for table in tables) >= _ROW_GROUP:
            yield pa.concat_tables(tables)
            tables = []
    if tables:
        yield pa.concat_tables(tables)


def _has_rest(path: Path) -> bool:
    """Whether a part has rows with something in the column for what fits nowhere."""
    column = pyarrow().parquet.read_table(path, columns=[REST], partitioning=None).column(REST)
    return bool(column.null_count < len(column))


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

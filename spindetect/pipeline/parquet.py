"""Parquet that can be taken back to where it was known to be whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from spindetect.errors import InputError
from spindetect.inputs.arrow import pyarrow
from spindetect.pipeline.journal import synced
from spindetect.pipeline.outputs import partial
from spindetect.pipeline.rows import Row
from spindetect.pipeline.tables import REST, arrow_table, schema_of

__all__ = ["ParquetWriter"]

# Bytes of rows that become one row group of the finished Parquet file.
_ROW_GROUP = 32_000_000


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

"""Outputs that can be taken back to where they were known to be whole.

A writer fills ``OUT.partial`` and puts it in the place of ``OUT`` when all is written. What
`commit` has returned a position for is on the disk; `restore` takes back all behind a position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from spindetect.pipeline.parquet import ParquetWriter
from spindetect.pipeline.row_files import CsvWriter, JsonlWriter
from spindetect.pipeline.rows import Row

__all__ = ["Writer", "writer_of"]


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


def writer_of(output: Path, form: str, results: Mapping[str, str], *, nested: bool) -> Writer:
    """What writes an output in a format.

    Parameters
    ----------
    output : Path
    form : str
        One of `spindetect.pipeline.outputs.FORMS`.
    results : mapping
        Columns of results in tables, with their types.
    nested : bool
        In JSONL, have a document's own columns as one field.
    """
    match form:
        case "jsonl":
            return JsonlWriter(output, nested=nested)
        case "csv":
            return CsvWriter(output, list(results))
        case _:
            return ParquetWriter(output, results)

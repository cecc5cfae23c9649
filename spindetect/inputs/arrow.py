"""Documents of tables: Parquet, and Arrow's file and stream formats (Feather), by pyarrow.

pyarrow is imported here, and not before a table is met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, TypeAlias

from spindetect.errors import InputError
from spindetect.inputs.document import Document, Fields, Kind, failed, of_row

__all__ = ["ArrowRow", "of_table", "pyarrow"]

# That of pyarrow, which has no types and may not be installed.
RecordBatch: TypeAlias = Any

# Rows that are decoded together. A thousand pages are some megabytes.
_ROWS = 256

_NEEDS = 'Parquet and Arrow are read and written by pyarrow: pip install "spindetect[parquet]"'


def pyarrow() -> Any:
    """The package pyarrow with its part for Parquet.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet
    except ImportError as error:
        raise InputError(_NEEDS) from error
    return pa


class ArrowRow(Mapping[str, Any]):
    """A row of a record batch; its values become Python's when they are asked for."""

    __slots__ = ("batch", "number")

    def __init__(self, batch: RecordBatch, number: int) -> None:
        self.batch = batch
        self.number = number

    def __getitem__(self, name: str) -> Any:
        place = self.batch.schema.get_field_index(name)
        if place < 0:
            raise KeyError(name)
        value = self.batch.column(place)[self.number]
        try:
            return value.as_py()
        except (ValueError, OverflowError):
            # Nanoseconds, or a year beyond 9999, which Python's own times do not have.
            return str(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self.batch.schema.names)

    def __len__(self) -> int:
        return len(self.batch.schema.names)


def of_table(name: str, stream: BinaryIO, kind: Kind, fields: Fields) -> Iterator[Document]:
    """One document for each row of the table in `stream`, which Parquet needs to seek in."""
    pa = pyarrow()
    number = 0
    try:
        for batch in _batches(stream, kind):
            if number == 0:
                _check(batch.schema.names, fields)
            for i in range(batch.num_rows):
                number += 1
                where = f"{name}, row {number}"
                yield of_row(f"{name}:{number}", where, ArrowRow(batch, i), fields)
    except (pa.ArrowException, OSError) as failure:
        reason = str(failure).splitlines()[0].rstrip(".")
        what = "Parquet" if kind is Kind.PARQUET else "Arrow"
        yield failed(name, f"not {what}, or damaged after {number:,} rows ({reason})")


def _batches(stream: BinaryIO, kind: Kind) -> Iterator[RecordBatch]:
    """The rows of the table, some at a time; at least one batch, which may be empty."""
    pa = pyarrow()
    if kind is Kind.PARQUET:
        if not stream.seekable():
            raise InputError("Parquet cannot be read from a pipe; name the file")
        file = pa.parquet.ParquetFile(stream, pre_buffer=False)
        schema = file.schema_arrow
        yield pa.RecordBatch.from_arrays([pa.array([], f.type) for f in schema], schema=schema)
        yield from file.iter_batches(batch_size=_ROWS, use_threads=False)
        return
    is_file = stream.peek(6).startswith(b"ARROW1")  # type: ignore[attr-defined]
    if is_file and not stream.seekable():
        raise InputError("an Arrow file cannot be read from a pipe; name the file")
    reader = pa.ipc.open_file(stream) if is_file else pa.ipc.open_stream(stream)
    schema = reader.schema
    yield pa.RecordBatch.from_arrays([pa.array([], f.type) for f in schema], schema=schema)
    found = (reader.get_batch(i) for i in range(reader.num_record_batches)) if is_file else reader
    for batch in found:
        for begin in range(0, batch.num_rows, _ROWS):
            yield batch.slice(begin, _ROWS)


def _check(names: list[str], fields: Fields) -> None:
    """Nothing, if the columns can hold documents."""
    if fields.text not in names and fields.html not in names:
        has = ", ".join(names) or "none"
        raise InputError(f'no column "{fields.text}" or "{fields.html}"; its columns are: {has}')
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f'two columns are called "{twice}"; rename one of them')

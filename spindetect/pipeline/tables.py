"""Columns of a table: which ones it has, and what of a row does not fit into them.

The first rows decide. What later rows have beside them, or of another type, is kept as JSON in the
column `REST`, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from spindetect.inputs.arrow import ArrowRow, pyarrow
from spindetect.pipeline.rows import Chosen, Row, json_text

__all__ = ["REST", "arrow_table", "arrow_type", "fitted", "names_of", "schema_of"]

# What stands in none of the columns, as a JSON object; null if there is nothing.
REST = "spin_rest"

# Those of pyarrow, which has no types and may not be installed.
Field: TypeAlias = Any
Schema: TypeAlias = Any
Table: TypeAlias = Any

_SURROGATE = re.compile("[\ud800-\udfff]")


def names_of(rows: Sequence[Row]) -> list[str]:
    """All columns that rows have of their own, in order of their first appearance.

    >>> names_of([Row({"id": 1}, {}), Row({"id": 2, "url": "x"}, {})])
    ['id', 'url']
    """
    return list(dict.fromkeys(name for row in rows for name in row.columns))


def fitted(row: Row, names: Sequence[str]) -> tuple[list[Any], str | None]:
    """The values of a row in these columns, and JSON of all others.

    >>> fitted(Row({"id": 1, "url": "x"}, {}), ["id", "title"])
    ([1, None], '{"url": "x"}')
    """
    others = {name: value for name, value in row.columns.items() if name not in names}
    rest = json_text(others) if others else None
    return [row.columns.get(name) for name in names], rest


def arrow_type(notation: str) -> Any:
    """The type of Arrow that a notation of `spindetect.pipeline.rows.RESULTS` stands for."""
    pa = pyarrow()
    span = [("start", pa.int64()), ("end", pa.int64())]
    probability = ("probability", pa.float64())
    match notation:
        case "strings":
            return pa.list_(pa.string())
        case "sentences":
            return pa.list_(pa.struct([*span, probability]))
        case "anomalies":
            words = [("text", pa.string()), ("expected", pa.list_(pa.string()))]
            return pa.list_(pa.struct([*span, *words, ("gain", pa.float64()), probability]))
        case _:
            return pa.type_for_alias(notation)


def schema_of(rows: Sequence[Row], results: Mapping[str, str]) -> Schema:
    """The schema of a table whose first rows are `rows`.

    Columns of Arrow rows keep their types; others have one if all their values are text, or
    truth values, or numbers.
    """
    pa = pyarrow()
    fields = []
    for name in names_of(rows):
        given = next((t for row in rows if (t := _given_type(row.columns, name))), None)
        inferred = given or _inferred([row.columns.get(name) for row in rows])
        taken = name in results or name == REST or _SURROGATE.search(name)
        if inferred is not None and not taken:
            fields.append(pa.field(name, inferred))
    fields += [pa.field(name, arrow_type(notation)) for name, notation in results.items()]
    return pa.schema([*fields, pa.field(REST, pa.string())])


def _given_type(columns: Mapping[str, Any], name: str) -> Any:
    """The type that the column has in the table that a row is of, if it is of one."""
    if isinstance(columns, Chosen):
        if name in columns.first:
            return None
        columns = columns.row
    if isinstance(columns, ArrowRow) and name in columns.batch.schema.names:
        return columns.batch.schema.field(name).type
    return None


def _inferred(values: Sequence[Any]) -> Any:
    """The type of a column of plain values; None if there is none for all of them."""
    pa = pyarrow()
    kinds = {type(value) for value in values if value is not None}
    match sorted(kind.__name__ for kind in kinds):
        case ["str"]:
            return pa.string()
        case ["bool"]:
            return pa.bool_()
        case ["int"]:
            return pa.int64()
        case ["float"] | ["float", "int"]:
            return pa.float64()
        case _:
            return None


def arrow_table(rows: Sequence[Row], schema: Schema, results: Collection[str]) -> Table:
    """The rows as a table of this schema; `results` are the names of its columns of results."""
    pa = pyarrow()
    if not rows:
        return schema.empty_table()
    own = [field for field in schema if field.name not in results and field.name != REST]
    names = [field.name for field in own]
    rest: list[dict[str, Any]] = [
        {name: value for name, value in row.columns.items() if name not in names} for row in rows
    ]
    arrays = {}
    for field in own:
        arrays[field.name], misfits = _column(rows, field)
        for place, value in misfits.items():
            rest[place][field.name] = value
    for name in results:
        values = [row.results[name] for row in rows]
        arrays[name] = pa.array(_valid(values), schema.field(name).type)
    texts = [json_text(others) if others else None for others in rest]
    arrays[REST] = pa.array(_valid(texts), pa.string())
    return pa.table([arrays[field.name] for field in schema], schema=schema)


def _column(rows: Sequence[Row], field: Field) -> tuple[Any, dict[int, Any]]:
    """The column of the rows, and the values that do not fit into it by their places."""
    pa = pyarrow()
    pieces = []
    misfits: dict[int, Any] = {}
    for place, row in enumerate(rows):
        if (given := _given_type(row.columns, field.name)) is not None and given == field.type:
            columns = row.columns.row if isinstance(row.columns, Chosen) else row.columns
            assert isinstance(columns, ArrowRow)
            values = columns.batch.column(columns.batch.schema.get_field_index(field.name))
            pieces.append(values.slice(columns.number, 1))
            continue
        value = row.columns.get(field.name)
        array = None if value is None else _fitting(value, field.type)
        if value is not None and array is None:
            misfits[place] = value
        pieces.append(pa.nulls(1, field.type) if array is None else array)
    return pa.concat_arrays(pieces), misfits


def _fitting(value: Any, type: Any) -> Any:
    """An array of the one value, if that is of the type as it stands."""
    pa = pyarrow()
    if _inferred([value]) != type and not (pa.types.is_float64(type) and _is_whole(value)):
        return None
    try:
        return pa.array(_valid([value]), type)
    except (pa.ArrowException, OverflowError):
        return None


def _is_whole(value: Any) -> bool:
    """Whether a value is a whole number that a float holds exactly."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**53


def _valid(values: list[Any]) -> list[Any]:
    """The values with U+FFFD for half characters, which UTF-8 does not know."""
    return [_valid_value(value) for value in values]


def _valid_value(value: Any) -> Any:
    """As `_valid`, for a value of any depth."""
    match value:
        case str():
            return _SURROGATE.sub("\ufffd", value)
        case list():
            return [_valid_value(item) for item in value]
        case dict():
            return {key: _valid_value(item) for key, item in value.items()}
        case _:
            return value

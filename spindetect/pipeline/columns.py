"""Columns of results for a frame of pandas or polars, beside those that are there.

Tables made of reports alone are those of `spindetect.frame`. Neither package is imported unless a
frame of it is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from spindetect.detector import Detector
from spindetect.errors import InputError
from spindetect.inputs.document import text_of
from spindetect.pipeline.rows import RESULTS, results_of
from spindetect.report import Report

__all__ = ["score_frame"]

Frame = TypeVar("Frame")


def score_frame(
    detector: Detector,
    frame: Frame,
    text: str = "text",
    *,
    html: str = "html",
    n_jobs: int = 1,
    mode: str = "balanced",
    prior: float = 0.5,
) -> Frame:
    """A copy of a frame of pandas or polars with columns of results; see `spindetect.score_frame`.

    Raises
    ------
    InputError
        If it has no such column, or is no frame.
    """
    names = _named(frame, text, html)
    reports = detector.score_many(
        enumerate(_texts(frame, text, html)), n_jobs=n_jobs, mode=mode, prior=prior
    )
    rows = [results_of(_with_place(report, names)) for report in reports]
    columns = {name: [row[name] for row in rows] for name in RESULTS}
    found: Frame = _joined(frame, columns)
    return found


def _package(frame: object) -> str:
    """The package whose frame it is."""
    kind = type(frame)
    package = kind.__module__.partition(".")[0]
    if kind.__name__ == "LazyFrame":
        raise InputError("a LazyFrame has no rows yet: call its method collect first")
    if package not in ("pandas", "polars") or kind.__name__ != "DataFrame":
        raise InputError(
            f"score_frame wants a DataFrame of pandas or polars, got {package}.{kind.__name__}"
        )
    return package


def _named(frame: Any, text: str, html: str) -> list[str]:
    """Which of both columns the frame has."""
    _package(frame)
    names = [str(name) for name in frame.columns]
    found = [name for name in (text, html) if name in names]
    if not found:
        raise InputError(f'no column is called "{text}" or "{html}"; there are: {names}')
    for name in found:
        if names.count(name) > 1:
            raise InputError(f'more than one column is called "{name}"; rename one of them')
    return found


def _texts(frame: Any, text: str, html: str) -> Iterator[Any]:
    """The text of each row, that of its page if it has no other; None where there is neither."""
    for own, page in zip(_values(frame, text), _values(frame, html), strict=True):
        if isinstance(own, str) or not isinstance(page, str | bytes):
            yield own if isinstance(own, str) else None
        else:
            yield text_of(None, page)


def _values(frame: Any, name: str) -> Sequence[Any]:
    """The values of a column; as many times None if there is no such column."""
    if name not in [str(each) for each in frame.columns]:
        return [None] * len(frame)
    found: list[Any] = frame[name].to_list()
    return found


def _with_place(report: Report, names: list[str]) -> Report:
    """The report; if there is no text, with the row in its reason."""
    if report.error is None:
        return report
    assert isinstance(report.id, int)
    quoted = " or ".join(f'"{name}"' for name in names)
    return Report.unreadable(report.id, f"row {report.id + 1}: no text in the column {quoted}.")


def _joined(frame: Any, columns: dict[str, list[Any]]) -> Any:
    """The frame with these columns, in the place of those of the same names."""
    if _package(frame) == "polars":
        import polars as pl

        return frame.with_columns(
            pl.Series(name, values, _polars_type(pl, RESULTS[name]))
            for name, values in columns.items()
        )
    import pandas as pd

    types = {"string": "string", "double": "float64", "int64": "Int64"}
    return frame.assign(
        **{
            name: pd.Series(values, frame.index, types.get(RESULTS[name], "object"))
            for name, values in columns.items()
        }
    )


def _polars_type(pl: Any, notation: str) -> Any:
    """The type of polars for a notation of `RESULTS`."""
    span = {"start": pl.Int64, "end": pl.Int64}
    match notation:
        case "string":
            return pl.String
        case "double":
            return pl.Float64
        case "int64":
            return pl.Int64
        case "strings":
            return pl.List(pl.String)
        case "sentences":
            return pl.List(pl.Struct(span | {"probability": pl.Float64}))
        case _:
            words = {"text": pl.String, "expected": pl.List(pl.String)}
            numbers = {"gain": pl.Float64, "probability": pl.Float64}
            return pl.List(pl.Struct(span | words | numbers))

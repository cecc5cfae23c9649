"""Columns of results in a DataFrame of Apache Spark.

>>> from spindetect.pipeline.spark import score_column  # doctest: +SKIP
>>> score_column(spark.read.json("crawl/"), "text").write.parquet("scored/")  # doctest: +SKIP
"""

# Annotations are values here: Spark reads those of the function that it is given.
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from spindetect.errors import InputError
from spindetect.pipeline.engines import BATCH, MAX_CHARACTERS, Scoring, work_of
from spindetect.pipeline.rows import RESULTS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["score_column"]

# Where the results stand before they are columns.
_STRUCT = "__spindetect__"

_SPAN = "start: bigint, end: bigint"
_PHRASE = "text: string, expected: array<string>, gain: double"

# Types of Spark for those of `RESULTS`.
_TYPES = {
    "string": "string",
    "double": "double",
    "int64": "bigint",
    "strings": "array<string>",
    "sentences": f"array<struct<{_SPAN}, probability: double>>",
    "anomalies": f"array<struct<{_SPAN}, {_PHRASE}, probability: double>>",
}


def score_column(
    df: "DataFrame",
    text: str = "text",
    *,
    html: str | None = None,
    model: str | None = None,
    mode: str = "balanced",
    prior: float = 0.5,
    results: Sequence[str] = tuple(RESULTS),
    max_characters: int = MAX_CHARACTERS,
) -> "DataFrame":
    """A DataFrame with the results of scoring one of its columns, as further columns.

    Nothing is scored before Spark is asked for rows. Each Python worker loads the model once; its
    tables are mapped, so that the workers of a machine share them. Of the columns only the scored
    ones travel to Python, in batches of ``spark.sql.execution.arrow.maxRecordsPerBatch`` rows.

    Parameters
    ----------
    df : pyspark.sql.DataFrame
    text : str
        Column with the texts.
    html : str, optional
        Column with pages, text or bytes; a row without a text is scored by the main text of its
        page.
    model : str, optional
        Folder of a model, as it is called on the workers; the bundled one if left out.
    mode, prior : str, float
        As in `spindetect.score`.
    results : sequence of str
        The columns to add, all of ``docs/pipelines.md`` by default. Sentences and anomalies are
        most of the bytes.
    max_characters : int
        A longer text becomes an error, before it can end a worker.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of `df` and those of `results`, in the place of columns of such names. Where a
        row has no text, or cannot be scored, ``spin_error`` says so, and all else is null.

    Raises
    ------
    InputError
        If there is no such column, or it does not hold strings; if there is no such result.
    ValueError
        If there is no such mode, or the prior does not lie between 0 and 1.
    pyspark.errors.PythonException
        When rows are asked for, if a worker has no sound model; it names the folder and the
        machine.

    Notes
    -----
    A row is scored once, whatever is done with its results; so Spark does not move a filter below
    the scoring. Filter by other columns first.
    """
    return _scored(
        df, Scoring(work_of(model, mode, prior), text, html, (*results,), max_characters)
    )


def _scored(df: "DataFrame", scoring: Scoring) -> "DataFrame":
    """The DataFrame with results; see `score_column`."""
    from pyspark.sql.functions import struct

    types = dict(df.dtypes)
    scoring.check(df.columns)
    for name in scoring.inputs:
        allowed = ("string", "varchar", "char") + ("binary",) * (name == scoring.html)
        if types[name].partition("(")[0] not in allowed:
            raise InputError(
                f'the column "{name}" holds {types[name]}, not strings; '
                f'cast it first: df.withColumn("{name}", df["{name}"].cast("string"))'
            )
    udf = _udf(scoring)
    found: DataFrame = df.withColumn(_STRUCT, udf(struct(*map(_quoted, scoring.inputs))))
    # Names differ by more than case, as Spark has it unless it is told otherwise.
    taken = [name for name in df.columns if name.lower() in scoring.results]
    return found.drop(*taken).select("*", f"{_STRUCT}.*").drop(_STRUCT)


def _quoted(name: str) -> str:
    """A name as it stands in an expression: whole, whatever dots it has."""
    return "`" + name.replace("`", "``") + "`"


def _udf(scoring: Scoring) -> Any:
    """The function of Spark that scores rows."""
    import pandas as pd
    from pyspark.sql.functions import pandas_udf

    def scored(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        scorer = scoring.work.load()
        for batch in batches:
            columns = [batch[name].tolist() for name in scoring.inputs]
            for begin in range(0, len(batch), BATCH):
                texts, *pages = (values[begin : begin + BATCH] for values in columns)
                found = scoring.columns(scorer, texts, pages[0] if pages else None)
                # Objects, which pandas leaves as they are.
                yield pd.DataFrame({k: pd.Series(v, dtype="object") for k, v in found.items()})

    schema = ", ".join(f"{name} {_TYPES[RESULTS[name]]}" for name in scoring.results)
    # What Spark believes to be deterministic it computes twice: for a filter, and for the rows that
    # pass.
    return pandas_udf(scored, schema).asNondeterministic()

"""Copies within Apache Spark: anchors are brought together by its own group-by.

>>> from spindetect.copies.spark import copies  # doctest: +SKIP
>>> copies(spark.read.json("crawl/")).write.parquet("copies/")  # doctest: +SKIP
"""

# Annotations are values here: Spark reads those of the functions that it is given.
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from spindetect.copies.candidates import LARGE, Groups, links, suffices
from spindetect.copies.fingerprint import LEAST_WORDS
from spindetect.copies.match import matched, weights
from spindetect.copies.reader import reader
from spindetect.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

__all__ = ["copies"]

# Texts that are fingerprinted together, and pairs that are compared together.
_BATCH = 100

_RESULT = (
    "first string, second string, probability double, kind string, spun double, whole boolean, "
    "covered double, covered_longer double"
)


def copies(df: "DataFrame", *, id: str = "id", text: str = "text") -> "DataFrame":
    """Pairs of rows that share a source.

    Parameters
    ----------
    df : pyspark.sql.DataFrame
    id, text : str
        Columns with an id, a different one for each row, and the text.

    Returns
    -------
    pyspark.sql.DataFrame
        ``first``, ``second`` (ids as strings), ``probability``, ``kind``, ``spun``, ``whole``,
        ``covered``, ``covered_longer`` as in `spindetect.copies.Match`. Of rows with the same words
        each is paired with the least id among them, as ``exact``, and only that one with others.

    Raises
    ------
    InputError
        If there is no such column.
    """
    from pyspark.sql import functions as f

    for name in (id, text):
        if name not in df.columns:
            raise InputError(f'there is no column "{name}"; there are {", ".join(df.columns)}')
    rows = df.select(f.col(id).cast("string").alias("id"), f.col(text).alias("text"))
    prints = rows.where("text is not null").mapInPandas(
        _prints, "id string, exact string, anchors array<bigint>"
    )
    prints = prints.where("exact is not null").persist()
    firsts = prints.groupBy("exact").agg(f.min("id").alias("first"))
    exact = prints.join(firsts, "exact").where("id != first")
    distinct = prints.join(firsts.select(f.col("first").alias("id")), "id")
    grouped = (
        distinct.select("id", f.explode("anchors").alias("hash"))
        .groupBy("hash")
        .agg(f.sort_array(f.collect_set("id")).alias("ids"))
        .where("size(ids) > 1")
    )
    found = grouped.mapInPandas(_links, "first string, second string, large int")
    counts = found.groupBy("first", "second").agg(
        f.count("*").alias("shared"), f.sum("large").alias("large")
    )
    sizes = distinct.select("id", f.size("anchors").alias("size"))
    for side in ("first", "second"):
        own = sizes.select(f.col("id").alias(side), f.col("size").alias(f"{side}_size"))
        counts = counts.join(own, side)
    smaller = f.least("first_size", "second_size")
    pairs = counts.where(suffices(f.col("shared"), f.col("large"), smaller)).select(
        "first", "second", smaller.alias("smaller")
    )
    common = (
        distinct.select("id", f.explode("anchors").alias("hash"))
        .join(grouped.where(f.size("ids") > LARGE).select("hash"), "hash")
        .groupBy("id")
        .agg(f.collect_list("hash").alias("common"))
    )
    pages = rows.join(distinct.select("id", "anchors"), "id").join(common, "id", "left")
    for side in ("first", "second"):
        own = pages.select(
            f.col("id").alias(side),
            f.col("text").alias(f"{side}_text"),
            f.col("anchors").alias(f"{side}_anchors"),
            f.coalesce("common", f.array().cast("array<bigint>")).alias(f"{side}_common"),
        )
        pairs = pairs.join(own, side)
    # Links of large groups are too few: now all anchors that both have are counted.
    shared, large = (
        f.size(f.array_intersect(f"first_{name}", f"second_{name}"))
        for name in ("anchors", "common")
    )
    pairs = pairs.where(suffices(shared, large, f.col("smaller"))).select(
        "first", "second", "first_text", "second_text"
    )
    alike = exact.select(
        f.col("first"),
        f.col("id").alias("second"),
        *(f.expr(f"{value} as {name}") for name, value in _EXACT.items()),
    )
    return pairs.mapInPandas(_matches, _RESULT).unionByName(alike)


# What a pair with the same words is.
_EXACT = {
    "probability": "1.0d",
    "kind": "'exact'",
    "spun": "0.0d",
    "whole": "true",
    "covered": "1.0d",
    "covered_longer": "1.0d",
}


def _prints(batches: Iterator["pd.DataFrame"]) -> Iterator["pd.DataFrame"]:
    """Of each row that is not tiny, what tells its words, and its anchors."""
    import pandas as pd

    read = reader()
    for batch in batches:
        for begin in range(0, len(batch), _BATCH):
            rows = batch.iloc[begin : begin + _BATCH]
            stream = read.read(rows["text"].tolist())
            exact: list[str | None] = [
                f"{words}:{n}" if n >= LEAST_WORDS else None
                for words, n in zip(stream.exact.tolist(), stream.n_words.tolist(), strict=True)
            ]
            anchors: list[Any] = [
                np.unique(stream[at].anchors).view(np.int64).tolist() for at in range(len(stream))
            ]
            yield pd.DataFrame({"id": rows["id"].tolist(), "exact": exact, "anchors": anchors})


def _links(batches: Iterator["pd.DataFrame"]) -> Iterator["pd.DataFrame"]:
    """Links of the rows of each group."""
    import pandas as pd

    for batch in batches:
        ids = np.array([id for group in batch["ids"] for id in group], dtype=object)
        group = np.repeat(np.arange(len(batch)), [len(group) for group in batch["ids"]])
        found = links(Groups.of(group.astype(np.uint64), np.arange(len(ids))))
        yield pd.DataFrame(
            {
                "first": ids[found[:, 0]],
                "second": ids[found[:, 1]],
                "large": found[:, 2].astype(np.int32),
            }
        )


def _matches(batches: Iterator["pd.DataFrame"]) -> Iterator["pd.DataFrame"]:
    """The pairs that share a source."""
    import pandas as pd

    read, learned = reader(), weights()
    names = [column.split()[0] for column in _RESULT.split(", ")]
    for batch in batches:
        for begin in range(0, len(batch), _BATCH):
            rows = batch.iloc[begin : begin + _BATCH]
            stream = read.read([*rows["first_text"], *rows["second_text"]])
            found = []
            for at, (first, second) in enumerate(
                zip(rows["first"].tolist(), rows["second"].tolist(), strict=True)
            ):
                match = matched(stream[at], stream[at + len(rows)], learned)
                if match.is_copy:
                    found.append(
                        (
                            first,
                            second,
                            match.probability,
                            match.kind.value,
                            match.spun,
                            match.is_whole,
                            match.covered,
                            match.covered_longer,
                        )
                    )
            yield pd.DataFrame(found, columns=names)

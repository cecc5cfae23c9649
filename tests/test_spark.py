"""Spark: a real one, on this machine alone, says what the plain runner says."""

from datetime import date
from pathlib import Path
from typing import Any

import engine_rows
import pytest

from spindetect.errors import InputError
from spindetect.pipeline import spark as engine
from spindetect.pipeline.engines import BATCH, Scoring
from spindetect.pipeline.rows import RESULTS

pytest.importorskip("pyspark", reason="the extra spark is not installed")

pytestmark = [
    # Spark says so of every pandas that is newer than itself; what is used of pandas here is a
    # column of objects.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    # Its gateway leaves sockets and a process to the end of the interpreter.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]


def scored(frame: Any, folder: Path) -> Any:
    """The frame with the results of a detector that takes notes in a folder."""
    return engine._scored(frame, Scoring(engine_rows.noted(folder), "text"))


def rows(frame: Any) -> list[dict[str, Any]]:
    """All rows, as plain values."""
    return [row.asDict(recursive=True) for row in frame.collect()]


def test_results_are_those_of_the_plain_runner(session: Any, tmp_path: Path) -> None:
    source = engine_rows.written(tmp_path)
    frame = session.read.schema("id string, text string, html string").json(str(source))
    found = rows(engine.score_column(frame, "text", html="html").repartition(2))
    engine_rows.check({row["id"]: row for row in found}, engine_rows.plain(source))


def test_other_columns_stay_as_they_are(session: Any, tmp_path: Path) -> None:
    day = date(2026, 11, 23)
    frame = session.createDataFrame(
        [("steered by a few words", 7, day, "old"), (None, None, None, None)],
        "`a.text` string, n int, d date, SPIN_error string",
    )
    only = ("spin_probability", "spin_error")
    scoring = Scoring(engine_rows.noted(tmp_path), "a.text", results=only)
    found = engine._scored(frame, scoring)
    assert found.dtypes == [*frame.dtypes[:3], ("spin_probability", "double"), (only[1], "string")]
    assert [tuple(row) for row in found.collect()] == [
        ("steered by a few words", 7, day, 0.998, None),
        (None, None, None, None, 'the row: no string in the column "a.text".'),
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"text": "body"}, r"is called \"body\"; there are: \['n', 'text', 'html'\]"),
        ({"text": "n"}, r'the column "n" holds int, not strings; cast it first'),
        ({"html": "page"}, r"is called \"page\""),
        ({"results": ["spin"]}, r"there is no result 'spin': choose of spin_verdict, "),
        ({"results": []}, r"no results are asked for"),
    ],
)
def test_what_cannot_be_scored_is_said_at_once(
    session: Any, options: dict[str, Any], sentence: str
) -> None:
    frame = session.createDataFrame([], "n int, text string, html binary")
    with pytest.raises(InputError, match=sentence):
        engine.score_column(frame, **options)
    with pytest.raises(ValueError, match="no mode 'strict'"):
        engine.score_column(frame, mode="strict")
    assert rows(engine.score_column(frame, html="html")) == []


def test_a_bad_row_fails_no_job(session: Any, tmp_path: Path) -> None:
    texts = ["fail", "one employee steered me", None, "x" * 101]
    frame = session.createDataFrame([(text,) for text in texts], "text string")
    scoring = Scoring(engine_rows.noted(tmp_path), "text", max_characters=100)
    found = rows(engine._scored(frame, scoring))
    assert [row["spin_error"] for row in found] == [
        "the row: it could not be scored (ValueError('a bug')).",
        None,
        'the row: no string in the column "text".',
        "the row: it has 101 characters, more than max_characters=100.",
    ]
    assert [row["spin_verdict"] for row in found] == [None, "spun", None, None]
    assert found[1]["spin_anomalies"][0]["expected"] == ["told", "informed"]


def test_a_killed_worker_loses_and_doubles_nothing(session: Any, tmp_path: Path) -> None:
    n = 5 * BATCH
    data = [(i, "die" if i == n // 2 else "a few words of text") for i in range(n)]
    frame = session.createDataFrame(data, "id int, text string").repartition(3)
    target = str(tmp_path / "out")
    scored(frame, tmp_path).write.parquet(target)
    assert (tmp_path / "died").exists()
    found = session.read.parquet(target)
    assert sorted(row["id"] for row in found.select("id").collect()) == list(range(n))
    assert found.filter("spin_verdict is null").count() == 0


def test_a_row_is_scored_once_whatever_is_done_with_it(session: Any, tmp_path: Path) -> None:
    data = [(i, "one employee steered me" if i % 2 else "a few words more") for i in range(300)]
    frame = session.createDataFrame(data, "id int, text string").coalesce(1)
    found = scored(frame, tmp_path).filter("spin_verdict = 'spun' and id < 100")
    assert len(found.select("id", "spin_probability").collect()) == 50
    assert engine_rows.scored(tmp_path) == 300


def test_a_model_that_a_worker_lacks_is_named(session: Any) -> None:
    from pyspark.errors import PythonException

    frame = session.createDataFrame([("a few words",)], "text string")
    with pytest.raises(
        PythonException, match=r"on the worker \S+: /none/model.json cannot be read"
    ):
        engine.score_column(frame, model="/none").collect()


def test_types_are_those_of_the_plain_runner(session: Any) -> None:
    frame = engine.score_column(session.createDataFrame([], "text string"))
    assert [name for name, _ in frame.dtypes] == ["text", *RESULTS]

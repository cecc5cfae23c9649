"""Ray: a real one, on this machine alone, says what the plain runner says."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import engine_rows
import pytest

from spindetect.errors import InputError
from spindetect.pipeline import ray as engine
from spindetect.pipeline.engines import BATCH, Scoring
from spindetect.pipeline.rows import RESULTS
from spindetect.pipeline.tables import arrow_type

pytest.importorskip("ray.data", reason="the extra ray is not installed")
pa = pytest.importorskip("pyarrow", reason="the extra ray is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="the extra ray is not installed")

ROOT = Path(__file__).parent.parent

pytestmark = [
    # Ray warns of options that it sets itself.
    pytest.mark.filterwarnings(r"ignore:`(use_|target_shuffle_)\w+` is deprecated"),
]


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    """Ray on two cores."""
    with pytest.MonkeyPatch.context() as patch:
        # Nothing is reported to its makers, and no token is left in the user's folder.
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "disabled")
        # Workers that yield to everybody else would take minutes on a machine in use.
        patch.setenv("RAY_worker_niceness", "0")
        patch.setenv("RAY_raylet_start_wait_time_s", "300")
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests")]))
        import ray
        from ray.data import DataContext

        ray.init(
            num_cpus=2,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
            object_store_memory=150_000_000,
            _node_ip_address="127.0.0.1",
        )
        DataContext.get_current().enable_progress_bars = False
        yield ray
        ray.shutdown()


def scored(ds: Any, folder: Path, **options: Any) -> list[dict[str, Any]]:
    """The rows with the results of a detector that takes notes in a folder."""
    scoring = Scoring(engine_rows.noted(folder), "text", **options)
    found: list[dict[str, Any]] = engine._scored(ds, scoring, 1).take_all()
    return found


def test_results_are_those_of_the_plain_runner(ray: Any, tmp_path: Path) -> None:
    source, target = engine_rows.written(tmp_path), tmp_path / "out"
    ds = engine.score_column(ray.data.read_json(str(source)), "text", html="html", workers=2)
    ds.write_parquet(str(target))
    found = [row for path in target.glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    engine_rows.check({row["id"]: row for row in found}, engine_rows.plain(source))
    schema = pq.read_schema(next(target.glob("*.parquet")))
    assert {name: schema.field(name).type for name in RESULTS} == {
        name: arrow_type(notation) for name, notation in RESULTS.items()
    }


def test_bad_rows_fail_no_job_and_other_columns_stay(ray: Any, tmp_path: Path) -> None:
    texts = ["fail", "one employee steered me", None, "x" * 101, 7, 1.5, b"raw", ["a", "b"]]
    ds = ray.data.from_items([{"n": i, "text": t, "spin_error": 1} for i, t in enumerate(texts)])
    only = ("spin_verdict", "spin_anomalies", "spin_error")
    found = sorted(scored(ds, tmp_path, max_characters=100, results=only), key=lambda r: r["n"])
    assert [set(row) for row in found] == [{"n", "text", *only}] * len(texts)
    assert [row["text"] for row in found] == texts
    missing = 'the row: no string in the column "text".'
    assert [row["spin_error"] for row in found] == [
        "the row: it could not be scored (ValueError('a bug')).",
        None,
        missing,
        "the row: it has 101 characters, more than max_characters=100.",
        *[missing] * 4,
    ]
    assert found[1]["spin_anomalies"][0]["expected"] == ["told", "informed"]


def test_a_killed_worker_loses_and_doubles_nothing(ray: Any, tmp_path: Path) -> None:
    n = 5 * BATCH
    texts = ["die" if i == n // 2 else "a few words of text" for i in range(n)]
    rows = [{"n": i, "text": t} for i, t in enumerate(texts)]
    ds = ray.data.from_items(rows, override_num_blocks=1)
    # Results leave an actor before its block is done.
    ds.context.target_max_block_size = 1000
    found = scored(ds, tmp_path)
    assert (tmp_path / "died").exists()
    assert sorted(row["n"] for row in found) == list(range(n))
    assert {row["spin_verdict"] for row in found} == {"clean", "undecided"}
    assert engine_rows.scored(tmp_path) >= n


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"text": "body"}, InputError, r"is called \"body\"; there are: \['text'\]"),
        ({"results": ["spin"]}, InputError, r"there is no result 'spin': choose of spin_verdict"),
        ({"mode": "strict"}, ValueError, "no mode 'strict'"),
        ({"workers": 0}, InputError, "0 workers"),
    ],
)
def test_what_cannot_be_scored_is_said_at_once(
    ray: Any, options: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        engine.score_column(ray.data.from_items([{"text": "a"}]), **options)


@pytest.mark.parametrize(("workers", "at_once"), [(None, 1), (1, 1), (2, 2), (3, 2)])
def test_workers_start_at_once_and_leave_a_core(
    ray: Any, monkeypatch: pytest.MonkeyPatch, workers: int | None, at_once: int
) -> None:
    monkeypatch.setattr(ray, "cluster_resources", lambda: {"CPU": 3.0})
    assert engine._at_once(workers) == at_once


def test_a_model_that_a_worker_lacks_is_named(ray: Any) -> None:
    ds = ray.data.from_items([{"text": "a few words"}])
    with pytest.raises(Exception, match=r"on the worker \S+: /none/model.json cannot be read"):
        engine.score_column(ds, model="/none", workers=1).take_all()


def test_a_column_that_is_missed_late_is_named(tmp_path: Path) -> None:
    actor = engine._Actor(Scoring(engine_rows.noted(tmp_path), "text", "html"))
    with pytest.raises(InputError, match=r"is called \"text\"; there are: \['body'\]"):
        list(actor(pa.table({"body": ["a"]})))
    # Of two that are looked for one is enough.
    (table,) = actor(pa.table({"html": [b"<p>One employee steered me.", b"", None]}))
    found = table.to_pylist()
    assert [row["spin_verdict"] for row in found] == ["spun", "undecided", None]
    assert found[2]["spin_error"] == 'the row: no string in the column "text" or "html".'


def test_no_rows(tmp_path: Path) -> None:
    actor = engine._Actor(Scoring(engine_rows.noted(tmp_path), "text"))
    (found,) = actor(pa.table({"text": pa.array([], pa.null())}))
    assert (found.num_rows, found.column_names) == (0, ["text", *RESULTS])

"""The process of an engine that is measured: it starts the engine and runs it when it is told.

``python -m spindetect.benchmark.engine_worker NAME CORES ANSWERS [MODEL]`` writes to the descriptor
ANSWERS a line when it has started, and the seconds of each run that a line of standard input asks
for: a JSON list of a folder with JSONL and of an empty one.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["ENGINES", "PLAIN", "main", "missing"]

Run = Callable[[str, Path], object]

PLAIN = "plain runner"


@contextmanager
def _plain(cores: int, model: str | None) -> Iterator[Run]:
    """The plain runner."""
    from spindetect.detector import load
    from spindetect.pipeline.plan import Plan
    from spindetect.pipeline.runner import run as run_plan
    from spindetect.pipeline.work import Work

    def run(source: str, target: Path) -> None:
        output = target / "scores.jsonl"
        work = Work(partial(load, model))
        run_plan(Plan([source], output, "jsonl", work, n_jobs=cores), print)

    yield run


@contextmanager
def _spark(cores: int, model: str | None) -> Iterator[Run]:
    """A session of Spark on this machine."""
    from pyspark.sql import SparkSession

    from spindetect.pipeline.spark import score_column

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder: Any = SparkSession.builder
    session = (
        builder.master(f"local[{cores}]")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )

    def run(source: str, target: Path) -> None:
        frame = session.read.schema("id string, text string").json(source)
        score_column(frame, model=model).write.mode("overwrite").json(str(target))

    yield run
    session.stop()


@contextmanager
def _ray(cores: int, model: str | None) -> Iterator[Run]:
    """Ray on this machine."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")
    # Ray lets its workers yield to everybody else, which would be measured on a machine in use.
    os.environ.setdefault("RAY_worker_niceness", "0")
    import ray
    from ray.data import DataContext

    from spindetect.pipeline.ray import score_column

    # One more than score: reading and writing are tasks of their own, which would wait for a core.
    ray.init(
        num_cpus=cores + 1, include_dashboard=False, log_to_driver=False, logging_level="ERROR"
    )
    DataContext.get_current().enable_progress_bars = False

    def run(source: str, target: Path) -> None:
        score_column(ray.data.read_json(source), model=model, workers=cores).write_json(str(target))

    yield run
    ray.shutdown()


@contextmanager
def _datatrove(cores: int, model: str | None) -> Iterator[Run]:
    """The local executor of datatrove."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from spindetect.pipeline.datatrove import SpinAnnotator

    def run(source: str, target: Path) -> None:
        writer = JsonlWriter(str(target), compression=None)
        LocalPipelineExecutor(
            [JsonlReader(source), SpinAnnotator(model=model), writer],
            tasks=len(list(Path(source).iterdir())),
            workers=cores,
            logging_dir=str(target / "logs"),
        ).run()

    yield run


# The engines, with the packages that they need.
ENGINES = {
    PLAIN: (_plain, ()),
    "Spark": (_spark, ("pyspark", "pandas", "pyarrow")),
    "Ray": (_ray, ("ray", "pyarrow")),
    "datatrove": (_datatrove, ("datatrove", "orjson")),
}


def missing(name: str) -> str | None:
    """A package that an engine lacks here; None if it lacks none.

    >>> missing(PLAIN) is None
    True
    """
    for package in ENGINES[name][1]:
        try:
            version(package)
        except PackageNotFoundError:
            return package
    return None


def main(name: str, cores: str, answers: str, model: str | None = None) -> None:
    """Start the engine and run it as often as a line asks for it."""
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    with os.fdopen(int(answers), "w") as stream, ENGINES[name][0](int(cores), model) as run:
        print(0, file=stream, flush=True)
        for line in sys.stdin:
            source, target = json.loads(line)
            begin = time.perf_counter()
            run(source, Path(target))
            print(time.perf_counter() - begin, file=stream, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

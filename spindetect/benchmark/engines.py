"""Engines: what Spark, Ray and datatrove cost beside the plain runner, on the same cores.

Each runs in a process of its own and stays there. A round gives each of them, one after the other,
a few documents and then its share of all: both runs start the same, so that their difference is
the time of the documents between, with engine and model started. What the first run took beyond
its documents is the start-up.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import spindetect
from spindetect.benchmark.engine_worker import ENGINES, PLAIN, missing
from spindetect.benchmark.speed import PAGE
from spindetect.benchmark.speed_result import Measure, Speed, machine, versions
from spindetect.benchmark.texts import Text, read_texts
from spindetect.errors import SpindetectError
from spindetect.pipeline.rows import RESULTS, results_of
from spindetect.pipeline.tables import arrow_type

__all__ = ["engines"]

# Documents of a short run, for each core: more characters than after which the kernels are loaded.
_FEW = 100

# Files for each core: so many tasks that no core waits long for the last one.
_FILES = 8

# Pages of the collections that the costs are worked out for.
_COLLECTIONS = (100_000_000, 1_000_000_000)

# The results that a filter needs.
_VERDICT = ("spin_verdict", "spin_probability", "spin_error")

# Seconds between two looks at the memory.
_GLANCE = 1.0


@dataclass
class _Times:
    """Seconds of an engine: until it had started, of its first run, and of the runs of rounds."""

    start: float
    first: float
    few: list[float] = field(default_factory=list)
    many: list[float] = field(default_factory=list)


def engines(
    data: Path | None = None,
    *,
    sample: int | None = None,
    documents: int = 20_000,
    rounds: int = 5,
    cores: int = 1,
    model: Path | None = None,
) -> Speed:
    """Measure the engines that are installed, and the plain runner.

    Parameters
    ----------
    data, sample
        As in `spindetect.benchmark.benchmark`. The documents are made of paragraphs of the texts
        that are not spun, as most pages of a crawl are.
    documents : int
        Documents of all rounds together.
    rounds : int
        Interleaved rounds.
    cores : int
        Processes that score, of each engine.
    model : Path, optional
        Folder of a model; the bundled one if left out.

    Raises
    ------
    InputError
        If the data cannot be read.
    SpindetectError
        If an engine does not start or run, or the times tell nothing.
    """
    few, share = _FEW * cores, max(documents // rounds, 2 * _FEW * cores)
    names = [name for name in ENGINES if missing(name) is None]
    texts = pages(read_texts(data, sample), few + share)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        small = _written(Path(folder, "few"), texts[:few], cores)
        large = _written(Path(folder, "many"), texts[few:], cores)
        begun = {
            name: stack.enter_context(_engine(name, cores, model, Path(folder, f"{name}.log")))
            for name in names
        }
        times = {
            name: _Times(engine.start, engine.run(small, Path(folder, name)))
            for name, engine in begun.items()
        }
        for _ in range(rounds):
            for name, engine in begun.items():
                target = Path(folder, name)
                times[name].few.append(engine.run(small, target))
                times[name].many.append(engine.run(large, target))
        memory = {name: engine.memory for name, engine in begun.items()}
        measures = [
            *_figures(times, share - few, few, cores),
            *(Measure("memory of all its processes", n, m, "MB") for n, m in memory.items() if m),
            *_bytes(texts[:few], model),
        ]
    return Speed(
        "bundled texts that are not spun" if data is None else f"texts of {data.name}, not spun",
        sum(len(text.split()) for text in texts[few:]) * rounds,
        rounds,
        machine(),
        versions("pyspark", "ray", "datatrove", "pyarrow"),
        spindetect.load(model).name,
        tuple(measures),
        f"{share * rounds:,} documents of {PAGE} words and more, in {rounds} interleaved rounds; "
        f"{cores} processes score",
    )


def pages(texts: Sequence[Text], n: int) -> list[str]:
    """So many documents of at least `PAGE` words, of paragraphs drawn from texts; always the same.

    Texts that are not spun, unless there are no others.
    """
    clean = [t.text for t in texts if not t.is_spun] or [t.text for t in texts]
    paragraphs = [p for text in clean for p in text.split("\n\n") if p.strip()]
    draw = random.Random(0)  # noqa: S311 - no secret
    found = []
    for _ in range(n):
        parts: list[str] = []
        size = 0
        while size < PAGE:
            parts.append(draw.choice(paragraphs))
            size += len(parts[-1].split())
        found.append("\n\n".join(parts))
    return found


def _written(folder: Path, texts: Sequence[str], cores: int) -> Path:
    """A folder with files of JSONL that hold the texts, as many in each."""
    folder.mkdir()
    n = _FILES * cores
    for number in range(n):
        with (folder / f"{number:03}.jsonl").open("w", encoding="utf-8") as stream:
            for place in range(number, len(texts), n):
                stream.write(json.dumps({"id": f"page-{place}", "text": texts[place]}) + "\n")
    return folder


def _bytes(texts: Sequence[str], model: Path | None) -> Iterator[Measure]:
    """What a document and its results take on the disk."""
    reports = list(spindetect.load(model).score_many(texts))
    read = sum(len(json.dumps({"id": "page-1", "text": text})) + 1 for text in texts)
    yield Measure("JSONL that is read", "a document", read / len(texts), "bytes")
    records = sum(len(json.dumps(report.to_dict())) + 1 for report in reports)
    yield Measure("JSONL of spindetect score", "a document", records / len(texts), "bytes")
    if find_spec("pyarrow") is None:
        return
    from spindetect.inputs.arrow import pyarrow

    pa = pyarrow()
    rows = [results_of(report) for report in reports]
    for which, names in (("all results", list(RESULTS)), ("a verdict and why", _VERDICT)):
        columns = {n: pa.array([row[n] for row in rows], arrow_type(RESULTS[n])) for n in names}
        stream = io.BytesIO()
        pa.parquet.write_table(pa.table(columns), stream, compression="zstd")
        size = len(stream.getvalue()) / len(texts)
        yield Measure(f"Parquet, {which}", "a document", size, "bytes")


def _figures(
    times: Mapping[str, _Times], documents: int, few: int, cores: int
) -> Iterator[Measure]:
    """Start-up, throughput and cost of each engine, with what it adds to the plain runner."""
    seconds = {
        name: [many - little for many, little in zip(own.many, own.few, strict=True)]
        for name, own in times.items()
    }
    if any(second <= 0 for own in seconds.values() for second in own):
        raise SpindetectError(
            "more documents took no longer than a few: the machine is too busy to measure on, "
            "or --documents is too small"
        )
    rates = {name: documents / statistics.median(own) for name, own in seconds.items()}
    for name, own in times.items():
        started = max(0.0, own.start + own.first - few / rates[name])
        yield Measure("start-up", name, started, "s")
    for name, rate in rates.items():
        yield Measure("then", name, rate, "documents/s")
    for name in times.keys() - {PLAIN}:
        pairs = zip(seconds[name], seconds[PLAIN], strict=True)
        ratio = statistics.median(own / plain for own, plain in pairs)
        yield Measure("time beyond the plain runner", name, 100 * (ratio - 1), "%")
    for collection in _COLLECTIONS:
        for name, rate in rates.items():
            hours = collection / rate * cores / 3600
            yield Measure(f"{collection:,} documents", name, hours, "core-hours")


class _Engine:
    """An engine in a process of its own, and the most memory that this and its own ones had."""

    def __init__(self, process: subprocess.Popen[str], answers: IO[str], log: Path) -> None:
        self.process = process
        self._answers = answers
        self._log = log
        self.memory = 0.0
        begin = time.perf_counter()
        self._answer()
        self.start = time.perf_counter() - begin

    def run(self, source: Path, target: Path) -> float:
        """Seconds that it took to score a folder into another, which is made anew."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([str(source), str(target)]) + "\n")
        self.process.stdin.flush()
        stop = threading.Event()
        watch = threading.Thread(target=self._watch, args=(stop,))
        watch.start()
        try:
            return self._answer()
        finally:
            stop.set()
            watch.join()

    def _answer(self) -> float:
        """The seconds that the process says."""
        line = self._answers.readline()
        if not line:
            self.process.wait()
            said = self._log.read_text(errors="replace").strip().splitlines()
            raise SpindetectError(f"an engine has ended before its time ({(said or [''])[-1]})")
        return float(line)

    def _watch(self, stop: threading.Event) -> None:
        """Look at the memory until that is enough."""
        while not stop.wait(_GLANCE):
            self.memory = max(self.memory, _memory(self.process.pid))


@contextmanager
def _engine(name: str, cores: int, model: Path | None, log: Path) -> Iterator[_Engine]:
    """An engine that has started, until the context is left; what it says goes to `log`."""
    read, write = os.pipe()
    command = [sys.executable, "-m", "spindetect.benchmark.engine_worker", name, str(cores)]
    with log.open("w") as stream:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*command, str(write), *([] if model is None else [str(model)])],
            stdin=subprocess.PIPE,
            stdout=stream,
            stderr=stream,
            pass_fds=[write],
            text=True,
        )
    os.close(write)
    with os.fdopen(read) as answers, process:
        try:
            yield _Engine(process, answers, log)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def _memory(root: int) -> float:
    """Megabytes of a process and all below it, shared pages divided; 0 where nobody knows."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):  # it has just ended
            continue
    family = {root}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(map(_share, family)) / 1000


def _share(pid: int) -> int:
    """Kilobytes of a process, pages that it shares divided by those that share them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))

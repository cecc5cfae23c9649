"""Speed: what scoring costs, side by side with plain regular expressions and with other filters.

Everything is measured in one run, on the same documents of some 500 words. Times of many documents
are CPU times of one thread: the median over interleaved rounds, after a warm-up, of the ratio to
splitting the same documents into words and sentences by two regular expressions.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import cycle
from pathlib import Path
from typing import Any

from tqdm import tqdm

import spindetect
from spindetect import accelerator
from spindetect.benchmark import rivals
from spindetect.benchmark.texts import Text, read_texts
from spindetect.prose import prose
from spindetect.quality import assess
from spindetect.workers import in_order

__all__ = ["Measure", "Speed", "machine", "pages", "speed", "split", "versions"]

Contender = Callable[[Sequence[str]], object]

# Words of a document that is timed, at least.
PAGE = 500

# Characters that a fresh process scores before its memory is read: kernels are loaded by then.
_ENOUGH = 300_000

# Characters from which on the work of one process can be told from that of two: fewer are never
# given away (`spindetect.detector.Detector.score_many`).
_SHARED = 1_200_000

# Interleaved rounds of what takes CPU time, and of processes that are started for it.
ROUNDS = 5
_STARTS = 3

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*|[^\w\s]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

REGEX = "regular expressions"
QUALITY = "quality signals alone"
PLAIN = "spindetect, numpy"
FAST = "spindetect, numba"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure.

    Attributes
    ----------
    what : str
        What was measured.
    where : str
        On which documents, or in which process.
    value : float
        The median.
    unit : str
        ``x`` for a ratio, ``words/s``, ``documents/s``, ``%``, ``ms``, ``s``, ``MB``, ``bytes`` or
        ``core-hours``.
    """

    what: str
    where: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Speed:
    """All figures of a run.

    Attributes
    ----------
    data : str
        Where the texts are from.
    words : int
        Words that were timed, in documents of `PAGE` words and more.
    rounds : int
        Interleaved rounds.
    machine : str
        Processor, cores and Python.
    versions : mapping of str to str
        Packages that were measured.
    model : str
        Name of the model.
    measures : tuple of Measure
    how : str
        How the words were timed, as a part of a sentence.
    """

    data: str
    words: int
    rounds: int
    machine: str
    versions: Mapping[str, str]
    model: str
    measures: tuple[Measure, ...]
    how: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        rows = [{name: getattr(m, name) for name in m.__slots__} for m in self.measures]
        return fields | {"versions": dict(self.versions), "measures": rows}


def pages(texts: Iterable[str], words: int) -> list[str]:
    """Documents of at least `PAGE` words, whole texts each, so many that they have `words` words.

    Texts are taken over and over again.

    >>> found = pages(["word " * 200, "text " * 400], 1200)
    >>> [len(page.split()) for page in found]
    [600, 600]
    """
    found, parts, size, total = [], [], 0, 0
    for text in cycle([t for t in texts if t.strip()]):
        parts.append(text)
        size += len(text.split())
        if size >= PAGE:
            found.append("\n\n".join(parts))
            total += size
            parts, size = [], 0
            if total >= words:
                break
    return found


def speed(
    data: Path | None = None,
    *,
    sample: int | None = None,
    words: int = 60_000,
    model: Path | None = None,
    kenlm: Path | None = None,
    wheel: Path | None = None,
    rounds: int = ROUNDS,
    progress: bool = False,
) -> Speed:
    """Measure how fast texts are scored.

    Parameters
    ----------
    data, sample
        As in `spindetect.benchmark.benchmark`.
    words : int
        Words of a round: texts are repeated to make so many.
    model : Path, optional
        Folder of a model; the bundled one if left out.
    kenlm : Path, optional
        A model of KenLM to score with.
    wheel : Path, optional
        A built wheel, whose size is printed.
    rounds : int
        Interleaved rounds.
    progress : bool
        Count the figures on standard error as they are measured.

    Raises
    ------
    InputError
        If data or models of others cannot be read.
    """
    texts = read_texts(data, sample)
    sets = {name: pages(some, words) for name, some in _kinds(texts).items()}
    plain = spindetect.load(model, accelerate=False)
    fast = spindetect.load(model)
    detectors = {PLAIN: plain} | ({FAST: fast} if accelerator.compiled() else {})
    every = next(iter(sets.values()))
    while FAST in detectors and not fast.accelerated:
        # White space counts as read, too, and costs nothing.
        fast.score(" " * 100_000)
    contenders: dict[str, Contender] = {
        name: lambda some, detector=detector: _drain(detector.score_many(some))  # type: ignore[misc]
        for name, detector in detectors.items()
    }
    contenders[QUALITY] = lambda some: assess(some)
    contenders |= rivals.contenders(kenlm)
    for contender in contenders.values():
        contender(every[:10])
    measured = _measured(sets, contenders, detectors, rounds)
    bar = tqdm(measured, "speed", unit=" figures", leave=False, disable=not progress)
    measures = list(bar)
    if wheel is not None:
        measures.append(Measure("wheel", wheel.name, wheel.stat().st_size / 1e6, "MB"))
    return Speed(
        "bundled texts" if data is None else data.name,
        words,
        rounds,
        machine(),
        versions("numpy", "numba", "datatrove", "kenlm"),
        plain.name,
        tuple(measures),
        f"repeated to {words:,} words in documents of 500; medians of {rounds} interleaved rounds, "
        "one thread",
    )


def _measured(
    sets: Mapping[str, list[str]],
    contenders: Mapping[str, Contender],
    detectors: Mapping[str, Any],
    rounds: int,
) -> Iterator[Measure]:
    """All figures, one after the other."""
    every = next(iter(sets.values()))
    for name, some in sets.items():
        yield from _ratios(name, some, contenders, rounds)
    for name, detector in detectors.items():
        for kind, some in list(sets.items())[1:] or sets.items():
            milliseconds = _page_time(detector, some)
            yield Measure("one page, warm", f"{name}, {kind}", milliseconds, "ms")
        yield _huge(name, detector, every, rounds)
    if sum(map(len, every)) * 4 > _SHARED:
        yield from _workers(list(detectors.values())[-1], every * 4, rounds)
    yield from _processes(every[0], _ENOUGH)


def _kinds(texts: Iterable[Text]) -> dict[str, list[str]]:
    """All texts, those that are not spun and those that are; kinds that are not there left out."""
    texts = list(texts)
    kinds = {
        "all texts": [t.text for t in texts],
        "not spun": [t.text for t in texts if not t.is_spun],
        "spun": [t.text for t in texts if t.is_spun],
    }
    return {name: some for name, some in kinds.items() if any(t.strip() for t in some)}


def _drain(items: Iterable[object]) -> None:
    """Draw all items and keep none."""
    deque(items, maxlen=0)


def split(texts: Sequence[str]) -> None:
    """The baseline: words and sentences by two regular expressions."""
    for text in texts:
        _WORD.findall(text)
        _SENTENCE.split(text)


def _cpu(contender: Contender, texts: Sequence[str]) -> float:
    """CPU seconds of this process."""
    begin = time.process_time()
    contender(texts)
    return time.process_time() - begin


def _ratios(
    name: str, texts: Sequence[str], contenders: Mapping[str, Contender], rounds: int
) -> Iterator[Measure]:
    """Times of the contenders relative to the baseline, and words a second, on some documents."""
    every = {REGEX: split, **contenders}
    times: dict[str, list[float]] = {key: [] for key in every}
    for _ in range(rounds):
        for key, contender in every.items():
            times[key].append(_cpu(contender, texts))
    n_words = sum(len(t.split()) for t in texts)
    for key, own in times.items():
        yield Measure(key, name, n_words / statistics.median(own), "words/s")
        if key != REGEX:
            yield Measure(key, name, _median_ratio(own, times[REGEX]), "x")
    for rival in times.keys() - {REGEX, QUALITY, PLAIN, FAST}:
        for key in times.keys() & {PLAIN, FAST}:
            ratio = _median_ratio(times[rival], times[key])
            yield Measure(f"{key}, documents relative to {rival}", name, ratio, "x")


def _median_ratio(own: Sequence[float], other: Sequence[float]) -> float:
    """Median of the ratios of times of the same rounds."""
    return statistics.median(a / b for a, b in zip(own, other, strict=True))


def _page_time(detector: Any, texts: Sequence[str]) -> float:
    """CPU milliseconds of one page after another, the median."""
    return 1000 * statistics.median(
        _cpu(lambda some: detector.score(some[0]), [t]) for t in texts[:60]
    )


def _huge(name: str, detector: Any, texts: Sequence[str], rounds: int) -> Measure:
    """Time of one document relative to its parts as documents."""
    # Below a heading of readers' comments, nothing more of one document would be read.
    texts = [t for t in texts if prose(f"{t}\n\n{t}").share == 1] or texts
    whole = ["\n\n".join(texts)]
    times: list[tuple[float, float]] = []
    for _ in range(rounds):
        one = _cpu(lambda some: _drain(detector.score_many(some)), whole)
        times.append((one, _cpu(lambda some: _drain(detector.score_many(some)), texts)))
    size = f"{len(whole[0]) / 1e6:.2f} MB as one document"
    return Measure(size, name, _median_ratio(*zip(*times, strict=True)), "x")


def _workers(detector: Any, texts: Sequence[str], rounds: int) -> Iterator[Measure]:
    """How much faster two workers are than one process, and what the second takes of memory."""
    times: dict[int, list[float]] = {1: [], 2: []}
    # The first round starts the workers and does not count.
    for number in range(rounds + 1):
        for n_jobs, own in times.items():
            begin = time.perf_counter()
            _drain(detector.score_many(texts, n_jobs=n_jobs))
            if number:
                own.append(time.perf_counter() - begin)
    ratio = _median_ratio(times[1], times[2])
    yield Measure("two workers against one process", f"{len(texts):,} documents", ratio, "x")
    # The same workers answer.
    found = in_order(_unique_memory, range(8), 2)
    known = [size for size in found if size is not None]
    if known:
        yield Measure("unique memory of a worker", "after these", max(known), "MB")


def _unique_memory(_: int) -> float | None:
    """Unique set size of this process in MB; None where the system does not tell."""
    rollup = Path("/proc/self/smaps_rollup")
    if not rollup.exists():
        return None
    lines = rollup.read_text().splitlines()
    sizes = [int(line.split()[1]) for line in lines if line.startswith("Private_")]
    return sum(sizes) / 1000


def _processes(page: str, characters: int) -> Iterator[Measure]:
    """Wall times and memory of fresh processes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.txt"
        path.write_text(page, encoding="utf-8", errors="replace")
        command = [sys.executable, "-m", "spindetect", "score", str(path)]
        wall, cpu = _cold(command)
        yield Measure("command line, cold", "one page", wall, "s")
        yield Measure("command line, cold, CPU time", "one page", cpu, "s")
        clock = "import time; t = time.perf_counter(); import spindetect; "
        imported = [sys.executable, "-c", clock + "print(time.perf_counter() - t)"]
        seconds = statistics.median(float(_output(imported)) for _ in range(_STARTS))
        yield Measure("import spindetect", "fresh process", seconds, "s")
        code = (
            "import spindetect, pathlib; "
            f"text = pathlib.Path({str(path)!r}).read_text(encoding='utf-8'); "
            f"n = {characters} // len(text) + 1; "
            "_ = [0 for _ in spindetect.score_many(text for _ in range(n))]; "
            "print(pathlib.Path('/proc/self/status').read_text())"
        )
        # Linux alone tells the peak of a process without that of the one that started it.
        kinds = {PLAIN: "0", FAST: "1"} if Path("/proc/self/status").exists() else {}
        for name, switch in kinds.items():
            if name == PLAIN or accelerator.compiled() is not None:
                peak = re.search(r"VmHWM:\s+(\d+)", _output([sys.executable, "-c", code], switch))
                if peak is not None:
                    yield Measure("resident memory, at most", name, int(peak[1]) / 1000, "MB")


def _output(command: Sequence[str], switch: str = "1") -> str:
    """What a fresh process prints."""
    environment = os.environ | {accelerator.SWITCH: switch}
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)  # noqa: S603
    return done.stdout


def _cold(command: Sequence[str]) -> tuple[float, float]:
    """Wall and CPU seconds that a fresh process takes, medians of several."""
    wall, cpu = [], []
    for _ in range(_STARTS):
        begin, before = time.perf_counter(), os.times()
        _output(command)
        after = os.times()
        wall.append(time.perf_counter() - begin)
        cpu.append(sum(after[2:4]) - sum(before[2:4]))
    return statistics.median(wall), statistics.median(cpu)


def machine() -> str:
    """Processor, cores and Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def versions(*packages: str) -> dict[str, str]:
    """Versions of this package and of others, as far as they are there.

    >>> list(versions("no such package"))
    ['spindetect']
    """
    found = {"spindetect": spindetect.__version__}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found

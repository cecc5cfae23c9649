"""Speed: what scoring costs, side by side with plain regular expressions and with other filters.

Everything is measured in one run, on the same documents of some 500 words. Times of many documents
are CPU times of one thread: the median over interleaved rounds, after a warm-up, of the ratio to
splitting the same documents into words and sentences by two regular expressions.
"""

from __future__ import annotations

import re
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, cycle, islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

import spindetect
from spindetect import accelerator
from spindetect.benchmark import rivals
from spindetect.benchmark.processes import fresh
from spindetect.benchmark.speed_result import Measure, Speed, machine, versions
from spindetect.benchmark.texts import Text, read_texts
from spindetect.prose import prose
from spindetect.quality import assess
from spindetect.workers import in_order

__all__ = ["PAGE", "pages", "speed", "split"]

Contender = Callable[[Sequence[str]], object]

# Words of a document that is timed, at least.
PAGE = 500

# Characters that a fresh process scores before its memory is read: kernels are loaded by then.
_ENOUGH = 300_000

# Characters from which on the work of one process can be told from that of two: fewer are never
# given away (`spindetect.detector.Detector.score_many`).
_SHARED = 1_200_000

# Characters of the huge document, if there are documents enough for so many.
_HUGE = 20_000_000

# Interleaved rounds.
ROUNDS = 5

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*|[^\w\s]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

REGEX = "regular expressions"
QUALITY = "quality signals alone"
PLAIN = "spindetect, numpy"
FAST = "spindetect, numba"


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
    documents: int | None = None,
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
    documents : int, optional
        Documents on which two workers are timed against one process, and of which one huge document
        is made; if left out, four times those of a round, and those of a round.
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
    measured = _measured(sets, contenders, detectors, rounds, documents)
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
    documents: int | None,
) -> Iterator[Measure]:
    """All figures, one after the other."""
    every = next(iter(sets.values()))
    many = every * 4 if documents is None else list(islice(cycle(every), documents))
    for name, some in sets.items():
        yield from _ratios(name, some, contenders, rounds)
    for name, detector in detectors.items():
        for kind, some in list(sets.items())[1:] or sets.items():
            milliseconds = _page_time(detector, some)
            yield Measure("one page, warm", f"{name}, {kind}", milliseconds, "ms")
        if documents is None:
            yield _huge(name, detector, every, rounds)
    best, detector = list(detectors.items())[-1]
    if documents is not None:
        yield _huge(best, detector, _up_to(many, _HUGE), rounds)
    if sum(map(len, many)) > _SHARED:
        yield from _workers(detector, many, rounds)
    switches = {PLAIN: "0", FAST: "1"}
    yield from fresh(every[0], _ENOUGH, {name: switches[name] for name in detectors})


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


def _up_to(texts: Sequence[str], characters: int) -> list[str]:
    """The first of some texts, until they have so many characters.

    >>> _up_to(["one", "two", "three"], 4)
    ['one', 'two']
    """
    before = accumulate(map(len, texts), initial=0)
    return [text for text, size in zip(texts, before, strict=False) if size < characters]


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

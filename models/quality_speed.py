"""Speed of the quality signals, beside datatrove where that is installed.

    python -m models.quality_speed

Documents of 500 words, made of the texts of the benchmark, on one core: CPU time, median of three
rounds in which all take turns, after a warm-up. datatrove runs its filters of Gopher's quality and
repetition rules, of C4 and of FineWeb on every document, none of them stopping another.
"""

from __future__ import annotations

import json
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from importlib import resources

from spindetect.benchmark.rivals import DATATROVE, contenders
from spindetect.benchmark.speed import split
from spindetect.quality import PRESETS, assess, assess_many

ROUNDS = 3
DOCUMENTS = 120
WORDS = 500


def documents() -> list[str]:
    """Texts of the benchmark put together until they have `WORDS` words."""
    lines = resources.files("spindetect.benchmark").joinpath("texts.jsonl").read_text("utf-8")
    found: list[str] = []
    parts: list[str] = []
    for line in lines.splitlines():
        parts.append(json.loads(line)["text"])
        if sum(len(part.split()) for part in parts) >= WORDS:
            found.append("\n\n".join(parts))
            parts = []
    return found[:DOCUMENTS]


def measured(texts: Sequence[str], *names: str) -> None:
    """Measure texts by presets."""
    for _ in assess_many(texts, [PRESETS[name] for name in names]):
        pass


def main() -> None:
    """Print the figures."""
    texts = documents()
    arms: dict[str, Callable[[Sequence[str]], None]] = {
        "regular expressions": split,
        "default": lambda some: measured(some, "default"),
        "gopher + c4 + fineweb": lambda some: measured(some, "gopher", "c4", "fineweb"),
        "all": lambda some: measured(some, "all"),
    }
    arms |= contenders(None)
    for run in arms.values():
        run(texts[:20])
    spent: dict[str, list[float]] = {name: [] for name in arms}
    for _ in range(ROUNDS):
        for name, run in arms.items():
            begin = time.process_time()
            run(texts)
            spent[name].append(time.process_time() - begin)
    rates = {name: len(texts) / statistics.median(times) for name, times in spent.items()}
    print(f"{len(texts)} documents of {WORDS} words and more")
    for name, rate in rates.items():
        ratio = rates["regular expressions"] / rate
        print(f"{name}: {rate:,.0f} documents per CPU second, {ratio:.1f} times the time of regex")
    if DATATROVE in rates:
        theirs = rates[DATATROVE]
        for name in ("gopher + c4 + fineweb", "all"):
            print(f"{name}: {rates[name] / theirs:.1f} times as fast as datatrove")
    long = "\n".join(texts * (20_000_000 // sum(map(len, texts)) + 1))[:20_000_000]
    tracemalloc.start()
    assess([long])
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    print(f"default on one document of 20,000,000 characters: {peak:.0f} MB beside it at most")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()

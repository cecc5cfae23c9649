"""Time and memory of the bundled model on the bundled samples, beside plain regular expressions.

    python -m models.speed

Scores the texts of ``data/samples`` repeated to some 200,000 words on one core: CPU time, median of
five rounds in which scoring and the baseline take turns, after a warm-up. The baseline splits
the same texts into words and sentences by two regular expressions. Import and first score are wall
times of fresh processes, median of five.
"""

from __future__ import annotations

import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path

import spindetect

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
ROUNDS = 5
WORDS = 200_000

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*|[^\w\s]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def seconds(work: Iterable[object]) -> float:
    """CPU seconds that it takes to draw all items."""
    begin = time.process_time()
    deque(work, maxlen=0)
    return time.process_time() - begin


def split(text: str) -> tuple[list[str], list[str]]:
    """Words and sentences of the baseline."""
    return _WORD.findall(text), _SENTENCE.split(text)


def fresh(code: str) -> float:
    """Seconds that a fresh process prints, median of several."""
    timed = f"import time; t = time.perf_counter(); {code}; print(time.perf_counter() - t)"
    runs = [
        float(subprocess.run([sys.executable, "-c", timed], capture_output=True, check=True).stdout)  # noqa: S603
        for _ in range(ROUNDS)
    ]
    return statistics.median(runs)


def main() -> None:
    """Print the figures."""
    texts = [p.read_text(encoding="utf-8") for p in sorted(SAMPLES.glob("*.txt"))]
    human = [p.read_text(encoding="utf-8") for p in sorted((SAMPLES / "originals").glob("*.txt"))]
    for name, some in (("samples, half of them spun", texts), ("originals, none spun", human)):
        words = sum(len(t.split()) for t in some)
        some = some * (WORDS // words)
        words = sum(len(t.split()) for t in some)
        list(spindetect.score_many(some[:50]))
        score, baseline = [], []
        for _ in range(ROUNDS):
            score.append(seconds(spindetect.score_many(some)))
            baseline.append(seconds(map(split, some)))
        rate = words / statistics.median(score)
        ratio = statistics.median(a / b for a, b in zip(score, baseline, strict=True))
        print(
            f"{name}: {rate:,.0f} words per CPU second, {ratio:.0f} times the regular expressions"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"peak resident memory: {peak:.0f} MB")
    print(f"import spindetect: {fresh('import spindetect'):.2f} s")
    first = "import spindetect; t = time.perf_counter(); spindetect.score('A first text.')"
    print(f"first score after import: {fresh(first):.2f} s")


if __name__ == "__main__":
    # One thread: what a worker of a crawl has.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()

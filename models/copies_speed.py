"""Measure what the search for copies costs: fingerprints, and its growth with the collection.

    python -m models.copies_speed DATA [--sizes 10000 30000 100000]

Fingerprinting is timed against word and sentence splitting by regular expressions on the same
documents of ``DATA/human``: CPU time of one thread, median of five interleaved rounds. Growth is
CPU time of ``spindetect.copies.run`` in one process on the first documents of ``DATA/corpora``, cut
to pages; of every twentieth page there is a second one with some words exchanged.

Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np

from spindetect.copies.plan import Plan
from spindetect.copies.reader import reader
from spindetect.copies.run import run
from spindetect.copies.state import Finished

from . import corpus
from .mine_pairs import read_rows

ROUNDS = 5
DOCUMENTS = 1000

# Characters that are fingerprinted together, as the search does.
BATCH = 200_000

# Words of a page, and every how many pages one has a second version.
PAGE = 300
EVERY = 20

_WORDS = re.compile(r"\w+(?:['\u2019]\w+)*|[^\w\s]")
_SENTENCES = re.compile(r"(?<=[.!?])\s+")


def fingerprinting(data: Path) -> tuple[float, float, int]:
    """Seconds of regular expressions and of fingerprints on the same texts, and their words."""
    rows = (row for path in sorted((data / "human").glob("*.jsonl*")) for row in read_rows(path))
    texts = [row["text"] for row in islice(rows, 0, DOCUMENTS * 8, 8)]
    batches: list[list[str]] = [[]]
    for text in texts:
        if sum(map(len, batches[-1])) > BATCH:
            batches.append([])
        batches[-1].append(text)
    read = reader()

    def split() -> None:
        for text in texts:
            _WORDS.findall(text)
            _SENTENCES.split(text)

    def fingerprints() -> None:
        for batch in batches:
            read.read(batch)

    fingerprints()
    rounds = [(cpu(split), cpu(fingerprints)) for _ in range(ROUNDS)]
    times = [statistics.median(column) for column in zip(*rounds, strict=True)]
    return times[0], times[1], sum(len(text.split()) for text in texts)


def cpu(work: Callable[[], None]) -> float:
    """CPU seconds of one call."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def pages(data: Path) -> Iterator[str]:
    """Pages of `PAGE` words of corpora, from all registers in turn."""
    files = [
        (text for path in paths for text in corpus.documents(path))
        for paths in corpus.registers(data / "corpora").values()
    ]
    while files:
        for file in list(files):
            text = next(file, None)
            if text is None:
                files.remove(file)
                continue
            words = text.split(" ")
            yield from (
                " ".join(words[at : at + PAGE])
                for at in range(0, min(len(words) - PAGE, 20 * PAGE) + 1, PAGE)
            )


def exchanged(text: str, random: np.random.Generator) -> str:
    """The text with every fifth word, at random, in the place of another such word."""
    words = text.split(" ")
    chosen = np.flatnonzero(random.random(len(words)) < 0.2)
    for at, other in zip(chosen.tolist(), random.permutation(chosen).tolist(), strict=True):
        words[at] = text.split(" ")[other].lower()
    return " ".join(words)


def growth(data: Path, sizes: Sequence[int]) -> list[tuple[int, float, Finished]]:
    """CPU seconds of a run on collections of some sizes."""
    random = np.random.default_rng(0)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder, f"{size}.jsonl")
            with path.open("w", encoding="utf-8") as lines:
                for number, text in enumerate(islice(pages(data), size - size // (EVERY + 1))):
                    lines.write(json.dumps({"id": number, "text": text}) + "\n")
                    if number % EVERY == 0:
                        other = exchanged(text, random)
                        lines.write(json.dumps({"id": f"{number}b", "text": other}) + "\n")
            begin = time.process_time()
            finished = run(Plan([str(path)], Path(folder, f"{size}.copies.jsonl")), print)
            found.append((size, time.process_time() - begin, finished))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    given = parser.parse_args(arguments)
    baseline, fingerprints, words = fingerprinting(given.data)
    print(f"{datetime.now(UTC):%Y-%m-%d}\n\n| what | figure |\n|---|---:|")
    print(f"| regular expressions | {words / baseline:,.0f} words/s |")
    print(f"| fingerprints | {words / fingerprints:,.0f} words/s |")
    print(f"| fingerprints | {fingerprints / baseline:.2f}x |")
    print("\n| pages | CPU seconds | ms a page | pairs compared | clusters |")
    print("|---:|---:|---:|---:|---:|")
    rows = growth(given.data, given.sizes)
    for size, seconds, finished in rows:
        tally = finished.tally
        cells = f"{seconds:.1f} | {1000 * seconds / size:.2f} | {tally['pairs']:,}"
        print(f"| {size:,} | {cells} | {tally['clusters']:,} |")
    (small, first, _), (large, last, _) = rows[0], rows[-1]
    if large > small:
        slope = math.log(last / first) / math.log(large / small)
        bound = math.log(large * math.log(large) / (small * math.log(small))) / math.log(
            large / small
        )
        print(f"\nslope {slope:.2f} (n log n: {bound:.2f})")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"resident memory at most {memory:,.0f} MB")


if __name__ == "__main__":
    main()

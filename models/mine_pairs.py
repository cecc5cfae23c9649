"""Pairs of phrases that spinners exchange, mined from aligned originals and spun versions.

    python -m models.mine_pairs SPUN... OUT

Each ``SPUN`` is a JSONL file (``.xz`` allowed) whose rows have ``original``, ``spun``, ``tool`` and
``group``. Long edits are cut into phrase pairs of at most three words a side by the pairs that
short edits show. ``OUT`` is a TSV: tool, group, written phrase, original phrase, one line an
occurrence.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from spindetect.benchmark.edits import edits, text_words

from .corpus import read_text

# Phrases of up to this many words on either side.
LONGEST = 3


class Pair(NamedTuple):
    """One replacement seen in one document."""

    tool: str
    group: str
    written: str
    original: str


class Change(NamedTuple):
    """Words of one edit."""

    tool: str
    group: str
    written: tuple[str, ...]
    original: tuple[str, ...]


def changes(rows: Iterator[dict[str, str]]) -> Iterator[Change]:
    """Edits of aligned rows that replace something by something."""
    for row in rows:
        original, spun = text_words(row["original"]), text_words(row["spun"])
        for e in edits(original, spun):
            if e.i2 > e.i1 and e.j2 > e.j1:
                yield Change(
                    row["tool"],
                    row["group"],
                    tuple(spun[e.j1 : e.j2]),
                    tuple(original[e.i1 : e.i2]),
                )


def segment(
    written: tuple[str, ...], original: tuple[str, ...], counts: Counter[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Cut an edit into phrase pairs, the likeliest by how often each pair was a whole edit."""
    if len(written) > 14 or len(original) > 14:
        return []

    @cache
    def best(j: int, i: int) -> tuple[float, tuple[tuple[str, str], ...]]:
        if j == len(written) and i == len(original):
            return 0.0, ()
        options: list[tuple[float, tuple[tuple[str, str], ...]]] = [(-1e9, ())]
        for b in range(1, LONGEST + 1):
            for a in range(1, LONGEST + 1):
                if j + b <= len(written) and i + a <= len(original):
                    pair = " ".join(written[j : j + b]), " ".join(original[i : i + a])
                    score, rest = best(j + b, i + a)
                    gain = 0.0 if pair[0] == pair[1] else math.log(counts[pair] + 0.05) - a - b
                    options.append((gain + score, (pair, *rest)))
        return max(options, key=lambda option: option[0])

    score, pairs = best(0, 0)
    return [] if score < -1e8 else [p for p in pairs if p[0] != p[1] and counts[p] > 0]


def mine(found: list[Change]) -> Iterator[Pair]:
    """Phrase pairs of the edits, short ones whole, long ones cut."""
    whole = [c for c in found if len(c.written) <= LONGEST and len(c.original) <= LONGEST]
    counts = Counter((" ".join(c.written), " ".join(c.original)) for c in whole)
    for c in found:
        pair = " ".join(c.written), " ".join(c.original)
        if pair in counts and (len(c.written) == 1 or len(c.original) == 1 or counts[pair] > 1):
            yield Pair(c.tool, c.group, *pair)
        else:
            for written, original in segment(c.written, c.original, counts):
                yield Pair(c.tool, c.group, written, original)


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a JSONL file."""
    with read_text(path) as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    *sources, out = map(Path, sys.argv[1:])
    with out.open("w", encoding="utf-8") as sink:
        for source in tqdm(sources, desc="mining", unit="file"):
            for mined in mine(list(changes(read_rows(source)))):
                sink.write("\t".join(mined) + "\n")

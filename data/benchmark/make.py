"""Make the texts of the bundled benchmark: ``python data/benchmark/make.py``.

Reads the originals, the dictionaries and the passages that were spun by hand, all in this folder,
and writes ``spindetect/benchmark/texts.jsonl``, the same bytes at every run.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from spinners import read_forms, read_phrases, sentence_spans, spin_one, spin_two

__all__ = ["counts", "rows", "texts"]

Row = dict[str, Any]
Spin = Callable[[str, float, Random], str]

HERE = Path(__file__).parent
OUTPUT = HERE.parent.parent / "spindetect" / "benchmark" / "texts.jsonl"

# Begins the name of every random state; nothing was tried but this one.
SEED = 2026

# Two of the four strengths for spinner one, two for spinner two. Each strength occurs equally often
# for each spinner, and the pairs three places apart are complements, so that every original is spun
# at every strength by one of them.
ROTATION = ((0.1, 0.2), (0.1, 0.4), (0.1, 1.0), (0.4, 1.0), (0.2, 1.0), (0.2, 0.4))

# Every third original is spun in half of its sentences, at this strength.
MIXED_EVERY, MIXED_STRENGTH = 3, 0.4

# Shorter ones are headings, list items and interjections.
MIXED_WORDS = 5


def spinners() -> dict[str, Spin]:
    """The two spinners with their dictionaries, by name of the tool."""
    phrases = read_phrases(HERE / "dictionary_one.tsv")
    forms = read_forms(HERE / "dictionary_two.tsv")
    return {
        "spinner_one": lambda text, share, rng: spin_one(text, phrases, share, rng),
        "spinner_two": lambda text, share, rng: spin_two(text, forms, share, rng),
    }


def mixed(text: str, spin: Spin, rng: Random) -> str:
    """A text with half of its longer sentences spun and all else as it was."""
    spans = [s for s in sentence_spans(text) if len(text[slice(*s)].split()) >= MIXED_WORDS]
    chosen = sorted(spans, key=lambda _: rng.random())[: (len(spans) + 1) // 2]
    # From the end, so that the offsets of what is still to be spun stay true.
    for start, end in sorted(chosen, reverse=True):
        text = text[:start] + spin(text[start:end], MIXED_STRENGTH, rng) + text[end:]
    return text


def rows(originals: Iterable[Row], by_hand: Iterable[Row]) -> Iterator[Row]:
    """Rows of the benchmark: each original and then all that was made of it.

    Parameters
    ----------
    originals : iterable of dict
        With ``id``, ``register`` and ``text``.
    by_hand : iterable of dict
        With ``id``, ``text`` and ``group``, the id of an original.

    Yields
    ------
    dict
        ``id``, ``group``, ``register``, ``tool``, ``label``, ``strength`` and ``text``.
    """
    hand: dict[str, list[Row]] = {}
    for passage in by_hand:
        hand.setdefault(passage["group"], []).append(passage)
    tools = spinners()
    for i, original in enumerate(originals):
        id, text = original["id"], original["text"]
        row = partial(_row, id, original["register"])
        yield row(id, "", "original", 0, text)
        for k, (tool, spin) in enumerate(tools.items()):
            for strength in ROTATION[(i + 3 * k) % len(ROTATION)]:
                spun = spin(text, strength, Random(f"{SEED}/{id}/{tool}/{strength}"))  # noqa: S311
                yield row(f"{id}.{tool}.{strength:.0%}", tool, "spun", strength, spun)
        if i % MIXED_EVERY == 0:
            tool, spin = list(tools.items())[i // MIXED_EVERY % len(tools)]
            half = mixed(text, spin, Random(f"{SEED}/{id}/{tool}/mixed"))  # noqa: S311
            yield row(f"{id}.{tool}.mixed", tool, "mixed", MIXED_STRENGTH, half)
        for passage in hand.pop(id, ()):
            # What share a hand replaces is not set beforehand.
            yield row(passage["id"], "by_hand", "spun", None, passage["text"])
    if hand:
        raise ValueError(f"by_hand.jsonl: no original is called {', '.join(hand)}; mend its group")


def texts(folder: Path = HERE) -> list[Row]:
    """Rows made of what the folder holds."""
    originals = [*_read(folder / "originals_a.jsonl"), *_read(folder / "originals_b.jsonl")]
    return list(rows(originals, _read(folder / "by_hand.jsonl")))


def counts(made: Iterable[Row]) -> str:
    """How many texts there are by label, tool and strength, and how many words, as a table."""
    number: Counter[tuple[str, str, str]] = Counter()
    words: Counter[tuple[str, str, str]] = Counter()
    for row in made:
        strength = "" if row["strength"] is None else f"{row['strength']:.0%}"
        key = (row["label"], row["tool"], strength if row["tool"] else "")
        number[key] += 1
        words[key] += len(row["text"].split())
    lines = [
        f"| {' | '.join(key)} | {number[key]} | {words[key]:,} |"
        for key in sorted(number, key=lambda k: (k[0], k[1], len(k[2]), k[2]))
    ]
    total = f"| all | | | {number.total()} | {words.total():,} |"
    return "\n".join(
        ["| label | tool | strength | texts | words |", "|---|---|---|---|---|", *lines, total]
    )


def as_bytes(made: Iterable[Row]) -> bytes:
    """The rows as the file holds them."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made).encode("utf-8")


def _row(
    group: str, register: str, id: str, tool: str, label: str, strength: float | None, text: str
) -> Row:
    """One row, its fields in the order of the file."""
    return {
        "id": id,
        "group": group,
        "register": register,
        "tool": tool,
        "label": label,
        "strength": strength,
        "text": text,
    }


def _read(path: Path) -> list[Row]:
    """Rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


if __name__ == "__main__":
    made = texts()
    OUTPUT.write_bytes(as_bytes(made))
    sys.stdout.write(counts(made) + "\n")

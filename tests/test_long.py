"""Long documents, spun as a spinner was seen to spin short ones."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.examples import long
from models.generate import write
from models.long import WORDS, Habits, aligned, habits, habitual, length, long_rows
from models.mine_pairs import Pair
from spindetect.benchmark.edits import text_words

WRITTEN = {"car": "vehicle", "old": "aged"}


def pair(written: str, original: str) -> Pair:
    return Pair("turbo_spinner", "g", written, original)


def test_a_phrase_is_replaced_as_often_as_it_was() -> None:
    found = habits(
        [
            pair("beneath fireside", "under fire"),
            *[pair("vehicle", "car")] * 3,
            pair("auto", "car"),
        ],
        ["The car was under fire.", "A car, a car, a car; a car, a car. " * 2],
    )
    assert found.written["car"] == {"vehicle": 3, "auto": 1}
    # (4 + 1 * 0.3) of (11 + 1), and (1 + 0.3) of (1 + 1).
    assert found.propensity["car"] == pytest.approx(4.3 / 12)
    assert found.propensity["under fire"] == pytest.approx(0.65)


def test_other_phrases_stay_as_they_are() -> None:
    own = Habits({w: Counter([f]) for w, f in WRITTEN.items()}, {"car": 1.0, "old": 0.0})
    text = "An old car, and the cars of old. " * 200
    random = np.random.default_rng(0)
    spun = habitual(own)(text, random)
    replaced = spun.count("vehicle") / 200
    assert 0.1 < replaced <= 1
    assert spun.replace("a vehicle", "an vehicle").replace("vehicle", "car") == text


def test_strength_differs_from_text_to_text() -> None:
    own = habits([pair("vehicle", "car")] * 100, ["car " * 100])
    counts = [
        habitual(own)("the car " * 300, np.random.default_rng(seed)).count("vehicle")
        for seed in range(20)
    ]
    assert min(counts) < 120
    assert max(counts) > 220


def rows(count: int, words: int) -> list[dict[str, str]]:
    # No sentence twice, so that there is one way to align it.
    text = " ".join(f"A car drove by house h{i}." for i in range(words // 6))
    return [
        {"id": str(i), "group": f"g{i}", "register": "news", "text": text} for i in range(count)
    ]


def test_only_long_documents_are_spun() -> None:
    registers = {"news": rows(20, 1200), "blog": [*rows(3, 60), *rows(2, 900)]}
    found = long_rows(registers, "moby", 10)
    assert len(found) == 5 + 2
    assert all(len(row["text"].split()) >= WORDS[0] for row in found)


def test_rows_read_back_as_whole_documents(tmp_path: Path) -> None:
    documents = rows(4, 2400)
    own = habits([pair("vehicle", "car")] * 10, ["car " * 10])
    path = tmp_path / "turbo_spinner-long.jsonl.xz"
    written = write(aligned(documents, "turbo_spinner-long", lambda _: habitual(own)), path)
    assert written == 4
    for example, row in zip(long(path), documents, strict=True):
        size = len(example.text.split())
        assert abs(size - length(row)) < 6
        assert WORDS[0] <= size <= WORDS[1]
        assert (example.kind, example.family, example.group) == (
            "long",
            "turbo_spinner",
            row["group"],
        )
        assert example.edited is not None
        edited = [w for w, e in zip(text_words(example.text), example.edited, strict=True) if e]
        assert {*edited} == {"vehicle"}

"""What the tests of all engines share: documents, what the plain runner says of them, a detector.

The detector is for what the model never does: it notes what it scores, fails, and ends its process.
"""

import json
import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from stub_cli import StubDetector

from spindetect import cli
from spindetect.benchmark.texts import read_texts
from spindetect.pipeline.engines import BATCH, work_of
from spindetect.pipeline.rows import RESULTS
from spindetect.pipeline.work import Work
from spindetect.report import Report

# Every so many texts of the benchmark.
_EACH = 24

_ODD: list[str | None] = [
    "",
    " \n\t ",
    None,
    "Hm.",
    "Ein Angestellter sagte mir gestern, dass das so nicht geht.",
    "\x01 control \x7f characters, and \U0001f600 an emoji.",
    "1 2 3\n" * 400,
    "no end " * 3000,
]


def documents() -> list[dict[str, Any]]:
    """Texts of all kinds, with one page among them."""
    texts = [text.text for text in read_texts()[::_EACH]]
    rows: list[dict[str, Any]] = [
        {"id": f"row-{place}", "text": text} for place, text in enumerate([*texts, *_ODD])
    ]
    paragraphs = "".join(f"<p>{p}</p>" for p in texts[0].split("\n\n"))
    return [*rows, {"id": "page", "html": f"<nav>Home</nav><main>{paragraphs}</main>"}]


def written(folder: Path, parts: int = 3) -> Path:
    """A folder with files of JSONL that hold the documents."""
    source = folder / "source"
    source.mkdir()
    rows = documents()
    for part in range(parts):
        lines = "".join(json.dumps(row) + "\n" for row in rows[part::parts])
        (source / f"{part}.jsonl").write_text(lines, encoding="utf-8")
    return source


def plain(source: Path) -> dict[str, dict[str, Any]]:
    """What the plain runner finds out about the documents, by id."""
    import pyarrow.parquet as pq

    output = source.with_name("plain.parquet")
    # Some of them cannot be read.
    assert cli.main(["score", str(source), "-o", str(output), "--n-jobs", "2"]) == 3
    rows = pq.read_table(output).select(["id", *RESULTS]).to_pylist()
    return {row.pop("id"): row for row in rows}


def check(found: Mapping[str, Mapping[str, Any]], expected: Mapping[str, dict[str, Any]]) -> None:
    """See that an engine has found what the plain runner has, document by document."""
    assert found.keys() == expected.keys()
    for id, row in expected.items():
        results = {name: found[id][name] for name in RESULTS}
        # Where a row comes from an engine does not know.
        assert (results.pop("spin_error") is None) == (row["spin_error"] is None), id
        assert results == {name: value for name, value in row.items() if name != "spin_error"}, id


class NotedDetector(StubDetector):
    """Notes how many texts it was given, fails on "fail", and ends its process once on "die".

    Parameters
    ----------
    notes : str
        A folder, which all workers share.
    """

    def __init__(self, notes: str) -> None:
        self.notes = Path(notes)

    def score_many(
        self, items: Iterable[tuple[str | int, str]], **options: Any
    ) -> Iterator[Report]:
        given = list(items)
        with (self.notes / "scored").open("a") as stream:
            stream.write(f"{os.getpid()} {len(given)}\n")
        for _, text in given:
            if text == "fail":
                raise ValueError("a bug")
            if text == "die" and not (self.notes / "died").exists():
                (self.notes / "died").touch()
                os.kill(os.getpid(), signal.SIGKILL)
        yield from super().score_many(given, **options)


def noted(notes: Path) -> Work:
    """Work with a `NotedDetector`."""
    work = work_of(None, "balanced", 0.5)
    return Work(partial(NotedDetector, str(notes)), work.mode, work.prior, work.limits)


def scored(notes: Path) -> int:
    """How many texts were scored, in batches that are bounded."""
    sizes = [int(line.split()[1]) for line in (notes / "scored").read_text().splitlines()]
    assert max(sizes) <= BATCH
    return sum(sizes)

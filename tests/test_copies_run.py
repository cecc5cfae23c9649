"""The commands ``spindetect copies`` and ``mine``: whole collections, wherever they are stopped."""

import json
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from test_cli import run, sentences
from test_copies import FOOTER, LONG, ORIGINALS, VERSIONS, spun

from spindetect import copies
from spindetect.copies import lines as line_step
from spindetect.copies import pages as page_step
from spindetect.copies import pairs as pair_step
from spindetect.copies import run as steps
from spindetect.copies.members import members
from spindetect.copies.mining import is_known, mine
from spindetect.copies.plan import Plan
from spindetect.copies.reader import lexicon, reader
from spindetect.copies.spool import Spool
from spindetect.errors import InputError
from spindetect.lexicon import PAIRS, unpack

COMMAND = [sys.executable, "-m", "spindetect"]
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="folders are synced")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows() -> list[dict[str, Any]]:
    """Pages of one site: originals, some with a spun version, and one with a copy."""
    found = [(t.id, t.text) for t in ORIGINALS.values()]
    found += [(VERSIONS[g][-1].id, spun(g)) for g in LONG[:6]]
    pages = [{"id": id, "text": f"{text}\n\n{FOOTER}"} for id, text in found]
    again = f"{ORIGINALS[LONG[0]].text}\n\n{FOOTER}".upper()
    return [*pages, {"id": "again", "text": again, "date": "2020"}]


def write(name: str, found: list[dict[str, Any]], *others: str) -> str:
    """Write rows of JSONL, and other lines."""
    lines = [*map(json.dumps, found), *others]
    Path(name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return name


def clusters(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines()]


def test_the_command_finds_what_the_function_finds() -> None:
    found = rows()
    source = write("in.jsonl", found, "broken", '{"id": 7}', json.dumps(found[0]))
    done = run([*COMMAND, "copies", source, "-o", "out.jsonl"])
    told = sentences(done)
    assert done.returncode == 3
    assert any("line " in line and "not JSON" in line for line in told)
    assert "2 could not be read" in told[-1]
    assert "1 has the id of an earlier one, and is told" in told[-1]
    pages = [copies.Page(r["id"], r["text"], r.get("date")) for r in [*found, found[0]]]
    expected = [cluster.to_dict() for cluster in copies.find_copies(pages)]
    assert clusters("out.jsonl") == json.loads(json.dumps(expected))
    assert len(expected) == 7
    assert not Path("out.jsonl.partial").exists()
    again = run([*COMMAND, "copies", source, "-o", "out.jsonl"])
    assert again.returncode == 2
    assert "--overwrite" in sentences(again)[-1]
    resumed = run([*COMMAND, "copies", source, "-o", "out.jsonl", "--resume"])
    assert resumed.returncode == 3
    assert clusters("out.jsonl") == json.loads(json.dumps(expected))


def test_nothing_to_read_and_wrong_names_are_told() -> None:
    write("empty.jsonl", [])
    done = run([*COMMAND, "copies", "empty.jsonl", "-o", "out.jsonl"])
    assert done.returncode == 2
    assert "nothing to compare" in sentences(done)[-1]
    done = run([*COMMAND, "copies", "emtpy.jsonl", "-o", "new.jsonl"])
    assert done.returncode == 2
    assert "no such file" in sentences(done)[-1]
    assert not Path("new.jsonl").exists()
    done = run([*COMMAND, "copies", "empty.jsonl", "-o", "out.txt"])
    assert done.returncode == 2
    assert ".jsonl" in sentences(done)[-1]


class StoppedError(Exception):
    """What stops a run in a test."""


def stopping(function: Callable[..., Any], calls: int) -> Callable[..., Any]:
    """The function, which stops at one of its calls."""
    left = [calls]

    def call(*arguments: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise StoppedError
        return function(*arguments)

    return call


@needs_posix
@pytest.mark.parametrize(
    ("module", "place", "calls"),
    [
        (page_step, "_fingerprinted", 0),
        (page_step, "_fingerprinted", 2),
        (pair_step, "links", 1),
        (pair_step, "chosen", 3),
        (pair_step, "confirmed", 0),
        (pair_step, "confirmed", 2),
        (steps, "clusters", 0),
        (line_step, "kinds_of", 3),
        (steps, "_publish", 0),
    ],
)
def test_a_run_that_was_stopped_goes_on(
    module: ModuleType, place: str, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in (page_step, pair_step):
        monkeypatch.setattr(step, "COMMIT_SECONDS", 0.0)
    monkeypatch.setattr(page_step, "BATCH", 60_000)
    monkeypatch.setattr(pair_step, "BLOCK", 2)
    write("in.jsonl", rows())
    plan = Plan(["in.jsonl"], Path("out.jsonl"))
    steps.run(plan, print)
    expected = Path("out.jsonl").read_bytes()
    Path("out.jsonl").unlink()
    Path("out.jsonl.journal").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(module, place, stopping(getattr(module, place), calls))
        with pytest.raises(StoppedError):
            steps.run(plan, print)
    with pytest.raises(InputError, match="--resume"):
        steps.run(plan, print)
    finished = steps.run(Plan(["in.jsonl"], Path("out.jsonl"), resume=True), print)
    assert Path("out.jsonl").read_bytes() == expected
    assert finished.tally["pages"] == len(rows())
    assert sorted(path.name for path in Path().iterdir()) == [
        "in.jsonl",
        "out.jsonl",
        "out.jsonl.journal",
    ]


@needs_posix
def test_other_input_is_not_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    write("in.jsonl", rows()[:5])
    with monkeypatch.context() as patch:
        patch.setattr(steps, "_publish", stopping(steps._publish, 0))
        with pytest.raises(StoppedError):
            steps.run(Plan(["in.jsonl"], Path("out.jsonl")), print)
    write("in.jsonl", rows()[:6])
    with pytest.raises(InputError, match="other input"):
        steps.run(Plan(["in.jsonl"], Path("out.jsonl"), resume=True), print)
    steps.run(Plan(["in.jsonl"], Path("out.jsonl"), overwrite=True), print)
    assert Path("out.jsonl").exists()


def test_several_processes_find_the_same() -> None:
    source = write("in.jsonl", rows())
    for name, jobs in (("one.jsonl", 1), ("two.jsonl", 2)):
        steps.run(Plan([source], Path(name), n_jobs=jobs), print)
    assert Path("one.jsonl").read_bytes() == Path("two.jsonl").read_bytes()


def test_a_cluster_larger_than_memory_is_written(tmp_path: Path) -> None:
    group = max(LONG, key=lambda g: len(VERSIONS[g]))
    versions = [t.text.split(". ") for t in VERSIONS[group]]
    size = min(map(len, versions))

    def texts(numbers: Sequence[int]) -> list[str]:
        assert len(numbers) == 1
        mixed = versions[numbers[0] % len(versions)][:size]
        random = np.random.default_rng(numbers[0])
        mixed[int(random.integers(size))] = f"Page {numbers[0]} of them"
        return [". ".join(mixed)]

    def names(numbers: Sequence[int]) -> list[tuple[str | int | None, str | None]]:
        return [(number, None) for number in numbers]

    def most_memory(pages: int) -> int:
        plan = Plan([], tmp_path / f"{pages}.jsonl")
        plan.folder.mkdir()
        own = members(range(pages), [], {}, names, texts)
        tracemalloc.start()
        assert line_step.write(plan, [own]) == {"clusters": 1, "copies": pages, "spun": 1}
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        (record,) = clusters(str(plan.clusters))
        assert len(record["pairs"]) == pages - 1
        return most

    few, many = most_memory(100), most_memory(300)
    a_line = (tmp_path / "300.jsonl.partial" / "clusters.jsonl").stat().st_size
    assert many - few < a_line / 4


def test_a_spool_takes_back_what_was_not_committed(tmp_path: Path) -> None:
    texts = [ORIGINALS[g].text for g in LONG[:3]]
    stream = reader().read([*texts, "\ud800"])
    names: list[tuple[str | int | None, str | None]] = [("a", None), (7, "2020"), ("ü", None)]
    spool = Spool(tmp_path / "spool")
    spool.add(stream, [*names, ("d", None)])
    positions = spool.commit()
    spool.add(stream, [*names, ("x", None)])
    spool.restore(positions)
    assert len(spool) == 4
    assert spool.texts([3, 1]) == ["\ud800", texts[1]]
    assert spool.names([1, 0]) == [(7, "2020"), ("a", None)]
    parts = [spool.anchors(part) for part in range(64)]
    hashes = np.concatenate([hashes for hashes, _ in parts])
    pages = np.concatenate([pages for _, pages in parts])
    wanted = sorted(zip(stream.anchors.hash.tolist(), stream.anchors.doc.tolist(), strict=True))
    assert sorted(zip(hashes.tolist(), pages.tolist(), strict=True)) == wanted
    with pytest.raises(InputError, match="shorter than it was"):
        spool.restore(positions | {"texts": 10**9})
    spool.close()


# Mining


def test_pairs_are_mined_from_what_was_found() -> None:
    found = [
        {"id": f"{g}-{t.label}", "text": t.text}
        for g in LONG[:40]
        for t in (ORIGINALS[g], *VERSIONS[g][:2])
    ]
    source = write("in.jsonl", found)
    assert run([*COMMAND, "copies", source, "-o", "out.jsonl"]).returncode == 0
    done = run([*COMMAND, "mine", "out.jsonl", "-o", "pairs.tsv", "--least", "2"])
    assert done.returncode == 0
    header, *lines = Path("pairs.tsv").read_text(encoding="utf-8").splitlines()
    assert header.split("\t") == ["written", "original", "times", "clusters", "known"]
    table = [line.split("\t") for line in lines]
    assert len(table) > 20
    assert all(int(row[2]) >= int(row[3]) >= 2 for row in table)
    counts = [int(row[3]) for row in table]
    assert counts == sorted(counts, reverse=True)
    new = sum(row[4] == "0" for row in table)
    assert f"{len(table):,} pairs" in sentences(done)[-1]
    assert f"{new:,} of them new" in sentences(done)[-1]


def test_what_is_no_cluster_is_told() -> None:
    write("in.jsonl", [{"id": 1, "text": "x"}])
    done = run([*COMMAND, "mine", "in.jsonl", "-o", "pairs.tsv"])
    assert done.returncode == 2
    assert "line 1" in sentences(done)[-1]


def test_only_spun_pairs_with_the_original_are_mined() -> None:
    def record(kind: str, numbers: list[int], before: str, after: str) -> dict[str, Any]:
        pair = {"kind": kind, "numbers": numbers, "substitutions": [[before, after, 0, 1, 0, 1]]}
        return {"pages": [{"number": 4}, {"number": 9}, {"number": 11}], "pairs": [pair]}

    mined = mine(
        [
            record("spun", [4, 9], "Told", "steered"),
            record("spun", [4, 11], "told", "steered"),
            record("unspun", [4, 9], "small", "little"),
            record("spun", [9, 11], "advised", "steered"),
            record("spun", [4, 9], "a", "an"),
            record("spun", [4, 9], "in 1987", "in 1988"),
        ]
    )
    assert mined.times == {("steered", "told"): 2}
    assert mined.clusters["steered", "told"] == {0, 1}


def test_what_the_lexicon_lists_as_exchanged_is_known() -> None:
    table, ngrams = lexicon(), reader().ngrams
    begin = table.offsets[: len(ngrams) + 1].astype(np.int64)
    expected, sources, _ = unpack(table.entries[: begin[-1]])
    row = np.repeat(np.arange(len(ngrams)), np.diff(begin))
    listed = np.flatnonzero((sources & PAIRS) > 0)[::700]
    assert len(listed) > 10
    for at in listed.tolist():
        words = [n for n in table.word_table(expected[at : at + 1])[0].tolist() if n >= 0]
        assert is_known(table.word(int(row[at])), table.text(words), table, ngrams)
    assert not is_known("automobile", "xylophone", table, ngrams)
    assert not is_known("qwzx", "told", table, ngrams)

"""datatrove: blocks in real pipelines say what the plain runner says, and go on when stopped."""

import doctest
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import engine_rows
import pytest

from spindetect import cli
from spindetect.errors import InputError, ModelError
from spindetect.pipeline.engines import BATCH
from spindetect.pipeline.rows import RESULTS

pytest.importorskip("datatrove", reason="the extra datatrove is not installed")
pytest.importorskip("orjson", reason="the extra datatrove is not installed")

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from spindetect.pipeline import datatrove as blocks
from spindetect.pipeline.datatrove import SpinAnnotator, SpinFilter


def noted(block: Any, notes: Path) -> Any:
    """The block with a detector that takes notes."""
    _, *options = block.annotate.args
    block.annotate = partial(blocks._annotated, engine_rows.noted(notes), *options)
    return block


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """The documents of an output, by id."""
    lines = [line for path in folder.glob("*.jsonl") for line in path.read_text().splitlines()]
    rows = [json.loads(line) for line in lines]
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def run(folder: Path, source: Path, *steps: Any, tasks: int = 3, workers: int = 1) -> Any:
    """The statistics of a pipeline with these steps between reader and writer."""
    return LocalPipelineExecutor(
        [JsonlReader(str(source)), *steps, JsonlWriter(str(folder / "out"), compression=None)],
        tasks=tasks,
        workers=workers,
        logging_dir=str(folder / "logs"),
    ).run()


def counts(stats: Any, place: int = 1) -> dict[str, int]:
    """What the block at a place counted."""
    return {name: found.total for name, found in stats.stats[place].stats.items()}


def test_annotations_are_those_of_the_plain_runner(tmp_path: Path) -> None:
    source = engine_rows.written(tmp_path)
    stats = run(tmp_path, source, SpinAnnotator(), workers=2)
    found = {id: row["metadata"] for id, row in read(tmp_path / "out").items()}
    # Its reader leaves out what has no text.
    expected = {
        id: row
        for id, row in engine_rows.plain(source).items()
        if row["spin_error"] is None and id != "page" and found.get(id) is not None
    }
    left = {row["id"] for row in engine_rows.documents() if not row.get("text")}
    assert expected.keys() == {row["id"] for row in engine_rows.documents()} - left
    engine_rows.check(found, expected)
    counted = counts(stats)
    assert counted["total"] == len(expected)
    for kind in ("verdict", "reason"):
        for value in {row[f"spin_{kind}"] for row in expected.values()}:
            n = sum(row[f"spin_{kind}"] == value for row in expected.values())
            assert counted[f"{kind}_{value}"] == n


def test_a_filter_is_the_command_filter(tmp_path: Path) -> None:
    source = engine_rows.written(tmp_path)
    (tmp_path / "mine.toml").write_text("[bounds]\nn_words = [4, 400]\n")
    presets = ["gopher", str(tmp_path / "mine.toml")]
    kept, dropped = str(tmp_path / "kept.jsonl"), str(tmp_path / "kept.rejected.jsonl")
    options = [word for name in presets for word in ("--preset", name)]
    assert cli.main(["filter", str(source), kept, *options, "--n-jobs", "1"]) == 3
    passed = [json.loads(line)["id"] for line in Path(kept).read_text().splitlines()]
    rejected = {r["id"]: r for r in map(json.loads, Path(dropped).read_text().splitlines())}
    excluded = JsonlWriter(str(tmp_path / "excluded"), compression=None)
    stats = run(tmp_path, source, SpinFilter(presets=presets, exclusion_writer=excluded))
    mine, theirs = read(tmp_path / "out"), read(tmp_path / "excluded")
    # Its reader leaves out what has no text, the page among it.
    assert mine.keys() == set(passed) - {"page"}
    assert all(row["metadata"]["spin_reasons"] == [] for row in mine.values())
    assert all(row["metadata"]["spin_probability"] <= 0.5 for row in mine.values())
    assert theirs.keys() == {id for id, row in rejected.items() if row.get("text")}
    for id, row in theirs.items():
        for name in ("spin_reasons", "spin_verdict", "spin_probability", "spin_error"):
            assert row["metadata"][name] == rejected[id][name]
        assert row["metadata"]["filter_reason"] == rejected[id]["spin_reasons"][0]
    counted = counts(stats)
    assert (counted["forwarded"], counted["dropped"]) == (len(mine), len(theirs))
    reasons = [reason for id in theirs for reason in rejected[id]["spin_reasons"]]
    assert "spin" in reasons
    for reason in reasons:
        assert counted[f"reason_{reason}"] == reasons.count(reason)


def test_a_stopped_pipeline_goes_on_with_the_tasks_that_are_left(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for task in range(4):
        texts = ["stop" if task == 2 and i == 1 else "a few words of text" for i in range(3)]
        lines = [json.dumps({"id": f"{task}-{i}", "text": t}) for i, t in enumerate(texts)]
        (source / f"{task}.jsonl").write_text("\n".join(lines) + "\n")
    stop = tmp_path / "stop"
    stop.touch()

    def stopped(data: Any, rank: int, world_size: int) -> Iterator[Document]:
        for document in data:
            if document.text == "stop" and stop.exists():
                raise KeyError("stopped")
            yield document

    def block() -> Any:
        return noted(SpinAnnotator(results=["spin_verdict"]), tmp_path)

    with pytest.raises(KeyError, match="stopped"):
        run(tmp_path, source, stopped, block(), tasks=4)
    assert engine_rows.scored(tmp_path) == 6
    stop.unlink()
    run(tmp_path, source, stopped, block(), tasks=4)
    assert engine_rows.scored(tmp_path) == 12
    found = read(tmp_path / "out")
    assert found.keys() == {f"{task}-{i}" for task in range(4) for i in range(3)}
    assert all(row["metadata"] for row in found.values())
    run(tmp_path, source, stopped, block(), tasks=4)
    assert engine_rows.scored(tmp_path) == 12


def test_bad_documents_stop_nothing(tmp_path: Path) -> None:
    said = ["spin_verdict", "spin_error"]
    block = noted(SpinAnnotator(results=said, max_characters=100), tmp_path)
    texts: list[Any] = ["fail", "one employee steered me", None, 7, "x" * 101]
    documents = [Document(text, str(i), metadata={"n": i}) for i, text in enumerate(texts)]
    found = list(block.run(documents))
    assert [d.metadata["n"] for d in found] == list(range(5))
    assert [d.metadata["spin_verdict"] for d in found] == [None, "spun", None, None, None]
    assert [d.metadata["spin_error"] for d in found] == [
        "0: it could not be scored (ValueError('a bug')).",
        None,
        "2: it has no text.",
        "3: it has no text.",
        "4: it has 101 characters, more than max_characters=100.",
    ]
    assert block.stats["error"].total == 4
    keeping = noted(SpinFilter(keep_unscored=True), tmp_path)
    assert keeping.filter(Document("fail", "a")) == (False, "error")
    assert keeping.filter(Document("", "a")) is True
    assert SpinFilter().filter(Document("", "a")) == (False, "empty")


def test_documents_are_scored_in_bounded_batches(tmp_path: Path) -> None:
    n = 3 * BATCH + 1
    for block in (SpinAnnotator(), SpinFilter(keep_unscored=True)):
        noted(block, tmp_path)
        data = (Document("a few words of text", str(i)) for i in range(n))
        assert [d.id for d in block.run(data)] == [str(i) for i in range(n)]
    assert engine_rows.scored(tmp_path) == 2 * n


def test_what_cannot_be_scored_is_said_at_once() -> None:
    with pytest.raises(InputError, match="there is no result 'spin': choose of spin_verdict, "):
        SpinAnnotator(results=["spin"])
    with pytest.raises(ValueError, match="no mode 'strict'"):
        SpinFilter(mode="strict")
    with pytest.raises(InputError, match="the preset redpajama only measures"):
        SpinFilter(presets=["redpajama"])


def test_a_model_that_a_worker_lacks_is_named() -> None:
    with pytest.raises(ModelError, match=r"on the worker \S+: /none/model.json cannot be read"):
        list(SpinAnnotator(model="/none").run([Document("a few words", "a")]))


def test_the_filter_says_no_more_than_it_must() -> None:
    document = Document("a few words", "a")
    SpinFilter().filter(document)
    assert document.metadata.keys() < {*RESULTS, "spin_reasons"}


def test_the_example_runs() -> None:
    assert doctest.testmod(blocks).failed == 0

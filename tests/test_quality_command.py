"""The command ``spindetect quality``: records, verdicts, exit codes, bad input."""

import json
from pathlib import Path

import pytest

from spindetect.cli import main
from spindetect.quality import PRESETS, assess, assess_many, preset
from spindetect.record import quality_record

TEXTS = [
    "The council voted on Monday to keep the library open after all.\nNobody had hoped for it.\n",
    "Home\nAbout\nLorem ipsum {x}\n",
    "",
    "a\0b\n",
    "Der Rat stimmte am Montag dafür, die Bücherei zu erhalten.\n",
]


def written(folder: Path, texts: list[str]) -> Path:
    path = folder / "texts.jsonl"
    lines = [json.dumps({"id": i, "text": text}) + "\n" for i, text in enumerate(texts)]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_records_are_those_of_the_library(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(written(tmp_path, TEXTS))
    assert main(["quality", path, "--preset", "gopher", "--preset", "c4", "--format", "jsonl"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    expected = assess(TEXTS, [preset("gopher"), preset("c4")])
    assert records == [{"id": i, **quality_record(q)} for i, q in enumerate(expected)]
    assert records[1]["verdicts"] == {"gopher": False, "c4": False}


# Nothing, white space, one word, one endless line, no letters, binary, another language.
BAD = [
    "",
    " \n\t ",
    "word",
    "x" * 300_000,
    "12 345 !!! ... #",
    "\0\x01\ufffd\x07 \x80",
    "中文。 " * 50,
]


@pytest.mark.parametrize("name", [*PRESETS])
def test_whatever_is_measured_has_a_value(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if name == "readability":
        pytest.importorskip("textstat")
    path = str(written(tmp_path, BAD))
    assert main(["quality", path, "--preset", name, "--format", "jsonl"]) == 0
    out, error = capsys.readouterr()
    assert error == ""
    # JSON has no numbers that are none, and none that are infinite.
    records = [json.loads(line, parse_constant=pytest.fail) for line in out.splitlines()]
    assert [record["id"] for record in records] == list(range(len(BAD)))
    for record in records:
        assert len(record["rules"]) == len(PRESETS[name].bounds)
        assert 0 <= record["score"] <= 1


def test_flagged_words_are_those_of_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "listed.txt"
    listed.write_text("library\n", encoding="utf-8")
    path = str(written(tmp_path, TEXTS[:1]))
    for options, value in (([], 0), (["--flagged-words", str(listed)], 1)):
        assert main(["quality", path, "--preset", "c4", "--format", "jsonl", *options]) == 0
        (record,) = map(json.loads, capsys.readouterr().out.splitlines())
        assert [r["value"] for r in record["rules"] if r["name"] == "c4.flagged_terms"] == [value]


def test_processes_change_nothing() -> None:
    items = [(i, text * 2000) for i, text in enumerate(TEXTS * 4)]
    assert list(assess_many(items, n_jobs=2)) == list(assess_many(items))


def test_unreadable_documents_are_told_in_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, TEXTS[:1])
    path.write_text("no json\n" + path.read_text("utf-8"), encoding="utf-8")
    output = tmp_path / "out.json"
    assert main(["quality", str(path), "-o", str(output), "--input-format", "jsonl"]) == 3
    first, second = json.loads(output.read_text("utf-8"))
    assert "error" in first
    assert second["id"] == 0
    assert "line 1: not JSON" in capsys.readouterr().err


def test_the_table_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(written(tmp_path, TEXTS[:2]))
    assert main(["quality", path, "--preset", "fineweb", "--fail-on-broken"]) == 1
    out = capsys.readouterr().out
    assert "fineweb.terminal_fed_lines 0 (at least 0.12)" in out
    assert out.endswith("2 documents: 1 kept, 1 broke a rule\n")


def test_tables_archives_and_fields_are_read_as_by_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet")
    table = tmp_path / "texts.parquet"
    pyarrow.parquet.write_table(
        pyarrow.table({"url": ["a", "b"], "body": [TEXTS[0], None], "page": [None, "<p>Hi {x}"]}),
        table,
    )
    archive = tmp_path / "one.warc"
    text = TEXTS[0].encode()
    archive.write_bytes(
        b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <c>\r\n"
        b"Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(text), text)
    )
    fields = ["--text-field", "body", "--html-field", "page", "--id-field", "url"]
    paths = [str(table), str(archive)]
    assert main(["quality", *paths, *fields, "--preset", "c4", "--format", "jsonl"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    expected = assess([TEXTS[0], "Hi {x}", TEXTS[0]], [preset("c4")])
    assert records == [
        {"id": id, **quality_record(q)} for id, q in zip(("a", "b", "<c>"), expected, strict=True)
    ]


def test_nothing_is_overwritten_unless_it_is_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, output = written(tmp_path, TEXTS), tmp_path / "out.jsonl"
    output.write_text("mine")
    assert main(["quality", str(path), "-o", str(output)]) == 2
    assert "out.jsonl exists; use --overwrite to replace it" in capsys.readouterr().err
    assert output.read_text() == "mine"
    assert main(["quality", str(path), "-o", str(output), "--overwrite"]) == 0
    assert len(output.read_text("utf-8").splitlines()) == len(TEXTS)
    assert main(["quality", str(path), "-o", str(path), "--overwrite"]) == 2
    assert "read and written at once" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--preset", "golpher"], "no preset 'golpher'"),
        (["--preset", "none.toml"], "none.toml cannot be read"),
        (["--preset", "c4", "--flagged-words", "none.txt"], "none.txt cannot be read"),
        (["--preset", "c4", "--preset", "c4"], "two presets are named 'c4'"),
        (["nowhere.txt"], "no such file"),
        (["text.jsonl"], "no such file or folder, but there is texts.jsonl"),
    ],
)
def test_bad_usage_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    why: str,
) -> None:
    path = str(written(tmp_path, TEXTS))
    monkeypatch.chdir(tmp_path)
    paths = [path] if arguments[0] == "--preset" else []
    assert main(["quality", *paths, *arguments]) == 2
    error = capsys.readouterr().err
    assert why in error
    assert error.count("\n") == 1

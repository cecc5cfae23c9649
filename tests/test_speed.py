"""The figures of speed: what is timed, that all of it is there, and how it is shown."""

import json
import sys
from pathlib import Path

import pytest

from spindetect import accelerator, cli
from spindetect.benchmark import processes, rivals, speed, speed_tables
from spindetect.benchmark.speed_result import Measure, Speed
from spindetect.detector import BUNDLED
from spindetect.errors import InputError

TEXT = "The council met on Tuesday evening to discuss the new library, and put the vote off. " * 40
ODD = "The council met on Tuesday nighttime to speak about the brand new library. " * 40


def test_pages_are_whole_texts_of_500_words_or_more() -> None:
    texts = ["a " * 150, "b " * 400, " ", "c " * 600]
    found = speed.pages(texts, 3000)
    assert [set(page.split()) for page in found[:2]] == [{"a", "b"}, {"c"}]
    sizes = [len(page.split()) for page in found]
    assert min(sizes) >= speed.PAGE
    assert sum(sizes) >= 3000 > sum(sizes[:-1])


@pytest.mark.skipif(not BUNDLED.is_dir(), reason="the model has not been built")
def test_the_command_measures_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(speed, "_ENOUGH", 5000)
    monkeypatch.setattr(processes, "_STARTS", 1)
    monkeypatch.setattr(speed, "_SHARED", 0)
    monkeypatch.setattr("spindetect.detector._WORTHWHILE", 2)
    lines = [
        {"group": "a", "label": "original", "text": TEXT},
        {"group": "a", "label": "spun", "text": ODD},
    ]
    data, out, wheel = tmp_path / "texts.jsonl", tmp_path / "out", tmp_path / "a.whl"
    data.write_text("".join(json.dumps(line) + "\n" for line in lines))
    wheel.write_bytes(bytes(2_500_000))
    options = ["--data", str(data), "-o", str(out), "--wheel", str(wheel), "--format", "json"]
    assert cli.main(["benchmark", "--speed", "--words", "1200", "--rounds", "2", *options]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert json.loads((out / "speed.json").read_text()) == printed
    found = {(m["what"], m["where"]): m["value"] for m in printed["measures"]}
    names = [speed.PLAIN] + [speed.FAST] * (accelerator.compiled() is not None)
    for where in ("all texts", "not spun", "spun"):
        assert {(name, where) for name in (*names, speed.REGEX, speed.QUALITY)} <= found.keys()
    for name in names:
        assert ("one page, warm", f"{name}, not spun") in found
        assert ("resident memory, at most", name) in found or sys.platform != "linux"
    assert ("command line, cold", "one page") in found
    assert any(what == "two workers against one process" for what, _ in found)
    assert ("import spindetect", "fresh process") in found
    assert found["wheel", "a.whl"] == 2.5
    assert all(value > 0 for value in found.values())
    table = (out / "speed.md").read_text()
    assert all(f"| {what} | {where} |" in table for what, where in found)


@pytest.mark.skipif(not BUNDLED.is_dir(), reason="the model has not been built")
def test_documents_for_what_is_measured_at_length(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(speed, "_SHARED", 0)
    monkeypatch.setattr(speed, "_HUGE", 9000)
    monkeypatch.setattr(speed, "fresh", lambda *_: ())
    options = ["--words", "600", "--rounds", "1", "--documents", "7", "--format", "json"]
    assert cli.main(["benchmark", "--speed", *options]) == 0
    places = {m["what"]: m["where"] for m in json.loads(capsys.readouterr().out)["measures"]}
    assert places["two workers against one process"] == "7 documents"
    assert places.keys() & {"0.01 MB as one document"}


def test_figures_as_text_line_up() -> None:
    measures = (Measure("words", "all", 12_345.6, "words/s"), Measure("page", "", 3.21, "ms"))
    found = speed_tables.to_text(Speed("d", 1, 1, "m", {}, "en", measures)).splitlines()
    assert found[-2:] == ["words  all    12,346 words/s", "page" + 18 * " " + "3.2 ms"]


def test_a_model_of_kenlm_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="KenLM"):
        rivals.contenders(tmp_path / "none.arpa")


def test_a_wheel_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["benchmark", "--speed", "--wheel", "none.whl"]) == 2
    assert "there is no such wheel" in capsys.readouterr().err

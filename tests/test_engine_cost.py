"""The cost of engines: what is timed, and that all of it is there."""

import json
from pathlib import Path
from typing import Any

import pytest

from spindetect import cli
from spindetect.benchmark import engine_worker, engines
from spindetect.benchmark.engine_worker import PLAIN
from spindetect.benchmark.engines import _Times
from spindetect.benchmark.texts import read_texts
from spindetect.errors import SpindetectError


def test_pages_are_made_of_texts_that_are_not_spun() -> None:
    texts = read_texts()
    found = engines.pages(texts, 30)
    clean = {p for text in texts if not text.is_spun for p in text.text.split("\n\n")}
    assert all(set(page.split("\n\n")) <= clean for page in found)
    assert min(len(page.split()) for page in found) >= 500
    assert len(set(found)) == 30
    assert engines.pages(texts, 30) == found


def test_what_a_start_takes_is_no_part_of_the_throughput() -> None:
    # 100 documents take two seconds with the plain runner and three with the other, in every round
    # beside what starts it anew.
    times = {
        PLAIN: _Times(1.0, 9.0, few=[5.0, 8.0], many=[7.0, 10.0]),
        "other": _Times(10.0, 20.0, few=[4.0, 4.0], many=[7.0, 7.0]),
    }
    found = {(m.what, m.where): m.value for m in engines._figures(times, 100, 50, 2)}
    assert found["then", PLAIN] == 50
    assert found["start-up", PLAIN] == 1 + 9 - 1
    assert found["start-up", "other"] == pytest.approx(10 + 20 - 1.5)
    assert found["time beyond the plain runner", "other"] == pytest.approx(50)
    assert ("time beyond the plain runner", PLAIN) not in found
    assert found["1,000,000,000 documents", PLAIN] == pytest.approx(2e7 * 2 / 3600)


def test_the_command_measures_the_plain_runner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engines, "ENGINES", {PLAIN: engine_worker.ENGINES[PLAIN]})
    monkeypatch.setattr(engines, "_FEW", 2)
    monkeypatch.setattr(engines, "_FILES", 2)
    options = ["--documents", "12", "--rounds", "1", "--format", "json", "-o", str(tmp_path)]
    assert cli.main(["benchmark", "--engines", *options]) == 0
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert "12 documents of 500 words and more" in printed["how"]
    found = {(m["what"], m["where"]): m["value"] for m in printed["measures"]}
    assert found["start-up", PLAIN] > 0
    assert 1000 < found["JSONL that is read", "a document"] < 10_000
    assert "| then | plain runner |" in (tmp_path / "speed.md").read_text()


def test_an_engine_that_fails_says_why(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    with engines._engine(PLAIN, 1, Path("/none"), tmp_path / "log") as engine:
        why = r"before its time \(.*/none/model.json cannot be read"
        with pytest.raises(SpindetectError, match=why):
            engine.run(source, tmp_path / "out")

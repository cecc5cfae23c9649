"""The gate of the bundled figures, and that it can only be lowered on purpose."""

import json
from pathlib import Path

import gate
import pytest
from gate import PINNED, Gate

from spindetect.benchmark import Benchmark, Figure
from spindetect.benchmark.texts import BUNDLED

PRESENT = Gate("new", {"a": 0.91, "b": 0.5, "c": 0.7}, {"wrong": 2})


def test_the_figures_stand() -> None:
    pinned = Gate.read(PINNED)
    if pinned.texts_sha256 is None or not BUNDLED.is_file():
        pytest.skip("nothing is pinned yet: PYTHONPATH=. python tests/gate.py --raise")
    assert pinned.faults(gate.present_gate()) == []


def test_faults_are_named() -> None:
    pinned = Gate("old", {"a": 0.92, "b": 0.5, "d": 0.1}, {"wrong": 1, "gone": 0})
    assert pinned.faults(PRESENT) == [
        "the texts are not those that are pinned",
        "a fell to 0.91 from 0.92",
        "d is not measured any more",
        "wrong rose to 2 from 1",
        "gone is not measured any more",
    ]
    assert PRESENT.faults(PRESENT) == []


def test_raising_never_lowers() -> None:
    pinned = Gate("old", {"a": 0.92, "b": 0.4, "d": 0.1}, {"wrong": 1})
    raised = pinned.raised(PRESENT)
    assert raised == Gate("new", {"a": 0.92, "b": 0.5, "c": 0.7, "d": 0.1}, {"wrong": 1})
    assert pinned.raised(Gate("new", {}, {"wrong": 0})).ceilings == {"wrong": 0}


@pytest.mark.parametrize(
    ("arguments", "code", "floor"),
    [([], 1, 0.92), (["--raise"], 1, 0.92), (["--raise", "--lower"], 0, 0.91)],
)
def test_lowering_takes_two_flags(
    arguments: list[str],
    code: int,
    floor: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "gate.json"
    Gate("new", {"a": 0.92}, {"wrong": 5}).write(path)
    monkeypatch.setattr(gate, "PINNED", path)
    monkeypatch.setattr(gate, "present_gate", lambda: PRESENT)
    assert gate.main(arguments) == code
    assert Gate.read(path).floors["a"] == floor
    assert Gate.read(path).ceilings["wrong"] == (5 if not arguments else 2)
    assert ("a fell to 0.91 from 0.92" in capsys.readouterr().err) == bool(code)


def test_lowering_alone_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        gate.main(["--lower"])
    assert stop.value.code == 2


def figure(measure: str, by: str = "", part: str = "", value: float = 0.98765) -> Figure:
    return Figure(measure, "documents", by, part, "spindetect", value, 0.9, 1.0, 200, 100)


def test_a_gate_holds_a_handful_of_figures_cut_off() -> None:
    figures = (
        figure("AUROC"),
        figure("AUROC", "family", "one"),
        figure("AUROC", "register", "news"),
        figure("recall", "strength", "0.2", 0.5),
        figure("recall", "family", "one"),
        figure("phrase recall"),
        figure("phrase recall", "family", "one"),
        figure("false positives", value=0.015),
        figure("false positives", "register", "news"),
    )
    result = Benchmark("x", "m", "v", {}, 0, figures, (), (), ())
    assert Gate.of(result, "abc") == Gate(
        "abc",
        {
            "AUROC documents family one": 0.987,
            "recall documents strength 0.2": 0.5,
            "phrase recall documents": 0.987,
        },
        {"false positives documents": 3},
    )


def test_the_pinned_file_is_sorted_json() -> None:
    text = PINNED.read_text(encoding="utf-8")
    record = json.loads(text)
    assert list(record) == ["texts_sha256", "floors", "ceilings"]
    assert list(record["floors"]) == sorted(record["floors"])

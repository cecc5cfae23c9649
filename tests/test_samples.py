"""The bundled samples, as the demo scores them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import spindetect
from spindetect.report import Report, Verdict

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
LABELS: dict[str, str] = json.loads((SAMPLES / "labels.json").read_text(encoding="utf-8"))


def scored(name: str) -> Report:
    path = SAMPLES / name
    if path.suffix == ".html":
        return spindetect.score_html(path.read_bytes())
    return spindetect.score(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [n for n, label in LABELS.items() if label == "human"])
def test_human_samples_are_not_called_spun(name: str) -> None:
    assert scored(name).verdict != Verdict.SPUN


@pytest.mark.parametrize("name", [n for n, label in LABELS.items() if label == "spun"])
def test_spun_samples_are_not_called_clean(name: str) -> None:
    report = scored(name)
    assert report.verdict != Verdict.CLEAN, report.probability
    assert len(report.anomalies) >= 10


@pytest.mark.parametrize("name", [n for n, label in LABELS.items() if label != "human"])
def test_originals_of_spun_samples_score_lower(name: str) -> None:
    original = (SAMPLES / "originals" / name).with_suffix(".txt")
    before = spindetect.score(original.read_text(encoding="utf-8"))
    assert before.verdict != Verdict.SPUN, before.probability
    after = scored(name)
    assert before.probability is not None
    assert after.probability is not None
    assert before.probability < after.probability


def test_most_spun_samples_are_found() -> None:
    spun = [n for n, label in LABELS.items() if label == "spun"]
    assert sum(scored(n).verdict == Verdict.SPUN for n in spun) >= len(spun) - 1


@pytest.mark.parametrize("name", [n for n, label in LABELS.items() if label == "half-spun"])
def test_sentences_of_half_spun_samples_differ(name: str) -> None:
    chances = [s.probability for s in scored(name).sentences]
    assert sum(p > 0.8 for p in chances) >= 4
    assert sum(p < 0.2 for p in chances) >= 4

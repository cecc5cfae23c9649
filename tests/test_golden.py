"""The bundled model's reports on the bundled texts, as they were when the model was released.

    python tests/test_golden.py

writes them anew, for a new model; a change of code must not change them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import spindetect
from spindetect.classifier import MODEL_FILE
from spindetect.detector import BUNDLED

FOLDER = Path(__file__).parent / "golden"
CASES = Path(__file__).parent / "cases"

# Probabilities are sums of many floating-point products, whose last digits differ between
# processors.
TOLERANCE = 1e-4


def texts() -> dict[str, str]:
    """Texts by name."""
    found = {}
    for name in ("spun", "negative"):
        for case in json.loads((CASES / f"{name}.json").read_text(encoding="utf-8")):
            found[f"{name}/{case['label']}"] = case["text"]
    return found


def digest(text: str) -> dict[str, Any]:
    """What of a report is kept."""
    report = spindetect.score(text)
    return {
        "verdict": str(report.verdict),
        "probability": report.probability,
        "anomalies": [[a.start, a.text, list(a.expected), a.gain] for a in report.anomalies],
        "sentences": [round(s.probability, 4) for s in report.sentences],
        "quality": report.quality.score if report.quality else None,
    }


def path() -> Path:
    """The golden file of the bundled model."""
    return FOLDER / f"{spindetect.load().name}.json"


def test_reports_are_those_of_the_release() -> None:
    golden = json.loads(path().read_text(encoding="utf-8"))
    assert golden.keys() == texts().keys()
    for name, text in texts().items():
        found, expected = digest(text), golden[name]
        for key in ("verdict", "anomalies"):
            assert found[key] == expected[key], name
        assert found["quality"] == pytest.approx(expected["quality"], abs=TOLERANCE), name
        assert found["probability"] == pytest.approx(expected["probability"], abs=TOLERANCE), name
        assert found["sentences"] == pytest.approx(expected["sentences"], abs=TOLERANCE), name


if __name__ == "__main__":
    path().write_text(
        json.dumps({n: digest(t) for n, t in texts().items()}, indent=0, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    record = json.loads((BUNDLED / MODEL_FILE).read_text(encoding="utf-8"))
    tables = FOLDER / "tables.json"
    known = json.loads(tables.read_text()) if tables.exists() else {}
    known.setdefault(record["name"], record["tables"])
    tables.write_text(json.dumps(known, indent=1) + "\n")

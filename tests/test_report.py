"""Records: what they hold, and that JSON keeps all of it."""

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import reports

from spindetect.errors import InputError
from spindetect.modes import Mode
from spindetect.report import (
    PhraseAnomaly,
    Quality,
    Reason,
    Report,
    Rule,
    SentenceScore,
    Verdict,
)

TEXT = "One employee steered me that the branch would close."
REPORT = Report(
    verdict=Verdict.SPUN,
    reason=Reason.ABOVE_THRESHOLD,
    probability=0.998,
    anomalies=(PhraseAnomaly("steered", 13, 20, ("told", "informed"), 9.4, 0.96),),
    sentences=(SentenceScore(0, 52, 0.97),),
    quality=Quality(0.71, (Rule("gopher.alpha_words", 0.74, 0.8, None, passed=False),)),
    language="en",
    n_words=812,
    prose=0.94,
    model="en-2026.1",
    mode=Mode.HIGH_RECALL,
    prior=0.25,
    id="page-17",
    text=TEXT,
)
RECORD = (
    '{"id": "page-17", "verdict": "spun", "reason": "above_threshold", "probability": 0.998, '
    '"mode": "high_recall", "prior": 0.25, "language": "en", "n_words": 812, "prose": 0.94, '
    '"sentences": [{"start": 0, "end": 52, "probability": 0.97}], '
    '"anomalies": [{"start": 13, "end": 20, "text": "steered", "expected": ["told", "informed"], '
    '"gain": 9.4, "probability": 0.96}], '
    '"quality": {"score": 0.71, "verdicts": {"gopher": false}, '
    '"failed": ["gopher.alpha_words"], "rules": [{"name": '
    '"gopher.alpha_words", "value": 0.74, "low": 0.8, "high": null, "passed": false, '
    '"spans": []}]}, "model": "en-2026.1"}'
)


@given(reports)
def test_json_round_trip(report: Report) -> None:
    for with_text in (False, True):
        record = json.loads(json.dumps(report.to_dict(with_text=with_text)))
        again = Report.from_dict(record)
        assert again == report
        assert again.text == (report.text if with_text else "")
        assert json.dumps(again.to_dict(with_text=with_text)) == json.dumps(
            report.to_dict(with_text=with_text)
        )


def test_the_documented_record_to_the_letter() -> None:
    assert json.dumps(REPORT.to_dict()) == RECORD
    assert list(REPORT.to_dict(with_text=True)) == [*json.loads(RECORD), "text"]


def test_the_record_of_an_unreadable_document_has_an_id_and_an_error_only() -> None:
    report = Report.unreadable("a.txt", "a.txt: there is no such file or folder.")
    assert report.verdict is Verdict.UNDECIDED
    assert report.reason is Reason.ERROR
    assert list(report.to_dict(with_text=True)) == ["id", "error"]


def test_fields_to_come_do_not_disturb() -> None:
    record = json.loads(RECORD)
    record["new"] = record["anomalies"][0]["new"] = record["quality"]["rules"][0]["new"] = 1
    assert Report.from_dict(record) == REPORT


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"verdict": "guilty"}, "'guilty' is not a valid Verdict"),
        ({"mode": "strict"}, "choose high_precision, balanced or high_recall"),
        ({"prior": 1}, "a prior lies between 0 and 1, both excluded, got 1"),
        ({"prior": "0.5"}, "not a spindetect record"),
        ({"probability": 1.5}, "a probability lies between 0 and 1, got 1.5"),
        ({"probability": float("nan")}, "got nan"),
        ({"anomalies": None}, "not a spindetect record"),
        ({"anomalies": [{}]}, "it has no field 'text'"),
        ({"sentences": [{"start": 9, "end": 3, "probability": 0}]}, "0 <= start <= end"),
        ({"quality": {"score": 0.5}}, "it has no field 'rules'"),
        ({"n_words": "many"}, "not a spindetect record"),
        ({"prose": "most"}, "not a spindetect record"),
    ],
)
def test_a_record_of_something_else_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError, match="not a spindetect record") as caught:
        Report.from_dict(json.loads(RECORD) | change)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("record", [{}, {"error": "gone"}, [], None, "spun"])
def test_what_is_no_record_at_all_is_refused(record: Any) -> None:
    with pytest.raises(InputError):
        Report.from_dict(record)


def test_numbers_are_rounded_once_and_plain() -> None:
    anomaly = PhraseAnomaly(
        "steered",
        np.int64(13),  # type: ignore[arg-type]
        np.int64(20),  # type: ignore[arg-type]
        ("told",),
        np.float32(9.41234),  # type: ignore[arg-type]
        np.float64(0.12345678),
    )
    assert (anomaly.gain, anomaly.probability) == (9.41, 0.123457)
    assert [type(n) for n in (anomaly.start, anomaly.gain)] == [int, float]
    assert type(anomaly.probability) is float
    assert json.dumps(dataclasses.astuple(anomaly))


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan"), float("inf")])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        SentenceScore(0, 1, probability)
    with pytest.raises(ValueError, match="between 0 and 1"):
        dataclasses.replace(REPORT, probability=probability)


@pytest.mark.parametrize("gain", [float("nan"), float("-inf")])
def test_what_json_cannot_hold_is_refused(gain: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        PhraseAnomaly("a", 0, 1, (), gain, 0.5)


def test_records_are_immutable_and_hashable() -> None:
    assert hash(REPORT) == hash(Report.from_dict(json.loads(RECORD)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        REPORT.verdict = Verdict.CLEAN  # type: ignore[misc]
    assert not hasattr(REPORT, "__dict__")


def test_the_text_takes_no_part_in_comparison_and_repr() -> None:
    assert dataclasses.replace(REPORT, text="") == REPORT
    assert TEXT not in repr(REPORT)


def test_a_notebook_shows_the_report_as_html() -> None:
    assert "<mark" in REPORT._repr_html_()


def test_the_words_of_the_record() -> None:
    assert [verdict.value for verdict in Verdict] == ["spun", "clean", "undecided"]
    assert [reason.value for reason in Reason] == [
        "above_threshold",
        "below_threshold",
        "between_thresholds",
        "too_short",
        "not_english",
        "empty",
        "error",
    ]

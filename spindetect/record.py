"""The JSON record of a report, and the report that a record stands for; see ``docs/record.md``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spindetect.errors import InputError
from spindetect.findings import finite, span
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

__all__ = ["quality_record", "record_of", "report_of"]


def record_of(report: Report, *, with_text: bool) -> dict[str, Any]:
    """What `Report.to_dict` gives.

    >>> record_of(Report.unreadable("a.txt", "a.txt: binary data."), with_text=True)
    {'id': 'a.txt', 'error': 'a.txt: binary data.'}
    """
    if report.error is not None:
        return {"id": report.id, "error": report.error}
    record: dict[str, Any] = {
        "id": report.id,
        "verdict": report.verdict.value,
        "reason": report.reason.value,
        "probability": report.probability,
        "mode": report.mode.value,
        "prior": report.prior,
        "language": report.language,
        "n_words": report.n_words,
        "prose": report.prose,
        "sentences": [
            {"start": s.start, "end": s.end, "probability": s.probability} for s in report.sentences
        ],
        "anomalies": [
            {
                "start": a.start,
                "end": a.end,
                "text": a.text,
                "expected": list(a.expected),
                "gain": a.gain,
                "probability": a.probability,
            }
            for a in report.anomalies
        ],
        "quality": None if report.quality is None else quality_record(report.quality),
        "model": report.model,
    }
    return record | ({"text": report.text} if with_text else {})


def flat_record(report: Report) -> dict[str, Any]:
    """The parts of the record that hold one value, for tables; None where the record has nothing.

    >>> flat_record(Report.unreadable(7, "gone."))["error"]
    'gone.'
    """
    is_read, quality = report.error is None, report.quality
    return {
        "verdict": report.verdict.value if is_read else None,
        "reason": report.reason.value if is_read else None,
        "probability": report.probability,
        "prose": report.prose,
        "language": report.language,
        "n_words": report.n_words if is_read else None,
        "quality": None if quality is None else quality.score,
        "failed": None if quality is None else list(quality.failed),
        "model": report.model if is_read else None,
        "error": report.error,
    }


def report_of(record: Mapping[str, Any]) -> Report:
    """What `Report.from_dict` gives.

    >>> report_of({"id": 7})
    Traceback (most recent call last):
    ...
    spindetect.errors.InputError: not a spindetect record: it has no field 'verdict'
    """
    try:
        if record.get("error") is not None:
            return Report.unreadable(record["id"], record["error"])
        return Report(
            verdict=Verdict(record["verdict"]),
            reason=Reason(record["reason"]),
            probability=record["probability"],
            anomalies=tuple(_anomaly(item) for item in record["anomalies"]),
            sentences=tuple(_sentence(item) for item in record["sentences"]),
            quality=None if record["quality"] is None else _quality(record["quality"]),
            language=record["language"],
            n_words=record["n_words"],
            model=record["model"],
            mode=Mode(record["mode"]),
            prior=record["prior"],
            id=record["id"],
            # Records of older versions do not say.
            prose=record.get("prose"),
            text=record.get("text", ""),
        )
    except KeyError as error:
        raise InputError(f"not a spindetect record: it has no field {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(f"not a spindetect record: {error}") from error


def _anomaly(item: Mapping[str, Any]) -> PhraseAnomaly:
    """The anomaly that a part of a record stands for."""
    return PhraseAnomaly(
        text=item["text"],
        start=item["start"],
        end=item["end"],
        expected=tuple(item["expected"]),
        gain=item["gain"],
        probability=item["probability"],
    )


def _sentence(item: Mapping[str, Any]) -> SentenceScore:
    """The sentence score that a part of a record stands for."""
    return SentenceScore(item["start"], item["end"], item["probability"])


def quality_record(quality: Quality) -> dict[str, Any]:
    """The part of the record that speaks of quality."""
    return {
        "score": quality.score,
        "verdicts": quality.verdicts,
        "failed": list(quality.failed),
        "rules": [
            {
                "name": rule.name,
                "value": rule.value,
                "low": rule.low,
                "high": rule.high,
                "passed": rule.passed,
                "spans": [list(bounds) for bounds in rule.spans],
            }
            for rule in quality.rules
        ],
    }


def _quality(record: Mapping[str, Any]) -> Quality:
    """The quality that a part of a record stands for; other fields follow from the rules."""
    return Quality(record["score"], tuple(_rule(item) for item in record["rules"]))


def _rule(item: Mapping[str, Any]) -> Rule:
    """The rule that a part of a record stands for."""
    return Rule(
        name=item["name"],
        value=finite(item["name"], item["value"]),
        low=item["low"],
        high=item["high"],
        passed=bool(item["passed"]),
        spans=tuple(span(start, end) for start, end in item["spans"]),
    )

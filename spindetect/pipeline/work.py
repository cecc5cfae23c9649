"""The work of a worker process: it answers documents with reports, within limits."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Protocol

from spindetect.inputs.document import text_of
from spindetect.pipeline.limits import Limits, end_after, end_with_parent, limit_memory
from spindetect.report import Report

if TYPE_CHECKING:
    from spindetect.findings import Quality
    from spindetect.quality import Preset

__all__ = ["NO_MEMORY", "Payload", "Scorer", "Work", "reports_on", "serve"]

# What a worker waits for beyond its limit before it ends itself: only if nobody is left to end it.
_ORPHAN_SECONDS = 60

# Exit code of a process that had no memory even to be told what to score.
NO_MEMORY = 77

_Id = str | int
# Id, text and HTML of documents; those without text are scored by their HTML.
Payload = Sequence[tuple[_Id, str | None, str | bytes | None]]


class Scorer(Protocol):
    """What the runner needs of a detector."""

    @property
    def name(self) -> str:
        """Name of the model."""

    def score_many(
        self, items: Iterable[tuple[_Id, str]], *, n_jobs: int, mode: str, prior: float
    ) -> Iterator[Report]:
        """One report an item, in order, as soon as it is known."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker is to do.

    Attributes
    ----------
    load : callable
        The detector; called once in each process, so it must be importable there.
    mode, prior : str, float
        As in `spindetect.score`.
    limits : Limits
    presets : tuple of Preset
        By which the quality of documents is measured; without any, and by the default alone, it is
        what the detector says.
    """

    load: Callable[[], Scorer]
    mode: str = "balanced"
    prior: float = 0.5
    limits: Limits = field(default_factory=Limits)
    presets: tuple[Preset, ...] = ()


def serve(pipe: Connection, work: Work) -> None:
    """What a worker does: it answers payloads with reports until nobody sends any more."""
    end_with_parent()
    # The process that started this one hears Ctrl-C and ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Each worker is a core's work; threads of a numeric library would only fight for it.
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    scorer = work.load()
    _scored(scorer, [("", "")], work)
    limit_memory(work.limits)
    pipe.send(None)
    with suppress(EOFError, OSError):
        while True:
            try:
                payload, seconds = pipe.recv()
            except MemoryError:
                # Half of it is still in the pipe, so that nothing can follow.
                os._exit(NO_MEMORY)
            end_after(seconds + _ORPHAN_SECONDS)
            reports = reports_on(scorer, payload, work)
            end_after(0)
            pipe.send(reports)


def reports_on(scorer: Scorer, payload: Payload, work: Work) -> list[Report]:
    """Reports on documents, in order; one that fails takes no other with it.

    Parameters
    ----------
    scorer : Scorer
        What `work` loads.
    payload : sequence of (id, text, html)
    work : Work
    """
    items: list[tuple[_Id, str]] = []
    failures: dict[int, str] = {}
    for place, (id, text, html) in enumerate(payload):
        try:
            items.append((id, text_of(text, html)))
        except Exception as error:  # noqa: BLE001 - one broken document never stops a run
            failures[place] = _failure(error, work.limits)
    try:
        found = iter(_scored(scorer, items, work))
    except Exception as error:  # noqa: BLE001 - as above
        if len(payload) > 1:
            return [report for item in payload for report in reports_on(scorer, [item], work)]
        failures[0] = _failure(error, work.limits)
        found = iter(())
    return [
        Report.unreadable(id, f"{id}: {failures[place]}.")
        if place in failures
        else _explained(next(found), work.limits)
        for place, (id, _, _) in enumerate(payload)
    ]


def _scored(scorer: Scorer, items: Sequence[tuple[_Id, str]], work: Work) -> list[Report]:
    """Reports on texts, with their quality by the presets of the work."""
    reports = list(scorer.score_many(items, n_jobs=1, mode=work.mode, prior=work.prior))
    if not work.presets:
        return reports
    from spindetect.quality import PRESETS, assess_many

    if work.presets == (PRESETS["default"],) and all(r.quality is not None for r in reports):
        return reports
    measured = assess_many(items, work.presets)
    return [
        report if report.error is not None else replace(report, quality=_scored_so(report, quality))
        for report, (_, quality) in zip(reports, measured, strict=True)
    ]


def _scored_so(report: Report, quality: Quality) -> Quality:
    """The quality by other presets with the score of a report, which knows of the spinning."""
    return quality if report.quality is None else replace(quality, score=report.quality.score)


def _failure(error: Exception, limits: Limits) -> str:
    """What went wrong, in words for the user."""
    if isinstance(error, MemoryError):
        return limits.memory_exceeded
    return f"it could not be scored ({error!r})"


def _explained(report: Report, limits: Limits) -> Report:
    """The report, with words for the user if memory ran out."""
    if report.error is None or "MemoryError" not in report.error:
        return report
    return Report.unreadable(report.id, f"{report.id}: {_failure(MemoryError(), limits)}.")

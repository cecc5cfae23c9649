"""The command ``spindetect`` with a detector that knows one word, to test all but the model."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from spindetect import cli
from spindetect.modes import Mode
from spindetect.report import PhraseAnomaly, Reason, Report, SentenceScore, Verdict


class StubDetector:
    """A text is spun if "steered" stands in it, and too short to say so below four words."""

    name = "stub-1"

    def score_many(
        self,
        items: Iterable[tuple[str | int, str]],
        *,
        n_jobs: int = 1,
        mode: str = "balanced",
        prior: float = 0.5,
    ) -> Iterator[Report]:
        for id, text in items:
            yield replace(_report(id, text), mode=Mode(mode), prior=prior)


def _report(id: str | int, text: str) -> Report:
    found = re.finditer("steered", text)
    anomalies = tuple(
        PhraseAnomaly(m[0], m.start(), m.end(), ("told", "informed"), 9.4, 0.96) for m in found
    )
    n_words = len(text.split())
    verdict, reason = Verdict.CLEAN, Reason.BELOW_THRESHOLD
    if anomalies:
        verdict, reason = Verdict.SPUN, Reason.ABOVE_THRESHOLD
    if n_words < 4:
        verdict, reason = Verdict.UNDECIDED, Reason.TOO_SHORT if n_words else Reason.EMPTY
    probability = (0.998 if anomalies else 0.002) if n_words else None
    sentences = (SentenceScore(0, len(text), probability),) if probability is not None else ()
    language = "en" if n_words else None
    return Report(
        verdict, reason, probability, anomalies, sentences, None, language, n_words,
        StubDetector.name, id=id, text=text,
    )  # fmt: skip


def detector(model: Path | None) -> StubDetector:
    return StubDetector()


if __name__ == "__main__":
    cli._detector = detector
    sys.exit(cli.main())

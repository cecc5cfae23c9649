"""Phrases and sentences: the evidence of a report against what a spinner changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from spindetect.benchmark.cuts import Change
from spindetect.benchmark.edits import same_lemmas
from spindetect.report import Report
from spindetect.tokens import tokenise

__all__ = ["RATES", "PhraseCounts", "count_phrases", "sentence_truth"]

# Shorter sentences hold too little to judge.
LEAST_WORDS = 5

# First expected phrases that a reader will look at.
AMONG = 5


@dataclass(frozen=True, slots=True)
class PhraseCounts:
    """Counts of one report.

    Attributes
    ----------
    named, right : int
        Phrases that were named, and those of them that overlap a change.
    counted, found : int
        Changes with a word of content, and those of them that a named phrase overlaps.
    first, among : int
        Right phrases whose first expected phrase is the original, and one of whose first five is.
    """

    named: int
    right: int
    counted: int
    found: int
    first: int
    among: int

    def row(self) -> npt.NDArray[np.float64]:
        """The counts as numbers, in the order of the attributes."""
        return np.array(astuple(self), np.float64)


# Measures by name: what is divided by what.
RATES = {
    "phrase precision": ("right", "named"),
    "phrase recall": ("found", "counted"),
    "original first": ("first", "right"),
    "original among five": ("among", "right"),
}


def count_phrases(report: Report, changes: tuple[Change, ...]) -> PhraseCounts:
    """How the phrases that a report names compare with the changes of its text.

    >>> from spindetect.report import PhraseAnomaly, Report
    >>> anomaly = PhraseAnomaly("steered", 3, 10, ("advised", "tell"), 9.4, 0.96)
    >>> report = Report("spun", "above_threshold", 0.9, (anomaly,), (), None, "en", 3, "en-1")
    >>> count_phrases(report, (Change(3, 10, 1, ("told",), counted=True),))
    PhraseCounts(named=1, right=1, counted=1, found=1, first=0, among=1)
    """
    found: set[int] = set()
    right = first = among = 0
    for a in report.anomalies:
        over = [k for k, c in enumerate(changes) if a.start < c.end and c.start < a.end]
        found.update(over)
        originals = [list(changes[k].original) for k in over]
        named = [any(same_lemmas(e, o) for o in originals) for e in a.expected[:AMONG]]
        right += bool(over)
        first += any(named[:1])
        among += any(named)
    counted = {k for k, c in enumerate(changes) if c.counted}
    return PhraseCounts(
        len(report.anomalies), right, len(counted), len(found & counted), first, among
    )


def sentence_truth(report: Report, changes: tuple[Change, ...]) -> Iterator[tuple[float, bool]]:
    """Probability of each sentence of five words or more, and whether it holds a change."""
    for s in report.sentences:
        sentence = report.text[s.start : s.end]
        if int(tokenise([sentence]).is_word.sum()) >= LEAST_WORDS:
            yield s.probability, any(s.start < c.end and c.start < s.end for c in changes)

"""Judgement: the values of a batch held against the bounds of presets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.findings import Rule
from spindetect.quality.catalogue import LISTED, SIGNALS
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Evidence, Measure
from spindetect.quality.preset import Preset, WordKind
from spindetect.quality.segments import Words

__all__ = ["Judgement", "judge", "measured"]

Spans = tuple[tuple[int, int], ...]

# Finer than any share of a text of less than a million words, and what a rule's record holds.
_DIGITS = 6

# A reader looks at the first few passages, and a page of one-word lines has thousands.
_MAX_SPANS = 20


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rules of some presets, held against a batch.

    Attributes
    ----------
    names : list of str
        ``<preset>.<signal>`` of each rule.
    low, high : list of float or None
        Bounds of each.
    values : float64 array, shape (documents, rules)
    passed : bool array, shape (documents, rules)
    spans : list of dict of int to spans, one entry a rule
        The first passages that each rule that is broken points at, by document.
    """

    names: list[str]
    low: list[float | None]
    high: list[float | None]
    values: npt.NDArray[np.float64]
    passed: npt.NDArray[np.bool_]
    spans: list[dict[int, Spans]]

    def rules(self, doc: int) -> tuple[Rule, ...]:
        """The rules as they stand for one document."""
        values, passed = self.values[doc].tolist(), self.passed[doc].tolist()
        spans = [found.get(doc, ()) for found in self.spans]
        columns = self.names, values, self.low, self.high, passed, spans
        return tuple(map(Rule, *columns))


def words_of(layout: Layout, kind: WordKind) -> Words:
    """The words of a kind."""
    match kind:
        case WordKind.SPACED:
            return layout.spaced
        case WordKind.PARTED:
            return layout.parted
        case WordKind.OWN:
            return layout.own_words
        case WordKind.PUNCTUATED:
            return layout.punctuated


def measured(layout: Layout, name: str, kind: WordKind) -> Measure:
    """A signal of words of a kind, measured once in a batch."""
    return layout.shared(f"{name} {kind}", lambda: SIGNALS[name](words_of(layout, kind)))


def judge(layout: Layout, presets: Sequence[Preset], *, words: Words | None = None) -> Judgement:
    """Every signal of the presets, measured once, and held against their bounds.

    Values are rounded first and judged then, so that no record contradicts itself. Spans are given
    for rules that are broken, at most twenty each. `words` stands in for those of every preset.
    """
    bounds = [bound for p in presets for bound in p.bounds.values()]
    measures = [_measure(layout, p, signal, words) for p in presets for signal in p.bounds]
    values = np.empty((len(layout), len(measures)))
    for column, measure in enumerate(measures):
        values[:, column] = measure.values
    np.round(values, _DIGITS, out=values)
    low = np.array([-np.inf if edge is None else edge for edge, _ in bounds])
    high = np.array([np.inf if edge is None else edge for _, edge in bounds])
    passed = (low <= values) & (values <= high)
    failed = ~passed
    broken: list[bool] = np.any(failed, axis=0).tolist()
    return Judgement(
        names=[f"{p.name}.{signal}" for p in presets for signal in p.bounds],
        low=[edge for edge, _ in bounds],
        high=[edge for _, edge in bounds],
        values=values,
        passed=passed,
        spans=[
            _spans(measure, failed) if some else {}
            for measure, failed, some in zip(measures, failed.T, broken, strict=True)
        ],
    )


def _measure(layout: Layout, preset: Preset, name: str, words: Words | None) -> Measure:
    """A signal of a preset, of its own words or of those that are given."""
    if words is not None:
        return preset.signal(name)(words)
    if name in LISTED:
        # Another preset may have another list.
        return preset.signal(name)(words_of(layout, preset.words))
    return measured(layout, name, preset.words)


def _spans(measure: Measure, failed: npt.NDArray[np.bool_]) -> dict[int, Spans]:
    """The first passages of each document that failed, by the document's index."""
    if measure.find is None:
        return {}
    evidence: Evidence = measure.find()
    kept = np.flatnonzero(failed[evidence.doc])
    doc = evidence.doc[kept]
    rank = np.arange(len(doc)) - np.searchsorted(doc, doc)
    kept = kept[rank < _MAX_SPANS]
    found: dict[int, list[tuple[int, int]]] = {}
    columns = evidence.doc[kept], evidence.start[kept], evidence.end[kept]
    for index, start, end in zip(*(column.tolist() for column in columns), strict=True):
        found.setdefault(index, []).append((start, end))
    return {index: tuple(spans) for index, spans in found.items()}

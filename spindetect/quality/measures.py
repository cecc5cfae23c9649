"""What a rule measures in every document of a batch, and the records made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.quality.layout import Ints, Layout
from spindetect.report import Quality, Rule

Spans = tuple[tuple[int, int], ...]

# Values are counts of a few hundred words or shares of them: four digits hold all there is.
_DIGITS = 4

# A reader looks at the first few passages, and a page of one-word lines has thousands.
_MAX_SPANS = 20


@dataclass(frozen=True, slots=True)
class Evidence:
    """Passages of the documents of a batch, in order of the text.

    Attributes
    ----------
    doc, start, end : int64 arrays
        Index of the document and character offsets in it.
    """

    doc: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class Measure:
    """One rule's values for all documents of a batch.

    Attributes
    ----------
    name : str
        ``<system>.<signal>``.
    values : array, one entry a document
        Finite numbers.
    low, high : float or None
        The least and the greatest value that a good text has; None is unbounded.
    evidence : Evidence or None
        The passages that count against the documents, whether these pass or not.
    """

    name: str
    values: npt.NDArray[np.int64] | npt.NDArray[np.float64]
    low: float | None = None
    high: float | None = None
    evidence: Evidence | None = None


def share(part: Ints, whole: Ints) -> npt.NDArray[np.float64]:
    """`part` / `whole`, where a share of nothing is 0.

    >>> share(np.array([1, 3]), np.array([4, 0])).tolist()
    [0.25, 0.0]
    """
    return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)


def passages(layout: Layout, doc: Ints, start: Ints, end: Ints) -> Evidence:
    """Evidence at positions of the batch."""
    origin = layout.origin[doc]
    return Evidence(doc, start - origin, end - origin)


def lines(layout: Layout, chosen: npt.NDArray[np.bool_]) -> Evidence:
    """The lines that a mask chooses of those that are not blank, without space around them."""
    return passages(
        layout, layout.line_doc[chosen], layout.line_start[chosen], layout.line_end[chosen]
    )


def qualities(measures: Sequence[Measure]) -> list[Quality]:
    """The quality of every document of a batch by the given measures, at least one.

    Values are rounded first and judged then, so that no record contradicts itself. Spans are given
    for rules that are broken, at most twenty each.
    """
    values = np.round(np.stack([measure.values for measure in measures], axis=1), _DIGITS)
    low = np.array([-np.inf if m.low is None else m.low for m in measures])
    high = np.array([np.inf if m.high is None else m.high for m in measures])
    passed = (low <= values) & (values <= high)
    rules = [
        (m.name, m.low, m.high, _spans(m.evidence, failed))
        for m, failed in zip(measures, ~passed.T, strict=True)
    ]
    scores = passed.mean(axis=1)
    rows = zip(scores.tolist(), values.tolist(), passed.tolist(), strict=True)
    return [
        Quality(
            score,
            tuple(
                Rule(name, value, low, high, ok, spans.get(doc, ()))
                for (name, low, high, spans), value, ok in zip(rules, row, verdicts, strict=True)
            ),
        )
        for doc, (score, row, verdicts) in enumerate(rows)
    ]


def _spans(evidence: Evidence | None, failed: npt.NDArray[np.bool_]) -> dict[int, Spans]:
    """The first passages of each document that failed, by the document's index."""
    if evidence is None or not failed.any():
        return {}
    kept = np.flatnonzero(failed[evidence.doc])
    doc = evidence.doc[kept]
    rank = np.arange(len(doc)) - np.searchsorted(doc, doc)
    kept = kept[rank < _MAX_SPANS]
    found: dict[int, list[tuple[int, int]]] = {}
    columns = evidence.doc[kept], evidence.start[kept], evidence.end[kept]
    for index, start, end in zip(*(column.tolist() for column in columns), strict=True):
        found.setdefault(index, []).append((start, end))
    return {index: tuple(spans) for index, spans in found.items()}

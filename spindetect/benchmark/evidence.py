"""Evidence: false positives on whole texts, phrases of documents, sentences of mixed texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from spindetect.benchmark import figures as fig
from spindetect.benchmark.cuts import Cut
from spindetect.benchmark.measures import About
from spindetect.benchmark.phrases import RATES, PhraseCounts, count_phrases, sentence_truth
from spindetect.benchmark.result import DETECTOR, Figure
from spindetect.benchmark.texts import Text
from spindetect.report import Report, Verdict

__all__ = ["clean_texts", "false_positives", "mixed_texts", "phrases"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def clean_texts(texts: Sequence[Text]) -> list[Text]:
    """The texts that count as false positives if they are called spun, each once.

    Human texts, if there are any; else originals; else those labelled clean.
    """
    for label in ("human", "original", "clean"):
        found = {t.text: t for t in texts if t.label == label}
        if found:
            return list(found.values())
    return []


def false_positives(
    texts: Sequence[Text], reports: dict[str, Report], group: Callable[[str], int]
) -> Iterator[Figure]:
    """Share of texts that are not spun and are called so, in all, by register and by label."""
    clean = clean_texts(texts)
    if not clean:
        return
    parts = [("", "", clean)]
    registers = sorted({t.register for t in clean})
    parts += [("register", r, [t for t in clean if t.register == r]) for r in registers]
    for label in sorted({t.label for t in texts if not t.is_spun}):
        own = {t.text: t for t in texts if t.label == label}
        parts.append(("label", label, list(own.values())))
    for by, part, own_texts in parts:
        groups = np.array([group(t.group) for t in own_texts], np.int64)
        about = About("whole texts", by, part, DETECTOR)
        verdicts = [reports[t.text].verdict for t in own_texts]
        for measure, verdict in (
            ("false positives", Verdict.SPUN),
            ("undecided", Verdict.UNDECIDED),
        ):
            hits = np.array([v == verdict for v in verdicts], np.bool_)
            yield about.share(measure, hits, groups)


def phrases(
    cuts: Sequence[Cut], reports: dict[str, Report], group: Callable[[str], int]
) -> Iterator[Figure]:
    """Precision and recall of phrases, and how often the original is named, by family."""
    known = [(c, c.changes) for c in cuts if c.changes is not None]
    if not known:
        return
    counts = np.stack([count_phrases(reports[c.text], changes).row() for c, changes in known])
    groups = np.array([group(c.group) for c, _ in known], np.int64)
    names = list(PhraseCounts.__dataclass_fields__)
    for by, part, mask in _families([c for c, _ in known]):
        for measure, (parts, wholes) in RATES.items():
            column = counts[mask, names.index(parts)]
            whole = counts[mask, names.index(wholes)]
            yield from About("documents", by, part, DETECTOR).figure(
                measure, _ratio(column, whole), groups[mask], int(whole.sum())
            )


def mixed_texts(
    cuts: Sequence[Cut], reports: dict[str, Report], group: Callable[[str], int]
) -> Iterator[Figure]:
    """Recall of texts that are spun in part, and how well their sentences are told apart."""
    if not cuts:
        return
    called = np.array([reports[c.text].verdict == Verdict.SPUN for c in cuts], np.bool_)
    groups = np.array([group(c.group) for c in cuts], np.int64)
    for by, part, mask in _families(cuts):
        yield About("mixed", by, part, DETECTOR).share("recall", called[mask], groups[mask])
    rows = [
        (p, spun, k)
        for k, c in enumerate(cuts)
        if c.changes is not None
        for p, spun in sentence_truth(reports[c.text], c.changes)
    ]
    if not rows:
        return
    score, is_spun, owner = (np.array(column) for column in zip(*rows, strict=True))
    for by, part, mask in _families(cuts):
        own = mask[owner]
        yield from About("mixed", by, part, DETECTOR).figure(
            "AUROC of sentences",
            _auroc(score[own], is_spun[own]),
            groups[owner][own],
            int(own.sum()),
        )


def _families(cuts: Sequence[Cut]) -> Iterator[tuple[str, str, Mask]]:
    """All cuts, and those of each family."""
    family = np.array([c.family for c in cuts], np.str_)
    yield "", "", np.ones(len(cuts), np.bool_)
    for name in np.unique(family).tolist():
        yield "family", name, family == name


def _ratio(parts: Floats, wholes: Floats) -> fig.Statistic:
    return lambda weight: fig.ratio(parts, wholes, weight)


def _auroc(score: Floats, spun: Mask) -> fig.Statistic:
    return lambda weight: fig.auroc(score, spun, weight)

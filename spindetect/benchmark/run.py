"""The benchmark: the one place that knows the order of its steps."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

import spindetect
from spindetect.benchmark import baselines as base
from spindetect.benchmark.cuts import DOCUMENT
from spindetect.benchmark.evidence import clean_texts, false_positives, mixed_texts, phrases
from spindetect.benchmark.measures import RATES, curves, detection, precision
from spindetect.benchmark.passages import Passages
from spindetect.benchmark.result import DETECTOR, Benchmark, Curve, Figure, Timing
from spindetect.benchmark.rows import Rows, Scores
from spindetect.benchmark.texts import read_texts
from spindetect.detector import BUNDLED
from spindetect.errors import InputError
from spindetect.report import Report, Verdict

__all__ = ["run"]

_Named = dict[str, base.Baseline]


def run(
    data: str | Path | None = None,
    *,
    sample: int | None = None,
    model: str | Path | None = None,
    n_jobs: int = 1,
    baselines: bool = True,
    functions: Mapping[str, Callable[[list[str]], Any]] | None = None,
    progress: bool = False,
) -> Benchmark:
    """Measure a model: `spindetect.benchmark.benchmark` describes the parameters."""
    path = None if data is None else Path(data)
    passages = Passages.of(read_texts(path, sample))
    detector = spindetect.load(model)
    found = detector.score_many(passages.every, n_jobs=n_jobs)
    bar = tqdm(found, DETECTOR, len(passages.every), leave=False, disable=not progress)
    began = _now()
    reports = dict(zip(passages.every, bar, strict=True))
    n_words = sum(r.n_words for r in reports.values())
    timings = [_timing(DETECTOR, n_words, began, is_own=n_jobs == 1)]
    scores = [_detector_scores(passages, reports)]

    named: _Named = {}
    if baselines and passages.compared:
        named = _baselines(passages, BUNDLED if model is None else Path(model))
    for name, function in (functions or {}).items():
        if name in named or name == DETECTOR:
            raise InputError(f"a baseline of another name than {name!r} is needed: that is taken")
        named[name] = base.named(name, function)
    texts = list(passages.compared)
    n_words = sum(reports[text].n_words for text in texts)
    for name, baseline in tqdm(named.items(), "baselines", leave=False, disable=not progress):
        began = _now()
        scores.append(Scores(name, baseline(texts)))
        timings.append(_timing(name, n_words, began, is_own=True))

    bar = tqdm(_figures(passages, reports, scores), "figures", leave=False, disable=not progress)
    parts = list(bar)
    return Benchmark(
        _name_of(path, sample),
        detector.name,
        spindetect.__version__,
        dict(sorted(Counter(t.label for t in passages.texts).items())),
        len(passages.groups),
        tuple(part for part in parts if isinstance(part, Figure)),
        tuple(part for part in parts if isinstance(part, Curve)),
        tuple(timings),
        tuple(_notes(passages, reports, named)),
    )


def _now() -> tuple[float, float]:
    """Seconds by the clock and of this process."""
    return time.perf_counter(), time.process_time()


def _timing(scorer: str, n_words: int, began: tuple[float, float], *, is_own: bool) -> Timing:
    """What a scorer has taken since; of the processor only if this process did the work."""
    wall, cpu = (round(now - then, 3) for now, then in zip(_now(), began, strict=True))
    return Timing(scorer, n_words, wall, cpu if is_own else None)


def _detector_scores(passages: Passages, reports: Mapping[str, Report]) -> Scores:
    """Probabilities and verdicts; a text that has no probability is not called spun."""
    own = [reports[text] for text in passages.compared]
    return Scores(
        DETECTOR,
        np.array([r.probability or 0.0 for r in own], np.float64),
        np.array([r.verdict == Verdict.SPUN for r in own], np.bool_),
    )


def _baselines(passages: Passages, folder: Path) -> _Named:
    """The baselines that ship; those that need scikit-learn only where it is installed."""
    named = base.model_baselines(folder)
    if base.has_scikit_learn():
        groups, labels = zip(*passages.compared.values(), strict=True)
        fold, is_spun = base.fold_numbers(groups), np.array(labels, np.bool_)
        for unit in ("words", "characters"):
            named[f"TF-IDF, {unit}"] = base.tfidf(is_spun, fold, unit)
    return named


def _figures(
    passages: Passages, reports: dict[str, Report], scores: Sequence[Scores]
) -> Iterator[Figure | Curve]:
    """All figures and curves."""
    group = passages.groups.__getitem__
    at = {text: i for i, text in enumerate(passages.compared)}.__getitem__
    recall: list[Figure] = []
    for task, own in passages.tasks.items():
        rows = Rows.of(task, own, passages.clean[task], at, group)
        for scorer in scores:
            for figure in detection(rows, scorer):
                recall += [figure] if figure.measure == "recall" and not figure.by else []
                yield figure
            yield from curves(rows, scorer)
    errors = list(false_positives(passages.texts, reports, group))
    yield from errors
    for figure in recall:
        yield from precision(figure, errors)
    yield from phrases(passages.tasks[DOCUMENT.name], reports, group)
    yield from mixed_texts(passages.blends, reports, group)


def _notes(
    passages: Passages, reports: Mapping[str, Report], named: Mapping[str, object]
) -> Iterator[str]:
    """What a reader of the figures must know about them."""
    if not any(c.is_paired for own in passages.tasks.values() for c in own):
        yield (
            "No original of a spun text is known: AUROC and F1 compare all spun texts with all "
            "others, and phrases are not measured."
        )
    if not clean_texts(passages.texts):
        yield "All texts are spun: false positives are not measured."
    for name, found in passages.clean.items():
        missing = [f"{100 * r:g} %" for r in RATES if r * len(found) < 1]
        if found and missing:
            yield (
                f"{name.capitalize()}: {len(found)} texts that are not spun are too few for recall "
                f"at {' and '.join(missing)} false positives."
            )
    if failed := sum(r.probability is None for r in reports.values()):
        yield f"{failed} passages are empty or not English and count as not spun."
    if any(name.startswith("TF-IDF") for name in named):
        yield "TF-IDF has learned from other texts of the same tools, fold by fold."
    elif named:
        yield "TF-IDF was left out: it needs scikit-learn (spindetect[train])."


def _name_of(path: Path | None, sample: int | None) -> str:
    """What the data are called."""
    name = "bundled texts" if path is None else str(path)
    return name if sample is None else f"{name}, at most {sample} texts of a source"

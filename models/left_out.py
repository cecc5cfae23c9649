"""Every figure of accuracy, each family measured by classifiers that never met it.

    python -m models.left_out SHARED BUILD

Runs every configuration that is needed (an hour or two on two cores; what was made before is read
from ``BUILD``), prints the table of `docs/evaluation.md` and writes it to ``BUILD/left_out.json``,
and the calibration that models.release uses beside it.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from spindetect import features
from spindetect.detector import LEAST_WORDS
from spindetect.modes import Mode

from . import held_out_terms
from .bars import NAMED
from .calibrate import Calibration, errors, fitted, held_out
from .crossfit import Scores, train_document
from .evaluate import (
    DOCUMENT_WORDS,
    Figure,
    called,
    pages,
    paired,
    paragraph_f1,
    recall,
    sentences,
)
from .examples import FOLDS, LIGHT, LIGHT_WORDS
from .lessons import document_lessons
from .phrases import (
    FLAG,
    RANKED,
    Naming,
    flagged_human_words,
    measured,
    train_context,
    train_ranking,
)
from .registers import lines, unseen
from .release import CALIBRATION
from .seen import Resources, Seen, see
from .train import CONFIGS, crossfit_config, resources

Floats = npt.NDArray[np.float64]


class Run(NamedTuple):
    """A configuration of the lexicon, and families that train nothing, with + between."""

    config: str
    left_out: str


# The dictionary spinners, each left out: its texts, and the pairs mined from them.
DICTIONARY = {
    "wp_auto_spinner": Run("wp", "wp_auto_spinner"),
    "turbo_spinner": Run("turbo", "turbo_spinner"),
    "moby": Run("main", "moby+textattack"),
    "wordnet": Run("main", "wordnet"),
}

# The same without any mined or listed pair; two are left out at once, which is harder.
NO_PAIRS = {
    family: Run("general", pair)
    for pair in ("wp_auto_spinner+moby", "turbo_spinner+wordnet")
    for family in pair.split("+")
}

# Family of real pages, and kind and label of sound ones.
WEB = "web_pages"
CLEAN_PAGE = ("page", "clean")

# File of the figures.
FIGURES = "left_out.json"

log = logging.getLogger("left_out")


def family_figures(seen: Seen, scores: Scores, family: str) -> dict[str, Figure]:
    """What is measured of each dictionary family that was left out."""
    found = {
        "AUROC paragraphs": paired(seen, scores, "paragraph", (family,)),
        "AUROC documents": paired(seen, scores, "document", (family,)),
        "F1 paragraphs": paragraph_f1(seen, scores, family),
        "recall at 0.1 %": recall(seen, scores, "document", family, 0.001, DOCUMENT_WORDS),
        "AUROC sentences": sentences(seen, scores, family),
    }
    for share in LIGHT:
        kind = f"light-{round(share * 100):02d}"
        if (seen.column("kind")[seen.column("family") == family] == kind).any():
            found[f"recall of {share:.0%} replaced"] = recall(
                seen, scores, kind, family, 0.005, LIGHT_WORDS
            )
    return found


def naming(seen: Seen, scores: Scores, own: Resources, left_out: str) -> Naming:
    """What names anomalies, trained without a family."""
    even = Calibration(1.0, 0.0)
    ranked = tuple(f for f in RANKED if f != left_out)
    return Naming(
        train_ranking(seen, own, ranked), train_context(seen, scores, even, left_out), FLAG, even
    )


def human_figures(seen: Seen, scores: Scores) -> dict[str, Any]:
    """Human documents at the operating points of each mode.

    Those come from classifiers that saw no text of the document's register, as do the figures under
    "register left out"; the others are cross-fitted over source documents.
    """
    strangers = unseen(seen, scores)
    out: dict[str, Any] = {}
    for mode, line in lines(seen, strangers).items():
        found = called(seen, scores, *line, LEAST_WORDS)
        apart = called(seen, strangers, *line, LEAST_WORDS)
        out[mode.value] = asdict(found) | {
            "worst register": found.worst,
            "log-odds": line.spun,
            "register left out": asdict(apart),
        }
    return out


def web_figures(shared: Path, build: Path) -> Callable[[Seen, Scores, Resources], Any]:
    """Real pages, none of which trained anything, at the default operating point.

    They are read with a lexicon without the pairs that were seen on such pages.
    """
    own = resources(shared, build, CONFIGS["web"])

    def measure(seen: Seen, scores: Scores, _: Resources) -> Any:
        lessons = document_lessons(seen, scores.words.log_odds, scores.documents, "")
        threshold = lines(seen, unseen(seen, scores))[Mode.BALANCED].spun
        chosen = [e for e in seen.examples if e.family == WEB or (e.kind, e.label) == CLEAN_PAGE]
        found = {"spun": [0, 0], "clean": [0, 0]}
        for fold in sorted({e.fold for e in chosen}):
            pages_ = see([e for e in chosen if e.fold == fold], own, per_fold=True, jobs=1)
            log_odds = scores.words.ensembles[fold].log_odds(pages_.rows)
            sums = features.document_sums(log_odds, pages_.rows, pages_.doc, len(pages_.examples))
            document = train_document(lessons.pick(lessons.fold != fold))
            called_ = document.log_odds(features.document_features(sums)) >= threshold
            for label in found:
                mine = pages_.column("label") == label
                found[label][0] += int((called_ & mine).sum())
                found[label][1] += int(mine.sum())
        return found

    return measure


def terms_figures(shared: Path, build: Path) -> Callable[[Seen, Scores, Resources], Any]:
    """Tortured phrases of held-out terms: means over folds, each by classifiers of the others."""
    own = resources(shared, build, CONFIGS["terms"])

    def measure(seen: Seen, scores: Scores, _: Resources) -> Any:
        named = naming(seen, scores, own, "")
        lessons = document_lessons(seen, scores.words.log_odds, scores.documents, "")
        found = []
        for fold in range(FOLDS):
            document = train_document(lessons.pick(lessons.fold != fold))
            words = scores.words.ensembles[fold]
            found.append(held_out_terms.figures(shared, own, named, words, document, fold))
        return {
            name: {
                "value": float(np.average([f[name]["value"] for f in found], weights=sizes)),
                "n": sum(sizes),
            }
            for name in ("recall", "precision", "sentence recall", "sentence precision")
            for sizes in [[f[name]["n"] for f in found]]
        }

    return measure


class Protocol:
    """The figures as they are found; what was found before is read from a file."""

    def __init__(self, shared: Path, build: Path, jobs: int) -> None:
        self._shared, self._build, self._jobs = shared, build, jobs
        self._file = build / FIGURES
        self._held: tuple[Run, tuple[Seen, Scores]] | None = None
        self.found: dict[str, Any] = (
            json.loads(self._file.read_text()) if self._file.exists() else {}
        )

    def run(self, name: str, run: Run, measure: Callable[[Seen, Scores, Resources], Any]) -> None:
        """Measure a run, unless that was done before."""
        if name in self.found:
            return
        if self._held is None or self._held[0] != run:
            self._held = None  # before the next is read: there is room for one
            folders = self._shared, self._build
            self._held = run, crossfit_config(*folders, run.config, run.left_out, self._jobs)
        seen, scores = self._held[1]
        own = resources(self._shared, self._build, CONFIGS[run.config])
        self.found[name] = measure(seen, scores, own)
        self._file.write_text(json.dumps(self.found, indent=1, default=asdict))
        log.info("%s: %s", name, json.dumps(self.found[name], default=str))

    def calibrate(self) -> None:
        """Fit the calibration and write it where models.release looks for it."""
        families = {
            family: (np.array(values), np.array(spun, np.bool_))
            for family in DICTIONARY
            if f"{family} log-odds" in self.found
            for values, spun in [self.found[f"{family} log-odds"]]
        }
        self.found["calibration error"] = errors(families)
        calibration = fitted(families)
        (self._build / CALIBRATION).write_text(json.dumps(asdict(calibration)))


def _log_odds(family: str) -> Callable[[Seen, Scores, Resources], Any]:
    def measure(seen: Seen, scores: Scores, _: Resources) -> Any:
        values, spun = held_out(seen, scores, family)
        return [np.round(values, 4).tolist(), spun.astype(int).tolist()]

    return measure


def _phrases(family: str) -> Callable[[Seen, Scores, Resources], Any]:
    def measure(seen: Seen, scores: Scores, own: Resources) -> Any:
        named = naming(seen, scores, own, family)
        return measured(seen, scores, own, (family,), named).rates()

    return measure


def _phrases_seen(seen: Seen, scores: Scores, own: Resources) -> Any:
    named = naming(seen, scores, own, "")
    rates = measured(seen, scores, own, NAMED, named).rates()
    return rates | {"human words flagged": flagged_human_words(seen, scores, named)}


def _figures(family: str) -> Callable[[Seen, Scores, Resources], Any]:
    return lambda seen, scores, _: family_figures(seen, scores, family)


def _all_families(seen: Seen, scores: Scores, _: Resources) -> Any:
    return {family: family_figures(seen, scores, family) for family in DICTIONARY}


def protocol(shared: Path, build: Path, jobs: int) -> dict[str, Any]:
    """Run everything; the figures by name."""
    runs = Protocol(shared, build, jobs)
    everything = Run("main", "")
    runs.run("human documents", everything, lambda s, c, _: human_figures(s, c))
    runs.run("families seen", everything, _all_families)
    runs.run("fluent paraphraser", everything, lambda s, c, _: pages(s, c, "quillbot"))
    runs.run("phrases of families seen", everything, _phrases_seen)
    # Those of one configuration after each other, what models.release needs first.
    swaps = DICTIONARY["moby"]
    runs.run("word-swap attacks left out", swaps, lambda s, c, _: pages(s, c, "textattack"))
    for family, run in sorted(DICTIONARY.items(), key=lambda item: item[1].config != "main"):
        runs.run(f"{family} log-odds", run, _log_odds(family))
        runs.run(f"{family} left out", run, _figures(family))
        runs.run(f"{family} phrases", run, _phrases(family))
    runs.calibrate()
    runs.run("tortured phrases held out", everything, terms_figures(shared, build))
    runs.run("web pages", everything, web_figures(shared, build))
    for family, run in NO_PAIRS.items():
        runs.run(f"{family} left out, no pairs", run, _figures(family))
    deleted = Run("turbo-deleted", "turbo_spinner")
    runs.run("turbo_spinner left out, its pairs deleted", deleted, _figures("turbo_spinner"))
    plain: dict[str, Any] = json.loads(json.dumps(runs.found, default=asdict))
    return plain


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    o = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    found = protocol(o.shared, o.build, o.jobs)
    print(
        json.dumps({k: v for k, v in found.items() if "log-odds" not in k}, indent=1, default=str)
    )


if __name__ == "__main__":
    main()

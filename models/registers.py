"""Human documents as if nobody had ever seen a text of their register.

Operating points have to hold for people whose kind of writing no training text shows. Cross-fitting
over source documents does not say how often such writers are accused: other documents of their
register were lessons. So each register is scored once more by a document classifier that had none
of its texts, clean or spun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed

from spindetect.detector import LEAST_WORDS
from spindetect.modes import Mode

from .crossfit import Scores, train_document
from .evaluate import JUDGED
from .lessons import document_lessons
from .seen import Seen

# Human documents that may be called spun in each mode when nobody has seen their register, and
# those that may be undecided: the promise of the README for the default, and what a crawl can bear.
FALSE_POSITIVES: Mapping[Mode, float] = {
    Mode.HIGH_PRECISION: 1e-4,
    Mode.BALANCED: 2e-4,
    Mode.HIGH_RECALL: 5e-3,
}
UNDECIDED = 0.02


class Lines(NamedTuple):
    """Log-odds from which a document is called spun, and up to which it is called clean."""

    spun: float
    clean: float


def lines(seen: Seen, scores: Scores) -> dict[Mode, Lines]:
    """Where each mode draws its lines, for scores as `unseen` gives them."""
    humans = (seen.column("kind") == "human") & (seen.count >= LEAST_WORDS)
    values = scores.document[humans]
    found = {}
    for mode, share in FALSE_POSITIVES.items():
        # Halfway between two documents, so that rounding moves none across the line.
        spun, clean = np.quantile(values, [1 - share, 1 - share - UNDECIDED], method="midpoint")
        found[mode] = Lines(float(spun), float(clean))
    return found


def unseen(seen: Seen, scores: Scores, left_out: str = "", jobs: int = 2) -> Scores:
    """Scores in which those of human documents come from classifiers without their register.

    Registers of fewer than `JUDGED` documents keep the cross-fitted scores: their texts are too few
    to have taught what they look like.

    Parameters
    ----------
    seen, scores
        Evidence, and cross-fitted scores.
    left_out : str
        Families that train nothing, as in `document_lessons`.
    """
    lessons = document_lessons(seen, scores.words.log_odds, scores.documents, left_out)
    humans, register = seen.column("kind") == "human", seen.column("register")
    names, sizes = np.unique(register[humans], return_counts=True)
    document = scores.document.copy()

    def scored(name: str) -> None:
        model = train_document(lessons.pick(lessons.register != name))
        own = humans & (register == name)
        document[own] = model.log_odds(scores.documents[own])

    parallel = Parallel(n_jobs=jobs, backend="threading")
    parallel(delayed(scored)(str(name)) for name in names[sizes >= JUDGED])
    return replace(scores, document=document)

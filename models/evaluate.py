"""Figures of cross-fitted scores, with 95 % intervals by bootstrap over source documents.

`docs/evaluation.md` defines each; families are left out by what the scores were trained on, which
is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from spindetect.benchmark.figures import best_threshold

from .crossfit import Scores
from .examples import MEASURED
from .seen import Seen

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Resamples of an interval.
RESAMPLES = 200

# Registers with fewer documents, and those of mixed text, are reported, not judged.
JUDGED = 100
NOT_JUDGED = ("masc_mixed",)

# Settings of the generators that spin lightly only train; light spinning is measured on others.
LIGHT_SETTING = "-light"

# Words of the paragraphs and of the documents that are measured, and of a measured sentence.
PARAGRAPH_WORDS = (50, 150)
DOCUMENT_WORDS = 150
SENTENCE_WORDS = 5

# Words from which a human document counts for the share of undecided ones.
DECIDABLE = 100

# Bins of the calibration error.
BINS = 15


@dataclass(frozen=True)
class Figure:
    """A value with its 95 % interval and the number of texts behind it."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.4f} ({self.low:.4f}-{self.high:.4f}), n = {self.n}"


def figure(groups: npt.NDArray[np.str_], statistic: Callable[[Ints], float], n: int) -> Figure:
    """A statistic of row indices and its interval, by bootstrap over groups."""
    if len(groups) == 0:
        return Figure(float("nan"), float("nan"), float("nan"), 0)
    random = np.random.default_rng(0)
    _, index = np.unique(groups, return_inverse=True)
    order = np.argsort(index, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(index[order])) + 1)
    values = []
    for _ in range(RESAMPLES):
        chosen = random.integers(0, len(members), len(members))
        values.append(statistic(np.concatenate([members[i] for i in chosen])))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Figure(statistic(np.arange(len(groups))), float(low), float(high), n)


def auroc(values: Floats, positive: Mask) -> float:
    """Area under the ROC curve; nan where a side is empty."""
    if positive.all() or not positive.any():
        return float("nan")
    return float(roc_auc_score(positive, values))


def of_family(seen: Seen, families: tuple[str, ...]) -> Mask:
    """Texts of some families, light settings left out."""
    light = np.char.endswith(seen.column("tool").astype(np.str_), LIGHT_SETTING)
    return np.asarray(np.isin(seen.column("family"), families) & ~light)


def pair_mask(seen: Seen, kind: str, families: tuple[str, ...]) -> Mask:
    """Spun texts of a kind and of some families, and their own originals."""
    use = (seen.column("kind") == kind) & of_family(seen, families)
    use &= np.isin(seen.column("label"), ["spun", "original"])
    if kind == "paragraph":
        use &= (seen.count >= PARAGRAPH_WORDS[0]) & (seen.count <= PARAGRAPH_WORDS[1])
    return np.asarray(use)


def paired(seen: Seen, scores: Scores, kind: str, families: tuple[str, ...]) -> Figure:
    """AUROC of spun texts against their own originals."""
    use = pair_mask(seen, kind, families)
    values, spun = scores.document[use], seen.column("label")[use] == "spun"
    groups = seen.column("group")[use]
    return figure(groups, lambda rows: auroc(values[rows], spun[rows]), int(spun.sum()))


def pages(seen: Seen, scores: Scores, family: str) -> Figure:
    """AUROC of labelled spun texts against the originals of their groups, students' left out."""
    kind, label, group = seen.column("kind"), seen.column("label"), seen.column("group")
    spun = (kind == "page") & (seen.column("family") == family) & (label == "spun")
    own = (kind == "page") & (label == "original") & (seen.column("tool") != "human-student")
    use = spun | (own & np.isin(group, group[spun]))
    values, positive = scores.document[use], spun[use]
    return figure(group[use], lambda rows: auroc(values[rows], positive[rows]), int(spun.sum()))


def f1(called: Mask, spun: Mask) -> float:
    """Harmonic mean of precision and recall."""
    return float(2 * (called & spun).sum() / max(called.sum() + spun.sum(), 1))


def paragraph_f1(seen: Seen, scores: Scores, family: str) -> Figure:
    """F1 of a family's paragraphs, with the threshold that is best for the other families."""
    label = seen.column("label")
    others = pair_mask(seen, "paragraph", tuple(f for f in MEASURED if f != family))
    threshold = best_threshold(scores.document[others], label[others] == "spun")
    use = pair_mask(seen, "paragraph", (family,))
    called, spun = scores.document[use] >= threshold, label[use] == "spun"
    groups = seen.column("group")[use]
    return figure(groups, lambda rows: f1(called[rows], spun[rows]), int(spun.sum()))


def threshold_at(seen: Seen, scores: Scores, false_positives: float, least_words: int) -> float:
    """Log-odds that a share of the human documents of at least so many words exceeds."""
    humans = (seen.column("kind") == "human") & (seen.count >= least_words)
    return float(np.quantile(scores.document[humans], 1 - false_positives))


def recall(
    seen: Seen, scores: Scores, kind: str, family: str, false_positives: float, least_words: int
) -> Figure:
    """Share of the spun texts of a kind and family that are found at a share of false positives."""
    threshold = threshold_at(seen, scores, false_positives, least_words)
    use = (seen.column("kind") == kind) & of_family(seen, (family,))
    use &= (seen.column("label") == "spun") & (seen.count >= least_words)
    found = scores.document[use] > threshold
    groups = seen.column("group")[use]
    return figure(groups, lambda rows: float(found[rows].mean()), len(found))


def sentences(seen: Seen, scores: Scores, family: str) -> Figure:
    """AUROC of the sentences of mixed documents of a family."""
    mixed = (seen.column("kind") == "mixed") & of_family(seen, (family,))
    use = mixed[scores.sentence_doc] & (scores.sentence_size >= SENTENCE_WORDS)
    use &= scores.sentence_spun >= 0
    values, spun = scores.sentence[use], scores.sentence_spun[use] == 1
    groups = seen.column("group")[scores.sentence_doc[use]]
    return figure(groups, lambda rows: auroc(values[rows], spun[rows]), int(spun.sum()))


@dataclass(frozen=True)
class Called:
    """Human documents at an operating point.

    Attributes
    ----------
    share : Figure
        Share that is called spun.
    undecided : float
        Share of those of `DECIDABLE` words and more that is called neither spun nor clean.
    registers : dict of str to (int, int)
        Documents called spun, and all, of each register.
    """

    share: Figure
    undecided: float
    registers: dict[str, tuple[int, int]]

    @property
    def worst(self) -> int:
        """Most documents called spun in a register that is judged."""
        judged = [
            n
            for name, (n, total) in self.registers.items()
            if total >= JUDGED and name not in NOT_JUDGED
        ]
        return max(judged, default=0)


def called(seen: Seen, scores: Scores, spun: float, clean: float, least_words: int) -> Called:
    """Human documents of at least so many words, at log-odds from which one is spun or clean."""
    humans = (seen.column("kind") == "human") & (seen.count >= least_words)
    values, register = scores.document[humans], seen.column("register")[humans]
    hit, between = values >= spun, (values > clean) & (values < spun)
    groups = seen.column("group")[humans]
    share = figure(groups, lambda rows: float(hit[rows].mean()), len(values))
    if not hit.any():
        # No resample holds one either: the bound is that of Clopper and Pearson (1934).
        share = replace(share, high=1 - 0.025 ** (1 / max(len(values), 1)))
    by = {
        str(name): (int(hit[register == name].sum()), int((register == name).sum()))
        for name in np.unique(register)
    }
    return Called(share, float(between[seen.count[humans] >= DECIDABLE].mean()), by)


def calibration_error(probability: Floats, spun: Mask) -> float:
    """Mean difference of probability and share of spun texts over bins of equal mass."""
    order = np.argsort(probability, kind="stable")
    bins = np.array_split(order, BINS)
    return float(np.mean([abs(probability[b].mean() - spun[b].mean()) for b in bins if len(b)]))

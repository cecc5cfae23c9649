"""Figures of cross-fitted scores, as `docs/evaluation.md` defines them, with 95 % intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from models.crossfit import Scores
from models.phrases import (
    Naming,
    flagged_human_words,
    measured,
    train_context,
    train_ranking,
)
from models.seen import Resources, Seen

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# Resamples of an interval.
RESAMPLES = 200

# Human documents that may be called spun at the default, by cross-fitted scores; and how many may
# lie between the operating points.
FALSE_POSITIVES = 0.001
UNDECIDED = 0.02

# Registers with fewer documents are reported, not judged.
JUDGED = 100


def intervals(groups: npt.NDArray[Any], statistic: Any) -> tuple[float, float]:
    """95 % interval of a statistic of row indices, by bootstrap over groups."""
    random = np.random.default_rng(0)
    names, index = np.unique(groups, return_inverse=True)
    order = np.argsort(index, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(index[order])) + 1)
    values = []
    for _ in range(RESAMPLES):
        chosen = random.integers(0, len(names), len(names))
        values.append(statistic(np.concatenate([members[i] for i in chosen])))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def auroc(positive: Floats, negative: Floats) -> float:
    """Area under the ROC curve."""
    if len(positive) == 0 or len(negative) == 0:
        return float("nan")
    label = np.concatenate([np.ones(len(positive)), np.zeros(len(negative))])
    return float(roc_auc_score(label, np.concatenate([positive, negative])))


def paired(
    seen: Seen, scores: Scores, kind: str, families: tuple[str, ...], bounds: tuple[int, int]
) -> dict[str, Any]:
    """AUROC of spun texts against their own originals."""
    label, kinds, family = seen.column("label"), seen.column("kind"), seen.column("family")
    use = (kinds == kind) & np.isin(family, families) & np.isin(label, ["spun", "original"])
    use &= (seen.count >= bounds[0]) & (seen.count <= bounds[1])
    index = np.flatnonzero(use)
    spun = label[index] == "spun"
    values = scores.document[index]

    def statistic(rows: npt.NDArray[np.int64]) -> float:
        return auroc(values[rows][spun[rows]], values[rows][~spun[rows]])

    low, high = intervals(seen.column("group")[index], statistic)
    return {
        "value": statistic(np.arange(len(index))),
        "low": low,
        "high": high,
        "n": int(spun.sum()),
    }


def operating_points(seen: Seen, scores: Scores) -> tuple[float, float]:
    """Probabilities from which a text is called spun and up to which clean."""
    humans = (seen.column("kind") == "human") & (seen.count >= 50)
    values = 1 / (1 + np.exp(-scores.document[humans]))
    spun = float(np.quantile(values, 1 - FALSE_POSITIVES))
    clean = float(np.quantile(values, 1 - UNDECIDED))
    return spun, min(clean, spun)


def false_positives(seen: Seen, scores: Scores, spun: float, clean: float) -> dict[str, Any]:
    """Human documents called spun, in all and by register."""
    humans = np.flatnonzero((seen.column("kind") == "human") & (seen.count >= 50))
    values = 1 / (1 + np.exp(-scores.document[humans]))
    register = seen.column("register")[humans]
    called = values >= spun
    low, high = intervals(seen.column("group")[humans], lambda rows: float(called[rows].mean()))
    by = {
        r: [int(called[register == r].sum()), int((register == r).sum())]
        for r in sorted(set(register.tolist()))
    }
    worst = max((n / total for n, total in by.values() if total >= JUDGED), default=0.0)
    return {
        "share": float(called.mean()),
        "low": low,
        "high": high,
        "n": len(humans),
        "worst register": worst,
        "undecided": float(((values > clean) & ~called).mean()),
        "by register": by,
    }


def report(seen: Seen, scores: Scores, resources: Resources, left_out: str) -> dict[str, Any]:
    """Print and return the figures of a configuration."""
    families = ("wp_auto_spinner", "turbo_spinner")
    out: dict[str, Any] = {}
    for group in (families, *[(f,) for f in families]):
        name = "+".join(group)
        out[f"AUROC documents {name}"] = paired(seen, scores, "document", group, (100, 400))
        out[f"AUROC paragraphs {name}"] = paired(seen, scores, "paragraph", group, (50, 150))
    label, kind, family = seen.column("label"), seen.column("kind"), seen.column("family")
    page = kind == "page"
    for name in ("textattack", "quillbot"):
        groups = set(seen.column("group")[page & (family == name)].tolist())
        own = np.array(
            [
                e.group in groups and e.label == "original" and e.tool != "human-student"
                for e in seen.examples
            ]
        )
        out[f"AUROC {name}"] = auroc(
            scores.document[page & (family == name)], scores.document[page & own]
        )
    spun, clean = operating_points(seen, scores)
    values = 1 / (1 + np.exp(-scores.document))
    out["operating points"] = [spun, clean]
    web = page & (family == "web_pages") & (label == "spun")
    out["web pages found"] = [int((values[web] >= spun).sum()), int(web.sum())]
    out["clean web pages called spun"] = [
        int((values[label == "clean"] >= spun).sum()),
        int((label == "clean").sum()),
    ]
    for kind_name in ("document", "paragraph", "mixed"):
        m = (
            (kind == kind_name)
            & np.isin(label, ["spun", "mixed"])
            & np.isin(family, (left_out,) if left_out else families)
        )
        out[f"recall {kind_name}"] = float((values[m] >= spun).mean())
    out["false positives"] = false_positives(seen, scores, spun, clean)
    mixed = (
        (kind == "mixed")[scores.sentence_doc]
        & (scores.sentence_size >= 5)
        & (scores.sentence_spun >= 0)
    )
    mixed &= (family == left_out)[scores.sentence_doc] if left_out else True
    out["AUROC sentences of mixed documents"] = auroc(
        scores.sentence[mixed & (scores.sentence_spun == 1)],
        scores.sentence[mixed & (scores.sentence_spun == 0)],
    )
    edited = seen.words_of((kind == "document") & (label == "spun") & np.isin(family, families))
    edited = edited[seen.edited[edited] >= 0]
    out["AUROC words"] = auroc(
        scores.words.log_odds[edited][seen.edited[edited] == 1],
        scores.words.log_odds[edited][seen.edited[edited] == 0],
    )
    ranking, context = train_ranking(seen, resources), train_context(seen, scores)
    for flag in (0.3, 0.4, 0.5):
        naming = Naming(ranking, context, flag)
        found = measured(seen, scores, resources, (left_out,) if left_out else families, naming)
        human = flagged_human_words(seen, scores, naming)
        out[f"phrases flag {flag}"] = {**found.rates(), "human words flagged": human}
    for name, value in out.items():
        print(name, value, flush=True)
    return out

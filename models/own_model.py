"""The trained part of a user's model, and the figures that its card shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect import features
from spindetect.detector import LEAST_WORDS
from spindetect.modes import Mode, OperatingPoint

from .calibrate import Calibration, fitted, held_out
from .crossfit import Scores, train_words
from .evaluate import Figure, figure, pair_mask, paired, sentences
from .operating import operating_points
from .phrases import RANKED_FOLDS, train_ranking
from .record import record
from .seen import Resources, Seen

# Spun documents without which no ranking is trained: that of the base model is taken over.
LEAST_RANKED = 20


@dataclass(frozen=True)
class Figures:
    """Cross-fitted figures of a model.

    Attributes
    ----------
    documents, paragraphs : dict of str to Figure
        AUROC of spun texts against their originals, of all tools (``all``) and of each.
    found : dict of str to Figure
        Share of the spun documents of each tool that the balanced mode calls spun.
    sentences : dict of str to Figure
        AUROC of the sentences of documents that are spun in part.
    registers : dict of str to (int, int)
        Human documents that the balanced mode calls spun, and all, of each register.
    points : Mapping of Mode to OperatingPoint
    """

    documents: dict[str, Figure]
    paragraphs: dict[str, Figure]
    found: dict[str, Figure]
    sentences: dict[str, Figure]
    registers: dict[str, tuple[int, int]]
    points: Mapping[Mode, OperatingPoint]


def own_calibration(seen: Seen, scores: Scores, tools: Sequence[str]) -> Calibration:
    """Calibration on cross-fitted log-odds, all tools weighing the same.

    The classifiers are calibrated on what they were trained on; on other texts they may be too sure
    of themselves, and hardly ever not sure enough. So the scale only ever shrinks.
    """
    families = {tool: held_out(seen, scores, tool) for tool in tools}
    log_odds = np.concatenate([values for values, _ in families.values()])
    spun = np.concatenate([label for _, label in families.values()])
    even = Calibration(1.0, 0.0)
    if log_odds[spun].min() > log_odds[~spun].max():
        return even
    found = fitted(families)
    return found if 0 < found.scale < 1 else even


def ranking(seen: Seen, own: Resources, tools: Sequence[str], base: Mapping[str, float]) -> Any:
    """Weights that rank substitutes, or those of the base model where there are too few texts."""
    shown = (seen.column("kind") == "document") & (seen.column("label") == "spun")
    shown &= np.isin(seen.column("family"), tools) & (seen.fold < RANKED_FOLDS)
    return train_ranking(seen, own, tuple(tools)) if shown.sum() >= LEAST_RANKED else dict(base)


def trained(
    seen: Seen,
    scores: Scores,
    own: Resources,
    tools: Sequence[str],
    base_ranking: Mapping[str, float],
) -> tuple[dict[str, Any], Figures]:
    """The trained part of a model file, refitted on all texts, and its figures.

    Parameters
    ----------
    seen, scores
        Evidence of the user's texts, and cross-fitted scores.
    own
        Tables that the texts were read with.
    tools
        Those that spun the texts.
    base_ranking
        Weights of the base model.
    """
    calibration = own_calibration(seen, scores, tools)
    word = train_words(seen, np.ones(len(seen.examples), np.bool_))
    points = operating_points(seen, scores, calibration)
    weights = ranking(seen, own, tools, base_ranking)
    made = record(seen, scores, calibration, word, points, weights)
    return made, _figures(seen, scores, tools, calibration, points)


def _figures(
    seen: Seen,
    scores: Scores,
    tools: Sequence[str],
    calibration: Calibration,
    points: Mapping[Mode, OperatingPoint],
) -> Figures:
    """Figures of cross-fitted scores."""
    groups = {"all": tuple(tools), **({t: (t,) for t in tools} if len(tools) > 1 else {})}
    by_kind = {
        kind: {
            name: paired(seen, scores, kind, some)
            for name, some in groups.items()
            if pair_mask(seen, kind, some).any()
        }
        for kind in ("document", "paragraph")
    }
    chance = features.probability(calibration.applied(scores.document))
    called = chance >= points[Mode.BALANCED].spun
    spun = seen.column("label") == "spun"
    found = {
        name: _share(seen, called, pair_mask(seen, "document", some) & spun)
        for name, some in groups.items()
        if pair_mask(seen, "document", some).any()
    }
    mixed = seen.column("kind") == "mixed"
    by_sentence = {
        tool: sentences(seen, scores, tool)
        for tool in tools
        if (mixed & (seen.column("family") == tool)).any()
    }
    humans = (seen.column("kind") == "human") & (seen.count >= LEAST_WORDS)
    register, hit = seen.column("register")[humans], called[humans]
    registers = {
        str(name): (int(hit[register == name].sum()), int((register == name).sum()))
        for name in np.unique(register)
    }
    return Figures(by_kind["document"], by_kind["paragraph"], found, by_sentence, registers, points)


def _share(seen: Seen, called: npt.NDArray[np.bool_], use: npt.NDArray[np.bool_]) -> Figure:
    """Share of some texts that is called spun."""
    hit = called[use]
    return figure(seen.column("group")[use], lambda rows: float(hit[rows].mean()), len(hit))

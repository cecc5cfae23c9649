"""Calibration on families that were left out: probabilities that hold for spinners nobody showed.

A classifier is too sure of itself on the spinners that it was trained with. Its log-odds are
therefore scaled (Platt 1999) by what was seen on each family by a classifier that had never met
that family; all families weigh the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from spindetect.classifier import BoostedModel

from .crossfit import Scores
from .evaluate import calibration_error, pair_mask
from .seen import Seen

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Calibration:
    """Log-odds are multiplied by `scale` and `shift` is added."""

    scale: float
    shift: float

    def applied(self, log_odds: Floats) -> Floats:
        """Calibrated log-odds."""
        return np.asarray(self.scale * log_odds + self.shift)

    def folded(self, model: BoostedModel) -> BoostedModel:
        """The model with the calibration in its trees: contributions still add up."""
        return replace(model, trees=model.trees.scaled(self.scale, self.shift))


def held_out(seen: Seen, scores: Scores, family: str) -> tuple[Floats, Mask]:
    """Log-odds of documents and paragraphs of a family and of their originals, and which are spun.

    Parameters
    ----------
    seen, scores
        Of classifiers that never met the family.
    family : str
        The family.
    """
    use = pair_mask(seen, "document", (family,)) | pair_mask(seen, "paragraph", (family,))
    return scores.document[use], seen.column("label")[use] == "spun"


def fitted(families: Mapping[str, tuple[Floats, Mask]]) -> Calibration:
    """The calibration of some families, each weighing the same, and so both sides of each."""
    log_odds = np.concatenate([values for values, _ in families.values()])
    spun = np.concatenate([label for _, label in families.values()])
    weight = np.concatenate(
        [np.where(s, 0.5 / s.sum(), 0.5 / (~s).sum()) for _, s in families.values()]
    )
    model = LogisticRegression(C=1e6).fit(log_odds[:, None], spun, weight / weight.mean())
    return Calibration(float(model.coef_[0, 0]), float(model.intercept_[0]))


def errors(families: Mapping[str, tuple[Floats, Mask]]) -> dict[str, float]:
    """Calibration error of each family, calibrated on the others."""
    out = {}
    for name, (values, spun) in families.items():
        rest = fitted({other: found for other, found in families.items() if other != name})
        probability = 1 / (1 + np.exp(-rest.applied(values)))
        out[name] = calibration_error(probability, spun)
    return out

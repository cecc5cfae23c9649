"""Operating points of a user's model, which has few human documents to set them on.

Where fewer than `MEASURABLE` documents lie beyond a line, their quantile says little of where it
is. It is then drawn by the tail: log-odds above a high quantile are taken to thin out exponentially
(Pickands 1975, with shape 0). As that may be beyond what any text comes to, such a line stops where
it would miss more of the spun documents than `MISSED`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from spindetect import features
from spindetect.detector import LEAST_WORDS
from spindetect.modes import Mode, OperatingPoint

from .calibrate import Calibration
from .crossfit import Scores
from .registers import FALSE_POSITIVES, UNDECIDED
from .seen import Seen

Floats = npt.NDArray[np.float64]

# Documents beyond a line from which their number is trusted: to a third of itself, give or take.
MEASURABLE = 10

# The tail begins at this quantile.
TAIL = 0.9

# Share of the spun documents that a line drawn by the tail may miss: a choice, no measurement.
MISSED = {Mode.HIGH_PRECISION: 0.5, Mode.BALANCED: 0.2, Mode.HIGH_RECALL: 0.1}

# No text is called spun that is likelier not to be, however low the clean ones score.
LEAST_PROBABILITY = 0.5

# Probabilities of a model file lie this far within 0 and 1 at least.
LEAST_DISTANCE = 1e-9


def line(values: Floats, share: float, most: float = np.inf) -> float:
    """Log-odds that a share of human documents exceeds.

    Parameters
    ----------
    values : float64 array, shape (n,)
        Of some human documents; the line is never below their own quantile.
    share : float
        In (0, 1).
    most : float
        How far the tail may move it.

    Examples
    --------
    >>> line(np.arange(1000.0), 0.05), line(np.arange(100.0), 0.001, 110.0)
    (949.5, 110.0)
    """
    # Halfway between two documents, so that rounding moves none across the line.
    measured = float(np.quantile(values, 1 - share, method="midpoint"))
    if len(values) * share >= MEASURABLE:
        return measured
    start = float(np.quantile(values, TAIL))
    excess = float((values[values >= start] - start).mean())
    tail = start + excess * float(np.log((1 - TAIL) / share))
    return max(measured, min(tail, most))


def operating_points(
    seen: Seen, scores: Scores, calibration: Calibration
) -> dict[Mode, OperatingPoint]:
    """Where each mode draws its lines, and what it costs on the human documents.

    Parameters
    ----------
    seen, scores
        Texts, and their cross-fitted scores.
    calibration
        Of the scores.
    """
    kind, is_long = seen.column("kind"), seen.count >= LEAST_WORDS
    humans = scores.document[(kind == "human") & is_long]
    spun = scores.document[(kind == "document") & (seen.column("label") == "spun") & is_long]
    even = float(np.log(LEAST_PROBABILITY / (1 - LEAST_PROBABILITY)))
    least = (even - calibration.shift) / calibration.scale
    points = {}
    for mode, share in FALSE_POSITIVES.items():
        above = max(line(humans, share, float(np.quantile(spun, MISSED[mode]))), least)
        below = min(float(np.quantile(humans, 1 - share - UNDECIDED, method="midpoint")), above)
        chances = features.probability(calibration.applied(np.array([above, below])))
        at, to = np.clip(chances, LEAST_DISTANCE, 1 - LEAST_DISTANCE).tolist()
        called, between = humans >= above, (humans > below) & (humans < above)
        shares = (round(float(mask.mean()) * 10_000, 1) for mask in (called, between))
        points[mode] = OperatingPoint(at, to, *shares)
    return points

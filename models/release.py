"""Train on everything and write the model that ships.

    python -m models.release SHARED BUILD OUT --name en-2026.3

Reads what models.left_out left in ``BUILD``: the calibration comes from the families that it left
out; operating points come from human documents scored without their registers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect import classifier, cloze, features, ngrams
from spindetect.detector import LEAST_WORDS
from spindetect.modes import Mode, OperatingPoint

from .calibrate import Calibration
from .crossfit import Scores, train_words
from .evaluate import called
from .lessons import MEASURED_ONLY
from .phrases import RANKED, train_ranking
from .record import record
from .registers import lines, unseen
from .seen import Resources, Seen, save_arrays
from .train import CONFIGS, crossfit_config, resources

# File of the calibration, written by models.left_out.
CALIBRATION = "calibration.json"

log = logging.getLogger("release")


def read_calibration(build: Path) -> Calibration:
    """The calibration that models.left_out found."""
    return Calibration(**json.loads((build / CALIBRATION).read_text()))


def operating_points(
    seen: Seen, scores: Scores, calibration: Calibration
) -> dict[Mode, OperatingPoint]:
    """Where each mode draws its lines, and what it costs on human documents of unseen registers."""
    strangers = unseen(seen, scores)
    points = {}
    for mode, line in lines(seen, strangers).items():
        found = called(seen, strangers, *line, LEAST_WORDS)
        at, below = features.probability(calibration.applied(np.array(line))).tolist()
        points[mode] = OperatingPoint(
            at, below, round(found.share.value * 10_000, 1), round(found.undecided * 10_000, 1)
        )
    return points


def trained(seen: Seen, scores: Scores, calibration: Calibration, own: Resources) -> dict[str, Any]:
    """The trained part of a model file."""
    word = train_words(seen, ~np.isin(seen.column("family"), MEASURED_ONLY))
    points = operating_points(seen, scores, calibration)
    ranking = train_ranking(seen, own, RANKED)
    return record(seen, scores, calibration, word, points, ranking)


def tables(build: Path, own: Resources) -> dict[str, npt.NDArray[np.generic]]:
    """Tables of the model."""
    return {
        **{n: np.load(build / "ngrams" / f"{n}.npy") for n in ngrams.TABLES},
        **{n: np.load(build / "cloze" / f"{n}.npy") for n in cloze.TABLES},
        **own.lexicon(None),
        "vectors": own.vectors,
    }


def release(shared: Path, build: Path, out: Path, name: str, jobs: int) -> None:
    """Train on everything and write the model to `out`."""
    own = resources(shared, build, CONFIGS["main"])
    seen, scores = crossfit_config(shared, build, "main", "", jobs)
    made = tables(build, own)
    save_arrays(out, made)
    digests = {n: hashlib.sha256((out / f"{n}.npy").read_bytes()).hexdigest() for n in made}
    head = {"format": classifier.FORMAT, "name": name, "tables": digests}
    record = head | trained(seen, scores, read_calibration(build), own)
    (out / classifier.MODEL_FILE).write_text(json.dumps(record), encoding="utf-8")
    size = sum(p.stat().st_size for p in out.iterdir())
    log.info("%s: %.1f MB", name, size / 1e6)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--name", default="en")
    parser.add_argument("--jobs", type=int, default=2)
    o = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    release(o.shared, o.build, o.out, o.name, o.jobs)


if __name__ == "__main__":
    main()

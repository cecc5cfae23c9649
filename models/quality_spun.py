"""How far the score of content quality finds spun texts, by itself and where a detector has read.

    python -m models.quality_spun [--documents N]

scores the texts of the benchmark, whose dictionaries the model has never seen, and prints how many
spun and original ones are below 0.5 by `spindetect.quality.assess` and in the detector's report.
"""

from __future__ import annotations

import argparse

import numpy as np

import spindetect
from spindetect.benchmark.texts import read_texts
from spindetect.quality import assess_many


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description="Spun texts that the quality score finds.")
    parser.add_argument("--documents", type=int, help="of each kind, at most")
    options = parser.parse_args()
    every = read_texts()
    for name in ("original", "spun"):
        texts = [text.text for text in every if text.label == name][: options.documents]
        alone = np.array([quality.score for _, quality in assess_many(texts)])
        reports = spindetect.load().score_many(texts)
        beside = np.array([r.quality.score for r in reports if r.quality is not None])
        print(
            f"{len(texts)} {name} texts below 0.5: {np.mean(alone < 0.5):.1%} by themselves, "
            f"{np.mean(beside < 0.5):.1%} in the detector's report"
        )


if __name__ == "__main__":
    main()

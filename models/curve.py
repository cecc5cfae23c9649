"""Size of the tables against accuracy, to choose what ships.

    python -m models.curve DATA BUILD

Builds n-gram tables of several sizes and measures each on the same sample of texts, cross-fitted,
with the lexicon of general sources only: there the tables have to do most of the work.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from spindetect.ngrams import NgramModel

from . import build_ngrams
from .crossfit import crossfit, crossfit_words
from .evaluate import auroc, paired
from .examples import sample
from .seen import see
from .train import CONFIGS, read_examples, resources

# Bigrams and trigrams kept.
SIZES = ((0.4e6, 0.5e6), (1.0e6, 1.5e6), (2.3e6, 4.0e6), (5.0e6, 12.0e6))

# Share of the source documents: some 400 spun paragraphs and half a million words.
SHARE = 0.12


def main(data: Path, build: Path) -> None:
    """Print the table and write it to ``BUILD/curve.json``."""
    base = resources(data, build, CONFIGS["general"])
    examples = [e for e in read_examples(data, build, 0.5, 1) if sample(e.group, "curve") < SHARE]
    examples = [e for e in examples if e.kind != "human" or sample(e.group, "curve human") < 0.3]
    counts = build / "counts"
    numbers = [np.load(counts / f"{n}.npy") for n in ("vocab_keys", "trigrams", "raw", "weighted")]
    found = []
    for bigrams, trigrams in SIZES:
        arrays = build_ngrams.build(
            numbers[0],
            numbers[1],
            numbers[2].astype(np.float64),
            numbers[3].astype(np.float64),
            most_bigrams=int(bigrams),
            most_trigrams=int(trigrams),
        )
        own = replace(base, ngrams=NgramModel.from_tables(arrays))
        seen = see(examples, own, per_fold=False, jobs=1)
        scores = crossfit(seen, crossfit_words(seen))
        chosen = (seen.column("kind") == "document") & (seen.column("label") == "spun")
        words = seen.words_of(chosen)
        edited, values = seen.edited[words], scores.words.log_odds[words]
        both = ("wp_auto_spinner", "turbo_spinner")
        paragraphs = paired(seen, scores, "paragraph", both).value
        documents = paired(seen, scores, "document", both).value
        row = {
            "bigrams": int(bigrams),
            "trigrams": int(trigrams),
            "n-gram tables, MB": round(sum(a.nbytes for a in arrays.values()) / 1e6, 1),
            "AUROC words": round(auroc(values[edited >= 0], edited[edited >= 0] == 1), 4),
            "AUROC paragraphs": round(paragraphs, 4),
            "AUROC documents": round(documents, 4),
        }
        print(row, flush=True)
        found.append(row)
    (build / "curve.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

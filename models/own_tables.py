"""Steps that make the tables of the language from a user's own text."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spindetect import cloze, ngrams

from . import build_ngrams, count_neighbours, count_ngrams, quantise_cloze, train_cloze
from .seen import save_arrays
from .steps import Step
from .stream import stream

# N-grams to keep, as in the bundled model; small corpora have fewer.
MOST_BIGRAMS, MOST_TRIGRAMS = 2_300_000, 4_000_000

# What the steps leave in the build folder.
COUNTS, NGRAMS, VECTORS, STREAM, CLOZE = "counts", "ngrams", "vectors.npy", "stream", "cloze"


def steps(corpora: Path, build: Path) -> list[Step]:
    """The steps, for a folder of text in the form of `models.corpus`."""
    counts, vectors, ids, net = build / COUNTS, build / VECTORS, build / STREAM, build / CLOZE
    most = [MOST_BIGRAMS, MOST_TRIGRAMS]
    return [
        Step("counts", None, partial(count_ngrams.count, corpora, counts)),
        Step("ngrams", most, partial(_ngrams, counts, build / NGRAMS)),
        Step("vectors", None, partial(_vectors, corpora, counts, vectors)),
        Step("stream", None, partial(stream, corpora, counts, ids)),
        Step("cloze", None, partial(train_cloze.train, ids, counts, vectors, net)),
        Step("quantised", None, partial(_quantised, ids, vectors, net)),
    ]


def read(build: Path) -> Mapping[str, npt.NDArray[np.generic]]:
    """The tables that the steps left."""
    return {
        **{n: np.load(build / NGRAMS / f"{n}.npy", mmap_mode="r") for n in ngrams.TABLES},
        **{n: np.load(build / CLOZE / f"{n}.npy", mmap_mode="r") for n in cloze.TABLES},
        "vectors": count_neighbours.byte_vectors(np.load(build / VECTORS)),
    }


def _ngrams(counts: Path, out: Path) -> None:
    raw, weighted = (np.load(counts / f"{n}.npy").astype(np.float64) for n in ("raw", "weighted"))
    keys, trigrams = np.load(counts / "vocab_keys.npy"), np.load(counts / "trigrams.npy")
    most = {"most_bigrams": MOST_BIGRAMS, "most_trigrams": MOST_TRIGRAMS}
    save_arrays(out, build_ngrams.build(keys, trigrams, raw, weighted, **most))


def _vectors(corpora: Path, counts: Path, out: Path) -> None:
    np.save(out, count_neighbours.vectors(*count_neighbours.cooccurrences(corpora, counts)))


def _quantised(ids: Path, vectors: Path, net: Path) -> None:
    # What it prints is no result of this command.
    with contextlib.redirect_stdout(sys.stderr):
        quantise_cloze.quantise(ids, vectors, net)

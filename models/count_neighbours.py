"""Word vectors from the company that words keep: PPMI of co-occurrence, reduced by SVD.

    python -m models.count_neighbours CORPORA COUNTS OUT

Counts pairs of vocabulary words at most `WINDOW` words apart within a sentence, each with weight
one over the distance; takes positive pointwise mutual information with context-distribution
smoothing (Levy, Goldberg and Dagan 2015) and the first `DIMENSIONS` singular vectors (randomized
SVD, Halko, Martinsson and Tropp 2011), each scaled by the square root of its singular value.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse
from sklearn.utils.extmath import randomized_svd
from tqdm import tqdm

from spindetect.ngrams import BREAK_ID, FIRST_WORD

from .corpus import batches, registers
from .count_ngrams import Keys, counted, summed, token_ids

# Words that get a vector, and words that serve as contexts: the commonest of the vocabulary. Rarer
# ones have too few neighbours for the vector to mean anything.
WORDS = 60_000
CONTEXTS = 30_000

# Near words tell which words can stand in each other's place (Levy and Goldberg 2014).
WINDOW = 4

# More than ship (`SHIPPED_DIMENSIONS`): the lexicon is made with all of them.
DIMENSIONS = 128

# Exponent of the context distribution, as in word2vec's negative sampling.
SMOOTHING = 0.75

# Pairs rarer than this (in distance-weighted counts) are chance.
LEAST = 1.0

# Dimensions of the vectors that ship: the first of the decomposition, which carry the most.
SHIPPED_DIMENSIONS = 40

# Words that get a vector, the commonest.
SHIPPED = 40_000

# Vectors are stored as bytes.
_BYTE = 127

log = logging.getLogger("count_neighbours")


def pairs(ids: npt.NDArray[np.int32], sentence: npt.NDArray[np.int32]) -> list[tuple[Keys, float]]:
    """Keys (word, context) of both directions, by distance."""
    found = []
    keep = ids >= FIRST_WORD
    ids, sentence = ids[keep].astype(np.uint64), sentence[keep]
    for distance in range(1, WINDOW + 1):
        left, right = ids[:-distance], ids[distance:]
        same = sentence[:-distance] == sentence[distance:]
        for a, b in ((left, right), (right, left)):
            use = same & (a < WORDS) & (b < CONTEXTS)
            found.append(((a[use] << np.uint64(32)) | b[use], 1.0 / distance))
    return found


def cooccurrences(corpora: Path, counts: Path) -> tuple[Keys, npt.NDArray[np.float64]]:
    """Distinct (word, context) keys and their weighted counts."""
    keys = np.load(counts / "vocab_keys.npy")
    weight = json.loads((counts / "registers.json").read_text())["weight"]
    order = np.argsort(keys)
    sorted_keys, ids = keys[order], (order + FIRST_WORD).astype(np.int32)
    total: tuple[Keys, npt.NDArray[np.float64]] | None = None

    def flush(buffer: list[tuple[Keys, float]], register: str) -> None:
        nonlocal total
        parts = [total] if total is not None else []
        for distance in range(WINDOW):
            same = [k for k, share in buffer if share == 1.0 / (distance + 1)]
            unique, n = counted(np.concatenate(same))
            parts.append((unique, n * weight[register] / (distance + 1)))
        merged, (sums,) = summed(
            np.concatenate([k for k, _ in parts]), np.concatenate([c for _, c in parts])
        )
        total = merged, sums

    for register, paths in tqdm(registers(corpora).items(), desc="pairs", unit="register"):
        buffer: list[tuple[Keys, float]] = []
        held = 0
        for path in paths:
            for tokens in batches(path):
                numbers = token_ids(tokens, sorted_keys, ids)
                buffer += pairs(numbers, tokens.sentence)
                held += len(numbers)
                if held > 12_000_000:
                    flush(buffer, register)
                    buffer, held = [], 0
        if buffer:
            flush(buffer, register)
    assert total is not None
    return total


def vectors(keys: Keys, counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Unit vectors, shape (WORDS, DIMENSIONS); zero for words that were never seen together."""
    row = (keys >> np.uint64(32)).astype(np.int32)
    column = (keys & np.uint64(0xFFFFFFFF)).astype(np.int32)
    words = np.bincount(row, counts, WORDS)
    contexts = np.bincount(column, counts, CONTEXTS) ** SMOOTHING
    use = counts >= LEAST
    row, column, counts = row[use], column[use], counts[use]
    pmi = np.log(counts * contexts.sum() / (words[row] * contexts[column]))
    positive = pmi > 0
    matrix = scipy.sparse.csr_matrix(
        (pmi[positive].astype(np.float32), (row[positive], column[positive])),
        shape=(WORDS, CONTEXTS),
    )
    log.info("%d positive associations", matrix.nnz)
    u, s, _ = randomized_svd(matrix, DIMENSIONS, n_iter=3, random_state=0)
    scaled = u * np.sqrt(s)
    scaled[:BREAK_ID] = 0
    norm = np.linalg.norm(scaled, axis=1, keepdims=True)
    return np.asarray((scaled / np.maximum(norm, 1e-9)).astype(np.float32))


def byte_vectors(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.int8]:
    """The vectors that ship, shape (SHIPPED, SHIPPED_DIMENSIONS), of length `_BYTE` or zero.

    Parameters
    ----------
    vectors : float32 array
        As models.count_neighbours wrote them.
    """
    cut = vectors[:SHIPPED, :SHIPPED_DIMENSIONS]
    norm = np.linalg.norm(cut, axis=1, keepdims=True)
    return np.asarray(np.rint(cut / np.maximum(norm, 1e-9) * _BYTE).astype(np.int8))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("corpora", type=Path)
    parser.add_argument("counts", type=Path, help="folder written by models.count_ngrams")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    keys, counts = cooccurrences(arguments.corpora, arguments.counts)
    log.info("%d pairs", len(keys))
    arguments.out.mkdir(parents=True, exist_ok=True)
    np.save(arguments.out / "vectors.npy", vectors(keys, counts))


if __name__ == "__main__":
    main()

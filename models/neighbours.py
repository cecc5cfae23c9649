"""Neighbours: entries of words that keep the same company, or that are spelled nearly alike."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from rapidfuzz import fuzz, process
from tqdm import tqdm

from spindetect.ngrams import FIRST_WORD

from .entries import MOST, Entries, Floats, Phrases, best

# Neighbours less alike than this share a topic, not a meaning.
NEIGHBOUR_COSINE = 0.45

# Letters that near spellings share at the front, and how alike they are (rapidfuzz ratio).
STEM = 4
ALIKE = 66.0


def neighbours(vectors: Floats, zipf: Floats) -> Entries:
    """Entries of words that keep the same company.

    Parameters
    ----------
    vectors : float32 array, shape (V, d)
        Unit vectors by id.
    zipf : float32 array
        Zipf frequency of each id.
    """
    parts = []
    for block in np.array_split(np.arange(FIRST_WORD, len(vectors)), max(1, len(vectors) // 1000)):
        likeness = vectors[block] @ vectors.T
        likeness[np.arange(len(block)), block] = -1
        top = np.argpartition(-likeness, MOST["neighbour"], axis=1)[:, : MOST["neighbour"]]
        value = np.take_along_axis(likeness, top, axis=1)
        written = np.repeat(block, top.shape[1])
        keep = (value.ravel() >= NEIGHBOUR_COSINE) & (top.ravel() >= FIRST_WORD)
        parts.append((written[keep], top.ravel()[keep], value.ravel()[keep]))
    written, expected, likeness = (np.concatenate(c) for c in zip(*parts, strict=True))
    return best(written, expected, likeness, "neighbour", zipf)


def near_spellings(phrases: Phrases, zipf: Floats, most: int = 60_000) -> Entries:
    """Entries of words that look alike: shared stems and slips.

    Parameters
    ----------
    phrases
        The vocabulary, commonest first.
    zipf : float32 array
        Zipf frequency of each id.
    most : int
        Words that are compared, the commonest.
    """
    blocks: dict[str, list[str]] = defaultdict(list)
    for word in phrases.words[:most]:
        if len(word) >= STEM and word.isalpha():
            blocks[word[:STEM]].append(word)
    written, expected, likeness = [], [], []
    for block in tqdm(blocks.values(), desc="spellings"):
        if len(block) < 2:
            continue
        ratio = process.cdist(block, block, scorer=fuzz.ratio, score_cutoff=ALIKE)
        np.fill_diagonal(ratio, 0)
        for i, j in zip(*np.nonzero(ratio), strict=True):
            written.append(phrases.ids[block[i]])
            expected.append(phrases.ids[block[j]])
            likeness.append(ratio[i, j] / 100)
    return best(
        np.array(written), np.array(expected), np.array(likeness, np.float32), "spelling", zipf
    )

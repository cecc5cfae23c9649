"""Word 5-gram MinHash, by which crawl pipelines find near-duplicates: to compare with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spindetect.keys import finish
from spindetect.tokens import tokenise

# 14 bands of 8 hashes, as FineWeb's datatrove pipeline has them for a similarity of 0.75.
BANDS, ROWS = 14, 8
SHINGLE = 5


def minhash_pairs(texts: Sequence[str]) -> set[tuple[int, int]]:
    """Pairs of texts that share a band of MinHashes of word 5-grams."""
    seeds = np.random.default_rng(0).integers(1, 2**63, BANDS * ROWS, dtype=np.uint64) | 1
    bands: dict[tuple[int, bytes], list[int]] = {}
    for number, text in enumerate(texts):
        tokens = tokenise([text])
        key = tokens.key[tokens.is_word]
        size = len(key) - SHINGLE + 1
        if size < 1:
            continue
        shingle = np.zeros(size, np.uint64)
        for at in range(SHINGLE):
            shingle = finish(shingle * np.uint64(0x9E3779B97F4A7C15) + key[at : at + size])
        signature = np.array([(finish(shingle * seed)).min() for seed in seeds])
        for band, values in enumerate(signature.reshape(BANDS, ROWS)):
            bands.setdefault((band, values.tobytes()), []).append(number)
    return {
        (a, b)
        for pages in bands.values()
        for at, b in enumerate(pages)
        for a in pages[max(0, at - 20) : at]
    }

"""Fillers against judging every word of the vocabulary exactly."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from test_cloze import WORDS, model

from spindetect.cloze import GAP_MOST, WEIGHT_MOST, Cloze, Gaps
from spindetect.fillers import filler_table, fillers
from spindetect.ngrams import FIRST_WORD

# Enough for many groups of words, and fewer words than there are fillers.
SIZES = (WORDS, FIRST_WORD + 2, FIRST_WORD + 1, 3000)


def repeated(cloze: Cloze, size: int) -> Cloze:
    """A model of so many words, most of them equal to others: their scores tie."""
    row = np.arange(size) % WORDS
    level = np.where(np.arange(size) % 7, -4.0, -3.5).astype(np.float16)
    return replace(cloze, inside=cloze.inside[row], around=cloze.around[row], level=level)


@given(st.integers(0, 2**32 - 1), st.sampled_from(SIZES), st.integers(1, 9) | st.just(70))
def test_fillers_are_the_best_of_all_words(seed: int, size: int, count: int) -> None:
    random = np.random.default_rng(seed)
    cloze = repeated(model(seed % 5), size)
    vectors = random.integers(-90, 91, (size, 3)).astype(np.int8)
    ids = random.integers(0, size + 3, 2 * count).astype(np.int32)
    token = np.sort(random.choice(2 * count, count, replace=False))
    width = cloze.inside.shape[1]
    gaps = Gaps(token, random.integers(-GAP_MOST, GAP_MOST + 1, (count, width)).astype(np.int16))
    start = np.arange(0, 2 * count, 2)

    expected = []
    row_of = {int(t): i for i, t in enumerate(token)}
    for place, t in enumerate(start.tolist()):
        if t not in row_of or ids[t] >= size:
            continue
        found = []
        for word in range(FIRST_WORD, size):
            if word == ids[t]:
                continue
            product = int(gaps.vectors[row_of[t]].astype(int) @ cloze.inside[word].astype(int))
            likeness = int(vectors[ids[t]].astype(int) @ vectors[word].astype(int))
            cosine = np.float32(likeness) / np.float32(WEIGHT_MOST**2)
            fit = np.float32(product) * cloze.scales[-1] + np.float32(cloze.level[word])
            found.append((-(fit + np.float32(12) * cosine), word, cosine))
        best = sorted(found)[: min(12, size - FIRST_WORD - 1)]
        expected += [(place, word, cosine) for _, word, cosine in best]

    table = filler_table(cloze, vectors)
    parts = fillers(cloze, vectors, table, gaps, ids, start)
    assert list(zip(*(part.tolist() for part in parts), strict=True)) == expected

"""The cloze model against a slow obvious version in Python's own whole numbers."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spindetect.cloze import (
    GAP_MOST,
    HIDDEN_MOST,
    REACH,
    WEIGHT_MOST,
    Cloze,
    Gaps,
)
from spindetect.ngrams import BREAK_ID, LOG_STEP, UNKNOWN_ID

WORDS, WIDTH, TOPICS, HIDDEN = 24, 4, 3, 6


def model(seed: int = 0) -> Cloze:
    random = np.random.default_rng(seed)

    def whole(*shape: int) -> npt.NDArray[np.int8]:
        return random.integers(-WEIGHT_MOST, WEIGHT_MOST + 1, shape).astype(np.int8)

    scales = np.concatenate(
        [
            random.uniform(0.001, 0.01, HIDDEN),
            random.uniform(-50, 200, HIDDEN),
            random.uniform(0.001, 0.02, WIDTH),
            [1 / 4096],
        ]
    ).astype(np.float32)
    level = random.uniform(-20, -3, WORDS).astype(np.float16)
    return Cloze(
        whole(WORDS, WIDTH),
        whole(2 * REACH * WIDTH + TOPICS, HIDDEN),
        whole(HIDDEN, WIDTH),
        scales,
        whole(WORDS, WIDTH),
        level,
    )


def rounded(value: np.float32, most: int, least: int) -> int:
    return int(min(max(np.rint(value), least), most))


def slow_gap(
    cloze: Cloze, doc: list[int], ids: list[int], near: npt.NDArray[np.float32], at: int
) -> list[int]:
    """The vector of one gap, number by number."""
    inputs: list[int] = []
    for k in [*range(-REACH, 0), *range(1, REACH + 1)]:
        place = at + k
        inside = 0 <= place < len(ids) and doc[place] == doc[at]
        number = ids[place] if inside else BREAK_ID
        inputs += cloze.around[number if number < WORDS else UNKNOWN_ID].tolist()
    inputs += [int(np.rint(x * np.float32(WEIGHT_MOST))) for x in near[at]]
    factor, offset, narrow = np.split(cloze.scales[:-1], [HIDDEN, 2 * HIDDEN])
    hidden = []
    for j in range(HIDDEN):
        total = sum(x * int(w) for x, w in zip(inputs, cloze.first[:, j], strict=True))
        hidden.append(rounded(np.float32(total) * factor[j] + offset[j], HIDDEN_MOST, 0))
    gap = []
    for j in range(WIDTH):
        total = sum(x * int(w) for x, w in zip(hidden, cloze.second[:, j], strict=True))
        gap.append(rounded(np.float32(total) * narrow[j], GAP_MOST, -GAP_MOST))
    return gap


@st.composite
def batches(draw: st.DrawFn) -> tuple[list[int], list[int], npt.NDArray[np.float32]]:
    """Documents and ids of tokens as the tokeniser lays them out, and topics."""
    sizes = draw(st.lists(st.integers(0, 14), min_size=1, max_size=3))
    doc, ids = [0], [BREAK_ID]
    for number, size in enumerate(sizes):
        words = draw(st.lists(st.integers(1, WORDS + 5), min_size=size, max_size=size))
        ids += [*words, BREAK_ID]
        doc += [number] * (size + 1)
    seed = draw(st.integers(0, 1000))
    near = np.random.default_rng(seed).uniform(-1, 1, (len(ids), TOPICS)).astype(np.float32)
    return doc, ids, near


@given(batches(), st.integers(0, 5))
def test_gaps_are_those_of_the_slow_version(
    batch: tuple[list[int], list[int], npt.NDArray[np.float32]], seed: int
) -> None:
    doc, ids, near = batch
    cloze = model(seed)
    at = np.arange(1, len(ids))
    found = cloze.gaps(np.array(doc, np.int32), np.array(ids, np.int32), near, at)
    expected = [slow_gap(cloze, doc, ids, near, int(t)) for t in at]
    assert found.vectors.tolist() == expected


def test_scores_are_inner_products_with_a_level() -> None:
    cloze = model()
    vectors = np.array([[1, -2, 3, 1000], [0, 0, 0, 0]], np.int16)
    words = np.array([7, 8], np.int32)
    product = sum(int(a) * int(b) for a, b in zip(vectors[0], cloze.inside[7], strict=True))
    first = np.float32(product) * cloze.scales[-1] + np.float32(cloze.level[7])
    expected = [np.rint(first / LOG_STEP) * LOG_STEP, float(cloze.level[8])]
    assert cloze.scores(vectors, words) == pytest.approx(expected, abs=LOG_STEP)
    every = cloze.every_score(vectors, words)
    assert np.diag(every) == pytest.approx(cloze.scores(vectors, words), abs=LOG_STEP)


def test_scores_add_up_in_any_order() -> None:
    cloze = model()
    random = np.random.default_rng(1)
    vectors = random.integers(-GAP_MOST, GAP_MOST, (500, WIDTH)).astype(np.int16)
    scores = cloze.scores(vectors, random.integers(0, WORDS, 500).astype(np.int32))
    assert (scores / LOG_STEP == np.rint(scores / LOG_STEP)).all()
    assert scores.astype(np.float64).sum() == scores[::-1].astype(np.float64).sum()


def test_whole_numbers_stay_exact_in_single_precision() -> None:
    inputs, hidden, width = 2 * REACH * 64 + 40, 256, 64
    assert inputs * WEIGHT_MOST**2 < 2**24
    assert hidden * HIDDEN_MOST * WEIGHT_MOST < 2**24
    assert width * GAP_MOST * WEIGHT_MOST < 2**24


@given(st.sets(st.integers(0, 30)), st.lists(st.integers(0, 30)))
def test_rows_of_gaps(known: set[int], asked: list[int]) -> None:
    tokens = np.array(sorted(known), np.int64)
    gaps = Gaps(tokens, np.zeros((len(tokens), 2), np.int16))
    expected = [sorted(known).index(t) if t in known else -1 for t in asked]
    assert gaps.rows(np.array(asked, np.int64)).tolist() == expected

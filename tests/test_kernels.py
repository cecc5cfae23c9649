"""The compiled kernels against numpy: equal to the last bit, on models made of random numbers."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar
from unittest import mock

import numpy as np
import numpy.typing as npt
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_trees import log_odds, rows, trees

import spindetect
from spindetect import accelerator, anomalies, detector, ngrams, tables
from spindetect.cloze import REACH, Cloze
from spindetect.detector import BUNDLED
from spindetect.evidence import Tables, evidence
from spindetect.lattice import RANKING
from spindetect.lexicon import FIRST_EXPANSION, LONGEST, PHRASE_BITS, Lexicon, phrase_keys
from spindetect.ngrams import FIRST_WORD, NgramModel
from spindetect.tokens import hash_word, tokenise

pytest.importorskip("numba")

CASES = Path(__file__).parent / "cases"
SIZE, WIDTH, TOPICS, HIDDEN = 60, 4, 3, 6
WORDS = [f"w{i}" for i in range(FIRST_WORD, SIZE)]

_T = TypeVar("_T")


@pytest.fixture(scope="module")
def compiled() -> ModuleType:
    found = accelerator.compiled()
    assert found is not None
    return found


def both(compute: Callable[[], _T]) -> tuple[_T, _T]:
    """What numpy computes, and what the kernels do."""
    plain = compute()
    with accelerator.using(accelerator.compiled()):
        assert accelerator.kernels() is not None
        return plain, compute()


def same(a: Any, b: Any) -> bool:
    """Whether two arrays, or records of arrays, are equal to the last bit."""
    if isinstance(a, np.ndarray):
        return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    if isinstance(a, tuple):
        return all(map(same, a, b))
    return all(same(getattr(a, name), getattr(b, name)) for name in a.__slots__)


def bits(random: np.random.Generator, low: float, high: float, size: int) -> Any:
    """Few different numbers, so that ties are common."""
    return (np.rint(random.uniform(low, high, size) * 2) / 2).astype(np.float32)


def ngram_model(random: np.random.Generator) -> NgramModel:
    keys = np.zeros(SIZE, np.uint64)
    keys[FIRST_WORD:] = [hash_word(word) for word in WORDS]
    slots = np.full(256, -1, np.int32)
    for number in range(FIRST_WORD, SIZE):
        slot = int(keys[number]) >> 56
        while slots[slot] >= 0:
            slot = (slot + 1) % len(slots)
        slots[slot] = number
    pairs = np.unique(random.integers(0, SIZE, (900, 2)).astype(np.int32), axis=0)
    far = random.integers(0, SIZE, len(pairs)).astype(np.int32)
    bigrams, _ = tables.build(ngrams.pair_keys(*pairs.T), ngrams.BIGRAM_BITS)
    triples = ngrams.triple_keys(far, *pairs.T)
    levels = random.integers(0, 16, len(triples)).astype(np.uint16)
    trigrams, _ = tables.build(triples, ngrams.TRIGRAM_BITS, levels)
    return NgramModel(
        keys,
        slots,
        bits(random, -14, -3, SIZE),
        bits(random, 1, 7, SIZE),
        bits(random, -3, 0, SIZE),
        bigrams,
        random.integers(0, 120, (len(bigrams), 2)).astype(np.uint8),
        trigrams,
        bits(random, -3, 3, 16),
    )


def lexicon(random: np.random.Generator, tokens_keys: npt.NDArray[np.uint64]) -> Lexicon:
    """Entries of words and of phrases that stand in a text with these keys."""
    longer = [
        phrase_keys(np.stack([tokens_keys[k : len(tokens_keys) - 2 + k] for k in range(n)], axis=1))
        for n in (2, 3)
    ]
    phrases = np.unique(np.concatenate(longer))[::2]
    lanes, slots = tables.build(phrases, PHRASE_BITS)
    phrase_rows = np.full(len(lanes), -1, np.int32)
    phrase_rows[slots] = SIZE + np.arange(len(phrases))
    sizes = random.integers(0, 30, SIZE + len(phrases))
    expansions = random.integers(FIRST_WORD, SIZE, (40, LONGEST)).astype(np.int32)
    expansions[random.random(40) < 0.5, 2] = -1
    n = int(sizes.sum())
    expected = random.integers(FIRST_WORD, SIZE, n)
    several = random.random(n) < 0.2
    expected[several] = FIRST_EXPANSION + random.integers(0, 40, int(several.sum()))
    entries = expected | (random.integers(1, 256, n) << 18) | (random.integers(0, 64, n) << 26)
    return Lexicon(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32),
        entries.astype(np.uint32),
        lanes,
        phrase_rows,
        expansions,
        np.frombuffer("".join(f"{w}\n" for w in WORDS).encode(), np.uint8),
        random.normal(size=(SIZE, 2)).astype(np.float16),
    )


def cloze(random: np.random.Generator, size: int) -> Cloze:
    def whole(*shape: int) -> npt.NDArray[np.int8]:
        return random.integers(-127, 128, shape).astype(np.int8)

    scales: list[npt.NDArray[np.float64]] = [
        random.uniform(0.001, 0.01, HIDDEN),
        random.uniform(-50, 200, HIDDEN),
        random.uniform(0.001, 0.02, WIDTH),
        np.array([1 / 4096]),
    ]
    return Cloze(
        whole(size, WIDTH),
        whole(2 * REACH * WIDTH + TOPICS, HIDDEN),
        whole(HIDDEN, WIDTH),
        np.concatenate(scales).astype(np.float32),
        whole(size, WIDTH),
        # Equal columns: fillers tie.
        bits(random, -3, 0, size).astype(np.float16),
    )


def stub(seed: int, texts: list[str]) -> Tables:
    random = np.random.default_rng(seed)
    # Vectors for some words, for more than any filler needs, or for hardly any.
    size = int(random.choice([FIRST_WORD + 2, 30, SIZE]))
    vectors = random.integers(-60, 61, (size, TOPICS)).astype(np.int8)
    return Tables(
        ngram_model(random), cloze(random, size), lexicon(random, tokenise(texts).key), vectors
    )


# Words that the models know, one that they do not, and what ends a window.
texts_ = st.lists(
    st.lists(st.sampled_from([*WORDS, *WORDS, "unknown", "1999", ".", ","]), max_size=40).map(
        " ".join
    ),
    min_size=1,
    max_size=3,
)
seeds = st.integers(0, 2**32 - 1)


@given(seeds, st.sampled_from([8, 12, 16]), st.integers(0, 400))
def test_tables(seed: int, size: int, count: int) -> None:
    random = np.random.default_rng(seed)
    known = np.unique(random.integers(0, 2**63, 200).astype(np.uint64))
    lanes, _ = tables.build(known, size)
    asked = np.concatenate([known, random.integers(0, 2**63, count).astype(np.uint64)])
    plain, fast = both(lambda: tables.find(lanes, asked, size))
    assert same(plain, fast)


@given(seeds)
def test_ngrams(seed: int) -> None:
    random = np.random.default_rng(seed)
    model = ngram_model(random)
    far, left, word = random.integers(0, SIZE, (3, 300)).astype(np.int32)
    assert same(*both(lambda: model.bigram(left, word)))
    assert same(*both(lambda: model.logprob(far, left, word)))


@given(st.lists(trees(), min_size=1, max_size=7), log_odds, rows, st.integers(1, 50))
def test_trees(
    some: list[oracles.Tree], intercept: float, values: npt.NDArray[np.float32], times: int
) -> None:
    ensemble = oracles.ensemble(some, intercept)
    # More rows than are tested side by side, and numbers that are none.
    values = np.concatenate([values, np.full((1, values.shape[1]), np.nan, np.float32)])
    values = np.tile(values, (times, 1))
    assert same(*both(lambda: ensemble.log_odds(values)))
    assert same(*both(lambda: ensemble.log_odds(values[:0])))


@settings(max_examples=150)
@given(seeds, texts_)
def test_evidence(seed: int, texts: list[str]) -> None:
    model, tokens = stub(seed, texts), tokenise(texts)
    plain, fast = both(lambda: evidence(tokens, model))
    assert same(plain.features, fast.features)
    assert same(plain.substitutes, fast.substitutes)
    assert same(plain.gaps, fast.gaps)


@settings(max_examples=150)
@given(seeds, texts_, st.floats(-3, 3))
def test_anomalies(seed: int, texts: list[str], shift: float) -> None:
    model, tokens = stub(seed, texts), tokenise(texts)
    seen = evidence(tokens, model)
    random = np.random.default_rng(seed)
    chances = random.normal(shift, 2, len(seen.word))
    # Whole numbers here and there, so that paths tie.
    ranking = {name: round(random.normal(0, 2), int(random.integers(0, 3))) for name in RANKING}
    phrases = anomalies.odd_phrases(seen.substitutes)
    arguments = tokens, seen.word, phrases, chances, model, seen.gaps, ranking, 0.5
    plain, fast = both(lambda: anomalies.anomalies(*arguments))
    assert plain == fast


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels are worth loading from the first character on."""
    monkeypatch.setattr(detector, "_WORTH_KERNELS", 0)


@pytest.mark.skipif(not BUNDLED.is_dir(), reason="the model has not been built")
def test_reports_of_the_bundled_model(compiled: ModuleType, eager: None) -> None:
    cases = [c for n in ("spun", "negative") for c in json.loads((CASES / f"{n}.json").read_text())]
    texts = [str(case["text"]) for case in cases]
    texts += ["", "word", " ".join(texts), "a", "the " * 500]
    plain, fast = (spindetect.load(accelerate=on) for on in (False, True))
    assert (plain.accelerated, fast.accelerated) == (False, True)
    assert list(plain.score_many(texts)) == list(fast.score_many(texts))
    # Alone in their batch, too: with nothing to compute.
    assert [plain.score(t) for t in texts[-5:]] == [fast.score(t) for t in texts[-5:]]
    assert same(plain.features(texts), fast.features(texts))


@pytest.mark.skipif(not BUNDLED.is_dir(), reason="the model has not been built")
def test_kernels_are_loaded_once_much_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector, "_WORTH_KERNELS", 1000)
    fresh = detector.Detector(BUNDLED)
    found = []
    for _ in range(2):
        fresh.score("a " * 400)
        found.append(fresh.accelerated)
    assert found == [False, True]
    assert accelerator.kernels() is None


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernels have not been imported."""
    for name in [n for n in sys.modules if n.startswith("spindetect.kernels")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(spindetect, "kernels", raising=False)


def test_without_numba_numpy_does(monkeypatch: pytest.MonkeyPatch, forgotten: None) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert accelerator.compiled.__wrapped__() is None


def test_what_numba_cannot_do_numpy_does(monkeypatch: pytest.MonkeyPatch, forgotten: None) -> None:
    # As where no folder can be written.
    numba = mock.MagicMock(**{"njit.side_effect": RuntimeError("cannot cache function")})
    monkeypatch.setitem(sys.modules, "numba", numba)
    with pytest.warns(RuntimeWarning, match="numba is not used, since it fails: cannot cache"):
        assert accelerator.compiled.__wrapped__() is None


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({accelerator.SWITCH: "0"}, "assert accelerator.compiled() is None"),
        # A small input pays for no kernel, and neither does the import.
        (
            {},
            "import spindetect as s; s.score('A text. ' * 500); assert 'numba' not in sys.modules",
        ),
    ],
)
def test_when_numba_stays_out(environment: dict[str, str], code: str) -> None:
    code = f"import sys; from spindetect import accelerator; {code}"
    subprocess.run([sys.executable, "-c", code], env=os.environ | environment, check=True)

"""From a folder of text to the tables of a model: reading, counting, smoothing, quantising."""

import gzip
import json
import lzma
import random
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import build_ngrams, corpus, count_ngrams
from spindetect import ngrams
from spindetect.ngrams import BREAK_ID, COMMA_ID, FIRST_WORD, NUMBER_ID, UNKNOWN_ID, NgramModel
from spindetect.tokens import hash_word, tokenise

LETTERS = "abcdefghijklmnop"
MASK = 2**ngrams.ID_BITS - 1


def sentence(source: random.Random) -> list[str]:
    """Some words, common ones and rare ones, perhaps with a comma."""
    words = [LETTERS[min(source.randrange(16), source.randrange(16))] * 2 for _ in range(6)]
    return [*words, ",", "zz", "."] if source.random() < 0.3 else [*words, "."]


def register(seed: int, documents: int) -> list[list[str]]:
    """Documents of a few sentences, as words and marks."""
    source = random.Random(seed)
    return [[w for _ in range(3) for w in sentence(source)] for _ in range(documents)]


def lines(documents: list[list[str]]) -> str:
    return "".join(" ".join(words) + "\n" for words in documents)


BOOKS = [["once", *["thrice"] * 3, *["often"] * 4, "."], *register(1, 80)]
# The last register is so small that its weight would be more than the heaviest.
FILES = {
    ("books", "a.txt"): BOOKS[:50],
    ("books", "b.txt.gz"): BOOKS[50:],
    ("news", "a.txt.xz"): register(2, 20),
    ("tiny", "a.txt"): register(3, 2),
    ("tiny", "empty.txt"): [],
    ("tiny", "numbers.txt"): [["12", "13", "."]],
}


def words_of(name: str) -> list[str]:
    """Words of a register."""
    texts = (documents for (folder, _), documents in FILES.items() if folder == name)
    return [w for text in texts for document in text for w in document if w[0].isalpha()]


WORDS = {name: words_of(name) for name, _ in FILES}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three registers, and a file that is no text."""
    root = tmp_path_factory.mktemp("corpora")
    for (name, file), documents in FILES.items():
        path = root / name / file
        path.parent.mkdir(exist_ok=True)
        opener = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
        with opener(path, "wt") as sink:  # type: ignore[operator]
            sink.write(lines(documents) + "\n  \n")
    (root / "README.md").write_text("none of this is counted")
    return root


@pytest.fixture(scope="module")
def counts(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was counted."""
    out = tmp_path_factory.mktemp("counts")
    count_ngrams.count(folder, out)
    return out


def expected_weights() -> dict[str, float]:
    largest = max(map(len, WORDS.values()))
    return {name: min(4.0, (largest / len(words)) ** 0.5) for name, words in WORDS.items()}


# Reading


def test_registers_are_folders(folder: Path) -> None:
    found = {name: [p.name for p in paths] for name, paths in corpus.registers(folder).items()}
    assert found == {
        "books": ["a.txt", "b.txt.gz"],
        "news": ["a.txt.xz"],
        "tiny": ["a.txt", "empty.txt", "numbers.txt"],
    }


def test_a_folder_without_text_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(SystemExit, match=r"holds no \.txt"):
        corpus.registers(tmp_path)


def test_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"One.\tTwo.\n\n   \nThree \xff\r\nFour")
    assert list(corpus.documents(path)) == ["One.\n\nTwo.", "Three \ufffd", "Four"]


def test_batches_hold_every_document_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "books" / "a.txt"
    whole = list(corpus.batches(path))
    assert [len(tokens.texts) for tokens in whole] == [50]
    monkeypatch.setattr(corpus, "BATCH_CHARACTERS", 300)
    parts = list(corpus.batches(path))
    assert len(parts) > 5
    assert [text for tokens in parts for text in tokens.texts] == list(whole[0].texts)


# Counting


@given(st.lists(st.integers(0, 20)))
def test_counted_and_summed_equal_a_counter(values: list[int]) -> None:
    keys, times = count_ngrams.counted(np.array(values, np.uint64))
    assert dict(zip(keys.tolist(), times.tolist(), strict=True)) == Counter(values)
    assert keys.tolist() == sorted(set(values))
    merged, (total, squares) = count_ngrams.summed(
        np.array(values, np.uint64), np.ones(len(values)), np.array(values, np.float64) ** 2
    )
    assert merged.tolist() == keys.tolist()
    assert total.tolist() == times.tolist()
    assert squares.tolist() == (times * keys.astype(np.float64) ** 2).tolist()


@given(st.lists(st.integers(0, 5), min_size=2))
def test_windows_equal_the_oracle(ids: list[int]) -> None:
    keys = count_ngrams.trigram_keys(np.array(ids, np.int32)).tolist()
    found = [(key >> 2 * ngrams.ID_BITS, key >> ngrams.ID_BITS & MASK, key & MASK) for key in keys]
    assert found == list(oracles.windows(ids))


def test_counts_equal_a_counter(counts: Path) -> None:
    names = (counts / "words.txt").read_text().split("\n")
    spelled = {BREAK_ID: ".", COMMA_ID: ",", NUMBER_ID: "#", UNKNOWN_ID: "?"}
    spelled |= {FIRST_WORD + i: name for i, name in enumerate(names)}
    keys, raw, weighted = (
        np.load(counts / f"{name}.npy") for name in ("trigrams", "raw", "weighted")
    )
    assert (np.diff(keys.astype(np.float64)) > 0).all()
    triples = [
        tuple(spelled[key >> shift * ngrams.ID_BITS & MASK] for shift in (2, 1, 0))
        for key in keys.tolist()
    ]

    def symbol(word: str) -> str:
        return "#" if word.isdigit() else word if word in spelled.values() else "?"

    weight = expected_weights()
    times: Counter[tuple[str, ...]] = Counter()
    heavy: defaultdict[tuple[str, ...], float] = defaultdict(float)
    # The oracle wants numbers, and any do if only a break is a break.
    number = {".": BREAK_ID}
    for (name, _), documents in FILES.items():
        text = [".", *(symbol(word) for document in documents for word in document)]
        ids = [number.setdefault(word, len(number)) for word in text]
        back = {code: word for word, code in number.items()}
        for window in oracles.windows(ids):
            triple = tuple(back[code] for code in window)
            times[triple] += 1
            heavy[triple] += weight[name]
    assert dict(zip(triples, raw.tolist(), strict=True)) == times
    assert weighted.tolist() == pytest.approx([heavy[triple] for triple in triples])


def test_vocabulary(counts: Path) -> None:
    names = (counts / "words.txt").read_text().split("\n")
    keys = np.load(counts / "vocab_keys.npy")
    assert keys.tolist() == [hash_word(name) for name in names]
    weight = expected_weights()
    raw = Counter(word for words in WORDS.values() for word in words)
    heavy: defaultdict[str, float] = defaultdict(float)
    for register_name, words in WORDS.items():
        for word in words:
            heavy[word] += weight[register_name]
    # What is seen less than four times has no id; the commonest by weight come first.
    assert set(names) == {word for word, n in raw.items() if n >= 4}
    assert {"once", "thrice"} <= set(raw) - set(names)
    assert "often" in names
    frequencies = [heavy[name] for name in names]
    assert frequencies == sorted(frequencies, reverse=True)


def test_small_registers_weigh_more_but_not_without_end(counts: Path) -> None:
    record = json.loads((counts / "registers.json").read_text())
    assert record["weight"] == pytest.approx(expected_weights())
    assert record["weight"]["books"] == 1
    assert 1 < record["weight"]["news"] < 4
    assert record["weight"]["tiny"] == 4


def test_counting_is_deterministic(folder: Path, counts: Path, tmp_path: Path) -> None:
    count_ngrams.count(folder, tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in counts.iterdir()}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (counts / path.name).read_bytes()


def test_counting_too_little_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1 2 3\n\nall these words but once\n")
    with pytest.raises(SystemExit, match=r"No word of .* occurs four times"):
        count_ngrams.count(tmp_path, tmp_path / "out")


def test_token_ids_equal_those_of_the_model(counts: Path) -> None:
    keys = np.load(counts / "vocab_keys.npy")
    order = np.argsort(keys)
    tokens = tokenise(["aa bb, zz 1999 - 3 unheard. Of cc; AA"])
    found = count_ngrams.token_ids(tokens, keys[order], (order + FIRST_WORD).astype(np.int32))
    assert found.tolist() == model_of(counts).token_ids(tokens).tolist()


# Smoothing and quantising


def model_of(counts: Path, most: int = 10**9) -> NgramModel:
    keys, raw, weighted = (
        np.load(counts / f"{name}.npy") for name in ("trigrams", "raw", "weighted")
    )
    return NgramModel.from_tables(
        build_ngrams.build(
            np.load(counts / "vocab_keys.npy"),
            keys,
            raw.astype(np.float64),
            weighted.astype(np.float64),
            most_bigrams=most,
            most_trigrams=most,
        )
    )


@given(st.lists(st.integers(1, 7), min_size=1, max_size=40))
def test_discounts_are_less_than_the_count(values: list[int]) -> None:
    found = build_ngrams.discounts(np.array(values, np.float64))
    expected = oracles.discounts(values)
    assert found.tolist() == pytest.approx([float(expected[n]) for n in values])
    assert (found > 0).all()
    assert (found < values).all()


@given(st.lists(st.integers(0, FIRST_WORD + 3), min_size=1, max_size=80), st.integers(0, 9))
def test_smoothed_probabilities_sum_to_one_however_weighted(ids: list[int], seed: int) -> None:
    ids = [i for i, before in zip(ids, [BREAK_ID, *ids], strict=False) if i or before]
    counted = Counter(oracles.windows([BREAK_ID, *ids, BREAK_ID] if ids else [BREAK_ID, 1]))
    triples = np.array(sorted(counted), np.int32)
    keys = ngrams.triple_keys(*triples.T)
    raw = np.array([counted[far, left, word] for far, left, word in triples.tolist()], np.float64)
    weighted = raw * np.random.default_rng(seed).choice([1, 1.7, 4], len(raw))
    size = FIRST_WORD + 4
    unigrams, pairs, smoothed = build_ngrams.smooth(keys, raw, weighted, size)
    assert unigrams.sum() == pytest.approx(1)
    assert (unigrams > 0).all()
    left, word = (pairs.keys >> np.uint64(ngrams.ID_BITS)).tolist(), (pairs.keys & MASK).tolist()
    bigrams: dict[int, dict[int, float]] = {}
    spared: dict[int, float] = {}
    for v, w, p, gamma in zip(left, word, pairs.probability, pairs.gamma, strict=True):
        bigrams.setdefault(v, {})[w] = float(p)
        spared[v] = float(gamma)
    for v, after in bigrams.items():
        unseen = sum(unigrams[w] for w in range(size) if w not in after)
        assert sum(after.values()) + spared[v] * unseen == pytest.approx(1)
    for context in np.unique(keys >> np.uint64(ngrams.ID_BITS)).tolist():
        own = (keys >> np.uint64(ngrams.ID_BITS)) == context
        after = bigrams[context & MASK]
        seen = (keys[own] & np.uint64(MASK)).tolist()
        share = spared[context & MASK]
        unseen = sum(after.get(w, share * unigrams[w]) for w in range(size) if w not in seen)
        total = smoothed.probability[own].sum() + smoothed.gamma[own][0] * unseen
        assert total == pytest.approx(1)


@pytest.mark.parametrize("most", [0, 1, 5, 9, 10, 20])
def test_keep_takes_the_costliest(most: int) -> None:
    probability = np.linspace(0.2, 0.9, 10)
    some = build_ngrams.Smoothed(
        np.arange(10, dtype=np.uint64), np.ones(10), probability, np.full(10, 0.5)
    )
    kept = build_ngrams.keep(some, np.full(10, 0.3), np.ones(10), most)
    assert kept.tolist() == [i >= 10 - most for i in range(10)]


def test_keep_drops_what_its_back_off_says_as_well() -> None:
    some = build_ngrams.Smoothed(
        np.arange(3, dtype=np.uint64), np.ones(3), np.array([0.1, 0.15, 0.2]), np.full(3, 0.5)
    )
    assert build_ngrams.keep(some, np.full(3, 0.3), np.ones(3), 3).tolist() == [False, False, True]


@given(st.lists(st.floats(-40, 40), min_size=1))
def test_quantise_takes_the_nearest_step(values: list[float]) -> None:
    low, step = ngrams.RATIO_LOW, ngrams.RATIO_STEP
    found = build_ngrams.quantise(np.array(values), low, step) * step + low
    inside = np.clip(values, low, low + 255 * step)
    assert (np.abs(found - inside) <= step / 2).all()


@given(st.lists(st.floats(-5, 15), max_size=200))
def test_levels_are_ascending_and_within_the_values(values: list[float]) -> None:
    found = build_ngrams.levels(np.array(values))
    assert len(found) == 16
    assert (np.diff(found) >= 0).all()
    if values:
        assert found.min() >= min(values) - ngrams.LOG_STEP
        assert found.max() <= max(values) + ngrams.LOG_STEP


def test_levels_lose_little() -> None:
    values = np.random.default_rng(1).exponential(2, 20_000)
    found = build_ngrams.levels(values).astype(np.float64)
    error = np.abs(values[:, None] - found).min(axis=1)
    evenly = np.linspace(values.min(), values.max(), 16)
    assert np.square(error).mean() < np.square(np.abs(values[:, None] - evenly).min(axis=1)).mean()
    # Sixteen values are their own levels.
    few = np.repeat(np.arange(16) / 2, 10)
    assert build_ngrams.levels(few).tolist() == np.unique(few).tolist()


def test_backoff_weights_by_hand() -> None:
    # Context 1 keeps 1/2 and 1/4 where the order below has 1/4 and 1/4: 1/4 is left for 1/2.
    # Context 2 keeps 1/2 where the order below has 1/2.
    context, weight = build_ngrams.backoff_weights(
        np.array([1, 1, 2], np.uint64), np.array([-1.0, -2.0, -1.0]), np.array([-2.0, -2.0, -1.0])
    )
    assert context.tolist() == [1, 2]
    assert weight.tolist() == [-1.0, 0.0]


# All of it


def test_from_counts_to_a_loaded_model(
    counts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sys,
        "argv",
        ["build_ngrams", str(counts), str(tmp_path), "--bigrams", "60", "--trigrams=80"],
    )
    build_ngrams.main()
    assert {path.name for path in tmp_path.iterdir()} == {f"{t}.npy" for t in ngrams.TABLES}
    arrays = {t: np.load(tmp_path / f"{t}.npy", mmap_mode="r") for t in ngrams.TABLES}
    loaded = NgramModel.from_tables(arrays)
    ids = loaded.token_ids(tokenise(["Aa bb aa cc, zz aa. Bb unheard of."]))
    far, left, word = np.append(np.int32(BREAK_ID), ids[:-2]), ids[:-1], ids[1:]
    triple, pair, order = loaded.logprob(far, left, word)
    assert set(order.tolist()) <= {1, 2, 3}
    assert (triple <= 0).all()
    assert np.isfinite(pair).all()
    # Fewer n-grams than were counted.
    full = model_of(counts)
    assert len(loaded.trigrams) < len(full.trigrams)
    assert len(loaded.bigrams) < len(full.bigrams)
    assert loaded.unigrams.tolist() == full.unigrams.tolist()


def test_building_is_deterministic(counts: Path) -> None:
    first, second = model_of(counts, 50), model_of(counts, 50)
    for name in ngrams.TABLES:
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


def test_zipf_frequencies(counts: Path) -> None:
    model = model_of(counts)
    weighted, keys = np.load(counts / "weighted.npy"), np.load(counts / "trigrams.npy")
    times = np.bincount((keys & np.uint64(MASK)).astype(np.int64), weighted, len(model))
    share = times / times.sum()
    seen = share > 0
    assert model.zipf[seen] == pytest.approx(np.log10(share[seen] * 1e9), abs=1e-3)
    # Words come commonest first.
    assert (np.diff(model.zipf[FIRST_WORD:]) <= 1e-6).all()

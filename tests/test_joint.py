"""Joint substitutes against loops over every pair of words, and worked by hand."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from unittest import mock

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.build_lexicon import assemble
from models.build_ngrams import vocabulary_slots
from models.entries import BIT, Phrases
from spindetect import joint, tables
from spindetect.cloze import GAP_MOST, REACH, WEIGHT_MOST, Cloze
from spindetect.evidence import FEATURES, Evidence, Tables, evidence
from spindetect.joint import COMMON, TRIED, Joint, find_joint
from spindetect.lexicon import Lexicon, expected_of
from spindetect.ngrams import (
    BACKOFF_LOW,
    BACKOFF_STEP,
    BIGRAM_BITS,
    BREAK_ID,
    FIRST_WORD,
    LOG_STEP,
    RATIO_LOW,
    RATIO_STEP,
    TRIGRAM_BITS,
    NgramModel,
    pair_keys,
    triple_keys,
)
from spindetect.substitutes import find_slots
from spindetect.tokens import hash_word, tokenise
from spindetect.topics import find_topics
from spindetect.windows import read_written

WIDTH, TOPICS, HIDDEN = 4, 3, 6

Pair = tuple[int, int]

# Tables


def language_model(
    words: Sequence[str],
    unigrams: npt.NDArray[np.float64],
    backoff: npt.NDArray[np.float64],
    zipf: npt.NDArray[np.float64],
    pairs: Mapping[Pair, tuple[float, float]],
    triples: Mapping[tuple[int, int, int], int],
    levels: npt.NDArray[np.float64],
) -> NgramModel:
    """Model of these logarithms; of a pair its ratio to the unigram and its back-off weight."""
    vocabulary = np.array([hash_word(word) for word in words], np.uint64)
    left, right = np.array([*pairs], np.int32).reshape(-1, 2).T
    lanes, slots = tables.build(pair_keys(left, right), BIGRAM_BITS)
    values = np.zeros((len(lanes), 2), np.uint8)
    for slot, (ratio, weight) in zip(slots, pairs.values(), strict=True):
        values[slot] = (
            (ratio - RATIO_LOW) / RATIO_STEP,
            (weight - BACKOFF_LOW) / BACKOFF_STEP,
        )
    keys = triple_keys(*np.array([*triples], np.int32).reshape(-1, 3).T)
    level = np.array([*triples.values()], np.uint16)
    return NgramModel(
        np.concatenate([np.zeros(FIRST_WORD, np.uint64), vocabulary]),
        vocabulary_slots(vocabulary),
        unigrams.astype(np.float32),
        zipf.astype(np.float32),
        backoff.astype(np.float32),
        lanes,
        values,
        tables.build(keys, TRIGRAM_BITS, level)[0],
        levels.astype(np.float32),
    )


def lexicon(words: Sequence[str], named: Sequence[tuple[str, str, int]]) -> Lexicon:
    """Lexicon of entries: phrase as written, phrase expected, weight."""
    phrases = Phrases(list(words))
    entries = [
        (phrases.code(written), phrases.code(expected), BIT["moby"], weight)
        for written, expected, weight in named
    ]
    size = FIRST_WORD + len(words)
    return Lexicon.from_tables(
        {
            **assemble(phrases, np.array(entries, np.int64).T),
            "propensity": np.zeros((size, 2), np.float16),
        }
    )


# Words of the random tables; the cloze model knows all but the last three, and no model the others.
RANDOM_WORDS = [f"w{i}" for i in range(20)]
CLOZE_WORDS = len(RANDOM_WORDS) - 3
STRANGE = ["zz", "yy"]


def stepped(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.rint(values / LOG_STEP) * LOG_STEP


@cache
def random_tables(seed: int) -> Tables:
    """Tables of odd words: every fifth pair and some triples were seen."""
    random = np.random.default_rng(seed)
    size = FIRST_WORD + len(RANDOM_WORDS)
    ids = range(size)
    pairs = {
        (left, word): (random.integers(-16, 64) / 8, random.integers(-64, 0) / 16)
        for left in ids
        for word in ids
        if random.random() < 0.2
    }
    triples = {
        (far, *pair): int(random.integers(16))
        for pair in pairs
        for far in ids
        if random.random() < 0.1
    }
    ngrams = language_model(
        RANDOM_WORDS,
        stepped(random.uniform(-16, -8, size)),
        stepped(random.uniform(-2, 0, size)),
        random.choice([2.5, 4, 5.5, COMMON - 0.01, COMMON], size),
        pairs,
        triples,
        stepped(np.sort(random.uniform(-3, 5, 16))),
    )

    def whole(*shape: int) -> npt.NDArray[np.int8]:
        return random.integers(-WEIGHT_MOST, WEIGHT_MOST + 1, shape).astype(np.int8)

    scales = [
        random.uniform(0.001, 0.01, HIDDEN),
        random.uniform(-50, 200, HIDDEN),
        random.uniform(0.01, 0.2, WIDTH),
        np.array([4 / GAP_MOST / WEIGHT_MOST]),
    ]
    known = FIRST_WORD + CLOZE_WORDS
    cloze = Cloze(
        whole(known, WIDTH),
        whole(2 * REACH * WIDTH + TOPICS, HIDDEN),
        whole(HIDDEN, WIDTH),
        np.concatenate(scales).astype(np.float32),
        whole(known, WIDTH),
        random.uniform(-20, -3, known).astype(np.float16),
    )
    # None of a few words, of some fewer than are tried, of others more; phrases among them.
    named = [("zz", "w1", 9), ("w1 w2", "w3", 9)]
    for written in RANDOM_WORDS[:-2]:
        most = random.choice([1, 4, TRIED + 8])
        others = random.permutation([word for word in RANDOM_WORDS if word != written])
        named += [(written, str(word), int(random.integers(1, 64))) for word in others[:most]]
        named.append((written, "w5 w6", 30))
    vectors = whole(known, TOPICS)
    return Tables(ngrams, cloze, lexicon(RANDOM_WORDS, named), vectors)


# The oracle


@dataclass(frozen=True)
class Best:
    """What the oracle says of a pair of words."""

    start: int
    gain: float
    cloze_gain: float


class Batch:
    """A batch with the tables, to be asked one word at a time."""

    def __init__(self, texts: Sequence[str], tables: Tables) -> None:
        self.tables = tables
        self.tokens = tokenise(texts)
        self.array = tables.ngrams.token_ids(self.tokens)
        self.near = find_topics(self.tokens, self.array, tables.ngrams, tables.vectors).near
        self.ids: list[int] = self.array.tolist()
        self.doc: list[int] = self.tokens.doc.tolist()
        self.written = read_written(self.tokens.doc, self.array, tables.ngrams)
        self.slots = find_slots(self.tokens, self.written, tables.lexicon)

    def found(self) -> Joint:
        """What the library says."""
        known = self.array < len(self.tables.cloze)
        at = np.flatnonzero(self.tokens.is_word & (self.array >= FIRST_WORD) & known)
        gaps = self.tables.cloze.gaps(self.tokens.doc, self.array, self.near, at)
        models = self.tables.ngrams, self.tables.lexicon, self.tables.cloze
        return find_joint(self.written, *models, gaps, self.slots)

    def bigram(self, left: int, word: int) -> tuple[float, bool]:
        """log2 P(word | left), and whether the pair was seen."""
        one = np.array([[left], [word]], np.int32)
        bits, slot = self.tables.ngrams.bigram(*one)
        return float(bits[0]), bool(slot[0] >= 0)

    def window(self, at: int, words: Sequence[int]) -> float:
        """log2 probability of two words at a token, and of the two tokens behind them."""
        behind = [t for t in (at + 2, at + 3) if t < len(self.ids) and self.doc[t] == self.doc[at]]
        before = self.ids[at - 2] if at > 1 else BREAK_ID
        ids = [before, self.ids[at - 1], *words, *(self.ids[t] for t in behind)]
        total = 0.0
        for far, left, word in zip(ids, ids[1:], ids[2:], strict=False):
            context = BREAK_ID if left == BREAK_ID else far
            one = np.array([[context], [left], [word]], np.int32)
            total += float(self.tables.ngrams.logprob(*one)[0][0])
        return total

    def cloze_gain(self, at: int, word: int) -> float:
        """Bits that another word saves in the wider context of a token."""
        cloze = self.tables.cloze
        gap = cloze.gaps(self.tokens.doc, self.array, self.near, np.array([at]))
        pair = np.array([word, self.ids[at]], np.int32)
        new, old = cloze.scores(np.repeat(gap.vectors, 2, axis=0), pair).tolist()
        return float(new - old)

    def tried(self, at: int, row: int) -> list[tuple[int, float]]:
        """The substitutes of a word that fit its wider context best, and what each saves."""
        begin, end = self.tables.lexicon.offsets[row : row + 2].tolist()
        words = expected_of(self.tables.lexicon.entries[begin:end]).tolist()
        saved = [(w, self.cloze_gain(at, w)) for w in words if w < len(self.tables.cloze)]
        return sorted(saved, key=lambda choice: -choice[1])[:TRIED]

    def best(self) -> Iterator[Best]:
        """Every pair of neighbours that has a joint substitute."""
        slots = zip(*(field.tolist() for field in self._slots()), strict=True)
        rows = {start: row for start, length, row in slots if length == 1}
        for at in range(1, len(self.ids) - 1):
            if at not in rows or at + 1 not in rows or not self._torn(at):
                continue
            best = None
            for a, first in self.tried(at, rows[at]):
                for b, second in self.tried(at + 1, rows[at + 1]):
                    bits = self.bigram(self.ids[at - 1], a)[0] + self.bigram(a, b)[0]
                    bits += self.bigram(b, self.ids[at + 2])[0]
                    saved = first + second
                    if best is None or bits + saved > best[0]:
                        best = bits + saved, saved, (a, b)
            if best is not None:
                gain = self.window(at, best[2]) - self.window(at, self.ids[at : at + 2])
                yield Best(at, gain, best[1])

    def _slots(self) -> tuple[npt.NDArray[np.int64], ...]:
        return self.slots.start, self.slots.length, self.slots.row

    def _torn(self, at: int) -> bool:
        """Whether two neighbours may be the halves of a term."""
        pair = self.ids[at : at + 2]
        if self.bigram(*pair)[1]:
            return False
        return all(
            FIRST_WORD <= word < len(self.tables.cloze) and self.tables.ngrams.zipf[word] < COMMON
            for word in pair
        )


def rows(found: Joint) -> list[tuple[int, float, float]]:
    fields = (found.start, found.gain, found.cloze_gain)
    return list(zip(*(field.tolist() for field in fields), strict=True))


texts = st.lists(
    st.sampled_from([*RANDOM_WORDS, *RANDOM_WORDS, *STRANGE, "1999", "7", ",", ".", ";", "\n\n"]),
    max_size=12,
).map(" ".join)
batches = st.lists(texts, max_size=3)
seeds = st.integers(0, 7)


@given(batches, seeds, st.sampled_from([1, 2, 1024]))
def test_equals_the_oracle(batch: list[str], seed: int, block: int) -> None:
    asked = Batch(batch, random_tables(seed))
    expected = [(best.start, best.gain, best.cloze_gain) for best in asked.best()]
    with mock.patch.object(joint, "_BLOCK", block):
        assert rows(asked.found()) == expected


def long_text(seed: int, size: int) -> str:
    random = np.random.default_rng(seed)
    return " ".join(random.choice([*RANDOM_WORDS, ",", "."], size))


@pytest.mark.parametrize("seed", range(3))
def test_equals_the_oracle_on_a_long_text(seed: int) -> None:
    asked = Batch([long_text(seed, 150), "", long_text(seed + 9, 60)], random_tables(seed))
    expected = [(best.start, best.gain, best.cloze_gain) for best in asked.best()]
    assert rows(asked.found()) == expected
    # Enough of them, some of which save and some of which cost.
    gains = [gain for _, gain, _ in expected]
    assert len(gains) > 10
    assert min(gains) < 0 < max(gains)


@given(batches, seeds)
def test_a_document_has_the_pairs_that_it_has_alone(batch: list[str], seed: int) -> None:
    tables = random_tables(seed)
    whole = Batch(batch, tables)
    expected = []
    for number, text in enumerate(batch):
        alone = rows(Batch([text], tables).found())
        if alone:
            before = whole.doc.index(number) - (number > 0)
            expected += [(before + start, *gains) for start, *gains in alone]
    assert rows(whole.found()) == expected


# Worked by hand

WORDS = "the counterfeit consciousness is phoney sham artificial intelligence".split()
ID = {word: FIRST_WORD + i for i, word in enumerate(WORDS)}
ENTRIES = [
    ("counterfeit", "artificial", 9),
    ("phoney", "artificial", 9),
    ("sham", "artificial", 9),
    ("consciousness", "intelligence", 9),
]
TERM = {(ID["artificial"], ID["intelligence"]): (10.0, -0.5)}
ATTESTED = {(ID["counterfeit"], ID["consciousness"]): (0.0, -0.5)}
ODD = "the counterfeit consciousness is"


def hand_made(
    pairs: Mapping[Pair, tuple[float, float]] = TERM,
    named: Sequence[tuple[str, str, int]] = ENTRIES,
    common: str = "the",
) -> Tables:
    """Tables in which every word costs 12 bits and one bit of back-off, but for some pairs.

    In any wider context "artificial" and "intelligence" cost 11 bits, all others 15.
    """
    size = FIRST_WORD + len(WORDS)
    zipf = np.full(size, 4.0)
    zipf[ID[common]] = COMMON
    ngrams = language_model(
        WORDS, np.full(size, -12.0), np.full(size, -1.0), zipf, pairs, {}, np.zeros(16)
    )

    def nothing(*shape: int) -> npt.NDArray[np.int8]:
        return np.zeros(shape, np.int8)

    level = np.full(size, -15, np.float16)
    level[[ID["artificial"], ID["intelligence"]]] = -11
    cloze = Cloze(
        nothing(size, WIDTH),
        nothing(2 * REACH * WIDTH + TOPICS, HIDDEN),
        nothing(HIDDEN, WIDTH),
        np.zeros(2 * HIDDEN + WIDTH + 1, np.float32),
        nothing(size, WIDTH),
        level,
    )
    return Tables(ngrams, cloze, lexicon(WORDS, named), nothing(size, TOPICS))


def columns(found: Evidence, *names: str) -> list[list[float]]:
    """Columns of the words."""
    return [found.features[:, FEATURES.index(name)].tolist() for name in names]


def test_gain_worked_by_hand() -> None:
    """As written, each word costs 12 + 1 bits: 52 for the two, "is" and the break.

    "artificial" costs 13 bits, "intelligence" behind it 12 - 10 = 2, "is" behind both
    12 + 1 + 1/2, the break 13: 41.5 in all. Without the other, either costs 13 as what is written.
    """
    found = evidence(tokenise([ODD]), hand_made())
    gain, both, wider = columns(found, "gain", "pair_gain", "pair_cloze_gain")
    assert gain == [0, 0, 0, 0]
    assert both == [0, 10.5, 10.5, 0]
    assert wider == [0, 8, 8, 0]


def test_gain_at_the_end_of_a_text_worked_by_hand() -> None:
    """Behind the two stands the break alone: 3 * 13 = 39 bits against 13 + 2 + 13.5 = 28.5."""
    found = evidence(tokenise(["counterfeit consciousness"]), hand_made())
    assert columns(found, "pair_gain") == [[10.5, 10.5]]


@pytest.mark.parametrize(
    ("texts", "tables"),
    [
        pytest.param(["the counterfeit, consciousness is"], hand_made(), id="comma"),
        pytest.param(["the counterfeit. Consciousness is"], hand_made(), id="sentences"),
        pytest.param(["the counterfeit\n\nconsciousness is"], hand_made(), id="paragraphs"),
        pytest.param(["the counterfeit", "consciousness is"], hand_made(), id="documents"),
        pytest.param(["the counterfeit is consciousness"], hand_made(), id="apart"),
        pytest.param([ODD], hand_made(named=ENTRIES[1:]), id="first-without-entries"),
        pytest.param([ODD], hand_made(named=ENTRIES[:3]), id="second-without-entries"),
        pytest.param([ODD], hand_made(common="counterfeit"), id="first-common"),
        pytest.param([ODD], hand_made(common="consciousness"), id="second-common"),
        pytest.param([ODD], hand_made({**TERM, **ATTESTED}), id="attested"),
        pytest.param([], hand_made(), id="nothing"),
        pytest.param(["", "."], hand_made(), id="empty"),
    ],
)
def test_no_joint_substitute(texts: list[str], tables: Tables) -> None:
    assert len(Batch(texts, tables).found().start) == 0
    found = evidence(tokenise(texts), tables)
    for column in columns(found, "pair_gain", "pair_cloze_gain"):
        assert not any(column)


@contextmanager
def places_known(known: Sequence[bool]) -> Iterator[None]:
    """A cloze model that has no vectors for the places of some words."""
    gaps = Cloze.gaps

    def some(*arguments: object) -> object:
        return gaps(*arguments).pick(np.array(known))  # type: ignore[arg-type]

    with mock.patch.object(Cloze, "gaps", some):
        yield


def test_no_joint_substitute_of_words_that_the_cloze_model_lacks() -> None:
    asked = Batch([ODD], hand_made())
    for known, expected in (([1, 1, 1, 1], 1), ([1, 0, 1, 1], 0), ([1, 1, 0, 1], 0)):
        with places_known([bool(k) for k in known]):
            assert len(asked.found().start) == expected


# Through the evidence


def test_a_word_of_two_pairs_has_the_better_one() -> None:
    # "consciousness" begins a pair of 6 bits behind one of 10.5, and the other way round.
    better = (ID["artificial"], ID["intelligence"]), (10.0, -1.0)
    lesser = (ID["intelligence"], ID["the"]), (6.0, -1.0)
    named = [*ENTRIES, ("sham", "the", 9)]
    tables = hand_made(dict([better, lesser]), named)
    text = "counterfeit consciousness sham is"
    first, second = rows(Batch([text], tables).found())
    ((*gains,),) = columns(evidence(tokenise([text]), tables), "pair_gain")
    assert first[1] > second[1] > 0
    assert gains == [first[1], first[1], second[1], 0]
    worse = hand_made({better[0]: (4.0, -1.0), lesser[0]: (10.0, -1.0)}, named)
    first, second = rows(Batch([text], worse).found())
    ((*gains,),) = columns(evidence(tokenise([text]), worse), "pair_gain")
    assert 0 < first[1] < second[1]
    assert gains == [first[1], second[1], second[1], 0]


@given(batches, seeds)
def test_columns_are_of_the_better_pair(batch: list[str], seed: int) -> None:
    asked = Batch([*batch, long_text(seed, 40)], random_tables(seed))
    of_word = defaultdict(list)
    for start, gain, wider in rows(asked.found()):
        of_word[start].append((gain, wider))
        of_word[start + 1].append((gain, wider))
    found = evidence(asked.tokens, asked.tables)
    gains, widers = columns(found, "pair_gain", "pair_cloze_gain")
    for word, gain, wider in zip(found.word.tolist(), gains, widers, strict=True):
        pairs = of_word[word] or [(0.0, 0.0)]
        assert gain == max(pairs)[0]
        # Of two that save alike, either may be shown.
        assert wider in [w for g, w in pairs if g == gain]


# Behind "the" and behind "is", "artificial" is likely: alone it saves eight bits.
LIKELY = {
    (ID["the"], ID["artificial"]): (8.0, -1.0),
    (ID["is"], ID["artificial"]): (8.0, -1.0),
}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["the counterfeit"], {"counterfeit": 1}),
        (["the counterfeit is phoney"], {"counterfeit": 2, "phoney": 2}),
        (["the counterfeit is phoney the sham"], {"counterfeit": 3, "phoney": 3, "sham": 3}),
        # The same word again is no other name.
        (["the counterfeit is counterfeit"], {"counterfeit": 1}),
        (["the counterfeit is Counterfeit the sham"], {"counterfeit": 2, "sham": 2}),
        (["the counterfeit. The phoney"], {"counterfeit": 2, "phoney": 2}),
        (["the counterfeit", "the phoney"], {"counterfeit": 1, "phoney": 1}),
        # Another best substitute.
        (["the counterfeit is consciousness"], {"counterfeit": 1, "consciousness": 1}),
    ],
)
def test_words_that_share_an_expected_word(texts: list[str], expected: dict[str, int]) -> None:
    pairs = {**LIKELY, (ID["is"], ID["intelligence"]): (8.0, -1.0)}
    tokens = tokenise(texts)
    found = evidence(tokens, hand_made(pairs))
    (shared,) = columns(found, "expected_shared")
    forms = [expected.get(tokens.word(index).lower(), 1) for index in found.word.tolist()]
    assert shared == np.log2(np.array(forms, np.float32)).tolist()


@given(batches, seeds)
def test_shared_words_are_counted_by_document(batch: list[str], seed: int) -> None:
    asked = Batch([long_text(seed, 30), *batch, long_text(seed, 30)], random_tables(seed))
    found = evidence(asked.tokens, asked.tables)
    best: dict[int, tuple[float, int]] = {}
    substitutes = found.substitutes
    for start, length, word, gain in zip(
        substitutes.start.tolist(),
        substitutes.length.tolist(),
        substitutes.expected.tolist(),
        substitutes.gain.tolist(),
        strict=True,
    ):
        known = max(asked.ids[start], word) < len(asked.tables.cloze)
        if length == 1 and known and asked.ids[start] >= FIRST_WORD:
            bits = gain + asked.cloze_gain(start, word)
            if start not in best or bits > best[start][0]:
                best[start] = bits, word
    forms = defaultdict(set)
    for start, (_, word) in best.items():
        forms[asked.doc[start], word].add(asked.ids[start])
    (shared,) = columns(found, "expected_shared")
    for start, value in zip(found.word.tolist(), shared, strict=True):
        count = len(forms[asked.doc[start], best[start][1]]) if start in best else 1
        assert value == np.float32(np.log2(count))

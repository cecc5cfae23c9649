"""Tortured phrases whose terms are held out: what is put in where, and what counts as found."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from models import held_out_terms as held
from models.calibrate import Calibration
from models.entries import Phrases
from models.listed import tortured
from models.phrases import Naming
from spindetect import features
from spindetect.classifier import LinearModel
from spindetect.evidence import FEATURES
from spindetect.report import PhraseAnomaly
from spindetect.tokens import Tokens

LIST = """\
profound learning\tdeep learning (dl)\t
profound organization\tdeep network [of neurons]\t
profound woods\tdeep forest/deep wood\t
irregular woodland\trandom forest (rf)\t
arbitrary woods (rf)\trandom forest\t
huge information\tbig data\tAND "data"
colossal guess\tbig bet ?\t
alzheimer's sickness\tAlzheimer's disease\t
oddity\tan outlier\t
strange value\toutlier\t
colour picture\tcolour picture\t
"""


def listed(folder: Path) -> Path:
    path = folder / "tortured_phrases.tsv"
    path.write_text("tortured\texpected\tquery_condition\n" + LIST, encoding="utf-8")
    return path


def human(folder: Path, *texts: str, register: str = "science") -> Path:
    folder.mkdir(exist_ok=True)
    rows = [
        {"id": str(i), "group": f"{register}/{i}", "register": register, "text": text}
        for i, text in enumerate(texts)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / f"{register}.jsonl").write_text(lines, encoding="utf-8")
    return folder


def anomaly(start: int, end: int) -> PhraseAnomaly:
    return PhraseAnomaly("", start, end, (), 0.0, 1.0)


# The list


def entries(path: Path, *held_out: str) -> set[tuple[str, str]]:
    phrases = Phrases([])
    written, expected = tortured(phrases, path, held_out)[:2].tolist()
    return {(phrases.text(w), phrases.text(e)) for w, e in zip(written, expected, strict=True)}


def test_rows_of_held_out_terms_are_not_listed(tmp_path: Path) -> None:
    path = listed(tmp_path)
    everything, rest = entries(path), entries(path, "random forest")
    assert everything - rest == {
        ("irregular woodland", "random forest"),
        ("arbitrary woods", "random forest"),
    }
    assert rest < everything


def test_words_of_held_out_terms_do_not_count(tmp_path: Path) -> None:
    path = listed(tmp_path)
    # "profound" stands for "deep" in three phrases, as few as list a word.
    assert ("profound", "deep") in entries(path)
    rest = entries(path, "deep learning")
    assert ("profound", "deep") not in rest
    assert ("profound organization", "deep network") in rest


def test_terms(tmp_path: Path) -> None:
    assert held.terms(listed(tmp_path)) == [
        ("profound learning", "deep learning"),
        ("profound organization", "deep network"),
        ("profound woods", "deep forest"),
        ("irregular woodland", "random forest"),
        ("arbitrary woods", "random forest"),
        ("alzheimer's sickness", "alzheimer 's disease"),
    ]


def test_a_fifth_is_held_out_whatever_else_is_listed() -> None:
    found = [("x", f"deep term {i}") for i in range(2000)]
    chosen = held.held_out(found)
    assert 0.17 < len(chosen) / 2000 < 0.23
    assert held.held_out(found[:100]) == chosen & {e for _, e in found[:100]}


def test_a_term_is_held_out_with_its_plural() -> None:
    names = [f"random {letter}" for letter in "abcdefghijklm"]
    chosen = held.held_out([("x", name + ending) for name in names for ending in ("", "s")])
    assert 0 < len(chosen) < 2 * len(names)
    assert chosen == {e.removesuffix("s") + end for e in chosen for end in ("", "s")}


# Sentences

FOREST = ("irregular woodland", "random forest")


def put_in(folder: Path, *found: tuple[str, str]) -> list[tuple[str, str]]:
    """Each sentence with the phrase in brackets, and the sentence before."""
    return [
        (f"{s.text[: s.start]}[{s.text[s.start : s.end]}]{s.text[s.end :]}", s.untouched)
        for s in held.sentences(folder, found)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We grow a random forest here.", "We grow a [irregular woodland] here."),
        ("Random forests grow very well here!", "[Irregular woodlands] grow very well here!"),
        ("One. A big “random-forest” is grown.\n\nB", "A big “[irregular woodland]” is grown."),
        ("We grow a random\nforest over here", "We grow a [irregular woodland] over here"),
    ],
)
def test_phrase_is_put_in(tmp_path: Path, text: str, expected: str) -> None:
    [(made, untouched)] = put_in(human(tmp_path / "human", "Another text.", text), FOREST)
    assert made == expected
    assert untouched in text


@pytest.mark.parametrize(
    "text",
    [
        "A random forest grows.",
        "It is random, forest and wood alike.",
        "The tree was quite random. Forest is all around.",
        "We grow a random forester over here.",
    ],
)
def test_sentences_without_the_term_or_too_short(tmp_path: Path, text: str) -> None:
    assert put_in(human(tmp_path / "human", text), FOREST) == []


def test_possessive_term(tmp_path: Path) -> None:
    folder = human(tmp_path / "human", "She fell ill with Alzheimer’s disease.")
    [(made, _)] = put_in(folder, ("alzheimer's sickness", "alzheimer 's disease"))
    assert made == "She fell ill with [Alzheimer's sickness]."


def test_no_plural_where_one_side_takes_no_bare_s(tmp_path: Path) -> None:
    folder = human(tmp_path / "human", "We grow the random forests here.")
    assert put_in(folder, ("irregular woods", "random forest")) == []
    assert put_in(folder, FOREST) != []


def test_only_science(tmp_path: Path) -> None:
    folder = human(tmp_path / "human", "We grow a random forest here.", register="review")
    assert put_in(folder, FOREST) == []
    assert held.others(folder, (), 9) == []


def test_few_sentences_a_phrase_in_any_order_of_the_terms(tmp_path: Path) -> None:
    texts = [f"We grow a random forest here number {i}." for i in range(40)]
    folder = human(tmp_path / "human", *texts)
    other = ("arbitrary woods", "random forest")
    made = held.sentences(folder, [FOREST, other])
    assert [s.phrase for s in made].count("irregular woodland") == held.PER_PHRASE
    assert len(made) == 2 * held.PER_PHRASE
    assert held.sentences(folder, [other, FOREST]) == made
    # Phrases of one term do not all stand in the same sentences.
    assert len({s.untouched for s in made}) > held.PER_PHRASE


def test_lessons_are_of_other_terms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spun").mkdir()
    listed(tmp_path / "spun")
    human(tmp_path / "human", "We grow a random forest here.", "We use deep learning for it.")
    monkeypatch.setattr(held, "held_out", lambda found: {"random forest"})
    (lesson,) = held.lessons(tmp_path)
    assert lesson.text == "We use profound learning for it."
    assert lesson.edited is not None
    assert lesson.edited.tolist() == [False, False, True, False, False, False]
    assert (lesson.kind, lesson.family, lesson.group) == ("terms", "terms", "science/1")


def test_documents_of_a_fold(tmp_path: Path) -> None:
    texts = [f"We grow a random forest, {i}." for i in range(20)]
    folder = human(tmp_path / "human", *texts)
    parts = [set(held.others(folder, (), 99, fold)) for fold in range(5)]
    assert set().union(*parts) == set(texts)
    assert sum(map(len, parts)) == 20
    assert {s.untouched for s in held.sentences(folder, [FOREST], 0)} <= parts[0]


def test_others_are_not_the_used_ones(tmp_path: Path) -> None:
    texts = [f"This is the sentence number {i}." for i in range(10)]
    folder = human(tmp_path / "human", " ".join(texts), "Too short a text.")
    assert set(held.others(folder, texts[:4], 99)) == set(texts[4:])
    few = held.others(folder, (), 3)
    assert len(few) == 3
    assert few == held.others(folder, (), 10)[:3]


# Figures


def sentence(expected: str) -> held.Sentence:
    return held.Sentence(f"tortured {expected}", expected, "a b c d e f g h i j", 4, 9, "", "", "")


def test_rates_by_hand() -> None:
    sentences = [sentence("a"), sentence("a"), sentence("b"), sentence("c")]
    named = [
        [anomaly(0, 3), anomaly(2, 5), anomaly(8, 10)],  # two of three touch the phrase
        [anomaly(0, 4), anomaly(9, 12)],  # beside it on both sides
        [anomaly(6, 7)],
        [],
    ]
    untouched: list[list[PhraseAnomaly]] = [[], [], [anomaly(0, 1)], []]
    others: list[list[PhraseAnomaly]] = [[] for _ in range(8)]
    others[7] = [anomaly(0, 1), anomaly(3, 4)]
    found = held.rates(sentences, named, untouched, others)
    assert (found["recall"]["value"], found["recall"]["n"]) == (2 / 4, 4)
    assert (found["precision"]["value"], found["precision"]["n"]) == (3 / 9, 9)
    assert (found["sentence recall"]["value"], found["sentence recall"]["n"]) == (3 / 4, 4)
    assert (found["sentence precision"]["value"], found["sentence precision"]["n"]) == (3 / 5, 5)
    assert (found["terms"], found["phrases"], found["negatives"]) == (3, 3, 12)
    json.dumps(found)


def test_intervals_draw_terms() -> None:
    # Of one term all phrases were found, of the other none: a draw is all, half or nothing.
    sentences = [sentence("a")] * 50 + [sentence("b")] * 50
    named = [[anomaly(4, 9)]] * 50 + [[]] * 50
    found = held.rates(sentences, named, [[]] * 100, [[]] * 200)
    assert (found["recall"]["low"], found["recall"]["high"]) == (0, 1)
    assert found["precision"]["value"] == 1


class Words:
    """Log-odds of a word: its first feature."""

    def log_odds(self, rows: Any) -> Any:
        return rows[:, 0].astype(np.float64)


def judges() -> held.Judges:
    size = len(features.DOCUMENT)
    coefficient = np.zeros(size)
    coefficient[features.DOCUMENT.index("log_odds_mean")] = 1
    document = cast(
        Any, LinearModel(features.DOCUMENT, np.zeros(size), np.ones(size), coefficient, 0.0)
    )
    context = {"word": 1.0, "document": 1.0, "intercept": 0.0}
    naming = Naming({}, context, 0.5, Calibration(2.0, -1.0))
    return naming, cast(Any, Words()), document


def test_each_text_is_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def evidence(tokens: Tokens, *_: object) -> Any:
        word = np.flatnonzero(tokens.is_word)
        rows = np.zeros((len(word), len(FEATURES)), np.float32)
        rows[:, 0] = [len(tokens.word(i)) - 3 for i in word.tolist()]
        empty = np.zeros(0, np.int64)
        substitutes = SimpleNamespace(start=empty, length=empty, gain=empty)
        return SimpleNamespace(word=word, features=rows, substitutes=substitutes, gaps=None)

    def anomalies(tokens: Tokens, word: Any, _: object, log_odds: Any, *__: object) -> Any:
        doc = tokens.doc[word]
        return [log_odds[doc == k].tolist() for k in range(len(tokens.texts))]

    monkeypatch.setattr(held, "evidence", evidence)
    monkeypatch.setattr(held, "anomalies", anomalies)
    monkeypatch.setattr(held, "BATCH", 2)
    found: Any = held.flagged(["abcd abcde", "", "a abc", "abcd"], cast(Any, None), judges())
    # Words of 4 and 5 letters have a mean of 1.5, which becomes 2; those of 1 and 3 -1 and -3.
    assert found == [[3, 4], [], [-5, -3], [2]]


def test_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spun").mkdir()
    path = listed(tmp_path / "spun")
    monkeypatch.setattr(held, "held_out", lambda found: {"random forest", "deep learning"})
    with path.open("a", encoding="utf-8") as lines:
        # Also listed under a term that is not held out.
        lines.write("profound learning\tdeep knowledge\t\n")
    texts = ["We grow a random forest here.", "They like deep learning very much."]
    texts += [f"This is the sentence number {i}." for i in range(10)]
    human(tmp_path / "human", *texts)

    def flagged(texts: list[str], *_: object) -> list[list[PhraseAnomaly]]:
        found = [(t.find("irregular"), t.find("sentence")) for t in texts]
        return [[anomaly(i, i + 4) for i in places if i >= 0] for places in found]

    folds = []

    def lexicon(fold: int | None) -> dict[str, Any]:
        folds.append(fold)
        return {}

    monkeypatch.setattr(held, "flagged", flagged)
    resources = SimpleNamespace(lexicon=lexicon, tables=lambda arrays: None)
    found = held.figures(tmp_path, cast(Any, resources), *judges())
    assert folds == [None]
    # Two phrases of "random forest", one of them flagged, each with two others.
    assert (found["terms"], found["phrases"], found["negatives"]) == (1, 2, 2 + 4)
    assert found["recall"]["value"] == 1 / 2
    assert found["precision"]["n"] in (4, 5)
    assert found["precision"]["value"] == 1 / found["precision"]["n"]


def test_no_science_text(tmp_path: Path) -> None:
    (tmp_path / "spun").mkdir()
    listed(tmp_path / "spun")
    human(tmp_path / "human", "Nothing at all is tortured here.")
    with pytest.raises(SystemExit, match="held-out term: add texts of science, science_abstract"):
        held.figures(tmp_path, cast(Any, None), *judges())

"""The bundled benchmark texts, and the spinners that made them."""

from __future__ import annotations

import doctest
import importlib
import json
import re
import statistics
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from rapidfuzz.distance import Indel

FOLDER = Path(__file__).parent.parent / "data" / "benchmark"
TEXTS = Path(__file__).parent.parent / "spindetect" / "benchmark" / "texts.jsonl"
SPINNERS = ("spinner_one", "spinner_two")
STRENGTHS = (0.1, 0.2, 0.4, 1.0)


class Scripts(NamedTuple):
    """The scripts of the folder, which is no package."""

    make: Any
    spinners: Any


@pytest.fixture(scope="module")
def scripts() -> Iterator[Scripts]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield Scripts(importlib.import_module("make"), importlib.import_module("spinners"))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    lines = TEXTS.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


@pytest.fixture(scope="module")
def originals(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {r["group"]: r["text"] for r in rows if r["label"] == "original"}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def changed(before: str, after: str) -> float:
    """Share of the words of a text that another no longer has in their place."""
    a, b = words(before), words(after)
    kept = sum(op.src_end - op.src_start for op in Indel.opcodes(a, b) if op.tag == "equal")
    return 1 - kept / len(a)


def test_texts_are_those_that_the_script_makes(scripts: Scripts) -> None:
    assert scripts.make.as_bytes(scripts.make.texts()) == TEXTS.read_bytes()


def test_examples_of_the_docstrings_hold(scripts: Scripts) -> None:
    result = doctest.testmod(scripts.spinners)
    assert result.attempted > 0
    assert result.failed == 0


def test_ids_are_unique_and_groups_are_originals(
    rows: list[dict[str, Any]], originals: dict[str, str]
) -> None:
    assert len({r["id"] for r in rows}) == len(rows)
    assert {r["group"] for r in rows} == set(originals)
    assert all(r["id"] == r["group"] for r in rows if r["label"] == "original")


def test_labels_and_strengths_are_evenly_spread(
    rows: list[dict[str, Any]], originals: dict[str, str]
) -> None:
    n = len(originals)
    assert n >= 100
    assert {r["label"] for r in rows} == {"original", "spun", "mixed"}
    assert all((r["tool"], r["strength"]) == ("", 0) for r in rows if r["label"] == "original")
    per_tool = Counter((r["tool"], r["strength"]) for r in rows if r["label"] == "spun")
    assert per_tool.pop(("by_hand", None)) == 12
    assert set(per_tool) == {(tool, s) for tool in SPINNERS for s in STRENGTHS}
    assert all(abs(count - n / 2) <= 2 for count in per_tool.values())
    # Each original is spun at each strength once, by one of the two.
    per_original = Counter((r["group"], r["strength"]) for r in rows if r["tool"] in SPINNERS)
    mixed = Counter((r["group"], r["strength"]) for r in rows if r["label"] == "mixed")
    assert per_original - mixed == Counter({(g, s): 1 for g in originals for s in STRENGTHS})
    assert mixed.total() == (n + 2) // 3


def test_spun_texts_differ_from_their_originals(
    rows: list[dict[str, Any]], originals: dict[str, str]
) -> None:
    same = [r["id"] for r in rows if r["tool"] and words(r["text"]) == words(originals[r["group"]])]
    assert same == []


def test_versions_of_a_text_differ_from_one_another(rows: list[dict[str, Any]]) -> None:
    assert len({r["text"] for r in rows}) == len(rows)


@pytest.mark.parametrize("tool", SPINNERS)
@pytest.mark.parametrize(("strength", "low", "high"), [(0.1, 0.07, 0.13), (0.2, 0.15, 0.24)])
def test_light_spinning_replaces_the_share_that_it_says(
    tool: str,
    strength: float,
    low: float,
    high: float,
    rows: list[dict[str, Any]],
    originals: dict[str, str],
) -> None:
    shares = [
        changed(originals[r["group"]], r["text"])
        for r in rows
        if (r["tool"], r["strength"], r["label"]) == (tool, strength, "spun")
    ]
    # Somewhat less for a synonym that holds the word itself, somewhat more for words that moved.
    assert low <= statistics.median(shares) <= high
    assert sum(strength / 2 <= s <= 2 * strength for s in shares) >= 0.95 * len(shares)


@pytest.mark.parametrize("tool", SPINNERS)
def test_heavy_spinning_replaces_as_much_as_the_dictionary_holds(
    tool: str, rows: list[dict[str, Any]], originals: dict[str, str]
) -> None:
    shares: dict[float, list[float]] = {0.4: [], 1.0: []}
    for r in rows:
        if r["tool"] == tool and r["label"] == "spun" and r["strength"] in shares:
            shares[r["strength"]].append(changed(originals[r["group"]], r["text"]))
    heavy, everything = statistics.median(shares[0.4]), statistics.median(shares[1.0])
    assert 0.3 <= heavy <= 0.46
    assert heavy < everything <= 0.65


def test_mixed_texts_keep_whole_sentences(
    rows: list[dict[str, Any]], originals: dict[str, str], scripts: Scripts
) -> None:
    for r in rows:
        if r["label"] == "mixed":
            original = originals[r["group"]]
            kept = [
                original[a:b] in r["text"] for a, b in scripts.spinners.sentence_spans(original)
            ]
            assert any(kept), r["id"]
            assert not all(kept), r["id"]


def test_dictionaries_have_no_head_twice_and_no_head_as_its_synonym() -> None:
    one = [
        line.split("\t") for line in (FOLDER / "dictionary_one.tsv").read_text("utf-8").splitlines()
    ]
    two = [
        line.split("\t") for line in (FOLDER / "dictionary_two.tsv").read_text("utf-8").splitlines()
    ]
    assert len({head for head, _ in one}) == len(one) >= 1600
    assert sum(" " in head for head, _ in one) >= 150
    assert len({(lemma, part) for lemma, part, _ in two}) == len(two) >= 1200
    for head, *_, line in chain(one, two):
        synonyms = line.split("|")
        assert len(set(synonyms)) == len(synonyms) >= 2, head
        assert head not in synonyms, head
        assert all(s == s.strip() and s for s in (head, *synonyms)), head


def test_dictionaries_seldom_agree(scripts: Scripts) -> None:
    one = scripts.spinners.read_phrases(FOLDER / "dictionary_one.tsv")
    two = scripts.spinners.read_forms(FOLDER / "dictionary_two.tsv")
    pairs = {(head, s) for head, synonyms in one.items() for s in synonyms}
    others = {
        (word, scripts.spinners.inflected(s, part, form))
        for word, readings in two.items()
        for part, form, synonyms in readings
        for s in synonyms
    }
    assert len(pairs & others) < 0.02 * min(len(pairs), len(others))


def test_phrases_win_over_words_and_capitals_stay(scripts: Scripts) -> None:
    phrases = {"in order to": ("so as to",), "order": ("purchase",), "law": ("decree",)}
    text = "In order to pass a law, order it. Law's end."
    spun = scripts.spinners.spin_one(text, phrases, 1.0, Random(1))
    assert spun == "So as to pass a decree, purchase it. Decree's end."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("She buys big cars.", "She procures sizeable motors."),
        ("The cars were bought.", "The motors were procured."),
        ("Big talk about 3 cars.", "Sizeable talk about 3 motors."),
        ("She likes Big Cars and “big cars”.", "She likes Big Cars and “big cars”."),
        ('"Big cars," she said.', '"Big cars," she said.'),
        ("We hope to buy it.", "We aspire to procure it."),
        ("The hope has gone.", "The promise has gone."),
    ],
)
def test_spinner_two_inflects_and_spares_names_and_quotations(
    before: str, after: str, tmp_path: Path, scripts: Scripts
) -> None:
    dictionary = tmp_path / "two.tsv"
    dictionary.write_text(
        "big\ta\tsizeable\nbuy\tv\tprocure\ncar\tn\tmotor\nhope\tv\taspire\nhope\tn\tpromise\n",
        encoding="utf-8",
    )
    forms = scripts.spinners.read_forms(dictionary)
    assert scripts.spinners.spin_two(before, forms, 1.0, Random(1)) == after


def test_half_of_the_articles_are_mended(scripts: Scripts) -> None:
    forms = {"house": [("n", "base", ("abode",))]}
    spun = Counter(
        scripts.spinners.spin_two("It is a house.", forms, 1.0, Random(seed)) for seed in range(200)
    )
    assert set(spun) == {"It is a abode.", "It is an abode."}
    assert 60 <= spun["It is an abode."] <= 140


def test_adverbials_move_and_pairs_change_places_now_and_then(scripts: Scripts) -> None:
    forms = {w: [("n", "plural", (w,))] for w in ("cats", "dogs")}
    text = "In the end, cats and dogs slept."
    spun = {scripts.spinners.spin_two(text, forms, 1.0, Random(seed)) for seed in range(50)}
    # Each moves at half of the strength; the synonyms are the words, with an ending more.
    assert spun == {
        "In the end, catses and dogses slept.",
        "In the end, dogses and catses slept.",
        "Catses and dogses slept in the end.",
        "Dogses and catses slept in the end.",
    }


def test_nothing_is_replaced_at_strength_zero(scripts: Scripts, originals: dict[str, str]) -> None:
    phrases = scripts.spinners.read_phrases(FOLDER / "dictionary_one.tsv")
    forms = scripts.spinners.read_forms(FOLDER / "dictionary_two.tsv")
    for text in list(originals.values())[:10]:
        assert scripts.spinners.spin_one(text, phrases, 0.0, Random(1)) == text
        assert scripts.spinners.spin_two(text, forms, 0.0, Random(1)) == text


def test_a_passage_by_hand_of_no_original_is_refused(scripts: Scripts) -> None:
    stray = {"id": "x.by_hand", "group": "x", "text": "A strayed passage."}
    with pytest.raises(ValueError, match=r"no original is called x"):
        list(scripts.make.rows([], [stray]))

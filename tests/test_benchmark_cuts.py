"""Passages, what was changed in them, and phrases and sentences against it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spindetect.benchmark.cuts import (
    DOCUMENT,
    PARAGRAPH,
    Bounds,
    Change,
    changes,
    clip,
    cuts,
    mixed,
    mixed_cuts,
)
from spindetect.benchmark.edits import same_lemmas, text_words
from spindetect.benchmark.inflect import lemmas
from spindetect.benchmark.phrases import count_phrases, sentence_truth
from spindetect.benchmark.texts import Text
from spindetect.report import PhraseAnomaly, Reason, Report, SentenceScore, Verdict

# Ten words.
SENTENCE = "The old man told us that his dog was asleep."
SPUN = "The ancient man steered us that his dog was asleep."


def sentences(pattern: str) -> str:
    """One sentence a letter, each with a dog of its own: o for the original, s for the spun one."""
    chosen = (SPUN if letter == "s" else SENTENCE for letter in pattern)
    return " ".join(s.replace("dog", f"dog{i}x") for i, s in enumerate(chosen))


def text(label: str, content: str, original: str | None = None, group: str = "g") -> Text:
    tool = "turbo_x" if label in ("spun", "mixed") else ""
    return Text(f"{label}-{group}", group, "news", tool, label, content, None, original)


def report(content: str, *anomalies: PhraseAnomaly, scores: list[float] | None = None) -> Report:
    """A report on sentences that all end in a full stop."""
    ends = [i + 1 for i, c in enumerate(content) if c == "."]
    starts = [0, *(e + 1 for e in ends)]
    spans = zip(starts, ends, scores or [0.5] * len(ends), strict=False)
    return Report(
        Verdict.SPUN, Reason.ABOVE_THRESHOLD, 0.9, anomalies,
        tuple(SentenceScore(*span) for span in spans), None, "en", 9, "m", text=content,
    )  # fmt: skip


def anomaly(content: str, phrase: str, *expected: str) -> PhraseAnomaly:
    start = content.index(phrase)
    return PhraseAnomaly(phrase, start, start + len(phrase), expected, 5.0, 0.9)


# Clipping


@pytest.mark.parametrize(
    ("bounds", "n_sentences", "taken"),
    [
        (PARAGRAPH, 4, 4),  # below 50: all there is, and too short
        (PARAGRAPH, 5, 5),
        (PARAGRAPH, 9, 5),
        (DOCUMENT, 39, 39),
        (DOCUMENT, 40, 40),
        (DOCUMENT, 90, 40),
        (Bounds("", 1, 15, 18), 5, 1),  # two would be too many
        (Bounds("", 1, 5, 9), 5, 0),  # and so is one
    ],
)
def test_whole_sentences_are_taken(bounds: Bounds, n_sentences: int, taken: int) -> None:
    passage, count = clip(sentences("o" * n_sentences), bounds)
    assert (passage, count) == (sentences("o" * taken), 10 * taken)


@given(st.text(max_size=200))
def test_a_passage_begins_its_text(content: str) -> None:
    passage, count = clip(content, Bounds("", 1, 5, 12))
    assert content.startswith(passage)
    assert count == len(text_words(passage)) <= 12


# Changes


def test_changes_have_offsets_and_originals() -> None:
    spun = "He steered me a lot at the present time, and left."
    found = changes("He told me much now, and left.", spun, len(spun))
    assert [(spun[c.start : c.end], c.original, c.counted, c.n_words) for c in found] == [
        ("steered", ("told",), True, 1),
        ("a lot at the present time", ("much", "now"), True, 6),
    ]
    assert changes("He told me much now, and left.", spun, 20) == found[:1]


def test_changes_of_grammar_alone_do_not_count() -> None:
    found = changes("It was on the table.", "It was upon the table.", 99)
    assert [(c.original, c.counted) for c in found] == [(("on",), False)]


def test_what_was_left_out_has_no_place() -> None:
    assert changes("He often told me.", "He told me.", 99) == ()


# Cuts


def test_pairs_are_cut_alike() -> None:
    spun, original = sentences("s" * 50), sentences("o" * 50)
    found = cuts([text("original", original), text("spun", spun, original)], PARAGRAPH)
    assert [c.is_spun for c in found] == [True, False]
    assert all(c.is_paired and c.family == "turbo" and c.group == "g" for c in found)
    first, second = found
    assert (first.text, second.text) == (sentences("sssss"), sentences("ooooo"))
    # Two words of ten, in five sentences; what lies behind the cut is not among them.
    assert first.share == second.share == pytest.approx(0.2)
    assert first.changes is not None
    assert len(first.changes) == 10
    assert second.changes is None


def test_short_passages_are_left_out() -> None:
    spun, original = sentences("sssss"), sentences("ooo")
    pair = [text("original", original), text("spun", spun, original)]
    assert [(c.is_spun, c.is_paired) for c in cuts(pair, PARAGRAPH)][:1] == [(True, False)]
    assert cuts([text("spun", sentences("ssss"), sentences("oooo"))], PARAGRAPH) == []
    assert cuts(pair, DOCUMENT) == []


def test_without_pairs_all_others_are_compared() -> None:
    long = sentences("o" * 6)
    texts = [text("spun", sentences("s" * 6)), text("human", long), text("clean", long, group="h")]
    assert [(c.is_spun, c.is_paired, c.group) for c in cuts(texts, PARAGRAPH)] == [
        (True, False, "g"),
        (False, False, "g"),
        (False, False, "h"),
    ]
    # Originals before all others.
    texts.append(text("original", long, group="i"))
    assert [c.group for c in cuts(texts, PARAGRAPH)] == ["g", "i"]


# Mixed texts


def test_mixed_texts_are_of_both_sides() -> None:
    for name in "abcdefgh":
        blend = mixed(sentences("o" * 20), sentences("s" * 20), name)
        assert blend is not None
        pattern = ["s" if "steered" in s else "o" for s in blend.split(". ")]
        assert len(pattern) == 20
        assert " ".join(blend.split()) == sentences("".join(pattern))
        assert 4 <= pattern.count("s") <= 16
    assert mixed(sentences("o" * 20), sentences("s" * 20), "h") == blend
    assert mixed(sentences("o" * 5), sentences("s" * 5), "a") is None


def test_sentences_that_were_joined_stay_together() -> None:
    original = sentences("oooooo") + " He ran. She sat. " + sentences("oo")
    spun = sentences("ssssss") + " He jogged, she rested. " + sentences("ss")
    blends = [mixed(original, spun, name) for name in "abcdefghijkl"]
    for blend in blends:
        assert blend is not None
        assert ("He ran. She sat." in blend) != ("He jogged, she rested." in blend)


def test_given_mixed_texts_come_before_made_ones() -> None:
    original, spun = sentences("o" * 9), sentences("s" * 9)
    given_ = text("mixed", sentences("soooooooo"), original)
    pair = text("spun", spun, original)
    (made,) = mixed_cuts([pair])
    assert made.is_spun
    assert made.changes
    (found,) = mixed_cuts([pair, given_])
    assert found.text == given_.text
    assert found.changes is not None
    assert [c.original for c in found.changes] == [("old",), ("told",)]
    # One whose original is not known shows nothing of sentences, and so others are made.
    unknown = replace(given_, original=None)
    assert [c.changes is None for c in mixed_cuts([pair, unknown])] == [True, False]


# Lemmas


@pytest.mark.parametrize(
    ("phrase", "original", "same"),
    [
        ("Tell", "told", True),
        ("studying", "studied", True),
        ("stopped", "stop", True),
        ("women", "woman", True),
        ("bigger", "big", True),
        ("the dog's tail", "the dog 's tails", True),
        ("legal", "law", False),
        ("law", "law enforcement", False),
        ("her", "he", False),
        ("", "law", False),
    ],
)
def test_same_lemmas(phrase: str, original: str, *, same: bool) -> None:
    assert same_lemmas(phrase, original.split()) == same


@given(st.text("abcdefghijklmnopqrstuvwxyz'", max_size=12))
def test_a_word_is_among_its_lemmas(word: str) -> None:
    assert word in lemmas(word)


# Phrases


def test_phrases_are_counted() -> None:
    spun = "He steered me of the ancient hound that sat upon a big mat."
    found = changes("He told me of the old dog that sat on a big mat.", spun, len(spun))
    assert [c.counted for c in found] == [True, True, False]
    counts = count_phrases(
        report(
            spun,
            anomaly(spun, "steered", "advised", "tells"),
            anomaly(spun, "ancient hound", "old dogs", "ex"),
            anomaly(spun, "big", "large"),
            anomaly(spun, "mat", "rug"),
        ),
        found,
    )
    assert counts.row().tolist() == [4, 2, 2, 2, 1, 2]


def test_only_the_first_five_expected_phrases_are_read() -> None:
    spun = "He steered me."
    found = changes("He told me.", spun, 14)
    for place, among in ((4, 1), (5, 0)):
        expected = ["x"] * place + ["told"]
        counts = count_phrases(report(spun, anomaly(spun, "steered", *expected)), found)
        assert (counts.first, counts.among) == (0, among)


def test_nothing_named() -> None:
    found = changes("He told me.", "He steered me.", 14)
    assert count_phrases(report("He steered me."), found).row().tolist() == [0, 0, 1, 0, 0, 0]


def test_sentences_of_five_words_are_judged() -> None:
    content = f"{SPUN} He steered me off. {SENTENCE}"
    original = f"{SENTENCE} He told me off. {SENTENCE}"
    found = changes(original, content, len(content))
    truth = list(sentence_truth(report(content, scores=[0.9, 0.8, 0.1]), found))
    assert truth == [(0.9, True), (0.1, False)]


def test_a_change_belongs_to_every_sentence_that_it_touches() -> None:
    content = "One two three four five. Six seven eight nine ten."
    over = (Change(19, 28, 2, ("x",), counted=True),)
    truth = list(sentence_truth(report(content, scores=[0.1, 0.2]), over))
    assert truth == [(0.1, True), (0.2, True)]

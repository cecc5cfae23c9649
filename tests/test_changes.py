"""Restored texts: what is put back, what stays, and that the changes account for all of it."""

import dataclasses
import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_text, probabilities
from test_report import REPORT

import spindetect
from spindetect.changes import Change
from spindetect.errors import InputError
from spindetect.report import PhraseAnomaly, Reason, Report, SentenceScore


def report_on(text: str, *phrases: tuple[str, str], probability: float = 0.9) -> Report:
    """A report that expects the second of each pair in place of the first, in order."""
    anomalies, end = [], 0
    for phrase, expected in phrases:
        start = text.index(phrase, end)
        end = start + len(phrase)
        anomalies.append(PhraseAnomaly(phrase, start, end, (expected, "other"), 5, probability))
    # One sentence for each line.
    starts = [0] + [i + 1 for i, c in enumerate(text) if c == "\n"]
    ends = [*(s - 1 for s in starts[1:]), len(text)]
    sentences = tuple(SentenceScore(a, b, 0.5) for a, b in zip(starts, ends, strict=True))
    return dataclasses.replace(REPORT, text=text, anomalies=tuple(anomalies), sentences=sentences)


@pytest.mark.parametrize(
    ("text", "phrases", "expected"),
    [
        ("He steered me.", [("steered", "told")], "He told me."),
        ("Legislation is dear.", [("Legislation", "law")], "Law is dear."),
        ("LEGISLATION IS DEAR.", [("LEGISLATION", "law")], "LAW IS DEAR."),
        ("X wins.", [("X", "law")], "Law wins."),
        ("He is beneath fireside.", [("beneath fireside", "under fire")], "He is under fire."),
        ("so quoth he", [("quoth he", "i say")], "so I say"),
        ("steered, steered", [("steered", "told"), ("steered", "bid")], "told, bid"),
        ("all is told", [("told", "told")], "all is told"),
        # Articles.
        ("in a vintage house", [("vintage", "old")], "in an old house"),
        ("in an abode", [("abode", "house")], "in a house"),
        ("An abode", [("abode", "house")], "A house"),
        ("It fell.\nA vintage house", [("vintage", "old")], "It fell.\nAn old house"),
        ("A VINTAGE HOUSE", [("VINTAGE", "old")], "AN OLD HOUSE"),
        ("in a\nvintage house", [("vintage", "old")], "in an\nold house"),
        ("an sixty minutes", [("sixty minutes", "hour")], "an hour"),
        ("a sixty minutes", [("sixty minutes", "hour")], "an hour"),
        ("an establishment", [("establishment", "university")], "a university"),
        ("an vintage house", [("vintage", "big")], "an big house"),
        ("a vintage, antique house", [("vintage", "old"), ("antique", "big")], "an old, big house"),
        # What only looks like an article.
        ("vitamin A vintage", [("vintage", "old")], "vitamin A old"),
        ("the plan-a vintage", [("vintage", "old")], "the plan-a old"),
        ("a-vintage", [("vintage", "old")], "a-old"),
        ("visa vintage", [("vintage", "old")], "visa old"),
    ],
)  # fmt: skip
def test_phrases_are_put_back(text: str, phrases: list[tuple[str, str]], expected: str) -> None:
    assert report_on(text, *phrases).restored().text == expected


@pytest.mark.parametrize(
    ("article", "nouns"),
    [
        ("a", "house university unit union european ewe one once useful usual ubiquitous year"),
        ("a", "unanimous houri hone honey heifer yes word"),
        ("an", "old apple hour heir honest honour uncle unimportant uninvited umbrella under"),
        ("an", "upper urgent usher ugly onion unarmed ear"),
    ],
)
def test_articles_follow_the_sound(article: str, nouns: str) -> None:
    for noun in nouns.split():
        before = ("an", "abode") if article == "a" else ("a", "thing")
        report = report_on(" ".join(before), (before[1], noun))
        assert report.restored().text == f"{article} {noun}"


def test_changes_are_those_of_articles_and_phrases_in_the_scored_text() -> None:
    assert report_on("in a vintage house", ("vintage", "old")).restored().changes == (
        Change(3, 4, "a", "an"),
        Change(5, 12, "vintage", "old"),
    )
    assert report_on("all is told", ("told", "told")).restored().changes == ()


def test_only_confident_anomalies_with_something_to_expect_are_put_back() -> None:
    report = report_on("He steered me.", ("steered", "told"), probability=0.8)
    assert report.restored().text == report.restored(confidence=0).text == "He told me."
    assert report.restored(confidence=0.81).text == "He steered me."
    (anomaly,) = report.anomalies
    unknown = dataclasses.replace(anomaly, expected=())
    assert dataclasses.replace(report, anomalies=(unknown,)).restored().changes == ()


@pytest.mark.parametrize("confidence", [1.01, -0.01, float("nan")])
def test_what_is_no_probability_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence lies between 0 and 1, got"):
        REPORT.restored(confidence=confidence)


@pytest.mark.parametrize(
    "report",
    [
        Report.from_dict(json.loads(json.dumps(REPORT.to_dict()))),
        Report.unreadable("a.txt", "a.txt: binary data."),
    ],
)
def test_a_report_without_its_text_is_refused(report: Report) -> None:
    with pytest.raises(InputError, match="the report does not hold its text"):
        report.restored()


def test_an_empty_document_stays_empty() -> None:
    empty = dataclasses.replace(REPORT, reason=Reason.EMPTY, text="", anomalies=())
    assert (empty.restored().text, empty.restored().changes) == ("", ())


@pytest.mark.parametrize(
    "anomalies",
    [
        (PhraseAnomaly("steered", 12, 19, ("told",), 9, 0.9),),
        (PhraseAnomaly("steered", 130, 137, ("told",), 9, 0.9),),
        (REPORT.anomalies[0], PhraseAnomaly("red me", 17, 23, ("x",), 9, 0.9)),
        (PhraseAnomaly("me", 21, 23, ("x",), 9, 0.9), REPORT.anomalies[0]),
    ],
)
def test_anomalies_of_another_text_are_refused(anomalies: tuple[PhraseAnomaly, ...]) -> None:
    with pytest.raises(InputError, match="does not stand at"):
        dataclasses.replace(REPORT, anomalies=anomalies).restored()


# Pieces of a text: articles, white space, and phrases with what is expected in their place.
PIECES = st.lists(
    st.tuples(st.sampled_from(["", " ", " a ", "\nA ", " an ", "An  ", "x"]) | any_text, st.none())
    | st.tuples(
        st.sampled_from(["vintage", "OLD", "Abode", "X", "I"]) | any_text,
        st.sampled_from(["old", "house", "i am", "", "ß"]) | any_text,
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(PIECES, st.lists(probabilities, min_size=8, max_size=8), probabilities)
def test_the_changes_account_for_the_restored_text(
    pieces: list[tuple[str, str | None]], chances: list[float], confidence: float
) -> None:
    text, anomalies = "", []
    for (piece, expected), chance in zip(pieces, chances, strict=False):
        if expected is not None:
            end = len(text) + len(piece)
            anomalies.append(PhraseAnomaly(piece, len(text), end, (expected,), 1, chance))
        text += piece
    sentences = (SentenceScore(0, len(text), 0.5),)
    report = dataclasses.replace(
        REPORT, reason=Reason.EMPTY, text=text, anomalies=tuple(anomalies), sentences=sentences
    )
    restored = report.restored(confidence)
    assert all(a.end <= b.start for a, b in pairwise(restored.changes))
    again = text
    for change in reversed(restored.changes):
        assert text[change.start : change.end] == change.before != change.after
        again = again[: change.start] + change.after + again[change.end :]
    assert again == restored.text
    phrases = {(a.start, a.end) for a in anomalies if a.probability >= confidence}
    for change in restored.changes:
        is_article = change.before.lower() in ("a", "an") and change.after.lower() in ("a", "an")
        assert (change.start, change.end) in phrases or is_article


def test_the_model_restores_what_it_names() -> None:
    report = spindetect.score("One employee steered me that he read it in a learn about.")
    restored = report.restored(confidence=0)
    assert "told me that he" in restored.text
    assert all(report.text[c.start : c.end] == c.before for c in restored.changes)

"""Inflected forms, by hand and by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spindetect.benchmark.inflect import inflections

FEATURES = {
    *("base", "plural", "third", "past", "participle", "gerund", "comparative", "superlative"),
}


class Everything:
    """A vocabulary of all words."""

    def __contains__(self, word: object) -> bool:
        return True


def form(lemma: str, feature: str, *known: str) -> str | None:
    """The form, if the vocabulary knows these words (or all)."""
    return inflections(lemma, set(known) if known else Everything()).get(feature)


@pytest.mark.parametrize(
    ("lemma", "third", "past", "participle", "gerund"),
    [
        ("walk", "walks", "walked", "walked", "walking"),
        ("use", "uses", "used", "used", "using"),
        ("describe", "describes", "described", "described", "describing"),
        ("carry", "carries", "carried", "carried", "carrying"),
        ("play", "plays", "played", "played", "playing"),
        ("watch", "watches", "watched", "watched", "watching"),
        ("fix", "fixes", "fixed", "fixed", "fixing"),
        ("stop", "stops", "stopped", "stopped", "stopping"),
        ("show", "shows", "showed", "shown", "showing"),
        ("rain", "rains", "rained", "rained", "raining"),
        ("agree", "agrees", "agreed", "agreed", "agreeing"),
        ("dye", "dyes", "dyed", "dyed", "dyeing"),
        ("die", "dies", "died", "died", "dying"),
        ("tie", "ties", "tied", "tied", "tying"),
        ("equip", "equips", "equipped", "equipped", "equipping"),
        ("quit", "quits", "quit", "quit", "quitting"),
        ("be", "is", "was", "been", "being"),
        ("have", "has", "had", "had", "having"),
        ("do", "does", "did", "done", "doing"),
        ("go", "goes", "went", "gone", "going"),
        ("take", "takes", "took", "taken", "taking"),
        ("run", "runs", "ran", "run", "running"),
        ("lie", "lies", "lay", "lain", "lying"),
        ("see", "sees", "saw", "seen", "seeing"),
    ],
)
def test_verbs(lemma: str, third: str, past: str, participle: str, gerund: str) -> None:
    found = inflections(lemma, Everything())
    assert [found[f] for f in ("base", "third", "past", "participle", "gerund")] == [
        *(lemma, third, past, participle, gerund)
    ]


@pytest.mark.parametrize(
    ("lemma", "plural"),
    [
        ("dog", "dogs"),
        ("bus", "buses"),
        ("box", "boxes"),
        ("church", "churches"),
        ("city", "cities"),
        ("day", "days"),
        ("video", "videos"),
        ("child", "children"),
        ("analysis", "analyses"),
        ("person", "people"),
    ],
)
def test_nouns(lemma: str, plural: str) -> None:
    assert form(lemma, "plural") == plural


@pytest.mark.parametrize(
    ("lemma", "comparative", "superlative"),
    [
        ("old", "older", "oldest"),
        ("large", "larger", "largest"),
        ("big", "bigger", "biggest"),
        ("happy", "happier", "happiest"),
        ("new", "newer", "newest"),
        ("good", "better", "best"),
        ("bad", "worse", "worst"),
    ],
)
def test_adjectives(lemma: str, comparative: str, superlative: str) -> None:
    assert form(lemma, "comparative") == comparative
    assert form(lemma, "superlative") == superlative


def test_the_vocabulary_decides_where_the_rule_may_double() -> None:
    assert form("visit", "past", "visited") == "visited"
    assert form("travel", "past", "travelled") == "travelled"
    assert form("travel", "past", "traveled") == "traveled"
    assert form("travel", "past", "traveled", "travelled") == "travelled"


def test_the_vocabulary_decides_between_s_and_es() -> None:
    assert form("hero", "plural", "heroes") == "heroes"
    assert form("photo", "plural", "photos") == "photos"


def test_unknown_forms_are_left_out() -> None:
    assert inflections("information", {"information"}) == {"base": "information"}
    assert inflections("walk", {"walked"}) == {"past": "walked", "participle": "walked"}
    assert inflections("walk", set()) == {}


words = st.text("abceiouyqurstwxz", max_size=8)


@given(words, st.sets(words, max_size=20))
def test_forms_are_words_of_the_vocabulary(lemma: str, known: set[str]) -> None:
    found = inflections(lemma, known)
    assert set(found) <= FEATURES
    assert set(found.values()) <= known


@given(words)
def test_forms_of_any_word(lemma: str) -> None:
    found = inflections(lemma, Everything())
    assert set(found) == FEATURES
    assert found["base"] == lemma
    assert found["gerund"].endswith("ing")
    assert found["third"].endswith("s")
    # All share what they begin with, but for the last letters of the lemma; irregular ones aside.
    if len(lemma) > 4:
        assert all(value.startswith(lemma[:-2]) for value in found.values())

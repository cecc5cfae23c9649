"""Lightly spun texts: what stays of a spinner's edits, and what comes back of the original."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.light import lightened
from spindetect.benchmark.edits import edits, text_words

# Few words, so that the same ones stand on both sides; contractions and articles are no edits.
texts = st.lists(st.sampled_from("a the it's is cat dog told steered, quickly.".split())).map(
    " ".join
)
seeds = st.integers(0, 2**32).map(np.random.default_rng)

# A hundred words, of which the spinner replaced every other one, all by words of its own.
ORIGINAL = [f"old{'abcdefghij'[i // 10]}{'abcdefghij'[i % 10]}" for i in range(100)]
SPUN = [word.replace("old", "new") if i % 2 else word for i, word in enumerate(ORIGINAL)]


def differing(text: str) -> list[int]:
    """Places of the words that are not those of `ORIGINAL`."""
    found = text.split()
    assert len(found) == len(ORIGINAL)
    return [i for i, (a, b) in enumerate(zip(ORIGINAL, found, strict=True)) if a != b]


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (0.05, 5), (0.2, 20), (0.5, 50), (0.9, 50)])
def test_a_share_of_the_words_differs(share: float, count: int) -> None:
    random = np.random.default_rng(0)
    found = lightened(" ".join(ORIGINAL), " ".join(SPUN), share, random)
    assert len(differing(found)) == count
    assert set(found.split()) <= {*ORIGINAL, *SPUN}


def test_the_edits_that_stay_are_drawn() -> None:
    sides = " ".join(ORIGINAL), " ".join(SPUN)
    one, same, other = (
        differing(lightened(*sides, 0.1, np.random.default_rng(seed))) for seed in (0, 0, 1)
    )
    assert one == same != other


def test_an_edit_of_many_words_stays_or_goes_as_a_whole() -> None:
    original, spun = "we met under fire", "we met beneath the warm fireside"
    found = {
        share: lightened(original, spun, share, np.random.default_rng(0)) for share in (0.6, 0.7)
    }
    # Four of six words.
    assert found == {0.6: original, 0.7: spun}


@given(texts, texts, seeds)
def test_without_a_share_the_words_are_those_of_the_original(
    original: str, spun: str, random: np.random.Generator
) -> None:
    found = lightened(original, spun, 0, random)
    # No edit is left, but articles and contractions may differ.
    assert edits(text_words(original), text_words(found)) == []


@given(texts.filter(text_words), texts.filter(text_words), seeds)
def test_with_a_large_share_nothing_is_taken_back(
    original: str, spun: str, random: np.random.Generator
) -> None:
    # What a spinner deleted counts, too: one word more than the text has, at most.
    assert lightened(original, spun, 2, random) == spun


@pytest.mark.parametrize(
    ("original", "spun", "expected"),
    [
        ("He told me, once.", "He steered me, once!", "He told me, once!"),
        # Inserted: in the middle, in front, and at the end.
        ("He told me.", "He told me off.", "He told me."),
        ("Cats sleep.", "Lazy cats sleep.", "cats sleep."),
        # Deleted, the same.
        ("He told me off, then.", "He told me, then.", "He told me off, then."),
        ("Lazy cats sleep.", "cats sleep.", "Lazy cats sleep."),
        ("He told me off.", "He told me.", "He told me off."),
        # Nothing in common, or nothing at all.
        ("word", "term", "word"),
        ("word", "", "word"),
        ("", "term", ""),
        ("", "", ""),
        ("?", "!", "!"),
    ],
)
def test_what_is_taken_back(original: str, spun: str, expected: str) -> None:
    # White space, which nothing reads, may be left over.
    found = lightened(original, spun, 0, np.random.default_rng(0))
    assert re.findall(r"\w+|[^\w\s]", found) == re.findall(r"\w+|[^\w\s]", expected)

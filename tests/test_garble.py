"""What machines do to a text: which words change, and into what."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import garble
from models.garble import heard, salad, scanned

seeds = st.integers(0, 2**32)
words = st.lists(
    st.sampled_from("the garden of letters would hear their chairs modern little here".split()),
    min_size=1,
    max_size=60,
)


@given(words, seeds)
def test_salad_keeps_every_word_whole_or_its_front(found: list[str], seed: int) -> None:
    after = salad(" ".join(found), np.random.default_rng(seed)).split(" ")
    assert len(after) == len(found)
    fronts = {word[: max(2, len(word) // 2)] for word in found}
    assert all(word in fronts for word in Counter(after) - Counter(found))


@pytest.mark.parametrize("seed", range(6))
def test_salad_has_no_order_left(seed: int) -> None:
    text = [str(i) for i in range(300)]
    after = salad(" ".join(text), np.random.default_rng(seed)).split(" ")
    assert sum(a == b for a, b in zip(text, after, strict=True)) < 200


@given(words, seeds)
def test_what_is_heard_sounds_alike(found: list[str], seed: int) -> None:
    after = heard(" ".join(found), np.random.default_rng(seed)).split(" ")
    listed = {word for filler in garble._FILLERS for word in filler.split()}
    alike = {garble._HEARD[word] for word in found if word in garble._HEARD}
    assert {*after} <= {*found} | listed | alike


def test_words_that_sound_alike_change_places() -> None:
    found = {heard("Their chairs.", np.random.default_rng(seed)) for seed in range(300)}
    assert {"their chairs", "there chairs", "there chairs."} <= found


@given(words, seeds)
def test_a_scanned_word_has_one_letter_taken_for_another(found: list[str], seed: int) -> None:
    after = scanned(" ".join(found), np.random.default_rng(seed))
    together = "".join(found)
    kept = after.replace(" ", "").replace("-", "")
    # Of every word one letter, or a pair of them, may have made way for up to two.
    assert abs(len(kept) - len(together)) <= len(found)
    assert kept[0] == together[0] or any(together.startswith(old) for old, _ in garble._SCANNED)


def test_every_confusion_of_a_scanner_happens() -> None:
    found = {scanned("modern", np.random.default_rng(seed)) for seed in range(4000)}
    expected = {"modern".replace(old, new, 1) for old, new in garble._SCANNED}
    assert expected <= {word for word in found if " " not in word and "-" not in word}

"""Quality: array code against a slow oracle, any text, records that agree with themselves."""

import gc
import re
import time
import tracemalloc
import unicodedata
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from spindetect.quality import PRESETS, assess
from spindetect.quality.keys import SliceKeys
from spindetect.quality.layout import Layout
from spindetect.quality.line_marks import ENDS
from spindetect.report import Quality, Rule

# Few different words, so that they repeat, with all that the rules look for.
_PIECES = (
    "the be to of and have cat cat dog. a b house, ... . .. wait… # ## #tag 12 3.5 - -ish • •x — "
    '"yes" it’s Lorem ipsum LOREM { } }{ JavaScript java\u017fcript e.g. \u01e1 \xe1 İ '
    "javascripts 中文。 é e\u0301 \ud800 \U0001f600 \U00020000 x\0y \u200b"
).split()
_GAPS = [" "] * 12 + ["  ", "\t", "\n", "\n", "\n\n", "\r\n", "\r", " \n", "\u2028", "\x85", "\x1c"]
_GAPS += ["\u3000", "\xa0"]
repetitive_text = st.lists(st.sampled_from(_PIECES) | st.sampled_from(_GAPS), max_size=60).map(
    "".join
)
# Whole lines that come again, and sequences of words that do, overlapping or not.
lines_again = st.lists(
    st.lists(st.sampled_from(_PIECES[:9]), max_size=7).map(" ".join), max_size=12
).map("\n".join)
periodic_text = st.lists(st.sampled_from("abc"), min_size=1, max_size=9).map(
    lambda period: " ".join(period * 5)
)
texts = repetitive_text | lines_again | periodic_text | any_text

PROSE = """\
The library in Oakhurst will stay open after all. At a meeting on Monday evening, the council voted
to drop its plan to close the branch, which has served the village for more than ninety years.

More than a thousand people had signed a petition, and volunteers offered to run the building in
the evenings without pay. "We only asked them to let us try," said a retired nurse who led them.
"""


def quality(text: str) -> Quality:
    (answer,) = assess([text])
    return answer


def rule(text: str, name: str) -> Rule:
    (answer,) = (rule for rule in quality(text).rules if rule.name == name)
    return answer


def marked(text: str, name: str) -> list[str]:
    return [text[start:end] for start, end in rule(text, name).spans]


# The oracle: each rule as its docstring says it, for one text.


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def is_wordlike(word: str) -> bool:
    return any(unicodedata.category(letter)[0] in "LMN" for letter in word)


def top_2gram(words: list[str], text: str) -> float:
    pairs = Counter("".join(pair) for pair in pairwise(words))
    if not pairs:
        return 0.0
    # Of equal counts `most_common` gives the first met.
    (letters, count) = pairs.most_common(1)[0]
    return (len(letters) + 1) * count / len(text)


def duplicate_ngram(words: list[str], text: str, n: int) -> float:
    met: set[str] = set()
    characters = at = 0
    while at + n <= len(words):
        ngram = "".join(words[at : at + n])
        if ngram in met:
            characters += len(ngram)
            at += n
        else:
            met.add(ngram)
            at += 1
    return share(characters, len(text))


def duplicate_lines(lines: list[str]) -> float:
    met: set[str] = set()
    characters = 0
    for line in lines:
        characters += len(line) * (line in met)
        met.add(line)
    return share(characters, sum(map(len, lines)))


def n_line_ends(text: str) -> int:
    return sum(line != line.splitlines()[0] for line in text.splitlines(keepends=True))


def ascii_lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def oracle(text: str) -> dict[str, float]:
    words = text.split()
    wordlike = [word for word in words if is_wordlike(word)]
    all_lines = text.splitlines()
    lines = [line.strip() for line in all_lines if line.strip()]
    n_ellipses = text.count("...") + text.count("…")
    return {
        "default.n_wordlike": len(wordlike),
        "default.mean_wordlike_length": share(sum(map(len, wordlike)), len(wordlike)),
        "default.larger_symbol_ratio": share(max(text.count("#"), n_ellipses), len(words)),
        "default.alpha_words": share(sum(any(map(str.isalpha, w)) for w in words), len(words)),
        "default.stop_words": len(set(words) & set("the be to of and that have with".split())),
        "default.ellipsis_lines": share(
            sum(line.rstrip().endswith(("...", "…")) for line in all_lines), len(all_lines)
        ),
        "default.bullet_lines": share(
            sum(line.lstrip().startswith(("•", "-")) for line in all_lines), len(all_lines)
        ),
        "default.top_2gram_chars": top_2gram(words, text),
        "default.duplicate_5gram_chars": duplicate_ngram(words, text, 5),
        "default.terminal_lines": share(
            sum(line.endswith(tuple(ENDS)) for line in lines), len(lines)
        ),
        "default.short_lines_30": share(sum(len(line) <= 30 for line in lines), len(lines)),
        "default.line_end_ratio": share(n_line_ends(text), len(words)),
        "default.duplicate_stripped_line_chars": duplicate_lines(lines),
        "default.lorem_ipsum": ascii_lower(text).count("lorem ipsum"),
        "default.curly_brackets": text.count("{"),
        "default.javascript": share(
            sum("javascript" in ascii_lower(line) for line in lines), len(lines)
        ),
    }


@given(st.lists(texts, max_size=5))
def test_a_batch_is_measured_as_the_oracle_measures_each_text(batch: list[str]) -> None:
    found = assess(batch)
    assert len(found) == len(batch)
    for text, answer in zip(batch, found, strict=True):
        expected = {name: float(np.round(value, 6)) for name, value in oracle(text).items()}
        assert {rule.name: rule.value for rule in answer.rules} == expected


@given(st.lists(texts, max_size=5))
def test_documents_do_not_see_each_other(batch: list[str]) -> None:
    assert assess(batch) == [quality(text) for text in batch]


@given(texts)
def test_a_record_agrees_with_itself(text: str) -> None:
    answer = quality(text)
    for found in answer.rules:
        low = -np.inf if found.low is None else found.low
        high = np.inf if found.high is None else found.high
        assert found.passed == (low <= found.value <= high)
        assert 0 <= found.value == round(found.value, 6)
    assert 0 <= answer.score <= 1
    assert answer.verdicts == {"default": answer.failed == ()}


@given(texts)
def test_spans_are_passages_of_the_text_in_order(text: str) -> None:
    for found in quality(text).rules:
        assert len(found.spans) <= 20
        if found.passed:
            assert found.spans == ()
        end_before = 0
        for start, end in found.spans:
            assert end_before <= start < end <= len(text)
            # Words stand at both ends.
            assert text[start:end].strip() == text[start:end]
            end_before = end


def test_nothing_gives_defined_values() -> None:
    assert assess([]) == []
    empty, blank, after = assess(["", " \n\r\n\t", "a"])
    assert {rule.value for rule in empty.rules} == {rule.value for rule in blank.rules} == {0.0}
    assert empty == blank == quality("")
    assert empty.failed == (
        "default.n_wordlike",
        "default.mean_wordlike_length",
        "default.alpha_words",
        "default.stop_words",
        "default.terminal_lines",
    )
    assert after == quality("a")


def test_good_prose_keeps_all_rules() -> None:
    assert quality(PROSE).failed == ()
    assert quality(PROSE).verdicts == {"default": True}


@pytest.mark.parametrize(
    ("text", "name", "spans"),
    [
        (PROSE + "Lorem Ipsum dolor", "default.lorem_ipsum", ["Lorem Ipsum"]),
        (PROSE + "if (x) { y; }", "default.curly_brackets", ["{"]),
        (
            PROSE + "  Please enable JavaScript. \nThanks.\n",
            "default.javascript",
            ["Please enable JavaScript."],
        ),
        (
            "One.\n\nTwo ...\r\nThree… \n...",
            "default.ellipsis_lines",
            ["Two ...", "Three…", "..."],
        ),
        ("• a\n- b\n -c", "default.bullet_lines", ["• a", "- b", "-c"]),
        ("Home\n\nAbout us \nContact", "default.short_lines_30", ["Home", "About us", "Contact"]),
        ("Home\nAbout us", "default.terminal_lines", ["Home", "About us"]),
        (
            "Read on.\nSee.\n Read on. \nSee.",
            "default.duplicate_stripped_line_chars",
            ["Read on.", "See."],
        ),
        (
            "buy shoes, or buy shoes, then buy shoes,",
            "default.top_2gram_chars",
            ["buy shoes,", "buy shoes,", "buy shoes,"],
        ),
        ("no no no yes", "default.top_2gram_chars", ["no no no"]),
        (
            "one two three four five six. One two three four five six, one two three four five",
            "default.duplicate_5gram_chars",
            ["one two three four five"],
        ),
        # Sequences that touch are one passage.
        (
            "a b c d e x a b c d e a b c d e y",
            "default.duplicate_5gram_chars",
            ["a b c d e a b c d e"],
        ),
    ],
)
def test_broken_rules_point_at_the_passages(text: str, name: str, spans: list[str]) -> None:
    assert not rule(text, name).passed
    assert marked(text, name) == spans


def test_rules_that_are_kept_point_at_nothing() -> None:
    text = PROSE + "And then ...\n"
    assert rule(text, "default.ellipsis_lines").value > 0
    assert marked(text, "default.ellipsis_lines") == []


def test_at_most_twenty_passages_are_given_and_those_the_first() -> None:
    text = "\n".join(f"- item {i}" for i in range(100))
    assert marked(text, "default.bullet_lines") == [f"- item {i}" for i in range(20)]


def test_stop_words_are_whole_and_lower_case() -> None:
    assert rule("The to, be? WITH of-the", "default.stop_words").value == 0
    assert rule("to of to of that", "default.stop_words").value == 3


def test_what_begins_in_a_skipped_repeat_is_not_met() -> None:
    # Reading goes on behind the second "a b c d e", so that the first "b c d e f" that is met comes
    # after the "y": of its three occurrences only the last counts.
    text = "a b c d e x a b c d e f g h i y b c d e f z b c d e f"
    assert rule(text, "default.duplicate_5gram_chars").value == round(10 / len(text), 6)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_kinds_of_line_ends_do_not_matter(end: str) -> None:
    text = "Read on\nHome...\n\nThe end.\nRead on\n- One\n"
    names = [f"default.{name}" for name in PRESETS["default"].bounds if "line" in name]
    assert len(names) == 6
    for name in names:
        assert rule(text.replace("\n", end), name).value == rule(text, name).value


def test_letter_case_and_punctuation_part_words() -> None:
    assert rule("Read on!\nRead on.\nread on.", "default.duplicate_stripped_line_chars").value == 0


def test_look_alikes_are_not_taken_for_what_they_resemble() -> None:
    assert rule("Say .a.\nor . .\nor ..", "default.ellipsis_lines").value == 0
    assert rule("Enable JavaScript\nor java\u017fcript.", "default.javascript").value == 0.5
    assert len(set(Layout(["\xe1 \u01e1 a a\u0301 \0 \0\0"]).spaced.key.tolist())) == 6


@given(st.lists(st.integers(0, 2), max_size=40))
def test_equal_slices_and_only_those_have_equal_keys(values: list[int]) -> None:
    bounds = [(i, j) for i in range(len(values)) for j in range(i + 1, len(values) + 1)]
    begin, end = np.array(bounds, np.int64).reshape(-1, 2).T
    keys = SliceKeys(np.array(values, np.int64)).of(begin, end).tolist()
    # The last two add other surroundings: keys depend on nothing but the slice.
    shifted = SliceKeys(np.array([7, *values, 7, 7], np.int64)).of(begin + 1, end + 1).tolist()
    assert keys == shifted
    slices = [tuple(values[i:j]) for i, j in bounds]
    assert len(set(zip(slices, keys, strict=True))) == len(set(slices)) == len(set(keys))


@given(st.lists(texts, max_size=4))
def test_words_and_lines_are_those_of_str(batch: list[str]) -> None:
    layout = Layout(batch)
    words = layout.spaced
    for doc, text in enumerate(batch):
        mine = np.flatnonzero(words.doc == doc).tolist()
        assert [words.text(index) for index in mine] == text.split()
        assert layout.n_lines[doc] == len(text.splitlines())
        lines = np.flatnonzero(layout.lines.doc == doc).tolist()
        stripped = [line.strip() for line in text.splitlines() if line.strip()]
        assert [layout.lines.text(index) for index in lines] == stripped
        blocks = np.flatnonzero(layout.fed_blocks.doc == doc).tolist()
        assert [layout.fed_blocks.text(index) for index in blocks] == re.split("\n+", text)
        paragraphs = np.flatnonzero(layout.paragraphs.doc == doc).tolist()
        expected = re.split("\n{2,}", text.strip())
        assert [layout.paragraphs.text(index) for index in paragraphs] == expected
        punctuated = np.flatnonzero(layout.punctuated.doc == doc).tolist()
        expected = re.findall(r"\w+|[^\w\s]+", text)
        assert [layout.punctuated.text(index) for index in punctuated] == expected


@pytest.mark.parametrize(
    "text",
    [
        "a" * 2_000_000,
        "a " * 300_000,
        "a b c d e f g\n" * 40_000,
        "\n" * 2_000_000,
        "{" * 500_000,
        "javascript " * 50_000,
        "\U0001f600\ud800" * 500_000,
    ],
    ids=[
        "one word",
        "one word again",
        "one line again",
        "blank",
        "brackets",
        "javascript",
        "signs",
    ],
)
def test_hostile_texts_take_time_in_proportion(text: str) -> None:
    start = time.process_time()
    quality(text)
    # A tenth of this is usual; what is not linear would take minutes.
    assert time.process_time() - start < 10


def test_a_batch_is_let_go_when_it_is_measured() -> None:
    text = PROSE * 200
    assess([text])
    gc.collect()
    gc.disable()
    try:
        tracemalloc.start()
        assess([text])
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    # A layout that waits for the collector takes twenty bytes a character and more.
    assert left < 2 * len(text)


def test_the_word_of_a_detector_that_has_read_a_text_stands_in_the_place_of_trees() -> None:
    whole, even, spun, unknown = (
        quality.score for quality in assess([PROSE] * 4, spun=np.array([-20.0, 0.0, 700.0, np.nan]))
    )
    assert even < unknown == quality(PROSE).score < whole
    # An eighth as many are spun as are whole.
    assert even == pytest.approx(1 / (1 / whole + 1 / 8), abs=1e-4)
    assert spun == 0

"""Quality: array code against a slow oracle, any text, records that agree with themselves."""

import time
import unicodedata
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from spindetect.quality import assess
from spindetect.quality.layout import SliceKeys, lay_out
from spindetect.quality.lines import _TERMINALS
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
    pairs = Counter(pairwise(words))
    if not pairs:
        return 0.0
    # Of equal counts `most_common` gives the first met.
    (pair, count) = pairs.most_common(1)[0]
    return min(1.0, len(" ".join(pair)) * count / len(text))


def duplicate_ngram(words: list[str], text: str, n: int) -> float:
    met: set[tuple[str, ...]] = set()
    characters = at = 0
    while at + n <= len(words):
        ngram = tuple(words[at : at + n])
        if ngram in met:
            characters += len("".join(ngram))
            at += n
        else:
            met.add(ngram)
            at += 1
    return share(characters, len(text))


def duplicate_lines(lines: list[str], text: str) -> float:
    met: set[tuple[str, ...]] = set()
    characters = 0
    for line in lines:
        words = tuple(line.split())
        characters += len(line) * (words in met)
        met.add(words)
    return share(characters, sum(len(line) for line in text.splitlines()))


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
        "gopher.n_words": len(wordlike),
        "gopher.mean_word_length": share(sum(map(len, wordlike)), len(wordlike)),
        "gopher.symbol_to_word_ratio": share(max(text.count("#"), n_ellipses), len(words)),
        "gopher.alpha_words": share(sum(any(map(str.isalpha, w)) for w in words), len(words)),
        "gopher.stop_words": len(set(words) & set("the be to of and that have with".split())),
        "gopher.ellipsis_line_ratio": share(
            sum(line.rstrip().endswith(("...", "…")) for line in all_lines), len(all_lines)
        ),
        "gopher.bullet_line_ratio": share(
            sum(line.lstrip().startswith(("•", "-")) for line in all_lines), len(all_lines)
        ),
        "gopher.top_2gram_char_fraction": top_2gram(words, text),
        "gopher.duplicate_5gram_char_fraction": duplicate_ngram(words, text, 5),
        "fineweb.terminal_punctuation_ratio": share(
            sum(line.endswith(tuple(_TERMINALS)) for line in lines), len(lines)
        ),
        "fineweb.short_line_ratio": share(sum(len(line) <= 30 for line in lines), len(lines)),
        "fineweb.newline_ratio": share(n_line_ends(text), len(words)),
        "fineweb.duplicate_line_char_ratio": duplicate_lines(lines, text),
        "c4.lorem_ipsum": ascii_lower(text).count("lorem ipsum"),
        "c4.curly_bracket": text.count("{"),
        "c4.javascript": share(
            sum("javascript" in ascii_lower(line) for line in lines), len(lines)
        ),
    }


# The rules as their systems publish them.
BOUNDS: dict[str, tuple[float | None, float | None]] = {
    "gopher.n_words": (50, 100_000),
    "gopher.mean_word_length": (3, 10),
    "gopher.symbol_to_word_ratio": (None, 0.1),
    "gopher.alpha_words": (0.8, None),
    "gopher.stop_words": (2, None),
    "gopher.ellipsis_line_ratio": (None, 0.3),
    "gopher.bullet_line_ratio": (None, 0.9),
    "gopher.top_2gram_char_fraction": (None, 0.2),
    "gopher.duplicate_5gram_char_fraction": (None, 0.15),
    "fineweb.terminal_punctuation_ratio": (0.12, None),
    "fineweb.short_line_ratio": (None, 0.67),
    "fineweb.newline_ratio": (None, 0.3),
    "fineweb.duplicate_line_char_ratio": (None, 0.01),
    "c4.lorem_ipsum": (None, 0),
    "c4.curly_bracket": (None, 0),
    "c4.javascript": (None, 0),
}


@given(st.lists(texts, max_size=5))
def test_a_batch_is_measured_as_the_oracle_measures_each_text(batch: list[str]) -> None:
    found = assess(batch)
    assert len(found) == len(batch)
    for text, answer in zip(batch, found, strict=True):
        expected = {name: float(np.round(value, 4)) for name, value in oracle(text).items()}
        assert {rule.name: rule.value for rule in answer.rules} == expected


@given(st.lists(texts, max_size=5))
def test_documents_do_not_see_each_other(batch: list[str]) -> None:
    assert assess(batch) == [quality(text) for text in batch]


@given(texts)
def test_a_record_agrees_with_itself(text: str) -> None:
    answer = quality(text)
    assert {rule.name: (rule.low, rule.high) for rule in answer.rules} == BOUNDS
    for found in answer.rules:
        low = -np.inf if found.low is None else found.low
        high = np.inf if found.high is None else found.high
        assert found.passed == (low <= found.value <= high)
        assert 0 <= found.value == round(found.value, 4)
        if "ratio" in found.name and "newline" not in found.name and "symbol" not in found.name:
            assert found.value <= 1
        if "fraction" in found.name or found.name in ("gopher.alpha_words", "c4.javascript"):
            assert found.value <= 1
    kept = sum(found.passed for found in answer.rules)
    assert answer.score == pytest.approx(kept / len(answer.rules), abs=1e-6)


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
        "gopher.n_words",
        "gopher.mean_word_length",
        "gopher.alpha_words",
        "gopher.stop_words",
        "fineweb.terminal_punctuation_ratio",
    )
    assert after == quality("a")


def test_good_prose_keeps_all_rules() -> None:
    assert quality(PROSE).score == 1.0
    assert quality(PROSE).failed == ()


@pytest.mark.parametrize(
    ("text", "name", "spans"),
    [
        (PROSE + "Lorem Ipsum dolor", "c4.lorem_ipsum", ["Lorem Ipsum"]),
        (PROSE + "if (x) { y; }", "c4.curly_bracket", ["{"]),
        (
            PROSE + "  Please enable JavaScript. \nThanks.\n",
            "c4.javascript",
            ["Please enable JavaScript."],
        ),
        (
            "One.\n\nTwo ...\r\nThree… \n...",
            "gopher.ellipsis_line_ratio",
            ["Two ...", "Three…", "..."],
        ),
        ("• a\n- b\n -c", "gopher.bullet_line_ratio", ["• a", "- b", "-c"]),
        ("Home\n\nAbout us \nContact", "fineweb.short_line_ratio", ["Home", "About us", "Contact"]),
        ("Home\nAbout us", "fineweb.terminal_punctuation_ratio", ["Home", "About us"]),
        (
            "Read on.\nSee.\n Read  on.\nSee.",
            "fineweb.duplicate_line_char_ratio",
            ["Read  on.", "See."],
        ),
        (
            "buy shoes, or buy shoes, then buy shoes,",
            "gopher.top_2gram_char_fraction",
            ["buy shoes,", "buy shoes,", "buy shoes,"],
        ),
        ("no no no yes", "gopher.top_2gram_char_fraction", ["no no no"]),
        (
            "one two three four five six. One two three four five six, one two three four five",
            "gopher.duplicate_5gram_char_fraction",
            ["one two three four five"],
        ),
        # Sequences that touch are one passage.
        (
            "a b c d e x a b c d e a b c d e y",
            "gopher.duplicate_5gram_char_fraction",
            ["a b c d e a b c d e"],
        ),
    ],
)
def test_broken_rules_point_at_the_passages(text: str, name: str, spans: list[str]) -> None:
    assert not rule(text, name).passed
    assert marked(text, name) == spans


def test_rules_that_are_kept_point_at_nothing() -> None:
    text = PROSE + "And then ...\n"
    assert rule(text, "gopher.ellipsis_line_ratio").value > 0
    assert marked(text, "gopher.ellipsis_line_ratio") == []


def test_at_most_twenty_passages_are_given_and_those_the_first() -> None:
    text = "\n".join(f"- item {i}" for i in range(100))
    assert marked(text, "gopher.bullet_line_ratio") == [f"- item {i}" for i in range(20)]


def test_stop_words_are_whole_and_lower_case() -> None:
    assert rule("The to, be? WITH of-the", "gopher.stop_words").value == 0
    assert rule("to of to of that", "gopher.stop_words").value == 3


def test_what_begins_in_a_skipped_repeat_is_not_met() -> None:
    # Reading goes on behind the second "a b c d e", so that the first "b c d e f" that is met comes
    # after the "y": of its three occurrences only the last counts.
    text = "a b c d e x a b c d e f g h i y b c d e f z b c d e f"
    assert rule(text, "gopher.duplicate_5gram_char_fraction").value == round(10 / len(text), 4)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_kinds_of_line_ends_do_not_matter(end: str) -> None:
    text = "Read on\nHome...\n\nThe end.\nRead on\n- One\n"
    names = [name for name in BOUNDS if "line" in name]
    assert len(names) == 5
    for name in names:
        assert rule(text.replace("\n", end), name).value == rule(text, name).value


def test_letter_case_and_punctuation_part_words() -> None:
    assert rule("Read on!\nRead on.\nread on.", "fineweb.duplicate_line_char_ratio").value == 0


def test_look_alikes_are_not_taken_for_what_they_resemble() -> None:
    assert rule("Say .a.\nor . .\nor ..", "gopher.ellipsis_line_ratio").value == 0
    assert rule("Enable JavaScript\nor java\u017fcript.", "c4.javascript").value == 0.5
    assert len(set(lay_out(["\xe1 \u01e1 a a\u0301 \0 \0\0"]).word_key.tolist())) == 6


@given(st.lists(st.integers(0, 2), max_size=40))
def test_equal_slices_and_only_those_have_equal_keys(values: list[int]) -> None:
    bounds = [(i, j) for i in range(len(values)) for j in range(i + 1, len(values) + 1)]
    begin, end = np.array(bounds, np.int64).reshape(-1, 2).T
    keys = SliceKeys.over(np.array(values, np.int64)).of(begin, end).tolist()
    # The last two add other surroundings: keys depend on nothing but the slice.
    shifted = SliceKeys.over(np.array([7, *values, 7, 7], np.int64)).of(begin + 1, end + 1).tolist()
    assert keys == shifted
    slices = [tuple(values[i:j]) for i, j in bounds]
    assert len(set(zip(slices, keys, strict=True))) == len(set(slices)) == len(set(keys))


@given(st.lists(texts, max_size=4))
def test_words_and_lines_are_those_of_str(batch: list[str]) -> None:
    layout = lay_out(batch) if batch else None
    for doc, text in enumerate(batch):
        assert layout is not None
        mine = layout.word_doc == doc
        start = layout.word_start[mine] - layout.origin[doc]
        end = layout.word_end[mine] - layout.origin[doc]
        assert [text[i:j] for i, j in zip(start, end, strict=True)] == text.split()
        assert layout.n_lines[doc] == len(text.splitlines())


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

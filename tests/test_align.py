"""What a spinner changed, and the phrase pairs that are mined from it."""

import json
import lzma
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.mine_pairs import LONGEST, Change, Pair, changes, mine, read_rows, segment
from spindetect.benchmark import edits as align

ROOT = Path(__file__).parent.parent

vocabulary = st.sampled_from(
    "the a an cat dog big large good it is 's not do don't can't cannot we'll we will he'd".split()
)
sides = st.lists(vocabulary, max_size=12)


def shown(original: str, spun: str) -> list[tuple[str, str]]:
    """Edits as pairs of phrases."""
    before, after = align.text_words(original), align.text_words(spun)
    return [
        (" ".join(before[e.i1 : e.i2]), " ".join(after[e.j1 : e.j2]))
        for e in align.edits(before, after)
    ]


def change(written: str, original: str, tool: str = "t", group: str = "g") -> Change:
    return Change(tool, group, tuple(written.split()), tuple(original.split()))


# Alignment


@pytest.mark.parametrize(
    ("original", "spun", "expected"),
    [
        ("a big dog barked", "a large dog barked", [("big", "large")]),
        ("big data is big", "colossal data is big", [("big", "colossal")]),
        (
            "deep neural network",
            "profound neural organization",
            [("deep", "profound"), ("network", "organization")],
        ),
        (
            "the random forest wins",
            "the irregular woodland wins",
            [("random forest", "irregular woodland")],
        ),
        ("he often eats", "he eats", [("often", "")]),
        ("he eats", "he often eats", [("", "often")]),
        ("one two", "", [("one two", "")]),
        ("", "", []),
        # Neither case, quotes, marks nor accents that are not there differ.
        ("The Dog's bone.", "the dog\u2019s bone!", []),
        # Articles and contractions say the same.
        ("a dog", "the dog", []),
        ("an old dog", "old dog", []),
        ("he does not know", "he doesn\u2019t know", []),
        ("I can't, you cannot", "I cannot, you can not", []),
        ("we will see", "we'll see", []),
        ("it is what I'm told", "it's what I am told", []),
        ("he would go", "he'd go", []),
        # But not along with another change.
        ("the big dog", "a large dog", [("the big", "a large")]),
        ("do not go", "don't walk", [("do not go", "don't walk")]),
    ],
)
def test_edits(original: str, spun: str, expected: list[tuple[str, str]]) -> None:
    assert shown(original, spun) == expected


@given(sides)
def test_a_text_differs_from_itself_by_nothing(words: list[str]) -> None:
    assert align.edits(words, words) == []


@given(sides, sides)
def test_edits_replay(original: list[str], spun: list[str]) -> None:
    found = align.edits(original, spun)
    ends = [0] + [end for e in found for end in (e.i1, e.i2)] + [len(original)]
    assert ends == sorted(ends)
    ends = [0] + [end for e in found for end in (e.j1, e.j2)] + [len(spun)]
    assert ends == sorted(ends)
    replayed = list(original)
    for e in reversed(found):
        assert (e.i1, e.j1) != (e.i2, e.j2)
        replayed[e.i1 : e.i2] = spun[e.j1 : e.j2]
    assert align._plain(replayed) == align._plain(spun)


@given(sides, sides, sides, sides)
def test_a_single_change_is_found_where_it_is(
    before: list[str], old: list[str], new: list[str], after: list[str]
) -> None:
    # Words of their own, so that nothing else can be aligned with them.
    old, new = ["old", *old], ["new", *new]
    found = align.edits([*before, *old, *after], [*before, *new, *after])
    assert any(e.i1 <= len(before) < e.i2 for e in found)
    assert any(e.j1 <= len(before) < e.j2 for e in found)


def test_common_words_of_a_long_text_are_aligned_too() -> None:
    before = random.Random(1).choices("the cat sat on a mat and dog by it".split(), k=400)
    after = list(before)
    after[200] = "colossal"
    assert align.edits(before, after) == [align.Edit(200, 201, 200, 201)]


def test_has_content() -> None:
    assert align.has_content(["the", "forest"])
    assert not align.has_content(["of", "the", "don't", "'s"])
    assert not align.has_content([])


def test_function_words_are_tokens() -> None:
    # As the tokeniser writes them; others could never be met.
    for word in align.FUNCTION_WORDS - {"'s", "it's"}:
        assert align.text_words(word) == [word]


def test_words_of_a_text() -> None:
    assert align.text_words("The U.S. can\u2019t wait: 3.5 dogs' DOG'S") == [
        *("the", "u.s", "can't", "wait", "3.5", "dogs", "dog", "'s"),
    ]


# Mining


def test_changes_replace_something_by_something() -> None:
    rows = [
        {
            "tool": "t",
            "group": "1",
            "original": "he often saw a big dog",
            "spun": "he saw a large dog",
        },
        {"tool": "u", "group": "2", "original": "same", "spun": "same"},
    ]
    assert list(changes(iter(rows))) == [change("large", "big", group="1")]


def test_short_edits_are_pairs() -> None:
    assert list(mine([change("large", "big"), change("a great many", "many", "u", "h")])) == [
        Pair("t", "g", "large", "big"),
        Pair("u", "h", "a great many", "many"),
    ]


def test_many_words_for_many_are_a_pair_if_seen_again() -> None:
    once = [change("irregular woodland", "random forest")]
    # Seen once and with no shorter pairs to cut it by, it stays whole.
    assert [p[2:] for p in mine(once)] == [("irregular woodland", "random forest")]
    parts = [change("irregular", "random"), change("woodland", "forest")] * 3
    assert [p[2:] for p in mine(parts + once)][-2:] == [
        ("irregular", "random"),
        ("woodland", "forest"),
    ]
    assert [p[2:] for p in mine(parts + once * 2)][-2:] == [
        ("irregular woodland", "random forest"),
        ("irregular woodland", "random forest"),
    ]


def test_long_edits_are_cut_by_short_ones() -> None:
    known = [change("large", "big"), change("hound", "dog"), change("hurried", "ran")] * 2
    long = change("large hound quickly hurried home", "big dog quickly ran home")
    assert [p[2:] for p in mine([*known, long])][-3:] == [
        ("large", "big"),
        ("hound", "dog"),
        ("hurried", "ran"),
    ]
    # What no short edit shows is not guessed.
    assert list(mine([change("one two three four", "five six seven eight")])) == []


def test_segment_by_hand() -> None:
    counts = Counter({("vast", "very large"): 5, ("woodland", "forest"): 5})
    cut = segment(("vast", "woodland"), ("very", "large", "forest"), counts)
    assert cut == [("vast", "very large"), ("woodland", "forest")]
    # Neither too long an edit nor one that no phrases of three words can fill.
    assert segment(("x",) * 15, ("y",), counts) == []
    assert segment(("x",), ("y",) * 4, counts) == []


phrases = st.lists(st.sampled_from("abcd"), min_size=1, max_size=6)


@given(st.lists(st.tuples(phrases, phrases), max_size=12))
def test_pairs_are_short_and_seen(sides: list[tuple[list[str], list[str]]]) -> None:
    found = [Change("t", str(i), tuple(w), tuple(o)) for i, (w, o) in enumerate(sides) if w != o]
    seen = {(" ".join(c.written), " ".join(c.original)) for c in found}
    for pair in mine(found):
        assert (pair.written, pair.original) in seen
        assert pair.written != pair.original
        assert len(pair.written.split()) <= LONGEST
        assert len(pair.original.split()) <= LONGEST
        # It comes from the edit that it is said to come from.
        whole = found[[c.group for c in found].index(pair.group)]
        assert pair.written in " ".join(whole.written)
        assert pair.original in " ".join(whole.original)


@given(st.lists(st.tuples(phrases, phrases), max_size=8))
def test_mining_is_deterministic(sides: list[tuple[list[str], list[str]]]) -> None:
    found = [Change("t", "g", tuple(w), tuple(o)) for w, o in sides]
    assert list(mine(found)) == list(mine(found))


def test_command(tmp_path: Path) -> None:
    rows = [
        {"tool": "t", "group": "1", "original": "A big dog ran.", "spun": "A large dog ran."},
        {"tool": "t", "group": "2", "original": "He ran to it.", "spun": "He hurried to it."},
    ]
    source, out = tmp_path / "rows.jsonl.xz", tmp_path / "pairs.tsv"
    with lzma.open(source, "wt") as sink:
        sink.writelines(json.dumps(row) + "\n" for row in rows)
    assert list(read_rows(source)) == rows
    command = [sys.executable, "-m", "models.mine_pairs", str(source), str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert out.read_text() == "t\t1\tlarge\tbig\nt\t2\thurried\tran\n"

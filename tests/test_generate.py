"""The project's own spinners, with thesauri made by hand."""

import json
import lzma
import re
from pathlib import Path

import numpy as np
import pytest

from models.generate import main, shares, spun
from models.rules import Grammar, paraphrase
from models.spinners import partly, shuffle, substitute
from models.synonyms import Choices, Options, dictionary, neighbours, phrase_table, thesaurus
from spindetect.benchmark.edits import text_words
from spindetect.ngrams import FIRST_WORD

WORDS = "river walk walked walks walking stroll strolled strolls strolling stream streams rivers"
COUNTS = dict.fromkeys(f"{WORDS} look looked looks looking after mind minded idea".split(), 9)
TRIPLES = [
    ("verb", "walk", "stroll"),
    ("noun", "river", "stream"),
    ("verb", "mind", "look after"),
    ("noun", "idea", "mind"),
]
SENTENCE = (
    "The river walks  with an idea,\tthe \u201criver\u201d of 12 walked; it's Rivers\u2019 idea. "
)


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def table(**options: str) -> Choices:
    def choices(phrase: str) -> Options:
        found = options.get(phrase)
        return [(found, found)] if found else ()

    return choices


def signs(text: str) -> str:
    """All that is neither letter nor digit."""
    return re.sub(r"\w", "", text)


def test_inflected_by_part_of_speech() -> None:
    choices = dictionary(thesaurus(TRIPLES, COUNTS), "a")
    assert choices("walked") == (("strolled", "stroll"),)
    assert choices("rivers") == (("streams", "stream"),)
    assert choices("minded") == (("looked after", "look after"),)
    assert choices("stream") == ()
    assert dictionary(thesaurus(TRIPLES, COUNTS), "a", longer=True)("walked") == ()


def test_words_out_of_the_vocabulary_and_function_words_are_no_synonyms() -> None:
    triples = [("any", "walk", "perambulate"), ("any", "walk", "with"), ("any", "with", "walk")]
    assert thesaurus(triples, COUNTS | {"with": 9}).synonyms == {}


@pytest.mark.parametrize("share", [0.1, 0.3, 0.45])
def test_share_of_words(share: float) -> None:
    text = "The river walks with us, the river walked; rivers \u2019 go 12 times. " * 80
    spun_ = substitute(text, random(), dictionary(thesaurus(TRIPLES, COUNTS), "a"), share)
    before, after = text.split(), spun_.split()
    changed = sum(a != b for a, b in zip(before, after, strict=True))
    # Of 13 pieces 11 are words.
    assert changed / len(before) * 13 / 11 == pytest.approx(share, abs=0.05)


def test_nothing_but_words_changes() -> None:
    text = SENTENCE * 10
    spun_ = substitute(text, random(), table(river="stream", idea="thought", walks="goes"), 0.4)
    assert spun_ != text
    assert signs(spun_) == signs(text)


def test_capitals() -> None:
    choices = table(river="stream", old="aged")
    spun_ = substitute("River is old. Old River, RIVER, he said.", random(), choices, 1)
    assert spun_ == "Stream is aged. Aged River, RIVER, he said."
    assert substitute("old River", random(), choices, 1, names=True) == "aged Stream"


def test_articles_are_adapted_in_some_texts() -> None:
    found = {substitute("An idea", random(s), table(idea="thought"), 1) for s in range(20)}
    assert found == {"An thought", "A thought"}


def test_uninflected() -> None:
    choices = dictionary(thesaurus(TRIPLES, COUNTS), "a")
    assert substitute("he walked", random(), choices, 1, uninflected=1) == "he stroll"
    assert substitute("he walked", random(), choices, 1, uninflected=0) == "he strolled"


def test_longest_phrase_first(tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    path.write_text("fixed\tas well as\tand also\nfixed\twell\tnicely\nverb\tlook after\tmind\n")
    choices = phrase_table(path, {"fixed", "verb"}, COUNTS)
    text = "He looked after cats as well as dogs, well."
    assert substitute(text, random(), choices, 1, uninflected=0) == (
        "He minded cats and also dogs, nicely."
    )


def test_partly_spares_quotations_and_whole_sentences() -> None:
    text = 'The old river said \u201cthe old river\u201d and "an old one" here. ' * 10
    spun_ = partly(text, random(), table(old="aged", river="stream"), 0.9)
    assert spun_.count("\u201cthe old river\u201d") == spun_.count('"an old one"') == 10
    changed = len(re.findall("aged|stream", spun_))
    assert 3 <= changed <= 12
    assert 4 <= spun_.count("The old river said") <= 7


def test_shuffle_keeps_the_words() -> None:
    text = (
        "He ate apples, pears and plums. The people of the town left because rain fell on it.\n\n"
        "If the rain stops soon, the people will come back. It was late. They slept. He did not."
    )
    found = {shuffle(text, random(s)) for s in range(20)}
    assert len(found) > 5
    assert any("Because rain fell on it, the people of the town left." in t for t in found)
    assert any("The people will come back if the rain stops soon." in t for t in found)
    for t in found:
        assert sorted(text_words(t)) == sorted(text_words(text))
        assert t.count("\n\n") == 1


def test_rules() -> None:
    words = Grammar(
        frozenset({"king", "castle", "man"}),
        frozenset({"old"}),
        {"lives": "living"},
        frozenset({"opened"}),
    )
    text = "The king\u2019s castle isn\u2019t an old castle. A man opened the man who lives here."
    found = {paraphrase(text, random(s), words, table(), table()) for s in range(60)}
    joined = "\n".join(found)
    for expected in (
        *("The castle of the king", "is not", "a castle which is old", "There was a man that"),
        "man living here",
    ):
        assert expected in joined
    assert "'" not in joined


def test_neighbours_are_the_nearest() -> None:
    words = np.array([[1, 0], [0.95, 0.31225], [0, 1]], np.float32)
    vectors = np.concatenate([np.zeros((FIRST_WORD, 2), np.float32), words])
    choices = neighbours(vectors, ["river", "stream", "idea"])
    assert choices("river") == [("stream", "stream")]
    assert choices("idea") == ()


def test_no_document_is_given_more_than_twice() -> None:
    rows = [{"id": str(i)} for i in range(10)]
    given = shares({"news": rows}, ["a", "b", "c"], 9)
    ids = [row["id"] for found in given.values() for row in found]
    assert len(ids) == 18
    assert max(map(ids.count, ids)) == 2


def test_rows_keep_the_form_of_aligned_files() -> None:
    row = {"id": "1", "group": "g", "register": "news", "text": "The river. " * 400, "source": "x"}
    (found,) = spun([row], "a-b", lambda text, _: text.replace("river", "stream"))
    assert list(found) == ["id", "group", "register", "tool", "original", "spun"]
    assert len(text_words(found["original"])) == 450
    assert list(spun([row], "a-b", lambda text, _: text)) == []


def test_same_bytes_at_each_run(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "human").mkdir(parents=True)
    (data / "lexica").mkdir()
    with lzma.open(data / "human" / "news.jsonl.xz", "wt") as lines:
        for i in range(100):
            row = {
                "id": str(i),
                "group": str(i),
                "register": "news",
                "text": SENTENCE * (1 + i % 9),
            }
            lines.write(json.dumps(row) + "\n")
    with lzma.open(data / "lexica" / "moby.txt.xz", "wt") as lines:
        lines.write("river,idea\nidea,river\n")
    with lzma.open(data / "lexica" / "wordnet_synsets.tsv.xz", "wt") as lines:
        lines.write("noun\t00000001\triver|idea\t\n")
    for out in ("one", "two"):
        main([str(data), str(tmp_path / out), "--documents", "5"])
    one, two = (sorted((tmp_path / out).iterdir()) for out in ("one", "two"))
    assert [p.name for p in one] == [p.name for p in two]
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]
    assert {"moby-light.jsonl.xz", "partial-union.jsonl.xz"} <= {p.name for p in one}
    with lzma.open(tmp_path / "one" / "moby-heavy.jsonl.xz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    assert rows
    assert all(row["tool"] == "moby-heavy" and row["spun"] != row["original"] for row in rows)


def test_vectors_without_their_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([str(tmp_path), str(tmp_path), "--vectors", "v.npy"])
    assert stop.value.code == 2
    assert "give --vectors and --counts" in capsys.readouterr().err

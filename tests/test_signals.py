"""The signals of the catalogue: documented, total, within their ranges, right on cases by hand."""

import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from strategies import any_text

from models import quality_docs
from spindetect.errors import InputError
from spindetect.quality import PRESETS, SIGNALS, Preset, WordKind, assess, preset, read_preset
from spindetect.quality.description import described
from spindetect.quality.judgement import judge, words_of
from spindetect.quality.layout import Layout

# Every example measures some two hundred signals: shrinking one would take minutes.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)

ROOT = Path(__file__).parent.parent

_PIECES = (
    "the be to of and have cat cat dog. a b house, ... wait… # ## 12 3.5 - • — it’s lorem ipsum { "
    "{a|b} javascript asdfgh cookie policy uses cookies http://a.b www.x 中文。 é \ud800 \0 "
    "â€™ [1] Read more 3 likes NO YES"
).split(" ")
pages = (
    st.lists(st.sampled_from([*_PIECES, "\n", "\n\n", "\r\n", ". "]), max_size=60).map(" ".join)
    | any_text
)


def value(name: str, text: str, words: WordKind = WordKind.SPACED) -> float:
    (quality,) = assess([text], [Preset("one", words, {name: (None, None)})])
    return quality.rules[0].value


def failed(name: str, text: str) -> set[str]:
    (quality,) = assess([text], [preset(name)])
    return {rule.partition(".")[2] for rule in quality.failed}


@pytest.mark.parametrize("name", SIGNALS)
def test_every_signal_says_what_it_is(name: str) -> None:
    found = described(name)
    assert found.definition.endswith(".")
    assert found.unit
    assert found.source


def bounds(text: str) -> tuple[float, float]:
    numbers = [float(n) for n in re.findall(r"[-+]?(?:inf|\d+(?:\.\d+)?)", text)]
    return min(numbers), math.inf if re.search("[a-z]", text.replace("inf", "")) else max(numbers)


@settings(max_examples=12, phases=NO_SHRINKING)
@given(st.lists(pages, max_size=3))
def test_every_signal_is_total_and_keeps_its_range(texts: list[str]) -> None:
    found = judge(Layout([*texts, ""]), [PRESETS["all"]])
    assert np.isfinite(found.values).all()
    for name, column in zip(found.names, found.values.T, strict=True):
        low, high = bounds(described(name.partition(".")[2]).range)
        assert (column >= low).all(), name
        assert (column <= high).all(), name


@settings(max_examples=8, phases=NO_SHRINKING)
@given(st.lists(pages, max_size=3))
def test_documents_do_not_see_each_other(texts: list[str]) -> None:
    presets = [PRESETS[name] for name in PRESETS if name != "readability"]
    assert assess(texts, presets) == [assess([text], presets)[0] for text in texts]


@settings(max_examples=8, phases=NO_SHRINKING)
@given(pages, st.sampled_from(list(WordKind)))
def test_words_stand_in_the_text_in_order(text: str, kind: WordKind) -> None:
    words = words_of(Layout([text]), kind)
    start, end = words.start.tolist(), words.end.tolist()
    assert all(a < b for a, b in zip(start, end, strict=True))
    assert all(b <= c for b, c in zip(end, start[1:], strict=False))
    letters = "".join(words.text(i) for i in range(len(words)))
    if kind is not WordKind.OWN:
        assert letters == "".join(text.split())


# One case by hand for signals that have no oracle elsewhere.
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("median_word_length", "a bb cccc dddd", 3.0),
        ("median_word_length", "a bb cccc", 2.0),
        ("sd_word_length", "a bbb", 1.0),
        ("longest_word", "a bbb cc", 3),
        ("n_bytes", "aé…", 6),
        ("short_words_3", "one four", 0.5),
        ("long_words_7", "seven letters", 0.5),
        ("capital_words", "NO Yes A1 no", 0.5),
        ("title_words", "NO Yes no a", 0.25),
        ("symbol_words", "a #b c… d", 0.5),
        ("unique_words", "a b a c", 0.75),
        ("unigram_entropy", "a b a b", math.log(2)),
        ("stop_word_count", "the cat and the dog", 3),
        ("capital_lines", "READ THIS NOW\nand this", 0.5),
        ("digit_lines", "12 34\n12a", 0.5),
        ("counter_lines", "3 likes\n1.2k views\nI have 3 likes", 2 / 3),
        ("symbol_lines", "***\ntext", 0.5),
        ("navigation_lines", "Home\nNews\nSport\nLog in\nThis is a sentence.", 0.8),
        ("navigation_lines", "Home\nNews\nThis is a sentence.", 0),
        ("few_word_lines_2", "one two\none two three", 0.5),
        ("unfinished", "It ends.", 0),
        ("unfinished", "It does not en", 1),
        ("copied_lines", "a\nb\na", 2 / 3),
        # Blank lines between paragraphs are no copies of each other.
        ("copied_lines", "a\n\nb\n\nc\n\nd", 0),
        ("copied_line_chars", "aa\nb\naa", 4 / 5),
        ("unique_lines", "a\nb\na", 2 / 3),
        ("unique_paragraph_chars", "aaa\n\nb\n\naaa", 4 / 7),
        ("top_2gram_letters", "ab c ab c d", 6 / 7),
        ("thrice_top_2gram_chars", "ab c ab c d", 0),
        ("covered_5gram_letters", "a b c d e x a b c d e", 10 / 11),
        ("covered_5gram_chars", "a b c d e x a b c d e", 18 / 21),
        ("copied_5gram_chars", "a b c d e x a b c d e", 10 / 35),
        ("char_ngram_repetition", "abcdefghij" * 2, 2 / 11),
        ("word_ngram_repetition", " ".join("abcdefghij" * 2), 2 / 11),
        ("repeated_runs", "no no no no yes yes yes", 1),
        ("longest_run", "no no no no yes", 4),
        ("run_words", "no no no no yes", 0.8),
        ("char_ngram_repetition", "short", 0),
        ("digit_share", "a1b2", 0.5),
        ("bracket_share", "(a)[]", 0.8),
        ("curly_share", "{a}b", 0.5),
        ("ellipsis_share", "...…ab", 4 / 6),
        ("damaged_chars", "a\0b\ufffd", 0.5),
        ("mojibake", "itâ€™s", 0.5),
        ("url_chars", "a http://b.c d", 10 / 14),
        ("spintax", "a {huge|large} dog and {x} or {y|z", 1),
        ("policy_phrases", "We use cookies.\nWe bake them.", 0.5),
        ("boilerplate_paragraphs", "Our Privacy Policy.\n\nA text.", 0.5),
        ("boilerplate_paragraphs", "Lorem ipsum.\n\nA text.", 1),
        ("invitations", "Read more...\nSign in\nHe read more books then.", 1 / 3),
        ("removable_words", "3 likes\nHe went home again today now.", 2 / 8),
        ("kept_sentences", "It is one. It is two. And three.\nNot this line\n", 3),
        ("lorem_ipsum_lines", "This lorem ipsum line ends here.\nlorem ipsum\n", 1),
        ("any_end_lorem_ipsum_lines", "This lorem ipsum line ends here.\nlorem ipsum now\n", 2),
        ("curly_bracket_lines", "This { line ends here[1].\nnot { this\n", 1),
        ("top_term_share", "The garden is a garden.", 2 / 5),
        ("top_term_spread", "garden " * 10, 1),
        ("keyboard_mash", "asdfgh and lkjhg with property", 0.4),
        ("keyboard_mash", "xqzas dfghxz xqwer tyuxv", 0.5),
        ("mtld", "one two three", 3),
        ("mattr", "a b a b", 0.5),
        ("simpson_d", "a a b", 1 / 3),
        ("email_addresses", "Ask a.b+c@mail.example.org, not @home or a@b.", 1),
        ("ip_addresses", "From 10.0.0.1 to 192.168.255.7. Not 1.2.3, 1.2.3.4.5 or 300.1.1.1.", 2),
        ("phone_numbers", "Call (212) 555-0123 or +1 646.555.0199, not 2020-2021 or 12-34.", 2),
        ("phone_numbers", "212-555-0123", 1),
        ("licence_marks", "Creative Commons: https://creativecommons.org/licenses/by/4.0/", 2),
        ("n_tokens", "It is one -- two.", 6),
        ("median_sentence_length", "One two. Three. Four five six.", 8),
        ("median_line_length", "a\nbbb\n\nccccc", 3),
        ("sd_line_length", "a\nbbb", 1),
        ("median_paragraph_length", "a\n\nbbb", 2),
        ("sd_paragraph_length", "a\n\nbbb", 1),
        ("non_alnum_share", "a, b", 0.25),
        ("normalised_n_words", "It's -- one, two", 3),
        ("normalised_unique_words", "One, one!", 0.5),
    ],
)
def test_signals_by_hand(name: str, text: str, expected: float) -> None:
    assert value(name, text) == pytest.approx(expected, abs=1e-6)


def test_similar_sentences_are_found_and_different_ones_are_not() -> None:
    first = "The council voted on Monday to keep the small library open after all."
    again = "The council voted on Tuesday to keep the small library open after all."
    other = "Nobody in the village had thought that such a thing was likely to happen."
    text = f"{first} {other} {again}"
    assert value("similar_sentences", text) == pytest.approx(1 / 3, abs=1e-6)
    (quality,) = assess([text], [Preset("p", WordKind.OWN, {"similar_sentences": (None, 0)})])
    assert [text[a:b] for a, b in quality.rules[0].spans] == [again]


def test_gibberish_and_the_language_model_tell_prose_from_noise() -> None:
    prose = "The council voted on Monday to keep the small library open after all. " * 3
    noise = "xqzvk wrtpl qqjzx vbnkx zzkqj pwxvt " * 6
    assert value("gibberish", prose) == 0
    assert value("gibberish", noise) > 0.8
    assert value("perplexity", prose) < value("perplexity", " ".join(sorted(prose.split())))
    assert value("unknown_words", noise) > 0.9
    assert value("english", "Der Rat stimmte am Montag dafür, die Bücherei zu erhalten.") == 0


@pytest.mark.parametrize(
    ("name", "text", "broken"),
    [
        ("c4", "A line that has { in it.\n", {"curly_bracket_lines", "kept_sentences"}),
        ("fineweb", "Home\nAbout\n", {"terminal_fed_lines", "short_fed_lines_30", "newline_ratio"}),
    ],
)
def test_presets_by_hand(name: str, text: str, broken: set[str]) -> None:
    assert failed(name, text) == broken


def test_all_failed_rules_are_told_and_each_preset_has_a_verdict() -> None:
    presets = [preset("redpajama"), preset("gopher"), preset("c4")]
    (quality,) = assess(["Read this. " * 9], presets)
    assert quality.verdicts == {"redpajama": None, "gopher": False, "c4": True}
    assert len([name for name in quality.failed if name.startswith("gopher.")]) > 5


def test_a_preset_can_be_changed_from_python_and_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'base = "gopher"\nwords = "spaced"\n[bounds]\nn_filled_words = [20, ""]\n'
        "stop_words = false\nmtld = true\n"
    )
    from_file = read_preset(file)
    changes = {"n_filled_words": (20, None), "stop_words": None, "mtld": (None, None)}
    assert from_file == preset("gopher").changed("mine", changes, words="spaced")
    assert list(from_file.bounds["n_filled_words"]) == [20, None]
    assert "stop_words" not in from_file.bounds
    assert from_file.words.value == "spaced"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("base = ", "not TOML"),
        ('base = "golpher"', "no preset 'golpher'"),
        ("[bounds]\nn_wrds = true", "no signal 'n_wrds': the closest is 'n_words'"),
        ("[bounds]\nn_words = [5, 2]", "5 is more than 2"),
        ("[bounds]\nn_words = 5", r"must be \[low, high\]"),
        ('[bounds]\nn_words = ["a", 2]', r"must be \[low, high\]"),
        ("bounds = 3", "must be a table"),
        ('words = "letters"', "no words 'letters'"),
        ("name = 3", "name must be a string"),
        ("colour = 3", "no 'colour'"),
    ],
)
def test_a_bad_preset_gets_one_clear_sentence(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=why):
        read_preset(file)
    with pytest.raises(InputError, match="cannot be read"):
        read_preset(tmp_path / "none.toml")


def test_the_table_of_the_documentation_is_generated() -> None:
    page = ROOT / "docs" / "quality.md"
    assert quality_docs.written(page.read_text("utf-8")) == page.read_text("utf-8")


def test_readability_is_imported_for_nothing_else() -> None:
    code = (
        "import sys; from spindetect.quality import assess, PRESETS; "
        "assess(['A text.'], [PRESETS['all']]); "
        "sys.exit('textstat' in sys.modules or 'nltk' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_readability_needs_no_network() -> None:
    pytest.importorskip("textstat")
    (quality,) = assess(["The cat sat on the mat. It was happy."], [preset("readability")])
    values = {rule.name: rule.value for rule in quality.rules}
    # 9 words, 2 sentences, 10 syllables.
    expected = 206.835 - 1.015 * 4.5 - 84.6 * 10 / 9
    assert values["readability.flesch_reading_ease"] == pytest.approx(expected, abs=1e-6)


def test_damage_lowers_the_score() -> None:
    from models.damage import GENERATORS

    path = ROOT / "data" / "samples" / "originals"
    texts = [p.read_text("utf-8") for p in sorted(path.glob("*.txt"))]
    whole = np.array([quality.score for quality in assess(texts)])
    for name in GENERATORS:
        random = np.random.default_rng(1)
        damaged = [GENERATORS[name](text, random) for text in texts]
        assert np.mean([q.score for q in assess(damaged)]) < whole.mean(), name
    assert whole.mean() > 0.5


def stretches_by_hand(words: list[str]) -> float:
    """Factors of MTLD, with the set of the words of each stretch."""
    met: list[str] = []
    factors = 0.0
    for word in words:
        met.append(word)
        if len(set(met)) / len(met) <= 0.72:
            factors, met = factors + 1, []
    rest = (1 - len(set(met)) / len(met)) / (1 - 0.72) if met else 0.0
    return factors + rest or 1.0


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=60), min_size=1, max_size=3))
def test_mtld_counts_the_stretches_of_each_document(texts: list[list[str]]) -> None:
    layout = Layout([" ".join(words) for words in texts])
    wanted = [
        len(words) * (1 / stretches_by_hand(words) + 1 / stretches_by_hand(words[::-1])) / 2
        for words in texts
    ]
    assert SIGNALS["mtld"](layout.spaced).values.tolist() == pytest.approx(wanted)

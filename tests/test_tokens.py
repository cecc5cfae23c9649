"""Words, their kinds and keys, sentences; checked against a character-by-character reading."""

import unicodedata

import numpy as np
import numpy.typing as npt
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from spindetect.tokens import (
    CLAUSE,
    COMMA,
    NUMBER,
    SENTENCE,
    WORD,
    YEAR,
    Tokens,
    hash_word,
    tokenise,
)

# Text as pages have it: real words and every character that the rules speak of.
pieces = st.sampled_from(
    [
        *(
            "the",
            "Cat",
            "sat",
            "s",
            "S",
            "a",
            "U",
            "caf\u00e9",
            "cafe\u0301",
            "co-op",
            "ѕ",
            "naïve",
        ),
        *("don't", "dog\u2019s", "rock'n'roll", "U.S.", "e.g.", "Mr.", "etc.", "3.5", "1,000"),
        *("1999", "2024", "42", "7", "1st", "1990s", "٣٤", "x2", "www.example.com"),
        *(" ", "  ", "\t", "\u00a0", "\n", "\r\n", "\r", "\n\n", "\u2028", "\x0c"),
        *(".", ",", ";", ":", "!", "?", "...", "\u2026", "-", "--", " - ", "\u2013", "\u2014"),
        *("'", "\u2019", "\u2018", '"', "\u201c", "\u201d", "`", "\u00b4", "(", ")", "[1]", "/"),
        *("\u200b", "\u00ad", "\ufeff", "\u0301", "\u202e", "\u200d", "\0", "\x1b"),
        *(
            "\U0001f600",
            "\U0001f468\u200d\U0001f469",
            "שלום",
            "مرحبا",
            "привет",
            "日本",
            "、",
            "。",
        ),
        *("\ud800", "\udfff", "€", "%", "@", "#", "&", "\ufffd", "\U0010ffff"),
    ]
)
page_text = st.lists(pieces | any_text, max_size=30).map("".join)
# Only what the oracle knows of: scripts below the CJK blocks.
plain_text = st.lists(pieces | st.text(st.characters(max_codepoint=0x2FFF)), max_size=30).map(
    lambda parts: "".join(c for c in "".join(parts) if ord(c) < 0x3000)
)


HANGUL = set(map(chr, range(0x1100, 0x1200)))


def written(text: str) -> list[str]:
    """Words of a text as they stand in it."""
    tokens = tokenise([text])
    return [tokens.word(i) for i in np.flatnonzero(tokens.is_word).tolist()]


def sentences(text: str) -> list[list[str]]:
    """Words of each sentence that has any."""
    tokens = tokenise([text])
    found: dict[int, list[str]] = {}
    for i in np.flatnonzero(tokens.is_word).tolist():
        found.setdefault(int(tokens.sentence[i]), []).append(tokens.word(i))
    return list(found.values())


def marks(text: str) -> list[int]:
    """Kinds of the tokens between the first and the last break, words as -1."""
    kinds = tokenise([text]).kind[1:-1]
    return [-1 if kind >= WORD else int(kind) for kind in kinds]


def kinds(text: str) -> list[int]:
    """Kinds of the words."""
    tokens = tokenise([text])
    return [int(kind) for kind in tokens.kind[tokens.is_word]]


def columns(tokens: Tokens, mask: npt.NDArray[np.bool_]) -> list[list[int]]:
    """All that is said of some tokens; sentences counted from the first of them."""
    sentence = tokens.sentence[mask]
    return [
        c.tolist()
        for c in (
            tokens.kind[mask],
            tokens.key[mask],
            tokens.start[mask],
            tokens.end[mask],
            sentence - sentence[:1],
        )
    ]


def same(left: str, right: str) -> None:
    """Assert that two texts have the same tokens, wherever they stand."""
    a, b = tokenise([left]), tokenise([right])
    assert a.kind.tolist() == b.kind.tolist()
    assert a.key.tolist() == b.key.tolist()
    assert a.sentence.tolist() == b.sentence.tolist()


# Properties of all texts


@given(page_text | any_text)
def test_total_and_well_formed(text: str) -> None:
    tokens = tokenise([text])
    count = len(tokens)
    assert all(
        len(column) == count
        for column in (tokens.key, tokens.doc, tokens.start, tokens.end, tokens.sentence)
    )
    assert tokens.kind[0] == tokens.kind[-1] == SENTENCE
    assert set(tokens.kind.tolist()) <= {COMMA, CLAUSE, SENTENCE, WORD, NUMBER, YEAR}
    # Two marks never stand side by side: the stronger takes both.
    assert not (~tokens.is_word[1:] & ~tokens.is_word[:-1]).any()
    assert (tokens.key[~tokens.is_word] == 0).all()
    # A sentence ends with each break, and only there.
    assert tokens.sentence[0] == 0
    ended = (tokens.kind == SENTENCE)[1:-1]
    assert np.diff(tokens.sentence[1:]).tolist() == ended.tolist()


@given(page_text | any_text)
def test_words_are_ordered_disjoint_pieces_of_the_text(text: str) -> None:
    tokens = tokenise([text])
    word = np.flatnonzero(tokens.is_word)
    start, end = tokens.start[word], tokens.end[word]
    assert (start < end).all()
    assert (start[1:] >= end[:-1]).all()
    assert (tokens.start[1:] >= tokens.start[:-1]).all()
    assert (tokens.start >= 0).all()
    assert (tokens.end <= len(text)).all()
    assert [tokens.word(i) for i in word.tolist()] == [
        text[s:e] for s, e in zip(start.tolist(), end.tolist(), strict=True)
    ]
    # No word holds a space or a line end, and each holds a letter or a digit. Above the tables,
    # whole blocks are letters, what is not assigned in them included.
    for i in word.tolist():
        assert not any(c.isspace() for c in tokens.word(i))
        assert any(c >= "\u3000" or unicodedata.category(c)[0] in "LNM" for c in tokens.word(i))


@given(plain_text)
def test_words_equal_those_of_the_oracle(text: str) -> None:
    tokens = tokenise([text])
    word = tokens.is_word
    columns = tokens.start[word].tolist(), tokens.end[word].tolist(), tokens.kind[word].tolist()
    assert list(zip(*columns, strict=True)) == oracles.words(text)


@given(st.lists(page_text | any_text, max_size=5))
def test_batch_equals_single_documents(texts: list[str]) -> None:
    batch = tokenise(texts)
    assert batch.texts == tuple(texts)
    first = np.arange(len(batch)) == 0
    for number, text in enumerate(texts):
        # The break before a document is the last of the document before.
        own = (batch.doc == number) & ~first
        single = tokenise([text])
        assert columns(batch, own) == columns(single, np.arange(len(single)) > 0)
    assert (np.diff(batch.doc) >= 0).all()


def test_no_documents() -> None:
    assert tokenise([]).kind.tolist() == [SENTENCE]


@given(page_text)
def test_keys_of_words_do_not_depend_on_their_neighbours(text: str) -> None:
    tokens = tokenise([text])
    for i in np.flatnonzero(tokens.is_word).tolist():
        word = tokens.word(i)
        if word[0] not in oracles.APOSTROPHES:
            assert hash_word(word) == tokens.key[i]


# What does not matter

curly = str.maketrans({"'": "\u2019", '"': "\u201c"})


@given(page_text)
def test_quotes_do_not_matter(text: str) -> None:
    same(text, text.translate(curly))
    same(text, text.replace("'", "\u2018").replace('"', "\u201d"))


@given(page_text, st.sampled_from(["\u00a0", "\t", "  ", "\u2009", " \u200b", "\u3000"]))
def test_kinds_of_space_do_not_matter(text: str, space: str) -> None:
    same(text, text.replace(" ", space))


@given(page_text)
def test_line_ends_do_not_matter(text: str) -> None:
    text = text.replace("\r", "")
    same(text, text.replace("\n", "\r\n"))
    same(text, text.replace("\n", "\r"))


@given(page_text)
def test_trailing_spaces_do_not_matter(text: str) -> None:
    text = text.replace("\r", "")
    same(text, text + "  ")
    same(text, text.replace("\n", " \t\n"))


@given(plain_text)
def test_composition_does_not_matter(text: str) -> None:
    # Not so for letters of two parts: vowels of Indic scripts and Hangul syllables.
    text = "".join(c for c in text if unicodedata.category(c) != "Mc" and c not in HANGUL)
    composed = unicodedata.normalize("NFC", text)
    same(composed, unicodedata.normalize("NFD", composed))


def test_composition_matters_for_no_letter_but_vowels_of_two_parts() -> None:
    points = range(0x3000)
    read = {}
    for form in ("NFC", "NFD"):
        tokens = tokenise([f"x {unicodedata.normalize(form, chr(point))}y" for point in points])
        ends = np.searchsorted(tokens.doc, points[1:])
        kinds, keys = np.split(tokens.kind, ends), np.split(tokens.key, ends)
        read[form] = [(k.tolist(), h.tolist()) for k, h in zip(kinds, keys, strict=True)]
    differing = [point for point in points if read["NFC"][point] != read["NFD"][point]]
    decomposed = [unicodedata.normalize("NFD", chr(point)) for point in differing]
    assert all("Mc" in map(unicodedata.category, letters[1:]) for letters in decomposed)


@given(page_text)
def test_zero_width_characters_do_not_matter(text: str) -> None:
    for hidden in ("\u200b", "\u00ad", "\ufeff", "\ufe0f"):
        same(text, hidden.join(text) + hidden)


@given(page_text)
def test_case_matters_only_for_line_ends(text: str) -> None:
    # Characters whose capital is two characters are another matter.
    text = "".join(c for c in text if len(c.upper()) == 1 and c.upper().lower() == c)
    a, b = tokenise([text]), tokenise([text.upper()])
    assert a.key[a.is_word].tolist() == b.key[b.is_word].tolist()
    assert a.kind[a.is_word].tolist() == b.kind[b.is_word].tolist()


def test_accents_and_case_fold() -> None:
    assert hash_word("Café") == hash_word("CAFE") == hash_word("cafe\u0301")
    assert hash_word("\uff34est") == hash_word("test")
    assert hash_word("naïve") != hash_word("native")


def test_look_alike_letters_fold() -> None:
    assert hash_word("p\u0430yp\u0430l") == hash_word("paypal")  # Cyrillic a
    assert hash_word("РАСЕ") == hash_word("pace")  # all Cyrillic
    assert hash_word("\u03bfnline") == hash_word("online")  # Greek omicron
    assert hash_word("да") != hash_word("da")


# Cases by hand


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the dog's bone", ["the", "dog", "'s", "bone"]),
        ("the dogs' bones", ["the", "dogs", "bones"]),
        ("James\u2019s", ["James", "\u2019s"]),
        ("it's, IT'S", ["it", "'s", "IT", "'S"]),
        ("the '90s' best", ["the", "90s", "best"]),
        ("don't can\u2019t y'all'd've", ["don't", "can\u2019t", "y'all'd've"]),
        ("o'clock rock 'n' roll", ["o'clock", "rock", "n", "roll"]),
        ("'quoted' words", ["quoted", "words"]),
        ("dog's.com", ["dog's.com"]),
        ("well-known state-of-the-art", ["well", "known", "state", "of", "the", "art"]),
        ("co\u2011operate", ["co", "operate"]),
        ("U.S.A. and e.g. this", ["U.S.A", "and", "e.g", "this"]),
        ("www.example.com, a@b.org", ["www.example.com", "a", "b.org"]),
        ("3.5 1,000,000 -7 50%", ["3.5", "1,000,000", "7", "50"]),
        ("1,2,3 a,b 1,a", ["1,2,3", "a", "b", "1", "a"]),
        ("cafe\u0301 ole\u0301!", ["cafe\u0301", "ole\u0301"]),
        ("in\u00advis\u200bible\u200b ink", ["in\u00advis\u200bible", "ink"]),
        ("\U0001f600smile\U0001f600", ["smile"]),
        ("a_b c*d*", ["a", "b", "c", "d"]),
        ("日本 と、英語。", ["日本", "と", "英語"]),
        ("", []),
        (" \n\t ", []),
        ("?!... -- '", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("word", [WORD]),
        ("1999 2024 1000 2999", [YEAR] * 4),
        ("999 3000 0999 10000 19990", [NUMBER] * 5),
        ("3.14 1,00 1.99 2'999", [NUMBER] * 3 + [NUMBER, NUMBER]),
        ("1st 1990s x2 2x B2B", [WORD] * 5),
        ("1990's", [YEAR, WORD]),
        ("1,000 7 2b2", [NUMBER] * 3),
        ("١٩٩٩", [NUMBER]),
        ("\uff11\uff19\uff19\uff19", [YEAR]),
        ("19\u200b99", [YEAR]),
    ],
)
def test_kinds_of_words(text: str, expected: list[int]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a, b", [-1, COMMA, -1]),
        ("a; b: c (d)", [-1, CLAUSE, -1, CLAUSE, -1, CLAUSE, -1]),
        ("a - b", [-1, CLAUSE, -1]),
        ("a-b", [-1, -1]),
        ("a -b", [-1, -1]),
        ("a--b", [-1, CLAUSE, -1]),
        ("a\u2014b \u2013 c", [-1, CLAUSE, -1, CLAUSE, -1]),
        ("a -\nb", [-1, CLAUSE, -1]),
        ("- a", [-1]),
        ('a, "b"', [-1, COMMA, -1]),
        ("a,) b", [-1, CLAUSE, -1]),
        ("a),... b", [-1, SENTENCE, -1]),
        ("a! b? c\u2026 d. e3", [-1, SENTENCE, -1, SENTENCE, -1, SENTENCE, -1, -1]),
        ('a "b" c\'d', [-1, -1, -1]),
        ("a、b。c", [-1, COMMA, -1, SENTENCE, -1]),
        ("a $ % & # b", [-1, -1]),
    ],
)
def test_marks(text: str, expected: list[int]) -> None:
    assert marks(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One two. Three.", [["One", "two"], ["Three"]]),
        ("Dr. Lee met Mrs. Ray. They ate.", [["Dr", "Lee", "met", "Mrs", "Ray"], ["They", "ate"]]),
        ("apples, pears etc. are fruit", [["apples", "pears", "etc", "are", "fruit"]]),
        ("the U.S. is big", [["the", "U.S", "is", "big"]]),
        ("J. R. Smith left.", [["J", "R", "Smith", "left"]]),
        ("It cost 5. Then", [["It", "cost", "5"], ["Then"]]),
        ("It cost 3.5 pounds", [["It", "cost", "3.5", "pounds"]]),
        ("Really?! Yes", [["Really"], ["Yes"]]),
        ('He said "no." She left', [["He", "said", "no", "She", "left"]]),
        ('He said "go." She left', [["He", "said", "go"], ["She", "left"]]),
        # A line end parts blocks unless the text goes on in lower case.
        ("A headline\nThe text", [["A", "headline"], ["The", "text"]]),
        ("a wrapped\nline", [["a", "wrapped", "line"]]),
        ("a wrapped\n   line", [["a", "wrapped", "line"]]),
        ("un wrapped\nétude", [["un", "wrapped", "étude"]]),
        ("a paragraph\n\nanother", [["a", "paragraph"], ["another"]]),
        ("a paragraph\r\n \t\r\nanother", [["a", "paragraph"], ["another"]]),
        ("a list\n- of", [["a", "list"], ["of"]]),
        ("a list\n3 of", [["a", "list"], ["3", "of"]]),
        ("One\u2028Two\x0cThree\x85Four", [["One"], ["Two"], ["Three"], ["Four"]]),
        ("\n\nOne\n\n", [["One"]]),
    ],
)
def test_sentences(text: str, expected: list[list[str]]) -> None:
    assert sentences(text) == expected


def test_a_sentence_token_covers_its_run_of_marks() -> None:
    tokens = tokenise(["Yes (no)... Oh"])
    at = [(int(s), int(e)) for s, e in zip(tokens.start, tokens.end, strict=True)]
    assert at == [(0, 0), (0, 3), (4, 5), (5, 7), (7, 11), (12, 14), (14, 14)]


def test_hash_word_takes_one_word() -> None:
    with pytest.raises(ValueError, match="2 words, not one"):
        hash_word("two words")
    with pytest.raises(ValueError, match="0 words, not one"):
        hash_word("...")


def test_keys_of_distinct_words_differ() -> None:
    letters = "abcdefghij"
    found = {hash_word(a + b + c) for a in letters for b in letters for c in letters}
    assert len(found) == 1000
    assert len({hash_word("a" * n) for n in range(1, 49)}) == 48
    # What no dictionary word reaches is cut off.
    assert hash_word("a" * 48) == hash_word("a" * 49)


@pytest.mark.parametrize(
    "piece", ["a", "'", "a'", ".", "a.", "\n", "- ", "\u0301", "\u200b", "1,", "é"]
)
def test_long_runs_of_one_thing(piece: str) -> None:
    # Nothing here may grow faster than the text: a quadratic step would need hours.
    size = 400_000
    tokens = tokenise([piece * size])
    assert tokens.kind[0] == tokens.kind[-1] == SENTENCE
    assert len(tokens) <= size + 2


def test_many_small_documents() -> None:
    tokens = tokenise(["Word."] * 20_000)
    assert len(tokens) == 40_001
    assert tokens.doc[1:].tolist() == np.repeat(np.arange(20_000), 2).tolist()

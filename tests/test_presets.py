"""The presets without an original to compare with: each rule against a slow oracle and by hand."""

import math
import re
import statistics
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from strategies import any_text

from spindetect.errors import InputError
from spindetect.quality import (
    WordKind,
    assess,
    named_presets,
    preset,
    read_preset,
    read_terms,
)
from spindetect.quality.judgement import words_of
from spindetect.quality.layout import Layout
from spindetect.quality.stop_words import FUNCTION_WORDS

Values = dict[str, float]

# Every example measures some forty signals by five oracles.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)

_PIECES = (
    "the The be TO of with cat cat dog. a b house, ... . . . ... wait… # ## #a# ###b 12 3.5 - * • "
    "◦ — it’s lorem ipsum Lorem { } [x] (y) ⟨z⟩ javascript https://a.b/c www.x uses cookies "
    "Privacy overview 3 likes items in cart Read more... Sign-in READ NOW […] Zürich ÉTÉ 中文。 é "
    "A1 2020"
).split(" ")
_GAPS = [" "] * 10 + ["  ", "\n", "\n", "\n\n", " \n \n", "\n\n\n", "\r\n", "\t", ". "]
pages = (
    st.lists(st.sampled_from(_PIECES) | st.sampled_from(_GAPS), max_size=80).map("".join)
    | st.lists(st.sampled_from("abc"), min_size=1, max_size=12).map(lambda w: " ".join(w * 4))
    | st.lists(
        st.sampled_from(["- a b", "* to be or", "See…", "a", "", "Go on."]), max_size=12
    ).map("\n".join)
    | any_text
)


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def words_by(kind: WordKind, text: str) -> list[str]:
    words = words_of(Layout([text]), kind)
    return [words.text(i) for i in range(len(words))]


def sentences_of(text: str) -> list[str]:
    sentences = Layout([text]).sentences
    return [sentences.text(i) for i in range(len(sentences))]


def paragraphs_of(text: str) -> list[str]:
    return re.split("\n{2,}", text.strip())


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def ngrams(words: Sequence[str], n: int) -> list[str]:
    return ["".join(words[i : i + n]) for i in range(len(words) - n + 1)]


def top(words: Sequence[str], n: int) -> tuple[str, int]:
    """The commonest sequence, the first of those equally common."""
    return max(Counter(ngrams(words, n)).items(), key=lambda item: item[1], default=("", 0))


def copied(words: Sequence[str], n: int) -> list[int]:
    """Where sequences begin that stand there several times."""
    count = Counter(ngrams(words, n))
    return [i for i, ngram in enumerate(ngrams(words, n)) if count[ngram] > 1]


def covered(words: Sequence[str], n: int) -> float:
    """Share of the letters of words in sequences that stand there several times."""
    inside = {i + j for i in copied(words, n) for j in range(n)}
    return share(sum(len(words[i]) for i in inside), sum(map(len, words)))


def copied_share(parts: Sequence[str]) -> tuple[float, float]:
    """Share of the parts that stand there several times, and of their letters."""
    count = Counter(parts)
    again = [part for part in parts if count[part] > 1]
    return share(len(again), len(parts)), share(sum(map(len, again)), sum(map(len, parts)))


def unique_share(parts: Sequence[str]) -> tuple[float, float]:
    """Share of the parts that are different, and of their letters; 1 without any."""
    letters = sum(map(len, parts))
    different = set(parts)
    return (
        len(different) / len(parts) if parts else 1.0,
        sum(map(len, different)) / letters if letters else 1.0,
    )


def stop_words(words: Sequence[str]) -> int:
    return sum(word in "the be to of and that have with".split() for word in words)


def has_letter(word: str) -> bool:
    return any(map(str.isalpha, word))


def dolma(text: str) -> Values:
    words = text.split()
    letters = sum(map(len, words))
    lines = re.split(r"\n+", text)
    found: Values = {
        "n_words": len(words),
        "median_word_length": statistics.median(map(len, words)) if words else 0,
        "symbol_words": share(sum("#" in w or "…" in w for w in words), len(words)),
        "alpha_words": share(sum(map(has_letter, words)), len(words)),
        "stop_word_count": stop_words(words),
        "flush_bullet_lines": share(sum(line.startswith(("*", "-")) for line in lines), len(lines)),
        "one_sign_ellipsis_lines": share(sum(line.endswith("…") for line in lines), len(lines)),
        "copied_lines": copied_share(lines)[0],
        "copied_line_chars": share(
            sum(len(line) for line in lines if lines.count(line) > 1), letters
        ),
        "repeated_runs": len(re.findall(r"(?<!\S)(\S+)(?:\s+\1(?!\S)){3,}", text)),
    }
    for n in range(2, 5):
        ngram, count = top(words, n)
        found[f"top_{n}gram_letters"] = share(len(ngram) * count, letters)
    for n in range(5, 11):
        every = ngrams(words, n)
        part = sum(len(every[i]) for i in copied(words, n))
        found[f"copied_{n}gram_chars"] = share(part, sum(map(len, every)))
    return found


def nemo(text: str) -> Values:
    words = text.split()
    lower = text.lower()
    plain = string.ascii_letters + string.digits + "\n?!,."
    sentences, paragraphs, lines = sentences_of(text), paragraphs_of(text), lines_of(text)
    ellipses = ("...", "[...]", "…", "(...)", "[…]", "-»")
    notices = (
        "terms of use",
        "privacy policy",
        "cookie policy",
        "uses cookies",
        "use of cookies",
        "use cookies",
        "privacy overview",
    )
    different_sentences, different_paragraphs = unique_share(sentences), unique_share(paragraphs)
    found: Values = {
        "unplain_share": share(sum(c not in plain for c in text), len(text)),
        "mostly_symbol_words": share(
            sum(w in ellipses or 2 * len(re.findall("#+", w)) > len(w) for w in words), len(words)
        ),
        "digit_share": share(sum(map(str.isdigit, text)), len(text)),
        "url_chars": share(
            sum(map(len, re.findall(r"(?i)https?://\S+|www\.\S+", text))), len(text)
        ),
        "space_share": share(sum(map(str.isspace, text)), len(text)),
        "bracket_share": share(sum(c in "()[]{}⟨⟩" for c in text), len(text)),
        "boilerplate_paragraphs": 1.0
        if "lorem ipsum" in lower
        else share(
            sum(any(phrase in p.lower() for phrase in notices) for p in paragraphs),
            len(paragraphs),
        ),
        "unique_sentences": different_sentences[0],
        "unique_paragraphs": different_paragraphs[0],
        "unique_sentence_chars": different_sentences[1],
        "unique_paragraph_chars": different_paragraphs[1],
        "n_words": len(words),
        "unended_sentences": share(
            sum(not s.endswith(tuple(".!?…\"”'’)。")) for s in sentences), len(sentences)
        ),
        "alpha_words": share(sum(map(has_letter, words)), len(words)),
        "stop_word_count": stop_words(words),
        "mean_word_length": share(sum(map(len, words)), len(words)),
        "longest_word": max(map(len, words), default=0),
        "trailing_sentences": share(
            sum(s.lower().endswith((*ellipses, "read more..", "read more")) for s in sentences),
            len(sentences),
        ),
        "round_bullet_lines": share(
            sum(line.startswith(tuple("•‣⁃⁌⁍∙○●◘◦⦾⦿")) for line in lines),
            len(lines),
        ),
    }
    for n in range(2, 5):
        ngram, count = top(words, n)
        found[f"top_{n}gram_chars"] = share((len(ngram) + n - 1) * count, len(text))
    for n in range(5, 11):
        met: set[str] = set()
        inside: set[int] = set()
        spaces: set[int] = set()
        for i, ngram in enumerate(ngrams(words, n)):
            if ngram in met:
                inside |= set(range(i, i + n))
                spaces |= set(range(i, i + n - 1))
            met.add(ngram)
        letters = sum(len(words[i]) for i in inside)
        found[f"later_{n}gram_chars"] = share(letters + len(spaces), len(text))
    return found


def dclm(text: str) -> Values:
    words, own = text.split(), words_by(WordKind.OWN, text)
    lines, paragraphs = lines_of(text), [p for p in paragraphs_of(text) if p]
    symbols = sum(text.count(symbol) for symbol in ("#", "...", ". . .", "…"))
    counter = re.compile(
        r"(?i)[\d.,]+\s?[km]?\s+(likes?|shares?|comments?|retweets?|reposts?|quotes?|bookmarks?|"
        r"upvotes?|downvotes?|downloads?|views?|followers?|replies|reply)"
    )
    inviting = re.compile(r"(?i)^sign-?in|items? in cart$|read more(\.\.\.|…)?$|^read more")
    capital = [sum(map(str.isupper, line)) > len(line) / 2 for line in lines]
    digits = ["".join(line.split()).isdigit() for line in lines]
    # A counter begins with a digit and is no longer than forty characters.
    counts = [
        bool(counter.fullmatch(line)) and line[0].isdigit() and len(line) <= 40 for line in lines
    ]
    single = [len(line.split()) < 2 for line in lines]
    invites = [len(li.split()) <= 10 and bool(inviting.search(li)) for li in lines]
    removed = 0
    for i, line in enumerate(lines):
        if capital[i] or digits[i] or counts[i] or single[i]:
            removed += len(line.split())
        elif invites[i]:
            removed += len(line.split()) - len(inviting.sub("", line).split())
    found: Values = {
        "n_alnum_words": sum(word[0].isalnum() for word in words),
        "mean_word_length": share(sum(map(len, words)), len(words)),
        "spaced_symbol_ratio": share(symbols, len(words)),
        "dclm_bullet_lines": share(
            sum(line.startswith(("●", "•", "*", "-")) for line in lines), len(lines)
        ),
        "spaced_ellipsis_lines": share(
            sum(line.endswith(("...", ". . .", "…")) for line in lines), len(lines)
        ),
        "alpha_words": share(sum(map(has_letter, words)), len(words)),
        "folded_stop_word_count": stop_words([word.lower() for word in words]),
        "copied_filled_lines": copied_share(lines)[0],
        "copied_filled_line_chars": copied_share(lines)[1],
        "copied_paragraphs": copied_share(paragraphs)[0],
        "copied_paragraph_chars": copied_share(paragraphs)[1],
        "removable_words": share(removed, len(words)),
        "capital_lines": share(sum(capital), len(lines)),
        "digit_lines": share(sum(digits), len(lines)),
        "counter_lines": share(sum(counts), len(lines)),
        "few_word_lines_1": share(sum(single), len(lines)),
        "invitations": share(sum(invites), len(lines)),
    }
    for n in range(2, 5):
        count = Counter(ngrams(own, n))
        most = max(count.values(), default=0)
        longest = max((len(ngram) for ngram, times in count.items() if times == most), default=0)
        letters = longest * most if most > 1 else 0
        found[f"own_top_{n}gram_letters"] = share(letters, sum(map(len, own)))
    for n in range(5, 11):
        found[f"own_covered_{n}gram_letters"] = covered(own, n)
    return found


def redpajama(text: str) -> Values:
    gone = str.maketrans("", "", string.punctuation)
    content = " ".join(text.translate(gone).lower().split())
    normal = unicodedata.normalize("NFD", content).split()
    raw = re.findall(r"\w+|[^\w\s]+", text)
    lines, every = lines_of(text), text.splitlines()
    bullets = tuple("\u2022\u2023\u25b6\u25c0\u25e6\u25a0\u25a1\u25aa\u25ab\u2013")
    times = Counter(normal).values()
    function = {*FUNCTION_WORDS, *(word.capitalize() for word in FUNCTION_WORDS)}
    capitals = [any(map(str.isupper, word)) and not any(map(str.islower, word)) for word in raw]
    found: Values = {
        "n_chars": len(text),
        "n_lines": len(every),
        "redpajama_sentences": len(re.findall(r"\b[^.!?]+[.!?]*", text)),
        "n_words": len(raw),
        "normalised_n_words": len(normal),
        "normalised_mean_word_length": share(sum(map(len, normal)), len(normal)),
        "symbol_ratio": share(text.count("#") + text.count("...") + text.count("…"), len(raw)),
        "ellipsis_lines": share(
            sum(line.rstrip().endswith(("...", "…")) for line in every), len(every)
        ),
        "no_ascii_letter_words": share(
            sum(not re.search("[a-zA-Z]", word) for word in raw), len(raw)
        ),
        "normalised_unique_words": share(len(set(normal)), len(normal)),
        "normalised_unigram_entropy": -sum(
            n / len(normal) * math.log(n / len(normal)) for n in times
        )
        if normal
        else 0.0,
        "capital_words": share(sum(capitals), len(raw)),
        "function_words": share(sum(word in function for word in raw), len(raw)),
        "normalised_lorem_ipsum_ratio": share(
            unicodedata.normalize("NFD", content).count("lorem ipsum"),
            len(unicodedata.normalize("NFD", content)),
        ),
        "curly_share": share(text.count("{") + text.count("}"), len(text)),
        "flagged_terms": 0,
        "javascript": share(sum("javascript" in line.lower() for line in lines), len(lines)),
        "redpajama_terminal_lines": share(
            sum(line.endswith((".", "!", "?", "”")) for line in lines), len(lines)
        ),
        "normalised_words_per_line": share(len(normal), len(every)),
        "upper_share": share(sum(map(str.isupper, text)), len(text)),
        "digit_share": share(sum(map(str.isdigit, text)), len(text)),
        "redpajama_bullet_lines": share(
            sum(line.startswith(bullets) for line in lines), len(every)
        ),
    }
    for n in range(2, 5):
        ngram, count = top(normal, n)
        letters = len(ngram) * count if count > 1 else 0
        found[f"normalised_top_{n}gram_letters"] = share(letters, sum(map(len, normal)))
    for n in range(5, 11):
        found[f"normalised_covered_{n}gram_letters"] = covered(normal, n)
    return found


def textdescriptives(text: str) -> Values:
    layout = Layout([text])
    words = words_by(WordKind.PARTED, text)
    at = list(zip(layout.parted.start.tolist(), layout.parted.end.tolist(), strict=True))
    lines, paragraphs = text.split("\n"), paragraphs_of(text)
    function = {*FUNCTION_WORDS, *(word.capitalize() for word in FUNCTION_WORDS)}
    (filled,) = assess([text], [preset("gopher")])
    n_filled = next(r.value for r in filled.rules if r.name == "gopher.n_filled_words")

    def repeated(parts: Sequence[str]) -> float:
        again = sum((times - 1) * len(part) for part, times in Counter(parts).items())
        return share(again, len(text))

    found: Values = {
        "function_word_count": sum(word in function for word in words),
        "alpha_words": share(sum(map(has_letter, words)), len(words)),
        "mean_word_length": share(sum(map(len, words)), len(words)),
        "n_words": len(words),
        "filled_hash_ratio": share(text.count("#"), n_filled),
        "ellipsis_fed_lines": share(
            sum(line.strip().endswith(("...", "…")) for line in lines), len(lines)
        ),
        "ascii_bullet_lines": share(
            sum(line.strip().startswith(("-", "*")) for line in lines), len(lines)
        ),
        "lorem_ipsum": text.lower().count("lorem ipsum"),
        "duplicate_line_chars": repeated(re.split("\n+", text)),
        "duplicate_paragraph_chars": repeated(paragraphs),
    }
    for n in range(2, 5):
        ngram, count = top(words, n)
        chars = (len(ngram) + n - 1) * count if count > 2 else 0
        found[f"thrice_top_{n}gram_chars"] = share(chars, len(text))
    for n in range(5, 11):
        inside = {i + j for i in copied(words, n) for j in range(n)}
        # Between two words of a passage what stands there counts as well.
        chars = sum(at[i][1] - at[i][0] for i in inside)
        chars += sum(at[i][0] - at[i - 1][1] for i in inside if i - 1 in inside)
        found[f"covered_{n}gram_chars"] = share(chars, len(text))
    return found


ORACLES: dict[str, Callable[[str], Values]] = {
    "dolma": dolma,
    "nemo": nemo,
    "dclm": dclm,
    "redpajama": redpajama,
    "textdescriptives": textdescriptives,
}

# Rules that ask the language model, which tests/test_signals.py looks at.
BY_MODEL = {"english", "perplexity", "unknown_words"}


def measured(name: str, text: str) -> Values:
    (quality,) = assess([text], [preset(name)])
    values = {rule.name.partition(".")[2]: rule.value for rule in quality.rules}
    return {signal: value for signal, value in values.items() if signal not in BY_MODEL}


@pytest.mark.parametrize("name", ORACLES)
@settings(max_examples=60, phases=NO_SHRINKING)
@given(pages)
def test_every_rule_is_what_the_oracle_says(name: str, text: str) -> None:
    found, expected = measured(name, text), ORACLES[name](text)
    assert set(found) == set(expected)
    for signal, value in expected.items():
        assert found[signal] == pytest.approx(value, abs=2e-6), signal


# Each value is what one gets by counting; a rule that is not named here is 0 of both texts.
BULLETS = "* to be or\nnot to be #1\n* to be or\nso on…"
ROUND = "a b c d e f g h i j " * 2

BY_HAND: list[tuple[str, str, dict[str, str]]] = [
    (
        "dolma",
        BULLETS,
        {
            # * to be or not to be #1 * to be or so on…: 28 characters.
            "n_words": "14",
            "median_word_length": "2",
            "symbol_words": "2/14",
            "alpha_words": "11/14",
            "stop_word_count": "6",
            "flush_bullet_lines": "2/4",
            "one_sign_ellipsis_lines": "1/4",
            "copied_lines": "2/4",
            "copied_line_chars": "20/28",
            # "to be" three times; "* to be" twice, the first met; "* to be or" twice.
            "top_2gram_letters": "12/28",
            "top_3gram_letters": "10/28",
            "top_4gram_letters": "14/28",
        },
    ),
    (
        "dolma",
        ROUND,
        {
            "n_words": "20",
            "median_word_length": "1",
            "alpha_words": "1",
            # The first two letters, twice.
            "top_2gram_letters": "4/20",
            "top_3gram_letters": "6/20",
            "top_4gram_letters": "8/20",
            # Of the 21 - n sequences those come again that end before the other copy begins: 11 - n
            # of each.
            "copied_5gram_chars": "12/16",
            "copied_6gram_chars": "10/15",
            "copied_7gram_chars": "8/14",
            "copied_8gram_chars": "6/13",
            "copied_9gram_chars": "4/12",
            "copied_10gram_chars": "2/11",
        },
    ),
    (
        "nemo",
        ROUND,
        {
            # Twenty spaces of forty characters.
            "unplain_share": "1/2",
            "space_share": "1/2",
            "unique_sentences": "1",
            "unique_sentence_chars": "1",
            "unique_paragraphs": "1",
            "unique_paragraph_chars": "1",
            "n_words": "20",
            "unended_sentences": "1",
            "alpha_words": "1",
            "mean_word_length": "1",
            "longest_word": "1",
            # n letters and n - 1 spaces, twice.
            "top_2gram_chars": "6/40",
            "top_3gram_chars": "10/40",
            "top_4gram_chars": "14/40",
            # The second copy: ten letters and the nine spaces between them.
            **{f"later_{n}gram_chars": "19/40" for n in range(5, 11)},
        },
    ),
    (
        "nemo",
        "Read the (new) [x] rules # and ...\n\nRead 12.\n\n◦ Our privacy overview is at www.a.b",
        {
            # 82 characters; not plain are fourteen spaces, four brackets, a # and a bullet.
            "unplain_share": "20/82",
            # Of seventeen words # and ...
            "mostly_symbol_words": "2/17",
            "digit_share": "2/82",
            "url_chars": "7/82",
            "space_share": "18/82",
            "bracket_share": "4/82",
            "boilerplate_paragraphs": "1/3",
            "unique_sentences": "1",
            "unique_sentence_chars": "1",
            "unique_paragraphs": "1",
            "unique_paragraph_chars": "1",
            "n_words": "17",
            "unended_sentences": "1/3",
            # All but #, ..., 12. and the bullet.
            "alpha_words": "13/17",
            "stop_word_count": "2",
            "mean_word_length": "64/17",
            "longest_word": "8",
            "trailing_sentences": "1/3",
            "round_bullet_lines": "1/3",
            # The first of each length, once: "Read the", "Read the (new)", "Read the (new) [x]".
            "top_2gram_chars": "8/82",
            "top_3gram_chars": "14/82",
            "top_4gram_chars": "18/82",
        },
    ),
    (
        "dclm",
        BULLETS,
        {
            # All but the two bullets and #1.
            "n_alnum_words": "11",
            "mean_word_length": "2",
            "spaced_symbol_ratio": "2/14",
            "dclm_bullet_lines": "2/4",
            "spaced_ellipsis_lines": "1/4",
            "alpha_words": "11/14",
            "folded_stop_word_count": "6",
            "copied_filled_lines": "2/4",
            # Ten characters twice, of 10 + 12 + 10 + 6.
            "copied_filled_line_chars": "20/38",
            # Own words: to be or not to be 1 to be or so on, 24 characters.
            "own_top_2gram_letters": "12/24",
            "own_top_3gram_letters": "12/24",
        },
    ),
    (
        "dclm",
        "READ THIS\n12 34\n3 likes\nHome\nA good day. . .\nGreat news, read more...\nTHE end",
        {
            # All of the eighteen words but ". ." that "day. . ." leaves.
            "n_alnum_words": "16",
            "mean_word_length": "60/18",
            # One "...", one ". . ."
            "spaced_symbol_ratio": "2/18",
            "spaced_ellipsis_lines": "2/7",
            # All but 12, 34, 3 and the two full stops.
            "alpha_words": "13/18",
            "folded_stop_word_count": "1",
            # Whole lines of 2 + 2 + 2 + 1 words, and "read more...".
            "removable_words": "9/18",
            "capital_lines": "1/7",
            "digit_lines": "1/7",
            "counter_lines": "1/7",
            "few_word_lines_1": "1/7",
            "invitations": "1/7",
        },
    ),
    (
        "redpajama",
        "Lorem ipsum!\n\n• Do the 12, do… {x}\nDo the NEW javascript?",
        {
            # 12 + 2 + 20 + 1 + 22 characters.
            "n_chars": "57",
            "n_lines": "4",
            # What begins behind the bullet, and the last line with it: no mark parts them.
            "redpajama_sentences": "2",
            # Lorem ipsum ! • Do the 12 , do … { x } Do the NEW javascript ?
            "n_words": "18",
            # lorem ipsum • do the 12 do… x do the new javascript: 40 characters.
            "normalised_n_words": "12",
            "normalised_mean_word_length": "40/12",
            "symbol_ratio": "1/18",
            "no_ascii_letter_words": "8/18",
            # do and the come twice.
            "normalised_unique_words": "10/12",
            "capital_words": "1/18",
            # Do the do Do the.
            "function_words": "5/18",
            "normalised_lorem_ipsum_ratio": "1/51",
            "curly_share": "2/57",
            # "do the" twice.
            "normalised_top_2gram_letters": "10/40",
            "javascript": "1/3",
            "redpajama_terminal_lines": "2/3",
            "normalised_words_per_line": "12/4",
            "upper_share": "6/57",
            "digit_share": "2/57",
            "redpajama_bullet_lines": "1/4",
        },
    ),
    (
        "textdescriptives",
        "- to be to be to be\n* lorem ipsum #1 ...\n* lorem ipsum #1 ...\n",
        {
            "function_word_count": "6",
            # - to be to be to be * lorem ipsum # 1 ... and again from the * on: 19 of which the
            # three bullets, #, 1 and ... have no letter.
            "n_words": "19",
            "alpha_words": "10/19",
            "mean_word_length": "45/19",
            # Two, for all words but three bullets, two # and two ellipses.
            "filled_hash_ratio": "2/12",
            # Of four lines, since the last line feed begins one.
            "ellipsis_fed_lines": "2/4",
            "ascii_bullet_lines": "3/4",
            "lorem_ipsum": "2",
            # 20 characters and a line feed, then twice 21 and a line feed: 62.
            "duplicate_line_chars": "20/62",
            "thrice_top_2gram_chars": "15/62",
            # Both lines with the line feed between them.
            "covered_5gram_chars": "41/62",
            "covered_6gram_chars": "41/62",
        },
    ),
]


@pytest.mark.parametrize(("name", "text", "expected"), BY_HAND)
def test_rules_by_hand(name: str, text: str, expected: dict[str, str]) -> None:
    found = measured(name, text)
    assert set(expected) <= set(found)
    # An entropy is no fraction; the oracle has it.
    found.pop("normalised_unigram_entropy", None)
    wanted = {signal: float(Fraction(expected.get(signal, "0"))) for signal in found}
    assert found == pytest.approx(wanted, abs=1e-6)


def test_the_last_sentence_of_a_paragraph_ends_with_its_mark() -> None:
    assert sentences_of("It ended there...\n\nThen it began!\nAnd on \n") == [
        "It ended there...",
        "Then it began!",
        "And on",
    ]


def flagged_rules(text: str, listed: Sequence[str]) -> dict[str, tuple[float, list[str]]]:
    mine = preset("redpajama").changed(
        "mine", {"flagged_words": (None, 0), "flagged_terms": (None, 0)}, flagged=listed
    )
    (quality,) = assess([text], [mine])
    return {
        rule.name.partition(".")[2]: (rule.value, [text[a:b] for a, b in rule.spans])
        for rule in quality.rules
        if ".flagged_" in rule.name
    }


def test_words_and_phrases_of_a_list_are_found_whatever_their_letter_case() -> None:
    text = "Darn it! What a HECK\nof a mess; the café is darned. Heck, of all things, a Cafe."
    found = flagged_rules(text, ["darn", "heck of a", "Café", "heck", "!!!", ""])
    # Two of the eighteen words stand in two terms and count once.
    assert found["flagged_terms"] == (
        6.0,
        ["Darn", "HECK", "HECK\nof a", "café", "Heck", "Cafe"],
    )
    assert found["flagged_words"][0] == pytest.approx(7 / 18, abs=1e-6)
    assert found["flagged_words"][1] == ["Darn", "HECK", "of", "a", "café", "Heck", "Cafe"]


def test_without_a_list_nothing_is_flagged_and_phrases_stay_in_their_document() -> None:
    assert flagged_rules("Darn it.", []) == {"flagged_words": (0, []), "flagged_terms": (0, [])}
    assert flagged_rules("", ["darn"])["flagged_words"] == (0, [])
    mine = preset("c4").changed("mine", {}, flagged=["heck of"])
    assert [q.failed for q in assess(["What the heck", "of it"], [mine])] == [
        ("mine.kept_sentences",)
    ] * 2


def test_presets_of_one_call_have_lists_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# brands\nAcme\n\n  heck of a \n", encoding="utf-8")
    (tmp_path / "listed.toml").write_text('base = "c4"\nflagged = "words.txt"\n')
    (tmp_path / "inline.toml").write_text('base = "c4"\nflagged = ["darn"]\n')
    names = [str(tmp_path / "listed.toml"), str(tmp_path / "inline.toml"), "c4"]
    presets = named_presets(names, read_terms(tmp_path / "words.txt")[:1])
    assert [p.flagged for p in presets] == [("Acme", "heck of a"), ("darn",), ("Acme",)]
    (quality,) = assess(["Darn Acme, a heck of a firm."], presets)
    values = [rule.value for rule in quality.rules if rule.name.endswith(".flagged_terms")]
    assert values == [2, 1, 1]
    assert len({p.changed("one", {}).digest for p in presets}) == 3


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("flagged = 3", "must be a list of strings or the name of a file, got 3"),
        ("flagged = [1]", "must be a list of strings"),
        ('flagged = "none.txt"', r"none\.txt cannot be read"),
        ('flagged = "latin.txt"', "is not UTF-8"),
    ],
)
def test_a_bad_list_gets_one_clear_sentence(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "latin.txt").write_bytes("caf\xe9".encode("latin-1"))
    file = tmp_path / "mine.toml"
    file.write_text(content)
    with pytest.raises(InputError, match=why):
        read_preset(file)

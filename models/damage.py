"""Damage: what goes wrong with human text on its way to a crawl, done to it on purpose.

Each generator is a function from a text and a source of random numbers to a damaged text. They
train and measure the score of `spindetect.quality`; spun texts come from elsewhere
(`models.generate`, or real spinners).
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

__all__ = ["GENERATORS", "Generator"]

Generator = Callable[[str, np.random.Generator], str]

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

# Lines as menus, banners and footers have them, composed for this.
_BOILERPLATE = (
    "Home",
    "About us",
    "Contact",
    "Log in",
    "Share this page",
    "Read more...",
    "12 comments",
    "Next article",
    "Add to cart",
    "All rights reserved.",
    "Follow us for more",
    "Skip to main content",
    "Subscribe to our newsletter",
    "We use cookies to give you a better experience. Read our cookie policy.",
    "Please enable JavaScript to view this page.",
    "By going on you accept our terms of use and privacy policy.",
    "Posted in News, Sport, Weather",
    "Click here to see the full list",
)

# Keyboards, row by row.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def shuffled(text: str, random: np.random.Generator) -> str:
    """The words in another order, within passages of five to forty or in the whole text.

    >>> sorted(shuffled("one two three", np.random.default_rng(0)).split())
    ['one', 'three', 'two']
    """
    words = text.split()
    size = len(words) if random.random() < 0.3 else int(random.integers(5, 40))
    parts = [words[i : i + size] for i in range(0, len(words), max(size, 1))]
    return " ".join(" ".join(random.permutation(part).tolist()) for part in parts)


def truncated(text: str, random: np.random.Generator) -> str:
    """Cut off within a word, or every line cut to some width and ended with an ellipsis.

    >>> len(truncated("word " * 100, np.random.default_rng(0))) < 500
    True
    """
    if random.random() < 0.5:
        width = int(random.integers(30, 90))
        lines = [part for part in _SENTENCE_END.split(text) if part.strip()]
        return "\n".join(line[:width].rstrip() + "..." * (len(line) > width) for line in lines)
    cut = int(len(text) * random.uniform(0.5, 0.95))
    while 1 < cut < len(text) and not (text[cut - 1].isalpha() and text[cut].isalpha()):
        cut -= 1
    return text[:cut]


def with_boilerplate(text: str, random: np.random.Generator) -> str:
    r"""Lines of menus, banners and footers between the sentences, a third to twice as many.

    >>> text = with_boilerplate("One. Two.", np.random.default_rng(0))
    >>> "\n" in text, len(text) > len("One. Two.")
    (True, True)
    """
    sentences = _SENTENCE_END.split(text)
    for _ in range(max(2, int(len(sentences) * random.uniform(0.33, 2)))):
        at = int(random.integers(0, len(sentences) + 1))
        sentences.insert(at, f"\n{random.choice(_BOILERPLATE)}\n")
    return re.sub(r" *\n[ \n]*", "\n", " ".join(sentences))


def repeated(text: str, random: np.random.Generator) -> str:
    """Sentences or passages that come again, as lines or where they stand.

    >>> text = repeated("One word. Two words. Three.", np.random.default_rng(0))
    >>> len(text) > len("One word. Two words. Three.")
    True
    """
    sentences = _SENTENCE_END.split(text)
    times = int(random.integers(2, 6))
    first = int(random.integers(0, len(sentences)))
    size = int(random.integers(1, max(len(sentences) // 3, 1) + 1))
    again = sentences[first : first + size] * times
    joint = "\n" if random.random() < 0.5 else " "
    return joint.join([*sentences[: first + size], *again, *sentences[first + size :]])


def with_gibberish(text: str, random: np.random.Generator) -> str:
    """A fifth to all of the words replaced by random letters, or by what hands on a keyboard leave.

    >>> with_gibberish("one two three four", np.random.default_rng(0)) != "one two three four"
    True
    """
    share = random.uniform(0.2, 1)
    words = text.split(" ")
    row = None if random.random() < 0.5 else str(random.choice(_ROWS))
    letters = row or string.ascii_lowercase
    for i in np.flatnonzero(random.random(len(words)) < share).tolist() or [0]:
        size = int(random.integers(3, 11))
        words[i] = "".join(random.choice(list(letters), size).tolist())
    return " ".join(words)


def stuffed(text: str, random: np.random.Generator) -> str:
    """Two or three content words of the text put in again and again.

    >>> stuffed("A garden needs water.", np.random.default_rng(0)).count("garden") > 1
    True
    """
    words = text.split(" ")
    content = list(re.findall(r"[a-z]{5,}", text.lower())) or ["offer"]
    term = " ".join(random.choice(content, int(random.integers(2, 4))).tolist())
    for _ in range(max(4, int(len(words) * random.uniform(0.03, 0.12)))):
        words.insert(int(random.integers(0, len(words) + 1)), term)
    return " ".join(words)


def garbled(text: str, random: np.random.Generator) -> str:
    """Letters lost or replaced as a wrong decoding does it, or UTF-8 read as Latin-1.

    >>> garbled("a naïve café and more", np.random.default_rng(3)) != "a naïve café and more"
    True
    """
    share = random.uniform(0.02, 0.15)
    signs = ["\ufffd", "\xc3\xa9", "\xe2\x80\x99", "\xc2\xa0", "&nbsp;", "?", ""]
    letters = list(text)
    for i in np.flatnonzero(random.random(len(letters)) < share).tolist() or [0]:
        if letters[i : i + 1] and not letters[i].isspace():
            letters[i] = str(random.choice(signs))
    return "".join(letters)


# By name.
GENERATORS: Mapping[str, Generator] = MappingProxyType(
    {
        "shuffled": shuffled,
        "truncated": truncated,
        "boilerplate": with_boilerplate,
        "repeated": repeated,
        "gibberish": with_gibberish,
        "stuffed": stuffed,
        "garbled": garbled,
    }
)

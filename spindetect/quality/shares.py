"""Signals of single characters: what share of a document is letters, digits, brackets, rubbish."""

from __future__ import annotations

import re
import string

import numpy as np

from spindetect.quality.characters import (
    ALNUM,
    ASCII_PUNCTUATION,
    DAMAGED,
    DIGIT,
    LETTER,
    PUNCTUATION,
    SPACE,
    UPPER,
    one_of,
)
from spindetect.quality.keys import Ints
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Evidence, Measure, passages, share
from spindetect.quality.segments import Words

_PLAIN = string.ascii_letters + string.digits + "\n.,!?"
_BRACKETS = "()[]{}\u27e8\u27e9"

# UTF-8 that was read as Windows-1252 or Latin-1: the first byte of a sequence of two or three and
# what its second byte becomes.
_MOJIBAKE = re.compile(
    r"[\xc2\xc3][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a"
    r"\u20ac\u2122]|\xe2[\x80\x82\u20ac\u201a][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e"
    r"\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)


def letter_share(words: Words) -> Measure:
    """Letters for each character.

    Unit: share of characters. Range: [0, 1]. Source: datatrove.
    """
    return _having(words, LETTER)


def alnum_share(words: Words) -> Measure:
    """Letters and digits for each character.

    Unit: share of characters. Range: [0, 1]. Source: data-juicer, DCLM.
    """
    return _having(words, ALNUM)


def non_alnum_share(words: Words) -> Measure:
    """Characters that are neither letters, digits nor white space, for each character.

    Unit: share of characters. Range: [0, 1]. Source: own, after NeMo Curator and datatrove.
    """
    layout = words.layout
    other = layout.length - layout.having(ALNUM) - layout.having(SPACE)
    return Measure(share(other, layout.length))


def not_letter_or_digit_share(words: Words) -> Measure:
    """Characters that are neither letters nor digits, white space among them, for each character.

    Unit: share of characters. Range: [0, 1]. Source: datatrove.
    """
    layout = words.layout
    other = layout.length - layout.having(LETTER | DIGIT)
    return Measure(share(other, layout.length))


def unplain_share(words: Words) -> Measure:
    """Characters that are not plain, for each character; white space but line feeds is among them.

    Plain are the letters and digits of ASCII, line feeds, and . , ! ? of the marks.

    Unit: share of characters. Range: [0, 1]. Source: NeMo Curator (`NonAlphaNumericFilter`).
    """
    layout = words.layout
    points = layout.points
    place = np.flatnonzero(~one_of(points, _PLAIN))
    return Measure(share(layout.inside(place), layout.length))


def digit_share(words: Words) -> Measure:
    """Digits for each character.

    Unit: share of characters. Range: [0, 1]. Source: datatrove, NeMo Curator.
    """
    return _having(words, DIGIT)


def upper_share(words: Words) -> Measure:
    """Capitals for each character.

    Unit: share of characters. Range: [0, 1]. Source: datatrove.
    """
    return _having(words, UPPER)


def space_share(words: Words) -> Measure:
    """White space for each character.

    Unit: share of characters. Range: [0, 1]. Source: datatrove, NeMo Curator.
    """
    return _having(words, SPACE)


def punctuation_share(words: Words) -> Measure:
    """Punctuation and control characters, by the list of datatrove, for each character.

    Unit: share of characters. Range: [0, 1]. Source: datatrove.
    """
    return _having(words, PUNCTUATION)


def special_share(words: Words) -> Measure:
    """Punctuation of ASCII, digits, white space and other signs but letters, for each character.

    Unit: share of characters. Range: [0, 1]. Source: data-juicer (its list has emojis, too).
    """
    layout = words.layout
    plain = layout.having(LETTER)
    return Measure(share(layout.length - plain, layout.length))


def ascii_punctuation_share(words: Words) -> Measure:
    """Punctuation of ASCII for each character.

    Unit: share of characters. Range: [0, 1]. Source: RedPajama-v2 (what it takes out).
    """
    return _having(words, ASCII_PUNCTUATION)


def bracket_share(words: Words) -> Measure:
    """Brackets of four kinds for each character.

    Unit: share of characters. Range: [0, 1]. Source: NeMo Curator.
    """
    return _of(words, _BRACKETS)


def curly_share(words: Words) -> Measure:
    """Curly brackets, opening and closing, for each character.

    Unit: share of characters. Range: [0, 1]. Source: RedPajama-v2.
    """
    return _of(words, "{}")


def ellipsis_share(words: Words) -> Measure:
    """Characters of ellipses, three full stops or the one character, for each character.

    Unit: share of characters. Range: [0, 1]. Source: datatrove.
    """
    layout = words.layout
    n = np.array([3 * t.count("...") + t.count("…") for t in layout.texts], np.int64)
    return Measure(share(n, layout.length))


def damaged_chars(words: Words) -> Measure:
    """Control characters, replacement characters and half characters, for each character.

    Unit: share of characters. Range: [0, 1]. Source: own: what a wrong or lossy decoding leaves.
    """
    layout = words.layout

    def find() -> Evidence:
        found = [np.flatnonzero((flags & DAMAGED) != 0) + start for start, flags in layout.blocks()]
        place = np.concatenate(found)
        return _runs(layout, place)

    return Measure(share(layout.having(DAMAGED), layout.length), find)


def mojibake(words: Words) -> Measure:
    """Characters of UTF-8 that was read as Windows-1252, such as ``â€™``, for each character.

    Unit: share of characters. Range: [0, 1]. Source: own.
    """
    layout = words.layout
    found = [
        (doc, *match.span())
        for doc, text in enumerate(layout.texts)
        if not text.isascii() and any(sign in text for sign in "\xc2\xc3\xe2")
        for match in _MOJIBAKE.finditer(text)
    ]
    doc, start, end = np.array(found, np.int64).reshape(-1, 3).T
    value = share(np.bincount(doc, end - start, minlength=len(layout)), layout.length)
    return Measure(value, lambda: Evidence(doc, start, end))


def _having(words: Words, flag: int) -> Measure:
    """Share of the characters with a property."""
    return Measure(share(words.layout.having(flag), words.layout.length))


def _of(words: Words, letters: str) -> Measure:
    """Share of the characters that are one of the letters."""
    layout = words.layout
    found = np.zeros(len(layout.points), np.bool_)
    for letter in letters:
        found |= layout.points == ord(letter)
    place = np.flatnonzero(found)
    return Measure(share(layout.inside(place), layout.length), lambda: _runs(layout, place))


def _runs(layout: Layout, place: Ints) -> Evidence:
    """Runs of characters at these positions."""
    first = np.flatnonzero(np.diff(place, prepend=-2) != 1)
    last = np.append(first[1:], len(place))[: len(first)] - 1
    start = place[first]
    return passages(layout, layout.doc(start), start, place[last] + 1)

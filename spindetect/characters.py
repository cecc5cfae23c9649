"""Classes of characters: what every code point is to the tokeniser, and the letter it folds to.

Letters fold to lower case without accents, compatibility forms to their plain ones, and letters of
other alphabets that pass for Latin ones to those. What lies above the tables is decided by range.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = ["DOCUMENT_BREAK", "classes", "fold_homoglyphs", "is_small"]

# Classes of characters. Those from `IGNORED` on are not read; a mark belongs to what it is put on.
LETTER, DIGIT, APOSTROPHE, FULL_STOP, COMMA, CLAUSE, STOP, SPACE, LINE = range(9)
OTHER, IGNORED, MARK = range(9, 12)

# Tables reach up to the first letters of the CJK blocks; what lies above is decided by range.
_TABLE_SIZE = 0x3040

# Stands before, between and behind documents: the first number that is no code point.
DOCUMENT_BREAK = 0x110000

# Letters of Cyrillic and Greek that look like Latin ones: pages use them to hide from filters.
_HOMOGLYPHS = str.maketrans("аеорсухіѕјһԁԛԝѵοανρτικ", "aeopcyxisjhdqwvoavptik")


def fold_homoglyphs(text: str) -> str:
    """The text with letters of Cyrillic and Greek that look like Latin ones made Latin.

    Its length stays, so that offsets hold.

    >>> fold_homoglyphs("\u0430 p\u0430ge")
    'a page'
    """
    return text.translate(_HOMOGLYPHS)


def _undecorated(point: int) -> str:
    """The character without accents: what comes first when it is written as letter and marks."""
    return unicodedata.normalize("NFD", chr(point))[0]


@cache
def _small() -> npt.NDArray[np.bool_]:
    """Whether each code point below `_TABLE_SIZE` is a lower-case letter, accents aside."""
    letters = map(_undecorated, range(_TABLE_SIZE))
    return np.array([unicodedata.category(letter) == "Ll" for letter in letters])


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
    """Class and folded letter of every code point below `_TABLE_SIZE`."""
    special = {
        APOSTROPHE: "'\u2019\u2018\u02bc\u00b4`\u2032",
        FULL_STOP: ".",
        COMMA: ",\u060c\u3001",
        CLAUSE: ";:()[]{}|/\u2013\u2014\u2015\u2022\u00b7=+<>*_~",
        STOP: "!?\u2026\u203d\u3002",
        LINE: "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029",
        SPACE: "\t\x1f",
    }
    kinds = {letter: kind for kind, letters in special.items() for letter in letters}
    char = np.full(_TABLE_SIZE, OTHER, np.uint8)
    folded = np.zeros(_TABLE_SIZE, np.uint16)
    for point in range(_TABLE_SIZE):
        letter = _undecorated(point)
        category = unicodedata.category(letter)
        base = unicodedata.normalize("NFKD", letter)[0].lower()[0].translate(_HOMOGLYPHS)
        folded[point] = min(ord(base), 0xFFFF)
        if letter in kinds:
            char[point] = kinds[letter]
        elif category in ("Mn", "Me"):
            char[point] = MARK
        elif category == "Cf":
            char[point] = IGNORED
        elif category[0] == "L" or category == "Mc":
            char[point] = LETTER
        elif category == "Nd":
            char[point] = DIGIT
        elif category == "Zs":
            char[point] = SPACE
    folded[char == APOSTROPHE] = ord("'")
    char.flags.writeable = folded.flags.writeable = False
    return char, folded


def is_small(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Whether each code point is a lower-case letter, accents aside; above the tables none is.

    >>> is_small(np.array([ord(c) for c in "aéA1"], np.uint32)).tolist()
    [True, True, False, False]
    """
    return _small()[np.minimum(points, _TABLE_SIZE - 1)]


def classes(
    points: npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
    """Class and folded letter of each code point.

    Parameters
    ----------
    points : uint32 array, shape (n,)
        Code points, lone surrogates and `DOCUMENT_BREAK` included.

    Returns
    -------
    char : uint8 array, shape (n,)
        `LETTER` to `MARK`.
    folded : uint16 array, shape (n,)
        The folded letter; of code points above the tables the low 16 bits.

    Examples
    --------
    >>> char, folded = classes(np.array([ord("É"), ord("7")], np.uint32))
    >>> char.tolist() == [LETTER, DIGIT], chr(folded[0])
    (True, 'e')
    """
    char_table, fold_table = _tables()
    above = np.flatnonzero(points >= _TABLE_SIZE)
    clipped = np.minimum(points, _TABLE_SIZE - 1)
    char, folded = char_table[clipped], fold_table[clipped]
    high = points[above]
    ascii_wide = (high >= 0xFF01) & (high <= 0xFF5E)
    low = np.where(ascii_wide, high - 0xFEE0, 0)
    letters = (
        (high < 0xD800)
        | ((high >= 0xF900) & (high < 0xFE00))
        | ((high >= 0xFF66) & (high < 0xFFDD))
    )
    letters |= (high >= 0x10000) & (high < 0x1D000) | (high >= 0x20000) & (high < 0x32000)
    kind = np.where(letters, LETTER, OTHER)
    kind[(high == 0xFEFF) | ((high >= 0xFE00) & (high < 0xFE10))] = IGNORED
    kind[high == DOCUMENT_BREAK] = LINE
    char[above] = np.where(ascii_wide, char_table[low], kind)
    folded[above] = np.where(ascii_wide, fold_table[low], high & 0xFFFF)
    return char, folded

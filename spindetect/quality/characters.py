"""Properties of characters, as bits of a number for each."""

from __future__ import annotations

import string
import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = [
    "ALNUM",
    "ASCII_LETTER",
    "ASCII_PUNCTUATION",
    "DAMAGED",
    "DIGIT",
    "LETTER",
    "LINE_END",
    "LOWER",
    "NOT_SYMBOL",
    "N_FLAGS",
    "PUNCTUATION",
    "SPACE",
    "TERMINAL",
    "UPPER",
    "WORDLIKE",
    "Flags",
    "Points",
    "code_points",
    "one_of",
    "properties",
]

Flags = npt.NDArray[np.uint16]
Points = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.uint32]

# What `str` says of a character: white space, letter, digit, either of these or another number,
# capital, small letter; and the end of a line.
SPACE, LINE_END, LETTER, DIGIT, ALNUM, UPPER, LOWER = (1 << i for i in range(7))
# What makes more of a word than a mere symbol: a letter, a number, or a mark that combines.
WORDLIKE = 1 << 7
# Punctuation, ends of sentences, and what is neither, by datatrove 0.10.1; and what ASCII has.
PUNCTUATION, TERMINAL, ASCII_LETTER, ASCII_PUNCTUATION = (1 << i for i in range(8, 12))
NOT_SYMBOL = 1 << 13
# What no text has that was decoded rightly: control characters but for white space, the replacement
# character, half characters, code points that are none, and those for private use.
DAMAGED = 1 << 12

# Sets of properties are below this.
N_FLAGS = 1 << 14

# The characters at which `str.splitlines` ends a line.
_LINE_ENDS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")

# The punctuation of datatrove 0.10.1 (`utils/text.py`), besides control characters: of it and of
# ends of sentences alone no word is made.
_SYMBOLS = frozenset(
    "!/—”:％１〈&(、━\\【#%「」，】；+^]~“《„';’{|∶´[=-`*．（–？！：$～«〉,><》)?）。…@_.\"}►»"
) | frozenset(map(chr, [*range(9), *range(11, 32), *range(127, 160)]))

# Ends of sentences in all scripts, as the same file has them.
_TERMINALS = frozenset(
    "᪩？⁈𑩂．꩞𑅃﹗𑂾\u1b7d፧𑅂꡶꘎⁉࠾᪨𑊩𑱂᱿𖩮᥅\U00011f43\U00011f44﹒𑈹𑈸።܂؞꛳\U00010f88𑗍𐩖𑙂\u061d꩟᠉\u1b7e𑗗᰼𑻸؟"
    "𑪜꧉𑗉𐽙𖫵𖬷܀꓿᜵𑗏𑁇𑗓𑥄៖𑥆𑗑𑗒꯫۔𐩗\U00010f86꡷\u2e54｡៕߹⸮.𑇅࠹𛲟꫰꤯𐽗᭞𑜼፨𑃁꣏𑇟𖬸𑪛𑜾࠷𝪈?𑃀𑗃！։꣎॥𑗖᭛᠃!၊𖺘⁇"
    "𑗌𑑋𖭄᭟𑅁𑙁⸼꩝𑗋。꧈꫱𑜽𐽖𑂿᙮។꛷\U00010f89៚᥄𑗕𑗎᪪᭚࠽𑇞𑗊𐽘\u2e53𑗔𖩯𑇍𑻷𐽕𑩃।𑗂𑇆𑁈။᱾𑱁꘏܁᜶‼𑈻‽᪫﹖𑑌𑈼"
    "\U00010f87𑗐៙᰻"
)

# The table of properties ends behind the block of general punctuation: so much takes some
# milliseconds to build, once, and holds all of a Western page but a few signs, which are looked up
# one by one.
_TABLE_SIZE = 0x2070


def code_points(text: str) -> Points:
    r"""Code points of a text, in the narrowest integers that hold them.

    >>> code_points("né").dtype, code_points("n\u2026").dtype, code_points("n\U0001f600").dtype
    (dtype('uint8'), dtype('uint16'), dtype('uint32'))
    """
    try:
        return np.frombuffer(text.encode("latin-1"), np.uint8)
    except UnicodeEncodeError:
        pass
    narrow = text.encode("utf-16-le", "surrogatepass")
    if len(narrow) == 2 * len(text):
        return np.frombuffer(narrow, np.dtype("<u2"))
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


def properties(points: Points) -> Flags:
    """Properties of each code point.

    >>> a, one = properties(code_points("a1"))
    >>> bool(a & LETTER), bool(one & LETTER)
    (True, False)
    """
    if points.dtype == np.uint8:
        return _table()[points]
    flags = _table().take(points, mode="clip")
    above = np.flatnonzero(points >= _TABLE_SIZE)
    if len(above):
        different, which = np.unique(points[above], return_inverse=True)
        flags[above] = _properties_of("".join(map(chr, different.tolist())))[which]
    return flags


@cache
def _table() -> Flags:
    """Properties of every character below `_TABLE_SIZE`."""
    table = _properties_of("".join(map(chr, range(_TABLE_SIZE))))
    table.flags.writeable = False
    return table


def one_of(points: Points, letters: str) -> npt.NDArray[np.bool_]:
    """Mask of the code points that are those of the letters.

    >>> one_of(code_points("a.b!"), ".!").tolist()
    [False, True, False, True]
    """
    return _membership(letters).take(points, mode="clip")


@cache
def _membership(letters: str) -> npt.NDArray[np.bool_]:
    """Whether each character is one of the letters, up to one behind the last of them."""
    table = np.zeros(ord(max(letters)) + 2, np.bool_)
    table[[ord(letter) for letter in letters]] = True
    return table


def _properties_of(letters: str) -> Flags:
    """Properties of each character, asked one by one."""
    return np.array([_properties_of_one(letter) for letter in letters], np.uint16)


def _properties_of_one(letter: str) -> int:
    """Properties of a character."""
    category = unicodedata.category(letter)
    return (
        SPACE * letter.isspace()
        | LINE_END * (letter in _LINE_ENDS)
        | LETTER * letter.isalpha()
        | DIGIT * letter.isdigit()
        | ALNUM * letter.isalnum()
        | UPPER * letter.isupper()
        | LOWER * letter.islower()
        | WORDLIKE * (category[0] in "LMN")
        | PUNCTUATION * (letter in _SYMBOLS)
        | NOT_SYMBOL * (letter not in _SYMBOLS and letter not in _TERMINALS)
        | TERMINAL * (letter in _TERMINALS)
        | ASCII_LETTER * (letter.isascii() and letter.isalpha())
        | ASCII_PUNCTUATION * (letter in string.punctuation)
        | DAMAGED
        * ((category in ("Cc", "Cn", "Co", "Cs") and not letter.isspace()) or letter == "\ufffd")
    )

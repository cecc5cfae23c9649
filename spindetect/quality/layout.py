"""Where the words and lines of a batch of documents stand, as arrays, and keys to compare them.

A word is what white space parts, as `str.split` has it; a line is what `str.splitlines` has. Both
are found for all documents at once in one array of code points, so that a rule about words or
lines is a few array operations over the batch.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from spindetect.keys import finish

Ints: TypeAlias = npt.NDArray[np.int64]
Keys: TypeAlias = npt.NDArray[np.uint64]
Flags: TypeAlias = npt.NDArray[np.uint8]

# Properties of characters, as bits: white space, end of a line, letter; and what makes more of a
# word than a mere symbol: a letter, a digit or another number, or a mark that combines with one.
SPACE, LINE_END, LETTER, WORDLIKE = 1, 2, 4, 8

# The characters at which `str.splitlines` ends a line, and the one pair of them that ends one.
_LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_RETURN, _FEED = ord("\r"), ord("\n")

# The table of properties ends behind the block of general punctuation: so much takes 4 ms to
# build, once, and holds all of a Western page but a few signs, which are looked up one by one.
_TABLE_SIZE = 0x2070

# Stands around the documents in the array of code points. Any character would do: its properties
# are set by its place.
_BARRIER = "\0"

# An odd number with no pattern in its bits (2**64 divided by the golden ratio), as has been usual
# for multiplicative hashing since Knuth, and what undoes a multiplication by it.
_MULTIPLIER = 0x9E3779B97F4A7C15
_INVERSE = pow(_MULTIPLIER, -1, 2**64)


@dataclass(frozen=True, slots=True)
class SliceKeys:
    """Keys of slices of one sequence of numbers, each slice at the same small cost.

    Equal slices have equal keys, wherever they stand and whatever the sequence around them; others
    differ but for chance collisions of 64 bits. They are Rabin-Karp hashes, taken as differences of
    prefix sums.

    >>> keys = SliceKeys.over(np.array([3, 1, 4, 3, 1, 5]))
    >>> first, second, third = keys.of(np.array([0, 3, 4]), np.array([2, 5, 6]))
    >>> bool(first == second), bool(first == third)
    (True, False)
    """

    sums: Keys
    unshift: Keys

    @classmethod
    def over(cls, values: npt.NDArray[np.generic]) -> SliceKeys:
        """Keys of the slices of `values`, a one-dimensional array of integers."""
        sums = np.zeros(len(values) + 1, np.uint64)
        terms = sums[1:]
        # One more than the value, as zeros would not count.
        terms += values.astype(np.uint64)
        terms += np.uint64(1)
        terms *= _powers(_MULTIPLIER, len(values))
        np.cumsum(sums, out=sums)
        return cls(sums, _powers(_INVERSE, len(values) + 1))

    def of(self, begin: Ints, end: Ints) -> Keys:
        """Keys of the slices ``values[begin:end]``."""
        return finish((self.sums[end] - self.sums[begin]) * self.unshift[begin])


@dataclass(frozen=True, slots=True)
class Layout:
    """Words and lines of a batch of documents.

    Positions count from the start of the batch, in which one character stands before, between and
    behind the documents; that of a character less the `origin` of its document is its offset there.

    Attributes
    ----------
    texts : tuple of str
        The documents.
    length, origin : int64 arrays, one entry a document
        Characters of the document; position of the first.
    points : uint32 array
        Code points of the batch.
    word_doc, word_start, word_end : int64 arrays, one entry a word
        Index of its document; position of its first character and that behind its last.
    word_flags : uint8 array
        `LETTER`, `WORDLIKE`: whether the word has such a character.
    word_key : uint64 array
        Equal for equal words, letter case and punctuation included.
    phrases : SliceKeys
        Keys of sequences of words.
    line_doc, line_start, line_end : int64 arrays, one entry a line that is not blank
        Its document; its positions, without white space around it.
    line_first, line_last : int64 arrays
        Index of its first word and that behind its last.
    n_words, n_lines, n_line_ends, n_line_end_chars : int64 arrays, one entry a document
        Words; lines, blank ones included, as `str.splitlines` counts; ends of lines, where carriage
        return and line feed together are one; characters that these ends are made of.
    """

    texts: tuple[str, ...]
    length: Ints
    origin: Ints
    points: npt.NDArray[np.uint32]
    word_doc: Ints
    word_start: Ints
    word_end: Ints
    word_flags: Flags
    word_key: Keys
    phrases: SliceKeys
    line_doc: Ints
    line_start: Ints
    line_end: Ints
    line_first: Ints
    line_last: Ints
    n_words: Ints
    n_lines: Ints
    n_line_ends: Ints
    n_line_end_chars: Ints

    def count(self, doc: Ints) -> Ints:
        """How often each document occurs in `doc`, an array of their indices."""
        return np.bincount(doc, minlength=len(self.texts))

    def total(self, doc: Ints, amount: Ints) -> Ints:
        """For each document the sum of the amounts that stand beside its index in `doc`."""
        return np.bincount(doc, amount, minlength=len(self.texts)).astype(np.int64)


def lay_out(texts: Sequence[str]) -> Layout:
    r"""Words and lines of a batch of documents.

    Parameters
    ----------
    texts : sequence of str
        Any strings, empty ones and lone surrogates included.

    Examples
    --------
    >>> layout = lay_out(["To be,\r\n\r\nor not", ""])
    >>> layout.n_words.tolist(), layout.n_lines.tolist(), layout.n_line_ends.tolist()
    ([4, 0], [3, 0], [2, 0])
    >>> (layout.line_start - layout.origin[layout.line_doc]).tolist()
    [0, 10]
    """
    length = np.array([len(text) for text in texts], np.int64)
    origin = 1 + np.cumsum(length + 1) - (length + 1)
    stop = origin + length
    points = _code_points(_BARRIER + "".join(text + _BARRIER for text in texts))
    flags = _properties(points)
    flags[0] = flags[stop] = SPACE | LINE_END

    # Words and white space take turns, from the white space before the first document on.
    space = (flags & SPACE).astype(np.bool_)
    turn = np.flatnonzero(space[1:] != space[:-1]) + 1
    word_start, word_end = turn[::2], turn[1::2]
    word_flags = np.bitwise_or.reduceat(flags, word_start)
    word_key = SliceKeys.over(points).of(word_start, word_end)
    n_words = np.searchsorted(word_start, stop) - np.searchsorted(word_start, origin)
    word_doc = np.repeat(np.arange(len(texts)), n_words)

    end = np.flatnonzero(flags & LINE_END)
    n_line_end_chars = np.searchsorted(end, stop) - np.searchsorted(end, origin)
    end = end[(points[end] != _RETURN) | (points[np.minimum(end + 1, len(points) - 1)] != _FEED)]
    n_line_ends = np.searchsorted(end, stop) - np.searchsorted(end, origin)
    # What stands behind the last end of a line is a line unless it is empty.
    n_lines = n_line_ends + ((flags[stop - 1] & LINE_END) == 0)

    bound = np.searchsorted(word_start, end)
    filled = np.flatnonzero(bound[1:] > bound[:-1])
    line_first, line_last = bound[filled], bound[filled + 1]
    return Layout(
        texts=tuple(texts),
        length=length,
        origin=origin,
        points=points,
        word_doc=word_doc,
        word_start=word_start,
        word_end=word_end,
        word_flags=word_flags,
        word_key=word_key,
        phrases=SliceKeys.over(word_key),
        line_doc=word_doc[line_first],
        line_start=word_start[line_first],
        line_end=word_end[line_last - 1],
        line_first=line_first,
        line_last=line_last,
        n_words=n_words,
        n_lines=n_lines,
        n_line_ends=n_line_ends,
        n_line_end_chars=n_line_end_chars,
    )


def word_keys(words: Sequence[str]) -> Keys:
    """Keys of words, as a `Layout` has them.

    >>> bool((word_keys(["to", "be"]) == lay_out(["be to"]).word_key[::-1]).all())
    True
    """
    return lay_out([" ".join(words)]).word_key


def _code_points(text: str) -> npt.NDArray[np.uint32]:
    """Code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


def _properties_of(letters: str) -> Flags:
    """Properties of each character, asked one by one."""
    flags = np.zeros(len(letters), np.uint8)
    for i, letter in enumerate(letters):
        flags[i] = (
            SPACE * letter.isspace()
            | LINE_END * (letter in _LINE_ENDS)
            | LETTER * letter.isalpha()
            | WORDLIKE * (unicodedata.category(letter)[0] in "LMN")
        )
    return flags


@cache
def _table() -> Flags:
    """Properties of every character below `_TABLE_SIZE`."""
    table = _properties_of("".join(map(chr, range(_TABLE_SIZE))))
    table.flags.writeable = False
    return table


def _properties(points: npt.NDArray[np.uint32]) -> Flags:
    """Properties of each code point."""
    flags = _table().take(points, mode="clip")
    above = np.flatnonzero(points >= _TABLE_SIZE)
    if len(above):
        different, which = np.unique(points[above], return_inverse=True)
        flags[above] = _properties_of("".join(map(chr, different.tolist())))[which]
    return flags


def _powers(base: int, n: int) -> Keys:
    """The first `n` powers of `base`, from the zeroth on, modulo 2**64."""
    powers = np.ones(n, np.uint64)
    # Each round doubles what is there: several times as fast as multiplying one by one.
    size, factor = 1, base
    while size < n:
        np.multiply(powers[: n - size][:size], np.uint64(factor), out=powers[size : 2 * size])
        size, factor = 2 * size, factor * factor % 2**64
    return powers

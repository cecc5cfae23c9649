"""Signals of words that are none: gibberish and what hands on a keyboard leave."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from spindetect import characters
from spindetect.quality.familiarity import read, vocabulary
from spindetect.quality.keys import Ints
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, share_of
from spindetect.quality.segments import Words

# Letters of the Latin alphabet, and one number for all else.
_LETTERS = 26
_CODES = _LETTERS + 1

# More than this is paid for a letter by fewer than one in twenty unknown words of human text (of
# 1,704 in 404 documents of all registers), and by more than eight in ten words of random letters.
_MOST_BITS = 5.0

# Shorter ones are too easily an abbreviation.
_LEAST_LETTERS = 5
_LEAST_RUN = 4

# Letters of a word that are looked at.
_MOST_LETTERS = 60

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def gibberish(words: Words) -> Measure:
    """Share of the words that are unknown and whose letters hardly ever follow each other.

    Words of five Latin letters and more, not in the vocabulary of the language model, by a model of
    three letters of that vocabulary.

    Unit: share of words. Range: [0, 1]. Source: own.
    """
    spelt = _spelt(words.layout)
    return _share(words.layout, spelt, _letter_bits(spelt) > _MOST_BITS)


def keyboard_mash(words: Words) -> Measure:
    """Share of the words that are unknown and run along a row of the keyboard, or keep to one.

    Four keys side by side in a row, or six letters and more of one row of QWERTY.

    Unit: share of words. Range: [0, 1]. Source: own.
    """
    spelt = _spelt(words.layout)
    row, place = _keyboard()
    code, size = spelt.code, spelt.end - spelt.start
    same = row[code[1:]] == row[code[:-1]]
    # The last letter of a word and the first of the next are no neighbours.
    same[spelt.end[:-1] - 1] = False
    # How many letters up to each are neighbours of the one before in one direction.
    step = np.where(same, place[code[1:]] - place[code[:-1]], 0)
    step = np.append(0, np.where(np.abs(step) == 1, step, 0))
    run = _longest((step[1:] == step[:-1]) & (step[1:] != 0), spelt.start + 1, spelt.end)
    same_row = _longest(same, spelt.start, spelt.end)
    mash = (run >= _LEAST_RUN - 2) | ((same_row + 1 == size) & (size >= 6))
    return _share(words.layout, spelt, mash)


@dataclass(frozen=True, slots=True)
class _Spelt:
    """The unknown words of Latin letters of a batch, which are few, letter by letter.

    Attributes
    ----------
    word : int64 array, shape (words,)
        Index of each among the own words.
    start, end : int64 arrays, shape (words,)
        Where its letters begin and end in `code`.
    code : uint8 array, shape (letters,)
        Number of each letter, without case and accents.
    """

    word: Ints
    start: Ints
    end: Ints
    code: npt.NDArray[np.uint8]


def _spelt(layout: Layout) -> _Spelt:
    """The unknown words of Latin letters, found once."""
    return layout.shared("spelt words", lambda: _found(layout))


def _found(layout: Layout) -> _Spelt:
    """The same, searched for."""
    own = layout.own_words
    word = np.flatnonzero((own.size >= _LEAST_LETTERS) & read(layout).unknown)
    code, start = _letters(layout, own.start[word], own.size[word])
    if len(word):
        word = word[np.add.reduceat(code < _LETTERS, start) == own.size[word]]
    code, start = _letters(layout, own.start[word], own.size[word])
    return _Spelt(word, start, start + own.size[word], code)


def _letters(layout: Layout, start: Ints, size: Ints) -> tuple[npt.NDArray[np.uint8], Ints]:
    """Numbers of the letters of words, one word behind the other; where each begins."""
    first = np.cumsum(size) - size
    at = np.repeat(start - first, size) + np.arange(size.sum())
    return _numbers(layout.points[at].astype(np.uint32)), first


def _numbers(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """Number of each code point's letter, without case and accents; `_LETTERS` for all else."""
    _, folded = characters.classes(points)
    letter = folded.astype(np.int64) - ord("a")
    return np.where((letter >= 0) & (letter < _LETTERS), letter, _LETTERS).astype(np.uint8)


def _share(layout: Layout, spelt: _Spelt, some: npt.NDArray[np.bool_]) -> Measure:
    """Share of the own words that a mask of the unknown ones chooses."""
    own = layout.own_words
    odd = np.zeros(len(own), np.bool_)
    odd[spelt.word[some]] = True
    return share_of(own, odd)


def _letter_bits(spelt: _Spelt) -> npt.NDArray[np.float64]:
    """Mean bits of a letter of each word, given the two before; the ends count as letters."""
    code, size = spelt.code, spelt.end - spelt.start
    table = _letter_model()
    far = left = np.full(len(size), _LETTERS)
    total = np.zeros(len(size))
    for place in range(min(int(size.max(initial=-1)), _MOST_LETTERS) + 1):
        letter = np.where(
            place < size, code[np.minimum(spelt.start + place, len(code) - 1)], _LETTERS
        )
        total += np.where(place <= size, table[far, left, letter], 0)
        far, left = left, letter
    return np.asarray(total / (np.minimum(size, _MOST_LETTERS) + 1))


@cache
def _letter_model() -> npt.NDArray[np.float64]:
    """Bits of a letter after two others, in words of the vocabulary; smoothed by adding a half."""
    words, log_p = vocabulary()
    text = "\n\n" + "\n\n".join(words) + "\n"
    code = _numbers(np.array([ord(c) for c in text], np.uint32))
    # Words count by the root of their probability: between how common they are and one each.
    weight = np.repeat(2 ** (log_p / 2), [len(word) + 2 for word in words])
    counts = np.zeros((_CODES, _CODES, _CODES))
    at = np.arange(2, len(code) - 1)
    np.add.at(counts, (code[at - 2], code[at - 1], code[at]), weight[: len(at)])
    counts *= len(words) / weight.sum()
    smoothed = counts + 0.5
    bits: npt.NDArray[np.float64] = -np.log2(smoothed / smoothed.sum(axis=2, keepdims=True))
    return bits


@cache
def _keyboard() -> tuple[Ints, Ints]:
    """Row of each letter on the keyboard, -1 for no letter; place in the row."""
    row, place = np.full(_CODES, -1), np.zeros(_CODES, np.int64)
    for number, letters in enumerate(_ROWS):
        for at, letter in enumerate(letters):
            row[ord(letter) - ord("a")] = number
            place[ord(letter) - ord("a")] = at
    return row, place


def _longest(pair: npt.NDArray[np.bool_], start: Ints, end: Ints) -> Ints:
    """Longest run of pairs of neighbours within each word, from `start` on.

    ``pair[i]`` says of the letters `i` and `i + 1`.
    """
    since = np.arange(len(pair)) - np.maximum.accumulate(np.where(pair, -1, np.arange(len(pair))))
    longest = np.zeros(len(start), np.int64)
    some = np.flatnonzero(end - 1 > start)
    if len(some):
        edges = np.stack([start[some], end[some] - 1], axis=1).ravel()
        # The last edge may stand behind the last pair.
        inside = np.maximum.reduceat(np.append(since, 0), edges)[::2]
        longest[some] = np.minimum(inside, end[some] - 1 - start[some])
    return longest

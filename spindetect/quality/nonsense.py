"""Signals of words that are none: gibberish and what hands on a keyboard leave."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from spindetect import characters
from spindetect.quality.familiarity import read, vocabulary
from spindetect.quality.keys import Ints
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, chosen, share
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

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def gibberish(words: Words) -> Measure:
    """Share of the words that are unknown and whose letters hardly ever follow each other.

    Words of five Latin letters and more, not in the vocabulary of the language model, by a model of
    three letters of that vocabulary.

    Unit: share of words. Range: [0, 1]. Source: own.
    """
    layout = words.layout
    own = layout.own_words
    odd = _candidates(layout) & (_letter_bits(layout) > _MOST_BITS)
    return Measure(share(own.count(odd), own.n), chosen(own, odd))


def keyboard_mash(words: Words) -> Measure:
    """Share of the words that are unknown and run along a row of the keyboard, or keep to one.

    Four keys side by side in a row, or six letters and more of one row of QWERTY.

    Unit: share of words. Range: [0, 1]. Source: own.
    """
    layout = words.layout
    own = layout.own_words
    row, place = _keyboard()
    code = _codes(layout)
    # How many letters up to each are neighbours of the one before in one direction.
    step = np.where(row[code[1:]] == row[code[:-1]], place[code[1:]] - place[code[:-1]], 0)
    step = np.append(0, np.where(np.abs(step) == 1, step, 0))
    run = _longest(own, (step[1:] == step[:-1]) & (step[1:] != 0), own.start + 1)
    same_row = _longest(own, (row[code[1:]] == row[code[:-1]]) & (row[code[1:]] >= 0), own.start)
    mash = _candidates(layout) & (
        (run >= _LEAST_RUN - 2) | ((same_row + 1 == own.size) & (own.size >= 6))
    )
    return Measure(share(own.count(mash), own.n), chosen(own, mash))


def _candidates(layout: Layout) -> npt.NDArray[np.bool_]:
    """Mask of the own words that are unknown and made of Latin letters, found once."""
    return layout.shared("candidates", lambda: _found_candidates(layout))


def _found_candidates(layout: Layout) -> npt.NDArray[np.bool_]:
    """The same, searched for."""
    own = layout.own_words
    latin = np.concatenate([[0], np.cumsum(_codes(layout) < _LETTERS)])
    enough = latin[own.end] - latin[own.start] == own.size
    return np.asarray(enough & (own.size >= _LEAST_LETTERS) & read(layout).unknown)


def _codes(layout: Layout) -> npt.NDArray[np.uint8]:
    """Number of the letter at each position, without case and accents; `_LETTERS` for all else."""
    return layout.shared("letters", lambda: _letters(layout.points.astype(np.uint32)))


def _letters(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """Number of each code point's letter."""
    _, folded = characters.classes(points)
    letter = folded.astype(np.int64) - ord("a")
    return np.where((letter >= 0) & (letter < _LETTERS), letter, _LETTERS).astype(np.uint8)


def _letter_bits(layout: Layout) -> npt.NDArray[np.float64]:
    """Mean bits of a letter of each own word, given the two before; the ends count as letters."""
    own = layout.own_words
    code = _codes(layout)
    table = _letter_model()
    bits = np.zeros(len(own))
    # Unknown words are few, so that looping over the places in a word costs little.
    some = np.flatnonzero(_candidates(layout))
    start, size = own.start[some], own.size[some]
    far = left = np.full(len(some), _LETTERS)
    total = np.zeros(len(some))
    for place in range(int(size.max()) + 1 if len(some) else 0):
        here = place <= size
        letter = np.where(place < size, code[np.minimum(start + place, len(code) - 1)], _LETTERS)
        total += np.where(here, table[far, left, letter], 0)
        far, left = left, letter
        if place > 60:
            break
    bits[some] = total / (np.minimum(size, 60) + 1)
    return bits


@cache
def _letter_model() -> npt.NDArray[np.float64]:
    """Bits of a letter after two others, in words of the vocabulary; smoothed by adding a half."""
    words, log_p = vocabulary()
    text = "\n\n" + "\n\n".join(words) + "\n"
    code = _letters(np.array([ord(c) for c in text], np.uint32))
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


def _longest(own: Words, pair: npt.NDArray[np.bool_], start: Ints) -> Ints:
    """Longest run of pairs of neighbours within each word, from `start` on.

    ``pair[i]`` says of the characters `i` and `i + 1`.
    """
    since = np.arange(len(pair)) - np.maximum.accumulate(np.where(pair, -1, np.arange(len(pair))))
    longest = np.zeros(len(own), np.int64)
    some = np.flatnonzero(own.end - 1 > start)
    if len(some):
        edges = np.stack([start[some], own.end[some] - 1], axis=1).ravel()
        inside = np.maximum.reduceat(since, edges)[::2]
        longest[some] = np.minimum(inside, own.end[some] - 1 - start[some])
    return longest

"""Signals of symbols among the words: hash signs and ellipses."""

from __future__ import annotations

from functools import cache

import numpy as np

from spindetect.quality.characters import NOT_SYMBOL
from spindetect.quality.keys import Ints, KeySet
from spindetect.quality.measures import Evidence, Measure, chosen, passages, share
from spindetect.quality.segments import Words
from spindetect.quality.stop_words import word_keys

# What NeMo Curator takes for an ellipsis, if it is a word of its own.
_ELLIPSES = ("...", "[...]", "…", "(...)", "[…]", "-»")


def hash_ratio(words: Words) -> Measure:
    """Hash signs for each word; 0 without words.

    Unit: signs a word. Range: [0, inf). Source: Gopher, datatrove.
    """
    return _symbols(words, ("#",))


def ellipsis_ratio(words: Words) -> Measure:
    """Ellipses for each word, three full stops or the one character; 0 without words.

    Unit: ellipses a word. Range: [0, inf). Source: Gopher, datatrove.
    """
    return _symbols(words, ("...", "…"))


def symbol_ratio(words: Words) -> Measure:
    """Hash signs and ellipses for each word; 0 without words.

    Unit: symbols a word. Range: [0, inf). Source: RedPajama-v2.
    """
    return _symbols(words, ("#", "...", "…"))


def spaced_symbol_ratio(words: Words) -> Measure:
    """Hash signs and ellipses for each word, full stops with spaces between them among these.

    Unit: symbols a word. Range: [0, inf). Source: DCLM.
    """
    return _symbols(words, ("#", "...", ". . .", "…"))


def larger_symbol_ratio(words: Words) -> Measure:
    """Hash signs or ellipses for each word, whichever are more; 0 without words.

    Unit: symbols a word. Range: [0, inf). Source: own, after Gopher.
    """
    hashes, ellipses = (np.asarray(f(words).values) for f in (hash_ratio, ellipsis_ratio))
    return Measure(np.maximum(hashes, ellipses), lambda: _places_of(words, ("#", "...", "…")))


def symbol_words(words: Words) -> Measure:
    """Share of the words with a hash sign or an ellipsis of one character.

    Unit: share of words. Range: [0, 1]. Source: dolma.
    """
    points = words.layout.points
    place = np.flatnonzero((points == ord("#")) | (points == ord("…")))
    at = np.searchsorted(words.start, place, side="right") - 1
    at = np.unique(at[(at >= 0) & (place < words.end[at])]) if len(words) else at[:0]
    has = np.zeros(len(words), np.bool_)
    has[at] = True
    return Measure(share(words.count(has), words.n), chosen(words, has))


def filled_hash_ratio(words: Words) -> Measure:
    """Hash signs for each word that is not punctuation alone; 0 without such words.

    Unit: signs a word. Range: [0, inf). Source: TextDescriptives.
    """
    n = np.array([text.count("#") for text in words.layout.texts], np.int64)
    filled = words.count(words.having(NOT_SYMBOL))
    return Measure(share(n, filled), lambda: _places_of(words, ("#",)))


def mostly_symbol_words(words: Words) -> Measure:
    """Share of the words that are an ellipsis, or hash signs that stand apart, more than half.

    An ellipsis can be in brackets; hash signs side by side count as one.

    Unit: share of words. Range: [0, 1]. Source: NeMo Curator.
    """
    points = words.layout.points
    place = np.flatnonzero(points == ord("#"))
    word = np.searchsorted(words.start, place, side="right") - 1
    inside = (word >= 0) & (place < words.end[word]) if len(words) else place < 0
    place, word = place[inside], word[inside]
    # Those of one run follow each other in one word.
    new = (np.diff(place, prepend=-2) > 1) | (np.diff(word, prepend=-1) > 0)
    runs = np.bincount(word[new], minlength=len(words))
    has = _ellipses().has(words.key) | (2 * runs > words.size)
    return Measure(share(words.count(has), words.n), chosen(words, has))


@cache
def _ellipses() -> KeySet:
    """Keys of ellipses."""
    return KeySet(word_keys(_ELLIPSES))


def _symbols(words: Words, symbols: tuple[str, ...]) -> Measure:
    """Occurrences of symbols for each word."""
    texts = words.layout.texts
    n = np.array([sum(text.count(symbol) for symbol in symbols) for text in texts], np.int64)
    return Measure(share(n, words.n), lambda: _places_of(words, symbols))


def _places_of(words: Words, symbols: tuple[str, ...]) -> Evidence:
    """Where symbols stand."""
    layout = words.layout
    found: list[Ints] = []
    for symbol in symbols:
        length = len(symbol)
        place = np.flatnonzero(layout.points[: len(layout.points) - length] == ord(symbol[0]))
        for i, letter in enumerate(symbol[1:], 1):
            place = place[layout.points[place + i] == ord(letter)]
        found.append(np.stack([place, place + length]))
    start, end = np.concatenate(found, axis=1)
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    # Of those that overlap the first.
    free = np.append(True, start[1:] >= np.maximum.accumulate(end)[:-1])[: len(start)]
    start, end = start[free], end[free]
    return passages(layout, layout.doc(start), start, end)

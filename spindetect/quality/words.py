"""Signals of the words: how many, how long, of letters or symbols, with stop words or without.

What a word is, the preset decides: what white space parts, the project's own tokens, or the words
that a caller gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt

from spindetect.quality.characters import (
    ASCII_LETTER,
    LETTER,
    LOWER,
    NOT_SYMBOL,
    UPPER,
    WORDLIKE,
    code_points,
)
from spindetect.quality.keys import Ints, Keys, SliceKeys
from spindetect.quality.measures import Evidence, Measure, chosen, passages, quotient, share
from spindetect.quality.segments import Words

# Gopher's list (arXiv:2112.11446), short on purpose: any English text of fifty words has some.
_STOP_WORDS = "the be to of and that have with".split()

# The words without content that are commonest in edited English, contractions parted as the
# project's tokens part them or not at all.
FUNCTION_WORDS = (
    "a about above after again against all also although always am among an and another any are "
    "around as at away back be because been before being below between both but by can cannot "
    "could did do does doing done down during each either else ever every few for from further had "
    "has have having he her here hers herself him himself his how however i if in into is it its "
    "itself just least less let many may me might mine more most much must my myself near neither "
    "never no nor not now of off often on once one only onto or other others our ours out over own "
    "perhaps rather same shall she should since so some something still such than that the their "
    "theirs them themselves then there these they this those through thus to together too toward "
    "under until up upon us very was we were what when where whether which while who whom whose "
    "why will with within without would yet you your yours yourself"
).split()


def n_words(words: Words) -> Measure:
    """Words.

    Unit: words. Range: [0, inf). Source: all systems.
    """
    return Measure(words.n)


def n_filled_words(words: Words) -> Measure:
    """Words with a character that is neither punctuation nor a control character.

    Which characters these are, a list of datatrove says (`spindetect.quality.characters`).

    Unit: words. Range: [0, inf). Source: Gopher (arXiv:2112.11446), datatrove.
    """
    return Measure(words.count(words.having(NOT_SYMBOL)))


def mean_filled_word_length(words: Words) -> Measure:
    """Mean of the characters of the words that `n_filled_words` counts; 0 without any.

    Unit: characters. Range: [0, inf). Source: Gopher, datatrove.
    """
    return Measure(_mean_size(words, words.having(NOT_SYMBOL)))


def n_wordlike(words: Words) -> Measure:
    """Words with a letter, a digit or a mark that combines, of any script.

    Unit: words. Range: [0, inf). Source: own, after Gopher.
    """
    return Measure(words.count(words.having(WORDLIKE)))


def mean_wordlike_length(words: Words) -> Measure:
    """Mean of the characters of the words that `n_wordlike` counts; 0 without any.

    Unit: characters. Range: [0, inf). Source: own, after Gopher.
    """
    return Measure(_mean_size(words, words.having(WORDLIKE)))


def n_unique_words(words: Words) -> Measure:
    """Different words; letter case counts.

    Unit: words. Range: [0, words]. Source: datatrove, RedPajama-v2.
    """
    return Measure(words.n - words.count(words.is_repeat))


def unique_words(words: Words) -> Measure:
    """Different words for each word.

    Unit: share of words. Range: [0, 1]. Source: RedPajama-v2, datatrove.
    """
    return Measure(share(words.n - words.count(words.is_repeat), words.n))


def unigram_entropy(words: Words) -> Measure:
    """Entropy of the distribution of the words of the document, with the natural logarithm.

    Unit: nats. Range: [0, ln(words)]. Source: RedPajama-v2.
    """
    found = words.copies
    doc = words.doc[found.first]
    part = found.count / words.n[doc]
    value = np.bincount(doc, -part * np.log(part), minlength=len(words.layout))
    # What is not among the copies occurs once.
    once = share(words.n - words.count(words.is_copied), words.n)
    return Measure(np.maximum(value + once * np.log(np.maximum(words.n, 1)), 0))


def mean_word_length(words: Words) -> Measure:
    """Mean of the characters of a word; 0 without any.

    Unit: characters. Range: [0, inf). Source: DCLM, NeMo Curator, RedPajama-v2, TextDescriptives.
    """
    return Measure(share(words.total(words.size), words.n))


def median_word_length(words: Words) -> Measure:
    """Median of the characters of a word; 0 without any.

    Unit: characters. Range: [0, inf). Source: dolma.
    """
    order = np.lexsort([words.size, words.doc])
    size = words.size[order]
    first = np.cumsum(words.n) - words.n
    some = words.n > 0
    value = np.zeros(len(words.layout))
    low, high = (first + (words.n - 1) // 2)[some], (first + words.n // 2)[some]
    value[some] = (size[low] + size[high]) / 2
    return Measure(value)


def sd_word_length(words: Words) -> Measure:
    """Standard deviation of the characters of a word; 0 without any.

    Unit: characters. Range: [0, inf). Source: TextDescriptives.
    """
    mean = share(words.total(words.size), words.n)
    apart = (words.size - mean[words.doc]) ** 2
    return Measure(np.sqrt(share(words.total(apart), words.n)))


def longest_word(words: Words) -> Measure:
    """Characters of the longest word; 0 without any.

    Unit: characters. Range: [0, inf). Source: NeMo Curator.
    """
    longest = words.most(words.size)
    return Measure(longest, chosen(words, words.size == longest[words.doc]))


def short_words(words: Words, most: int) -> Measure:
    """Share of the words of at most so many characters.

    Unit: share of words. Range: [0, 1]. Source: datatrove.
    """
    return Measure(share(words.count(words.size <= most), words.n))


def long_words(words: Words, least: int) -> Measure:
    """Share of the words of at least so many characters.

    Unit: share of words. Range: [0, 1]. Source: datatrove.
    """
    return Measure(share(words.count(words.size >= least), words.n))


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

    Unit: symbols a word. Range: [0, inf). Source: RedPajama-v2, NeMo Curator.
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


def alpha_words(words: Words) -> Measure:
    """Share of the words that have a letter; 0 without words.

    Unit: share of words. Range: [0, 1]. Source: Gopher, datatrove.
    """
    has = words.having(LETTER)
    return Measure(share(words.count(has), words.n), chosen(words, ~has))


def no_ascii_letter_words(words: Words) -> Measure:
    """Share of the words without a letter of ASCII; 0 without words.

    Unit: share of words. Range: [0, 1]. Source: RedPajama-v2.
    """
    lacks = ~words.having(ASCII_LETTER)
    return Measure(share(words.count(lacks), words.n), chosen(words, lacks))


def capital_words(words: Words) -> Measure:
    """Share of the words whose letters are all capitals, one at least.

    Unit: share of words. Range: [0, 1]. Source: datatrove, RedPajama-v2.
    """
    capital = words.having(UPPER) & ~words.having(LOWER)
    return Measure(share(words.count(capital), words.n), chosen(words, capital))


def title_words(words: Words) -> Measure:
    """Share of the words that begin with a capital and go on with a small letter somewhere.

    Unit: share of words. Range: [0, 1]. Source: own, after datatrove (`str.istitle`).
    """
    first = Words(words.layout, words.start, words.start + 1)
    title = first.having(UPPER) & words.having(LOWER)
    return Measure(share(words.count(title), words.n))


def stop_words(words: Words) -> Measure:
    """How many of Gopher's eight stop words occur, in lower case, each counted once.

    Unit: stop words. Range: [0, 8]. Source: Gopher, datatrove.
    """
    found = np.zeros((len(words.layout), len(_STOP_WORDS)), np.bool_)
    place, number = _stop_word_places(words)
    found[np.searchsorted(words.bound, place, side="right") - 1, number] = True
    return Measure(found.sum(axis=1))


def stop_word_count(words: Words) -> Measure:
    """Words that are one of Gopher's eight stop words, in lower case, repetitions counted.

    Unit: words. Range: [0, words]. Source: dolma, DCLM, NeMo Curator.
    """
    return Measure(_stop_word_count(words))


def stop_word_share(words: Words) -> Measure:
    """Share of the words that are one of Gopher's eight stop words, in lower case.

    Unit: share of words. Range: [0, 1]. Source: datatrove.
    """
    return Measure(share(_stop_word_count(words), words.n))


def function_words(words: Words) -> Measure:
    """Share of the words that are function words of English, with a small letter or a capital.

    Unit: share of words. Range: [0, 1]. Source: own list, after data-juicer and RedPajama-v2.
    """
    found = np.isin(words.key, _function_word_keys())
    return Measure(share(words.count(found), words.n))


def function_word_count(words: Words) -> Measure:
    """Words that are function words of English, with a small letter or a capital.

    Unit: words. Range: [0, words]. Source: own list, after TextDescriptives.
    """
    return Measure(words.count(np.isin(words.key, _function_word_keys())))


def word_keys(words: Iterable[str]) -> Keys:
    """Keys of words, as `Words.key` has them.

    >>> from spindetect.quality.layout import Layout
    >>> bool((word_keys(["to", "be"]) == Layout(["be to"]).spaced.key[::-1]).all())
    True
    """
    listed = list(words)
    end = np.cumsum([len(word) for word in listed])
    keys = SliceKeys(code_points("".join(listed)))
    return keys.of(end - np.array([len(word) for word in listed]), end)


def _stop_word_count(words: Words) -> Ints:
    """Stop words of each document."""
    place, _ = _stop_word_places(words)
    return words.layout.count(np.searchsorted(words.bound, place, side="right") - 1)


def _stop_word_places(words: Words) -> tuple[Ints, Ints]:
    """Indices of the words that are stop words, and which; found once."""
    return words.shared("stop words", lambda: _found_stop_words(words))


def _found_stop_words(words: Words) -> tuple[Ints, Ints]:
    """The same, searched for."""
    table, number, shift = _stop_word_table()
    slot = (words.key >> shift) & np.uint64(len(table) - 1)
    place = np.flatnonzero(table[slot] == words.key)
    return place, number[slot[place]]


@cache
def _stop_word_table() -> tuple[Keys, Ints, np.uint64]:
    """Keys of the stop words, each in a slot of its own; which it is; where the slot's bits are."""
    keys = word_keys(_STOP_WORDS)
    size = np.uint64(64)
    shifts = (np.uint64(bits) for bits in range(58))
    shift = next(s for s in shifts if len(np.unique((keys >> s) % size)) == len(keys))
    slot = ((keys >> shift) % size).astype(np.int64)
    table, number = np.zeros(64, np.uint64), np.zeros(64, np.int64)
    table[slot], number[slot] = keys, np.arange(len(keys))
    return table, number, shift


@cache
def _function_word_keys() -> Keys:
    """Keys of the function words, with a small letter and with a capital."""
    return word_keys([*FUNCTION_WORDS, *(word.capitalize() for word in FUNCTION_WORDS)])


def _mean_size(words: Words, some: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Mean of the characters of the words that a mask chooses."""
    return quotient(words.total(words.size * some), words.count(some))


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

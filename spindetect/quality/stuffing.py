"""Signals of text that says the same again: stuffed keywords and sentences all but repeated."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from spindetect.quality.diversity import Counts, counts
from spindetect.quality.keys import Ints, KeySet, copies
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, chosen, quotient, share
from spindetect.quality.segments import Words
from spindetect.quality.stop_words import FUNCTION_WORDS
from spindetect.tokens import hash_word

# Terms that are counted together.
_TERMS = 3
# Parts of a document that the spread of a term is counted in.
_PARTS = 10

# A sentence is all but repeated from this similarity on, in per cent, as fuzzy matching usually has
# it; shorter sentences than this are formulas.
_ALIKE = 85
_LEAST_WORDS = 6
# Words of the sequences that two such sentences share, how many of them, and the characters of a
# sentence that are compared.
_SHINGLE, _SHARED = 3, 2
_COMPARED = 400


def top_term_share(words: Words) -> Measure:
    """Occurrences of the commonest content word for each word.

    Content words are own words that are no function words and have three letters or more.

    Unit: share of words. Range: [0, 1]. Source: own: keyword density.
    """
    return _densest(words, 1)


def top_terms_share(words: Words) -> Measure:
    """Occurrences of the three commonest content words for each word.

    Unit: share of words. Range: [0, 1]. Source: own: keyword density.
    """
    return _densest(words, _TERMS)


def top_term_spread(words: Words) -> Measure:
    """Share of the tenths of the document, by words, that have the commonest content word.

    Unit: share of tenths. Range: [0, 1]. Source: own: a stuffed term is everywhere.
    """
    layout = words.layout
    found = counts(layout)
    types, rank = _ranked(layout, found)
    top = np.zeros(len(found.count), np.bool_)
    top[types[rank == 0]] = True
    place = np.flatnonzero(top[found.word])
    doc = np.repeat(np.arange(len(found.n)), found.n)[place]
    part = (place - found.first[doc]) * _PARTS // found.n[doc]
    parts = np.unique(doc * _PARTS + part) // _PARTS
    return Measure(np.bincount(parts, minlength=len(found.n)) / _PARTS)


def similar_sentences(words: Words) -> Measure:
    """Share of the sentences of six words and more that are 85 % like one before.

    Compared are sentences that share two sequences of three words with the last one that had them,
    so that the cost grows with the length of the document and not with its square.

    Unit: share of sentences. Range: [0, 1]. Source: own, by rapidfuzz.
    """
    layout = words.layout
    sentences = layout.sentences
    n_words = _sentence_words(layout)
    first, second = _pairs(layout, n_words)
    like = process.cpdist(
        [sentences.text(i)[:_COMPARED] for i in first.tolist()],
        [sentences.text(i)[:_COMPARED] for i in second.tolist()],
        scorer=fuzz.ratio,
        score_cutoff=_ALIKE,
        dtype=np.float32,
    )
    alike = np.zeros(len(sentences), np.bool_)
    alike[second[like >= _ALIKE]] = True
    value = share(sentences.count(alike), sentences.count(n_words >= _LEAST_WORDS))
    return Measure(value, chosen(sentences, alike))


def _densest(words: Words, n: int) -> Measure:
    """Share of the words that are one of the n commonest content words."""
    layout = words.layout
    found = counts(layout)
    types, rank = _ranked(layout, found)
    top = np.zeros(len(found.count), np.bool_)
    top[types[rank < n]] = True
    value = quotient(found.total(found.count * top), found.n)
    return Measure(value, chosen(layout.own_words, top[found.word]))


def _ranked(layout: Layout, found: Counts) -> tuple[Ints, Ints]:
    """Types of content words by how common they are in their document; rank of each there."""
    return layout.shared("content words", lambda: _found_ranks(layout, found))


def _found_ranks(layout: Layout, found: Counts) -> tuple[Ints, Ints]:
    """The same, searched for."""
    own = layout.own_words
    content = ~_function_keys().has(layout.own_keys) & (own.size >= 3)
    some = np.zeros(len(found.count), np.bool_)
    some[found.word[content]] = True
    types = np.flatnonzero(some)
    order = types[np.lexsort([-found.count[types], found.doc[types]])]
    doc = found.doc[order]
    return order, np.arange(len(order)) - np.searchsorted(doc, doc)


@cache
def _function_keys() -> KeySet:
    """Keys of function words as the project's own tokens have them."""
    return KeySet(np.array([hash_word(word) for word in FUNCTION_WORDS], np.uint64))


def _sentence_words(layout: Layout) -> Ints:
    """Own words of each sentence."""
    start = layout.own_words.start
    sentences = layout.sentences
    return np.searchsorted(start, sentences.end) - np.searchsorted(start, sentences.start)


def _pairs(layout: Layout, n_words: Ints) -> tuple[Ints, Ints]:
    """Sentences that may be alike, the earlier and the later of each pair."""
    sentence = np.repeat(np.arange(len(n_words)), n_words)
    key = layout.own_keys
    n = len(key) - _SHINGLE + 1
    if n < 1:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    whole = sentence[_SHINGLE - 1 :] == sentence[:n]
    whole &= n_words[sentence[:n]] >= _LEAST_WORDS
    shingle: npt.NDArray[np.uint64] = np.zeros(n, np.uint64)
    for i in range(_SHINGLE):
        shingle = shingle * np.uint64(0x9E3779B97F4A7C15) + key[i : i + n]
    doc = layout.own_words.doc[:n]
    shingle = (shingle + doc.astype(np.uint64)) * np.uint64(0xFF51AFD7ED558CCD)
    at = np.flatnonzero(whole)
    found = copies(shingle[at])
    owner = sentence[at[found.order]]
    again = np.ones(len(owner), np.bool_)
    again[found.start] = False
    later = np.flatnonzero(again)
    pair = owner[later - 1] * len(n_words) + owner[later]
    pair = pair[owner[later - 1] < owner[later]]
    pairs, times = np.unique(pair, return_counts=True)
    pairs = pairs[times >= _SHARED]
    return pairs // len(n_words), pairs % len(n_words)

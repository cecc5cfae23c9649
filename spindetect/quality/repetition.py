"""Signals of sequences of words or characters that come again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from spindetect.quality.keys import Groups, Ints
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Evidence, Measure, share, stretches
from spindetect.quality.segments import Words

Floats: TypeAlias = npt.NDArray[np.float64]

# Characters of the sequences that data-juicer counts, and words.
_CHARACTERS, _WORDS = 10, 10

# Sequences that are looked at one by one, at a time.
_BLOCK = 1 << 16


def top_ngram_chars(words: Words, n: int, least: int = 1) -> Measure:
    """Characters of the commonest sequence of n words, times its count, for each character.

    The sequence is written with single spaces, and is the first of those equally common; it counts
    if it stands there `least` times. Copies that overlap can add up to more than there is.

    Unit: share of characters. Range: [0, n]. Source: Gopher, datatrove.
    """
    layout = words.layout
    doc, head, count = _top(words, n, least)
    covered = np.zeros(len(layout))
    covered[doc] = (words.letters(head, n) + (n - 1)) * count
    return Measure(share(covered, layout.length), lambda: _top_passages(words, n, least))


def duplicate_ngram_chars(words: Words, n: int) -> Measure:
    """Characters of words in sequences of n that stood before, for each character.

    Reading on, a sequence met before counts, without spaces, and reading goes on behind it; any
    other is remembered. Sequences are compared by their letters run together.

    Unit: share of characters. Range: [0, 1]. Source: Gopher, datatrove.
    """
    hits = _read_on(words.ngrams(n), n)
    doc = _documents(words, hits)
    repeated = np.bincount(doc, words.letters(hits, n), minlength=len(words.layout))
    return Measure(share(repeated, words.layout.length), lambda: stretches(words, hits, n))


def all_copies_chars(words: Words, n: int) -> Measure:
    """Characters of words in sequences of n that come again, the first included.

    Every word counts once, for each character of all words: so do RedPajama-v2 and TextDescriptives
    (but the latter for each character of the text).

    Unit: share of characters of words. Range: [0, 1]. Source: RedPajama-v2.
    """
    covered, find = _copies(words, n)
    return Measure(share(covered, words.total(words.size)), find)


def all_copies_text_chars(words: Words, n: int) -> Measure:
    """Characters of passages of sequences of n that come again, for each character.

    All copies count, from the first to the last character of each passage.

    Unit: share of characters. Range: [0, 1]. Source: TextDescriptives.
    """
    _, find = _copies(words, n)
    found = find()
    size = np.bincount(found.doc, found.end - found.start, minlength=len(words.layout))
    return Measure(share(size, words.layout.length), find)


def copied_ngram_chars(words: Words, n: int) -> Measure:
    """Characters of sequences of n words that stand there twice, all copies, for each of all.

    Sequences overlap, and each counts in full on both sides.

    Unit: share of characters of n-grams. Range: [0, 1]. Source: dolma.
    """
    first = np.sort(words.ngrams(n).order)
    doc = _documents(words, first)
    part = np.bincount(doc, words.letters(first, n), minlength=len(words.layout))
    return Measure(share(part, words.ngram_letters(n)), lambda: stretches(words, first, n))


def later_copies_chars(words: Words, n: int) -> Measure:
    """Characters of passages of sequences of n words that stood before, for each character.

    Words of sequences that overlap count once, with one space between two words of a passage.

    Unit: share of characters. Range: [0, 1]. Source: NeMo Curator.
    """
    first = np.sort(words.ngrams(n).later())
    doc = _documents(words, first)
    # Of a sequence that overlaps the one before, only the words behind that are new.
    far = np.diff(first, prepend=-n)
    new = np.minimum(far, n)
    new[np.diff(doc, prepend=-1) > 0] = n
    begin = first + n - new
    letters = words.letters_before[first + n] - words.letters_before[begin]
    chars = letters + np.minimum(new, n - 1)
    value = share(np.bincount(doc, chars, minlength=len(words.layout)), words.layout.length)
    return Measure(np.minimum(value, 1), lambda: stretches(words, first, n))


def top_ngram_letters(words: Words, n: int, least: int = 1) -> Measure:
    """Characters of the commonest sequence of n words, times its count, for each of the words.

    As `top_ngram_chars`, without spaces on either side.

    Unit: share of characters of words. Range: [0, n]. Source: dolma, RedPajama-v2.
    """
    doc, head, count = _top(words, n, least)
    top = np.zeros(len(words.layout))
    top[doc] = words.letters(head, n) * count
    return Measure(share(top, words.total(words.size)), lambda: _top_passages(words, n, least))


def longest_top_ngram_letters(words: Words, n: int) -> Measure:
    """Characters of the longest of the commonest sequences of n words, times its count.

    For each character of the words; 0 if none comes again.

    Unit: share of characters of words. Range: [0, n]. Source: DCLM.
    """
    found = words.ngrams(n)
    doc = _documents(words, found.first)
    most = np.zeros(len(words.layout), np.int64)
    np.maximum.at(most, doc, found.count)
    top = np.flatnonzero(found.count == most[doc])
    letters = np.zeros(len(words.layout), np.int64)
    np.maximum.at(letters, doc[top], words.letters(found.first[top], n))
    return Measure(
        share(letters * most, words.total(words.size)), lambda: _top_passages(words, n, 2)
    )


def char_ngram_repetition(words: Words) -> Measure:
    """Share of the sequences of ten characters that are among the commonest.

    Of the different sequences, the commonest are as many as the root of their number; their copies
    count if they come again, for each sequence of the text.

    Unit: share of sequences. Range: [0, 1]. Source: data-juicer.
    """
    layout = words.layout
    value = np.zeros(len(layout))
    for doc, (origin, stop) in enumerate(zip(layout.origin, layout.stop, strict=True)):
        start = np.arange(origin, stop - _CHARACTERS + 1)
        if len(start):
            value[doc] = _commonest(_counts(layout, start), len(start))
    return Measure(value)


def word_ngram_repetition(words: Words) -> Measure:
    """Share of the sequences of ten words that come again, all copies counted.

    Unit: share of sequences. Range: [0, 1]. Source: data-juicer.
    """
    first = np.sort(words.ngrams(_WORDS).order)
    n = words.layout.count(_documents(words, first))
    return Measure(share(n, words.n_ngrams(_WORDS)), lambda: stretches(words, first, _WORDS))


def _tops(words: Words, n: int) -> tuple[Ints, Ints]:
    """Of each document with a sequence of n words that comes again, the group of the commonest.

    The first of those equally common; and the documents.
    """
    found = words.ngrams(n)
    head = found.first
    # Groups of a document are neighbours.
    doc = np.searchsorted(words.bound, head, side="right") - 1
    document = np.flatnonzero(np.diff(doc, prepend=-1))
    if len(document) == 0:
        return document, document
    most = np.maximum.reduceat(found.count, document)
    n_different = np.diff(document, append=len(doc))
    place = np.where(found.count == np.repeat(most, n_different), head, len(words))
    top = place == np.repeat(np.minimum.reduceat(place, document), n_different)
    return np.flatnonzero(top), doc[document]


def _top(words: Words, n: int, least: int) -> tuple[Ints, Ints, Ints]:
    """Documents; first word of the commonest sequence of n words of each; how often it is there.

    Where none comes again it is the first of the document, unless that is too few.
    """
    found = words.ngrams(n)
    group, doc = _tops(words, n)
    count = np.minimum(words.n_ngrams(n), 1)
    head = words.bound[:-1].copy()
    count[doc], head[doc] = found.count[group], found.first[group]
    some = np.flatnonzero((count >= least) & (count > 0))
    return some, head[some], count[some]


def _top_passages(words: Words, n: int, least: int) -> Evidence:
    """Where the commonest sequences stand that come again."""
    found = words.ngrams(n)
    top = np.zeros(len(found.count), np.bool_)
    top[_tops(words, n)[0]] = True
    again = np.repeat(top & (found.count >= least), found.count)
    return stretches(words, np.sort(found.order[again]), n)


def _documents(words: Words, index: Ints) -> Ints:
    """Documents of some words."""
    return np.searchsorted(words.bound, index, side="right") - 1


def _read_on(found: Groups, n: int) -> Ints:
    """Words at which an n-gram begins that was met before by one who skips those that were.

    Whether one counts depends on what was skipped before it, so this is a loop; but only over the
    n-grams that occur twice, next to none in most texts.
    """
    group = np.repeat(np.arange(len(found.start)), found.count)
    order = np.argsort(found.order)
    hits: list[int] = []
    met: set[int] = set()
    free = 0
    # By blocks, since a number takes four times the memory in a list.
    for start in range(0, len(order), _BLOCK):
        some = order[start : start + _BLOCK]
        for place, key in zip(found.order[some].tolist(), group[some].tolist(), strict=True):
            if place < free:
                continue
            if key in met:
                hits.append(place)
                free = place + n
            else:
                met.add(key)
    return np.array(hits, np.int64)


def _copies(words: Words, n: int) -> tuple[Floats, Callable[[], Evidence]]:
    """Characters of each document's words in n-grams that stand there often; where they are."""
    found = words.ngrams(n)
    start = np.sort(found.order)
    # Words of an n-gram lie in one document, so that what is covered is a sum of steps.
    step = np.zeros(len(words) + 1, np.int64)
    np.add.at(step, start, 1)
    np.add.at(step, start + n, -1)
    covered = np.cumsum(step[:-1]) > 0
    return words.total(words.size * covered), lambda: stretches(words, start, n)


def _counts(layout: Layout, start: Ints) -> Ints:
    """How often each different sequence of `_CHARACTERS` characters of a document occurs."""
    # No place is asked for, so that keys can be sorted without theirs.
    key = np.sort(layout.slices.of(start, start + _CHARACTERS))
    return np.diff(np.flatnonzero(np.append(True, key[1:] != key[:-1])), append=len(key))


def _commonest(count: Ints, n: int) -> float:
    """Share of the copies of the commonest that come again."""
    several = np.sort(count)[-max(int(np.sqrt(len(count))), 1) :]
    return float(several[several > 1].sum() / n)

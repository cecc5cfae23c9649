"""Signals of repetition: lines and sequences of words that come again.

Everything is compared by the keys of whole words, letter case and punctuation included, so that two
lines are the same when they differ in nothing but white space.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from spindetect.quality.layout import Ints, Keys, Layout
from spindetect.quality.measures import Evidence, Measure, lines, passages, share

# FineWeb (Penedo et al. 2024, arXiv:2406.17557): the default of datatrove 0.10.1.
_MOST_DUPLICATE_LINES = 0.01

# Gopher (Rae et al. 2021, arXiv:2112.11446), table A1.
_MOST_TOP_2GRAM = 0.20
_MOST_DUPLICATE_5GRAMS = 0.15


def duplicate_line_char_ratio(layout: Layout) -> Measure:
    """Characters of lines that stood before, for each character that ends no line.

    FineWeb's rule: the first of equal lines does not count, nor do blank ones. datatrove compares
    lines with their white space and parts them at line feeds only.
    """
    key = layout.phrases.of(layout.line_first, layout.line_last)
    repeats = _is_repeat(_within(layout, key, layout.line_doc))
    size = (layout.line_end - layout.line_start)[repeats]
    repeated = layout.total(layout.line_doc[repeats], size)
    value = share(repeated, layout.length - layout.n_line_end_chars)
    return Measure(
        "fineweb.duplicate_line_char_ratio",
        value,
        high=_MOST_DUPLICATE_LINES,
        evidence=lines(layout, repeats),
    )


def top_2gram_char_fraction(layout: Layout) -> Measure:
    """Characters of the commonest pair of words, times its count, for each character of the text.

    As in datatrove: the pair is written with one space, counts even if it stands there once, and is
    the first of those equally common. Pairs that overlap (``a a a``) can add up to more than there
    is: the value ends at 1. RedPajama-v2 and TextDescriptives ask for pairs that come again.
    """
    first, key = _ngrams(layout, 2)
    order, start = _groups(key)
    count = np.diff(start, append=len(order))
    earliest = np.minimum.reduceat(order, start)
    # Keys sort by document first, so the pairs of a document are neighbours.
    doc = layout.word_doc[first[earliest]]
    document = np.flatnonzero(np.diff(doc, prepend=-1))
    n_pairs = np.diff(document, append=len(doc))
    most = np.repeat(np.maximum.reduceat(count, document), n_pairs)
    place = np.where(count == most, earliest, len(order))
    top = place == np.repeat(np.minimum.reduceat(place, document), n_pairs)

    pair = first[earliest[top]]
    size = _n_letters(layout, pair, 2) + 1
    covered = np.zeros(len(layout.texts), np.int64)
    covered[doc[top]] = np.minimum(size * count[top], layout.length[doc[top]])
    occurrences = np.sort(first[order[np.repeat(top, count)]])
    return Measure(
        "gopher.top_2gram_char_fraction",
        share(covered, layout.length),
        high=_MOST_TOP_2GRAM,
        evidence=_stretches(layout, occurrences, 2),
    )


def duplicate_5gram_char_fraction(layout: Layout) -> Measure:
    """Characters of words in sequences of five that stood before, for each character of the text.

    As in datatrove 0.10.1: reading on, a sequence met before counts, without spaces, and reading
    goes on behind it; any other is remembered. datatrove compares the letters of the five words run
    together, here the words are compared. dolma and RedPajama-v2 count the first occurrence, too.
    """
    first, key = _ngrams(layout, 5)
    order, start = _groups(key)
    count = np.diff(start, append=len(order))
    several = np.repeat(count > 1, count)
    group = np.repeat(np.arange(len(start)), count)[several]
    where = order[several]
    text_order = np.argsort(where)
    hits = np.array(
        _repeats_read_on(first[where[text_order]].tolist(), group[text_order].tolist(), 5), np.int64
    )
    repeated = layout.total(layout.word_doc[hits], _n_letters(layout, hits, 5))
    return Measure(
        "gopher.duplicate_5gram_char_fraction",
        share(repeated, layout.length),
        high=_MOST_DUPLICATE_5GRAMS,
        evidence=_stretches(layout, hits, 5),
    )


def _repeats_read_on(places: list[int], groups: list[int], n: int) -> list[int]:
    """Places of the n-grams met before by a reader who skips the words of each that was.

    Whether one counts depends on what was skipped before it, so this is a loop; but only over the
    n-grams that occur twice, next to none in most texts.
    """
    hits: list[int] = []
    met: set[int] = set()
    free = 0
    for place, group in zip(places, groups, strict=True):
        if place < free:
            continue
        if group in met:
            hits.append(place)
            free = place + n
        else:
            met.add(group)
    return hits


def _ngrams(layout: Layout, n: int) -> tuple[Ints, Keys]:
    """Index of the first word of every sequence of `n` in one document; their keys."""
    doc = layout.word_doc
    first = np.flatnonzero(doc[n - 1 :] == doc[: max(len(doc) - n + 1, 0)])
    return first, _within(layout, layout.phrases.of(first, first + n), doc[first])


def _within(layout: Layout, key: Keys, doc: Ints) -> Keys:
    """Keys that differ between documents and sort by document."""
    bits = len(layout.texts).bit_length()
    return (doc.astype(np.uint64) << np.uint64(64 - bits)) | (key >> np.uint64(bits))


def _groups(key: Keys) -> tuple[Ints, Ints]:
    """An order in which equal keys are neighbours; where each group of equal ones starts in it."""
    order = np.argsort(key)
    ordered = key[order]
    return order, np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(key)])


def _is_repeat(key: Keys) -> npt.NDArray[np.bool_]:
    """Mask of the keys that stood before."""
    order, start = _groups(key)
    repeat = np.ones(len(key), np.bool_)
    repeat[np.minimum.reduceat(order, start)] = False
    return repeat


def _n_letters(layout: Layout, first: Ints, n: int) -> Ints:
    """Characters of the `n` words from each of the given on."""
    size = np.zeros(len(first), np.int64)
    for i in range(n):
        size += layout.word_end[first + i] - layout.word_start[first + i]
    return size


def _stretches(layout: Layout, first: Ints, n: int) -> Evidence:
    """The text covered by sequences of `n` words, by their first; those that touch are one."""
    doc = layout.word_doc[first]
    new = np.flatnonzero((np.diff(first, prepend=-n - 1) > n) | (np.diff(doc, prepend=-1) > 0))
    last = np.append(new[1:], len(first))[: len(new)] - 1
    return passages(
        layout, doc[new], layout.word_start[first[new]], layout.word_end[first[last] + n - 1]
    )

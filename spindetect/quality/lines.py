"""Signals of the lines: how many and how long they are, and what they are made of.

Lines are those of `str.splitlines`, and white space around them is not read, unless a signal says
that lines are parted by line feeds alone, as some rules of datatrove have them.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from spindetect.quality.characters import ALNUM, DIGIT, UPPER, properties
from spindetect.quality.layout import Layout
from spindetect.quality.line_marks import ENDS, ends_in
from spindetect.quality.measures import Measure, deviation, mean, median, share, share_of
from spindetect.quality.segments import Segments, Words

# A line that only counts the reactions of readers.
_COUNTER = re.compile(
    r"[\d.,]+\s?[km]?\s+(?:likes?|shares?|comments?|retweets?|reposts?|quotes?|bookmarks?|upvotes?"
    r"|downvotes?|downloads?|views?|followers?|replies|reply)",
    re.IGNORECASE,
)
# Characters of a line beyond which it is more than a counter.
_COUNTER_SIZE = 40


def n_lines(words: Words) -> Measure:
    """Lines, blank ones included.

    Unit: lines. Range: [0, inf). Source: all systems.
    """
    return Measure(words.layout.n_lines)


def words_per_line(words: Words) -> Measure:
    """Words for each line, blank lines included; 0 without lines.

    Unit: words a line. Range: [0, inf). Source: datatrove.
    """
    return Measure(share(words.n, words.layout.n_lines))


def normalised_words_per_line(words: Words) -> Measure:
    """Words in lower case and without punctuation for each line, blank lines included.

    Unit: words a line. Range: [0, inf). Source: RedPajama-v2 (there of each line).
    """
    layout = words.layout
    return Measure(share(layout.normalised.n, layout.n_lines))


def max_words_per_line(words: Words) -> Measure:
    """Words, parted by white space, of the line with most of them.

    Unit: words. Range: [0, inf). Source: data-juicer.
    """
    layout = words.layout
    return Measure(layout.lines.most(np.diff(layout.line_bounds)))


def mean_line_length(words: Words) -> Measure:
    """Mean of the characters of the lines that are not blank; 0 without any.

    Unit: characters. Range: [0, inf). Source: datatrove, data-juicer.
    """
    return Measure(mean(words.layout.lines))


def median_line_length(words: Words) -> Measure:
    """Median of the characters of the lines that are not blank; 0 without any.

    Unit: characters. Range: [0, inf). Source: own, after datatrove.
    """
    return Measure(median(words.layout.lines))


def sd_line_length(words: Words) -> Measure:
    """Standard deviation of the characters of the lines that are not blank; 0 without any.

    Unit: characters. Range: [0, inf). Source: own, after datatrove.
    """
    return Measure(deviation(words.layout.lines))


def max_line_length(words: Words) -> Measure:
    """Characters of the longest line; 0 without any.

    Unit: characters. Range: [0, inf). Source: data-juicer, DCLM.
    """
    lines = words.layout.lines
    return Measure(lines.most(lines.size))


def short_lines(words: Words, most: int) -> Measure:
    """Share of the lines of at most so many characters, of those that are not blank.

    Unit: share of lines. Range: [0, 1]. Source: own, after FineWeb and datatrove.
    """
    lines = words.layout.lines
    return share_of(lines, lines.size <= most)


def long_lines(words: Words, least: int) -> Measure:
    """Share of the lines of at least so many characters, of those that are not blank.

    Unit: share of lines. Range: [0, 1]. Source: datatrove.
    """
    lines = words.layout.lines
    return share_of(lines, lines.size >= least)


def short_fed_lines(words: Words, most: int) -> Measure:
    """Share of the lines of at most so many characters, white space around them counted.

    Lines are parted by line feeds; blank ones do not count.

    Unit: share of lines. Range: [0, 1]. Source: FineWeb (arXiv:2406.17557), datatrove.
    """
    lines = words.layout.fed_lines
    return share_of(lines, lines.size <= most)


def newline_ratio(words: Words) -> Measure:
    """Line feeds for each word; 0 without words.

    Unit: line feeds a word. Range: [0, inf). Source: FineWeb, datatrove.
    """
    return Measure(share(words.layout.n_feeds, words.n))


def line_end_ratio(words: Words) -> Measure:
    """Ends of lines, of any kind, for each word; 0 without words.

    Unit: ends a word. Range: [0, inf). Source: own, after FineWeb.
    """
    return Measure(share(words.layout.n_line_ends, words.n))


def few_word_lines(words: Words, most: int) -> Measure:
    """Share of the lines of at most so many words, parted by white space, of all but blank ones.

    Unit: share of lines. Range: [0, 1]. Source: C4 (two), DCLM (one).
    """
    layout = words.layout
    return share_of(layout.lines, np.diff(layout.line_bounds) <= most)


def capital_lines(words: Words) -> Measure:
    """Share of the lines of which more than half of the characters are capitals.

    Unit: share of lines. Range: [0, 1]. Source: DCLM, RedPajama-v2.
    """
    return share_of(words.layout.lines, capital_mask(words.layout.lines))


def digit_lines(words: Words) -> Measure:
    """Share of the lines of digits and white space alone.

    Unit: share of lines. Range: [0, 1]. Source: DCLM, RedPajama-v2.
    """
    return share_of(words.layout.lines, digit_mask(words.layout))


def counter_lines(words: Words) -> Measure:
    """Share of the lines that only count reactions, such as "3 likes".

    Unit: share of lines. Range: [0, 1]. Source: DCLM.
    """
    return share_of(words.layout.lines, counter_mask(words.layout.lines))


def symbol_lines(words: Words) -> Measure:
    """Share of the lines without a letter or digit, of those that are not blank.

    Unit: share of lines. Range: [0, 1]. Source: dolma, DCLM.
    """
    lines = words.layout.lines
    return share_of(lines, _characters(lines, ALNUM) == 0)


def navigation_lines(words: Words) -> Measure:
    """Share of the lines in runs of four and more of at most three words, none ending a sentence.

    Unit: share of lines. Range: [0, 1]. Source: own: menus, tags and link lists look like this.
    """
    layout = words.layout
    lines = layout.lines
    short = (np.diff(layout.line_bounds) <= 3) & ~ends_in(layout, ENDS)
    new = np.append(True, (short[1:] != short[:-1]) | (lines.doc[1:] != lines.doc[:-1]))[
        : len(lines)
    ]
    run = np.cumsum(new) - 1
    in_run = short & (np.bincount(run)[run] >= 4) if len(lines) else short
    return share_of(lines, in_run)


def capital_mask(lines: Segments) -> npt.NDArray[np.bool_]:
    """Mask of the lines of which more than half of the characters are capitals."""
    return _characters(lines, UPPER) > 0.5 * lines.size


def digit_mask(layout: Layout) -> npt.NDArray[np.bool_]:
    """Mask of the lines of digits and white space alone."""
    size = layout.spaced.size
    letters = np.add.reduceat(size, layout.line_bounds[:-1]) if len(size) else size
    return np.asarray(_characters(layout.lines, DIGIT) == letters)


def counter_mask(lines: Segments) -> npt.NDArray[np.bool_]:
    """Mask of the lines that only count reactions."""
    counts = np.zeros(len(lines), np.bool_)
    first = (properties(lines.layout.points[lines.start]) & DIGIT) != 0
    for index in np.flatnonzero(first & (lines.size <= _COUNTER_SIZE)).tolist():
        counts[index] = _COUNTER.fullmatch(lines.text(index)) is not None
    return counts


def _characters(lines: Segments, flag: int) -> npt.NDArray[np.int64]:
    """Characters of each line that have a property."""
    found = np.zeros(len(lines), np.int64)
    for start, flags in lines.layout.blocks():
        place = np.flatnonzero((flags & flag) != 0) + start
        found += np.searchsorted(place, lines.end) - np.searchsorted(place, lines.start)
    return found

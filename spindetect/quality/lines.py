"""Signals of the lines: how they begin and end, how long and how many they are.

Lines are those of `str.splitlines`, and white space around them is not read, unless a signal says
that lines are parted by line feeds alone, as some rules of datatrove have them.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from spindetect.quality.characters import ALNUM, DIGIT, TERMINAL, UPPER, properties
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, chosen, share
from spindetect.quality.segments import Segments, Words

_FULL_STOP, _ELLIPSIS = ord("."), ord("…")

# What the systems take for bullets.
_GOPHER_BULLETS = "•-"
_ASCII_BULLETS = "*-"
_DCLM_BULLETS = "●•*-"
_REDPAJAMA_BULLETS = "\u2022\u2023\u25b6\u25c0\u25e6\u25a0\u25a1\u25aa\u25ab\u2013"

# Full stops, question and exclamation marks, ellipses: of ASCII, of general punctuation, and of the
# Arabic, Urdu, Hindi, Chinese and Japanese scripts; and the quotation marks that may follow them.
# C4 and the first versions of FineWeb's rule took . ! ? ' " for ends. datatrove 0.10.1 has replaced
# the quotation marks by the terminals of all scripts; without them dialogue fails.
_ENDS = (
    ".!?\u2026\u203c\u203d\u2047\u2048\u2049"
    "\u061f\u06d4\u0964\u3002\uff0e\uff01\uff1f\uff61"
    "'\"\u2019\u201d"
)
_REDPAJAMA_ENDS = ".!?\u201d"

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
    lines = words.layout.lines
    return Measure(share(lines.total(lines.size), lines.n))


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
    return _share_of(lines, lines.size <= most)


def long_lines(words: Words, least: int) -> Measure:
    """Share of the lines of at least so many characters, of those that are not blank.

    Unit: share of lines. Range: [0, 1]. Source: datatrove.
    """
    lines = words.layout.lines
    return _share_of(lines, lines.size >= least)


def short_fed_lines(words: Words, most: int) -> Measure:
    """Share of the lines of at most so many characters, white space around them counted.

    Lines are parted by line feeds; blank ones do not count.

    Unit: share of lines. Range: [0, 1]. Source: FineWeb (arXiv:2406.17557), datatrove.
    """
    lines = words.layout.fed_lines
    return _share_of(lines, lines.size <= most)


def terminal_fed_lines(words: Words) -> Measure:
    """Share of the lines whose last character ends a sentence in some script; 0 without lines.

    Lines are parted by line feeds, and white space behind the mark hides it; blank ones do not
    count. A quotation mark is no end. The passages are the lines without a mark.

    Unit: share of lines. Range: [0, 1]. Source: FineWeb, datatrove.
    """
    lines = words.layout.fed_lines
    ends = (properties(words.layout.points[lines.end - 1]) & TERMINAL) != 0
    return Measure(share(lines.count(ends), lines.n), chosen(lines, ~ends))


def terminal_lines(words: Words) -> Measure:
    """Share of the lines that end a sentence or a quotation, of those that are not blank.

    The passages are the lines without a mark.

    Unit: share of lines. Range: [0, 1]. Source: own, after FineWeb and C4.
    """
    return _ending(words.layout, _ENDS)


def redpajama_terminal_lines(words: Words) -> Measure:
    """Share of the lines that end in . ! ? or a closing quotation mark, of all but blank ones.

    Unit: share of lines. Range: [0, 1]. Source: RedPajama-v2 (there a flag for each line).
    """
    return _ending(words.layout, _REDPAJAMA_ENDS)


def ellipsis_lines(words: Words) -> Measure:
    """Share of the lines that end in an ellipsis, blank lines counted as lines.

    Unit: share of lines. Range: [0, 1]. Source: Gopher (arXiv:2112.11446), datatrove.
    """
    layout = words.layout
    ends = _ends_in_ellipsis(layout)
    return Measure(share(layout.lines.count(ends), layout.n_lines), chosen(layout.lines, ends))


def one_sign_ellipsis_lines(words: Words) -> Measure:
    """Share of the lines, parted by line feeds, that end in the one character of an ellipsis.

    White space behind it hides it, and blank lines count as lines.

    Unit: share of lines. Range: [0, 1]. Source: dolma.
    """
    lines = words.layout.fed_lines
    ends = words.layout.points[lines.end - 1] == _ELLIPSIS
    return Measure(share(lines.count(ends), words.layout.n_feeds + 1), chosen(lines, ends))


def bullet_lines(words: Words) -> Measure:
    """Share of the lines that begin with • or a hyphen, blank lines counted as lines.

    Unit: share of lines. Range: [0, 1]. Source: Gopher, datatrove.
    """
    return _bulleted(words.layout, _GOPHER_BULLETS)


def ascii_bullet_lines(words: Words) -> Measure:
    """Share of the lines that begin with * or a hyphen, blank lines counted as lines.

    Unit: share of lines. Range: [0, 1]. Source: TextDescriptives.
    """
    return _bulleted(words.layout, _ASCII_BULLETS)


def flush_bullet_lines(words: Words) -> Measure:
    """Share of the lines, parted by line feeds, that begin with * or a hyphen and no space before.

    Blank lines count as lines.

    Unit: share of lines. Range: [0, 1]. Source: dolma.
    """
    lines = words.layout.fed_lines
    bullet = _is_one_of(words.layout.points[lines.start], _ASCII_BULLETS)
    return Measure(share(lines.count(bullet), words.layout.n_feeds + 1), chosen(lines, bullet))


def dclm_bullet_lines(words: Words) -> Measure:
    """Share of the lines that begin with ● • * or a hyphen, of those that are not blank.

    Unit: share of lines. Range: [0, 1]. Source: DCLM.
    """
    layout = words.layout
    return _share_of(layout.lines, _begins(layout, _DCLM_BULLETS))


def redpajama_bullet_lines(words: Words) -> Measure:
    """Share of the lines that begin with one of ten bullets, an en dash among them.

    Unit: share of lines. Range: [0, 1]. Source: RedPajama-v2 (there a flag for each line).
    """
    return _bulleted(words.layout, _REDPAJAMA_BULLETS)


def unfinished(words: Words) -> Measure:
    """Whether the text does not end with the end of a sentence or quotation; 1 if it has no words.

    Unit: none. Range: 0 or 1. Source: own: what was cut off ends anywhere.
    """
    layout = words.layout
    lines = layout.lines
    last = lines.bound[1:][lines.n > 0] - 1
    open_ = np.ones(len(layout))
    open_[lines.n > 0] = ~_is_one_of(layout.points[lines.end[last] - 1], _ENDS + ")]")
    return Measure(open_)


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
    return _share_of(layout.lines, np.diff(layout.line_bounds) <= most)


def capital_lines(words: Words) -> Measure:
    """Share of the lines of which more than half of the characters are capitals.

    Unit: share of lines. Range: [0, 1]. Source: DCLM, RedPajama-v2.
    """
    return _share_of(words.layout.lines, capital_mask(words.layout.lines))


def digit_lines(words: Words) -> Measure:
    """Share of the lines of digits and white space alone.

    Unit: share of lines. Range: [0, 1]. Source: DCLM, RedPajama-v2.
    """
    return _share_of(words.layout.lines, digit_mask(words.layout))


def counter_lines(words: Words) -> Measure:
    """Share of the lines that only count reactions, such as "3 likes".

    Unit: share of lines. Range: [0, 1]. Source: DCLM.
    """
    return _share_of(words.layout.lines, counter_mask(words.layout.lines))


def symbol_lines(words: Words) -> Measure:
    """Share of the lines without a letter or digit, of those that are not blank.

    Unit: share of lines. Range: [0, 1]. Source: dolma, DCLM.
    """
    lines = words.layout.lines
    return _share_of(lines, _characters(lines, ALNUM) == 0)


def navigation_lines(words: Words) -> Measure:
    """Share of the lines in runs of four and more of at most three words, none ending a sentence.

    Unit: share of lines. Range: [0, 1]. Source: own: menus, tags and link lists look like this.
    """
    layout = words.layout
    lines = layout.lines
    short = (np.diff(layout.line_bounds) <= 3) & ~_ends_in(layout, _ENDS)
    new = np.append(True, (short[1:] != short[:-1]) | (lines.doc[1:] != lines.doc[:-1]))[
        : len(lines)
    ]
    run = np.cumsum(new) - 1
    in_run = short & (np.bincount(run)[run] >= 4) if len(lines) else short
    return _share_of(lines, in_run)


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


def _share_of(lines: Segments, some: npt.NDArray[np.bool_]) -> Measure:
    """Share of the lines that a mask chooses."""
    return Measure(share(lines.count(some), lines.n), chosen(lines, some))


def _ending(layout: Layout, marks: str) -> Measure:
    """Share of the lines that end in one of the marks; the passages are the others."""
    ends = _ends_in(layout, marks)
    return Measure(share(layout.lines.count(ends), layout.lines.n), chosen(layout.lines, ~ends))


def _ends_in(layout: Layout, marks: str) -> npt.NDArray[np.bool_]:
    """Mask of the lines that end in one of the marks."""
    return _is_one_of(layout.points[layout.lines.end - 1], marks)


def _begins(layout: Layout, bullets: str) -> npt.NDArray[np.bool_]:
    """Mask of the lines that begin with one of the characters."""
    return _is_one_of(layout.points[layout.lines.start], bullets)


def _bulleted(layout: Layout, bullets: str) -> Measure:
    """Share of all lines that begin with one of the characters."""
    some = _begins(layout, bullets)
    return Measure(share(layout.lines.count(some), layout.n_lines), chosen(layout.lines, some))


def _ends_in_ellipsis(layout: Layout) -> npt.NDArray[np.bool_]:
    """Mask of the lines that end in an ellipsis."""
    points, last = layout.points, layout.lines.end - 1
    ends = points[last] == _ELLIPSIS
    # No full stop stands right before a document, so looking at the two characters before the last
    # of a line never finds those of a neighbour.
    stop = np.flatnonzero(points[last] == _FULL_STOP)
    before = points[last[stop] - 1], points[last[stop] - 2]
    ends[stop] = (before[0] == _FULL_STOP) & (before[1] == _FULL_STOP)
    return np.asarray(ends)


def _characters(lines: Segments, flag: int) -> npt.NDArray[np.int64]:
    """Characters of each line that have a property."""
    found = np.zeros(len(lines), np.int64)
    for start, flags in lines.layout.blocks():
        sums = np.concatenate([[0], np.cumsum((flags & flag) != 0)])
        edges = (np.clip(e, start, start + len(flags)) - start for e in (lines.end, lines.start))
        last, first = (sums[edge] for edge in edges)
        found += last - first
    return found


def _is_one_of(points: npt.NDArray[np.generic], letters: str) -> npt.NDArray[np.bool_]:
    """Mask of the code points that are those of the letters."""
    found = np.zeros(len(points), np.bool_)
    for letter in letters:
        found |= points == ord(letter)
    return found

"""Signals of how lines begin and end: bullets, marks that end a sentence, ellipses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from spindetect.quality.characters import TERMINAL, one_of, properties
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, chosen, share, share_of
from spindetect.quality.segments import Words

_FULL_STOP, _ELLIPSIS, _SPACE = ord("."), ord("…"), ord(" ")

# What the systems take for bullets.
_GOPHER_BULLETS = "•-"

_ASCII_BULLETS = "*-"

_DCLM_BULLETS = "●•*-"

_NEMO_BULLETS = "\u2022\u2023\u2043\u204c\u204d\u2219\u25cb\u25cf\u25d8\u25e6\u29be\u29bf"

_REDPAJAMA_BULLETS = "\u2022\u2023\u25b6\u25c0\u25e6\u25a0\u25a1\u25aa\u25ab\u2013"

# Full stops, question and exclamation marks, ellipses: of ASCII, of general punctuation, and of the
# Arabic, Urdu, Hindi, Chinese and Japanese scripts; and the quotation marks that may follow them.
# C4 and the first versions of FineWeb's rule took . ! ? ' " for ends. datatrove 0.10.1 has replaced
# the quotation marks by the terminals of all scripts; without them dialogue fails.
ENDS = (
    ".!?\u2026\u203c\u203d\u2047\u2048\u2049"
    "\u061f\u06d4\u0964\u3002\uff0e\uff01\uff1f\uff61"
    "'\"\u2019\u201d"
)

_REDPAJAMA_ENDS = ".!?\u201d"


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
    return _ending(words.layout, ENDS)


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


def spaced_ellipsis_lines(words: Words) -> Measure:
    """Share of the lines that end in an ellipsis, also one with spaces, of those not blank.

    Unit: share of lines. Range: [0, 1]. Source: DCLM.
    """
    layout = words.layout
    points, last = layout.points, layout.lines.end - 1
    ends = _ends_in_ellipsis(layout)
    stop = np.flatnonzero(points[last] == _FULL_STOP)
    # Where a document begins with its line, a barrier stands before it and no space.
    before = [points[np.maximum(last[stop] - i, 0)] for i in range(1, 5)]
    wanted = (_SPACE, _FULL_STOP, _SPACE, _FULL_STOP)
    inside = last[stop] - 4 >= layout.lines.start[stop]
    ends[stop] |= inside & np.all([b == w for b, w in zip(before, wanted, strict=True)], axis=0)
    return share_of(layout.lines, ends)


def ellipsis_fed_lines(words: Words) -> Measure:
    """Share of the lines, parted by line feeds, that end in an ellipsis, blank ones included.

    White space around a line is not read.

    Unit: share of lines. Range: [0, 1]. Source: TextDescriptives.
    """
    layout = words.layout
    ends = _ends_in_ellipsis(layout) & _before_feed(layout)
    return Measure(share(layout.lines.count(ends), layout.n_feeds + 1), chosen(layout.lines, ends))


def one_sign_ellipsis_lines(words: Words) -> Measure:
    """Share of the lines that end in the one character of an ellipsis.

    Lines are what runs of line feeds part, with the white space around them, which hides it.

    Unit: share of lines. Range: [0, 1]. Source: dolma (`gopher_v2`).
    """
    lines = words.layout.fed_blocks
    # Before an empty one stands a line feed or a barrier.
    return share_of(lines, words.layout.points[lines.end - 1] == _ELLIPSIS)


def bullet_lines(words: Words) -> Measure:
    """Share of the lines that begin with • or a hyphen, blank lines counted as lines.

    Unit: share of lines. Range: [0, 1]. Source: Gopher, datatrove.
    """
    return _bulleted(words.layout, _GOPHER_BULLETS)


def ascii_bullet_lines(words: Words) -> Measure:
    """Share of the lines, parted by line feeds, that begin with * or a hyphen, blank ones included.

    White space around a line is not read.

    Unit: share of lines. Range: [0, 1]. Source: TextDescriptives.
    """
    layout = words.layout
    some = _begins(layout, _ASCII_BULLETS) & _behind_feed(layout)
    return Measure(share(layout.lines.count(some), layout.n_feeds + 1), chosen(layout.lines, some))


def flush_bullet_lines(words: Words) -> Measure:
    """Share of the lines that begin with * or a hyphen and no white space before.

    Lines are what runs of line feeds part, with the white space around them.

    Unit: share of lines. Range: [0, 1]. Source: dolma (`gopher_v2`).
    """
    lines = words.layout.fed_blocks
    # Behind an empty one stands a line feed or a barrier.
    return share_of(lines, one_of(words.layout.points[lines.start], _ASCII_BULLETS))


def dclm_bullet_lines(words: Words) -> Measure:
    """Share of the lines that begin with ● • * or a hyphen, of those that are not blank.

    Unit: share of lines. Range: [0, 1]. Source: DCLM.
    """
    layout = words.layout
    return share_of(layout.lines, _begins(layout, _DCLM_BULLETS))


def round_bullet_lines(words: Words) -> Measure:
    """Share of the lines that begin with one of twelve bullets, hyphens not among them.

    Of those that are not blank.

    Unit: share of lines. Range: [0, 1]. Source: NeMo Curator (there of sentences).
    """
    return share_of(words.layout.lines, _begins(words.layout, _NEMO_BULLETS))


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
    open_[lines.n > 0] = ~one_of(layout.points[lines.end[last] - 1], ENDS + ")]")
    return Measure(open_)


def _ending(layout: Layout, marks: str) -> Measure:
    """Share of the lines that end in one of the marks; the passages are the others."""
    ends = ends_in(layout, marks)
    return Measure(share(layout.lines.count(ends), layout.lines.n), chosen(layout.lines, ~ends))


def ends_in(layout: Layout, marks: str) -> npt.NDArray[np.bool_]:
    """Mask of the lines that end in one of the marks."""
    return one_of(layout.points[layout.lines.end - 1], marks)


def _begins(layout: Layout, bullets: str) -> npt.NDArray[np.bool_]:
    """Mask of the lines that begin with one of the characters."""
    return one_of(layout.points[layout.lines.start], bullets)


def _bulleted(layout: Layout, bullets: str) -> Measure:
    """Share of all lines that begin with one of the characters."""
    some = _begins(layout, bullets)
    return Measure(share(layout.lines.count(some), layout.n_lines), chosen(layout.lines, some))


def _behind_feed(layout: Layout) -> npt.NDArray[np.bool_]:
    """Mask of the lines that are the first of those between two line feeds."""
    lines = layout.lines
    every = layout.all_fed_lines
    own = np.searchsorted(every.start, lines.start, side="right")
    return np.asarray(np.diff(own, prepend=0) > 0)


def _before_feed(layout: Layout) -> npt.NDArray[np.bool_]:
    """Mask of the lines that are the last of those between two line feeds."""
    lines = layout.lines
    own = np.searchsorted(layout.all_fed_lines.start, lines.start, side="right")
    return np.asarray(np.diff(own, append=len(layout.all_fed_lines) + 1) > 0)


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

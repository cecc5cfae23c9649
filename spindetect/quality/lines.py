"""Signals of the lines: how they begin and end, how short and how many they are.

Lines are those of `str.splitlines`, and white space around them is not read. This is how datatrove
0.10.1 does it for Gopher's rules. For FineWeb's it parts lines at line feeds only and keeps white
space, so that a carriage return or a space hides the full stop before it: there the rules differ.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, lines, share

# Gopher (Rae et al. 2021, arXiv:2112.11446), which datatrove has as its defaults.
_MOST_ELLIPSIS_LINES = 0.3
_MOST_BULLET_LINES = 0.9

# FineWeb (Penedo et al. 2024, arXiv:2406.17557): the defaults of datatrove 0.10.1, chosen by its
# authors where the distributions of a better and a worse crawl part.
_LEAST_TERMINAL = 0.12
_MOST_SHORT = 0.67
_SHORT_LINE = 30
_MOST_NEWLINES = 0.3

# What datatrove takes for bullets.
_BULLETS = "•-"

_FULL_STOP, _ELLIPSIS = ord("."), ord("…")

# Full stops, question and exclamation marks, ellipses: of ASCII, of general punctuation, and of the
# Arabic, Urdu, Hindi, Chinese and Japanese scripts; and the quotation marks that may follow them.
# C4 and the first versions of FineWeb's rule took . ! ? ' " for ends. datatrove 0.10.1 has replaced
# the quotation marks by the terminals of all scripts; without them dialogue fails.
_TERMINALS = (
    ".!?\u2026\u203c\u203d\u2047\u2048\u2049"
    "\u061f\u06d4\u0964\u3002\uff0e\uff01\uff1f\uff61"
    "'\"\u2019\u201d"
)


def ellipsis_line_ratio(layout: Layout) -> Measure:
    """Share of the lines that end in an ellipsis, blank lines counted as lines.

    As in datatrove.
    """
    last = layout.line_end - 1
    ends = layout.points[last] == _ELLIPSIS
    # No full stop stands right before a document, so looking at the two characters before the last
    # of a line never finds those of a neighbour.
    stop = np.flatnonzero(layout.points[last] == _FULL_STOP)
    before = layout.points[last[stop] - 1], layout.points[last[stop] - 2]
    ends[stop] = (before[0] == _FULL_STOP) & (before[1] == _FULL_STOP)
    value = share(layout.count(layout.line_doc[ends]), layout.n_lines)
    return Measure(
        "gopher.ellipsis_line_ratio",
        value,
        high=_MOST_ELLIPSIS_LINES,
        evidence=lines(layout, ends),
    )


def bullet_line_ratio(layout: Layout) -> Measure:
    """Share of the lines that start with a bullet or a hyphen, blank lines counted as lines.

    As in datatrove; dolma, DCLM and TextDescriptives have other bullets, or another bound.
    """
    bullet = _is_one_of(layout.points[layout.line_start], _BULLETS)
    value = share(layout.count(layout.line_doc[bullet]), layout.n_lines)
    return Measure(
        "gopher.bullet_line_ratio", value, high=_MOST_BULLET_LINES, evidence=lines(layout, bullet)
    )


def terminal_punctuation_ratio(layout: Layout) -> Measure:
    """Share of the lines that end a sentence, of those that are not blank; 0 without any.

    As in FineWeb, but that white space behind the mark does no harm and that quotation marks count;
    the evidence is the lines without a mark.
    """
    ends = _is_one_of(layout.points[layout.line_end - 1], _TERMINALS)
    value = share(layout.count(layout.line_doc[ends]), layout.count(layout.line_doc))
    return Measure(
        "fineweb.terminal_punctuation_ratio",
        value,
        low=_LEAST_TERMINAL,
        evidence=lines(layout, ~ends),
    )


def short_line_ratio(layout: Layout) -> Measure:
    """Share of the lines of at most thirty characters, of those that are not blank.

    As in FineWeb, but that white space around a line is no part of it.
    """
    short = layout.line_end - layout.line_start <= _SHORT_LINE
    value = share(layout.count(layout.line_doc[short]), layout.count(layout.line_doc))
    return Measure(
        "fineweb.short_line_ratio", value, high=_MOST_SHORT, evidence=lines(layout, short)
    )


def newline_ratio(layout: Layout) -> Measure:
    """Ends of lines for each word; 0 without words.

    FineWeb's list ratio. Words are parted by white space, and so fewer by about one in eight than
    the tokens that the bound was found with: the rule is so much stricter. Any end of a line
    counts, not line feeds alone.
    """
    value = share(layout.n_line_ends, layout.n_words)
    return Measure("fineweb.newline_ratio", value, high=_MOST_NEWLINES)


def _is_one_of(points: npt.NDArray[np.uint32], letters: str) -> npt.NDArray[np.bool_]:
    """Mask of the code points that are those of the letters."""
    return np.isin(points, np.array([ord(letter) for letter in letters], np.uint32))

"""Rules by which C4 (Raffel et al. 2020, arXiv:1910.10683) drops lines and pages.

As datatrove 0.10.1 has them. That cleans the text line by line and judges what is left; here the
text stays as it is, and each rule has a value of its own.
"""

from __future__ import annotations

import re
from functools import cached_property

import numpy as np
import numpy.typing as npt

from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, chosen, share_of
from spindetect.quality.phrases import JAVASCRIPT, LOREM_IPSUM, POLICY, Phrases, lines_with
from spindetect.quality.segments import Words

# A line without three words, or with one of more characters than this, is dropped by C4.
_LEAST_WORDS, _LONGEST_WORD = 3, 1000

_CITATION = re.compile(r"\[\d*]|\[edit]|\[citation needed]")

_ENDS = (".", "?", "!", '"', "'")


class KeptLines:
    """What C4 makes of the lines of a batch, and why.

    Parameters
    ----------
    layout : Layout
        The batch.
    needs_end : bool
        Whether a line must end in a mark (FineWeb has C4's rules without this one).

    Attributes
    ----------
    lorem_ipsum, curly_bracket, javascript, policy, kept : bool arrays, one entry a line
        The first thing that C4 says of each of `Layout.lines`: the first two drop the page, the
        next two the line. What is none of them lacks an end, or words, or has too long a one.
    """

    def __init__(self, layout: Layout, *, needs_end: bool = True) -> None:
        lines = layout.lines
        self._lines = lines
        n_words = np.diff(layout.line_bounds)
        spaced = layout.spaced
        first = layout.line_bounds[:-1]
        longest = np.maximum.reduceat(spaced.size, first) if len(lines) else spaced.size
        read = (longest <= _LONGEST_WORD) & (n_words >= _LEAST_WORDS)
        cited = self._cited
        read_plain = read.copy()
        if needs_end:
            read_plain &= _ends(layout)
        phrases = Phrases(layout)
        found = [
            phrases.lines((LOREM_IPSUM,)),
            phrases.lines((JAVASCRIPT,)),
            lines_with(layout, np.flatnonzero(layout.points == ord("{"))),
            phrases.lines(POLICY),
        ]
        for index, text in cited.items():
            lower = text.lower()
            ends = text.endswith(_ENDS) and not text.endswith("...")
            read_plain[index] = read[index] and (ends or not needs_end)
            found[0][index] = LOREM_IPSUM in lower
            found[1][index] = JAVASCRIPT in lower
            found[2][index] = "{" in text
            found[3][index] = any(phrase in lower for phrase in POLICY)
        left = read_plain
        self.lorem_ipsum = left & found[0]
        left = left & ~found[0]
        self.javascript = left & found[1]
        left = left & ~found[1]
        self.curly_bracket = left & found[2]
        left = left & ~found[2]
        self.policy = left & found[3]
        self.kept = left & ~found[3]

    @cached_property
    def _cited(self) -> dict[int, str]:
        """Lines with citations, without them."""
        lines = self._lines
        with_bracket = lines_with(lines.layout, np.flatnonzero(lines.layout.points == ord("[")))
        texts = {index: lines.text(index) for index in np.flatnonzero(with_bracket).tolist()}
        return {i: _CITATION.sub("", text) for i, text in texts.items() if _CITATION.search(text)}

    def text(self, index: int) -> str:
        """A line as C4 keeps it, without citations."""
        cited = self._cited.get(index)
        return self._lines.text(index) if cited is None else cited


def kept_lines(layout: Layout, *, needs_end: bool) -> KeptLines:
    """What C4 makes of the lines of a batch, found once."""
    return layout.shared(f"kept lines {needs_end}", lambda: KeptLines(layout, needs_end=needs_end))


def kept_sentences(words: Words, *, needs_end: bool = True) -> Measure:
    """Sentences in the lines that C4 keeps.

    Unit: sentences. Range: [0, inf). Source: C4, datatrove.
    """
    layout = words.layout
    kept = kept_lines(layout, needs_end=needs_end).kept
    return Measure(layout.lines.total(layout.line_sentences * kept))


def lorem_ipsum_lines(words: Words, *, needs_end: bool = True) -> Measure:
    """Lines with the placeholder "lorem ipsum" among those that C4 reads.

    Unit: lines. Range: [0, inf). Source: C4, datatrove.
    """
    return _number(words.layout, kept_lines(words.layout, needs_end=needs_end).lorem_ipsum)


def curly_bracket_lines(words: Words, *, needs_end: bool = True) -> Measure:
    """Lines with an opening curly bracket among those that C4 reads.

    Unit: lines. Range: [0, inf). Source: C4, datatrove.
    """
    return _number(words.layout, kept_lines(words.layout, needs_end=needs_end).curly_bracket)


def javascript_lines(words: Words, *, needs_end: bool = True) -> Measure:
    """Share of the lines that C4 drops because they name JavaScript.

    Unit: share of lines. Range: [0, 1]. Source: C4, datatrove.
    """
    return share_of(words.layout.lines, kept_lines(words.layout, needs_end=needs_end).javascript)


def policy_lines(words: Words, *, needs_end: bool = True) -> Measure:
    """Share of the lines that C4 drops because they speak of cookies, privacy or terms of use.

    Unit: share of lines. Range: [0, 1]. Source: C4, datatrove.
    """
    return share_of(words.layout.lines, kept_lines(words.layout, needs_end=needs_end).policy)


def dropped_lines(words: Words, *, needs_end: bool = True) -> Measure:
    """Share of the lines that C4 drops, for whatever reason.

    Unit: share of lines. Range: [0, 1]. Source: C4, datatrove.
    """
    return share_of(words.layout.lines, ~kept_lines(words.layout, needs_end=needs_end).kept)


def _ends(layout: Layout) -> npt.NDArray[np.bool_]:
    """Mask of the lines that end in one of C4's marks, an ellipsis excepted."""
    points, last = layout.points, layout.lines.end - 1
    final = points[last]
    ends = np.zeros(len(last), np.bool_)
    for mark in _ENDS:
        ends |= final == ord(mark)
    stop = ord(".")
    return np.asarray(
        ends & ~((final == stop) & (points[last - 1] == stop) & (points[last - 2] == stop))
    )


def _number(layout: Layout, some: npt.NDArray[np.bool_]) -> Measure:
    """Number of the lines that a mask chooses."""
    return Measure(layout.lines.count(some), chosen(layout.lines, some))

"""Phrases and patterns: where they stand in a batch of documents."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from spindetect.quality.keys import Ints
from spindetect.quality.layout import Layout
from spindetect.quality.segments import Segments

__all__ = ["JAVASCRIPT", "LOREM_IPSUM", "POLICY", "Phrases", "having", "lines_with", "matches"]

LOREM_IPSUM = "lorem ipsum"
JAVASCRIPT = "javascript"
POLICY = (
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
)


class Phrases:
    """Where phrases of lower-case ASCII stand in a batch, in any letter case."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def places(self, phrases: tuple[str, ...]) -> tuple[Ints, Ints, Ints]:
        """Documents, positions and ends of the occurrences, in order of the text."""
        # Few documents have one: searching the lowered text first is ten times as fast as any
        # expression.
        some = having(self._layout, *phrases)
        expression = "|".join(map(re.escape, phrases)) if some else ""
        return matches(self._layout, re.compile(expression, re.IGNORECASE), some)

    def lines(self, phrases: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Mask of the lines that have one of the phrases, as `str.lower` finds them."""
        return self.segments(self._layout.lines, phrases)

    def segments(self, segments: Segments, phrases: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Mask of the segments that have one of the phrases."""
        has = np.zeros(len(segments), np.bool_)
        for doc in having(self._layout, *phrases):
            for index in range(int(segments.bound[doc]), int(segments.bound[doc + 1])):
                line = segments.text(index).lower()
                has[index] = any(phrase in line for phrase in phrases)
        return has


def lines_with(layout: Layout, position: Ints) -> npt.NDArray[np.bool_]:
    """Mask of the lines in which one of the positions lies, none of them white space."""
    has = np.zeros(len(layout.lines), np.bool_)
    has[np.searchsorted(layout.lines.start, position, side="right") - 1] = True
    return has


def matches(
    layout: Layout, pattern: re.Pattern[str], docs: Iterable[int]
) -> tuple[Ints, Ints, Ints]:
    """Documents, positions and ends of the matches of a pattern in some of the documents."""
    found = [(doc, *match.span()) for doc in docs for match in pattern.finditer(layout.texts[doc])]
    doc, start, end = np.array(found, np.int64).reshape(-1, 3).T
    return doc, start + layout.origin[doc], end + layout.origin[doc]


def having(layout: Layout, *strings: str) -> list[int]:
    """Documents with one of some strings in lower case, in any letter case."""
    found: set[int] = set()
    for string in strings:
        found.update(doc for doc, lower in enumerate(layout.lowered) if string in lower)
    return sorted(found)

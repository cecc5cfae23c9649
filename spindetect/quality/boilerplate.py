"""Signals of text that no one wrote for a reader: filler, program code, notes to browsers.

The rules are those by which C4 (Raffel et al. 2020, arXiv:1910.10683) drops pages and
lines, as in datatrove 0.10.1; but that cleans the text line by line and drops what little is left,
and here the text stays as it is and is judged as a whole.
"""

from __future__ import annotations

import re

import numpy as np

from spindetect.quality.layout import Ints, Layout
from spindetect.quality.measures import Measure, lines, passages, share

# C4 drops a page at the first placeholder or curly bracket, and every line with "javascript".
_MOST = 0

_LOREM_IPSUM = "lorem ipsum"
_JAVASCRIPT = "javascript"


def lorem_ipsum(layout: Layout) -> Measure:
    """How often the placeholder "lorem ipsum" stands there, in any letter case.

    As in C4, but that lines which C4 drops for other reasons are searched, too.
    """
    doc, start = _occurrences(layout, _LOREM_IPSUM)
    found = passages(layout, doc, start, start + len(_LOREM_IPSUM))
    return Measure("c4.lorem_ipsum", layout.count(doc), high=_MOST, evidence=found)


def curly_bracket(layout: Layout) -> Measure:
    """Opening curly brackets: rare in prose, common in program code.

    As in C4, but that lines which C4 drops for other reasons are searched, too.
    """
    start = np.flatnonzero(layout.points == ord("{"))
    doc = np.searchsorted(layout.origin, start, side="right") - 1
    found = passages(layout, doc, start, start + 1)
    return Measure("c4.curly_bracket", layout.count(doc), high=_MOST, evidence=found)


def javascript(layout: Layout) -> Measure:
    """Share of the lines, of those that are not blank, that have "javascript" in any letter case.

    C4 drops such lines, most of which ask to enable it; the rule is kept when there are none. A
    text about the language breaks it, as it would lose these lines to C4.
    """
    _, start = _occurrences(layout, _JAVASCRIPT)
    has = np.zeros(len(layout.line_doc), np.bool_)
    has[np.searchsorted(layout.line_start, start, side="right") - 1] = True
    value = share(layout.count(layout.line_doc[has]), layout.count(layout.line_doc))
    return Measure("c4.javascript", value, high=_MOST, evidence=lines(layout, has))


def _occurrences(layout: Layout, phrase: str) -> tuple[Ints, Ints]:
    """Documents and positions at which a phrase of lower-case ASCII occurs, in any letter case."""
    # Few documents have it: searching bytes is ten times as fast as an expression, and finds it in
    # the same documents, since no letter beyond ASCII belongs to one of these phrases.
    sought = phrase.encode()
    pattern = re.compile(re.escape(phrase), re.ASCII | re.IGNORECASE)
    found = [
        (doc, match.start())
        for doc, text in enumerate(layout.texts)
        if sought in text.encode("utf-8", "surrogatepass").lower()
        for match in pattern.finditer(text)
    ]
    doc, start = np.array(found, np.int64).reshape(-1, 2).T
    return doc, start + layout.origin[doc]

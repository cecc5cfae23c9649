"""Signals of text that no one wrote for a reader: filler, program code, notes to browsers.

Most are rules by which C4 (Raffel et al. 2020, arXiv:1910.10683) drops lines and pages, as
datatrove 0.10.1 has them. That cleans the text line by line and judges what is left; here the text
stays as it is, and each rule has a value of its own.
"""

from __future__ import annotations

import re
from functools import cached_property

import numpy as np
import numpy.typing as npt

from spindetect.quality.keys import Ints
from spindetect.quality.layout import Layout
from spindetect.quality.lines import capital_mask, counter_mask, digit_mask
from spindetect.quality.measures import Measure, chosen, passages, share
from spindetect.quality.segments import Segments, Words

# A line without three words, or with one of more characters than this, is dropped by C4.
_LEAST_WORDS, _LONGEST_WORD = 3, 1000

_CITATION = re.compile(r"\[\d*]|\[edit]|\[citation needed]")
_ENDS = (".", "?", "!", '"', "'")
_LOREM_IPSUM = "lorem ipsum"
_JAVASCRIPT = "javascript"
_POLICY = (
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
)

# Invitations to read, buy or sign in that DCLM takes out of lines of ten words at most.
_INVITATIONS = re.compile(
    r"^sign-?in|items? in cart$|read more(?:\.\.\.|…)?$|^read more", re.IGNORECASE
)
_MOST_INVITING = 10

# Placeholders of templates and notes of servers; what NeMo Curator counts besides policies.
_URL = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)

# Alternatives in braces, as spinners read them: `{huge|large}`, in a word or nested.
_SPINTAX = re.compile(r"\{[^{}\n]{0,200}\|[^{}\n]{0,200}\}")


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
        phrases = _Phrases(layout)
        found = [
            phrases.lines((_LOREM_IPSUM,)),
            phrases.lines((_JAVASCRIPT,)),
            _lines_with(layout, np.flatnonzero(layout.points == ord("{"))),
            phrases.lines(_POLICY),
        ]
        for index, text in cited.items():
            lower = text.lower()
            ends = text.endswith(_ENDS) and not text.endswith("...")
            read_plain[index] = read[index] and (ends or not needs_end)
            found[0][index] = _LOREM_IPSUM in lower
            found[1][index] = _JAVASCRIPT in lower
            found[2][index] = "{" in text
            found[3][index] = any(phrase in lower for phrase in _POLICY)
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
        with_bracket = _lines_with(lines.layout, np.flatnonzero(lines.layout.points == ord("[")))
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
    return _share(words.layout, kept_lines(words.layout, needs_end=needs_end).javascript)


def policy_lines(words: Words, *, needs_end: bool = True) -> Measure:
    """Share of the lines that C4 drops because they speak of cookies, privacy or terms of use.

    Unit: share of lines. Range: [0, 1]. Source: C4, datatrove.
    """
    return _share(words.layout, kept_lines(words.layout, needs_end=needs_end).policy)


def dropped_lines(words: Words, *, needs_end: bool = True) -> Measure:
    """Share of the lines that C4 drops, for whatever reason.

    Unit: share of lines. Range: [0, 1]. Source: C4, datatrove.
    """
    return _share(words.layout, ~kept_lines(words.layout, needs_end=needs_end).kept)


def lorem_ipsum(words: Words) -> Measure:
    """How often the placeholder "lorem ipsum" stands there, in any letter case.

    Unit: occurrences. Range: [0, inf). Source: C4, NeMo Curator, TextDescriptives.
    """
    return _occurrences(words.layout, (_LOREM_IPSUM,))


def lorem_ipsum_ratio(words: Words) -> Measure:
    """How often "lorem ipsum" stands there for each character.

    Unit: occurrences a character. Range: [0, 1]. Source: RedPajama-v2.
    """
    found = _occurrences(words.layout, (_LOREM_IPSUM,))
    return Measure(share(found.values, words.layout.length), found.find)


def curly_brackets(words: Words) -> Measure:
    """Opening curly brackets: rare in prose, common in program code.

    Unit: brackets. Range: [0, inf). Source: C4.
    """
    layout = words.layout
    start = np.flatnonzero(layout.points == ord("{"))
    doc = layout.doc(start)
    return Measure(layout.count(doc), lambda: passages(layout, doc, start, start + 1))


def javascript(words: Words) -> Measure:
    """Share of the lines, of those that are not blank, that have "javascript" in any letter case.

    Unit: share of lines. Range: [0, 1]. Source: C4, RedPajama-v2.
    """
    return _share(words.layout, _Phrases(words.layout).lines((_JAVASCRIPT,)))


def policy_phrases(words: Words) -> Measure:
    """Share of the lines that speak of cookies, privacy or terms of use.

    Unit: share of lines. Range: [0, 1]. Source: C4, NeMo Curator.
    """
    return _share(words.layout, _Phrases(words.layout).lines(_POLICY))


def boilerplate_paragraphs(words: Words) -> Measure:
    """Share of the paragraphs that speak of cookies, privacy or terms of use; 1 with "lorem ipsum".

    Unit: share of paragraphs. Range: [0, 1]. Source: NeMo Curator.
    """
    layout = words.layout
    phrases = _Phrases(layout)
    paragraphs = layout.paragraphs
    has = phrases.segments(paragraphs, (*_POLICY, _JAVASCRIPT))
    value = share(paragraphs.count(has), paragraphs.n)
    filler = layout.count(phrases.places((_LOREM_IPSUM,))[0]) > 0
    return Measure(np.where(filler, 1.0, value), chosen(paragraphs, has))


def invitations(words: Words) -> Measure:
    """Share of the lines of ten words at most that invite to read more, to sign in or to pay.

    Unit: share of lines. Range: [0, 1]. Source: DCLM.
    """
    return _share(words.layout, _inviting(words.layout))


def removable_words(words: Words) -> Measure:
    """Share of the words in lines that DCLM takes out: capitals, digits, counters, invitations.

    Unit: share of words parted by white space. Range: [0, 1]. Source: DCLM.
    """
    layout = words.layout
    lines = layout.lines
    n_words = np.diff(layout.line_bounds)
    removed = capital_mask(lines) | digit_mask(layout) | counter_mask(lines) | (n_words < 2)
    removed |= _inviting(layout)
    value = share(lines.total(n_words * removed), layout.spaced.n)
    return Measure(value, chosen(lines, removed))


def url_chars(words: Words) -> Measure:
    """Characters of addresses of pages, for each character.

    Unit: share of characters. Range: [0, 1]. Source: NeMo Curator.
    """
    return _matched(words.layout, _URL, "http", "www.")


def spintax(words: Words) -> Measure:
    """Alternatives in braces that a spinner has left in the text, such as ``{huge|large}``.

    Unit: occurrences. Range: [0, inf). Source: own.
    """
    layout = words.layout
    doc, start, end = _matches(layout, _SPINTAX, ("|",))
    return Measure(layout.count(doc), lambda: passages(layout, doc, start, end))


class _Phrases:
    """Where phrases of lower-case ASCII stand in a batch, in any letter case."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def places(self, phrases: tuple[str, ...]) -> tuple[Ints, Ints, Ints]:
        """Documents, positions and ends of the occurrences, in order of the text."""
        # Few documents have one: searching the lowered text first is ten times as fast as any
        # expression.
        pattern = re.compile("|".join(map(re.escape, phrases)), re.IGNORECASE)
        found = [
            (doc, *match.span())
            for doc, lower in enumerate(self._layout.lowered)
            if any(phrase in lower for phrase in phrases)
            for match in pattern.finditer(self._layout.texts[doc])
        ]
        doc, start, end = np.array(found, np.int64).reshape(-1, 3).T
        origin = self._layout.origin[doc]
        return doc, start + origin, end + origin

    def lines(self, phrases: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Mask of the lines that have one of the phrases, as `str.lower` finds them."""
        return self.segments(self._layout.lines, phrases)

    def segments(self, segments: Segments, phrases: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """Mask of the segments that have one of the phrases."""
        has = np.zeros(len(segments), np.bool_)
        bound = np.concatenate([[0], np.cumsum(segments.n)]).tolist()
        for doc, lower in enumerate(self._layout.lowered):
            if any(phrase in lower for phrase in phrases):
                for index in range(bound[doc], bound[doc + 1]):
                    line = segments.text(index).lower()
                    has[index] = any(phrase in line for phrase in phrases)
        return has


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


def _lines_with(layout: Layout, position: Ints) -> npt.NDArray[np.bool_]:
    """Mask of the lines in which one of the positions lies, none of them white space."""
    has = np.zeros(len(layout.lines), np.bool_)
    has[np.searchsorted(layout.lines.start, position, side="right") - 1] = True
    return has


def _inviting(layout: Layout) -> npt.NDArray[np.bool_]:
    """Mask of the short lines that invite."""
    lines = layout.lines
    has = np.zeros(len(lines), np.bool_)
    for index in np.flatnonzero(np.diff(layout.line_bounds) <= _MOST_INVITING).tolist():
        has[index] = _INVITATIONS.search(lines.text(index)) is not None
    return has


def _number(layout: Layout, some: npt.NDArray[np.bool_]) -> Measure:
    """Number of the lines that a mask chooses."""
    return Measure(layout.lines.count(some), chosen(layout.lines, some))


def _share(layout: Layout, some: npt.NDArray[np.bool_]) -> Measure:
    """Share of the lines that a mask chooses, of those that are not blank."""
    return Measure(share(layout.lines.count(some), layout.lines.n), chosen(layout.lines, some))


def _occurrences(layout: Layout, phrases: tuple[str, ...]) -> Measure:
    """How often phrases stand there."""
    doc, start, end = _Phrases(layout).places(phrases)
    return Measure(layout.count(doc), lambda: passages(layout, doc, start, end))


def _matches(
    layout: Layout, pattern: re.Pattern[str], needed: tuple[str, ...]
) -> tuple[Ints, Ints, Ints]:
    """Documents, positions and ends of the matches of a pattern, where one of some strings is."""
    found = [
        (doc, *match.span())
        for doc, lower in enumerate(layout.lowered)
        if any(string in lower for string in needed)
        for match in pattern.finditer(layout.texts[doc])
    ]
    doc, start, end = np.array(found, np.int64).reshape(-1, 3).T
    return doc, start + layout.origin[doc], end + layout.origin[doc]


def _matched(layout: Layout, pattern: re.Pattern[str], *needed: str) -> Measure:
    """Characters of the matches of a pattern, for each character."""
    doc, start, end = _matches(layout, pattern, needed)
    value = share(np.bincount(doc, end - start, minlength=len(layout)), layout.length)
    return Measure(value, lambda: passages(layout, doc, start, end))

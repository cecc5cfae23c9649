"""Signals of text that no one wrote for a reader: filler, program code, notes to browsers."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from spindetect.quality.characters import one_of
from spindetect.quality.layout import Layout
from spindetect.quality.lines import capital_mask, counter_mask, digit_mask
from spindetect.quality.measures import Measure, chosen, passages, share, share_of
from spindetect.quality.phrases import JAVASCRIPT, LOREM_IPSUM, POLICY, Phrases, having, matches
from spindetect.quality.segments import Words

# What NeMo Curator counts besides the phrases of C4.
_NOTICES = (
    "privacy overview",
    "privacy & cookies policy",
    "privacy and cookies policy",
    "necessary cookies are absolutely essential",
    "cookies that may not be particularly necessary",
    "without changing your cookie settings",
)

# Invitations to read, buy or sign in that DCLM takes out of lines of ten words at most.
_INVITATIONS = re.compile(
    r"^sign-?in|items? in cart$|read more(?:\.\.\.|…)?$|^read more", re.IGNORECASE
)
_MOST_INVITING = 10

# Ends of sentences that NeMo Curator takes for ellipses, in lower case.
_TRAILS = ("...", "[...]", "…", "(...)", "[…]", "-»", "read more..", "read more")

# What NeMo Curator takes for the address of a page, and those without a scheme.
_URL = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)

# Alternatives in braces, as spinners read them: `{huge|large}`, in a word or nested.
_SPINTAX = re.compile(r"\{[^{}\n]{0,200}\|[^{}\n]{0,200}\}")


def lorem_ipsum(words: Words) -> Measure:
    """How often the placeholder "lorem ipsum" stands there, in any letter case.

    Unit: occurrences. Range: [0, inf). Source: C4, NeMo Curator, TextDescriptives.
    """
    return _occurrences(words.layout, (LOREM_IPSUM,))


def lorem_ipsum_ratio(words: Words) -> Measure:
    """How often "lorem ipsum" stands there for each character.

    Unit: occurrences a character. Range: [0, 1]. Source: RedPajama-v2.
    """
    found = _occurrences(words.layout, (LOREM_IPSUM,))
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
    return share_of(words.layout.lines, Phrases(words.layout).lines((JAVASCRIPT,)))


def policy_phrases(words: Words) -> Measure:
    """Share of the lines that speak of cookies, privacy or terms of use.

    Unit: share of lines. Range: [0, 1]. Source: C4, NeMo Curator.
    """
    return share_of(words.layout.lines, Phrases(words.layout).lines(POLICY))


def boilerplate_paragraphs(words: Words) -> Measure:
    """Share of the paragraphs that speak of cookies, privacy or terms of use; 1 with "lorem ipsum".

    Unit: share of paragraphs. Range: [0, 1]. Source: NeMo Curator.
    """
    layout = words.layout
    phrases = Phrases(layout)
    paragraphs = layout.paragraphs
    has = phrases.segments(paragraphs, (*POLICY, *_NOTICES))
    value = share(paragraphs.count(has), paragraphs.n)
    filler = layout.count(phrases.places((LOREM_IPSUM,))[0]) > 0
    return Measure(np.where(filler, 1.0, value), chosen(paragraphs, has))


def invitations(words: Words) -> Measure:
    """Share of the lines of ten words at most that invite to read more, to sign in or to pay.

    Unit: share of lines. Range: [0, 1]. Source: DCLM.
    """
    return share_of(words.layout.lines, _inviting(words.layout))


def removable_words(words: Words) -> Measure:
    """Share of the words that DCLM takes out: lines of capitals, digits, counts or one word.

    And, in lines of ten words at most, invitations to read more, to sign in or to pay.

    Unit: share of words parted by white space. Range: [0, 1]. Source: DCLM.
    """
    layout = words.layout
    lines = layout.lines
    n_words = np.diff(layout.line_bounds)
    whole = capital_mask(lines) | digit_mask(layout) | counter_mask(lines) | (n_words < 2)
    removed = n_words * whole
    inviting = _inviting(layout) & ~whole
    for index in np.flatnonzero(inviting).tolist():
        rest = _INVITATIONS.sub("", lines.text(index))
        removed[index] -= len(rest.split()) - n_words[index]
    value = share(lines.total(removed), layout.spaced.n)
    return Measure(value, chosen(lines, whole | inviting))


def trailing_sentences(words: Words) -> Measure:
    """Share of the sentences that end in an ellipsis or in "read more".

    Unit: share of sentences. Range: [0, 1]. Source: NeMo Curator.
    """
    sentences = words.layout.sentences
    last = words.layout.points[np.maximum(sentences.end - 1, 0)]
    trailing = np.zeros(len(sentences), np.bool_)
    before = words.layout.points[np.maximum(sentences.end - 2, 0)]
    maybe = one_of(last, "eE…])»")
    maybe |= (last == ord(".")) & (before == ord("."))
    for index in np.flatnonzero(maybe).tolist():
        trailing[index] = sentences.text(index).lower().endswith(_TRAILS)
    return share_of(sentences, trailing)


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
    doc, start, end = matches(layout, _SPINTAX, having(layout, "|"))
    return Measure(layout.count(doc), lambda: passages(layout, doc, start, end))


def _inviting(layout: Layout) -> npt.NDArray[np.bool_]:
    """Mask of the short lines that invite."""
    lines = layout.lines
    has = np.zeros(len(lines), np.bool_)
    for index in np.flatnonzero(np.diff(layout.line_bounds) <= _MOST_INVITING).tolist():
        has[index] = _INVITATIONS.search(lines.text(index)) is not None
    return has


def _occurrences(layout: Layout, phrases: tuple[str, ...]) -> Measure:
    """How often phrases stand there."""
    doc, start, end = Phrases(layout).places(phrases)
    return Measure(layout.count(doc), lambda: passages(layout, doc, start, end))


def _matched(layout: Layout, pattern: re.Pattern[str], *needed: str) -> Measure:
    """Characters of the matches of a pattern, for each character."""
    doc, start, end = matches(layout, pattern, having(layout, *needed))
    value = share(np.bincount(doc, end - start, minlength=len(layout)), layout.length)
    return Measure(value, lambda: passages(layout, doc, start, end))

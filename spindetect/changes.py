"""Changes: the text of a report with the phrases put back that most likely stood there before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spindetect.errors import InputError
from spindetect.report import Reason, Report

__all__ = ["Change", "Restoration", "restored"]

# An indefinite article as the last word, and not the letter of "plan-a" or "u.s.a.".
_ARTICLE = re.compile(r"(?<![\w.'\u2019-])(an?)\s+\Z", re.IGNORECASE)

# What "an" stands before: vowels that sound like one, and four stems with a silent h. By the
# bigrams of model en-2026.1, one article is more than eight times likelier than the other before
# 19,863 words of four letters or more that hold a vowel; the pattern agrees for 19,733 of them, and
# the others are mostly abbreviations and names.
_AN = re.compile(
    r"(?!e[uw]|onc?e\b|uni(?:[^nmd]|mo)|unani|u[bcfghjkqrst][aeiou])[aeiou]"
    r"|hour(?!i)|heir|honest|hono",
    re.IGNORECASE,
)

# Expected phrases are in lower case, and this is the one word that never is.
_PRONOUN = re.compile(r"\bi\b")


@dataclass(frozen=True, slots=True)
class Change:
    """``text[start:end]``, which is `before`, becomes `after`; offsets are into the scored text.

    >>> Change(2, 9, "vintage", "old").after
    'old'
    """

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Restoration:
    """A text with phrases put back.

    Attributes
    ----------
    text : str
        The scored text with all changes made.
    changes : tuple of Change
        In order of the text; they do not overlap.

    Examples
    --------
    >>> Restoration("an old house", (Change(0, 1, "a", "an"), Change(2, 9, "vintage", "old"))).text
    'an old house'
    """

    text: str
    changes: tuple[Change, ...]


def restored(report: Report, confidence: float) -> Restoration:
    """What `Report.restored` gives.

    A phrase keeps its case, all capitals or a first one, and "a" or "an" before it follows its
    sound if that has changed.
    """
    if not 0 <= confidence <= 1:
        raise ValueError(f"confidence lies between 0 and 1, got {confidence!r}")
    if not report.text and report.reason is not Reason.EMPTY:
        raise InputError(
            "the report does not hold its text, so nothing can be put back in it: score the text "
            "anew, or read a record that was made with the text"
        )
    changes = tuple(_changes(report, confidence))
    return Restoration(_changed(report.text, changes), changes)


def _changes(report: Report, confidence: float) -> Iterator[Change]:
    """Changes of articles and phrases, in order."""
    beginnings = {s.start for s in report.sentences}
    end = 0
    for a in report.anomalies:
        if a.probability < confidence or not a.expected:
            continue
        if a.start < end or report.text[a.start : a.end] != a.text:
            raise InputError(
                f"the phrase {a.text!r} does not stand at {a.start} of the text, or another "
                "overlaps it: restore the text that was scored, with its own anomalies"
            )
        change = Change(a.start, a.end, a.text, _in_case_of(a.text, a.expected[0]))
        yield from _article(report.text, end, change, beginnings)
        if change.before != change.after:
            yield change
        end = a.end


def _in_case_of(pattern: str, phrase: str) -> str:
    """The phrase with the capitals of another one.

    >>> [_in_case_of(p, "when i") for p in ("whilst me", "Whilst me", "WHILST ME")]
    ['when I', 'When I', 'WHEN I']
    """
    if len(pattern) > 1 and pattern.isupper():
        return phrase.upper()
    phrase = _PRONOUN.sub("I", phrase)
    return phrase[:1].upper() + phrase[1:] if pattern[:1].isupper() else phrase


def _article(text: str, start: int, change: Change, beginnings: set[int]) -> Iterator[Change]:
    """The change of the article before a change, if its sound makes one necessary."""
    found = _ARTICLE.search(text, start, change.start)
    vowel = _AN.match(change.after) is not None
    if found is None or vowel == (_AN.match(change.before) is not None):
        return
    before = found[1]
    loud = before.isupper() and change.before.isupper()
    # A capital inside a sentence is no article but a grade or a vitamin.
    if before == "A" and not loud and found.start() not in beginnings:
        return
    fitting = "an" if vowel else "a"
    if before.lower() != fitting:
        after = fitting.upper() if loud else _in_case_of(before[:1], fitting)
        yield Change(*found.span(1), before, after)


def _changed(text: str, changes: Iterable[Change]) -> str:
    """The text with the changes made."""
    parts, end = [], 0
    for change in changes:
        parts += [text[end : change.start], change.after]
        end = change.end
    return "".join([*parts, text[end:]])

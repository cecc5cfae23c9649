"""Signals of where a text is from and whom it names: addresses, numbers, licences."""

from __future__ import annotations

import re

import numpy as np

from spindetect.quality.characters import DIGIT, properties
from spindetect.quality.keys import Ints
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, passages
from spindetect.quality.phrases import having, matches
from spindetect.quality.segments import Words

# Every part is bounded and begins where no part could begin before, so that no text takes more than
# linear time.
_EMAIL = re.compile(
    r"(?<![\w.%+-])[\w%+-][\w.%+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}"
    r"[a-z]{2,24}(?![\w-])",
    re.IGNORECASE,
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IP = re.compile(rf"(?<![\d.])(?:{_OCTET}\.){{3}}{_OCTET}(?!\d|\.\d)")
# Characters from the first full stop of an address to the third, at most.
_TWO_OCTETS = 8

_PHONE = re.compile(
    r"(?<![\d.-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\d-])"
)
_LICENCE = re.compile(
    r"creativecommons\.org/(?:licenses|publicdomain)/[a-z0-9.+/-]{1,40}"
    r"|\bcreative commons\b",
    re.IGNORECASE,
)


def email_addresses(words: Words) -> Measure:
    """Addresses of electronic mail.

    Unit: occurrences. Range: [0, inf). Source: datatrove and dolma (which replace or tag them).
    """
    return _occurrences(words, _EMAIL, having(words.layout, "@"))


def ip_addresses(words: Words) -> Measure:
    """Addresses of the Internet Protocol, version 4, written with full stops.

    Unit: occurrences. Range: [0, inf). Source: datatrove and dolma (which replace or tag them).
    """
    return _occurrences(words, _IP, _dotted(words.layout))


def phone_numbers(words: Words) -> Measure:
    """Telephone numbers of North America, with their area code and parted by signs.

    Unit: occurrences. Range: [0, inf). Source: dolma.
    """
    return _occurrences(words, _PHONE, _between_digits(words.layout, " .-", behind=4))


def licence_marks(words: Words) -> Measure:
    """Mentions of a licence of Creative Commons, by name or address.

    Unit: occurrences. Range: [0, inf). Source: dolma, after its licence tags.
    """
    return _occurrences(words, _LICENCE, having(words.layout, "commons"))


def _between_digits(layout: Layout, signs: str, *, behind: int) -> list[int]:
    """Documents with one of the signs between a digit and so many: few, and searching is slow."""
    place = np.concatenate([_places(layout, sign, behind) for sign in signs])
    return np.flatnonzero(layout.inside(np.sort(place))).tolist()


def _dotted(layout: Layout) -> list[int]:
    """Documents with three full stops between digits, near each other."""
    place = _places(layout, ".", 1)
    near = place[:-2][place[2:] - place[:-2] <= _TWO_OCTETS]
    return np.flatnonzero(layout.inside(near)).tolist()


def _places(layout: Layout, sign: str, behind: int) -> Ints:
    """Where a sign stands between a digit and so many."""
    points = layout.points
    place = np.flatnonzero(points == ord(sign))
    for step in (-1, *range(1, behind + 1)):
        # Behind a document stands a barrier, and nothing behind the last one's.
        near = points[np.minimum(place + step, len(points) - 1)]
        place = place[(properties(near) & DIGIT) != 0]
    return place


def _occurrences(words: Words, pattern: re.Pattern[str], docs: list[int]) -> Measure:
    """How often a pattern matches, in some of the documents."""
    layout = words.layout
    doc, start, end = matches(layout, pattern, docs)
    return Measure(layout.count(doc), lambda: passages(layout, doc, start, end))

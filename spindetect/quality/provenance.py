"""Signals of where a text is from and whom it names: addresses, numbers, licences."""

from __future__ import annotations

import re

from spindetect.quality.measures import Measure, passages
from spindetect.quality.phrases import matches
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
    return _occurrences(words, _EMAIL, "@")


def ip_addresses(words: Words) -> Measure:
    """Addresses of the Internet Protocol, version 4, written with full stops.

    Unit: occurrences. Range: [0, inf). Source: datatrove and dolma (which replace or tag them).
    """
    return _occurrences(words, _IP, ".")


def phone_numbers(words: Words) -> Measure:
    """Telephone numbers of North America, with their area code and parted by signs.

    Unit: occurrences. Range: [0, inf). Source: dolma.
    """
    return _occurrences(words, _PHONE, "-", ".", " ")


def licence_marks(words: Words) -> Measure:
    """Mentions of a licence of Creative Commons, by name or address.

    Unit: occurrences. Range: [0, inf). Source: dolma, after its licence tags.
    """
    return _occurrences(words, _LICENCE, "commons")


def _occurrences(words: Words, pattern: re.Pattern[str], *needed: str) -> Measure:
    """How often a pattern matches, in texts that have one of some strings."""
    layout = words.layout
    doc, start, end = matches(layout, pattern, needed)
    return Measure(layout.count(doc), lambda: passages(layout, doc, start, end))

"""Excerpts of a text that end where words end."""

from __future__ import annotations

__all__ = ["first_words", "last_words"]


def first_words(text: str, width: int) -> str:
    """As many words from the beginning of `text` as fit.

    >>> first_words("one two three four", 12)
    'one two ...'
    """
    if len(text) <= width:
        return text
    return text[: width - 3].rsplit(" ", 1)[0] + " ..."


def last_words(text: str, width: int) -> str:
    """As many words from the end of `text` as fit.

    >>> last_words("one two three four", 12)
    '... four'
    """
    if len(text) <= width:
        return text
    return "... " + text[len(text) - width + 3 :].split(" ", 1)[-1]

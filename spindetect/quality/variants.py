"""Variants: signals made of others, of other words or with a number, and what is said of them."""

from __future__ import annotations

from functools import partial

from spindetect.quality.measures import Measure, Signal
from spindetect.quality.segments import Words

__all__ = ["normalised", "of_own_words", "told"]


def normalised(signal: Signal) -> Signal:
    """A signal of the words in lower case and without punctuation; it points at no passage."""

    def measured(words: Words) -> Measure:
        return Measure(signal(words.layout.normalised).values)

    return _told(measured, signal)


def of_own_words(signal: Signal) -> Signal:
    """A signal of the project's own tokens, whatever the words of the preset."""

    def measured(words: Words) -> Measure:
        return signal(words.layout.own_words)

    return _told(measured, signal)


def _told(measured: Signal, signal: Signal) -> Signal:
    """A signal with the description of another."""
    function = signal.func if isinstance(signal, partial) else signal
    measured.__doc__ = told(signal)
    measured.__module__ = function.__module__
    return measured


def told(signal: Signal) -> str:
    """What the docstring of a signal says, with the number of words that its sequences have.

    >>> from spindetect.quality.repetition import copied_ngram_chars
    >>> told(partial(copied_ngram_chars, n=7)).partition(" that ")[0]
    'Characters of sequences of 7 words'
    """
    if not isinstance(signal, partial):
        return signal.__doc__ or ""
    text = signal.func.__doc__ or ""
    n, least = (signal.keywords.get(key) for key in ("n", "least"))
    if n is not None:
        text = text.replace("of n words", f"of {n} words").replace("of n that", f"of {n} that")
        text = text.replace("[0, n]", f"[0, {n}]")
        text = text.replace("`least` times", f"{least or 1} times or more")
    return text

"""Signals of lexical diversity that the length of a text hardly disturbs: by windows and draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spindetect.quality.diversity import Counts, Floats, counts
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, quotient
from spindetect.quality.segments import Words

# The windows, draws and threshold that are usual, which lexicalrichness has for defaults.
_WINDOW = 100

_DRAWS = 42

_MTLD_THRESHOLD = 0.72

# Sizes of the samples of voc-D.
_VOCD_SIZES = np.arange(35, 51)


def msttr(words: Words) -> Measure:
    """Mean type-token ratio of the segments of a hundred words, that of all in shorter texts.

    The last segment is left out as lexicalrichness does it: also where it is full. A text that has
    no more words than a segment is one.

    Unit: share of words. Range: [0, 1]. Source: Johnson 1944, lexicalrichness.
    """
    found = counts(words.layout)
    value = quotient(found.different, found.n)
    last = (found.n - 1) // _WINDOW * _WINDOW
    doc = np.repeat(np.arange(len(found.n)), found.n)
    first = found.first[doc]
    at = np.arange(len(doc)) - first
    # The first of its type in its segment.
    new = (found.previous < first + at // _WINDOW * _WINDOW) & (at < last[doc])
    some = found.n > _WINDOW
    value[some] = np.bincount(doc[new], minlength=len(found.n))[some] / last[some]
    return Measure(value)


def mattr(words: Words) -> Measure:
    """Mean type-token ratio of all windows of a hundred words, that of all words in shorter texts.

    Unit: share of words. Range: [0, 1]. Source: Covington and McFall 2010, lexicalrichness.
    """
    found = counts(words.layout)
    value = quotient(found.different, found.n)
    # A word adds a type to the windows that it is in and the one before of its type is not.
    at = np.arange(len(found.word))
    doc = np.repeat(np.arange(len(found.n)), found.n)
    first, n = found.first[doc], found.n[doc]
    low = np.maximum(np.maximum(at - _WINDOW, found.previous) + 1, first)
    high = np.minimum(at, first + n - _WINDOW)
    added = np.bincount(doc, np.maximum(high - low + 1, 0), minlength=len(found.n))
    some = found.n >= _WINDOW
    return Measure(np.where(some, added / (_WINDOW * np.maximum(found.n - _WINDOW + 1, 1)), value))


def mtld(words: Words) -> Measure:
    """Mean length of stretches that keep a type-token ratio above 0.72, read from both ends.

    Unit: words. Range: [0, inf). Source: McCarthy and Jarvis 2010, lexicalrichness.
    """
    found = counts(words.layout)
    value = np.zeros(len(found.n))
    # Backwards, the word before is the next of its type.
    following = np.full(len(found.word), len(found.word))
    again = np.flatnonzero(found.previous >= 0)
    following[found.previous[again]] = again
    for doc in np.flatnonzero(found.n).tolist():
        first, n = int(found.first[doc]), int(found.n[doc])
        forward = found.previous[first : first + n] - first
        backward = first + n - 1 - following[first : first + n][::-1]
        ends = _factors(forward.tolist()), _factors(backward.tolist())
        value[doc] = n * (1 / ends[0] + 1 / ends[1]) / 2
    return Measure(value)


def hdd(words: Words) -> Measure:
    """Expected type-token ratio of 42 words drawn without replacement; 0 for fewer words.

    Unit: share of words. Range: [0, 1]. Source: McCarthy and Jarvis 2007, lexicalrichness.
    """
    return Measure(_expected(words.layout)[0] / _DRAWS)


def vocd(words: Words) -> Measure:
    """The diversity D that fits the expected type-token ratios of samples of 35 to 50 words.

    The ratios are those that sampling converges to, so that nothing is random; 0 for 50 words and
    fewer, and where no two words are the same.

    Unit: none. Range: [0, inf). Source: McKee, Malvern and Richards 2000; lexicalrichness samples.
    """
    found = counts(words.layout)
    value = np.zeros(len(found.n))
    some = (found.n > _VOCD_SIZES[-1]) & (found.different < found.n)
    if some.any():
        expected = _expected(words.layout)[1]
        value[some] = _fitted(expected[:, some] / _VOCD_SIZES[:, None])
    return Measure(value)


def _factors(previous: list[int]) -> float:
    """Stretches in which the type-token ratio falls to the threshold, the last one in part.

    Of each word is given where its type stood before; below 0 it did not.
    """
    first = different = factors = 0
    for at, before in enumerate(previous):
        if before < first:
            # A type more never lowers the ratio.
            different += 1
        elif different / (at + 1 - first) <= _MTLD_THRESHOLD:
            factors += 1
            first, different = at + 1, 0
    size = len(previous) - first
    rest = (1 - different / size) / (1 - _MTLD_THRESHOLD) if size else 0.0
    # Where no word comes again the whole text counts as one stretch.
    return factors + rest or 1.0


def _expected(layout: Layout) -> tuple[Floats, Floats]:
    """Types expected among the draws of HD-D, and among those of voc-D; found once."""
    return layout.shared("expected types", lambda: _drawn(counts(layout)))


def _drawn(found: Counts) -> tuple[Floats, Floats]:
    """The same, computed."""
    sizes = _VOCD_SIZES.tolist()
    draws = sorted({_DRAWS, *sizes})
    expected = dict(zip(draws, _expected_types(found, draws), strict=True))
    return expected[_DRAWS], np.stack([expected[size] for size in sizes])


def _expected_types(found: Counts, draws: Sequence[int]) -> list[Floats]:
    """Types expected among so many words drawn without replacement, for ascending numbers.

    0 for documents of fewer words.
    """
    # Types of a document that occur equally often are equally likely: there are few such kinds.
    base = int(found.count.max(initial=0)) + 1
    kind, types = np.unique(found.doc * base + found.count, return_counts=True)
    doc, count = kind // base, kind % base
    n = found.n[doc]
    expected = []
    # That none of the draws is one of the type's words, as a product of quotients.
    none = np.ones(len(n))
    for drawn in range(draws[-1] + 1):
        if drawn in draws:
            value = np.bincount(doc, types * (1 - none), minlength=len(found.n))
            expected.append(np.where(found.n >= drawn, value, 0.0))
        none *= np.maximum(n - count - drawn, 0) / np.maximum(n - drawn, 1)
    return expected


def _fitted(curve: Floats) -> Floats:
    """D of the curve D/N (sqrt(1 + 2N/D) - 1) nearest to expected ratios, by squares.

    Newton's method on the logarithm of D, from the D of the longest sample on.
    """
    size = _VOCD_SIZES[:, None].astype(np.float64)
    # One ratio y of N words gives D = N y^2 / (2 (1 - y)).
    last = np.clip(curve[-1], 1e-6, 1 - 1e-9)
    log_d = np.log(size[-1] * last**2 / (2 * (1 - last)))
    for _ in range(50):
        d = np.exp(log_d)
        root = np.sqrt(1 + 2 * size / d)
        fit = d / size * (root - 1)
        slope = fit - 1 / root
        step = ((curve - fit) * slope).sum(axis=0) / np.maximum((slope**2).sum(axis=0), 1e-300)
        log_d += np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-12:
            break
    return np.asarray(np.exp(log_d))

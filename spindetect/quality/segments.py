"""Segments of a batch of documents: words, lines, paragraphs, sentences, and what they share."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from spindetect.keys import finish
from spindetect.quality.characters import Flags
from spindetect.quality.keys import Groups, Ints, Keys, grouped, powers, repeats

if TYPE_CHECKING:
    from spindetect.quality.layout import Layout

__all__ = ["Segments", "Words"]

# Characters whose properties are held at a time, unless a single word has more.
_BLOCK = 1 << 20


class Segments:
    """Stretches of a batch, in order of the text, none overlapping another.

    Parameters
    ----------
    layout : Layout
        The batch.
    start, end : int64 arrays, shape (n,)
        Position of the first character of each and that behind its last, which may be the same.
    """

    def __init__(self, layout: Layout, start: Ints, end: Ints) -> None:
        self.layout = layout
        self.start = start
        self.end = end

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def n(self) -> Ints:
        """How many there are of each document, shape (documents,)."""
        # An empty one may stand behind the last character of its document.
        places = self.start
        stop = np.searchsorted(places, self.layout.stop, side="right")
        return stop - np.searchsorted(places, self.layout.origin)

    @cached_property
    def doc(self) -> Ints:
        """Index of the document of each."""
        return np.repeat(np.arange(len(self.layout)), self.n)

    @cached_property
    def size(self) -> Ints:
        """Characters of each."""
        return self.end - self.start

    @cached_property
    def key(self) -> Keys:
        """Keys by their characters."""
        return self.layout.slices.of(self.start, self.end)

    @cached_property
    def groups(self) -> Groups:
        """Equal ones of a document."""
        return grouped(self.key, self.doc, len(self.layout))

    @cached_property
    def is_repeat(self) -> npt.NDArray[np.bool_]:
        """Mask of those that stood before in their document."""
        return repeats(self.groups)

    def count(self, chosen: npt.NDArray[np.bool_]) -> Ints:
        """How many of each document a mask chooses."""
        return self.layout.count(self.doc[chosen])

    def total(self, amount: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        """For each document the sum of amounts, one for each of its segments."""
        return np.bincount(self.doc, amount, minlength=len(self.layout))

    def most(self, amount: Ints) -> Ints:
        """For each document the greatest of the amounts of its segments; 0 without any."""
        most = np.zeros(len(self.layout), np.int64)
        np.maximum.at(most, self.doc, amount)
        return most

    def pick(self, chosen: npt.NDArray[np.bool_]) -> Segments:
        """Those that a mask chooses."""
        return Segments(self.layout, self.start[chosen], self.end[chosen])

    def text(self, index: int) -> str:
        """One as it stands there."""
        doc = int(self.doc[index])
        origin = int(self.layout.origin[doc])
        start, end = int(self.start[index]) - origin, int(self.end[index]) - origin
        return self.layout.texts[doc][start:end]


class Words(Segments):
    """Words of a batch, none empty, and their sequences."""

    def __init__(self, layout: Layout, start: Ints, end: Ints) -> None:
        super().__init__(layout, start, end)
        self._ngrams: dict[int, tuple[Ints, Groups]] = {}

    @cached_property
    def flags(self) -> Flags:
        """Union of the properties of the characters of each (`spindetect.quality.characters`)."""
        found = np.zeros(len(self), np.uint16)
        first = 0
        while first < len(self):
            begin = int(self.start[first])
            last = max(int(np.searchsorted(self.end, begin + _BLOCK, side="right")), first + 1)
            edges = np.empty(2 * (last - first), np.int64)
            edges[::2], edges[1::2] = self.start[first:last], self.end[first:last]
            flags = self.layout.flags(begin, int(edges[-1]) + 1)
            found[first:last] = np.bitwise_or.reduceat(flags, edges - begin)[::2]
            first = last
        return found

    def having(self, flag: int) -> npt.NDArray[np.bool_]:
        """Mask of the words that have a character with a property."""
        return (self.flags & flag) != 0

    @cached_property
    def _letters_before(self) -> Ints:
        """Characters of the words before each, over the batch; then those of all."""
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self.size)])

    @cached_property
    def _sums(self) -> Keys:
        """Sums of the keys of the words before each, as if their letters were run together."""
        sums = np.zeros(len(self) + 1, np.uint64)
        raw = self.layout.slices.raw(self.start, self.end)
        np.cumsum(raw * powers(self._letters_before[:-1]), out=sums[1:])
        return sums

    def letters(self, first: Ints, last: Ints) -> Ints:
        """Characters of the words of sequences, given by their first and behind their last."""
        return self._letters_before[last] - self._letters_before[first]

    def sequence_keys(self, first: Ints, last: Ints) -> Keys:
        """Keys of sequences of words by their letters run together, as datatrove compares them."""
        shift = powers(self._letters_before[first], inverse=True)
        return finish((self._sums[last] - self._sums[first]) * shift)

    def ngrams(self, n: int) -> tuple[Ints, Groups]:
        """Every sequence of `n` words of one document, and which of them are the same.

        Returns
        -------
        first : int64 array
            Index of the first word of each.
        groups : Groups
            Those of a document with the same letters, as places in `first`.
        """
        if n not in self._ngrams:
            doc = self.doc
            first = np.flatnonzero(doc[n - 1 :] == doc[: max(len(doc) - n + 1, 0)])
            key = self.sequence_keys(first, first + n)
            self._ngrams[n] = first, grouped(key, doc[first], len(self.layout))
        return self._ngrams[n]

"""Segments of a batch of documents: words, lines, paragraphs, sentences, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from spindetect.keys import finish
from spindetect.quality.characters import Flags
from spindetect.quality.keys import Groups, Ints, Keys, copies, powers, within

if TYPE_CHECKING:
    from spindetect.quality.layout import Layout

__all__ = ["Segments", "Words"]

Shared = TypeVar("Shared")

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
    def copies(self) -> Groups:
        """Those that stand several times in their document; groups of a document side by side."""
        return copies(within(self.key, self.doc, len(self.layout)))

    @cached_property
    def is_repeat(self) -> npt.NDArray[np.bool_]:
        """Mask of those that stood before in their document."""
        return self._mask(self.copies.later())

    @cached_property
    def is_copied(self) -> npt.NDArray[np.bool_]:
        """Mask of those that stand several times in their document."""
        return self._mask(self.copies.order)

    def _mask(self, place: Ints) -> npt.NDArray[np.bool_]:
        """Mask of some places."""
        mask = np.zeros(len(self), np.bool_)
        mask[place] = True
        return mask

    def count(self, chosen: npt.NDArray[np.bool_]) -> Ints:
        """How many of each document a mask chooses."""
        return self._sums_of(chosen, np.int64)

    def total(self, amount: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        """For each document the sum of amounts, one for each of its segments."""
        return self._sums_of(amount, np.float64)

    def _sums_of(
        self, amount: npt.NDArray[np.generic], dtype: type[np.generic]
    ) -> npt.NDArray[Any]:
        """For each document the sum of amounts."""
        found = np.zeros(len(self.layout), dtype)
        if len(self):
            some, first = self._filled
            found[some] = np.add.reduceat(amount, first, dtype=dtype)
        return found

    @cached_property
    def _filled(self) -> tuple[Ints, Ints]:
        """Documents that have some, and the index of the first of each."""
        some = np.flatnonzero(self.n)
        return some, self.bound[some]

    @cached_property
    def bound(self) -> Ints:
        """Index of the first of each document, and at last how many there are."""
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self.n)])

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
        self._shared: dict[str, Any] = {}

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

    @cached_property
    def key(self) -> Keys:
        """Keys by their characters."""
        return finish(self._raw)

    def key_blocks(self) -> Iterator[tuple[int, Keys]]:
        """Keys block by block, with the index of the first, where they are not to be kept."""
        for start in range(0, len(self), _BLOCK):
            yield start, finish(self._raw[start : start + _BLOCK])

    @cached_property
    def _raw(self) -> Keys:
        """Keys that add up."""
        return self.layout.slices.raw(self.start, self.end)

    @cached_property
    def letters_before(self) -> Ints:
        """Characters of the words before each, over the batch; then those of all."""
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self.size)])

    @cached_property
    def _run_together(self) -> Keys:
        """Sums of the keys of the words before each, as if their letters were run together."""
        sums = np.zeros(len(self) + 1, np.uint64)
        np.multiply(self._raw, powers(self.letters_before[:-1]), out=sums[1:])
        return np.cumsum(sums, out=sums)

    def letters(self, first: Ints, n: int) -> Ints:
        """Characters of sequences of `n` words, by their first."""
        return self.letters_before[first + n] - self.letters_before[first]

    def n_ngrams(self, n: int) -> Ints:
        """How many sequences of `n` words each document has."""
        return np.maximum(self.n - n + 1, 0)

    def ngram_letters(self, n: int) -> Ints:
        """Characters of all sequences of `n` words of each document, each counted in full."""
        sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(self.letters_before)])
        first, last = self.bound[:-1], np.maximum(self.bound[1:] - n + 1, self.bound[:-1])
        # A document without any has `last` at `first`, and adds nothing wherever that is.
        behind = np.minimum(np.stack([last + n, first + n]), len(sums) - 1)
        return np.asarray(sums[behind[0]] - sums[behind[1]] - sums[last] + sums[first])

    def ngrams(self, n: int) -> Groups:
        """The sequences of `n` words that stand several times in their document, by their first.

        They are compared by their letters run together, as datatrove does it. Groups of a document
        are side by side.
        """
        return self.shared(f"{n}-grams", lambda: self._copied(n))

    def shared(self, name: str, make: Callable[[], Shared]) -> Shared:
        """What several signals of these words need, made when the first of them asks."""
        if name not in self._shared:
            self._shared[name] = make()
        found: Shared = self._shared[name]
        return found

    def _copied(self, n: int) -> Groups:
        """The same, searched for."""
        size = max(len(self) - n + 1, 0)
        sums = self._run_together
        key = sums[n:] - sums[:size] if size else sums[:0]
        # What undoes the place of a sequence.
        key *= powers(self.letters_before[:size], inverse=True)
        key = finish(key)
        # No sequence reaches into the next document: what does so gets a key of its own.
        last = np.unique(self.bound[1:-1, None] - np.arange(1, n))
        last = last[(last >= 0) & (last < size)]
        key[last] ^= finish(powers(last + 1))
        if len(self.layout) > 1:
            key = within(key, self.doc[:size], len(self.layout))
        return copies(key)

    def having(self, flag: int) -> npt.NDArray[np.bool_]:
        """Mask of the words that have a character with a property."""
        return np.asarray((self.flags & flag) != 0)

"""A batch of documents as one array of code points, and what is known of single characters.

Characters are read in blocks and little about a single one is kept, so that memory hardly grows
with the length of a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np

from spindetect.quality.characters import N_FLAGS, Flags, Points, code_points, properties
from spindetect.quality.keys import Ints, SliceKeys

__all__ = ["BLOCK", "Batch"]

Shared = TypeVar("Shared")

# Stands around the documents: white space that ends a line, and no part of any pair that does.
_BARRIER = "\x0b"

# Characters whose properties are held at a time.
BLOCK = 1 << 20


class Batch:
    """Documents side by side.

    Positions count from the start of the batch, in which one character stands before, between and
    behind the documents; that of a character less the `origin` of its document is its offset there.

    Parameters
    ----------
    texts : sequence of str
        Any strings, empty ones and lone surrogates included.

    Attributes
    ----------
    texts : tuple of str
        The documents.
    length, origin, stop : int64 arrays, one entry a document
        Characters of the document; position of the first, and that behind the last.
    points : integer array
        Code points of the batch.

    Examples
    --------
    >>> from spindetect.quality.characters import SPACE
    >>> batch = Batch(["To be", ""])
    >>> batch.origin.tolist(), batch.stop.tolist(), batch.having(SPACE).tolist()
    ([1, 7], [6, 7], [1, 0])
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        self.length = np.array([len(text) for text in texts], np.int64)
        self.origin = 1 + np.cumsum(self.length + 1) - (self.length + 1)
        self.stop = self.origin + self.length
        self._shared: dict[str, Any] = {}
        self.points: Points = code_points(_BARRIER.join(["", *texts, ""]))

    def __len__(self) -> int:
        return len(self.texts)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of all that was found.

        Segments know their batch, which keeps them: a batch that is merely dropped waits for the
        collector of cycles, with ten and more times the memory of its texts.
        """
        vars(self).clear()

    def count(self, doc: Ints) -> Ints:
        """How often each document occurs in `doc`, an array of their indices."""
        return np.bincount(doc, minlength=len(self.texts))

    def inside(self, position: Ints) -> Ints:
        """How many of the given positions, ascending, lie in each document."""
        return np.searchsorted(position, self.stop) - np.searchsorted(position, self.origin)

    def doc(self, position: Ints) -> Ints:
        """Index of the document that each position, ascending and in one, lies in."""
        return np.repeat(np.arange(len(self.texts)), self.inside(position))

    @cached_property
    def slices(self) -> SliceKeys:
        """Keys of any stretch of the batch."""
        return SliceKeys(self.points)

    @cached_property
    def _all_flags(self) -> Flags | None:
        """Properties of all characters, of a batch of one block."""
        return properties(self.points) if len(self.points) <= BLOCK else None

    def flags(self, start: int, stop: int) -> Flags:
        """Properties of the characters at these positions (`spindetect.quality.characters`)."""
        if self._all_flags is not None:
            return self._all_flags[start:stop]
        return properties(self.points[start:stop])

    def blocks(self) -> Iterator[tuple[int, Flags]]:
        """Properties of the characters, block by block, with the position of the first."""
        for start in range(0, len(self.points), BLOCK):
            yield start, self.flags(start, start + BLOCK)

    def having(self, flag: int) -> Ints:
        """How many characters of each document have one of the properties."""
        kinds, counts = self._kinds
        return np.asarray(counts[:, (kinds & flag) != 0].sum(axis=1))

    @cached_property
    def _kinds(self) -> tuple[Flags, Ints]:
        """Sets of properties that occur; how many characters of each document have each."""
        present = np.zeros(N_FLAGS, np.bool_)
        for _, flags in self.blocks():
            present[flags] = True
        kinds = np.flatnonzero(present).astype(np.uint16)
        number = np.zeros(N_FLAGS, np.int64)
        number[kinds] = np.arange(len(kinds))
        counts = np.zeros((len(self.texts), len(kinds)), np.int64)
        for start, flags in self.blocks():
            place = number[flags]
            stop = start + len(flags)
            first, last = (np.clip(edge, start, stop) - start for edge in (self.origin, self.stop))
            inside = np.zeros(len(flags), np.bool_)
            size = last - first
            at = np.repeat(first - (np.cumsum(size) - size), size) + np.arange(size.sum())
            inside[at] = True
            doc = np.repeat(np.arange(len(self.texts)) * len(kinds), size)
            counts += np.bincount(doc + place[inside], minlength=counts.size).reshape(counts.shape)
        return kinds, counts

    @cached_property
    def lowered(self) -> list[str]:
        """The documents in lower case."""
        # By blocks, since `str.lower` takes twelve bytes for each character that is not ASCII.
        return [
            text.lower()
            if len(text) <= BLOCK
            else "".join(text[i : i + BLOCK].lower() for i in range(0, len(text), BLOCK))
            for text in self.texts
        ]

    def has(self, name: str) -> bool:
        """Whether `shared` has made what this names."""
        return name in self._shared

    def shared(self, name: str, make: Callable[[], Shared]) -> Shared:
        """What several signals of one family need, made when the first of them asks."""
        if name not in self._shared:
            self._shared[name] = make()
        found: Shared = self._shared[name]
        return found

"""Batches: documents cut and put together to the size that arrays are good at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = [
    "BATCH",
    "PIECE",
    "Identifier",
    "Item",
    "Piece",
    "item_batches",
    "piece_batches",
    "pieces_of",
]

# Characters that are scored together, some seven thousand words. With 30,000 a word took 5 % longer
# by the kernels and 1 % by numpy; 60,000 took 3 % less by numpy alone, and more memory.
BATCH = 40_000

# A longer text is scored in pieces of this many characters, so that memory does not grow with it.
PIECE = 400_000

# What an item costs beside its characters, so that a batch of empty texts ends too.
_OVERHEAD = 100

Identifier = str | int | None
Item = tuple[Identifier, object]


@dataclass(frozen=True)
class Piece:
    """A stretch of a document.

    Attributes
    ----------
    document : int
        Which document of a batch it is of.
    offset : int
        Where in the document it begins, in characters.
    text : str
        The stretch.
    """

    document: int
    offset: int
    text: str


def pieces_of(document: int, text: str) -> Iterator[Piece]:
    """The text whole, or in pieces that end at white space, at a line end if there is one.

    Examples
    --------
    >>> [(p.offset, p.text) for p in pieces_of(0, "A text.")]
    [(0, 'A text.')]
    >>> [len(p.text) <= PIECE for p in pieces_of(0, "word " * 100_000)]
    [True, True]
    """
    begin = 0
    while len(text) - begin > PIECE:
        window = text[begin : begin + PIECE]
        cut = max(window.rfind("\n"), -1)
        if cut < PIECE // 2:
            cut = max(window.rfind(" "), cut)
        cut = cut + 1 if cut >= PIECE // 2 else PIECE
        yield Piece(document, begin, text[begin : begin + cut])
        begin += cut
    yield Piece(document, begin, text[begin:])


def piece_batches(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces together up to `BATCH` characters, at least one."""
    batch: list[Piece] = []
    size = 0
    for piece in pieces:
        if batch and size + len(piece.text) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += len(piece.text)
    if batch:
        yield batch


def item_batches(
    items: Iterable[str | tuple[Identifier, str]], most: int = BATCH
) -> Iterator[list[Item]]:
    """(id, text) pairs together up to so many characters, at least one.

    A bare text has the id None. What is no text is passed on, to be reported.

    >>> list(item_batches(["One.", ("b", "Two.")]))
    [[(None, 'One.'), ('b', 'Two.')]]
    """
    batch: list[Item] = []
    size = 0
    for item in items:
        pair: Item = item if isinstance(item, tuple) and len(item) == 2 else (None, item)
        length = len(pair[1]) if isinstance(pair[1], str) else 0
        if batch and size + length > most:
            yield batch
            batch, size = [], 0
        batch.append(pair)
        size += length + _OVERHEAD
    if batch:
        yield batch

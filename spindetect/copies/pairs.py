"""The second and third step of a search for copies: pairs of pages are linked, and compared."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from spindetect.copies.candidates import Groups, chosen, links
from spindetect.copies.clusters import Edge
from spindetect.copies.fingerprint import Codes
from spindetect.copies.match import weights
from spindetect.copies.plan import Plan
from spindetect.copies.reader import reader
from spindetect.copies.search import BLOCK, Duplicates, confirmed
from spindetect.copies.spool import PARTS, Spool
from spindetect.copies.state import COMMIT_SECONDS, State
from spindetect.pipeline.journal import Journal
from spindetect.pipeline.progress import Meter

__all__ = ["Edges", "compare", "link", "synced_size"]

# Edges that are in memory together.
_EDGES = 65_536

_NUMBER = np.dtype("<u4")
_HASH = np.dtype("<u8")


def link(plan: Plan, spool: Spool, duplicates: Duplicates, sizes: npt.NDArray[np.int32]) -> None:
    """Write the pairs of pages that share enough anchors, and the anchors that many pages have.

    Parameters
    ----------
    plan, spool, duplicates
    sizes : int32 array, shape (pages,)
        How many anchors each page has.
    """
    spool.forget_links()
    is_first = duplicates.is_first
    # Parts are in order of their hashes, and so is what is written.
    with plan.common.open("wb") as file:
        for part in range(PARTS):
            hashes, pages = spool.anchors(part)
            kept = is_first[pages]
            groups = Groups.of(hashes[kept], pages[kept])
            spool.write_links(links(groups))
            file.write(groups.common.astype(_HASH).tobytes())
        synced_size(file)
    with plan.pairs.open("wb") as file:
        for part in range(PARTS):
            file.write(chosen(spool.links(part), sizes).astype(_NUMBER).tobytes())
        synced_size(file)
    spool.forget_links()


def compare(plan: Plan, state: State, spool: Spool, journal: Journal) -> State:
    """Write the pairs that share a source, from the state on; the state behind them."""
    tally, done = state.tally.copy(), state.pairs
    tally["pairs"] = plan.pairs.stat().st_size // (2 * _NUMBER.itemsize)
    common, compared, learned = _mapped(plan.common), reader(), weights()
    last = time.monotonic()
    with (
        plan.pairs.open("rb") as pairs,
        plan.edges.open("ab") as file,
        closing(Meter(-1, 0, 0)) as meter,
    ):
        file.truncate(state.matches)
        for block in _rows(pairs, 2, BLOCK, done):
            edges = list(confirmed(block, common, spool.texts, learned, compared))
            file.write(np.array(edges, _NUMBER).tobytes())
            tally["matches"] += len(edges)
            done += len(block)
            if time.monotonic() - last >= COMMIT_SECONDS:
                now = State("compare", state.place, state.spool, done, synced_size(file), tally)
                journal.append(now.entry())
                last = time.monotonic()
            meter.show(done, 0)
        size = synced_size(file)
    return State("group", state.place, state.spool, done, size, tally)


class Edges:
    """The pairs that share a source, read from the disk as often as they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[Edge]:
        with self._path.open("rb") as file:
            for block in _rows(file, 3, _EDGES, 0):
                yield from (Edge(left, right, bool(w)) for left, right, w in block.tolist())


def _mapped(path: Path) -> Codes:
    """Hashes in a file, which may be more than memory holds."""
    # Nothing cannot be mapped.
    size = path.stat().st_size // _HASH.itemsize
    return np.memmap(path, _HASH, "r") if size else np.zeros(0, _HASH)


def _rows(file: IO[bytes], columns: int, most: int, begin: int) -> Iterator[npt.NDArray[np.int64]]:
    """Rows of a file of numbers from one on, some at a time."""
    size = columns * _NUMBER.itemsize
    file.seek(begin * size)
    while content := file.read(most * size):
        yield np.frombuffer(content, _NUMBER).reshape(-1, columns).astype(np.int64)


def synced_size(file: IO[bytes]) -> int:
    """Bring a file to the disk; where it ends."""
    file.flush()
    os.fsync(file.fileno())
    return file.seek(0, os.SEEK_END)

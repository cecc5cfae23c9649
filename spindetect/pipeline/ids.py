"""The ids of a run, kept on the disk, so that documents with one id are found however far apart.

Of each id sixteen bytes are kept, a hash of it, in the order of the documents: no two ids of any
collection have the same. They are compared when all documents are written.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from spindetect.errors import InputError
from spindetect.pipeline.journal import write_out

__all__ = ["Ids", "Repeated"]

# Bytes of a hash.
_SIZE = 16

# Ids that are compared at a time, with a pass over the file for each so many.  The comparison of
# ten million took 4.3 CPU seconds and 50 MB (the process had 109 MB) when it was measured; to hash
# and write them, 7.4 CPU seconds.
_AT_ONCE = 1_000_000

Keys = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]


class Repeated(NamedTuple):
    """Documents whose id an earlier one has.

    Attributes
    ----------
    n : int
        How many there are.
    place, of : int
        The first of them, counted from 1, and the first that has its id; 0 without any.
    """

    n: int = 0
    place: int = 0
    of: int = 0


class Ids:
    """The ids of documents in order, on the disk as far as `commit` was called."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = -1
        self._hashes: list[bytes] = []

    def restore(self, n: int) -> None:
        """Open the file and take back all ids but the first `n`.

        Raises
        ------
        InputError
            If it does not hold so many.
        """
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        if os.fstat(self._file).st_size < n * _SIZE:
            raise InputError(f"{self.path} is shorter than it was; use --overwrite")
        os.ftruncate(self._file, n * _SIZE)
        os.lseek(self._file, 0, os.SEEK_END)

    def add(self, id: str | int) -> None:
        """Note the id of the next document; 7 and "7" are two."""
        content = f"{type(id).__name__} {id}".encode("utf-8", "surrogatepass")
        self._hashes.append(blake2b(content, digest_size=_SIZE).digest())

    def commit(self) -> None:
        """Bring all ids to the disk."""
        content, self._hashes = b"".join(self._hashes), []
        write_out(self._file, content)

    def repeated(self) -> Repeated:
        """Which of the ids on the disk come again."""
        found = Repeated()
        n_passes = -(-self.path.stat().st_size // (_SIZE * _AT_ONCE))
        for number in range(n_passes):
            found = _earlier(found, _repeated(self.path, number, n_passes))
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def remove(self) -> None:
        """Remove the file, if it is there."""
        self.close()
        self.path.unlink(missing_ok=True)


def _repeated(path: Path, number: int, n_passes: int) -> Repeated:
    """Repetitions among the keys that are `number` modulo `n_passes`."""
    found = Repeated()
    known: tuple[Keys, Places] = np.empty((0, 2), np.uint64), np.empty(0, np.int64)
    waiting = [known]
    for begin in range(0, path.stat().st_size // _SIZE, _AT_ONCE):
        block = np.fromfile(path, "<u8", 2 * _AT_ONCE, offset=begin * _SIZE).reshape(-1, 2)
        mine = np.flatnonzero(block[:, 0] % np.uint64(n_passes) == number)
        waiting.append((block[mine], mine + begin))
        if sum(len(places) for _, places in waiting) >= _AT_ONCE:
            known, found = _joined(waiting, found)
            waiting = [known]
    return _joined(waiting, found)[1]


def _joined(
    parts: list[tuple[Keys, Places]], found: Repeated
) -> tuple[tuple[Keys, Places], Repeated]:
    """Each key of the parts once, with its first place, and what of them comes again."""
    keys = np.concatenate([keys for keys, _ in parts])
    places = np.concatenate([places for _, places in parts])
    # The sort is stable, so that equal keys keep the order of their places.
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    keys, places = keys[order], places[order]
    is_again = np.zeros(len(keys), np.bool_)
    is_again[1:] = (keys[1:] == keys[:-1]).all(axis=1)
    if is_again.any():
        again = np.flatnonzero(is_again)
        first = again[np.argmin(places[again])]
        # The one of the same key that stands before it is the first of that key.
        here = Repeated(len(again), int(places[first]) + 1, int(places[first - 1]) + 1)
        found = _earlier(found, here)
    return (keys[~is_again], places[~is_again]), found


def _earlier(one: Repeated, other: Repeated) -> Repeated:
    """Both together."""
    n = one.n + other.n
    first = min((each for each in (one, other) if each.n), key=lambda each: each.place,
                default=one)  # fmt: skip
    return first._replace(n=n)

"""Pages of a run on the disk: texts and names one behind the other, anchors parted by their hash.

Everything is appended. `commit` brings it to the disk and gives the positions behind it; `restore`
takes back all behind such positions, so that a run can go on where it was stopped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from spindetect.copies.clusters import Identifier
from spindetect.copies.fingerprint import Stream
from spindetect.errors import InputError

__all__ = ["PARTS", "Spool"]

# Files that anchors, and links between pages, are parted into: one at a time is held in memory. A
# collection of ten million pages has about a gigabyte of anchors, so that a part has some 16 MB.
PARTS = 64

_PAGE = np.dtype(
    [
        ("text", "<u8"),
        ("name", "<u8"),
        ("exact", "<u8"),
        ("n_words", "<i4"),
        ("n_anchors", "<i4"),
    ]
)
_ANCHOR = np.dtype([("hash", "<u8"), ("page", "<u4")])
_LINK = np.dtype([("left", "<u4"), ("right", "<u4"), ("is_large", "u1")])

# Pages that their numbers can tell apart.
_MOST_PAGES = 2**32 - 1


class Spool:
    """The folder that a run keeps its pages in.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        names = ["pages", "texts", "names", *(f"anchors-{part:02}" for part in range(PARTS))]
        self._files = {name: self._path(name).open("a+b") for name in names}

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.bin"

    def _size(self, name: str) -> int:
        return self._files[name].seek(0, os.SEEK_END)

    def __len__(self) -> int:
        return self._size("pages") // _PAGE.itemsize

    def add(self, stream: Stream, names: Sequence[tuple[Identifier, str | None]]) -> None:
        """Keep a batch of pages with their ids and dates.

        Raises
        ------
        InputError
            If there are more pages than can be numbered.
        """
        first = len(self)
        if first + len(stream) > _MOST_PAGES:
            raise InputError(f"more than {_MOST_PAGES:,} pages: part the collection by Spark")
        anchors = stream.anchors
        page = np.zeros(len(stream), _PAGE)
        page["text"] = self._append("texts", [_encoded(text) for text in stream.texts])
        page["name"] = self._append("names", [json.dumps(name).encode() for name in names])
        page["exact"], page["n_words"] = stream.exact, stream.n_words
        page["n_anchors"] = stream.n_anchors
        self._files["pages"].write(page.tobytes())
        record = np.zeros(len(anchors.hash), _ANCHOR)
        record["hash"], record["page"] = anchors.hash, anchors.doc + first
        for part, records in parted(record, anchors.hash >> np.uint64(58)):
            self._files[f"anchors-{part:02}"].write(records.tobytes())

    def _append(self, name: str, contents: Sequence[bytes]) -> npt.NDArray[np.uint64]:
        """Write contents; where each ends."""
        begin = self._size(name)
        self._files[name].write(b"".join(contents))
        return begin + np.cumsum([len(content) for content in contents], dtype=np.uint64)

    def commit(self) -> dict[str, int]:
        """Bring everything to the disk; the positions behind it."""
        for file in self._files.values():
            file.flush()
            os.fsync(file.fileno())
        return {name: self._size(name) for name in self._files}

    def restore(self, positions: Mapping[str, int]) -> None:
        """Take back all behind some positions; none are the beginning.

        Raises
        ------
        InputError
            If a file does not reach to its position.
        """
        for name, file in self._files.items():
            position = positions.get(name, 0)
            if self._size(name) < position:
                raise InputError(f"{self._path(name)} is shorter than it was; use --overwrite")
            file.truncate(position)

    def pages(self) -> npt.NDArray[np.void]:
        """What is kept of each page: ``exact``, ``n_words``, ``n_anchors`` among others."""
        self._files["pages"].flush()
        return np.fromfile(self._path("pages"), _PAGE)

    def anchors(self, part: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """Hashes and pages of the anchors of a part."""
        name = f"anchors-{part:02}"
        self._files[name].flush()
        records = np.fromfile(self._path(name), _ANCHOR)
        return records["hash"], records["page"].astype(np.int64)

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """Texts of some pages."""
        return [_decoded(content) for content in self._contents("texts", "text", numbers)]

    def names(self, numbers: Sequence[int]) -> list[tuple[Identifier, str | None]]:
        """Ids and dates of some pages."""
        return [tuple(json.loads(c)) for c in self._contents("names", "name", numbers)]

    def _contents(self, name: str, field: str, numbers: Sequence[int]) -> list[bytes]:
        """What a file has of some pages."""
        file, pages = self._files[name], self._files["pages"]
        return [_between(file, *_bounds(pages, field, number)) for number in numbers]

    def write_links(self, found: npt.NDArray[np.int64]) -> None:
        """Keep links between pages, parted by the first page."""
        record = np.zeros(len(found), _LINK)
        record["left"], record["right"], record["is_large"] = found.T
        for part, records in parted(record, found[:, 0] % PARTS):
            with self._path(f"links-{part:02}").open("ab") as file:
                file.write(records.tobytes())

    def links(self, part: int) -> npt.NDArray[np.int64]:
        """Links of a part, shape (n, 3)."""
        path = self._path(f"links-{part:02}")
        if not path.exists():
            return np.zeros((0, 3), np.int64)
        record = np.fromfile(path, _LINK)
        return np.stack([record[name].astype(np.int64) for name in _LINK.names or ()], axis=1)

    def forget_links(self) -> None:
        """Remove all links."""
        for path in self.folder.glob("links-*.bin"):
            path.unlink()

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files.values():
            file.close()


def parted(
    records: npt.NDArray[np.void], part: npt.NDArray[np.generic]
) -> list[tuple[int, npt.NDArray[np.void]]]:
    """Records of each part that has any, in their order.

    >>> parted(np.array([7, 8, 9]), np.array([1, 0, 1]))
    [(0, array([8])), (1, array([7, 9]))]
    """
    order = np.argsort(part, kind="stable")
    found, begin = np.unique(part[order], return_index=True)
    pieces = np.split(records[order], begin[1:]) if len(found) else []
    return list(zip(map(int, found), pieces, strict=True))


def _bounds(pages: IO[bytes], field: str, number: int) -> tuple[int, int]:
    """Where what belongs to a page begins and ends."""
    first = max(0, number - 1)
    size = _PAGE.itemsize
    records = np.frombuffer(_between(pages, first * size, (number + 1) * size), _PAGE)
    ends = records[field].tolist()
    return (ends[0] if number else 0), ends[-1]


def _between(file: IO[bytes], begin: int, end: int) -> bytes:
    """Bytes of a file."""
    file.seek(begin)
    return file.read(end - begin)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "surrogatepass")

"""The journal of a run: how far its output is known to hold, on stable storage.

A journal is a file of JSON lines beside the output. The first line says what is being made of what.
Each further one was written after everything that it speaks of had reached the disk, so that the
last whole line is true whenever the run was stopped; what the output holds beyond it is taken back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from spindetect.errors import InputError

__all__ = ["Journal", "entries", "synced", "write_out"]


def entries(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a journal, the first and the last one; none without a journal.

    Raises
    ------
    InputError
        If the file is something else.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    # What stands behind the last line end was being written when the run was stopped.
    lines = content.split(b"\n")[:-1]
    try:
        return [json.loads(line) for line in (lines[:1] + lines[1:][-1:])]
    except ValueError as error:
        raise InputError(f"{path} is not the journal of a run; move it away") from error


class Journal:
    """An open journal; while it is open, no other process may open it.

    Raises
    ------
    InputError
        If it cannot be written, or another run has it open.
    """

    def __init__(
        self, path: Path, seen: list[dict[str, Any]], header: Mapping[str, Any] | None
    ) -> None:
        """Continue the journal at `path`, or begin it anew with `header` as its first line.

        `seen` is what `entries` gave: nobody may have written since.
        """
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise InputError(f"{path} cannot be written ({error.strerror})") from error
        try:
            self._lock(path)
            if entries(path) != seen:
                raise InputError(f"another run has written this output; {path} has changed")
            with open(path, "rb") as stream:  # noqa: PTH123 - beside a descriptor
                whole = stream.read().rfind(b"\n") + 1
            os.ftruncate(self._file, whole if header is None else 0)
            os.lseek(self._file, 0, os.SEEK_END)
            if header is not None:
                self.append(header)
                synced(path.parent)
        except BaseException:
            os.close(self._file)
            raise

    def _lock(self, path: Path) -> None:
        """Keep other runs away until this process ends."""
        try:
            import fcntl
        except ImportError:  # not on this system
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(f"another run is writing this output; {path} is in use") from error
        except OSError:
            # A file system without locks.
            return

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write a line and wait until it is on the disk."""
        line = json.dumps(entry, ensure_ascii=True).encode() + b"\n"
        write_out(self._file, line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._file)


def write_out(descriptor: int, content: bytes | bytearray | memoryview) -> None:
    """Write all of `content` and wait until it is on the disk."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]
    os.fsync(descriptor)


def synced(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk, where the system can be asked to."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

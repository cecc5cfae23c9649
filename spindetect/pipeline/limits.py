"""What one document may take: time and memory, and what holds a process to them."""

from __future__ import annotations

import ctypes
import math
import os
import re
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import parent_process
from pathlib import Path

from spindetect.inputs.document import Document

__all__ = [
    "MEGABYTES",
    "SECONDS",
    "Limits",
    "end_after",
    "end_with_parent",
    "limit_memory",
    "megabytes_each",
]

# Of <linux/prctl.h>: which signal a process gets when its parent ends.
_PR_SET_PDEATHSIG = 1

# No limits but against runaways: a document of a million characters took 6.5 seconds of one core
# and 190 MB when it was measured, so one of thirty million stays within both.
SECONDS = 60.0
MEGABYTES = 6000

# By default all workers together get no more of the machine's memory: the rest is for their models,
# the process that reads and writes, and what else runs there. But each gets what a document of two
# million characters takes.
_SHARE = 0.75
_LEAST_MEGABYTES = 400

# What a container may take, by version 2 and 1 of control groups; a word stands for no limit.
_CONTAINER = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take.

    Attributes
    ----------
    seconds : float
        For a document of up to a million characters; a longer one has time in proportion.
    megabytes : int or None
        Memory beyond that of a process with a loaded model. Enforced where the system can limit
        the data of a process, which is Linux. None where somebody else looks after it.

    Examples
    --------
    >>> Limits(seconds=10).allowed([Document("a", text="x" * 3_000_000)])
    30.0
    """

    seconds: float = SECONDS
    megabytes: int | None = MEGABYTES

    def allowed(self, documents: Iterable[Document]) -> float:
        """Seconds that documents may take together."""
        size = sum(len(document.text or document.html or "") for document in documents)
        return self.seconds * max(1.0, size / 1_000_000)

    @property
    def memory_exceeded(self) -> str:
        """What happened where memory ran out.

        >>> Limits(megabytes=6000).memory_exceeded
        'scoring it took more than 6,000 MB of memory, the limit'
        """
        if self.megabytes is None:
            return "there was not enough memory to score it"
        return f"scoring it took more than {self.megabytes:,} MB of memory, the limit"


def megabytes_each(n: int) -> int:
    """What a document may take in one of `n` workers by default, in MB, by the machine's memory.

    >>> megabytes_each(1) <= MEGABYTES, megabytes_each(1_000_000)
    (True, 400)
    """
    return min(MEGABYTES, max(_LEAST_MEGABYTES, int(min(_memory(), 1e15) * _SHARE / n / 1e6)))


def _memory() -> float:
    """Bytes of memory that there are, for this container if it is one; infinity if not known."""
    known = [math.inf]
    with suppress(AttributeError, OSError, ValueError):  # not on this system
        known.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for path in _CONTAINER:
        with suppress(OSError, ValueError):
            known.append(int(Path(path).read_text(encoding="ascii")))
    return min(known)


def end_after(seconds: float) -> None:
    """Let the system end this process after so many seconds; 0 is never."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def end_with_parent() -> None:
    """Let the system end this process when the one that started it is gone, where it can (Linux).

    A worker that is at a huge document would go on for hours otherwise, for nobody.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        parent = parent_process()
        if parent is not None and os.getppid() != parent.pid:  # it was gone before
            os.kill(os.getpid(), signal.SIGKILL)


def limit_memory(limits: Limits) -> None:
    """From now on this process gets so much more memory, and a `MemoryError` beyond."""
    if sys.platform == "linux" and limits.megabytes is not None:
        import resource

        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        used = re.search(r"^VmData:\s*(\d+) kB", status, re.MULTILINE)
        if used is not None:
            size = int(used[1]) * 1024 + limits.megabytes * 1_000_000
            resource.setrlimit(resource.RLIMIT_DATA, (size, size))

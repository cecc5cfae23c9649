"""Worker processes that score documents, each within limits of time and memory.

A document that hangs, explodes or takes its process with it costs that process and an error; those
that shared a chunk with it are scored again, one by one.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import wait as ready_pipes
from typing import TypeVar

from spindetect.errors import SpindetectError
from spindetect.inputs.document import Document
from spindetect.pipeline.work import NO_MEMORY, Payload, Work, serve
from spindetect.report import Report

__all__ = ["cores", "scored"]

# Chunks that are read but not yet passed on, for each worker: enough that one slow document does
# not stop the others for long, little enough to be held in memory. Of huge documents that are
# fewer: no chunk is read while so many characters are held.
_AHEAD = 8
_AHEAD_CHARACTERS = 100_000_000

# A deadline is looked at once in so many seconds, at least.
_LONGEST_WAIT = 3600.0

# Seconds within which a process that has closed its pipe is gone.
_LONGEST_END = 5.0

Tag = TypeVar("Tag")


@dataclass
class _Chunk:
    """Documents that were read together, and the reports on them that are known."""

    documents: Sequence[Document]
    reports: list[Report | None]
    size: int


@dataclass(frozen=True)
class _Task:
    """Documents of a chunk, by their places there, that are scored together."""

    chunk: _Chunk
    places: Sequence[int]

    @property
    def documents(self) -> list[Document]:
        """The documents themselves."""
        return [self.chunk.documents[place] for place in self.places]

    def settle(self, reports: Iterable[Report]) -> None:
        """Give the chunk the reports on the documents."""
        for place, report in zip(self.places, reports, strict=True):
            self.chunk.reports[place] = report


class _Worker:
    """A process, the pipe to it, and the task that it is at."""

    def __init__(self, work: Work) -> None:
        # A new interpreter: a copy of this one would hold the pipes of the other workers open, and
        # locks of threads that it does not have.
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, work), daemon=True)
        with _without_interrupts():
            self.process.start()
        theirs.close()
        self.limits = work.limits
        self.is_ready = False
        self.task: _Task | None = None
        self.deadline = float("inf")

    def give(self, task: _Task) -> None:
        """Send a task; the worker is waiting for one."""
        documents = task.documents
        self.task = task
        self.deadline = time.monotonic() + self.limits.allowed(documents)
        payload: Payload = [(d.id, d.text, d.html) for d in documents]
        with suppress(OSError):  # it has died, which is found out when its answer is missing
            self.pipe.send((payload, self.limits.allowed(documents)))

    def answer(self) -> list[Report] | str | None:
        """The reports on the task, or why there are none; None as long as neither is known.

        Raises
        ------
        SpindetectError
            If the process ended before it was asked anything.
        """
        if not self.pipe.poll():
            if time.monotonic() < self.deadline:
                return None
            self.end()
            limit = f"{self.limits.allowed(self.task.documents if self.task else ()):g} seconds"
            return f"scoring it was not done after {limit}, the limit"
        try:
            found: list[Report] | None = self.pipe.recv()
        except (EOFError, OSError):
            # It has ended by itself, and its exit code says how.
            self.process.join(_LONGEST_END)
            self.end()
            if not self.is_ready:
                raise SpindetectError("a process that was to score could not start") from None
            if self.process.exitcode == NO_MEMORY:
                return self.limits.memory_exceeded
            return f"the process that scored it was ended by the system ({self._end()})"
        self.is_ready = True
        return found

    def _end(self) -> str:
        """How the process ended."""
        code = self.process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """A context whose new processes do not hear Ctrl-C: the one that started them ends them.

    They say so themselves when their modules are loaded, and would end with a traceback until then.
    """
    if threading.current_thread() is not threading.main_thread():  # no other may ask for signals
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def cores(n_jobs: int) -> int:
    """How many processes `n_jobs` stands for: -1 is one for each core that may be used.

    >>> cores(3), cores(-1) >= 1
    (3, True)
    """
    if n_jobs > 0:
        return n_jobs
    try:
        available = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        available = os.cpu_count() or 1
    return max(1, available + 1 + n_jobs)


def scored(
    chunks: Iterable[tuple[Tag, Sequence[Document]]], work: Work, n_jobs: int
) -> Generator[tuple[Tag, Sequence[Document], list[Report]], None, None]:
    """Every chunk with the reports on its documents, in order.

    A few chunks a process are held at a time, at most. Documents with an `error` are passed on.

    Raises
    ------
    SpindetectError
        If a process cannot even start.
    """
    source = iter(chunks)
    waiting: deque[tuple[Tag, _Chunk]] = deque()
    todo: deque[_Task] = deque()
    workers: list[_Worker] = []
    is_read = False
    try:
        while not is_read or waiting:
            held = sum(chunk.size for _, chunk in waiting)
            has_room = not is_read and len(waiting) < _AHEAD * n_jobs and held < _AHEAD_CHARACTERS
            if has_room:
                read = next(source, None)
                is_read = read is None
                if read is not None:
                    chunk = _chunk(read[1])
                    waiting.append((read[0], chunk))
                    todo.extend(_tasks(chunk))
            _hand_out(todo, workers, work, n_jobs)
            _collect(todo, workers, wait=not has_room)
            while waiting and None not in waiting[0][1].reports:
                tag, chunk = waiting.popleft()
                yield tag, chunk.documents, [r for r in chunk.reports if r is not None]
    finally:
        for worker in workers:
            worker.end()


def _chunk(documents: Sequence[Document]) -> _Chunk:
    """A chunk in which only those documents have a report that could not be read."""
    return _Chunk(
        documents,
        [None if d.error is None else Report.unreadable(d.id, d.error) for d in documents],
        sum(len(d.text or d.html or "") for d in documents),
    )


def _tasks(chunk: _Chunk) -> list[_Task]:
    """What is to be done with a chunk: all its readable documents at once."""
    places = [i for i, report in enumerate(chunk.reports) if report is None]
    return [_Task(chunk, places)] if places else []


def _hand_out(todo: deque[_Task], workers: list[_Worker], work: Work, n_jobs: int) -> None:
    """Give tasks to workers that have none; start workers while there are fewer than wanted."""
    for worker in list(workers):
        if worker.is_ready and worker.task is None:
            if not worker.process.is_alive():
                # Ended by the system between two tasks, which no document is to blame for.
                worker.end()
                workers.remove(worker)
            elif todo:
                worker.give(todo.popleft())
    starting = sum(not worker.is_ready for worker in workers)
    if len(todo) > starting and len(workers) < n_jobs:
        workers.append(_Worker(work))


def _collect(todo: deque[_Task], workers: list[_Worker], *, wait: bool) -> None:
    """Take the answers that are there; wait for one first if nothing else can be done."""
    awaited = [worker for worker in workers if worker.task is not None or not worker.is_ready]
    if awaited:
        left = min(worker.deadline for worker in awaited) - time.monotonic()
        pipes = [worker.pipe for worker in awaited]
        ready_pipes(pipes, max(0.0, min(left, _LONGEST_WAIT)) if wait else 0.0)
    for worker in awaited:
        found = worker.answer()
        if worker.pipe.closed:
            workers.remove(worker)
        task = worker.task
        if task is None or found is None:
            continue
        worker.task, worker.deadline = None, float("inf")
        if not isinstance(found, str):
            task.settle(found)
        elif len(task.places) == 1:
            (document,) = task.documents
            task.settle([Report.unreadable(document.id, f"{document.id}: {found}.")])
        else:
            todo.extendleft(_Task(task.chunk, [place]) for place in reversed(task.places))

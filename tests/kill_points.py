"""A run that is killed at every point where it touches the disk; see `test_pipeline_resume`.

Called with the format of the output and ``score`` or ``filter``. For each such point a run is ended
there by SIGKILL, in the midst of the write if it is one; what was not yet brought to the disk is
cut off, as if the power had gone; the run that goes on is killed, too, somewhere; and a third one
must leave every document in its place, once. Prints how many points there were.
"""

import csv
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from stub_cli import StubDetector

from spindetect.inputs.arrow import pyarrow
from spindetect.inputs.document import Document
from spindetect.pipeline import chunks, runner
from spindetect.pipeline.plan import Plan
from spindetect.pipeline.runner import run
from spindetect.pipeline.selection import Selection
from spindetect.pipeline.work import Work
from spindetect.report import Report

N = 23
TEXTS = ("One employee steered me to it.", "One employee told me of it.", "Hm. \ud800")


def here(
    chunks: Iterable[tuple[Any, Sequence[Document]]], work: Work, n_jobs: int
) -> Iterator[tuple[Any, Sequence[Document], list[Report]]]:
    """What `scored` does, without processes: they have no part in what is tested here."""
    for tag, documents in chunks:
        items = [(d.id, d.text or "") for d in documents]
        yield tag, documents, list(StubDetector().score_many(items))


class Deadly:
    """Functions that touch the disk, one call of which is the last thing that the process does."""

    def __init__(self, last: int) -> None:
        self.left = last
        # Bytes that are on the disk for sure, by descriptor.
        self.synced: dict[int, int] = {}
        for name in ("fsync", "ftruncate", "open", "close"):
            setattr(os, name, self.counted(getattr(os, name)))
        os.write = self.counted(os.write, torn=True)
        for name in ("replace", "unlink", "mkdir"):
            setattr(Path, name, self.counted(getattr(Path, name)))
        shutil.rmtree = self.counted(shutil.rmtree)  # type: ignore[assignment]
        self.cut = os.ftruncate.__wrapped__  # type: ignore[attr-defined]

    def counted(self, function: Callable[..., Any], *, torn: bool = False) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                if torn:
                    descriptor, content = arguments
                    function(descriptor, bytes(content)[: len(content) // 2])
                self.die()
            if function.__name__ == "fsync":
                self.synced[arguments[0]] = os.fstat(arguments[0]).st_size
                return None
            if torn and arguments[0] not in self.synced:
                self.synced[arguments[0]] = os.fstat(arguments[0]).st_size
            return function(*arguments, **keywords)

        call.__wrapped__ = function  # type: ignore[attr-defined]
        return call

    def die(self) -> None:
        """End at once; half of what was written and not brought to the disk is gone."""
        for descriptor, size in self.synced.items():
            try:
                now = os.fstat(descriptor).st_size
                self.cut(descriptor, size + max(0, now - size) // 2)
            except OSError:  # closed since
                continue
        os.kill(os.getpid(), signal.SIGKILL)


def plan(folder: Path, form: str, command: str, *, resume: bool) -> Plan:
    selection = Selection(0.5) if command == "filter" else None
    return Plan(
        paths=[str(folder / "in")],
        output=folder / f"out.{form}",
        form=form.partition(".")[0],
        work=Work(StubDetector),
        selection=selection,
        rejected=folder / f"rejected.{form}" if selection else None,
        resume=resume,
    )


def attempt(folder: Path, form: str, command: str, last: int, *, resume: bool) -> bool:
    """Whether a run ends well that may touch the disk `last` - 1 times."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            runner.scored = here  # type: ignore[attr-defined,assignment]
            chunks._CHUNK_DOCUMENTS = 3
            runner._COMMIT_SECONDS = 0.0
            Deadly(last)
            run(plan(folder, form, command, resume=resume), lambda sentence: None)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.waitstatus_to_exitcode(status) == 0
    return True


def content(path: Path, form: str) -> list[Any]:
    """The rows of a finished output."""
    if form == "parquet":
        rows: list[Any] = pyarrow().parquet.read_table(path, use_threads=False).to_pylist()
        return rows
    from spindetect.inputs.streams import chunks

    with path.open("rb") as stream:
        text = b"".join(chunks(stream)).decode()
    if form.startswith("csv"):
        return list(csv.DictReader(text.splitlines(keepends=True)))
    return [json.loads(line) for line in text.splitlines()]


def finished(folder: Path, form: str, command: str) -> list[list[Any]]:
    """The rows of all outputs, which hold every document once and in order."""
    names = ["out", "rejected"] if command == "filter" else ["out"]
    found = [content(folder / f"{name}.{form}", form) for name in names]
    for rows in found:
        ids = [int(row["id"]) for row in rows]
        assert ids == sorted(ids)
    assert sorted(int(row["id"]) for rows in found for row in rows) == list(range(N))
    assert not list(folder.glob("*.partial"))
    return found


def prepare(folder: Path) -> None:
    """Write the input: some files, one of them empty."""
    (folder / "in").mkdir(parents=True)
    for number, (begin, end) in enumerate([(0, 9), (9, 9), (9, 10), (10, N)]):
        rows = ({"id": i, "text": TEXTS[i % 3], "url": f"x{i}"} for i in range(begin, end))
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "in" / f"{number}.jsonl").write_text(text)


def main(form: str, command: str, step: str = "1") -> None:
    dice = random.Random(form)
    if form == "parquet":
        pyarrow()  # once, and not in each child
    with tempfile.TemporaryDirectory() as parent:
        whole = Path(parent, "whole")
        prepare(whole)
        assert attempt(whole, form, command, 10**9, resume=False)
        expected = finished(whole, form, command)
        points = 0
        is_done = False
        while not is_done:
            points += int(step)
            folder = Path(parent, str(points))
            prepare(folder)
            is_done = attempt(folder, form, command, points, resume=False)
            if (folder / f"out.{form}").exists():
                assert content(folder / f"out.{form}", form) == expected[0]
            attempt(folder, form, command, dice.randint(1, 2 * points), resume=True)
            assert attempt(folder, form, command, 10**9, resume=True)
            assert finished(folder, form, command) == expected
            # A run that is complete does nothing.
            before = (folder / f"out.{form}").stat().st_mtime_ns
            assert attempt(folder, form, command, 10**9, resume=True)
            assert (folder / f"out.{form}").stat().st_mtime_ns == before
            shutil.rmtree(folder)
        print(points)


if __name__ == "__main__":
    main(*sys.argv[1:])

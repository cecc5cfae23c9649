"""Steps with stamps: work that goes on where it was stopped.

Each step leaves a stamp once it is done. A run that was stopped goes on with the step that it was
at; a step is done anew when what it reads has changed, and so are those behind it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# Ending of the stamps, and the first one, which says whose folder it is.
STAMP = ".done"
FIRST = f"begun{STAMP}"

log = logging.getLogger("train")


class Step(NamedTuple):
    """A step: its name, what it reads beside what the step before left, and what it does."""

    name: str
    reads: Any
    run: Callable[[], object]


def do(steps: Iterable[Step], folder: Path, key: str) -> str:
    """Do the steps that were not done before.

    Parameters
    ----------
    steps
        In order.
    folder : Path
        Where stamps are.
    key : str
        Stands for what was read before the first of them.

    Returns
    -------
    str
        Stands for what was read up to here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FIRST).touch()
    for step in steps:
        key = digest([key, step.reads])
        stamp = folder / f"{step.name}{STAMP}"
        if stamp.exists() and stamp.read_text() == key:
            log.info("%s: done before", step.name)
            continue
        log.info("%s", step.name)
        # What it left before may be overwritten by halves.
        stamp.unlink(missing_ok=True)
        step.run()
        stamp.write_text(key)
    return key


def forget(name: str, folder: Path) -> None:
    """Have a step done again."""
    (folder / f"{name}{STAMP}").unlink(missing_ok=True)


def digest(value: Any) -> str:
    """A number in hexadecimal digits that stands for a value that JSON can hold.

    >>> digest([1, "a"]) == digest([1, "a"]), digest(1) == digest(2)
    (True, False)
    """
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def traces(paths: Sequence[Path]) -> list[tuple[str, int, int]]:
    """Names, sizes and times of files, and of those in folders, to notice when they change."""
    found = [p for path in paths for p in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    return [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in found]

"""The figures of speed, as immutable records, and on what they were measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import spindetect

__all__ = ["Measure", "Speed", "machine", "versions"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure.

    Attributes
    ----------
    what : str
        What was measured.
    where : str
        On which documents, or in which process.
    value : float
        The median.
    unit : str
        ``x`` for a ratio, ``words/s``, ``documents/s``, ``%``, ``ms``, ``s``, ``MB``, ``bytes`` or
        ``core-hours``.
    """

    what: str
    where: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Speed:
    """All figures of a run.

    Attributes
    ----------
    data : str
        Where the texts are from.
    words : int
        Words that were timed, in documents of some 500.
    rounds : int
        Interleaved rounds.
    machine : str
        Processor, cores and Python.
    versions : mapping of str to str
        Packages that were measured.
    model : str
        Name of the model.
    measures : tuple of Measure
    how : str
        How the words were timed, as a part of a sentence.
    """

    data: str
    words: int
    rounds: int
    machine: str
    versions: Mapping[str, str]
    model: str
    measures: tuple[Measure, ...]
    how: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        rows = [{name: getattr(m, name) for name in m.__slots__} for m in self.measures]
        return fields | {"versions": dict(self.versions), "measures": rows}


def machine() -> str:
    """Processor, cores and Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def versions(*packages: str) -> dict[str, str]:
    """Versions of this package and of others, as far as they are there.

    >>> list(versions("no such package"))
    ['spindetect']
    """
    found = {"spindetect": spindetect.__version__}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found

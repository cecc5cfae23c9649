"""What a search for copies is to do, and what tells it from another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spindetect.copies.words import read_weights
from spindetect.inputs import Fields, Kind
from spindetect.pipeline.resuming import heading

__all__ = ["Plan", "identity"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read, and where to write clusters.

    Attributes
    ----------
    paths : sequence of str
        As `spindetect.inputs.sources` takes them.
    output : Path
        JSONL, one cluster a line.
    kind, fields : Kind, Fields
        How the files hold documents.
    date_field : str
        Field or column with the date of a page.
    n_jobs : int
        Processes that read pages.
    resume, overwrite : bool
        What to do with an output that is there, or was begun.
    """

    paths: Sequence[str]
    output: Path
    kind: Kind = Kind.AUTO
    fields: Fields = field(default_factory=Fields)
    date_field: str = "date"
    n_jobs: int = 1
    resume: bool = False
    overwrite: bool = False

    @property
    def journal(self) -> Path:
        """Where the run keeps how far it is."""
        return self.output.with_name(self.output.name + ".journal")

    @property
    def folder(self) -> Path:
        """What is kept until the output is whole."""
        return self.output.with_name(self.output.name + ".partial")

    @property
    def pairs(self) -> Path:
        """Pairs of pages that are to be compared."""
        return self.folder / "pairs.bin"

    @property
    def common(self) -> Path:
        """Anchors that many pages have."""
        return self.folder / "common.bin"

    @property
    def edges(self) -> Path:
        """Pairs that share a source."""
        return self.folder / "edges.bin"

    @property
    def clusters(self) -> Path:
        """The output before it is whole."""
        return self.folder / "clusters.jsonl"


def identity(plan: Plan) -> dict[str, Any]:
    """What an output depends on: the first line of its journal."""
    options = {
        "input format": plan.kind.value,
        "fields": [*plan.fields.named, plan.date_field],
        "words": read_weights()["words"],
    }
    return heading(options, plan.paths, [plan.output])

"""What a run is to do, and what tells it from another run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spindetect.inputs import Fields, Kind
from spindetect.pipeline.resuming import heading
from spindetect.pipeline.selection import Selection
from spindetect.pipeline.work import Work

__all__ = ["Plan", "identity"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read, how to score it, where to write it.

    Attributes
    ----------
    paths : sequence of str
        As `spindetect.inputs.sources` takes them.
    output : Path
        The records, or with a `selection` the documents that pass.
    form : str
        The format of the outputs, one of `spindetect.pipeline.outputs.FORMS`.
    work : Work
        The detector and its options.
    selection, rejected : Selection, Path
        To filter, and where to the other documents go with the reasons.
    kind, fields : Kind, Fields
        How the files hold documents.
    with_text : bool
        Write the scored text, too.
    n_jobs : int
        Processes; -1 is one for each core.
    resume, overwrite : bool
        What to do with an output that is there, or was begun.
    """

    paths: Sequence[str]
    output: Path
    form: str
    work: Work
    selection: Selection | None = None
    rejected: Path | None = None
    kind: Kind = Kind.AUTO
    fields: Fields = field(default_factory=Fields)
    with_text: bool = False
    n_jobs: int = -1
    resume: bool = False
    overwrite: bool = False

    @property
    def outputs(self) -> list[Path]:
        """All files that come to hold documents."""
        return [self.output] if self.rejected is None else [self.output, self.rejected]

    @property
    def journal(self) -> Path:
        """Where the run keeps how far it is."""
        return self.output.with_name(self.output.name + ".journal")

    @property
    def ids(self) -> Path:
        """Where the run keeps the ids that it has met."""
        return self.output.with_name(self.output.name + ".ids")


def identity(plan: Plan, model: str) -> dict[str, Any]:
    """What an output depends on: the first line of its journal."""
    selection = plan.selection
    options = {
        "model": model,
        "mode": plan.work.mode,
        "prior": plan.work.prior,
        "input format": plan.kind.value,
        "fields": list(plan.fields.named),
        "text": plan.with_text,
        "--max-spin": None if selection is None else selection.max_spin,
        "--keep-unscored": None if selection is None else selection.keep_unscored,
        # The content of a preset counts, whatever its name and that of its file.
        "preset": None if selection is None else selection.rules,
        "outputs": [output.name for output in plan.outputs],
        "format": plan.form,
    }
    return heading(options, plan.paths, plan.outputs)

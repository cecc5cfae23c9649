"""What a run is to do, and what tells it from another run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spindetect.errors import InputError
from spindetect.inputs import Fields, Kind, Source, sources
from spindetect.pipeline.selection import Selection
from spindetect.pipeline.work import Work

__all__ = ["Plan", "check_outputs", "identity", "sources_of"]


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


def sources_of(plan: Plan) -> Iterator[Source]:
    """The files of the input, without those of the output."""
    return sources(plan.paths, skip=plan.outputs)


def identity(plan: Plan, model: str) -> dict[str, Any]:
    """What an output depends on: the first line of its journal.

    ``inputs`` has how many files and bytes there are, these -1 if not known.
    """
    return {
        "spindetect": _version(),
        "options": _options(plan, model),
        "inputs": _fingerprint(plan),
    }


def _fingerprint(plan: Plan) -> dict[str, Any]:
    """What tells this input from another one."""
    digest = hashlib.sha256()
    files = size = 0
    is_known = True
    for source in sources_of(plan):
        digest.update(f"{source.name}\0{source.size}\n".encode("utf-8", "surrogateescape"))
        files += 1
        size += max(source.size, 0)
        is_known &= source.size >= 0
    known = size if is_known else -1
    return {"files": files, "bytes": known, "sha256": digest.hexdigest()}


def _options(plan: Plan, model: str) -> dict[str, Any]:
    """What else an output depends on."""
    selection = plan.selection
    return {
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


def _version() -> str:
    """Version of this package."""
    from spindetect import __version__

    return __version__


def check_outputs(plan: Plan) -> None:
    """See that the outputs may be written where they are to be.

    Raises
    ------
    InputError
        If not.
    """
    for output in plan.outputs:
        _check_output(output, plan)


def _check_output(output: Path, plan: Plan) -> None:
    """Nothing, if the output may be written where it is to be."""
    if output.is_dir():
        raise InputError(f"{output} cannot be written (Is a directory)")
    if not output.parent.is_dir():
        raise InputError(f"{output} cannot be written (there is no folder {output.parent})")
    for path in plan.paths:
        if path != "-" and output.exists() and Path(path).exists() and output.samefile(path):
            raise InputError(f"{output} would be read and written at once; choose another output")

"""Whether a run may write where it is to, and go on with what another one has begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spindetect.errors import InputError
from spindetect.output import is_stream
from spindetect.pipeline.places import input_digest

__all__ = ["check_known", "check_output", "check_same", "check_untouched", "heading"]


def check_output(output: Path, paths: Sequence[str]) -> None:
    """Nothing, if the output may be written where it is to be.

    Raises
    ------
    InputError
        If it is a folder, a device or a pipe, is in no folder, or is one of the `paths` that are
        read.
    """
    if output.is_dir():
        raise InputError(f"{output} cannot be written (Is a directory)")
    if is_stream(output):
        raise InputError(f"{output} is no file, and only a file can be whole at the end; name one")
    if not output.parent.is_dir():
        raise InputError(f"{output} cannot be written (there is no folder {output.parent})")
    for path in paths:
        if path != "-" and output.exists() and Path(path).exists() and output.samefile(path):
            raise InputError(f"{output} would be read and written at once; choose another output")


def check_untouched(output: Path, existing: Sequence[Path], *, is_begun: bool) -> None:
    """Nothing, if a run that neither resumes nor overwrites may begin.

    Parameters
    ----------
    output : Path
    existing : sequence of Path
        Outputs that are there.
    is_begun : bool
        Whether another run has left something unfinished.

    Raises
    ------
    InputError
        If not.
    """
    if existing:
        raise InputError(f"{existing[0]} exists; use --overwrite, or --resume to go on with it")
    if is_begun:
        raise InputError(
            f"{output} was begun and not finished; use --resume to go on with it, or --overwrite"
        )


def check_known(existing: Sequence[Path], journal: Path) -> None:
    """Nothing, if none of the outputs is there without a journal.

    Raises
    ------
    InputError
        If one is.
    """
    if existing and not journal.exists():
        raise InputError(
            f"{existing[0]} exists, but there is no journal of how it was made; "
            "use --overwrite to make it anew"
        )


def heading(
    options: Mapping[str, Any], paths: Sequence[str], outputs: Sequence[Path]
) -> dict[str, Any]:
    """The first line of a journal: what the outputs depend on.

    ``inputs`` has how many files and bytes there are, these -1 if not known.
    """
    from spindetect import __version__

    return {
        "spindetect": __version__,
        "options": options,
        "inputs": input_digest(paths, outputs),
    }


def check_same(output: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Nothing, if a run was begun on the same input with the same options.

    Parameters
    ----------
    output : Path
    before, now : mapping
        First lines of journals: ``spindetect``, ``options`` and ``inputs``.

    Raises
    ------
    InputError
        If not, with what differs.
    """
    if before.get("spindetect") != now["spindetect"]:
        what = f"version {before.get('spindetect')} of spindetect"
    elif before.get("options") != now["options"]:
        old: dict[str, Any] = before.get("options", {})
        name = next(n for n, value in now["options"].items() if old.get(n) != value)
        what = f"another {name} ({old.get(name)})"
    elif before.get("inputs") != now["inputs"]:
        what = "other input: files have changed, come or gone since"
    else:
        return
    raise InputError(
        f"{output} was begun with {what}; give the same as then, or make it anew with --overwrite"
    )

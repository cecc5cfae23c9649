"""Whether a run may write where it is to, and go on with what another one has begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spindetect.errors import InputError
from spindetect.output import is_stream

__all__ = ["check_output", "check_same"]


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

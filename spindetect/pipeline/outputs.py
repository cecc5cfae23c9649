"""Names of outputs: their formats, and where they are until they are whole."""

from __future__ import annotations

from pathlib import Path

__all__ = ["FORMS", "form_of", "partial"]

FORMS = ("jsonl", "csv", "parquet")


def form_of(path: Path) -> str | None:
    """The format that the name of an output stands for; None if it is none of `FORMS`.

    >>> [form_of(Path(name)) for name in ("a.jsonl.gz", "b.parquet", "c.txt", "d.parquet.gz")]
    ['jsonl', 'parquet', None, None]
    """
    name = path.name.lower()
    unpacked = name.removesuffix(".gz").removesuffix(".zst")
    form = unpacked.rpartition(".")[2]
    return form if form in FORMS and (form != "parquet" or unpacked == name) else None


def partial(path: Path) -> Path:
    """Where the output is before it is whole.

    >>> partial(Path("out.jsonl")).name
    'out.jsonl.partial'
    """
    return path.with_name(path.name + ".partial")

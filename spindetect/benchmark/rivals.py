"""Rivals: other tools that read documents, timed beside the detector where they are installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from spindetect.errors import InputError

__all__ = ["DATATROVE", "KENLM", "contenders"]

DATATROVE = "datatrove: Gopher, C4, FineWeb"
KENLM = "KenLM"


def contenders(kenlm: Path | None) -> dict[str, Callable[[Sequence[str]], None]]:
    """Those that are installed, by name, ready to read documents.

    Parameters
    ----------
    kenlm : Path, optional
        A model of KenLM, which brings none.

    Raises
    ------
    InputError
        If the model is named and cannot be read.
    """
    found: dict[str, Callable[[Sequence[str]], None]] = {}
    # datatrove parts words by spaCy, and does not bring it.
    if find_spec("datatrove") is not None and find_spec("spacy") is not None:
        found[DATATROVE] = _datatrove()
    if kenlm is not None:
        found[KENLM] = _kenlm(kenlm)
    return found


def _datatrove() -> Callable[[Sequence[str]], None]:
    """Four filters of datatrove with their defaults, one after the other.

    Each reads every document, also one that another would have dropped: what is compared is the
    cost of the measures.
    """
    from datatrove.data import Document
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    filters: list[Any] = [
        GopherQualityFilter(),
        GopherRepetitionFilter(),
        C4QualityFilter(),
        FineWebQualityFilter(),
    ]

    def read(texts: Sequence[str]) -> None:
        for text in texts:
            for each in filters:
                # One of them changes its document.
                each.filter(Document(text=text, id=""))

    read(["Filters load what they need with their first document."])
    return read


def _kenlm(path: Path) -> Callable[[Sequence[str]], None]:
    """Perplexity of each line by a model of KenLM."""
    if find_spec("kenlm") is None:
        raise InputError("KenLM is not installed: pip install kenlm")
    import kenlm

    try:
        model = kenlm.Model(str(path))
    except OSError as error:
        raise InputError(f"{path} cannot be read by KenLM ({error})") from error

    def read(texts: Sequence[str]) -> None:
        for text in texts:
            for line in text.splitlines():
                model.score(line)

    return read

"""Text to count on: a folder of registers, each a folder of text files.

A file is plain text or ``.xz``/``.gz``, one document a line, a TAB between paragraphs; the name of
its folder is its register.
"""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from spindetect.tokens import Tokens, tokenise

# Documents are tokenised together until they make this many characters: enough for the arrays to
# pay, little enough to stay in the cache of the processor.
BATCH_CHARACTERS = 1_000_000


def registers(folder: Path) -> dict[str, list[Path]]:
    """Files of each register, sorted."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and {".txt"} & set(path.suffixes):
            found.setdefault(path.parent.name, []).append(path)
    if not found:
        raise SystemExit(f"{folder} holds no .txt, .txt.gz or .txt.xz file: name a folder of text.")
    return found


def read_text(path: Path) -> IO[str]:
    """The file, decompressed by its name, as lines of text."""
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(path.suffix, open)
    return opener(path, "rt", encoding="utf-8", errors="replace")  # type: ignore[operator,no-any-return]


def documents(path: Path) -> Iterator[str]:
    """Documents of a file, paragraphs parted by blank lines."""
    with read_text(path) as lines:
        for line in lines:
            if line.strip():
                yield line.rstrip("\n").replace("\t", "\n\n")


def batches(path: Path) -> Iterator[Tokens]:
    """Tokens of a file, some hundred documents at a time."""
    batch: list[str] = []
    size = 0
    for document in documents(path):
        batch.append(document)
        size += len(document)
        if size > BATCH_CHARACTERS:
            yield tokenise(batch)
            batch, size = [], 0
    if batch:
        yield tokenise(batch)

"""Examples of a user's texts, as `models.partition` laid them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from spindetect.benchmark.edits import edits, words
from spindetect.tokens import tokenise

from .examples import DOCUMENT, PARAGRAPH, Example, clip, edited_flags, human, pairs, unlisted
from .mine_pairs import Pair, changes, mine, read_rows
from .partition import ALIGNED, HUMAN, LABELLED, MIXED


def examples(data: Path, tools: tuple[str, ...]) -> list[Example]:
    """Examples of the texts in a folder that `models.partition.lay_out` filled.

    Parameters
    ----------
    data : Path
        The folder.
    tools : tuple of str
        Those whose texts are measured: all.
    """
    found = [*human(data / HUMAN), *pairs(data / ALIGNED, measured=tools)]
    found += [*_joined(found), *_labelled(data / MIXED), *_labelled(data / LABELLED)]
    return found + unlisted(found)


def _joined(found: Sequence[Example]) -> Iterator[Example]:
    """Mixed documents of the spun texts that are too short to be mixed, each behind an original.

    The original is another of the same fold, so that folds stay apart.
    """
    mixed = {e.pair for e in found if e.kind == "mixed"}
    whole = [e for e in found if e.kind == "document"]
    originals: dict[int, list[Example]] = defaultdict(list)
    for e in whole:
        if e.label == "original":
            originals[e.fold].append(e)
    for index, e in enumerate(whole):
        if e.label == "spun" and e.pair not in mixed and e.edited is not None:
            others = [o for o in originals[e.fold] if o.group != e.group]
            if others:
                before = others[index % len(others)].text
                nothing = np.zeros(int(tokenise([before]).is_word.sum()), np.bool_)
                flags = np.concatenate([nothing, e.edited])
                text = f"{before}\n\n{e.text}"
                yield replace(e, kind="mixed", label="mixed", text=text, edited=flags)


def _labelled(path: Path) -> Iterator[Example]:
    """Texts that are spun in part, with their originals, or that have none."""
    for row in read_rows(path):
        text, count = clip(row["text"], DOCUMENT)
        if count < PARAGRAPH[0]:
            continue
        names = (
            row["tool"],
            row["tool"],
            row["group"],
            row["register"],
            f"{path.name}/{row['id']}",
        )
        if "original" not in row:
            yield Example("page", row["label"], *names, text)
            continue
        left, right = words(tokenise([row["original"]])), words(tokenise([row["text"]]))
        flags = edited_flags(len(right), edits(left, right))
        yield Example("mixed", "mixed", *names, text, flags[:count])


def mined(data: Path) -> list[Pair]:
    """Pairs of phrases that the aligned texts in the folder exchange, tool by tool."""
    found = list(changes(read_rows(data / ALIGNED))) + list(changes(read_rows(data / MIXED)))
    tools = sorted({c.tool for c in found})
    return [pair for tool in tools for pair in mine([c for c in found if c.tool == tool])]

"""What of a user's clean text is counted, and what trains the classifiers and is judged by them.

No document that trains is counted, nor any that shares a source with a spun text: a classifier fed
with counted text would learn that what was counted is clean.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from spindetect.benchmark.texts import Text
from spindetect.detector import LEAST_WORDS
from spindetect.errors import InputError
from spindetect.language import language

from .base import text_digest, write_origin
from .examples import sample
from .progress import progress
from .sources import Sources, shingles
from .userdata import WORDS, Spun, clean_documents, shortened

# Share of the source documents that trains where the rest is counted, and the most documents and
# words that train: their evidence takes a gigabyte of memory.
TRAINING = 0.25
MOST_DOCUMENTS = 12_000
MOST_WORDS = 5_000_000

# From so many words of clean text on, tables counted from it are better than those of a model of
# general English, and not before: as a rule of thumb, which was not measured.
ENOUGH_WORDS = 5_000_000

# With less text a table of its own is hopeless.
LEAST_COUNTED = 500_000

# Source documents of spun texts that have originals, and clean documents, without which nothing can
# be trained and cross-fitted. Good models need some hundred of each.
LEAST_PAIRS = 20
LEAST_CLEAN = 50

# Files that `lay_out` writes: aligned texts, spun as a whole or in part, and those without an
# original.
ALIGNED, MIXED, LABELLED = "aligned.jsonl", "mixed.jsonl", "labelled.jsonl"

# Clean text as it was read, and what is known of it all.
DOCUMENTS, SUMMARY = "documents.jsonl", "summary.json"

# Folders of clean text, that trains and that is counted.
HUMAN, CORPORA = "human", "corpora"


@dataclass
class Summary:
    """What was read, counted and kept for training.

    Attributes
    ----------
    documents, words : int
        Of the clean text.
    left_out : dict of str to int
        Clean documents that are not used, by reason.
    shared : int
        Clean documents that share a source with a spun text.
    is_counted : bool
        Whether tables are counted from the clean text.
    counted : dict of str to int
        Counted words of each register.
    training : dict of str to int
        Clean documents of each register that train.
    tools : dict of str to int
        Aligned spun texts of each tool.
    labelled : int
        Spun texts without an original.
    pairs_left_out : dict of str to int
        Spun texts that are not used, by reason.
    """

    documents: int = 0
    words: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    shared: int = 0
    is_counted: bool = False
    counted: dict[str, int] = field(default_factory=dict)
    training: dict[str, int] = field(default_factory=dict)
    tools: dict[str, int] = field(default_factory=dict)
    labelled: int = 0
    pairs_left_out: dict[str, int] = field(default_factory=dict)


def read_summary(folder: Path) -> Summary:
    """The summary that `lay_out` wrote."""
    return Summary(**json.loads((folder / SUMMARY).read_text(encoding="utf-8")))


def lay_out(
    clean: Path,
    spun: Spun,
    folder: Path,
    *,
    tables: str = "auto",
    lines: bool = False,
    counted: Collection[int] = (),
) -> Summary:
    """Write the user's texts as the other commands read them.

    Parameters
    ----------
    clean : Path
        Folder of clean text.
    spun
        The spun texts.
    folder : Path
        Where to write.
    tables : {"auto", "base", "own"}
        Whether tables are counted: ``auto`` counts from `ENOUGH_WORDS` words on.
    lines : bool
        Whether each line of a text file is a document.
    counted : collection of int
        Digests (`models.base.text_digest`) of texts that the tables of the base model were counted
        from: where these are used, they do not train.

    Raises
    ------
    InputError
        If something cannot be read, or there is too little of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    summary = Summary(labelled=len(spun.labelled), pairs_left_out=dict(spun.left_out))
    summary.tools = dict(Counter(t.tool for t in spun.aligned))
    _check_pairs(spun)
    _write_clean(clean, spun, folder / DOCUMENTS, summary, lines=lines)
    summary.is_counted = tables == "own" or (tables == "auto" and summary.words >= ENOUGH_WORDS)
    if summary.is_counted and summary.words < LEAST_COUNTED:
        raise InputError(
            f"{clean} holds {summary.words:,} words: too few to count tables of its own, which "
            f"needs {LEAST_COUNTED:,}; leave --tables out"
        )
    digests = _part(folder, summary, counted)
    _check_clean(clean, summary)
    _write_spun([t for t in spun.aligned if t.label == "spun"], folder / ALIGNED)
    _write_spun([t for t in spun.aligned if t.label == "mixed"], folder / MIXED)
    _write_spun(spun.labelled, folder / LABELLED)
    write_origin(folder, digests, {text_digest(t.original) for t in spun.aligned if t.original})
    (folder / SUMMARY).write_text(json.dumps(asdict(summary), indent=1), encoding="utf-8")
    return summary


def _check_pairs(spun: Spun) -> None:
    """Complain of too few pairs."""
    groups = {t.group for t in spun.aligned if t.label == "spun"}
    if len(groups) >= LEAST_PAIRS:
        return
    reasons = "".join(f"; {n} left out: {reason}" for reason, n in spun.left_out.items())
    alone = f"; {len(spun.labelled)} have no original" if spun.labelled else ""
    raise InputError(
        f"the spun files hold {len(spun.aligned)} texts that align with their originals, from "
        f"{len(groups)} source documents (groups){reasons}{alone}; at least {LEAST_PAIRS} source "
        "documents are needed, since words that were replaced are learned from such pairs"
    )


def _check_clean(clean: Path, summary: Summary) -> None:
    """Complain of too few clean documents."""
    kept = sum(summary.training.values())
    if kept < LEAST_CLEAN:
        reasons = "".join(f"; {n} left out: {reason}" for reason, n in summary.left_out.items())
        raise InputError(
            f"{clean} holds {summary.documents:,} documents, of which {kept} of {LEAST_WORDS} "
            f"words or more are there to train on{reasons}; at least {LEAST_CLEAN} are needed"
        )


def _write_spun(texts: Sequence[Text], path: Path) -> None:
    """Write rows in the form of aligned or labelled files; their numbers are their names."""
    with path.open("w", encoding="utf-8") as out:
        for number, t in enumerate(texts):
            row = {"id": str(number), "group": t.group, "register": t.register, "tool": t.tool}
            row |= {"label": t.label, "text": t.text}
            if t.original is not None:
                row |= {"original": t.original, "spun": t.text}
            out.write(json.dumps(row) + "\n")


def _write_clean(clean: Path, spun: Spun, path: Path, summary: Summary, *, lines: bool) -> None:
    """Write the clean documents that can be used, one of each text, and count them."""
    sources = Sources([*spun.aligned, *spun.labelled])
    seen: set[int] = set()
    left_out: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", errors="replace") as out:
        documents = chain(clean_documents(clean, lines=lines), spun.clean)
        for found in progress(documents, "reading"):
            summary.documents += 1
            digest = text_digest(found.text)
            if digest in seen:
                left_out["the same as another"] += 1
                continue
            seen.add(digest)
            if language(found.text) != "en":
                left_out["not English"] += 1
                continue
            keys, words = shingles(found.text)
            summary.words += words
            group = sources.group(found, keys)
            summary.shared += group is not None
            row: dict[str, Any] = asdict(found) | {"group": group or found.group}
            row |= {"words": words, "is_shared": group is not None, "digest": digest}
            out.write(json.dumps(row) + "\n")
    summary.left_out = dict(left_out)


def _part(folder: Path, summary: Summary, in_base: Collection[int]) -> list[int]:
    """Write what is counted, and what trains; digests of the former."""
    every = folder / DOCUMENTS
    sizes = [min(row["words"], WORDS) for row in _rows(every) if row["words"] >= LEAST_WORDS]
    share = TRAINING if summary.is_counted else 1.0
    share = min(share, MOST_DOCUMENTS / max(len(sizes), 1), MOST_WORDS / max(sum(sizes), 1))
    training: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    digests = []
    known = 0
    # What a run that was stopped has left would be counted twice.
    shutil.rmtree(folder / CORPORA, ignore_errors=True)
    (folder / HUMAN).mkdir(exist_ok=True)
    with (folder / HUMAN / "human.jsonl").open("w", encoding="utf-8") as out:
        for row in _rows(every):
            drawn = sample(row["group"], "train") < share
            if not summary.is_counted and row["digest"] in in_base:
                known += 1
            elif (drawn or row["is_shared"]) and row["words"] >= LEAST_WORDS:
                training[row["register"]] += 1
                kept = {name: row[name] for name in ("id", "group", "register")}
                out.write(json.dumps(kept | {"text": shortened(row["text"])}) + "\n")
            elif summary.is_counted and not drawn and not row["is_shared"]:
                counted[row["register"]] += row["words"]
                digests.append(row["digest"])
                _count(row, folder / CORPORA)
    summary.training, summary.counted = dict(training), dict(counted)
    if known:
        summary.left_out["counted in the base model"] = known
    return digests


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _count(row: dict[str, Any], folder: Path) -> None:
    """Add a document to the text that is counted, in the form of `models.corpus`."""
    path = folder / re.sub(r"[^\w-]+", "_", row["register"]) / "text.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    paragraphs = re.split(r"\n\s*\n", row["text"])
    with path.open("a", encoding="utf-8", errors="replace") as out:
        out.write("\t".join(" ".join(p.split()) for p in paragraphs) + "\n")

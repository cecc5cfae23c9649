"""A user's own files: clean text and spun text, read and checked.

Clean text is a folder, searched to any depth: files ``.txt``, one document each, or one document a
line where the user says so (a TAB between paragraphs), and ``.jsonl`` with rows ``{"id", "group"?,
"register"?, "text"}``; all also packed (``.gz``, ``.xz``). Spun text is JSONL with rows ``{"id",
"group"?, "tool"?, "original", "spun"}``, or with labelled rows, as `spindetect.benchmark.texts`
reads them.
"""

from __future__ import annotations

import json
import lzma
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from spindetect.benchmark.edits import edits, text_words
from spindetect.benchmark.texts import Text, read_texts
from spindetect.errors import InputError
from spindetect.language import language

from .corpus import read_text
from .examples import DOCUMENT, PARAGRAPH, clip

# What is looked for in a folder of clean text.
SUFFIXES = (".txt", ".jsonl")
PACKED = ("", ".gz", ".xz")

# A longer document is a corpus whose documents nobody has parted: the longest novels have 3 MB.
LONGEST = 5_000_000

# Of longer texts what follows these words trains nothing: the classifiers stop counting there
# (`spindetect.features`). In English text they are among the characters that are looked at.
WORDS = 1000
CHARACTERS = 20_000

# Both sides of a pair are versions of one text if no larger share of the words was edited. Of 168
# texts of two spinners it is 0.56 at most, of 167 texts that have nothing to do with each other
# 0.88 at least.
MOST_EDITED = 0.75


@dataclass(frozen=True)
class Clean:
    """One document that nobody spun.

    Attributes
    ----------
    id, group, register : str
        Its name, its source document, and its kind of text.
    text : str
        The text.
    """

    id: str
    group: str
    register: str
    text: str


def clean_documents(folder: Path, *, lines: bool = False) -> Iterator[Clean]:
    """Documents of a folder of clean text, in order of names, empty ones left out.

    Parameters
    ----------
    folder
        Searched to any depth, hidden files left out.
    lines : bool
        Whether each line of a text file is a document.

    Raises
    ------
    InputError
        If there is no folder, no file in it, or one that cannot be read or has another form.
    """
    for path in clean_files(folder):
        name = str(path.relative_to(folder))
        parent = path.parent.name if path.parent != folder else ""
        try:
            with read_text(path) as stream:
                if ".jsonl" in path.name.lower():
                    yield from _of_rows(stream, name, parent or path.name.split(".")[0])
                elif lines:
                    for number, line in enumerate(stream, 1):
                        if line.strip():
                            id = f"{name}:{number}"
                            text = line.rstrip("\n").replace("\t", "\n\n")
                            yield Clean(id, id, parent or folder.resolve().name, text)
                else:
                    text = stream.read(LONGEST + 1)
                    if len(text) > LONGEST:
                        raise InputError(
                            f"{path}: one document of more than {LONGEST // 10**6} MB; give each "
                            "document a file, or --lines if each line is one"
                        )
                    if text.strip():
                        yield Clean(name, name, parent or folder.resolve().name, text)
        except (EOFError, lzma.LZMAError, zlib.error) as error:
            raise InputError(f"{path}: its packed data are damaged; get the file again") from error
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror or error})") from error


def clean_files(folder: Path) -> list[Path]:
    """Files of clean text at any depth, hidden ones left out.

    Raises
    ------
    InputError
        If there is no folder, or none of these in it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; name one that holds clean text")
    endings = tuple(suffix + packed for suffix in SUFFIXES for packed in PACKED)
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.name.lower().endswith(endings)
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise InputError(
            f"{folder} holds no clean text: no file in it ends in {', '.join(SUFFIXES)}, or one of "
            "these and .gz or .xz"
        )
    return found


def _of_rows(lines: Iterator[str], name: str, register: str) -> Iterator[Clean]:
    """Documents of a JSONL file."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name}, line {number}: not JSON ({error})") from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise InputError(
                f'{name}, line {number}: not a row of clean text such as {{"id": "7", "text": '
                '"..."}'
            )
        if row.get("label", "human") in ("spun", "mixed"):
            raise InputError(
                f"{name}, line {number}: a {row['label']} text among clean ones; name its file "
                "with --spun"
            )
        id = str(row.get("id", f"{name}:{number}"))
        if row["text"].strip():
            yield Clean(
                id, str(row.get("group") or id), str(row.get("register") or register), row["text"]
            )


@dataclass(frozen=True)
class Spun:
    """Spun texts, and what was left out.

    Attributes
    ----------
    aligned : list of Text
        Those that align with their originals; both sides shortened to about `WORDS` words.
    labelled : list of Text
        Those that have no original.
    clean : list of Clean
        Texts with a label that says that nobody spun them, originals of pairs left out.
    left_out : Counter of str
        Pairs that were left out, by what is the matter with them.
    """

    aligned: list[Text]
    labelled: list[Text]
    clean: list[Clean]
    left_out: Counter[str]


def spun_texts(files: Sequence[Path]) -> Spun:
    """Texts of the user's spun files.

    Raises
    ------
    InputError
        If one cannot be read, has another form, or holds no spun text.
    """
    found = Spun([], [], [], Counter())
    # All versions of one original are of one group, whatever they are called.
    groups: dict[str, str] = {}
    for path in files:
        texts = read_texts(path)
        spun = [t for t in texts if t.is_spun]
        if not spun:
            raise InputError(
                f"{path} holds no spun text: its rows need fields original and spun, or a label "
                "spun or mixed"
            )
        originals = {t.original for t in spun}
        found.clean.extend(
            Clean(t.id, t.group, t.register, t.text)
            for t in texts
            if not t.is_spun and t.text not in originals
        )
        for text in spun:
            group = groups.setdefault(text.original or text.text, text.group)
            fault, short = _checked(replace(text, group=group))
            if fault:
                found.left_out[fault] += 1
            else:
                (found.labelled if short.original is None else found.aligned).append(short)
    return found


def _checked(text: Text) -> tuple[str, Text]:
    """What is the matter with a spun text, empty if nothing is, and the text, shortened."""
    spun = shortened(text.text)
    original = None if text.original is None else shortened(text.original)
    short = replace(text, tool=own_tool(text.tool), text=spun, original=original)
    written = text_words(spun)
    if len(written) < PARAGRAPH[0]:
        return f"shorter than {PARAGRAPH[0]} words", short
    if clip(spun, DOCUMENT)[1] < PARAGRAPH[0]:
        return f"no sentence ends among the first {DOCUMENT[1]} words", short
    if language(spun) != "en":
        return "not English", short
    if original is not None:
        found = edits(text_words(original), written)
        changed = sum(e.j2 - e.j1 for e in found)
        if not changed:
            return "the same as the original", short
        if changed > MOST_EDITED * len(written):
            return "no version of the original", short
    return "", short


def own_tool(name: str) -> str:
    """What a user's tool is called: some beginnings and ends of names mean something elsewhere.

    >>> own_tool("wp-light"), plain_tool("own/wp-light/")
    ('own/wp-light/', 'wp-light')
    """
    return f"own/{name}/"


def plain_tool(tool: str) -> str:
    """The user's name of a tool."""
    return tool.removeprefix("own/").removesuffix("/")


def shortened(text: str) -> str:
    """Whole sentences from the front that make about `WORDS` words.

    >>> shortened("One. Two.")
    'One. Two.'
    """
    return clip(text[:CHARACTERS], (WORDS, 2 * WORDS))[0] or text[:CHARACTERS]

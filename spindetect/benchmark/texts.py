"""Labelled texts: those that ship with the package, or a user's own.

A folder of one's own holds JSONL files, or plain text files in folders named by label. A line of
JSONL is a labelled text or a pair of texts::

    {"id": ..., "group": ..., "register": ..., "tool": ..., "label": "spun", "text": "..."}
    {"id": ..., "group": ..., "register": ..., "tool": ..., "original": "...", "spun": "..."}

All versions of one source document share its group.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from spindetect.errors import InputError

__all__ = ["BUNDLED", "LABELS", "Text", "family_of", "group_hash", "read_texts"]

# The texts that ship, written for this project.
BUNDLED = Path(__file__).with_name("texts.jsonl")

# What a text can be: by a human, the original of a spun one, not spun for other reasons, spun as a
# whole, or in some of its sentences.
LABELS = ("human", "original", "clean", "spun", "mixed")

# Names of folders of plain text, in lower case; `mg` and `og` are those of the corpora of
# machine-paraphrased plagiarism (Foltynek et al. 2020, Wahle et al. 2022).
_FOLDERS = {label: label for label in LABELS} | {
    "mg": "spun",
    "machine": "spun",
    "paraphrased": "spun",
    "og": "original",
    "orig": "original",
    "originals": "original",
}

# What stands in the names of their files between the number of a source and that of a paragraph.
_LABEL_IN_NAME = re.compile(r"[-_. ]+(?:orig|original|spun|og|mg)(?![a-z]).*", re.IGNORECASE)

# All settings of these tools are one family.
_FAMILIES = ("wp_auto_spinner", "turbo", "textattack", "quillbot")

_PACKED = ("", ".gz", ".xz")

# Shown to whoever passes a line of another form.
_FORMS = f'"text" and "label" ({", ".join(LABELS)}), or "original" and "spun"'


@dataclass(frozen=True, slots=True)
class Text:
    """One text and what is known of it.

    Attributes
    ----------
    id : str
        Name of the text.
    group : str
        Source document, which all of its versions share.
    register : str
        Such as ``news``.
    tool : str
        What spun it; for a text that is not spun, the collection that it is compared in, or empty.
    label : str
        One of `LABELS`.
    text : str
        The text.
    strength : float or None
        Share of the words that the tool was to replace, in [0, 1].
    original : str or None
        The text that a spun or mixed one was made from.
    """

    id: str
    group: str
    register: str
    tool: str
    label: str
    text: str
    strength: float | None = None
    original: str | None = None

    @property
    def is_spun(self) -> bool:
        """Whether a spinner wrote some of it."""
        return self.label in ("spun", "mixed")


def family_of(tool: str) -> str:
    """Family of a tool: its name without the setting.

    >>> family_of("wp_auto_spinner_shuffle_twice"), family_of("moby")
    ('wp_auto_spinner', 'moby')
    """
    return next((family for family in _FAMILIES if tool.startswith(family)), tool)


def group_hash(group: str) -> str:
    """A number in hexadecimal digits that depends on nothing but the name of the group."""
    return hashlib.sha256(group.encode("utf-8", "backslashreplace")).hexdigest()


def read_texts(data: Path | None = None, sample: int | None = None) -> list[Text]:
    """The bundled texts, or those of a JSONL file or a folder.

    Parameters
    ----------
    data : Path, optional
        A file ``.jsonl`` (``.gz``, ``.xz``); a folder with such files at any depth; or a folder
        with plain text files (``.txt``, also packed) in folders named by label, such as ``spun``
        and ``original`` or ``mg`` and ``og``. A line without a label has that of its folder. Plain
        files of one name in two such folders are a spun text and its original.
    sample : int, optional
        Read no more than this many texts of a source (a file, or a folder of plain text): those of
        the groups whose hashes come first, so that sources of the same groups stay comparable.

    Returns
    -------
    list of Text
        At least one; spun texts with their originals, where the same source has one in the group.

    Raises
    ------
    InputError
        If something is not there, not readable or not of this form.
    """
    if data is None:
        if not BUNDLED.is_file():
            raise InputError("this installation lacks its texts; name your own with --data FOLDER")
        data = BUNDLED
    if not data.exists():
        raise InputError(f"{data}: there is no such file or folder")
    lines = [data] if data.is_file() else _files(data, ".jsonl")
    texts = [t for path in lines for t in _sample(_of_lines(path), sample)]
    if not lines:
        texts = _of_folders(data, sample)
    if not texts:
        raise InputError(
            f"{data} holds no texts: neither lines of JSONL nor .txt files in folders named "
            f"{', '.join(LABELS)}, mg or og"
        )
    return texts


def _files(folder: Path, suffix: str) -> list[Path]:
    """Files of a kind at any depth, packed ones among them; hidden ones are left out."""
    endings = tuple(suffix + packed for packed in _PACKED)
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.name.lower().endswith(endings)
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _sample(texts: list[Text], sample: int | None) -> list[Text]:
    """The first texts by the hashes of their groups, or all as they stand."""
    if sample is None:
        return texts
    return sorted(texts, key=lambda t: group_hash(t.group))[:sample]


def _unpacked(path: Path) -> bytes:
    """The bytes of a file, unpacked by its name."""
    try:
        content = path.read_bytes()
        match path.suffix.lower():
            case ".xz":
                return lzma.decompress(content)
            case ".gz":
                return gzip.decompress(content)
        return content
    except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        raise InputError(f"{path}: its packed data are damaged; get the file again") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error


def _of_lines(path: Path) -> list[Text]:
    """Texts of a JSONL file."""
    texts: list[Text] = []
    for number, line in enumerate(_unpacked(path).splitlines(), 1):
        if line.strip():
            where = f"{path}, line {number}"
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InputError(f"{where}: not JSON ({error})") from error
            texts += _of_row(row, path, where, f"{path.name}:{number}")
    return _with_originals(texts)


def _of_row(row: Any, path: Path, where: str, name: str) -> Iterator[Text]:
    """The text of a row, or both texts of a pair."""
    if not isinstance(row, dict):
        raise InputError(f"{where}: not a JSON object with {_FORMS}")
    source = path.name.split(".")[0]
    id = str(row.get("id", name))
    group, register, tool = (
        str(row.get(field) or default)
        for field, default in (("group", id), ("register", source), ("tool", source))
    )
    strength = row.get("strength")
    if strength is not None and not isinstance(strength, int | float):
        raise InputError(f"{where}: the strength must be a number, got {strength!r}")
    original, spun = row.get("original"), row.get("spun")
    if isinstance(original, str) and isinstance(spun, str):
        yield Text(id, group, register, "", "original", original)
        yield Text(id, group, register, tool, "spun", spun, strength, original)
        return
    label = row.get("label", _FOLDERS.get(path.parent.name.lower()))
    text = row.get("text")
    if not isinstance(text, str) or label not in LABELS:
        raise InputError(f"{where}: a line needs {_FORMS}")
    if label in ("spun", "mixed"):
        yield Text(id, group, register, tool, label, text, strength)
    else:
        yield Text(id, group, register, "", label, text)


def _with_originals(texts: Iterable[Text]) -> list[Text]:
    """The same texts; a spun one has the original of its group that shares most words with it."""
    texts = list(texts)
    originals: dict[str, list[str]] = {}
    for t in texts:
        if t.label == "original":
            originals.setdefault(t.group, []).append(t.text)
    return [
        replace(t, original=_nearest(t.text, originals[t.group]))
        if t.is_spun and t.original is None and t.group in originals
        else t
        for t in texts
    ]


def _nearest(text: str, candidates: list[str]) -> str:
    """The candidate that shares most words with the text."""
    if len(candidates) == 1:
        return candidates[0]
    own = Counter(text.lower().split())
    return max(candidates, key=lambda c: (own & Counter(c.lower().split())).total())


def _of_folders(folder: Path, sample: int | None) -> list[Text]:
    """Texts of plain files, each with the label that the nearest folder above it is named by."""
    sources: dict[tuple[str, str], list[Path]] = {}
    for path in _files(folder, ".txt"):
        parts = path.relative_to(folder).parts[:-1]
        named = [i for i, part in enumerate(parts) if part.lower() in _FOLDERS]
        if named:
            label = _FOLDERS[parts[named[-1]].lower()]
            collection = "/".join(p for i, p in enumerate(parts) if i != named[-1])
            sources.setdefault((collection or folder.resolve().name, label), []).append(path)
    found: dict[tuple[str, str, str], Text] = {}
    for (collection, label), paths in sources.items():
        if sample is not None:
            paths = sorted(paths, key=lambda path: group_hash(_group_of(path)))[:sample]
        for path in paths:
            name = str(path.relative_to(folder))
            text = Text(name, _group_of(path), collection, collection, label, _decoded(path))
            found[collection, path.name, label] = text
    return [
        replace(t, original=found[collection, name, "original"].text)
        if t.is_spun and (collection, name, "original") in found
        else t
        for (collection, name, _), t in found.items()
    ]


def _group_of(path: Path) -> str:
    """Source document of a plain file.

    >>> _group_of(Path("mg/4115833-SPUN-15.txt")), _group_of(Path("spun/harbour.txt.gz"))
    ('4115833', 'harbour')
    """
    stem = path.name.lower().removesuffix(".gz").removesuffix(".xz").removesuffix(".txt")
    return _LABEL_IN_NAME.sub("", stem) or stem


def _decoded(path: Path) -> str:
    """The text of a file in UTF-8, or else in Latin-1, which older corpora are in."""
    content = _unpacked(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")

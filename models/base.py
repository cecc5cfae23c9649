"""A model to build on: its tables, and its lexicon as the entries that it was made from.

The lexicon of a model keeps the phrases that a spinner writes as fingerprints only, which suffices
to find them and not to list them. The file `WRITTEN` beside the tables lists them; without it those
are known that the lexicon also names as originals, which is less than half of the longer ones.
"""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spindetect import cloze, ngrams, tables
from spindetect.classifier import read_classifier, read_tables
from spindetect.lexicon import (
    FIRST_EXPANSION,
    PAIRS,
    PHRASE_BITS,
    SOURCES,
    WEIGHT_MAX,
    unpack,
)
from spindetect.ngrams import FIRST_WORD

from .build_lexicon import written_keys
from .entries import Entries, Floats, Ints, Phrases, cosines

Arrays = Mapping[str, npt.NDArray[np.generic]]

# File of the phrases of the lexicon that are no words of the vocabulary, in the order of its rows,
# one a line; empty where one is not known.
WRITTEN = "written.txt.xz"

# File of what `spindetect train` made a model of: digests (`text_digest`) of the clean texts that
# its tables were counted from, and of the originals whose pairs its lexicon lists.
ORIGIN = "origin.npz"

# Tables that say how English is written, whoever spins it.
LANGUAGE = (*ngrams.TABLES, *cloze.TABLES, "vectors")


@dataclass(frozen=True)
class Base:
    """A model to build on.

    Attributes
    ----------
    name : str
        Its name.
    tables : dict of str to array
        Its tables, mapped.
    ranking : Mapping of str to float
        Weights by which it ranks substitutes.
    written : list of str
        Texts of the rows of its lexicon behind those of the vocabulary, empty where not known.
    counted, paired : frozenset of int
        Digests of clean texts and of originals that it was made of, none where not known.
    """

    name: str
    tables: Arrays
    ranking: Mapping[str, float]
    written: list[str]
    counted: frozenset[int]
    paired: frozenset[int]


def read_base(folder: Path) -> Base:
    """The model of a folder.

    Raises
    ------
    ModelError
        If it holds no sound model.
    """
    classifier = read_classifier(folder)
    arrays = read_tables(folder, classifier.tables)
    if (folder / WRITTEN).exists():
        with lzma.open(folder / WRITTEN, "rt", encoding="utf-8") as lines:
            written = lines.read().split("\n")
    else:
        written = written_texts(arrays, _expansions(arrays))
    return Base(classifier.name, arrays, classifier.ranking, written, *read_origin(folder))


def read_origin(folder: Path) -> tuple[frozenset[int], frozenset[int]]:
    """Digests of counted texts and of originals that a model was made of; none where not known."""
    if not (folder / ORIGIN).exists():
        return frozenset(), frozenset()
    with np.load(folder / ORIGIN) as found:
        return frozenset(found["counted"].tolist()), frozenset(found["paired"].tolist())


def write_origin(folder: Path, counted: Iterable[int], paired: Iterable[int]) -> None:
    """Write `ORIGIN`."""
    digests = [np.array(sorted(found), np.uint64) for found in (counted, paired)]
    np.savez(folder / ORIGIN, counted=digests[0], paired=digests[1])


def text_digest(text: str) -> int:
    """A number below 2**64 that stands for a text, whatever its white space.

    >>> text_digest("One  text.") == text_digest(" One text. ")
    True
    """
    flat = " ".join(text.split()).encode("utf-8", "replace")
    return int.from_bytes(hashlib.sha256(flat).digest()[:8], "big")


def write_written(folder: Path, arrays: Arrays, texts: Iterable[str]) -> None:
    """Write `WRITTEN` for the lexicon of a model.

    Parameters
    ----------
    folder
        Of the model.
    arrays
        Tables of its lexicon.
    texts
        Phrases that it may list, such as all of `models.entries.Phrases.texts`.
    """
    with lzma.open(folder / WRITTEN, "wt", encoding="utf-8") as out:
        out.write("\n".join(written_texts(arrays, texts)))


def written_texts(arrays: Arrays, texts: Iterable[str]) -> list[str]:
    """Text of each row of a lexicon behind those of the vocabulary, from candidates; else empty."""
    size = FIRST_WORD + len(words(arrays))
    known = list(dict.fromkeys(t for t in texts if t))
    slot = tables.find(_lanes(arrays), written_keys(known), PHRASE_BITS)
    row = np.where(slot >= 0, arrays["phrase_rows"][slot], -1).astype(np.int64)
    found = [""] * (len(arrays["offsets"]) - 1 - size)
    for index in np.flatnonzero(row >= 0).tolist():
        found[int(row[index]) - size] = known[index]
    return found


def _lanes(arrays: Arrays) -> npt.NDArray[np.uint16]:
    return np.asarray(arrays["phrases"], np.uint16)


def words(arrays: Arrays) -> list[str]:
    """Words of the vocabulary by id less `FIRST_WORD`."""
    return arrays["words"].tobytes().decode("utf-8").split("\n")[:-1]


def _expansions(arrays: Arrays) -> list[str]:
    """Expected phrases of several words."""
    known = words(arrays)
    return [
        " ".join(known[i - FIRST_WORD] for i in row if i >= 0)
        for row in arrays["expansions"].tolist()
    ]


def decoded(base: Base, phrases: Phrases) -> Entries:
    """Entries of a lexicon in the codes of a vocabulary, with all bits of their sources.

    Entries of a phrase whose text is not known are left out.

    Parameters
    ----------
    base
        The model whose lexicon it is.
    phrases
        Codes; of the vocabulary of that model or of another.
    """
    codes = [phrases.code(w) if w else -1 for w in words(base.tables)]
    known = np.array([-1] * FIRST_WORD + codes, np.int64)
    rows = np.append(known, [phrases.code(t) if t else -1 for t in base.written])
    longer = np.array([phrases.code(t) for t in _expansions(base.tables)], np.int64)
    room = np.full(FIRST_EXPANSION, -1, np.int64)
    room[: len(known)] = known
    names = np.append(room, longer)
    offsets = np.asarray(base.tables["offsets"], np.int64)
    size: Ints = offsets[1:] - offsets[:-1]
    expected, sources, weight = unpack(np.asarray(base.tables["entries"], np.uint32))
    found = np.stack(
        [
            np.repeat(rows, size),
            names[expected],
            sources.astype(np.int64),
            weight.astype(np.int64),
        ]
    )
    return found[:, (found[:2] >= 0).all(axis=0)]


def mask(*names: str) -> int:
    """Bits of some sources.

    >>> mask("mined", "observed")
    5
    """
    return sum(1 << SOURCES.index(name) for name in names)


def listed(entries: Entries) -> Entries:
    """The pairs that spinners were seen to exchange, of decoded entries."""
    found = entries[:, (entries[2] & PAIRS) > 0].copy()
    found[2] &= PAIRS
    return found


def synonyms(entries: Entries, vectors: Floats, bits: int) -> Entries:
    """What sources without spun text name, of decoded entries.

    Where a pair was seen, too, the weight is the pair's; it makes way for the cosine.

    Parameters
    ----------
    entries
        As `decoded` gives them.
    vectors : float32 array, shape (V, d)
        Unit vectors of the codes.
    bits : int
        The sources.
    """
    found = entries[:, (entries[2] & bits) > 0].copy()
    seen = np.flatnonzero((found[2] & PAIRS) > 0)
    likeness = cosines(vectors, found[0, seen], found[1, seen])
    found[3, seen] = np.clip(np.rint(likeness * WEIGHT_MAX), 1, WEIGHT_MAX)
    found[2] &= bits
    return found


def unit_vectors(vectors: npt.NDArray[np.int8]) -> Floats:
    """Vectors of a model as unit vectors; zero where a word has none."""
    rows = vectors.astype(np.float32)
    norm = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norm, 1), np.float32)

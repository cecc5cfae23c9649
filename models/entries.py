"""Entries of a lexicon in the making: which phrase may stand for which, by whom, how surely."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from spindetect.lexicon import FIRST_EXPANSION, LONGEST, SOURCES, WEIGHT_MAX
from spindetect.ngrams import FIRST_WORD
from spindetect.segments import ranks

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

# Four rows: written phrase, expected phrase (both as codes of `Phrases`), source bit, weight 0..63.
Entries = npt.NDArray[np.int64]

# Bit of each source.
BIT = {name: 1 << i for i, name in enumerate(SOURCES)}

# Entries a written phrase may have from each source. With these, the thesauri together name the
# original of 73 % of the one-word replacements seen in aligned text; without any bound, 79 %.
MOST = {"wordnet": 24, "moby": 48, "neighbour": 10, "spelling": 5}

# Spinners put common words in common words' place; rare ones and longer phrases get fewer entries.
RARE_ZIPF = 2.4
MOST_RARE = 5

# Of the synonyms of a word the commoner is the likelier original. Ranking by cosine alone reaches
# a coverage of 0.64 with 48 entries, by cosine and this share of the Zipf frequency 0.73.
ZIPF_SHARE = 0.12

# An original rarer than this (Zipf) is hardly ever replaced: less than one in a hundred is.
LEAST_ZIPF = 3.0

# Cosine of pairs of which one has no vector: a modest guess, never tuned.
UNKNOWN_COSINE = 0.25


class Phrases:
    """Codes of phrases: ids for words of the vocabulary, numbers from 2**17 for all others."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.ids = {w: i + FIRST_WORD for i, w in enumerate(words) if w}
        self.others: dict[str, int] = {}
        self.texts: list[str] = []

    def code(self, phrase: str) -> int:
        """Code of a phrase of folded words parted by blanks, -1 where it is longer than three."""
        if phrase in self.ids:
            return self.ids[phrase]
        if phrase not in self.others:
            if phrase.count(" ") >= LONGEST:
                return -1
            self.others[phrase] = FIRST_EXPANSION + len(self.texts)
            self.texts.append(phrase)
        return self.others[phrase]

    def text(self, code: int) -> str:
        """The phrase of a code."""
        return (
            self.words[code - FIRST_WORD]
            if code < FIRST_EXPANSION
            else self.texts[code - FIRST_EXPANSION]
        )

    def expansion(self, code: int) -> list[int] | None:
        """Ids of the words of a phrase of several words, None unless all are in the vocabulary."""
        ids = [self.ids.get(w, -1) for w in self.texts[code - FIRST_EXPANSION].split()]
        return None if -1 in ids else ids


def best(
    written: Ints,
    expected: Ints,
    likeness: Floats,
    source: str,
    zipf: Floats,
) -> Entries:
    """The likeliest entries of each written phrase, as many as the source may have.

    Parameters
    ----------
    written, expected : int64 arrays, shape (n,)
        Codes of phrases.
    likeness : float32 array, shape (n,)
        How alike they are, up to 1.
    source : str
        One of `MOST`.
    zipf : float32 array, shape (V,)
        Zipf frequency of each id.
    """
    common = np.where(expected < len(zipf), zipf[np.minimum(expected, len(zipf) - 1)], LEAST_ZIPF)
    use = np.flatnonzero(common >= LEAST_ZIPF)
    likelier = -(likeness + ZIPF_SHARE * common)
    use = use[np.lexsort((expected[use], likelier[use], written[use]))]
    written, expected, likeness = written[use], expected[use], likeness[use]
    rare = np.where(written < len(zipf), zipf[np.minimum(written, len(zipf) - 1)], 0) < RARE_ZIPF
    keep = ranks(written) < np.where(rare, MOST_RARE, MOST[source])
    weight = np.clip(np.rint(likeness * WEIGHT_MAX), 1, WEIGHT_MAX).astype(np.int64)
    bit = np.full(len(written), BIT[source])
    return np.stack([written, expected, bit, weight])[:, keep]


def rows(phrases: Phrases, triples: Iterable[tuple[str, str, float]], source: str) -> Entries:
    """Entries of (written, original, probability); the weight is the probability's root.

    Pairs of which a phrase is too long for a code are left out.
    """
    found = [
        (phrases.code(w), phrases.code(o), BIT[source], max(1, round(p**0.5 * WEIGHT_MAX)))
        for w, o, p in triples
    ]
    return np.array([f for f in found if min(f[:2]) >= 0], np.int64).reshape(-1, 4).T


def cosines(vectors: Floats, a: Ints, b: Ints) -> Floats:
    """Cosine of each pair of codes, shape (n,); `UNKNOWN_COSINE` where one has no vector.

    Parameters
    ----------
    vectors : float32 array, shape (V, d)
        Unit vectors of the codes below V.
    a, b : int64 arrays, shape (n,)
        Codes of phrases.
    """
    out = np.full(len(a), UNKNOWN_COSINE, np.float32)
    known = np.flatnonzero((a < len(vectors)) & (b < len(vectors)))
    for part in np.array_split(known, max(1, len(known) // 100_000)):
        out[part] = np.einsum("ij,ij->i", vectors[a[part]], vectors[b[part]])
    return out

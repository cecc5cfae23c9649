"""Collect what spinners may replace, from several sources, into the tables of a lexicon.

    python -m models.build_lexicon COUNTS NGRAMS VECTORS LEXICA OUT

writes the general sources (WordNet, Moby, neighbours, near spellings), which need no spun text;
`assemble` adds pairs mined from spun text to them and packs the tables.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spindetect import tables
from spindetect.lexicon import (
    EXPECTED_BITS,
    FIRST_EXPANSION,
    LONGEST,
    PHRASE_BITS,
    SOURCE_BITS,
    phrase_keys,
)
from spindetect.ngrams import FIRST_WORD, ID_BITS
from spindetect.segments import begins
from spindetect.tokens import tokenise

from .entries import BIT, Entries, Floats, Phrases
from .listed import chained, mined, mined_propensity
from .mine_pairs import Pair
from .neighbours import near_spellings, neighbours
from .thesauri import distinct, exchanges, read_lexica, thesaurus, thesaurus_propensity


@dataclass(frozen=True)
class General:
    """What needs no spun text.

    Attributes
    ----------
    phrases : Phrases
        Codes of phrases.
    entries : int64 array, shape (4, n)
        See `models.entries.Entries`.
    propensity : float32 array, shape (V,)
        See `models.thesauri.thesaurus_propensity`.
    zipf : float32 array, shape (V,)
        Zipf frequency of each id.
    """

    phrases: Phrases
    entries: Entries
    propensity: Floats
    zipf: Floats


def general(counts: Path, model: Path, vectors: Path, lexica: Path) -> General:
    """Entries of all sources that need no spun text.

    Parameters
    ----------
    counts, model : Path
        Folders that models.count_ngrams and models.build_ngrams wrote.
    vectors : Path
        File that models.count_neighbours wrote.
    lexica : Path
        Folder of the thesauri.
    """
    phrases = Phrases((counts / "words.txt").read_text(encoding="utf-8").split("\n"))
    space = np.load(vectors)
    zipf = np.load(model / "zipf.npy")
    wordnet, moby = read_lexica(lexica)
    synonyms = exchanges(phrases, wordnet), exchanges(phrases, (("any", a, b) for a, b in moby))
    parts = [
        thesaurus(synonyms[0], space, "wordnet", zipf),
        thesaurus(synonyms[1], space, "moby", zipf),
        neighbours(space, zipf),
        near_spellings(phrases, zipf),
    ]
    either = distinct(np.concatenate(synonyms, axis=1))
    entries = attested(phrases, counts, np.concatenate(parts, axis=1))
    return General(phrases, entries, thesaurus_propensity(either, zipf), zipf)


def attested(phrases: Phrases, counts: Path, entries: Entries) -> Entries:
    """Entries whose expected phrase, if of several words, occurs in the corpora."""
    seen = np.load(counts / "trigrams.npy")
    seen = np.unique(seen & np.uint64((1 << (2 * ID_BITS)) - 1))
    longer = np.unique(entries[1][entries[1] >= FIRST_EXPANSION])
    good = np.zeros(FIRST_EXPANSION + len(phrases.texts), np.bool_)
    good[:FIRST_EXPANSION] = True
    for code in longer.tolist():
        ids = phrases.expansion(code)
        if ids is not None:
            key = np.array([(a << ID_BITS) | b for a, b in pairwise(ids)], np.uint64)
            at = np.minimum(np.searchsorted(seen, key), len(seen) - 1)
            good[code] = bool((seen[at] == key).all())
    return entries[:, good[entries[1]]]


def lexicon(
    general: General,
    pairs: Sequence[Pair],
    listed: Sequence[Entries] = (),
    deleted: Collection[tuple[int, int]] = (),
) -> dict[str, npt.NDArray[np.generic]]:
    """Tables of a lexicon of the general sources, mined pairs and further entries.

    Parameters
    ----------
    general
        The general sources.
    pairs
        Mined pairs.
    listed
        Further entries.
    deleted
        Codes (written, expected) of pairs that only the general sources may name.

    Returns
    -------
    dict of str to array
        The tables that `spindetect.lexicon.Lexicon` reads.
    """
    phrases = general.phrases
    parts = list(listed)
    if pairs:
        parts += [mined(phrases, pairs), chained(phrases, pairs)]
    if deleted:
        parts = [p[:, [(w, e) not in deleted for w, e in p[:2].T.tolist()]] for p in parts]
    parts.append(general.entries)
    propensity = np.stack(
        [general.propensity, mined_propensity(phrases, pairs, general.zipf)], axis=1
    )
    tables_ = assemble(phrases, np.concatenate(parts, axis=1))
    return {**tables_, "propensity": propensity.astype(np.float16)}


def assemble(phrases: Phrases, entries: Entries) -> dict[str, npt.NDArray[np.generic]]:
    """Tables of the entries; one that several sources name is one with all their bits.

    Raises
    ------
    ValueError
        If there are more expected phrases of several words than an entry has bits for.
    """
    written, expected, bit, weight = entries
    expansions: list[list[int]] = []
    renumbered = np.full(FIRST_EXPANSION + len(phrases.texts), -1, np.int64)
    renumbered[:FIRST_EXPANSION] = np.arange(FIRST_EXPANSION)
    for code in np.unique(expected[expected >= FIRST_EXPANSION]).tolist():
        ids = phrases.expansion(code)
        if ids is not None and len(ids) > 1:
            renumbered[code] = FIRST_EXPANSION + len(expansions)
            expansions.append(ids + [-1] * (LONGEST - len(ids)))
    if len(expansions) > FIRST_EXPANSION:
        raise ValueError(f"{len(expansions)} expected phrases do not fit {EXPECTED_BITS} bits")
    expected = renumbered[expected]
    keep = expected >= 0
    written, expected, bit, weight = written[keep], expected[keep], bit[keep], weight[keep]

    # Mined entries come first in their row, then by weight.
    trusted = (bit < BIT["wordnet"]).astype(np.int64)
    key = (written << EXPECTED_BITS) | expected
    order = np.argsort(key, kind="stable")
    first = begins(key[order])
    merged = key[order][first]
    bits = np.bitwise_or.reduceat(bit[order], first)
    # The weight of the most trusted source stands for all.
    ranked = np.maximum.reduceat((trusted[order] << 8) | weight[order], first)
    order = np.lexsort((-ranked, merged >> EXPECTED_BITS))
    merged, bits, ranked = merged[order], bits[order], ranked[order]
    codes = merged >> EXPECTED_BITS
    packed = (merged & ((1 << EXPECTED_BITS) - 1)) | (bits << EXPECTED_BITS)
    packed |= (ranked & 0xFF) << (EXPECTED_BITS + SOURCE_BITS)

    size = FIRST_WORD + len(phrases.words)
    others = np.unique(codes[codes >= FIRST_EXPANSION])
    row = np.where(codes < FIRST_EXPANSION, codes, size + np.searchsorted(others, codes))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=size + len(others)))])
    lanes, slots = tables.build(
        written_keys([phrases.text(c) for c in others.tolist()]), PHRASE_BITS
    )
    phrase_rows = np.full(len(lanes), -1, np.int32)
    phrase_rows[slots] = size + np.arange(len(others))
    return {
        "offsets": offsets.astype(np.uint32),
        "entries": packed.astype(np.uint32),
        "phrases": lanes,
        "phrase_rows": phrase_rows,
        "expansions": np.array(expansions, np.int32).reshape(-1, LONGEST),
        "words": np.frombuffer("".join(w + "\n" for w in phrases.words).encode(), np.uint8).copy(),
    }


def written_keys(texts: list[str]) -> npt.NDArray[np.uint64]:
    """Keys of phrases by the words that they are made of."""
    tokens = tokenise(texts)
    word = np.flatnonzero(tokens.is_word)
    doc = tokens.doc[word]
    first = np.searchsorted(doc, np.arange(len(texts)))
    length = np.diff(first, append=len(word))
    keys = np.zeros(len(texts), np.uint64)
    for n in range(1, LONGEST + 1):
        those = np.flatnonzero(length == n)
        at = word[first[those]]
        keys[those] = phrase_keys(np.stack([tokens.key[at + k] for k in range(n)], axis=1))
    return keys


def save(made: General, folder: Path) -> None:
    """Write the general sources where `load` finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("entries", "propensity", "zipf"):
        np.save(folder / f"{name}.npy", getattr(made, name))
    (folder / "words.txt").write_text("\n".join(made.phrases.words), encoding="utf-8")
    (folder / "phrases.txt").write_text("\n".join(made.phrases.texts), encoding="utf-8")


def load(folder: Path) -> General:
    """The general sources that `save` wrote."""
    phrases = Phrases((folder / "words.txt").read_text(encoding="utf-8").split("\n"))
    for text in (folder / "phrases.txt").read_text(encoding="utf-8").split("\n"):
        phrases.code(text)
    return General(
        phrases, *(np.load(folder / f"{n}.npy") for n in ("entries", "propensity", "zipf"))
    )


if __name__ == "__main__":
    _, counts_, model_, vectors_, lexica_, out_ = map(Path, sys.argv)
    save(general(counts_, model_, vectors_, lexica_), out_)

"""Thesauri: WordNet and Moby, as exchanges of words in every form that both have."""

from __future__ import annotations

import lzma
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from spindetect.benchmark.edits import text_words
from spindetect.benchmark.inflect import inflections
from spindetect.lexicon import LONGEST

from .entries import Entries, Floats, Ints, Phrases, best, cosines

# Thesaurus pairs whose vectors point apart are other senses that no context will fit.
LEAST_COSINE = 0.02

# Codes of phrases fit this many bits.
_CODE_BITS = 24

# Forms of a lemma, as `spindetect.benchmark.inflect` names them, and those that words of a part
# of speech have.
FEATURES = ("base", "plural", "third", "past", "participle", "gerund", "comparative", "superlative")
OF_POS = {
    "noun": ("base", "plural"),
    "verb": ("base", "third", "past", "participle", "gerund"),
    "adj": ("base", "comparative", "superlative"),
    "adv": ("base", "comparative", "superlative"),
    "any": FEATURES,
}


def read_lexica(folder: Path) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """WordNet pairs (pos, lemma, lemma) of one synset or of linked ones; Moby pairs.

    Parameters
    ----------
    folder
        Holds ``wordnet_synsets.tsv.xz`` and ``moby.txt.xz``.
    """
    synsets: dict[str, tuple[str, list[str], list[str]]] = {}
    with lzma.open(folder / "wordnet_synsets.tsv.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            pos, offset, names, *rest = line.rstrip("\n").split("\t")
            links = [p[1:] for p in (rest[0].split() if rest else []) if p[0] in "@&"]
            synsets[pos[0] + offset] = (
                pos.rstrip("0123456789 "),
                [x.lower().replace("_", " ") for x in names.split("|")],
                links,
            )
    wordnet = []
    for pos, lemmas, links in synsets.values():
        wordnet += [(pos, a, b) for a in lemmas for b in lemmas if a < b]
        for link in links:
            if link in synsets:
                wordnet += [(pos, a, b) for a in lemmas for b in synsets[link][1]]
    moby = []
    with lzma.open(folder / "moby.txt.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            head, *rest = line.strip().lower().split(",")
            moby += [(head, other) for other in rest]
    return wordnet, moby


def form_table(phrases: Phrases, lemmas: list[str]) -> Ints:
    """Code of each form of each lemma, shape (lemmas, features), -1 where there is none."""
    table = np.full((len(lemmas), len(FEATURES)), -1, np.int64)
    for row, lemma in enumerate(lemmas):
        words = text_words(lemma)
        if not words or len(words) > LONGEST or any(w not in phrases.ids for w in words):
            continue
        for feature, form in inflections(
            words[0] if len(words) > 1 else words[-1], phrases.ids
        ).items():
            column = FEATURES.index(feature)
            if len(words) == 1:
                table[row, column] = phrases.code(form)
            elif feature in OF_POS["verb"]:
                table[row, column] = phrases.code(" ".join([form, *words[1:]]))
        if len(words) > 1:
            nouns = inflections(words[-1], phrases.ids)
            if "plural" in nouns:
                table[row, 1] = phrases.code(" ".join([*words[:-1], nouns["plural"]]))
    return table


def exchanges(phrases: Phrases, pairs: Iterable[tuple[str, str, str]]) -> Ints:
    """Distinct (written, expected) codes of (pos, lemma, lemma) pairs, shape (2, n).

    Lemmas are exchanged in every form that both have and that the part of speech has.
    """
    by_pos: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pos, a, b in pairs:
        by_pos[pos].append((a, b))
    lemmas = sorted({x for group in by_pos.values() for pair in group for x in pair})
    index = {lemma: i for i, lemma in enumerate(lemmas)}
    table = form_table(phrases, lemmas)
    found = []
    for pos, group in by_pos.items():
        left = np.array([index[x] for x, _ in group])
        right = np.array([index[y] for _, y in group])
        for feature in OF_POS[pos]:
            column = FEATURES.index(feature)
            one, other = table[left, column], table[right, column]
            use = (one >= 0) & (other >= 0) & (one != other)
            one, other = one[use], other[use]
            found += [np.stack([one, other]), np.stack([other, one])]
    return distinct(np.concatenate(found, axis=1))


def distinct(codes: Ints) -> Ints:
    """Distinct columns of a table of two rows of codes, sorted.

    >>> distinct(np.array([[5, 3, 5], [1, 2, 1]])).tolist()
    [[3, 5], [2, 1]]
    """
    keys = np.unique((codes[0] << _CODE_BITS) | codes[1])
    return np.stack([keys >> _CODE_BITS, keys & ((1 << _CODE_BITS) - 1)])


def thesaurus(codes: Ints, vectors: Floats, source: str, zipf: Floats) -> Entries:
    """The likeliest entries among the exchanges of a thesaurus.

    Parameters
    ----------
    codes : int64 array, shape (2, n)
        As `exchanges` gives them.
    vectors : float32 array, shape (V, d)
        Unit vectors.
    source : str
        ``wordnet`` or ``moby``.
    zipf : float32 array
        Zipf frequency of each id.
    """
    likeness = cosines(vectors, codes[0], codes[1])
    keep = likeness >= LEAST_COSINE
    return best(codes[0][keep], codes[1][keep], likeness[keep], source, zipf)


def thesaurus_propensity(codes: Ints, zipf: Floats) -> Floats:
    """log2 of how much oftener each word comes out of a spinner that picks any synonym blindly.

    Parameters
    ----------
    codes : int64 array, shape (2, n)
        Exchanges of all thesauri.
    zipf : float32 array, shape (V,)
        Zipf frequency of each id; the result has this shape.
    """
    written, expected = codes[:, (codes < len(zipf)).all(axis=0)]
    frequency = 10.0 ** zipf.astype(np.float64)
    choices = np.bincount(expected, minlength=len(zipf))
    flow = np.bincount(written, frequency[expected] / choices[expected], len(zipf))
    return np.log2((flow + 1) / (frequency + 1)).astype(np.float32)

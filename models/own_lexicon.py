"""The lexicon of a user's model: thesauri or what a base model lists, and the pairs of the latter.

A lexicon comes in two parts, as in the bundled model: sources that need no spun text, and pairs
that spinners were seen to exchange. Pairs of the base model stay, since its spinners are about;
those of the user's own spun text are mined anew for each fold (`models.seen`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from spindetect.errors import InputError
from spindetect.lexicon import FIRST_EXPANSION
from spindetect.ngrams import NgramModel

from . import build_lexicon
from .base import Base, decoded, listed, mask, synonyms, unit_vectors, words
from .build_lexicon import General, attested
from .entries import Entries, Floats, Ints, Phrases
from .neighbours import near_spellings, neighbours
from .own_tables import COUNTS, NGRAMS, VECTORS
from .thesauri import distinct, exchanges, read_lexica, thesaurus, thesaurus_propensity

THESAURI = mask("wordnet", "moby")
LIKENESS = mask("neighbour", "spelling")

# Files of the thesauri (`docs/data.md`).
LEXICA = ("moby.txt.xz", "wordnet_synsets.tsv.xz")

# File of the base model's pairs, beside those of `models.build_lexicon.save`.
LISTED = "listed.npy"


def check_lexica(folder: Path) -> None:
    """Complain of a folder that lacks a thesaurus.

    Raises
    ------
    InputError
        If a file is missing.
    """
    for name in LEXICA:
        if not (folder / name).is_file():
            raise InputError(
                f"{folder / name}: there is no such file; thesauri are {' and '.join(LEXICA)}"
            )


def of_base(base: Base, lexica: Path | None) -> tuple[General, Entries]:
    """General sources and pairs, in the vocabulary of the base model.

    Parameters
    ----------
    base
        The model to build on.
    lexica : Path or None
        Folder of thesauri in the place of those of the base model.
    """
    phrases = Phrases(words(base.tables))
    zipf = np.asarray(base.tables["zipf"], np.float32)
    vectors = unit_vectors(np.asarray(base.tables["vectors"], np.int8))
    entries = decoded(base, phrases)
    if lexica is None:
        found = synonyms(entries, vectors, THESAURI | LIKENESS)
        propensity = np.asarray(base.tables["propensity"][:, 0], np.float32)
    else:
        thesauri, propensity = _thesauri(phrases, vectors, zipf, lexica)
        found = np.concatenate([thesauri, synonyms(entries, vectors, LIKENESS)], axis=1)
        model = NgramModel.from_tables(base.tables)
        found = found[:, _is_known(phrases, model)[found[1]]]
    return General(phrases, found, propensity, zipf), listed(entries)


def of_counts(base: Base, build: Path, lexica: Path | None) -> tuple[General, Entries]:
    """General sources and pairs, in the vocabulary of text that was counted.

    Parameters
    ----------
    base
        The model to build on.
    build : Path
        Folder that the steps of `models.own_tables` filled.
    lexica : Path or None
        Folder of thesauri in the place of those of the base model.
    """
    counts, model, vectors = build / COUNTS, build / NGRAMS, build / VECTORS
    if lexica is not None:
        general = build_lexicon.general(counts, model, vectors, lexica)
        return general, listed(decoded(base, general.phrases))
    phrases = Phrases((counts / "words.txt").read_text(encoding="utf-8").split("\n"))
    zipf = np.load(model / "zipf.npy")
    space = np.load(vectors)[: len(zipf)]
    entries = decoded(base, phrases)
    thesauri = synonyms(entries, space, THESAURI)
    parts = [thesauri, neighbours(space, zipf), near_spellings(phrases, zipf)]
    found = attested(phrases, counts, np.concatenate(parts, axis=1))
    propensity = thesaurus_propensity(distinct(thesauri[:2]), zipf)
    return General(phrases, found, propensity, zipf), listed(entries)


def _thesauri(
    phrases: Phrases, vectors: Floats, zipf: Floats, lexica: Path
) -> tuple[Entries, Floats]:
    """Entries of thesauri, and the propensity of words (`models.thesauri`)."""
    wordnet, moby = read_lexica(lexica)
    codes = exchanges(phrases, wordnet), exchanges(phrases, (("any", a, b) for a, b in moby))
    parts = [
        thesaurus(found, vectors, name, zipf)
        for found, name in zip(codes, ("wordnet", "moby"), strict=True)
    ]
    either: Ints = distinct(np.concatenate(codes, axis=1))
    return np.concatenate(parts, axis=1), thesaurus_propensity(either, zipf)


def _is_known(phrases: Phrases, model: NgramModel) -> npt.NDArray[np.bool_]:
    """Of each code, whether the n-gram model knows each pair of words in its phrase."""
    known = np.ones(FIRST_EXPANSION + len(phrases.texts), np.bool_)
    for index in range(len(phrases.texts)):
        ids = phrases.expansion(FIRST_EXPANSION + index)
        if ids is not None and len(ids) > 1:
            pair = np.array(ids, np.int32)
            known[FIRST_EXPANSION + index] = (model.bigram(pair[:-1], pair[1:])[1] >= 0).all()
    return known


def save(made: tuple[General, Entries], folder: Path) -> None:
    """Write both parts where `load` finds them."""
    build_lexicon.save(made[0], folder)
    np.save(folder / LISTED, made[1])


def load(folder: Path) -> tuple[General, Entries]:
    """The parts that `save` wrote."""
    return build_lexicon.load(folder), np.load(folder / LISTED)

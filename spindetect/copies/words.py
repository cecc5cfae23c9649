"""What is known of each word of the vocabulary: its synonym class and how surely it survives.

The table is made by ``python -m models.copies_words`` from aligned originals and spun versions and
from the lexicon. It belongs to the vocabulary of the bundled model, whose ids index it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect.errors import ModelError
from spindetect.ngrams import ID_BITS

__all__ = ["LEVELS", "WEIGHTS", "Words", "levels_of", "pack", "read_weights", "read_words"]

# Steps of a share between 0 and 1 in the table: four bits each.
LEVELS = 15

# Files beside this module.
WEIGHTS = Path(__file__).with_name("weights.json")
TABLE = Path(__file__).with_name("words.npy")

_FORMAT = 1


@dataclass(frozen=True)
class Words:
    """What is known of the words of a vocabulary of V ids.

    Attributes
    ----------
    group : int32 array, shape (V,)
        Synonym class: the id of one of its words; most words are classes of their own.
    survival : float32 array, shape (V,)
        Share of a word's occurrences that a spinner leaves as they are, 0 to 1.
    kept : float32 array, shape (V,)
        The same for its class: a word that is replaced by another of its class survives.
    """

    group: npt.NDArray[np.int32]
    survival: npt.NDArray[np.float32]
    kept: npt.NDArray[np.float32]


def levels_of(share: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.uint32]:
    """Shares as they are stored.

    >>> levels_of(np.array([0.0, 0.5, 1.0])).tolist()
    [0, 8, 15]
    """
    levels: npt.NDArray[np.uint32] = np.rint(np.clip(share, 0, 1) * LEVELS).astype(np.uint32)
    return levels


def pack(words: Words) -> npt.NDArray[np.uint32]:
    """The table as it is stored: class in the low 17 bits, then twice four bits.

    >>> w = Words(np.array([3], np.int32), np.ones(1, np.float32), np.ones(1, np.float32))
    >>> unpack(pack(w)).group.tolist()
    [3]
    """
    packed = words.group.astype(np.uint32)
    packed |= levels_of(words.survival) << np.uint32(ID_BITS)
    packed |= levels_of(words.kept) << np.uint32(ID_BITS + 4)
    return packed


def unpack(packed: npt.NDArray[np.uint32]) -> Words:
    """The table that was packed."""
    group = (packed & ((1 << ID_BITS) - 1)).astype(np.int32)
    first, second = (
        ((packed >> np.uint32(shift)) & np.uint32(LEVELS)).astype(np.float32) / np.float32(LEVELS)
        for shift in (ID_BITS, ID_BITS + 4)
    )
    return Words(group, first, second)


@cache
def read_weights() -> dict[str, Any]:
    """The learned numbers of this package, of ``weights.json``.

    Raises
    ------
    ModelError
        If the file is missing, damaged or of another format.
    """
    try:
        content: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{WEIGHTS} cannot be read ({error}): install spindetect anew") from error
    if content.get("format") != _FORMAT:
        raise ModelError(
            f"{WEIGHTS} has format {content.get('format')}, expected {_FORMAT}: "
            "install spindetect anew"
        )
    return content


@cache
def read_words(vocabulary: str) -> Words:
    """The table that ships, for the vocabulary with this SHA-256.

    Raises
    ------
    ModelError
        If the file is missing, damaged, or made for another vocabulary.
    """
    weights = read_weights()
    if weights["vocabulary"] != vocabulary:
        raise ModelError(
            f"{TABLE.name} was made for the vocabulary {weights['vocabulary'][:12]}, the bundled "
            f"model has {vocabulary[:12]}: make it anew with models.copies_words"
        )
    try:
        content = TABLE.read_bytes()
    except OSError as error:
        raise ModelError(f"{TABLE} cannot be read ({error}): install spindetect anew") from error
    found = hashlib.sha256(content).hexdigest()
    if found != weights["words"]:
        raise ModelError(
            f"{TABLE} is damaged: SHA-256 {found[:12]}, expected {weights['words'][:12]}"
        )
    packed: npt.NDArray[np.uint32] = np.load(TABLE, allow_pickle=False)
    return unpack(packed)

"""Keys: 64-bit hashes of words, from which all look-ups start."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

__all__ = ["finish", "hashes"]

# Characters of a word that enter its hash: the longest dictionary words are shorter than this, and
# a bound keeps a line of twenty million letters from being one huge product.
_HASHED = 48

# Odd, and with its bits spread evenly: 2**64 divided by the golden ratio (Knuth 1973, 6.4).
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

# Multiplier of the finalizer of MurmurHash3, found there by a search for the best avalanche.
FINISH = np.uint64(0xFF51AFD7ED558CCD)


@cache
def _powers() -> npt.NDArray[np.uint64]:
    """Powers of the multiplier; beyond the hashed part of a word they are zero."""
    powers = np.zeros(_HASHED + 1, np.uint64)
    power = 1
    for i in range(_HASHED):
        power = power * int(_MULTIPLIER) % 2**64
        powers[i] = power
    return powers


def hashes(
    folded: npt.NDArray[np.uint16], inside: npt.NDArray[np.bool_], starts: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint64]:
    """Polynomial hash of each word's folded letters.

    Parameters
    ----------
    folded : uint16 array, shape (n,)
        Folded letter of each character of a text.
    inside : bool array, shape (n,)
        Which characters are part of a word.
    starts : int64 array, shape (words,)
        First character of each word.

    Returns
    -------
    uint64 array, shape (words,)

    Examples
    --------
    >>> letters = np.array([ord(c) for c in "spinspan"], np.uint16)
    >>> key = hashes(letters, np.ones(8, np.bool_), np.array([0, 4]))
    >>> bool(key[0] == key[1])
    False
    """
    if len(starts) == 0:
        return np.zeros(0, np.uint64)
    where = np.flatnonzero(inside)
    begin = np.searchsorted(where, starts)
    length = np.diff(begin, append=len(where))
    place = np.arange(len(where)) - np.repeat(begin, length)
    terms = folded[where].astype(np.uint64) * _powers()[np.minimum(place, _HASHED)]
    return finish(np.add.reduceat(terms, begin))


def finish(key: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Keys with their entropy spread over all bits, by half of the finalizer of MurmurHash3.

    >>> finish(np.array([0, 1], np.uint64)).tolist()[0]
    0
    """
    key = key ^ (key >> np.uint64(33))
    key = key * FINISH
    return key ^ (key >> np.uint64(29))

"""Pairs of pages of a collection that share anchors, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from spindetect.copies.candidates import Groups, chosen, links, share_enough
from spindetect.copies.fingerprint import Fingerprint
from spindetect.copies.passages import Tally, passages
from spindetect.copies.reader import Reader

from .copies_data import Collection

# Texts that are fingerprinted together.
BATCH = 200

# Two pages that share so many words in a row verbatim do share text, whatever they are.
VERBATIM = 15

# Truths of pairs that are neither right nor wrong, strictly, and with all that share any text.
UNKNOWN = ("unjudged", "verbatim")
UNCOUNTED = (*UNKNOWN, "borrowed")


@dataclass
class Compared:
    """Candidate pairs of a collection.

    Attributes
    ----------
    pairs : int64 array, shape (n, 2)
    tallies : list of Tally
    truth : list of str
        See `Collection.truth`; pairs of pages that are not related but share text verbatim are
        ``verbatim``, and those are ``borrowed`` of which only the originals do: what the versions
        share is a spun copy of that text.
    groups : list of str
        Source document of each pair, or the pair itself if it has none.
    """

    pairs: npt.NDArray[np.int64]
    tallies: list[Tally]
    truth: list[str]
    groups: list[str]


def compare(made: Collection, read: Reader) -> Compared:
    """The candidate pairs of a collection."""
    prints: list[Fingerprint] = []
    for begin in range(0, len(made.texts), BATCH):
        stream = read.read(made.texts[begin : begin + BATCH])
        prints += (stream[at] for at in range(len(stream)))
    sizes = np.array([len(own.anchors) for own in prints], np.int32)
    owners = np.repeat(np.arange(len(prints)), sizes)
    linked = Groups.of(np.concatenate([own.anchors for own in prints]), owners)
    candidates = chosen(links(linked), sizes)
    common = linked.common
    enough = [share_enough(prints[a], prints[b], common) for a, b in candidates.tolist()]
    pairs = candidates[np.array(enough, np.bool_)]
    tallies, truth, groups = [], [], []
    for a, b in pairs.tolist():
        tally = passages(prints[a], prints[b])[1]
        known = made.truth(a, b)
        if known == "none" and tally.words:
            if verbatim(prints[a].key, prints[b].key):
                known = "verbatim"
            elif any(
                verbatim(prints[x].key, prints[y].key)
                for x, y in product(made.origins(a), made.origins(b))
            ):
                known = "borrowed"
        tallies.append(tally)
        truth.append(known)
        groups.append(made.groups[a] or made.groups[b] or f"{a}-{b}")
    return Compared(pairs, tallies, truth, groups)


def verbatim(a: npt.NDArray[np.uint64], b: npt.NDArray[np.uint64]) -> bool:
    """Whether two texts have `VERBATIM` words in a row in common."""

    def runs(key: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        word = key[key != 0]
        size = max(0, len(word) - VERBATIM + 1)
        found = np.zeros(size, np.uint64)
        for at in range(VERBATIM):
            found = found * np.uint64(0x9FB21C651E98DF25) + word[at : at + size]
        return found

    return len(np.intersect1d(runs(a), runs(b))) > 0

"""Lattices: all that the lexicon offers for runs of words, as arcs from word to word.

An arc stands for one entry of the lexicon that starts at a word, or for leaving the word as it is.
Its prior is the chance of the entry among all entries of its phrase and none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.lexicon import FIRST_EXPANSION, LONGEST, PAIRS, SOURCES, WEIGHT_MAX, Lexicon, unpack
from spindetect.segments import begins, ranks
from spindetect.tokens import Tokens

__all__ = ["RANKING", "Arcs", "arc_features", "entries_at", "lattice"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

# Arcs that start at a word, the likeliest by prior. For their number see `spindetect.restoration`.
ARCS = 16

# What an arc and a path are weighed by: log2 probability of the path; weight of each arc's entry,
# a probability for pairs and a cosine for synonyms; phrases of several words; words left as they
# are; sources.
RANKING = (
    "log2_probability",
    "weight_of_pair",
    "weight_of_synonym",
    "several",
    "as_written",
    *SOURCES,
)


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs of all runs, sorted by the token that they start at.

    Attributes
    ----------
    start : int64 array, shape (n,)
        Index of the first token.
    length : int64 array, shape (n,)
        Tokens that the arc stands for.
    words : int32 array, shape (n, 3)
        Ids of the words that it puts there, -1 behind the last.
    prior : float64 array, shape (n,)
        Natural logarithm of the chance of its entry.
    """

    start: Ints
    length: Ints
    words: Ids
    prior: Floats


def arc_features(
    expected: Ids, sources: npt.NDArray[np.uint8], weight: npt.NDArray[np.uint8]
) -> Floats:
    """Features of n entries, shape (n, len(RANKING) - 1), columns as in ``RANKING[1:]``.

    Parameters
    ----------
    expected, sources, weight
        As `spindetect.lexicon.unpack` gives them.
    """
    bits = [(sources >> i) & 1 for i in range(len(SOURCES))]
    several = expected >= FIRST_EXPANSION
    pair = (sources & PAIRS) > 0
    share = weight / WEIGHT_MAX
    nothing = np.zeros(len(expected))
    columns = [np.where(pair, share, 0), np.where(pair, 0, share), several, nothing, *bits]
    return np.stack(columns, axis=1).astype(np.float64)


def entries_at(
    lexicon: Lexicon, tokens: Tokens, ids: Ids, start: Ints, length: int
) -> tuple[Ints, npt.NDArray[np.uint32]]:
    """Entries of the phrases of a length at some tokens, and the index into `start` of each."""
    row = lexicon.rows(tokens, ids, start, length)
    known = np.flatnonzero(row >= 0)
    index, packed = lexicon.entries_of(row[known])
    return known[index], packed


def lattice(
    tokens: Tokens,
    ids: Ids,
    lexicon: Lexicon,
    weights: Floats,
    runs: Sequence[tuple[int, int]],
    most: int = ARCS,
) -> Arcs:
    """Arcs of the runs, likeliest first for each token.

    Parameters
    ----------
    tokens, lexicon
        The batch, and what may be put in its words' place.
    ids : int32 array, shape (len(tokens),)
        Id of each token.
    weights : float64 array, shape (len(RANKING) - 1,)
        Weights of ``RANKING[1:]``.
    runs : sequence of (int, int)
        First and last token of each run of words, at least one; runs do not overlap.
    most : int
        Arcs that may start at a token.
    """
    token = np.concatenate([np.arange(first, last + 1) for first, last in runs])
    until = np.concatenate([np.full(last + 1 - first, last + 1) for first, last in runs])
    as_written = np.full((len(token), LONGEST), -1, np.int32)
    as_written[:, 0] = ids[token]
    leave = float(weights[RANKING.index("as_written") - 1])
    unchanged = np.zeros(len(token))
    parts = [(token, np.ones(len(token), np.int64), as_written, unchanged)]
    for length in range(1, LONGEST + 1):
        start = token[token + length <= until]
        index, packed = entries_at(lexicon, tokens, ids, start, length)
        if len(packed) == 0:
            continue
        expected, sources, weight = unpack(packed)
        words = lexicon.word_table(expected)
        score = arc_features(expected, sources, weight) @ weights
        first = begins(index)
        total = np.logaddexp(np.logaddexp.reduceat(score, first), leave)
        prior = score - np.repeat(total, np.diff(first, append=len(index)))
        parts.append((start[index], np.full(len(index), length), words, prior))
        if length == 1:
            unchanged[np.searchsorted(token, start[index[first]])] = leave - total
    start = np.concatenate([part[0] for part in parts])
    prior = np.concatenate([part[3] for part in parts])
    order = np.lexsort((-prior, start))
    keep = order[ranks(start[order]) < most]
    size, words = (np.concatenate([part[i] for part in parts])[keep] for i in (1, 2))
    return Arcs(start[keep], size, words, prior[keep])

"""Lattices: all that the lexicon offers for runs of words, as arcs from word to word.

An arc stands for one entry of the lexicon that starts at a word, or for leaving the word as it is.
Its prior is the chance of the entry among all entries of its phrase and none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.cloze import Cloze, Gaps
from spindetect.evidence import Tables
from spindetect.fillers import fillers
from spindetect.lexicon import (
    EXPECTED_BITS,
    FIRST_EXPANSION,
    LONGEST,
    PAIRS,
    SOURCES,
    WEIGHT_MAX,
    unpack,
)
from spindetect.segments import begins, lengths, ranks
from spindetect.tokens import Tokens

__all__ = ["RANKING", "Arcs", "Entries", "arc_features", "entries_at", "lattice", "likeliest"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

# Arcs that start at a word, the likeliest by prior. For their number see `spindetect.restoration`.
ARCS = 16

# What an arc and a path are weighed by: log2 probability of the path; bits by which the cloze model
# prefers a word to the one as written; weight of each arc's entry, a probability for pairs and a
# cosine for synonyms; phrases of several words; words left as they are; sources; words that no
# source names.
RANKING = (
    "log2_probability",
    "cloze_gain",
    "weight_of_pair",
    "weight_of_synonym",
    "several",
    "as_written",
    *SOURCES,
    "filler",
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


def arc_features(entries: Entries) -> Floats:
    """Features of n entries, shape (n, len(RANKING) - 1), columns as in ``RANKING[1:]``."""
    sources = entries.sources
    bits = [(sources >> i) & 1 for i in range(len(SOURCES))]
    several = entries.expected >= FIRST_EXPANSION
    pair = (sources & PAIRS) > 0
    share = entries.weight / WEIGHT_MAX
    nothing = np.zeros(len(sources))
    columns = [
        entries.cloze_gain,
        np.where(pair, share, 0),
        np.where(pair, 0, share),
        several,
        nothing,
        *bits,
        sources == 0,
    ]
    assert len(columns) == len(RANKING) - 1
    return np.stack(columns, axis=1).astype(np.float64)


def _cloze_gains(
    cloze: Cloze, gaps: Gaps, ids: Ids, start: Ints, length: int, expected: Ids
) -> Floats:
    """Bits by which the cloze model prefers each entry to the word as written, shape (n,).

    Zero where either is no single word that it knows, and where the place is not among the gaps.

    Parameters
    ----------
    cloze, gaps
        The model, and the places that may be asked for.
    ids : int32 array
        Id of each token of the batch.
    start : int64 array, shape (n,)
        Token at which each entry starts.
    length : int
        Words that the entries stand for.
    expected : int32 array, shape (n,)
        Entries, as the lexicon names them.
    """
    gain = np.zeros(len(start))
    row = gaps.rows(start)
    asked = np.flatnonzero((row >= 0) & (expected < len(cloze)) & (length == 1))
    vectors = gaps.vectors[row[asked]]
    gain[asked] = cloze.scores(vectors, expected[asked])
    gain[asked] -= cloze.scores(vectors, ids[start[asked]])
    return gain


@dataclass(frozen=True, slots=True)
class Entries:
    """What may stand in the place of some phrases, sorted by phrase.

    Attributes
    ----------
    index : int64 array, shape (n,)
        Which of the phrases.
    expected, sources, weight
        As `spindetect.lexicon.unpack` gives them; no sources for a filler.
    cloze_gain : float64 array, shape (n,)
        As `_cloze_gains` gives it.
    """

    index: Ints
    expected: Ids
    sources: npt.NDArray[np.uint8]
    weight: npt.NDArray[np.uint8]
    cloze_gain: Floats


def entries_at(
    tables: Tables, gaps: Gaps, tokens: Tokens, ids: Ids, start: Ints, length: int
) -> Entries:
    """Entries of the phrases of a length at some tokens, fillers among them.

    Parameters
    ----------
    tables, gaps, tokens
        Of a model, the places of words, and the batch.
    ids : int32 array, shape (len(tokens),)
        Id of each token.
    start : int64 array, shape (m,)
        First token of each phrase.
    length : int
        Its words.
    """
    row = tables.lexicon.rows(tokens, ids, start, length)
    known = np.flatnonzero(row >= 0)
    index, packed = tables.lexicon.entries_of(row[known])
    index = known[index]
    expected, sources, weight = unpack(packed)
    if length == 1:
        table = tables.filler_table
        more, words, cosine = fillers(tables.cloze, tables.vectors, table, gaps, ids, start)
        new = _is_new((more << EXPECTED_BITS) | words, (index << EXPECTED_BITS) | expected)
        index = np.concatenate([index, more[new]])
        order = np.argsort(index, kind="stable")
        index = index[order]
        nothing = np.zeros(int(new.sum()), np.uint8)
        share = np.clip(np.rint(cosine[new] * WEIGHT_MAX), 0, WEIGHT_MAX).astype(np.uint8)
        expected = np.concatenate([expected, words[new]])[order]
        sources = np.concatenate([sources, nothing])[order]
        weight = np.concatenate([weight, share])[order]
    gain = _cloze_gains(tables.cloze, gaps, ids, start[index], length, expected)
    return Entries(index, expected, sources, weight, gain)


def _is_new(keys: Ints, known: Ints) -> npt.NDArray[np.bool_]:
    """Mask of the keys that are not known."""
    known = np.sort(known)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return known[at] != keys if len(known) else np.ones(len(keys), np.bool_)


def lattice(
    tokens: Tokens,
    ids: Ids,
    tables: Tables,
    gaps: Gaps,
    weights: Floats,
    runs: Sequence[tuple[int, int]],
) -> Arcs:
    """Arcs of the runs, likeliest first for each token.

    Parameters
    ----------
    tokens, tables, gaps
        The batch, the tables of a model, and the places of its words.
    ids : int32 array, shape (len(tokens),)
        Id of each token.
    weights : float64 array, shape (len(RANKING) - 1,)
        Weights of ``RANKING[1:]``.
    runs : sequence of (int, int)
        First and last token of each run of words, at least one; runs do not overlap.
    """
    token, until = _tokens_of(runs)
    as_written = np.full((len(token), LONGEST), -1, np.int32)
    as_written[:, 0] = ids[token]
    leave = float(weights[RANKING.index("as_written") - 1])
    unchanged = np.zeros(len(token))
    parts = [(token, np.ones(len(token), np.int64), as_written, unchanged)]
    for length in range(1, LONGEST + 1):
        start = token[token + length <= until]
        entries = entries_at(tables, gaps, tokens, ids, start, length)
        index = entries.index
        if len(index) == 0:
            continue
        words = tables.lexicon.word_table(entries.expected)
        score = _scores(entries, weights)
        first = begins(index)
        total = np.logaddexp(np.logaddexp.reduceat(score, first), leave)
        prior = score - np.repeat(total, lengths(first, len(index)))
        parts.append((start[index], np.full(len(index), length), words, prior))
        if length == 1:
            unchanged[np.searchsorted(token, start[index[first]])] = leave - total
    start = np.concatenate([part[0] for part in parts])
    prior = np.concatenate([part[3] for part in parts])
    order = np.lexsort((-prior, start))
    size, words = (np.concatenate([part[i] for part in parts])[order] for i in (1, 2))
    return Arcs(start[order], size, words, prior[order])


def _tokens_of(runs: Sequence[tuple[int, int]]) -> tuple[Ints, Ints]:
    """Tokens of runs, and of each the token behind its run."""
    first, last = np.array(runs, np.int64).reshape(-1, 2).T
    size = last + 1 - first
    offset = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    return np.repeat(first, size) + offset, np.repeat(last + 1, size)


def likeliest(arcs: Arcs, runs: Sequence[tuple[int, int]], most: int = ARCS) -> Arcs:
    """The likeliest arcs from each token of some runs that do not lead out of their run.

    Parameters
    ----------
    arcs
        Of these runs, or of runs that hold them.
    runs : sequence of (int, int)
        First and last token of each, in order.
    most : int
        Arcs from one token.
    """
    token, until = _tokens_of(runs)
    at = np.minimum(np.searchsorted(token, arcs.start), len(token) - 1)
    inside = (token[at] == arcs.start) & (arcs.start + arcs.length <= until[at])
    keep = np.flatnonzero(inside)
    keep = keep[ranks(arcs.start[keep]) < most]
    return Arcs(arcs.start[keep], arcs.length[keep], arcs.words[keep], arcs.prior[keep])


def _scores(entries: Entries, weights: Floats) -> Floats:
    """`arc_features` times their weights, added up in the order of the columns."""
    weight = dict(zip(RANKING[1:], weights.tolist(), strict=True))
    share = entries.weight / WEIGHT_MAX
    pair = (entries.sources & PAIRS) > 0
    by_sources = np.zeros(1 << len(SOURCES))
    named = np.arange(len(by_sources))
    for i, source in enumerate(SOURCES):
        by_sources += weight[source] * ((named >> i) & 1)
    by_sources[0] += weight["filler"]
    score: Floats = weight["cloze_gain"] * entries.cloze_gain
    score += np.where(pair, weight["weight_of_pair"], weight["weight_of_synonym"]) * share
    score += weight["several"] * (entries.expected >= FIRST_EXPANSION)
    score += by_sources[entries.sources]
    return score

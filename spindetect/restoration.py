"""Restoration: what most likely stood where a run of replaced words stands now.

Neighbouring words are restored together, because each is judged by its neighbours: *beneath* looks
right beside *fireside*, and *under* only beside *fire*. A run is a lattice of arcs, one for each
entry of the lexicon that starts at a word, and one that leaves the word as it is; a beam search
finds the likeliest paths under the n-gram model and the trust in the entries' sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.lexicon import (
    FIRST_EXPANSION,
    LONGEST,
    PAIRS,
    SOURCES,
    WEIGHT_MAX,
    Lexicon,
    unpack,
)
from spindetect.ngrams import BREAK_ID, FIRST_WORD, NgramModel
from spindetect.tokens import Tokens

__all__ = ["EXPECTED", "RANKING", "Restored", "restore"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

# Phrases that are named, best first.
EXPECTED = 5

# Paths that are kept at each word, and arcs that start at a word, by trust. Twice as many of both
# name one more original in two hundred, at three times the cost.
BEAM = 6
ARCS = 16

# What an arc and a path are weighed by: log2 probability of the path; weight of each arc's entry,
# a probability for pairs and a cosine for synonyms; phrases of several words; words left as they
# are; sources.
RANKING = ("log2_probability", "weight_of_pair", "weight_of_synonym", "several", "as_written", *SOURCES)


@dataclass(frozen=True, slots=True)
class Restored:
    """A phrase that may have stood in the place of a run.

    Attributes
    ----------
    words : tuple of int
        Ids of its words.
    gain : float
        Bits of surprisal that it saves over the run as written, with the two words behind.
    score : float
        Log-odds, up to a constant, that it is the original.
    """

    words: tuple[int, ...]
    gain: float
    score: float


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Arcs of all runs, sorted by the token that they start at."""

    start: Ints
    length: Ints
    words: Ids  # shape (n, 3), -1 behind the last
    prior: Floats


def arc_features(
    expected: Ids, sources: npt.NDArray[np.uint8], weight: npt.NDArray[np.uint8]
) -> Floats:
    """Features of entries, columns as in ``RANKING[1:]``."""
    bits = [(sources >> i) & 1 for i in range(len(SOURCES))]
    several = expected >= FIRST_EXPANSION
    pair = (sources & PAIRS) > 0
    share = weight / WEIGHT_MAX
    nothing = np.zeros(len(expected))
    columns = [np.where(pair, share, 0), np.where(pair, 0, share), several, nothing, *bits]
    return np.stack(columns, axis=1).astype(np.float64)


def entries_of(
    lexicon: Lexicon, tokens: Tokens, ids: Ids, start: Ints, length: int
) -> tuple[Ints, npt.NDArray[np.uint32]]:
    """Entries of the phrases of a length at some tokens, and the index into `start` of each."""
    row = lexicon.rows(tokens, ids, start, length)
    known = np.flatnonzero(row >= 0)
    begin = lexicon.offsets[row[known]].astype(np.int64)
    size = lexicon.offsets[row[known] + 1].astype(np.int64) - begin
    at = np.repeat(begin - np.cumsum(size) + size, size) + np.arange(int(size.sum()))
    return np.repeat(known, size), lexicon.entries[at]


def _words(lexicon: Lexicon, expected: Ids) -> Ids:
    """Ids of the words of expected phrases, one row a phrase, -1 behind the last."""
    words = np.full((len(expected), LONGEST), -1, np.int32)
    words[:, 0] = expected
    longer = np.flatnonzero(expected >= FIRST_EXPANSION)
    words[longer] = lexicon.expansions[expected[longer] - FIRST_EXPANSION]
    return words


def _lattice(
    tokens: Tokens,
    ids: Ids,
    lexicon: Lexicon,
    weights: Floats,
    runs: Sequence[tuple[int, int]],
    most: int = ARCS,
) -> _Arcs:
    """Arcs of the runs (first and last token of each), at most so many a token."""
    token = np.concatenate([np.arange(first, last + 1) for first, last in runs])
    until = np.concatenate([np.full(last + 1 - first, last + 1) for first, last in runs])
    as_written = np.full((len(token), LONGEST), -1, np.int32)
    as_written[:, 0] = ids[token]
    leave = float(weights[RANKING.index("as_written") - 1])
    unchanged = np.zeros(len(token))
    parts = [(token, np.ones(len(token), np.int64), as_written, unchanged)]
    for length in range(1, LONGEST + 1):
        start = token[token + length <= until]
        index, packed = entries_of(lexicon, tokens, ids, start, length)
        if len(packed) == 0:
            continue
        expected, sources, weight = unpack(packed)
        words = _words(lexicon, expected)
        score = arc_features(expected, sources, weight) @ weights
        # An arc's prior is the chance of its entry among all entries of the phrase and none.
        first = np.flatnonzero(np.append(True, index[1:] != index[:-1]))
        total = np.logaddexp(np.logaddexp.reduceat(score, first), leave)
        prior = score - np.repeat(total, np.diff(first, append=len(index)))
        parts.append((start[index], np.full(len(index), length), words, prior))
        if length == 1:
            unchanged[np.searchsorted(token, start[index[first]])] = leave - total
    start, size, words, prior = (np.concatenate(c) for c in zip(*parts, strict=True))
    order = np.lexsort((-prior, start))
    start, size, words, prior = start[order], size[order], words[order], prior[order]
    first = np.flatnonzero(np.append(True, start[1:] != start[:-1]))
    rank = np.arange(len(start)) - np.repeat(first, np.diff(first, append=len(start)))
    keep = rank < most
    return _Arcs(start[keep], size[keep], words[keep], prior[keep])


@dataclass(frozen=True, slots=True)
class _Paths:
    """Partial paths: where each stands, its last two words, its scores, and how it came there."""

    run: Ints
    at: Ints
    far: Ids
    left: Ids
    bits: Floats  # log2 probability so far
    prior: Floats
    words: Ids  # shape (n, most words), -1 behind the last
    size: Ints

    def pick(self, index: npt.NDArray[np.integer]) -> _Paths:
        """Some of the paths."""
        return _Paths(*(getattr(self, name)[index] for name in self.__slots__))

    def score(self, weight: float) -> Floats:
        """Log-odds of each path."""
        return self.prior + weight * self.bits


def _joined(parts: Sequence[_Paths]) -> _Paths:
    """Paths one after the other."""
    return _Paths(*(np.concatenate([getattr(p, n) for p in parts]) for n in _Paths.__slots__))


def _extended(paths: _Paths, word: Ids, ngrams: NgramModel, *, record: bool) -> _Paths:
    """Paths with one more word each; words of -1 change nothing."""
    row = np.flatnonzero(word >= 0)
    if len(row) == 0:
        return paths
    new = word[row]
    far, left = paths.far.copy(), paths.left.copy()
    before = np.where(left[row] == BREAK_ID, np.int32(BREAK_ID), far[row])
    bits = paths.bits.copy()
    bits[row] += ngrams.logprob(before, left[row], new)[0]
    far[row], left[row] = left[row], new
    words, size = paths.words, paths.size
    if record:
        words, size = words.copy(), size.copy()
        words[row, size[row]] = new
        size[row] += 1
    return _Paths(paths.run, paths.at, far, left, bits, paths.prior, words, size)


def _best(paths: _Paths, weight: float, most: int) -> _Paths:
    """The best paths of each run, best first."""
    order = np.lexsort((-paths.score(weight), paths.run))
    run = paths.run[order]
    first = np.flatnonzero(np.append(True, run[1:] != run[:-1]))
    rank = np.arange(len(run)) - np.repeat(first, np.diff(first, append=len(run)))
    return paths.pick(order[rank < most])


def _begun(ids: Ids, first: Ints, most: int) -> _Paths:
    """Empty paths before the given tokens, with room for `most` words."""
    n = len(first)
    left = np.where(first > 0, ids[first - 1], BREAK_ID).astype(np.int32)
    far = np.where(first > 1, ids[first - 2], BREAK_ID).astype(np.int32)
    return _Paths(
        np.arange(n), first, far, left, np.zeros(n), np.zeros(n),
        np.full((n, most), -1, np.int32), np.zeros(n, np.int64),
    )


def single_arcs(
    tokens: Tokens, ngrams: NgramModel, lexicon: Lexicon, runs: Sequence[tuple[int, int]]
) -> tuple[Ints, list[tuple[int, ...]], Floats]:
    """Every entry that replaces a whole run: the run, its words, and its features as in `RANKING`.

    The ranking is trained on these; its first column is the gain.
    """
    ids = ngrams.token_ids(tokens)
    first = np.array([a for a, _ in runs])
    behind = np.array([b + 1 for _, b in runs])
    found, words_of, rows_of = [], [], []
    for length in range(1, LONGEST + 1):
        those = np.flatnonzero(behind - first == length)
        index, packed = entries_of(lexicon, tokens, ids, first[those], length)
        expected, sources, weight = unpack(packed)
        found.append(those[index])
        words_of.append(_words(lexicon, expected))
        rows_of.append(arc_features(expected, sources, weight))
    run, words, rows = (np.concatenate(c) for c in (found, words_of, rows_of))
    paths = _begun(ids, first, 1).pick(run)
    for k in range(LONGEST):
        paths = _extended(paths, words[:, k], ngrams, record=False)
    for k in range(2):
        paths = _extended(
            paths, ids[np.minimum(behind[run] + k, len(ids) - 1)], ngrams, record=False
        )
    written = _begun(ids, first, 1)
    for k in range(LONGEST + 2):
        token = first + k
        inside = token < np.minimum(behind + 2, len(ids))
        word = np.where(inside, ids[np.minimum(token, len(ids) - 1)], -1).astype(np.int32)
        written = _extended(written, word, ngrams, record=False)
    phrases = [tuple(w for w in row if w >= 0) for row in words.tolist()]
    return run, phrases, np.concatenate([(paths.bits - written.bits[run])[:, None], rows], axis=1)


def restore(
    tokens: Tokens,
    ngrams: NgramModel,
    lexicon: Lexicon,
    ranking: Mapping[str, float],
    runs: Sequence[tuple[int, int]],
) -> list[list[Restored]]:
    """The likeliest originals of each run, best first, at most `EXPECTED`.

    Parameters
    ----------
    tokens
        A batch.
    ranking : mapping
        Weight of each of `RANKING`.
    runs : sequence of (int, int)
        First and last token of each run of words; runs do not overlap.

    Notes
    -----
    The run as it stands is never among its originals.
    """
    if not runs:
        return []
    weights = np.array([ranking[name] for name in RANKING])
    ids = ngrams.token_ids(tokens)
    arcs = _lattice(tokens, ids, lexicon, weights[1:], runs)
    first = np.array([a for a, _ in runs])
    behind = np.array([b + 1 for _, b in runs])
    paths = _begun(ids, first, LONGEST * int((behind - first).max()))
    written = paths
    waiting, ended = paths, []
    while len(waiting.run):
        # All paths that stand nearest to the start of their runs go on by one arc.
        depth = waiting.at - first[waiting.run]
        now = depth == depth.min()
        here = _best(waiting.pick(np.flatnonzero(now)), weights[0], BEAM)
        low = np.searchsorted(arcs.start, here.at)
        count = np.searchsorted(arcs.start, here.at, side="right") - low
        arc = np.repeat(low - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
        grown = here.pick(np.repeat(np.arange(len(here.run)), count))
        grown = _Paths(
            grown.run, grown.at + arcs.length[arc], grown.far, grown.left, grown.bits,
            grown.prior + arcs.prior[arc], grown.words, grown.size,
        )
        for k in range(LONGEST):
            grown = _extended(grown, arcs.words[arc, k], ngrams, record=True)
        whole = grown.at == behind[grown.run]
        ended.append(grown.pick(np.flatnonzero(whole)))
        waiting = _joined([waiting.pick(np.flatnonzero(~now)), grown.pick(np.flatnonzero(~whole))])
    complete = _best(_joined(ended), weights[0], 2 * EXPECTED)
    for k in range(int((behind - first).max())):
        token = first + k
        word = np.where(token < behind, ids[np.minimum(token, len(ids) - 1)], -1)
        written = _extended(written, word.astype(np.int32), ngrams, record=True)
    for k in range(2):
        after = np.minimum(behind + k, len(ids) - 1)
        written = _extended(written, ids[after], ngrams, record=False)
        complete = _extended(complete, ids[after[complete.run]], ngrams, record=False)
    complete = _best(complete, weights[0], 2 * EXPECTED)
    return _named(complete, written, weights[0], len(runs))


def _named(complete: _Paths, written: _Paths, weight: float, n: int) -> list[list[Restored]]:
    """Distinct phrases of each run, best first, without the run as written."""
    out: list[list[Restored]] = [[] for _ in range(n)]
    done: list[set[tuple[int, ...]]] = [
        {tuple(w for w in row if w >= 0)} for row in written.words.tolist()
    ]
    score = complete.score(weight)
    gain = complete.bits - written.bits[complete.run]
    for i, run in enumerate(complete.run.tolist()):
        if len(out[run]) == EXPECTED:
            continue
        words = tuple(w for w in complete.words[i].tolist() if w >= 0)
        if words in done[run] or any(w < FIRST_WORD for w in words):
            continue
        done[run].add(words)
        out[run].append(Restored(words, float(gain[i]), float(score[i])))
    return out

"""Restoration: what most likely stood where a run of replaced words stands now.

Neighbouring words are restored together, because each is judged by its neighbours: *beneath* looks
right beside *fireside*, and *under* only beside *fire*. A run is a lattice of arcs, one for each
entry of the lexicon that starts at a word, and one that leaves the word as it is; a beam search
finds the likeliest paths under the n-gram model and the trust in the entries' sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
import numpy.typing as npt

from spindetect.accelerator import kernels
from spindetect.cloze import Gaps
from spindetect.evidence import Tables
from spindetect.lattice import RANKING, Arcs, arc_features, entries_at, likeliest
from spindetect.lexicon import LONGEST
from spindetect.ngrams import BREAK_ID, FIRST_WORD, NgramModel
from spindetect.segments import ranks
from spindetect.tokens import Tokens
from spindetect.windows import contexts

__all__ = ["EXPECTED", "RANKING", "Restored", "restore", "single_arcs"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

# Phrases that are named, best first.
EXPECTED = 5

# Paths that are kept at each word. With 12, and 40 arcs (`spindetect.lattice`) for 16, a spun text
# took more than twice as long; what that would gain in originals has not been measured.
BEAM = 6


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
    return paths.pick(order[ranks(paths.run[order]) < most])


def _begun(ids: Ids, first: Ints, most: int) -> _Paths:
    """Empty paths before the given tokens, with room for `most` words."""
    n = len(first)
    left = np.where(first > 0, ids[first - 1], BREAK_ID).astype(np.int32)
    far = np.where(first > 1, ids[first - 2], BREAK_ID).astype(np.int32)
    return _Paths(
        np.arange(n),
        first,
        far,
        left,
        np.zeros(n),
        np.zeros(n),
        np.full((n, most), -1, np.int32),
        np.zeros(n, np.int64),
    )


def single_arcs(
    tokens: Tokens, tables: Tables, gaps: Gaps, runs: Sequence[tuple[int, int]]
) -> tuple[Ints, list[tuple[int, ...]], Floats]:
    """Every entry that replaces a whole run; the ranking is trained on these.

    Parameters
    ----------
    tokens, tables, gaps
        A batch, the tables of a model, and the places of its words.
    runs : sequence of (int, int)
        First and last token of each run of one to three words.

    Returns
    -------
    run : int64 array, shape (n,)
        Which run each entry replaces.
    phrases : list of tuples of int
        Ids of the words of each entry.
    rows : float64 array, shape (n, len(RANKING))
        Features as in `RANKING`, the first of them the gain in bits.
    """
    ngrams, lexicon = tables.ngrams, tables.lexicon
    ids = ngrams.token_ids(tokens)
    first = np.array([a for a, _ in runs])
    behind = np.array([b + 1 for _, b in runs])
    found: list[Ints] = []
    words_of: list[Ids] = []
    rows_of: list[Floats] = []
    for length in range(1, LONGEST + 1):
        those = np.flatnonzero(behind - first == length)
        entries = entries_at(tables, gaps, tokens, ids, first[those], length)
        found.append(those[entries.index])
        words_of.append(lexicon.word_table(entries.expected))
        rows_of.append(arc_features(entries))
    run, words, rows = np.concatenate(found), np.concatenate(words_of), np.concatenate(rows_of)
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
    ids: Ids,
    ngrams: NgramModel,
    arcs: Arcs,
    weight: float,
    runs: Sequence[tuple[int, int]],
) -> list[list[Restored]]:
    """The likeliest originals of each run, best first, at most `EXPECTED`.

    Parameters
    ----------
    ids : int32 array
        Id of each token of a batch.
    ngrams
        Of a model.
    arcs
        Of these runs, or of runs that hold them (`spindetect.lattice.lattice`).
    weight : float
        Of a bit, against the priors of the arcs.
    runs : sequence of (int, int)
        First and last token of each run of words, in order; runs do not overlap.

    Notes
    -----
    The run as it stands is never among its originals.
    """
    if not runs:
        return []
    first, behind = (np.array(ends) for ends in zip(*((a, b + 1) for a, b in runs), strict=True))
    most = int((behind - first).max())
    begun = _begun(ids, first, LONGEST * most)
    complete = _search(begun, likeliest(arcs, runs), behind, ngrams, weight)
    for k in range(2):
        after = np.minimum(behind + k, len(ids) - 1)
        complete = _extended(complete, ids[after[complete.run]], ngrams, record=False)
    complete = _best(complete, weight, 2 * EXPECTED)
    written = [tuple(ids[a:b].tolist()) for a, b in zip(first, behind, strict=True)]
    return _named(complete, written, _bits_as_written(ids, first, behind, ngrams), weight)


def _bits_as_written(ids: Ids, first: Ints, behind: Ints, ngrams: NgramModel) -> Floats:
    """log2 probability of each run as it stands and of the two words behind it, shape (runs,)."""
    size = behind + 2 - first
    begin = np.cumsum(size) - size
    token = np.repeat(first - begin, size) + np.arange(int(size.sum()))
    # Behind the last break comes another.
    far, left = contexts(np.append(ids, np.int32(BREAK_ID)))
    word = ids[np.minimum(token, len(ids) - 1)]
    bits = ngrams.logprob(far[token], left[token], word)[0]
    return np.add.reduceat(bits.astype(np.float64), begin)


def _search(begun: _Paths, arcs: Arcs, behind: Ints, ngrams: NgramModel, weight: float) -> _Paths:
    """The best paths from the start of each run to the token behind it, by beam search."""
    fast = kernels()
    if fast is not None:
        return _by_kernel(fast, begun, arcs, behind, ngrams, weight)
    waiting, ended = begun, []
    while len(waiting.run):
        # All paths that stand nearest to the start of their runs go on by one arc.
        depth = waiting.at - begun.at[waiting.run]
        now = depth == depth.min()
        here = _best(waiting.pick(np.flatnonzero(now)), weight, BEAM)
        grown = _grown(here, arcs, ngrams)
        whole = grown.at == behind[grown.run]
        ended.append(grown.pick(np.flatnonzero(whole)))
        waiting = _joined([waiting.pick(np.flatnonzero(~now)), grown.pick(np.flatnonzero(~whole))])
    return _best(_joined(ended), weight, 2 * EXPECTED)


def _by_kernel(
    fast: ModuleType, begun: _Paths, arcs: Arcs, behind: Ints, ngrams: NgramModel, weight: float
) -> _Paths:
    """`_search` by the kernels."""
    room = 2 * EXPECTED * len(begun.run)
    depths = int((behind - begun.at).max()) + 1
    count = np.bincount(arcs.start, minlength=int(behind.max()))
    # Paths come from at most `LONGEST` places, and from each by the arcs of the best there.
    side = LONGEST * BEAM * int(count.max())
    shape = depths, side
    out = _Paths(
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room),
        np.empty(room),
        np.full((room, begun.words.shape[1]), -1, np.int32),
        np.empty(room, np.int64),
    )
    n = fast.search(
        ngrams.arrays,
        *(begun.at, behind, begun.far, begun.left),
        *(np.concatenate([[0], np.cumsum(count)]), arcs.length, arcs.words, arcs.prior),
        *(weight, BEAM, 2 * EXPECTED, np.empty(max(BEAM, 2 * EXPECTED), np.int64)),
        np.empty(depths, np.int64),
        *(np.empty(shape, kind) for kind in (np.int64, np.int64, np.int32, np.int32)),
        *(np.empty(shape), np.empty(shape)),
        *(out.run, out.far, out.left, out.bits, out.prior, out.words, out.size),
        *(fast.room(), np.empty((5, fast.BLOCK), np.float32), np.empty((8, fast.BLOCK), np.int32)),
        np.empty(fast.BLOCK),
    )
    found = out.pick(np.arange(n))
    return replace(found, at=behind[found.run])


def _grown(paths: _Paths, arcs: Arcs, ngrams: NgramModel) -> _Paths:
    """The paths with each of the arcs that start where they stand."""
    low = np.searchsorted(arcs.start, paths.at)
    count = np.searchsorted(arcs.start, paths.at, side="right") - low
    arc = np.repeat(low - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
    grown = paths.pick(np.repeat(np.arange(len(paths.run)), count))
    grown = replace(grown, at=grown.at + arcs.length[arc], prior=grown.prior + arcs.prior[arc])
    for k in range(LONGEST):
        grown = _extended(grown, arcs.words[arc, k], ngrams, record=True)
    return grown


def _named(
    complete: _Paths, written: Sequence[tuple[int, ...]], as_written: Floats, weight: float
) -> list[list[Restored]]:
    """Distinct phrases of each run, best first, without the run as written.

    `written` has the words of each run, `as_written` what they and the two behind them cost.
    """
    out: list[list[Restored]] = [[] for _ in written]
    done = [{words} for words in written]
    score = complete.score(weight)
    gain = complete.bits - as_written[complete.run]
    columns = complete.run, complete.words, complete.size, gain, score
    for run, row, size, bits, value in zip(*(c.tolist() for c in columns), strict=True):
        if len(out[run]) == EXPECTED:
            continue
        words = tuple(row[:size])
        if words in done[run] or min(words) < FIRST_WORD:
            continue
        done[run].add(words)
        out[run].append(Restored(words, bits, value))
    return out

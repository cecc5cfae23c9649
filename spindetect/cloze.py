"""Cloze: which words fit between the five to the left of a gap and the five to its right.

A small feed-forward language model (Bengio et al. 2003) that looks both ways and further than a
trigram: vectors of the words around the gap and the topic of the text around it, one hidden layer,
and a vector of the gap whose inner product with a word's own vector is the logarithm of its
probability there.

Everything is in whole numbers, so small that the sums of their products are exact in single
precision: a score does not depend on the batch, on the processor, or on the order of additions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

import numpy as np
import numpy.typing as npt

from spindetect.accelerator import kernels
from spindetect.ngrams import BREAK_ID, LOG_STEP, UNKNOWN_ID

__all__ = ["GAP_MOST", "HIDDEN_MOST", "REACH", "TABLES", "WEIGHT_MOST", "Cloze", "Gaps"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.int8]
Shorts = npt.NDArray[np.int16]

# Words to either side of a gap whose places count. Those that make up its topic are
# `spindetect.topics.REACH`.
REACH = 5

# Largest weight and input, hidden number and gap number. With 680 inputs, 256 hidden numbers and
# vectors of 64 the sums stay below 2**24: 680 * 127 * 127, 256 * 511 * 127, 64 * 1023 * 127.
WEIGHT_MOST = 127
HIDDEN_MOST = 511
GAP_MOST = 1023

# Files of a cloze model, in the order of the fields of `Cloze`.
TABLES = (
    "cloze_around",
    "cloze_first",
    "cloze_second",
    "cloze_scales",
    "cloze_inside",
    "cloze_level",
)

# Gaps that are filled, and words that are judged, together: what is read of them stays in the cache
# of the processor. With 512 words at a time 79,000 took 6 ms, all at once 19.
_BLOCK = 512

# Words whose part of the hidden numbers is kept for the kernels, the commonest: 20 MB, and 86 % of
# the words of the benchmark's originals.
_COMMON = 2048

# Places of the words around a gap.
_AROUND = np.array([k for k in range(-REACH, REACH + 1) if k != 0])


@dataclass(frozen=True, slots=True)
class Gaps:
    """Vectors of the places of some tokens, as `Cloze.gaps` gives them.

    Attributes
    ----------
    token : int64 array, shape (m,)
        Tokens of a batch, ascending.
    vectors : int16 array, shape (m, d)
        The vector of the place of each, whole numbers.
    """

    token: Ints
    vectors: npt.NDArray[np.int16]

    def rows(self, tokens: Ints) -> Ints:
        """Row of each token, -1 for those that have none.

        >>> Gaps(np.array([3, 7]), np.zeros((2, 1), np.int16)).rows(np.array([7, 4])).tolist()
        [1, -1]
        """
        if len(self.token) == 0:
            return np.full(len(tokens), -1)
        at = np.minimum(np.searchsorted(self.token, tokens), len(self.token) - 1)
        return np.where(self.token[at] == tokens, at, -1)

    def pick(self, mask: npt.NDArray[np.bool_]) -> Gaps:
        """Those of some of the tokens."""
        return Gaps(self.token[mask], self.vectors[mask])


@dataclass(frozen=True)
class Cloze:
    """The tables of a cloze model.

    Attributes
    ----------
    around : int8 array, shape (V, d)
        Vector of each id as a neighbour of a gap; ids from V on count as unknown words.
    first : int8 array, shape (2 * REACH * d + t, h)
        Weights of the hidden layer; the last t inputs are the topic.
    second : int8 array, shape (h, d)
        Weights of the gap.
    scales : float32 array, shape (2 * h + d + 1,)
        Factors and offsets of the hidden numbers, factors of the gap numbers, bits of a unit of
        the inner product.
    inside : int8 array, shape (V, d)
        Vector of each id as the filling of a gap.
    level : float16 array, shape (V,)
        Bits that are added to its score.
    """

    around: Bytes
    first: Bytes
    second: Bytes
    scales: Floats
    inside: Bytes
    level: npt.NDArray[np.float16]

    def __post_init__(self) -> None:
        # Products of whole numbers in single precision use the processor's fastest routines.
        object.__setattr__(self, "_first", self.first.astype(np.float32))
        object.__setattr__(self, "_second", self.second.astype(np.float32))
        object.__setattr__(self, "_level", self.level.astype(np.float32))

    @classmethod
    def from_tables(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Cloze:
        """Model from a mapping of table names to arrays."""
        return cls(*(arrays[name] for name in TABLES))  # type: ignore[arg-type]

    def __len__(self) -> int:
        """Number of ids that have vectors."""
        return len(self.inside)

    @property
    def arrays(self) -> tuple[Bytes, Floats, np.float32]:
        """What the kernels read to score words: `inside`, `level`, and the last of `scales`."""
        return self.inside, self._level, self.scales[-1]  # type: ignore[attr-defined]

    @cached_property
    def _common(self) -> Floats:
        """Parts of the commonest words, as `_parts` gives them."""
        return self._parts(np.arange(min(_COMMON, len(self)), dtype=np.int32))

    @cached_property
    def _by_place(self) -> Floats:
        """Weights of the words around a gap, shape (d, 2 * REACH * h)."""
        d, h, places = self.around.shape[1], len(self.second), len(_AROUND)
        weights = self._first[: places * d].reshape(places, d, h)  # type: ignore[attr-defined]
        return np.ascontiguousarray(weights.transpose(1, 0, 2)).reshape(d, places * h)

    def _parts(self, words: Ids) -> Floats:
        """What each of k words adds to the hidden numbers at each place, shape (k, 2 * REACH, h).

        Whole numbers, whose sums over the places are those of the matrix product.
        """
        parts: Floats = self.around[words].astype(np.float32) @ self._by_place
        return parts.reshape(len(words), len(_AROUND), len(self.second))

    def _by_kernel(
        self, fast: ModuleType, doc: Ids, known: Ids, topic: Floats, at: Ints, out: Shorts
    ) -> None:
        """Fill in the vectors of the places of some tokens, by the kernels."""
        common = self._common
        rare = known >= len(common)
        words, row = np.unique(known[rare], return_inverse=True)
        rows = known.astype(np.int64)
        rows[rare] = len(common) + row
        parts = self._parts(words)
        h = len(self.second)
        factor, offset, narrow = np.split(self.scales[:-1], [h, 2 * h])
        weights = self._first[-topic.shape[1] :]  # type: ignore[attr-defined]
        row_of = np.empty(len(doc), np.int64)
        for low in range(0, len(at), _BLOCK):
            here = at[low : low + _BLOCK]
            hidden: Floats = topic[here] @ weights
            arrays = common, parts, factor, offset
            fast.hidden(doc, rows, here, _AROUND, *arrays, HIDDEN_MOST, row_of, hidden)
            gap = hidden @ self._second  # type: ignore[attr-defined]
            fast.narrow(gap, narrow, GAP_MOST, out[low : low + _BLOCK])

    def gaps(self, doc: Ids, ids: Ids, near: Floats, at: Ints) -> Gaps:
        """The places of some tokens, each as if it were left out.

        Parameters
        ----------
        doc, ids : int32 arrays, shape (n,)
            Document and id of each token of a batch; the first token is a break.
        near : float32 array, shape (n, t)
            Topic around each token, of length one at most (`spindetect.topics.Topics`).
        at : int64 array, shape (m,)
            Tokens, ascending.
        """
        known = np.where(ids < len(self), ids, UNKNOWN_ID)
        assert known[0] == BREAK_ID
        topic = np.rint(near * np.float32(WEIGHT_MOST))
        h, d = self.second.shape
        factor, offset, narrow = np.split(self.scales[:-1], [h, 2 * h])
        out = np.empty((len(at), d), np.int16)
        fast = kernels()
        if fast is not None:
            self._by_kernel(fast, doc, known, topic, at, out)
            return Gaps(at, out)
        vectors = self.around[known].astype(np.float32)
        last = len(ids) - 1
        for low in range(0, len(at), _BLOCK):
            here = at[low : low + _BLOCK]
            place = np.clip(here[:, None] + _AROUND, 0, last)
            place[doc[place] != doc[here][:, None]] = 0
            inputs = np.concatenate([vectors[place].reshape(len(here), -1), topic[here]], axis=1)
            hidden = inputs @ self._first  # type: ignore[attr-defined]
            hidden *= factor
            hidden += offset
            np.clip(np.rint(hidden, out=hidden), 0, HIDDEN_MOST, out=hidden)
            gap = hidden @ self._second  # type: ignore[attr-defined]
            gap *= narrow
            out[low : low + _BLOCK] = np.clip(np.rint(gap, out=gap), -GAP_MOST, GAP_MOST)
        return Gaps(at, out)

    def scores(
        self, vectors: npt.NDArray[np.int16], words: Ids, rows: Ints | None = None
    ) -> Floats:
        """log2 of the probability of words in gaps, up to a constant of each gap that is near zero.

        Parameters
        ----------
        vectors : int16 array, shape (g, d)
            Rows of `Gaps.vectors`.
        words : int32 array, shape (m,)
            Ids below ``len(self)``.
        rows : int64 array, shape (m,), optional
            Row of `vectors` in which each word is judged; without them g is m.
        """
        rows = np.arange(len(words)) if rows is None else rows
        out = np.empty(len(words), np.float32)
        fast = kernels()
        if fast is not None:
            fast.cloze_scores(vectors, rows, words, *self.arrays, out)
            return out
        for low in range(0, len(words), _BLOCK):
            some = slice(low, low + _BLOCK)
            gaps, inside = vectors[rows[some]], self.inside[words[some]]
            np.einsum("ij,ij->i", gaps.astype(np.float32), inside.astype(np.float32), out=out[some])
        out *= self.scales[-1]
        out += self._level[words]  # type: ignore[attr-defined]
        # Multiples of this add up exactly.
        out /= np.float32(LOG_STEP)
        np.rint(out, out=out)
        out *= np.float32(LOG_STEP)
        return out

    def every_score(self, vectors: npt.NDArray[np.int16], words: Ids) -> Floats:
        """`scores` of each of k words in each of m gaps, shape (m, k)."""
        product = vectors.astype(np.float32) @ self.inside[words].astype(np.float32).T
        product *= self.scales[-1]
        product += self.level[words].astype(np.float32)
        return np.asarray(product)

"""Windows: log probabilities of words where they stand, and of others in their place.

A window is a phrase and the two words behind it, given the two words before: nothing further away
depends on the phrase under a trigram model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from spindetect.ngrams import BREAK_ID, NgramModel

__all__ = ["Written", "contexts", "read_written"]

_Scalar = TypeVar("_Scalar", bound=np.generic)

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

# A word whose window of three costs no more than this, or whose trigrams were all seen, is left
# alone. Of the replaced words for which a substitute saves three bits the first test passes over
# 1.5 %, the second 2.7 %; each spares three in ten words of human text the look-ups.
ATTESTED_BITS = 18.0


def contexts(ids: Ids) -> tuple[Ids, Ids]:
    """The two words before each token, the farther first; a window ends at a break.

    >>> far, left = contexts(np.array([0, 7, 8, 9], np.int32))
    >>> far.tolist(), left.tolist()
    ([0, 0, 0, 7], [0, 0, 7, 8])
    """
    left = np.concatenate([[BREAK_ID], ids[:-1]]).astype(np.int32)
    far = np.concatenate([[BREAK_ID], left[:-1]]).astype(np.int32)
    far[left == BREAK_ID] = BREAK_ID
    return far, left


@dataclass(frozen=True, slots=True)
class Written:
    """The n tokens of a batch as they stand.

    Attributes
    ----------
    ids : int32 array, shape (n,)
        Id of each token.
    far, left : int32 arrays, shape (n,)
        The two ids before it.
    tri, bi : float32 arrays, shape (n,)
        log2 P(word | far left) and log2 P(word | left).
    order : int8 array, shape (n,)
        Length of the longest n-gram that matched, 1 to 3.
    stop : int64 array, shape (n,)
        Behind the last token of each token's document.
    """

    ids: Ids
    far: Ids
    left: Ids
    tri: Floats
    bi: Floats
    order: npt.NDArray[np.int8]
    stop: Ints

    def ahead(self, values: npt.NDArray[_Scalar], by: int) -> npt.NDArray[_Scalar]:
        """Values `by` places to the right; the last one of a document repeated behind its end."""
        return values[np.minimum(np.arange(len(values)) + by, self.stop - 1)]

    def behind(self, values: Floats) -> Floats:
        """Values one place to the left; 0 for the first word of a document."""
        shifted = np.concatenate([np.zeros(1, values.dtype), values[:-1]])
        # The break before a document belongs to its neighbour, except that before the first.
        shifted[self.stop[self.stop < len(self.stop)]] = 0
        shifted[:2] = 0
        return shifted

    def well_attested(self) -> npt.NDArray[np.bool_]:
        """Mask of the words that fit their place too well for a substitute to save much."""
        window = self.tri + self.ahead(self.tri, 1) + self.ahead(self.tri, 2)
        nearer = np.minimum(self.order, self.ahead(self.order, 1))
        least = np.minimum(nearer, self.ahead(self.order, 2))
        return np.asarray((window > -ATTESTED_BITS) | (least == 3))

    def scores(self, start: Ints, length: Ints) -> tuple[Floats, Floats]:
        """log2 probability of windows as written, and their summed match orders.

        Parameters
        ----------
        start, length : int64 arrays, shape (m,)
            First token and number of words of each phrase.
        """
        total = np.concatenate([[0], np.cumsum(self.tri, dtype=np.float64)])
        orders = np.concatenate([[0], np.cumsum(self.order, dtype=np.int64)])
        end = np.minimum(start + length + 2, self.stop[start])
        bits = (total[end] - total[start]).astype(np.float32)
        return bits, (orders[end] - orders[start]).astype(np.float32)

    def substituted(
        self, ngrams: NgramModel, start: Ints, length: Ints, candidate: Ids
    ) -> tuple[Floats, Floats]:
        """The same with other phrases in their place.

        Parameters
        ----------
        ngrams
            The language model.
        start, length : int64 arrays, shape (m,)
            First token and number of words of each phrase as written.
        candidate : int32 array, shape (m, k)
            Ids of what stands in its place: all candidates of one call have k words.
        """
        stop = self.stop[start]
        behind = start + length
        words = np.concatenate(
            [
                np.stack([self.far[start], self.left[start]], axis=1),
                candidate,
                np.stack([self.ids[np.minimum(behind + k, stop - 1)] for k in (0, 1)], axis=1),
            ],
            axis=1,
        )
        far, left, word = words[:, :-2].copy(), words[:, 1:-1], words[:, 2:]
        far[left == BREAK_ID] = BREAK_ID
        tri, _, order = ngrams.logprob(far.ravel(), left.ravel(), word.ravel())
        tri, order = tri.reshape(word.shape), order.reshape(word.shape)
        # Behind a document's last break stands nothing that could speak for or against.
        tri[behind + 1 >= stop, -1] = 0
        order[behind + 1 >= stop, -1] = 0
        return tri.sum(axis=1), order.sum(axis=1).astype(np.float32)


def read_written(doc: Ids, ids: Ids, ngrams: NgramModel) -> Written:
    """Scores as they stand of the tokens with these ids, shape (n,), of these documents."""
    far, left = contexts(ids)
    stop = np.searchsorted(doc, doc, side="right")
    return Written(ids, far, left, *ngrams.logprob(far, left, ids), stop)

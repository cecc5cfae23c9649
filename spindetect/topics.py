"""Topics: unit vectors of words, of what stands around them, and of their documents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.ngrams import FIRST_WORD, NgramModel
from spindetect.tokens import Tokens

__all__ = ["Topics", "find_topics", "word_vectors"]

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int32]

# Words to either side that make up the topic of a word.
TOPIC_WINDOW = 8


@dataclass(frozen=True, slots=True)
class Topics:
    """Topics of the n tokens of a batch, rows of d numbers.

    Attributes
    ----------
    own : float32 array, shape (n, d)
        Unit vector of each token; zero for what has none.
    near : float32 array, shape (n, d)
        Of the words around it, at most `TOPIC_WINDOW` away.
    whole : float32 array, shape (n, d)
        Of the other words of its document.
    """

    own: Floats
    near: Floats
    whole: Floats


def word_vectors(known: npt.NDArray[np.bool_], ids: Ids, vectors: npt.NDArray[np.int8]) -> Floats:
    """Unit vector of each word, shape (n, d); zero where it is not `known` to have one."""
    own = vectors[np.where(known, ids, 0)].astype(np.float32)
    own[~known] = 0
    norm = np.sqrt(np.einsum("ij,ij->i", own, own))
    own /= np.maximum(norm, 1)[:, None]
    return own


def find_topics(
    tokens: Tokens, ids: Ids, ngrams: NgramModel, vectors: npt.NDArray[np.int8]
) -> Topics:
    """Topics of a batch; those of a document do not depend on what else is in the batch.

    Parameters
    ----------
    tokens
        The batch.
    ids : int32 array, shape (n,)
        Id of each token.
    ngrams
        For the Zipf frequencies of words.
    vectors : int8 array, shape (V, d)
        Vector of each id below V.
    """
    own = word_vectors((ids >= FIRST_WORD) & (ids < len(vectors)), ids, vectors)
    # Common words say little of a topic.
    speaks = np.clip((7.0 - ngrams.zipf[ids]) / 3.0, 0, 1).astype(np.float32)
    # Multiples of 2**-16 add up exactly, so that no sum depends on what else is in the batch.
    spoken = np.rint(own * speaks[:, None] * 65536) / 65536
    total = np.concatenate(
        [np.zeros((1, own.shape[1])), np.cumsum(spoken, axis=0, dtype=np.float64)]
    )
    doc_first = np.searchsorted(tokens.doc, tokens.doc, side="left")
    doc_last = np.searchsorted(tokens.doc, tokens.doc, side="right")
    index = np.arange(len(ids))
    low = np.maximum(index - TOPIC_WINDOW, doc_first)
    high = np.minimum(index + TOPIC_WINDOW + 1, doc_last)
    near = (total[high] - total[low] - spoken).astype(np.float32)
    whole = (total[doc_last] - total[doc_first] - spoken).astype(np.float32)
    return Topics(own, _unit(near), _unit(whole))


def _unit(rows: Floats) -> Floats:
    """Rows scaled to length one; rows of next to nothing stay near zero."""
    norm = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return np.asarray(rows / np.maximum(norm, np.float32(0.5))[:, None])

"""Topics: unit vectors of words, of what stands around them, and of their documents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.accelerator import kernels
from spindetect.ngrams import FIRST_WORD, NgramModel
from spindetect.tokens import Tokens

__all__ = ["REACH", "Topics", "find_topics", "speaks", "unit", "word_vectors"]

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int32]

# Words to either side that make up the topic around a word.
REACH = 30

# Parts of one that vectors are rounded to before they are added up: multiples of a power of two add
# up exactly, so that no sum depends on what else is in the batch.
FINE = 65536

# Words whose sums are taken together, to bound memory.
_BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Topics:
    """Topics of the n tokens of a batch, rows of d numbers.

    Attributes
    ----------
    own : float32 array, shape (n, d)
        Unit vector of each token; zero for what has none.
    near : float32 array, shape (n, d)
        Of the words around it, at most `REACH` away; a sum of little stays shorter than one.
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
    fast = kernels()
    if fast is not None:
        width = vectors.shape[1]
        own, spoken, near, whole = np.empty((4, len(ids), width), np.float32)
        arrays = tokens.doc, ids, vectors, speaks(ngrams.zipf[ids])
        fast.topic_sums(*arrays, own, spoken, near, whole, *np.empty((2, width)))
        return Topics(own, unit(near), unit(whole))
    own = word_vectors((ids >= FIRST_WORD) & (ids < len(vectors)), ids, vectors)
    spoken = np.rint(own * speaks(ngrams.zipf[ids])[:, None] * FINE) / FINE
    total = np.concatenate(
        [np.zeros((1, own.shape[1])), np.cumsum(spoken, axis=0, dtype=np.float64)]
    )
    doc_first = np.searchsorted(tokens.doc, tokens.doc, side="left")
    doc_last = np.searchsorted(tokens.doc, tokens.doc, side="right")
    index = np.arange(len(ids))
    low = np.maximum(index - REACH, doc_first)
    high = np.minimum(index + REACH + 1, doc_last)
    near, whole = np.empty_like(own), np.empty_like(own)
    for begin in range(0, len(ids), _BLOCK):
        some = slice(begin, begin + _BLOCK)
        near[some] = total[high[some]] - total[low[some]] - spoken[some]
        whole[some] = total[doc_last[some]] - total[doc_first[some]] - spoken[some]
    return Topics(own, unit(near), unit(whole))


def speaks(zipf: Floats) -> Floats:
    """Weight of words of these Zipf frequencies in a topic: common words say little of it."""
    return np.asarray(np.clip((7.0 - zipf) / 3.0, 0, 1), np.float32)


def unit(rows: Floats) -> Floats:
    """Rows scaled to length one; rows of next to nothing stay near zero."""
    norm = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return np.asarray(rows / np.maximum(norm, np.float32(0.5))[:, None])

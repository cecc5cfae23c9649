"""How odd a text reads, cheaply: spinning raises the surprisal of what it replaces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spindetect.ngrams import NgramModel
from spindetect.tokens import tokenise
from spindetect.windows import contexts

__all__ = ["surprisal"]


def surprisal(texts: Sequence[str], ngrams: NgramModel) -> list[float]:
    """Mean bits a word of each text under a trigram model; 0 for a text without words.

    Examples
    --------
    >>> from spindetect.copies.reader import reader
    >>> plain, spun = surprisal(["He told me so.", "He steered me so."], reader().ngrams)
    >>> plain < spun
    True
    """
    tokens = tokenise(texts)
    ids = ngrams.token_ids(tokens)
    bits = -ngrams.logprob(*contexts(ids), ids)[0].astype(np.float64)
    word = np.flatnonzero(tokens.is_word)
    total = np.bincount(tokens.doc[word], bits[word], len(texts))
    count = np.bincount(tokens.doc[word], minlength=len(texts))
    return [float(bits) for bits in total / np.maximum(count, 1)]

"""Phrase anomalies: which phrases a spinner put there, and what most likely stood there before."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt

from spindetect.cloze import Gaps
from spindetect.evidence import Substitutes, Tables
from spindetect.features import probability
from spindetect.lattice import RANKING, lattice
from spindetect.report import PhraseAnomaly
from spindetect.restoration import Restored, restore
from spindetect.tokens import WORD, Tokens

__all__ = ["CONTEXT", "anomalies", "in_context", "likely", "odd_phrases"]

# What a word's log-odds in context are made of.
CONTEXT = ("word", "document", "intercept")

# Beyond these a document is as sound, or as spun, as can be.
DOCUMENT_RANGE = (-6.0, 2.0)

# A word that the likeliest original leaves as it stands is part of an anomaly from here on.
_SURE = 0.7

# Words of one anomaly: a longer run of replaced words is cut into parts of equal length, so that
# its originals stay readable.
LONGEST_RUN = 8

# A phrase of the lexicon is flagged whole when this share of its words is: spinners put function
# words into phrases that are not odd by themselves ("with the *aid* of").
_SHARE = 0.5

# ... and when a substitute saves at least this many bits.
_LEAST_GAIN = 3.0


def in_context(
    log_odds: npt.NDArray[np.float64],
    document: npt.NDArray[np.float64],
    weights: Mapping[str, float],
) -> npt.NDArray[np.float64]:
    """Log-odds of words given those of their documents: an odd word of a sound text is no anomaly.

    Parameters
    ----------
    log_odds, document : float64 arrays, shape (n,)
        Of each word by its own evidence, and of its document.
    weights : mapping
        ``word``, ``document`` and ``intercept``.
    """
    around = np.clip(document, *DOCUMENT_RANGE)
    return np.asarray(
        weights["word"] * log_odds + weights["document"] * around + weights["intercept"]
    )


def likely(
    log_odds: npt.NDArray[np.float64], weights: Mapping[str, float], flag: float
) -> npt.NDArray[np.bool_]:
    """Mask of the words that would be flagged if their document were as spun as can be."""
    most = np.full(len(log_odds), DOCUMENT_RANGE[1])
    return np.asarray(probability(in_context(log_odds, most, weights)) >= flag)


def odd_phrases(found: Substitutes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Start and length of the phrases of several words for which a substitute saves a lot."""
    longer = np.flatnonzero((found.length > 1) & (found.gain >= _LEAST_GAIN))
    return found.start[longer], found.length[longer]


def _flagged(
    tokens: Tokens,
    word: npt.NDArray[np.int64],
    phrases: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    chance: npt.NDArray[np.float64],
    flag: float,
) -> npt.NDArray[np.bool_]:
    """Mask of the tokens of anomalies: odd words, and the phrases that they are most of."""
    odd = np.zeros(len(tokens), np.bool_)
    odd[word[chance >= flag]] = True
    odd &= tokens.kind == WORD
    total = np.concatenate([[0], np.cumsum(odd)])
    start, length = phrases
    mostly = total[start + length] - total[start] >= _SHARE * length
    out = odd.copy()
    for first, size in zip(start[mostly].tolist(), length[mostly].tolist(), strict=True):
        out[first : first + size] = True
    return out


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last token of each run of flagged tokens, long ones cut."""
    edge = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    runs = []
    for first, behind in zip(
        np.flatnonzero(edge == 1).tolist(), np.flatnonzero(edge == -1).tolist(), strict=True
    ):
        parts = -(-(behind - first) // LONGEST_RUN)
        cuts = [first + (behind - first) * k // parts for k in range(parts + 1)]
        runs += [(a, b - 1) for a, b in pairwise(cuts)]
    return runs


def _changed(
    first: int, written: list[int], originals: list[Restored], chance: npt.NDArray[np.float64]
) -> list[tuple[int, int]]:
    """The parts of a run that its likeliest original changes, and words that are surely odd."""
    last = first + len(written) - 1
    if len(written) == 1 or not originals:
        return [(first, last)]
    blocks = SequenceMatcher(None, written, originals[0].words, autojunk=False)
    odd = (chance[first : last + 1] >= _SURE).tolist()
    # Of neighbouring blocks of matching words, what lies between is changed.
    begin, parts = 0, []
    for block in blocks.get_matching_blocks():
        odd[begin : block.a] = [True] * (block.a - begin)
        begin = block.a + block.size
    for is_odd, run in groupby(range(len(odd)), odd.__getitem__):
        if is_odd:
            places = list(run)
            parts.append((first + places[0], first + places[-1]))
    return parts or [(first, last)]


def anomalies(
    tokens: Tokens,
    word: npt.NDArray[np.int64],
    phrases: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    log_odds: npt.NDArray[np.float64],
    tables: Tables,
    gaps: Gaps,
    ranking: Mapping[str, float],
    flag: float,
) -> list[list[PhraseAnomaly]]:
    """Anomalies of each document of a batch, in order of the text.

    Words that stand side by side and are odd make one anomaly.

    Parameters
    ----------
    tokens
        The batch.
    word : int64 array, shape (n,)
        Tokens that are words.
    phrases
        Start and length of the phrases that are flagged whole (`odd_phrases`).
    log_odds : float64 array, shape (n,)
        Log-odds of each word, in the context of its document, that a spinner put it there.
    tables
        Of a model.
    gaps
        Places of words, at least of those that `likely` names.
    ranking : mapping
        Weights of `spindetect.lattice.RANKING`.
    flag : float
        Probability from which a word is part of an anomaly.
    """
    out: list[list[PhraseAnomaly]] = [[] for _ in tokens.texts]
    chance = probability(log_odds)
    runs = _runs(_flagged(tokens, word, phrases, chance, flag))
    by_token = np.zeros(len(tokens))
    by_token[word] = chance
    if not runs:
        return out
    ids = tables.ngrams.token_ids(tokens)
    weights = np.array([ranking[name] for name in RANKING])
    arcs = lattice(tokens, ids, tables, gaps, weights[1:], runs)
    found = dict(zip(runs, restore(ids, tables.ngrams, arcs, weights[0], runs), strict=True))
    narrow = [
        part
        for (first, last), originals in found.items()
        for part in _changed(first, ids[first : last + 1].tolist(), originals, by_token)
    ]
    new = [run for run in narrow if run not in found]
    found |= zip(new, restore(ids, tables.ngrams, arcs, weights[0], new), strict=True)
    for first, last in narrow:
        originals = found[first, last]
        doc = int(tokens.doc[first])
        start, end = int(tokens.start[first]), int(tokens.end[last])
        out[doc].append(
            PhraseAnomaly(
                tokens.texts[doc][start:end],
                start,
                end,
                tuple(tables.lexicon.text(o.words) for o in originals),
                originals[0].gain if originals else 0.0,
                float(by_token[first : last + 1].max()),
            )
        )
    return out

"""Phrase anomalies: which phrases a spinner put there, and what most likely stood there before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from spindetect.evidence import Evidence
from spindetect.features import probability
from spindetect.lexicon import Lexicon
from spindetect.ngrams import NgramModel
from spindetect.report import PhraseAnomaly
from spindetect.restoration import restore
from spindetect.tokens import WORD, Tokens

__all__ = ["anomalies"]

# Words of one anomaly: a longer run of replaced words is cut, so that its originals stay readable.
LONGEST_RUN = 6

# A phrase of the lexicon is flagged whole when this share of its words is: spinners put function
# words into phrases that are not odd by themselves ("with the *aid* of").
_SHARE = 0.5

# ... and when a substitute saves at least this many bits.
_LEAST_GAIN = 3.0


def _flagged(
    tokens: Tokens, seen: Evidence, log_odds: npt.NDArray[np.float64], flag: float
) -> npt.NDArray[np.bool_]:
    """Mask of the tokens of anomalies: odd words, and the phrases that they are most of."""
    odd = np.zeros(len(tokens), np.bool_)
    odd[seen.word[probability(log_odds) >= flag]] = True
    odd &= tokens.kind == WORD
    found = seen.substitutes
    longer = np.flatnonzero((found.length > 1) & (found.gain >= _LEAST_GAIN))
    total = np.concatenate([[0], np.cumsum(odd)])
    start, length = found.start[longer], found.length[longer]
    inside = total[start + length] - total[start]
    out = odd.copy()
    for first, size in zip(
        start[inside >= _SHARE * length].tolist(), length[inside >= _SHARE * length].tolist(), strict=True
    ):
        out[first : first + size] = True
    return out


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last token of each run of flagged tokens, long ones cut."""
    edge = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    runs = []
    for first, behind in zip(
        np.flatnonzero(edge == 1).tolist(), np.flatnonzero(edge == -1).tolist(), strict=True
    ):
        runs += [
            (a, min(a + LONGEST_RUN, behind) - 1) for a in range(first, behind, LONGEST_RUN)
        ]
    return runs


def anomalies(
    tokens: Tokens,
    seen: Evidence,
    log_odds: npt.NDArray[np.float64],
    ngrams: NgramModel,
    lexicon: Lexicon,
    ranking: Mapping[str, float],
    flag: float,
) -> list[list[PhraseAnomaly]]:
    """Anomalies of each document of a batch, in order of the text.

    Words that stand side by side and are odd make one anomaly.

    Parameters
    ----------
    tokens, seen
        The batch and its evidence.
    log_odds : float64 array
        Log-odds of each word of `seen` that a spinner put it there.
    ranking : mapping
        Weights of `spindetect.restoration.RANKING`.
    flag : float
        Probability from which a word is part of an anomaly.
    """
    out: list[list[PhraseAnomaly]] = [[] for _ in tokens.texts]
    runs = _runs(_flagged(tokens, seen, log_odds, flag))
    chance = np.zeros(len(tokens))
    chance[seen.word] = probability(log_odds)
    for (first, last), originals in zip(
        runs, restore(tokens, ngrams, lexicon, ranking, runs), strict=True
    ):
        doc = int(tokens.doc[first])
        start, end = int(tokens.start[first]), int(tokens.end[last])
        out[doc].append(
            PhraseAnomaly(
                tokens.texts[doc][start:end],
                start,
                end,
                tuple(lexicon.text(o.words) for o in originals),
                originals[0].gain if originals else 0.0,
                float(chance[first : last + 1].max()),
            )
        )
    return out

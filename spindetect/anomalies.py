"""Phrase anomalies: which phrases a spinner put there, and what most likely stood there before."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from spindetect.evidence import Evidence, Substitutes
from spindetect.features import probability
from spindetect.lexicon import LONGEST, SOURCES, Lexicon
from spindetect.report import PhraseAnomaly
from spindetect.tokens import Tokens

__all__ = ["EXPECTED", "RANKING", "anomalies", "ranking_scores"]

# Substitutes that are named.
EXPECTED = 5

# What the rank of a substitute is made of.
RANKING = ("gain", "weight", "orders", "words", *SOURCES)


def ranking_features(found: Substitutes, several: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Features of each substitute, columns as in `RANKING`."""
    bits = [(found.sources >> i) & 1 for i in range(len(SOURCES))]
    columns = [np.clip(found.gain, -10, 25), found.weight, found.orders, several, *bits]
    return np.stack(columns, axis=1).astype(np.float64)


def ranking_scores(
    found: Substitutes, several: npt.NDArray[np.bool_], weights: Mapping[str, float]
) -> npt.NDArray[np.float64]:
    """Log-odds, up to a constant, that each substitute is the original."""
    return ranking_features(found, several) @ np.array([weights[name] for name in RANKING])


def _spans(
    tokens: Tokens, seen: Evidence, log_odds: npt.NDArray[np.float64], flag: float
) -> list[tuple[int, int]]:
    """First and last token of each anomaly: flagged words, widened to the best phrase over them."""
    word = seen.word
    flagged = np.zeros(len(tokens), np.bool_)
    flagged[word[probability(log_odds) >= flag]] = True
    if not flagged.any():
        return []
    found = seen.substitutes
    best_gain = np.zeros(len(tokens))
    single = found.length == 1
    np.maximum.at(best_gain, found.start[single], found.gain[single])
    spans = {(int(t), int(t)) for t in np.flatnonzero(flagged)}
    # A longer phrase takes the place of its words where it saves more than they do one by one.
    longer = np.flatnonzero((found.length > 1) & (found.gain > 0))
    order = longer[np.argsort(-found.gain[longer], kind="stable")]
    taken = np.zeros(len(tokens), np.bool_)
    for i in order.tolist():
        first, last = int(found.start[i]), int(found.start[i] + found.length[i] - 1)
        inside = slice(first, last + 1)
        if taken[inside].any() or not flagged[inside].any():
            continue
        if found.gain[i] > best_gain[inside].max() and flagged[inside].mean() >= 0.5:
            taken[inside] = True
            spans -= {(t, t) for t in range(first, last + 1)}
            spans.add((first, last))
    return sorted(spans)


def anomalies(
    tokens: Tokens,
    seen: Evidence,
    log_odds: npt.NDArray[np.float64],
    lexicon: Lexicon,
    ranking: Mapping[str, float],
    flag: float,
) -> list[list[PhraseAnomaly]]:
    """Anomalies of each document of a batch, in order of the text.

    Parameters
    ----------
    tokens, seen
        The batch and its evidence.
    log_odds : float64 array
        Log-odds of each word of `seen` that a spinner put it there.
    flag : float
        Probability from which a word is part of an anomaly.
    """
    out: list[list[PhraseAnomaly]] = [[] for _ in tokens.texts]
    spans = _spans(tokens, seen, log_odds, flag)
    if not spans:
        return out
    found = seen.substitutes
    scores = ranking_scores(found, lexicon.is_phrase(found.expected), ranking)
    slot = found.start * (LONGEST + 1) + found.length
    position = np.full(len(tokens), -1, np.int64)
    position[seen.word] = np.arange(len(seen.word))
    for first, last in spans:
        words = position[first : last + 1]
        chance = float(probability(log_odds[words[words >= 0]].max(keepdims=True))[0])
        key = first * (LONGEST + 1) + (last - first + 1)
        low, high = np.searchsorted(slot, [key, key + 1])
        inside = np.arange(low, high)
        inside = inside[found.gain[inside] > 0]
        ranked = inside[np.argsort(-scores[inside], kind="stable")][:EXPECTED]
        doc = int(tokens.doc[first])
        start, end = int(tokens.start[first]), int(tokens.end[last])
        out[doc].append(
            PhraseAnomaly(
                tokens.texts[doc][start:end],
                start,
                end,
                tuple(lexicon.phrase(int(e)) for e in found.expected[ranked]),
                float(found.gain[ranked[0]]) if len(ranked) else 0.0,
                chance,
            )
        )
    return out

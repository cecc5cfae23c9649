"""What the words of a document add up to: the features of the document and sentence classifiers.

Features are made of sums over words, so that a document of any length can be read piece by piece.
None of them reads white space, quotes or letter case.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spindetect import evidence
from spindetect.segments import begins

__all__ = [
    "DOCUMENT",
    "SENTENCE",
    "document_features",
    "document_means",
    "document_sums",
    "sentence_features",
    "sentence_sums",
]

Floats = npt.NDArray[np.float64]

# Log-odds of a word beyond which its share of the words is a feature.
LEVELS = (-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)

# Columns of the evidence whose mean over the document is a feature. Left out are those that depend
# on length (repeats) or that a page's subject decides (numbers).
MEANS = tuple(
    name
    for name in evidence.FEATURES
    if name
    not in (
        "repeats",
        "number",
        "document_surprisal",
        "document_gain",
        "surprisal_left",
        "zipf_left",
        "zipf_right",
        "gain_left",
        "gain_right",
        "pmi_right_previous",
    )
)

# Their columns.
_MEAN_COLUMNS = [evidence.FEATURES.index(name) for name in MEANS]

# Beyond this a log-odds is certainty, and one word should not outweigh a page.
_MOST = 5.0

# Words beyond which more of the same is no more evidence: crawled pages repeat their own phrases,
# and no spun text of the training data is longer, so that length itself would speak for a writer.
_LONGEST = 400.0

# Columns of the document classifier, in the order of `document_features`.
DOCUMENT = (
    *(f"share_over_{level:+g}" for level in LEVELS),
    *(f"root_share_over_{level:+g}" for level in LEVELS),
    *(f"weighed_share_over_{level:+g}" for level in LEVELS),
    "root_words",
    "probability_mean",
    "log_odds_mean",
    *(f"{name}_mean" for name in MEANS),
)

# Features of its document that a sentence is judged with.
_CONTEXT = ("probability_mean", "share_over_+0", "root_share_over_+1")

# Columns of the sentence classifier, in the order of `sentence_features`. With the evidence of its
# words beside their log-odds the AUROC of sentences by a spinner that nothing was trained on rose
# from 0.935 to 0.951 (Moby left out).
SENTENCE = (
    "log_odds_any",
    "log_odds_any_surer",
    "log_odds_max",
    "log_odds_second",
    "log_odds_third",
    "log_odds_mean",
    "probability_mean",
    "log_words",
    *(f"{name}_mean" for name in MEANS),
    *(f"{name}_max" for name in MEANS),
    *(f"document_{name}" for name in _CONTEXT),
    *(f"{name}_above_document" for name in MEANS),
)

# Columns of the first mean in `SENTENCE`, and of the context in `DOCUMENT`.
_OWN = SENTENCE.index(f"{MEANS[0]}_mean")
_CONTEXT_COLUMNS = [DOCUMENT.index(name) for name in _CONTEXT]

# What is taken off the log-odds of words to ask for surer ones: they were trained where half of the
# words come from spun documents.
_SURER = 2.0


def probability(log_odds: Floats) -> Floats:
    """Logistic function, without overflow.

    >>> probability(np.array([0.0, 1000.0, -1000.0])).tolist()
    [0.5, 1.0, 0.0]
    """
    return 0.5 * (1 + np.tanh(0.5 * log_odds))


def _segment_sums(values: Floats, segment: npt.NDArray[np.integer], size: int) -> Floats:
    """Sums of the rows of each segment, for rows sorted by segment."""
    out = np.zeros((size, values.shape[1]))
    if len(values):
        first = np.flatnonzero(np.append(True, segment[1:] != segment[:-1]))
        out[segment[first]] = np.add.reduceat(values, first, axis=0)
    return out


def document_sums(
    log_odds: Floats, rows: npt.NDArray[np.float32], doc: npt.NDArray[np.integer], size: int
) -> Floats:
    """Sums over the words of each document, and their number in the last column.

    Parameters
    ----------
    log_odds : float64 array, shape (n,)
        Of each word.
    rows : float32 array, shape (n, len(evidence.FEATURES))
        Evidence of each word.
    doc : integer array, shape (n,)
        Document of each word, ascending.
    size : int
        Documents in all.

    Returns
    -------
    float64 array, shape (size, k)
        Sums of the pieces of a document are the sums of the document.
    """
    parts = [
        *(log_odds > level for level in LEVELS),
        probability(log_odds),
        np.clip(log_odds, -_MOST, _MOST),
        np.ones(len(log_odds)),
    ]
    judged = _segment_sums(np.stack(parts, axis=1), doc, size)
    columns = _segment_sums(rows[:, _MEAN_COLUMNS].astype(np.float64), doc, size)
    return np.concatenate([judged[:, :-1], columns, judged[:, -1:]], axis=1)


def no_sums(size: int) -> Floats:
    """Sums of documents of which nothing was read yet."""
    return np.zeros((size, len(LEVELS) + 2 + len(MEANS) + 1))


def document_features(sums: Floats) -> Floats:
    """Features of each document from its sums, columns as in `DOCUMENT`; zero without words.

    The same share of odd words says more about a longer text: roots of shares are weighed by the
    root of the number of words, since the root of a count has a variance that does not depend on
    its mean (Anscombe 1948).
    """
    words = sums[:, -1:]
    means = sums[:, :-1] / np.maximum(words, 1)
    shares = means[:, : len(LEVELS)]
    root_words = np.sqrt(np.minimum(words, _LONGEST) / 100)
    roots = np.sqrt(shares)
    return np.concatenate(
        [shares, roots, roots * root_words, root_words, means[:, len(LEVELS) :]], axis=1
    )


def document_means(sums: Floats, names: Sequence[str]) -> Floats:
    """Means over the words of each document of some columns of `MEANS`; zero without words."""
    columns = [len(LEVELS) + 2 + MEANS.index(name) for name in names]
    return sums[:, columns] / np.maximum(sums[:, -1:], 1)


def sentence_sums(
    log_odds: Floats,
    rows: npt.NDArray[np.float32],
    sentence: npt.NDArray[np.integer],
    size: int,
) -> npt.NDArray[np.float32]:
    """What the words of each sentence add up to, for `sentence_features`.

    Parameters
    ----------
    log_odds : float64 array, shape (n,)
        Of each word.
    rows : float32 array, shape (n, len(evidence.FEATURES))
        Evidence of each word.
    sentence : integer array, shape (n,)
        Sentence of each word, ascending from 0 without gaps.
    size : int
        Sentences.

    Returns
    -------
    float32 array, shape (size, k)
    """
    clipped = np.clip(log_odds, -_MOST, _MOST)
    parts = np.stack(
        [
            np.logaddexp(0, clipped),
            np.logaddexp(0, clipped - _SURER),
            clipped,
            probability(log_odds),
            np.ones(len(log_odds)),
        ],
        axis=1,
    )
    sums = _segment_sums(parts, sentence, size)
    n = np.maximum(sums[:, 4:], 1)
    # log-odds that at least one word was put there, if words were replaced independently.
    any_word = np.log(np.expm1(sums[:, :2]))
    first = np.searchsorted(sentence, np.arange(size))
    top = _largest(clipped, sentence, first)
    columns = rows[:, _MEAN_COLUMNS]
    mean = _segment_sums(columns.astype(np.float64), sentence, size) / n
    most = np.maximum.reduceat(columns, first, axis=0) if size else mean
    judged = [any_word, np.stack(top, axis=1), sums[:, 2:4] / n, np.log(n)]
    return np.concatenate([*judged, mean, most], axis=1).astype(np.float32)


def _largest(
    values: Floats, sentence: npt.NDArray[np.integer], first: npt.NDArray[np.int64]
) -> list[Floats]:
    """The three largest of the clipped log-odds of each sentence; as low as can be without."""
    left, top = values.copy(), []
    for _ in range(3):
        most = np.maximum.reduceat(left, first) if len(first) else np.zeros(0)
        top.append(np.maximum(most, -_MOST))
        # One of them is taken out: equal ones count each for itself.
        equal = np.flatnonzero(left == most[sentence])
        left[equal[begins(sentence[equal])]] = -np.inf
    return top


def sentence_features(
    sums: npt.NDArray[np.float32], doc: npt.NDArray[np.integer], documents: Floats
) -> npt.NDArray[np.float32]:
    """Features of each sentence, columns as in `SENTENCE`.

    Parameters
    ----------
    sums : float32 array, shape (sentences, k)
        As `sentence_sums` gives them.
    doc : integer array, shape (sentences,)
        Document of each sentence.
    documents : float64 array, shape (documents, len(DOCUMENT))
        Features of the documents.
    """
    around = documents[doc].astype(np.float32)
    means = around[:, -len(MEANS) :]
    return np.concatenate(
        [sums, around[:, _CONTEXT_COLUMNS], sums[:, _OWN : _OWN + len(MEANS)] - means], axis=1
    )

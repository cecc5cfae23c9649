"""Baselines: simple scores to compare with, on the same texts.

A baseline is a function from texts to numbers, higher for what looks spun. Those that learn are
told the labels of other groups than the one that they score.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect.batches import PIECE
from spindetect.benchmark.texts import group_hash
from spindetect.classifier import read_classifier, read_tables
from spindetect.errors import InputError
from spindetect.lexicon import LONGEST, SOURCES, Lexicon, unpack
from spindetect.ngrams import BREAK_ID, NgramModel
from spindetect.tokens import WORD, Tokens, tokenise
from spindetect.windows import read_written

__all__ = [
    "FOLDS",
    "Baseline",
    "fold_numbers",
    "model_baselines",
    "named",
    "tfidf",
    "user_baseline",
]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Baseline = Callable[[list[str]], Floats]

# What learns is trained on the groups of four folds and scores the fifth.
FOLDS = 5

# Texts that are read together.
_BATCH = 50

# Columns that hashed n-grams fall into; more would take more memory than an n-gram is worth.
_COLUMNS = 1 << 18

_TORTURED = 1 << SOURCES.index("tortured")


def model_baselines(folder: Path) -> dict[str, Baseline]:
    """Baselines that read the tables of a model and none of its classifiers.

    Returns
    -------
    dict
        ``listed phrases``: how many phrases of the tortured-phrases list the text holds, word for
        word; ``unseen trigrams``: share of its trigrams that the n-gram table lacks;
        ``surprisal``: mean surprisal of its words in bits, the logarithm of their perplexity.
    """
    tables = read_tables(folder, read_classifier(folder).tables)
    ngrams, lexicon = NgramModel.from_tables(tables), Lexicon.from_tables(tables)
    return {
        "listed phrases": lambda texts: _by_batch(texts, lambda t: _listed(t, ngrams, lexicon)),
        "unseen trigrams": lambda texts: _by_batch(texts, lambda t: _unseen(t, ngrams)),
        "surprisal": lambda texts: _by_batch(texts, lambda t: _surprisal(t, ngrams)),
    }


def _by_batch(texts: list[str], score: Callable[[Tokens], Floats]) -> Floats:
    """Scores of texts, batch by batch; of a very long one the beginning is read."""
    starts = range(0, len(texts), _BATCH)
    parts = [score(tokenise([t[:PIECE] for t in texts[i : i + _BATCH]])) for i in starts]
    return np.concatenate([np.zeros(0), *parts])


def _listed(tokens: Tokens, ngrams: NgramModel, lexicon: Lexicon) -> Floats:
    """Phrases of the tortured-phrases list, in each text.

    Single words of that source are left out: they are swaps within its phrases, not phrases of it.
    """
    ids = ngrams.token_ids(tokens)
    count = np.zeros(len(tokens.texts))
    plain = tokens.kind == WORD
    for length in range(2, LONGEST + 1):
        whole = np.lib.stride_tricks.sliding_window_view(plain, length).all(axis=1)
        start = np.flatnonzero(whole)
        row = lexicon.rows(tokens, ids, start, length)
        start, row = start[row >= 0], row[row >= 0]
        owner, entries = lexicon.entries_of(row)
        _, sources, _ = unpack(entries)
        hit = np.unique(owner[(sources & _TORTURED) > 0])
        count += np.bincount(tokens.doc[start[hit]], minlength=len(count))
    return count


def _unseen(tokens: Tokens, ngrams: NgramModel) -> Floats:
    """Share of the trigrams of each text that the table lacks."""
    written = read_written(tokens.doc, ngrams.token_ids(tokens), ngrams)
    whole = tokens.is_word & (written.far != BREAK_ID) & (written.left != BREAK_ID)
    return _means(tokens.doc[whole], written.order[whole] < 3, len(tokens.texts))


def _surprisal(tokens: Tokens, ngrams: NgramModel) -> Floats:
    """Mean surprisal of the words of each text, in bits."""
    written = read_written(tokens.doc, ngrams.token_ids(tokens), ngrams)
    word = tokens.is_word
    return _means(tokens.doc[word], -written.tri[word], len(tokens.texts))


def _means(doc: npt.NDArray[np.int32], values: npt.NDArray[Any], size: int) -> Floats:
    """Mean of the values of each text, 0 where there is none."""
    count = np.bincount(doc, minlength=size)
    return np.asarray(np.bincount(doc, values, size) / np.maximum(count, 1))


def fold_numbers(groups: Sequence[str]) -> npt.NDArray[np.int64]:
    """Fold of each row: groups in order of their hashes are dealt to the folds in turn.

    >>> fold_numbers(["a", "b", "a"])[[0, 2]].tolist() in ([0, 0], [1, 1])
    True
    """
    order = sorted(set(groups), key=group_hash)
    fold = {group: i % FOLDS for i, group in enumerate(order)}
    return np.array([fold[group] for group in groups], np.int64)


def has_scikit_learn() -> bool:
    """Whether scikit-learn, which TF-IDF needs, is installed."""
    return importlib.util.find_spec("sklearn") is not None


def tfidf(is_spun: Mask, fold: npt.NDArray[np.int64], unit: str) -> Baseline:
    """Logistic regression on TF-IDF of n-grams, cross-fitted.

    Parameters
    ----------
    is_spun : bool array, shape (n,)
        Labels of the n texts that it will score.
    fold : int64 array, shape (n,)
        Each text is scored by what was learned from the other folds.
    unit : {"words", "characters"}
        One or two words, or three to five characters within words.

    Returns
    -------
    Baseline
        Its scores are probabilities; 0.5 where the other folds have texts of one kind only.
    """
    return lambda texts: _tfidf_scores(texts, is_spun, fold, unit)


def _tfidf_scores(
    texts: list[str], is_spun: Mask, fold: npt.NDArray[np.int64], unit: str
) -> Floats:
    """Cross-fitted probabilities of the texts."""
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    analyzer, lengths = ("word", (1, 2)) if unit == "words" else ("char_wb", (3, 5))
    hashed = HashingVectorizer(
        analyzer=analyzer,
        ngram_range=lengths,
        n_features=_COLUMNS,
        alternate_sign=False,
        norm=None,
        dtype=np.float32,
    ).transform(texts)
    scores = np.full(len(texts), 0.5)
    for number in np.unique(fold):
        own, rest = fold == number, fold != number
        if 0 < is_spun[rest].sum() < rest.sum():
            model = make_pipeline(
                TfidfTransformer(sublinear_tf=True),
                LogisticRegression(class_weight="balanced", max_iter=1000),
            ).fit(hashed[rest], is_spun[rest])
            scores[own] = model.predict_proba(hashed[own])[:, 1]
    return scores


def user_baseline(name: str) -> Callable[[list[str]], Any]:
    """The function that ``module:function`` names; modules of the current folder are found, too.

    Raises
    ------
    InputError
        If it is not there.
    """
    module, _, function = name.partition(":")
    sys.path.insert(0, "")
    try:
        found: Callable[[list[str]], Any] = getattr(importlib.import_module(module), function)
    except Exception as error:
        raise InputError(
            f"the baseline {name} cannot be loaded ({error}); name it as MODULE:FUNCTION"
        ) from error
    finally:
        sys.path.remove("")
    return found


def named(name: str, function: Callable[[list[str]], Any]) -> Baseline:
    """A function of a user as a baseline that checks what it returns.

    Raises
    ------
    InputError
        When it is called, if it fails or does not give a finite number for each text.
    """

    def checked(texts: list[str]) -> Floats:
        try:
            scores = np.asarray(list(function(list(texts))), np.float64)
        except Exception as error:
            raise InputError(f"the baseline {name} failed ({error!r})") from error
        if scores.shape != (len(texts),) or not np.isfinite(scores).all():
            raise InputError(
                f"the baseline {name} must return one finite number for each of the "
                f"{len(texts)} texts it is given"
            )
        return scores

    return checked

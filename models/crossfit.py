"""Scores of texts by models that never saw them, fold by fold.

Folds are made of source documents. For each fold the lexicon is made from pairs mined outside of
it, and the word, sentence and document classifiers are trained outside of it; all versions of a
source document are in the same fold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from spindetect import features
from spindetect.classifier import BoostedModel, LinearModel
from spindetect.trees import LEAVES, Trees

from .examples import FOLDS
from .export import trees
from .lessons import MEASURED_ONLY, Lessons, document_lessons, is_left_out
from .seen import Seen

Floats = npt.NDArray[np.float64]

# Words that train a word classifier, at most, of documents that are spun and of mixed ones. Words
# of human documents are left to the document classifier: with as many of them as of spun ones the
# AUROC of sentences fell from 0.943 to 0.920 and the recall at 5 % of words replaced from 0.70 to
# 0.44 (WP Auto Spinner).
WORDS = {"spun": 900_000, "mixed": 350_000}

# Trees of a word classifier: the time that scoring takes grows with their number.
TREES = 80

# Trees of the document classifier, their leaves and step. Against logistic regression on the same
# features the AUROC of paragraphs rose from 0.982 to 0.986 (WP Auto Spinner), the recall at 10 % of
# words replaced and 0.5 % false positives from 0.90 to 0.98.
DOCUMENT_TREES, DOCUMENT_LEAVES, DOCUMENT_RATE = 150, 16, 0.08

# Sentences that train a sentence classifier of eleven features.
SENTENCES = 100_000

# Weight of human sentences beside those of mixed documents: enough to set the scale.
HUMAN_SENTENCES = 0.3

# File of the word classifiers, a list by fold.
ENSEMBLES = "ensembles.json"


def train_words(seen: Seen, use: npt.NDArray[np.bool_]) -> Trees:
    """Word classifier of some of the examples, as `fit_words` fits it."""
    model, rows = fit_words(seen, use)
    return trees(model, rows[:2000])


def fit_words(
    seen: Seen, use: npt.NDArray[np.bool_]
) -> tuple[HistGradientBoostingClassifier, npt.NDArray[np.float32]]:
    """Word classifier of some of the examples, and the rows that it was fitted on.

    Parameters
    ----------
    seen
        Evidence.
    use : bool array, shape (len(seen.examples),)
        Examples that may train it; of their words at most those of `WORDS` do.
    """
    random = np.random.default_rng(0)
    label, kind = seen.column("label"), seen.column("kind")
    whole = np.isin(kind, ["document", "page", "unlisted"]) & (label == "spun")
    chosen = []
    for mask, most in (
        (whole, WORDS["spun"]),
        (kind == "mixed", WORDS["mixed"]),
    ):
        words = seen.words_of(mask & use)
        words = words[seen.edited[words] >= 0]
        chosen.append(words if len(words) <= most else random.choice(words, most, replace=False))
    words = np.sort(np.concatenate(chosen))
    rows = seen.rows[words]
    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=0.2,
        min_samples_leaf=100,
        early_stopping=False,
        random_state=0,
    ).fit(rows, seen.edited[words])
    return model, rows


def train_linear(
    names: tuple[str, ...], rows: Floats, label: npt.NDArray[np.bool_], weight: Floats | None = None
) -> LinearModel:
    """Logistic regression; calibrated, as its own loss is proper and it has few features.

    Parameters
    ----------
    names : tuple of str
        The k features.
    rows : float64 array, shape (n, k)
        What it is trained on.
    label : bool array, shape (n,)
        Whether each row is spun.
    weight : float64 array, shape (n,), optional
        Of each row.
    """
    scaler = StandardScaler().fit(rows)
    model = LinearModel(names, scaler.mean_, scaler.scale_, np.ones(len(names)), 0.0)
    fitted = LogisticRegression(C=0.3, max_iter=5000).fit(model.contributions(rows), label, weight)
    return LinearModel(
        names, scaler.mean_, scaler.scale_, fitted.coef_[0], float(fitted.intercept_[0])
    )


def train_document(lessons: Lessons) -> BoostedModel:
    """Document classifier."""
    single = lessons.rows.astype(np.float32)
    model = HistGradientBoostingClassifier(
        max_iter=DOCUMENT_TREES,
        max_leaf_nodes=DOCUMENT_LEAVES,
        learning_rate=DOCUMENT_RATE,
        min_samples_leaf=40,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    ).fit(single, lessons.spun, lessons.weight)
    return BoostedModel(features.DOCUMENT, trees(model, single[:2000]))


@dataclass(frozen=True)
class Words:
    """Out-of-fold scores of words.

    Attributes
    ----------
    ensembles : list of Trees
        The classifier of each fold, trained on the others.
    log_odds : float64 array, shape (n,)
        Of each word of the `Seen`, by the classifier of its fold.
    """

    ensembles: list[Trees]
    log_odds: Floats


@dataclass(frozen=True)
class Scores:
    """Out-of-fold log-odds of words, documents and sentences.

    Attributes
    ----------
    words : Words
        Of the words.
    documents : float64 array, shape (examples, len(features.DOCUMENT))
        Features of each example.
    document : float64 array, shape (examples,)
        Log-odds of each example.
    sentence_doc : int64 array, shape (sentences,)
        Example of each sentence.
    sentence_size : int64 array, shape (sentences,)
        Words of each sentence.
    sentence_spun : int8 array, shape (sentences,)
        Whether it holds a word that a spinner put there; -1 unknown.
    sentences : float64 array, shape (sentences, len(features.SENTENCE))
        Features of each sentence.
    sentence : float64 array, shape (sentences,)
        Log-odds of each sentence.
    """

    words: Words
    documents: Floats
    document: Floats
    sentence_doc: npt.NDArray[np.int64]
    sentence_size: npt.NDArray[np.int64]
    sentence_spun: npt.NDArray[np.int8]
    sentences: Floats
    sentence: Floats


def sentence_mask(seen: Seen, left_out: str) -> npt.NDArray[np.bool_]:
    """Examples whose sentences train the sentence classifier.

    Those of documents that are spun throughout would teach it that the document decides: without
    them the AUROC of sentences of mixed documents rose from 0.930 to 0.949 (WP Auto Spinner).
    """
    family, kind = seen.column("family"), seen.column("kind")
    trains = np.isin(kind, ["mixed", "human"])
    return np.asarray(trains & ~is_left_out(family, left_out) & ~np.isin(family, MEASURED_ONLY))


def sentence_weights(seen: Seen, sentence_doc: npt.NDArray[np.int64]) -> Floats:
    """Weights of sentences, those of human documents less."""
    return np.where(seen.column("kind") == "human", HUMAN_SENTENCES, 1.0)[sentence_doc]


def crossfit_words(seen: Seen, left_out: str = "", jobs: int = 2) -> Words:
    """Log-odds of every word by classifiers of the other folds, trained without one family."""
    fold, family = seen.fold, seen.column("family")
    kept = ~is_left_out(family, left_out) & ~np.isin(family, MEASURED_ONLY)
    log_odds = np.empty(len(seen.rows))

    def fitted(k: int) -> Trees:
        model, rows = fit_words(seen, kept & (fold != k))
        own = seen.words_of(fold == k)
        # As the exported trees score it, to a millionth, and in a tenth of the time.
        log_odds[own] = model.decision_function(seen.rows[own])
        return trees(model, rows[:2000])

    # Threads, since trees are grown and scored outside of Python's lock.
    parallel = Parallel(n_jobs=jobs, backend="threading")
    ensembles = list(parallel(delayed(fitted)(k) for k in range(FOLDS)))
    return Words(ensembles, log_odds)


def _sums(seen: Seen, log_odds: Floats) -> Floats:
    """Sums over the words of each example, some examples at a time."""
    end = np.cumsum(seen.count)
    parts = []
    for block in np.array_split(np.arange(len(seen.examples)), len(seen.examples) // 500 + 1):
        if len(block):
            inside = slice(int(end[block[0]] - seen.count[block[0]]), int(end[block[-1]]))
            doc = np.repeat(np.arange(len(block)), seen.count[block])
            rows = seen.rows[inside]
            parts.append(features.document_sums(log_odds[inside], rows, doc, len(block)))
    return np.concatenate(parts)


def crossfit(seen: Seen, words: Words, left_out: str = "", jobs: int = 2) -> Scores:
    """Scores of documents and sentences by classifiers of the other folds."""
    fold, doc = seen.fold, seen.doc
    documents = features.document_features(_sums(seen, words.log_odds))
    lessons = document_lessons(seen, words.log_odds, documents, left_out)
    numbers, sentence = np.unique(seen.sentence, return_inverse=True)
    sentence_doc = np.zeros(len(numbers), np.int64)
    sentence_doc[sentence] = doc
    has_edit = np.zeros(len(numbers), np.int8)
    np.maximum.at(has_edit, sentence, seen.edited)
    has_edit[sentence[seen.edited < 0]] = -1
    sentences = features.sentence_features(words.log_odds, sentence, sentence_doc, documents)
    sentence_use = sentence_mask(seen, left_out)[sentence_doc] & (has_edit >= 0)
    sentence_weight = sentence_weights(seen, sentence_doc)
    document, scores = np.empty(len(documents)), np.empty(len(numbers))

    def fitted(k: int) -> None:
        model = train_document(lessons.pick(lessons.fold != k))
        document[fold == k] = model.log_odds(documents[fold == k])
        mine = np.flatnonzero(sentence_use & (fold[sentence_doc] != k))
        random = np.random.default_rng(k)
        mine = random.choice(mine, min(SENTENCES, len(mine)), replace=False)
        linear = train_linear(
            features.SENTENCE, sentences[mine], has_edit[mine] == 1, sentence_weight[mine]
        )
        own = fold[sentence_doc] == k
        scores[own] = linear.log_odds(sentences[own])

    Parallel(n_jobs=jobs, backend="threading")(delayed(fitted)(k) for k in range(FOLDS))
    return Scores(
        words, documents, document, sentence_doc, np.bincount(sentence), has_edit, sentences, scores
    )


def save_words(words: Words, folder: Path) -> None:
    """Write scores of words where `load_words` finds them."""
    np.save(folder / "log_odds.npy", words.log_odds)
    (folder / ENSEMBLES).write_text(json.dumps([e.to_dict() for e in words.ensembles]))


def load_words(folder: Path) -> Words:
    """The scores of words that `save_words` wrote."""
    ensembles = [Trees.from_dict(record) for record in json.loads((folder / ENSEMBLES).read_text())]
    return Words(ensembles, np.load(folder / "log_odds.npy"))

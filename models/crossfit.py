"""Scores of texts by models that never saw them, fold by fold.

Folds are made of source documents. For each fold the lexicon is made from pairs mined outside of
it, and the word, sentence and document classifiers are trained outside of it; all versions of a
source document are in the same fold.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from models.examples import FOLDS
from models.export import trees
from models.seen import Seen
from spindetect import features
from spindetect.classifier import LinearModel
from spindetect.trees import LEAVES, Trees

Floats = npt.NDArray[np.float64]

# Families that nothing is trained on: without aligned originals, or of another kind.
MEASURED_ONLY = ("quillbot", "web_pages")

# Words that train a word classifier, at most: from spun documents, mixed ones and human ones. As
# many as are fitted in half a minute.
WORDS = {"spun": 1_000_000, "mixed": 250_000, "human": 1_000_000}

# Trees of a word classifier: the time that scoring takes grows with their number. With 60 for 100
# the AUROC of words was 0.949 and not 0.950 (`main`).
TREES = 60

# Bounds of the bands of length (words) in which spun and clean texts weigh the same; a band with
# fewer texts of a label than this weighs less.
LENGTHS = (60, 80, 100, 150, 200, 300, 400, 600, 800)
LEAST_OF_LENGTH = 300

# File of the word classifiers, a list by fold.
ENSEMBLES = "ensembles.json"

log = logging.getLogger("crossfit")


def train_words(seen: Seen, use: npt.NDArray[np.bool_]) -> Trees:
    """Word classifier of some of the examples.

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
        (label == "human", WORDS["human"]),
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
    return trees(model, rows[:2000])


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


def document_mask(seen: Seen, left_out: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Examples that train the document classifier, and which of them are spun."""
    label, kind, family = (seen.column(c) for c in ("label", "kind", "family"))
    hard = np.isin(family, MEASURED_ONLY)
    spun = np.isin(label, ["spun", "mixed"]) & ~hard & (family != left_out) & (family != "")
    clean = np.isin(label, ["human", "original"]) & (kind != "page") | (label == "human")
    return (spun | clean) & (seen.count >= 20), spun


def crossfit_words(seen: Seen, left_out: str = "") -> Words:
    """Log-odds of every word by classifiers of the other folds, trained without one family."""
    fold, family = seen.fold, seen.column("family")
    kept = (family != left_out) & ~np.isin(family, MEASURED_ONLY)
    log_odds = np.empty(len(seen.rows))
    ensembles = []
    for k in range(FOLDS):
        ensembles.append(train_words(seen, kept & (fold != k)))
        own = seen.words_of(fold == k)
        log_odds[own] = ensembles[k].log_odds(seen.rows[own])
        log.info("word classifier of fold %d", k)
    return Words(ensembles, log_odds)


def crossfit(seen: Seen, words: Words, left_out: str = "") -> Scores:
    """Scores of documents and sentences by classifiers of the other folds."""
    fold, family, label, kind = (
        seen.fold,
        seen.column("family"),
        seen.column("label"),
        seen.column("kind"),
    )
    kept = (family != left_out) & ~np.isin(family, MEASURED_ONLY)
    doc = seen.doc
    sums = features.document_sums(words.log_odds, seen.rows, doc, len(seen.examples))
    documents = features.document_features(sums)
    use, spun = document_mask(seen, left_out)
    weight = document_weights(seen, use, spun)
    numbers, sentence = np.unique(seen.sentence, return_inverse=True)
    sentence_doc = np.zeros(len(numbers), np.int64)
    sentence_doc[sentence] = doc
    has_edit = np.zeros(len(numbers), np.int8)
    np.maximum.at(has_edit, sentence, seen.edited)
    has_edit[sentence[seen.edited < 0]] = -1
    sentences = features.sentence_features(words.log_odds, sentence, sentence_doc, documents)
    trains = kept & (np.isin(kind, ["mixed", "document"]) | (label == "human"))
    sentence_use = trains[sentence_doc] & (has_edit >= 0)
    document, scores = np.empty(len(documents)), np.empty(len(numbers))
    for k in range(FOLDS):
        mine = use & (fold != k)
        model = train_linear(features.DOCUMENT, documents[mine], spun[mine], weight[mine])
        document[fold == k] = model.log_odds(documents[fold == k])
        mine = sentence_use & (fold[sentence_doc] != k)
        model = train_linear(features.SENTENCE, sentences[mine], has_edit[mine] == 1)
        own = fold[sentence_doc] == k
        scores[own] = model.log_odds(sentences[own])
    return Scores(
        words, documents, document, sentence_doc, np.bincount(sentence), has_edit, sentences, scores
    )


def document_weights(seen: Seen, use: npt.NDArray[np.bool_], spun: npt.NDArray[np.bool_]) -> Floats:
    """Weights that give spun and clean texts of every length the same mass.

    Without them short paragraphs, of which there are the most, set the scale for long pages.
    """
    band = np.digitize(seen.count, LENGTHS)
    weight = np.zeros(len(spun))
    for index in range(len(LENGTHS) + 1):
        for label in (False, True):
            mine = use & (band == index) & (spun == label)
            weight[mine] = 1 / max(int(mine.sum()), LEAST_OF_LENGTH)
    return np.asarray(weight / weight[use].mean())


def save_words(words: Words, folder: Path) -> None:
    """Write scores of words where `load_words` finds them."""
    np.save(folder / "log_odds.npy", words.log_odds)
    (folder / ENSEMBLES).write_text(json.dumps([e.to_dict() for e in words.ensembles]))


def load_words(folder: Path) -> Words:
    """The scores of words that `save_words` wrote."""
    ensembles = [Trees.from_dict(record) for record in json.loads((folder / ENSEMBLES).read_text())]
    return Words(ensembles, np.load(folder / "log_odds.npy"))

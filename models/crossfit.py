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

from spindetect import features
from spindetect.classifier import BoostedModel
from spindetect.trees import LEAVES, Trees

from .examples import FOLDS, sample
from .export import trees
from .lessons import MEASURED_ONLY, Lessons, document_lessons, family_mass, is_left_out
from .progress import progress
from .seen import Seen

Floats = npt.NDArray[np.float64]

# Words that train a word classifier, at most, of documents that are spun, of mixed ones, and of
# sentences with a tortured phrase. Words
# of human documents are left to the document classifier: with as many of them as of spun ones the
# AUROC of sentences fell from 0.943 to 0.920 and the recall at 5 % of words replaced from 0.70 to
# 0.44 (WP Auto Spinner).
WORDS = {"spun": 700_000, "mixed": 300_000, "terms": 200_000}

# Words of a family that has few are repeated this often at most, to weigh what they should.
REPEATED = 4

# Trees of a word classifier: the time that scoring takes grows with their number.
TREES = 80

# Trees of the document classifier, their leaves and step. Against logistic regression on the same
# features the AUROC of paragraphs rose from 0.982 to 0.986 (WP Auto Spinner), the recall at 10 % of
# words replaced and 0.5 % false positives from 0.90 to 0.98.
DOCUMENT_TREES, DOCUMENT_LEAVES, DOCUMENT_RATE = 150, 16, 0.08

# Sentences that train a sentence classifier, and its trees, their leaves and step.
SENTENCES = 100_000
SENTENCE_TREES, SENTENCE_LEAVES, SENTENCE_RATE = 120, 16, 0.1

# Bins of a feature: with more, weighted quantiles take longer than the trees.
BINS = 64

# Share of the human documents whose sentences are scored, and the weight of these beside those of
# mixed documents: enough to set the scale.
HUMANS_READ = 0.3
HUMAN_SENTENCES = 0.3

# Kinds of documents whose sentences are scored.
SCORED_SENTENCES = ("mixed", "human")

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
    label, kind, family = (seen.column(name) for name in ("label", "kind", "family"))
    whole = np.isin(kind, ["document", "page", "unlisted"]) & (label == "spun")
    chosen = []
    for mask, most in (
        (whole, WORDS["spun"]),
        (kind == "mixed", WORDS["mixed"]),
        (kind == "terms", WORDS["terms"]),
    ):
        families = np.unique(family[mask & use])
        mass = np.array([family_mass(str(name)) for name in families])
        for name, share in zip(families, mass / mass.sum(), strict=True):
            words = seen.words_of(mask & use & (family == name))
            words = words[seen.edited[words] >= 0]
            wanted = min(round(most * share), REPEATED * len(words))
            whole_times, rest = divmod(wanted, max(len(words), 1))
            chosen += [words] * whole_times
            chosen.append(random.choice(words, rest, replace=False))
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


def train_document(lessons: Lessons) -> BoostedModel:
    """Document classifier."""
    single = lessons.rows.astype(np.float32)
    model = HistGradientBoostingClassifier(
        max_iter=DOCUMENT_TREES,
        max_leaf_nodes=DOCUMENT_LEAVES,
        learning_rate=DOCUMENT_RATE,
        min_samples_leaf=40,
        l2_regularization=1.0,
        max_bins=BINS,
        early_stopping=False,
        random_state=0,
    ).fit(single, lessons.spun, lessons.weight)
    return BoostedModel(features.DOCUMENT, trees(model, single[:2000]))


def train_sentence(
    rows: npt.NDArray[np.float32], spun: npt.NDArray[np.bool_], weight: Floats
) -> BoostedModel:
    """Sentence classifier.

    Parameters
    ----------
    rows : float32 array, shape (n, len(features.SENTENCE))
        Features; of more than `SENTENCES` some are drawn.
    spun : bool array, shape (n,)
        Whether each holds a word that a spinner put there.
    weight : float64 array, shape (n,)
        Of each.
    """
    if len(rows) > SENTENCES:
        drawn = np.random.default_rng(0).choice(len(rows), SENTENCES, replace=False)
        rows, spun, weight = rows[drawn], spun[drawn], weight[drawn]
    model = HistGradientBoostingClassifier(
        max_iter=SENTENCE_TREES,
        max_leaf_nodes=SENTENCE_LEAVES,
        learning_rate=SENTENCE_RATE,
        min_samples_leaf=60,
        max_bins=BINS,
        early_stopping=False,
        random_state=0,
    ).fit(rows, spun, weight)
    return BoostedModel(features.SENTENCE, trees(model, rows[:2000]))


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
        Example of each sentence of mixed and human documents: no others are scored.
    sentence_size : int64 array, shape (sentences,)
        Words of each sentence.
    sentence_spun : int8 array, shape (sentences,)
        Whether it holds a word that a spinner put there; -1 unknown.
    sentences : float32 array, shape (sentences, len(features.SENTENCE))
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
    sentences: npt.NDArray[np.float32]
    sentence: Floats


def sentence_mask(seen: Seen, left_out: str) -> npt.NDArray[np.bool_]:
    """Examples whose sentences train the sentence classifier.

    Those of documents that are spun throughout would teach it that the document decides: without
    them the AUROC of sentences of mixed documents rose from 0.930 to 0.949 (WP Auto Spinner).
    """
    family, kind = seen.column("family"), seen.column("kind")
    trains = np.isin(kind, SCORED_SENTENCES)
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
    parallel = Parallel(n_jobs=jobs, backend="threading", return_as="generator")
    found = parallel(delayed(fitted)(k) for k in range(FOLDS))
    ensembles = list(progress(found, "classifiers of words", FOLDS))
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
    fold = seen.fold
    documents = features.document_features(_sums(seen, words.log_odds))
    lessons = document_lessons(seen, words.log_odds, documents, left_out)
    drawn = [sample(e.group, "sentences") < HUMANS_READ for e in seen.examples]
    kind = seen.column("kind")
    read = (kind == "mixed") | ((kind == "human") & np.array(drawn))
    sentence_doc, size, has_edit, sentences = _sentences(seen, words.log_odds, documents, read)
    use = sentence_mask(seen, left_out)[sentence_doc] & (has_edit >= 0)
    weight = sentence_weights(seen, sentence_doc)
    document, scores = np.empty(len(documents)), np.empty(len(size))

    def fitted(k: int) -> None:
        model = train_document(lessons.pick(lessons.fold != k))
        document[fold == k] = model.log_odds(documents[fold == k])
        mine = np.flatnonzero(use & (fold[sentence_doc] != k))
        own = fold[sentence_doc] == k
        judge = train_sentence(sentences[mine], has_edit[mine] == 1, weight[mine])
        scores[own] = judge.log_odds(sentences[own])

    parallel = Parallel(n_jobs=jobs, backend="threading", return_as="generator")
    found = parallel(delayed(fitted)(k) for k in range(FOLDS))
    for _ in progress(found, "classifiers of documents", FOLDS):
        pass
    return Scores(words, documents, document, sentence_doc, size, has_edit, sentences, scores)


def _sentences(
    seen: Seen, log_odds: Floats, documents: Floats, read: npt.NDArray[np.bool_]
) -> tuple[
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int8],
    npt.NDArray[np.float32],
]:
    """Example, words, truth and features of each sentence of some examples."""
    parts = []
    chosen = np.flatnonzero(read)
    for block in np.array_split(chosen, len(chosen) // 500 + 1):
        mask = np.zeros(len(read), np.bool_)
        mask[block] = True
        word = seen.words_of(mask)
        if len(word) == 0:
            continue
        numbers, sentence = np.unique(seen.sentence[word], return_inverse=True)
        doc = np.zeros(len(numbers), np.int64)
        doc[sentence] = np.repeat(block, seen.count[block])
        has_edit = np.zeros(len(numbers), np.int8)
        edited = seen.edited[word]
        np.maximum.at(has_edit, sentence, edited)
        has_edit[sentence[edited < 0]] = -1
        sums = features.sentence_sums(log_odds[word], seen.rows[word], sentence, len(numbers))
        rows = features.sentence_features(sums, doc, documents)
        parts.append((doc, np.bincount(sentence), has_edit, rows))
    docs, sizes, truths, tables = zip(*parts, strict=True)
    return (
        np.concatenate(docs),
        np.concatenate(sizes),
        np.concatenate(truths),
        np.concatenate(tables),
    )


def save_words(words: Words, folder: Path) -> None:
    """Write scores of words where `load_words` finds them."""
    np.save(folder / "log_odds.npy", words.log_odds)
    (folder / ENSEMBLES).write_text(json.dumps([e.to_dict() for e in words.ensembles]))


def load_words(folder: Path) -> Words:
    """The scores of words that `save_words` wrote."""
    ensembles = [Trees.from_dict(record) for record in json.loads((folder / ENSEMBLES).read_text())]
    return Words(ensembles, np.load(folder / "log_odds.npy"))

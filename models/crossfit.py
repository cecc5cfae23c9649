"""Scores of texts by models that never saw them: evidence, word classifier and stacking, fold by fold.

Folds are made of source documents. For each fold the lexicon is made from pairs mined outside of it,
and the word, sentence and document classifiers are trained outside of it; all versions of a source
document are in the same fold.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from models import build_lexicon
from models.build_lexicon import General
from models.examples import FOLDS, Example, fold_of
from models.export import trees
from models.mine_pairs import Pair
from spindetect import features
from spindetect.classifier import LinearModel
from spindetect.evidence import evidence
from spindetect.lexicon import Lexicon
from spindetect.ngrams import NgramModel
from spindetect.tokens import tokenise
from spindetect.trees import LEAVES, Trees

Floats = npt.NDArray[np.float64]

# Families that nothing is trained on: without aligned originals, or of another kind.
MEASURED_ONLY = ("quillbot", "web_pages")

# Texts that are tokenised together.
BATCH = 320

# Words that train a word classifier: from spun documents, mixed ones and human ones. Twice as many
# change the word AUROC by less than 0.002.
WORDS = {"spun": 1_000_000, "mixed": 250_000, "human": 1_000_000}

TREES = 60

# Bounds of the bands of length (words) in which spun and clean texts weigh the same; a band with
# fewer texts of a label than this weighs less.
LENGTHS = (60, 80, 100, 150, 200, 300, 400, 600, 800)
LEAST_OF_LENGTH = 300

log = logging.getLogger("crossfit")


@dataclass(frozen=True)
class Resources:
    """What is the same in all folds."""

    ngrams: NgramModel
    vectors: npt.NDArray[np.int8]
    general: General
    pairs: Sequence[Pair]
    listed: Sequence[npt.NDArray[np.int64]]
    deleted: Collection[tuple[int, int]] = ()

    def unlisted(self, fold: int | None) -> dict[str, npt.NDArray[np.generic]]:
        """Tables of a lexicon of the general sources only, with the propensities of a fold."""
        return {
            **build_lexicon.lexicon(self.general, ()),
            "propensity": self.lexicon(fold)["propensity"],
        }

    def lexicon(self, fold: int | None) -> dict[str, npt.NDArray[np.generic]]:
        """Tables of the lexicon without the pairs of a fold (with all for None)."""
        pairs = [p for p in self.pairs if fold_of(p.group) != fold]
        return build_lexicon.lexicon(self.general, pairs, self.listed, self.deleted)


@dataclass(frozen=True)
class Seen:
    """Evidence of all examples, words of one example after those of another."""

    examples: list[Example]
    rows: npt.NDArray[np.float32]
    sentence: npt.NDArray[np.int64]  # of each word, counted over all examples
    count: npt.NDArray[np.int64]  # words of each example
    edited: npt.NDArray[np.int8]  # of each word: 1 put there, 0 not, -1 unknown

    def __post_init__(self) -> None:
        assert len(self.rows) == int(self.count.sum())

    @property
    def doc(self) -> npt.NDArray[np.int64]:
        """Example of each word."""
        return np.repeat(np.arange(len(self.examples)), self.count)

    @property
    def fold(self) -> npt.NDArray[np.int64]:
        """Fold of each example."""
        return np.array([e.fold for e in self.examples])

    def words_of(self, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """Indices of the words of some examples."""
        return np.flatnonzero(np.repeat(mask, self.count))

    def column(self, name: str) -> npt.NDArray[Any]:
        """One attribute of every example."""
        return np.array([getattr(e, name) for e in self.examples])


def _see_batch(
    texts: list[str], ngrams: NgramModel, lexicon: Lexicon, vectors: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    tokens = tokenise(texts)
    found = evidence(tokens, ngrams, lexicon, vectors)
    count = np.bincount(tokens.doc[found.word], minlength=len(texts))
    return found.features, tokens.sentence[found.word].astype(np.int64), count


def see(examples: Sequence[Example], resources: Resources, *, per_fold: bool, jobs: int) -> Seen:
    """Evidence of examples, each with the lexicon of its own fold."""
    ordered: list[Example] = []
    parts = []
    with Parallel(n_jobs=jobs, max_nbytes=None) as parallel:
        for fold in range(FOLDS) if per_fold else (None,):
            mine = [e for e in examples if fold is None or e.fold == fold]
            for kind_is_unlisted in (False, True):
                own = [e for e in mine if (e.kind == "unlisted") == kind_is_unlisted]
                if not own:
                    continue
                tables = resources.unlisted(fold) if kind_is_unlisted else resources.lexicon(fold)
                lexicon = Lexicon.from_tables(tables)
                parts += parallel(
                    delayed(_see_batch)(
                        [e.text for e in own[k : k + BATCH]],
                        resources.ngrams,
                        lexicon,
                        resources.vectors,
                    )
                    for k in range(0, len(own), BATCH)
                )
                ordered += own
            log.info("fold %s: %d examples", fold, len(mine))
    count = np.concatenate([p[2] for p in parts])
    sentence, base = [], 0
    for _, numbers, _ in parts:
        sentence.append(numbers + base)
        base += int(numbers.max(initial=-1)) + 1
    edited = np.zeros(int(count.sum()), np.int8)
    end = np.cumsum(count)
    for i, example in enumerate(ordered):
        inside = slice(int(end[i] - count[i]), int(end[i]))
        if example.edited is not None and len(example.edited) == count[i]:
            edited[inside] = example.edited
        elif example.label in ("spun", "mixed"):
            edited[inside] = -1
    return Seen(
        ordered, np.concatenate([p[0] for p in parts]), np.concatenate(sentence), count, edited
    )


def train_words(seen: Seen, use: npt.NDArray[np.bool_]) -> Trees:
    """Word classifier of some of the examples."""
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
    """Logistic regression; calibrated, as its own loss is proper and it has few features."""
    scaler = StandardScaler().fit(rows)
    model = LinearModel(names, scaler.mean_, scaler.scale_, np.ones(len(names)), 0.0)
    fitted = LogisticRegression(C=0.3, max_iter=5000).fit(model.contributions(rows), label, weight)
    return LinearModel(
        names, scaler.mean_, scaler.scale_, fitted.coef_[0], float(fitted.intercept_[0])
    )


@dataclass(frozen=True)
class Words:
    """Out-of-fold log-odds of every word, and the classifiers by fold that gave them."""

    ensembles: list[Trees]
    log_odds: Floats


@dataclass(frozen=True)
class Scores:
    """Out-of-fold log-odds of words, documents and sentences."""

    words: Words
    documents: Floats  # features
    document: Floats
    sentence_doc: npt.NDArray[np.int64]
    sentence_size: npt.NDArray[np.int64]
    sentence_spun: npt.NDArray[np.int8]  # holds an edited word; -1 unknown
    sentences: Floats  # features
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
        seen.fold, seen.column("family"), seen.column("label"), seen.column("kind")
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


def save_arrays(folder: Path, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
    """Write arrays as ``.npy`` files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)

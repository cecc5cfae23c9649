"""Phrases: how the substitutes of a slot are ranked, and how well phrases are found and named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.optimize
from sklearn.linear_model import LogisticRegression

from spindetect.anomalies import CONTEXT, DOCUMENT_RANGE, anomalies, in_context, odd_phrases
from spindetect.benchmark.edits import Edit, edits, has_content, words
from spindetect.benchmark.inflect import inflections
from spindetect.evidence import Tables, evidence
from spindetect.features import probability
from spindetect.lexicon import LONGEST
from spindetect.report import PhraseAnomaly
from spindetect.restoration import RANKING, single_arcs
from spindetect.tokens import WORD, Tokens, tokenise
from spindetect.trees import Trees

from .calibrate import Calibration
from .crossfit import Scores
from .examples import FOLDS, MEASURED, Example
from .lessons import is_left_out
from .seen import Resources, Seen

# Probability from which a word is flagged. Of families that are left out 80 % of the phrases that
# are named then were replaced, and 75 % of those that were replaced are named (mean of four).
FLAG = 0.40

# Words of spun and of human texts that the context is weighed on.
WORDS = 500_000

# Folds whose documents train the ranking; phrases are measured on the others.
RANKED_FOLDS = 2

# Families whose aligned texts show what the original was, and train the ranking.
RANKED = MEASURED

# Documents that rank and measure: enough for an interval of one per cent.
DOCUMENTS = 300


def _documents(seen: Seen, families: tuple[str, ...], fold: int) -> list[tuple[Example, str]]:
    """Spun documents of a fold, each with its original; of all families as many."""
    originals = {
        e.pair: e.text for e in seen.examples if e.kind == "document" and e.label == "original"
    }
    each = -(-DOCUMENTS // FOLDS // len(families))
    found = []
    for family in families:
        own = [
            e
            for e in seen.examples
            if e.kind == "document" and e.label == "spun" and e.fold == fold and e.family == family
        ]
        found += [(e, originals[e.pair]) for e in own[:each]]
    return found


def train_ranking(seen: Seen, resources: Resources, families: tuple[str, ...]) -> dict[str, float]:
    """Weights of the ranking: the chance of each entry, or of none, to name the original.

    Parameters
    ----------
    seen, resources
        Texts, and the tables that they are read with.
    families : tuple of str
        Families whose spun documents train it.
    """
    rows, slots, truth = [], [], []
    size = 0
    for fold in range(RANKED_FOLDS):
        tables = resources.tables(resources.lexicon(fold))
        for example, original in _documents(seen, families, fold):
            tokens = tokenise([example.text])
            left, right = words(tokenise([original])), words(tokens)
            runs, wanted = _edited_runs(tokens, edits(left, right), left)
            if not runs:
                continue
            gaps = evidence(tokens, tables).gaps
            run, phrases, table = single_arcs(tokens, tables, gaps, runs)
            right_one = [
                tables.lexicon.text(p) == wanted[r]
                for r, p in zip(run.tolist(), phrases, strict=True)
            ]
            none = np.zeros((len(runs), len(RANKING)))
            none[:, RANKING.index("as_written")] = 1
            label = np.array(right_one, np.bool_)
            missing = np.bincount(run, label, len(runs)) == 0
            rows += [table, none]
            slots += [run + size, np.arange(len(runs)) + size]
            truth += [label, missing]
            size += len(runs)
    weights = conditional_logit(np.concatenate(rows), np.concatenate(slots), np.concatenate(truth))
    return dict(zip(RANKING, weights.tolist(), strict=True))


def conditional_logit(
    rows: npt.NDArray[np.float64], slot: npt.NDArray[np.int64], truth: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Weights that make the true option of each slot the likeliest (McFadden 1974)."""
    order = np.argsort(slot, kind="stable")
    rows, slot, truth = rows[order], slot[order], truth[order]
    first = np.flatnonzero(np.append(True, slot[1:] != slot[:-1]))
    size = np.diff(first, append=len(slot))
    scale = np.maximum(rows.std(axis=0), 1e-9)
    scaled = rows / scale

    def chances(
        score: npt.NDArray[np.float64],
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        top = np.maximum.reduceat(score, first)
        weight = np.exp(score - np.repeat(top, size))
        total = np.add.reduceat(weight, first)
        return weight / np.repeat(total, size), np.log(total) + top

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        score = scaled @ weights
        every, log_every = chances(score)
        true, log_true = chances(np.where(truth, score, -1e9))
        value = float((log_every - log_true).mean()) + 1e-4 * float(weights @ weights)
        return value, scaled.T @ (every - true) / len(first) + 2e-4 * weights

    found = scipy.optimize.minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / scale)


def _edited_runs(
    tokens: Tokens, found: list[Edit], original: list[str]
) -> tuple[list[tuple[int, int]], list[str]]:
    """First and last token of each edit of up to three plain words, and the original phrase."""
    index = np.flatnonzero(tokens.is_word)
    runs, wanted = [], []
    for e in found:
        if 0 < e.j2 - e.j1 <= LONGEST and e.i2 > e.i1:
            first, last = int(index[e.j1]), int(index[e.j2 - 1])
            if last - first == e.j2 - e.j1 - 1 and (tokens.kind[first : last + 1] == WORD).all():
                runs.append((first, last))
                wanted.append(" ".join(original[e.i1 : e.i2]).replace(" '", "'"))
    return runs, wanted


@dataclass(frozen=True)
class PhraseFigures:
    """Counts behind precision, recall and the right originals.

    Attributes
    ----------
    flagged, flagged_edits : int
        Phrases that were flagged, and those of them that touch an edit.
    edits, found : int
        Edits with a content word, and those of them that a flagged phrase touches.
    named : int
        Flagged phrases whose originals are judged.
    first, among : int
        Those whose first original is the right one, and one of whose originals is.
    """

    flagged: int
    flagged_edits: int
    edits: int
    found: int
    named: int
    first: int
    among: int

    def rates(self) -> dict[str, float]:
        """The figures by name."""
        return {
            "phrase precision": self.flagged_edits / max(self.flagged, 1),
            "phrase recall": self.found / max(self.edits, 1),
            "original first": self.first / max(self.named, 1),
            "original among five": self.among / max(self.named, 1),
            "edits": self.edits,
        }


def _same(expected: str, original: list[str]) -> bool:
    """Whether an expected phrase is the original, up to inflection."""
    mine = expected.replace("'s", " 's").split()
    if mine == original:
        return True
    if len(mine) != len(original):
        return False
    return all(
        a == b or a in _forms(b) or b in _forms(a) for a, b in zip(mine, original, strict=True)
    )


class _Everything:
    def __contains__(self, word: object) -> bool:
        return True


def _forms(word: str) -> set[str]:
    return set(inflections(word, _Everything()).values())


def train_context(
    seen: Seen, scores: Scores, calibration: Calibration, left_out: str = ""
) -> dict[str, float]:
    """Weights of `spindetect.anomalies.in_context`, from as many spun words as human ones."""
    random = np.random.default_rng(0)
    kind, label, family = (seen.column(name) for name in ("kind", "label", "family"))
    spun = seen.words_of(
        np.isin(kind, ["document", "mixed", "paragraph"])
        & np.isin(label, ["spun", "mixed"])
        & ~is_left_out(family, left_out)
    )
    human = seen.words_of(kind == "human")
    words_ = np.concatenate(
        [random.choice(w, min(WORDS, len(w)), replace=False) for w in (spun, human)]
    )
    words_ = words_[seen.edited[words_] >= 0]
    around = np.clip(calibration.applied(scores.document[seen.doc[words_]]), *DOCUMENT_RANGE)
    rows = np.stack([scores.words.log_odds[words_], around], axis=1)
    model = LogisticRegression(C=1e3).fit(rows, seen.edited[words_])
    values = [*model.coef_[0].tolist(), float(model.intercept_[0])]
    return dict(zip(CONTEXT, values, strict=True))


@dataclass(frozen=True)
class Naming:
    """Everything that turns log-odds of words into named anomalies."""

    ranking: dict[str, float]
    context: dict[str, float]
    flag: float
    calibration: Calibration

    def anomalies(
        self, text: str, ensemble: Trees, document: float, tables: Tables
    ) -> tuple[Tokens, list[PhraseAnomaly]]:
        """Tokens and anomalies of one text whose document has these log-odds, not calibrated."""
        tokens = tokenise([text])
        found = evidence(tokens, tables)
        own = ensemble.log_odds(found.features)
        around = self.calibration.applied(np.full(len(own), document))
        log_odds = in_context(own, around, self.context)
        phrases = odd_phrases(found.substitutes)
        named = anomalies(
            tokens,
            found.word,
            phrases,
            log_odds,
            tables,
            found.gaps,
            self.ranking,
            self.flag,
        )
        return tokens, named[0]


def measured(
    seen: Seen, scores: Scores, resources: Resources, families: tuple[str, ...], naming: Naming
) -> PhraseFigures:
    """Figures over spun documents, each with the lexicon and the word classifier of other folds."""
    total = np.zeros(7, np.int64)
    index = {id(e): i for i, e in enumerate(seen.examples)}
    for fold in range(RANKED_FOLDS, FOLDS):
        tables = resources.tables(resources.lexicon(fold))
        for example, original in _documents(seen, families, fold):
            document = float(scores.document[index[id(example)]])
            tokens, named = naming.anomalies(
                example.text, scores.words.ensembles[fold], document, tables
            )
            total += _compare(tokens, named, original)
    return PhraseFigures(*total.tolist())


def flagged_human_words(seen: Seen, scores: Scores, naming: Naming) -> float:
    """Share of the words of human documents that are flagged."""
    humans = seen.words_of(seen.column("kind") == "human")
    around = naming.calibration.applied(scores.document[seen.doc[humans]])
    log_odds = in_context(scores.words.log_odds[humans], around, naming.context)
    return float((probability(log_odds) >= naming.flag).mean())


def _compare(tokens: Tokens, named: list[PhraseAnomaly], original: str) -> npt.NDArray[np.int64]:
    """Counts of one document, in the order of `PhraseFigures`."""
    left, right = words(tokenise([original])), words(tokens)
    index = np.flatnonzero(tokens.is_word)
    starts, ends = tokens.start[index], tokens.end[index]
    found = [e for e in edits(left, right) if e.j2 > e.j1]
    bounds = [(int(starts[e.j1]), int(ends[e.j2 - 1])) for e in found]
    counted = [has_content(left[e.i1 : e.i2] + right[e.j1 : e.j2]) for e in found]
    hit = np.zeros(len(found), np.bool_)
    good = right_first = right_among = 0
    for a in named:
        over = [i for i, (b, e) in enumerate(bounds) if a.start < e and b < a.end]
        hit[over] = True
        good += bool(over)
        if over and a.expected:
            truths = [left[found[i].i1 : found[i].i2] for i in over]
            right_first += any(_same(a.expected[0], t) for t in truths)
            right_among += any(_same(x, t) for x in a.expected for t in truths)
    wanted = np.array(counted, np.bool_)
    return np.array(
        [
            len(named),
            good,
            int(wanted.sum()),
            int((hit & wanted).sum()),
            good,
            right_first,
            right_among,
        ]
    )

"""Phrases: how the substitutes of a slot are ranked, and how well phrases are found and named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from models.align import edits, has_content, words
from models.crossfit import Resources, Scores, Seen
from models.examples import FOLDS, Example
from models.inflect import inflections
from spindetect.anomalies import RANKING, anomalies, ranking_features
from spindetect.evidence import Evidence, evidence
from spindetect.lexicon import Lexicon
from spindetect.report import PhraseAnomaly
from spindetect.tokens import Tokens, tokenise

# Probability from which a word is flagged: where, on spun documents of the other folds, precision
# is 0.85 (see the model card for the curve).
FLAG = 0.40

# Documents that rank and measure: enough for an interval of one per cent.
DOCUMENTS = 600


def _documents(seen: Seen, families: tuple[str, ...], fold: int) -> list[tuple[Example, str]]:
    """Spun documents of a fold, each with its original."""
    originals = {
        e.pair: e.text for e in seen.examples if e.kind == "document" and e.label == "original"
    }
    chosen = [
        e
        for e in seen.examples
        if e.kind == "document" and e.label == "spun" and e.fold == fold and e.family in families
    ]
    return [(e, originals[e.pair]) for e in chosen[: DOCUMENTS // FOLDS]]


def _looked_at(example: Example, resources: Resources, lexicon: Lexicon) -> tuple[Tokens, Evidence]:
    tokens = tokenise([example.text])
    return tokens, evidence(tokens, resources.ngrams, lexicon, resources.vectors)


def train_ranking(seen: Seen, resources: Resources) -> dict[str, float]:
    """Weights of the ranking: log-odds that a substitute of an edited slot is the original."""
    rows, truth = [], []
    for fold in range(2):
        lexicon = Lexicon.from_tables(resources.lexicon(fold))
        for example, original in _documents(seen, ("wp_auto_spinner", "turbo_spinner"), fold):
            tokens, found = _looked_at(example, resources, lexicon)
            left, right = words(tokenise([original])), words(tokens)
            index = {int(t): i for i, t in enumerate(found.word)}
            spans = {(e.j1, e.j2 - e.j1): " ".join(left[e.i1 : e.i2]) for e in edits(left, right)}
            s = found.substitutes
            several = lexicon.is_phrase(s.expected)
            table = ranking_features(s, several)
            for i in range(len(s)):
                expected = spans.get((index[int(s.start[i])], int(s.length[i])))
                if expected is not None:
                    rows.append(table[i])
                    truth.append(lexicon.phrase(int(s.expected[i])) == expected.replace(" '", "'"))
    model = LogisticRegression(C=1.0, max_iter=5000).fit(np.array(rows), np.array(truth))
    return dict(zip(RANKING, model.coef_[0].tolist(), strict=True))


@dataclass(frozen=True)
class PhraseFigures:
    """Counts behind precision, recall and the right originals."""

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


def measured(
    seen: Seen,
    scores: Scores,
    resources: Resources,
    families: tuple[str, ...],
    ranking: dict[str, float],
    flag: float = FLAG,
) -> PhraseFigures:
    """Figures over spun documents, each with the lexicon and the word classifier of other folds."""
    total = np.zeros(7, np.int64)
    for fold in range(FOLDS):
        lexicon = Lexicon.from_tables(resources.lexicon(fold))
        for example, original in _documents(seen, families, fold):
            tokens, found = _looked_at(example, resources, lexicon)
            log_odds = scores.ensembles[fold].log_odds(found.features)
            named = anomalies(tokens, found, log_odds, lexicon, ranking, flag)[0]
            total += _compare(tokens, named, original)
    return PhraseFigures(*total.tolist())


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

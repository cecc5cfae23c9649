"""Figures of how surely copies are found, each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from spindetect.benchmark.figures import interval
from spindetect.copies.clusters import Edge, grouped
from spindetect.copies.match import WHOLE, Weights, logistic, matched, shared_numbers
from spindetect.copies.reader import Reader
from spindetect.copies.surprisal import surprisal

from .copies_data import SOURCES, Collection
from .copies_pairs import UNCOUNTED, Compared
from .minhash import minhash_pairs

# Pairs whose recall is told, in words; ``as made`` are whole pages of which no edit was taken back.
RECALLS = {
    "whole": "whole pages",
    "as made": "whole pages as the tool made them",
    "third": "a third of a page inside another",
    "merged": "pages merged of two sources",
}


@dataclass
class Figure:
    """One figure: what it is of, its value with a 95 % interval, and of how many."""

    tuned: str
    measured: str
    measure: str
    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        ends = "" if np.isnan(self.low) else f" ({self.low:.1%}-{self.high:.1%})"
        figure = "" if np.isnan(self.value) else f"{self.value:.1%}{ends}"
        cells = (self.tuned, self.measured, self.measure, figure)
        return f"| {' | '.join(cells)} | {self.count:,} |"


def share(hits: Iterable[bool], groups: Iterable[str]) -> tuple[float, float, float]:
    """A share and its interval by bootstrap over groups."""
    hit = np.array(list(hits), np.float64)
    _, group = np.unique(list(groups), return_inverse=True)
    if len(hit) == 0:
        return (float("nan"),) * 3
    return interval(lambda w: float((w * hit).sum() / max(w.sum(), 1e-9)), group.astype(np.int64))


def measure(
    made: Collection, compared: Compared, learned: Weights, name: Callable[..., Figure]
) -> list[Figure]:
    """Figures of pairs: recall and precision of ours, and of MinHash."""
    related = made.related()
    probability = np.array(
        [logistic(shared_numbers(t), learned.shared) if t.words else 0.0 for t in compared.tallies]
    )
    pairs = [tuple(pair) for pair in compared.pairs.tolist()]
    certain = {
        pair: p
        for pair, p, truth in zip(pairs, probability, compared.truth, strict=True)
        if truth not in UNCOUNTED
    }
    found = {pair for pair, p in certain.items() if p >= learned.threshold}
    uncounted = {
        kind: [
            pair
            for pair, p, truth in zip(pairs, probability, compared.truth, strict=True)
            if truth == kind and p >= learned.threshold
        ]
        for kind in UNCOUNTED
    }
    candidates = set(certain)
    # Of unrelated pages nothing is asked here, and they take most of the time.
    copied = [number for number, role in enumerate(made.roles) if role != "unrelated"]
    rivals = {(copied[a], copied[b]) for a, b in minhash_pairs([made.texts[n] for n in copied])}
    figures = []
    for title, got in (("", found), ("candidates: ", candidates), ("MinHash .75: ", rivals)):
        for kind, words in RECALLS.items():
            wanted = [
                pair
                for pair, truth in related.items()
                if truth == kind
                or (kind == "as made" and truth == "whole" and all(made.as_made[p] for p in pair))
            ]
            hits = [pair in got for pair in wanted]
            groups = [made.groups[pair[0]] for pair in wanted]
            figures.append(name(f"{title}recall, {words}", *share(hits, groups), len(wanted)))
    right = [pair for pair in found if pair in related]
    wrong = [pair for pair in found if pair not in related]
    borrowed = uncounted["borrowed"]
    for text, other in (
        ("precision of the pairs found", wrong),
        ("... where versions of pages that share text verbatim are wrong", [*wrong, *borrowed]),
    ):
        groups = [made.groups[a] or made.groups[b] or f"{a}-{b}" for a, b in [*right, *other]]
        hits = [True] * len(right) + [False] * len(other)
        figures.append(name(text, *share(hits, groups), len(hits)))
    nothing = (float("nan"),) * 3
    text = "(found pairs of unrelated pages that share text verbatim, not counted)"
    figures.append(name(text, *nothing, len(uncounted["verbatim"])))
    return figures


def originals(
    made: Collection, compared: Compared, learned: Weights, read: Reader
) -> tuple[list[bool], list[str]]:
    """Of each cluster with an original and a version, whether the original is first."""
    edges = []
    for (a, b), tally in zip(compared.pairs.tolist(), compared.tallies, strict=True):
        if tally.words and logistic(shared_numbers(tally), learned.shared) >= learned.threshold:
            edges.append(Edge(a, b, min(tally.covered, tally.covered_longer) >= WHOLE))
    hits, groups = [], []
    for pages, _ in grouped(edges):
        roles = {made.roles[page] for page in pages}
        if {"original", "version"} <= roles:
            odd = surprisal([made.texts[page] for page in pages], read.ngrams)
            first = pages[int(np.argmin(odd))]
            hits.append(made.roles[first] == "original")
            groups.append(made.groups[first])
    return hits, groups


def simplified_kinds(
    articles: dict[str, list[str]], read: Reader, learned: Weights
) -> tuple[list[tuple[bool, str]], list[str]]:
    """Of each pair of levels of one article: whether it is a copy, and its kind."""
    found, groups = [], []
    for group, texts in articles.items():
        stream = read.read(texts)
        for a in range(len(texts)):
            for b in range(a):
                match = matched(stream[a], stream[b], learned)
                found.append((match.is_copy, match.kind.value))
                groups.append(group)
    return found, groups


def spun_kinds(made: Collection, compared: Compared, read: Reader, learned: Weights) -> list[str]:
    """Kinds of the pairs of whole pages that are found, of texts as the tool made them."""
    kinds: list[str] = []
    for (a, b), truth in zip(compared.pairs.tolist(), compared.truth, strict=True):
        if truth == "whole" and made.as_made[a] and made.as_made[b] and len(kinds) < SOURCES:
            stream = read.read([made.texts[a], made.texts[b]])
            kinds.append(matched(stream[0], stream[1], learned).kind.value)
    return [kind for kind in kinds if kind != "different"]

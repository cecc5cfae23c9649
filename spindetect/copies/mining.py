"""Pairs of phrases that spinners exchange, mined from pages of one source."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from spindetect.benchmark.edits import edits
from spindetect.copies.match import Kind
from spindetect.lexicon import LONGEST, PAIRS, Lexicon, unpack
from spindetect.ngrams import NgramModel
from spindetect.tokens import tokenise

__all__ = ["Mined", "MinedPair", "is_known", "mine"]


class MinedPair(NamedTuple):
    """Two phrases that stand for one another in pages of one source.

    Attributes
    ----------
    written : str
        In the page that reads the odder of the two, in lower case.
    original : str
        In the other, which is the likelier original.
    times : int
        How often.
    clusters : int
        In so many clusters.
    is_known : bool
        Whether the lexicon already has it as a pair that spinners exchange, in either direction.
    """

    written: str
    original: str
    times: int
    clusters: int
    is_known: bool


@dataclass
class Mined:
    """Substitutions counted over clusters.

    Attributes
    ----------
    times : Counter
        Of (written, original), how often.
    clusters : dict
        Of the same, the numbers of the clusters.
    """

    times: Counter[tuple[str, str]] = field(default_factory=Counter)
    clusters: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, number: int, record: Mapping[str, Any]) -> None:
        """Count the substitutions of a cluster, given as its record (`Cluster.to_dict`)."""
        first = record["pages"][0]["number"] if record["pages"] else None
        for pair in record["pairs"]:
            if pair["kind"] != Kind.SPUN.value or pair["numbers"][0] != first:
                continue
            for before, after, *_ in pair["substitutions"]:
                written, original = phrase(after), phrase(before)
                # What changes an article or a contraction only is no pair.
                if written and original and edits(original.split(), written.split()):
                    self.times[written, original] += 1
                    self.clusters[written, original].add(number)

    def pairs(self, lexicon: Lexicon, ngrams: NgramModel, *, least: int) -> list[MinedPair]:
        """Pairs that `least` clusters or more show, the commonest first."""
        found = [
            MinedPair(a, b, times, len(self.clusters[a, b]), _listed(a, b, lexicon, ngrams))
            for (a, b), times in self.times.items()
            if len(self.clusters[a, b]) >= least
        ]
        return sorted(found, key=lambda p: (-p.clusters, -p.times, p.written, p.original))


def mine(records: Iterable[Mapping[str, Any]]) -> Mined:
    """Substitutions of the spun copies of clusters, given as their records.

    Examples
    --------
    >>> pair = {"kind": "spun", "numbers": [0, 1], "substitutions": [["told", "steered"]]}
    >>> mine([{"pages": [{"number": 0}, {"number": 1}], "pairs": [pair]}]).times
    Counter({('steered', 'told'): 1})
    """
    mined = Mined()
    for number, record in enumerate(records):
        mined.add(number, record)
    return mined


def phrase(text: str) -> str:
    """The words of a phrase in lower case; empty if it is longer than phrases of the lexicon are.

    >>> phrase("Learn about"), phrase("in 1987"), phrase("as a matter of fact")
    ('learn about', '', '')
    """
    tokens = tokenise([text])
    words = [tokens.word(at) for at in np.flatnonzero(tokens.is_word).tolist()]
    if not 1 <= len(words) <= LONGEST or any(c.isdigit() for word in words for c in word):
        return ""
    return " ".join(words).lower().replace("\u2019", "'")


def is_known(written: str, original: str, lexicon: Lexicon, ngrams: NgramModel) -> bool:
    """Whether the lexicon lists a phrase as what spinners replaced by another."""
    tokens = tokenise([written])
    start = np.flatnonzero(tokens.is_word)
    ids = ngrams.token_ids(tokens)
    row = lexicon.rows(tokens, ids, start[:1], len(start))
    if row[0] < 0:
        return False
    expected, sources, _ = unpack(lexicon.entries_of(row)[1])
    phrases = lexicon.word_table(expected[(sources & PAIRS) > 0])
    return any(lexicon.text([n for n in words if n >= 0]) == original for words in phrases.tolist())


def _listed(a: str, b: str, lexicon: Lexicon, ngrams: NgramModel) -> bool:
    """Whether the lexicon lists a pair in either direction."""
    return is_known(a, b, lexicon, ngrams) or is_known(b, a, lexicon, ngrams)

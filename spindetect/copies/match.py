"""Whether two texts share a source, how surely, and whether one was spun from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from itertools import chain
from typing import Any

from spindetect.copies.fingerprint import Fingerprint
from spindetect.copies.passages import Passage, Substitution, Tally, passages
from spindetect.copies.words import read_weights

__all__ = ["SHARED", "SPUN", "Kind", "Match", "Weights", "matched", "weights"]

# From here on most words of both pages are shared: they are versions of one page. Below, one has a
# part of the other.
WHOLE = 0.6

# Numbers that a probability is made of, by name.
SHARED = ("seeds", "density", "stops", "told", "covered", "covered_longer")
SPUN = ("changed", "synonyms", "moved", "equal")


class Kind(StrEnum):
    """What two texts are to each other."""

    EXACT = auto()
    SPUN = auto()
    UNSPUN = auto()
    DIFFERENT = auto()


@dataclass(frozen=True, slots=True)
class Match:
    """What two texts have in common.

    Attributes
    ----------
    probability : float
        That they share a source, 0 to 1.
    kind : Kind
        ``exact`` copies have the same words; of ``spun`` copies one has synonyms for words of the
        other, all through; ``unspun`` copies differ otherwise: shortened, quoted, edited, set
        among other text; the others are ``different``.
    spun : float
        Probability that the passages were spun, if they share a source.
    is_whole : bool
        Whether most of both texts is shared, and not a part only.
    covered, covered_longer : float
        Share of the words in the passages, of the shorter and the longer text.
    passages : tuple of Passage
        What they share, in order of the first text; offsets are in characters.
    """

    probability: float
    kind: Kind
    spun: float
    is_whole: bool
    covered: float
    covered_longer: float
    passages: tuple[Passage, ...]

    @property
    def is_copy(self) -> bool:
        """Whether they share a source, by the verdict."""
        return self.kind is not Kind.DIFFERENT

    @property
    def substitutions(self) -> tuple[Substitution, ...]:
        """The words that were exchanged, of all passages."""
        return tuple(chain.from_iterable(p.substitutions for p in self.passages))

    def to_dict(self) -> dict[str, Any]:
        """The match as JSON knows it."""
        return {
            "probability": round(self.probability, 6),
            "kind": self.kind.value,
            "spun": round(self.spun, 6),
            "whole": self.is_whole,
            "covered": round(self.covered, 4),
            "covered_longer": round(self.covered_longer, 4),
            "passages": [[p.start, p.end, p.other_start, p.other_end] for p in self.passages],
            "substitutions": [list(s) for s in self.substitutions],
        }


@dataclass(frozen=True)
class Weights:
    """Learned numbers of the probabilities; made by ``python -m models.copies_fit``.

    Attributes
    ----------
    shared, spun : mapping
        Weights of the numbers of `SHARED` and `SPUN`, and an ``intercept``.
    threshold : float
        Probability from which on two texts of a collection are copies.
    """

    shared: Mapping[str, float]
    spun: Mapping[str, float]
    threshold: float


def weights() -> Weights:
    """The weights that ship."""
    content = read_weights()
    return Weights(content["shared"], content["spun"], content["threshold"])


def shared_numbers(tally: Tally) -> dict[str, float]:
    """What the probability of a common source is made of.

    >>> shared_numbers(Tally())["density"]
    0.0
    """
    return {
        "seeds": math.log1p(tally.seeds),
        "density": tally.matched / max(tally.expected, 1.0),
        "stops": tally.stops_matched / max(tally.stops, 1),
        "told": math.log1p(tally.told),
        "covered": tally.covered,
        "covered_longer": tally.covered_longer,
    }


def spun_numbers(tally: Tally) -> dict[str, float]:
    """What the probability of spinning is made of, of a pair that shares a source.

    >>> spun_numbers(Tally(words=10, same=5, synonyms=4, replaced=1))["changed"]
    0.5
    """
    words = max(tally.words, 1)
    changed = tally.synonyms + tally.replaced
    return {
        "changed": changed / words,
        "synonyms": tally.synonyms / max(changed, 4),
        "moved": tally.moved / words,
        "equal": math.log1p(32 * changed / words),
    }


def logistic(numbers: Mapping[str, float], weight: Mapping[str, float]) -> float:
    """The probability that weighed numbers give.

    >>> logistic({"a": 1.0}, {"a": 2.0, "intercept": -2.0})
    0.5
    """
    odds = weight["intercept"] + sum(weight[name] * value for name, value in numbers.items())
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, odds))))


def matched(a: Fingerprint, b: Fingerprint, learned: Weights) -> Match:
    """What two fingerprints have in common."""
    if a.is_tiny or b.is_tiny:
        return _NOTHING
    if a.exact == b.exact and a.n_words == b.n_words:
        return exact(a, b)
    found, tally = passages(a, b)
    if not found:
        return _NOTHING
    probability = logistic(shared_numbers(tally), learned.shared)
    spun = logistic(spun_numbers(tally), learned.spun)
    kind = Kind.DIFFERENT
    if probability >= learned.threshold:
        kind = Kind.SPUN if spun >= 0.5 else Kind.UNSPUN
    return Match(
        probability,
        kind,
        spun,
        min(tally.covered, tally.covered_longer) >= WHOLE,
        tally.covered,
        tally.covered_longer,
        tuple(found),
    )


def exact(a: Fingerprint, b: Fingerprint) -> Match:
    """The match of two texts with the same words."""
    whole = Passage(0, len(a.text), 0, len(b.text), ())
    return Match(
        probability=1.0,
        kind=Kind.EXACT,
        spun=0.0,
        is_whole=True,
        covered=1.0,
        covered_longer=1.0,
        passages=(whole,),
    )


_NOTHING = Match(
    probability=0.0,
    kind=Kind.DIFFERENT,
    spun=0.0,
    is_whole=False,
    covered=0.0,
    covered_longer=0.0,
    passages=(),
)

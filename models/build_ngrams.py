"""Turn counts into the tables of an n-gram model: smooth, prune, quantise, pack.

    python -m models.build_ngrams COUNTS OUT --bigrams 3.5e6 --trigrams 7e6

Interpolated modified Kneser-Ney (Chen and Goodman 1999) on the full counts; where counts are
weighted by register, the discount of a count is weighted with it, which keeps every context a
distribution. Then the n-grams that change the model most are kept (weighted difference, Seymore
and Rosenfeld 1996), their log ratios quantised, and back-off weights computed from what is left.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spindetect import tables
from spindetect.ngrams import (
    BACKOFF_LOW,
    BACKOFF_STEP,
    BIGRAM_BITS,
    BREAK_ID,
    FIRST_WORD,
    ID_BITS,
    LOG_STEP,
    RATIO_LOW,
    RATIO_STEP,
    TRIGRAM_BITS,
)

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Places and masks of the ids in the key of a triple, and of the pair that ends it.
_PAIR = np.uint64(2 * ID_BITS)
_ID = np.uint64(ID_BITS)
_ID_MASK = np.uint64((1 << ID_BITS) - 1)
_PAIR_MASK = np.uint64((1 << (2 * ID_BITS)) - 1)

# A back-off weight below this is what quantisation left over, not a measurement.
_LEAST_MASS = 1e-3

log = logging.getLogger("build_ngrams")


def discounts(counts: Floats) -> Floats:
    """Modified Kneser-Ney discount of each count (equation 26 of Chen and Goodman 1999)."""
    n = [float((counts == k).sum()) for k in range(1, 5)]
    y = n[0] / max(n[0] + 2 * n[1], 1)
    d = [k - (k + 1) * y * n[k] / max(n[k - 1], 1) for k in (1, 2, 3)]
    if min(n) == 0 or min(d) <= 0:
        # Too few n-grams to estimate from, as in a toy corpus: absolute discounting.
        return np.full(len(counts), 0.5)
    return np.array(d)[np.minimum(counts, 3).astype(np.int64) - 1]


@dataclass(frozen=True)
class Smoothed:
    """Probabilities of the n n-grams of one order, interpolated with the order below.

    Attributes
    ----------
    keys : uint64 array, shape (n,)
        Keys of the n-grams.
    mass : float64 array, shape (n,)
        Weighted count less its discount.
    probability : float64 array, shape (n,)
        Of the last word given the others.
    gamma : float64 array, shape (n,)
        Share of the context's mass that goes to the order below.
    """

    keys: Keys
    mass: Floats
    probability: Floats
    gamma: Floats


def run_starts(keys: Keys) -> Ints:
    """Where each run of equal keys begins."""
    return np.flatnonzero(np.diff(keys, prepend=keys[:1] + np.uint64(1)))


def group_sums(group: Keys, values: Floats) -> tuple[Ints, Floats]:
    """Index of each element's run of equal groups, and the sum of each run."""
    first = run_starts(group)
    index = np.repeat(np.arange(len(first)), np.diff(first, append=len(group)))
    return index, np.add.reduceat(values, first)


def interpolate(
    keys: Keys, context: Keys, raw: Floats, weighted: Floats, lower: Floats
) -> Smoothed:
    """Interpolated probabilities given those of the order below, for keys sorted by context."""
    lost = weighted * discounts(raw) / raw
    index, total = group_sums(context, weighted)
    _, free = group_sums(context, lost)
    gamma = (free / total)[index]
    return Smoothed(keys, weighted - lost, (weighted - lost) / total[index] + gamma * lower, gamma)


def smooth(
    trigrams: Keys, raw: Floats, weighted: Floats, size: int
) -> tuple[Floats, Smoothed, Smoothed]:
    """Unigram probabilities (over `size` ids), smoothed bigrams and smoothed trigrams."""
    suffix = trigrams & _PAIR_MASK
    order = np.argsort(suffix, kind="stable")
    ordered = suffix[order]
    first = run_starts(ordered)
    pairs = ordered[first]
    # How many words a pair follows; behind a sentence break only one can, so there it is counted.
    follows = np.diff(first, append=len(ordered)).astype(np.float64)
    opening = (pairs >> _ID) == BREAK_ID
    follows[opening] = np.add.reduceat(raw[order], first)[opening]
    mass = follows.copy()
    mass[opening] = np.add.reduceat(weighted[order], first)[opening]

    word = (pairs & _ID_MASK).astype(np.int64)
    kinds = np.bincount(word, minlength=size).astype(np.float64)
    seen = np.flatnonzero(kinds)
    lost = np.zeros(size)
    lost[seen] = discounts(kinds[seen])
    unigrams = (kinds - lost) / kinds.sum() + lost.sum() / kinds.sum() / size

    bigrams = interpolate(pairs, pairs >> _ID, follows, mass, unigrams[word])
    below = bigrams.probability[np.searchsorted(pairs, suffix)]
    return unigrams, bigrams, interpolate(trigrams, trigrams >> _ID, raw, weighted, below)


def keep(n: Smoothed, lower: Floats, weight: Floats, most: int) -> npt.NDArray[np.bool_]:
    """Mask of the n-grams whose loss would cost the most: mass times log ratio to the back-off."""
    cost = weight * np.log2(n.probability / (n.gamma * lower))
    if most >= len(cost):
        return cost > 0
    # Of those that cost the same, all or none are kept.
    rest = len(cost) - most
    return cost > max(0.0, float(np.partition(cost, rest - 1)[rest - 1]))


def quantise(values: Floats, low: float, step: float) -> npt.NDArray[np.uint8]:
    """Nearest of 256 levels."""
    return np.clip(np.rint((values - low) / step), 0, 255).astype(np.uint8)


def stepped(values: Floats) -> npt.NDArray[np.float32]:
    """Values rounded to multiples of `LOG_STEP`."""
    return (np.rint(values / LOG_STEP) * LOG_STEP).astype(np.float32)


def levels(values: Floats, n: int = 16, rounds: int = 30) -> npt.NDArray[np.float32]:
    """Sixteen levels that lose the least squared error (Lloyd's algorithm), ascending."""
    if len(values) == 0:
        return np.zeros(n, np.float32)
    centres = np.quantile(values, (np.arange(n) + 0.5) / n)
    values = np.sort(values[:: max(1, len(values) // 1_000_000)])
    for _ in range(rounds):
        edge = np.searchsorted(values, (centres[1:] + centres[:-1]) / 2)
        parts = np.split(values, edge)
        centres = np.array([p.mean() if len(p) else c for p, c in zip(parts, centres, strict=True)])
    return stepped(centres)


def backoff_weights(context: Keys, kept: Floats, lower: Floats) -> tuple[Keys, Floats]:
    """Distinct contexts in order and log2 of what is left for unseen words, per unit of theirs."""
    first = run_starts(context)
    left = 1 - np.add.reduceat(np.exp2(kept), first)
    room = 1 - np.add.reduceat(np.exp2(lower), first)
    return context[first], np.log2(np.maximum(left, _LEAST_MASS) / np.maximum(room, _LEAST_MASS))


def build(
    vocab_keys: Keys,
    trigrams: Keys,
    raw: Floats,
    weighted: Floats,
    *,
    most_bigrams: int,
    most_trigrams: int,
) -> dict[str, npt.NDArray[np.generic]]:
    """Tables of a model by name.

    Parameters
    ----------
    vocab_keys : uint64 array
        Keys of the words with ids `FIRST_WORD`, `FIRST_WORD` + 1, ...
    trigrams : uint64 array
        Distinct keys, ascending (`spindetect.ngrams.triple_keys`).
    raw, weighted : float64 arrays
        How often each was seen, and the same weighted by register.
    most_bigrams, most_trigrams : int
        How many to keep.
    """
    size = FIRST_WORD + len(vocab_keys)
    unigram, bigram, trigram = smooth(trigrams, raw, weighted, size)
    log.info("smoothed %d bigrams, %d trigrams", len(bigram.keys), len(trigram.keys))
    frequency = np.zeros(size)
    np.add.at(frequency, (trigrams & _ID_MASK).astype(np.int64), weighted)
    unigrams = stepped(np.log2(unigram))
    suffix = np.searchsorted(bigram.keys, trigrams & _PAIR_MASK)

    # Behind a break the word before it is not looked at: the bigram says it all.
    opening = (trigrams & _PAIR_MASK) >> _ID == BREAK_ID
    mass3 = np.where(opening, 0.0, trigram.mass)
    # Both halves of a trigram that stays must stay too: the first carries its back-off weight, and
    # a trigram is only looked for behind a second half that is there.
    kept3 = keep(trigram, bigram.probability[suffix], mass3, most_trigrams)
    contexts = np.searchsorted(bigram.keys, trigrams[kept3] >> _ID)
    uses = np.zeros(len(bigram.keys))
    np.add.at(uses, suffix, trigram.mass)
    word2 = (bigram.keys & _ID_MASK).astype(np.int64)
    kept2 = keep(bigram, unigram[word2], uses, most_bigrams)
    contexts = contexts[
        bigram.keys[np.minimum(contexts, len(bigram.keys) - 1)] == trigrams[kept3] >> _ID
    ]
    log.info("%d bigrams chosen", int(kept2.sum()))
    kept2[contexts] = kept2[suffix[kept3]] = True
    log.info("%d bigrams with those that trigrams stand on", int(kept2.sum()))

    keys2, word2 = bigram.keys[kept2], word2[kept2]
    ratio2 = quantise(np.log2(bigram.probability[kept2]) - unigrams[word2], RATIO_LOW, RATIO_STEP)
    log2p = unigrams[word2] + ratio2 * RATIO_STEP + RATIO_LOW
    context1, weight1 = backoff_weights(keys2 >> _ID, log2p, unigrams[word2].astype(np.float64))
    unigram_backoff = np.zeros(size, np.float32)
    unigram_backoff[context1.astype(np.int64)] = stepped(weight1)

    keys3 = trigrams[kept3]
    pair = keys3 & _PAIR_MASK
    lower = log2p[np.searchsorted(keys2, pair)]
    ratio3 = np.log2(trigram.probability[kept3]) - lower
    trigram_levels = levels(ratio3)
    level = np.searchsorted((trigram_levels[1:] + trigram_levels[:-1]) / 2, ratio3).astype(
        np.uint16
    )
    # Rounded up past certainty, a likely trigram would leave no mass for its rivals.
    level -= (
        (lower + trigram_levels[level] > np.log2(trigram.probability[kept3]) / 2) & (level > 0)
    ).astype(np.uint16)
    log3p = np.minimum(lower + trigram_levels[level], 0)
    context2, weight2 = backoff_weights(keys3 >> _ID, log3p, lower)
    weights = np.zeros(len(keys2))
    at = np.searchsorted(keys2, context2)
    own = keys2[np.minimum(at, len(keys2) - 1)] == context2
    weights[at[own]] = weight2[own]

    lanes2, slots2 = tables.build(keys2, BIGRAM_BITS)
    values2 = np.zeros((len(lanes2), 2), np.uint8)
    values2[slots2, 0] = ratio2
    values2[slots2, 1] = quantise(weights, BACKOFF_LOW, BACKOFF_STEP)
    lanes3, _ = tables.build(keys3, TRIGRAM_BITS, level)
    zipf = np.log10(np.maximum(frequency, 0.5) / frequency.sum() * 1e9)
    return {
        "vocab_keys": np.concatenate([np.zeros(FIRST_WORD, np.uint64), vocab_keys]),
        "vocab_slots": vocabulary_slots(vocab_keys),
        "unigrams": unigrams,
        "zipf": zipf.astype(np.float32),
        "unigram_backoff": unigram_backoff,
        "bigrams": lanes2,
        "bigram_values": values2,
        "trigrams": lanes3,
        "trigram_levels": trigram_levels,
    }


def vocabulary_slots(vocab_keys: Keys) -> npt.NDArray[np.int32]:
    """Open-addressed table of ids, twice to four times as many slots as words."""
    size = 1 << (int(2 * len(vocab_keys)).bit_length())
    slots = np.full(size, -1, np.int32)
    shift = np.uint64(64 - size.bit_length() + 1)
    pending = np.arange(len(vocab_keys))
    at = (vocab_keys >> shift).astype(np.int64)
    while len(pending):
        free = slots[at[pending]] < 0
        candidates = pending[free]
        slots[at[candidates][::-1]] = candidates[::-1] + FIRST_WORD
        placed = slots[at[pending]] == pending + FIRST_WORD
        pending = pending[~placed]
        at[pending] = (at[pending] + 1) % size
    return slots


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("counts", type=Path, help="folder written by models.count_ngrams")
    parser.add_argument("out", type=Path)
    parser.add_argument("--bigrams", type=float, default=3.5e6)
    parser.add_argument("--trigrams", type=float, default=7e6)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    counts: Path = arguments.counts
    arrays = build(
        np.load(counts / "vocab_keys.npy"),
        np.load(counts / "trigrams.npy"),
        np.load(counts / "raw.npy").astype(np.float64),
        np.load(counts / "weighted.npy").astype(np.float64),
        most_bigrams=int(arguments.bigrams),
        most_trigrams=int(arguments.trigrams),
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(arguments.out / f"{name}.npy", array)
        log.info("%s: %.1f MB", name, array.nbytes / 1e6)


if __name__ == "__main__":
    main()

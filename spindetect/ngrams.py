"""Trigram language model over memory-mapped tables: surprisal, back-off order, association.

The model is interpolated modified Kneser-Ney (Chen and Goodman 1999), pruned and written in
back-off form: the probability of a word after two others is stored where the trigram was kept, and
is otherwise the bigram's times the context's back-off weight, and so on down. Back-off weights are
computed after pruning and quantisation, so that over the vocabulary (sentence break, comma, number
and unknown word included) the probabilities after any context sum to one, up to the rounding of the
weights (2 %; more after the few contexts that rounding makes certain): it is a distribution.

Tables hold fingerprints, not keys: one look-up of an absent pair in eight thousand finds a
stranger's value, and so does one in five hundred of an absent triple of a present pair. A single
probability is hardly ever touched by that, a sum over the whole vocabulary is: it can come out at
twice what it should.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect import tables
from spindetect.accelerator import kernels
from spindetect.tokens import CLAUSE, COMMA, NUMBER, SENTENCE, YEAR, Tokens

__all__ = ["BREAK_ID", "FIRST_WORD", "ID_BITS", "UNKNOWN_ID", "NgramModel"]

Ids = npt.NDArray[np.int32]
Bits = npt.NDArray[np.float32]

# Ids of what is not a word of the vocabulary. A break is sentence end and sentence start in one.
BREAK_ID, COMMA_ID, CLAUSE_ID, NUMBER_ID, YEAR_ID, UNKNOWN_ID = range(6)
FIRST_WORD = 6
KIND_IDS = {
    SENTENCE: BREAK_ID,
    COMMA: COMMA_ID,
    CLAUSE: CLAUSE_ID,
    NUMBER: NUMBER_ID,
    YEAR: YEAR_ID,
}

# Ids take 17 bits, so that three of them fit a 64-bit key.
ID_BITS = 17

# A bigram's lane is all fingerprint, its two values lie beside it. A trigram's lane gives four bits
# to its value, so that a trigram takes two bytes and not three: a choice of size, not measured
# against finer values.
BIGRAM_BITS = 16
TRIGRAM_BITS = 12

# Every logarithm is a multiple of this: sums of them are exact, in any order and any batch.
LOG_STEP = 1 / 4096

# Steps of the coarser ones, in bits.
RATIO_STEP = 1 / 8
RATIO_LOW = -4.0
BACKOFF_STEP = 1 / 16
BACKOFF_LOW = -12.0

# Files of a model, in the order of the fields of `NgramModel`.
TABLES = (
    "vocab_keys",
    "vocab_slots",
    "unigrams",
    "zipf",
    "unigram_backoff",
    "bigrams",
    "bigram_values",
    "trigrams",
    "trigram_levels",
)


@dataclass(frozen=True)
class NgramModel:
    """The tables of a model, as read from its ``.npy`` files.

    Attributes
    ----------
    vocab_keys : uint64 array, shape (V,)
        Key of each id; ids below `FIRST_WORD` have none (0).
    vocab_slots : int32 array, shape (power of two,)
        Open-addressed ids by the high bits of the key; -1 where free.
    unigrams : float32 array, shape (V,)
        log2 probability of each id.
    zipf : float32 array, shape (V,)
        Zipf frequency (log10 per billion words) of each id.
    unigram_backoff : float32 array, shape (V,)
        log2 of the back-off weight of each one-word context.
    bigrams : uint16 array
        Table of the keys of pairs (`spindetect.tables`).
    bigram_values : uint8 array, shape (slots, 2)
        log2 ratio to the unigram, and back-off weight as a context; quantised.
    trigrams : uint16 array
        Table of the keys of triples; its values index `trigram_levels`.
    trigram_levels : float32 array, shape (16,)
        log2 ratios to the bigram.
    """

    vocab_keys: npt.NDArray[np.uint64]
    vocab_slots: npt.NDArray[np.int32]
    unigrams: Bits
    zipf: Bits
    unigram_backoff: Bits
    bigrams: npt.NDArray[np.uint16]
    bigram_values: npt.NDArray[np.uint8]
    trigrams: npt.NDArray[np.uint16]
    trigram_levels: Bits

    @classmethod
    def from_tables(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> NgramModel:
        """Model from a mapping of table names to arrays."""
        return cls(*(arrays[name] for name in TABLES))  # type: ignore[arg-type]

    def __len__(self) -> int:
        """Size of the vocabulary."""
        return len(self.unigrams)

    @cached_property
    def arrays(self) -> tuple[npt.NDArray[Any], ...]:
        """What the kernels read: tables as buckets.

        In order: `unigrams`, `unigram_backoff`, buckets of pairs, each beside the values of its
        lanes, buckets of triples, `trigrams`, `trigram_levels`.
        """
        buckets, values = self.bigrams.view(np.uint64), self.bigram_values.reshape(-1, 8)
        return (
            self.unigrams,
            self.unigram_backoff,
            np.concatenate([buckets[:, None], values.view(np.uint64)], axis=1),
            self.trigrams.view(np.uint64),
            self.trigrams,
            self.trigram_levels,
        )

    def word_ids(self, keys: npt.NDArray[np.uint64]) -> Ids:
        """Id of each word key, `UNKNOWN_ID` for words that are not in the vocabulary."""
        size = len(self.vocab_slots)
        shift = np.uint64(64 - int(size).bit_length() + 1)
        slot = (keys >> shift).astype(np.int64)
        ids = self.vocab_slots[slot]
        wrong = np.flatnonzero((ids >= 0) & (self.vocab_keys[ids] != keys))
        while len(wrong):
            slot[wrong] = (slot[wrong] + 1) % size
            ids[wrong] = self.vocab_slots[slot[wrong]]
            wrong = wrong[(ids[wrong] >= 0) & (self.vocab_keys[ids[wrong]] != keys[wrong])]
        ids[ids < 0] = UNKNOWN_ID
        return ids

    def token_ids(self, tokens: Tokens) -> Ids:
        """Id of each token of a batch."""
        ids = self.word_ids(tokens.key)
        for kind, number in KIND_IDS.items():
            ids[tokens.kind == kind] = number
        return ids

    def bigram(self, left: Ids, word: Ids) -> tuple[Bits, npt.NDArray[np.int64]]:
        """log2 P(word | left), and the slot of the pair (-1 where it backed off)."""
        fast = kernels()
        if fast is not None:
            bits, slot = np.empty(len(word), np.float32), np.empty(len(word), np.int64)
            fast.bigram(self.arrays, *map(np.ascontiguousarray, (left, word)), bits, slot)
            return bits, slot
        slot = tables.find(self.bigrams, pair_keys(left, word), BIGRAM_BITS)
        change = np.take(self.unigram_backoff, left)
        ratio = np.take(self.bigram_values, 2 * slot, mode="clip").astype(np.float32)
        ratio *= np.float32(RATIO_STEP)
        ratio += np.float32(RATIO_LOW)
        np.copyto(change, ratio, where=slot >= 0)
        change += np.take(self.unigrams, word)
        return change, slot

    def backoff(self, slot: npt.NDArray[np.int64]) -> Bits:
        """log2 back-off weight of the two-word contexts in these slots (0 for slot -1)."""
        weight = self.bigram_values[slot, 1] * np.float32(BACKOFF_STEP) + np.float32(BACKOFF_LOW)
        return np.where(slot >= 0, weight, np.float32(0))

    def logprob(self, far: Ids, left: Ids, word: Ids) -> tuple[Bits, Bits, npt.NDArray[np.int8]]:
        """log2 P(word | far left) and P(word | left), and the length of the longest match (1 to 3).

        A window that reaches across a break must have `BREAK_ID` in `far` too.
        """
        fast = kernels()
        if fast is not None:
            tri, pair = np.empty((2, len(word)), np.float32)
            order = np.empty(len(word), np.int8)
            ids = map(np.ascontiguousarray, (far, left, word))
            room = np.empty((2, fast.BLOCK), np.float32), np.empty((1, fast.BLOCK), np.int32)
            fast.logprob(self.arrays, *ids, fast.room(), *room, tri, pair, order)
            return tri, pair, order
        pair, slot = self.bigram(left, word)
        order = np.where(slot >= 0, np.int8(2), np.int8(1))
        # No trigram is kept without its second half, which spares most look-ups of odd phrases and
        # nearly all mistaken finds.
        level = np.zeros(len(pair), np.float32)
        hopeful = np.flatnonzero(slot >= 0)
        triple = tables.find(
            self.trigrams, triple_keys(far[hopeful], left[hopeful], word[hopeful]), TRIGRAM_BITS
        )
        hit = hopeful[triple >= 0]
        value = self.trigrams[triple[triple >= 0]] & tables.value_mask(TRIGRAM_BITS)
        level[hit] = self.trigram_levels[value]
        order[hit] = 3
        missing = np.flatnonzero(order < 3)
        context = tables.find(self.bigrams, pair_keys(far[missing], left[missing]), BIGRAM_BITS)
        level[missing] = self.backoff(context)
        return np.minimum(pair + level, np.float32(0)), pair, order


def pair_keys(left: Ids, word: Ids) -> npt.NDArray[np.uint64]:
    """Key of each pair of ids."""
    key = left.astype(np.uint64)
    key <<= np.uint64(ID_BITS)
    key |= word.astype(np.uint64)
    return key


def triple_keys(far: Ids, left: Ids, word: Ids) -> npt.NDArray[np.uint64]:
    """Key of each triple of ids."""
    return (far.astype(np.uint64) << np.uint64(2 * ID_BITS)) | pair_keys(left, word)

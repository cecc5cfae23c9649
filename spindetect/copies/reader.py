"""Reads texts as fingerprints: array operations over a batch of documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from spindetect.classifier import read_classifier, read_tables
from spindetect.copies.fingerprint import (
    STOP_CODE,
    Anchors,
    Codes,
    Fingerprint,
    Floats,
    Ints,
    Stream,
)
from spindetect.copies.words import Words, read_weights, read_words
from spindetect.detector import BUNDLED
from spindetect.keys import finish
from spindetect.lexicon import TABLES as LEXICON_TABLES
from spindetect.lexicon import Lexicon
from spindetect.ngrams import NUMBER_ID, UNKNOWN_ID, YEAR_ID, NgramModel
from spindetect.ngrams import TABLES as NGRAM_TABLES
from spindetect.tokens import SENTENCE, tokenise
from spindetect.windows import contexts

__all__ = ["Reader", "fingerprint", "lexicon", "reader"]

# Of a longer text so many characters are read: some 200,000 words, the length of two novels.
LONGEST = 1_000_000

# A word makes anchors if its class survives so surely and tells so much (a word or class of one in
# 256); an anchor is as many neighbouring ones as together tell so many bits. Tried on Turbo texts
# of some 250 words after learning from WP Auto Spinner, these leave 42 of 67 anchors in place, and
# at least 12 in 95 % of texts. With surer words (0.9) it was 35 of 50, and 10; with 30 bits pairs
# of human documents met by chance three times as often.
SURE = 0.85
TELLING = 8.0
ANCHOR_BITS = 36.0

# Words of an anchor, at least and at most.
SHORTEST_ANCHOR, LONGEST_ANCHOR = 2, 5

# What a word outside the vocabulary and a number tell, in bits: the rarest words of the vocabulary
# have 25; numbers repeat within a subject.
UNKNOWN_BITS = 20.0
NUMBER_BITS = 10.0

# Odd numbers with bits that look random, for codes of classes and for the hash of a run.
_CLASS = np.uint64(0x9E3779B97F4A7C15)
_RUN = np.uint64(0x9FB21C651E98DF25)


class _Facts(NamedTuple):
    """Of each id: code, bits, how surely its class survives, and whether it makes anchors."""

    code: Codes
    bits: Floats
    kept: Floats
    is_telling: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Reader:
    """Reads texts by the tables of a vocabulary.

    Attributes
    ----------
    ngrams : NgramModel
        Gives words their ids, and says how common they are.
    words : Words
        Classes, and how surely words survive.
    kinds : dict
        How surely what has no id survives: ``unknown`` words, ``number`` and ``stop``, the end of
        a sentence.
    """

    ngrams: NgramModel
    words: Words
    kinds: dict[str, float]

    @cached_property
    def _facts(self) -> _Facts:
        probability = np.exp2(self.ngrams.unigrams.astype(np.float64))
        shared = np.bincount(self.words.group, probability, len(probability))[self.words.group]
        bits = -np.log2(np.maximum(shared, 1e-12))
        kept = self.words.kept.astype(np.float64)
        bits[UNKNOWN_ID], kept[UNKNOWN_ID] = UNKNOWN_BITS, self.kinds["unknown"]
        for number in (NUMBER_ID, YEAR_ID):
            bits[number], kept[number] = NUMBER_BITS, self.kinds["number"]
        return _Facts(
            (self.words.group.astype(np.uint64) + np.uint64(2)) * _CLASS,
            bits.astype(np.float32),
            kept.astype(np.float32),
            (kept >= SURE) & (bits >= TELLING),
        )

    def read(self, texts: Sequence[str]) -> Stream:
        """The streams of a batch of texts.

        Parameters
        ----------
        texts : sequence of str
            Any strings; of each `LONGEST` characters are read.
        """
        facts = self._facts
        texts = tuple(text[:LONGEST] for text in texts)
        tokens = tokenise(texts)
        place = np.flatnonzero(tokens.is_word | (tokens.kind == SENTENCE))[1:]
        kind, key, doc = tokens.kind[place], tokens.key[place], tokens.doc[place]
        all_ids = self.ngrams.token_ids(tokens)
        ids = all_ids[place]
        is_stop = kind == SENTENCE
        is_own = (ids <= UNKNOWN_ID) & ~is_stop
        code = np.where(is_own, key, facts.code[ids])
        code[is_stop] = STOP_CODE
        bits = facts.bits[ids]
        weight = bits * facts.kept[ids]
        weight[is_stop] = np.float32(self.kinds["stop"])
        # What a rare word or a number is, its context does not say.
        told = np.where(is_own, bits, self._surprisal(all_ids)[place])
        told[is_stop] = 0
        bounds = np.searchsorted(doc, np.arange(len(texts) + 1))
        word = np.flatnonzero(~is_stop)
        telling = word[facts.is_telling[ids[word]]]
        n_words = np.bincount(doc[word], minlength=len(texts)).astype(np.int32)
        return Stream(
            texts,
            code,
            key,
            weight,
            told,
            tokens.start[place].astype(np.int32),
            tokens.end[place].astype(np.int32),
            bounds,
            _exact(key[word], doc[word], len(texts)),
            n_words,
            _anchors(code[telling], bits[telling], doc[telling], telling - bounds[doc[telling]]),
        )

    def _surprisal(self, ids: Ints) -> Floats:
        """Bits of each token after the two before it."""
        bits, _, _ = self.ngrams.logprob(*contexts(ids), ids)
        return -bits


def _exact(key: Codes, doc: Ints, size: int) -> Codes:
    """Hash of the words of each document, in order."""
    begin = np.searchsorted(doc, np.arange(size))
    place = (np.arange(len(key)) - begin[doc]).astype(np.uint64)
    mixed = finish(key + place * _CLASS)
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    return finish(total[np.searchsorted(doc, np.arange(size), side="right")] - total[begin])


def _anchors(code: Codes, bits: Floats, doc: Ints, at: npt.NDArray[np.int64]) -> Anchors:
    """Runs from each word on, as short as tells `ANCHOR_BITS`."""
    size = len(code)
    found = np.zeros(size, np.uint64)
    run, told = code.copy(), bits.astype(np.float64)
    is_open = np.ones(size, np.bool_)
    for length in range(2, LONGEST_ANCHOR + 1):
        stays = size - length + 1
        if stays <= 0:
            break
        is_open[stays:] = False
        is_open[:stays] &= doc[length - 1 :] == doc[:stays]
        run[:stays] = finish(run[:stays] * _RUN + code[length - 1 :])
        told[:stays] += bits[length - 1 :]
        ends = np.flatnonzero(is_open[:stays] & (told[:stays] >= ANCHOR_BITS))
        if length >= SHORTEST_ANCHOR:
            found[ends] = run[ends]
            is_open[ends] = False
    kept = np.flatnonzero(found)
    return Anchors(found[kept], doc[kept], at[kept].astype(np.int32))


@cache
def reader() -> Reader:
    """The reader by the tables that ship, made once.

    Raises
    ------
    ModelError
        If a table is missing, damaged, or of another vocabulary.
    """
    digests = read_classifier(BUNDLED).tables
    arrays = read_tables(BUNDLED, {name: digests[name] for name in NGRAM_TABLES})
    words = read_words(digests["vocab_keys"])
    return Reader(NgramModel.from_tables(arrays), words, read_weights()["kinds"])


@cache
def lexicon() -> Lexicon:
    """The lexicon that ships, read once."""
    digests = read_classifier(BUNDLED).tables
    return Lexicon.from_tables(
        read_tables(BUNDLED, {name: digests[name] for name in LEXICON_TABLES})
    )


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of one text.

    Examples
    --------
    >>> f = fingerprint("Nesbitt & Dahl sold 4,300 kayaks to the Faroese Rowing Union in 1987.")
    >>> f.n_words, f.is_tiny
    (12, True)
    >>> f.text[f.start[0] : f.end[0]]
    'Nesbitt'
    """
    return reader().read([text])[0]

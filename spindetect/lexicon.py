"""Lexical substitution: what may have stood where a phrase stands now.

For a phrase of one to three words as written, the lexicon lists the phrases that a spinner may have
replaced by it. Every entry remembers which sources named it, because they deserve different trust:
pairs mined from spun text are few and telling, a thesaurus is large and mostly beside the point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from spindetect import tables
from spindetect.keys import finish
from spindetect.ngrams import FIRST_WORD, ID_BITS, UNKNOWN_ID
from spindetect.tokens import Tokens

__all__ = ["LONGEST", "SOURCES", "Lexicon", "phrase_keys"]

# Words of a phrase, on either side.
LONGEST = 3

# Sources of entries, one bit each: pairs mined from aligned text, their chains through a word
# between, pairs seen on web pages, the tortured-phrases list, WordNet, the Moby thesaurus,
# neighbours in vector space, near spellings and shared stems.
SOURCES = ("mined", "chained", "observed", "tortured", "wordnet", "moby", "neighbour", "spelling")

# Bits of the sources that are pairs of phrases which spinners exchanged, not synonyms.
PAIRS = 0b1111

# An entry is one 32-bit number: expected phrase, sources, weight.
EXPECTED_BITS, SOURCE_BITS, WEIGHT_BITS = 18, 8, 6
WEIGHT_MAX = (1 << WEIGHT_BITS) - 1

# Fingerprint of a phrase of the table: wrong for one phrase in eight thousand.
PHRASE_BITS = 16

# Expected phrases below are words, from here on rows of the expansions.
FIRST_EXPANSION = 1 << ID_BITS

# Files of a lexicon, in the order of the fields of `Lexicon`.
TABLES = ("offsets", "entries", "phrases", "phrase_rows", "expansions", "words", "propensity")

# Odd, with bits that look random; other than those of `spindetect.keys`, as it is applied to keys.
_MULTIPLIER = np.uint64(0x9FB21C651E98DF25)


def phrase_keys(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Key of each phrase given the keys of its words, one column a word.

    >>> one = np.array([[7]], np.uint64)
    >>> int(phrase_keys(one)[0])
    7
    """
    key = keys[:, 0]
    for column in range(1, keys.shape[1]):
        key = finish(key * _MULTIPLIER + keys[:, column])
    return key


@dataclass(frozen=True)
class Lexicon:
    """The tables of a lexicon, as read from its ``.npy`` files.

    Attributes
    ----------
    offsets : uint32 array, shape (rows + 1,)
        Where the entries of each row begin. The first rows are the words of the vocabulary by id.
    entries : uint32 array
        Expected phrase (18 bits), sources (8 bits) and weight (6 bits), from low to high.
    phrases : uint16 array
        Table (`spindetect.tables`) of the keys of longer phrases and of words without an id.
    phrase_rows : int32 array
        Row of the phrase in each slot of the table.
    expansions : int32 array, shape (m, 3)
        Word ids of the expected phrases of several words, -1 behind the last.
    words : uint8 array
        The words of the vocabulary in UTF-8, each ended by a line feed.
    propensity : float16 array, shape (V, 2)
        log2 of how much more often a word comes out of a spinner than out of a writer: of one that
        picks any synonym of a thesaurus, and of those that aligned texts show.
    """

    offsets: npt.NDArray[np.uint32]
    entries: npt.NDArray[np.uint32]
    phrases: npt.NDArray[np.uint16]
    phrase_rows: npt.NDArray[np.int32]
    expansions: npt.NDArray[np.int32]
    words: npt.NDArray[np.uint8]
    propensity: npt.NDArray[np.float16]

    @classmethod
    def from_tables(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Lexicon:
        """Lexicon from a mapping of table names to arrays."""
        return cls(*(arrays[name] for name in TABLES))  # type: ignore[arg-type]

    # Views give plain numbers and bytes: a word takes 0.60 us in place of 0.75 with arrays.
    @cached_property
    def _word_ends(self) -> memoryview:
        return np.flatnonzero(self.words == 10).data

    @cached_property
    def _letters(self) -> memoryview:
        return self.words.data

    def word(self, number: int) -> str:
        """The vocabulary word with this id, in lower case."""
        if number < FIRST_WORD:
            return ("", ",", ";", "<number>", "<year>", "<unknown>")[number]
        at = number - FIRST_WORD
        begin = self._word_ends[at - 1] + 1 if at else 0
        return bytes(self._letters[begin : self._word_ends[at]]).decode("utf-8")

    def text(self, words: Sequence[int]) -> str:
        """A phrase of words with these ids, as text."""
        return " ".join(self.word(n) for n in words).replace(" '", "'")

    def rows(
        self, tokens: Tokens, ids: npt.NDArray[np.int32], start: npt.NDArray[np.int64], length: int
    ) -> npt.NDArray[np.int64]:
        """Row of the phrase of `length` words at each token of `start`, -1 where there is none.

        Parameters
        ----------
        tokens
            The batch.
        ids : int32 array, shape (len(tokens),)
            Id of each token.
        start : int64 array, shape (m,)
            First tokens; words from there on to the end of the phrase.
        length : int
            1 to 3.
        """
        keys = phrase_keys(np.stack([tokens.key[start + k] for k in range(length)], axis=1))
        known = ids[start] >= FIRST_WORD if length == 1 else np.zeros(len(start), np.bool_)
        row = np.where(known, ids[start], -1).astype(np.int64)
        asked = np.flatnonzero((~known) & (ids[start] >= UNKNOWN_ID))
        slot = tables.find(self.phrases, keys[asked], PHRASE_BITS)
        row[asked] = np.where(slot >= 0, self.phrase_rows[slot], -1)
        return row

    def entries_of(
        self, row: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
        """Entries of some rows, and the index into `row` of each; see `unpack`."""
        begin = self.offsets[row].astype(np.int64)
        size = self.offsets[row + 1].astype(np.int64) - begin
        at = np.repeat(begin - np.cumsum(size) + size, size) + np.arange(int(size.sum()))
        return np.repeat(np.arange(len(row)), size), self.entries[at]

    def word_table(self, expected: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Ids of the words of n expected phrases, shape (n, 3), -1 behind the last."""
        words = np.full((len(expected), LONGEST), -1, np.int32)
        words[:, 0] = expected
        longer = np.flatnonzero(expected >= FIRST_EXPANSION)
        words[longer] = self.expansions[expected[longer] - FIRST_EXPANSION]
        return words


def expected_of(entries: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    """Expected phrase of each entry."""
    return (entries & ((1 << EXPECTED_BITS) - 1)).astype(np.int32)


def unpack(
    entries: npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Expected phrase, sources (bits) and weight (0 to `WEIGHT_MAX`) of each entry.

    >>> [int(part[0]) for part in unpack(np.array([(9 << 26) | (5 << 18) | 7], np.uint32))]
    [7, 5, 9]
    """
    return (
        expected_of(entries),
        ((entries >> EXPECTED_BITS) & ((1 << SOURCE_BITS) - 1)).astype(np.uint8),
        (entries >> (EXPECTED_BITS + SOURCE_BITS)).astype(np.uint8),
    )

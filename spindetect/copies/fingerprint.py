"""What spinning leaves of a text: classes of words in order, and anchors made of what survives.

A text is read as a *stream* of codes, one a word, with a code for the end of each sentence between:
a word that the lexicon can exchange is written as its synonym class, a name, a number, a rare word
as itself. *Anchors* are hashes of runs of neighbours among the words that survive surely and tell
much: what stands between them may have been replaced by anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["LEAST_WORDS", "STOP_CODE", "Anchors", "Codes", "Fingerprint", "Stream"]

# A page of fewer words matches nothing: half of all such pages are captions, menus and notices.
LEAST_WORDS = 25

# Code of the end of a sentence; no class or key is that small but by chance.
STOP_CODE = np.uint64(1)

Codes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Anchors:
    """Anchors of a batch of documents, in order.

    Attributes
    ----------
    hash : uint64 array, shape (m,)
    doc : int32 array, shape (m,)
        Document of the batch.
    at : int32 array, shape (m,)
        Place of the first word in the stream of its document.
    """

    hash: Codes
    doc: Ints
    at: Ints


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The fingerprint of one text.

    Attributes
    ----------
    text : str
        What was read.
    exact : int
        64-bit hash of all words in order; equal texts differ at most in case, accents, quotes,
        punctuation and white space.
    n_words : int
    anchors : uint64 array, shape (m,)
        In order of the text.
    at : int32 array, shape (m,)
        Place in the stream of the first word of each anchor.
    code : uint64 array, shape (n,)
        The stream: classes of words, words, and ends of sentences.
    key : uint64 array, shape (n,)
        The words themselves, hashed; 0 for the end of a sentence.
    weight : float32 array, shape (n,)
        Bits that a place tells, times how surely it survives.
    told : float32 array, shape (n,)
        Bits that a place tells who has read what stands before it: few in a phrase that everybody
        uses. 0 for the end of a sentence.
    start, end : int32 arrays, shape (n,)
        Character offsets of each place: ``text[start:end]`` is the word.
    """

    text: str
    exact: int
    n_words: int
    anchors: Codes
    at: Ints
    code: Codes
    key: Codes
    weight: Floats
    told: Floats
    start: Ints
    end: Ints

    @property
    def is_tiny(self) -> bool:
        """Whether the text is too short to match anything."""
        return self.n_words < LEAST_WORDS


@dataclass(frozen=True, slots=True)
class Stream:
    """Streams of a batch of documents, one behind the other; see `Fingerprint`.

    Attributes
    ----------
    texts : tuple of str
    code, key, weight, told, start, end : arrays, shape (n,)
    bounds : int64 array, shape (documents + 1,)
        Where each document begins.
    exact : uint64 array, shape (documents,)
    n_words : int32 array, shape (documents,)
    anchors : Anchors
    """

    texts: tuple[str, ...]
    code: Codes
    key: Codes
    weight: Floats
    told: Floats
    start: Ints
    end: Ints
    bounds: npt.NDArray[np.int64]
    exact: Codes
    n_words: Ints
    anchors: Anchors

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def n_anchors(self) -> Ints:
        """How many anchors each document has, int32, shape (documents,)."""
        return np.bincount(self.anchors.doc, minlength=len(self)).astype(np.int32)

    def __getitem__(self, number: int) -> Fingerprint:
        own = slice(int(self.bounds[number]), int(self.bounds[number + 1]))
        first, last = np.searchsorted(self.anchors.doc, [number, number + 1]).tolist()
        return Fingerprint(
            self.texts[number],
            int(self.exact[number]),
            int(self.n_words[number]),
            self.anchors.hash[first:last],
            self.anchors.at[first:last],
            self.code[own],
            self.key[own],
            self.weight[own],
            self.told[own],
            self.start[own],
            self.end[own],
        )

"""Words of a batch of documents as arrays: kinds, offsets, hashes and sentences, in one pass.

Nothing here loops over words in Python. A batch is laid out as one array of code points; every
decision (is this apostrophe inside a word, does this line end break a sentence) is an array
operation over it, so that the cost of a page is little more than the cost of reading it.

What is *not* read is as deliberate as what is: letter case, kinds of quotes, white space, accents
and zero-width characters never change a token's hash or kind, because spinning tools disturb them
and a detector that looked at them would learn the tool and not the spinning. The one exception is
a line end, which separates blocks of a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from spindetect import characters
from spindetect.keys import hashes

__all__ = [
    "CLAUSE",
    "COMMA",
    "NUMBER",
    "SENTENCE",
    "WORD",
    "YEAR",
    "Tokens",
    "hash_word",
    "tokenise",
]

_Scalar = TypeVar("_Scalar", bound=np.generic)

# Kinds of tokens. The punctuation kinds are ordered by strength: of a run the strongest counts.
COMMA, CLAUSE, SENTENCE, WORD, NUMBER, YEAR = range(6)

# A full stop behind these ends no sentence. Chosen by reading the commonest words that stand
# before a full stop and a lower-case letter in edited prose.
_ABBREVIATIONS = (
    "mr mrs ms dr prof st sr jr vs etc eg ie al fig figs eq no nos vol pp ed eds inc ltd co corp "
    "dept gov sen rep gen col lt sgt capt rev hon mt ft approx cf resp jan feb mar apr jun jul aug "
    "sept sep oct nov dec"
).split()


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a batch of documents, one array an attribute, in order of the text.

    Before the first document, between two and after the last stands one `SENTENCE` token, so that
    no window of words ever reaches into a neighbour; it belongs to the document that it ends (the
    first to document 0).

    Attributes
    ----------
    texts : tuple of str
        The documents.
    kind : uint8 array, shape (n,)
        `WORD`, `NUMBER`, `YEAR`, `COMMA`, `CLAUSE` or `SENTENCE`.
    key : uint64 array, shape (n,)
        Hash of the folded word; equal for words that differ in case, accents or quotes.
    doc : int32 array, shape (n,)
        Index into `texts`.
    start, end : int64 arrays, shape (n,)
        Character offsets into the own document: for words, ``texts[doc][start:end]`` is the word.
    sentence : int32 array, shape (n,)
        Index of the sentence, counted over the batch; a `SENTENCE` token belongs to the one that
        it ends.
    """

    texts: tuple[str, ...]
    kind: npt.NDArray[np.uint8]
    key: npt.NDArray[np.uint64]
    doc: npt.NDArray[np.int32]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    sentence: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def is_word(self) -> npt.NDArray[np.bool_]:
        """Mask of words and numbers."""
        return self.kind >= WORD

    def word(self, index: int) -> str:
        """The word as written.

        >>> tokenise(["A Café."]).word(2)
        'Café'
        """
        text = self.texts[int(self.doc[index])]
        return text[int(self.start[index]) : int(self.end[index])]


def tokenise(texts: Sequence[str]) -> Tokens:
    """Tokens of a batch of documents.

    Words are runs of letters and digits with inner apostrophes and full stops (``don't``, ``U.S``,
    ``3.5``); a possessive ``'s`` stands alone; hyphens part words and leave no token. Runs of
    punctuation become one token of the strongest kind. A line end breaks a sentence unless the next
    line goes on in lower case, as in wrapped text.

    Parameters
    ----------
    texts : sequence of str
        Any strings: empty, binary rubbish and lone surrogates included.

    Examples
    --------
    >>> t = tokenise(["Dr. Lee's dog — old — sleeps. Wake it!"])
    >>> [t.word(i) for i in range(len(t)) if t.is_word[i]]
    ['Dr', 'Lee', "'s", 'dog', 'old', 'sleeps', 'Wake', 'it']
    >>> [int(s) for s in t.sentence[t.is_word]]
    [0, 0, 0, 0, 0, 0, 1, 1]
    """
    points, origin, length = _code_points(texts)
    char, folded = characters.classes(points)
    read = None
    if (char >= characters.IGNORED).any():
        # Where each character that is read stands, and all places where a token may end.
        read = np.flatnonzero(char < characters.IGNORED)
        edges = np.append(np.flatnonzero(char != characters.MARK), len(char))
        points, char, folded = points[read], char[read], folded[read]

    inside = _inside_words(char)
    possessive = inside & (char == characters.APOSTROPHE)
    possessive &= (_after(folded) == ord("s")) & ~_after(_after(inside))
    starts = inside & (~_before(inside) | possessive)
    ends = inside & (~_after(inside) | _after(possessive))
    word_start = np.flatnonzero(starts)
    word_end = np.flatnonzero(ends) + 1
    key = hashes(folded, inside, word_start)
    kind = _word_kinds(char, folded, word_start, word_end)

    strength = _strengths(points, char, inside, key, word_start, word_end)
    first, last, mark = _runs(strength, word_start)

    at = np.concatenate([word_start, first])
    order = np.argsort(at, kind="stable")
    start = at[order]
    end = np.concatenate([word_end, last])[order]
    if read is not None:
        start, end = read[start], edges[np.searchsorted(edges, read[end - 1] + 1)]
    doc = np.maximum(np.searchsorted(origin, start, side="right") - 1, 0)
    start = np.clip(start - origin[doc], 0, length[doc])
    end = np.clip(end - origin[doc], start, length[doc])
    kinds = np.concatenate([kind, mark])[order]
    ended = kinds == SENTENCE
    sentence = np.maximum(np.cumsum(ended) - ended - 1, 0)
    keys = np.concatenate([key, np.zeros(len(first), np.uint64)])[order]
    return Tokens(
        tuple(texts), kinds, keys, doc.astype(np.int32), start, end, sentence.astype(np.int32)
    )


def hash_word(word: str) -> int:
    """Key of one word, as `tokenise` gives it: 64 bits.

    Raises
    ------
    ValueError
        If the text is not one word.

    Examples
    --------
    >>> hash_word("Cafe") == hash_word("café")
    True
    """
    tokens = tokenise([word])
    words = np.flatnonzero(tokens.is_word)
    if len(words) != 1:
        raise ValueError(f"{word!r} is {len(words)} words, not one")
    return int(tokens.key[words[0]])


def _code_points(
    texts: Sequence[str],
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Code points of all documents with a break around each; where each starts; its length."""
    bar = np.array([characters.DOCUMENT_BREAK], np.uint32)
    parts = [bar]
    for text in texts:
        parts += [np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32), bar]
    length = np.array([len(t) for t in texts] or [0], np.int64)
    origin = 1 + np.concatenate([[0], np.cumsum(length + 1)[:-1]])
    return np.concatenate(parts), origin, length


def _before(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The value one place to the left of each."""
    return np.concatenate([np.zeros(1, np.bool_), mask[:-1]])


def _after(values: npt.NDArray[_Scalar]) -> npt.NDArray[_Scalar]:
    """The value one place to the right of each; nothing (0) behind the last."""
    return np.concatenate([values[1:], np.zeros(1, values.dtype)])


def _inside_words(char: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Mask of the characters that are part of a word."""
    letter, digit = char == characters.LETTER, char == characters.DIGIT
    alphanumeric: npt.NDArray[np.bool_] = letter | digit
    joints = [
        _joints(char == characters.APOSTROPHE, alphanumeric, letter),
        _joints(char == characters.FULL_STOP, alphanumeric, alphanumeric),
        _joints(char == characters.COMMA, digit, digit),
    ]
    inside = alphanumeric.copy()
    inside[np.concatenate(joints)] = True
    return inside


def _joints(
    mark: npt.NDArray[np.bool_], left: npt.NDArray[np.bool_], right: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Positions of marks that stand between a `left` and a `right` character."""
    where = np.flatnonzero(mark)
    where = where[(where > 0) & (where < len(mark) - 1)]
    return where[left[where - 1] & right[where + 1]]


def _word_kinds(
    char: npt.NDArray[np.uint8],
    folded: npt.NDArray[np.uint16],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> npt.NDArray[np.uint8]:
    """`WORD`, `NUMBER` (begins and ends with a digit) or `YEAR` (1000 to 2999) for each word."""
    kind = np.full(len(starts), WORD, np.uint8)
    digits = (char[starts] == characters.DIGIT) & (char[ends - 1] == characters.DIGIT)
    kind[digits] = NUMBER
    four = np.flatnonzero(digits & (ends - starts == 4))
    first = starts[four]
    plain = (char[first + 1] == characters.DIGIT) & (char[first + 2] == characters.DIGIT)
    plain &= (folded[first] == ord("1")) | (folded[first] == ord("2"))
    kind[four[plain]] = YEAR
    return kind


@cache
def _abbreviation_keys() -> npt.NDArray[np.uint64]:
    """Sorted keys of the abbreviations."""
    # Of each, the key as a word of a text without a full stop: `tokenise` asks for them itself.
    folded = [np.array([ord(c) for c in word], np.uint16) for word in _ABBREVIATIONS]
    starts = np.cumsum([0] + [len(f) for f in folded[:-1]])
    letters = np.concatenate(folded)
    return np.sort(hashes(letters, np.ones(len(letters), np.bool_), starts))


def _is_blank(char: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Mask of spaces and line ends."""
    blank: npt.NDArray[np.bool_] = (char == characters.SPACE) | (char == characters.LINE)
    return blank


def _strengths(
    points: npt.NDArray[np.uint32],
    char: npt.NDArray[np.uint8],
    inside: npt.NDArray[np.bool_],
    key: npt.NDArray[np.uint64],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> npt.NDArray[np.int8]:
    """Kind of break at each character, -1 where there is none."""
    strength = np.full(len(points), -1, np.int8)
    strength[(char == characters.COMMA) & ~inside] = COMMA
    strength[char == characters.CLAUSE] = CLAUSE
    dash = np.flatnonzero(points == ord("-"))
    if len(dash):
        # A hyphen between spaces, or two of them, is a dash. The last document's break follows all.
        apart = _is_blank(char[dash - 1]) & _is_blank(char[dash + 1])
        strength[dash[apart | (points[dash + 1] == ord("-"))]] = CLAUSE
    strength[char == characters.STOP] = SENTENCE
    stop = np.flatnonzero((char == characters.FULL_STOP) & ~inside)
    strength[stop] = SENTENCE
    if len(starts) and len(stop):
        word = np.searchsorted(ends, stop)
        word = np.minimum(word, len(ends) - 1)
        touches = ends[word] == stop
        known = _abbreviation_keys()
        found = np.minimum(np.searchsorted(known, key[word]), len(known) - 1)
        letters = ends[word] - starts[word]
        short = (known[found] == key[word]) | (
            (letters == 1) & (char[starts[word]] == characters.LETTER)
        )
        short |= (letters == 3) & (
            char[starts[word] + np.minimum(1, letters - 1)] == characters.FULL_STOP
        )
        strength[stop[touches & short]] = -1
    line = np.flatnonzero(char == characters.LINE)
    if len(line):
        after = points[np.minimum(line + 1, len(points) - 1)]
        line = line[(points[line] != ord("\r")) | (after != ord("\n"))]
        bar = points == characters.DOCUMENT_BREAK
        visible = np.flatnonzero(~_is_blank(char) | bar)
        follower = np.searchsorted(visible, line)
        follows = points[visible[follower]]
        lower = characters.is_small(follows)
        # Two line ends in a row part paragraphs, whatever comes next.
        double = np.diff(follower, prepend=-1) == 0
        strength[line[~lower | double | bar[line]]] = SENTENCE
    return strength


def _runs(
    strength: npt.NDArray[np.int8], starts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Start, end and strongest kind of each run of breaks with no word between."""
    mark = np.flatnonzero(strength >= 0)
    words_before = np.searchsorted(starts, mark)
    first = np.flatnonzero(np.diff(words_before, prepend=-1))
    last = np.append(first[1:], len(mark)) - 1
    kind = np.maximum.reduceat(strength[mark], first)
    return mark[first], mark[last] + 1, kind.astype(np.uint8)

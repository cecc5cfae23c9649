"""Slow, obvious versions of what the library does with arrays."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from unittest import mock

import numpy as np
import numpy.typing as npt

from spindetect import tables
from spindetect.ngrams import BREAK_ID
from spindetect.tokens import NUMBER, WORD, YEAR
from spindetect.trees import LEAVES, Trees

APOSTROPHES = "'\u2019\u2018\u02bc\u00b4`\u2032"
MARKS = ("Mn", "Me")


# Words


def _is_letter(character: str) -> bool:
    return character not in APOSTROPHES and unicodedata.category(character)[0] == "L"


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def words(text: str) -> list[tuple[int, int, int]]:
    """Start, end and kind of each word of a text in scripts below the CJK blocks."""
    # What is not read is left out; `at` says where the rest stands in the text.
    at = [i for i, c in enumerate(text) if unicodedata.category(c) not in (*MARKS, "Cf")]
    read = [text[i] for i in at]

    def character(j: int) -> str:
        return read[j] if 0 <= j < len(read) else "\n"

    def inside(j: int) -> bool:
        left, here, right = character(j - 1), character(j), character(j + 1)
        before = _is_letter(left) or _is_digit(left)
        if here in APOSTROPHES:
            return before and _is_letter(right)
        if here == ".":
            return before and (_is_letter(right) or _is_digit(right))
        if here == ",":
            return _is_digit(left) and _is_digit(right)
        return _is_letter(here) or _is_digit(here)

    def possessive(j: int) -> bool:
        follows = inside(j) and character(j) in APOSTROPHES and character(j + 1) in "sS"
        return follows and not inside(j + 2)

    found = []
    j = 0
    while j < len(read):
        if not inside(j):
            j += 1
            continue
        start = j
        j += 1
        while inside(j) and not possessive(j):
            j += 1
        end = at[j - 1] + 1
        while end < len(text) and unicodedata.category(text[end]) in MARKS:
            end += 1
        found.append((at[start], end, _kind("".join(read[start:j]))))
    return found


def _kind(word: str) -> int:
    """Kind of a word without its marks."""
    if not (_is_digit(word[0]) and _is_digit(word[-1])):
        return WORD
    return YEAR if len(word) == 4 and word[0] in "12" and all(map(_is_digit, word)) else NUMBER


# Language model

Triple = tuple[int, int, int]


def windows(ids: Sequence[int]) -> Iterator[Triple]:
    """Each token but the first with its two predecessors, none of them from across a break."""
    for i in range(1, len(ids)):
        left = ids[i - 1]
        far = ids[i - 2] if i > 1 and left != BREAK_ID else BREAK_ID
        yield far, left, ids[i]


def discounts(counts: Iterable[int]) -> dict[int, Fraction]:
    """Discount of each count: equation 26 of Chen and Goodman (1999), or 1/2 if it fails."""
    times = Counter(counts)
    half = dict.fromkeys(times, Fraction(1, 2))
    if not all(times[k] for k in (1, 2, 3, 4)):
        return half
    y = Fraction(times[1], times[1] + 2 * times[2])
    found = {k: k - (k + 1) * y * Fraction(times[k + 1], times[k]) for k in (1, 2, 3)}
    return {k: found[min(k, 3)] for k in times} if min(found.values()) > 0 else half


class KneserNey:
    """Interpolated modified Kneser-Ney, in exact arithmetic.

    Parameters
    ----------
    counts : mapping of triples to int
        How often each window was seen.
    size : int
        Size of the vocabulary.
    """

    def __init__(self, counts: Mapping[Triple, int], size: int) -> None:
        self.counts = Counter(counts)
        self.size = size
        preceded = defaultdict(set)
        for far, left, word in counts:
            preceded[left, word].add(far)
        # Behind a break stands only a break: a pair's count is the honest number there.
        self.pairs = Counter({pair: len(fars) for pair, fars in preceded.items()})
        for (_, left, word), count in counts.items():
            if left == BREAK_ID:
                self.pairs[left, word] = count
        self.words = Counter(word for _, word in self.pairs)
        self._of_triples = discounts(self.counts.values())
        self._of_pairs = discounts(self.pairs.values())
        self._of_words = discounts(self.words.values())
        # Methods cannot be cached on an object that is not hashable by value; these are.
        self.unigram = cache(self._unigram)
        self.bigram = cache(self._bigram)
        self.trigram = cache(self._trigram)

    def _unigram(self, word: int) -> Fraction:
        total = sum(self.words.values())
        free = sum((self._of_words[n] for n in self.words.values()), Fraction(0))
        count = self.words[word]
        own = count - self._of_words[count] if count else Fraction(0)
        return own / total + free / total / self.size

    def _bigram(self, left: int, word: int) -> Fraction:
        after = {w: n for (v, w), n in self.pairs.items() if v == left}
        if not after:
            return self.unigram(word)
        return self._interpolated(after, self._of_pairs, word, self.unigram(word))

    def _trigram(self, far: int, left: int, word: int) -> Fraction:
        after = {w: n for (u, v, w), n in self.counts.items() if (u, v) == (far, left)}
        # After a break, the break before it says nothing new.
        if not after or left == BREAK_ID:
            return self.bigram(left, word)
        return self._interpolated(after, self._of_triples, word, self.bigram(left, word))

    @staticmethod
    def _interpolated(
        after: Mapping[int, int], discount: Mapping[int, Fraction], word: int, lower: Fraction
    ) -> Fraction:
        total = sum(after.values())
        free = sum((discount[n] for n in after.values()), Fraction(0))
        own = after[word] - discount[after[word]] if word in after else Fraction(0)
        return own / total + free / total * lower


# Trees


@dataclass(frozen=True)
class Leaf:
    """A value, and the rows of the training data that had it."""

    value: float
    cover: int = 1


@dataclass(frozen=True)
class Split:
    """An inner node: rows whose feature is at most the threshold go left."""

    feature: int
    threshold: float
    left: "Tree"
    right: "Tree"


Tree = Split | Leaf


def branch(split: Split, row: Sequence[float]) -> Tree:
    """The side that a row goes to."""
    return split.left if row[split.feature] <= split.threshold else split.right


def walk(tree: Tree, row: Sequence[float]) -> float:
    """Value of the leaf that a row reaches."""
    return walk(branch(tree, row), row) if isinstance(tree, Split) else tree.value


def mean(tree: Tree) -> float:
    """Mean value over the training data."""
    found = leaves(tree)
    return sum(leaf.value * leaf.cover for leaf in found) / sum(leaf.cover for leaf in found)


def shares(tree: Tree, row: Sequence[float]) -> dict[int, float]:
    """How the tests of each column change the mean on a row's way to its leaf."""
    if isinstance(tree, Leaf):
        return {}
    below = branch(tree, row)
    found = shares(below, row)
    return {**found, tree.feature: found.get(tree.feature, 0) + mean(below) - mean(tree)}


def leaves(tree: Tree) -> list[Leaf]:
    """A tree's leaves from left to right."""
    return leaves(tree.left) + leaves(tree.right) if isinstance(tree, Split) else [tree]


def ensemble(trees: Sequence[Tree], intercept: float) -> Trees:
    """The same trees as arrays."""
    shape = len(trees), LEAVES - 1
    feature, threshold = np.zeros(shape, np.int64), np.full(shape, np.inf, np.float32)
    clears = np.zeros(shape, np.uint64)
    values, cover = np.zeros((2, len(trees), LEAVES))
    for t, tree in enumerate(trees):
        for number, leaf in enumerate(leaves(tree)):
            values[t, number], cover[t, number] = leaf.value, leaf.cover
        splits = list(_splits(tree, 0))
        for node, (split, first) in enumerate(splits):
            feature[t, node], threshold[t, node] = split.feature, split.threshold
            below = range(first, first + len(leaves(split.left)))
            clears[t, node] = sum(1 << leaf for leaf in below)
    return Trees(feature, threshold, clears, values, cover, intercept)


def _splits(tree: Tree, first: int) -> Iterator[tuple[Split, int]]:
    """Inner nodes and the number of the first leaf below each."""
    if isinstance(tree, Split):
        yield tree, first
        yield from _splits(tree.left, first)
        yield from _splits(tree.right, first + len(leaves(tree.left)))


# Tables


@contextmanager
def exact_tables() -> Iterator[None]:
    """Tables that know the keys they are built of: no fingerprint stands for two."""
    known: list[tuple[tables.Lanes, dict[int, int]]] = []
    build = tables.build

    def remember(
        keys: tables.Keys, bits: int, values: npt.NDArray[np.uint16] | None = None
    ) -> tuple[tables.Lanes, npt.NDArray[np.int64]]:
        lanes, slots = build(keys, bits, values)
        known.append((lanes, dict(zip(keys.tolist(), slots.tolist(), strict=True))))
        return lanes, slots

    def find(lanes: tables.Lanes, keys: tables.Keys, bits: int) -> npt.NDArray[np.int64]:
        (slots,) = (slots for table, slots in known if table is lanes)
        return np.array([slots.get(key, -1) for key in keys.tolist()], np.int64)

    with mock.patch.multiple(tables, build=remember, find=find):
        yield

"""Cuts: the passages of texts that are scored, with what a spinner changed in them.

A *document* is the first 400 words of a text in whole sentences, a *paragraph* its first whole
sentences up to the one that makes 50 words, at most 150. A *mixed* text takes some sentences from
the spun side of a pair and the others from the original.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from spindetect.benchmark.edits import Edit, edits, has_content, words
from spindetect.benchmark.texts import Text, family_of, group_hash
from spindetect.tokens import Tokens, tokenise

__all__ = ["DOCUMENT", "PARAGRAPH", "Bounds", "Change", "Cut", "changes", "cuts", "mixed_cuts"]

# A pair is aligned up to this many words, which is far beyond the end of a document: the time that
# alignment takes grows with the square.
_ALIGNED = 1000

# A mixed text has at least this many sentences, from which it takes shares within these bounds.
_LEAST_SENTENCES = 6
_MIXED_SHARE = (0.2, 0.8)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which passages are taken: whole sentences until there are `enough` words, never over `most`.

    Passages below `least` words are left out.
    """

    name: str
    least: int
    enough: int
    most: int


DOCUMENT = Bounds("documents", least=100, enough=400, most=400)
PARAGRAPH = Bounds("paragraphs", least=50, enough=50, most=150)


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of a passage that a spinner put there.

    Attributes
    ----------
    start, end : int
        Character offsets into the passage.
    n_words : int
        Words of the stretch.
    original : tuple of str
        The words that stood there, in lower case.
    counted : bool
        Whether a word with content is among them on either side, so that it should be found.
    """

    start: int
    end: int
    n_words: int
    original: tuple[str, ...]
    counted: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage to score.

    Attributes
    ----------
    text : str
        The passage.
    is_spun : bool
        Whether a spinner wrote some of it.
    group, register, family : str
        Those of the text; an original in a pair has the family of the spun one.
    strength : float or None
        Share of the words that the tool was to replace, in [0, 1].
    is_paired : bool
        Whether a spun passage and its own original are both among the passages, so that they can
        be compared one to one.
    changes : tuple of Change or None
        What a spinner changed, None if the original is not known.
    share : float
        Share of the words that were replaced, in [0, 1], also of the spun passage that an original
        is paired with; NaN if it is not known.
    """

    text: str
    is_spun: bool
    group: str
    register: str
    family: str
    strength: float | None = None
    is_paired: bool = False
    changes: tuple[Change, ...] | None = None
    share: float = float("nan")


def cuts(texts: Sequence[Text], bounds: Bounds) -> list[Cut]:
    """Passages of spun texts and of what they are compared with.

    Where originals are known, each spun passage is followed by that of its own original, so that
    there are as many of the one as of the other. If none is known, all originals (or clean and
    human texts, if there are no originals) take their place.
    """
    found: list[Cut] = []
    for text in texts:
        if text.label == "spun":
            found += _pair(text, bounds)
    if any(cut.is_paired for cut in found):
        return found
    others = [t for t in texts if t.label == "original"] or [t for t in texts if not t.is_spun]
    for text in others:
        passage, count = clip(text.text, bounds)
        if count >= bounds.least:
            found.append(_cut(text, passage, is_spun=False))
    return found


def _pair(text: Text, bounds: Bounds) -> Iterator[Cut]:
    """The passage of a spun text, and that of its original."""
    passage, count = clip(text.text, bounds)
    if count < bounds.least:
        return
    spun = _cut(text, passage, is_spun=True)
    if text.original is None:
        yield spun
        return
    known = changes(text.original, text.text, len(passage))
    share = sum(c.n_words for c in known) / count
    other, other_count = clip(text.original, bounds)
    is_paired = other_count >= bounds.least
    yield replace(spun, is_paired=is_paired, changes=known, share=share)
    if is_paired:
        yield replace(_cut(text, other, is_spun=False), is_paired=True, share=share)


def _cut(text: Text, passage: str, *, is_spun: bool) -> Cut:
    """A passage with what is known of its text."""
    return Cut(
        passage,
        is_spun=is_spun,
        group=text.group,
        register=text.register,
        family=family_of(text.tool),
        strength=text.strength,
    )


def mixed_cuts(texts: Sequence[Text]) -> list[Cut]:
    """Whole texts of which some sentences are spun: those labelled so, or made from pairs."""
    given = [t for t in texts if t.label == "mixed"]
    found = [_mixed_cut(t, t.text) for t in given]
    if any(t.original is not None for t in given):
        return found
    for text in texts:
        if text.label == "spun" and text.original is not None:
            blend = mixed(text.original, text.text, f"{text.tool}/{text.id}")
            if blend is not None:
                found.append(_mixed_cut(text, blend))
    return found


def _mixed_cut(text: Text, blend: str) -> Cut:
    """The cut of a mixed text."""
    cut = _cut(text, blend, is_spun=True)
    if text.original is None:
        return cut
    return replace(cut, changes=changes(text.original, blend, len(blend)))


def _sentence_ends(tokens: Tokens) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Words up to the end of each sentence of one text, and where that end is."""
    is_word = tokens.is_word
    numbers = np.unique(tokens.sentence[is_word])
    last = np.searchsorted(tokens.sentence, numbers, side="right")
    return np.cumsum(is_word, dtype=np.int64)[last - 1], tokens.end[last - 1]


def clip(text: str, bounds: Bounds) -> tuple[str, int]:
    """The passage at the beginning of a text, and its number of words.

    >>> clip("One two. Three four five. Six.", Bounds("", least=1, enough=3, most=5))
    ('One two. Three four five.', 5)
    >>> clip("One two three.", Bounds("", least=1, enough=1, most=2))
    ('', 0)
    """
    count, end = _sentence_ends(tokenise([text]))
    fits = int(np.searchsorted(count, bounds.most, side="right"))
    taken = min(int(np.searchsorted(count, bounds.enough)) + 1, fits)
    return (text[: int(end[taken - 1])], int(count[taken - 1])) if taken else ("", 0)


def changes(original: str, spun: str, end: int) -> tuple[Change, ...]:
    """What was changed between an original and the first `end` characters of its spun version.

    What was only left out has no place in the spun text and is not listed.

    >>> found, = changes("He told me.", "He steered me.", 14)
    >>> found.start, found.end, found.original, found.counted
    (3, 10, ('told',), True)
    """
    tokens = tokenise([spun])
    index = np.flatnonzero(tokens.is_word)[:_ALIGNED]
    left, right = words(tokenise([original]))[:_ALIGNED], words(tokens)[:_ALIGNED]
    found = []
    for e in edits(left, right):
        if e.j2 > e.j1 and tokens.end[index[e.j2 - 1]] <= end:
            before, after = left[e.i1 : e.i2], right[e.j1 : e.j2]
            span = int(tokens.start[index[e.j1]]), int(tokens.end[index[e.j2 - 1]])
            found.append(Change(*span, len(after), tuple(before), has_content(before + after)))
    return tuple(found)


def mixed(original: str, spun: str, name: str) -> str | None:
    """A text with some sentences of the spun side, drawn by its name, and others of the original.

    Returns None if there are too few sentences that end in both.
    """
    segments = _segments(original, spun)
    n = len(segments)
    if n < _LEAST_SENTENCES:
        return None
    random = np.random.default_rng(int(group_hash(name)[:8], 16))
    chosen = set(random.permutation(n)[: round(n * random.uniform(*_MIXED_SHARE))].tolist())
    # A blank keeps the words of two segments apart, whatever white space either side has.
    return " ".join(pair[i in chosen] for i, pair in enumerate(segments))


def _segments(original: str, spun: str) -> list[tuple[str, str]]:
    """Stretches of one sentence or more that end in both texts at the same place."""
    left, right = tokenise([original]), tokenise([spun])
    found = edits(words(left), words(right))
    ends = dict(zip(*(a.tolist() for a in _sentence_ends(right)), strict=True))
    segments = []
    from_left = from_right = 0
    for count, end in zip(*(a.tolist() for a in _sentence_ends(left)), strict=True):
        other = _counterpart(count, found)
        if other is not None and other in ends:
            segments.append((original[from_left:end], spun[from_right : ends[other]]))
            from_left, from_right = end, ends[other]
    return segments


def _counterpart(count: int, found: Sequence[Edit]) -> int | None:
    """Words of the spun text that the first `count` words of the original became."""
    shift = 0
    for e in found:
        if e.i1 < count < e.i2:
            return None
        if e.i2 <= count:
            shift = e.j2 - e.i2
    return count + shift

"""Where the words, lines, paragraphs and sentences of a batch of documents stand, as arrays.

A batch is one array of code points; words, lines, paragraphs and sentences are all segments of it
(`spindetect.quality.segments`), so that a signal is a few array operations over the batch. What
several signals need is found once, when the first of them asks.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from spindetect.batches import Piece, piece_batches, pieces_of
from spindetect.quality.batch import Batch
from spindetect.quality.characters import (
    ALNUM,
    LINE_END,
    SPACE,
)
from spindetect.quality.keys import Ints, Keys
from spindetect.quality.segments import Segments, Words
from spindetect.segments import begins
from spindetect.tokens import Tokens, tokenise

__all__ = ["Layout"]


_RETURN, _FEED = ord("\r"), ord("\n")


class Layout(Batch):
    r"""A batch of documents laid out.

    Parameters
    ----------
    texts : sequence of str
        Any strings, empty ones and lone surrogates included.

    Examples
    --------
    >>> layout = Layout(["To be,\r\n\r\nor not", ""])
    >>> layout.spaced.n.tolist(), layout.n_lines.tolist(), layout.lines.n.tolist()
    ([4, 0], [3, 0], [2, 0])
    >>> [layout.lines.text(i) for i in range(2)]
    ['To be,', 'or not']
    """

    def __exit__(self, *exception: object) -> None:
        if "normalised" in vars(self):
            self.normalised.layout.__exit__(*exception)
        super().__exit__(*exception)

    @cached_property
    def _turns(self) -> Ints:
        """Where words and white space take turns, beginning with the first word."""
        turns = []
        before = True
        for start, flags in self.blocks():
            space = (flags & SPACE) != 0
            if space[0] != before:
                turns.append(np.array([start]))
            turns.append(np.flatnonzero(space[1:] != space[:-1]) + (start + 1))
            before = bool(space[-1])
        return turns[0] if len(turns) == 1 else np.concatenate(turns)

    @cached_property
    def spaced(self) -> Words:
        """The words that white space parts, as `str.split` has them."""
        return Words(self, self._turns[::2], self._turns[1::2])

    @cached_property
    def _line_ends(self) -> Ints:
        """Ends of lines, those around the documents included; the second of a pair only."""
        ends = [np.flatnonzero((flags & LINE_END) != 0) + start for start, flags in self.blocks()]
        end = ends[0] if len(ends) == 1 else np.concatenate(ends)
        followed = self.points[np.minimum(end + 1, len(self.points) - 1)] == _FEED
        return np.asarray(end[~(followed & (self.points[end] == _RETURN))])

    @cached_property
    def n_line_ends(self) -> Ints:
        """Ends of lines in each document."""
        return self.inside(self._line_ends)

    @cached_property
    def n_lines(self) -> Ints:
        """Lines of each document, blank ones included, as `str.splitlines` counts."""
        # What stands behind the last end of a line is a line unless it is empty.
        last = self._line_ends[np.maximum(np.searchsorted(self._line_ends, self.stop) - 1, 0)]
        return np.asarray(self.n_line_ends + (last != self.stop - 1))

    @cached_property
    def line_bounds(self) -> Ints:
        """Index of the first word of each line that is not blank; then the number of words."""
        bound = np.searchsorted(self.spaced.start, self._line_ends)
        return bound[np.flatnonzero(np.append(True, bound[1:] > bound[:-1]))]

    @cached_property
    def lines(self) -> Segments:
        """Lines of `str.splitlines` without the white space around them; no blank ones."""
        first, last = self.line_bounds[:-1], self.line_bounds[1:]
        return Segments(self, self.spaced.start[first], self.spaced.end[last - 1])

    @cached_property
    def _feeds(self) -> Ints:
        """Line feeds."""
        return np.flatnonzero(self.points == _FEED)

    @cached_property
    def n_feeds(self) -> Ints:
        """Line feeds in each document."""
        return self.inside(self._feeds)

    def _feed_runs(self) -> tuple[Ints, Ints]:
        """Runs of line feeds: positions of their first and behind their last."""
        new = np.flatnonzero(np.diff(self._feeds, prepend=-1) > 1)
        last = np.append(new[1:], len(self._feeds))[: len(new)] - 1
        return self._feeds[new], self._feeds[last] + 1

    @cached_property
    def all_fed_lines(self) -> Segments:
        """What line feeds part, with the white space around it, empty and blank lines included."""
        start = np.sort(np.concatenate([self.origin, self._feeds + 1]))
        return Segments(self, start, np.sort(np.concatenate([self._feeds, self.stop])))

    @cached_property
    def fed_lines(self) -> Segments:
        """Those of `all_fed_lines` that are not blank."""
        every = self.all_fed_lines
        begin = np.searchsorted(self.spaced.start, every.start)
        return every.pick(np.searchsorted(self.spaced.start, every.end) > begin)

    @cached_property
    def fed_blocks(self) -> Segments:
        """What runs of line feeds part, empty ones at the ends of a document included."""
        first, behind = self._feed_runs()
        start = np.sort(np.concatenate([self.origin, behind]))
        return Segments(self, start, np.sort(np.concatenate([first, self.stop])))

    @cached_property
    def paragraphs(self) -> Segments:
        """What runs of two and more line feeds part; a document of white space has an empty one."""
        words = self.spaced
        bound = np.cumsum(words.n)
        filled = words.n > 0
        start, stop = self.origin.copy(), self.origin.copy()
        start[filled] = words.start[(bound - words.n)[filled]]
        stop[filled] = words.end[bound[filled] - 1]
        first, behind = self._feed_runs()
        doc = self.doc(first)
        parts = (behind - first > 1) & (first >= start[doc]) & (behind <= stop[doc])
        begins = np.sort(np.concatenate([start, behind[parts]]))
        return Segments(self, begins, np.sort(np.concatenate([first[parts], stop])))

    @cached_property
    def tokens(self) -> list[tuple[list[Piece], Tokens]]:
        """The project's own tokens, of pieces of documents together."""
        return list(self._tokenised())

    def _tokenised(self) -> Iterator[tuple[list[Piece], Tokens]]:
        """Tokens of pieces of documents together, one batch after the other."""
        pieces = [p for doc, text in enumerate(self.texts) for p in pieces_of(doc, text)]
        for batch in piece_batches(pieces):
            yield batch, tokenise([p.text for p in batch])

    def each_tokens(self) -> Iterator[tuple[list[Piece], Tokens]]:
        """The same to read once: nothing is kept unless something else has kept it."""
        return iter(self.tokens) if "tokens" in self.__dict__ else self._tokenised()

    @cached_property
    def own_words(self) -> Words:
        """The words and numbers of the project's own tokens."""
        starts, ends = [], []
        for batch, tokens in self.tokens:
            word = tokens.is_word
            base = np.array([self.origin[p.document] + p.offset for p in batch])[tokens.doc[word]]
            starts.append(tokens.start[word] + base)
            ends.append(tokens.end[word] + base)
        none = np.zeros(0, np.int64)
        return Words(self, np.concatenate([none, *starts]), np.concatenate([none, *ends]))

    @cached_property
    def own_keys(self) -> Keys:
        """Key of each of `own_words`, the same whatever letter case, accents and apostrophes."""
        keys = [tokens.key[tokens.is_word] for _, tokens in self.tokens]
        return np.concatenate([np.zeros(0, np.uint64), *keys])

    @cached_property
    def sentences(self) -> Segments:
        """Sentences of the project's own tokens, from the first word to the mark that ends them."""
        starts, ends = [], []
        for batch, tokens in self.tokens:
            word = np.flatnonzero(tokens.is_word)
            first = word[begins(tokens.sentence[word])]
            last = np.searchsorted(tokens.sentence, tokens.sentence[first], side="right") - 1
            base = np.array([self.origin[p.document] + p.offset for p in batch])[tokens.doc[first]]
            starts.append(tokens.start[first] + base)
            ends.append(tokens.end[last] + base)
        none = np.zeros(0, np.int64)
        start, end = np.concatenate([none, *starts]), np.concatenate([none, *ends])
        # The mark of the last sentence of a paragraph is one token with the blank behind it.
        words = self.spaced
        last = np.searchsorted(words.start, end) - 1
        return Segments(self, start, np.minimum(end, words.end[last]) if len(end) else end)

    @cached_property
    def line_sentences(self) -> Ints:
        """Sentences of each of `lines`, if every end of a line ended one."""
        lines, word, sentence = self.lines, self.own_words.start, self.sentences.start
        first = np.append(word, len(self.points))[np.searchsorted(word, lines.start)]
        more = np.searchsorted(sentence, lines.end) - np.searchsorted(sentence, first, side="right")
        return np.asarray(1 + np.maximum(more, 0))

    @cached_property
    def parted(self) -> Words:
        """The project's own tokens, and between them punctuation and symbols one by one.

        Of full stops and of hyphens a run is one. This is close to what spaCy makes of English.
        """
        start, end = self.own_words.start, self.own_words.end
        inside = np.zeros(len(self.points) + 1, np.int8)
        inside[start] += 1
        inside[end] -= 1
        np.cumsum(inside, out=inside)
        others = [
            np.flatnonzero(((flags & SPACE) == 0) & (inside[at : at + len(flags)] == 0)) + at
            for at, flags in self.blocks()
        ]
        sign = np.concatenate(others)
        point = self.points[sign]
        merged = (np.diff(sign, prepend=-2) == 1) & (
            np.diff(point.astype(np.int64), prepend=-1) == 0
        )
        merged &= (point == ord(".")) | (point == ord("-"))
        first = np.flatnonzero(~merged)
        last = np.append(first[1:], len(sign))[: len(first)] - 1
        return Words(
            self,
            np.sort(np.concatenate([start, sign[first]])),
            np.sort(np.concatenate([end, sign[last] + 1])),
        )

    @cached_property
    def punctuated(self) -> Words:
        """Runs of letters, digits and underscores, and runs of what else is not white space."""
        kinds = [
            np.where(flags & SPACE, 0, np.where(flags & ALNUM, 1, 2)).astype(np.uint8)
            for _, flags in self.blocks()
        ]
        kind = np.concatenate(kinds)
        kind[self.points == ord("_")] = 1
        edge = np.flatnonzero(np.diff(kind, append=0)) + 1
        start = np.append(0, edge[:-1])[: len(edge)]
        word = kind[start] > 0
        return Words(self, start[word], edge[word])

    @cached_property
    def normalised(self) -> Words:
        """Words of the documents in lower case, without punctuation of ASCII and taken apart (NFD).

        They stand in a layout of their own, with single spaces between them: the texts are others.
        """
        texts = (" ".join(_unpunctuated(text).lower().split()) for text in self.texts)
        return Layout([unicodedata.normalize("NFD", text) for text in texts]).spaced

    def given(self, words: Sequence[Sequence[str]]) -> Words:
        """Words that a caller gives, of each document in order of the text.

        Raises
        ------
        ValueError
            If a word is empty or does not stand in its document behind the one before.
        """
        bounds: list[tuple[int, int]] = []
        for text, origin, own in zip(self.texts, self.origin.tolist(), words, strict=True):
            at = 0
            for word in own:
                place = text.find(word, at) if word else -1
                if place < 0:
                    raise ValueError(f"there is no word {word!r} behind character {at} of the text")
                at = place + len(word)
                bounds.append((origin + place, origin + at))
        start, end = np.array(bounds, np.int64).reshape(-1, 2).T
        return Words(self, start, end)


def _unpunctuated(text: str) -> str:
    """A text without the punctuation of ASCII.

    >>> _unpunctuated("(It's) a well-known fact.")
    'Its a wellknown fact'
    """
    # A third of the time that `str.translate` takes: most texts have few of these signs.
    for sign in string.punctuation:
        text = text.replace(sign, "")
    return text

"""The search for copies: the one place that knows the order of its steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.copies.candidates import Groups, chosen, links, share_enough
from spindetect.copies.clusters import Cluster, Edge, Identifier, Page, grouped
from spindetect.copies.fingerprint import LEAST_WORDS, Codes
from spindetect.copies.match import Match, Weights, matched, weights
from spindetect.copies.members import (
    Members,
    Name,
    Names,
    Texts,
    fingerprints,
    kinds_of,
    members,
)
from spindetect.copies.reader import Reader, reader
from spindetect.errors import InputError

__all__ = [
    "Duplicates",
    "clusters",
    "confirmed",
    "find_copies",
    "same_source",
]

# Pairs that are compared together: their pages are read at once, each but once. Fingerprints of so
# many pages take some 100 MB.
BLOCK = 4096

# Characters that are fingerprinted together, as many as arrays are good at, and what a page counts
# beside its own, so that a batch of empty ones ends, too.
BATCH = 200_000
OVERHEAD = 100

Pairs = npt.NDArray[np.int64]


def same_source(a: str, b: str) -> Match:
    """What two texts have in common, and how probable it is that they share a source.

    Parameters
    ----------
    a, b : str

    Returns
    -------
    Match
        Offsets of its passages are into `a` and `b`.

    Examples
    --------
    >>> same_source("Too short.", "Too short.").kind
    <Kind.DIFFERENT: 'different'>
    """
    stream = reader().read([a, b])
    return matched(stream[0], stream[1], weights())


@dataclass(frozen=True)
class Duplicates:
    """Pages with the same words as an earlier one.

    Attributes
    ----------
    first : int64 array, shape (pages,)
        Of each page the first with its words; -1 for tiny pages.
    """

    first: npt.NDArray[np.int64]

    @classmethod
    def of(cls, exact: npt.NDArray[np.uint64], n_words: npt.NDArray[np.int32]) -> Duplicates:
        """The duplicates among pages with these hashes and numbers of words."""
        _, first, which = np.unique(exact, return_index=True, return_inverse=True)
        found = first[which]
        found = np.where(n_words[found] == n_words, found, np.arange(len(exact)))
        return cls(np.where(n_words < LEAST_WORDS, -1, found))

    @property
    def is_first(self) -> npt.NDArray[np.bool_]:
        """Mask of pages that are compared: neither tiny nor like an earlier one."""
        mask: npt.NDArray[np.bool_] = self.first == np.arange(len(self.first))
        return mask

    def copies(self) -> dict[int, list[int]]:
        """Later pages with the same words, by the first."""
        others: dict[int, list[int]] = defaultdict(list)
        for page in np.flatnonzero((self.first >= 0) & ~self.is_first).tolist():
            others[int(self.first[page])].append(page)
        return others


def confirmed(
    pairs: Pairs, common: Codes, texts: Texts, learned: Weights, read: Reader
) -> Iterator[Edge]:
    """The pairs that share a source; candidates that do not are left out.

    Parameters
    ----------
    pairs : int64 array, shape (n, 2)
    common : uint64 array
        Anchors of large groups, see `Groups.common`.
    texts, learned, read
    """
    for begin in range(0, len(pairs), BLOCK):
        block = pairs[begin : begin + BLOCK]
        prints = dict(fingerprints(np.unique(block).tolist(), texts, read))
        for left, right in block.tolist():
            if not share_enough(prints[left], prints[right], common):
                continue
            match = matched(prints[left], prints[right], learned)
            if match.is_copy:
                yield Edge(left, right, match.is_whole)


def clusters(
    edges: Iterable[Edge], duplicates: Duplicates, names: Names, texts: Texts
) -> Iterator[Members]:
    """The clusters that pairs and exact duplicates make, in order of their first pages.

    Parameters
    ----------
    edges : iterable of Edge
        Gone through twice.
    duplicates : Duplicates
    names, texts : callable
        Of pages by their numbers.
    """
    copies = duplicates.copies()
    groups = list(grouped(edges))
    met = {page for pages, _ in groups for page in pages}
    groups += [([page], []) for page in copies if page not in met]
    for pages, parts in sorted(groups, key=lambda group: min(group[0])):
        yield members(pages, parts, copies, names, texts)


def find_copies(items: Iterable[str | tuple[Identifier, str] | Page]) -> list[Cluster]:
    """Clusters of texts that share a source, in order of their first text.

    Texts are held in memory; the command ``spindetect copies`` reads collections larger than that.

    Parameters
    ----------
    items : iterable
        Texts, (id, text) pairs, or `Page` with a date. Without an id a text is named by its number.

    Returns
    -------
    list of Cluster
        Of two pages or more each. Texts of fewer than 25 words are in none.

    Raises
    ------
    InputError
        If an item is none of these.

    Examples
    --------
    >>> find_copies(["Too short.", "Too short."])
    []
    """
    read, learned = reader(), weights()
    kept: list[Page] = []
    sizes: list[tuple[npt.NDArray[np.generic], ...]] = []
    anchors: list[tuple[npt.NDArray[np.uint64], Pairs]] = []
    for batch in _batches(map(_page, items)):
        stream = read.read([page.text for page in batch])
        anchors.append((stream.anchors.hash, stream.anchors.doc + np.int64(len(kept))))
        sizes.append((stream.exact, stream.n_words, stream.n_anchors))
        kept += batch
    if not kept:
        return []

    def texts(numbers: Sequence[int]) -> list[str]:
        return [kept[n].text for n in numbers]

    def names(numbers: Sequence[int]) -> list[Name]:
        return [(n if kept[n].id is None else kept[n].id, kept[n].date) for n in numbers]

    exact_of, n_words, n_anchors = (np.concatenate(column) for column in zip(*sizes, strict=True))
    duplicates = Duplicates.of(exact_of, n_words)
    hashes, owners = (np.concatenate(column) for column in zip(*anchors, strict=True))
    first = duplicates.is_first[owners]
    groups = Groups.of(hashes[first], owners[first])
    pairs = chosen(links(groups), n_anchors)
    edges = list(confirmed(pairs, groups.common, texts, learned, read))
    return [_cluster(own) for own in clusters(edges, duplicates, names, texts)]


def _cluster(own: Members) -> Cluster:
    """The cluster of its members, with all its pairs."""
    pairs = list(own.pairs())
    return own.cluster(kinds_of(len(own.numbers), pairs), pairs)


def _page(item: str | tuple[Identifier, str] | Page) -> Page:
    """The page that an item stands for."""
    page = Page(None, item) if isinstance(item, str) else Page(*item)
    if not isinstance(page.text, str):
        raise InputError(f"a page is a text or an (id, text) pair, got {item!r:.80}")
    return page


def _batches(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Pages together up to `BATCH` characters, at least one."""
    batch: list[Page] = []
    size = 0
    for page in pages:
        batch.append(page)
        size += len(page.text) + OVERHEAD
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch

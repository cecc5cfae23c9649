"""The search for copies: the one place that knows the order of its steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice

import numpy as np
import numpy.typing as npt

from spindetect.batches import item_batches
from spindetect.copies.candidates import chosen, links
from spindetect.copies.clusters import Cluster, Edge, Identifier, Page, Pair, grouped
from spindetect.copies.fingerprint import LEAST_WORDS, Fingerprint, Reader, reader
from spindetect.copies.match import Kind, Match, Weights, exact, matched, weights
from spindetect.copies.surprisal import surprisal
from spindetect.errors import InputError

__all__ = [
    "Duplicates",
    "Texts",
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

# Pages of a cluster of which all found pairs are told; of more, each with the original.
_TOLD = 12

# Texts of pages by their numbers, and ids and dates.
Texts = Callable[[Sequence[int]], list[str]]
Name = tuple[Identifier, str | None]
Names = Callable[[Sequence[int]], list[Name]]
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


def confirmed(pairs: Pairs, texts: Texts, learned: Weights, read: Reader) -> Iterator[Edge]:
    """The pairs that share a source; candidates that do not are left out."""
    for begin in range(0, len(pairs), BLOCK):
        block = pairs[begin : begin + BLOCK]
        prints = fingerprints(np.unique(block).tolist(), texts, read)
        for left, right in block.tolist():
            match = matched(prints[left], prints[right], learned)
            if match.is_copy:
                yield Edge(left, right, match.is_whole)


def fingerprints(pages: Sequence[int], texts: Texts, read: Reader) -> dict[int, Fingerprint]:
    """Fingerprints of some pages, by their numbers."""
    found: dict[int, Fingerprint] = {}
    numbers = iter(pages)
    for batch in item_batches(texts(pages)):
        stream = read.read([text for _, text in batch if isinstance(text, str)])
        found |= {page: stream[at] for at, page in enumerate(islice(numbers, len(batch)))}
    return found


def clusters(
    edges: Sequence[Edge], duplicates: Duplicates, names: Names, texts: Texts
) -> Iterator[Cluster]:
    """The clusters that pairs and exact duplicates make, in order of their first pages."""
    copies = duplicates.copies()
    groups = list(grouped(edges))
    met = {page for pages, _ in groups for page in pages}
    groups += [([page], []) for page in copies if page not in met]
    for pages, parts in sorted(groups, key=lambda group: min(group[0])):
        yield _cluster(pages, parts, copies, names, texts)


def _cluster(
    pages: list[int], parts: list[int], copies: Mapping[int, list[int]], names: Names, texts: Texts
) -> Cluster:
    """The cluster of some pages and parts, with those that have the same words as one of them."""
    read, learned = reader(), weights()
    prints = fingerprints([*pages, *parts], texts, read)
    same = {page: [page, *copies.get(page, [])] for page in prints}
    numbers = list(chain.from_iterable(same.values()))
    ids, dates = zip(*names(numbers), strict=True)
    id_of, date_of = dict(zip(numbers, ids, strict=True)), dict(zip(numbers, dates, strict=True))
    for all_ in same.values():
        all_.sort(key=lambda n: (date_of[n] is None, date_of[n] or "", n))
    odd = dict.fromkeys(pages, 0.0)
    if len(pages) > 1:
        odd = dict(zip(pages, surprisal([prints[p].text for p in pages], read.ngrams), strict=True))
    # Dates decide where all versions have one; otherwise how odd a version reads.
    has_dates = all(date_of[same[page][0]] is not None for page in pages)
    order = sorted(pages, key=lambda p: (date_of[same[p][0]] if has_dates else "", odd[p], p))
    original, *others = [*order, *parts]
    matches = {page: matched(prints[original], prints[page], learned) for page in others}
    members = [(n, page) for page in order for n in same[page]]
    borrowers = [(n, page) for page in parts for n in same[page]]
    place = {n: at for at, (n, _) in enumerate([*members, *borrowers])}

    def pair(a: int, b: int, match: Match) -> Pair:
        return Pair(place[same[a][0]], place[same[b][0]], match)

    pairs = [pair(original, page, match) for page, match in matches.items()]
    if len(prints) <= _TOLD:
        rest = [(a, b, matched(prints[a], prints[b], learned)) for a, b in combinations(others, 2)]
        pairs += [pair(a, b, match) for a, b, match in rest if match.is_copy]
    for page, (first, *later) in same.items():
        repeated = exact(prints[page], prints[page])
        pairs += [Pair(place[first], place[n], repeated) for n in later]

    def kind(n: int, page: int) -> Kind:
        if page != original:
            return matches[page].kind
        return Kind.DIFFERENT if place[n] == 0 else Kind.EXACT

    return Cluster(
        tuple(id_of[n] for n, _ in members),
        tuple(id_of[n] for n, _ in borrowers),
        tuple(kind(n, page) for n, page in [*members, *borrowers]),
        tuple(place),
        tuple(date_of[n] for n in place),
        tuple(odd[page] for _, page in members),
        tuple(pairs),
    )


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
    pairs = chosen(links(hashes[first], owners[first]), n_anchors)
    return list(clusters(list(confirmed(pairs, texts, learned, read)), duplicates, names, texts))


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

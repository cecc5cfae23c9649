"""The search for copies: the one place that knows the order of its steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import numpy.typing as npt

from spindetect.batches import item_batches
from spindetect.copies.candidates import chosen, links
from spindetect.copies.clusters import Cluster, Edge, Identifier, Page, Pair, grouped
from spindetect.copies.fingerprint import LEAST_WORDS, Fingerprint, Reader, Stream, reader
from spindetect.copies.match import Kind, Match, Weights, exact, matched, weights
from spindetect.copies.surprisal import surprisal

__all__ = [
    "Catalogue",
    "Duplicates",
    "Texts",
    "clusters",
    "confirmed",
    "find_copies",
    "same_source",
]

# Pairs that are compared together: their pages are read at once, each but once.
_BLOCK = 512

# Characters that are fingerprinted together, as many as arrays are good at.
BATCH = 200_000

# Pages of a cluster of which all found pairs are told; of more, each with the original.
_TOLD = 12

# Texts of pages by their numbers.
Texts = Callable[[Sequence[int]], list[str]]
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


@dataclass
class Catalogue:
    """What is kept of each page of a collection while the others are read.

    Attributes
    ----------
    ids, dates : list
    exact : list of uint64 array
        Hashes of words, a batch an array.
    n_words, n_anchors : list of int32 array
        Words, and anchors.
    """

    ids: list[Identifier] = field(default_factory=list)
    dates: list[str | None] = field(default_factory=list)
    exact: list[npt.NDArray[np.uint64]] = field(default_factory=list)
    n_words: list[npt.NDArray[np.int32]] = field(default_factory=list)
    n_anchors: list[npt.NDArray[np.int32]] = field(default_factory=list)

    def add(self, stream: Stream) -> None:
        """Keep what a batch of pages showed."""
        self.exact.append(stream.exact)
        self.n_words.append(stream.n_words)
        counts = np.bincount(stream.anchors.doc, minlength=len(stream)).astype(np.int32)
        self.n_anchors.append(counts)


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
        return self.first == np.arange(len(self.first))

    def copies(self) -> dict[int, list[int]]:
        """Later pages with the same words, by the first."""
        others: dict[int, list[int]] = defaultdict(list)
        for page in np.flatnonzero((self.first >= 0) & ~self.is_first).tolist():
            others[int(self.first[page])].append(page)
        return others


def confirmed(
    pairs: Pairs, texts: Texts, learned: Weights, read: Reader
) -> Iterator[tuple[int, int, Match]]:
    """The pairs that share a source, with what they share; candidates that do not are left out."""
    for begin in range(0, len(pairs), _BLOCK):
        block = pairs[begin : begin + _BLOCK]
        prints = fingerprints(np.unique(block).tolist(), texts, read)
        for left, right in block.tolist():
            match = matched(prints[left], prints[right], learned)
            if match.is_copy:
                yield left, right, match


def fingerprints(pages: Sequence[int], texts: Texts, read: Reader) -> dict[int, Fingerprint]:
    """Fingerprints of some pages, by their numbers."""
    found: dict[int, Fingerprint] = {}
    numbers = iter(pages)
    for batch in item_batches(texts(pages)):
        stream = read.read([text for _, text in batch if isinstance(text, str)])
        found |= {page: stream[at] for at, page in enumerate(islice(numbers, len(batch)))}
    return found


def clusters(
    matches: Sequence[tuple[int, int, Match]],
    duplicates: Duplicates,
    catalogue: Catalogue,
    texts: Texts,
    learned: Weights,
    read: Reader,
) -> Iterator[Cluster]:
    """The clusters of pages that matches and exact duplicates make."""
    copies = duplicates.copies()
    known = {(left, right): match for left, right, match in matches}
    edges = [Edge(left, right, match.is_whole) for left, right, match in matches]
    met: set[int] = set()
    for pages, parts in grouped(edges):
        met.update(pages)
        yield _cluster(pages, parts, known, copies, catalogue, texts, learned, read)
    for page in copies:
        if page not in met:
            yield _cluster([page], [], known, copies, catalogue, texts, learned, read)


def _cluster(
    pages: list[int],
    parts: list[int],
    known: dict[tuple[int, int], Match],
    copies: dict[int, list[int]],
    catalogue: Catalogue,
    texts: Texts,
    learned: Weights,
    read: Reader,
) -> Cluster:
    """The cluster of some pages and parts, with those that have the same words as one of them."""
    members = [*pages, *parts]
    prints = fingerprints(members, texts, read)
    odd = dict.fromkeys(pages, 0.0)
    if len(pages) > 1:
        odd = dict(zip(pages, surprisal([prints[p].text for p in pages], read.ngrams), strict=True))
    all_of = {page: [page, *copies.get(page, [])] for page in members}
    dates = {
        page: min((d for n in all_of[page] if (d := catalogue.dates[n])), default=None)
        for page in members
    }
    has_dates = all(dates[page] is not None for page in pages)
    order = sorted(pages, key=lambda p: (dates[p] or "" if has_dates else "", odd[p], p))
    original = order[0]

    def match_of(a: int, b: int) -> Match:
        if (a, b) in known:
            return known[a, b]
        return matched(prints[a], prints[b], learned)

    found = [(original, page, match_of(original, page)) for page in [*order[1:], *parts]]
    if len(members) <= _TOLD:
        rest = [p for p in members if p != original]
        found += [(a, b, known[a, b]) for a in rest for b in rest if a < b and (a, b) in known]
    kind_of = {page: match.kind for _, page, match in found[: len(members) - 1]}
    numbers = [n for page in order for n in _by_date(all_of[page], catalogue)]
    others = [n for page in parts for n in all_of[page]]
    place = {n: at for at, n in enumerate([*numbers, *others])}
    first = numbers[0]
    page_of = {n: page for page, all_ in all_of.items() for n in all_}

    def kind(n: int) -> Kind:
        if n == first:
            return Kind.DIFFERENT
        return Kind.EXACT if page_of[n] == original else kind_of[page_of[n]]

    repeats = [
        Pair(place[page], place[n], exact(prints[page], prints[page]))
        for page, all_ in all_of.items()
        for n in all_[1:]
    ]
    return Cluster(
        tuple(catalogue.ids[n] for n in numbers),
        tuple(catalogue.ids[n] for n in others),
        tuple(kind(n) for n in [*numbers, *others]),
        (*numbers, *others),
        tuple(catalogue.dates[n] for n in [*numbers, *others]),
        tuple(odd[page_of[n]] for n in numbers),
        tuple([Pair(place[a], place[b], match) for a, b, match in found] + repeats),
    )


def _by_date(numbers: list[int], catalogue: Catalogue) -> list[int]:
    """Pages with the same words, those with the earliest date first."""
    return sorted(numbers, key=lambda n: (catalogue.dates[n] is None, catalogue.dates[n] or "", n))


def find_copies(items: Iterable[str | tuple[Identifier, str] | Page]) -> list[Cluster]:
    """Clusters of texts that share a source, in order of their first page.

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
    catalogue, kept = Catalogue(), []
    read, learned = reader(), weights()
    hashes, owners = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for batch in _batches(map(_page, items)):
        stream = read.read([page.text for page in batch])
        catalogue.add(stream)
        hashes.append(stream.anchors.hash)
        owners.append(stream.anchors.doc + np.int64(len(kept)))
        for page in batch:
            catalogue.ids.append(len(kept) if page.id is None else page.id)
            catalogue.dates.append(page.date)
            kept.append(page.text)

    def texts(numbers: Sequence[int]) -> list[str]:
        return [kept[n] for n in numbers]

    if not kept:
        return []
    duplicates = Duplicates.of(np.concatenate(catalogue.exact), np.concatenate(catalogue.n_words))
    owner = np.concatenate(owners)
    first = duplicates.is_first[owner]
    found = links(np.concatenate(hashes)[first], owner[first])
    pairs = chosen(found, np.concatenate(catalogue.n_anchors))
    matches = list(confirmed(pairs, texts, learned, read))
    made = clusters(matches, duplicates, catalogue, texts, learned, read)
    return sorted(made, key=lambda cluster: min(cluster.numbers))


def _page(item: str | tuple[Identifier, str] | Page) -> Page:
    """The page that an item stands for."""
    from spindetect.errors import InputError

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
        size += len(page.text) + 100
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch

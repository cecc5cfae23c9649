"""Clusters: pages of one source, the likeliest original first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from spindetect.copies.candidates import LARGE
from spindetect.copies.match import Kind, Match

__all__ = ["Cluster", "Edge", "Page", "Pair", "components", "grouped"]

Identifier = str | int | None


class Page(NamedTuple):
    """A page of a collection: a text, its name, and when it was published, if that is known.

    Attributes
    ----------
    id : str, int or None
    text : str
    date : str or None
        In a form that sorts, such as ``2026-11-23``.
    """

    id: Identifier
    text: str
    date: str | None = None


class Edge(NamedTuple):
    """Two pages of a collection, by their numbers, that share a source: most of both, or a part."""

    left: int
    right: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pages of a cluster and what they have in common; `match` reads from `first` to `second`.

    Attributes
    ----------
    first, second : int
        Places in `Cluster.pages`; from ``len(pages)`` on in `Cluster.parts`.
    match : Match
    """

    first: int
    second: int
    match: Match

    def to_dict(self, ids: Sequence[Identifier], numbers: Sequence[int]) -> dict[str, Any]:
        """The pair as JSON knows it, with ids and numbers of the pages of its cluster."""
        return {
            "pages": [ids[self.first], ids[self.second]],
            "numbers": [numbers[self.first], numbers[self.second]],
            **self.match.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Cluster:
    """Pages that share a source.

    Attributes
    ----------
    pages : tuple of (str, int or None)
        Ids of the pages that are versions of one another, the likeliest original first.
    parts : tuple of (str, int or None)
        Ids of the pages that have a part of one of these, or have it among other text.
    kinds : tuple of Kind
        Of each of `pages` and `parts`: what it is to the first page; of that, ``different``.
    numbers : tuple of int
        Numbers of `pages` and `parts` in the collection, from 0.
    dates : tuple of (str or None)
    surprisal : tuple of float
        Of each of `pages`, mean bits a word under the language model: spinning raises it. 0 where
        it was not needed.
    pairs : tuple of Pair
        Of each other page and part what it shares with the first page, and all other pairs that
        were compared and found to be copies.
    """

    pages: tuple[Identifier, ...]
    parts: tuple[Identifier, ...]
    kinds: tuple[Kind, ...]
    numbers: tuple[int, ...]
    dates: tuple[str | None, ...]
    surprisal: tuple[float, ...]
    pairs: tuple[Pair, ...]

    @property
    def kind(self) -> Kind:
        """``spun`` if any page was spun, else ``unspun`` if any was changed, else ``exact``."""
        found = set(self.kinds)
        return next(
            k for k in (Kind.SPUN, Kind.UNSPUN, Kind.EXACT) if k in found or k is Kind.EXACT
        )

    def to_dict(self) -> dict[str, Any]:
        """The cluster as JSON knows it."""
        ids = [*self.pages, *self.parts]
        members = [
            {"id": id, "number": number, "kind": "original" if at == 0 else kind.value}
            | ({} if date is None else {"date": date})
            | ({"surprisal": round(self.surprisal[at], 4)} if at < len(self.pages) else {})
            for at, (id, number, kind, date) in enumerate(
                zip(ids, self.numbers, self.kinds, self.dates, strict=True)
            )
        ]
        return {
            "kind": self.kind.value,
            "pages": members[: len(self.pages)],
            "parts": members[len(self.pages) :],
            "pairs": [pair.to_dict(ids, self.numbers) for pair in self.pairs],
        }


def components(edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Pages that are connected, each group and all groups in order.

    >>> components([(5, 2), (2, 7), (1, 3)])
    [[1, 3], [2, 5, 7]]
    """
    parent: dict[int, int] = {}

    def root(x: int) -> int:
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for a, b in edges:
        x, y = root(a), root(b)
        parent[max(x, y)] = min(x, y)
    groups: dict[int, list[int]] = defaultdict(list)
    for page in sorted(parent):
        groups[root(page)].append(page)
    return list(groups.values())


def grouped(edges: Iterable[Edge]) -> Iterator[tuple[list[int], list[int]]]:
    """Versions and parts of each cluster.

    Pages of which most is the same are versions of one another. A page that has a part of one of
    them only, is a part of that cluster, and of several if it was merged from several sources.
    Pages that share nothing but parts make clusters of their own, unless they are so many that what
    they share must be boilerplate. The edges are gone through twice.

    Examples
    --------
    >>> whole, part = Edge(0, 1, True), Edge(1, 2, False)
    >>> list(grouped([whole, part]))
    [([0, 1], [2])]
    """
    versions = components((e.left, e.right) for e in edges if e.is_whole)
    cluster_of = {page: at for at, pages in enumerate(versions) for page in pages}
    parts: list[set[int]] = [set() for _ in versions]
    loose = []
    for e in edges:
        left, right = cluster_of.get(e.left), cluster_of.get(e.right)
        if left is None and right is None:
            loose.append((e.left, e.right))
        elif left != right:
            # Versions of two sources that share a part stay two clusters.
            if left is not None and right is None:
                parts[left].add(e.right)
            elif right is not None and left is None:
                parts[right].add(e.left)
    for pages, others in zip(versions, parts, strict=True):
        yield pages, sorted(others) if len(others) <= LARGE else []
    taken = set().union(*parts) if parts else set()
    free = [(a, b) for a, b in loose if a not in taken and b not in taken]
    for pages in components(free):
        if len(pages) <= LARGE:
            yield pages, []

"""Pairs of pages that may share a source: those that have anchors in common.

This is a group-by: anchors with equal hash are brought together, each group gives links between its
pages, and links between the same two pages are counted. A group gives so many links a page at most,
however large it is, so that all of it grows with the number of pages and not with its square.

A stretch that many pages share, which share little else, is boilerplate: of two pages that have it,
other anchors must be as many, or all of them make up much of the smaller page. Links count what a
large group shares too low, because it gives few; so a pair that is chosen by its links is judged
once more by all anchors that both pages have.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from spindetect.copies.fingerprint import Codes, Fingerprint

__all__ = [
    "BOILERPLATE",
    "LARGE",
    "LEAST_SHARED",
    "Groups",
    "Links",
    "chosen",
    "links",
    "share_enough",
    "suffices",
]

# Anchors that two pages must share: one is met by chance in one of 700 pairs of human documents,
# two in one of 1,650 and mostly in forms, tables and quoted laws, which alignment tells apart.
LEAST_SHARED = 2

# Up to so many pages of a group are all linked with one another; of a larger one each page is
# linked with the first and with so many that come next. Spun versions keep seven anchors of ten:
# neighbours in the group of one anchor are neighbours in that of another, too.
ALL = 8
NEXT = 3

# Pages that share an anchor are many from here on: a footer is on all pages of a site. Of two pages
# that share more such anchors than others, all must be so large a share: versions of one article
# share more. Of 6,682 pairs of copies that two anchors link or more, of the texts that weights are
# learned from, this takes 12 by links, and no other by all anchors; of 130,141 pairs of other pages
# it takes 45,060 by links, and 2,937 more by all anchors.
LARGE = 20
BOILERPLATE = 0.4

Ints = npt.NDArray[np.int64]

# Links as one array: the smaller page, the larger page, whether the group was large (0 or 1).
Links = npt.NDArray[np.int64]


class Groups(NamedTuple):
    """Pages by the anchors that they have.

    Attributes
    ----------
    hash : uint64 array, shape (groups,)
        The anchors, each once, in order.
    begin, size : int64 arrays, shape (groups,)
        The pages that have each are ``page[begin : begin + size]``.
    page : int64 array, shape (m,)
        In each group in order, and once.
    """

    hash: Codes
    begin: Ints
    size: Ints
    page: Ints

    @classmethod
    def of(cls, hashes: Codes, pages: Ints) -> Groups:
        """The groups of some anchors.

        Parameters
        ----------
        hashes : uint64 array, shape (m,)
            Anchors, all with the same hash among them.
        pages : int64 array, shape (m,)
            Page of each.

        Examples
        --------
        >>> own = Groups.of(np.array([5, 9, 5, 9, 9], np.uint64), np.array([0, 0, 1, 1, 1]))
        >>> own.hash.tolist(), own.size.tolist(), own.page.tolist()
        ([5, 9], [2, 2], [0, 1, 0, 1])
        """
        order = np.lexsort((pages, hashes))
        hashes, pages = hashes[order], pages[order]
        fresh = np.ones(len(hashes), np.bool_)
        fresh[1:] = (hashes[1:] != hashes[:-1]) | (pages[1:] != pages[:-1])
        hashes, pages = hashes[fresh], pages[fresh]
        begin = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]])[: len(hashes)])
        return cls(hashes[begin], begin, np.diff(begin, append=len(hashes)), pages)

    @property
    def common(self) -> Codes:
        """Anchors that more than `LARGE` pages have, in order."""
        return self.hash[self.size > LARGE]


def links(groups: Groups) -> Links:
    """Links between pages that have anchors in common, one for each anchor and pair.

    Returns
    -------
    int64 array, shape (links, 3)

    Examples
    --------
    >>> links(Groups.of(np.array([5, 9, 5, 9], np.uint64), np.array([0, 0, 1, 1]))).tolist()
    [[0, 1, 0], [0, 1, 0]]
    """
    _, begins, size, pages = groups
    group = np.repeat(np.arange(len(begins)), size)
    place = np.arange(len(pages)) - begins[group]
    found = []
    for step in range(1, ALL):
        reaches = (size <= ALL) | (step <= NEXT)
        left = np.flatnonzero(reaches[group] & (place + step < size[group]))
        found.append(np.stack([left, left + step]))
    far = np.flatnonzero((size[group] > ALL) & (place > NEXT))
    found.append(np.stack([begins[group[far]], far]))
    left, right = np.concatenate(found, axis=1)
    is_large = size[group[left]] > LARGE
    return np.stack([pages[left], pages[right], is_large], axis=1).astype(np.int64)


def chosen(found: Links, sizes: npt.NDArray[np.int32]) -> Ints:
    """Pairs of pages that share enough, in order.

    Parameters
    ----------
    found : int64 array, shape (links, 3)
        All links of the pairs that they are of.
    sizes : int32 array, shape (pages,)
        How many anchors each page has.

    Returns
    -------
    int64 array, shape (pairs, 2)

    Examples
    --------
    >>> chosen(np.array([[0, 1, 0], [0, 1, 0], [0, 2, 0]]), np.array([9, 9, 9], np.int32)).tolist()
    [[0, 1]]
    """
    if len(found) == 0:
        return np.zeros((0, 2), np.int64)
    order = np.lexsort((found[:, 1], found[:, 0]))
    found = found[order]
    differs = (found[1:, :2] != found[:-1, :2]).any(axis=1)
    begins = np.flatnonzero(np.concatenate([[True], differs]))
    shared = np.diff(begins, append=len(found))
    pairs = found[begins, :2]
    smaller = np.minimum(sizes[pairs[:, 0]], sizes[pairs[:, 1]])
    enough: npt.NDArray[np.bool_] = suffices(shared, np.add.reduceat(found[:, 2], begins), smaller)
    return pairs[enough]


def share_enough(a: Fingerprint, b: Fingerprint, common: Codes) -> bool:
    """Whether two pages share enough by all anchors that both have.

    Parameters
    ----------
    a, b : Fingerprint
    common : uint64 array, shape (n,)
        Anchors that more than `LARGE` pages have, in order; may be mapped from a file.
    """
    shared = np.intersect1d(a.anchors, b.anchors)
    at = np.searchsorted(common, shared)
    is_inside = at < len(common)
    large = int((common[at[is_inside]] == shared[is_inside]).sum())
    return bool(suffices(len(shared), large, min(len(a.anchors), len(b.anchors))))


def suffices(shared: Any, large: Any, smaller: Any) -> Any:
    """Whether pages share enough to be compared.

    Parameters
    ----------
    shared : int, integer array, or column of Spark
        Anchors that two pages share.
    large
        How many of these more than `LARGE` pages have; as `shared`, and so is what follows.
    smaller
        Anchors of the page that has fewer.

    Returns
    -------
    bool, bool array, or column of Spark

    Examples
    --------
    >>> suffices(np.array([2, 14, 14]), np.array([0, 12, 12]), np.array([50, 50, 20])).tolist()
    [True, False, True]
    """
    small = shared - large
    return ((small >= LEAST_SHARED) & (2 * small >= shared)) | (
        (shared >= LEAST_SHARED) & (shared >= BOILERPLATE * smaller)
    )

"""Pairs of pages that may share a source: those that have anchors in common.

This is a group-by: anchors with equal hash are brought together, each group gives links between its
pages, and links between the same two pages are counted. A group gives so many links a page at most,
however large it is, so that all of it grows with the number of pages and not with its square.

A stretch that many pages share, which share little else, is boilerplate: of two pages that have it,
other links must be as many, or all of them make up much of the smaller page.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["BOILERPLATE", "LARGE", "LEAST_SHARED", "Links", "chosen", "links"]

# Anchors that two pages must share: one is met by chance in one of 700 pairs of human documents,
# two in one of 1,650 and mostly in forms, tables and quoted laws, which alignment tells apart.
LEAST_SHARED = 2

# Up to so many pages of a group are all linked with one another; of a larger one each page is
# linked with the first and with so many that come next. Spun versions keep seven anchors of ten:
# neighbours in the group of one anchor are neighbours in that of another, too.
ALL = 8
NEXT = 3

# Pages that share an anchor are many from here on: a footer is on all pages of a site. Of two pages
# that are linked by more such anchors than others, all must be so large a share: versions of one
# article share more. Of 6,696 pairs of copies of the texts that weights are learned from this takes
# one, and of 12,702 others 225.
LARGE = 20
BOILERPLATE = 0.4

Ints = npt.NDArray[np.int64]

# Links as one array: the smaller page, the larger page, whether the group was large (0 or 1).
Links = npt.NDArray[np.int64]


def links(hashes: npt.NDArray[np.uint64], pages: Ints) -> Links:
    """Links between pages that have anchors in common, one for each anchor and pair.

    Parameters
    ----------
    hashes : uint64 array, shape (m,)
        Anchors, all with the same hash among them.
    pages : int64 array, shape (m,)
        Page of each.

    Returns
    -------
    int64 array, shape (links, 3)

    Examples
    --------
    >>> links(np.array([5, 9, 5, 9, 9], np.uint64), np.array([0, 0, 1, 1, 1])).tolist()
    [[0, 1, 0], [0, 1, 0]]
    """
    order = np.lexsort((pages, hashes))
    hashes, pages = hashes[order], pages[order]
    fresh = np.ones(len(hashes), np.bool_)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (pages[1:] != pages[:-1])
    hashes, pages = hashes[fresh], pages[fresh]
    begins = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]])[: len(hashes)])
    size = np.diff(begins, append=len(hashes))
    group = np.repeat(np.arange(len(begins)), size)
    place = np.arange(len(hashes)) - begins[group]
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
    small = shared - np.add.reduceat(found[:, 2], begins)
    pairs = found[begins, :2]
    smaller = np.minimum(sizes[pairs[:, 0]], sizes[pairs[:, 1]])
    enough = ((small >= LEAST_SHARED) & (2 * small >= shared)) | (
        (shared >= LEAST_SHARED) & (shared >= BOILERPLATE * smaller)
    )
    return pairs[enough]

"""Fillers: words that fit a place best and mean something alike, though no source names them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from spindetect.cloze import WEIGHT_MOST, Cloze, Gaps
from spindetect.ngrams import FIRST_WORD
from spindetect.segments import ranks

__all__ = ["filler_table", "fillers"]

Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

# Words that may fill a place: so many of the commonest, and of them those that fit best, where a
# cosine of 1 counts as so many bits.
_WORDS = 12_000
_FILLERS = 12
_COSINE_BITS = np.float32(12.0)

# Length of word vectors, squared.
_SQUARE = np.float32(WEIGHT_MOST**2)

# Places whose fillers are looked for together: the product of 64 took 22 us a place, of 32 27.
_BLOCK = 64

# Groups of words for each filler that is looked for: the more there are, the fewer words are judged
# exactly.
_GROUPS = 16

# Bound of the error of an inner product in single precision, over the sum of its terms' sizes: more
# than a hundred terms times 2**-23, three times over. No number of the table is larger than the
# largest weight.
_ERROR = np.float32(2.0**-15)


def filler_table(cloze: Cloze, vectors: npt.NDArray[np.int8]) -> Singles:
    """What of each word that may fill a place its score is made of, one column a word.

    Vectors as the filling of a gap, vectors of meaning, and the bits that are added.
    """
    words = slice(FIRST_WORD, min(_WORDS, len(cloze), len(vectors)))
    level = cloze.level[words].astype(np.float32)
    parts = [*cloze.inside[words].T, *vectors[words].T, level]
    return np.array(parts, np.float32).reshape(len(parts), len(level))


def fillers(
    cloze: Cloze,
    vectors: npt.NDArray[np.int8],
    table: Singles,
    gaps: Gaps,
    ids: Ids,
    start: Ints,
) -> tuple[Ints, Ids, Singles]:
    """Fillers of m places: index of the place, word and cosine of each.

    The best of a place come first, of equal ones the commoner. Places that are not among the gaps,
    and those of words without a vector, have none.

    Parameters
    ----------
    cloze, vectors
        The cloze model, and word vectors of length 127.
    table
        Of these, as `filler_table` gives it.
    gaps
        Places of words.
    ids : int32 array
        Id of each token of the batch.
    start : int64 array, shape (m,)
        Tokens.
    """
    row = gaps.rows(start)
    asked = np.flatnonzero((row >= 0) & (ids[start] < len(vectors)))
    count = min(_FILLERS, table.shape[1] - 1)
    if count < 1:
        return asked[:0], np.zeros(0, np.int32), np.zeros(0, np.float32)
    shape = len(asked), count
    words, cosine = np.empty(shape, np.int32), np.empty(shape, np.float32)
    rough = np.empty((min(len(asked), _BLOCK), table.shape[1]), np.float32)
    for low in range(0, len(asked), _BLOCK):
        some = slice(low, low + _BLOCK)
        own = ids[start[asked[some]]]
        place = gaps.vectors[row[asked[some]]]
        found = _best(cloze, vectors, table, place, own, rough[: len(own)], count)
        words[some], cosine[some] = found
    return np.repeat(asked, count), words.ravel(), cosine.ravel()


def _best(
    cloze: Cloze,
    vectors: npt.NDArray[np.int8],
    table: Singles,
    gaps: npt.NDArray[np.int16],
    own: Ids,
    rough: Singles,
    count: int,
) -> tuple[Ids, Singles]:
    """The words that fit m places best, best first, and their cosines, shapes (m, count).

    `rough` has room for a score of each word in each place.
    """
    unit = cloze.scales[-1]
    mine = vectors[own].astype(np.float32)
    asked = np.concatenate(
        [gaps * unit, mine * (_COSINE_BITS / _SQUARE), np.ones((len(own), 1))], axis=1
    ).astype(np.float32)
    np.matmul(asked, table, out=rough)
    column = own - FIRST_WORD
    itself = np.flatnonzero((column >= 0) & (column < rough.shape[1]))
    rough[itself, column[itself]] = -np.inf
    # As many as are asked for are no worse than the least of as many best of different groups.
    number = min(_GROUPS * count, rough.shape[1])
    each = rough.shape[1] // number
    groups = rough[:, : each * number].reshape(len(own), each, number).max(axis=1)
    least = np.partition(groups, -count, axis=1)[:, -count]
    error = np.float32(WEIGHT_MOST) * _ERROR * np.abs(asked).sum(axis=1)
    place, word = _near(rough, groups, least - 2 * error)
    # These few are judged exactly: products of whole numbers are the same in any batch.
    word += FIRST_WORD
    inner = cloze.inside[word].astype(np.float32)
    fit = np.einsum("ij,ij->i", gaps[place].astype(np.float32), inner)
    likeness = np.einsum("ij,ij->i", mine[place], vectors[word].astype(np.float32)) / _SQUARE
    fit = (fit * unit + cloze.level[word].astype(np.float32)) + _COSINE_BITS * likeness
    order = np.lexsort((-fit, place))
    order = order[ranks(place[order]) < count]
    shape = len(own), count
    return word[order].astype(np.int32).reshape(shape), likeness[order].reshape(shape)


def _near(rough: Singles, groups: Singles, bound: Singles) -> tuple[Ints, Ints]:
    """Row and column of the scores that reach the bound of their row, in order.

    Column i of `groups` has the largest of the columns i, i + m, i + 2 m and so on of `rough`, with
    as many as it has columns for m; what is left over on the right belongs to no group.
    """
    number = groups.shape[1]
    parted = rough.shape[1] // number * number
    # Of most groups the best is too low.
    row, group = np.nonzero(groups >= bound[:, None])
    members = rough[:, :parted].reshape(len(rough), -1, number)[row, :, group]
    which, turn = np.nonzero(members >= bound[row][:, None])
    last, column = np.nonzero(rough[:, parted:] >= bound[:, None])
    rows = np.concatenate([row[which], last])
    columns = np.concatenate([turn * number + group[which], parted + column])
    order = np.argsort(rows * rough.shape[1] + columns)
    return rows[order], columns[order]

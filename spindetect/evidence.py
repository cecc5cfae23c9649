"""What the context of every word says: surprisal, association, and what a substitute would save.

One row of numbers for each word of a batch. The columns are the features of the word classifier; the
substitutes they come from are kept beside them, for the anomalies that will be reported.

A *slot* is a phrase as written, of one to three words, that stands in the lexicon. The *gain* of a
substitute is the surprisal that it would save in bits, over itself and the two words behind it,
given the two words before. All substitutes of all slots are weighed by bigrams first; only the best
few are scored with trigrams.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spindetect.lexicon import FIRST_EXPANSION, LONGEST, SOURCES, WEIGHT_MAX, Lexicon, unpack
from spindetect.ngrams import BREAK_ID, FIRST_WORD, UNKNOWN_ID, NgramModel
from spindetect.tokens import WORD, Tokens

__all__ = ["FEATURES", "Evidence", "Substitutes", "evidence"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# Substitutes of a slot that are scored with trigrams, the best by bigrams.
SCORED = 6

# A substitute that saves less than this by bigrams cannot come to save much by trigrams.
PROMISING = 0.5

# A word whose window of three costs no more than this, or whose trigrams were all seen, is left
# alone: of the replaced words for which a substitute saves three bits, that passes over three in a
# hundred, and spares four in ten words of human text the look-ups.
ATTESTED_BITS = 18.0

# Words to either side that make up the topic of a word.
TOPIC_WINDOW = 8

# Groups of sources that the classifier may trust to different degrees.
GROUPS = {
    "mined": ("mined",),
    "chained": ("chained",),
    "listed": ("observed", "tortured"),
    "wordnet": ("wordnet",),
    "moby": ("moby",),
    "neighbour": ("neighbour",),
    "spelling": ("spelling",),
}
_MASKS = {group: sum(1 << SOURCES.index(name) for name in names) for group, names in GROUPS.items()}

FEATURES = (
    "surprisal",
    "surprisal_next",
    "surprisal_after",
    "surprisal_left",
    "order",
    "order_next",
    "order_after",
    "pmi_left",
    "pmi_right",
    "pmi_left_next",
    "pmi_right_previous",
    "zipf",
    "zipf_left",
    "zipf_right",
    "unknown",
    "number",
    "propensity_thesaurus",
    "propensity_mined",
    "repeats",
    "document_surprisal",
    "document_gain",
    "topic_near",
    "topic_document",
    "gain",
    "gain_second",
    "gain_next_rank",
    "promising",
    "order_gain",
    "weight",
    "zipf_gain",
    "topic_gain",
    "topic_gain_document",
    "several",
    "gain_left",
    "gain_right",
    *(f"gain_{group}" for group in GROUPS),
    "gain_phrase",
    "gain_phrase_trusted",
    "phrase_length",
)
_COLUMN = {name: i for i, name in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True)
class Substitutes:
    """Scored substitutes of the slots of a batch, by slot, best first.

    Attributes
    ----------
    start : int64 array
        Index of the first token of the slot.
    length : int64 array
        Words of the slot.
    expected : int32 array
        The substitute, as an entry of the lexicon names it.
    sources : uint8 array
        Bits of `spindetect.lexicon.SOURCES`.
    weight : float32 array
        Weight of the entry, 0 to 1.
    gain : float32 array
        Bits saved.
    orders : float32 array
        Summed length of the matched n-grams, substitute less written.
    """

    start: Ints
    length: Ints
    expected: npt.NDArray[np.int32]
    sources: npt.NDArray[np.uint8]
    weight: Floats
    gain: Floats
    orders: Floats

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence of a batch.

    Attributes
    ----------
    word : int64 array, shape (n,)
        Indices of the tokens that are words.
    features : float32 array, shape (n, len(FEATURES))
        One row a word.
    substitutes : Substitutes
    """

    word: Ints
    features: Floats
    substitutes: Substitutes


def contexts(ids: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The two words before each token; a window ends at a break."""
    left = np.concatenate([[BREAK_ID], ids[:-1]]).astype(np.int32)
    far = np.concatenate([[BREAK_ID], left[:-1]]).astype(np.int32)
    far[left == BREAK_ID] = BREAK_ID
    return far, left


def _ahead(values: npt.NDArray[np.generic], by: int, stop: Ints) -> npt.NDArray[np.generic]:
    """Values `by` places to the right; the last one of a document repeated behind its end."""
    return values[np.minimum(np.arange(len(values)) + by, stop - 1)]


def _behind(values: Floats, stop: Ints) -> Floats:
    """Values one place to the left; 0 for the first word of a document."""
    shifted = np.concatenate([np.zeros(1, values.dtype), values[:-1]])
    # The break before a document belongs to its neighbour, except that before the first.
    shifted[stop[stop < len(stop)]] = 0
    shifted[:2] = 0
    return shifted


def _first_of(sorted_values: Ints) -> Ints:
    """Where each run of equal values begins."""
    return np.flatnonzero(np.append(True, sorted_values[1:] != sorted_values[:-1]))


@dataclass(frozen=True, slots=True)
class _Written:
    """Scores of the tokens as written."""

    ids: npt.NDArray[np.int32]
    far: npt.NDArray[np.int32]
    left: npt.NDArray[np.int32]
    tri: Floats
    bi: Floats
    order: npt.NDArray[np.int8]
    stop: Ints  # behind the last token of each token's document


def _well_attested(written: _Written) -> npt.NDArray[np.bool_]:
    """Mask of the words that fit their place too well for a substitute to save much."""
    window = (
        written.tri + _ahead(written.tri, 1, written.stop) + _ahead(written.tri, 2, written.stop)
    )
    least = np.minimum(
        np.minimum(written.order, _ahead(written.order, 1, written.stop)),
        _ahead(written.order, 2, written.stop),
    )
    return (window > -ATTESTED_BITS) | (least == 3)


def _slots(tokens: Tokens, written: _Written, lexicon: Lexicon) -> tuple[Ints, Ints, Ints]:
    """Start, length and row of every phrase of the batch that has entries and may be odd."""
    plain = tokens.kind == WORD
    ids = written.ids
    odd = ~_well_attested(written)
    run = plain.copy()
    found = []
    for length in range(1, LONGEST + 1):
        if length > 1:
            run = run[:-1] & plain[length - 1 :]
        start = np.flatnonzero(run & odd[: len(run)]) if length == 1 else np.flatnonzero(run)
        if len(start) == 0:
            continue
        row = lexicon.rows(tokens, ids, start, length)
        has = np.flatnonzero((row >= 0) & (lexicon.offsets[row + 1] > lexicon.offsets[row]))
        found.append((start[has], np.full(len(has), length), row[has]))
    if not found:
        return (np.zeros(0, np.int64),) * 3
    start, length, row = (np.concatenate(c) for c in zip(*found, strict=True))
    return start, length, row


def _windows(
    written: _Written,
    ngrams: NgramModel,
    start: Ints,
    length: Ints,
    candidate: npt.NDArray[np.int32],
) -> tuple[Floats, Floats]:
    """Log probability of each candidate and the two words behind it, and the summed match orders.

    `candidate` has shape (n, k): all candidates of one call have k words.
    """
    stop = written.stop[start]
    behind = start + length
    words = np.concatenate(
        [
            np.stack([written.far[start], written.left[start]], axis=1),
            candidate,
            np.stack([written.ids[np.minimum(behind + k, stop - 1)] for k in (0, 1)], axis=1),
        ],
        axis=1,
    )
    far, left, word = words[:, :-2].copy(), words[:, 1:-1], words[:, 2:]
    far[left == BREAK_ID] = BREAK_ID
    tri, _, order = ngrams.logprob(far.ravel(), left.ravel(), word.ravel())
    tri, order = tri.reshape(word.shape), order.reshape(word.shape)
    # Behind a document's last break stands nothing that could speak for or against a substitute.
    tri[behind + 1 >= stop, -1] = 0
    order[behind + 1 >= stop, -1] = 0
    return tri.sum(axis=1), order.sum(axis=1).astype(np.float32)


def _written_window(written: _Written, start: Ints, length: Ints) -> tuple[Floats, Floats]:
    """The same of each slot as written: the sum over the slot and the two words behind it."""
    total = np.concatenate([[0], np.cumsum(written.tri, dtype=np.float64)])
    orders = np.concatenate([[0], np.cumsum(written.order, dtype=np.int64)])
    end = np.minimum(start + length + 2, written.stop[start])
    return (total[end] - total[start]).astype(np.float32), (orders[end] - orders[start]).astype(
        np.float32
    )


def _ends(
    expected: npt.NDArray[np.int32], ngrams: NgramModel, lexicon: Lexicon
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], Floats]:
    """First and last word of each substitute, and log2 of the probability of what joins them."""
    first, final = expected.copy(), expected.copy()
    inner = np.zeros(len(expected), np.float32)
    longer = np.flatnonzero(expected >= FIRST_EXPANSION)
    if len(longer):
        parts = lexicon.expansions[expected[longer] - FIRST_EXPANSION]
        first[longer] = parts[:, 0]
        third = parts[:, 2] >= 0
        final[longer] = np.where(third, parts[:, 2], parts[:, 1])
        inner[longer] = ngrams.bigram(parts[:, 0], parts[:, 1])[0]
        inner[longer[third]] += ngrams.bigram(parts[third, 1], parts[third, 2])[0]
    return first, final, inner


def _substitutes(
    written: _Written, ngrams: NgramModel, lexicon: Lexicon, slots: tuple[Ints, Ints, Ints]
) -> tuple[Substitutes, Floats, npt.NDArray[np.float32]]:
    """Scored substitutes; and, by slot, the best bigram gain of each group and how many promise."""
    start, length, row = slots
    n = len(start)
    group_gain = np.zeros((n, len(_MASKS)), np.float32)
    promising = np.zeros(n, np.float32)
    begin = lexicon.offsets[row].astype(np.int64)
    size = lexicon.offsets[row + 1].astype(np.int64) - begin
    slot = np.repeat(np.arange(n), size)
    entry = np.arange(len(slot)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(begin, size)
    expected, sources, weight = unpack(lexicon.entries[entry])

    first, final, inner = _ends(expected, ngrams, lexicon)
    last = len(written.ids) - 1
    behind = np.minimum(start + length, last)
    total = np.concatenate([[0], np.cumsum(written.bi, dtype=np.float64)])
    as_written = (total[behind + 1] - total[start]).astype(np.float32)
    cheap = ngrams.bigram(written.left[start][slot], first)[0] + inner - as_written[slot]
    # The word behind can only cost more: what cannot be promising any longer is dropped here.
    hopeful = np.flatnonzero(cheap > PROMISING)
    slot, expected, sources, weight, cheap, final = (
        a[hopeful] for a in (slot, expected, sources, weight, cheap, final)
    )
    cheap += ngrams.bigram(final, written.ids[behind][slot])[0]

    hopeful = np.flatnonzero(cheap > PROMISING)
    slot, expected, sources, weight, cheap = (
        a[hopeful] for a in (slot, expected, sources, weight, cheap)
    )
    if len(slot):
        at = _first_of(slot)
        here = slot[at]
        promising[here] = np.diff(at, append=len(slot))
        for column, mask in enumerate(_MASKS.values()):
            named = np.where(sources & mask, cheap, np.float32(0))
            group_gain[here, column] = np.maximum.reduceat(named, at)

    order = np.lexsort((-cheap, slot))
    slot, expected, sources, weight = (a[order] for a in (slot, expected, sources, weight))
    at = _first_of(slot) if len(slot) else np.zeros(0, np.int64)
    rank = np.arange(len(slot)) - np.repeat(at, np.diff(at, append=len(slot)))
    keep = rank < SCORED
    slot, expected, sources, weight = (a[keep] for a in (slot, expected, sources, weight))

    gain = np.zeros(len(slot), np.float32)
    orders = np.zeros(len(slot), np.float32)
    base, base_orders = _written_window(written, start[slot], length[slot])
    words = np.ones(len(slot), np.int64)
    table = np.stack([expected, expected, expected], axis=1)
    longer = np.flatnonzero(expected >= FIRST_EXPANSION)
    table[longer] = lexicon.expansions[expected[longer] - FIRST_EXPANSION]
    words[longer] = (table[longer] >= 0).sum(axis=1)
    for k in range(1, LONGEST + 1):
        those = np.flatnonzero(words == k)
        if len(those):
            score, matched = _windows(
                written, ngrams, start[slot[those]], length[slot[those]], table[those, :k]
            )
            gain[those] = score - base[those]
            orders[those] = matched / (k + 2) - base_orders[those] / (length[slot[those]] + 2)
    order = np.lexsort((-gain, slot))
    slot = slot[order]
    found = Substitutes(
        start[slot],
        length[slot],
        expected[order],
        sources[order],
        (weight[order] / np.float32(WEIGHT_MAX)),
        gain[order],
        orders[order],
    )
    return found, group_gain, promising


def _topics(
    tokens: Tokens, ids: npt.NDArray[np.int32], ngrams: NgramModel, vectors: npt.NDArray[np.int8]
) -> tuple[Floats, Floats, Floats]:
    """Vector of each token; unit vectors of the words around it and of its document without it."""
    content = (ids >= FIRST_WORD) & (ids < len(vectors))
    own = vectors[np.where(content, ids, 0)].astype(np.float32)
    own[~content] = 0
    norm = np.sqrt(np.einsum("ij,ij->i", own, own))
    own /= np.maximum(norm, 1)[:, None]
    # Common words say little of a topic.
    speaks = np.clip((7.0 - ngrams.zipf[ids]) / 3.0, 0, 1).astype(np.float32)
    # Multiples of 2**-16 add up exactly, so that no sum depends on what else is in the batch.
    spoken = np.rint(own * speaks[:, None] * 65536) / 65536
    total = np.concatenate(
        [np.zeros((1, own.shape[1])), np.cumsum(spoken, axis=0, dtype=np.float64)]
    )
    doc_first = np.searchsorted(tokens.doc, tokens.doc, side="left")
    doc_last = np.searchsorted(tokens.doc, tokens.doc, side="right")
    index = np.arange(len(ids))
    low = np.maximum(index - TOPIC_WINDOW, doc_first)
    high = np.minimum(index + TOPIC_WINDOW + 1, doc_last)
    near = (total[high] - total[low] - spoken).astype(np.float32)
    whole = (total[doc_last] - total[doc_first] - spoken).astype(np.float32)
    return own, _unit(near), _unit(whole)


def _unit(rows: Floats) -> Floats:
    """Rows scaled to length one; rows of next to nothing stay near zero."""
    norm = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return rows / np.maximum(norm, np.float32(0.5))[:, None]


def evidence(
    tokens: Tokens, ngrams: NgramModel, lexicon: Lexicon, vectors: npt.NDArray[np.int8]
) -> Evidence:
    """Evidence of a batch of documents; each document's is independent of its neighbours'."""
    ids = ngrams.token_ids(tokens)
    far, left = contexts(ids)
    stop = np.searchsorted(tokens.doc, tokens.doc, side="right")
    written = _Written(ids, far, left, *ngrams.logprob(far, left, ids), stop)
    slots = _slots(tokens, written, lexicon)
    found, group_gain, promising = _substitutes(written, ngrams, lexicon, slots)

    n = len(ids)
    table = np.zeros((n, len(FEATURES)), np.float32)

    def put(name: str, values: npt.NDArray[np.generic]) -> None:
        table[:, _COLUMN[name]] = values

    pmi = written.bi - ngrams.unigrams[ids]
    zipf = ngrams.zipf[ids]
    put("surprisal", -written.tri)
    put("surprisal_next", -_ahead(written.tri, 1, written.stop))
    put("surprisal_after", -_ahead(written.tri, 2, written.stop))
    put("surprisal_left", _behind(-written.tri, stop))
    put("order", written.order)
    put("order_next", _ahead(written.order, 1, written.stop))
    put("order_after", _ahead(written.order, 2, written.stop))
    put("pmi_left", pmi)
    put("pmi_right", _ahead(pmi, 1, written.stop))
    put("pmi_left_next", _ahead(pmi, 2, written.stop))
    put("pmi_right_previous", _behind(pmi, stop))
    put("zipf", zipf)
    put("zipf_left", np.concatenate([[0], zipf[:-1]]))
    put("zipf_right", _ahead(zipf, 1, written.stop))
    put("unknown", ids == UNKNOWN_ID)
    put("number", (tokens.kind > WORD))
    put("propensity_thesaurus", lexicon.propensity[ids, 0])
    put("propensity_mined", lexicon.propensity[ids, 1])
    put("repeats", _repeats(tokens))
    put("document_surprisal", _document_mean(tokens, -written.tri))
    own, near, whole = _topics(tokens, ids, ngrams, vectors)
    put("topic_near", np.einsum("ij,ij->i", own, near))
    put("topic_document", np.einsum("ij,ij->i", own, whole))

    start, length, _ = slots
    single = length == 1
    at = start[single]
    table[at, _COLUMN["promising"]] = np.log2(1 + promising[single])
    for column, group in enumerate(GROUPS):
        table[at, _COLUMN[f"gain_{group}"]] = group_gain[single, column]
    _put_best(table, found, written, ngrams, vectors, own, near, whole)
    gain = table[:, _COLUMN["gain"]].copy()
    put("gain_left", np.concatenate([[0], gain[:-1]]))
    put("gain_right", np.append(gain[1:], 0))
    put("document_gain", _document_mean(tokens, np.maximum(gain, 0)))
    word = np.flatnonzero(tokens.is_word)
    return Evidence(word, table[word], found)


def _put_best(
    table: Floats,
    found: Substitutes,
    written: _Written,
    ngrams: NgramModel,
    vectors: npt.NDArray[np.int8],
    own: Floats,
    near: Floats,
    whole: Floats,
) -> None:
    """Columns of the best substitutes of each word, and of the longer phrases that cover it."""
    if len(found) == 0:
        return
    slot = found.start * (LONGEST + 1) + found.length
    first = _first_of(slot)
    size = np.diff(first, append=len(slot))
    single = found.length[first] == 1
    one = first[single]
    at = found.start[one]
    expected = found.expected[one]
    word = expected < FIRST_EXPANSION
    shown = np.where(word, expected, UNKNOWN_ID)
    two = np.minimum(one + 1, len(slot) - 1)
    has_two = size[single] > 1
    table[at, _COLUMN["gain"]] = found.gain[one]
    table[at, _COLUMN["gain_second"]] = np.where(
        has_two, found.gain[two], np.minimum(found.gain[one], 0)
    )
    table[at, _COLUMN["gain_next_rank"]] = (
        np.add.reduceat(np.maximum(found.gain, 0), first)[single] / SCORED
    )
    table[at, _COLUMN["order_gain"]] = found.orders[one]
    table[at, _COLUMN["weight"]] = found.weight[one]
    table[at, _COLUMN["zipf_gain"]] = np.where(
        word, ngrams.zipf[shown] - ngrams.zipf[written.ids[at]], 0
    )
    table[at, _COLUMN["several"]] = ~word
    known = word & (shown < len(vectors))
    other = vectors[np.where(known, shown, 0)].astype(np.float32)
    other[~known] = 0
    other /= np.maximum(np.sqrt(np.einsum("ij,ij->i", other, other)), 1)[:, None]
    gained = other - own[at]
    gained[~known] = 0
    table[at, _COLUMN["topic_gain"]] = np.einsum("ij,ij->i", gained, near[at])
    table[at, _COLUMN["topic_gain_document"]] = np.einsum("ij,ij->i", gained, whole[at])

    many = first[~single]
    trusted = (found.sources[many] & (_MASKS["mined"] | _MASKS["chained"] | _MASKS["listed"])) > 0
    for k in range(LONGEST):
        covers = found.length[many] > k
        token = found.start[many[covers]] + k
        gain = found.gain[many[covers]]
        np.maximum.at(table[:, _COLUMN["gain_phrase"]], token, gain)
        np.maximum.at(
            table[:, _COLUMN["gain_phrase_trusted"]], token, np.where(trusted[covers], gain, 0)
        )
        best = table[token, _COLUMN["gain_phrase"]] == gain
        table[token[best], _COLUMN["phrase_length"]] = found.length[many[covers]][best]


def _repeats(tokens: Tokens) -> Floats:
    """log2 of how often each word stands in its document."""
    key = tokens.key ^ (tokens.doc.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    _, index, count = np.unique(key, return_inverse=True, return_counts=True)
    return np.log2(count[index]).astype(np.float32)


def _document_mean(tokens: Tokens, values: Floats) -> Floats:
    """Mean of the values over the words of each token's document."""
    size = int(tokens.doc[-1]) + 1
    word = tokens.is_word
    total = np.bincount(tokens.doc[word], values[word], size)
    count = np.bincount(tokens.doc[word], minlength=size)
    return (total / np.maximum(count, 1)).astype(np.float32)[tokens.doc]

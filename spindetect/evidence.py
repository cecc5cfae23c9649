"""Evidence: what the context of every word says, one row of numbers for each word of a batch.

The columns are the features of the word classifier: surprisal, association, and what a substitute
would save. The substitutes they come from are kept beside them, for the anomalies that will be
reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect.lexicon import FIRST_EXPANSION, LONGEST, Lexicon
from spindetect.ngrams import UNKNOWN_ID, NgramModel
from spindetect.segments import begins
from spindetect.substitutes import (
    GROUPS,
    MASKS,
    SCORED,
    Substitutes,
    find_slots,
    find_substitutes,
)
from spindetect.tokens import WORD, Tokens
from spindetect.topics import Topics, find_topics, word_vectors
from spindetect.windows import Written, read_written

__all__ = ["FEATURES", "Evidence", "Substitutes", "evidence"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

# Columns, in the order in which the word classifier was trained on them: the context of a word as
# written, its document and topic, its best substitutes, and the longer phrases that it is part of.
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

# Place of each.
_COLUMN = {name: i for i, name in enumerate(FEATURES)}

# Sources whose entries are exchanges that were seen, not synonyms.
_TRUSTED = MASKS["mined"] | MASKS["chained"] | MASKS["listed"]


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
        What the lexicon offers for them.
    """

    word: Ints
    features: Floats
    substitutes: Substitutes


def evidence(
    tokens: Tokens, ngrams: NgramModel, lexicon: Lexicon, vectors: npt.NDArray[np.int8]
) -> Evidence:
    """Evidence of a batch of documents; each document's is independent of its neighbours'.

    Parameters
    ----------
    tokens
        The batch.
    ngrams, lexicon
        The tables of a model.
    vectors : int8 array, shape (V, d)
        Word vectors of the commonest V ids.
    """
    ids = ngrams.token_ids(tokens)
    written = read_written(tokens.doc, ids, ngrams)
    slots = find_slots(tokens, written, lexicon)
    found, group_gain, promising = find_substitutes(written, ngrams, lexicon, slots)
    topics = find_topics(tokens, ids, ngrams, vectors)

    table = np.zeros((len(ids), len(FEATURES)), np.float32)
    _put_written(table, tokens, written, ngrams, lexicon)
    _put(table, "topic_near", np.einsum("ij,ij->i", topics.own, topics.near))
    _put(table, "topic_document", np.einsum("ij,ij->i", topics.own, topics.whole))
    single = slots.length == 1
    at = slots.start[single]
    table[at, _COLUMN["promising"]] = np.log2(1 + promising[single])
    for column, group in enumerate(GROUPS):
        table[at, _COLUMN[f"gain_{group}"]] = group_gain[single, column]
    if len(found):
        _put_best(table, found, written, ngrams, vectors, topics)
        _put_phrases(table, found)
    gain = table[:, _COLUMN["gain"]].copy()
    _put(table, "gain_left", np.concatenate([[0], gain[:-1]]))
    _put(table, "gain_right", np.append(gain[1:], 0))
    _put(table, "document_gain", _document_mean(tokens, np.maximum(gain, 0)))
    word = np.flatnonzero(tokens.is_word)
    return Evidence(word, table[word], found)


def _put(table: Floats, name: str, values: npt.NDArray[Any]) -> None:
    """Fill a column."""
    table[:, _COLUMN[name]] = values


def _put_written(
    table: Floats, tokens: Tokens, written: Written, ngrams: NgramModel, lexicon: Lexicon
) -> None:
    """Columns of the words as they stand."""
    ids = written.ids
    pmi = written.bi - ngrams.unigrams[ids]
    zipf = ngrams.zipf[ids]
    _put(table, "surprisal", -written.tri)
    _put(table, "surprisal_next", -written.ahead(written.tri, 1))
    _put(table, "surprisal_after", -written.ahead(written.tri, 2))
    _put(table, "surprisal_left", written.behind(-written.tri))
    _put(table, "order", written.order)
    _put(table, "order_next", written.ahead(written.order, 1))
    _put(table, "order_after", written.ahead(written.order, 2))
    _put(table, "pmi_left", pmi)
    _put(table, "pmi_right", written.ahead(pmi, 1))
    _put(table, "pmi_left_next", written.ahead(pmi, 2))
    _put(table, "pmi_right_previous", written.behind(pmi))
    _put(table, "zipf", zipf)
    _put(table, "zipf_left", np.concatenate([[0], zipf[:-1]]))
    _put(table, "zipf_right", written.ahead(zipf, 1))
    _put(table, "unknown", ids == UNKNOWN_ID)
    _put(table, "number", tokens.kind > WORD)
    _put(table, "propensity_thesaurus", lexicon.propensity[ids, 0])
    _put(table, "propensity_mined", lexicon.propensity[ids, 1])
    _put(table, "repeats", _repeats(tokens))
    _put(table, "document_surprisal", _document_mean(tokens, -written.tri))


def _put_best(
    table: Floats,
    found: Substitutes,
    written: Written,
    ngrams: NgramModel,
    vectors: npt.NDArray[np.int8],
    topics: Topics,
) -> None:
    """Columns of the best substitutes of each word."""
    slot = found.start * (LONGEST + 1) + found.length
    first = begins(slot)
    size = np.diff(first, append=len(slot))
    single = found.length[first] == 1
    one = first[single]
    two = np.minimum(one + 1, len(slot) - 1)
    has_two = size[single] > 1
    at = found.start[one]
    expected = found.expected[one]
    word = expected < FIRST_EXPANSION
    shown = np.where(word, expected, np.int32(UNKNOWN_ID))
    gain = found.gain[one]
    all_gain = np.add.reduceat(np.maximum(found.gain, 0), first)[single]
    zipf_gain = ngrams.zipf[shown] - ngrams.zipf[written.ids[at]]
    table[at, _COLUMN["gain"]] = gain
    table[at, _COLUMN["gain_second"]] = np.where(has_two, found.gain[two], np.minimum(gain, 0))
    table[at, _COLUMN["gain_next_rank"]] = all_gain / SCORED
    table[at, _COLUMN["order_gain"]] = found.orders[one]
    table[at, _COLUMN["weight"]] = found.weight[one]
    table[at, _COLUMN["zipf_gain"]] = np.where(word, zipf_gain, 0)
    table[at, _COLUMN["several"]] = ~word
    known = word & (shown < len(vectors))
    gained = word_vectors(known, shown, vectors) - topics.own[at]
    gained[~known] = 0
    table[at, _COLUMN["topic_gain"]] = np.einsum("ij,ij->i", gained, topics.near[at])
    table[at, _COLUMN["topic_gain_document"]] = np.einsum("ij,ij->i", gained, topics.whole[at])


def _put_phrases(table: Floats, found: Substitutes) -> None:
    """Columns of the longer phrases that cover each word."""
    first = begins(found.start * (LONGEST + 1) + found.length)
    many = first[found.length[first] > 1]
    trusted = (found.sources[many] & _TRUSTED) > 0
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
    # The golden ratio's bits (see `spindetect.keys`) keep a word's keys of two documents apart.
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

"""Evidence: what the context of every word says, one row of numbers for each word of a batch.

The columns are the features of the word classifier: surprisal, association, and what a substitute
would save. The substitutes they come from are kept beside them, for the anomalies that will be
reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect.cloze import Cloze, Gaps
from spindetect.fillers import filler_table
from spindetect.joint import Joint, find_joint
from spindetect.lexicon import FIRST_EXPANSION, LONGEST, Lexicon
from spindetect.ngrams import FIRST_WORD, UNKNOWN_ID, NgramModel
from spindetect.segments import begins, lengths
from spindetect.substitutes import (
    GROUPS,
    MASKS,
    SCORED,
    Ends,
    Substitutes,
    ends_of,
    find_slots,
    find_substitutes,
)
from spindetect.tokens import WORD, Tokens
from spindetect.topics import Topics, find_topics, word_vectors
from spindetect.windows import Written, read_written

__all__ = ["FEATURES", "Evidence", "Substitutes", "Tables", "evidence"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

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
    "cloze",
    "cloze_fit",
    "cloze_fit_left",
    "cloze_fit_right",
    "document_cloze",
    "cloze_gain",
    "cloze_gain_best",
    "joint_gain",
    "joint_gain_second",
    "expected_repeats",
    "expected_shared",
    "pair_gain",
    "pair_cloze_gain",
)

# Place of each.
_COLUMN = {name: i for i, name in enumerate(FEATURES)}

# Sources whose entries are exchanges that were seen, not synonyms.
_TRUSTED = MASKS["mined"] | MASKS["chained"] | MASKS["listed"]


# Bits of an id, and more: what is shifted by them leaves room for one.
_ID = 20


# Means over human documents of 100 words and more, and the number of words that they count for
# beside those of a document (chosen, not tuned).
USUAL = {"document_surprisal": 8.4, "document_gain": 1.6, "document_cloze": 6.2}
USUAL_WORDS = 50


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
    gaps : Gaps
        The places of the words that the cloze model knows.
    """

    word: Ints
    features: Floats
    substitutes: Substitutes
    gaps: Gaps


@dataclass(frozen=True)
class Tables:
    """What evidence is read from.

    Attributes
    ----------
    ngrams : NgramModel
    cloze : Cloze
    lexicon : Lexicon
    vectors : int8 array, shape (V, d)
        Word vectors of the commonest V ids.
    """

    ngrams: NgramModel
    cloze: Cloze
    lexicon: Lexicon
    vectors: npt.NDArray[np.int8]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Tables:
        """Tables from the arrays of a model by name."""
        return cls(
            NgramModel.from_tables(arrays),
            Cloze.from_tables(arrays),
            Lexicon.from_tables(arrays),
            arrays["vectors"],  # type: ignore[arg-type]
        )

    @cached_property
    def filler_table(self) -> Floats:
        """As `spindetect.fillers.filler_table` gives it."""
        return filler_table(self.cloze, self.vectors)

    @cached_property
    def ends(self) -> Ends:
        """As `spindetect.substitutes.ends_of` gives them."""
        return ends_of(self.lexicon, self.ngrams)


def evidence(tokens: Tokens, tables: Tables) -> Evidence:
    """Evidence of a batch of documents; each document's is independent of its neighbours'.

    Parameters
    ----------
    tokens
        The batch.
    tables
        Of a model.
    """
    ngrams, cloze, lexicon = tables.ngrams, tables.cloze, tables.lexicon
    ids = ngrams.token_ids(tokens)
    written = read_written(tokens.doc, ids, ngrams)
    slots = find_slots(tokens, written, lexicon)
    found, group_gain, promising = find_substitutes(written, ngrams, lexicon, tables.ends, slots)
    topics = find_topics(tokens, ids, ngrams, tables.vectors)

    table = np.zeros((len(ids), len(FEATURES)), np.float32)
    _put_written(table, tokens, written, ngrams, lexicon)
    _put(table, "topic_near", np.einsum("ij,ij->i", topics.own, topics.near))
    _put(table, "topic_document", np.einsum("ij,ij->i", topics.own, topics.whole))
    single = slots.length == 1
    at = slots.start[single]
    table[at, _COLUMN["promising"]] = np.log2(1 + promising[single])
    for column, group in enumerate(GROUPS):
        table[at, _COLUMN[f"gain_{group}"]] = group_gain[single, column]
    scored = np.flatnonzero(tokens.is_word & (ids >= FIRST_WORD) & (ids < len(cloze)))
    gaps = cloze.gaps(tokens.doc, ids, topics.near, scored)
    _put_cloze(table, tokens, written, gaps, found, ngrams, cloze)
    _put_joint(table, find_joint(written, ngrams, lexicon, cloze, gaps, slots))
    if len(found):
        _put_best(table, found, written, ngrams, tables.vectors, topics)
        _put_phrases(table, found)
    gain = table[:, _COLUMN["gain"]].copy()
    _put(table, "gain_left", np.concatenate([[0], gain[:-1]]))
    _put(table, "gain_right", np.append(gain[1:], 0))
    _put_document(table, "document_gain", tokens, np.maximum(gain, 0))
    word = np.flatnonzero(tokens.is_word)
    return Evidence(word, table[word], found, gaps)


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
    _put_document(table, "document_surprisal", tokens, -written.tri)


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
    size = lengths(first, len(slot))
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


def _put_cloze(
    table: Floats,
    tokens: Tokens,
    written: Written,
    gaps: Gaps,
    found: Substitutes,
    ngrams: NgramModel,
    cloze: Cloze,
) -> None:
    """Columns of what fits between the words further around."""
    ids, at = written.ids, gaps.token
    scored = np.zeros(len(ids), np.bool_)
    scored[at] = True
    bits = np.zeros(len(ids), np.float32)
    bits[at] = cloze.scores(gaps.vectors, ids[at])
    fit = np.where(scored, bits - ngrams.unigrams[ids], np.float32(0))
    _put(table, "cloze", bits)
    _put(table, "cloze_fit", fit)
    _put(table, "cloze_fit_left", np.concatenate([[0], fit[:-1]]))
    _put(table, "cloze_fit_right", np.append(fit[1:], 0))
    _put_document(table, "document_cloze", tokens, fit)
    judged = np.flatnonzero(
        (found.length == 1) & scored[found.start] & (found.expected < len(cloze))
    )
    if len(judged) == 0:
        return
    start, expected = found.start[judged], found.expected[judged]
    gain = cloze.scores(gaps.vectors, expected, gaps.rows(start)) - bits[start]
    joint = gain + found.gain[judged]
    first = begins(start)
    here = start[first]
    table[here, _COLUMN["cloze_gain"]] = np.maximum.reduceat(gain, first)
    best_of_all = np.zeros(len(found), np.bool_)
    best_of_all[begins(found.start * (LONGEST + 1) + found.length)] = True
    is_best = best_of_all[judged]
    table[start[is_best], _COLUMN["cloze_gain_best"]] = gain[is_best]
    top, most = _tops(joint, first)
    joint[top] = -np.inf
    table[here, _COLUMN["joint_gain"]] = most
    second = np.maximum.reduceat(joint, first)
    one_alone = lengths(first, len(start)) == 1
    table[here, _COLUMN["joint_gain_second"]] = np.where(one_alone, np.minimum(most, 0), second)
    _put_repeats(table, tokens, ids, here, expected[top])


def _tops(values: Floats, first: Ints) -> tuple[Ints, Floats]:
    """Index of the first largest value of each segment, and that value."""
    most = np.maximum.reduceat(values, first)
    segment = np.repeat(np.arange(len(first)), lengths(first, len(values)))
    top = np.flatnonzero(values == most[segment])
    return top[begins(segment[top])], most


def _put_repeats(table: Floats, tokens: Tokens, ids: Ids, at: Ints, expected: Ids) -> None:
    """Columns of how often the best substitute of a word is written, or expected for other words.

    A writer who names a thing keeps to its name; a spinner renders it in several ways.
    """
    key = tokens.doc.astype(np.int64) << _ID
    present, count = np.unique(key + ids, return_counts=True)
    asked = key[at] + expected
    place = np.minimum(np.searchsorted(present, asked), len(present) - 1)
    often = np.where(present[place] == asked, count[place], 0)
    table[at, _COLUMN["expected_repeats"]] = np.log2(1 + often)
    # A name and a form of it are one number.
    name = np.unique((asked << _ID) | ids[at]) >> _ID
    first = begins(name)
    different = lengths(first, len(name))[np.searchsorted(name[first], asked)]
    table[at, _COLUMN["expected_shared"]] = np.log2(different)


def _put_joint(table: Floats, joint: Joint) -> None:
    """Columns of the better of the joint substitutes that a word is part of; 0 without any."""
    gain, cloze_gain = _COLUMN["pair_gain"], _COLUMN["pair_cloze_gain"]
    second = joint.start + 1
    table[joint.start, gain], table[joint.start, cloze_gain] = joint.gain, joint.cloze_gain
    is_first = np.zeros(len(table), np.bool_)
    is_first[joint.start] = True
    kept = ~is_first[second] | (joint.gain > table[second, gain])
    better = second[kept]
    table[better, gain], table[better, cloze_gain] = joint.gain[kept], joint.cloze_gain[kept]


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


def _put_document(table: Floats, name: str, tokens: Tokens, values: Floats) -> None:
    """Fill a column with the mean of the values over the words of each token's document.

    Short documents are drawn towards what is usual: a sentence does not say how its writer writes.
    """
    size = int(tokens.doc[-1]) + 1
    word = tokens.is_word
    total = np.bincount(tokens.doc[word], values[word], size)
    count = np.bincount(tokens.doc[word], minlength=size)
    mean = (total + USUAL_WORDS * USUAL[name]) / (count + USUAL_WORDS)
    _put(table, name, mean.astype(np.float32)[tokens.doc])

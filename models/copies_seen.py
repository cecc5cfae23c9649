"""What aligned originals and spun versions show of words: which stay, and which are exchanged."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel, Opcode

from spindetect.benchmark.edits import FUNCTION_WORDS
from spindetect.ngrams import FIRST_WORD, NUMBER_ID, UNKNOWN_ID, YEAR_ID, NgramModel
from spindetect.tokens import SENTENCE, WORD, Tokens, tokenise

__all__ = ["Seen", "kinds", "merged", "see"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Neighbouring words that were exchanged for as many, at most: each for the one in its place.
ADJACENT = 2

_QUOTATION = re.compile(r"\"[^\"\n]*\"|\u201c[^\u201d\n]*\u201d")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\b\S+@\S+\.\w+")


@dataclass
class Seen:
    """What aligned texts show of a vocabulary of V ids.

    Attributes
    ----------
    total, left : float64 arrays, shape (V,)
        Occurrences of each word on both sides, and of these those aligned with themselves.
    groups, times : dict
        Of two words that were exchanged, the smaller id first: in which source documents, and how
        often.
    kinds : dict
        The two counts of some kinds of places, by name.
    """

    total: Floats
    left: Floats
    groups: dict[tuple[int, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    times: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    kinds: dict[str, Floats] = field(default_factory=lambda: defaultdict(lambda: np.zeros(2)))


def see(rows: Iterable[dict[str, str]], ngrams: NgramModel) -> Seen:
    """What aligned rows show."""
    seen = Seen(np.zeros(len(ngrams)), np.zeros(len(ngrams)))
    for row in rows:
        tokens = tokenise([row["original"], row["spun"]])
        all_ids = ngrams.token_ids(tokens)
        is_place = tokens.is_word | (tokens.kind == SENTENCE)
        sides = [np.flatnonzero(is_place & (tokens.doc == side)) for side in (0, 1)]
        sides[0] = sides[0][1:]
        keys = [tokens.key[side].tolist() for side in sides]
        ids = [all_ids[side] for side in sides]
        blocks = [op for op in Indel.opcodes(*keys) if op.tag == "equal"]
        left = [np.zeros(len(side), np.bool_) for side in sides]
        for op in blocks:
            left[0][op.src_start : op.src_end] = True
            left[1][op.dest_start : op.dest_end] = True
        for own, stays, side in zip(ids, left, sides, strict=True):
            np.add.at(seen.total, own, 1)
            np.add.at(seen.left, own, stays)
            for name, mask in kinds_of_places(tokens, own, side).items():
                seen.kinds[name] += mask.sum(), (mask & stays).sum()
        for x, y in replacements(blocks, ids):
            pair = (min(x, y), max(x, y))
            seen.groups[pair].add(row["group"])
            seen.times[pair] += 1
    return seen


def merged(a: Seen, b: Seen) -> Seen:
    """What two sets of aligned texts show together."""
    both = Seen(a.total + b.total, a.left + b.left)
    for seen in (a, b):
        for pair, groups in seen.groups.items():
            both.groups[pair] |= groups
        for pair, times in seen.times.items():
            both.times[pair] += times
        for name, counts in seen.kinds.items():
            both.kinds[name] += counts
    return both


def kinds_of_places(
    tokens: Tokens, ids: npt.NDArray[np.int32], side: Ints
) -> dict[str, npt.NDArray[np.bool_]]:
    """Which places of one side are of which kind; a place may be of several."""
    text = tokens.texts[int(tokens.doc[side[0]])] if len(side) else ""
    start, kind = tokens.start[side], tokens.kind[side]
    is_word = kind >= WORD
    begins = np.concatenate([[True], kind[:-1] == SENTENCE])
    letters = np.array([text[at : at + 1].isupper() for at in start.tolist()], np.bool_)
    kinds = {
        "stop": kind == SENTENCE,
        "unknown": is_word & (ids == UNKNOWN_ID),
        "number": is_word & ((ids == NUMBER_ID) | (ids == YEAR_ID)),
        "name": is_word & letters & ~begins[: len(side)],
        "function": is_word & np.isin(ids, _function_ids(tokens, ids, side)),
    }
    for name, pattern in (("quotation", _QUOTATION), ("address", _ADDRESS)):
        inside = np.zeros(len(side), np.bool_)
        for found in pattern.finditer(text):
            inside |= (start >= found.start()) & (start < found.end())
        kinds[name] = is_word & inside
    kinds["other"] = is_word & ~np.logical_or.reduce([v for k, v in kinds.items() if k != "stop"])
    return kinds


def _function_ids(tokens: Tokens, ids: npt.NDArray[np.int32], side: Ints) -> list[int]:
    """Ids of the function words of one side."""
    words = zip(ids.tolist(), side.tolist(), strict=True)
    return [n for n, at in words if n >= FIRST_WORD and tokens.word(at).lower() in FUNCTION_WORDS]


def replacements(
    blocks: Sequence[Opcode], ids: Sequence[npt.NDArray[np.int32]]
) -> list[tuple[int, int]]:
    """Words of the vocabulary that stand for one another, where as many stand for as many."""
    found = []
    at = (0, 0)
    for op in blocks:
        size = op.src_start - at[0]
        if size == op.dest_start - at[1] and 1 <= size <= ADJACENT:
            a = ids[0][at[0] : op.src_start].tolist()
            b = ids[1][at[1] : op.dest_start].tolist()
            found += [(x, y) for x, y in zip(a, b, strict=True) if min(x, y) >= FIRST_WORD]
        at = (op.src_end, op.dest_end)
    return found


def kinds(seen: Seen) -> dict[str, float]:
    """Share of the places of each kind that stay as they are."""
    return {name: left / max(total, 1) for name, (total, left) in sorted(seen.kinds.items())}

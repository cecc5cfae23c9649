"""Learn of each word how surely it survives spinning, and which words fall together.

    python -m models.copies_words SPUN...

Each ``SPUN`` is a JSONL file (``.xz`` allowed) of aligned rows (``original``, ``spun``, ``group``).
Writes ``spindetect/copies/words.npy`` and the survival of kinds of words to
``spindetect/copies/weights.json``; prints that table.

A word's survival is the share of its occurrences, on either side, that stand aligned with
themselves, drawn to that of words with as many entries in the thesauri. Synonym classes grow along
the edges of a graph of words, the closest first, up to a size: edges are replacements of one word
by one word, seen in several source documents, and pairs that both thesauri of the lexicon name.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel, Opcode
from tqdm import tqdm

from spindetect.benchmark.edits import FUNCTION_WORDS
from spindetect.classifier import read_classifier, read_tables
from spindetect.copies.words import TABLE, WEIGHTS, Words, pack
from spindetect.detector import BUNDLED
from spindetect.lexicon import FIRST_EXPANSION, SOURCES, Lexicon, unpack
from spindetect.lexicon import TABLES as LEXICON_TABLES
from spindetect.ngrams import FIRST_WORD, NUMBER_ID, UNKNOWN_ID, YEAR_ID, NgramModel
from spindetect.ngrams import TABLES as NGRAM_TABLES
from spindetect.tokens import SENTENCE, WORD, Tokens, tokenise

from .mine_pairs import read_rows

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Occurrences that the survival of a word's kind counts for beside its own: a word that was seen
# fewer times is judged by its kind mostly.
PRIOR = 10

# A replacement is an edge if it was seen in so many source documents, as in the lexicon.
LEAST_GROUPS = 3

# Words of a class at most, and how close two words must be, in replacements by replacements of
# both. With classes learned from WP Auto Spinner, 88 % of the words of Turbo texts stayed aligned,
# 74 % without classes; with 10 words 87 %, with 80 also 88 %, but then a class told a bit less.
LARGEST = 20
CLOSEST = 0.03

# Neighbouring words that were exchanged for as many, at most: each for the one in its place.
ADJACENT = 2

# How close words are that WordNet and Moby both name: below any replacement that was seen often.
BOTH = 0.03

_QUOTATION = re.compile(r"\"[^\"\n]*\"|\u201c[^\u201d\n]*\u201d")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\b\S+@\S+\.\w+")
_WORDNET, _MOBY = (1 << SOURCES.index(name) for name in ("wordnet", "moby"))


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


def kinds_of(lexicon: Lexicon, size: int) -> Ints:
    """Kind of each word by its entries from thesauri: none, some, or some that both name."""
    row, _, sources = word_entries(lexicon, size)
    both = np.bincount(row[(sources & (_WORDNET | _MOBY)) == (_WORDNET | _MOBY)], minlength=size)
    some = np.bincount(row[(sources & (_WORDNET | _MOBY)) > 0], minlength=size)
    return np.where(both > 0, 2, np.where(some > 0, 1, 0))


def word_entries(
    lexicon: Lexicon, size: int
) -> tuple[Ints, npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Entries of one word for one word: written, expected, sources."""
    begin = lexicon.offsets[: size + 1].astype(np.int64)
    row = np.repeat(np.arange(size), np.diff(begin))
    expected, sources, _ = unpack(lexicon.entries[: begin[-1]])
    single = expected < FIRST_EXPANSION
    return row[single], expected[single], sources[single]


def survival(seen: Seen, kinds: Ints, left: Floats) -> npt.NDArray[np.float32]:
    """Share of the occurrences of each word that are among those `left`."""
    total = np.bincount(kinds, seen.total, 3)
    prior = np.bincount(kinds, left, 3) / np.maximum(total, 1)
    share = (left + PRIOR * prior[kinds]) / (seen.total + PRIOR)
    return np.minimum(share, 1).astype(np.float32)


def edges(seen: Seen, lexicon: Lexicon, size: int) -> tuple[Ints, Ints, Floats]:
    """Pairs of words, and how close they are."""
    gone = np.maximum(seen.total - seen.left, 1)
    mined = [
        (a, b, times / np.sqrt(gone[a] * gone[b]))
        for (a, b), times in seen.times.items()
        if len(seen.groups[a, b]) >= LEAST_GROUPS
    ]
    row, expected, sources = word_entries(lexicon, size)
    both = (sources & (_WORDNET | _MOBY)) == (_WORDNET | _MOBY)
    both &= (row >= FIRST_WORD) & (expected >= FIRST_WORD)
    a, b = row[both], expected[both].astype(np.int64)
    left = np.concatenate([np.array([m[0] for m in mined], np.int64), a])
    right = np.concatenate([np.array([m[1] for m in mined], np.int64), b])
    weight = np.concatenate([np.array([m[2] for m in mined]), np.full(len(a), BOTH)])
    return left, right, weight


def classes(left: Ints, right: Ints, weight: Floats, size: int) -> npt.NDArray[np.int32]:
    """Class of each word: words joined along edges, the closest first, up to a size."""
    parent = list(range(size))
    members = [1] * size

    def root(x: int) -> int:
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    order = np.lexsort((right, left, -weight))
    order = order[weight[order] >= CLOSEST]
    for a, b in zip(left[order].tolist(), right[order].tolist(), strict=True):
        x, y = root(a), root(b)
        if x != y and members[x] + members[y] <= LARGEST:
            x, y = min(x, y), max(x, y)
            parent[y] = x
            members[x] += members[y]
    return np.array([root(x) for x in range(size)], np.int32)


def table(seen: Seen, ngrams: NgramModel, lexicon: Lexicon) -> Words:
    """The table of words that what was seen and the thesauri of a lexicon give."""
    size = len(ngrams)
    kinds = kinds_of(lexicon, size)
    group = classes(*edges(seen, lexicon, size), size)
    kept = seen.left.copy()
    for (a, b), times in seen.times.items():
        if group[a] == group[b]:
            kept[a] += times
            kept[b] += times
    return Words(group, survival(seen, kinds, seen.left), survival(seen, kinds, kept))


def kinds(seen: Seen) -> dict[str, float]:
    """Share of the places of each kind that stay as they are."""
    return {name: left / max(total, 1) for name, (total, left) in sorted(seen.kinds.items())}


def bundled() -> tuple[NgramModel, Lexicon, str]:
    """Language model and lexicon that ship, and the SHA-256 of their vocabulary."""
    digests = read_classifier(BUNDLED).tables
    names = (*NGRAM_TABLES, *LEXICON_TABLES)
    arrays = read_tables(BUNDLED, {name: digests[name] for name in names})
    return NgramModel.from_tables(arrays), Lexicon.from_tables(arrays), digests["vocab_keys"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("spun", type=Path, nargs="+")
    given = parser.parse_args(arguments)
    ngrams, lexicon, digest = bundled()
    rows = chain.from_iterable(read_rows(path) for path in given.spun)
    seen = see(tqdm(rows, desc="aligning", unit=" texts"), ngrams)
    words = table(seen, ngrams, lexicon)
    np.save(TABLE, pack(words))
    weights = json.loads(WEIGHTS.read_text(encoding="utf-8")) if WEIGHTS.exists() else {}
    weights |= {
        "format": 1,
        "vocabulary": digest,
        "words": hashlib.sha256(TABLE.read_bytes()).hexdigest(),
        "kinds": {name: round(share, 4) for name, share in kinds(seen).items()},
    }
    WEIGHTS.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    for name, (total, left) in sorted(seen.kinds.items()):
        print(f"{name:10} {int(total):9,} places, {left / max(total, 1):6.1%} stay as they are")
    shared = np.bincount(words.group)
    print(
        f"{(shared > 1).sum():,} classes of several words hold {shared[shared > 1].sum():,} words"
    )


if __name__ == "__main__":
    main()

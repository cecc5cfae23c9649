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
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from spindetect.classifier import read_classifier, read_tables
from spindetect.copies.words import TABLE, WEIGHTS, Words, pack
from spindetect.detector import BUNDLED
from spindetect.lexicon import FIRST_EXPANSION, SOURCES, Lexicon, unpack
from spindetect.lexicon import TABLES as LEXICON_TABLES
from spindetect.ngrams import FIRST_WORD, NgramModel
from spindetect.ngrams import TABLES as NGRAM_TABLES

from .copies_seen import Seen, kinds, see
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

# How close words are that WordNet and Moby both name: below any replacement that was seen often.
BOTH = 0.03

_WORDNET, _MOBY = (1 << SOURCES.index(name) for name in ("wordnet", "moby"))


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

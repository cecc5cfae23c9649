"""Listed pairs: what was seen to replace what, in aligned texts, on pages, in lists."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from spindetect.benchmark.edits import edits, text_words
from spindetect.lexicon import LONGEST

from .entries import Entries, Floats, Phrases, rows
from .mine_pairs import Change, Pair, mine

# Pairs ship only when seen in this many source documents, so that none can be traced to a text.
LEAST_GROUPS = 3

# A chain is kept when a spinner run twice would produce it at least this often.
LEAST_CHAIN = 0.002
MOST_CHAINS = 24

# Words of a mined document, about: those of the aligned texts have 400 to 500.
MINED_WORDS = 450

# Share of documents that is added to both sides, so that rare words and small collections say
# little.
LEAST_SHARE = 0.002

# What the tortured-phrases list has in brackets is no part of a phrase.
BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")


def mined(
    phrases: Phrases, pairs: Iterable[Pair], source: str = "mined", least: int = LEAST_GROUPS
) -> Entries:
    """Entries of mined pairs; the weight is the square root of P(original | written).

    Parameters
    ----------
    phrases
        Codes of phrases.
    pairs
        One for each replacement that was seen.
    source : str
        One of `spindetect.lexicon.SOURCES`.
    least : int
        Source documents in which a pair must be seen.
    """
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for pair in pairs:
        groups[pair.written, pair.original].add(pair.group)
    counts = {pair: len(seen) for pair, seen in groups.items() if len(seen) >= least}
    total: Counter[str] = Counter()
    for (written, _), n in counts.items():
        total[written] += n
    return rows(phrases, ((w, o, n / total[w]) for (w, o), n in counts.items()), source)


def chained(phrases: Phrases, pairs: Iterable[Pair]) -> Entries:
    """Entries of two replacements in a row: what a page spun twice shows.

    The weight is the root of the chance that the original becomes what is written; pairs that one
    replacement explains are left out.
    """
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for pair in pairs:
        groups[pair.original, pair.written].add(pair.group)
    forward: dict[str, dict[str, float]] = defaultdict(dict)
    for (original, written), seen in groups.items():
        if len(seen) >= LEAST_GROUPS:
            forward[original][written] = len(seen)
    for targets in forward.values():
        total = sum(targets.values())
        for word in targets:
            targets[word] /= total
    chance: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for original, targets in forward.items():
        for between, p in targets.items():
            for written, q in forward.get(between, {}).items():
                if written != original and written not in targets:
                    chance[written][original] += p * q
    triples = []
    for written, originals in chance.items():
        ranked = sorted(originals.items(), key=lambda item: (-item[1], item[0]))[:MOST_CHAINS]
        triples += [(written, o, p) for o, p in ranked if p >= LEAST_CHAIN]
    return rows(phrases, triples, "chained")


def observed(phrases: Phrases, path: Path) -> Entries:
    """Entries of the edits between short phrases of real pages and what their originals were.

    Parameters
    ----------
    phrases
        Codes of phrases.
    path
        TSV with columns ``spun`` and ``original``.
    """
    found = []
    for number, row in enumerate(read_table(path)):
        written, original = text_words(row["spun"]), text_words(row["original"])
        for e in edits(original, written):
            if e.i2 > e.i1 and e.j2 > e.j1:
                side = tuple(written[e.j1 : e.j2]), tuple(original[e.i1 : e.i2])
                found.append(Change("observed", str(number), *side))
    return mined(phrases, mine(found), "observed", least=1)


def unconditional(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Phrases of the tortured-phrases list that hold without their context, with expected terms.

    Parameters
    ----------
    path
        TSV with columns ``tortured``, ``expected`` and ``query_condition``.

    Yields
    ------
    str, list of str
        The phrase as listed, and the folded words of its expected term without what stands in
        brackets (abbreviations, remarks) or behind a slash. A term in doubt is left out.
    """
    for row in read_table(path):
        if not row["query_condition"] and "?" not in row["expected"]:
            expected = BRACKETS.sub(" ", row["expected"]).split("/")[0]
            yield BRACKETS.sub(" ", row["tortured"]), text_words(expected)


def tortured(phrases: Phrases, path: Path, held_out: Collection[str] = ()) -> Entries:
    """Entries of the tortured-phrases list that hold without their context.

    Phrases are listed whole and, where both sides have as many words, word by word; a word must
    then recur in `LEAST_GROUPS` phrases.

    Parameters
    ----------
    phrases
        Codes of phrases.
    path
        TSV with columns ``tortured``, ``expected`` and ``query_condition``.
    held_out
        Expected terms, words of `unconditional` parted by blanks, whose rows are left out.
    """
    found = []
    for number, (phrase, original) in enumerate(unconditional(path)):
        if " ".join(original) in held_out:
            continue
        written = text_words(phrase)
        if 0 < len(original) <= LONGEST and 1 < len(written) <= LONGEST:
            found.append(Pair("tortured", str(number), " ".join(written), " ".join(original)))
        if len(original) == len(written):
            swaps = zip(written, original, strict=True)
            found += [Pair("tortured", str(number), w, o) for w, o in swaps if w != o]
    whole = [p for p in found if " " in p.written]
    words = [p for p in found if " " not in p.written]
    return np.concatenate(
        [
            mined(phrases, whole, "tortured", least=1),
            mined(phrases, words, "tortured", least=LEAST_GROUPS),
        ],
        axis=1,
    )


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a TSV file with a header."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def mined_propensity(phrases: Phrases, pairs: Sequence[Pair], zipf: Floats) -> Floats:
    """log2 of how much oftener a word stands in spun documents as a replacement than in others.

    Parameters
    ----------
    phrases
        Codes of phrases.
    pairs
        Replacements that were mined; without any the result is 0.
    zipf : float32 array, shape (V,)
        Zipf frequency of each id; the result has this shape.
    """
    seen: dict[int, set[str]] = defaultdict(set)
    groups = set()
    for pair in pairs:
        groups.add(pair.group)
        if " " not in pair.written and pair.written in phrases.ids:
            seen[phrases.ids[pair.written]].add(pair.group)
    count = np.zeros(len(zipf))
    for code, documents in seen.items():
        count[code] = len(documents) if len(documents) >= LEAST_GROUPS else 0
    expected = 1 - np.exp(-(10.0 ** zipf.astype(np.float64)) * MINED_WORDS / 1e9)
    share = count / max(len(groups), 1)
    return np.log2((share + LEAST_SHARE) / (expected + LEAST_SHARE)).astype(np.float32) * (
        len(groups) > 0
    )

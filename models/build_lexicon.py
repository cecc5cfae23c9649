"""Collect what spinners may replace, from several sources, into the tables of a lexicon.

    python -m models.build_lexicon COUNTS NGRAMS VECTORS LEXICA OUT

writes the general sources (WordNet, Moby, neighbours, near spellings), which need no spun text;
`assemble` adds pairs mined from spun text to them and packs the tables.
"""

from __future__ import annotations

import csv
import lzma
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from tqdm import tqdm

from models.align import edits, text_words
from models.inflect import inflections
from models.mine_pairs import Change, Pair, mine
from spindetect import tables
from spindetect.lexicon import (
    EXPECTED_BITS,
    FIRST_EXPANSION,
    LONGEST,
    PHRASE_BITS,
    SOURCE_BITS,
    SOURCES,
    WEIGHT_MAX,
    phrase_keys,
)
from spindetect.ngrams import FIRST_WORD, ID_BITS
from spindetect.tokens import tokenise

Ints = npt.NDArray[np.int64]

# A row: written phrase, expected phrase (both as codes of `Phrases`), source bit, weight 0..63.
Entries = npt.NDArray[np.int64]

BIT = {name: 1 << i for i, name in enumerate(SOURCES)}

# Thesaurus pairs whose vectors point apart are other senses that no context will fit.
LEAST_COSINE = 0.02

# Entries a written phrase may have from each source. With these, the thesauri together name the
# original of 73 % of the one-word replacements seen in aligned text; without any bound, 79 %.
MOST = {"wordnet": 24, "moby": 48, "neighbour": 10, "spelling": 5}

# Spinners put common words in common words' place; rare ones and longer phrases get fewer entries.
RARE_ZIPF = 2.4
MOST_RARE = 5

# Of the synonyms of a word the commoner is the likelier original. Ranking by cosine alone reaches
# a coverage of 0.64 with 48 entries, by cosine and this share of the Zipf frequency 0.73.
ZIPF_SHARE = 0.12

# An original rarer than this (Zipf) is hardly ever replaced: less than one in a hundred is.
LEAST_ZIPF = 3.0

# Neighbours less alike than this share a topic, not a meaning.
NEIGHBOUR_COSINE = 0.45

# Letters that near spellings share at the front, and how alike they are (rapidfuzz ratio).
STEM = 4
ALIKE = 66.0

# Pairs ship only when seen in this many source documents, so that none can be traced to a text.
LEAST_GROUPS = 3

# A chain is kept when a spinner run twice would produce it at least this often.
LEAST_CHAIN = 0.002
MOST_CHAINS = 24

# Codes of phrases fit this many bits.
_CODE_BITS = 24

# Words of a mined document, about: those of the aligned texts have 400 to 500.
MINED_WORDS = 450

FEATURES = ("base", "plural", "third", "past", "participle", "gerund", "comparative", "superlative")
OF_POS = {
    "noun": ("base", "plural"),
    "verb": ("base", "third", "past", "participle", "gerund"),
    "adj": ("base", "comparative", "superlative"),
    "adv": ("base", "comparative", "superlative"),
    "any": FEATURES,
}


class Phrases:
    """Codes of phrases: ids for words of the vocabulary, numbers from 2**17 for all others."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.ids = {w: i + FIRST_WORD for i, w in enumerate(words) if w}
        self.others: dict[str, int] = {}
        self.texts: list[str] = []

    def code(self, phrase: str) -> int:
        """Code of a phrase of folded words parted by blanks, -1 where it is longer than three."""
        if phrase in self.ids:
            return self.ids[phrase]
        if phrase not in self.others:
            if phrase.count(" ") >= LONGEST:
                return -1
            self.others[phrase] = FIRST_EXPANSION + len(self.texts)
            self.texts.append(phrase)
        return self.others[phrase]

    def text(self, code: int) -> str:
        """The phrase of a code."""
        return (
            self.words[code - FIRST_WORD]
            if code < FIRST_EXPANSION
            else self.texts[code - FIRST_EXPANSION]
        )

    def expansion(self, code: int) -> list[int] | None:
        """Ids of the words of a phrase of several words, None unless all are in the vocabulary."""
        ids = [self.ids.get(w, -1) for w in self.texts[code - FIRST_EXPANSION].split()]
        return None if -1 in ids else ids


@dataclass(frozen=True)
class General:
    """What needs no spun text: phrases, entries, propensity and Zipf frequency of each word."""

    phrases: Phrases
    entries: Entries
    propensity: npt.NDArray[np.float32]
    zipf: npt.NDArray[np.float32]


def read_lexica(folder: Path) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """WordNet pairs (pos, lemma, lemma) of one synset or of linked ones; Moby pairs."""
    synsets: dict[str, tuple[str, list[str], list[str]]] = {}
    with lzma.open(folder / "wordnet_synsets.tsv.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            pos, offset, lemmas, *rest = line.rstrip("\n").split("\t")
            links = [p[1:] for p in (rest[0].split() if rest else []) if p[0] in "@&"]
            synsets[pos[0] + offset] = (
                pos.rstrip("0123456789 "),
                [x.lower().replace("_", " ") for x in lemmas.split("|")],
                links,
            )
    wordnet = []
    for pos, lemmas, links in synsets.values():
        wordnet += [(pos, a, b) for a in lemmas for b in lemmas if a < b]
        for link in links:
            if link in synsets:
                wordnet += [(pos, a, b) for a in lemmas for b in synsets[link][1]]
    moby = []
    with lzma.open(folder / "moby.txt.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            head, *rest = line.strip().lower().split(",")
            moby += [(head, other) for other in rest]
    return wordnet, moby


def form_table(phrases: Phrases, lemmas: list[str]) -> Ints:
    """Code of each form of each lemma, shape (lemmas, features), -1 where there is none."""
    table = np.full((len(lemmas), len(FEATURES)), -1, np.int64)
    for row, lemma in enumerate(lemmas):
        words = text_words(lemma)
        if not words or len(words) > LONGEST or any(w not in phrases.ids for w in words):
            continue
        for feature, form in inflections(
            words[0] if len(words) > 1 else words[-1], phrases.ids
        ).items():
            column = FEATURES.index(feature)
            if len(words) == 1:
                table[row, column] = phrases.code(form)
            elif feature in OF_POS["verb"]:
                table[row, column] = phrases.code(" ".join([form, *words[1:]]))
        if len(words) > 1:
            nouns = inflections(words[-1], phrases.ids)
            if "plural" in nouns:
                table[row, 1] = phrases.code(" ".join([*words[:-1], nouns["plural"]]))
    return table


def exchanges(phrases: Phrases, pairs: Iterable[tuple[str, str, str]]) -> Ints:
    """Distinct (written, expected) codes of (pos, lemma, lemma) pairs, in every form that both have."""
    by_pos: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pos, a, b in pairs:
        by_pos[pos].append((a, b))
    lemmas = sorted({x for group in by_pos.values() for pair in group for x in pair})
    index = {lemma: i for i, lemma in enumerate(lemmas)}
    table = form_table(phrases, lemmas)
    found = []
    for pos, group in by_pos.items():
        a = np.array([index[x] for x, _ in group])
        b = np.array([index[y] for _, y in group])
        for feature in OF_POS[pos]:
            column = FEATURES.index(feature)
            fa, fb = table[a, column], table[b, column]
            use = (fa >= 0) & (fb >= 0) & (fa != fb)
            found += [np.stack([fa[use], fb[use]]), np.stack([fb[use], fa[use]])]
    return distinct(np.concatenate(found, axis=1))


def distinct(codes: Ints) -> Ints:
    """Distinct columns of a table of two rows of codes."""
    keys = np.unique((codes[0] << _CODE_BITS) | codes[1])
    return np.stack([keys >> _CODE_BITS, keys & ((1 << _CODE_BITS) - 1)])


def thesaurus(
    codes: Ints, vectors: npt.NDArray[np.float32], source: str, zipf: npt.NDArray[np.float32]
) -> Entries:
    """The likeliest entries among the exchanges of a thesaurus."""
    likeness = cosines(vectors, codes[0], codes[1])
    keep = likeness >= LEAST_COSINE
    return best(codes[0][keep], codes[1][keep], likeness[keep], source, zipf)


def thesaurus_propensity(codes: Ints, zipf: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """log2 of how much oftener each word comes out of a spinner that picks any synonym blindly."""
    written, expected = codes[:, (codes < len(zipf)).all(axis=0)]
    frequency = 10.0 ** zipf.astype(np.float64)
    choices = np.bincount(expected, minlength=len(zipf))
    flow = np.bincount(written, frequency[expected] / choices[expected], len(zipf))
    return np.log2((flow + 1) / (frequency + 1)).astype(np.float32)


def mined_propensity(
    phrases: Phrases, pairs: Sequence[Pair], zipf: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """The same of the spinners whose replacements were mined, by documents; 0 without any."""
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
    # Added to both, so that rare words and small collections say little.
    least = 0.002
    share = count / max(len(groups), 1)
    return np.log2((share + least) / (expected + least)).astype(np.float32) * (len(groups) > 0)


def cosines(vectors: npt.NDArray[np.float32], a: Ints, b: Ints) -> npt.NDArray[np.float32]:
    """Cosine of each pair; a modest guess where one has no vector."""
    out = np.full(len(a), 0.25, np.float32)
    known = np.flatnonzero((a < len(vectors)) & (b < len(vectors)))
    for part in np.array_split(known, max(1, len(known) // 100_000)):
        out[part] = np.einsum("ij,ij->i", vectors[a[part]], vectors[b[part]])
    return out


def best(
    written: Ints,
    expected: Ints,
    likeness: npt.NDArray[np.float32],
    source: str,
    zipf: npt.NDArray[np.float32],
) -> Entries:
    """The likeliest entries of each written phrase, as many as the source may have."""
    common = np.where(expected < len(zipf), zipf[np.minimum(expected, len(zipf) - 1)], LEAST_ZIPF)
    use = common >= LEAST_ZIPF
    written, expected, likeness, common = (a[use] for a in (written, expected, likeness, common))
    order = np.lexsort((expected, -(likeness + ZIPF_SHARE * common), written))
    written, expected, likeness = written[order], expected[order], likeness[order]
    first = np.flatnonzero(np.append(True, written[1:] != written[:-1]))
    rank = np.arange(len(written)) - np.repeat(first, np.diff(first, append=len(written)))
    rare = np.where(written < len(zipf), zipf[np.minimum(written, len(zipf) - 1)], 0) < RARE_ZIPF
    keep = rank < np.where(rare, MOST_RARE, MOST[source])
    weight = np.clip(np.rint(likeness * WEIGHT_MAX), 1, WEIGHT_MAX).astype(np.int64)
    bit = np.full(len(written), BIT[source])
    return np.stack([written, expected, bit, weight])[:, keep]


def neighbours(vectors: npt.NDArray[np.float32], zipf: npt.NDArray[np.float32]) -> Entries:
    """Entries of words that keep the same company."""
    parts = []
    for block in np.array_split(np.arange(FIRST_WORD, len(vectors)), max(1, len(vectors) // 1000)):
        likeness = vectors[block] @ vectors.T
        likeness[np.arange(len(block)), block] = -1
        top = np.argpartition(-likeness, MOST["neighbour"], axis=1)[:, : MOST["neighbour"]]
        value = np.take_along_axis(likeness, top, axis=1)
        written = np.repeat(block, top.shape[1])
        keep = (value.ravel() >= NEIGHBOUR_COSINE) & (top.ravel() >= FIRST_WORD)
        parts.append((written[keep], top.ravel()[keep], value.ravel()[keep]))
    written, expected, likeness = (np.concatenate(c) for c in zip(*parts, strict=True))
    return best(written, expected, likeness, "neighbour", zipf)


def near_spellings(phrases: Phrases, zipf: npt.NDArray[np.float32], most: int = 60_000) -> Entries:
    """Entries of words that look alike: shared stems and slips."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for word in phrases.words[:most]:
        if len(word) >= STEM and word.isalpha():
            blocks[word[:STEM]].append(word)
    written, expected, likeness = [], [], []
    for block in tqdm(blocks.values(), desc="spellings"):
        if len(block) < 2:
            continue
        ratio = process.cdist(block, block, scorer=fuzz.ratio, score_cutoff=ALIKE)
        np.fill_diagonal(ratio, 0)
        for i, j in zip(*np.nonzero(ratio), strict=True):
            written.append(phrases.ids[block[i]])
            expected.append(phrases.ids[block[j]])
            likeness.append(ratio[i, j] / 100)
    return best(
        np.array(written), np.array(expected), np.array(likeness, np.float32), "spelling", zipf
    )


def attested(phrases: Phrases, counts: Path, entries: Entries) -> Entries:
    """Entries whose expected phrase, if of several words, occurs in the corpora."""
    seen = np.load(counts / "trigrams.npy")
    seen = np.unique(seen & np.uint64((1 << (2 * ID_BITS)) - 1))
    longer = np.unique(entries[1][entries[1] >= FIRST_EXPANSION])
    good = np.zeros(FIRST_EXPANSION + len(phrases.texts), np.bool_)
    good[:FIRST_EXPANSION] = True
    for code in longer.tolist():
        ids = phrases.expansion(code)
        if ids is not None:
            key = np.array([(a << ID_BITS) | b for a, b in pairwise(ids)], np.uint64)
            at = np.minimum(np.searchsorted(seen, key), len(seen) - 1)
            good[code] = bool((seen[at] == key).all())
    return entries[:, good[entries[1]]]


def general(counts: Path, model: Path, vectors: Path, lexica: Path) -> General:
    """Entries of all sources that need no spun text."""
    phrases = Phrases((counts / "words.txt").read_text(encoding="utf-8").split("\n"))
    space = np.load(vectors)
    zipf = np.load(model / "zipf.npy")
    wordnet, moby = read_lexica(lexica)
    synonyms = exchanges(phrases, wordnet), exchanges(phrases, (("any", a, b) for a, b in moby))
    parts = [
        thesaurus(synonyms[0], space, "wordnet", zipf),
        thesaurus(synonyms[1], space, "moby", zipf),
        neighbours(space, zipf),
        near_spellings(phrases, zipf),
    ]
    either = distinct(np.concatenate(synonyms, axis=1))
    entries = attested(phrases, counts, np.concatenate(parts, axis=1))
    return General(phrases, entries, thesaurus_propensity(either, zipf), zipf)


def mined(
    phrases: Phrases, pairs: Iterable[Pair], source: str = "mined", least: int = LEAST_GROUPS
) -> Entries:
    """Entries of mined pairs; the weight is the square root of P(original | written)."""
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for pair in pairs:
        groups[pair.written, pair.original].add(pair.group)
    counts = {pair: len(seen) for pair, seen in groups.items() if len(seen) >= least}
    total: Counter[str] = Counter()
    for (written, _), n in counts.items():
        total[written] += n
    return rows(phrases, ((w, o, n / total[w]) for (w, o), n in counts.items()), source)


def rows(phrases: Phrases, triples: Iterable[tuple[str, str, float]], source: str) -> Entries:
    """Entries of (written, original, probability)."""
    found = [
        (phrases.code(w), phrases.code(o), BIT[source], max(1, round(p**0.5 * WEIGHT_MAX)))
        for w, o, p in triples
    ]
    table = np.array([f for f in found if min(f[:2]) >= 0], np.int64).reshape(-1, 4).T
    return table


def chained(phrases: Phrases, pairs: Iterable[Pair]) -> Entries:
    """Entries of two replacements in a row: what a page spun twice shows."""
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


def lexicon(
    general: General,
    pairs: Sequence[Pair],
    listed: Sequence[Entries] = (),
    deleted: Collection[tuple[int, int]] = (),
) -> dict[str, npt.NDArray[np.generic]]:
    """Tables of a lexicon of the general sources, mined pairs and further entries.

    `deleted` are the codes of pairs that only the general sources may name.
    """
    phrases = general.phrases
    parts = list(listed)
    if pairs:
        parts += [mined(phrases, pairs), chained(phrases, pairs)]
    if deleted:
        parts = [p[:, [(w, e) not in deleted for w, e in p[:2].T.tolist()]] for p in parts]
    parts.append(general.entries)
    propensity = np.stack(
        [general.propensity, mined_propensity(phrases, pairs, general.zipf)], axis=1
    )
    tables_ = assemble(phrases, np.concatenate(parts, axis=1))
    return {**tables_, "propensity": propensity.astype(np.float16)}


def assemble(phrases: Phrases, entries: Entries) -> dict[str, npt.NDArray[np.generic]]:
    """Tables of the entries; one that several sources name is one with all their bits."""
    written, expected, bit, weight = entries
    expansions: list[list[int]] = []
    renumbered = np.full(FIRST_EXPANSION + len(phrases.texts), -1, np.int64)
    renumbered[:FIRST_EXPANSION] = np.arange(FIRST_EXPANSION)
    for code in np.unique(expected[expected >= FIRST_EXPANSION]).tolist():
        ids = phrases.expansion(code)
        if ids is not None and len(ids) > 1:
            renumbered[code] = FIRST_EXPANSION + len(expansions)
            expansions.append(ids + [-1] * (LONGEST - len(ids)))
    if len(expansions) > FIRST_EXPANSION:
        raise ValueError(f"{len(expansions)} expected phrases do not fit {EXPECTED_BITS} bits")
    expected = renumbered[expected]
    keep = expected >= 0
    written, expected, bit, weight = written[keep], expected[keep], bit[keep], weight[keep]

    # Mined entries come first in their row, then by weight.
    trusted = (bit < BIT["wordnet"]).astype(np.int64)
    key = (written << EXPECTED_BITS) | expected
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.append(True, np.diff(key[order]) != 0))
    merged = key[order][first]
    bits = np.bitwise_or.reduceat(bit[order], first)
    # The weight of the most trusted source stands for all.
    ranked = np.maximum.reduceat((trusted[order] << 8) | weight[order], first)
    order = np.lexsort((-ranked, merged >> EXPECTED_BITS))
    merged, bits, ranked = merged[order], bits[order], ranked[order]
    codes = merged >> EXPECTED_BITS
    packed = (merged & ((1 << EXPECTED_BITS) - 1)) | (bits << EXPECTED_BITS)
    packed |= (ranked & 0xFF) << (EXPECTED_BITS + SOURCE_BITS)

    size = FIRST_WORD + len(phrases.words)
    others = np.unique(codes[codes >= FIRST_EXPANSION])
    row = np.where(codes < FIRST_EXPANSION, codes, size + np.searchsorted(others, codes))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=size + len(others)))])
    lanes, slots = tables.build(
        written_keys([phrases.text(c) for c in others.tolist()]), PHRASE_BITS
    )
    phrase_rows = np.full(len(lanes), -1, np.int32)
    phrase_rows[slots] = size + np.arange(len(others))
    return {
        "offsets": offsets.astype(np.uint32),
        "entries": packed.astype(np.uint32),
        "phrases": lanes,
        "phrase_rows": phrase_rows,
        "expansions": np.array(expansions, np.int32).reshape(-1, LONGEST),
        "words": np.frombuffer("".join(w + "\n" for w in phrases.words).encode(), np.uint8).copy(),
    }


def written_keys(texts: list[str]) -> npt.NDArray[np.uint64]:
    """Keys of phrases by the words that they are made of."""
    tokens = tokenise(texts)
    word = np.flatnonzero(tokens.is_word)
    doc = tokens.doc[word]
    first = np.searchsorted(doc, np.arange(len(texts)))
    length = np.diff(first, append=len(word))
    keys = np.zeros(len(texts), np.uint64)
    for n in range(1, LONGEST + 1):
        those = np.flatnonzero(length == n)
        at = word[first[those]]
        keys[those] = phrase_keys(np.stack([tokens.key[at + k] for k in range(n)], axis=1))
    return keys


def observed(phrases: Phrases, path: Path) -> Entries:
    """Entries of the edits between short phrases of real pages and what their originals were."""
    found = []
    for number, row in enumerate(read_table(path)):
        written, original = text_words(row["spun"]), text_words(row["original"])
        for e in edits(original, written):
            if e.i2 > e.i1 and e.j2 > e.j1:
                side = tuple(written[e.j1 : e.j2]), tuple(original[e.i1 : e.i2])
                found.append(Change("observed", str(number), *side))
    return mined(phrases, mine(found), "observed", least=1)


def tortured(phrases: Phrases, path: Path) -> Entries:
    """Entries of the tortured-phrases list that hold without their context, whole and word by word."""
    found = []
    for number, row in enumerate(read_table(path)):
        if row["query_condition"] or "?" in row["expected"]:
            continue
        expected = re.sub(r"\(.*?\)|\[.*?\]", " ", row["expected"]).split("/")[0]
        written, original = text_words(row["tortured"]), text_words(expected)
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


def save(made: General, folder: Path) -> None:
    """Write the general sources where `load` finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("entries", "propensity", "zipf"):
        np.save(folder / f"{name}.npy", getattr(made, name))
    (folder / "words.txt").write_text("\n".join(made.phrases.words), encoding="utf-8")
    (folder / "phrases.txt").write_text("\n".join(made.phrases.texts), encoding="utf-8")


def load(folder: Path) -> General:
    """The general sources that `save` wrote."""
    phrases = Phrases((folder / "words.txt").read_text(encoding="utf-8").split("\n"))
    for text in (folder / "phrases.txt").read_text(encoding="utf-8").split("\n"):
        phrases.code(text)
    return General(
        phrases, *(np.load(folder / f"{n}.npy") for n in ("entries", "propensity", "zipf"))
    )


if __name__ == "__main__":
    _, counts_, model_, vectors_, lexica_, out_ = map(Path, sys.argv)
    save(general(counts_, model_, vectors_, lexica_), out_)

"""Synonyms that the project's own spinners write: thesauri of words that people use, by form."""

from __future__ import annotations

import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from spindetect.benchmark.edits import FUNCTION_WORDS
from spindetect.benchmark.inflect import inflections
from spindetect.ngrams import FIRST_WORD

from .entries import Floats
from .examples import sample
from .thesauri import OF_POS

# What may stand for a phrase: (form that fits, lemma).
Options = Sequence[tuple[str, str]]
Choices = Callable[[str], Options]

# A pair of a thesaurus: part of speech, word, synonym.
Triple = tuple[str, str, str]

# Letters, with apostrophes and hyphens inside; no parts of addresses or of numbers.
WORD = re.compile(
    r"(?<![\w@/#&.\-])[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*(?![\w@/#&]|[.'\u2019\-]\w)", re.UNICODE
)

# Function words that spinners replace all the same.
REPLACED = frozenset("very just only also same again however therefore many more such few".split())

# These figures were set by hand; none was tuned.
#
# Words found in fewer registers are names, terms of one field or archaic.
LEAST_REGISTERS = 4

# Synonyms a word has in the dictionary of one spinner.
DICTIONARY = 8

# How much likelier a synonym is that names the word as its own synonym.
MUTUAL = 4.0

# How much likelier one word is than an expression of several as common.
SINGLE = 4.0

# Commonest words that get neighbours, how many, and how alike they must be.
NEIGHBOUR_WORDS = 20_000
NEIGHBOURS = 6
NEIGHBOUR_COSINE = 0.45


def vocabulary(texts: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Counts of the words, in lower case, that occur in several registers.

    Parameters
    ----------
    texts
        Pairs (register, text).
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for register, text in texts:
        counts[register].update(WORD.findall(text.lower()))
    spread = Counter(word for c in counts.values() for word in c)
    total = sum(counts.values(), Counter[str]())
    least = min(LEAST_REGISTERS, len(counts))
    return {word: n for word, n in total.items() if spread[word] >= least}


def read_wordnet(path: Path) -> tuple[list[Triple], list[Triple], dict[str, set[str]]]:
    """Pairs of one synset, pairs with hypernyms or similar synsets, and parts of speech of words.

    Parameters
    ----------
    path
        A ``wordnet_synsets.tsv.xz``.
    """
    synsets: dict[str, tuple[str, list[str], list[str]]] = {}
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            pos, offset, names, *rest = line.rstrip("\n").split("\t")
            links = [p[1:] for p in (rest[0].split() if rest else []) if p[0] in "@&"]
            lemmas = [name.lower().replace("_", " ") for name in names.split("|")]
            synsets[pos[0] + offset] = pos.rstrip("0123456789 "), lemmas, links
    same, linked = [], []
    parts: dict[str, set[str]] = defaultdict(set)
    for pos, lemmas, links in synsets.values():
        for lemma in lemmas:
            parts[lemma].add(pos)
        same += [(pos, a, b) for a in lemmas for b in lemmas if a != b]
        for link in links:
            if link in synsets:
                linked += [(pos, a, b) for a in lemmas for b in synsets[link][1] if a != b]
    return same, linked, dict(parts)


def both(wordnet: Iterable[Triple], moby: Iterable[tuple[str, str]]) -> list[Triple]:
    """Pairs of WordNet that Moby has too, in either direction."""
    known = set(moby)
    return [(p, a, b) for p, a, b in wordnet if (a, b) in known or (b, a) in known]


@dataclass(frozen=True)
class Thesaurus:
    """Synonyms by lemma and lemmas by form.

    Attributes
    ----------
    synonyms
        Lemma to (part of speech, synonym, weight).
    forms
        Form to the (lemma, feature) that it may be.
    counts
        The vocabulary.
    """

    synonyms: Mapping[str, Sequence[tuple[str, str, float]]]
    forms: Mapping[str, Sequence[tuple[str, str]]]
    counts: Mapping[str, int]


def thesaurus(triples: Iterable[Triple], counts: Mapping[str, int]) -> Thesaurus:
    """Synonyms of words and short phrases; common ones that stand under few words weigh most.

    Synonyms of more than three words or with words out of the vocabulary are left out; a function
    word has no synonyms and is none.
    """
    pairs = {t for t in triples if _usable(t[1], counts) and _usable(t[2], counts)}
    directions = {(a, b) for _, a, b in pairs}
    heads = Counter(b for _, _, b in pairs)
    synonyms: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for pos, a, b in sorted(pairs):
        # A word that stands under many others, as "go" does, means little under each.
        weight = (min(counts[w] for w in b.split()) / heads[b]) ** 0.5
        weight *= (1 if " " in b else SINGLE) * (MUTUAL if (b, a) in directions else 1)
        synonyms[a].append((pos, b, weight))
    forms: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for lemma in synonyms:
        if " " not in lemma:
            for feature, form in inflections(lemma, counts).items():
                forms[form].append((lemma, feature))
    return Thesaurus(dict(synonyms), dict(forms), counts)


def _usable(phrase: str, counts: Mapping[str, int]) -> bool:
    words = phrase.split(" ")
    if len(words) == 1:
        return phrase in counts and len(phrase) > 2 and not _kept(phrase)
    return len(words) <= 3 and all(w in counts for w in words)


def _kept(word: str) -> bool:
    return word in FUNCTION_WORDS and word not in REPLACED


def inflected(phrase: str, feature: str, counts: Mapping[str, int]) -> str | None:
    """The form of a phrase: verbs change their first word, nouns their last.

    >>> inflected("look after", "past", {"look": 1, "looked": 1, "after": 1})
    'looked after'
    """
    if feature == "base":
        return phrase
    first, *rest = words = phrase.split(" ")
    if feature in OF_POS["verb"]:
        form = inflections(first, counts).get(feature)
        return None if form is None else " ".join([form, *rest])
    form = inflections(words[-1], counts).get(feature) if feature == "plural" or not rest else None
    return None if form is None else " ".join([*words[:-1], form])


def dictionary(source: Thesaurus, name: str, *, longer: bool = False) -> Choices:
    """The dictionary of one spinner: for each form a few of its synonyms, blind to sense.

    Parameters
    ----------
    source
        Where the synonyms come from.
    name : str
        Name of the spinner: another one draws other synonyms.
    longer : bool
        Take only synonyms of several words.
    """

    @cache
    def choices(phrase: str) -> Options:
        whole = phrase in source.synonyms
        found = []
        for lemma, feature in source.forms.get(phrase, [(phrase, "base")]):
            for pos, synonym, weight in source.synonyms.get(lemma, ()):
                # A word that Moby lists is not read as a form of another.
                blind = pos == "any" and whole and feature != "base"
                if feature in OF_POS[pos] and not blind and (" " in synonym or not longer):
                    found.append((weight, synonym, feature))
        if not found or _kept(phrase):
            return ()
        random = np.random.default_rng(int(sample(phrase, name) * 2**32))
        drawn = random.exponential(size=len(found)) / np.array([w for w, _, _ in found])
        options: dict[str, str] = {}
        for at in np.argsort(drawn, kind="stable").tolist():
            _, synonym, feature = found[at]
            form = inflected(synonym, feature, source.counts)
            if form is not None and form != phrase:
                options.setdefault(form, synonym)
            if len(options) == DICTIONARY:
                break
        return tuple(options.items())

    return choices


def phrase_table(path: Path, kinds: set[str], counts: Mapping[str, int]) -> Choices:
    """Choices of a hand-written table with columns kind, phrases and what may stand for them.

    Phrases of the kinds ``verb`` and ``light`` are there in every form of their first word.
    """
    table: dict[str, list[tuple[str, str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, heads, others = line.split("\t")
        if kind not in kinds:
            continue
        for head in heads.split("|"):
            for feature in ("base",) if kind == "fixed" else OF_POS["verb"]:
                form = inflected(head, feature, counts)
                options = [(inflected(o, feature, counts), o) for o in others.split("|")]
                kept = [(f, o) for f, o in options if f is not None and o != head]
                if form is not None and kept:
                    table.setdefault(form, kept)
    return lambda phrase: table.get(phrase, ())


def neighbours(vectors: Floats, words: Sequence[str]) -> Choices:
    """Choices among the nearest words, of the commonest words.

    Parameters
    ----------
    vectors : float32 array, shape (V, d)
        Unit vectors by id, as models.count_neighbours writes them.
    words : list of str
        The vocabulary, commonest first: word ``i`` has the id ``FIRST_WORD + i``.
    """
    common = vectors[FIRST_WORD : FIRST_WORD + min(NEIGHBOUR_WORDS, len(words))]
    table: dict[str, list[tuple[str, str]]] = {}
    for block in np.array_split(np.arange(len(common)), max(1, len(common) // 1000)):
        likeness = common[block] @ common.T
        likeness[np.arange(len(block)), block] = -1
        nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :NEIGHBOURS]
        for row, word in enumerate(block.tolist()):
            good = [i for i in nearest[row].tolist() if likeness[row, i] >= NEIGHBOUR_COSINE]
            kept = [
                (words[i], words[i]) for i in good if not _kept(words[i]) and words[i].isalpha()
            ]
            if kept and not _kept(words[word]) and len(words[word]) > 2:
                table[words[word]] = kept
    return lambda phrase: table.get(phrase, ())

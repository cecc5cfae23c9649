"""Tortured phrases whose terms are held out: what is flagged that the lexicon does not list.

A fifth of the expected terms of the tortured-phrases list is held out of the lexicon. Each of their
phrases is put in place of its term in sentences of science text; the sentences untouched, and twice
as many others, say how often a sound phrase is flagged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from spindetect import features
from spindetect.anomalies import anomalies, in_context, odd_phrases
from spindetect.benchmark.edits import edits, text_words, words
from spindetect.classifier import BoostedModel
from spindetect.evidence import Tables, evidence
from spindetect.lexicon import phrase_keys
from spindetect.report import PhraseAnomaly
from spindetect.tokens import Tokens, tokenise
from spindetect.trees import Trees

from .evaluate import SENTENCE_WORDS, figure
from .examples import Example, edited_flags, human, sample
from .listed import BRACKETS, unconditional
from .phrases import Naming
from .seen import BATCH, Resources

Ints = npt.NDArray[np.int64]
Named = Sequence[Sequence[PhraseAnomaly]]
Judges = tuple[Naming, Trees, BoostedModel]

# A sentence that holds a term, the offsets of the term in it, and its group and register.
Place = tuple[str, int, int, str, str]

# Registers of science text, and the share of the expected terms that is held out.
REGISTERS = ("science", "science_abstract", "medical", "textbook")
HELD_OUT = 0.2

# Sentences of a phrase, so that no common term decides, and of all phrases together; and others for
# each of them.
PER_PHRASE = 5
MOST = 2000
OTHERS = 2

# A last word with another ending takes a bare s in the plural.
_NO_BARE_S = ("s", "x", "z", "ch", "sh", "y", "o")


class Sentence(NamedTuple):
    """A sentence with a tortured phrase put in, the phrase's offsets, and the sentence before.

    ``group`` and ``register`` are those of the document that it stands in.
    """

    phrase: str
    expected: str
    text: str
    start: int
    end: int
    untouched: str
    group: str
    register: str


def terms(path: Path) -> list[tuple[str, str]]:
    """Tortured phrases without brackets, and their expected terms as folded words.

    Phrases that hold in a context only, and phrases and terms of one word, are left out. ``path``
    is a TSV with columns ``tortured``, ``expected`` and ``query_condition``.
    """
    found: dict[tuple[str, str], None] = {}
    for listed, expected in unconditional(path):
        phrase = " ".join(BRACKETS.sub(" ", listed).split())
        written = text_words(phrase)
        if min(len(expected), len(written)) > 1 and written != expected:
            found[phrase, " ".join(expected)] = None
    return list(found)


def held_out(found: Sequence[tuple[str, str]]) -> set[str]:
    """About a fifth of the expected terms of `terms`, by a hash; a term goes with its plural."""
    return {e for _, e in found if sample(e.removesuffix("s"), "held out") < HELD_OUT}


def sentences(
    folder: Path, found: Sequence[tuple[str, str]], fold: int | None = None
) -> list[Sentence]:
    """Sentences of science text with the phrases of `terms` in place of the terms that they held.

    A plural makes way for the plural of the phrase where both take a bare s. ``folder`` has human
    documents as `docs/data.md` describes them; only those of ``fold``, if there is one, are read.
    """
    forms = {pair: _forms(*pair) for pair in found}
    places = _places(_batches(folder, fold), {term for own in forms.values() for _, term in own})
    made: dict[str, Sentence] = {}
    for (phrase, expected), own in forms.items():
        options = [(form, place) for form, term in own for place in places.get(term, ())]
        options.sort(key=lambda option: (sample(option[1][0], phrase), option[1]))
        for form, (text, start, end, *source) in options[:PER_PHRASE]:
            written = form[0].upper() + form[1:] if text[start].isupper() else form
            put = text[:start] + written + text[end:]
            ends = start, start + len(written)
            made.setdefault(put, Sentence(phrase, expected, put, *ends, text, *source))
    return sorted(made.values(), key=lambda s: sample(s.text, "held out"))


def others(folder: Path, used: Collection[str], count: int, fold: int | None = None) -> list[str]:
    """Sentences of the same registers that are not `used`: `count`, or all that there are."""
    every = {text for _, tokens in _batches(folder, fold) for text, _ in _bounds(tokens).values()}
    return sorted(every.difference(used), key=lambda text: sample(text, "other"))[:count]


def lessons(shared: Path) -> list[Example]:
    """Sentences with phrases of the terms that are not held out, to train the word classifier on.

    They are read with a lexicon without lists: what the list names is known, and the classifier
    shall learn what a phrase looks like that no list names.
    """
    every = terms(shared / "spun" / "tortured_phrases.tsv")
    chosen = held_out(every)
    found = []
    for s in sentences(shared / "human", [(p, e) for p, e in every if e not in chosen]):
        before, after = tokenise([s.untouched]), tokenise([s.text])
        flags = edited_flags(int(after.is_word.sum()), edits(words(before), words(after)))
        pair = f"terms/{s.text}"
        found.append(
            Example("terms", "mixed", "terms", "terms", s.group, s.register, pair, s.text, flags)
        )
    return found


def flagged(texts: Sequence[str], tables: Tables, judges: Judges) -> list[list[PhraseAnomaly]]:
    """Anomalies of each text, read as a document of its own."""
    out, (naming, ensemble, document) = [], judges
    for k in range(0, len(texts), BATCH):
        tokens = tokenise(texts[k : k + BATCH])
        seen = evidence(tokens, tables)
        own = ensemble.log_odds(seen.features)
        doc = tokens.doc[seen.word]
        sums = features.document_sums(own, seen.features, doc, len(tokens.texts))
        log_odds = document.log_odds(features.document_features(sums))
        around = naming.calibration.applied(log_odds)[doc]
        odd = odd_phrases(seen.substitutes), in_context(own, around, naming.context)
        how = naming.ranking, naming.flag
        out += anomalies(tokens, seen.word, *odd, tables, seen.gaps, *how)
    return out


def figures(
    shared: Path,
    resources: Resources,
    naming: Naming,
    ensemble: Trees,
    document: BoostedModel,
    fold: int | None = None,
) -> dict[str, Any]:
    """Recall and precision of phrases whose terms are held out: what `rates` says.

    Phrases that the list has under another term too, one that is not held out, are not put in.

    Parameters
    ----------
    shared
        Folder with ``human/`` and ``spun/``.
    resources
        Made with ``tortured(..., held_out(terms(path)))``, so that the list names none of them.
    naming, ensemble, document
        Trained with such tables; `document` without the calibration, which `naming` has.
    fold
        Only documents of this fold, on which `ensemble` was not trained, and its lexicon.
    """
    every = terms(shared / "spun" / "tortured_phrases.tsv")
    chosen = held_out(every)
    kept = {phrase for phrase, expected in every if expected not in chosen}
    folder = shared / "human"
    tried = [(p, e) for p, e in every if e in chosen and p not in kept]
    put_in = sentences(folder, tried, fold)[:MOST]
    if not put_in:
        raise SystemExit(f"{folder} holds no held-out term: add texts of {', '.join(REGISTERS)}.")
    untouched = [s.untouched for s in put_in]
    clean = others(folder, set(untouched), OTHERS * len(put_in), fold)
    tables = resources.tables(resources.lexicon(fold))
    groups = [s.text for s in put_in], untouched, clean
    named = [flagged(g, tables, (naming, ensemble, document)) for g in groups]
    return rates(put_in, *named)


def rates(
    put_in: Sequence[Sentence], named: Named, untouched: Named, clean: Named
) -> dict[str, Any]:
    """Figures from the anomalies of sentences with a phrase put in, untouched ones, and others.

    These are ``recall`` (share of the phrases that an anomaly overlaps), ``precision`` (share of
    all anomalies that overlap a phrase), and both of sentences flagged anywhere; each with its 95 %
    interval over terms and the ``n`` that it is a share of. Then the counts of what was read.
    """
    rows = []
    for i, (sentence, own) in enumerate(zip(put_in, named, strict=True)):
        right = sum(a.start < sentence.end and sentence.start < a.end for a in own)
        # Two others go with each sentence when terms are drawn.
        wrong = [len(a) for a in (untouched[i], *clean[OTHERS * i : OTHERS * (i + 1)])]
        alarms = np.count_nonzero(wrong)
        rows.append((right > 0, right, len(own) + sum(wrong), len(own) > 0, alarms))
    found, right_ones, all_named, called, called_wrongly = np.array(rows, np.int64).T
    expected = np.array([s.expected for s in put_in])

    def share(part: Ints, whole: Ints) -> dict[str, Any]:
        def statistic(drawn: Ints) -> float:
            return float(part[drawn].sum() / max(whole[drawn].sum(), 1))

        return asdict(figure(expected, statistic, int(whole.sum())))

    return {
        "recall": share(found, np.ones_like(found)),
        "precision": share(right_ones, all_named),
        "sentence recall": share(called, np.ones_like(found)),
        "sentence precision": share(called, called + called_wrongly),
        "terms": len(set(expected)),
        "phrases": len({s.phrase for s in put_in}),
        "negatives": len(untouched) + len(clean),
    }


def _forms(phrase: str, expected: str) -> list[tuple[str, str]]:
    """The phrase and its term, and their plurals where both take a bare s."""
    if phrase.endswith(_NO_BARE_S) or expected.endswith(_NO_BARE_S):
        return [(phrase, expected)]
    return [(phrase, expected), (f"{phrase}s", f"{expected}s")]


def _batches(folder: Path, fold: int | None) -> Iterator[tuple[list[Example], Tokens]]:
    """Science text, some hundred documents at a time."""
    found = [e for e in human(folder) if e.register in REGISTERS and fold in (None, e.fold)]
    for k in range(0, len(found), BATCH):
        yield found[k : k + BATCH], tokenise([e.text for e in found[k : k + BATCH]])


def _bounds(tokens: Tokens) -> dict[int, tuple[str, int]]:
    """Each sentence of enough words, from the first to its last mark, and its offset, by number."""
    word = np.flatnonzero(tokens.is_word)
    number, at, size = np.unique(tokens.sentence[word], return_index=True, return_counts=True)
    first, number = word[at[size >= SENTENCE_WORDS]], number[size >= SENTENCE_WORDS]
    last = np.searchsorted(tokens.sentence, number, side="right") - 1
    docs, starts = tokens.doc[first].tolist(), tokens.start[first].tolist()
    spans = zip(number.tolist(), docs, starts, tokens.end[last].tolist(), strict=True)
    return {n: (tokens.texts[doc][start:end].rstrip(), start) for n, doc, start, end in spans}


def _places(
    batches: Iterator[tuple[list[Example], Tokens]], wanted: Collection[str]
) -> dict[str, list[Place]]:
    """Where each term stands; none stands across punctuation."""
    by_length: dict[int, dict[int, str]] = defaultdict(dict)
    for term in wanted:
        tokens = tokenise([term.replace(" '", "'")])
        keys = tokens.key[tokens.is_word]
        by_length[len(keys)][int(phrase_keys(keys[None])[0])] = term
    places: dict[str, list[Place]] = defaultdict(list)
    for examples, tokens in batches:
        bounds = _bounds(tokens)
        for length, known in by_length.items():
            if length > len(tokens):
                continue
            keys = phrase_keys(np.lib.stride_tricks.sliding_window_view(tokens.key, length))
            for i in np.flatnonzero(np.isin(keys, np.array(list(known), np.uint64))).tolist():
                if (number := int(tokens.sentence[i])) in bounds:
                    text, offset = bounds[number]
                    start, end = int(tokens.start[i]), int(tokens.end[i + length - 1])
                    source = examples[int(tokens.doc[i])]
                    place = text, start - offset, end - offset, source.group, source.register
                    places[known[int(keys[i])]].append(place)
    return places

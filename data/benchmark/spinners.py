"""Two article spinners, each with a dictionary of its own, to make benchmark texts with.

Spinner one is the cheap kind: it looks up phrases before words, takes any synonym of the line, and
knows neither sense nor grammar. Spinner two works on lemmas: it inflects what it puts in, leaves
quotations, numbers and names alone, and changes the order of words here and there; its rules are
simple on purpose, and it slips where such tools slip.

Everything random is drawn by ``Random.random``, whose sequence Python promises to keep, so that the
same generator makes the same text in every release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

__all__ = ["read_forms", "read_phrases", "sentence_spans", "spin_one", "spin_two"]

# Synonyms by phrase, in lower case.
Phrases = dict[str, tuple[str, ...]]

# What an inflected word may be, by word in lower case: part of speech, form, synonyms of the lemma.
Forms = dict[str, list[tuple[str, str, tuple[str, ...]]]]

# Somewhere to replace: start, end, number of words, what may stand there.
Place = tuple[int, int, int, tuple[str, ...]]

# A possessive ending is no part of the word: spinners swap the noun in front of it.
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019](?!s\b)[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"\u201d\u2019)]*\s+(?=[\"\u201c\u2018(]?[A-Z])|\s*\n\s*")
_QUOTATION = re.compile(r"\"[^\"\n]*\"|\u201c[^\u201d\n]*\u201d|\u2018[^\u2019\n]{3,}\u2019(?!\w)")
_PAIR = re.compile(r"\b([a-z]+) and ([a-z]+)\b")
# At most sixty characters, since longer ones are mostly clauses with a verb of their own.
_ADVERBIAL = re.compile(
    r"(In|On|At|After|Before|During|For|From|Under|With|Without|By)\b"
    r"([^,.;:!?\"\u201c\u201d\n]{2,60}), ([^\"\u201c\u201d\n]+?)([.!?]+)"
)

# After these stands no verb; after those no noun; and after the last a past form is a participle.
_NOMINAL = frozenset(
    "the a an this that these those my your his her its our their no some any each every another "
    "of in on at for with from by into".split()
)
_VERBAL = frozenset(
    "to i you we they he she it who not would will can could may might must should shall did do "
    "does don't didn't doesn't can't couldn't won't wouldn't never always".split()
)
_AUXILIARIES = frozenset("have has had having be is are was were been being get got".split())

# Other parts of speech have none but the base.
_FORMS_OF = {
    "v": ("base", "third", "past", "participle", "ing"),
    "n": ("base", "plural"),
    "a": ("base", "comparative", "superlative"),
}

# Forms that the rules below get wrong, by lemma, part of speech and form.
_IRREGULAR = {
    tuple(key): word
    for line in Path(__file__).with_name("irregular.tsv").read_text("utf-8").splitlines()
    for *key, word in [line.split("\t")]
}


def read_phrases(path: Path) -> Phrases:
    """Dictionary of spinner one: lines of a phrase, a TAB, and synonyms with ``|`` between them."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {head: tuple(synonyms.split("|")) for head, synonyms in rows}


def read_forms(path: Path) -> Forms:
    """Dictionary of spinner two, by inflected form.

    Parameters
    ----------
    path : Path
        Lines of a lemma, its part of speech (``n``, ``v``, ``a``, ``r`` or ``f``) and synonyms.

    Returns
    -------
    Forms
        For every form of a lemma what it may be, in the order in which a reader would guess:
        function words, adverbs, nouns, adjectives, verbs.
    """
    forms: Forms = {}
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    for lemma, part, synonyms in sorted(rows, key=lambda row: "frnav".index(row[1])):
        for form in _FORMS_OF.get(part, ("base",)):
            reading = (part, form, tuple(synonyms.split("|")))
            forms.setdefault(inflected(lemma, part, form), []).append(reading)
    return forms


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences and lines of a text start and end.

    >>> sentence_spans("It rained. We stayed in.")
    [(0, 10), (11, 24)]
    """
    cuts = [(0, 0), *(m.span() for m in _SENTENCE_END.finditer(text)), (len(text), len(text))]
    return [(a, b) for (_, a), (b, _) in pairwise(cuts) if a < b]


def spin_one(text: str, phrases: Phrases, share: float, rng: Random) -> str:
    """The text with a share of its words replaced, phrases first, sense unseen.

    Parameters
    ----------
    text : str
        What to spin.
    phrases : Phrases
        Synonyms by phrase.
    share : float
        Share of all words to replace, in [0, 1]; 1 replaces whatever the dictionary holds.
    rng : Random
        Its state is the only source of chance.

    Returns
    -------
    str
        The spun text; a first letter that was a capital still is.

    Examples
    --------
    >>> spin_one("Law is an art.", {"law": ("decree",), "is an": ("is a",)}, 1.0, Random(1))
    'Decree is a art.'
    """
    return _substituted(text, list(_phrase_places(text, phrases)), share, rng)


def spin_two(text: str, forms: Forms, share: float, rng: Random) -> str:
    """The text with a share of its words replaced by inflected synonyms, now and then reordered.

    Parameters
    ----------
    text : str
        What to spin.
    forms : Forms
        What each inflected form may be.
    share : float
        Share of all words to replace, in [0, 1]; 1 replaces whatever the dictionary holds. Half of
        this is the chance that a leading adverbial moves or that a pair changes places.
    rng : Random
        Its state is the only source of chance.

    Returns
    -------
    str
        The spun text; quotations, numbers and names are as they were.

    Examples
    --------
    >>> forms = {"dogs": [("n", "plural", ("hound",))], "ran": [("v", "past", ("bolt",))]}
    >>> spin_two('The dogs ran to "my dogs".', forms, 1.0, Random(1))
    'The hounds bolted to "my dogs".'
    """
    moved = _reordered(text, forms, share / 2, rng)
    return _substituted(moved, list(_lemma_places(moved, forms)), share, rng, articles=0.5)


def inflected(phrase: str, part: str, form: str) -> str:
    """A lemma, or the word that counts in a phrase, in another form.

    >>> inflected("put forward", "v", "third"), inflected("male child", "n", "plural")
    ('puts forward', 'male children')
    >>> inflected("hefty", "a", "comparative"), inflected("dusky red", "a", "superlative")
    ('heftier', 'most dusky red')
    """
    match part, form:
        case _, "base":
            return phrase
        case "v", _:
            verb, space, rest = phrase.partition(" ")
            return (_IRREGULAR.get((verb, part, form)) or _verb(verb, form)) + space + rest
        case "n", _:
            front, space, noun = phrase.rpartition(" ")
            return front + space + (_IRREGULAR.get((noun, part, form)) or _with_s(noun))
    # Longer ones are compared with a word of their own, as most of them are in English.
    if " " in phrase or len(phrase) > 6:
        return f"{'more' if form == 'comparative' else 'most'} {phrase}"
    ending = "r" if form == "comparative" else "st"
    return _IRREGULAR.get((phrase, part, form)) or _with_ed(phrase)[:-1] + ending


def _verb(verb: str, form: str) -> str:
    """A form of a regular verb other than its base."""
    if form != "ing":
        return _with_s(verb) if form == "third" else _with_ed(verb)
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    silent = verb.endswith("e") and not verb.endswith(("ee", "oe", "ye"))
    return (verb[:-1] if silent else _doubled(verb)) + "ing"


def _with_s(word: str) -> str:
    """A word with the ending of plurals and of third persons."""
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


def _with_ed(word: str) -> str:
    """A word with the ending of past forms."""
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ied"
    return word + "d" if word.endswith("e") else _doubled(word) + "ed"


def _doubled(word: str) -> str:
    """A word of one syllable with its last consonant doubled, where a short vowel asks for it."""
    return word + word[-1] if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", word) else word


def _phrase_places(text: str, phrases: Phrases) -> Iterator[Place]:
    """Places that the dictionary holds, the longest phrase first, from left to right."""
    longest = max(phrase.count(" ") for phrase in phrases) + 1
    found = list(_WORD.finditer(text))
    i = 0
    while i < len(found):
        for n in range(min(longest, len(found) - i), 0, -1):
            start, end = found[i].start(), found[i + n - 1].end()
            synonyms = phrases.get(text[start:end].lower())
            if synonyms:
                yield start, end, n, synonyms
                break
        i += n


def _lemma_places(text: str, forms: Forms) -> Iterator[Place]:
    """Words that the dictionary holds, but for quotations and names."""
    quoted = {i for m in _QUOTATION.finditer(text) for i in range(*m.span())}
    firsts = {m.start() for a, b in sentence_spans(text) if (m := _WORD.search(text, a, b))}
    before = ""
    for m in _WORD.finditer(text):
        word = m[0].lower()
        readings = forms.get(word)
        spared = m.start() in quoted or (m[0] != word and m.start() not in firsts)
        if readings and not spared:
            part, form, synonyms = _reading(readings, before)
            yield *m.span(), 1, tuple(inflected(s, part, form) for s in synonyms)
        before = word


def _reading(
    readings: Sequence[tuple[str, str, tuple[str, ...]]], before: str
) -> tuple[str, str, tuple[str, ...]]:
    """What a form is, guessed from the word in front of it alone."""
    likely = "na" if before in _NOMINAL else "v" if before in _VERBAL else "frnav"
    kept = [r for r in readings if r[0] in likely] or readings
    participle = "participle" if before in _AUXILIARIES else ""
    return next((r for r in kept if r[1] == participle), kept[0])


def _substituted(
    text: str, places: Sequence[Place], share: float, rng: Random, articles: float = 0.0
) -> str:
    """The text with synonyms in some of the places; `articles` is the chance to mend a or an."""
    left = share * len(_WORD.findall(text))
    pieces: list[tuple[int, int, str]] = []
    for start, end, n, synonyms in sorted(places, key=lambda _: rng.random()):
        if left < n / 2:
            break
        left -= n
        new = synonyms[int(rng.random() * len(synonyms))]
        pieces.append((start, end, new[0].upper() + new[1:] if text[start].isupper() else new))
        article = re.search(r"\b([Aa])n? $", text[:start])
        if article and rng.random() < articles:
            fixed = article[1] + ("n " if new[0].lower() in "aeiou" else " ")
            pieces.append((start - len(article[0]), start, fixed))
    for start, end, new in sorted(pieces, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _reordered(text: str, forms: Forms, chance: float, rng: Random) -> str:
    """The text with some leading adverbials at the end and some pairs turned round."""

    def turned(pair: re.Match[str]) -> str:
        a, b = ({r[:2] for r in forms.get(word, ()) if r[0] in "na"} for word in pair.groups())
        return f"{pair[2]} and {pair[1]}" if a & b and rng.random() < chance else pair[0]

    quoted = {i for m in _QUOTATION.finditer(text) for i in range(*m.span())}
    out: list[str] = []
    end = 0
    for start, stop in sentence_spans(text):
        sentence = text[start:stop]
        if quoted.isdisjoint(range(start, stop)):
            sentence = _PAIR.sub(turned, sentence)
            m = _ADVERBIAL.fullmatch(sentence)
            if m and rng.random() < chance:
                sentence = f"{m[3][0].upper()}{m[3][1:]} {m[1].lower()}{m[2]}{m[4]}"
        out += [text[end:start], sentence]
        end = stop
    return "".join([*out, text[end:]])

"""Paraphrase by rules, as of a text that was translated to and fro: words stay, grammar changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from spindetect.benchmark.inflect import inflections

from .spinners import article, begins_sentence, like, substitute
from .synonyms import Choices

# Share of words that near synonyms and verbs with a noun replace.
SYNONYMS = 0.10
LIGHT_VERBS = 0.02

# Words before which a noun phrase ends.
_END = r"(?=[.,;:!?]|\s(?:of|in|on|at|to|for|with|from|by|and|or|but|that|which|is|are|was|were)\b)"

_CONTRACTED = {
    "do not": "don't",
    "does not": "doesn't",
    "did not": "didn't",
    "is not": "isn't",
    "are not": "aren't",
    "was not": "wasn't",
    "were not": "weren't",
    "has not": "hasn't",
    "have not": "haven't",
    "had not": "hadn't",
    "could not": "couldn't",
    "would not": "wouldn't",
    "should not": "shouldn't",
    "cannot": "can't",
    "will not": "won't",
    "it is": "it's",
    "that is": "that's",
    "there is": "there's",
    "i am": "i'm",
    "i have": "i've",
    "i will": "i'll",
    "we are": "we're",
    "we have": "we've",
    "you are": "you're",
    "they are": "they're",
}
_WRITTEN_OUT = {short: long for long, short in _CONTRACTED.items()}
_LONG = re.compile(r"\b(?:" + "|".join(_CONTRACTED) + r")\b(?!['\u2019])", re.IGNORECASE)
_SHORT = re.compile(
    r"\b(?:" + "|".join(_WRITTEN_OUT).replace("'", "['\u2019]") + r")\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Grammar:
    """Words that the rules tell apart.

    Attributes
    ----------
    nouns, adjectives
        Words that are nothing else; adjectives may be adverbs.
    gerunds
        Third persons of verbs to their gerunds.
    pasts
        Past tenses in -ed.
    """

    nouns: frozenset[str]
    adjectives: frozenset[str]
    gerunds: Mapping[str, str]
    pasts: frozenset[str]


def grammar(parts: Mapping[str, set[str]], counts: Mapping[str, int]) -> Grammar:
    """The grammar of the words of a vocabulary.

    Parameters
    ----------
    parts
        Parts of speech of lemmas, as models.synonyms.read_wordnet gives them.
    counts
        The vocabulary.
    """
    nouns, adjectives, pasts = set(), set(), set()
    gerunds: dict[str, str] = {}
    for lemma, pos in parts.items():
        if lemma not in counts or len(lemma) < 3 or not lemma.isalpha():
            continue
        if pos == {"noun"}:
            nouns.add(lemma)
        elif pos <= {"adj", "adv"} and "adj" in pos:
            adjectives.add(lemma)
        if "verb" in pos:
            forms = inflections(lemma, counts)
            if "third" in forms and "gerund" in forms:
                gerunds[forms["third"]] = forms["gerund"]
            if forms.get("past", "").endswith("ed"):
                pasts.add(forms["past"])
    return Grammar(frozenset(nouns), frozenset(adjectives), gerunds, frozenset(pasts))


def paraphrase(
    text: str,
    random: np.random.Generator,
    words: Grammar,
    light_verbs: Choices,
    synonyms: Choices,
) -> str:
    """The text after all rules, each of which applies at some of the places where it can.

    Parameters
    ----------
    text
        Any text.
    random
        Draws the places.
    words
        Nouns, adjectives and verbs.
    light_verbs
        A verb to one with a noun: ``decide`` to ``make a decision``.
    synonyms
        Near synonyms.
    """
    mark = "\u2019" if "\u2019" in text else "'"

    def rule(
        pattern: str | re.Pattern[str], chance: float, new: Callable[[re.Match[str]], str | None]
    ) -> None:
        nonlocal text

        def put(found: re.Match[str]) -> str:
            changed = new(found) if random.random() < chance else None
            return found.group() if changed is None else changed

        text = re.sub(pattern, put, text)

    def there_is(m: re.Match[str]) -> str | None:
        quantity, noun, verb = m.groups()
        if not begins_sentence(m.string, m.start()) or verb not in words.pasts:
            return None
        be = "was" if quantity == "A" else "were"
        return f"There {be} {quantity.lower()} {noun} that {verb}"

    def of_phrase(m: re.Match[str]) -> str | None:
        owner, thing = m.groups()
        small = owner if owner.split()[0] not in ("The", "His", "Her", "Its") else owner.lower()
        new = f"the {thing} of {small}"
        first = begins_sentence(m.string, m.start())
        return (like(new, "T") if first else new) if thing in words.nouns else None

    def possessive(m: re.Match[str]) -> str | None:
        the, thing, owner = m.groups()
        known = thing in words.nouns and owner in words.nouns
        return f"{the} {owner}{mark}s {thing}" if known and owner[-1] != "s" else None

    def which_is(m: re.Match[str]) -> str | None:
        old, adjective, noun = m.groups()
        if adjective not in words.adjectives or noun not in words.nouns:
            return None
        new = old if old.lower() == "the" else like(article(noun), old)
        return f"{new} {noun} which is {adjective}"

    def participle(m: re.Match[str]) -> str | None:
        noun, verb = m.groups()
        known = noun in words.nouns and verb in words.gerunds
        return f"{noun} {words.gerunds[verb]}" if known else None

    def adverb_last(m: re.Match[str]) -> str | None:
        adverb, verb = m.groups()
        return f"{verb} {adverb}" if verb in words.pasts else None

    def added(m: re.Match[str]) -> str | None:
        preposition, noun = m.groups()
        known = noun[:-1] in words.nouns or noun in words.nouns
        return f"{preposition} the {noun}" if known else None

    contracts = random.random() < 0.3 and mark in text
    rule(_SHORT, 0.0 if contracts else 0.8, lambda m: like(_full(m.group()), m.group()))
    rule(_LONG, 0.8 if contracts else 0.0, lambda m: like(_short(m.group(), mark), m.group()))
    rule(r"\b(A|Some|Many|Several) ([a-z]+) ([a-z]+ed)\b", 0.5, there_is)
    rule(
        r"\b((?:[Tt]he|[Hh]is|[Hh]er|[Ii]ts) [a-z]+|[A-Z][a-z]+)['\u2019]s ([a-z]+)\b",
        0.6,
        of_phrase,
    )
    if mark in text:
        rule(r"\b([Tt]he) ([a-z]+) of the ([a-z]+)\b" + _END, 0.4, possessive)
    rule(r"\b([Aa]n?|[Tt]he) ([a-z]+) ([a-z]+)\b" + _END, 0.3, which_is)
    rule(r"\b([a-z]+) (?:who|that|which) ([a-z]+s)\b", 0.5, participle)
    rule(r"\b([a-z]{3,}ly) ([a-z]+ed)\b" + _END, 0.6, adverb_last)
    rule(
        r"\b(is|are|was|were|has|have|can|will) (also|often|usually|always|still|now|probably)\b",
        0.5,
        lambda m: f"{m.group(2)} {m.group(1)}",
    )
    rule(r"\b(of|in|for|with|from|about) ([a-z]{4,})\b" + _END, 0.15, added)
    rule(r"\b(of|in|on|to|with|from|for|by) the (?=[a-z])", 0.10, lambda m: f"{m.group(1)} ")
    rule(r"(?<=[a-z] )an? (?=[a-z])", 0.06, lambda _: "the ")
    text = substitute(text, random, light_verbs, LIGHT_VERBS)
    return substitute(text, random, synonyms, SYNONYMS)


def _full(short: str) -> str:
    return re.sub(r"\bi\b", "I", _WRITTEN_OUT[short.lower().replace("\u2019", "'")])


def _short(long: str, mark: str) -> str:
    short = _CONTRACTED[long.lower()].replace("'", mark)
    return re.sub(r"^i\b", "I", short)

"""Hard negatives: human texts disturbed in ways that are odd, but not a spinner's.

Notes without articles, the mistakes of learners and of bad translations, fragments of lists, slips
of the keyboard, names and words of another language, messages typed with a thumb, speech written
down by a machine, scanned pages, words in no order at all: all of them surprise a language model,
and none of them puts a synonym in the place of a word. From them the document classifier learns
that odd is not spun. Some spun texts are disturbed alike, so that it does not learn the
disturbance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from .examples import DOCUMENT, Example, clip, sample
from .garble import each_word, heard, salad, scanned

# Share of the human and of the spun documents that are disturbed.
HUMAN = 0.4
SPUN = 0.25

# Words that a disturbed text keeps at least.
LEAST_WORDS = 30

_ARTICLES = frozenset({"a", "an", "the"})
_DROPPED = frozenset(
    "i we you he she it they is are was were be am has have had will would can of to that which "
    "my your his her its our their this these some very".split()
)
_PREPOSITIONS = ("in", "on", "at", "to", "for", "of", "with", "by", "about", "from", "into")
_CONFUSED = {
    "is": "are",
    "are": "is",
    "was": "were",
    "were": "was",
    "has": "have",
    "have": "has",
    "do": "does",
    "does": "do",
    "much": "many",
    "many": "much",
    "this": "these",
    "these": "this",
    "that": "what",
    "which": "that",
    "who": "which",
    "very": "too",
    "then": "than",
    "than": "then",
    "their": "there",
    "your": "you",
    "good": "well",
    "well": "good",
    "because": "so",
    "other": "another",
    "make": "do",
    "say": "tell",
    "said": "told",
}
_BREAKS = frozenset("and or but with for in on to by which that from when while so as".split())
_ONSETS = tuple("b d f g k l m n p r s t v z br dr kr st tr".split())
_VOWELS = tuple("a e i o u ai eo ia ou".split())
_ENDINGS = ("", "n", "l", "r", "s", "ta", "ko", "x")

# What thumbs type for common words.
_TEXTED = {
    "you": "u",
    "your": "ur",
    "are": "r",
    "to": "2",
    "too": "2",
    "for": "4",
    "be": "b",
    "see": "c",
    "the": "da",
    "this": "dis",
    "that": "dat",
    "with": "wit",
    "because": "cuz",
    "before": "b4",
    "great": "gr8",
    "people": "ppl",
    "please": "pls",
    "thanks": "thx",
    "tomorrow": "tmr",
    "today": "tdy",
    "going": "goin",
    "really": "rly",
    "probably": "prolly",
    "want": "wanna",
    "have": "hav",
    "what": "wat",
    "just": "jus",
    "about": "abt",
    "then": "den",
    "them": "dem",
    "they": "dey",
    "something": "smth",
    "though": "tho",
    "through": "thru",
    "and": "n",
    "know": "noe",
    "like": "lyk",
    "my": "mi",
    "okay": "k",
}
_CLOSINGS = ("lol", "haha", "hehe", "...", "omg", "ya", ":)", "sigh", "wtf", "lah")

Disturbance = Callable[[str, np.random.Generator], str]


def telegraphic(text: str, random: np.random.Generator) -> str:
    """Notes, recipes and headlines: articles go, and many of the other small words."""
    share = random.uniform(0.4, 1.0)
    small = share * random.uniform(0.0, 0.7)

    def change(word: str) -> str:
        chance = share if word.lower() in _ARTICLES else small if word.lower() in _DROPPED else 0.0
        return "" if random.random() < chance else word

    return each_word(text, change)


def learner(text: str, random: np.random.Generator) -> str:
    """Mistakes of learners: articles, prepositions, agreement, endings, words often confused."""
    share = random.uniform(0.05, 0.35)

    def change(word: str) -> str:
        low = word.lower()
        if random.random() >= share:
            return word
        if low in _ARTICLES:
            return str(random.choice(["", "the", "a"]))
        if low in _PREPOSITIONS:
            return str(random.choice(_PREPOSITIONS))
        if low in _CONFUSED:
            return _CONFUSED[low]
        if len(low) > 4 and low.endswith("ed"):
            return word[:-2] if random.random() < 0.4 else word
        if len(low) > 3 and low.endswith("s") and low[-2] not in "sui":
            return word[:-1]
        if len(low) > 4 and random.random() < 0.15:
            return f"the {word}" if word[0].islower() else word
        return f"{word}s" if len(low) > 3 and low[-1] in "dgklmnprt" else word

    return each_word(text, change)


def fragments(text: str, random: np.random.Generator) -> str:
    """Lists and product texts: sentences cut into short lines, small words gone."""
    lines: list[list[str]] = [[]]
    most = int(random.integers(4, 12))
    for word in telegraphic(text, random).split():
        cut = word.lower() in _BREAKS and len(lines[-1]) > 2
        if cut or len(lines[-1]) >= most:
            lines.append([])
        if not (cut and random.random() < 0.5):
            lines[-1].append(word)
        if word[-1] in ".,;:!?":
            lines.append([])
    mark = str(random.choice(["\n", ".\n", "\n- ", "; ", ", "]))
    return mark.join(" ".join(line).rstrip(".,;:!?") for line in lines if line)


def transposed(text: str, random: np.random.Generator) -> str:
    """The word order of another language: neighbours change places."""
    share = random.uniform(0.03, 0.15)
    words = text.split(" ")
    for i in range(len(words) - 1):
        both = words[i] + words[i + 1]
        if both.replace("'", "").isalpha() and random.random() < share:
            words[i], words[i + 1] = words[i + 1], words[i]
    return " ".join(words)


def misspelt(text: str, random: np.random.Generator) -> str:
    """Slips: letters that are left out, doubled, or change places."""
    share = random.uniform(0.02, 0.12)

    def change(word: str) -> str:
        if len(word) < 4 or random.random() >= share:
            return word
        i = int(random.integers(1, len(word) - 1))
        kind = int(random.integers(3))
        if kind == 0:
            return word[:i] + word[i + 1 :]
        if kind == 1:
            return word[:i] + word[i] + word[i:]
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]

    return each_word(text, change)


def foreign(text: str, random: np.random.Generator) -> str:
    """Names and another language: some words make way for strange ones, everywhere the same."""
    share = random.uniform(0.02, 0.12)
    names: dict[str, str] = {}

    def change(word: str) -> str:
        if len(word) < 4:
            return word
        if word not in names:
            names[word] = _coined(random, word[0].isupper()) if random.random() < share else word
        return names[word]

    return each_word(text, change)


def texted(text: str, random: np.random.Generator) -> str:
    """Messages typed in haste: short forms, vowels gone, no capitals, few stops."""
    share = random.uniform(0.2, 0.9)
    bare = random.uniform(0.0, 0.15)
    stops = random.random()

    def change(word: str) -> str:
        low = word.lower()
        if low in _TEXTED and random.random() < share:
            return _TEXTED[low]
        if len(low) > 4 and random.random() < bare:
            return low[0] + re.sub("[aeiou]", "", low[1:])
        return low

    def closing(mark: re.Match[str]) -> str:
        if random.random() < stops:
            return mark.group()
        return f" {random.choice(_CLOSINGS)} " if random.random() < 0.5 else ".. "

    return re.sub(r"[.!?]+ ", closing, each_word(text, change)).lower()


def _coined(random: np.random.Generator, is_name: bool) -> str:  # noqa: FBT001 - a fact of a word
    syllables = [
        f"{random.choice(_ONSETS)}{random.choice(_VOWELS)}" for _ in range(random.integers(1, 4))
    ]
    word = "".join(syllables) + str(random.choice(_ENDINGS))
    return word.capitalize() if is_name or random.random() < 0.3 else word


DISTURBANCES: tuple[Disturbance, ...] = (
    telegraphic,
    learner,
    fragments,
    transposed,
    misspelt,
    foreign,
    texted,
    heard,
    scanned,
    salad,
)


def disturbed(examples: Sequence[Example]) -> list[Example]:
    """Disturbed copies of some human and spun documents, for the document classifier alone.

    One to two disturbances each, drawn by the name of the text; of two thirds only some sentences
    from the front, so that there are short ones.
    """
    found = []
    for e in examples:
        share = HUMAN if e.kind == "human" else SPUN if e.kind == "document" else 0.0
        if e.label not in ("human", "spun") or sample(e.pair, "disturbed") >= share:
            continue
        random = np.random.default_rng(int(sample(e.pair, "disturbance") * 2**48))
        most = int(random.choice([100, 250, DOCUMENT[0]]))
        text, _ = clip(e.text[: 20 * most], (most, DOCUMENT[1]))
        for index in random.permutation(len(DISTURBANCES))[: random.integers(1, 3)]:
            text = DISTURBANCES[index](text, random)
        if len(text.split()) >= LEAST_WORDS:
            found.append(replace(e, kind="disturbed", text=text, edited=None))
    return found

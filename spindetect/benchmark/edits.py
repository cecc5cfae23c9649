"""What a spinner changed: edits between an original and its spun version, word by word.

These edits are the truth that phrases and sentences are measured against: word tokens in lower case
are aligned by `difflib`, and whatever is not equal is an edit, unless it changes no more than a
contraction or an article.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np

from spindetect.benchmark.inflect import lemmas
from spindetect.tokens import Tokens, tokenise

__all__ = ["Edit", "edits", "has_content", "same_lemmas", "text_words", "words"]

# Spinners adapt them to the word behind.
ARTICLES = frozenset({"a", "an", "the"})

# Words that carry grammar and not content: edits of nothing else do not count as missed phrases.
FUNCTION_WORDS = frozenset(
    """a an the and or but nor so yet if then than that this these those there here it its he she
    they them their theirs his her hers him i me my mine we us our ours you your yours who whom
    whose which what when where why how is are was were be been being am do does did done has have
    had having will would shall should can could may might must not no of in on at by for with from
    to into onto upon about as up down out off over under again further once only own same too very
    just also while because until although though whereas however therefore thus each every both all
    any some such few more most other another 's s t don't isn't wasn't aren't weren't doesn't
    didn't won't can't couldn't wouldn't shouldn't hasn't haven't hadn't it's i'm i've i'll we're
    you're they're between among through during before after above below against within without per
    via since till unless whether either neither one ones""".split()
)

# Contractions and the words that they stand for, by ending and, where that misleads, whole.
_ENDINGS = {"n't": "not", "'re": "are", "'ll": "will", "'ve": "have", "'m": "am", "'d": "would"}
_WHOLE = {
    "can't": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "'s": ("is",),
    "cannot": ("can", "not"),
}


class Edit(NamedTuple):
    """Words ``original[i1:i2]`` became ``spun[j1:j2]`` (indices count words only)."""

    i1: int
    i2: int
    j1: int
    j2: int


def words(tokens: Tokens) -> list[str]:
    """Folded words of a batch of one document."""
    return [
        tokens.word(i).lower().replace("\u2019", "'")
        for i in np.flatnonzero(tokens.is_word).tolist()
    ]


def text_words(text: str) -> list[str]:
    """Folded words of a text.

    >>> text_words("The cat\u2019s 3 lives.")
    ['the', 'cat', "'s", '3', 'lives']
    """
    return words(tokenise([text]))


def _plain(side: list[str]) -> list[str]:
    """The words without articles, contractions written out."""
    out: list[str] = []
    for word in side:
        if word in ARTICLES:
            continue
        if word in _WHOLE:
            out += _WHOLE[word]
            continue
        for ending, full in _ENDINGS.items():
            if word.endswith(ending) and len(word) > len(ending):
                out += [word.removesuffix(ending), full]
                break
        else:
            out.append(word)
    return out


def edits(original: list[str], spun: list[str]) -> list[Edit]:
    """Replacements, insertions and deletions that change more than a contraction or an article.

    >>> edits("he told a lie".split(), "he steered the lie".split())
    [Edit(i1=1, i2=3, j1=1, j2=3)]
    >>> edits("he told a lie".split(), "he told the lie".split())
    []
    """
    matcher = SequenceMatcher(None, original, spun, autojunk=False)
    return [
        Edit(i1, i2, j1, j2)
        for op, i1, i2, j1, j2 in matcher.get_opcodes()
        if op != "equal" and _plain(original[i1:i2]) != _plain(spun[j1:j2])
    ]


def has_content(side: list[str]) -> bool:
    """Whether any word carries content."""
    return any(word not in FUNCTION_WORDS for word in side)


def same_lemmas(phrase: str, original: list[str]) -> bool:
    """Whether a phrase is these words, in lower case and up to inflection.

    >>> same_lemmas("Studies", ["studied"]), same_lemmas("told", ["tell"])
    (True, True)
    >>> same_lemmas("told lies", ["told"])
    False
    """
    mine = phrase.lower().replace("\u2019", "'").replace("'s", " 's").split()
    return len(mine) == len(original) and all(
        not lemmas(a).isdisjoint(lemmas(b)) for a, b in zip(mine, original, strict=True)
    )

"""Spinners of the project's own, to train on: functions from a text to a spun text.

Like the ones that are sold, they know neither the sense of a word nor, mostly, its part of speech,
forget endings now and then and leave an article as it was. White space, quotation marks and the
style of apostrophes stay as they are; only clauses that change places gain or lose a comma.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from spindetect.benchmark.edits import FUNCTION_WORDS
from spindetect.tokens import tokenise

from .examples import sentence_ends
from .synonyms import WORD, Choices, Options

Span = tuple[int, int]

# Words of the longest phrase that is looked up.
LONGEST = 5

# Set by hand: share of replacements that come without their ending, and of texts whose articles are
# not adapted.
UNINFLECTED = 0.05
ARTICLES_LEFT = 1 / 3

# Words before which "a" and "an" go by the sound, not by the letter.
_A_BEFORE = re.compile(r"(?:uni|use|usu|usa|eu|one\b|once)", re.IGNORECASE)
_AN_BEFORE = re.compile(r"(?:[aeiou]|hour|honest|honou?r|heir)", re.IGNORECASE)

_QUOTATION = re.compile(r"\"[^\"\n]*\"|\u201c[^\u201d\n]*\u201d|''[^'\n]*''")
_LIST = re.compile(r"\b([^\W\d_]{3,}), ([^\W\d_]{3,})(,?) (and|or) ([^\W\d_]{3,})\b(?! [^\W\d_])")
_CLAUSE = re.compile(
    r"([A-Z][^,;:()\"\u201c\u201d\n]{8,120}?) (because|when|if|although|while) "
    r"([^,;:()\"\u201c\u201d\n]{8,120})([.!])"
)
_CLAUSE_FIRST = re.compile(
    r"(Because|When|If|Although|While) ([^,;:()\"\u201c\u201d\n]{8,120}), "
    r"([^,;:()\"\u201c\u201d\n]{8,120})([.!])"
)


def article(word: str) -> str:
    """The indefinite article before a word.

    >>> article("hour"), article("union")
    ('an', 'a')
    """
    return "an" if _AN_BEFORE.match(word) and not _A_BEFORE.match(word) else "a"


def like(form: str, model: str) -> str:
    """A phrase with a capital at its front where the model has one.

    >>> like("in addition", "Moreover")
    'In addition'
    """
    return form[:1].upper() + form[1:] if model[:1].isupper() else form


def lowered(text: str) -> str:
    """A text that does not begin a sentence any more: a function word loses its capital."""
    first = text.split(" ", 1)[0]
    known = first.lower() in FUNCTION_WORDS and first.split("'")[0] != "I"
    return text[:1].lower() + text[1:] if known else text


def begins_sentence(text: str, start: int) -> bool:
    """Whether a sentence may begin at an offset."""
    before = text[max(0, start - 4) : start].rstrip(" \"'\u201c\u2018([")
    return not before or before[-1] in ".!?:\n"


def matches(
    text: str, words: Sequence[re.Match[str]], choices: Choices, *, names: bool
) -> list[tuple[int, int, Options]]:
    """Phrases that have choices, longest first, none inside another: words [first, last)."""
    plain = []
    for word in words:
        letters = word.group()
        small = letters == letters.lower()
        title = letters[:1].isupper() and letters[1:] == letters[1:].lower()
        capital = title and len(letters) > 1 and (names or begins_sentence(text, word.start()))
        plain.append(letters.lower() if small or capital else "")
    joined = [text[a.end() : b.start()] == " " for a, b in pairwise(words)]
    found = []
    at = 0
    while at < len(words):
        end = at + 1
        while end < len(words) and end - at < LONGEST and joined[end - 1]:
            end += 1
        for last in range(end, at, -1):
            options = () if "" in plain[at:last] else choices(" ".join(plain[at:last]))
            if options:
                found.append((at, last, options))
                at = last - 1
                break
        at += 1
    return found


def substitute(
    text: str,
    random: np.random.Generator,
    choices: Choices,
    share: float,
    *,
    uninflected: float = UNINFLECTED,
    names: bool = False,
    spans: Sequence[Span] | None = None,
) -> str:
    """The text with about a share of its words replaced.

    Parameters
    ----------
    text
        Any text.
    random
        Draws the words to replace and what replaces them.
    choices
        What may replace a phrase.
    share : float
        Share of all words, from 0 to 1; fewer are replaced where too few have choices.
    uninflected : float
        Share of the replacements that are put in as lemmas.
    names : bool
        Whether words with a capital are replaced inside a sentence too.
    spans
        Offsets of the parts that may change; all by default. The share is of these.
    """
    words = list(WORD.finditer(text))
    found = matches(text, words, choices, names=names)
    size = len(words)
    if spans is not None:
        size = sum(any(a <= w.start() < b for a, b in spans) for w in words)
        found = [
            f
            for f in found
            if any(a <= words[f[0]].start() and words[f[1] - 1].end() <= b for a, b in spans)
        ]
    covered = sum(last - first for first, last, _ in found)
    adapts = random.random() >= ARTICLES_LEFT
    draws = random.random((len(found), 3))
    pieces, done, previous = [], 0, 0
    for (first, last, options), (chance, which, ending) in zip(found, draws.tolist(), strict=True):
        if chance * covered >= share * size:
            continue
        start, end = words[first].start(), words[last - 1].end()
        form, lemma = options[int(which * len(options))]
        bare = ending < uninflected and lemma != text[start:end].lower()
        put = like(lemma if bare else form, text[start:end])
        before = words[first - 1] if first > previous else None
        if adapts and before is not None and text[before.end() : start] == " ":
            old = before.group()
            new = like(article(put), old)
            if old.lower() in ("a", "an") and old != new:
                pieces += [text[done : before.start()], new]
                done = before.end()
        pieces += [text[done:start], put]
        done, previous = end, last
    return "".join([*pieces, text[done:]])


def sentences(text: str) -> list[Span]:
    """Offsets of the sentences, without the white space between them."""
    found = []
    before = 0
    for _, end in sentence_ends(tokenise([text])):
        sentence = text[before:end]
        if sentence.strip():
            found.append((end - len(sentence.lstrip()), before + len(sentence.rstrip())))
        before = end
    return found


def minus(span: Span, holes: Sequence[Span]) -> list[Span]:
    """What is left of a span without some others, which are in order.

    >>> minus((0, 10), [(2, 4), (8, 12)])
    [(0, 2), (4, 8)]
    """
    left, at = [], span[0]
    for start, end in holes:
        if start < span[1] and end > at:
            if start > at:
                left.append((at, start))
            at = end
    return [*left, (at, span[1])] if at < span[1] else left


def partly(text: str, random: np.random.Generator, choices: Choices, share: float) -> str:
    """The text with some sentences spun, 30 to 60 % of them; quotations and names stay."""
    all_ = sentences(text)
    wanted = max(1, round(len(all_) * random.uniform(0.3, 0.6)))
    if random.random() < 0.5:
        chosen = random.permutation(len(all_))[:wanted].tolist()
    else:
        start = int(random.integers(len(all_) - wanted + 1))
        chosen = list(range(start, start + wanted))
    quotations = [m.span() for m in _QUOTATION.finditer(text)]
    spans = [left for i in sorted(chosen) for left in minus(all_[i], quotations)]
    return substitute(text, random, choices, share, spans=spans)


def shuffle(text: str, random: np.random.Generator) -> str:
    """The text with members of lists, clauses and some neighbouring sentences in another order."""

    def members(found: re.Match[str]) -> str:
        a, b, comma, word, c = found.groups()
        one, two, three = random.permutation([a, b, c]).tolist()
        return f"{one}, {two}{comma} {word} {three}"

    def clauses(found: re.Match[str]) -> str:
        main, word, other, stop = found.groups()
        if random.random() < 0.3:
            return found.group()
        return f"{like(word, main)} {other}, {lowered(main)}{stop}"

    def clauses_first(found: re.Match[str]) -> str:
        word, other, main, stop = found.groups()
        if random.random() < 0.3:
            return found.group()
        return f"{like(main, word)} {word.lower()} {other}{stop}"

    parts, done = [], 0
    spans = sentences(text)
    for start, end in spans:
        sentence = _LIST.sub(members, text[start:end])
        whole, first = _CLAUSE.fullmatch(sentence), _CLAUSE_FIRST.fullmatch(sentence)
        if first:
            sentence = clauses_first(first)
        elif whole:
            sentence = clauses(whole)
        parts.append((text[done:start], sentence))
        done = end
    for i in range(1, len(parts) - 1):
        apart = parts[i][0] == parts[i + 1][0] == " "
        plain = not re.search('["\u201c\u201d]', parts[i][1] + parts[i + 1][1])
        if apart and plain and random.random() < 0.25:
            parts[i], parts[i + 1] = (parts[i][0], parts[i + 1][1]), (parts[i + 1][0], parts[i][1])
    return "".join(gap + sentence for gap, sentence in parts) + text[done:]

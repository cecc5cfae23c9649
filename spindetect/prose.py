"""The main English prose of a text: no lists, tables, code, menus, comments, other languages.

What is no prose is told by its lines: one that ends like no sentence and has hardly any of the
words that hold English sentences together proves nothing, a run of such lines does. It is blanked
out, so that all offsets stay what they were.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import normalize

from spindetect.characters import fold_homoglyphs
from spindetect.language import language

__all__ = ["Prose", "prose"]

# Words that hold English sentences together. About 45 of 100 words of prose are among them, of a
# menu or a table next to none.
_FUNCTION_WORDS = frozenset(
    "a about after all also an and any are as at be because been before but by can could did do "
    "for from had has have he her his how i if in into is it its just like may me more my no not "
    "of on one or our out over said she should so some such than that the their them then there "
    "these they this to up was we were what when where which who will with would you your".split()
)

# So many lines in a row that are no sentences, blank ones not counted, are more than headings.
_RUN = 5
# A line of so many words may be a heading or an entry of a list; a longer one is told by its words.
_SHORT = 6
# Lines below the one share are no sentences; runs of lines below the other are no prose.
_LINE_SHARE = 0.12
_RUN_SHARE = 0.1
# A paragraph of so many words that is no sentence is asked for its language.
_PARAGRAPH = 20
# Of a long line so many characters are looked at.
_SAMPLE = 600

_TERMINAL = re.compile("[.!?\u2026][\"'\u201d\u2019)\\]]*\\s*$")
# Soft hyphens, zero-width characters and marks of direction, which may stand within a word.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# A line of program code, or of a table that is drawn with characters.
_CODE = re.compile(
    r"[;{}]\s*$|^\s*(?:[#@/*<$]\S|(?:def|class|import|return|var|let|const|public|function)\b)"
    r"|\w\(\)|\)\s*[{:]\s*$|\s[=!+]=\s|\t.*\t|\|.*\|"
)
# What heads the comments of readers below an article. Some words head parts of the article as well
# ("Discussion" in most papers), unless they are counted.
_COMMENTS = re.compile(
    r"^\W*(?:(?:\d[\d,]*\s+)?(?:reader\s+|user\s+)?(?:comments?|thoughts on\b.*|"
    r"(?:leave|post|add) a (?:comment|reply))\W*(?:\(?\d*\)?)"
    r"|\d[\d,]*\s+(?:responses?|repl(?:y|ies))"
    r"|(?:responses|replies|discussion)\W*\d+)\W*$",
    re.IGNORECASE,
)
# Words of prose above such a heading, below which it could be anything.
_ARTICLE = 50


@dataclass(frozen=True, slots=True)
class Prose:
    """The main English prose of a text.

    Attributes
    ----------
    text : str
        The text with line ends in the place of everything else; as long as the text itself.
    share : float
        Share of the text's characters, white space around lines left out, that are in the prose;
        in [0, 1], and 1 for a text without any.
    """

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank: where it is, its words and how many of them are function words."""

    start: int
    end: int
    words: int
    function: int
    is_loose: bool
    is_code: bool


def prose(text: str) -> Prose:
    r"""The main English prose of a text.

    Examples
    --------
    >>> menu = "Home\nNews\nSport\nContact us\nImprint\n"
    >>> found = prose(menu + "The council met on Tuesday to discuss the library.")
    >>> found.text.strip(), round(found.share, 2)
    ('The council met on Tuesday to discuss the library.', 0.62)
    >>> prose("Just a line").share
    1.0
    """
    lines = _lines(text)
    total = sum(line.end - line.start for line in lines)
    dropped = _dropped(text, lines)
    if not dropped or total == 0:
        return Prose(text, 1.0)
    pieces = []
    begin = kept = 0
    gone = set(dropped)
    for number, line in enumerate(lines):
        if number in gone:
            pieces += [text[begin : line.start], "\n" * (line.end - line.start)]
            begin = line.end
        else:
            kept += line.end - line.start
    return Prose("".join([*pieces, text[begin:]]), kept / total)


def _lines(text: str) -> list[_Line]:
    """The lines of a text that are not blank."""
    found = []
    end = -1
    for line in text.split("\n"):
        start = end + 1
        end = start + len(line)
        if not line or line.isspace():
            continue
        n, function = _counted(line)
        if function < _LINE_SHARE * n and not line.isascii():
            # Letters that only look like those of English hide its words, and so do invisible ones.
            n, function = _counted(fold_homoglyphs(normalize("NFKC", _INVISIBLE.sub("", line))))
        is_loose = _TERMINAL.search(line) is None if n <= _SHORT else function < _LINE_SHARE * n
        is_code = n <= 2 * _SHORT and _CODE.search(line) is not None
        found.append(_Line(start, end, n, function, is_loose or is_code, is_code))
    return found


def _counted(line: str) -> tuple[int, int]:
    """Words in the beginning of a line, and how many of them are function words."""
    words = line[:_SAMPLE].lower().split()
    return len(words), sum(map(_FUNCTION_WORDS.__contains__, words))


def _dropped(text: str, lines: Sequence[_Line]) -> list[int]:
    """Numbers of the lines that are no main English prose, in order."""
    if not any(line.is_loose for line in lines) and "omment" not in text:
        return []
    dropped: list[int] = []
    run: list[int] = []
    prose_words = 0
    for number, line in enumerate(lines):
        if prose_words >= _ARTICLE and line.words <= _SHORT + 2:
            heading = text[line.start : line.end]
            if _COMMENTS.match(heading):
                return [*dropped, *_if_no_prose(lines, run), *range(number, len(lines))]
        if line.is_loose:
            if line.words >= _PARAGRAPH and _is_foreign(text, line):
                dropped += [*_if_no_prose(lines, run), number]
                run = []
            else:
                run.append(number)
            continue
        dropped += _if_no_prose(lines, run)
        run = []
        prose_words += line.words
    return [*dropped, *_if_no_prose(lines, run)]


def _is_foreign(text: str, line: _Line) -> bool:
    """Whether a paragraph is surely of another language."""
    paragraph = text[line.start : line.end]
    return all(language(t) not in ("en", None) for t in (paragraph, fold_homoglyphs(paragraph)))


def _if_no_prose(lines: Sequence[_Line], run: Sequence[int]) -> Sequence[int]:
    """The run of loose lines, if it is long enough and reads like no prose."""
    if len(run) < _RUN:
        return ()
    words = sum(lines[number].words for number in run)
    function = sum(lines[number].function for number in run)
    code = sum(lines[number].is_code for number in run)
    return run if function < _RUN_SHARE * words or 2 * code >= len(run) else ()

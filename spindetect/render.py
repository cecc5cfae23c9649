"""A report for human eyes: as lines for a terminal, and the words that its other forms share.

What is shown comes from documents that nobody has checked, so nothing in it is taken for markup:
neither tags nor the control sequences of terminals, nor characters that reverse or hide text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from spindetect.excerpts import first_words, last_words
from spindetect.modes import Setting

if TYPE_CHECKING:
    from spindetect.report import PhraseAnomaly, Quality, Report, Rule, SentenceScore

__all__ = [
    "evidence",
    "expected",
    "headline",
    "label",
    "name",
    "one_line",
    "quality_text",
    "shown",
    "to_text",
]

# Enough to judge a document by in a terminal; the rest is counted.  HTML and JSON hold them all.
_MOST_ANOMALIES = 12
_MOST_SENTENCES = 3
_MOST_EXPECTED = 3
# Characters of a sentence that are explained: longer ones are lists or tables without full stops.
_MOST_OF_SENTENCE = 2_000

# A bar of this many signs shows steps of five per cent, one of ten those of ten.
_BAR, _SMALL_BAR = 20, 10
# No line is made narrower: fewer words than this holds are no context.
_NARROWEST = 40

# Red, green, yellow and bold of ANSI terminals.
_ANSI = {"spun": 31, "clean": 32, "undecided": 33, "error": 31, "phrase": 1}

# White space of any kind becomes one blank in a quoted phrase.
_BLANK = re.compile(r"\s+")
# What is unseen or moves the cursor, line ends and tabs excepted: control characters, marks of
# direction and half characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def to_text(
    report: Report, *, width: int = 100, colour: bool = False, explain: bool = False
) -> str:
    """The report as lines for a terminal.

    Parameters
    ----------
    report : Report
        With its text, the phrases are shown in context; without, alone.
    width : int
        Columns that a line may take, at least 40; only the headline is never wrapped.
    colour : bool
        Use the colours of ANSI terminals.
    explain : bool
        Show every sentence with its probability, its phrases and what was expected there, in the
        place of the few that are most likely spun.

    Returns
    -------
    str
        A headline, the probability as a bar, the strongest anomalies with what was expected in
        their place, the sentences most likely spun, and the rules of quality that the text breaks.

    Examples
    --------
    >>> from spindetect.report import PhraseAnomaly, Reason, Report, Verdict
    >>> anomaly = PhraseAnomaly("steered", 13, 20, ("told", "informed"), 9.4, 0.96)
    >>> print(to_text(Report(
    ...     Verdict.SPUN, Reason.ABOVE_THRESHOLD, 0.998, (anomaly,), (), None, "en", 4, "en-1",
    ...     id="page-17", text="One employee steered me.",
    ... )))
    page-17: spun, probability 0.998 (above threshold), 4 words
      clean [####################] spun
      "steered" -> told, informed  (+9.4 bits, p 0.96)
          One employee [steered] me.
    """
    return "\n".join(_lines(report, max(width, _NARROWEST), colour=colour, explain=explain))


def name(report: Report) -> str:
    """What the document is called, unless its error begins by saying so."""
    name = "" if report.id is None else str(report.id)
    return "" if report.error is not None and report.error.startswith(name) else name


def label(report: Report) -> str:
    """The word that decides the colour."""
    return "error" if report.error is not None else report.verdict.value


def headline(report: Report) -> str:
    """Verdict, probability, reason and size in one line."""
    if report.error is not None:
        return f"error: {report.error}"
    reason = report.reason.value.replace("_", " ")
    if report.probability is None and report.language not in (None, "en"):
        reason += f": {report.language}"
    reason += _choices(report)
    words = f"{report.n_words:,} word{'s' * (report.n_words != 1)}"
    if report.probability is None:
        return f"{report.verdict} ({reason}), {words}"
    return f"{report.verdict}, probability {report.probability:.3f} ({reason}), {words}"


def _choices(report: Report) -> str:
    """Mode and prior, where the caller has chosen other than the usual ones."""
    usual = Setting()
    mode = f", {report.mode.replace('_', ' ')}" * (report.mode != usual.mode)
    return mode + f", prior {report.prior:g}" * (report.prior != usual.prior)


def expected(anomaly: PhraseAnomaly) -> str:
    """What may have stood in place of the phrase, best first."""
    return ", ".join(anomaly.expected[:_MOST_EXPECTED]) or "another phrase"


def evidence(anomaly: PhraseAnomaly) -> str:
    """How strong the anomaly is."""
    return f"{anomaly.gain:+.1f} bits, p {anomaly.probability:.2f}"


def _rule(rule: Rule) -> str:
    """A rule with its value and what it should have been.

    >>> from spindetect.report import Rule
    >>> _rule(Rule("gopher.alpha_words", 0.74, 0.8, None, passed=False))
    'gopher.alpha_words 0.74 (at least 0.8)'
    """
    match rule.low, rule.high:
        case None, None:
            return f"{rule.name} {rule.value:g}"
        case low, None:
            return f"{rule.name} {rule.value:g} (at least {low:g})"
        case None, high:
            return f"{rule.name} {rule.value:g} (at most {high:g})"
        case low, high:
            return f"{rule.name} {rule.value:g} ({low:g} to {high:g})"


def quality_text(quality: Quality) -> str:
    """The quality score and what speaks against the text; all values, if no rule has bounds.

    >>> from spindetect.report import Quality, Rule
    >>> quality_text(Quality(0.7, (Rule("redpajama.n_words", 12, None, None, passed=True),)))
    'quality 0.70, redpajama.n_words 12'
    """
    against = [rule for rule in quality.rules if not rule.passed]
    if against:
        return f"quality {quality.score:.2f}, against it: {'; '.join(map(_rule, against))}"
    measured = [rule for rule in quality.rules if rule.low is None and rule.high is None]
    shown = measured if len(measured) == len(quality.rules) else []
    return "; ".join([f"quality {quality.score:.2f}", *map(_rule, shown)]).replace("; ", ", ", 1)


def shown(text: str) -> str:
    r"""`text` with what is unseen or moves the cursor written as an escape.

    >>> print(shown("a\x1b[2Jb\u202ec"))
    a\x1b[2Jb\u202ec
    """
    return _UNSEEN.sub(lambda c: c[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    r"""`text` on one line, safe for a terminal.

    >>> one_line("one\n two")
    'one two'
    """
    return shown(_BLANK.sub(" ", text))


def _lines(report: Report, width: int, *, colour: bool, explain: bool) -> Iterator[str]:
    """The report line by line."""

    def painted(text: str, kind: str) -> str:
        return f"\033[{_ANSI[kind]}m{text}\033[0m" if colour else text

    line = painted(one_line(headline(report)), label(report))
    yield f"{one_line(called)}: {line}" if (called := name(report)) else line
    if report.probability is not None:
        filled, empty = _bar(report.probability, _BAR)
        yield f"  clean [{painted(filled, label(report))}{empty}] spun"
    for anomaly in _strongest(report.anomalies):
        phrase, rest = f'"{one_line(anomaly.text)}"', f"  ({evidence(anomaly)})"
        # On a narrow terminal what was expected comes before how strong the evidence is.
        if len(phrase) + len(expected(anomaly)) + len(rest) + 6 > width:
            rest = ""
        room = max(width - len(phrase) - len(rest) - 6, 12)
        guess = first_words(one_line(expected(anomaly)), room)
        yield f"  {painted(phrase, 'phrase')} -> {guess}{rest}"
        if report.text:
            yield "      " + _context(report, anomaly, width - 6)
    if (more := len(report.anomalies) - _MOST_ANOMALIES) > 0:
        yield f"  and {more:,} more"
    if explain and report.text:
        yield "  sentence by sentence, with the probability of each:"
        yield from _explained(report, width)
    elif report.text and (worst := _worst(report.sentences)):
        yield "  sentences most likely spun:"
        for s in worst:
            excerpt = one_line(report.text[s.start : s.end][: 2 * width]).strip()
            yield f"    {s.probability:.2f}  {first_words(excerpt, width - 10)}"
    if report.quality is not None:
        line = one_line(quality_text(report.quality))
        yield from wrap(line, width, initial_indent="  ", subsequent_indent="    ")


def _bar(probability: float, length: int) -> tuple[str, str]:
    """A bar for a probability: its full and its empty part.

    >>> _bar(0.75, 8)
    ('######', '..')
    """
    full = round(probability * length)
    return "#" * full, "." * (length - full)


def _explained(report: Report, width: int) -> Iterator[str]:
    """Every sentence with its probability, its phrases in brackets with what was expected."""
    anomalies = sorted(report.anomalies, key=lambda a: (a.start, a.end))
    starts = [a.start for a in anomalies]
    for s in report.sentences:
        pieces, place = [], s.start
        end = min(s.end, s.start + _MOST_OF_SENTENCE)
        for a in anomalies[bisect_left(starts, s.start) : bisect_left(starts, end)]:
            if a.start >= place:
                guess = a.expected[0] if a.expected else "another phrase"
                written = report.text[a.start : a.end]
                pieces += [report.text[place : a.start], f"[{written} -> {guess}]"]
                place = a.end
        pieces.append(report.text[place:end] + " ..." * (end < s.end))
        filled, empty = _bar(s.probability, _SMALL_BAR)
        mark = f"    {s.probability:.2f} {filled}{empty} "
        sentence = one_line("".join(pieces)).strip()
        yield from wrap(
            sentence, width, initial_indent=mark, subsequent_indent=" " * len(mark)
        ) or [mark.rstrip()]


def _strongest(anomalies: tuple[PhraseAnomaly, ...]) -> list[PhraseAnomaly]:
    """The most probable of the anomalies, in order of the text."""
    by_strength = sorted(anomalies, key=lambda a: (-a.probability, -a.gain, a.start))
    return sorted(by_strength[:_MOST_ANOMALIES], key=lambda a: (a.start, a.end))


def _worst(sentences: tuple[SentenceScore, ...]) -> list[SentenceScore]:
    """The sentences that are rather spun than not, most probable first."""
    spun = (s for s in sentences if s.probability > 0.5)
    return sorted(spun, key=lambda s: (-s.probability, s.start))[:_MOST_SENTENCES]


def _context(report: Report, anomaly: PhraseAnomaly, width: int) -> str:
    """The phrase in brackets, between as much of its sentence as fits on a line."""
    first, last = 0, len(report.text)
    for s in report.sentences:
        if s.start <= anomaly.start and anomaly.end <= s.end:
            first, last = s.start, s.end
    # More than `width` on both sides, so that a cut is seen as one.
    left = one_line(report.text[max(first, anomaly.start - 2 * width) : anomaly.start]).lstrip()
    right = one_line(report.text[anomaly.end : min(last, anomaly.end + 2 * width)]).rstrip()
    phrase = f"[{one_line(report.text[anomaly.start : anomaly.end])}]"
    room = max(width - len(phrase), 20)
    half = room // 2
    right = first_words(right, max(half, room - len(left)))
    return last_words(left, room - len(right)) + phrase + right

"""A report for human eyes: as text for a terminal and as HTML for a browser or notebook.

What is shown comes from documents that nobody has checked, so nothing in it is taken for markup:
neither tags nor the control sequences of terminals, nor characters that reverse or hide text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from spindetect.modes import Setting

if TYPE_CHECKING:
    from spindetect.report import PhraseAnomaly, Quality, Report, Rule, SentenceScore

# Enough to judge a document by in a terminal; the rest is counted.  HTML and JSON hold them all.
_MOST_ANOMALIES = 12
_MOST_SENTENCES = 3
_MOST_EXPECTED = 3
# HTML shows this much of the text, some thirty pages of print: browsers turn slow beyond it.
_MOST_CHARACTERS = 100_000

# Red, green, yellow and bold of ANSI terminals; the same colours in HTML, legible on any ground.
_ANSI = {"spun": 31, "clean": 32, "undecided": 33, "error": 31, "phrase": 1}
_CSS = {"spun": "#c62828", "clean": "#2e7d32", "undecided": "#b26a00", "error": "#c62828"}
_GREY = "color:#888"

# White space of any kind becomes one blank in a quoted phrase.
_BLANK = re.compile(r"\s+")
# What is unseen or moves the cursor, line ends and tabs excepted: control characters, marks of
# direction and half characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def to_text(report: Report, *, width: int = 100, colour: bool = False) -> str:
    """The report as lines for a terminal.

    Parameters
    ----------
    report : Report
        With its text, the phrases are shown in context; without, alone.
    width : int
        Columns that a line of context may take, at least 40.
    colour : bool
        Use the colours of ANSI terminals.

    Returns
    -------
    str
        A headline, the strongest anomalies with what was expected in their place, the sentences
        most likely spun, and the rules of quality that the text breaks.

    Examples
    --------
    >>> from spindetect.report import PhraseAnomaly, Reason, Report, Verdict
    >>> anomaly = PhraseAnomaly("steered", 13, 20, ("told", "informed"), 9.4, 0.96)
    >>> print(to_text(Report(
    ...     Verdict.SPUN, Reason.ABOVE_THRESHOLD, 0.998, (anomaly,), (), None, "en", 4, "en-1",
    ...     id="page-17", text="One employee steered me.",
    ... )))
    page-17: spun, probability 0.998 (above threshold), 4 words
      "steered" -> told, informed  (+9.4 bits, p 0.96)
          One employee [steered] me.
    """
    return "\n".join(_lines(report, max(width, 40), colour=colour))


def to_html(report: Report) -> str:
    """The report as a piece of HTML that needs no script and no style sheet.

    In the text, anomalies are marked, each with the phrase that was expected behind it, and
    sentences are tinted by their probability.

    >>> from spindetect.report import Report
    >>> print(to_html(Report.unreadable("a.txt", "a.txt: <no> such file.")))
    <div><p><b style="color:#c62828">error: a.txt: &lt;no&gt; such file.</b></p></div>
    """
    return f"<div>{''.join(_parts(report))}</div>"


def _name(report: Report) -> str:
    """What the document is called, unless its error begins by saying so."""
    name = "" if report.id is None else str(report.id)
    return "" if report.error is not None and report.error.startswith(name) else name


def _label(report: Report) -> str:
    """The word that decides the colour."""
    return "error" if report.error is not None else report.verdict.value


def _headline(report: Report) -> str:
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


def _expected(anomaly: PhraseAnomaly) -> str:
    """What may have stood in place of the phrase, best first."""
    return ", ".join(anomaly.expected[:_MOST_EXPECTED]) or "another phrase"


def _evidence(anomaly: PhraseAnomaly) -> str:
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


def _shown(text: str) -> str:
    r"""`text` with what is unseen or moves the cursor written as an escape.

    >>> print(_shown("a\x1b[2Jb\u202ec"))
    a\x1b[2Jb\u202ec
    """
    return _UNSEEN.sub(lambda c: c[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    r"""`text` on one line, safe for a terminal.

    >>> one_line("one\n two")
    'one two'
    """
    return _shown(_BLANK.sub(" ", text))


def _lines(report: Report, width: int, *, colour: bool) -> Iterator[str]:
    """The report line by line."""

    def painted(text: str, name: str) -> str:
        return f"\033[{_ANSI[name]}m{text}\033[0m" if colour else text

    headline = painted(one_line(_headline(report)), _label(report))
    yield f"{one_line(name)}: {headline}" if (name := _name(report)) else headline
    for anomaly in _strongest(report.anomalies):
        phrase = painted(f'"{one_line(anomaly.text)}"', "phrase")
        yield f"  {phrase} -> {one_line(_expected(anomaly))}  ({_evidence(anomaly)})"
        if report.text:
            yield "      " + _context(report, anomaly, width - 6)
    if (more := len(report.anomalies) - _MOST_ANOMALIES) > 0:
        yield f"  and {more} more"
    if report.text and (worst := _worst(report.sentences)):
        yield "  sentences most likely spun:"
        for s in worst:
            excerpt = one_line(report.text[s.start : s.end][: 2 * width])
            yield f"    {s.probability:.2f}  {_first_words(excerpt, width - 10)}"
    if report.quality is not None:
        yield "  " + one_line(quality_text(report.quality))


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
    right = _first_words(right, max(half, room - len(left)))
    return _last_words(left, room - len(right)) + phrase + right


def _first_words(text: str, width: int) -> str:
    """As many words from the beginning of `text` as fit.

    >>> _first_words("one two three four", 12)
    'one two ...'
    """
    if len(text) <= width:
        return text
    return text[: width - 3].rsplit(" ", 1)[0] + " ..."


def _last_words(text: str, width: int) -> str:
    """As many words from the end of `text` as fit.

    >>> _last_words("one two three four", 12)
    '... four'
    """
    if len(text) <= width:
        return text
    return "... " + text[len(text) - width + 3 :].split(" ", 1)[-1]


def _html(text: str) -> str:
    """`text` safe for HTML, in and outside of attributes."""
    return escape(_shown(text), quote=True)


def _parts(report: Report) -> Iterator[str]:
    """The report in pieces of HTML, from the verdict down to single phrases."""
    headline = f'<b style="{_colour(report)}">{_html(_headline(report))}</b>'
    name = f"<b>{_html(_name(report))}</b> " if _name(report) else ""
    yield f"<p>{name}{headline}</p>"
    if report.text:
        yield '<div style="white-space:pre-wrap;line-height:1.6">'
        yield from _marked(report, report.text[:_MOST_CHARACTERS])
        if (more := len(report.text) - _MOST_CHARACTERS) > 0:
            yield f'<p style="{_GREY}">... and {more:,} more characters</p>'
        yield "</div>"
    if report.anomalies:
        yield "<table><tr><th>written</th><th>expected</th><th>gain</th><th>probability</th></tr>"
        for a in report.anomalies:
            yield f"<tr><td>{_html(a.text)}</td><td>{_html(_expected(a))}</td>"
            yield f"<td>{a.gain:.1f} bits</td><td>{a.probability:.2f}</td></tr>"
        yield "</table>"
    if report.quality is not None:
        yield f"<p>{_html(quality_text(report.quality))}</p>"
    if report.model:
        yield f'<p style="{_GREY}">model {_html(report.model)}</p>'


def _colour(report: Report) -> str:
    """The style of the verdict."""
    return f"color:{_CSS[_label(report)]}"


def _marked(report: Report, text: str) -> Iterator[str]:
    """`text` in pieces of HTML, its sentences tinted and its anomalies marked."""
    sentences = {s.start: s for s in report.sentences}
    anomalies = {a.start: a for a in report.anomalies}
    ends = {0, len(text)}
    ends.update(offset for s in report.sentences for offset in (s.start, s.end))
    ends.update(offset for a in report.anomalies for offset in (a.start, a.end))
    sentence: SentenceScore | None = None
    anomaly: PhraseAnomaly | None = None
    for start, end in pairwise(sorted(e for e in ends if e <= len(text))):
        # Whatever covers this piece begins with it or began earlier and goes on.
        sentence = sentences.get(start, sentence if sentence and sentence.end > start else None)
        anomaly = anomalies.get(start, anomaly if anomaly and anomaly.end > start else None)
        piece = _html(text[start:end])
        if anomaly:
            tip = f"expected: {_expected(anomaly)} ({_evidence(anomaly)})"
            piece = f'<mark title="{_html(tip)}">{piece}</mark>'
            if anomaly.end == end:
                piece += f'<small style="{_GREY}"> [{_html(_expected(anomaly))}]</small>'
        if sentence:
            tint = f"background:rgba(255,140,0,{0.3 * sentence.probability:.2f})"
            piece = f'<span style="{tint}" title="{sentence.probability:.2f}">{piece}</span>'
        yield piece

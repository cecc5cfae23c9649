"""A report as a notebook shows it: a piece of HTML that needs no script and no style sheet.

As in a terminal, nothing of a document is taken for markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from spindetect.html_report.marks import cover
from spindetect.render import evidence, expected, headline, label, name, quality_text, shown

if TYPE_CHECKING:
    from spindetect.report import Report

__all__ = ["to_html"]

# This much of the text, some thirty pages of print, and as many phrases: browsers turn slow beyond.
_MOST_CHARACTERS = 100_000
_MOST_PHRASES = 50

# Legible on a light and on a dark ground.
_CSS = {"spun": "#d84343", "clean": "#3d8f43", "undecided": "#b97a10", "error": "#d84343"}
_GREY = "color:#888"


def to_html(report: Report) -> str:
    """The report as a piece of HTML.

    In the text, anomalies are marked, each with the phrase that was expected behind it, and
    sentences are tinted by their probability.

    >>> from spindetect.report import Report
    >>> print(to_html(Report.unreadable("a.txt", "a.txt: <no> such file.")))
    <div><p><b style="color:#d84343">error: a.txt: &lt;no&gt; such file.</b></p></div>
    """
    return f"<div>{''.join(_parts(report))}</div>"


def _html(text: str) -> str:
    """`text` safe for HTML, in and outside of attributes."""
    return escape(shown(text), quote=True)


def _parts(report: Report) -> Iterator[str]:
    """The report in pieces of HTML, from the verdict down to single phrases."""
    colour = f"color:{_CSS[label(report)]}"
    called = f"<b>{_html(name(report))}</b> " if name(report) else ""
    yield f'<p>{called}<b style="{colour}">{_html(headline(report))}</b></p>'
    if report.text:
        yield '<div style="white-space:pre-wrap;line-height:1.6">'
        yield from _marked(report)
        if (more := len(report.text) - _MOST_CHARACTERS) > 0:
            yield f'<p style="{_GREY}">... and {more:,} more characters</p>'
        yield "</div>"
    if report.anomalies:
        strongest = sorted(report.anomalies, key=lambda a: (-a.probability, -a.gain, a.start))
        yield "<table><tr><th>written</th><th>expected</th><th>gain</th><th>probability</th></tr>"
        for a in strongest[:_MOST_PHRASES]:
            yield f"<tr><td>{_html(a.text)}</td><td>{_html(expected(a))}</td>"
            yield f"<td>{a.gain:.1f} bits</td><td>{a.probability:.2f}</td></tr>"
        yield "</table>"
        if (more := len(strongest) - _MOST_PHRASES) > 0:
            yield f'<p style="{_GREY}">... and {more:,} more phrases</p>'
    if report.quality is not None:
        yield f"<p>{_html(quality_text(report.quality))}</p>"
    if report.model:
        yield f'<p style="{_GREY}">model {_html(report.model)}</p>'


def _marked(report: Report) -> Iterator[str]:
    """The text in pieces of HTML, its sentences tinted and its anomalies marked."""
    text = report.text[:_MOST_CHARACTERS]
    sentences, anomalies = report.sentences, report.anomalies
    places = [(s.start, s.end) for s in sentences], [(a.start, a.end) for a in anomalies]
    for start, end, (s, a) in cover(len(text), *places):
        piece = _html(text[start:end])
        if a is not None:
            odd = anomalies[a]
            tip = f"expected: {expected(odd)} ({evidence(odd)})"
            piece = f'<mark title="{_html(tip)}">{piece}</mark>'
            if odd.end == end:
                piece += f'<small style="{_GREY}"> [{_html(expected(odd))}]</small>'
        if s is not None:
            tint = f"background:rgba(255,140,0,{0.3 * sentences[s].probability:.2f})"
            piece = f'<span style="{tint}" title="{sentences[s].probability:.2f}">{piece}</span>'
        yield piece

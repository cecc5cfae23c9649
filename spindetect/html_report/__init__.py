"""Reports as one HTML file that needs nothing else: no network, no other file, no server.

It needs Jinja2 (``spindetect[report]``).  The documents in it were checked by nobody, so the file
forbids by its Content-Security-Policy whatever is not its own style or script, everything is
escaped, and characters that hide or turn text around are written as escapes.
"""

from __future__ import annotations

import base64
import hashlib
import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

from spindetect.errors import InputError
from spindetect.html_report.overview import Row, tally
from spindetect.html_report.page import Page
from spindetect.render import shown

if TYPE_CHECKING:
    from jinja2 import Template

    from spindetect.modes import Mode, OperatingPoint
    from spindetect.report import Report

__all__ = ["MOST_PAGES", "Explainer", "html_report", "pieces"]

# Documents that get a page of their own.  At the 20-40 kB that a page of the bundled samples takes,
# a file of so many opens in a browser within seconds; all others are rows of the table.
MOST_PAGES = 500


class Explainer(Protocol):
    """What a report asks of the detector that made it (`spindetect.detector.Detector`)."""

    @property
    def operating_points(self) -> Mapping[Mode, OperatingPoint]:
        """What was measured where each mode draws its lines."""

    def contributions(self, text: str) -> dict[str, float]:
        """What each feature adds to the log-odds of a text."""


def html_report(
    reports: Iterable[Report],
    *,
    detector: Explainer | None = None,
    most_pages: int = MOST_PAGES,
    title: str = "Spinning report",
) -> str:
    """Reports as one self-contained HTML file.

    Parameters
    ----------
    reports : iterable of Report
        From `spindetect.score` and its like; a report that was read from JSON shows its text only
        if the record was written with it.
    detector : Detector, optional
        That made the reports: adds what each feature contributed, and the errors that were measured
        at its operating points. Every text that gets a page is scored once more for it.
    most_pages : int
        Documents with a page of their own, the most probably spun; the others are rows of the
        table. At least 1.
    title : str

    Returns
    -------
    str
        The file; write it as UTF-8.

    Raises
    ------
    InputError
        If Jinja2 is not installed.
    ValueError
        If `most_pages` is below 1.

    Examples
    --------
    >>> import spindetect
    >>> page = html_report([spindetect.score("Too short to tell.")])
    >>> page.startswith("<!doctype html>"), "Too short to judge" in page
    (True, True)
    """
    return "".join(pieces(reports, detector=detector, most_pages=most_pages, title=title))


def pieces(
    reports: Iterable[Report],
    *,
    detector: Explainer | None = None,
    most_pages: int = MOST_PAGES,
    title: str = "Spinning report",
    progress: Callable[[Iterable[Page]], Iterable[Page]] = iter,
) -> Iterator[str]:
    """The file of `html_report` piece by piece, so that it never lies in memory as a whole.

    Of documents without a page nothing but their row is kept; `progress` is put around the pages
    as they are made.
    """
    if most_pages < 1:
        raise ValueError(f"a report has at least 1 page, got most_pages={most_pages}")
    return _pieces(_template(), reports, detector, most_pages, title, progress)


def _pieces(
    template: Template,
    reports: Iterable[Report],
    detector: Explainer | None,
    most_pages: int,
    title: str,
    progress: Callable[[Iterable[Page]], Iterable[Page]],
) -> Iterator[str]:
    """What `pieces` gives."""
    rows, kept = _read(reports, most_pages)
    style, script = _resource("style.css"), _resource("script.js")
    with_page = {number for _, number, _ in kept}
    yield from template.generate(
        title=title,
        style=style,
        script=script,
        policy=_policy(style, script),
        rows=rows,
        with_page=with_page,
        tally=tally(rows),
        pages=progress(Page.of(number, report, detector) for _, number, report in kept),
    )


def _read(
    reports: Iterable[Report], most_pages: int
) -> tuple[list[Row], list[tuple[float, int, Report]]]:
    """A row for each report; the reports most probably spun, in the order they came."""
    rows: list[Row] = []
    heap: list[tuple[float, int, Report]] = []
    for number, report in enumerate(reports, 1):
        rows.append(Row.of(number, report))
        # The number parts equals, so that reports are never compared, and the first one stays.
        chance = -1.0 if report.probability is None else report.probability
        item = (chance, -number, report)
        if len(heap) < most_pages:
            heapq.heappush(heap, item)
        else:
            heapq.heappushpop(heap, item)
    kept = [(chance, -negative, report) for chance, negative, report in heap]
    return rows, sorted(kept, key=lambda item: item[1])


@cache
def _resource(name: str) -> str:
    """A file that stands beside this module."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """The Content-Security-Policy: this very style and script and nothing else.

    >>> _policy("", "").split("; ")[0]
    "default-src 'none'"
    """
    return (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    """How a policy names an inline style or script."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@cache
def _template() -> Template:
    """The template, which escapes whatever is put into it."""
    try:
        from jinja2 import Environment, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise InputError('a report needs Jinja2: pip install "spindetect[report]"') from error

    def seen(value: Any) -> Any:
        return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        autoescape=True,
        finalize=seen,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The style and the script stand in the file as they are: their hashes are in its policy.
    environment.filters["verbatim"] = Markup
    return environment.from_string(_resource("report.html.jinja"))

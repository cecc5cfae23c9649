"""The command ``spindetect report``: its options, and what it writes."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spindetect.amounts import count
from spindetect.options import add_inputs, add_jobs, add_overwrite, add_paths, add_setting
from spindetect.output import written

if TYPE_CHECKING:
    from spindetect.html_report import Explainer
    from spindetect.report import Report

__all__ = ["add_parser", "write"]

_DESCRIPTION = """\
Score documents and write one HTML file for the eye: verdicts in words, the texts with their
suspicious phrases marked and what may have stood there, and why. The file needs no network and no
other file. It needs pip install "spindetect[report]".
"""

_EPILOG = """\
  spindetect report page.html -o report.html
  spindetect report --mode high_recall submissions/ -o submissions.html
"""

# As in `spindetect.html_report`, which is loaded only when it is needed.
_MOST_PAGES = 500


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``spindetect``."""
    parser = commands.add_parser(
        "report",
        help="write an HTML report",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    add_paths(parser)
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, required=True, help="write the report to FILE"
    )
    add_overwrite(parser)
    parser.add_argument("--title", default="Spinning report", help="its title")
    parser.add_argument(
        "--most-pages",
        metavar="N",
        type=count,
        default=_MOST_PAGES,
        help="give the N documents most probably spun a page of their own, and the others a row "
        "of the table (default: %(default)s)",
    )
    add_inputs(parser)
    add_jobs(parser)
    add_setting(parser)


def write(
    options: argparse.Namespace,
    reports: Iterable[Report],
    detector: Explainer,
    progress: Callable[[Iterable[Any]], Iterator[Any]],
) -> str:
    """Write the report that the options name; a sentence that says what was written.

    `progress` is put around the pages as they are made.

    Raises
    ------
    InputError
        If the file cannot be written, or Jinja2 is not installed.
    """
    from spindetect.html_report import pieces

    output: Path = options.output
    counts: Counter[str] = Counter()
    found = pieces(
        _counted(reports, counts),
        detector=detector,
        most_pages=options.most_pages,
        title=options.title,
        progress=progress,
    )
    with written(output) as stream:
        stream.writelines(found)
    documents = f"{counts.total():,} document{'s' * (counts.total() != 1)}"
    return f"{output}: {documents}, {counts['spun']:,} of them spun"


def _counted(reports: Iterable[Report], counts: Counter[str]) -> Iterator[Report]:
    """The same reports; verdicts are counted as they pass."""
    for report in reports:
        counts["error" if report.error is not None else report.verdict.value] += 1
        yield report

"""The command ``spindetect copies``: its options, and what it prints."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from spindetect.errors import InputError
from spindetect.options import add_inputs, add_jobs, add_resume, add_sources, fields_of, kind_of
from spindetect.streaming import UNREADABLE, Complaints, check_sources, complain, exit_code

__all__ = ["add_parser", "run"]

_DESCRIPTION = """\
Find pages that were spun or copied from one source, and the likeliest original among them. OUT gets
one cluster a line: its pages, the likeliest original first, pages that have a part of one, and what
each pair shares, word by word.
"""

_EPILOG = """\
The collection may be larger than memory: until OUT is whole there is OUT.partial, a folder with the
texts and fingerprints of all pages. From OUT.journal a run that was stopped in any way goes on with
--resume; it stays, a few lines, and says that OUT is complete.

kinds of copies:
  exact   the same words
  spun    words were exchanged for synonyms all through
  unspun  shortened, quoted, edited, or set among other text
Pages of fewer than 25 words are copies of nothing. What many pages share that are different
otherwise, such as the footer of a site, makes no cluster.

exit codes:
  0  it ran
  2  bad usage, or nothing could be read
  3  it ran, but some documents could not be read

  spindetect copies crawl/*.jsonl.gz -o copies.jsonl
  spindetect copies crawl.warc.gz -o copies.jsonl --n-jobs -1 --resume
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``spindetect``."""
    parser = commands.add_parser(
        "copies",
        help="find pages that share a source, spun or not, and the original",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    add_sources(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        type=Path,
        required=True,
        help="file that ends in .jsonl",
    )
    add_inputs(parser)
    parser.add_argument(
        "--date-field",
        metavar="NAME",
        default="date",
        help="field or column with the date of a page, as 2026-11-23; where all versions have one, "
        "the earliest is the original (default: %(default)s)",
    )
    add_jobs(parser)
    add_resume(parser)


def run(options: argparse.Namespace) -> int:
    """Find the copies among what the options name; the exit code.

    Raises
    ------
    InputError
        If there is nothing to read, or the output cannot be written or resumed.
    """
    from spindetect.copies.plan import Plan
    from spindetect.copies.run import run as find

    if options.output.suffix.lower() != ".jsonl":
        raise InputError(f"{options.output} would hold JSON lines; let its name end in .jsonl")
    check_sources(options.paths, options.output)
    plan = Plan(
        options.paths,
        options.output,
        kind_of(options),
        fields_of(options),
        options.date_field,
        options.n_jobs,
        options.resume,
        options.overwrite,
    )
    finished = find(plan, Complaints())
    complain(finished.summary)
    tally = finished.tally
    read = Counter({UNREADABLE: tally["unreadable"], "pages": tally["pages"]})
    return exit_code(Counter({name: n for name, n in read.items() if n}), doing="compare")

"""The part of the command ``spindetect`` that runs over collections: ``filter``, ``score -o``."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from spindetect.amounts import limit, n_jobs, probability
from spindetect.errors import InputError
from spindetect.options import (
    PRESETS_HELP,
    add_inputs,
    add_presets,
    add_resume,
    add_setting,
    add_sources,
    fields_of,
    kind_of,
)
from spindetect.pipeline.limits import MEGABYTES, SECONDS, Limits, megabytes_each
from spindetect.pipeline.outputs import FORMS, form_of
from spindetect.pipeline.selection import MAX_SPIN, Selection, presets_that_judge
from spindetect.pipeline.work import Scorer, Work
from spindetect.streaming import FOUND, Complaints, check_sources, complain, exit_code

__all__ = ["add_options", "add_parser", "run_filter", "run_score"]

_DESCRIPTION = """\
Write the documents that pass to OUT, as they came, and the others with the reasons to a second
file. A row of JSONL or of a table passes with all its columns; of a page or a file of text, the
text that was scored.
"""

_EPILOG = f"""\
OUT and the second file are whole when they appear; until then there is OUT.partial. From
OUT.journal a run that was stopped in any way goes on with --resume; it stays, a few lines, and says
that OUT is complete.

reasons: spin (more probable than --max-spin), too_short (the same, of fewer than 50 words),
not_english, empty, error, and the names of the quality rules of --preset that are broken, as
spindetect quality gives them.

{PRESETS_HELP}

  spindetect filter crawl/*.jsonl.gz kept.jsonl.gz --max-spin 0.5 --preset default
  spindetect filter crawl/ kept.parquet --preset gopher --preset fineweb --preset mine.toml
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that only runs over collections have."""
    add_resume(parser)
    parser.add_argument(
        "--max-seconds",
        metavar="S",
        type=limit,
        default=SECONDS,
        help="a document that takes longer becomes an error record (default: %(default)g for up to "
        "a million characters, in proportion for longer ones); only with an output file",
    )
    parser.add_argument(
        "--max-memory",
        metavar="MB",
        type=limit,
        help=f"the same for one that takes more memory (default: {MEGABYTES}, or less where three "
        "quarters of the machine's memory would not do for all processes); only on Linux",
    )


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``filter`` to those of ``spindetect``."""
    parser = commands.add_parser(
        "filter",
        help="keep the documents that were not spun",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    add_sources(parser)
    parser.add_argument(
        "output",
        metavar="OUT",
        type=Path,
        help=f"file that ends in .{', .'.join(FORMS)}, the first two also in .gz or .zst",
    )
    parser.add_argument(
        "--rejected",
        metavar="FILE",
        type=Path,
        help="where the others go (default: OUT with .rejected before its suffix)",
    )
    parser.add_argument(
        "--max-spin",
        metavar="P",
        type=probability,
        default=MAX_SPIN,
        help="highest probability of a document that passes (default: %(default)s)",
    )
    add_presets(parser, "default: none; a document must keep the rules of all of them to pass")
    parser.add_argument(
        "--keep-unscored",
        action="store_true",
        help="let documents pass of which nothing can be said, being empty, not English or too "
        "short",
    )
    add_inputs(parser)
    parser.add_argument(
        "--n-jobs",
        metavar="N",
        type=n_jobs,
        help="processes to use (default: one for each core)",
    )
    add_setting(parser)
    add_options(parser)


def run_score(options: argparse.Namespace, form: str, load: Callable[[], Scorer]) -> int:
    """Score what the options name into a file that can be resumed; the exit code."""
    return _run(options, form, load, None, None)


def run_filter(options: argparse.Namespace, load: Callable[[], Scorer]) -> int:
    """Part the documents that pass from the others; the exit code."""
    output: Path = options.output
    form = form_of(output)
    if form is None:
        raise InputError(
            f"{output} has no name that says how to write it; "
            "let it end in .jsonl, .csv (or these and .gz, .zst) or .parquet"
        )
    stem, point, suffixes = output.name.partition(f".{form}")
    rejected: Path = options.rejected or output.with_name(f"{stem}.rejected{point}{suffixes}")
    if rejected.resolve() == output.resolve():
        raise InputError(f"{rejected} cannot hold both the documents that pass and the others")
    check_sources(options.paths, output)
    presets = presets_that_judge(options.preset or (), options.flagged_words)
    selection = Selection(options.max_spin, presets, options.keep_unscored)
    return _run(options, form, load, selection, rejected)


def _run(
    options: argparse.Namespace,
    form: str,
    load: Callable[[], Scorer],
    selection: Selection | None,
    rejected: Path | None,
) -> int:
    """Run the plan that the options stand for; the exit code."""
    from spindetect.pipeline.plan import Plan
    from spindetect.pipeline.runner import run
    from spindetect.pipeline.workers import cores

    n_jobs = options.n_jobs or -1
    megabytes = math.ceil(options.max_memory or megabytes_each(cores(n_jobs)))
    plan = Plan(
        paths=options.paths,
        output=options.output,
        form=form,
        work=Work(
            load,
            options.mode,
            options.prior,
            Limits(options.max_seconds, megabytes),
            () if selection is None else selection.presets,
        ),
        selection=selection,
        rejected=rejected,
        kind=kind_of(options),
        fields=fields_of(options),
        with_text=selection is None and options.with_text,
        n_jobs=n_jobs,
        resume=options.resume,
        overwrite=options.overwrite,
    )
    finished = run(plan, Complaints())
    complain(finished.summary)
    code = exit_code(finished.documents)
    if selection is None and options.fail_on_spun and finished.tally["spun"]:
        return FOUND
    return code

"""The command ``spindetect``: a thin shell over the library."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TextIO

from spindetect import (
    copies_command,
    mine_command,
    quality_command,
    report_command,
    train_command,
)
from spindetect.amounts import n_jobs
from spindetect.benchmark import command as benchmark
from spindetect.errors import InputError, ModelError, SpindetectError
from spindetect.inputs import Document
from spindetect.options import add_inputs, add_output, add_paths, add_setting
from spindetect.output import array, dumped, form_of_name, is_stream, opened
from spindetect.pipeline import command as pipeline
from spindetect.pipeline.outputs import FORMS, form_of
from spindetect.pipeline.work import Scorer
from spindetect.render import one_line, to_text
from spindetect.report import Report, Verdict
from spindetect.streaming import (
    FAILED,
    FOUND,
    OK,
    STOPPED,
    UNREADABLE,
    answered,
    check_output,
    check_paths,
    complain,
    exit_code,
    read,
    with_progress,
)
from spindetect.suggest import Parser

# Ends the help.
_EXIT_CODES = """\
exit codes:
  0  it ran
  1  with --fail-on-spun: a document was spun
  2  bad usage, or nothing could be read
  3  it ran, but some documents could not be read
"""
# The table is for reading: lines longer than this tire the eye.
_WIDTH = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments` (those of the process by default); its exit code.

    >>> main([])  # with a sentence on standard error that says what is missing
    2
    """
    _open_streams()
    try:
        try:
            return _run(arguments)
        finally:
            # Python would do it behind this function, where a full disk is told by a traceback.
            sys.stdout.flush()
    except SpindetectError as error:
        return complain(str(error))
    except KeyboardInterrupt:
        return STOPPED
    except OSError as error:
        # Python flushes the stream once more when it ends; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return STOPPED
        return complain(f"stopped by the system ({error.strerror or error})")


def _open_streams() -> None:
    """Give nothing to read, and nowhere to write, for streams that a shell has closed (``>&-``).

    The next file to be opened would get the number of such a stream, and what is meant for it.
    """
    for name, flags in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, flags, closefd=False))


def _run(arguments: Sequence[str] | None) -> int:
    """Do what the arguments say; the exit code."""
    parser, commands = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        commands.get(options.command, parser).error(f"unrecognized arguments: {' '.join(unknown)}")
    if options.version:
        print(_version())
        return OK
    if options.command is None:
        return complain("say what to do: spindetect score PATH, or spindetect --help")
    if options.command == "benchmark":
        return benchmark.run(options)
    if options.command == "train":
        return train_command.run(options)
    if options.command == "copies":
        return copies_command.run(options)
    if options.command == "mine":
        return mine_command.run(options)
    if options.command == "filter":
        return pipeline.run_filter(options, partial(_detector, options.model))
    if options.command == "report":
        return _report(options)
    if options.command == "quality":
        return quality_command.run(options)
    return _score(options)


def _parser() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """What the command understands, and what each of its own commands does."""
    parser: argparse.ArgumentParser = Parser(
        prog="spindetect",
        description="Tell whether texts and web pages were spun, and which phrases show it.",
        epilog=_EXIT_CODES,
    )
    parser.add_argument(
        "--version", action="store_true", help="print the versions of package and model, and exit"
    )
    commands = parser.add_subparsers(dest="command", title="commands")
    score = commands.add_parser(
        "score",
        help="score documents",
        description="Score documents and print one record for each, in order.",
        epilog=_EXIT_CODES,
    )
    add_paths(score)
    score.add_argument(
        "--format",
        choices=("table", "json", *FORMS),
        help="table to read (the default), one JSON array, one JSON record a line, or columns; "
        "-o FILE.json, .jsonl, .csv, .parquet choose by name, .jsonl and .csv also with .gz or "
        ".zst",
    )
    add_inputs(score)
    add_output(score, "scored")
    score.add_argument(
        "--explain", action="store_true", help="show every sentence with its probability"
    )
    score.add_argument(
        "--fail-on-spun", action="store_true", help="exit with 1 if a document was spun"
    )
    score.add_argument(
        "--n-jobs",
        metavar="N",
        type=n_jobs,
        help="processes to use; -1 is one for each core (the default with -o FILE.jsonl, .csv, "
        ".parquet; otherwise 1)",
    )
    add_setting(score)
    pipeline.add_options(score)
    pipeline.add_parser(commands)
    report_command.add_parser(commands)
    quality_command.add_parser(commands)
    copies_command.add_parser(commands)
    mine_command.add_parser(commands)
    benchmark.add_parser(commands)
    train_command.add_parser(commands)
    return parser, commands.choices


def _version() -> str:
    """Package and model with their versions."""
    from spindetect import __version__

    try:
        return f"spindetect {__version__}, model {_detector(None).name}"
    except ModelError as error:
        return f"spindetect {__version__}, no model: {error}"


def _detector(model: Path | None) -> Scorer:
    """The detector with the bundled model, or with one that the user names."""
    from spindetect import load

    return load(model)


def _reports(
    options: argparse.Namespace, detector: Scorer, tally: Counter[str]
) -> Iterator[Report]:
    """Reports on what the options name; `tally` counts them as they pass."""
    n_jobs, mode, prior = options.n_jobs or 1, options.mode, options.prior
    reports = _scored(detector, read(options), n_jobs=n_jobs, mode=mode, prior=prior)
    return _counted(reports, tally)


def _report(options: argparse.Namespace) -> int:
    """Write an HTML report on what the options name; the exit code."""
    from spindetect import load

    check_paths(options)
    check_output(options.output, overwrite=options.overwrite)
    detector = load(options.model)
    tally: Counter[str] = Counter()
    reports = with_progress(_reports(options, detector, tally))
    said = report_command.write(options, reports, detector, partial(with_progress, unit=" pages"))
    code = exit_code(tally)
    if code != FAILED:
        print(one_line(said))
    return code


def _score(options: argparse.Namespace) -> int:
    """Score what the options name and write it where and how they say; the exit code."""
    check_paths(options)
    output: Path | None = options.output
    form: str = options.format or (output and form_of(output)) or form_of_name(output)
    if options.explain and form != "table":
        raise InputError(
            f"--explain is for the table, and {form} holds every sentence anyway; leave one out"
        )
    if output is not None and form in FORMS and not is_stream(output):
        options.paths = options.paths or ["-"]
        return pipeline.run_score(options, form, partial(_detector, options.model))
    _check_form(options, form)
    detector = _detector(options.model)
    tally: Counter[str] = Counter()
    with opened(output, form) as stream:
        reports = _reports(options, detector, tally)
        if not stream.isatty():
            reports = with_progress(reports)
        records = (report.to_dict(with_text=options.with_text) for report in reports)
        match form:
            case "table":
                pieces = _table(reports, stream, tally, explain=options.explain)
            case "json":
                pieces = array(records)
            case _:
                pieces = (f"{dumped(record)}\n" for record in records)
        for piece in pieces:
            stream.write(piece)
            stream.flush()
    code = exit_code(tally)
    return FOUND if options.fail_on_spun and tally[Verdict.SPUN] else code


def _check_form(options: argparse.Namespace, form: str) -> None:
    """Nothing, if the options go together with a format that is written as a stream."""
    if form in ("csv", "parquet"):
        raise InputError(f"{form} is written to a file: give one with -o")
    if options.resume:
        raise InputError("only -o FILE.jsonl, .csv or .parquet can be resumed")
    check_output(options.output, overwrite=options.overwrite)


def _scored(
    detector: Scorer, source: Iterable[Document], *, n_jobs: int, mode: str, prior: float
) -> Iterator[Report]:
    """A report on each document, in order, those on unreadable ones among them."""
    return answered(
        source,
        lambda items: detector.score_many(items, n_jobs=n_jobs, mode=mode, prior=prior),
        lambda document, error: Report.unreadable(document.id, error),
    )


def _counted(reports: Iterable[Report], tally: Counter[str]) -> Iterator[Report]:
    """The same reports; verdicts are counted and errors told as they pass."""
    for report in reports:
        tally[report.verdict if report.error is None else UNREADABLE] += 1
        if report.error is not None:
            complain(report.error)
        yield report


def _table(
    reports: Iterable[Report], stream: TextIO, tally: Counter[str], *, explain: bool
) -> Iterator[str]:
    """The reports to read, and how many there were of each verdict."""
    is_terminal = stream.isatty()
    width = min(shutil.get_terminal_size().columns, _WIDTH) if is_terminal else _WIDTH
    # Empty, NO_COLOR asks nothing (no-color.org); a dumb terminal would print the codes.
    colour = is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for report in reports:
        if report.error is None:
            yield to_text(report, width=width, colour=colour, explain=explain) + "\n\n"
    if (total := tally.total()) > 1:
        counts = [f"{tally[name]:,} {name}" for name in (*Verdict, UNREADABLE) if tally[name]]
        yield f"{total:,} documents: {', '.join(counts)}\n"

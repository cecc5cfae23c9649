"""The command ``spindetect``: a thin shell over the library."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TextIO, TypeVar

from spindetect import quality_command, report_command, train_command
from spindetect.benchmark import command as benchmark
from spindetect.errors import InputError, ModelError, SpindetectError
from spindetect.inputs import SUFFIXES, Document, Fields, Kind, documents
from spindetect.modes import Mode
from spindetect.options import n_jobs, prior
from spindetect.output import array, dumped, form_of_name, opened
from spindetect.pipeline import command as pipeline
from spindetect.pipeline.workers import Scorer
from spindetect.pipeline.writers import FORMS, form_of
from spindetect.render import one_line, to_text
from spindetect.report import Report, Verdict
from spindetect.suggest import Parser

# 130 is what a shell says of a command that Ctrl-C has stopped (128 + SIGINT).  Ending because
# nobody reads the output any more looks the same.
OK, SPUN, FAILED, SOME_FAILED, STOPPED = 0, 1, 2, 3, 130

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
# Seconds after which a bar says that something is being done.
_PATIENCE = 2.0
_UNREADABLE = "unreadable"

_Id = str | int
_Item = TypeVar("_Item")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments` (those of the process by default); its exit code.

    >>> main([])  # with a sentence on standard error that says what is missing
    2
    """
    parser, commands = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        commands.get(options.command, parser).error(f"unrecognized arguments: {' '.join(unknown)}")
    try:
        if options.version:
            print(_version())
            return OK
        if options.command is None:
            return _complain("say what to do: spindetect score PATH, or spindetect --help")
        if options.command == "benchmark":
            return benchmark.run(options)
        if options.command == "train":
            return train_command.run(options)
        if options.command == "filter":
            return pipeline.run_filter(options, partial(_detector, options.model))
        if options.command == "report":
            return _report(options)
        if options.command == "quality":
            return quality_command.run(options)
        return _score(options)
    except SpindetectError as error:
        return _complain(str(error))
    except BrokenPipeError:
        # Python flushes the stream once more when it ends; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STOPPED
    except KeyboardInterrupt:
        return STOPPED
    except OSError as error:
        return _complain(f"stopped by the system ({error})")


def _parser() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """What the command understands, and what each of its own commands does."""
    parser: argparse.ArgumentParser = Parser(
        prog="spindetect",
        description="Tell whether texts and web pages were spun, and which phrases show it.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
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
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    score.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="a file, a folder, a pattern, or - for standard input, which is also read if none is "
        f"given; in a folder, files ending in {', '.join(SUFFIXES)} or one of these and .gz or "
        ".zst are read",
    )
    score.add_argument(
        "--format",
        choices=("table", "json", *FORMS),
        help="table to read (the default), one JSON array, one JSON record a line, or columns; "
        "-o FILE.json, .jsonl, .csv, .parquet choose by name, .jsonl and .csv also with .gz or "
        ".zst",
    )
    score.add_argument(
        "--input-format",
        choices=[kind.value for kind in Kind],
        default=Kind.AUTO.value,
        help="what the files hold; told by name and content if not given",
    )
    score.add_argument(
        "--text-field",
        metavar="NAME",
        default="text",
        help="field of a JSONL line or column of a table that holds the text (default: "
        "%(default)s); a line without it may have a field html, and any may have an id",
    )
    score.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to FILE")
    score.add_argument(
        "--explain", action="store_true", help="show every sentence with its probability"
    )
    score.add_argument(
        "--with-text", action="store_true", help="add the scored text to each JSON record"
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
    score.add_argument(
        "--mode",
        choices=[mode.value for mode in Mode],
        default=Mode.BALANCED.value,
        help="how sure a verdict must be (default: %(default)s)",
    )
    score.add_argument(
        "--prior",
        metavar="P",
        type=prior,
        default=0.5,
        help="share of spun documents that you expect, between 0 and 1 (default: %(default)s); "
        "shifts probabilities of documents, and no verdicts",
    )
    score.add_argument("--model", metavar="FOLDER", type=Path, help="a model of your own")
    pipeline.add_options(score)
    pipeline.add_parser(commands)
    report_command.add_parser(commands, n_jobs)
    quality_command.add_parser(commands, n_jobs)
    benchmark.add_parser(commands, n_jobs)
    train_command.add_parser(commands, n_jobs)
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
    output: Path | None = options.output
    kind = Kind(options.input_format)
    fields = Fields(options.text_field, options.html_field, options.id_field)
    skip = [] if output is None else [output]
    read = documents(_paths(options), kind=kind, fields=fields, skip=skip)
    n_jobs, mode, prior = options.n_jobs or 1, options.mode, options.prior
    return _counted(_scored(detector, read, n_jobs=n_jobs, mode=mode, prior=prior), tally)


def _paths(options: argparse.Namespace) -> list[str]:
    """What is read: standard input, unless something is named."""
    return options.paths or ["-"]


def _check_paths(options: argparse.Namespace) -> None:
    """See that there is something to read, and that it is not what is written."""
    if not options.paths and sys.stdin.isatty():
        command = f"spindetect {options.command}"
        raise InputError(f"no PATH is given and nothing is piped in; try: {command} FILE")
    output: Path | None = options.output
    if output is not None and any(_same_file(output, path) for path in options.paths):
        raise InputError(f"{output} would be read and written at once; choose another file for -o")


def _report(options: argparse.Namespace) -> int:
    """Write an HTML report on what the options name; the exit code."""
    from spindetect import load

    _check_paths(options)
    detector = load(options.model)
    tally: Counter[str] = Counter()
    reports = _with_progress(_reports(options, detector, tally))
    said = report_command.write(options, reports, detector, partial(_with_progress, unit=" pages"))
    code = _exit_code(tally)
    if code != FAILED:
        print(one_line(said))
    return code


def _score(options: argparse.Namespace) -> int:
    """Score what the options name and write it where and how they say; the exit code."""
    _check_paths(options)
    output: Path | None = options.output
    form: str = options.format or (output and form_of(output)) or form_of_name(output)
    if options.explain and form != "table":
        raise InputError(
            f"--explain is for the table, and {form} holds every sentence anyway; leave one out"
        )
    if output is not None and form in FORMS:
        options.paths = _paths(options)
        return pipeline.run_score(options, form, partial(_detector, options.model))
    _check_form(options, form)
    detector = _detector(options.model)
    tally: Counter[str] = Counter()
    with opened(output, form) as stream:
        reports = _reports(options, detector, tally)
        if not stream.isatty():
            reports = _with_progress(reports)
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
    code = _exit_code(tally)
    return SPUN if options.fail_on_spun and tally[Verdict.SPUN] else code


def _exit_code(tally: Counter[str]) -> int:
    """How it went, by what was counted."""
    if not tally:
        return _complain("there is nothing to score: the input holds no documents")
    if tally.total() == tally[_UNREADABLE]:
        return FAILED
    return SOME_FAILED if tally[_UNREADABLE] else OK


def _check_form(options: argparse.Namespace, form: str) -> None:
    """Nothing, if the options go together with a format that is written as a stream."""
    if form in ("csv", "parquet"):
        raise InputError(f"{form} is written to a file: give one with -o")
    if options.resume:
        raise InputError("only -o FILE.jsonl, .csv or .parquet can be resumed")
    output: Path | None = options.output
    if output is not None and output.is_file() and not options.overwrite:
        raise InputError(f"{output} exists; use --overwrite to replace it")


def _scored(
    detector: Scorer, read: Iterable[Document], *, n_jobs: int, mode: str, prior: float
) -> Iterator[Report]:
    """A report on each document, in order, those on unreadable ones among them."""
    # Reports on what the detector has been given but has not answered yet are None.
    waiting: deque[Report | None] = deque()

    def readable() -> Iterator[tuple[_Id, str]]:
        for document in read:
            if document.error is not None:
                waiting.append(Report.unreadable(document.id, document.error))
            else:
                waiting.append(None)
                yield document.id, _text(document)

    for report in detector.score_many(readable(), n_jobs=n_jobs, mode=mode, prior=prior):
        while (unreadable := waiting.popleft()) is not None:
            yield unreadable
        yield report
    yield from (report for report in waiting if report is not None)


def _text(document: Document) -> str:
    """The text to score."""
    if document.html is None:
        return document.text or ""
    from spindetect.pages import main_text

    return main_text(document.html)


def _counted(reports: Iterable[Report], tally: Counter[str]) -> Iterator[Report]:
    """The same reports; verdicts are counted and errors told as they pass."""
    for report in reports:
        tally[report.verdict if report.error is None else _UNREADABLE] += 1
        if report.error is not None:
            _complain(report.error)
        yield report


def _with_progress(items: Iterable[_Item], unit: str = " documents") -> Iterator[_Item]:
    """The same items, counted on a terminal while they go elsewhere."""
    if not sys.stderr.isatty():
        return iter(items)
    from tqdm import tqdm

    return iter(tqdm(items, unit=unit, leave=False, delay=_PATIENCE))


def _table(
    reports: Iterable[Report], stream: TextIO, tally: Counter[str], *, explain: bool
) -> Iterator[str]:
    """The reports to read, and how many there were of each verdict."""
    is_terminal = stream.isatty()
    width = min(shutil.get_terminal_size().columns, _WIDTH) if is_terminal else _WIDTH
    colour = is_terminal and "NO_COLOR" not in os.environ
    for report in reports:
        if report.error is None:
            yield to_text(report, width=width, colour=colour, explain=explain) + "\n\n"
    if (total := tally.total()) > 1:
        counts = [f"{tally[name]:,} {name}" for name in (*Verdict, _UNREADABLE) if tally[name]]
        yield f"{total:,} documents: {', '.join(counts)}\n"


def _same_file(path: Path, other: str) -> bool:
    """Whether both name one file that exists."""
    return os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other)


def _complain(sentence: str) -> int:
    """Say on standard error what is wrong; the exit code for it."""
    print(f"spindetect: {one_line(sentence).rstrip('.')}.", file=sys.stderr)
    return FAILED

"""The command ``spindetect``: a thin shell over the library."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TextIO

from spindetect import quality_command, train_command
from spindetect.benchmark import command as benchmark
from spindetect.errors import InputError, ModelError
from spindetect.inputs import SUFFIXES, Document, Kind, documents
from spindetect.modes import Mode
from spindetect.options import n_jobs, prior
from spindetect.output import array, dumped, form_of_name, opened
from spindetect.render import one_line, to_text
from spindetect.report import Report, Verdict

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
_UNREADABLE = "unreadable"

_Id = str | int


class Scorer(Protocol):
    """What the command needs of a detector."""

    @property
    def name(self) -> str:
        """Name of the model."""

    def score_many(
        self, items: Iterable[tuple[_Id, str]], *, n_jobs: int, mode: str, prior: float
    ) -> Iterator[Report]:
        """One report an item, in order, as soon as it is known."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments` (those of the process by default); its exit code.

    >>> main([])  # with a sentence on standard error that says what is missing
    2
    """
    parser = _parser()
    options = parser.parse_args(arguments)
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
        if options.command == "quality":
            return quality_command.run(options)
        return _score(options)
    except (InputError, ModelError) as error:
        return _complain(str(error))
    except BrokenPipeError:
        # Python flushes the stream once more when it ends; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STOPPED
    except KeyboardInterrupt:
        return STOPPED
    except OSError as error:
        return _complain(f"stopped by the system ({error})")


def _parser() -> argparse.ArgumentParser:
    """What the command understands."""
    parser = argparse.ArgumentParser(
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
        help="a file, a folder, or - for standard input, which is also read if none is given; "
        f"in a folder, files ending in {', '.join(SUFFIXES)} or one of these and .gz are read",
    )
    score.add_argument(
        "--format",
        choices=("table", "json", "jsonl"),
        help="table to read (the default), one JSON array, or one JSON record a line; "
        "-o FILE.json and -o FILE.jsonl choose by name",
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
        help="field of a JSONL line that holds the text (default: %(default)s); a line without it "
        "may have a field html, and any may have an id",
    )
    score.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to FILE")
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
        default=1,
        help="processes to use (default: %(default)s); -1 is one for each core",
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
    quality_command.add_parser(commands, n_jobs)
    benchmark.add_parser(commands, n_jobs)
    train_command.add_parser(commands, n_jobs)
    return parser


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


def _score(options: argparse.Namespace) -> int:
    """Score what the options name and write it where and how they say; the exit code."""
    paths: list[str] = options.paths or ["-"]
    if not options.paths and sys.stdin.isatty():
        raise InputError("no PATH is given and nothing is piped in; try: spindetect score FILE")
    output: Path | None = options.output
    if output is not None and any(_same_file(output, path) for path in paths):
        raise InputError(f"{output} would be read and written at once; choose another file for -o")
    detector = _detector(options.model)
    kind = Kind(options.input_format)
    read = documents(paths, kind=kind, text_field=options.text_field, skip=output)
    tally: Counter[str] = Counter()
    form: str = options.format or form_of_name(output)
    with opened(output, form) as stream:
        n_jobs, mode, prior = options.n_jobs, options.mode, options.prior
        reports = _scored(detector, read, n_jobs=n_jobs, mode=mode, prior=prior)
        reports = _counted(reports, tally)
        if not stream.isatty():
            reports = _with_progress(reports)
        records = (report.to_dict(with_text=options.with_text) for report in reports)
        match form:
            case "table":
                pieces = _table(reports, stream, tally)
            case "json":
                pieces = array(records)
            case _:
                pieces = (f"{dumped(record)}\n" for record in records)
        for piece in pieces:
            stream.write(piece)
            stream.flush()
    if not tally:
        return _complain("there is nothing to score: the input holds no documents")
    if tally.total() == tally[_UNREADABLE]:
        return FAILED
    if options.fail_on_spun and tally[Verdict.SPUN]:
        return SPUN
    return SOME_FAILED if tally[_UNREADABLE] else OK


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


def _with_progress(reports: Iterable[Report]) -> Iterator[Report]:
    """The same reports, counted on a terminal while they go elsewhere."""
    if not sys.stderr.isatty():
        return iter(reports)
    from tqdm import tqdm

    return iter(tqdm(reports, unit=" documents", leave=False))


def _table(reports: Iterable[Report], stream: TextIO, tally: Counter[str]) -> Iterator[str]:
    """The reports to read, and how many there were of each verdict."""
    is_terminal = stream.isatty()
    width = min(shutil.get_terminal_size().columns, _WIDTH) if is_terminal else _WIDTH
    colour = is_terminal and "NO_COLOR" not in os.environ
    for report in reports:
        if report.error is None:
            yield to_text(report, width=width, colour=colour) + "\n\n"
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

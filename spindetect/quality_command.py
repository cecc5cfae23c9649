"""The command ``spindetect quality``: its options, and what it prints."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from spindetect.errors import InputError
from spindetect.findings import Quality
from spindetect.inputs import SUFFIXES, Document, Fields, Kind, documents
from spindetect.output import array, dumped, form_of_name, opened
from spindetect.record import quality_record
from spindetect.render import one_line, quality_text

__all__ = ["add_parser", "run"]

OK, BROKEN, FAILED, SOME_FAILED = 0, 1, 2, 3

_EPILOG = """\
presets:
  default           the project's own, cheap
  gopher c4 fineweb redpajama nemo dolma dclm textdescriptives
                    the signals of these systems, with the bounds that they publish
  readability       sixteen indices; needs: pip install "spindetect[readability]"
  all               every signal but those of readability, without bounds
A preset of your own is a TOML file (docs/quality.md).

exit codes:
  0  it ran
  1  with --fail-on-broken: a document broke a rule
  2  bad usage, or nothing could be read
  3  it ran, but some documents could not be read
"""

_Id = str | int

# What a document that cannot be read, one that keeps all rules, and one that does not count as.
_UNREADABLE, _KEPT, _DROPPED = "unreadable", "kept", "broke a rule"


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], n_jobs: Callable[[str], int]
) -> None:
    """Add the command to those of ``spindetect``; `n_jobs` reads a number of processes."""
    parser = commands.add_parser(
        "quality",
        help="measure the content quality of documents",
        description="Measure the signals that crawl filters go by, and print one record for each "
        "document, in order. Documents of any language are measured.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="a file, a folder, or - for standard input, which is also read if none is given; "
        f"in a folder, files ending in {', '.join(SUFFIXES)} or one of these and .gz are read",
    )
    parser.add_argument(
        "--preset",
        metavar="NAME",
        action="append",
        help="a preset (see below), or a TOML file ending in .toml; can be given several times "
        "(default: default)",
    )
    parser.add_argument(
        "--format",
        choices=("table", "json", "jsonl"),
        help="table to read (the default), one JSON array, or one JSON record a line; "
        "-o FILE.json and -o FILE.jsonl choose by name",
    )
    parser.add_argument(
        "--input-format",
        choices=[kind.value for kind in Kind],
        default=Kind.AUTO.value,
        help="what the files hold; told by name and content if not given",
    )
    parser.add_argument(
        "--text-field",
        metavar="NAME",
        default="text",
        help="field of a JSONL line that holds the text (default: %(default)s)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to FILE")
    parser.add_argument(
        "--with-text", action="store_true", help="add the measured text to each JSON record"
    )
    parser.add_argument(
        "--fail-on-broken", action="store_true", help="exit with 1 if a document broke a rule"
    )
    parser.add_argument(
        "--n-jobs",
        metavar="N",
        type=n_jobs,
        default=1,
        help="processes to use (default: %(default)s); -1 is one for each core",
    )


def run(options: argparse.Namespace) -> int:
    """Measure what the options name and write it where and how they say; the exit code.

    Raises
    ------
    InputError
        If a path, a preset or the output cannot be used.
    """
    from spindetect.quality import preset, read_preset

    paths: list[str] = options.paths or ["-"]
    if not options.paths and sys.stdin.isatty():
        raise InputError("no PATH is given and nothing is piped in; try: spindetect quality FILE")
    output: Path | None = options.output
    if output is not None and any(_same_file(output, path) for path in paths):
        raise InputError(f"{output} would be read and written at once; choose another file for -o")
    named: list[str] = options.preset or ["default"]
    presets = [read_preset(n) if n.endswith(".toml") else preset(n) for n in named]
    if twice := [name for name, n in Counter(p.name for p in presets).items() if n > 1]:
        raise InputError(f"two presets are named {twice[0]!r}: give one another name")
    kind = Kind(options.input_format)
    fields = Fields(options.text_field)
    read = documents(paths, kind=kind, fields=fields, skip=[] if output is None else [output])
    tally: Counter[str] = Counter()
    form: str = options.format or form_of_name(output)
    with opened(output, form) as stream:
        measured = _counted(_measured(read, presets, options.n_jobs), tally)
        pieces: Iterator[str]
        match form:
            case "table":
                pieces = _rows(measured)
            case "json":
                pieces = array(_record(*found, options.with_text) for found in measured)
            case _:
                records = (_record(*found, options.with_text) for found in measured)
                pieces = (f"{dumped(record)}\n" for record in records)
        for piece in pieces:
            stream.write(piece)
            stream.flush()
        if form == "table" and tally.total() > 1:
            counts = [f"{n:,} {name}" for name, n in tally.items()]
            stream.write(f"{tally.total():,} documents: {', '.join(counts)}\n")
    if not tally:
        raise InputError("there is nothing to measure: the input holds no documents")
    if tally.total() == tally[_UNREADABLE]:
        return FAILED
    if options.fail_on_broken and tally[_DROPPED]:
        return BROKEN
    return SOME_FAILED if tally[_UNREADABLE] else OK


_Found = tuple[_Id, Quality | str, str]


def _measured(read: Iterable[Document], presets: Any, n_jobs: int) -> Iterator[_Found]:
    """Id, quality and text of each document, in order; of one that cannot be read, why."""
    from spindetect.quality.runs import assess_many

    waiting: deque[tuple[_Id, str | None, str]] = deque()

    def readable() -> Iterator[tuple[_Id, str]]:
        for document in read:
            text = "" if document.error is not None else _text(document)
            waiting.append((document.id, document.error, text))
            if document.error is None:
                yield document.id, text

    for _, quality in assess_many(readable(), presets, n_jobs=n_jobs):
        while (first := waiting.popleft())[1] is not None:
            yield first[0], first[1], ""
        yield first[0], quality, first[2]
    yield from ((id, error, "") for id, error, _ in waiting if error is not None)


def _counted(found: Iterable[_Found], tally: Counter[str]) -> Iterator[_Found]:
    """The same; what became of each is counted, and errors told as they pass."""
    for id, quality, text in found:
        if isinstance(quality, Quality):
            tally[_DROPPED if quality.failed else _KEPT] += 1
        else:
            tally[_UNREADABLE] += 1
            print(f"spindetect: {one_line(quality).rstrip('.')}.", file=sys.stderr)
        yield id, quality, text


def _record(id: _Id, quality: Quality | str, text: str, with_text: bool) -> dict[str, Any]:  # noqa: FBT001
    """The JSON record of a document."""
    if not isinstance(quality, Quality):
        return {"id": id, "error": quality}
    return {"id": id, **quality_record(quality)} | ({"text": text} if with_text else {})


def _rows(found: Iterable[_Found]) -> Iterator[str]:
    """Documents to read: what speaks against each, or all values if nothing can."""
    for id, quality, _ in found:
        if isinstance(quality, Quality):
            yield f"{one_line(str(id))}  {one_line(quality_text(quality))}\n"


def _text(document: Document) -> str:
    """The text to measure."""
    if document.html is None:
        return document.text or ""
    from spindetect.pages import main_text

    return main_text(document.html)


def _same_file(path: Path, other: str) -> bool:
    """Whether both name one file that exists."""
    return os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other)

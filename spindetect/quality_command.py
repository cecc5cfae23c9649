"""The command ``spindetect quality``: its options, and what it prints."""

from __future__ import annotations

import argparse
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spindetect.findings import Quality
from spindetect.options import (
    PRESETS_HELP,
    add_inputs,
    add_jobs,
    add_output,
    add_overwrite,
    add_paths,
    add_presets,
)
from spindetect.output import array, dumped, form_of_name, opened
from spindetect.record import quality_record
from spindetect.render import one_line, quality_text
from spindetect.streaming import (
    FOUND,
    UNREADABLE,
    answered,
    check_output,
    check_paths,
    complain,
    exit_code,
    read,
    with_progress,
)

if TYPE_CHECKING:
    from spindetect.inputs import Document
    from spindetect.quality import Preset

__all__ = ["add_parser", "run"]

_EPILOG = f"""\
{PRESETS_HELP}
exit codes:
  0  it ran
  1  with --fail-on-broken: a document broke a rule
  2  bad usage, or nothing could be read
  3  it ran, but some documents could not be read
"""

_Id = str | int

# What a document that keeps all rules counts as, and one that does not.
_KEPT, _DROPPED = "kept", "broke a rule"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``spindetect``."""
    parser = commands.add_parser(
        "quality",
        help="measure the content quality of documents",
        description="Measure the signals that crawl filters go by, and print one record for each "
        "document, in order. Documents of any language are measured.",
        epilog=_EPILOG,
    )
    add_paths(parser)
    add_presets(parser, "default: default")
    parser.add_argument(
        "--format",
        choices=("table", "json", "jsonl"),
        help="table to read (the default), one JSON array, or one JSON record a line; "
        "-o FILE.json and -o FILE.jsonl choose by name",
    )
    add_inputs(parser)
    add_output(parser, "measured")
    add_overwrite(parser)
    parser.add_argument(
        "--fail-on-broken", action="store_true", help="exit with 1 if a document broke a rule"
    )
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Measure what the options name and write it where and how they say; the exit code.

    Raises
    ------
    InputError
        If a path, a preset or the output cannot be used.
    """
    from spindetect.quality import named_presets, read_terms

    check_paths(options)
    output: Path | None = options.output
    check_output(output, overwrite=options.overwrite)
    listed = () if options.flagged_words is None else read_terms(options.flagged_words)
    presets = named_presets(options.preset or ["default"], listed)
    tally: Counter[str] = Counter()
    form: str = options.format or form_of_name(output)
    with opened(output, form) as stream:
        measured = _counted(_measured(read(options), presets, options.n_jobs), tally)
        if not stream.isatty():
            measured = with_progress(measured)
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
    code = exit_code(tally, doing="measure")
    return FOUND if options.fail_on_broken and tally[_DROPPED] else code


_Found = tuple[_Id, Quality | str, str]


def _measured(
    source: Iterable[Document], presets: Sequence[Preset], n_jobs: int
) -> Iterator[_Found]:
    """Id, quality and text of each document, in order; of one that cannot be read, why."""
    from spindetect.quality import assess_many

    ahead: deque[tuple[_Id, str]] = deque()

    def measure(items: Iterator[tuple[_Id, str]]) -> Iterator[_Found]:
        def noted() -> Iterator[tuple[_Id, str]]:
            for item in items:
                ahead.append(item)
                yield item

        for _, quality in assess_many(noted(), presets, n_jobs=n_jobs):
            id, text = ahead.popleft()
            yield id, quality, text

    return answered(source, measure, lambda document, error: (document.id, error, ""))


def _counted(found: Iterable[_Found], tally: Counter[str]) -> Iterator[_Found]:
    """The same; what became of each is counted, and errors told as they pass."""
    for id, quality, text in found:
        if isinstance(quality, Quality):
            tally[_DROPPED if quality.failed else _KEPT] += 1
        else:
            tally[UNREADABLE] += 1
            complain(quality)
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

"""The command ``spindetect benchmark``: its options, and what it prints and writes."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spindetect.amounts import count
from spindetect.errors import InputError
from spindetect.options import add_jobs

if TYPE_CHECKING:
    from spindetect.benchmark.result import Benchmark
    from spindetect.benchmark.speed_result import Speed

__all__ = ["add_parser", "run"]

# Documents that the engines score, unless another number is asked for.
_DOCUMENTS = 20_000

_DESCRIPTION = """\
Measure the model on the texts that ship with it, or on your own: how well spun texts are told from
their originals, how many texts that are not spun are called so, how well phrases and sentences are
found, and how simple baselines do on the same texts.
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``spindetect``."""
    parser = commands.add_parser(
        "benchmark", help="measure the model on labelled texts", description=_DESCRIPTION
    )
    parser.add_argument(
        "--data",
        metavar="PATH",
        type=Path,
        help="texts of your own in place of those that ship: a file of JSONL or a folder of them "
        "(.gz, .xz too) whose lines have text and label (human, original, clean, spun, mixed), or "
        "original and spun; or a folder with .txt files in folders named by label",
    )
    parser.add_argument(
        "--sample",
        metavar="N",
        type=count,
        help="read no more than N texts of each file, or folder of .txt files: always the same",
    )
    parser.add_argument(
        "--format",
        choices=("table", "json", "markdown"),
        default="table",
        help="what to print (default: %(default)s)",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FOLDER",
        type=Path,
        help="also write benchmark.json, benchmark.md and plots to FOLDER",
    )
    parser.add_argument(
        "--baseline",
        metavar="MODULE:FUNCTION",
        action="append",
        default=[],
        help="a function of your own that takes a list of texts and returns a number for each, "
        "higher for what looks spun; may be repeated",
    )
    parser.add_argument(
        "--no-baselines", action="store_true", help="leave the baselines that ship out"
    )
    add_jobs(parser)
    parser.add_argument("--model", metavar="FOLDER", type=Path, help="a model of your own")
    speed = parser.add_argument_group("speed")
    speed.add_argument(
        "--speed",
        action="store_true",
        help="measure time and memory instead, beside regular expressions and what else is "
        "installed; with -o, speed.json and speed.md are written",
    )
    speed.add_argument(
        "--words",
        metavar="N",
        type=count,
        default=60_000,
        help="words of a round, to which the texts are repeated (default: %(default)s)",
    )
    speed.add_argument(
        "--rounds",
        metavar="N",
        type=count,
        default=5,
        help="interleaved rounds (default: %(default)s)",
    )
    speed.add_argument(
        "--engines",
        action="store_true",
        help="measure instead what Spark, Ray and datatrove cost beside the plain runner, those of "
        "them that are installed, with --n-jobs processes each",
    )
    speed.add_argument(
        "--documents",
        metavar="N",
        type=count,
        help=f"documents for --engines, in all rounds together (default: {_DOCUMENTS}); with "
        "--speed those on which two workers are timed, and the huge one of their texts (default: "
        "as --words has it)",
    )
    speed.add_argument("--kenlm", metavar="FILE", type=Path, help="a model of KenLM, timed too")
    speed.add_argument("--wheel", metavar="FILE", type=Path, help="a wheel, whose size is added")


def run(options: argparse.Namespace) -> int:
    """Measure what the options name, print it and write it; the exit code.

    Raises
    ------
    InputError
        If something cannot be read or written.
    ModelError
        If there is no sound model.
    """
    if options.speed or options.engines:
        return _run_speed(options)
    from spindetect.benchmark import benchmark
    from spindetect.benchmark.baselines import user_baseline

    functions = {name: user_baseline(name) for name in options.baseline}
    folder: Path | None = options.output
    if folder is not None:
        _writing(folder, lambda: folder.mkdir(parents=True, exist_ok=True))
    result = benchmark(
        options.data,
        sample=options.sample,
        model=options.model,
        n_jobs=options.n_jobs,
        baselines=not options.no_baselines,
        functions=functions,
        progress=sys.stderr.isatty(),
    )
    if folder is not None:
        _writing(folder, lambda: _write(result, folder))
    if isinstance(sys.stdout, TextIOWrapper):
        # Names come from the user's files: what a terminal cannot show is escaped.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(_printed(result, options.format))
    return 0


def _run_speed(options: argparse.Namespace) -> int:
    """Measure speed, print it and write it; the exit code."""
    # One thread, as in a worker of a crawl; libraries read this when they are loaded.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from spindetect.benchmark.speed_tables import to_markdown, to_text

    folder: Path | None = options.output
    if folder is not None:
        _writing(folder, lambda: folder.mkdir(parents=True, exist_ok=True))
    result = _engines(options) if options.engines else _speed(options)
    record = json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    forms = {"json": record, "markdown": to_markdown(result), "table": to_text(result)}
    if folder is not None:
        _writing(folder, lambda: _write_speed(forms, folder))
    sys.stdout.write(forms[options.format])
    return 0


def _speed(options: argparse.Namespace) -> Speed:
    """Time and memory beside regular expressions."""
    from spindetect.benchmark.speed import speed

    if options.wheel is not None and not options.wheel.is_file():
        raise InputError(f"{options.wheel}: there is no such wheel; build one, then name it")
    return speed(
        options.data,
        sample=options.sample,
        words=options.words,
        model=options.model,
        kenlm=options.kenlm,
        wheel=options.wheel,
        rounds=options.rounds,
        documents=options.documents,
        progress=sys.stderr.isatty(),
    )


def _engines(options: argparse.Namespace) -> Speed:
    """The cost of engines beside the plain runner."""
    from spindetect.benchmark.engines import engines
    from spindetect.pipeline.workers import cores

    return engines(
        options.data,
        sample=options.sample,
        documents=options.documents or _DOCUMENTS,
        rounds=options.rounds,
        cores=cores(options.n_jobs),
        model=options.model,
    )


def _write_speed(forms: Mapping[str, str], folder: Path) -> None:
    """Write the figures of speed."""
    for name, form in (("speed.json", "json"), ("speed.md", "markdown")):
        (folder / name).write_text(forms[form], encoding="utf-8", newline="\n")


def _printed(result: Benchmark, form: str) -> str:
    """The benchmark in the form that was asked for."""
    from spindetect.benchmark.tables import to_markdown, to_text

    match form:
        case "json":
            return _json(result)
        case "markdown":
            return to_markdown(result)
    return to_text(result)


def _json(result: Benchmark) -> str:
    """The benchmark as JSON."""
    return json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _write(result: Benchmark, folder: Path) -> None:
    """Write figures and plots."""
    from spindetect.benchmark.plots import save_plots
    from spindetect.benchmark.tables import to_markdown

    images: list[str] = []
    try:
        images = save_plots(result, folder)
    except ImportError:
        sentence = 'plots need matplotlib: pip install "spindetect[benchmark]"'
        print(f"spindetect: {sentence}.", file=sys.stderr)
    for name, text in (
        ("benchmark.json", _json(result)),
        ("benchmark.md", to_markdown(result, images)),
    ):
        (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def _writing(folder: Path, action: Callable[[], Any]) -> None:
    """Do what writes to a folder; say so if it cannot be done."""
    try:
        action()
    except OSError as error:
        raise InputError(f"{folder} cannot be written ({error.strerror or error})") from error

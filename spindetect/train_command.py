"""The command ``spindetect train``: its options, and what it prints."""

from __future__ import annotations

import argparse
import logging
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from spindetect.errors import InputError
from spindetect.options import add_jobs

__all__ = ["add_parser", "run"]

_DESCRIPTION = """\
Build a model for other text, or for spinners of your own, from clean and spun texts. The language
tables of the bundled model are reused, unless there are millions of words of clean text to count;
the lexicon, all classifiers, the calibration and the operating points are trained on your texts.
"""

_EPILOG = """\
FOLDER of -o comes to hold the model and its CARD.md, with cross-fitted figures. What comes between
is kept in the folder of --build: a run that was stopped goes on where it was if it is started
again, and the folder can be removed afterwards.

rows of JSONL:
  clean   {"id": ..., "group": ..., "register": ..., "text": "..."}
  spun    {"id": ..., "group": ..., "tool": ..., "original": "...", "spun": "..."}
  or      {"id": ..., "group": ..., "tool": ..., "label": "spun", "text": "..."}
All versions of one source document share a group; only the texts must be there. At least 20 pairs
of original and spun text and 50 clean documents are needed, of 50 words or more; a good model takes
some hundred of each, and sure operating points some thousand clean ones.

  spindetect train --clean articles/ --spun pairs.jsonl -o my-model
  spindetect score --model my-model page.html
"""

# Where the steps are: in a wheel, and in a checkout.
_RECIPES = ("spindetect.training", "models")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``spindetect``."""
    parser = commands.add_parser(
        "train",
        help="build a model from texts of your own",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    parser.add_argument(
        "--clean",
        metavar="FOLDER",
        type=Path,
        required=True,
        help="text that nobody spun, at any depth: files .txt, a document each, and .jsonl, a "
        "document a line (.gz, .xz too)",
    )
    parser.add_argument(
        "--spun",
        metavar="FILE",
        type=Path,
        nargs="+",
        required=True,
        help="spun texts with their originals, in JSONL (.gz, .xz too)",
    )
    parser.add_argument(
        "-o", "--output", metavar="FOLDER", type=Path, required=True, help="write the model there"
    )
    parser.add_argument(
        "--build",
        metavar="FOLDER",
        type=Path,
        help="keep what comes between there (default: that of -o with .build behind its name)",
    )
    parser.add_argument("--name", help="of the model (default: that of the folder of -o)")
    parser.add_argument(
        "--lines",
        action="store_true",
        help="each line of a .txt file is a document, with a TAB between paragraphs",
    )
    parser.add_argument(
        "--lexica",
        metavar="FOLDER",
        type=Path,
        help="thesauri in the place of those of the base model: moby.txt.xz and "
        "wordnet_synsets.tsv.xz",
    )
    parser.add_argument(
        "--base",
        metavar="FOLDER",
        type=Path,
        help="the model to build on (default: the one that ships)",
    )
    parser.add_argument(
        "--tables",
        choices=("auto", "base", "own"),
        default="auto",
        help="language tables: of the base model, or counted from the clean text, of which then a "
        "quarter trains; auto counts from 5 million words on (default: %(default)s)",
    )
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Build the model that the options name and print how well it does; the exit code.

    Raises
    ------
    InputError
        If the user's files do not do, or training is not installed.
    ModelError
        If there is no sound model to build on.
    """
    if find_spec("sklearn") is None:
        raise InputError('training needs scikit-learn: pip install "spindetect[train]"')
    from spindetect.detector import BUNDLED

    recipe = _recipe()
    out: Path = options.output
    name = out.resolve().name
    plan = recipe.Plan(
        clean=options.clean,
        spun=tuple(options.spun),
        out=out,
        build=options.build or out.resolve().with_name(f"{name}.build"),
        base=options.base or BUNDLED,
        lexica=options.lexica,
        tables=options.tables,
        lines=options.lines,
        name=options.name or name,
        jobs=options.n_jobs,
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    for line in recipe.retrain(plan):
        print(line)
    return 0


def _recipe() -> ModuleType:
    """The module with the steps."""
    for package in _RECIPES:
        if find_spec(package) is not None and find_spec(f"{package}.retrain") is not None:
            return import_module(f"{package}.retrain")
    raise InputError("this installation lacks the steps of training; install spindetect anew")

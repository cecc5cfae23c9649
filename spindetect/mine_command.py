"""The command ``spindetect mine``: its options, and what it prints."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spindetect.amounts import count
from spindetect.errors import InputError
from spindetect.options import add_overwrite
from spindetect.output import opened
from spindetect.streaming import OK, check_output, complain

__all__ = ["add_parser", "run"]

_DESCRIPTION = """\
Mine the words that were exchanged between spun copies and their originals: raw material for the
lexicon of the next model. OUT gets one pair of phrases a line, parted by tabs, the commonest first:
the phrase in the copy, that in the original, how often, in how many clusters, and whether the
lexicon already has the pair. The command prints how many pairs are new.
"""

_EPILOG = """\
  spindetect copies crawl/ -o copies.jsonl
  spindetect mine copies.jsonl -o pairs.tsv
"""

_COLUMNS = ("written", "original", "times", "clusters", "known")

# As in the lexicon that ships: a pair that fewer clusters show may be an edit of one page.
_LEAST = 3


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of ``spindetect``."""
    parser = commands.add_parser(
        "mine",
        help="mine pairs of exchanged phrases from copies that were found",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    parser.add_argument(
        "clusters",
        metavar="CLUSTERS",
        type=Path,
        nargs="+",
        help="what spindetect copies has written",
    )
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=Path, required=True, help="write the pairs to OUT"
    )
    parser.add_argument(
        "--least",
        metavar="N",
        type=count,
        default=_LEAST,
        help="clusters that must show a pair (default: %(default)s)",
    )
    add_overwrite(parser)


def run(options: argparse.Namespace) -> int:
    """Write the pairs of the clusters that the options name; the exit code.

    Raises
    ------
    InputError
        If a file cannot be read, or is no output of ``spindetect copies``.
    """
    from spindetect.copies.mining import mine
    from spindetect.copies.reader import lexicon, reader

    check_output(options.output, overwrite=options.overwrite)
    mined = mine(_records(options.clusters))
    pairs = mined.pairs(lexicon(), reader().ngrams, least=options.least)
    with opened(options.output, "tsv") as stream:
        table = csv.writer(stream, delimiter="\t", lineterminator="\n")
        table.writerow(_COLUMNS)
        table.writerows((*pair[:-1], int(pair.is_known)) for pair in pairs)
    new = sum(not pair.is_known for pair in pairs)
    complain(
        f"{len(pairs):,} pair{'s' * (len(pairs) != 1)} that {options.least} clusters or more show, "
        f"{new:,} of them new"
    )
    return OK


def _records(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """The clusters in some files."""
    for path in paths:
        try:
            with path.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, 1):
                    yield _record(f"{path}, line {number}", line)
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror or error})") from error
        except UnicodeDecodeError as error:
            raise InputError(
                f"{path} is not UTF-8; give what spindetect copies has written"
            ) from error


def _record(where: str, line: str) -> dict[str, Any]:
    """The cluster on a line."""
    try:
        record = json.loads(line)
        if {"pages", "pairs"} <= record.keys():
            return dict(record)
    except (ValueError, AttributeError, RecursionError):
        pass
    raise InputError(f"{where} is no cluster; give what spindetect copies has written")

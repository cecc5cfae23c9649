"""What somebody may have meant who wrote something that is not there."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["Parser", "closest", "nearby_file"]

# Similarity (difflib) from which a name is suggested: of six letters one or two may be wrong, or
# two stand in the wrong order.
_ALIKE = 0.75

# Names of a folder that are looked at: a suggestion must not take longer than the answer.
_MOST_NAMES = 10_000

_CHOICE = re.compile(r"invalid choice: '(?P<given>.*)' \(choose from (?P<choices>.*)\)", re.DOTALL)
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def closest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that looks most like `word`, None if none does.

    >>> closest("scroe", ["score", "benchmark"]), closest("rate", ["score", "benchmark"])
    ('score', None)
    """
    return next(iter(get_close_matches(word, list(choices), 1, _ALIKE)), None)


def nearby_file(path: str) -> str | None:
    """A path that exists and differs from `path` in a few letters of its last part, or None.

    >>> nearby_file("no/such/folder/page.html") is None
    True
    """
    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or ".") as entries:
            names = [entry.name for entry in islice(entries, _MOST_NAMES)]
    except (OSError, ValueError):
        return None
    # The endings of two names say little: any a.txt looks like b.txt.
    by_stem = {Path(each).stem: each for each in sorted(names, reverse=True)}
    found = closest(Path(name).stem, by_stem)
    return None if found is None else str(Path(folder, by_stem[found]))


class Parser(argparse.ArgumentParser):
    """A parser of arguments whose complaints name what may have been meant.

    Descriptions and epilogs are printed as they are written.

    >>> parser = Parser(prog="spin")
    >>> _ = parser.add_argument("--mode", choices=["balanced", "high_recall"])
    >>> parser.suggestion("argument --mode: invalid choice: 'ballanced' (choose from 'balanced')")
    "; did you mean 'balanced'?"
    """

    def __init__(self, **named: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **named)

    def error(self, message: str) -> NoReturn:
        """Print usage and complaint with a suggestion, and exit with 2."""
        super().error(message + self.suggestion(message))

    def suggestion(self, message: str) -> str:
        """What to add to a complaint; empty if nothing comes to mind."""
        found = None
        if match := _CHOICE.search(message):
            choices = (choice.strip().strip("'") for choice in match["choices"].split(","))
            found = closest(match["given"], choices)
        elif message.startswith("unrecognized arguments: "):
            given = message.split()[2].partition("=")[0]
            found = closest(given, _OPTION.findall(self.format_help()))
        return f"; did you mean {found!r}?" if found else ""

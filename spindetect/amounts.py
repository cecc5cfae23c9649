"""Numbers as they are given on the command line; each function reads one kind of them."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import TypeVar

from spindetect.modes import Setting

__all__ = ["count", "limit", "n_jobs", "prior", "probability"]

Number = TypeVar("Number", int, float)


def n_jobs(text: str) -> int:
    """A number of processes: any whole number but 0.

    >>> n_jobs("-1")
    -1
    """
    number = _read(int, text, "a whole number")
    if number == 0:
        raise argparse.ArgumentTypeError("0 processes cannot do anything")
    return number


def count(text: str) -> int:
    """A whole number above 0.

    >>> count("20")
    20
    """
    number = _read(int, text, "a whole number")
    if number < 1:
        raise argparse.ArgumentTypeError(f"it must be 1 or more, got {text}")
    return number


def limit(text: str) -> float:
    """A number above 0.

    >>> limit("2.5")
    2.5
    """
    number = _read(float, text, "a number")
    if not number > 0 or math.isinf(number):
        raise argparse.ArgumentTypeError(f"a limit is a number above 0, got {text}")
    return number


def probability(text: str) -> float:
    """A probability, in [0, 1].

    >>> probability("0.5")
    0.5
    """
    number = _read(float, text, "a number")
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"a probability lies between 0 and 1, got {text}")
    return number


def prior(text: str) -> float:
    """A share of spun documents, between 0 and 1, both excluded.

    >>> prior("0.01")
    0.01
    """
    try:
        return Setting(prior=_read(float, text, "a number")).prior
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _read(kind: Callable[[str], Number], text: str, wanted: str) -> Number:
    """The number that a text is; argparse would name the function that could not read it."""
    try:
        return kind(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"it must be {wanted}, got {text!r}") from None

"""What the options of the command ``spindetect`` may be, beside text and paths."""

from __future__ import annotations

import argparse

from spindetect.modes import Setting

__all__ = ["n_jobs", "prior"]


def n_jobs(text: str) -> int:
    """A number of processes: any whole number but 0.

    >>> n_jobs("-1")
    -1
    """
    number = int(text)
    if number == 0:
        raise argparse.ArgumentTypeError("0 processes cannot score anything")
    return number


def prior(text: str) -> float:
    """A share of spun documents, between 0 and 1.

    >>> prior("0.01")
    0.01
    """
    try:
        return Setting(prior=float(text)).prior
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None

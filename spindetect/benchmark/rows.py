"""Rows: passages as columns of arrays, and the scores that go with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect.benchmark.baselines import fold_numbers
from spindetect.benchmark.cuts import Cut

__all__ = ["SHARES", "Rows", "Scores"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Shares of words replaced, by their upper ends.
SHARES = {
    "under 5 %": 0.05,
    "5-15 %": 0.15,
    "15-30 %": 0.3,
    "30-50 %": 0.5,
    "over 50 %": float("inf"),
}


@dataclass(frozen=True)
class Scores:
    """Scores of one scorer.

    Attributes
    ----------
    scorer : str
        Its name.
    score : float64 array, shape (n,)
        Of each of the n distinct passages.
    is_called : bool array, shape (n,), or None
        The passages whose verdict is spun, if the scorer gives verdicts; its scores are then
        probabilities.
    """

    scorer: str
    score: Floats
    is_called: Mask | None = None


@dataclass(frozen=True)
class Rows:
    """The passages of a task as columns.

    Attributes
    ----------
    task : str
        Such as ``documents``.
    at : int64 array, shape (n,)
        Which distinct passage each is.
    group : int64 array, shape (n,)
    is_spun, is_paired : bool arrays, shape (n,)
    columns : dict of str to array of str, shape (n,)
        ``family``, ``strength``, ``share``, ``register``; empty where it is not known.
    clean_at, clean_group : int64 arrays, shape (m,)
        The passages that are not spun and that thresholds are taken from.
    fold : int64 array, shape (n,)
        Fold of each group, for thresholds that are fixed on other folds.
    """

    task: str
    at: Ints
    group: Ints
    is_spun: Mask
    is_paired: Mask
    columns: dict[str, npt.NDArray[np.str_]]
    clean_at: Ints
    clean_group: Ints
    fold: Ints

    @classmethod
    def of(
        cls,
        task: str,
        cuts: Sequence[Cut],
        clean: Sequence[tuple[str, str]],
        at: Callable[[str], int],
        group: Callable[[str], int],
    ) -> Rows:
        """The columns of some cuts; `clean` are passages with their groups."""
        columns = {
            "family": [c.family for c in cuts],
            "strength": ["" if c.strength is None else f"{c.strength:g}" for c in cuts],
            "share": [_share(c.share) for c in cuts],
            "register": [c.register for c in cuts],
        }
        return cls(
            task,
            np.array([at(c.text) for c in cuts], np.int64),
            np.array([group(c.group) for c in cuts], np.int64),
            np.array([c.is_spun for c in cuts], np.bool_),
            np.array([c.is_paired for c in cuts], np.bool_),
            {name: np.array(values, np.str_) for name, values in columns.items()},
            np.array([at(text) for text, _ in clean], np.int64),
            np.array([group(name) for _, name in clean], np.int64),
            fold_numbers([c.group for c in cuts]),
        )

    @property
    def is_compared(self) -> Mask:
        """The rows that are compared one to one or, if there are no pairs, all."""
        return self.is_paired if self.is_paired.any() else np.ones(len(self.at), np.bool_)

    def parts(self) -> Iterator[tuple[str, str, Mask]]:
        """All rows, and those of each value of each column that has spun rows."""
        yield "", "", np.ones(len(self.at), np.bool_)
        for by, values in self.columns.items():
            found = sorted(set(values[self.is_spun].tolist()) - {""}, key=lambda v: _rank(by, v))
            for part in found:
                everybody = ~self.is_spun & ~self.is_paired & (values == "")
                yield by, part, (values == part) | everybody


def _share(share: float) -> str:
    """The bin of a share of words, by name.

    >>> _share(0.2), _share(float("nan"))
    ('15-30 %', '')
    """
    return next((name for name, upper in SHARES.items() if share < upper), "")


def _rank(by: str, part: str) -> Any:
    """What parts are sorted by: numbers and bins by size, others by name."""
    if by == "share":
        return list(SHARES).index(part)
    return float(part) if by == "strength" else part

"""How far a long step is, on a terminal; nothing where standard error is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

__all__ = ["progress"]

_Item = TypeVar("_Item")


def progress(items: Iterable[_Item], doing: str, total: int | None = None) -> Iterator[_Item]:
    """The same items, with a bar that counts them; `total` is how many come, if it is known.

    >>> list(progress([1, 2], "counting"))
    [1, 2]
    """
    # None: shown on terminals only. From the beginning, since the first of few items may take long.
    return iter(tqdm(items, doing, total, leave=False, disable=None))

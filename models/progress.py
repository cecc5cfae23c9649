"""How far a long step is, on a terminal; nothing where standard error is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

__all__ = ["progress"]

# Seconds after which a bar says that something is being done.
_PATIENCE = 2.0

_Item = TypeVar("_Item")


def progress(items: Iterable[_Item], doing: str, total: int | None = None) -> Iterator[_Item]:
    """The same items, with a bar that counts them; `total` is how many come, if it is known.

    >>> list(progress([1, 2], "counting"))
    [1, 2]
    """
    # None: shown on terminals only.
    return iter(tqdm(items, doing, total, leave=False, delay=_PATIENCE, disable=None))

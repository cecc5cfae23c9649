"""The accelerator: which inner loops run, those in numpy or those that numba compiles.

Both give equal results, bit for bit. The functions that have a compiled version ask `kernels` for
it and do without where there is none.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import ModuleType

__all__ = ["SWITCH", "compiled", "kernels", "using"]

# Environment variable that switches the accelerator off where it is "0".
SWITCH = "SPINDETECT_ACCELERATE"

# A context and not an argument, since the loops lie at the ends of long chains of calls.
_IN_USE: ContextVar[ModuleType | None] = ContextVar("kernels", default=None)


@cache
def compiled() -> ModuleType | None:
    """The compiled kernels; None without a numba that works.

    The first call imports numba, and compiles where that was never done before.
    """
    if os.environ.get(SWITCH) == "0":
        return None
    try:
        from spindetect import kernels
    except ModuleNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 - whatever numba objects to, numpy can do without it
        # Such as that no folder for its cache can be written.
        warnings.warn(f"numba is not used, since it fails: {error}", RuntimeWarning, stacklevel=2)
        return None
    return kernels


def kernels() -> ModuleType | None:
    """The kernels that the caller is to use, None for numpy.

    >>> kernels() is None
    True
    """
    return _IN_USE.get()


@contextmanager
def using(chosen: ModuleType | None) -> Iterator[None]:
    """Within, these kernels are used, or none.

    >>> with using(None):
    ...     kernels() is None
    True
    """
    before = _IN_USE.set(chosen)
    try:
        yield
    finally:
        _IN_USE.reset(before)

"""Workers: a function computed by several processes, results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

__all__ = ["in_order"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

# Items that are on their way for each worker: one that it works on, and two so that it never waits.
_AHEAD = 3

# Seconds after which a worker with nothing to do ends.
_IDLE = 60

# Each worker has one core: libraries must not start threads of their own beside it.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def in_order(
    function: Callable[[_Item], _Result], items: Iterable[_Item], n_jobs: int
) -> Iterator[_Result]:
    """Results of a function on items, lazily and in order, computed by processes.

    However slowly they are taken, only a few items of each worker are drawn ahead: memory does not
    grow with their number. The workers are of this call alone: those that joblib keeps for its next
    one may serve whatever else the program computes with it.

    Parameters
    ----------
    function
        Of a module, or a `functools.partial` of one: it is sent to other processes.
    items : iterable
        What it is called with.
    n_jobs : int
        Processes, as in joblib: -1 is one for each core.

    Raises
    ------
    Exception
        What the function raises, in place of its result.
    KeyboardInterrupt
        At once: workers are stopped in the middle of what they do.

    Examples
    --------
    >>> list(in_order(str, [], 2))
    []
    """
    from joblib import effective_n_jobs
    from joblib.externals.loky import ProcessPoolExecutor

    size = effective_n_jobs(n_jobs)
    executor = ProcessPoolExecutor(max_workers=size, timeout=_IDLE, env=_ONE_THREAD)
    waiting: deque[Future[_Result]] = deque()
    is_done = False
    try:
        for item in items:
            waiting.append(executor.submit(function, item))
            if len(waiting) >= _AHEAD * size:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        is_done = True
    finally:
        # What is left when nobody wants it any more is not worth waiting for.
        executor.shutdown(wait=is_done, kill_workers=not is_done)

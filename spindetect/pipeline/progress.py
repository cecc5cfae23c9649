"""What a run tells while it goes on and when it ends."""

from __future__ import annotations

import sys
import time
from array import array
from collections import Counter
from hashlib import blake2b
from typing import Any

from spindetect.report import Verdict

__all__ = ["Meter", "Repeated", "summary"]

# Entries of the table of ids, of eight bytes each: a second document of the same id is noticed
# nearly always if it comes within some hundred thousand documents of the first.
_IDS = 1 << 20


class Meter:
    """Progress with rate and time left on a terminal; none where standard error is none.

    Parameters
    ----------
    total : int
        Bytes of the input; -1 if that is not known, and then no time left is told.
    documents, read : int
        Documents and bytes that an earlier run has dealt with.
    """

    def __init__(self, total: int, documents: int, read: int) -> None:
        self._bar: Any = None
        self._before = documents
        self._begin = time.monotonic()
        if sys.stderr.isatty():
            from tqdm import tqdm

            form = "{percentage:3.0f}%|{bar}| {desc}, {elapsed} passed, {remaining} left"
            self._bar = tqdm(
                total=total if total > 0 else None,
                initial=read,
                bar_format=form if total > 0 else "{desc}, {elapsed} passed",
                leave=False,
                file=sys.stderr,
            )

    def show(self, documents: int, read: int) -> None:
        """So many documents are done, and so many bytes of the input read."""
        if self._bar is not None:
            rate = (documents - self._before) / max(time.monotonic() - self._begin, 1e-9)
            text = f"{documents:,} documents, {rate:,.0f} a second"
            self._bar.set_description_str(text, refresh=False)
            self._bar.update(read - self._bar.n)

    def close(self) -> None:
        """Take the progress away."""
        if self._bar is not None:
            self._bar.close()


class Repeated:
    """Tells whether an id has been met before, in little memory and never wrongly.

    Of ids that are far apart it may miss some.

    >>> ids = Repeated()
    >>> [ids.met(id) for id in ("a", 7, "7", "a")]
    [False, False, False, True]
    """

    def __init__(self) -> None:
        self._seen = array("Q", bytes(8 * _IDS))

    def met(self, id: str | int) -> bool:
        """Whether this id was met before; from now on it was."""
        content = f"{type(id).__name__} {id}".encode("utf-8", "surrogatepass")
        key = int.from_bytes(blake2b(content, digest_size=8).digest(), "little") | 1
        place = (key >> 1) % _IDS
        known = self._seen[place] == key
        self._seen[place] = key
        return known


def summary(tally: Counter[str], seconds: float, scored: int) -> str:
    """What came of a run, in one sentence.

    Parameters
    ----------
    tally : Counter
        Documents by verdict or ``unreadable``, by ``passed`` or ``rejected`` in a filter; and how
        many have an id ``repeated``.
    seconds, scored : float, int
        How long it took, and how many documents were dealt with in this time.

    Examples
    --------
    >>> summary(Counter(clean=1200, spun=1, unreadable=2), 10.0, 1203)
    '1,203 documents: 1 spun, 1,200 clean, 2 unreadable; 120 a second'
    """
    total = sum(tally[name] for name in (*Verdict, "unreadable"))
    parts = [f"{tally[n]:,} {n}" for n in (*Verdict, "unreadable") if tally[n]]
    text = f"{total:,} documents: {', '.join(parts) or 'none'}"
    if tally["passed"] or tally["rejected"]:
        text += f"; {tally['passed']:,} passed, {tally['rejected']:,} rejected"
    if tally["repeated"]:
        text += f"; {tally['repeated']:,} have the id of an earlier one, and are kept"
    return f"{text}; {scored / max(seconds, 1e-9):,.0f} a second" if scored else text

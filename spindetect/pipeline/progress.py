"""What a run tells while it goes on and when it ends."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import Any

from spindetect.pipeline.ids import Repeated
from spindetect.report import Verdict

__all__ = ["Meter", "summary"]


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
                desc=self._text(documents),
            )

    def show(self, documents: int, read: int) -> None:
        """So many documents are done, and so many bytes of the input read."""
        if self._bar is not None:
            self._bar.set_description_str(self._text(documents), refresh=False)
            self._bar.update(read - self._bar.n)

    def _text(self, documents: int) -> str:
        """How many documents are done, and how fast."""
        rate = (documents - self._before) / max(time.monotonic() - self._begin, 1e-9)
        return f"{documents:,} documents, {rate:,.0f} a second"

    def close(self) -> None:
        """Take the progress away."""
        if self._bar is not None:
            self._bar.close()


def summary(tally: Counter[str], repeated: Repeated, seconds: float, scored: int) -> str:
    """What came of a run, in one sentence.

    Parameters
    ----------
    tally : Counter
        Documents by verdict or ``unreadable``, by ``passed`` or ``rejected`` in a filter.
    repeated : Repeated
        Documents that have the id of an earlier one.
    seconds, scored : float, int
        How long it took, and how many documents were dealt with in this time.

    Examples
    --------
    >>> summary(Counter(clean=1200, spun=1, unreadable=2), Repeated(), 10.0, 1203)
    '1,203 documents: 1 spun, 1,200 clean, 2 unreadable; 120 a second'
    """
    total = sum(tally[name] for name in (*Verdict, "unreadable"))
    parts = [f"{tally[n]:,} {n}" for n in (*Verdict, "unreadable") if tally[n]]
    text = f"{total:,} document{'s' * (total != 1)}: {', '.join(parts) or 'none'}"
    if tally["passed"] or tally["rejected"]:
        text += f"; {tally['passed']:,} passed, {tally['rejected']:,} rejected"
    if repeated.n:
        text += (
            f"; {repeated.n:,} repeated id{'s' * (repeated.n != 1)}, all documents kept "
            f"(document {repeated.place:,} has that of document {repeated.of:,})"
        )
    return f"{text}; {scored / max(seconds, 1e-9):,.0f} a second" if scored else text

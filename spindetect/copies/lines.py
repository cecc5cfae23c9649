"""The last step of a search for copies: clusters as lines of JSON, with bounded memory.

What the pages of a cluster share is most of its line, and may be more than memory holds: it is
written to a file beside as it is found, and copied behind what is known when all of it was.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import IO, Any

from spindetect.copies.clusters import Pair
from spindetect.copies.members import Members, kinds_of
from spindetect.copies.pairs import synced_size
from spindetect.copies.plan import Plan
from spindetect.output import dumped

__all__ = ["write"]


def write(plan: Plan, found: Iterable[Members]) -> Counter[str]:
    """Write clusters, one a line.

    Returns
    -------
    Counter
        ``clusters``, their pages as ``copies``, and clusters of each kind.
    """
    tally: Counter[str] = Counter()
    with plan.clusters.open("wb") as file, (plan.folder / "shared.json").open("w+b") as beside:
        for own in found:
            beside.seek(0)
            beside.truncate()
            numbers = own.numbers
            cluster = own.cluster(kinds_of(len(numbers), _kept(own, numbers, beside)), ())
            # An empty list of pairs ends the record.
            file.write(_line(cluster.to_dict()).removesuffix(b"]}"))
            beside.seek(0)
            shutil.copyfileobj(beside, file)
            file.write(b"]}\n")
            tally += Counter(clusters=1, copies=len(numbers))
            tally[cluster.kind.value] += 1
        synced_size(file)
    return tally


def _kept(own: Members, numbers: list[int], file: IO[bytes]) -> Iterator[Pair]:
    """The pairs of a cluster, each written before it is given."""
    ids = [own.names[number][0] for number in numbers]
    for at, pair in enumerate(own.pairs()):
        file.write(b", " * (at > 0) + _line(pair.to_dict(ids, numbers)))
        yield pair


def _line(record: dict[str, Any]) -> bytes:
    """A record as JSON; what UTF-8 does not know is escaped."""
    return dumped(record).encode("utf-8", "backslashreplace")

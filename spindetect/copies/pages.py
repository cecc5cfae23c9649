"""The first step of a search for copies: pages are read, fingerprinted, and kept in a spool."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from spindetect.copies.fingerprint import Stream
from spindetect.copies.members import Name
from spindetect.copies.plan import Plan
from spindetect.copies.reader import reader
from spindetect.copies.search import BATCH, OVERHEAD
from spindetect.copies.spool import Spool
from spindetect.copies.state import COMMIT_SECONDS, State
from spindetect.inputs import Document, text_of
from spindetect.pipeline.chunks import gathered
from spindetect.pipeline.ids import Ids
from spindetect.pipeline.journal import Journal
from spindetect.pipeline.places import Place, documents_from
from spindetect.pipeline.progress import Meter
from spindetect.workers import in_order

__all__ = ["read"]


def read(
    plan: Plan,
    state: State,
    spool: Spool,
    journal: Journal,
    total: int,
    told: Callable[[str], None],
) -> State:
    """Keep all pages from the state on; the state behind them.

    Parameters
    ----------
    plan, state, spool, journal
    total : int
        Bytes of the input, -1 if not known.
    told : callable
        Hears of each page that could not be read.
    """
    tally, place = state.tally.copy(), state.place
    last = time.monotonic()
    with (
        closing(Ids(plan.folder / "ids")) as ids,
        closing(Meter(total, tally["pages"], place.bytes)) as meter,
    ):
        ids.restore(tally["pages"])
        for batch in _batches(plan, place):
            for error in batch.errors:
                told(error)
            tally["unreadable"] += len(batch.errors)
            for number, (id, _) in enumerate(batch.names, tally["pages"]):
                ids.add(f"\0{number}" if id is None else id)
            tally["pages"] += len(batch.names)
            spool.add(batch.stream, batch.names)
            place = batch.place
            if time.monotonic() - last >= COMMIT_SECONDS:
                ids.commit()
                journal.append(State("read", place, spool.commit(), 0, 0, tally).entry())
                last = time.monotonic()
            meter.show(tally["pages"], place.bytes)
        ids.commit()
        tally["repeated"] = ids.repeated().n
    return State("link", place, spool.commit(), 0, 0, tally)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Pages that were read together, the place behind them, and what could not be read."""

    place: Place
    stream: Stream
    names: list[Name]
    errors: list[str]


def _batches(plan: Plan, begin: Place) -> Iterator[_Batch]:
    """Pages from `begin` on, some at a time, in order."""
    found = documents_from(plan.paths, plan.kind, plan.fields, [plan.output], begin)
    # So many documents at most that a batch of empty ones ends, too.
    batches = gathered(found, BATCH // OVERHEAD, BATCH)
    function = partial(_fingerprinted, plan.date_field)
    if plan.n_jobs == 1:
        return map(function, batches)
    return in_order(function, batches, plan.n_jobs)


def _fingerprinted(date_field: str, batch: tuple[Place, list[Document]]) -> _Batch:
    """The fingerprints of some documents."""
    place, documents = batch
    texts: list[str] = []
    names: list[Name] = []
    errors: list[str] = []
    for document in documents:
        if document.error is not None:
            errors.append(document.error)
            continue
        try:
            text = text_of(document.text, document.html)
        except Exception as error:  # noqa: BLE001 - one broken document never stops a run
            errors.append(f"{document.id}: it could not be read ({error!r}).")
            continue
        date = document.row.get(date_field)
        texts.append(text)
        names.append((document.id, None if date is None else str(date)))
    return _Batch(place, reader().read(texts), names, errors)

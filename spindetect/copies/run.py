"""Copies in collections larger than memory: pages and anchors lie on the disk between the steps.

Four steps: pages are read and fingerprinted; anchors are brought together part by part; the pairs
that they link are compared; clusters are written. The journal says how far a run is, so that it can
go on wherever it was stopped: in the first and third step with what was not done, in the others
from their beginning.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import closing

from spindetect.copies.lines import write
from spindetect.copies.pages import read
from spindetect.copies.pairs import Edges, compare, link
from spindetect.copies.plan import Plan, identity
from spindetect.copies.search import Duplicates, clusters
from spindetect.copies.spool import Spool
from spindetect.copies.state import Finished, State, start
from spindetect.errors import InputError
from spindetect.pipeline.journal import Journal, entries, synced
from spindetect.pipeline.resuming import check_output

__all__ = ["run"]


def run(plan: Plan, told: Callable[[str], None]) -> Finished:
    """Find the copies of a collection.

    Parameters
    ----------
    plan : Plan
    told : callable
        Hears of each page that could not be read, in a sentence.

    Raises
    ------
    InputError
        If the output is there already, was begun by another run, or cannot be written.
    """
    check_output(plan.output, plan.paths)
    header = identity(plan)
    seen = entries(plan.journal)
    state = start(plan, seen, header)
    if state is not None and state.step == "done" and not plan.folder.exists():
        return Finished(state.tally, 0.0)
    begin = time.monotonic()
    try:
        with Journal(plan.journal, seen, header if state is None else None) as journal:
            if state is None and plan.folder.exists():
                shutil.rmtree(plan.folder)
            with closing(Spool(plan.folder)) as spool:
                state = _done(
                    plan, state or State(), spool, journal, header["inputs"]["bytes"], told
                )
            _publish(plan)
    except OSError as error:
        raise InputError(
            f"{plan.output} cannot be written any further ({error.strerror or error}); what was "
            "done is kept: start again with --resume when that is mended"
        ) from error
    return Finished(state.tally, time.monotonic() - begin)


def _done(
    plan: Plan,
    state: State,
    spool: Spool,
    journal: Journal,
    total: int,
    told: Callable[[str], None],
) -> State:
    """Do what is left to do; the state at the end, which the journal has, too."""
    if state.step == "read":
        spool.restore(state.spool)
        state = read(plan, state, spool, journal, total, told)
        journal.append(state.entry())
    pages = spool.pages()
    duplicates = Duplicates.of(pages["exact"], pages["n_words"])
    if state.step == "link":
        link(plan, spool, duplicates, pages["n_anchors"])
        state = State("compare", state.place, state.spool, 0, 0, state.tally)
        journal.append(state.entry())
    if state.step == "compare":
        state = compare(plan, state, spool, journal)
        journal.append(state.entry())
    if state.step == "group":
        found = clusters(Edges(plan.edges), duplicates, spool.names, spool.texts)
        tally = state.tally + write(plan, found)
        tally["tiny"] = int((duplicates.first < 0).sum())
        state = State("done", state.place, state.spool, state.pairs, state.matches, tally)
        journal.append(state.entry())
    return state


def _publish(plan: Plan) -> None:
    """Put the output in its place, and remove what was kept until then."""
    if plan.clusters.exists():
        plan.clusters.replace(plan.output)
        synced(plan.output.parent)
    shutil.rmtree(plan.folder)

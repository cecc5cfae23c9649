"""The runner: the one place that knows the order in which a collection is read, scored, written.

What keeps documents exactly once and whole, wherever a run is stopped: rows are brought to the disk
in commits; after each, and never before, the journal is told how far input and output are. A run
that is resumed takes back what the outputs hold beyond the last line of the journal, and reads the
input on from there. Outputs take their places when all of them are whole and the journal says so.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

from spindetect.errors import InputError
from spindetect.inputs import Document
from spindetect.pipeline.chunks import chunks, size_of
from spindetect.pipeline.ids import Ids
from spindetect.pipeline.journal import Journal, entries
from spindetect.pipeline.outputs import form_of, partial
from spindetect.pipeline.plan import Plan, identity
from spindetect.pipeline.progress import Meter
from spindetect.pipeline.resuming import check_output
from spindetect.pipeline.rows import RESULTS, Row, record_row, table_row
from spindetect.pipeline.selection import REJECTED, filter_row
from spindetect.pipeline.state import Finished, State, start
from spindetect.pipeline.workers import cores, scored
from spindetect.pipeline.writers import Writer, writer_of
from spindetect.report import Report
from spindetect.streaming import UNREADABLE

__all__ = ["run"]

# A commit waits for the disk, some hundredths of a second: so seldom that this does not count, and
# so often that little is lost when a run is stopped.
_COMMIT_SECONDS = 5.0
_COMMIT_CHARACTERS = 20_000_000


def run(plan: Plan, told: Callable[[str], None]) -> Finished:
    """Read, score and write all documents of a plan.

    Parameters
    ----------
    plan : Plan
    told : callable
        Hears of each document that could not be read, in a sentence.

    Raises
    ------
    InputError
        If the output is there already, was begun by another run, or cannot be written.
    """
    for output in plan.outputs:
        check_output(output, plan.paths)
    header = identity(plan, plan.work.load().name)
    seen = entries(plan.journal)
    state = start(plan, seen, header)
    if isinstance(state, Finished):
        return state
    total: int = header["inputs"]["bytes"]
    writers, ids = _writers(plan), Ids(plan.ids)
    begin = time.monotonic()
    try:
        with Journal(plan.journal, seen, header if state is None else None) as journal:
            if state is None:
                _clear(plan)
            now = state or State.initial(len(writers))
            before = now.documents
            if state is None or not seen[-1]["complete"]:
                for writer, position in zip(writers, now.positions, strict=True):
                    writer.restore(position)
                ids.restore(now.documents)
                now = _written(plan, now, journal, writers, ids, total, told)
            for writer in writers:
                writer.publish()
            ids.remove()
    except OSError as error:
        raise InputError(
            f"{plan.output} cannot be written any further ({error.strerror or error}); nothing of "
            "what it holds is lost: start again with --resume when that is mended"
        ) from error
    finally:
        ids.close()
        for writer in writers:
            writer.close()
    return now.finished(time.monotonic() - begin, now.documents - before)


def _written(
    plan: Plan,
    state: State,
    journal: Journal,
    writers: Sequence[Writer],
    ids: Ids,
    total: int,
    told: Callable[[str], None],
) -> State:
    """Write everything from `state` on; the state at the end, which the journal has, too."""
    now = State(state.place, state.positions, state.tally.copy())
    last, size = time.monotonic(), 0.0
    is_new = not any(state.positions)
    reports_of = scored(chunks(plan, state.place), plan.work, cores(plan.n_jobs))
    meter = Meter(total, now.documents, now.place.bytes)
    with closing(meter), closing(reports_of):
        for place, documents, reports in reports_of:
            rows = []
            for document, report in zip(documents, reports, strict=True):
                now.tally[UNREADABLE if report.error is not None else report.verdict.value] += 1
                ids.add(document.id)
                if report.error is not None:
                    told(report.error)
                rows.append(_row(plan, document, report, now.tally))
                size += size_of(document)
            if is_new:
                _begin(writers, [row for _, row in rows])
                is_new = False
            for to, row in rows:
                writers[to].write(row)
            now = replace(now, place=place)
            if size >= _COMMIT_CHARACTERS or time.monotonic() - last >= _COMMIT_SECONDS:
                now = _committed(now, writers, ids)
                journal.append(now.entry())
                last, size = time.monotonic(), 0.0
            meter.show(now.documents, place.bytes)
    if is_new:
        _begin(writers, [])
    now = replace(_committed(now, writers, ids), repeated=ids.repeated())
    journal.append(now.entry(complete=True))
    return now


def _committed(state: State, writers: Sequence[Writer], ids: Ids) -> State:
    """The state with everything on the disk."""
    ids.commit()
    return replace(state, positions=[writer.commit() for writer in writers])


def _begin(writers: Sequence[Writer], rows: Sequence[Row]) -> None:
    """Decide on the columns of all outputs by the first rows, which are always the same."""
    for writer in writers:
        writer.begin(rows)


def _row(plan: Plan, document: Document, report: Report, tally: Counter[str]) -> tuple[int, Row]:
    """To which output a document goes, and as what."""
    if plan.selection is None:
        shape = record_row if plan.form == "jsonl" else table_row
        return 0, shape(document, report, plan.fields, with_text=plan.with_text)
    reasons = plan.selection.reasons(report)
    tally["rejected" if reasons else "passed"] += 1
    return int(bool(reasons)), filter_row(document, report, plan.fields, reasons)


def _writers(plan: Plan) -> list[Writer]:
    """What writes the outputs."""
    results: list[dict[str, str]] = [RESULTS] if plan.selection is None else [{}, REJECTED]
    return [
        writer_of(
            output,
            plan.form if output == plan.output else form_of(output) or plan.form,
            columns,
            nested=plan.selection is None,
        )
        for output, columns in zip(plan.outputs, results, strict=True)
    ]


def _clear(plan: Plan) -> None:
    """Remove what an earlier run has left unfinished; finished outputs stay until replaced."""
    for output in plan.outputs:
        unfinished = partial(output)
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        else:
            unfinished.unlink(missing_ok=True)
    plan.ids.unlink(missing_ok=True)

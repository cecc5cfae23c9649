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
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spindetect.errors import InputError
from spindetect.inputs import Document, Fields, Kind
from spindetect.pipeline.journal import Journal, entries
from spindetect.pipeline.places import Place, documents_from, input_digest
from spindetect.pipeline.progress import Meter, Repeated, summary
from spindetect.pipeline.resuming import check_output, check_same
from spindetect.pipeline.rows import RESULTS, Row, record_row, table_row
from spindetect.pipeline.selection import REJECTED, Selection, filter_row
from spindetect.pipeline.workers import Work, cores, scored
from spindetect.pipeline.writers import (
    CsvWriter,
    JsonlWriter,
    ParquetWriter,
    Writer,
    form_of,
    partial,
)
from spindetect.report import Report, Verdict
from spindetect.streaming import UNREADABLE

__all__ = ["Finished", "Plan", "run"]

# Documents that go to a worker together: what is read of them is some ten batches of the detector,
# and HTML is mostly markup.
_CHUNK_DOCUMENTS = 64
_CHUNK_CHARACTERS = 200_000
_HTML_WEIGHT = 0.25

# A commit waits for the disk, some hundredths of a second: so seldom that this does not count, and
# so often that little is lost when a run is stopped.
_COMMIT_SECONDS = 5.0
_COMMIT_CHARACTERS = 20_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read, how to score it, where to write it.

    Attributes
    ----------
    paths : sequence of str
        As `spindetect.inputs.sources` takes them.
    output : Path
        The records, or with a `selection` the documents that pass.
    form : str
        The format of the outputs, one of `spindetect.pipeline.writers.FORMS`.
    work : Work
        The detector and its options.
    selection, rejected : Selection, Path
        To filter, and where to the other documents go with the reasons.
    kind, fields : Kind, Fields
        How the files hold documents.
    with_text : bool
        Write the scored text, too.
    n_jobs : int
        Processes; -1 is one for each core.
    resume, overwrite : bool
        What to do with an output that is there, or was begun.
    """

    paths: Sequence[str]
    output: Path
    form: str
    work: Work
    selection: Selection | None = None
    rejected: Path | None = None
    kind: Kind = Kind.AUTO
    fields: Fields = field(default_factory=Fields)
    with_text: bool = False
    n_jobs: int = -1
    resume: bool = False
    overwrite: bool = False

    @property
    def outputs(self) -> list[Path]:
        """All files that come to hold documents."""
        return [self.output] if self.rejected is None else [self.output, self.rejected]

    @property
    def journal(self) -> Path:
        """Where the run keeps how far it is."""
        return self.output.with_name(self.output.name + ".journal")


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended.

    Attributes
    ----------
    tally : Counter
        Documents of each verdict, ``unreadable`` ones, and in a filter ``passed``, ``rejected``.
    summary : str
        The same to read.
    """

    tally: Counter[str]
    summary: str

    @property
    def documents(self) -> Counter[str]:
        """Of the tally what counts each document once: verdicts and unreadable ones."""
        return Counter({n: self.tally[n] for n in (*Verdict, UNREADABLE) if self.tally[n]})


@dataclass(frozen=True, slots=True)
class _State:
    """How far a run is, as a line of the journal says it."""

    place: Place
    positions: list[int]
    tally: Counter[str]

    def entry(self, *, complete: bool = False) -> dict[str, Any]:
        """The line."""
        place = self.place
        return {
            "read": [place.file, place.row, place.bytes],
            "written": self.positions,
            "tally": dict(self.tally),
            "complete": complete,
        }

    @classmethod
    def of_entry(cls, entry: dict[str, Any]) -> _State:
        """What a line says."""
        return cls(Place(*entry["read"]), list(entry["written"]), Counter(entry["tally"]))


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
    name = plan.work.load().name
    inputs, total = input_digest(plan.paths, plan.outputs)
    header = {"spindetect": _version(), "options": _options(plan, name), "inputs": inputs}
    seen = entries(plan.journal)
    state = _state(plan, seen, header)
    if isinstance(state, Finished):
        return state
    writers = _writers(plan)
    begin = time.monotonic()
    try:
        with Journal(plan.journal, seen, header if state is None else None) as journal:
            if state is None:
                _clear(plan)
            now = state or _State(Place(), [0] * len(plan.outputs), Counter())
            done = -_total(now.tally)
            if state is None or not seen[-1]["complete"]:
                for writer, position in zip(writers, now.positions, strict=True):
                    writer.restore(position)
                now = _written(plan, now, journal, writers, total, told)
            for writer in writers:
                writer.publish()
    except OSError as error:
        raise InputError(
            f"{plan.output} cannot be written any further ({error.strerror or error}); nothing of "
            "what it holds is lost: start again with --resume when that is mended"
        ) from error
    finally:
        for writer in writers:
            writer.close()
    done += _total(now.tally)
    return Finished(now.tally, summary(now.tally, time.monotonic() - begin, done))


def _written(
    plan: Plan,
    state: _State,
    journal: Journal,
    writers: Sequence[Writer],
    total: int,
    told: Callable[[str], None],
) -> _State:
    """Write everything from `state` on; the state at the end, which the journal has, too."""
    tally = state.tally.copy()
    ids = Repeated()
    place, positions = state.place, state.positions
    last, size = time.monotonic(), 0.0
    is_new = not any(positions)
    chunks = scored(_chunks(plan, state.place), plan.work, cores(plan.n_jobs))
    meter = Meter(total, _total(tally), place.bytes)
    with closing(meter), closing(chunks):
        for place, documents, reports in chunks:
            rows = []
            for document, report in zip(documents, reports, strict=True):
                tally[UNREADABLE if report.error is not None else report.verdict.value] += 1
                tally["repeated"] += ids.met(document.id)
                if report.error is not None:
                    told(report.error)
                rows.append(_row(plan, document, report, tally))
                size += _size(document)
            if is_new:
                _begin(writers, [row for _, row in rows])
                is_new = False
            for to, row in rows:
                writers[to].write(row)
            if size >= _COMMIT_CHARACTERS or time.monotonic() - last >= _COMMIT_SECONDS:
                positions = [writer.commit() for writer in writers]
                journal.append(_State(place, positions, tally).entry())
                last, size = time.monotonic(), 0.0
            meter.show(_total(tally), place.bytes)
    if is_new:
        _begin(writers, [])
    positions = [writer.commit() for writer in writers]
    state = _State(place, positions, tally)
    journal.append(state.entry(complete=True))
    return state


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
        _writer(
            output,
            plan.form if output == plan.output else form_of(output) or plan.form,
            columns,
            nested=plan.selection is None,
        )
        for output, columns in zip(plan.outputs, results, strict=True)
    ]


def _writer(output: Path, form: str, results: dict[str, str], *, nested: bool) -> Writer:
    """What writes an output in a format."""
    match form:
        case "jsonl":
            return JsonlWriter(output, nested=nested)
        case "csv":
            return CsvWriter(output, list(results))
        case _:
            return ParquetWriter(output, results)


def _chunks(plan: Plan, begin: Place) -> Iterator[tuple[Place, list[Document]]]:
    """Documents from `begin` on, some at a time, with the place behind them."""
    documents: list[Document] = []
    size = 0.0
    place = begin
    for place, document in documents_from(plan.paths, plan.kind, plan.fields, plan.outputs, begin):
        documents.append(document)
        size += _size(document)
        if len(documents) >= _CHUNK_DOCUMENTS or size >= _CHUNK_CHARACTERS:
            yield place, documents
            documents, size = [], 0.0
    if documents:
        yield place, documents


def _size(document: Document) -> float:
    """About how many characters of text a document has."""
    return len(document.text or "") + _HTML_WEIGHT * len(document.html or "")


def _options(plan: Plan, model: str) -> dict[str, Any]:
    """What else an output depends on."""
    selection = plan.selection
    return {
        "model": model,
        "mode": plan.work.mode,
        "prior": plan.work.prior,
        "input format": plan.kind.value,
        "fields": list(plan.fields.named),
        "text": plan.with_text,
        "filter": None if selection is None else [selection.max_spin, selection.keep_unscored],
        # The content of a preset counts, whatever its name and that of its file.
        "preset": None if selection is None else selection.rules,
        "outputs": [output.name for output in plan.outputs],
        "format": plan.form,
    }


def _version() -> str:
    """Version of this package."""
    from spindetect import __version__

    return __version__


def _state(
    plan: Plan, seen: list[dict[str, Any]], header: dict[str, Any]
) -> _State | Finished | None:
    """Where to go on: a state; None for the beginning; how it ended, if nothing is left to do."""
    existing = [output for output in plan.outputs if output.exists()]
    begun = [output for output in plan.outputs if partial(output).exists()]
    if plan.overwrite:
        return None
    if not plan.resume:
        if existing:
            raise InputError(f"{existing[0]} exists; use --overwrite, or --resume to go on with it")
        if begun:
            raise InputError(
                f"{plan.output} was begun and not finished; use --resume to go on with it, "
                "or --overwrite"
            )
        return None
    if len(seen) < 2 or not (existing or begun):
        # A journal without a second line is that of a run that had hardly begun.
        if existing and not plan.journal.exists():
            raise InputError(
                f"{existing[0]} exists, but there is no journal of how it was made; "
                "use --overwrite to make it anew"
            )
        return None
    check_same(plan.output, seen[0], header)
    if not seen[-1]["complete"]:
        return _State.of_entry(seen[-1])
    state = _State.of_entry(seen[-1])
    if begun:
        return state
    if len(existing) < len(plan.outputs):
        raise InputError(
            f"{existing[0]} exists, but what belongs to it is gone; use --overwrite to make it anew"
        )
    return Finished(state.tally, f"{plan.output} is complete: {summary(state.tally, 0, 0)}")


def _clear(plan: Plan) -> None:
    """Remove what an earlier run has left unfinished; finished outputs stay until replaced."""
    for output in plan.outputs:
        unfinished = partial(output)
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        else:
            unfinished.unlink(missing_ok=True)


def _total(tally: Counter[str]) -> int:
    """Documents that were dealt with."""
    return sum(tally[name] for name in (*Verdict, UNREADABLE))

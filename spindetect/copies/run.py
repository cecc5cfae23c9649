"""Copies in collections larger than memory: pages and anchors lie on the disk between the steps.

Four steps: pages are read and fingerprinted; anchors are brought together part by part; the pairs
that they link are compared; clusters are written. The journal says how far a run is, so that it can
go on wherever it was stopped: in the first and third step with what was not done, in the second
from its beginning.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from spindetect.copies.candidates import chosen, links
from spindetect.copies.clusters import Edge
from spindetect.copies.fingerprint import Stream, reader
from spindetect.copies.match import weights
from spindetect.copies.search import BATCH, BLOCK, OVERHEAD, Duplicates, Name, clusters, confirmed
from spindetect.copies.spool import PARTS, Spool
from spindetect.copies.words import read_weights
from spindetect.errors import InputError
from spindetect.inputs import Document, Fields, Kind, text_of
from spindetect.output import dumped
from spindetect.pipeline.ids import Ids
from spindetect.pipeline.journal import Journal, entries, synced
from spindetect.pipeline.places import Place, documents_from, input_digest
from spindetect.pipeline.progress import Meter
from spindetect.pipeline.resuming import check_output, check_same
from spindetect.workers import in_order

__all__ = ["Finished", "Plan", "run"]

# A commit waits for the disk, some tenths of a second.
_COMMIT_SECONDS = 10.0

# HTML is mostly markup.
_HTML_WEIGHT = 0.25


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read, and where to write clusters.

    Attributes
    ----------
    paths : sequence of str
        As `spindetect.inputs.sources` takes them.
    output : Path
        JSONL, one cluster a line.
    kind, fields : Kind, Fields
        How the files hold documents.
    date_field : str
        Field or column with the date of a page.
    n_jobs : int
        Processes that read pages.
    resume, overwrite : bool
        What to do with an output that is there, or was begun.
    """

    paths: Sequence[str]
    output: Path
    kind: Kind = Kind.AUTO
    fields: Fields = field(default_factory=Fields)
    date_field: str = "date"
    n_jobs: int = 1
    resume: bool = False
    overwrite: bool = False

    @property
    def folder(self) -> Path:
        """What is kept until the output is whole."""
        return self.output.with_name(self.output.name + ".partial")

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
        ``pages``, ``unreadable`` and ``tiny`` ones, those with a ``repeated`` id; ``pairs`` that
        were compared, and ``matches`` among them; ``clusters``, and pages that are ``copies``.
    seconds : float
    """

    tally: Counter[str]
    seconds: float

    @property
    def summary(self) -> str:
        """The same to read.

        >>> Finished(Counter(pages=1200, clusters=2, copies=7), 1.5).summary
        '1,200 pages, 7 of them in 2 clusters of copies'
        """
        t = self.tally
        text = (
            f"{t['pages']:,} pages, {t['copies']:,} of them in {t['clusters']:,} clusters of copies"
        )
        if t["tiny"]:
            text += f"; {t['tiny']:,} are too short to compare"
        if t["unreadable"]:
            text += f"; {t['unreadable']:,} could not be read"
        if t["repeated"]:
            text += f"; {t['repeated']:,} have the id of an earlier one, and are told by number"
        return text


@dataclass(frozen=True, slots=True)
class _State:
    """How far a run is: a line of the journal."""

    step: str = "read"
    place: Place = field(default_factory=Place)
    spool: dict[str, int] = field(default_factory=dict)
    pairs: int = 0
    matches: int = 0
    tally: Counter[str] = field(default_factory=Counter)

    def entry(self) -> dict[str, Any]:
        """The line."""
        return {
            "step": self.step,
            "read": list(self.place),
            "spool": self.spool,
            "pairs": self.pairs,
            "matches": self.matches,
            "tally": dict(self.tally),
        }

    @classmethod
    def of_entry(cls, entry: dict[str, Any]) -> _State:
        """What a line says."""
        return cls(
            entry["step"],
            Place(*entry["read"]),
            entry["spool"],
            entry["pairs"],
            entry["matches"],
            Counter(entry["tally"]),
        )


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
    inputs = input_digest(plan.paths, [plan.output])
    total: int = inputs["bytes"]
    header = {"spindetect": _version(), "options": _options(plan), "inputs": inputs}
    seen = entries(plan.journal)
    state = _begun(plan, seen, header)
    if state is not None and state.step == "done" and not plan.folder.exists():
        return Finished(state.tally, 0.0)
    begin = time.monotonic()
    try:
        with Journal(plan.journal, seen, header if state is None else None) as journal:
            if state is None and plan.folder.exists():
                shutil.rmtree(plan.folder)
            with closing(Spool(plan.folder)) as spool:
                state = _done(plan, state or _State(), spool, journal, total, told)
            _publish(plan)
    except OSError as error:
        raise InputError(
            f"{plan.output} cannot be written any further ({error.strerror or error}); what was "
            "done is kept: start again with --resume when that is mended"
        ) from error
    return Finished(state.tally, time.monotonic() - begin)


def _done(
    plan: Plan,
    state: _State,
    spool: Spool,
    journal: Journal,
    total: int,
    told: Callable[[str], None],
) -> _State:
    """Do what is left to do; the state at the end."""
    if state.step == "read":
        spool.restore(state.spool)
        state = _read(plan, state, spool, journal, total, told)
    pages = spool.pages()
    duplicates = Duplicates.of(pages["exact"], pages["n_words"])
    if state.step == "link":
        _link(spool, duplicates, pages["n_anchors"], _pairs_path(plan))
        state = _State("compare", state.place, state.spool, 0, 0, state.tally)
        journal.append(state.entry())
    if state.step == "compare":
        state = _compare(plan, state, spool, journal)
    if state.step == "group":
        tally = state.tally.copy()
        tally["tiny"] = int((duplicates.first < 0).sum())
        _write(plan, spool, duplicates, tally)
        state = _State("done", state.place, state.spool, state.pairs, state.matches, tally)
        journal.append(state.entry())
    return state


def _read(
    plan: Plan,
    state: _State,
    spool: Spool,
    journal: Journal,
    total: int,
    told: Callable[[str], None],
) -> _State:
    """Fingerprint all pages from the state on."""
    tally, place = state.tally.copy(), state.place
    last = time.monotonic()
    batches = _batches(plan, place)
    function = partial(_fingerprinted, plan.date_field)
    results: Iterator[_Batch]
    if plan.n_jobs == 1:
        results = map(function, batches)
    else:
        results = in_order(function, batches, plan.n_jobs)
    with (
        closing(Ids(plan.folder / "ids")) as ids,
        closing(Meter(total, tally["pages"], place.bytes)) as meter,
    ):
        ids.restore(tally["pages"])
        for batch in results:
            for error in batch.errors:
                told(error)
            tally["unreadable"] += len(batch.errors)
            for number, (id, _) in enumerate(batch.names, tally["pages"]):
                ids.add(f"\0{number}" if id is None else id)
            tally["pages"] += len(batch.names)
            spool.add(batch.stream, batch.names)
            place = batch.place
            if time.monotonic() - last >= _COMMIT_SECONDS:
                ids.commit()
                journal.append(_State("read", place, spool.commit(), 0, 0, tally).entry())
                last = time.monotonic()
            meter.show(tally["pages"], place.bytes)
        ids.commit()
        tally["repeated"] = ids.repeated().n
    state = _State("link", place, spool.commit(), 0, 0, tally)
    journal.append(state.entry())
    return state


@dataclass(frozen=True, slots=True)
class _Batch:
    """Pages that were read together, the place behind them, and what could not be read."""

    place: Place
    stream: Stream
    names: list[Name]
    errors: list[str]


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


def _batches(plan: Plan, begin: Place) -> Iterator[tuple[Place, list[Document]]]:
    """Documents from `begin` on, some at a time, with the place behind them."""
    documents: list[Document] = []
    size, place = 0.0, begin
    found = documents_from(plan.paths, plan.kind, plan.fields, [plan.output], begin)
    for place, document in found:
        documents.append(document)
        size += OVERHEAD + len(document.text or "") + _HTML_WEIGHT * len(document.html or "")
        if size >= BATCH:
            yield place, documents
            documents, size = [], 0.0
    if documents:
        yield place, documents


def _link(spool: Spool, duplicates: Duplicates, sizes: npt.NDArray[np.int32], path: Path) -> None:
    """Write the pairs of pages that share enough anchors."""
    spool.forget_links()
    is_first = duplicates.is_first
    for part in range(PARTS):
        hashes, pages = spool.anchors(part)
        kept = is_first[pages]
        spool.write_links(links(hashes[kept], pages[kept]))
    with path.open("wb") as file:
        for part in range(PARTS):
            file.write(chosen(spool.links(part), sizes).astype("<u4").tobytes())
        file.flush()
        os.fsync(file.fileno())
    spool.forget_links()


def _compare(plan: Plan, state: _State, spool: Spool, journal: Journal) -> _State:
    """Write the pairs that share a source, from the state on."""
    pairs = np.fromfile(_pairs_path(plan), "<u4").reshape(-1, 2).astype(np.int64)
    tally, done, position = state.tally.copy(), state.pairs, state.matches
    tally["pairs"] = len(pairs)
    read, learned = reader(), weights()
    last = time.monotonic()
    with _edges_path(plan).open("ab") as file, closing(Meter(-1, 0, 0)) as meter:
        file.truncate(position)
        for begin in range(done, len(pairs), BLOCK):
            block = pairs[begin : begin + BLOCK]
            edges = list(confirmed(block, spool.texts, learned, read))
            file.write(np.array(edges, "<u4").tobytes())
            tally["matches"] += len(edges)
            done = begin + len(block)
            if time.monotonic() - last >= _COMMIT_SECONDS:
                now = _State("compare", state.place, state.spool, done, synced_size(file), tally)
                journal.append(now.entry())
                last = time.monotonic()
            meter.show(done, 0)
        position = synced_size(file)
    state = _State("group", state.place, state.spool, done, position, tally)
    journal.append(state.entry())
    return state


def synced_size(file: IO[bytes]) -> int:
    """Bring a file to the disk; where it ends."""
    file.flush()
    os.fsync(file.fileno())
    return file.seek(0, os.SEEK_END)


def _write(plan: Plan, spool: Spool, duplicates: Duplicates, tally: Counter[str]) -> None:
    """Write the clusters, and count them."""
    edges = np.fromfile(_edges_path(plan), "<u4").reshape(-1, 3).tolist()
    found = clusters(
        [Edge(a, b, bool(is_whole)) for a, b, is_whole in edges],
        duplicates,
        spool.names,
        spool.texts,
    )
    with _clusters_path(plan).open("wb") as file:
        for cluster in found:
            tally["clusters"] += 1
            tally["copies"] += len(cluster.numbers)
            tally[cluster.kind.value] += 1
            file.write(dumped(cluster.to_dict()).encode("utf-8", "backslashreplace") + b"\n")
        synced_size(file)


def _publish(plan: Plan) -> None:
    """Put the output in its place, and remove what was kept until then."""
    if _clusters_path(plan).exists():
        _clusters_path(plan).replace(plan.output)
        synced(plan.output.parent)
    shutil.rmtree(plan.folder)


def _pairs_path(plan: Plan) -> Path:
    """Pairs of pages that are to be compared."""
    return plan.folder / "pairs.bin"


def _edges_path(plan: Plan) -> Path:
    """Pairs that share a source."""
    return plan.folder / "edges.bin"


def _clusters_path(plan: Plan) -> Path:
    """The output before it is whole."""
    return plan.folder / "clusters.jsonl"


def _begun(plan: Plan, seen: list[dict[str, Any]], header: dict[str, Any]) -> _State | None:
    """Where to go on; None for the beginning."""
    if plan.overwrite:
        return None
    if not plan.resume:
        if plan.output.exists():
            raise InputError(f"{plan.output} exists; use --overwrite, or --resume to go on with it")
        if plan.folder.exists():
            raise InputError(
                f"{plan.output} was begun and not finished; use --resume to go on with it, "
                "or --overwrite"
            )
        return None
    if len(seen) < 2:
        # A journal without a second line is that of a run that had hardly begun.
        if plan.output.exists():
            raise InputError(
                f"{plan.output} exists, but there is no journal of how it was made; "
                "use --overwrite to make it anew"
            )
        return None
    check_same(plan.output, seen[0], header)
    state = _State.of_entry(seen[-1])
    if state.step == "done" and not _clusters_path(plan).exists():
        return state if plan.output.exists() else None
    return state if plan.folder.exists() else None


def _options(plan: Plan) -> dict[str, Any]:
    """What else an output depends on."""
    return {
        "input format": plan.kind.value,
        "fields": [*plan.fields.named, plan.date_field],
        "words": read_weights()["words"],
    }


def _version() -> str:
    """Version of this package."""
    from spindetect import __version__

    return __version__

"""Blocks of datatrove: one that annotates documents, one that filters them.

They stand in a pipeline like those of datatrove itself, between its readers and its writers:

>>> from datatrove.pipeline.readers import JsonlReader
>>> from datatrove.pipeline.writers import JsonlWriter
>>> pipeline = [JsonlReader("crawl/"), SpinFilter(presets=["gopher"]), JsonlWriter("kept/")]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.utils.batching import batched
from datatrove.utils.typeshelper import StatHints

from spindetect.pipeline.engines import BATCH, MAX_CHARACTERS, checked, reports, work_of
from spindetect.pipeline.rows import RESULTS, results_of
from spindetect.pipeline.selection import MAX_SPIN, Selection, presets_that_judge
from spindetect.pipeline.work import Work
from spindetect.report import Report

if TYPE_CHECKING:
    from datatrove.data import Document
    from datatrove.pipeline.writers.disk_base import DiskWriter

__all__ = ["SpinAnnotator", "SpinFilter"]

# What a filter says of a document, beside the reasons against it.
_SAID = ("spin_verdict", "spin_reason", "spin_probability", "spin_error")


class SpinAnnotator(PipelineStep):  # type: ignore[misc] # datatrove has no types
    """Puts what was found out about a document into its metadata.

    The statistics count verdicts (``verdict_spun``), their reasons (``reason_too_short``) and
    errors. A document that cannot be scored has ``spin_error`` and goes on.

    Parameters
    ----------
    model : str, optional
        Folder of a model, as it is called on the workers; the bundled one if left out.
    mode, prior : str, float
        As in `spindetect.score`.
    results : sequence of str
        What to put into the metadata, all of ``docs/pipelines.md`` by default. Sentences and
        anomalies are most of the bytes.
    max_characters : int
        A longer text becomes an error, before it can end a worker.

    Raises
    ------
    InputError
        If there is no such result.
    ValueError
        If there is no such mode, or the prior does not lie between 0 and 1.
    ModelError
        When it runs, if there is no sound model; it names the folder and the machine.
    """

    name = "spindetect"
    type = "ANNOTATOR"

    def __init__(
        self,
        *,
        model: str | None = None,
        mode: str = "balanced",
        prior: float = 0.5,
        results: Sequence[str] = tuple(RESULTS),
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        super().__init__()
        work = work_of(model, mode, prior)
        self.annotate = partial(_annotated, work, checked(results), max_characters)

    def run(
        self,
        data: Iterable[Document],
        rank: int = 0,  # noqa: ARG002 - datatrove gives it, and it changes nothing
        world_size: int = 1,  # noqa: ARG002 - as above
    ) -> Iterator[Document]:
        """The same documents, annotated."""
        for batch in batched(data, BATCH):
            with self.track_time("batch"):
                found = self.annotate(batch)
            for document, report in zip(batch, found, strict=True):
                self.stat_update(StatHints.total, *_kinds(report))
                if isinstance(document.text, str):
                    self.update_doc_stats(document)
                yield document


class SpinFilter(BaseFilter):  # type: ignore[misc] # datatrove has no types
    """Drops documents that were spun, or break rules of quality, as ``spindetect filter`` does it.

    Documents get ``spin_verdict``, ``spin_reason``, ``spin_probability``, ``spin_error`` and
    ``spin_reasons``, all that is against them, into their metadata. The statistics count every
    reason (``reason_spin``), and as those of all filters the first (``dropped_spin``).

    Parameters
    ----------
    max_spin : float
        The highest probability of a document that passes.
    presets : sequence of str
        Quality rules that it must keep: names of presets, or of TOML files, which are read at once.
    keep_unscored : bool
        Whether those pass that have no probability, being empty or in another language.
    model, mode, prior, max_characters
        As of `SpinAnnotator`.
    exclusion_writer : DiskWriter, optional
        Takes the documents that do not pass.
    batch_size : int
        Documents that are scored together.

    Raises
    ------
    InputError
        If there is no such preset, or it has no bounds.
    ValueError
        If there is no such mode, or the prior does not lie between 0 and 1.
    ModelError
        When it runs, if there is no sound model; it names the folder and the machine.
    """

    name = "spindetect"

    def __init__(
        self,
        max_spin: float = MAX_SPIN,
        presets: Sequence[str] = (),
        *,
        keep_unscored: bool = False,
        model: str | None = None,
        mode: str = "balanced",
        prior: float = 0.5,
        max_characters: int = MAX_CHARACTERS,
        exclusion_writer: DiskWriter | None = None,
        batch_size: int = BATCH,
    ) -> None:
        super().__init__(exclusion_writer, batch_size)
        # datatrove writes what a block is made of as JSON, which knows functions, by what they
        # show, but not our records.
        selection = Selection(max_spin, presets_that_judge(presets), keep_unscored)
        work = work_of(model, mode, prior, selection.presets)
        self.reasons = selection.reasons
        self.annotate = partial(_annotated, work, _SAID, max_characters)

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Whether the document passes, or what is against it."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        """Whether each document passes, or what is against it first."""
        found = self.annotate(batch)
        return [self._judged(d, report) for d, report in zip(batch, found, strict=True)]

    def _judged(self, document: Document, report: Report) -> bool | tuple[bool, str]:
        """Whether a document passes, or what is against it first."""
        reasons = self.reasons(report)
        document.metadata["spin_reasons"] = list(reasons)
        if not reasons:
            return True
        self.stat_update(*(f"reason_{reason}" for reason in reasons))
        return False, reasons[0]


def _annotated(
    work: Work, results: Sequence[str], max_characters: int, documents: Sequence[Document]
) -> list[Report]:
    """Reports on documents, of which results have been put into their metadata."""
    items = [(str(d.id), d.text, None) for d in documents]
    found = reports(work.load(), items, work, "it has no text", max_characters)
    for document, report in zip(documents, found, strict=True):
        row = results_of(report)
        document.metadata |= {name: row[name] for name in results}
    return found


def _kinds(report: Report) -> list[str]:
    """What a document counts as."""
    if report.error is not None:
        return ["error"]
    return [f"verdict_{report.verdict.value}", f"reason_{report.reason.value}"]

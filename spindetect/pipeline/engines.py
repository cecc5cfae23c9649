"""What every engine does with rows: texts in, columns of results out.

An engine (Spark, Ray, datatrove) reads, divides, retries and writes; a batch of rows is scored in
one of its own processes, as a worker of the plain runner scores it.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from spindetect.errors import InputError, ModelError
from spindetect.modes import Mode, Setting
from spindetect.pipeline.limits import Limits
from spindetect.pipeline.rows import RESULTS, results_of
from spindetect.pipeline.work import Payload, Scorer, Work, reports_on
from spindetect.report import Report

if TYPE_CHECKING:
    from spindetect.quality import Preset

__all__ = ["BATCH", "MAX_CHARACTERS", "Scoring", "checked", "loaded", "reports", "work_of"]

# Rows that are scored together. It is the plain runner's number: several batches of the detector,
# and results that weigh little beside the process.
BATCH = 64

# A million characters took up to 110 MB and 14 CPU seconds when it was measured: ten million fit
# into two gigabytes, which is what a core of a cluster usually has, with what else is there.
# A worker that is ended for its memory is started on the same document again and again, until the
# engine gives up the whole job.
MAX_CHARACTERS = 10_000_000

# What errors call a row that has no id.
_ROW = "the row"


def loaded(model: str | None) -> Scorer:
    """The detector of a model folder, or the bundled one, on a worker.

    Raises
    ------
    ModelError
        If there is no sound model; it names the folder and the machine.
    """
    from spindetect.detector import load

    try:
        return load(model)
    except ModelError as error:
        raise ModelError(f"on the worker {socket.gethostname()}: {error}") from None


def work_of(model: str | None, mode: str, prior: float, presets: tuple[Preset, ...] = ()) -> Work:
    """What a worker is to do; limits of time and memory are the engine's.

    Raises
    ------
    ValueError
        If there is no such mode, or the prior does not lie between 0 and 1.

    Examples
    --------
    >>> work_of(None, "balanced", 0.5).limits.megabytes is None
    True
    """
    setting = Setting(Mode(mode), prior)
    load = partial(loaded, model)
    return Work(load, setting.mode.value, setting.prior, Limits(megabytes=None), presets)


def checked(results: Sequence[str]) -> tuple[str, ...]:
    """Names of results, all of which there are.

    Raises
    ------
    InputError
        If not, or if there is none.

    Examples
    --------
    >>> checked(["spin_verdict"])
    ('spin_verdict',)
    """
    unknown = [name for name in results if name not in RESULTS]
    if unknown or not results:
        what = f"there is no result {unknown[0]!r}" if unknown else "no results are asked for"
        raise InputError(f"{what}: choose of {', '.join(RESULTS)}")
    return tuple(results)


@dataclass(frozen=True, slots=True)
class Scoring:
    """How the rows of a table are scored, and what is said of each. It travels to the workers.

    Attributes
    ----------
    work : Work
    text : str
        Column with the texts.
    html : str or None
        Column with pages, for the rows without a text.
    results : tuple of str
        Names of `RESULTS`.
    max_characters : int
        A longer text becomes an error.

    Raises
    ------
    InputError
        If there is no such result.

    Examples
    --------
    >>> scoring = Scoring(work_of(None, "balanced", 0.5), "text", results=("spin_reason",))
    >>> scorer = scoring.work.load()  # once a worker
    >>> scoring.columns(scorer, ["Too short to tell.", None], None)
    {'spin_reason': ['too_short', None]}
    """

    work: Work
    text: str
    html: str | None = None
    results: tuple[str, ...] = tuple(RESULTS)
    max_characters: int = MAX_CHARACTERS

    def __post_init__(self) -> None:
        checked(self.results)

    @property
    def inputs(self) -> list[str]:
        """The columns that are read."""
        return [self.text] if self.html is None else [self.text, self.html]

    def check(self, names: Sequence[str]) -> None:
        """Nothing, if a table with columns of these names can be scored.

        Raises
        ------
        InputError
            If it lacks a column, or two of its columns have that name.
        """
        for name in self.inputs:
            if list(names).count(name) != 1:
                raise InputError(
                    f'no column, or more than one, is called "{name}"; there are: {list(names)}'
                )

    def columns(
        self, scorer: Scorer, texts: Sequence[Any], pages: Sequence[Any] | None
    ) -> dict[str, list[Any]]:
        """The results on a batch of rows, by column.

        Parameters
        ----------
        scorer : Scorer
        texts, pages : sequence
            The values of the columns, whatever they are; no pages if there is no such column.
        """
        known = pages if pages is not None else [None] * len(texts)
        items = [(_ROW, text, page) for text, page in zip(texts, known, strict=True)]
        named = " or ".join(f'"{name}"' for name in self.inputs)
        missing = f"no string in the column {named}"
        found = reports(scorer, items, self.work, missing, self.max_characters)
        rows = [results_of(report) for report in found]
        return {name: [row[name] for row in rows] for name in self.results}


def reports(
    scorer: Scorer,
    items: Sequence[tuple[str, Any, Any]],
    work: Work,
    missing: str,
    max_characters: int,
) -> list[Report]:
    """Reports on (id, text, page) rows, in order; one that is bad takes no other with it.

    Parameters
    ----------
    scorer, work : Scorer, Work
    items : sequence of (str, anything, anything)
        A row without a text is scored by its page.
    missing : str
        What is wrong with a row that has neither.
    max_characters : int
        A longer text or page becomes an error.
    """
    payload: list[tuple[str | int, str | None, str | bytes | None]] = []
    faults: dict[int, str] = {}
    for place, (id, text, page) in enumerate(items):
        if isinstance(text, str):
            content: str | bytes = text
            row: Payload = [(id, text, None)]
        elif isinstance(page, str | bytes):
            content = page
            row = [(id, None, page)]
        else:
            faults[place] = missing
            continue
        if len(content) > max_characters:
            faults[place] = (
                f"it has {len(content):,} characters, more than max_characters={max_characters:,}"
            )
        else:
            payload.extend(row)
    found = iter(reports_on(scorer, payload, work) if payload else ())
    return [
        Report.unreadable(id, f"{id}: {faults[place]}.") if place in faults else next(found)
        for place, (id, _, _) in enumerate(items)
    ]

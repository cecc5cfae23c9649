"""Columns of results in a Dataset of Ray.

>>> from spindetect.pipeline.ray import score_column  # doctest: +SKIP
>>> score_column(ray.data.read_json("crawl/"), "text").write_parquet("scored/")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from spindetect.errors import InputError
from spindetect.inputs.arrow import pyarrow
from spindetect.pipeline.engines import BATCH, MAX_CHARACTERS, Scoring, work_of
from spindetect.pipeline.rows import RESULTS
from spindetect.pipeline.tables import arrow_type

if TYPE_CHECKING:
    from ray.data import Dataset

__all__ = ["score_column"]

# That of pyarrow, which has no types and may not be installed.
Table: TypeAlias = Any


def score_column(
    ds: Dataset,
    text: str = "text",
    *,
    html: str | None = None,
    model: str | None = None,
    mode: str = "balanced",
    prior: float = 0.5,
    results: Sequence[str] = tuple(RESULTS),
    max_characters: int = MAX_CHARACTERS,
    workers: int | None = None,
) -> Dataset:
    """A Dataset with the results of scoring one of its columns, as further columns.

    Nothing is scored before Ray is asked for rows. The rows go to a pool of actors, of one core
    each; every actor loads the model once, and its tables are mapped, so that the actors of a
    machine share them. A block is one task, so that blocks may differ in the types of a column; its
    results stream out of the actor.

    Parameters
    ----------
    ds : ray.data.Dataset
    text, html, model, mode, prior, results, max_characters
        As in `spindetect.pipeline.spark.score_column`.
    workers : int, optional
        Actors at most. They start at once, as long as a core is left to those that read and write;
        Ray adds the others, or all but one if left out, as it has cores to spare.

    Returns
    -------
    ray.data.Dataset
        The columns of `ds` and those of `results`, in the place of columns of such names. Where a
        row has no text, or cannot be scored, ``spin_error`` says so, and all else is null.

    Raises
    ------
    InputError
        If there is no such column, as far as Ray knows the columns without reading rows; if there
        is no such result, or no number of workers.
    ValueError
        If there is no such mode, or the prior does not lie between 0 and 1.
    ray.exceptions.RayError
        When rows are asked for, if a worker has no sound model, or a block of rows has neither
        column; it names them.
    """
    scoring = Scoring(work_of(model, mode, prior), text, html, (*results,), max_characters)
    return _scored(ds, scoring, workers)


def _scored(ds: Dataset, scoring: Scoring, workers: int | None) -> Dataset:
    """The Dataset with results; see `score_column`."""
    from ray.data import ActorPoolStrategy

    if workers is not None and workers < 1:
        raise InputError(f"{workers} workers cannot score anything")
    if (names := _names(ds)) is not None:
        scoring.check(names)
    found: Dataset = ds.map_batches(
        _Actor,
        fn_constructor_args=(scoring,),
        batch_format="pyarrow",
        # Blocks whole, as they are: Ray cannot join two in which a column has different types.
        batch_size=None,
        zero_copy_batch=True,
        compute=ActorPoolStrategy(min_size=1, max_size=workers, initial_size=_at_once(workers)),
        num_cpus=1,
    )
    return found


def _at_once(workers: int | None) -> int:
    """Actors to start with, at most `workers`.

    Ray keeps so much for its budget that a pool of two never came to its second actor on three
    cores. One core is left: a pool that took all at once would leave none to those that write.
    """
    import ray

    cores = int(ray.cluster_resources().get("CPU", 1))
    return max(1, min(workers or 1, cores - 1))


def _names(ds: Dataset) -> list[str] | None:
    """The columns, as far as Ray knows them without running what comes before."""
    try:
        schema = ds.schema(fetch_if_missing=False)
    except pyarrow().ArrowException:
        # Values of one column have several types: its blocks know them.
        return None
    return None if schema is None else list(schema.names)


class _Actor:
    """What scores batches in a process of Ray."""

    def __init__(self, scoring: Scoring) -> None:
        self._scoring = scoring
        self._scorer = scoring.work.load()

    def __call__(self, block: Table) -> Iterator[Table]:
        """The rows of a block with results, some at a time; a block without rows is one table."""
        for begin in range(0, max(block.num_rows, 1), BATCH):
            yield self._scored(block.slice(begin, BATCH))

    def _scored(self, batch: Table) -> Table:
        """A batch with results."""
        pa = pyarrow()
        scoring = self._scoring
        texts, *pages = self._values(batch)
        columns = scoring.columns(self._scorer, texts, pages[0] if pages else None)
        others = [name for name in batch.column_names if name not in columns]
        found = batch.select(others)
        for name, values in columns.items():
            found = found.append_column(name, pa.array(values, arrow_type(RESULTS[name])))
        return found

    def _values(self, batch: Table) -> list[list[Any]]:
        """The values of the columns that are scored.

        Files of one folder may have different columns: one that is missing here holds nothing, as
        long as the other is there.
        """
        names = batch.column_names
        wanted = self._scoring.inputs
        if not set(wanted) & set(names):
            self._scoring.check(names)
        nothing = [None] * batch.num_rows
        return [batch.column(n).to_pylist() if n in names else nothing for n in wanted]

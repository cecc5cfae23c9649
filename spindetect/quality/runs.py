"""Runs: many documents measured one batch after the other, in this process or in several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from spindetect.batches import Identifier, Item, item_batches
from spindetect.findings import Quality
from spindetect.quality.preset import Preset
from spindetect.quality.presets import PRESETS

__all__ = ["assess_many"]

# Characters that are measured together. Most of the hundreds of array operations are short: of 500
# words each, eight documents together took 25.4 times as long as splitting them by regular
# expressions (all signals; 2.1 the default ones), 16 20.8 times (1.6), and 32 30.7 times (1.8).
_BATCH = 60_000

# Batches below which a second process costs more than it saves.
_WORTHWHILE = 4


def assess_many(
    items: Iterable[str | tuple[Identifier, str]],
    presets: Sequence[Preset] = (PRESETS["default"],),
    *,
    n_jobs: int = 1,
) -> Iterator[tuple[Identifier, Quality]]:
    """The quality of many documents, lazily and in order.

    Parameters
    ----------
    items : iterable of str or (id, str)
        Texts; a bare text has the id None.
    presets : sequence of Preset
        What to measure.
    n_jobs : int
        Processes, as in joblib: 1 stays in this one, -1 takes all cores.

    Yields
    ------
    (id, Quality)

    Raises
    ------
    TypeError
        When it comes to what is no text.
    InputError
        If a signal needs a package that is not installed.

    Examples
    --------
    >>> [(id, quality.verdicts) for id, quality in assess_many([("a", "Too short.")])]
    [('a', {'default': False})]
    """
    batches = item_batches(items, _BATCH)
    head = list(islice(batches, _WORTHWHILE if n_jobs != 1 else 0))
    batches = chain(head, batches)
    if n_jobs == 1 or len(head) < _WORTHWHILE:
        for batch in batches:
            yield from _assessed(batch, presets)
        return
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=n_jobs, return_as="generator", batch_size=1, pre_dispatch="3*n_jobs")
    for found in parallel(delayed(_assessed)(batch, presets) for batch in batches):
        yield from found


def _assessed(batch: Sequence[Item], presets: Sequence[Preset]) -> list[tuple[Identifier, Quality]]:
    """The quality of a batch of documents."""
    from spindetect.quality import assess

    texts = []
    for _, text in batch:
        if not isinstance(text, str):
            raise TypeError(f"quality is measured of a str, got {type(text).__name__}")
        texts.append(text)
    return list(zip((id for id, _ in batch), assess(texts, presets), strict=True))

"""The score: how surely a text is a human document that nothing has damaged.

It is the probability that an English document is human and whole, where half of all are damaged:
shuffled, cut off, full of boilerplate, repeated, gibberish, stuffed with keywords, garbled or spun.
Boosted trees over a few cheap signals and what the language model says of the words; trained by
`python -m models.train_quality`. A text of another language looks like gibberish to it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spindetect.errors import ModelError
from spindetect.quality import familiarity
from spindetect.quality.judgement import measured
from spindetect.quality.layout import Layout
from spindetect.quality.preset import WordKind
from spindetect.trees import Trees

__all__ = ["FEATURES", "FILE", "features", "scores"]

FILE = Path(__file__).with_name("score.json")


# Signals of words parted by white space, most of them also in the preset `default`.
_SIGNALS = (
    "n_wordlike",
    "mean_wordlike_length",
    "larger_symbol_ratio",
    "alpha_words",
    "stop_word_share",
    "ellipsis_lines",
    "bullet_lines",
    "terminal_lines",
    "short_lines_30",
    "line_end_ratio",
    "unfinished",
    "top_2gram_chars",
    "duplicate_5gram_chars",
    "duplicate_stripped_line_chars",
    "policy_phrases",
    "javascript",
)

# Spun texts for each whole one where the score was trained: an eighth of the damaged
# (`models.train_quality`).
_SPUN = 1 / 8

# Columns of the features.
FEATURES = (*_SIGNALS, *familiarity.MEANS)


def features(layout: Layout) -> npt.NDArray[np.float32]:
    """What the score goes by, one row a document, columns as in `FEATURES`."""
    columns = [measured(layout, name, WordKind.SPACED).values for name in _SIGNALS]
    rows = np.column_stack([*columns, familiarity.means(layout)])
    return rows.astype(np.float32)


def scores(layout: Layout, spun: npt.NDArray[np.float64] | None = None) -> npt.NDArray[np.float64]:
    """The score of each document, in [0, 1].

    Parameters
    ----------
    layout : Layout
    spun : float64 array, one entry a document, optional
        Log-odds that it was spun, where as many are as are not, if a detector has said so; NaN
        where it has not. The trees see little of the choice of words: spun text is one more way to
        be damaged then, beside what they have found, as common as among the texts they learned of.

    Raises
    ------
    ModelError
        If the file of the trees is missing or damaged.

    Examples
    --------
    >>> prose = "The council voted on Monday to keep the library open after all. "
    >>> whole, cut = scores(Layout([prose * 1, "asdf kjh asdkfj " * 20]))
    >>> bool(whole > cut)
    True
    """
    against = np.exp(-_trees().log_odds(features(layout)))
    if spun is not None:
        # At most what a float can hold the square of.
        against += np.where(np.isnan(spun), 0.0, np.exp(np.minimum(spun, 300.0)) * _SPUN)
    return np.asarray(1 / (1 + against))


@cache
def _trees() -> Trees:
    """The trees."""
    try:
        record = json.loads(FILE.read_text(encoding="utf-8"))
        found = Trees.from_dict(record["trees"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{FILE} cannot be used ({error}): install spindetect again.") from error
    if record["features"] != list(FEATURES) or not found.is_sound(len(FEATURES)):
        raise ModelError(f"{FILE} is of another version: install spindetect again.")
    return found

"""The score: how surely a text is a human document that nothing has damaged.

It is the probability that an English document is human and whole, where half of all are damaged:
shuffled, cut off, full of boilerplate, repeated, gibberish, stuffed with keywords, garbled or spun.
Two sets of boosted trees over a few cheap signals and what the language model says of the words
weigh spinning, and all other damage, against a whole text; trained by
`python -m models.train_quality`. A text of another language looks like gibberish to them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from spindetect.errors import ModelError
from spindetect.quality import familiarity
from spindetect.quality.judgement import measured
from spindetect.quality.layout import Layout
from spindetect.quality.preset import WordKind
from spindetect.trees import Trees

__all__ = ["FEATURES", "FILE", "features", "joined", "scores"]

Floats: TypeAlias = npt.NDArray[np.float64]

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

# Spun texts for each whole one, and otherwise damaged ones: one kind of damage among eight.
_SPUN = 1 / 8
_OTHER = 1 - _SPUN

# Columns of the features.
FEATURES = (*_SIGNALS, *familiarity.MEANS)


def features(layout: Layout) -> npt.NDArray[np.float32]:
    """What the score goes by, one row a document, columns as in `FEATURES`."""
    columns = [measured(layout, name, WordKind.SPACED).values for name in _SIGNALS]
    rows = np.column_stack([*columns, familiarity.means(layout)])
    return rows.astype(np.float32)


def scores(layout: Layout, spun: Floats | None = None) -> Floats:
    """The score of each document, in [0, 1].

    Parameters
    ----------
    layout : Layout
    spun : float64 array, one entry a document, optional
        Log-odds that it was spun, where as many are as are not, if a detector has said so; NaN
        where it has not. The trees see little of the choice of words, and take unusual text for
        spun: a detector's word stands in the place of theirs.

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
    rows = features(layout)
    of_spinning, of_damage = _trees()
    told = np.full(len(rows), np.nan) if spun is None else spun.astype(np.float64)
    if (unread := np.isnan(told)).any():
        told[unread] = -of_spinning.log_odds(rows[unread])
    return joined(told, -of_damage.log_odds(rows))


def joined(spun: Floats, damaged: Floats) -> Floats:
    """The score, of the log-odds against a whole text: that it was spun, and damaged otherwise.

    Both where as many texts are whole as are not.

    >>> joined(np.array([-300.0, 0.0, 1e9]), np.array([-300.0, 0.0, -300.0])).round(3).tolist()
    [1.0, 0.5, 0.0]
    """
    # At most what a float can hold the square of.
    odds = (np.exp(np.minimum(log_odds, 300.0)) for log_odds in (spun, damaged))
    against = np.array([_SPUN, _OTHER]) @ np.stack(list(odds))
    return np.asarray(1 / (1 + against))


@cache
def _trees() -> tuple[Trees, Trees]:
    """The trees that tell whole texts from spun ones, and from otherwise damaged ones."""
    try:
        record = json.loads(FILE.read_text(encoding="utf-8"))
        found = Trees.from_dict(record["spun"]), Trees.from_dict(record["damaged"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{FILE} cannot be used ({error}): install spindetect again.") from error
    if record["features"] != list(FEATURES) or not all(t.is_sound(len(FEATURES)) for t in found):
        raise ModelError(f"{FILE} is of another version: install spindetect again.")
    return found

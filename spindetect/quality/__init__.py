"""Content quality: the signals of the filters that crawls pass, with bounds and passages.

Every system measures its own few; here they are all, on words, lines and sentences that are found
once for a batch of documents (`spindetect.quality.layout`). `SIGNALS` has each by its name,
`PRESETS` the sets of them with bounds that systems publish, and `assess` measures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spindetect.findings import Quality
from spindetect.quality import familiarity
from spindetect.quality.catalogue import SIGNALS
from spindetect.quality.judgement import judge
from spindetect.quality.layout import Layout
from spindetect.quality.preset import Preset, WordKind
from spindetect.quality.preset_file import named_presets, preset, read_preset, read_terms
from spindetect.quality.presets import PRESETS
from spindetect.quality.runs import assess_many
from spindetect.quality.score import scores

__all__ = [
    "PRESETS",
    "SIGNALS",
    "Preset",
    "WordKind",
    "assess",
    "assess_many",
    "named_presets",
    "preset",
    "read_preset",
    "read_terms",
]


def assess(
    texts: Sequence[str],
    presets: Sequence[Preset] = (PRESETS["default"],),
    *,
    means: npt.NDArray[np.float64] | None = None,
    spun: npt.NDArray[np.float64] | None = None,
) -> list[Quality]:
    """The quality of each document of a batch by some presets.

    Parameters
    ----------
    texts : sequence of str
        The batch; documents do not see each other.
    presets : sequence of Preset
        What to measure; what several ask for is measured once.
    means : float64 array, shape (len(texts), 3), optional
        What the language model says of each document, columns as in `familiarity.MEANS`, if the
        caller has read it already; rows of NaN where not.
    spun : float64 array, shape (len(texts),), optional
        Log-odds that each was spun, for the score, if a detector has said so; NaN where not.

    Returns
    -------
    list of Quality
        One for each text, each with the same rules in the same order, those of the first preset
        first. The score does not depend on the presets (`spindetect.quality.score`).

    Raises
    ------
    InputError
        If a signal needs a package that is not installed.

    Examples
    --------
    >>> (quality,) = assess(["Please enable JavaScript to read the rest of the page."])
    >>> quality.failed
    ('default.n_wordlike', 'default.top_2gram_chars', 'default.javascript')
    >>> quality.verdicts
    {'default': False}
    """
    if not texts:
        return []
    with Layout(texts) as layout:
        if means is not None:
            layout.shared("means", lambda: _completed(texts, means))
        judgement = judge(layout, presets)
        found = scores(layout, spun).tolist()
        return [Quality(score, judgement.rules(doc)) for doc, score in enumerate(found)]


def _completed(texts: Sequence[str], means: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The means with those of the texts for which they are missing."""
    missing = np.flatnonzero(np.isnan(means).any(axis=1)).tolist()
    if not missing:
        return means
    found = means.copy()
    with Layout([texts[doc] for doc in missing]) as layout:
        found[missing] = familiarity.means(layout)
    return found

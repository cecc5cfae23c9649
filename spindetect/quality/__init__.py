"""Content quality: the signals of the filters that crawls pass, with bounds and passages.

Every system measures its own few; here they are all, on words, lines and sentences that are found
once for a batch of documents (`spindetect.quality.layout`). `SIGNALS` has each by its name,
`PRESETS` the sets of them with bounds that systems publish, and `assess` measures.
"""

from __future__ import annotations

from collections.abc import Sequence

from spindetect.findings import Quality
from spindetect.quality.catalogue import SIGNALS
from spindetect.quality.judgement import judge
from spindetect.quality.layout import Layout
from spindetect.quality.presets import PRESETS, Preset, WordKind, preset, read_preset

__all__ = [
    "PRESETS",
    "SIGNALS",
    "Preset",
    "WordKind",
    "assess",
    "preset",
    "read_preset",
]


def assess(texts: Sequence[str], presets: Sequence[Preset] = (PRESETS["default"],)) -> list[Quality]:
    """The quality of each document of a batch by some presets.

    Parameters
    ----------
    texts : sequence of str
        The batch; documents do not see each other.
    presets : sequence of Preset
        What to measure; what several ask for is measured once.

    Returns
    -------
    list of Quality
        One for each text, each with the same rules in the same order, those of the first preset
        first.

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
    judgement = judge(Layout(texts), presets)
    scores = judgement.passed.mean(axis=1).tolist()
    return [Quality(score, judgement.rules(doc)) for doc, score in enumerate(scores)]

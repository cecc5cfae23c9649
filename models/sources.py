"""Sources: which clean texts share a source document with a spun one.

Such a text must not be counted, and belongs into the fold of the spun one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spindetect.benchmark.texts import Text
from spindetect.lexicon import phrase_keys
from spindetect.tokens import tokenise

from .userdata import Clean

# Words in a row by which texts are known to share a source, and how many such rows, and what share
# of those of the shorter text, they must share: eight words hardly ever meet again by chance, and
# the footer of a page or a quotation makes few rows.
SHINGLE = 8
LEAST_SHINGLES = 10
LEAST_SHARE = 0.1

Keys = npt.NDArray[np.uint64]


def shingles(text: str) -> tuple[Keys, int]:
    """Distinct keys of rows of `SHINGLE` words of a text, ascending, and its number of words.

    >>> keys, words = shingles("one two three four five six seven eight nine")
    >>> len(keys), words
    (2, 9)
    """
    tokens = tokenise([text])
    keys = tokens.key[tokens.is_word]
    if len(keys) < SHINGLE:
        return np.zeros(0, np.uint64), len(keys)
    rows = np.lib.stride_tricks.sliding_window_view(keys, SHINGLE)
    return np.unique(phrase_keys(rows)), len(keys)


class Sources:
    """Source documents of spun texts, to tell which clean texts share one with them."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._known = {t.group for t in texts}
        sides = [(t.group, side) for t in texts for side in (t.text, t.original) if side]
        self._groups = [group for group, _ in sides]
        parts = [shingles(side)[0] for _, side in sides]
        self._sizes = np.array([len(keys) for keys in parts], np.int64)
        keys = np.concatenate([np.zeros(0, np.uint64), *parts])
        owner = np.repeat(np.arange(len(parts)), self._sizes)
        # What both sides of a pair share is the original's, which stands behind.
        self._keys, last = np.unique(keys[::-1], return_index=True)
        self._owner = owner[::-1][last]

    def group(self, clean: Clean, keys: Keys) -> str | None:
        """Group of the spun text that shares the source of a clean one with such shingles."""
        if clean.group in self._known:
            return clean.group
        if len(self._keys) == 0 or len(keys) == 0:
            return None
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found = np.bincount(self._owner[at[self._keys[at] == keys]], minlength=1)
        most = int(found.argmax())
        least = LEAST_SHARE * min(len(keys), int(self._sizes[most]))
        return self._groups[most] if found[most] >= max(LEAST_SHINGLES, least) else None

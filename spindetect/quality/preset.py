"""A preset: which signals a crawl filter looks at, of which words, and the bounds that it keeps.

A preset is data; one of one's own is made from another with `Preset.changed`, or read from a TOML
file (`spindetect.quality.preset_file`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from spindetect.errors import InputError
from spindetect.quality.catalogue import LISTED, SIGNALS
from spindetect.quality.measures import Signal
from spindetect.suggest import closest

__all__ = ["ANY", "Interval", "Preset", "WordKind"]

Interval: TypeAlias = tuple[float | None, float | None]

# No bounds: the signal is measured and judges nothing.
ANY: Interval = (None, None)


class WordKind(StrEnum):
    """What signals of words take for words.

    ``SPACED``: what white space parts. ``PARTED``: the project's own tokens, and punctuation and
    symbols one by one, close to what spaCy makes of English. ``OWN``: the project's own tokens
    alone. ``PUNCTUATED``: runs of letters, digits and underscores, and runs of other signs.
    """

    SPACED = auto()
    PARTED = auto()
    OWN = auto()
    PUNCTUATED = auto()


@dataclass(frozen=True, slots=True)
class Preset:
    """Signals with bounds.

    Attributes
    ----------
    name : str
        Stands before the names of the signals in the rules of a result.
    words : WordKind
        What signals of words are about.
    bounds : Mapping of str to (float or None, float or None)
        For each signal (`spindetect.quality.SIGNALS`) the least and the greatest value that a good
        text has; None is unbounded. A signal without bounds is measured only.
    flagged : tuple of str
        Words and phrases that `flagged_terms` and `flagged_words` count; none: they are 0.

    Raises
    ------
    InputError
        If there is no signal of a name, or the least value exceeds the greatest.

    Examples
    --------
    >>> from spindetect.quality import preset
    >>> mine = preset("gopher").changed("mine", {"n_filled_words": (20, None), "stop_words": None})
    >>> mine.bounds["n_filled_words"], "stop_words" in mine.bounds
    ((20, None), False)
    """

    name: str
    words: WordKind
    bounds: Mapping[str, Interval]
    flagged: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for signal, (low, high) in self.bounds.items():
            if signal not in SIGNALS:
                found = closest(signal, SIGNALS)
                meant = f"the closest is {found!r}" if found else "docs/quality.md lists all"
                raise InputError(f"there is no signal {signal!r}: {meant}")
            if low is not None and high is not None and low > high:
                raise InputError(f"the bounds of {signal} are empty: {low} is more than {high}")
        object.__setattr__(self, "words", WordKind(self.words))
        object.__setattr__(self, "bounds", MappingProxyType(dict(self.bounds)))
        object.__setattr__(self, "flagged", tuple(self.flagged))

    def __reduce__(
        self,
    ) -> tuple[type[Preset], tuple[str, str, dict[str, Interval], tuple[str, ...]]]:
        return Preset, (self.name, self.words.value, dict(self.bounds), self.flagged)

    @property
    def has_verdict(self) -> bool:
        """Whether a text can break one of its rules, which takes a bound.

        >>> from spindetect.quality import preset
        >>> preset("gopher").has_verdict, preset("redpajama").has_verdict
        (True, False)
        """
        return any(edge is not None for interval in self.bounds.values() for edge in interval)

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that tell words, bounds and flagged words from others.

        >>> from spindetect.quality import preset
        >>> mine = preset("gopher").changed("gopher", {"stop_words": (3, None)})
        >>> mine.digest == preset("gopher").digest
        False
        """
        bounds = [[signal, *edges] for signal, edges in self.bounds.items()]
        content = json.dumps([self.words.value, bounds, *self.flagged])
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def changed(
        self,
        name: str,
        bounds: Mapping[str, Interval | None],
        *,
        words: WordKind | str | None = None,
        flagged: Iterable[str] | None = None,
    ) -> Preset:
        """The preset with other bounds, more signals, or fewer where the bounds are None.

        Parameters
        ----------
        name : str
            Of the new preset.
        bounds : Mapping of str to (float or None, float or None), or None
        words : WordKind or str, optional
            Other words.
        flagged : iterable of str, optional
            Other flagged words and phrases.

        Examples
        --------
        >>> from spindetect.quality import assess, preset
        >>> mine = preset("c4").changed("mine", {}, flagged=["darn", "heck of a"])
        >>> (quality,) = assess(["What a heck of a day."], [mine])
        >>> [rule.value for rule in quality.rules if rule.name == "mine.flagged_terms"]
        [1.0]
        """
        merged: dict[str, Interval | None] = {**self.bounds, **bounds}
        kept = {signal: interval for signal, interval in merged.items() if interval is not None}
        kind = self.words if words is None else WordKind(words)
        return Preset(name, kind, kept, self.flagged if flagged is None else tuple(flagged))

    def signal(self, name: str) -> Signal:
        """The signal of a name, with the preset's own list if it goes by one."""
        if name in LISTED:
            return partial(LISTED[name], listed=self.flagged)
        return SIGNALS[name]

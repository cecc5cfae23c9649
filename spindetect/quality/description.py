"""What the documentation says of a signal, taken from its docstring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from spindetect.quality.catalogue import SIGNALS
from spindetect.quality.variants import told

__all__ = ["Description", "described"]

# How a docstring ends.
_FACTS = re.compile(r"Unit: (.*?)\. Range: (.*?)\. Source: (.*)\.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Description:
    """What the documentation says of a signal, taken from its docstring.

    >>> described("digit_share").definition, described("digit_share").range
    ('Digits for each character.', '[0, 1]')
    """

    definition: str
    unit: str
    range: str
    source: str
    family: str


def described(name: str) -> Description:
    """The description of a signal."""
    signal = SIGNALS[name]
    text = " ".join(told(signal).split())
    facts = _FACTS.search(text)
    if facts is None:
        raise ValueError(f"the docstring of {name} names no unit, range and source")
    module = signal.func.__module__ if isinstance(signal, partial) else signal.__module__
    unit, range_, source = facts.groups()
    definition = text[: facts.start()].strip()
    return Description(definition, unit, range_, source, module.rpartition(".")[2])

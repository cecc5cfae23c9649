"""Passages: everything that is to be scored, each once, and what it is scored for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from spindetect.benchmark.cuts import DOCUMENT, PARAGRAPH, Bounds, Cut, clip, cuts, mixed_cuts
from spindetect.benchmark.evidence import clean_texts
from spindetect.benchmark.texts import Text

__all__ = ["Passages"]

_TASKS = (DOCUMENT, PARAGRAPH)


@dataclass(frozen=True)
class Passages:
    """The passages of labelled texts.

    Attributes
    ----------
    texts : list of Text
    tasks : dict of str to list of Cut
        Spun passages and what they are compared with, by the name of the task.
    clean : dict of str to list of (str, str)
        For each task, first 400 words of the texts that are not spun, with their groups; of texts
        that are no shorter than the task's.
    blends : list of Cut
        Texts that are spun in part.
    """

    texts: list[Text]
    tasks: dict[str, list[Cut]]
    clean: dict[str, list[tuple[str, str]]]
    blends: list[Cut]

    @classmethod
    def of(cls, texts: list[Text]) -> Passages:
        """The passages of these texts."""
        return cls(
            texts,
            {bounds.name: cuts(texts, bounds) for bounds in _TASKS},
            {bounds.name: _clean_passages(texts, bounds) for bounds in _TASKS},
            mixed_cuts(texts),
        )

    @cached_property
    def groups(self) -> dict[str, int]:
        """Number of each group."""
        return {name: i for i, name in enumerate(sorted({t.group for t in self.texts}))}

    @cached_property
    def compared(self) -> dict[str, tuple[str, bool]]:
        """Distinct passages of the tasks: the group of each, and whether it is spun."""
        found: dict[str, tuple[str, bool]] = {}
        for task, own in self.tasks.items():
            for cut in own:
                found.setdefault(cut.text, (cut.group, cut.is_spun))
            for passage, group in self.clean[task]:
                found.setdefault(passage, (group, False))
        return found

    @cached_property
    def every(self) -> list[str]:
        """Distinct passages in all: those of the tasks, whole texts that are not spun, blends."""
        whole = [t.text for t in self.texts if not t.is_spun]
        return list(dict.fromkeys([*self.compared, *whole, *(c.text for c in self.blends)]))


def _clean_passages(texts: Sequence[Text], bounds: Bounds) -> list[tuple[str, str]]:
    """First 400 words of the texts that are not spun and no shorter than a task's."""
    document = Bounds(bounds.name, bounds.least, DOCUMENT.enough, DOCUMENT.most)
    clipped = ((*clip(t.text, document), t.group) for t in clean_texts(texts))
    return [(passage, group) for passage, count, group in clipped if count >= bounds.least]

"""How far a search for copies is: what its journal says, and where one that is resumed goes on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from spindetect.copies.plan import Plan
from spindetect.pipeline.places import Place
from spindetect.pipeline.resuming import check_known, check_same, check_untouched

__all__ = ["COMMIT_SECONDS", "Finished", "State", "start"]

# A commit waits for the disk, some tenths of a second.
COMMIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended.

    Attributes
    ----------
    tally : Counter
        ``pages``, ``unreadable`` and ``tiny`` ones, those with a ``repeated`` id; ``pairs`` that
        were compared, and ``matches`` among them; ``clusters``, and pages that are ``copies``.
    seconds : float
    """

    tally: Counter[str]
    seconds: float

    @property
    def summary(self) -> str:
        """The same to read.

        >>> Finished(Counter(pages=1200, clusters=2, copies=7), 1.5).summary
        '1,200 pages, 7 of them in 2 clusters of copies'
        >>> Finished(Counter(pages=1, tiny=1), 0.1).summary
        '1 page, 0 of them in 0 clusters of copies; 1 is too short to compare'
        """
        t = self.tally
        text = (
            f"{_counted(t['pages'], 'page', 'pages')}, {t['copies']:,} of them in "
            f"{_counted(t['clusters'], 'cluster', 'clusters')} of copies"
        )
        if t["tiny"]:
            text += f"; {_counted(t['tiny'], 'is', 'are')} too short to compare"
        if t["unreadable"]:
            text += f"; {t['unreadable']:,} could not be read"
        if t["repeated"]:
            has, is_ = ("has", "is") if t["repeated"] == 1 else ("have", "are")
            text += f"; {t['repeated']:,} {has} the id of an earlier one, and {is_} told by number"
        return text


def _counted(n: int, one: str, many: str) -> str:
    """A number and the word that agrees with it."""
    return f"{n:,} {one if n == 1 else many}"


@dataclass(frozen=True, slots=True)
class State:
    """How far a run is, as a line of the journal says it.

    Attributes
    ----------
    step : str
        What is to be done next: ``read``, ``link``, ``compare``, ``group``; or ``done``.
    place : Place
        Of the input, up to where it was read.
    spool : dict
        Sizes of the files of the spool.
    pairs, matches : int
        How many pairs were compared, and the size of the file of those that match.
    tally : Counter
        As in `Finished`.
    """

    step: str = "read"
    place: Place = field(default_factory=Place)
    spool: dict[str, int] = field(default_factory=dict)
    pairs: int = 0
    matches: int = 0
    tally: Counter[str] = field(default_factory=Counter)

    def entry(self) -> dict[str, Any]:
        """The line."""
        return {
            "step": self.step,
            "read": list(self.place),
            "spool": self.spool,
            "pairs": self.pairs,
            "matches": self.matches,
            "tally": dict(self.tally),
        }

    @classmethod
    def of_entry(cls, entry: dict[str, Any]) -> State:
        """What a line says."""
        return cls(
            entry["step"],
            Place(*entry["read"]),
            entry["spool"],
            entry["pairs"],
            entry["matches"],
            Counter(entry["tally"]),
        )


def start(plan: Plan, seen: list[dict[str, Any]], header: dict[str, Any]) -> State | None:
    """Where to go on; None for the beginning.

    Raises
    ------
    InputError
        If an output is there and may not be touched, or was begun by another run.
    """
    if plan.overwrite:
        return None
    existing = [plan.output] if plan.output.exists() else []
    if not plan.resume:
        check_untouched(plan.output, existing, is_begun=plan.folder.exists())
        return None
    if len(seen) < 2:
        # A journal without a second line is that of a run that had hardly begun.
        check_known(existing, plan.journal)
        return None
    check_same(plan.output, seen[0], header)
    state = State.of_entry(seen[-1])
    if state.step == "done" and not plan.clusters.exists():
        return state if existing else None
    return state if plan.folder.exists() else None

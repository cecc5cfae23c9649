"""How far a run is: what its journal says, and where one that is resumed goes on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from spindetect.errors import InputError
from spindetect.pipeline.ids import Repeated
from spindetect.pipeline.outputs import partial
from spindetect.pipeline.places import Place
from spindetect.pipeline.plan import Plan
from spindetect.pipeline.progress import summary
from spindetect.pipeline.resuming import check_known, check_same, check_untouched
from spindetect.report import Verdict
from spindetect.streaming import UNREADABLE

__all__ = ["Finished", "State", "start"]


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended.

    Attributes
    ----------
    tally : Counter
        Documents of each verdict, ``unreadable`` ones, and in a filter ``passed``, ``rejected``.
    summary : str
        The same to read.
    """

    tally: Counter[str]
    summary: str

    @property
    def documents(self) -> Counter[str]:
        """Of the tally what counts each document once: verdicts and unreadable ones."""
        return Counter({n: self.tally[n] for n in (*Verdict, UNREADABLE) if self.tally[n]})


@dataclass(frozen=True, slots=True)
class State:
    """How far a run is, as a line of the journal says it."""

    place: Place
    positions: list[int]
    tally: Counter[str]
    repeated: Repeated = field(default_factory=Repeated)

    @classmethod
    def initial(cls, n_outputs: int) -> State:
        """That of a run that has done nothing."""
        return cls(Place(), [0] * n_outputs, Counter())

    @property
    def documents(self) -> int:
        """How many documents were dealt with."""
        return sum(self.tally[name] for name in (*Verdict, UNREADABLE))

    def entry(self, *, complete: bool = False) -> dict[str, Any]:
        """The line."""
        return {
            "read": list(self.place),
            "written": self.positions,
            "tally": dict(self.tally),
            "repeated": list(self.repeated),
            "complete": complete,
        }

    def finished(self, seconds: float, scored: int) -> Finished:
        """How the run ended that did `scored` of its documents in so many seconds."""
        return Finished(self.tally, summary(self.tally, self.repeated, seconds, scored))

    @classmethod
    def of_entry(cls, entry: dict[str, Any]) -> State:
        """What a line says."""
        return cls(
            Place(*entry["read"]),
            list(entry["written"]),
            Counter(entry["tally"]),
            Repeated(*entry["repeated"]),
        )


def start(
    plan: Plan, seen: list[dict[str, Any]], header: dict[str, Any]
) -> State | Finished | None:
    """Where to go on: a state; None for the beginning; how it ended, if nothing is left to do.

    Raises
    ------
    InputError
        If an output is there and may not be touched, or was begun by another run.
    """
    existing = [output for output in plan.outputs if output.exists()]
    begun = [output for output in plan.outputs if partial(output).exists()]
    if plan.overwrite:
        return None
    if not plan.resume:
        check_untouched(plan.output, existing, is_begun=bool(begun))
        return None
    if len(seen) < 2 or not (existing or begun):
        # A journal without a second line is that of a run that had hardly begun.
        check_known(existing, plan.journal)
        return None
    check_same(plan.output, seen[0], header)
    if not seen[-1]["complete"]:
        return State.of_entry(seen[-1])
    state = State.of_entry(seen[-1])
    if begun:
        return state
    if len(existing) < len(plan.outputs):
        raise InputError(
            f"{existing[0]} exists, but what belongs to it is gone; use --overwrite to make it anew"
        )
    finished = state.finished(0, 0)
    return Finished(finished.tally, f"{plan.output} is complete: {finished.summary}")

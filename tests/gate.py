"""The gate: figures on the bundled texts must not fall below the floors of ``gate.json``.

PYTHONPATH=. python tests/gate.py                    say how the figures stand
PYTHONPATH=. python tests/gate.py --raise            pin the texts, move floors up
PYTHONPATH=. python tests/gate.py --raise --lower    let floors go down as well, and out
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from spindetect.benchmark import Benchmark, benchmark
from spindetect.benchmark.texts import BUNDLED

PINNED = Path(__file__).with_name("gate.json")

# A floor is the figure cut off behind as many digits: what is below depends on the machine.
DIGITS = 3


@dataclass(frozen=True)
class Gate:
    """What is pinned: figures that must not be lower, counts that must not be higher.

    Attributes
    ----------
    texts_sha256 : str or None
        Of the texts that the figures are about; None before anything was pinned.
    floors : dict of str to float
    ceilings : dict of str to int
    """

    texts_sha256: str | None
    floors: dict[str, float]
    ceilings: dict[str, int]

    @classmethod
    def read(cls, path: Path) -> Self:
        """The gate as pinned."""
        record = json.loads(path.read_text(encoding="utf-8"))
        return cls(record["texts_sha256"], record["floors"], record["ceilings"])

    @classmethod
    def of(cls, result: Benchmark, texts_sha256: str) -> Self:
        """The gate that a result just passes."""
        floors, ceilings = {}, {}
        for f in result.figures:
            name = " ".join(filter(None, (f.measure, f.task, f.by, f.part)))
            match f.measure, f.by:
                case ("AUROC", "family") | ("recall", "strength"):
                    floors[name] = f.value
                case ("phrase precision" | "phrase recall" | "AUROC of sentences", ""):
                    floors[name] = f.value
                case ("false positives", ""):
                    ceilings[name] = round(f.value * f.n)
        cut = {name: math.floor(value * 10**DIGITS) / 10**DIGITS for name, value in floors.items()}
        return cls(texts_sha256, cut, ceilings)

    def faults(self, present: Gate) -> list[str]:
        """What the present figures fall short of, a sentence each."""
        found = []
        if present.texts_sha256 != self.texts_sha256:
            found.append("the texts are not those that are pinned")
        for name, floor in self.floors.items():
            value = present.floors.get(name)
            if value is None:
                found.append(f"{name} is not measured any more")
            elif value < floor:
                found.append(f"{name} fell to {value} from {floor}")
        for name, ceiling in self.ceilings.items():
            count = present.ceilings.get(name)
            if count is None:
                found.append(f"{name} is not measured any more")
            elif count > ceiling:
                found.append(f"{name} rose to {count} from {ceiling}")
        return found

    def raised(self, present: Gate) -> Gate:
        """The gate with the present texts, stricter where the present figures allow it."""
        floors = {k: max(v, self.floors.get(k, v)) for k, v in present.floors.items()}
        ceilings = {k: min(v, self.ceilings.get(k, v)) for k, v in present.ceilings.items()}
        return Gate(present.texts_sha256, self.floors | floors, self.ceilings | ceilings)

    def write(self, path: Path) -> None:
        """Pin the gate."""
        record = {
            "texts_sha256": self.texts_sha256,
            "floors": dict(sorted(self.floors.items())),
            "ceilings": dict(sorted(self.ceilings.items())),
        }
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def present_gate() -> Gate:
    """The gate that the present model passes on the bundled texts."""
    digest = hashlib.sha256(BUNDLED.read_bytes()).hexdigest()
    return Gate.of(benchmark(baselines=False), digest)


def main(arguments: list[str] | None = None) -> int:
    """Compare or pin; 1 if a figure stands below its floor."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--raise", dest="is_raising", action="store_true")
    parser.add_argument("--lower", dest="is_lowering", action="store_true")
    options = parser.parse_args(arguments)
    if options.is_lowering and not options.is_raising:
        parser.error("--lower goes with --raise")
    pinned, present = Gate.read(PINNED), present_gate()
    if options.is_raising:
        pinned = present if options.is_lowering else pinned.raised(present)
        pinned.write(PINNED)
    for name, value in present.floors.items():
        print(f"{name}: {value}, floor {pinned.floors.get(name, 'none')}")
    for name, count in present.ceilings.items():
        print(f"{name}: {count}, ceiling {pinned.ceilings.get(name, 'none')}")
    faults = pinned.faults(present)
    for fault in faults:
        print(f"gate: {fault}.", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""Human documents that each rule of a preset would drop, by register.

    python -m models.quality_thresholds DATA [--preset NAME] [--documents N]

reads ``DATA/human``, at most N documents of a register, and prints two tables: for each rule how
many documents break it, and in which registers most do; for each register how many documents break
a rule, and which.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from spindetect.batches import item_batches
from spindetect.quality import preset
from spindetect.quality.judgement import judge
from spindetect.quality.layout import Layout

from .examples import sample
from .mine_pairs import read_rows

# Registers with fewer documents are counted and not named.
_LEAST = 20
_NAMED = 3


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description="Human documents that rules would drop.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--preset", default="default")
    parser.add_argument("--documents", type=int, default=600, help="of each register, at most")
    options = parser.parse_args()
    chosen = preset(options.preset)
    broken: dict[str, np.ndarray] = {}
    for path in sorted((options.data / "human").glob("*.jsonl*")):
        rows = sorted(read_rows(path), key=lambda row: sample(row["id"], "thresholds"))
        texts = [row["text"] for row in rows[: options.documents]]
        parts = []
        for batch in item_batches(texts):
            with Layout([str(text) for _, text in batch]) as layout:
                parts.append(~judge(layout, [chosen]).passed)
        broken[path.name.partition(".")[0]] = np.concatenate(parts)
    every = np.concatenate(list(broken.values()))
    print(f"{chosen.name}: {len(every):,} documents of {len(broken)} registers")
    rules = list(chosen.bounds)
    print("\n| rule | human documents that break it | share | most in |\n|---|---|---|---|")
    for column, rule in enumerate(rules):
        _print_rule(f"`{rule}`", {register: own[:, column] for register, own in broken.items()})
    _print_rule(
        "any rule", {register: np.asarray(own.any(axis=1)) for register, own in broken.items()}
    )
    print("\n| register | documents | break a rule | which |\n|---|---|---|---|")
    for register, own in sorted(broken.items()):
        some, counts = own.any(axis=1), own.sum(axis=0)
        which = ", ".join(
            f"`{rules[i]}` {counts[i]}" for i in np.argsort(-counts, kind="stable") if counts[i]
        )
        print(f"| {register} | {len(own):,} | {some.sum()} ({some.mean():.1%}) | {which} |")


def _print_rule(name: str, broken: Mapping[str, np.ndarray]) -> None:
    """A row of the first table: what became of the documents of each register."""
    every = np.concatenate(list(broken.values()))
    shares = {r: float(own.mean()) for r, own in broken.items() if len(own) >= _LEAST and own.any()}
    worst = sorted(shares, key=lambda register: -shares[register])[:_NAMED]
    most = ", ".join(f"{register} {shares[register]:.1%}" for register in worst)
    print(f"| {name} | {every.sum()} | {every.mean():.2%} | {most} |")


if __name__ == "__main__":
    main()

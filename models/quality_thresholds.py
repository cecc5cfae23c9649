"""Human documents that each rule of a preset would drop, by register.

    python -m models.quality_thresholds DATA [--preset NAME] [--documents N]

reads ``DATA/human``, at most N documents of a register, and prints for each rule the share of
documents that break it, and the registers in which most do.
"""

from __future__ import annotations

import argparse
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
        parts = [
            ~judge(Layout([str(text) for _, text in batch]), [chosen]).passed
            for batch in item_batches(texts)
        ]
        broken[path.name.partition(".")[0]] = np.concatenate(parts)
    every = np.concatenate(list(broken.values()))
    print(f"{chosen.name}: {len(every):,} documents of {len(broken)} registers")
    columns = [*chosen.bounds, "any rule"]
    shares = {
        register: np.append(own.mean(axis=0), own.any(axis=1).mean())
        for register, own in broken.items()
        if len(own) >= _LEAST
    }
    total = np.append(every.mean(axis=0), every.any(axis=1).mean())
    for i, name in enumerate(columns):
        worst = sorted(shares, key=lambda register: -shares[register][i])[:_NAMED]
        most = ", ".join(f"{r} {shares[r][i]:.1%}" for r in worst if shares[r][i] > 0)
        print(f"| `{name}` | {total[i]:.2%} | {most} |")


if __name__ == "__main__":
    main()

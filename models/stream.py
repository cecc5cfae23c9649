"""Text as one array of ids, register after register, for what is learned from running text.

    python -m models.stream CORPORA COUNTS OUT

Writes ``OUT/ids.npy`` and ``OUT/registers.json``, first and last index of each register. Documents
are parted by breaks.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

from spindetect.ngrams import FIRST_WORD

from .corpus import batches, registers
from .count_ngrams import token_ids

# Files of a stream.
IDS, REGISTERS = "ids.npy", "registers.json"


def stream(corpora: Path, counts: Path, out: Path) -> None:
    """Write the ids of all tokens."""
    keys = np.load(counts / "vocab_keys.npy")
    order = np.argsort(keys)
    sorted_keys, ids = keys[order], (order + FIRST_WORD).astype(np.int32)
    parts, bounds, size = [], {}, 0
    for register, paths in tqdm(registers(corpora).items(), desc="ids", unit="register"):
        first = size
        for path in paths:
            for tokens in batches(path):
                parts.append(token_ids(tokens, sorted_keys, ids))
                size += len(parts[-1])
        bounds[register] = [first, size]
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / IDS, np.concatenate(parts))
    (out / REGISTERS).write_text(json.dumps(bounds, indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("corpora", type=Path)
    parser.add_argument("counts", type=Path, help="folder written by models.count_ngrams")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    stream(arguments.corpora, arguments.counts, arguments.out)

"""Count words and trigrams of a folder of text, register by register.

    python -m models.count_ngrams CORPORA OUT

Reads each file twice: once for the vocabulary, once for the trigrams of vocabulary words (bigrams
and unigrams are sums of them). Deterministic; a register is held in memory, nothing else.

Registers are balanced: one with ``t`` words counts with weight ``sqrt(largest / t)``, at most
`HEAVIEST`. Weights enter the counts, not the text, so that a small register speaks louder without
pretending to be larger than it is.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from spindetect.ngrams import BREAK_ID, FIRST_WORD, ID_BITS, KIND_IDS, UNKNOWN_ID, triple_keys
from spindetect.tokens import WORD, Tokens

from .corpus import batches, registers

# As many words as ids have room for.
VOCABULARY = 2**ID_BITS - FIRST_WORD

# Beyond four, what a small register repeats by its sources' habits begins to look like English.
HEAVIEST = 4.0

Keys = npt.NDArray[np.uint64]
_NO_KEYS = np.zeros(0, np.uint64)

log = logging.getLogger("count_ngrams")


def summed(
    keys: Keys, *values: npt.NDArray[np.float64]
) -> tuple[Keys, list[npt.NDArray[np.float64]]]:
    """Distinct keys in order and, for each column, the sum over equal keys."""
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=keys[:1] + np.uint64(1)))
    if len(first) == 0:
        return keys, list(values)
    return keys[first], [np.add.reduceat(v[order], first) for v in values]


def counted(keys: Keys) -> tuple[Keys, npt.NDArray[np.float64]]:
    """Distinct keys in order and how often each occurs."""
    keys = np.sort(keys)
    first = np.flatnonzero(np.diff(keys, prepend=keys[:1] + np.uint64(1)))
    return keys[first], np.diff(first, append=len(keys)).astype(np.float64)


def token_ids(
    tokens: Tokens, sorted_keys: Keys, ids: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """Id of each token."""
    at = np.minimum(np.searchsorted(sorted_keys, tokens.key), len(sorted_keys) - 1)
    out = np.where(sorted_keys[at] == tokens.key, ids[at], UNKNOWN_ID).astype(np.int32)
    for kind, number in KIND_IDS.items():
        out[tokens.kind == kind] = number
    return out


def trigram_keys(ids: npt.NDArray[np.int32]) -> Keys:
    """Key of each token with its two predecessors; a window never reaches across a break."""
    left = ids[:-1]
    far = np.append(np.int32(BREAK_ID), ids[:-2])
    far[left == BREAK_ID] = BREAK_ID
    return triple_keys(far, left, ids[1:])


def vocabulary(corpora: dict[str, list[Path]]) -> tuple[Keys, dict[str, float], dict[str, int]]:
    """Keys of the words that get an id, commonest first; weight and size of each register."""
    words: dict[str, tuple[Keys, npt.NDArray[np.float64]]] = {}
    for register, paths in tqdm(corpora.items(), desc="words", unit="register"):
        parts = [counted(_NO_KEYS)]
        for path in paths:
            parts += [counted(t.key[t.kind == WORD]) for t in batches(path)]
        keys, (counts,) = summed(
            np.concatenate([k for k, _ in parts]), np.concatenate([c for _, c in parts])
        )
        words[register] = keys, counts
    size = {register: int(counts.sum()) for register, (_, counts) in words.items()}
    largest = max(size.values())
    weight = {r: min(HEAVIEST, (largest / max(n, 1)) ** 0.5) for r, n in size.items()}
    keys, (counts, raw) = summed(
        np.concatenate([k for k, _ in words.values()]),
        np.concatenate([c * weight[r] for r, (_, c) in words.items()]),
        np.concatenate([c for _, c in words.values()]),
    )
    counts[raw < 4] = 0  # seen less than four times in all: a name or a slip
    order = np.argsort(-counts, kind="stable")[:VOCABULARY]
    return keys[order[counts[order] > 0]], weight, size


def count(corpora_folder: Path, out: Path) -> None:
    """Write ``vocab_keys.npy``, ``words.txt``, ``trigrams.npy``, ``raw.npy``, ``weighted.npy``."""
    out.mkdir(parents=True, exist_ok=True)
    corpora = registers(corpora_folder)
    keys, weight, size = vocabulary(corpora)
    if len(keys) == 0:
        raise SystemExit(f"No word of {corpora_folder} occurs four times: name more text.")
    log.info("vocabulary of %d words; weights %s", len(keys), weight)
    order = np.argsort(keys)
    sorted_keys, ids = keys[order], (order + FIRST_WORD).astype(np.int32)
    names: list[str | None] = [None] * (len(keys) + FIRST_WORD)
    trigrams: list[Keys] = []
    raws: list[npt.NDArray[np.float64]] = []
    for register, paths in tqdm(corpora.items(), desc="trigrams", unit="register"):
        parts = [_NO_KEYS]
        for path in paths:
            for tokens in batches(path):
                numbers = token_ids(tokens, sorted_keys, ids)
                parts.append(trigram_keys(numbers))
                seen, where = np.unique(numbers, return_index=True)
                for number, index in zip(seen.tolist(), where.tolist(), strict=True):
                    if number >= FIRST_WORD and names[number] is None:
                        names[number] = tokens.word(index).lower().replace("\u2019", "'")
        unique, counts = counted(np.concatenate(parts))
        log.info("%s: %d tokens, %d trigrams", register, int(counts.sum()), len(unique))
        trigrams.append(unique)
        raws.append(counts)
        del parts
    merged, (raw, weighted) = summed(
        np.concatenate(trigrams),
        np.concatenate(raws),
        np.concatenate([r * weight[name] for name, r in zip(corpora, raws, strict=True)]),
    )
    log.info("%d trigrams in all", len(merged))
    np.save(out / "vocab_keys.npy", keys)
    np.save(out / "trigrams.npy", merged)
    np.save(out / "raw.npy", raw.astype(np.uint32))
    np.save(out / "weighted.npy", weighted.astype(np.float32))
    (out / "words.txt").write_text("\n".join(n or "" for n in names[FIRST_WORD:]), encoding="utf-8")
    (out / "registers.json").write_text(json.dumps({"words": size, "weight": weight}, indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("corpora", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    count(arguments.corpora, arguments.out)

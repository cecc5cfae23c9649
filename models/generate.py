"""Spin human documents with the project's own spinners, to train on.

    python -m models.generate DATA OUT [--documents N] [--vectors FILE --counts FOLDER]

reads ``DATA/human`` and ``DATA/lexica`` and writes ``OUT/<generator>.jsonl.xz``, aligned rows.
The name of a generator is its family, a hyphen and its setting; settings of one family share
thesaurus and method, so that they are left out together when families that nobody trained on are
measured. No document is given to more than two generators.
"""

from __future__ import annotations

import argparse
import json
import logging
import lzma
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from . import rules
from .examples import clip, sample
from .mine_pairs import read_rows
from .spinners import UNINFLECTED, partly, shuffle, substitute
from .synonyms import (
    both,
    dictionary,
    neighbours,
    phrase_table,
    read_wordnet,
    thesaurus,
    vocabulary,
)
from .thesauri import read_lexica

Row = dict[str, str]
Spinner = Callable[[str, np.random.Generator], str]

# Registers that mix others, and those of few documents, are left out.
MIXED = frozenset({"masc_mixed"})
LEAST_DOCUMENTS = 100

# Documents a generator spins.
DOCUMENTS = 400

# An original is the whole sentences from the front that first make this many words; in English text
# they are among the characters that are looked at.
WORDS = 450
CHARACTERS = 8000

# Generators that may spin the same document.
MOST_GENERATORS = 2

PHRASES = Path(__file__).with_name("phrase_table.tsv")

log = logging.getLogger("generate")


def documents(folder: Path) -> dict[str, list[Row]]:
    """Human documents of each register that is used, in an order drawn by their names."""
    found: dict[str, list[Row]] = defaultdict(list)
    for path in sorted(folder.glob("*.jsonl*")):
        for row in read_rows(path):
            found[row["register"]].append(row)
    return {
        register: sorted(rows, key=lambda row: (sample(row["id"], "generate"), row["id"]))
        for register, rows in sorted(found.items())
        if len(rows) >= LEAST_DOCUMENTS and register not in MIXED
    }


def shares(
    registers: Mapping[str, Sequence[Row]], names: Sequence[str], size: int
) -> dict[str, list[Row]]:
    """Documents of each generator, evenly over registers, each given at most twice.

    >>> rows = [{"id": str(i)} for i in range(4)]
    >>> [len(r) for r in shares({"news": rows}, ["a", "b", "c"], 3).values()]
    [2, 2, 2]
    """
    given: dict[str, list[Row]] = {name: [] for name in names}
    for rows in registers.values():
        wanted = round(size / len(registers))
        wanted = min(wanted, MOST_GENERATORS * len(rows) // len(names), len(rows))
        for at, name in enumerate(names):
            turns = range(at * wanted, (at + 1) * wanted)
            given[name] += [rows[i % len(rows)] for i in turns]
    return given


def spinners(data: Path, registers: Mapping[str, Sequence[Row]]) -> dict[str, Spinner]:
    """Generators by name, all but the one that needs vectors."""
    counts = vocabulary((r, row["text"]) for r, rows in registers.items() for row in rows)
    same, linked, parts = read_wordnet(data / "lexica" / "wordnet_synsets.tsv.xz")
    _, pairs = read_lexica(data / "lexica")
    moby = [("any", a, b) for a, b in pairs]
    common = both([*same, *linked], pairs)
    sources = {
        "moby": thesaurus(moby, counts),
        "synsets": thesaurus(same, counts),
        "linked": thesaurus([*same, *linked], counts),
        "both": thesaurus(common, counts),
        "either": thesaurus([*same, *moby], counts),
    }
    log.info("synonyms of words: %s", {k: len(t.synonyms) for k, t in sources.items()})

    def swaps(
        name: str, source: str, share: float, times: int = 1, uninflected: float = UNINFLECTED
    ) -> Spinner:
        choices = dictionary(sources[source], name)
        names = name.endswith(("heavy", "chained"))

        def spin(text: str, random: np.random.Generator) -> str:
            for _ in range(times):
                text = substitute(
                    text, random, choices, share, uninflected=uninflected, names=names
                )
            return text

        return spin

    written = phrase_table(PHRASES, {"fixed", "verb"}, counts)
    longer = dictionary(sources["either"], "phrases", longer=True)
    light = phrase_table(PHRASES, {"light"}, counts)
    words = rules.grammar(parts, counts)
    near = {n: dictionary(sources["both"], n) for n in ("shuffle", "rules", "intersection")}
    union = dictionary(sources["either"], "union")
    return {
        "moby-light": swaps("moby-light", "moby", 0.08),
        "moby-medium": swaps("moby-medium", "moby", 0.20),
        "moby-heavy": swaps("moby-heavy", "moby", 0.45),
        "moby-chained": swaps("moby-chained", "moby", 0.20, times=2),
        "wordnet-inflected": swaps("wordnet-inflected", "synsets", 0.20),
        "wordnet-bare": swaps("wordnet-bare", "synsets", 0.20, uninflected=1.0),
        "wordnet-light": swaps("wordnet-light", "synsets", 0.08),
        "wordnet-heavy": swaps("wordnet-heavy", "linked", 0.40),
        "wordnet-chained": swaps("wordnet-chained", "synsets", 0.20, times=2),
        "phrases-table": lambda text, random: substitute(
            substitute(text, random, written, 0.09), random, longer, 0.09
        ),
        "dictionary_shuffle-both": lambda text, random: substitute(
            shuffle(text, random), random, near["shuffle"], 0.20
        ),
        "partial-union": lambda text, random: partly(text, random, union, 0.25),
        "partial-intersection": lambda text, random: partly(
            text, random, near["intersection"], 0.25
        ),
        "rules-paraphrase": lambda text, random: rules.paraphrase(
            text, random, words, light, near["rules"]
        ),
    }


def spun(rows: Sequence[Row], name: str, spin: Spinner) -> Iterator[Row]:
    """Aligned rows of one generator; texts that it leaves as they are, are left out."""
    for row in rows:
        original, _ = clip(row["text"][:CHARACTERS], (WORDS, 2 * WORDS))
        seed = int(sample(row["id"], name) * 2**48)
        text = spin(original, np.random.default_rng(seed)) if original else original
        if text != original:
            kept = {key: row[key] for key in ("id", "group", "register")}
            yield {**kept, "tool": name, "original": original, "spun": text}


def write(rows: Iterator[Row], path: Path) -> int:
    """Write rows, one a line; how many."""
    count = 0
    with lzma.open(path, "wt", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with human/ and lexica/")
    parser.add_argument("out", type=Path)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="of each generator")
    parser.add_argument("--vectors", type=Path, help="file written by models.count_neighbours")
    parser.add_argument("--counts", type=Path, help="folder written by models.count_ngrams")
    given = parser.parse_args(arguments)
    if (given.vectors is None) != (given.counts is None):
        parser.error("Vectors are read with the words they belong to: give --vectors and --counts.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    registers = documents(given.data / "human")
    if not registers:
        parser.error(
            f"{given.data / 'human'} has no register of {LEAST_DOCUMENTS} documents: "
            "name a folder with more human documents."
        )
    made = spinners(given.data, registers)
    # It has its share of the documents even when it is skipped, so that the others keep theirs.
    names = [*made, "neighbours-nearest"]
    if given.vectors is None:
        log.info("neighbours-nearest is skipped: no --vectors and --counts were given")
    else:
        words = (given.counts / "words.txt").read_text(encoding="utf-8").split("\n")
        nearest = neighbours(np.load(given.vectors), words)
        made["neighbours-nearest"] = lambda text, random: substitute(text, random, nearest, 0.15)
    rows = shares(registers, names, given.documents)
    given.out.mkdir(parents=True, exist_ok=True)
    for name, spin in tqdm(made.items(), desc="spinning", unit="generator"):
        count = write(spun(rows[name], name, spin), given.out / f"{name}.jsonl.xz")
        log.info("%s: %d documents", name, count)


if __name__ == "__main__":
    main()

"""Spin long human documents, lightly and heavily, to train on pages as the web has them.

    python -m models.long DATA PAIRS OUT SPUN... [--documents N]

Aligned texts of spinners that are sold are short, and a classifier that met no long spun text holds
length itself for a sign of a human writer. What such a spinner wrote for a phrase, and how often it
left the phrase alone, is known from its texts (``PAIRS``, of models.mine_pairs, and ``SPUN``, the
aligned files themselves); the same choices are made anew in documents of ``DATA/human``. A document
is spun by what was seen in texts of its own fold, so that nothing passes from one fold to another,
and the lexicon that reads it names as much of the spinner's dictionary as it does of a text by the
spinner itself. The project's own spinners (models.generate) spin others.

Writes ``OUT/<family>-long.jsonl.xz``, aligned rows.
"""

from __future__ import annotations

import argparse
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from spindetect.benchmark.edits import text_words

from .examples import FOLDS, clip, family_of, fold_of, sample
from .generate import Row, Spinner, documents, spinners, write
from .lessons import COMMERCIAL
from .mine_pairs import LONGEST, Pair, read_rows
from .spinners import substitute
from .synonyms import Choices, Options
from .train import read_pairs

# Documents that each family spins; the project's own spinners, which are more, half as many.
DOCUMENTS = 400

# Words of an original: pages of the web have about as many. Enough characters to find them in.
WORDS = (500, 2000)
CHARACTERS = 16_000

# Settings of the project's own spinners that are used, by family.
OWN = {
    "moby": ("moby-light", "moby-medium"),
    "wordnet": ("wordnet-light", "wordnet-inflected"),
    "phrases": ("phrases-table",),
    "dictionary_shuffle": ("dictionary_shuffle-both",),
    "partial": ("partial-union", "partial-intersection"),
}

# A phrase is replaced as often as it was, drawn towards `RARELY` by so many occurrences: a phrase
# that was seen once and replaced is not one that is always replaced. Set by hand.
RARELY = 0.3
DOUBT = 1.0

# Of the phrases that a spinner would replace, the share that is replaced in a document: they are
# sold with a setting for it. Set by hand.
STRENGTH = (0.15, 1.0)

log = logging.getLogger("long")


@dataclass(frozen=True)
class Habits:
    """What a spinner does with phrases, as one fold of its texts shows.

    Attributes
    ----------
    written : mapping of str to Counter
        Phrase of an original to what was written for it.
    propensity : mapping of str to float
        Share of a phrase's occurrences that are replaced.
    """

    written: Mapping[str, Counter[str]]
    propensity: Mapping[str, float]

    def choices(self, random: np.random.Generator, share: float) -> Choices:
        """What may stand for a phrase in one reading of one text, for a share of what it would."""

        def of(phrase: str) -> Options:
            if random.random() >= share * self.propensity.get(phrase, 0.0):
                return ()
            return [(form, form) for form in self.written[phrase].elements()]

        return of


def occurrences(texts: Iterator[str]) -> Counter[str]:
    """Counts of the phrases of up to `LONGEST` words.

    >>> occurrences(iter(["To be, to be."]))["to be"]
    2
    """
    counts: Counter[str] = Counter()
    for text in texts:
        words = text_words(text)
        for size in range(1, LONGEST + 1):
            counts.update(" ".join(words[i : i + size]) for i in range(len(words) - size + 1))
    return counts


def habits(pairs: Sequence[Pair], originals: Sequence[str]) -> Habits:
    """Habits that pairs show, beside the originals that they were mined from.

    Parameters
    ----------
    pairs
        An occurrence each.
    originals : sequence of str
        A text once for each version that was spun of it.
    """
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in pairs:
        written[pair.original][pair.written] += 1
    present = occurrences(iter(originals))
    propensity = {
        phrase: min(1.0, (forms.total() + DOUBT * RARELY) / (present[phrase] + DOUBT))
        for phrase, forms in written.items()
    }
    return Habits(dict(written), propensity)


def length(row: Row) -> int:
    """Words at which the long original that is made of a document ends."""
    return int(WORDS[0] + (WORDS[1] - WORDS[0]) * sample(row["id"], "long"))


def long_rows(registers: Mapping[str, Sequence[Row]], family: str, count: int) -> list[Row]:
    """Documents with enough words, counted by their blanks, evenly over registers."""
    each = -(-count // len(registers))
    found = []
    for rows in registers.values():
        enough = [row for row in rows if row["text"].count(" ") >= WORDS[0]]
        found += sorted(enough, key=lambda row: sample(row["id"], f"long {family}"))[:each]
    return found


def aligned(rows: Sequence[Row], tool: str, spinner: Callable[[Row], Spinner]) -> Iterator[Row]:
    """Aligned rows of documents that the spinner of each changes."""
    for row in rows:
        original, _ = clip(row["text"][:CHARACTERS], (length(row), WORDS[1]))
        random = np.random.default_rng(int(sample(row["id"], tool) * 2**48))
        text = spinner(row)(original, random) if original else original
        if text != original:
            kept = {key: row[key] for key in ("id", "group", "register")}
            yield {**kept, "tool": tool, "original": original, "spun": text}


def habitual(own: Habits) -> Spinner:
    """A spinner with these habits, of another strength for each text."""

    def spin(text: str, random: np.random.Generator) -> str:
        choices = own.choices(random, random.uniform(*STRENGTH))
        return substitute(text, random, choices, 1.0, uninflected=0.0)

    return spin


def sold(pairs: Path, spun: Sequence[Path]) -> dict[str, Callable[[Row], Spinner]]:
    """Spinners of each family that is sold, by the document that they spin."""
    originals: dict[tuple[str, int], list[str]] = defaultdict(list)
    for path in spun:
        for row in read_rows(path):
            originals[family_of(row["tool"]), fold_of(row["group"])].append(row["original"])
    mined: dict[tuple[str, int], list[Pair]] = defaultdict(list)
    for pair in read_pairs(pairs):
        mined[family_of(pair.tool), fold_of(pair.group)].append(pair)

    def of(family: str) -> Callable[[Row], Spinner]:
        made = [habitual(habits(mined[family, k], originals[family, k])) for k in range(FOLDS)]
        return lambda row: made[fold_of(row["group"])]

    return {family: of(family) for family in sorted({family for family, _ in originals})}


def own(made: Mapping[str, Spinner]) -> dict[str, Callable[[Row], Spinner]]:
    """The project's own spinners of each family, by the document that they spin."""

    def of(names: Sequence[str]) -> Callable[[Row], Spinner]:
        return lambda row: made[names[int(sample(row["id"], "setting") * len(names))]]

    return {family: of(names) for family, names in OWN.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with human/ and lexica/")
    parser.add_argument("pairs", type=Path, help="file written by models.mine_pairs")
    parser.add_argument("out", type=Path)
    parser.add_argument("spun", type=Path, nargs="+", help="the files that pairs were mined from")
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="of each family")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    registers = documents(given.data / "human")
    families = sold(given.pairs, given.spun) | own(spinners(given.data, registers))
    given.out.mkdir(parents=True, exist_ok=True)
    for family, spinner in tqdm(families.items(), desc="spinning", unit="family"):
        tool = f"{family}-long"
        count = given.documents if family in COMMERCIAL else given.documents // 2
        rows = long_rows(registers, family, count)
        written = write(aligned(rows, tool, spinner), given.out / f"{tool}.jsonl.xz")
        log.info("%s: %d documents", tool, written)


if __name__ == "__main__":
    main()

"""What models see of examples: evidence of every word, with the lexicon of the example's fold."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from spindetect.cloze import Cloze
from spindetect.evidence import Tables, evidence
from spindetect.lexicon import Lexicon
from spindetect.ngrams import NgramModel
from spindetect.tokens import tokenise

from . import build_lexicon
from .build_lexicon import General
from .examples import FOLDS, Example, fold_of
from .mine_pairs import Pair
from .progress import progress

# Texts that are tokenised together.
BATCH = 320

# Kinds of examples that are read with a lexicon that names neither mined nor listed pairs.
UNLISTED = ("unlisted", "terms")

# Files of evidence: examples as JSON, one a line, and the arrays of `Seen` beside it.
EXAMPLES = "examples.jsonl"
ARRAYS = ("rows", "sentence", "count", "edited")

log = logging.getLogger("seen")


@dataclass(frozen=True)
class Resources:
    """What is the same in all folds.

    Attributes
    ----------
    ngrams, cloze, vectors
        Tables of the language model, and the vectors that ship.
    general
        Sources of the lexicon that need no spun text.
    pairs
        Mined pairs; a fold reads those whose group is in another.
    listed
        Entries of lists, the same for all folds.
    deleted
        Codes (written, expected) of pairs that only the general sources may name.
    """

    ngrams: NgramModel
    cloze: Cloze
    vectors: npt.NDArray[np.int8]
    general: General
    pairs: Sequence[Pair]
    listed: Sequence[npt.NDArray[np.int64]]
    deleted: Collection[tuple[int, int]] = ()

    def tables(self, lexicon: Mapping[str, npt.NDArray[np.generic]]) -> Tables:
        """Tables of a model with this lexicon."""
        return Tables(self.ngrams, self.cloze, Lexicon.from_tables(lexicon), self.vectors)

    def unlisted(self, fold: int | None) -> dict[str, npt.NDArray[np.generic]]:
        """Tables of a lexicon of the general sources only, with the propensities of a fold."""
        return {
            **build_lexicon.lexicon(self.general, ()),
            "propensity": self.lexicon(fold)["propensity"],
        }

    def lexicon(self, fold: int | None) -> dict[str, npt.NDArray[np.generic]]:
        """Tables of the lexicon without the pairs of a fold (with all for None)."""
        pairs = [p for p in self.pairs if fold_of(p.group) != fold]
        return build_lexicon.lexicon(self.general, pairs, self.listed, self.deleted)


@dataclass(frozen=True)
class Seen:
    """Evidence of all examples, words of one example after those of another.

    Attributes
    ----------
    examples : list of Example
        In the order of the words.
    rows : float32 array, shape (n, len(spindetect.evidence.FEATURES))
        Evidence of each word.
    sentence : int64 array, shape (n,)
        Sentence of each word, counted over all examples.
    count : int64 array, shape (len(examples),)
        Words of each example.
    edited : int8 array, shape (n,)
        Of each word: 1 put there by a spinner, 0 not, -1 unknown.
    """

    examples: list[Example]
    rows: npt.NDArray[np.float32]
    sentence: npt.NDArray[np.int64]
    count: npt.NDArray[np.int64]
    edited: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        assert len(self.rows) == int(self.count.sum())

    @property
    def doc(self) -> npt.NDArray[np.int64]:
        """Example of each word."""
        return np.repeat(np.arange(len(self.examples)), self.count)

    @property
    def fold(self) -> npt.NDArray[np.int64]:
        """Fold of each example."""
        return np.array([e.fold for e in self.examples])

    def words_of(self, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """Indices of the words of some examples."""
        return np.flatnonzero(np.repeat(mask, self.count))

    def column(self, name: str) -> npt.NDArray[Any]:
        """One attribute of every example."""
        return np.array([getattr(e, name) for e in self.examples])


# Features of the words of some texts, the sentence of each word, and how many words each text has.
_Part = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], npt.NDArray[np.int64]]


def _see_batch(texts: list[str], tables: Tables) -> _Part:
    tokens = tokenise(texts)
    found = evidence(tokens, tables)
    count = np.bincount(tokens.doc[found.word], minlength=len(texts))
    return found.features, tokens.sentence[found.word].astype(np.int64), count


def see(examples: Sequence[Example], resources: Resources, *, per_fold: bool, jobs: int) -> Seen:
    """Evidence of examples, each with the lexicon of its own fold.

    Parameters
    ----------
    examples
        In any order; those of a fold come to stand together.
    resources
        Tables.
    per_fold : bool
        Whether folds have lexicons of their own; without mined pairs these would all be equal.
    jobs : int
        Processes.
    """
    ordered: list[Example] = []
    parts: list[_Part] = []
    with Parallel(n_jobs=jobs, max_nbytes=None, return_as="generator") as parallel:
        for fold in range(FOLDS) if per_fold else (None,):
            mine = [e for e in examples if fold is None or e.fold == fold]
            for is_unlisted in (False, True):
                own = [e for e in mine if (e.kind in UNLISTED) == is_unlisted]
                if not own:
                    continue
                lexicon = resources.unlisted(fold) if is_unlisted else resources.lexicon(fold)
                tables = resources.tables(lexicon)
                batches = range(0, len(own), BATCH)
                found = parallel(
                    delayed(_see_batch)([e.text for e in own[k : k + BATCH]], tables)
                    for k in batches
                )
                doing = "evidence" if fold is None else f"evidence, fold {fold + 1} of {FOLDS}"
                parts += progress(found, doing, len(batches))
                ordered += own
            log.info("fold %s: %d examples", fold, len(mine))
    count = np.concatenate([p[2] for p in parts])
    sentence, base = [], 0
    for _, numbers, _ in parts:
        sentence.append(numbers + base)
        base += int(numbers.max(initial=-1)) + 1
    edited = np.zeros(int(count.sum()), np.int8)
    end = np.cumsum(count)
    for i, example in enumerate(ordered):
        inside = slice(int(end[i] - count[i]), int(end[i]))
        if example.edited is not None and len(example.edited) == count[i]:
            edited[inside] = example.edited
        elif example.label in ("spun", "mixed"):
            edited[inside] = -1
    return Seen(
        ordered, np.concatenate([p[0] for p in parts]), np.concatenate(sentence), count, edited
    )


def _to_json(example: Example) -> str:
    """An example as a line of JSON; the flags of its words are a string of 0 and 1."""
    record = {f.name: getattr(example, f.name) for f in fields(example)}
    if example.edited is not None:
        record["edited"] = "".join("01"[flag] for flag in example.edited.tolist())
    return json.dumps(record)


def _from_json(line: str) -> Example:
    """The example of a line that `_to_json` made."""
    example = Example(**json.loads(line))
    if example.edited is None:
        return example
    flags = np.array([letter == "1" for letter in example.edited], np.bool_)
    return replace(example, edited=flags)


def save_arrays(folder: Path, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
    """Write arrays as ``<name>.npy``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def save_seen(seen: Seen, folder: Path) -> None:
    """Write evidence where `load_seen` finds it."""
    save_arrays(folder, {name: getattr(seen, name) for name in ARRAYS})
    with (folder / EXAMPLES).open("w", encoding="utf-8") as lines:
        lines.writelines(_to_json(example) + "\n" for example in seen.examples)


def load_seen(folder: Path) -> Seen:
    """The evidence that `save_seen` wrote."""
    with (folder / EXAMPLES).open(encoding="utf-8") as lines:
        examples = [_from_json(line) for line in lines]
    return Seen(examples, *(np.load(folder / f"{name}.npy") for name in ARRAYS))

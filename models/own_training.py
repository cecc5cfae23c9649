"""Steps from the tables of the language to a user's model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect import classifier
from spindetect.cloze import Cloze
from spindetect.detector import Detector
from spindetect.ngrams import NgramModel

from . import own_lexicon, own_tables
from .base import LANGUAGE, Base, read_origin, write_origin, write_written
from .crossfit import crossfit, crossfit_words, load_words, save_words
from .mine_pairs import Pair
from .own_card import CARD, card, short
from .own_examples import examples, mined
from .own_model import trained
from .partition import Summary
from .progress import progress
from .seen import Resources, load_seen, save_seen, see

Arrays = dict[str, npt.NDArray[np.generic]]

# What the model file says of its origin, so that nothing else is ever overwritten.
MADE_BY = "spindetect train"

# What the steps leave in the build folder.
LEXICON, PAIRS, EVIDENCE, WORDS, LINES = "lexicon", "pairs.jsonl", "evidence", "words", "lines.json"


@dataclass(frozen=True)
class CachedResources(Resources):
    """Resources that make each lexicon once: with a small collection they take the most time."""

    made: dict[object, Arrays] = field(default_factory=dict)

    def lexicon(self, fold: int | None) -> Arrays:
        """Tables of the lexicon without the pairs of a fold (with all for None)."""
        if fold not in self.made:
            self.made[fold] = super().lexicon(fold)
        return self.made[fold]

    def unlisted(self, fold: int | None) -> Arrays:
        """Tables of a lexicon of the general sources only, with the propensities of a fold."""
        if "unlisted" not in self.made:
            self.made["unlisted"] = super().unlisted(fold)
        return {**self.made["unlisted"], "propensity": self.lexicon(fold)["propensity"]}


@dataclass(frozen=True)
class Training:
    """What the steps work with.

    Attributes
    ----------
    data, build : Path
        The user's texts (`models.partition`), and the folder of what the steps leave.
    base : Base
        The model to build on.
    summary : Summary
        Of the texts.
    jobs : int
        Processes.
    """

    data: Path
    build: Path
    base: Base
    summary: Summary
    jobs: int

    @property
    def tools(self) -> tuple[str, ...]:
        """Tools of the aligned texts."""
        return tuple(sorted(self.summary.tools))

    def make_lexicon(self, lexica: Path | None) -> None:
        """Sources of the lexicon beside the user's pairs."""
        if self.summary.is_counted:
            made = own_lexicon.of_counts(self.base, self.build, lexica)
        else:
            made = own_lexicon.of_base(self.base, lexica)
        own_lexicon.save(made, self.build / LEXICON)

    def mine_pairs(self) -> None:
        """Pairs of phrases that the user's spinners exchange."""
        with (self.build / PAIRS).open("w", encoding="utf-8") as out:
            pairs = progress(mined(self.data), "pairs of phrases")
            out.writelines(json.dumps(pair) + "\n" for pair in pairs)

    def see(self) -> None:
        """Evidence of all texts, each with the lexicon of the other folds."""
        texts = examples(self.data, self.tools)
        seen = see(texts, self.resources(), per_fold=True, jobs=self.jobs)
        save_seen(seen, self.build / EVIDENCE)

    def crossfit_words(self) -> None:
        """Scores of words by classifiers of the other folds."""
        (self.build / WORDS).mkdir(exist_ok=True)
        words = crossfit_words(load_seen(self.build / EVIDENCE), jobs=self.jobs)
        save_words(words, self.build / WORDS)

    def write(self, out: Path, name: str) -> None:
        """The model with its card, in its folder; it is loaded once, to be sure that it can be."""
        seen, words = load_seen(self.build / EVIDENCE), load_words(self.build / WORDS)
        own = self.resources()
        record, figures = trained(seen, crossfit(seen, words), own, self.tools, self.base.ranking)
        lexicon = own.lexicon(None)
        made = {**self._language(), **lexicon}
        out.mkdir(parents=True, exist_ok=True)
        if not (out / classifier.MODEL_FILE).exists():
            # Says whose folder it is, should this be stopped halfway.
            _write_json(out / classifier.MODEL_FILE, {"made_by": MADE_BY, "format": None})
        digests = {table: _save(out / f"{table}.npy", array) for table, array in made.items()}
        head = {"format": classifier.FORMAT, "name": name, "made_by": MADE_BY, "tables": digests}
        write_written(out, lexicon, own.general.phrases.texts)
        self._write_origin(out)
        (out / CARD).write_text(card(name, self.base.name, self.summary, figures), encoding="utf-8")
        _write_json(out / classifier.MODEL_FILE, head | record)
        Detector(out)
        _write_json(self.build / LINES, short(figures))

    def _write_origin(self, out: Path) -> None:
        """What the model was made of, the base model's texts among it where they are in it."""
        counted, paired = read_origin(self.data)
        if not self.summary.is_counted:
            counted |= self.base.counted
        write_origin(out, counted, paired | self.base.paired)

    def _language(self) -> Mapping[str, npt.NDArray[np.generic]]:
        """Tables of the language."""
        if self.summary.is_counted:
            return own_tables.read(self.build)
        return {table: self.base.tables[table] for table in LANGUAGE}

    def resources(self) -> CachedResources:
        """What evidence is read from."""
        arrays = self._language()
        general, listed = own_lexicon.load(self.build / LEXICON)
        with (self.build / PAIRS).open(encoding="utf-8") as lines:
            pairs = [Pair(*json.loads(line)) for line in lines]
        return CachedResources(
            NgramModel.from_tables(arrays),
            Cloze.from_tables(arrays),
            np.asarray(arrays["vectors"], np.int8),
            general,
            pairs,
            [listed],
        )


def read_lines(build: Path) -> list[str]:
    """Lines that say how well the model does, as its last step left them."""
    return list(json.loads((build / LINES).read_text(encoding="utf-8")))


def _save(path: Path, array: npt.NDArray[np.generic]) -> str:
    """Write a table in the place of another at once; its sha256."""
    # Whoever has the old one mapped keeps it.
    new = path.with_suffix(".new")
    with new.open("wb") as file:
        np.save(file, array)
    new.replace(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_json(path: Path, value: Any) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value), encoding="utf-8")
    new.replace(path)

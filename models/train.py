"""Evidence of a configuration, and scores by classifiers of other folds.

    python -m models.train SHARED BUILD --config main [--left-out FAMILY]

``SHARED`` is a folder with ``human/``, ``spun/`` and ``corpora/`` as `docs/data.md` describes;
``BUILD`` holds what the other commands wrote: ``ngrams/`` (models.build_ngrams), ``vectors.npy``
(models.count_neighbours), ``cloze/`` (models.quantise_cloze), ``general/`` (models.build_lexicon),
``pairs.tsv`` (models.mine_pairs), ``generated/`` (models.generate) and ``long/`` (models.long).
Configurations leave something out of the lexicon: see `CONFIGS`. A family that is left out trains
nothing.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from spindetect import cloze, ngrams
from spindetect.cloze import Cloze

from .build_lexicon import load
from .count_neighbours import byte_vectors
from .crossfit import Scores, crossfit, crossfit_words, load_words, save_words
from .disturb import disturbed
from .examples import Example, human, labelled, long, pairs, sample, unlisted
from .held_out_terms import held_out, lessons, terms
from .listed import observed, tortured
from .mine_pairs import Pair
from .seen import Resources, Seen, load_seen, save_seen, see

# Share of the groups of each aligned file that is trained and measured on, and of the generated.
ALIGNED = {
    "wp_auto_spinner": 0.3,
    "wp_auto_spinner_shuffle": 0.2,
    "wp_auto_spinner_twice": 0.3,
    "wp_auto_spinner_shuffle_twice": 0.3,
    "turbo_spinner": 1.0,
}
GENERATED = 0.6

# Files of texts that come with a label.
LABELLED = ("web_pages", "word_swap_attacks", "fluent_paraphraser")

log = logging.getLogger("train")


@dataclass(frozen=True)
class Config:
    """What a configuration leaves out of the lexicon.

    Attributes
    ----------
    sources : tuple of str
        The lists of pairs it may use.
    unmined : str
        A family from which no pairs are mined.
    is_deleted : bool
        Whether the pairs of that family are deleted, too, where others show them.
    are_terms_held_out : bool
        Whether a fifth of the terms of the tortured-phrases list is left out.
    human : float
        The share of the human documents that is scored.
    """

    sources: tuple[str, ...]
    unmined: str = ""
    is_deleted: bool = False
    are_terms_held_out: bool = False
    human: float = 1.0


# What ships, and what leaves something out to measure its worth (`docs/data.md`).
_ALL = ("mined", "observed", "tortured")
CONFIGS = {
    "main": Config(_ALL),
    "web": Config(("mined", "tortured")),
    "wp": Config(_ALL, "wp_auto_spinner", human=0.5),
    "turbo": Config(_ALL, "turbo_spinner", human=0.5),
    "turbo-deleted": Config(_ALL, "turbo_spinner", is_deleted=True, human=0.5),
    "general": Config((), human=0.5),
    "terms": Config(_ALL, are_terms_held_out=True),
}


def read_pairs(path: Path) -> list[Pair]:
    """Pairs that models.mine_pairs wrote."""
    with path.open(encoding="utf-8") as lines:
        return [Pair(*line.rstrip("\n").split("\t")) for line in lines]


def resources(shared: Path, build: Path, config: Config) -> Resources:
    """Tables of a configuration."""
    model = ngrams.NgramModel.from_tables(
        {n: np.load(build / "ngrams" / f"{n}.npy", mmap_mode="r") for n in ngrams.TABLES}
    )
    cloze_model = Cloze.from_tables(
        {n: np.load(build / "cloze" / f"{n}.npy") for n in cloze.TABLES}
    )
    general = load(build / "general")
    every = read_pairs(build / "pairs.tsv") if "mined" in config.sources else []
    found = [p for p in every if not p.tool.startswith(config.unmined or " ")]
    own = {(p.written, p.original) for p in every if p.tool.startswith(config.unmined or " ")}
    listed = []
    if "observed" in config.sources:
        listed.append(observed(general.phrases, shared / "spun" / "observed_pairs.tsv"))
    if "tortured" in config.sources:
        path = shared / "spun" / "tortured_phrases.tsv"
        left_out = held_out(terms(path)) if config.are_terms_held_out else set()
        listed.append(tortured(general.phrases, path, left_out))
    codes = {
        (general.phrases.code(w), general.phrases.code(o)) for w, o in own if config.is_deleted
    }
    return Resources(
        model,
        cloze_model,
        byte_vectors(np.load(build / "vectors.npy")),
        general,
        found,
        listed,
        codes,
    )


def read_examples(shared: Path, build: Path, share_of_humans: float, jobs: int) -> list[Example]:
    """Examples of all sources."""
    found = [e for e in human(shared / "human") if sample(e.group, "human") < share_of_humans]
    files = [(shared / "spun" / f"{name}.jsonl.xz", share) for name, share in ALIGNED.items()]
    files += [(path, GENERATED) for path in sorted((build / "generated").glob("*.jsonl.xz"))]
    parallel = Parallel(n_jobs=jobs)
    for part in parallel(delayed(_pairs)(path, share) for path, share in files):
        found += part
    for part in parallel(delayed(_long)(path) for path in sorted((build / "long").glob("*.xz"))):
        found += part
    for name in LABELLED:
        found += labelled(shared / "spun" / f"{name}.jsonl.xz")
    return found


def _pairs(path: Path, share: float) -> list[Example]:
    return list(pairs(path, share))


def _long(path: Path) -> list[Example]:
    return list(long(path))


def see_config(shared: Path, build: Path, name: str, jobs: int) -> Seen:
    """Evidence of a configuration, from ``BUILD/seen-<name>/`` where it was made before."""
    folder = build / f"seen-{name}"
    if (folder / "count.npy").exists():
        return load_seen(folder)
    config = CONFIGS[name]
    examples = read_examples(shared, build, config.human, jobs)
    copies = disturbed(examples)
    if "mined" in config.sources:
        examples += unlisted(examples)
    examples += copies
    if name != "general":
        examples += lessons(shared)
    log.info("%s: %d examples", name, len(examples))
    own = resources(shared, build, config)
    seen = see(examples, own, per_fold="mined" in config.sources, jobs=jobs)
    log.info("%s: evidence of %d words", name, len(seen.rows))
    save_seen(seen, folder)
    return seen


def crossfit_config(
    shared: Path, build: Path, name: str, left_out: str, jobs: int
) -> tuple[Seen, Scores]:
    """Evidence and cross-fitted scores without a family; word scores are kept in ``BUILD``."""
    seen = see_config(shared, build, name, jobs)
    folder = build / f"words-{name}-{left_out or 'none'}"
    if (folder / "log_odds.npy").exists():
        words = load_words(folder)
    else:
        words = crossfit_words(seen, left_out, jobs)
        folder.mkdir(parents=True, exist_ok=True)
        save_words(words, folder)
    log.info("%s without %s: words are scored", name, left_out or "nothing")
    return seen, crossfit(seen, words, left_out)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("--config", choices=CONFIGS, default="main")
    parser.add_argument("--left-out", default="", help="families with + between")
    parser.add_argument("--jobs", type=int, default=2)
    o = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    crossfit_config(o.shared, o.build, o.config, o.left_out, o.jobs)


if __name__ == "__main__":
    main()

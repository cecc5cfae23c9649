"""Cross-fit the classifiers of one configuration, measure them, or train the model that ships.

    python -m models.train crossfit SHARED BUILD --config main
    python -m models.train measure SHARED BUILD --config main
    python -m models.train release SHARED BUILD OUT --name en-2026.1

``SHARED`` is a folder with ``human/``, ``spun/`` and ``corpora/`` as `docs/data.md` describes;
``BUILD`` holds what the other commands wrote: ``ngrams/`` (models.build_ngrams), ``vectors.npy``
(models.count_neighbours), ``general/`` (models.build_lexicon) and ``pairs.tsv``
(models.mine_pairs). Configurations leave something out: see `CONFIGS`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.build_lexicon import load
from models.crossfit import (
    MEASURED_ONLY,
    Words,
    crossfit,
    crossfit_words,
    document_mask,
    document_weights,
    load_words,
    save_words,
    train_linear,
    train_words,
)
from models.evaluate import operating_points, report
from models.examples import Example, human, labelled, pairs, sample, unlisted
from models.listed import observed, tortured
from models.mine_pairs import Pair
from models.phrases import FLAG, train_context, train_ranking
from models.seen import Resources, Seen, load_seen, save_arrays, save_seen, see
from spindetect import classifier, evidence, features, ngrams

# Share of the groups of each aligned file that is trained and measured on.
ALIGNED = {
    "wp_auto_spinner": 0.3,
    "wp_auto_spinner_shuffle": 0.3,
    "wp_auto_spinner_twice": 0.45,
    "wp_auto_spinner_shuffle_twice": 0.45,
    "turbo_spinner": 1.0,
}

# Files of texts that come with a label.
LABELLED = ("web_pages", "word_swap_attacks", "fluent_paraphraser")

# Dimensions of the vectors that ship: the first of the decomposition, which carry the most.
DIMENSIONS = 40

# Words that get a vector, the commonest.
VECTORS = 50_000

# Vectors are stored as bytes.
_BYTE = 127

log = logging.getLogger("train")


@dataclass(frozen=True)
class Config:
    """What a configuration leaves out.

    Attributes
    ----------
    sources : tuple of str
        The lists of pairs it may use.
    left_out : str
        A family that trains nothing and whose pairs are deleted.
    human : float
        The share of the human documents that is scored.
    """

    sources: tuple[str, ...]
    left_out: str = ""
    human: float = 1.0


# What ships, and what leaves something out to measure its worth (`docs/data.md`).
CONFIGS = {
    "main": Config(("mined", "observed", "tortured")),
    "web": Config(("mined", "tortured")),
    "turbo": Config(("mined", "observed", "tortured"), left_out="turbo_spinner", human=0.35),
    "general": Config((), human=0.35),
}


def read_pairs(path: Path) -> list[Pair]:
    """Pairs that models.mine_pairs wrote."""
    with path.open(encoding="utf-8") as lines:
        return [Pair(*line.rstrip("\n").split("\t")) for line in lines]


def byte_vectors(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.int8]:
    """The vectors that ship, shape (VECTORS, DIMENSIONS), of length `_BYTE` or zero.

    Parameters
    ----------
    vectors : float32 array
        As models.count_neighbours wrote them.
    """
    cut = vectors[:VECTORS, :DIMENSIONS]
    norm = np.linalg.norm(cut, axis=1, keepdims=True)
    return np.asarray(np.rint(cut / np.maximum(norm, 1e-9) * _BYTE).astype(np.int8))


def resources(shared: Path, build: Path, config: Config) -> Resources:
    """Tables of a configuration."""
    model = ngrams.NgramModel.from_tables(
        {n: np.load(build / "ngrams" / f"{n}.npy", mmap_mode="r") for n in ngrams.TABLES}
    )
    general = load(build / "general")
    found = read_pairs(build / "pairs.tsv") if "mined" in config.sources else []
    own = {(p.written, p.original) for p in found if p.tool.startswith(config.left_out or " ")}
    found = [p for p in found if not p.tool.startswith(config.left_out or " ")]
    listed = []
    if "observed" in config.sources:
        listed.append(observed(general.phrases, shared / "spun" / "observed_pairs.tsv"))
    if "tortured" in config.sources:
        listed.append(tortured(general.phrases, shared / "spun" / "tortured_phrases.tsv"))
    codes = {(general.phrases.code(w), general.phrases.code(o)) for w, o in own}
    return Resources(
        model, byte_vectors(np.load(build / "vectors.npy")), general, found, listed, codes
    )


def read_examples(shared: Path, share_of_humans: float) -> list[Example]:
    """Examples of all sources."""
    found = [e for e in human(shared / "human") if sample(e.group, "human") < share_of_humans]
    for name, share in ALIGNED.items():
        found += pairs(shared / "spun" / f"{name}.jsonl.xz", share)
    for name in LABELLED:
        found += labelled(shared / "spun" / f"{name}.jsonl.xz")
    return found


def fit(shared: Path, build: Path, name: str, jobs: int) -> tuple[Seen, Words]:
    """Evidence and out-of-fold scores of a configuration."""
    config = CONFIGS[name]
    own = resources(shared, build, config)
    examples = read_examples(shared, config.human)
    if "mined" in config.sources:
        examples += unlisted(examples)
    log.info("%s: %d examples", name, len(examples))
    seen = see(examples, own, per_fold="mined" in config.sources, jobs=jobs)
    log.info("%s: evidence of %d words", name, len(seen.rows))
    return seen, crossfit_words(seen, config.left_out)


def release(shared: Path, build: Path, out: Path, name: str) -> None:
    """Train on everything and write the model to `out`.

    Operating points come from the cross-fitted scores.
    """
    config = CONFIGS["main"]
    own = resources(shared, build, config)
    seen, words = cached(build, "main")
    scores = crossfit(seen, words)
    everything = np.ones(len(seen.examples), np.bool_)
    word = train_words(seen, everything & ~np.isin(seen.column("family"), MEASURED_ONLY))
    use, spun = document_mask(seen, "")
    weight = document_weights(seen, use, spun)
    document = train_linear(features.DOCUMENT, scores.documents[use], spun[use], weight[use])
    kind, label = seen.column("kind"), seen.column("label")
    trains = np.isin(kind, ["mixed", "document"]) | (label == "human")
    sentence_use = trains[scores.sentence_doc] & (scores.sentence_spun >= 0)
    sentence = train_linear(
        features.SENTENCE, scores.sentences[sentence_use], scores.sentence_spun[sentence_use] == 1
    )
    tables = {
        **{n: np.load(build / "ngrams" / f"{n}.npy") for n in ngrams.TABLES},
        **own.lexicon(None),
        "vectors": own.vectors,
    }
    save_arrays(out, tables)
    digests = {n: hashlib.sha256((out / f"{n}.npy").read_bytes()).hexdigest() for n in tables}
    spun_at, clean_at = operating_points(seen, scores)
    record = {
        "format": classifier.FORMAT,
        "name": name,
        "tables": digests,
        "operating_points": {"spun": spun_at, "clean": clean_at, "flag": FLAG},
        "ranking": train_ranking(seen, own),
        "context": train_context(seen, scores),
        "evidence": list(evidence.FEATURES),
        "document": document.to_dict(),
        "sentence": sentence.to_dict(),
        "word": word.to_dict(),
    }
    (out / classifier.MODEL_FILE).write_text(json.dumps(record, indent=None), encoding="utf-8")
    size = sum(p.stat().st_size for p in out.iterdir())
    log.info("%s: %.1f MB", name, size / 1e6)


def save(seen: Seen, words: Words, folder: Path) -> None:
    """Write what `fit` found where `cached` finds it."""
    save_seen(seen, folder)
    save_words(words, folder)


def cached(build: Path, name: str) -> tuple[Seen, Words]:
    """What `fit` found for a configuration, as `save` wrote it to ``BUILD/crossfit-<name>/``."""
    return load_seen(folder_of(build, name)), load_words(folder_of(build, name))


def folder_of(build: Path, name: str) -> Path:
    """Folder of what `fit` found for a configuration; ``BUILD/general`` is the lexicon's."""
    return build / f"crossfit-{name}"


def measure(shared: Path, build: Path, name: str) -> None:
    """Print the figures of a configuration and write them to ``BUILD/<name>.json``."""
    seen, words = cached(build, name)
    config = CONFIGS[name]
    scores = crossfit(seen, words, config.left_out)
    figures = report(seen, scores, resources(shared, build, config), config.left_out)
    (build / f"{name}.json").write_text(json.dumps(figures, indent=1))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["crossfit", "measure", "release"])
    parser.add_argument("shared", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--config", choices=CONFIGS, default="main")
    parser.add_argument("--name", default="en")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if arguments.what == "release":
        release(arguments.shared, arguments.build, arguments.out, arguments.name)
        return
    if arguments.what == "crossfit":
        found = fit(arguments.shared, arguments.build, arguments.config, arguments.jobs)
        save(*found, folder_of(arguments.build, arguments.config))
    measure(arguments.shared, arguments.build, arguments.config)


if __name__ == "__main__":
    main()

"""Learn how probable it is that two pages share a source, and that one was spun from it.

    python -m models.copies_fit DATA [--generated FOLDER]

reads ``DATA/spun``, ``DATA/human``, ``DATA/corpora`` and the texts of the project's own generators
(``FOLDER`` as ``models.generate`` writes it), and writes the weights to
``spindetect/copies/weights.json``. Pairs that share anchors and a source are told from pairs that
share anchors by chance; spun versions from simplified, shortened and verbatim ones. Texts of WP
Auto Spinner are read by the words that the others teach, and the other way round.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from spindetect.copies.candidates import chosen, links
from spindetect.copies.fingerprint import Fingerprint, Reader
from spindetect.copies.match import SHARED, SPUN, Weights, logistic, shared_numbers, spun_numbers
from spindetect.copies.passages import Tally, passages
from spindetect.copies.words import WEIGHTS

from .copies_data import (
    OF_FILE,
    Collection,
    Row,
    Sources,
    corpus_pages,
    cut,
    evenly,
    hidden,
    human_pages,
    simplified,
    spun_texts,
)
from .copies_words import bundled, kinds, merged, see, table
from .examples import sample

# Texts that are fingerprinted together.
BATCH = 200

# Two pages that share so many words in a row verbatim do share text, whatever they are.
VERBATIM = 15

# The threshold is the lowest at which so large a share of the pairs found is right.
PRECISION = 0.99

# Unrelated pages that copies are hidden among where the threshold is to hold.
UNRELATED = 20_000

# Aligned rows that words are learned from, and sources that weights are learned from, of each kind
# of tool at most.
ROWS_OF_TOOL = 800
SOURCES = 150

# Inverse strength of the ridge penalty, on numbers scaled to unit variance; set by hand.
RIDGE = 1.0

# Share of the groups of the simplified news that is kept to measure on.
KEPT = 0.5


@dataclass
class Compared:
    """Candidate pairs of a collection.

    Attributes
    ----------
    pairs : int64 array, shape (n, 2)
    tallies : list of Tally
    truth : list of str
        See `Collection.truth`; pairs of pages that are not related but share text verbatim are
        ``verbatim``.
    """

    pairs: npt.NDArray[np.int64]
    tallies: list[Tally]
    truth: list[str]


def compare(made: Collection, read: Reader) -> Compared:
    """The candidate pairs of a collection."""
    prints: list[Fingerprint] = []
    for begin in range(0, len(made.texts), BATCH):
        stream = read.read(made.texts[begin : begin + BATCH])
        prints += (stream[at] for at in range(len(stream)))
    sizes = np.array([len(own.anchors) for own in prints], np.int32)
    owners = np.repeat(np.arange(len(prints)), sizes)
    pairs = chosen(links(np.concatenate([own.anchors for own in prints]), owners), sizes)
    tallies, truth = [], []
    for a, b in pairs.tolist():
        tally = passages(prints[a], prints[b])[1]
        known = made.truth(a, b)
        if known == "none" and tally.words and verbatim(prints[a].key, prints[b].key):
            known = "verbatim"
        tallies.append(tally)
        truth.append(known)
    return Compared(pairs, tallies, truth)


def verbatim(a: npt.NDArray[np.uint64], b: npt.NDArray[np.uint64]) -> bool:
    """Whether two texts have `VERBATIM` words in a row in common."""

    def runs(key: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        word = key[key != 0]
        size = max(0, len(word) - VERBATIM + 1)
        found = np.zeros(size, np.uint64)
        for at in range(VERBATIM):
            found = found * np.uint64(0x9FB21C651E98DF25) + word[at : at + size]
        return found

    return len(np.intersect1d(runs(a), runs(b))) > 0


def fitted(
    rows: Sequence[Mapping[str, float]], labels: Sequence[bool], names: Sequence[str]
) -> dict[str, float]:
    """Weights of a logistic regression with both labels weighing the same."""
    x = np.array([[row[name] for name in names] for row in rows])
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    model = LogisticRegression(C=RIDGE, class_weight="balanced", max_iter=1000)
    model.fit((x - mean) / scale, np.array(labels))
    weight = model.coef_[0] / scale
    intercept = float(model.intercept_[0] - weight @ mean)
    return {
        **{name: round(float(w), 5) for name, w in zip(names, weight, strict=True)},
        "intercept": round(intercept, 5),
    }


def learn(found: Sequence[tuple[Compared, Collection]], levels: Sequence[Tally]) -> Weights:
    """Weights from the pairs of collections, and from pairs that were simplified, not spun."""
    rows = [
        (tally, truth)
        for compared, _ in found
        for tally, truth in zip(compared.tallies, compared.truth, strict=True)
        if truth != "unjudged" and tally.words
    ]
    pairs = [(tally, truth) for tally, truth in rows if truth != "verbatim"]
    labels = [truth != "none" for _, truth in pairs]
    shared = fitted([shared_numbers(tally) for tally, _ in pairs], labels, SHARED)
    spun = [tally for tally, truth in rows if truth == "whole"]
    unspun = [*levels, *(tally for tally, truth in rows if truth == "verbatim")]
    kinds = fitted(
        [spun_numbers(tally) for tally in [*spun, *unspun]],
        [True] * len(spun) + [False] * len(unspun),
        SPUN,
    )
    probability = np.array([logistic(shared_numbers(tally), shared) for tally, _ in pairs])
    # Chance pairs grow with the square of the unrelated pages.
    more = UNRELATED**2 / max(sum(made.roles.count("unrelated") ** 2 for _, made in found), 1)
    return Weights(shared, kinds, threshold(probability, np.array(labels), more))


def crossed(
    data: Path,
    tools: tuple[Sources, Sources],
    without: set[str],
    unrelated: int,
    *,
    articles: Mapping[str, Sequence[str]],
) -> tuple[Weights, Reader]:
    """What is learned from texts of two kinds of tools.

    Weights are learned from pairs of each kind read by the words of the other: in texts that taught
    words more seems to survive than in those of a spinner that nobody has seen.

    Parameters
    ----------
    data : Path
    tools
        Aligned rows of each document, of both kinds.
    without : set of str
        Groups whose human documents are no unrelated pages.
    unrelated : int
        Unrelated pages of each kind's collection.
    articles
        Simplified news.

    Returns
    -------
    Weights, Reader
        The reader has the words of both kinds.
    """
    ngrams, lexicon, _ = bundled()
    seen = [see(sampled(texts), ngrams) for texts in tools]
    found, levels = [], []
    for own, other, part in ((0, 1, 0), (1, 0, 1)):
        read = Reader(ngrams, table(seen[other], ngrams, lexicon), kinds(seen[other]))
        ids = sorted(tools[own], key=lambda name: sample(name, "tuned"))[:SOURCES]
        sources = {name: tools[own][name] for name in ids}
        made = tuning(data, sources, unrelated, without, part)
        found.append((compare(made, read), made))
        levels += unspun_tallies(articles, read)
    both = merged(*seen)
    read = Reader(ngrams, table(both, ngrams, lexicon), kinds(both))
    return learn(found, levels), read


def sampled(sources: Sources) -> list[Row]:
    """Aligned rows of sources, some of all."""
    rows = sorted(chain.from_iterable(sources.values()), key=lambda r: sample(r["id"], "rows"))
    return rows[:ROWS_OF_TOOL]


def threshold(
    probability: npt.NDArray[np.float64], labels: npt.NDArray[np.bool_], more: float
) -> float:
    """Lowest probability from which on `PRECISION` of the pairs are right.

    Each wrong pair stands for so many `more`.

    >>> threshold(np.array([0.1, 0.6, 0.8]), np.array([False, True, True]), 1.0)
    0.6
    """
    order = np.argsort(-probability)
    right, wrong = np.cumsum(labels[order]), np.cumsum(~labels[order]) * more
    good = np.flatnonzero(right >= PRECISION * (right + wrong))
    return round(float(probability[order][good[-1]]), 5) if len(good) else 0.9999


def unspun_tallies(articles: Mapping[str, Sequence[str]], read: Reader) -> list[Tally]:
    """Counts of pairs of levels of one article, and of an article and its own halves."""
    found = []
    for group, texts in articles.items():
        random = np.random.default_rng(int(sample(group, "halves") * 2**32))
        stream = read.read([*texts, cut(texts[0], 0.5, random)])
        prints = [stream[at] for at in range(len(stream))]
        found += [passages(a, b)[1] for at, a in enumerate(prints) for b in prints[:at]]
    return [tally for tally in found if tally.words]


def split_simplified(data: Path) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Articles of the simplified news to learn from, and to measure on."""
    articles = simplified(data / "human")
    kept = {g: t for g, t in articles.items() if sample(g, "simplified") < KEPT}
    return {g: t for g, t in articles.items() if g not in kept}, kept


def tuning(
    data: Path, sources: Sources, unrelated: int, without: set[str], part: int
) -> Collection:
    """A collection to learn from: sources among unrelated pages of human documents and corpora.

    Those of part 0 and part 1 are different ones, and different from those that are measured on.
    """
    pages = [
        text
        for text, place in human_pages(data / "human", "unrelated", without)
        if 0.25 * part <= place < 0.25 * (part + 1)
    ]
    hosts, others = pages[: len(sources)], pages[len(sources) :]
    others += corpus_pages(data / "corpora", part * OF_FILE, OF_FILE)
    return hidden(sources, evenly(others, unrelated), hosts)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--generated", type=Path, help="folder written by models.generate")
    given = parser.parse_args(arguments)
    spun = given.data / "spun"
    own = sorted(given.generated.glob("*.jsonl*")) if given.generated else []
    tools = (
        spun_texts(sorted(spun.glob("wp_auto_spinner*"))),
        spun_texts([spun / "turbo_spinner.jsonl.xz", *own]),
    )
    without = {rows[0]["group"] for texts in tools for rows in texts.values()}
    articles = split_simplified(given.data)[0]
    learned, _ = crossed(given.data, tools, without, UNRELATED // 8, articles=articles)
    content = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    content |= asdict(learned)
    WEIGHTS.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(asdict(learned), indent=1))


if __name__ == "__main__":
    main()

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

from spindetect.benchmark.figures import interval
from spindetect.copies.match import SHARED, SPUN, Weights, logistic, shared_numbers, spun_numbers
from spindetect.copies.passages import Tally, passages
from spindetect.copies.reader import Reader
from spindetect.copies.words import WEIGHTS

from .copies_data import (
    SOURCES,
    TO_LEARN,
    Row,
    Sources,
    cut,
    hidden,
    simplified,
    spun_texts,
    unrelated_pages,
)
from .copies_pairs import UNCOUNTED, UNKNOWN, Compared, compare
from .copies_seen import kinds, merged, see
from .copies_words import bundled, table
from .examples import sample

# Of the pairs found so large a share must be right.
PRECISION = 0.99

Floats = npt.NDArray[np.float64]

# Aligned rows of each kind of tool that words are learned from, at most.
ROWS_OF_TOOL = 800

# Inverse strength of the ridge penalty, on numbers scaled to unit variance; set by hand.
RIDGE = 1.0

# Share of the groups of the simplified news that is kept to measure on.
KEPT = 0.5


@dataclass(frozen=True)
class Judged:
    """Pairs of which it is known whether they share a source.

    Attributes
    ----------
    rows : list of dict
        Numbers of each, see `shared_numbers`.
    labels : bool array, shape (n,)
    groups : list of str
        Source document of each.
    """

    rows: list[dict[str, float]]
    labels: npt.NDArray[np.bool_]
    groups: list[str]

    @classmethod
    def of(cls, compared: Compared, unknown: Sequence[str]) -> Judged:
        """Those of a collection, without some truths."""
        known = [
            at
            for at, (tally, truth) in enumerate(zip(compared.tallies, compared.truth, strict=True))
            if tally.words and truth not in unknown
        ]
        return cls(
            [shared_numbers(compared.tallies[at]) for at in known],
            np.array([compared.truth[at] != "none" for at in known], np.bool_),
            [compared.groups[at] for at in known],
        )


def fitted(
    rows: Sequence[Mapping[str, float]], labels: npt.NDArray[np.bool_], names: Sequence[str]
) -> dict[str, float]:
    """Weights of a logistic regression with both labels weighing the same."""
    x = np.array([[row[name] for name in names] for row in rows])
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    model = LogisticRegression(C=RIDGE, class_weight="balanced", max_iter=1000)
    model.fit((x - mean) / scale, labels)
    weight = model.coef_[0] / scale
    intercept = float(model.intercept_[0] - weight @ mean)
    return {
        **{name: round(float(w), 5) for name, w in zip(names, weight, strict=True)},
        "intercept": round(intercept, 5),
    }


def learn(found: Sequence[Compared], levels: Sequence[Tally]) -> Weights:
    """Weights from the pairs of collections, and from pairs that were simplified, not spun."""
    parts = [Judged.of(compared, UNCOUNTED) for compared in found]
    rows = list(chain.from_iterable(part.rows for part in parts))
    labels = np.concatenate([part.labels for part in parts])
    shared = fitted(rows, labels, SHARED)
    told = [
        (tally, truth)
        for compared in found
        for tally, truth in zip(compared.tallies, compared.truth, strict=True)
        if tally.words
    ]
    spun = [tally for tally, truth in told if truth == "whole"]
    unspun = [*levels, *(tally for tally, truth in told if truth == "verbatim")]
    kinds = fitted(
        [spun_numbers(tally) for tally in [*spun, *unspun]],
        np.arange(len(spun) + len(unspun)) < len(spun),
        SPUN,
    )
    # Each collection is judged by what the others taught, as those of users will be. They differ in
    # more than chance: a few pages of one shop make dozens of wrong pairs. So the threshold must
    # hold in each of them.
    limits = []
    for own, compared in zip(parts, found, strict=True):
        others = [part for part in parts if part is not own]
        weight = fitted(
            [row for part in others for row in part.rows],
            np.concatenate([part.labels for part in others]),
            SHARED,
        )
        # Spun copies of a footer are no copies that anybody looks for: here they count as wrong.
        strict = Judged.of(compared, UNKNOWN)
        probability = np.array([logistic(row, weight) for row in strict.rows])
        limits.append(threshold(probability, strict.labels, strict.groups))
    return Weights(shared, kinds, max(limits))


def crossed(
    data: Path,
    tools: tuple[Sources, Sources],
    without: set[str],
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
    for own, other, part in zip((0, 1), (1, 0), TO_LEARN, strict=True):
        read = Reader(ngrams, table(seen[other], ngrams, lexicon), kinds(seen[other]))
        ids = sorted(tools[own], key=lambda name: sample(name, "tuned"))[:SOURCES]
        sources = {name: tools[own][name] for name in ids}
        hosts, others = unrelated_pages(data, part, without, len(sources))
        found.append(compare(hidden(sources, others, hosts), read))
        levels += unspun_tallies(articles, read)
    both = merged(*seen)
    read = Reader(ngrams, table(both, ngrams, lexicon), kinds(both))
    return learn(found, levels), read


def sampled(sources: Sources) -> list[Row]:
    """Aligned rows of sources, some of all."""
    rows = sorted(chain.from_iterable(sources.values()), key=lambda r: sample(r["id"], "rows"))
    return rows[:ROWS_OF_TOOL]


def threshold(probability: Floats, labels: npt.NDArray[np.bool_], groups: Sequence[str]) -> float:
    """Probability from which on `PRECISION` of the pairs are right in all likelihood.

    The lowest such probability depends on which pages are in a collection. Taken is the upper end
    of its 95 % interval by bootstrap over source documents.

    >>> threshold(np.array([0.1, 0.6, 0.8]), np.array([False, True, True]), ["a", "a", "a"])
    0.6
    """
    order = np.argsort(-probability)
    falling, right = probability[order], labels[order]
    is_last = np.append(falling[1:] != falling[:-1], True)

    def lowest(weight: Floats) -> float:
        total = np.cumsum(weight[order])
        good = np.flatnonzero(is_last & (np.cumsum(weight[order] * right) >= PRECISION * total))
        return float(falling[good[-1]]) if len(good) else 1.0

    _, number = np.unique(groups, return_inverse=True)
    value, _, high = interval(lowest, number.astype(np.int64))
    return round(max(value, high), 5)


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
    learned, _ = crossed(given.data, tools, without, articles=articles)
    content = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    content |= asdict(learned)
    WEIGHTS.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(asdict(learned), indent=1))


if __name__ == "__main__":
    main()

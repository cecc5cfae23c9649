"""Measure how surely pages spun from one source are found among others.

    python -m models.copies_evaluation DATA [--generated FOLDER] [--measured TOOL] [--json FILE]

Twice: what is learned from WP Auto Spinner and the project's own generators is measured on Turbo,
and what is learned from Turbo and the generators on WP Auto Spinner. No source document that trains
is measured on. Synonym classes, survival of words, weights and threshold are all learned
anew; of the lexicon only the thesauri are used.

Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect.benchmark.figures import interval
from spindetect.benchmark.texts import read_texts
from spindetect.copies.clusters import Edge, grouped
from spindetect.copies.fingerprint import Reader, reader
from spindetect.copies.match import (
    WHOLE,
    Kind,
    Weights,
    logistic,
    matched,
    shared_numbers,
    weights,
)
from spindetect.copies.surprisal import surprisal
from spindetect.keys import finish
from spindetect.tokens import tokenise

from .copies_data import (
    OF_FILE,
    Collection,
    Sources,
    corpus_pages,
    evenly,
    hidden,
    human_pages,
    spun_texts,
)
from .copies_fit import UNRELATED, Compared, compare, crossed, split_simplified
from .examples import sample

# Hashes of the MinHash that is printed beside: 14 bands of 8, as FineWeb's datatrove pipeline has
# them for a similarity of 0.75 of word 5-grams.
BANDS, ROWS = 14, 8
SHINGLE = 5

# Sources that are measured on, of each tool at most.
SOURCES = 260

TOOLS = (TURBO, WP, BENCHMARK) = ("turbo", "wp_auto_spinner", "benchmark")

# Pairs whose recall is told, in words; ``as made`` are whole pages of which no edit was taken back.
RECALLS = {
    "whole": "whole pages",
    "as made": "whole pages as the tool made them",
    "third": "a third of a page inside another",
    "merged": "pages merged of two sources",
}

Mask = npt.NDArray[np.bool_]


@dataclass
class Figure:
    """One figure: what it is of, its value with a 95 % interval, and of how many."""

    tuned: str
    measured: str
    measure: str
    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        ends = "" if np.isnan(self.low) else f" ({self.low:.1%}-{self.high:.1%})"
        figure = "" if np.isnan(self.value) else f"{self.value:.1%}{ends}"
        cells = (self.tuned, self.measured, self.measure, figure)
        return f"| {' | '.join(cells)} | {self.count:,} |"


def minhash_pairs(texts: Sequence[str]) -> set[tuple[int, int]]:
    """Pairs of texts that share a band of MinHashes of word 5-grams."""
    seeds = np.random.default_rng(0).integers(1, 2**63, BANDS * ROWS, dtype=np.uint64) | 1
    bands: dict[tuple[int, bytes], list[int]] = {}
    for number, text in enumerate(texts):
        tokens = tokenise([text])
        key = tokens.key[tokens.is_word]
        size = len(key) - SHINGLE + 1
        if size < 1:
            continue
        shingle = np.zeros(size, np.uint64)
        for at in range(SHINGLE):
            shingle = finish(shingle * np.uint64(0x9E3779B97F4A7C15) + key[at : at + size])
        signature = np.array([(finish(shingle * seed)).min() for seed in seeds])
        for band, values in enumerate(signature.reshape(BANDS, ROWS)):
            bands.setdefault((band, values.tobytes()), []).append(number)
    return {
        (a, b)
        for pages in bands.values()
        for at, b in enumerate(pages)
        for a in pages[max(0, at - 20) : at]
    }


def share(hits: Iterable[bool], groups: Iterable[str]) -> tuple[float, float, float]:
    """A share and its interval by bootstrap over groups."""
    hit = np.array(list(hits), np.float64)
    _, group = np.unique(list(groups), return_inverse=True)
    if len(hit) == 0:
        return (float("nan"),) * 3
    return interval(lambda w: float((w * hit).sum() / max(w.sum(), 1e-9)), group.astype(np.int64))


def measure(
    made: Collection, compared: Compared, learned: Weights, name: Callable[..., Figure]
) -> list[Figure]:
    """Figures of pairs: recall and precision of ours, and of MinHash."""
    related = made.related()
    probability = np.array(
        [logistic(shared_numbers(t), learned.shared) if t.words else 0.0 for t in compared.tallies]
    )
    pairs = [tuple(pair) for pair in compared.pairs.tolist()]
    certain = {
        pair: p
        for pair, p, truth in zip(pairs, probability, compared.truth, strict=True)
        if truth not in ("unjudged", "verbatim")
    }
    found = {pair for pair, p in certain.items() if p >= learned.threshold}
    candidates = set(certain)
    # Of unrelated pages nothing is asked here, and they take most of the time.
    copied = [number for number, role in enumerate(made.roles) if role != "unrelated"]
    rivals = {(copied[a], copied[b]) for a, b in minhash_pairs([made.texts[n] for n in copied])}
    figures = []
    for title, got in (("", found), ("candidates: ", candidates), ("MinHash .75: ", rivals)):
        for kind, words in RECALLS.items():
            wanted = [
                pair
                for pair, truth in related.items()
                if truth == kind
                or (kind == "as made" and truth == "whole" and all(made.as_made[p] for p in pair))
            ]
            hits = [pair in got for pair in wanted]
            groups = [made.groups[pair[0]] for pair in wanted]
            figures.append(name(f"{title}recall, {words}", *share(hits, groups), len(wanted)))
    wrong = [pair for pair in found if pair not in related]
    right = [pair for pair in found if pair in related]
    groups = [made.groups[a] or f"{a}-{b}" for a, b in [*right, *wrong]]
    hits = [True] * len(right) + [False] * len(wrong)
    figures.append(name("precision of the pairs found", *share(hits, groups), len(hits)))
    verbatim = np.array([truth == "verbatim" for truth in compared.truth], np.bool_)
    nothing = (float("nan"),) * 3
    n_verbatim = int((verbatim & (probability >= learned.threshold)).sum())
    text = "(found pairs of unrelated pages that share text verbatim, not counted)"
    figures.append(name(text, *nothing, n_verbatim))
    return figures


def originals(
    made: Collection, compared: Compared, learned: Weights, read: Reader
) -> tuple[list[bool], list[str]]:
    """Of each cluster with an original and a version, whether the original is first."""
    edges = []
    for (a, b), tally in zip(compared.pairs.tolist(), compared.tallies, strict=True):
        if tally.words and logistic(shared_numbers(tally), learned.shared) >= learned.threshold:
            edges.append(Edge(a, b, min(tally.covered, tally.covered_longer) >= WHOLE))
    hits, groups = [], []
    for pages, _ in grouped(edges):
        roles = {made.roles[page] for page in pages}
        if {"original", "version"} <= roles:
            odd = surprisal([made.texts[page] for page in pages], read.ngrams)
            first = pages[int(np.argmin(odd))]
            hits.append(made.roles[first] == "original")
            groups.append(made.groups[first])
    return hits, groups


def simplified_kinds(
    articles: dict[str, list[str]], read: Reader, learned: Weights
) -> tuple[list[tuple[bool, str]], list[str]]:
    """Of each pair of levels of one article: whether it is a copy, and its kind."""
    found, groups = [], []
    for group, texts in articles.items():
        stream = read.read(texts)
        for a in range(len(texts)):
            for b in range(a):
                match = matched(stream[a], stream[b], learned)
                found.append((match.is_copy, match.kind.value))
                groups.append(group)
    return found, groups


def spun_kinds(made: Collection, compared: Compared, read: Reader, learned: Weights) -> list[str]:
    """Kinds of the pairs of whole pages that are found, of texts as the tool made them."""
    kinds: list[str] = []
    for (a, b), truth in zip(compared.pairs.tolist(), compared.truth, strict=True):
        if truth == "whole" and made.as_made[a] and made.as_made[b] and len(kinds) < SOURCES:
            stream = read.read([made.texts[a], made.texts[b]])
            kinds.append(matched(stream[0], stream[1], learned).kind.value)
    return [kind for kind in kinds if kind != "different"]


def run(data: Path, generated: Path | None, tools: Sequence[str]) -> Iterator[Figure]:
    """Figures measured on some tools, as soon as they are known."""
    if BENCHMARK in tools:
        yield from shipped()
    if not {TURBO, WP} & {*tools}:
        return
    turbo = spun_texts([data / "spun" / "turbo_spinner.jsonl.xz"])
    wp = spun_texts(sorted((data / "spun").glob("wp_auto_spinner*.jsonl.xz")))
    own = spun_texts(sorted(generated.glob("*.jsonl*")) if generated else [])
    turbo_groups = {rows[0]["group"] for rows in turbo.values()}
    wp = {id: rows for id, rows in wp.items() if rows[0]["group"] not in turbo_groups}
    # Of the sources of WP and the generators one half trains, the other is measured on.
    half = {id: r for id, r in wp.items() if sample(r[0]["group"], "half") < 0.5}
    half_groups = {rows[0]["group"] for rows in half.values()}
    for tuned, tuned_texts, measured, measured_texts in (
        (f"{WP}, generators", wp, TURBO, turbo),
        (f"{TURBO}, generators", turbo, WP, half),
    ):
        if measured not in tools:
            continue
        test_groups = {rows[0]["group"] for rows in measured_texts.values()}
        others = {
            id: rows
            for id, rows in own.items()
            if rows[0]["group"] not in test_groups and id not in tuned_texts
        }
        yield from direction(
            data,
            (tuned_texts, others),
            dict(list(measured_texts.items())[:SOURCES]),
            turbo_groups | half_groups | {r[0]["group"] for r in chain(wp.values(), own.values())},
            partial(Figure, tuned, measured),
        )


def shipped() -> Iterator[Figure]:
    """Figures of the weights that ship on the texts of the benchmark, which trained nothing.

    Spun texts are compared with their originals, and each original with all others.
    """
    texts = read_texts()
    read, learned = reader(), weights()
    originals = [text for text in texts if text.label == "original"]
    spun = [text for text in texts if text.label == "spun"]
    stream = read.read([text.text for text in originals])
    prints = {text.group: stream[at] for at, text in enumerate(originals)}
    kinds = [matched(prints[text.group], read.read([text.text])[0], learned).kind for text in spun]
    name = partial(Figure, "all, as shipped", BENCHMARK)
    for tool in ("", *sorted({text.tool for text in spun})):
        own = [at for at, text in enumerate(spun) if tool in ("", text.tool)]
        called = [kinds[at] is not Kind.DIFFERENT for at in own]
        figure = share(called, [spun[at].group for at in own])
        yield name(f"recall, whole pages, {tool or 'all'}", *figure, len(own))
    found = [kind for kind in kinds if kind is not Kind.DIFFERENT]
    hits = [kind is Kind.SPUN for kind in found]
    groups = [t.group for kind, t in zip(kinds, spun, strict=True) if kind is not Kind.DIFFERENT]
    yield name("of these called spun", *share(hits, groups), len(hits))
    pairs = list(combinations(prints, 2))
    wrong = [matched(prints[a], prints[b], learned).is_copy for a, b in pairs]
    figure = share(wrong, [a for a, _ in pairs])
    yield name("pairs of different originals called copies", *figure, len(wrong))


def direction(
    data: Path,
    tuned: tuple[Sources, Sources],
    measured: Sources,
    used: set[str],
    name: Callable[..., Figure],
) -> list[Figure]:
    """Learn from some texts and measure on others."""
    begin = time.process_time()
    to_learn, to_measure = split_simplified(data)
    learned, read = crossed(data, tuned, used, UNRELATED // 8, articles=to_learn)
    say(f"learned, {time.process_time() - begin:.0f} s: {json.dumps(asdict(learned))}")
    pages = [t for t, place in human_pages(data / "human", "unrelated", used) if place >= 0.5]
    hosts, others = pages[: len(measured)], pages[len(measured) :]
    others += corpus_pages(data / "corpora", 2 * OF_FILE, 8 * OF_FILE)
    made = hidden(measured, evenly(others, UNRELATED), hosts)
    compared = compare(made, read)
    n_pairs = len(compared.pairs)
    say(f"{len(made.texts):,} pages, {n_pairs:,} pairs, {time.process_time() - begin:.0f} s")
    figures = measure(made, compared, learned, name)
    hits, groups = originals(made, compared, learned, read)
    figures.append(name("original named first in its cluster", *share(hits, groups), len(hits)))
    spun = spun_kinds(made, compared, read, learned)
    figures.append(
        name(
            "pairs of whole pages found that are called spun",
            *share([k == "spun" for k in spun], map(str, range(len(spun)))),
            len(spun),
        )
    )
    levels, groups = simplified_kinds(to_measure, read, learned)
    for text, hit in (
        ("simplified news, levels of one article: called copies", [c for c, _ in levels]),
        ("... called spun copies", [k == "spun" for _, k in levels]),
        ("... called copies that are not spun", [k in ("unspun", "exact") for _, k in levels]),
    ):
        figures.append(name(text, *share(hit, groups), len(hit)))
    return figures


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--generated", type=Path, help="folder written by models.generate")
    parser.add_argument("--measured", choices=TOOLS, nargs="+", default=TOOLS)
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    given = parser.parse_args(arguments)
    print(f"{datetime.now(UTC):%Y-%m-%d}, copies hidden among {UNRELATED:,} unrelated pages\n")
    print("| learned from | measured on | measure | figure | of |\n|---|---|---|---:|---:|")
    content: list[dict[str, Any]] = []
    for figure in run(given.data, given.generated, given.measured):
        print(figure, flush=True)
        content.append(asdict(figure))
    if given.json:
        given.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from itertools import chain, combinations
from pathlib import Path
from typing import Any

from spindetect.benchmark.texts import read_texts
from spindetect.copies.match import Kind, matched, weights
from spindetect.copies.reader import reader

from .copies_data import (
    MEASURED,
    SOURCES,
    UNRELATED,
    Sources,
    hidden,
    spun_texts,
    unrelated_pages,
)
from .copies_figures import Figure, measure, originals, share, simplified_kinds, spun_kinds
from .copies_fit import crossed, split_simplified
from .copies_pairs import compare
from .examples import sample

TOOLS = (TURBO, WP, BENCHMARK) = ("turbo", "wp_auto_spinner", "benchmark")


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
    learned, read = crossed(data, tuned, used, articles=to_learn)
    say(f"learned, {time.process_time() - begin:.0f} s: {json.dumps(asdict(learned))}")
    hosts, others = unrelated_pages(data, MEASURED, used, len(measured))
    made = hidden(measured, others, hosts)
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

"""Agreement of the quality signals with the systems that they are from.

    python -m models.parity [DATA]

needs ``pip install "spindetect[parity]"`` in an environment of its own, and no network. The texts
are those of the benchmark (``spindetect/benchmark/texts.jsonl``), and again damaged
(`models.damage`); with DATA, human documents of ``DATA/human`` in their place. Prints, for
datatrove, in how many decisions of its filters and in how many values of its rules the presets
`gopher`, `c4` and `fineweb` agree, given its own words and sentences, and then with the project's
own.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect.quality import PRESETS, Preset
from spindetect.quality.c4 import kept_lines
from spindetect.quality.judgement import judge
from spindetect.quality.layout import Layout
from spindetect.quality.segments import Words

from .damage import GENERATORS
from .mine_pairs import read_rows

# Presets that are compared with filters of datatrove.
COMPARED = ("gopher", "c4", "fineweb")

# Values agree up to this: a rule's record has six digits.
TOLERANCE = 1e-6

# Documents of each register that are read from DATA.
_EACH = 12

# What texts hold besides: nothing, white space, and what splitting lines differently shows.
EDGES = (
    "",
    " \n\t\n ",
    "word",
    "no letters 123 456 !!!",
    "\n\nRead on.\nRead on.\n\nRead on.\r\nRead on.\n",
    "a\nb\n\na\nb\n\n\n",
    "Line one...\r\nLine two\u2026\rLine three \u2028• four\n- five\n",
    "See here.[1]\nLorem[2] ipsum dolor sit amet.\nIt uses cookies to work.\nUse Javascript now.\n",
    "x" * 3000,
    "the be to of and " * 40,
    "\0\x01\x02 binary \ufffd",
)


def bundled(each: int = 2) -> list[str]:
    """Every `each`-th text of the benchmark, these damaged, and edge cases."""
    lines = resources.files("spindetect.benchmark").joinpath("texts.jsonl").read_text("utf-8")
    texts = [json.loads(line)["text"] for line in lines.splitlines()]
    return with_damage(texts[::each])


def with_damage(texts: Sequence[str]) -> list[str]:
    """The texts, each of them damaged in turn by one of the generators, and the edge cases."""
    random = np.random.default_rng(0)
    generators = list(GENERATORS.values())
    damaged = [generators[i % len(generators)](t, random) for i, t in enumerate(texts)]
    return [*texts, *damaged, *EDGES]


def given(texts: Sequence[str], words: Sequence[Sequence[str]]) -> tuple[Layout, Words]:
    """Texts laid out with the words and sentences of datatrove."""
    from datatrove.utils.text import split_into_sentences

    layout = Layout(texts)
    kept = kept_lines(layout, needs_end=True)
    layout.line_sentences = np.zeros(len(layout.lines), np.int64)
    for index in np.flatnonzero(kept.kept).tolist():
        layout.line_sentences[index] = len(split_into_sentences(kept.text(index)))
    return layout, layout.given(words)


def split(texts: Sequence[str]) -> list[list[str]]:
    """The words of datatrove."""
    from datatrove.utils.text import split_into_words

    return [list(split_into_words(text)) if text else [] for text in texts]


def decisions(texts: Sequence[str]) -> dict[str, npt.NDArray[np.bool_]]:
    """For each preset whether datatrove's filters keep each text."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    filters = {
        "gopher": [GopherRepetitionFilter(), GopherQualityFilter()],
        "c4": [C4QualityFilter()],
        "fineweb": [FineWebQualityFilter()],
    }

    def keeps(filter_: Any, text: str) -> bool:
        # C4's rewrites the document.
        answer = filter_.filter(Document(text=text, id="0"))
        return answer is True

    return {
        name: np.array([all(keeps(f, text) for f in own) for text in texts])
        for name, own in filters.items()
    }


def values(texts: Sequence[str], split: Sequence[Sequence[str]]) -> dict[str, list[float]]:
    """The values of the rules of `gopher` and `fineweb` as the functions of datatrove have them.

    Its filters compute them and give a verdict only; where they would divide by zero, it is 0.
    """
    from datatrove.pipeline.filters import gopher_repetition_filter as repetition
    from datatrove.utils.text import PUNCTUATION_SET, TERMINAL_PUNCTUATION

    found: dict[str, list[float]] = {}
    stop_words = {"the", "be", "to", "of", "and", "that", "have", "with"}
    for text, own_words in zip(texts, split, strict=True):
        words = list(own_words)
        filled = [w for w in words if any(c not in PUNCTUATION_SET for c in w)]
        lines = text.splitlines()
        paragraphs = re.split(r"\n{2,}", text.strip())
        parts = re.split("\n+", text)
        n_paragraphs, paragraph_chars = repetition.find_duplicates(paragraphs)
        n_parts, part_chars = repetition.find_duplicates(parts)
        some = [line for line in text.split("\n") if line.strip()]
        own = {
            "gopher.n_filled_words": len(filled),
            "gopher.mean_filled_word_length": _ratio(sum(map(len, filled)), len(filled)),
            "gopher.hash_ratio": _ratio(text.count("#"), len(words)),
            "gopher.ellipsis_ratio": _ratio(text.count("...") + text.count("…"), len(words)),
            "gopher.bullet_lines": _ratio(
                sum(line.lstrip().startswith(("•", "-")) for line in lines), len(lines)
            ),
            "gopher.ellipsis_lines": _ratio(
                sum(line.rstrip().endswith(("...", "…")) for line in lines), len(lines)
            ),
            "gopher.alpha_words": _ratio(sum(any(map(str.isalpha, w)) for w in words), len(words)),
            "gopher.stop_words": len(stop_words & set(words)),
            "gopher.duplicate_paragraphs": _ratio(n_paragraphs, len(paragraphs)),
            "gopher.duplicate_paragraph_chars": _ratio(paragraph_chars, len(text)),
            "gopher.duplicate_lines": _ratio(n_parts, len(parts)),
            "gopher.duplicate_line_chars": _ratio(part_chars, len(text)),
            "fineweb.terminal_fed_lines": _ratio(
                sum(line.endswith(tuple(TERMINAL_PUNCTUATION)) for line in some), len(some)
            ),
            "fineweb.short_fed_lines_30": _ratio(sum(len(line) <= 30 for line in some), len(some)),
            "fineweb.duplicate_filled_line_chars": _ratio(
                repetition.find_duplicates(some)[1], len(text.replace("\n", ""))
            ),
            "fineweb.newline_ratio": _ratio(text.count("\n"), len(words)),
        }
        for n in range(2, 5):
            ngrams = repetition.get_n_grams(words, n)
            top = repetition.find_top_duplicate(ngrams) if ngrams else 0
            own[f"gopher.top_{n}gram_chars"] = _ratio(top, len(text))
        for n in range(5, 11):
            again = repetition.find_all_duplicate(words, n)
            own[f"gopher.duplicate_{n}gram_chars"] = _ratio(again, len(text))
        for name, value in own.items():
            found.setdefault(name, []).append(value)
    return found


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def judged(layout: Layout, words: Words | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """For each compared preset what is kept, and for each rule its values."""
    presets: list[Preset] = [PRESETS[name] for name in COMPARED]
    found = judge(layout, presets, words=words)
    kept = {
        name: found.passed[:, [n.startswith(f"{name}.") for n in found.names]].all(axis=1)
        for name in COMPARED
    }
    return kept, dict(zip(found.names, found.values.T, strict=True))


def disagreements(
    mine: Mapping[str, npt.NDArray[np.float64]], theirs: Mapping[str, Sequence[float]]
) -> Counter[str]:
    """Values that differ by more than `TOLERANCE`, by rule."""
    found: Counter[str] = Counter()
    for name, column in theirs.items():
        found[name] = int((np.abs(mine[name] - np.array(column)) > TOLERANCE).sum())
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Agreement of the quality signals.")
    parser.add_argument("data", type=Path, nargs="?")
    options = parser.parse_args()
    texts = bundled() if options.data is None else with_damage(_human(options.data))
    words = split(texts)
    theirs, rules = decisions(texts), values(texts, words)
    kept, mine = judged(*given(texts, words))
    own, _ = judged(Layout(texts))
    print(f"{len(texts)} texts, half of them damaged")
    for name in COMPARED:
        print(
            f"{name:8} kept by datatrove {theirs[name].mean():.1%}; decisions that agree: "
            f"{np.mean(kept[name] == theirs[name]):.2%} with its words, "
            f"{np.mean(own[name] == theirs[name]):.2%} with the project's own"
        )
    differ = disagreements(mine, rules)
    total = len(texts) * len(rules)
    print(
        f"values of {len(rules)} rules that differ by more than {TOLERANCE}: "
        f"{differ.total()} of {total:,}"
    )


def _human(data: Path) -> list[str]:
    """Some human documents of every register."""
    found = []
    for path in sorted((data / "human").glob("*.jsonl*")):
        rows = read_rows(path)
        found += [row["text"] for _, row in zip(range(_EACH), rows, strict=False)]
    return found


if __name__ == "__main__":
    main()

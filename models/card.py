"""Write the model card from the figures that the other commands left.

    python -m models.card BUILD > models/CARD.md

reads ``BUILD/<configuration>.json`` (models.train measure) and ``BUILD/curve.json`` (models.curve).
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HEAD = """# Model card: {name}

Written by `python -m models.card BUILD` on {date}; every figure below was printed by
`python -m models.train measure DATA BUILD --config NAME` or `python -m models.curve DATA BUILD`, on the
data that `docs/data.md` describes. Figures are five-fold cross-fitted over source documents: pairs are
mined and classifiers trained outside the fold that they are measured on. Each fold's evidence is made
with a lexicon without that fold's pairs, and the document classifier is stacked on word scores of
the other folds' classifiers. Operating points are quantiles of those same cross-fitted scores. The released
classifiers are refitted on all folds. Intervals are 95 %, by bootstrap over source documents.

`textattack` (word-swap attacks on reviews) trains the classifiers in every configuration; `quillbot` (a fluent
neural paraphraser) and `web pages` train none. The fifteen weights that rank substitutes are fitted on spun texts of
two folds; in `main` phrases are measured on the other three, in the other configurations on all five. The three numbers
that judge a word with its document are fitted on all folds and not cross-fitted. In `turbo` no text and no
pair of the Turbo spinner trains anything; which words WP Auto Spinner writes oftener than people do is known there,
from its own texts. "phrases flag x": an anomaly needs a word of probability x; the model ships with 0.4.

## What it is

English spinning detector: interpolated modified Kneser-Ney trigrams in fingerprint tables, a substitution
lexicon, a word classifier of 60 boosted trees, linear sentence and document classifiers. NOTICE names the sources.

| | |
|---|---|
| text counted | {words} million words in {registers} registers, weighted by the root of their size, at most fourfold |
| vocabulary | {vocabulary} words |
| pairs mined from aligned text | kept when seen in at least 3 source documents |
| size | see the table below; `model.json` names the sha256 of each table |
"""

TAIL = """
## How not to use it

The detector says that wording is typical of automatic synonym replacement. It does not say who wrote a text, that
it is plagiarised, or that it was written by a language model. A probability is about text of which half is
spun; where one page in a hundred is, most of what is flagged near the operating point may be innocent (see
the table of prevalence). Writers in a second language, writers of old-fashioned or ornate prose, users of machine
translation and authors of dense technical text are those whom a mistake would hit first. Do not punish anybody
on its word: read the phrases that it names.

## Known failures

- Light spinning: a paragraph in which fewer than one word in ten was replaced is mostly missed.
- Fluent neural paraphrase is another thing than spinning and is hardly recognised (AUROC in the table).
- Spinners whose dictionary shares little with those seen are found by general evidence only: compare `general`.
- Deliberately ornate English can look spun, and archaic spinning can look like old prose: `thesaurus-loving-author` is
  called spun, `history-medieval-town` and `climate-report` are missed (`tests/cases/known-failures.json`).
- The probability was fitted on the spinners of the training data; its calibration on others is not known.
- One document of 20 MB takes over a gigabyte of memory, most of it for the quality signals.
- Words that were replaced by equally fitting ones (*film* for *movie*) cannot be told from choice.
"""


def interval(figure: dict[str, Any], digits: int = 4) -> str:
    """A figure with its interval."""
    return f"{figure['value']:.{digits}f} ({figure['low']:.{digits}f}-{figure['high']:.{digits}f}), n = {figure['n']}"


def figures(name: str, found: dict[str, Any]) -> list[str]:
    """Rows of one configuration."""
    rows = [f"\n## Configuration `{name}`\n", "| figure | value |", "|---|---|"]
    for key, value in found.items():
        if isinstance(value, dict) and "value" in value:
            rows.append(f"| {key} | {interval(value)} |")
        elif key.startswith("phrases flag"):
            shown = ", ".join(
                f"{k} {v:.3f}" if k != "edits" else f"{v} edits" for k, v in value.items()
            )
            rows.append(f"| {key} | {shown} |")
        elif key == "false positives":
            rows.append(
                f"| human documents called spun | {value['share']:.2%} ({value['low']:.2%}-{value['high']:.2%}), "
                f"n = {value['n']}; worst register of 100 or more: {value['worst register']:.2%} |"
            )
            rows.append(f"| human documents undecided | {value['undecided']:.2%} |")
        elif key == "operating points":
            rows.append(
                f"| operating points: spun from, clean up to | {value[0]:.4f}, {value[1]:.4f} |"
            )
        elif isinstance(value, list):
            rows.append(f"| {key} | {value[0]} of {value[1]} |")
        else:
            rows.append(f"| {key} | {value:.4f} |")
    return rows


def registers(found: dict[str, Any]) -> list[str]:
    """False positives by register."""
    rows = [
        "\n## Human documents called spun, by register (`main`)\n",
        "| register | called spun | of |",
        "|---|---|---|",
    ]
    by = found["false positives"]["by register"]
    return rows + [f"| {name} | {n} | {total} |" for name, (n, total) in by.items()]


def prevalence(found: dict[str, Any]) -> list[str]:
    """Precision where spun documents are rare, from recall on documents and false positives."""
    recall, false = found["recall document"], max(found["false positives"]["high"], 1e-9)
    rows = [
        "\n## Precision by prevalence (`main`)\n",
        "From the recall on spun documents of up to 400 words and the upper end of the false positives.\n",
        "| spun pages in a crawl | precision of `spun` |",
        "|---|---|",
    ]
    for share in (0.5, 0.1, 0.01, 0.001):
        precision = recall * share / (recall * share + false * (1 - share))
        rows.append(f"| {share:.1%} | {precision:.1%} |")
    return rows


def curve(found: list[dict[str, Any]]) -> list[str]:
    """Size against accuracy."""
    names = list(found[0])
    rows = [
        "\n## Size of the n-gram tables against accuracy\n",
        "General sources only, a sample of the texts.\n",
    ]
    rows += ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return rows + ["| " + " | ".join(str(row[n]) for n in names) + " |" for row in found]


def main(build: Path) -> None:
    """Print the card."""
    counts = json.loads((build / "counts" / "registers.json").read_text())
    vocabulary = (build / "counts" / "words.txt").read_text(encoding="utf-8").count("\n") + 1
    model = json.loads((Path("spindetect") / "model" / "model.json").read_text())
    print(
        HEAD.format(
            name=model["name"],
            date=datetime.now(UTC).date(),
            words=round(sum(counts["words"].values()) / 1e6),
            registers=len(counts["words"]),
            vocabulary=vocabulary,
        )
    )
    for name in ("main", "web", "turbo", "general"):
        path = build / f"{name}.json"
        if path.exists():
            print("\n".join(figures(name, json.loads(path.read_text()))))
    main_figures = json.loads((build / "main.json").read_text())
    print("\n".join(registers(main_figures)))
    print("\n".join(prevalence(main_figures)))
    if (build / "curve.json").exists():
        print("\n".join(curve(json.loads((build / "curve.json").read_text()))))
    print(TAIL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

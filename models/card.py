"""Write the model card from the figures that the other commands left.

    python -m models.card BUILD > models/CARD.md

reads ``BUILD/left_out.json`` (models.left_out) and ``BUILD/curve.json`` (models.curve).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .bars import DICTIONARY, mean, table
from .left_out import FIGURES

HEAD = """# Model card: {name}

Written by `python -m models.card BUILD` on {date}; every figure below was printed by
`python -m models.left_out DATA BUILD` or `python -m models.curve DATA BUILD`, on the data that `docs/data.md`
describes; `docs/evaluation.md` says how each is made. Figures are five-fold cross-fitted over source documents, and a
family that is *left out* trained nothing and gave no pair. The released classifiers are refitted on all folds.
Intervals are 95 %, by bootstrap over source documents.

Measured on the same texts that were used to choose features and constants, these figures are what development saw;
`spindetect benchmark` measures on texts and spinners that nothing was ever trained or mined on. Its false positives are
not blind: en-2026.2 called 8 of its 122 originals spun, which was the reason for hard negatives and stricter lines.

## What it is

English spinning detector: interpolated modified Kneser-Ney trigrams in fingerprint tables, a cloze model (a small
feed-forward network that reads five words to either side and the topic), a substitution lexicon, a word classifier of 80
boosted trees, a document classifier of 150, a sentence classifier of 120. NOTICE names the sources.

| | |
|---|---|
| text counted | {words} million words in {registers} registers, weighted by the root of their size, at most fourfold |
| vocabulary | {vocabulary} words |
| pairs mined from aligned text | kept when seen in at least 3 source documents |
| size | {size:.1f} MB; `model.json` names the sha256 of each table |
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

- Light spinning: with one word in twenty replaced a quarter of the documents of a known spinner is missed at 0.5 % false
  positives, and far more at the default operating point; most paragraphs are.
- The default operating point is strict: of the 122 texts composed for the benchmark none is called spun, of their spun
  versions a third is not called spun either. `high_recall` finds more and accuses one human document in 200.
- A commercial spinner whose texts nothing was trained on is found less surely than one that was (WP Auto Spinner, left out).
- Fluent neural paraphrase is another thing than spinning and is hardly recognised (AUROC in the table).
- Single sentences: what is flagged there is often innocent (precision of tortured phrases in single sentences).
- The weight of families, the features of sentences and the hard negatives were chosen by looking at the figures of WP Auto
  Spinner and Moby left out: these are figures of development, not of a test.
- Texts that the model gets wrong, by example: `tests/cases/known-failures.json`.
- The calibration was fitted on WP Auto Spinner and the Moby generator, each left out; Turbo and the WordNet generator were
  not left out for this model.
- Words that were replaced by equally fitting ones (*film* for *movie*) cannot be told from choice.
"""


def shown(figure: Any) -> str:
    """A figure with its interval, as far as it has one."""
    if not isinstance(figure, Mapping):
        return f"{figure:.4f}" if isinstance(figure, float) else str(figure)
    if "low" not in figure:
        return f"{figure['value']:.4f}, n = {figure['n']}"
    low, high = figure["low"], figure["high"]
    return f"{figure['value']:.4f} ({low:.4f}-{high:.4f}), n = {figure['n']}"


def section(title: str, figures: Mapping[str, Any]) -> list[str]:
    """A table of figures."""
    lines = [f"\n## {title}\n", "| figure | value |", "|---|---|"]
    return lines + [f"| {name} | {shown(value)} |" for name, value in figures.items()]


def families(found: Mapping[str, Any]) -> list[str]:
    """Figures of the families, seen in training and left out, as far as they were measured."""
    lines = []
    for family in DICTIONARY:
        lines += section(f"`{family}`, seen in training", found["families seen"][family])
        for name in (
            " left out",
            " phrases",
            " left out, no pairs",
            " left out, its pairs deleted",
        ):
            if family + name in found:
                title = name.replace("phrases", "left out: phrases")
                lines += section(f"`{family}`{title}", found[family + name])
    for name, title in (
        ("phrases of families seen", "Phrases of spinners seen in training"),
        ("tortured phrases held out", "Tortured phrases of held-out terms"),
        ("calibration error", "Calibration error, family left out"),
    ):
        if name in found:
            lines += section(title, found[name])
    if "web pages" in found:
        web = {f"{k} pages called spun": f"{n} of {m}" for k, (n, m) in found["web pages"].items()}
        lines += section("Web pages of an agency whose family was left out", web)
    return lines


def modes(found: Mapping[str, Any]) -> list[str]:
    """Operating points and registers."""
    human = found["human documents"]
    lines = [
        "\n## Modes: human documents called spun or undecided\n",
        "| mode | called spun | of 10,000 | undecided | worst register |",
        "|---|---|---|---|---|",
    ]
    for name, point in human.items():
        share = point["share"]["value"]
        lines.append(
            f"| {name} | {shown(point['share'])} | {share * 1e4:.1f} | {point['undecided']:.2%} "
            f"| {point['worst register']} documents |"
        )
    lines += [
        "\n## Human documents called spun, by register\n",
        "| register | " + " | ".join(human) + " | of |",
        "|---|" + "---|" * (len(human) + 1),
    ]
    for register, (_, total) in human["balanced"]["registers"].items():
        counts = [str(point["registers"][register][0]) for point in human.values()]
        lines.append(f"| {register} | {' | '.join(counts)} | {total} |")
    return lines


def prevalence(found: Mapping[str, Any]) -> list[str]:
    """Precision where spun documents are rare, from recall on documents and false positives."""
    recall, note = mean(found, "{} left out", "recall at 0.1 %", DICTIONARY)
    lines = [
        "\n## Precision by prevalence\n",
        f"From the mean recall on documents of families left out{note}, at 0.1 % false positives.\n",
        "| spun pages in a crawl | precision of `spun` |",
        "|---|---|",
    ]
    for share in (0.5, 0.1, 0.01, 0.001):
        precision = recall * share / (recall * share + 0.001 * (1 - share))
        lines.append(f"| {share:.1%} | {precision:.1%} |")
    return lines


def curve(found: list[dict[str, Any]]) -> list[str]:
    """Size against accuracy."""
    names = list(found[0])
    lines = ["\n## Size of the n-gram tables against accuracy\n"]
    lines += [
        "General sources only, a sample of the texts; measured for en-2026.1, without the cloze model.\n"
    ]
    lines += ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return lines + ["| " + " | ".join(str(row[n]) for n in names) + " |" for row in found]


def main(build: Path) -> None:
    """Print the card."""
    counts = json.loads((build / "counts" / "registers.json").read_text())
    vocabulary = (build / "counts" / "words.txt").read_text(encoding="utf-8").count("\n") + 1
    folder = Path("spindetect") / "model"
    head = HEAD.format(
        name=json.loads((folder / "model.json").read_text())["name"],
        date=datetime.now(UTC).date(),
        words=round(sum(counts["words"].values()) / 1e6),
        registers=len(counts["words"]),
        vocabulary=vocabulary,
        size=sum(p.stat().st_size for p in folder.iterdir()) / 1e6,
    )
    found = json.loads((build / FIGURES).read_text())
    parts = [head, "\n## Figures and what was wanted\n", table(found), *modes(found)]
    parts += [*prevalence(found), *families(found)]
    if (build / "curve.json").exists():
        parts += curve(json.loads((build / "curve.json").read_text()))
    print("\n".join([*parts, TAIL]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

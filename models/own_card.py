"""The card of a user's model: what it was made from, and how well it does on that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from .evaluate import Figure
from .own_model import Figures
from .partition import LEAST_PAIRS, MOST_DOCUMENTS, Summary
from .userdata import plain_tool

# File of the card, in the folder of the model.
CARD = "CARD.md"

# Source documents below which figures are hardly more than a sign that it worked.
FEW = 200

_HEAD = """# Model card: {name}

Made by `spindetect train` on {date}. Figures are five-fold cross-fitted over source documents:
pairs are mined and classifiers are trained outside of the fold that they are measured on; the model
itself is refitted on all folds. They tell about texts and tools like those below, and not about
other spinners. Intervals are 95 %, by bootstrap over source documents.
"""

_TAIL = """
## How to read this

A probability is about text of which half is spun, by tools like these. Lines that fewer than ten
documents lie beyond are drawn by the tail of the others' scores: the share of clean documents that
the model calls spun may differ from what is counted here. Try the model on texts of your own that
it has not seen: `spindetect benchmark --model FOLDER --data TEXTS`.
"""


def card(name: str, base: str, summary: Summary, figures: Figures) -> str:
    """The card, as Markdown.

    Parameters
    ----------
    name, base : str
        Of the model, and of the model that it builds on.
    summary
        What the user's texts are.
    figures
        Cross-fitted.
    """
    date = datetime.now(UTC).date()
    parts = [_HEAD.format(name=name, date=date), *_data(base, summary), *_figures(figures)]
    parts += _points(figures)
    parts += ["\n## Human documents called spun (balanced), by register\n"]
    parts += ["| register | called spun | of |", "|---|---|---|"]
    parts += [f"| {_cell(r)} | {n} | {of} |" for r, (n, of) in figures.registers.items()]
    return "\n".join([*parts, _TAIL])


def short(figures: Figures) -> list[str]:
    """The figures that matter most, as lines of plain text."""
    lines = [
        f"AUROC of {what} against their originals: {found['all']}"
        for what, found in (("documents", figures.documents), ("paragraphs", figures.paragraphs))
        if "all" in found
    ]
    if "all" in figures.found:
        lines.append(f"spun documents called spun (balanced): {figures.found['all']}")
    called, humans = (sum(column) for column in zip(*figures.registers.values(), strict=True))
    return [*lines, f"clean documents called spun (balanced): {called} of {humans}"]


def _data(base: str, summary: Summary) -> list[str]:
    """What the model was made from."""
    training = sum(summary.training.values())
    rows = [
        "## Data\n",
        "| | |",
        "|---|---|",
        f"| clean text | {summary.documents:,} documents, {summary.words:,} words |",
        f"| clean documents that train and are measured | {training:,} |",
        *(f"| spun by {_cell(t)} | {n:,} aligned texts |" for t, n in summary.tools.items()),
        f"| spun texts without an original | {summary.labelled:,} |",
        *(f"| clean documents left out: {r} | {n:,} |" for r, n in summary.left_out.items()),
        *(f"| spun texts left out: {r} | {n:,} |" for r, n in summary.pairs_left_out.items()),
        f"| clean documents that share a source with a spun text | {summary.shared:,} |",
    ]
    tables = (
        f"counted from {sum(summary.counted.values()):,} words of the clean text"
        if summary.is_counted
        else f"those of {base}"
    )
    rows.append(f"| n-gram, cloze and vector tables | {tables} |")
    if training < FEW or sum(summary.tools.values()) < FEW:
        rows.append(
            f"\nThis is little text: with some hundred clean and spun documents (at most "
            f"{MOST_DOCUMENTS:,} clean ones are read, at least {LEAST_PAIRS} spun ones are needed) "
            "the model and its figures would be surer."
        )
    return rows


def _figures(figures: Figures) -> list[str]:
    """Rows of cross-fitted figures."""
    rows = ["\n## Cross-fitted figures\n", "| figure | tool | value |", "|---|---|---|"]
    for what, found in (
        ("AUROC, documents of up to 400 words against their originals", figures.documents),
        ("AUROC, paragraphs of 50-150 words against their originals", figures.paragraphs),
        ("spun documents called spun (balanced)", figures.found),
        ("AUROC, sentences of documents spun in part", figures.sentences),
    ):
        rows += _rows(what, found)
    return rows


def _rows(what: str, found: Mapping[str, Figure]) -> list[str]:
    return [f"| {what} | {_cell(tool)} | {value} |" for tool, value in found.items()]


def _points(figures: Figures) -> list[str]:
    """The operating points."""
    rows = [
        "\n## Operating points\n",
        "Shares are of the clean documents of 50 words and more.\n",
        "| mode | spun from | clean up to | called spun | undecided |",
        "|---|---|---|---|---|",
    ]
    return rows + [
        f"| {mode.value} | {p.spun:.4g} | {p.clean:.4g} | {p.false_positives / 100:.2f} % "
        f"| {p.undecided / 100:.2f} % |"
        for mode, p in figures.points.items()
    ]


def _cell(name: str) -> str:
    """A name of the user's in a cell of a table.

    >>> _cell("own/a|b/")
    'a/b'
    """
    return " ".join(plain_tool(name).replace("|", "/").split())

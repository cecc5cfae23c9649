"""The figures of models.left_out beside the bars that they should reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

# Families whose means count, each weighing the same.
DICTIONARY = ("wp_auto_spinner", "turbo_spinner", "moby", "wordnet")

# Of these it is known what the original of each edit was when pairs of the other are mined.
NAMED = ("wp_auto_spinner", "turbo_spinner")


class Row(NamedTuple):
    """A figure in words, the bar, and whether it was reached."""

    measure: str
    figure: str
    bar: str
    is_reached: bool


def mean(
    found: Mapping[str, Any], name: str, measure: str, families: tuple[str, ...]
) -> tuple[float, str]:
    """Mean of a figure over the families that were measured, and a note if some were not.

    Parameters
    ----------
    found
        Figures by name.
    name : str
        Of the figures of a family, with a place for the family.
    measure, families
        Which figure, and of which families.
    """
    values = [_value(found[key][measure]) for f in families if (key := name.format(f)) in found]
    note = "" if len(values) == len(families) else f" ({len(values)} of {len(families)} families)"
    return sum(values) / max(len(values), 1), note


def _value(figure: Any) -> float:
    return float(figure["value"] if isinstance(figure, Mapping) else figure)


def _least(measure: str, value: float, bar: float, note: str = "") -> Row:
    return Row(measure, f"{value:.3f}{note}", f">= {bar:.2f}", value >= bar)


def rows(found: Mapping[str, Any]) -> Iterator[Row]:
    """Every figure that has a bar, as far as it was measured."""
    left, pairs, phrases = "{} left out", "{} left out, no pairs", "{} phrases"
    for title, name, measure, families, bar in (
        (
            "F1, paragraphs, mean of dictionary families left out",
            left,
            "F1 paragraphs",
            DICTIONARY,
            0.95,
        ),
        ("AUROC, the same without any pairs", pairs, "AUROC paragraphs", DICTIONARY, 0.98),
        ("recall at 0.1 % false positives", left, "recall at 0.1 %", DICTIONARY, 0.97),
        ("recall at 10 % of words replaced", left, "recall of 10% replaced", NAMED, 0.85),
        ("AUROC, sentences of mixed documents", left, "AUROC sentences", DICTIONARY, 0.96),
        ("phrase precision", phrases, "phrase precision", DICTIONARY, 0.85),
        ("phrase recall", phrases, "phrase recall", DICTIONARY, 0.70),
        ("original first", phrases, "original first", DICTIONARY, 0.60),
        ("original among five", phrases, "original among five", DICTIONARY, 0.85),
    ):
        value, note = mean(found, name, measure, families)
        if "(0 of" not in note:
            yield _least(title, value, bar, note)
    for title, name, bar in (
        ("AUROC, word-swap attacks left out", "word-swap attacks left out", 0.95),
        ("AUROC, fluent neural paraphraser", "fluent paraphraser", 0.80),
    ):
        if name in found:
            yield _least(title, _value(found[name]), bar)
    human = found["human documents"]["balanced"]
    share, high = _value(human["share"]), human["share"]["high"]
    figure = f"{share:.3%} (upper {high:.3%}), at most {human['worst register']} in a register"
    reached = share <= 0.0005 and human["worst register"] <= 2
    yield Row("human documents called spun", figure, "<= 0.05 %, at most 2", reached)
    essays = human["registers"]["esl_essay"]
    yield Row("... essays by learners", f"{essays[0]} of {essays[1]}", "<= 1", essays[0] <= 1)
    undecided = human["undecided"]
    yield Row("human documents undecided", f"{undecided:.2%}", "<= 3 %", undecided <= 0.03)
    if terms := found.get("tortured phrases held out"):
        yield _least("tortured phrases of held-out terms, recall", _value(terms["recall"]), 0.90)
        yield _least("... precision", _value(terms["precision"]), 0.75)
    if errors := found.get("calibration error"):
        error = sum(errors.values()) / len(errors)
        yield Row("calibration error, family left out", f"{error:.3f}", "<= 0.02", error <= 0.02)


def table(found: Mapping[str, Any]) -> str:
    """The figures as a table in Markdown."""
    lines = ["| measure | figure | wanted | |", "|---|---|---|---|"]
    for row in rows(found):
        reached = "yes" if row.is_reached else "**no**"
        lines.append(f"| {row.measure} | {row.figure} | {row.bar} | {reached} |")
    return "\n".join(lines)

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


def mean(found: Mapping[str, Any], name: str, measure: str, families: tuple[str, ...]) -> float:
    """Mean of a figure over families; `name` holds the place of the family."""
    values = [_value(found[name.format(family)][measure]) for family in families]
    return sum(values) / len(values)


def _value(figure: Any) -> float:
    return float(figure["value"] if isinstance(figure, Mapping) else figure)


def _least(measure: str, value: float, bar: float, digits: int = 3) -> Row:
    return Row(measure, f"{value:.{digits}f}", f">= {bar:.2f}", value >= bar)


def rows(found: Mapping[str, Any]) -> Iterator[Row]:
    """Every figure that has a bar."""
    left, pairs, phrases = "{} left out", "{} left out, no pairs", "{} phrases"
    f1 = mean(found, left, "F1 paragraphs", DICTIONARY)
    yield _least("F1, paragraphs, mean of dictionary families left out", f1, 0.95)
    area = mean(found, pairs, "AUROC paragraphs", DICTIONARY)
    yield _least("AUROC, the same without any pairs", area, 0.98)
    share = mean(found, left, "recall at 0.1 %", DICTIONARY)
    yield _least("recall at 0.1 % false positives, documents of 150+ words", share, 0.97)
    attacks = _value(found["word-swap attacks left out"])
    yield _least("AUROC, word-swap attacks left out", attacks, 0.95)
    yield _least("AUROC, fluent neural paraphraser", _value(found["fluent paraphraser"]), 0.80)
    light = mean(found, left, "recall of 10% replaced", NAMED)
    yield _least("recall at 10 % of words replaced, 0.5 % false positives", light, 0.85)
    human = found["human documents"]["balanced"]
    share = _value(human["share"])
    high = human["share"]["high"]
    figure = f"{share:.3%} (upper {high:.3%}), at most {human['worst register']} in a register"
    reached = share <= 0.0005 and human["worst register"] <= 2
    yield Row("human documents called spun", figure, "<= 0.05 %, at most 2", reached)
    essays = human["registers"]["esl_essay"]
    yield Row("... essays by learners", f"{essays[0]} of {essays[1]}", "<= 1", essays[0] <= 1)
    undecided = human["undecided"]
    yield Row("human documents undecided", f"{undecided:.2%}", "<= 3 %", undecided <= 0.03)
    area = mean(found, left, "AUROC sentences", DICTIONARY)
    yield _least("AUROC, sentences of mixed documents, family left out", area, 0.96)
    for measure, bar in (
        ("phrase precision", 0.85),
        ("phrase recall", 0.70),
        ("original first", 0.60),
        ("original among five", 0.85),
    ):
        value = mean(found, phrases, measure, DICTIONARY)
        yield _least(f"{measure}, family left out", value, bar)
    terms = found["tortured phrases held out"]
    yield _least("tortured phrases of held-out terms, recall", _value(terms["recall"]), 0.90)
    yield _least("... precision", _value(terms["precision"]), 0.75)
    error = sum(found["calibration error"].values()) / len(found["calibration error"])
    yield Row("calibration error, family left out", f"{error:.3f}", "<= 0.02", error <= 0.02)


def table(found: Mapping[str, Any]) -> str:
    """The figures as a table in Markdown."""
    lines = ["| measure | figure | wanted | |", "|---|---|---|---|"]
    for row in rows(found):
        reached = "yes" if row.is_reached else "**no**"
        lines.append(f"| {row.measure} | {row.figure} | {row.bar} | {reached} |")
    return "\n".join(lines)

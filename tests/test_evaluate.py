"""Figures of scores against numbers that were worked out by hand, and the bars beside them."""

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scored import scored, text

from models import bars, evaluate
from models.evaluate import Called, Figure

Ints = npt.NDArray[np.int64]
MOBY = {"family": "moby", "tool": "moby"}


# Intervals.


def share(hit: npt.NDArray[np.bool_]) -> Callable[[Ints], float]:
    return lambda rows: float(hit[rows].mean())


def test_an_interval_draws_whole_groups() -> None:
    groups = np.array(["b", "a", "b", "c", "b"])
    drawn = []

    def statistic(rows: Ints) -> float:
        drawn.append(sorted(rows.tolist()))
        return 0.0

    evaluate.figure(groups, statistic, 5)
    members = {"a": [1], "b": [0, 2, 4], "c": [3]}
    # The last is the figure itself.
    assert drawn.pop() == [0, 1, 2, 3, 4]
    assert len(drawn) == evaluate.RESAMPLES
    for rows in drawn:
        times = {name: rows.count(own[0]) for name, own in members.items()}
        assert sum(times.values()) == 3
        assert rows == sorted(i for name, own in members.items() for i in own * times[name])


def test_an_interval_is_as_wide_as_the_groups_differ() -> None:
    hit = np.arange(400) < 200
    # Of two groups each draw is all, half or nothing.
    assert evaluate.figure(hit.astype(str), share(hit), 400) == Figure(0.5, 0.0, 1.0, 400)
    fine = evaluate.figure(np.arange(400).astype(str), share(hit), 7)
    assert (fine.value, fine.n) == (0.5, 7)
    # Twice the deviation of a share of 400, each way.
    assert fine.low == pytest.approx(0.45, abs=0.015)
    assert fine.high == pytest.approx(0.55, abs=0.015)
    one = evaluate.figure(np.array(["a"] * 400), share(hit), 400)
    assert (one.low, one.high) == (0.5, 0.5)
    assert str(one) == "0.5000 (0.5000-0.5000), n = 400"


# Documents and paragraphs.


def test_auroc_is_the_share_of_pairs_in_order() -> None:
    values, spun = np.array([2, 0.5, 1, 0.5]), np.array([True, True, False, False])
    # In order, in order, not, and a tie.
    assert evaluate.auroc(values, spun) == (1 + 1 + 0 + 0.5) / 4
    assert math.isnan(evaluate.auroc(values[:2], spun[:2]))
    assert math.isnan(evaluate.auroc(values[2:], spun[2:]))


def test_pairs_are_of_a_kind_a_family_and_a_length() -> None:
    own = {"kind": "paragraph", "label": "spun", **MOBY}
    texts = [
        text(50, 0, **own),
        text(150, 0, **own | {"label": "original"}),
        text(49, 0, **own),
        text(151, 0, **own),
        text(100, 0, **own | {"tool": "moby-light"}),
        text(100, 0, **own | {"family": "wordnet"}),
        text(100, 0, **own | {"label": "mixed"}),
        text(151, 0, **own | {"kind": "document"}),
    ]
    seen, _ = scored(texts)
    found = evaluate.pair_mask(seen, "paragraph", ("moby", "none"))
    assert np.flatnonzero(found).tolist() == [0, 1]
    assert np.flatnonzero(evaluate.pair_mask(seen, "document", ("moby",))).tolist() == [7]
    found = evaluate.pair_mask(seen, "paragraph", ("moby", "wordnet"))
    assert np.flatnonzero(found).tolist() == [0, 1, 5]


def test_paired_texts_are_told_from_their_originals() -> None:
    own = {"kind": "document", **MOBY}
    texts = [
        text(200, 2, label="spun", group="a", **own),
        text(200, 0.5, label="spun", group="b", **own),
        text(200, 1, label="original", group="a", **own),
        text(200, 0, label="original", group="b", **own),
        text(200, 9),
    ]
    found = evaluate.paired(*scored(texts), "document", ("moby",))
    assert (found.value, found.n) == (3 / 4, 2)


def test_pages_are_told_from_originals_of_their_groups_but_not_of_students() -> None:
    own = {"kind": "page", "family": "quillbot", "tool": "quillbot"}
    texts = [
        text(200, 1, label="spun", group="a", **own),
        text(200, 3, label="spun", group="b", **own),
        text(200, 2, kind="page", label="original", group="a", tool="human-author"),
        text(200, 9, kind="page", label="original", group="b", tool="human-student"),
        text(200, 9, kind="page", label="original", group="c", tool="human-author"),
        text(200, 9, kind="page", label="spun", group="a", family="textattack"),
    ]
    found = evaluate.pages(*scored(texts), "quillbot")
    assert (found.value, found.n) == (1 / 2, 2)


# Thresholds.


def test_f1() -> None:
    called, spun = np.array([True, True, True, False]), np.array([True, True, False, True])
    # Precision and recall are 2 / 3 both.
    assert evaluate.f1(called, spun) == pytest.approx(2 / 3)
    assert evaluate.f1(called, called) == 1
    assert evaluate.f1(called, ~called) == 0
    assert evaluate.f1(called & False, called & False) == 0


def test_f1_of_a_family_is_at_the_threshold_of_the_others() -> None:
    def paragraphs(family: str, spun: list[float], clean: list[float]) -> list[Any]:
        own = {"kind": "paragraph", "family": family, "tool": family}
        return [text(90, v, label="spun", group=str(v), **own) for v in spun] + [
            text(90, v, label="original", group=str(v), **own) for v in clean
        ]

    texts = [
        *paragraphs("wordnet", [5, 6], [1, 2]),
        *paragraphs("turbo_spinner", [7], [4]),
        # Not measured, so it sets no threshold.
        *paragraphs("textattack", [-5], [-9]),
        *paragraphs("moby", [3, 5, 8], [0, 6]),
    ]
    found = evaluate.paragraph_f1(*scored(texts), "moby")
    # The threshold is 5: two of three are found, and one more is called.
    assert found.value == pytest.approx(2 / 3)
    assert found.n == 3


def test_recall_is_at_a_share_of_human_documents() -> None:
    humans = [text(200, v, group=str(v)) for v in range(11)] + [text(99, 100)] * 50
    own = {"kind": "light-10", "label": "spun", **MOBY}
    spun = [text(200, v, group=str(v), **own) for v in (8, 9, 9.5, 20)]
    others = [
        text(99, 100, **own),
        text(200, 100, **own | {"tool": "moby-light"}),
        text(200, 100, **own | {"label": "original"}),
        text(200, 100, **own | {"kind": "document"}),
        text(200, 100, **own | {"family": "wordnet"}),
    ]
    seen, scores = scored(humans + spun + others)
    # A tenth of eleven documents lies above 9.
    assert evaluate.threshold_at(seen, scores, 0.1, 100) == 9
    found = evaluate.recall(seen, scores, "light-10", "moby", 0.1, 100)
    assert (found.value, found.n) == (2 / 4, 4)


def test_sentences_of_mixed_documents() -> None:
    texts = [
        text(40, 0, kind="mixed", label="mixed", group="a", **MOBY),
        text(40, 0, kind="mixed", label="mixed", group="b", **MOBY),
        text(40, 0, kind="mixed", label="mixed", family="wordnet"),
        text(40, 0, kind="document", label="spun", **MOBY),
    ]
    sentences = [
        (0, 5, 2.0, 1),
        (0, 9, 1.0, 0),
        (1, 8, 0.5, 1),
        (1, 8, 0.0, 0),
        # Too short, unknown, and of other texts.
        (0, 4, -9.0, 1),
        (0, 9, 9.0, -1),
        (2, 9, 9.0, 0),
        (3, 9, 9.0, 0),
    ]
    found = evaluate.sentences(*scored(texts, sentences), "moby")
    assert (found.value, found.n) == (3 / 4, 2)


# Human documents.


def test_human_documents_at_an_operating_point() -> None:
    texts = [
        text(200, 3, register="news", group="a"),
        text(200, 2, register="news", group="b"),
        text(200, 1.5, register="essay", group="c"),
        text(200, 1, register="essay", group="d"),
        # Too short to count as undecided; too short for a verdict; no human text.
        text(60, 1.5, register="essay", group="e"),
        text(49, 9, register="essay", group="f"),
        text(200, 9, kind="document", label="original", register="news"),
    ]
    found = evaluate.called(*scored(texts), spun=2, clean=1, least_words=50)
    assert (found.share.value, found.share.n) == (2 / 5, 5)
    assert found.undecided == 1 / 4
    assert found.registers == {"news": (2, 2), "essay": (0, 3)}


def test_the_worst_register_is_one_that_is_judged() -> None:
    registers = {"news": (1, 100), "small": (9, 99), "masc_mixed": (9, 500)}
    figure = Figure(0.0, 0.0, 0.0, 0)
    assert Called(figure, 0.0, registers).worst == 1
    assert Called(figure, 0.0, registers | {"essay": (2, 300)}).worst == 2
    assert Called(figure, 0.0, {"small": (9, 99)}).worst == 0


def test_calibration_error() -> None:
    # Bins of ten: in half of them a quarter was expected and a fifth is spun, in the others three
    # quarters and nine tenths.
    chance = np.repeat([0.25, 0.75], [70, 80])
    spun = np.concatenate([np.tile(np.arange(10) < 2, 7), np.tile(np.arange(10) < 9, 8)])
    expected = (7 * 0.05 + 8 * 0.15) / 15
    assert evaluate.calibration_error(chance, spun) == pytest.approx(expected)
    # The bins are those of probabilities in order.
    assert evaluate.calibration_error(chance[::-1], spun[::-1]) == pytest.approx(expected)
    # Fewer texts than bins: one each.
    assert evaluate.calibration_error(np.array([0.2, 0.9]), np.array([True, True])) == (
        pytest.approx((0.8 + 0.1) / 2)
    )


# Bars.


def found() -> dict[str, Any]:
    """Figures that all lie a little on the right side of their bars."""
    out: dict[str, Any] = {
        "word-swap attacks left out": {"value": 0.951},
        "fluent paraphraser": {"value": 0.801},
        "human documents": {
            "balanced": {
                "share": {"value": 0.0004, "high": 0.0006},
                "worst register": 2,
                "registers": {"esl_essay": [1, 400]},
                "undecided": 0.029,
            }
        },
        "tortured phrases held out": {"recall": {"value": 0.901}, "precision": {"value": 0.751}},
        "calibration error": {"moby": 0.03, "wordnet": 0.009},
    }
    for family in bars.DICTIONARY:
        out[f"{family} left out"] = {
            "F1 paragraphs": {"value": 0.951},
            "recall at 0.1 %": {"value": 0.971},
            "AUROC sentences": {"value": 0.961},
        }
        out[f"{family} left out, no pairs"] = {"AUROC paragraphs": {"value": 0.981}}
        out[f"{family} phrases"] = {
            "phrase precision": 0.851,
            "phrase recall": 0.701,
            "original first": 0.601,
            "original among five": 0.851,
        }
    for family in bars.NAMED:
        out[f"{family} left out"]["recall of 10% replaced"] = {"value": 0.851}
    return out


def test_every_bar_is_reached_by_what_lies_beyond() -> None:
    rows = list(bars.rows(found()))
    assert [row.measure for row in rows if not row.is_reached] == []
    assert len({row.measure for row in rows}) == len(rows) == 17
    table = bars.table(found()).splitlines()
    assert len(table) == len(rows) + 2
    assert not any("**no**" in line for line in table)


@pytest.mark.parametrize(
    ("path", "value", "measure"),
    [
        (("moby left out", "F1 paragraphs"), 0.94, "F1, paragraphs, mean"),
        (("moby left out, no pairs", "AUROC paragraphs"), 0.97, "AUROC, the same without"),
        (("moby left out", "recall at 0.1 %"), 0.96, "recall at 0.1 %"),
        (("word-swap attacks left out",), 0.94, "AUROC, word-swap"),
        (("fluent paraphraser",), 0.79, "AUROC, fluent"),
        (("turbo_spinner left out", "recall of 10% replaced"), 0.84, "recall at 10 %"),
        (("human documents", "balanced", "share", "value"), 0.0006, "human documents called"),
        (("human documents", "balanced", "worst register"), 3, "human documents called"),
        (("human documents", "balanced", "registers", "esl_essay"), [2, 9], "... essays"),
        (("human documents", "balanced", "undecided"), 0.031, "human documents undecided"),
        (("moby left out", "AUROC sentences"), 0.95, "AUROC, sentences"),
        (("moby phrases", "phrase precision"), 0.84, "phrase precision"),
        (("moby phrases", "phrase recall"), 0.69, "phrase recall"),
        (("moby phrases", "original first"), 0.59, "original first"),
        (("moby phrases", "original among five"), 0.84, "original among five"),
        (("tortured phrases held out", "recall"), 0.89, "tortured phrases"),
        (("tortured phrases held out", "precision"), 0.74, "... precision"),
        (("calibration error", "moby"), 0.04, "calibration error"),
    ],
)
def test_a_figure_on_the_wrong_side_misses_its_bar_alone(
    path: tuple[str, ...], value: Any, measure: str
) -> None:
    figures = copy.deepcopy(found())
    inner = figures
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    (missed,) = (row for row in bars.rows(figures) if not row.is_reached)
    assert missed.measure.startswith(measure)
    assert f"| {missed.measure} | {missed.figure} | {missed.bar} | **no** |" in bars.table(figures)


def test_families_weigh_the_same_in_a_mean() -> None:
    figures = found()
    for family, value in zip(bars.DICTIONARY, (0.9, 0.92, 0.94, 1.0), strict=True):
        figures[f"{family} left out"]["F1 paragraphs"] = {"value": value, "n": value * 1000}
    first = next(bars.rows(figures))
    assert (first.figure, first.bar, first.is_reached) == ("0.940", ">= 0.95", False)

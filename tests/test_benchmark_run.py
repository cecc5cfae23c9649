"""The benchmark as a whole, with a detector that knows one word."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

import spindetect
from spindetect.benchmark import Benchmark, Figure, benchmark
from spindetect.benchmark.baselines import fold_numbers, model_baselines, tfidf, user_baseline
from spindetect.benchmark.tables import tables, to_markdown, to_text
from spindetect.detector import BUNDLED
from spindetect.errors import InputError
from spindetect.report import PhraseAnomaly, Reason, Report, SentenceScore, Verdict

# Eleven words.
PLAIN = "The old man told us that his brown dog was asleep. "
SPUN = "The old man steered us that his brown dog was asleep. "


class Stub:
    """A text is as spun as many of its sentences hold "steered"; half of them are a verdict."""

    name = "stub-1"

    def score_many(self, texts: Iterable[str], *, n_jobs: int = 1) -> Iterator[Report]:
        return (score(text) for text in texts)


def score(text: str) -> Report:
    if not text.strip():
        return Report(
            Verdict.UNDECIDED, Reason.EMPTY, None, (), (), None, None, 0, "stub-1", text=text
        )
    parts = [p + "." for p in text.split(".") if p.strip()]
    starts = [sum(map(len, parts[:i])) for i in range(len(parts))]
    anomalies, spans = [], []
    for start, part in zip(starts, parts, strict=True):
        at = part.find("steered")
        spans.append(SentenceScore(start, start + len(part), 0.9 if at >= 0 else 0.1))
        if at >= 0:
            span = start + at, start + at + 7
            anomalies.append(PhraseAnomaly("steered", *span, ("advised", "told"), 5.0, 0.9))
    share = len(anomalies) / len(parts)
    verdict = Verdict.SPUN if share >= 0.5 else Verdict.CLEAN
    reason = Reason.ABOVE_THRESHOLD if share >= 0.5 else Reason.BELOW_THRESHOLD
    return Report(
        verdict, reason, share, tuple(anomalies), tuple(spans), None, "en",
        len(text.split()), "stub-1", text=text,
    )  # fmt: skip


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spindetect, "load", lambda model=None: Stub())


def body(pattern: str, n: int) -> str:
    """A text of its own for each number: spun sentences for s, plain ones for o."""
    chosen = (SPUN if letter == "s" else PLAIN for letter in pattern)
    return "".join(s.replace("brown", f"dog{n}x{i}") for i, s in enumerate(chosen)).strip()


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Six heavily and four lightly spun texts of two tools, each of ten sentences."""
    rows = [
        {
            "id": str(i),
            "group": f"g{i}",
            "register": "news" if i < 5 else "blog",
            "tool": "turbo_hard" if i < 6 else "soft",
            "original": body("o" * 10, i),
            "spun": body("ssssssssss" if i < 6 else "ssssoooooo", i),
        }
        for i in range(10)
    ]
    # One original is spun by anybody's reckoning.
    rows[9]["original"] = body("ssssssoooo", 9)
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def value(result: Benchmark, measure: str, task: str, by: str = "", part: str = "") -> float:
    figure = result.select(measure, task, by, part)
    assert figure is not None, (measure, task, by, part)
    assert figure.low <= figure.high
    return figure.value


@pytest.mark.usefixtures("stub")
def test_figures_by_hand(pairs: Path) -> None:
    result = benchmark(pairs, baselines=False)
    assert result.n_texts == {"original": 10, "spun": 10}
    assert (result.n_groups, result.model) == (10, "stub-1")
    # Probabilities of documents: 6 of 1.0 and 4 of 0.4, against 9 of 0 and one of 0.6.
    assert value(result, "AUROC", "documents") == pytest.approx((6 * 10 + 4 * 9) / 100)
    assert value(result, "AUROC", "documents", "family", "turbo") == 1
    assert value(result, "AUROC", "documents", "family", "soft") == pytest.approx(12 / 16)
    assert value(result, "recall", "documents") == 0.6
    assert value(result, "recall", "documents", "register", "blog") == 0.2
    assert value(result, "F1, verdict", "documents") == pytest.approx(2 * 6 / (7 + 10), abs=1e-6)
    assert value(result, "F1, probability 0.5", "documents") == pytest.approx(12 / 17, abs=1e-6)
    # Paragraphs: the first five sentences of the soft tool are mostly spun.
    assert value(result, "recall", "paragraphs") == 1
    assert value(result, "false positives", "whole texts") == 0.1
    assert value(result, "false positives", "whole texts", "register", "news") == 0
    # One of ten, so that a hundredth cannot be measured.
    assert result.select("recall at 5 % false positives", "documents") is None
    assert any("too few" in note for note in result.notes)
    # 0.01 * 0.6 spun texts called so, and a tenth of 0.99 others.
    expected = 0.006 / (0.006 + 0.099)
    assert value(result, "precision at 1 % prevalence", "documents") == pytest.approx(
        expected, abs=1e-6
    )
    # Each of eleven words of a spun sentence.
    assert value(result, "recall", "documents", "share", "5-15 %") == 1
    assert value(result, "recall", "documents", "share", "under 5 %") == 0


@pytest.mark.usefixtures("stub")
def test_phrases_and_sentences_by_hand(pairs: Path) -> None:
    result = benchmark(pairs, baselines=False)
    # Of the last pair, whose original was spun as well, two sentences became plain ones.
    named, right = 6 * 10 + 4 * 4, 6 * 10 + 3 * 4
    assert value(result, "phrase precision", "documents") == pytest.approx(right / named, abs=1e-6)
    assert value(result, "original first", "documents") == 0
    assert value(result, "original among five", "documents") == 1
    assert value(result, "phrase recall", "documents", "family", "turbo") == 1
    assert value(result, "AUROC of sentences", "mixed", "family", "turbo") == 1


@pytest.mark.usefixtures("stub")
def test_results_are_deterministic_and_survive_json(pairs: Path) -> None:
    first, second = (benchmark(pairs, functions={"length": lambda t: map(len, t)}) for _ in "ab")
    assert (first.figures, first.curves) == (second.figures, second.curves)
    record = json.loads(json.dumps(first.to_dict(), allow_nan=False))
    assert Benchmark.from_dict(record) == first
    with pytest.raises(InputError, match="not the record of a benchmark"):
        Benchmark.from_dict({"data": "x"})
    assert all(math.isfinite(x) for f in first.figures for x in (f.value, f.low, f.high))


@pytest.mark.usefixtures("stub")
def test_baselines_see_the_same_passages(pairs: Path) -> None:
    seen: list[str] = []

    def count(texts: list[str]) -> list[float]:
        seen.extend(texts)
        return [text.count("steered") / text.count(".") for text in texts]

    result = benchmark(pairs, functions={"mine": count})
    names = {f.scorer for f in result.figures}
    assert names == {
        *("spindetect", "mine", "listed phrases", "unseen trigrams", "surprisal"),
        *("TF-IDF, words", "TF-IDF, characters"),
    }
    assert len(seen) == len(set(seen))
    # The same scores as the detector's make the same figures.
    for measure in ("AUROC", "F1, threshold of other folds"):
        for task in ("documents", "paragraphs"):
            mine = result.select(measure, task, scorer="mine")
            assert mine is not None
            assert mine.value == value(result, measure, task)
    assert {t.scorer for t in result.timings} == names
    assert all(t.n_words > 0 and t.cpu_seconds is not None for t in result.timings)


@pytest.mark.usefixtures("stub")
def test_texts_without_pairs(tmp_path: Path) -> None:
    for i in range(8):
        for label in ("og", "mg"):
            path = tmp_path / "arxiv" / label / f"{i}-{label}-{i}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body("sssssssssso" if label == "mg" else "oooooooooss", i))
    result = benchmark(tmp_path, baselines=False)
    assert value(result, "AUROC", "paragraphs") == 1
    assert value(result, "F1, verdict", "paragraphs") == 1
    assert value(result, "AUROC", "paragraphs", "family", "arxiv") == 1
    assert value(result, "false positives", "whole texts", "label", "original") == 0
    assert result.select("phrase recall", "documents") is None
    assert any("No original" in note for note in result.notes)


@pytest.mark.usefixtures("stub")
def test_only_one_kind_of_text(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"label": "human", "text": body("o" * 10, 1)}) + "\n")
    result = benchmark(path)
    assert {f.measure for f in result.figures} == {"false positives", "undecided"}
    path.write_text(json.dumps({"label": "spun", "text": body("s" * 10, 1)}) + "\n")
    result = benchmark(path)
    assert value(result, "recall", "documents") == 1
    assert result.select("AUROC", "documents") is None
    assert "All texts are spun: false positives are not measured." in result.notes
    path.write_text(json.dumps({"label": "human", "text": ""}) + "\n")
    assert any("empty or not English" in note for note in benchmark(path).notes)


@pytest.mark.usefixtures("stub")
def test_families_weigh_the_same_in_the_calibration_error(pairs: Path) -> None:
    result = benchmark(pairs, baselines=False)
    own = [value(result, "calibration error", "documents", "family", f) for f in ("turbo", "soft")]
    assert own[0] == 0
    # soft: 4 spun texts of 0.4, 3 others of 0, one of 0.6.
    assert own[1] == pytest.approx((4 * 0.6 + 0.6) / 8, abs=1e-6)
    assert value(result, "calibration error", "documents") == pytest.approx(sum(own) / 2, abs=1e-6)


@pytest.mark.usefixtures("stub")
@pytest.mark.parametrize(
    ("function", "complaint"),
    [
        (lambda texts: [1.0], "one finite number for each"),
        (lambda texts: [math.nan] * len(texts), "one finite number for each"),
        (lambda texts: 1 / 0, "failed (ZeroDivisionError"),
        (lambda texts: ["x"] * len(texts), "failed (ValueError"),
    ],
)
def test_bad_baselines(pairs: Path, function: object, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        benchmark(pairs, baselines=False, functions={"mine": function})  # type: ignore[dict-item]
    assert complaint in str(caught.value)
    assert "mine" in str(caught.value)
    with pytest.raises(InputError, match="taken"):
        benchmark(pairs, baselines=False, functions={"spindetect": len})


def test_user_baselines_are_found_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_scores.py").write_text(
        "def length(texts):\n    return [len(t) for t in texts]"
    )
    monkeypatch.chdir(tmp_path)
    assert user_baseline("own_scores:length")(["a", "bc"]) == [1, 2]
    for name in ("own_scores:width", "own_scores", "nowhere_at_all:length", ":", ""):
        with pytest.raises(InputError, match="MODULE:FUNCTION"):
            user_baseline(name)


def test_tfidf_never_learns_from_the_own_fold() -> None:
    # Each group has a word of its own that gives the label away, and none that others share.
    groups = [f"g{i // 2}" for i in range(40)]
    texts = [f"word{g} spun{g}" if i % 2 else f"word{g} plain{g}" for i, g in enumerate(groups)]
    spun = np.arange(40) % 2 == 1
    fold = fold_numbers(groups)
    scores = tfidf(spun, fold, "words")(texts)
    assert np.abs(scores - 0.5).max() < 0.05
    # A word that all spun texts share is learned.
    shared = [t + (" hereby" if s else "") for t, s in zip(texts, spun, strict=True)]
    scores = tfidf(spun, fold, "words")(shared)
    assert scores[spun].min() > scores[~spun].max()


def test_folds_keep_groups_together_and_are_even() -> None:
    groups = [f"g{i % 23}" for i in range(100)]
    fold = fold_numbers(groups)
    by_group: dict[str, set[int]] = {}
    for group, number in zip(groups, fold.tolist(), strict=True):
        by_group.setdefault(group, set()).add(number)
    assert all(len(numbers) == 1 for numbers in by_group.values())
    counts = np.bincount([next(iter(n)) for n in by_group.values()])
    assert counts.max() - counts.min() <= 1
    assert fold_numbers(groups[::-1]).tolist() == fold[::-1].tolist()


def test_baselines_of_the_model_read_what_they_say() -> None:
    scores = {
        name: baseline(
            [
                "The irregular woodland and the neural organization learn.",
                "The old man told us that his dog was asleep in the house.",
                "",
            ]
        ).tolist()
        for name, baseline in model_baselines(BUNDLED).items()
    }
    assert scores["listed phrases"] == [2, 0, 0]
    assert 1 >= scores["unseen trigrams"][0] > scores["unseen trigrams"][1] > 0
    assert scores["surprisal"][0] > scores["surprisal"][1] > scores["surprisal"][2] == 0


@pytest.mark.usefixtures("stub")
def test_tables_show_every_measure(pairs: Path) -> None:
    result = benchmark(pairs)
    shown = to_text(result)
    assert shown.startswith("Model stub-1, spindetect ")
    short = shown.replace(str(pairs), "pairs.jsonl").splitlines()
    assert all(line == line.rstrip() and len(line) <= 115 for line in short)
    titles = {table.title for table in tables(result)}
    assert {"documents, beside baselines", "false positives, whole texts", "time"} <= titles
    for table in tables(result):
        assert all(len(row) == len(table.head) for row in table.rows)
        assert any(cell for row in table.rows for cell in row[1:])
    markdown = to_markdown(result, ["roc.png"])
    assert "## False positives, whole texts" in markdown
    assert markdown.endswith("![roc.png](roc.png)\n")
    # Every row has as many cells as its head.
    width = 0
    for line in markdown.splitlines():
        if line.startswith("|"):
            assert width in (0, line.count("|"))
            width = line.count("|")
        else:
            width = 0


def test_names_from_data_cannot_break_a_table() -> None:
    figure = Figure("AUROC", "documents", "family", "a|b\n\x1b[31m", "spindetect", 1, 1, 1, 1, 1)
    result = Benchmark("d", "m", "v", {}, 0, (figure,), (), (), ())
    assert "\x1b" not in to_text(result)
    (row,) = (line for line in to_markdown(result).splitlines() if "a" in line and "1.000" in line)
    assert row.replace(r"\|", "").count("|") == 4

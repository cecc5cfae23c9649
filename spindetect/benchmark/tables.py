"""Tables: the figures of a benchmark to read in a terminal or as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import TextWrapper

from spindetect.benchmark.measures import PREVALENCES, RATES
from spindetect.benchmark.phrases import RATES as PHRASES
from spindetect.benchmark.result import DETECTOR, Benchmark, Figure
from spindetect.render import one_line

__all__ = ["Table", "cell", "tables", "to_markdown", "to_text"]

# Measures of each table with the heads of their columns.
_MAIN = {
    "AUROC": "AUROC",
    "F1, probability 0.5": "F1 at P 0.5",
    "F1, verdict": "F1, verdict",
    "recall": "recall",
}
_RATES = {f"recall at {100 * r:g} % false positives": f"recall, {100 * r:g} % FP" for r in RATES}
_COMPARED = {"AUROC": "AUROC", "F1, threshold of other folds": "F1"} | _RATES
_PARTS = {"AUROC": "AUROC", "recall": "recall"}
_PRECISION = {f"precision at {100 * p:g} % prevalence": f"at {100 * p:g} %" for p in PREVALENCES}
_NAMED = {name: name.removeprefix("phrase ") for name in PHRASES}

# What texts are divided by, and how the table of each part is called.
_BY = {
    "strength": "by the share of words that the tool was to replace",
    "share": "by the share of words that were replaced",
    "register": "by register",
}

_TASKS = ("documents", "paragraphs")

# The eye reads no longer lines; names of files are not broken.
_PROSE = TextWrapper(100, break_long_words=False, break_on_hyphens=False)


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Attributes
    ----------
    title : str
    head : tuple of str
        Heads of the columns; the first names the rows.
    rows : tuple of tuple of str
        As many cells each as the head.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(result: Benchmark) -> Iterator[Table]:
    """All tables that have a figure, in order from the whole to the parts.

    >>> list(tables(Benchmark("bundled texts", "en-1", "1.0", {}, 0, (), (), (), ())))
    []
    """
    for task in _TASKS:
        yield from _parts(result, f"{task}, by family of tools", task, "family", _MAIN)
    for task in _TASKS:
        yield from _scorers(result, task)
    for by, name in _BY.items():
        for task in _TASKS:
            yield from _parts(result, f"{task}, {name}", task, by, _PARTS, whole=False)
    yield from _false_positives(result)
    yield from _parts(
        result, "precision where few texts are spun", _TASKS, "", _PRECISION, count=False
    )
    calibration = {"calibration error": "calibration error"}
    for task in _TASKS:
        yield from _parts(result, f"calibration, {task}", task, "family", calibration)
    yield from _parts(result, "phrases of documents", "documents", "family", _NAMED, count=False)
    mixed = {"recall": "recall", "AUROC of sentences": "AUROC of sentences"}
    yield from _parts(result, "texts that are spun in part", "mixed", "family", mixed)
    yield from _timings(result)


def cell(figure: Figure | None) -> str:
    """A figure with its interval; empty if it was not measured.

    >>> cell(Figure("AUROC", "documents", "", "", "x", 0.98765, 0.97, 1.0, 9, 9))
    '0.988 (0.970-1.000)'
    """
    return "" if figure is None else f"{figure.value:.3f} ({figure.low:.3f}-{figure.high:.3f})"


def _parts(
    result: Benchmark,
    title: str,
    tasks: str | Sequence[str],
    by: str,
    measures: dict[str, str],
    *,
    whole: bool = True,
    count: bool = True,
) -> Iterator[Table]:
    """The detector's figures, one row a part of the texts, or a task if there are several."""
    names = [tasks] if isinstance(tasks, str) else tasks
    found = [
        f
        for f in result.figures
        if f.task in names and f.measure in measures and f.scorer == DETECTOR
    ]
    found = [f for f in found if f.by == by or (whole and not f.by)]
    rows: dict[tuple[str, str, str], list[Figure]] = {}
    for f in found:
        rows.setdefault((f.task, f.by, f.part), []).append(f)
    if not rows:
        return
    taken = {f.measure for f in found}
    measures = {measure: head for measure, head in measures.items() if measure in taken}
    cells = []
    for (task, _, part), own in rows.items():
        by_measure = {f.measure: f for f in own}
        name = one_line(part) if part else (task if len(names) > 1 else "all")
        line = [name, *(cell(by_measure.get(m)) for m in measures)]
        cells.append((*line, *([f"{own[0].n:,}"] if count else [])))
    head = (by or "texts", *measures.values(), *(["n"] if count else []))
    yield Table(title, head, tuple(cells))


def _scorers(result: Benchmark, task: str) -> Iterator[Table]:
    """The detector beside the baselines."""
    names = list(dict.fromkeys(f.scorer for f in result.figures if f.task == task and not f.by))
    measured = [m for m in _COMPARED if result.select(m, task) is not None]
    if len(names) > 1 and measured:
        rows = tuple(
            (one_line(n), *(cell(result.select(m, task, scorer=n)) for m in measured))
            for n in names
        )
        yield Table(f"{task}, beside baselines", ("", *(_COMPARED[m] for m in measured)), rows)


def _false_positives(result: Benchmark) -> Iterator[Table]:
    """Counts of texts that are not spun and called so or undecided."""
    rows = []
    for f in result.figures:
        if f.measure == "false positives":
            name = one_line(f.part) + (" (label)" if f.by == "label" else "") or "all"
            undecided = result.select("undecided", f.task, f.by, f.part)
            called = f"{round(f.value * f.n)} of {f.n:,}"
            rows.append(
                (name, called, _percent(f), "" if undecided is None else _percent(undecided))
            )
    if rows:
        head = ("texts that are not spun", "called spun", "false positives", "undecided")
        yield Table("false positives, whole texts", head, tuple(rows))


def _percent(figure: Figure) -> str:
    """A share in per cent with its interval."""
    low, high = 100 * figure.low, 100 * figure.high
    return f"{100 * figure.value:.2f} % ({low:.2f}-{high:.2f})"


def _timings(result: Benchmark) -> Iterator[Table]:
    """What each scorer took."""
    if result.timings:
        rows = tuple(
            (
                one_line(t.scorer),
                f"{t.n_words:,}",
                f"{t.seconds:.2f}",
                "" if t.cpu_seconds is None else f"{t.cpu_seconds:.2f}",
                f"{t.words_per_second:,.0f}",
            )
            for t in result.timings
        )
        yield Table("time", ("", "words", "seconds", "CPU seconds", "words a second"), rows)


def _headline(result: Benchmark) -> str:
    """What was measured on what."""
    counts = ", ".join(f"{n:,} {label}" for label, n in result.n_texts.items())
    return (
        f"Model {result.model}, spindetect {result.version}, on {one_line(result.data)}: "
        f"{counts}, {result.n_groups:,} groups. Figures in brackets are 95 % intervals."
    )


def to_text(result: Benchmark) -> str:
    """The benchmark for a terminal."""
    lines = [_PROSE.fill(line) for line in (_headline(result), *result.notes)]
    for table in tables(result):
        grid = [table.head, *table.rows]
        widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
        lines += ["", table.title]
        for row in grid:
            first, *others = zip(row, widths, strict=True)
            line = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
            lines.append(("  " + "  ".join(line)).rstrip())
    return "\n".join(lines) + "\n"


def to_markdown(result: Benchmark, images: Sequence[str] = ()) -> str:
    """The benchmark as Markdown, with plots if files are named."""
    lines = ["# Benchmark", "", _headline(result), *(f"\n{note}" for note in result.notes)]
    for table in tables(result):
        lines += ["", f"## {table.title.capitalize()}", "", _row(table.head)]
        lines.append("|---" + "|---:" * (len(table.head) - 1) + "|")
        lines += [_row(row) for row in table.rows]
    lines += [f"\n![{name}]({name})" for name in images]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    r"""A row of a Markdown table.

    >>> _row(("a|b", "0.5"))
    '| a\\|b | 0.5 |'
    """
    return "| " + " | ".join(text.replace("|", r"\|") for text in cells) + " |"

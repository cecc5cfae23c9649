"""Plots of a benchmark as PNG files; they need matplotlib (``spindetect[benchmark]``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from spindetect.benchmark.result import DETECTOR, Benchmark, Figure
from spindetect.benchmark.rows import SHARES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["save_plots"]

_TASKS = ("documents", "paragraphs")

# Pixels an inch, and the size in inches, of a plot that is sharp in a README.
_DPI = 150
_SIZE = (6.4, 4.4)

# False positive rates below this are not shown, however many texts there are.
_LEAST_RATE = 1e-4


def save_plots(result: Benchmark, folder: Path) -> list[str]:
    """Write the plots that the benchmark has figures for; the names of the files.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    # The class and not pyplot: no window, no state that other plots of the caller would share.
    from matplotlib.figure import Figure as Canvas

    drawn: dict[str, Callable[[Benchmark, Axes], bool]] = {
        "roc_documents.png": lambda r, axes: _roc(r, axes, "documents"),
        "roc_paragraphs.png": lambda r, axes: _roc(r, axes, "paragraphs"),
        "reliability.png": _reliability,
        "recall_by_share.png": _recall_by_share,
        "false_positives.png": _false_positives,
    }
    names = []
    for name, draw in drawn.items():
        canvas = Canvas(figsize=_SIZE, dpi=_DPI, layout="constrained")
        axes = canvas.add_subplot()
        if draw(result, axes):
            canvas.savefig(folder / name)
            names.append(name)
    return names


def _roc(result: Benchmark, axes: Axes, task: str) -> bool:
    """Recall by false positive rate on a logarithmic axis."""
    found = [c for c in result.curves if c.kind == "roc" and c.task == task]
    for c in found:
        # A rate of nothing has no logarithm: it stands at half of one text.
        least = min((x for x in c.x if x > 0), default=1.0) / 2
        width = 2.0 if c.scorer == DETECTOR else 1.0
        x = [max(x, least, _LEAST_RATE) for x in c.x]
        axes.step(x, c.y, where="post", label=c.scorer, linewidth=width)
    axes.set(xscale="log", xlabel="false positive rate", ylabel="recall", ylim=(0, 1.02))
    axes.set_title(f"{task}: recall by false positive rate")
    if found:
        axes.legend()
    return bool(found)


def _reliability(result: Benchmark, axes: Axes) -> bool:
    """Share of spun texts by probability."""
    found = [c for c in result.curves if c.kind == "reliability"]
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    for c in found:
        axes.plot(c.x, c.y, marker="o", markersize=4, label=c.task)
    axes.set(xlabel="probability", ylabel="share of texts that are spun", aspect="equal")
    axes.set_title("Reliability, half of the texts spun")
    if found:
        axes.legend()
    return bool(found)


def _recall_by_share(result: Benchmark, axes: Axes) -> bool:
    """Recall at the default operating point by the share of words that were replaced."""
    is_drawn = False
    for task in _TASKS:
        found = [(s, result.select("recall", task, "share", s)) for s in SHARES]
        points = [(list(SHARES).index(share), f) for share, f in found if f is not None]
        if points:
            is_drawn = True
            x, own = [i for i, _ in points], [f for _, f in points]
            y = [f.value for f in own]
            axes.errorbar(x, y, _bars(own), marker="o", capsize=3, label=task)
    axes.set_xticks(range(len(SHARES)), list(SHARES))
    axes.set(xlabel="words replaced", ylabel="called spun", ylim=(0, 1.02))
    axes.set_title("Recall at the default operating point")
    if is_drawn:
        axes.legend()
    return is_drawn


def _false_positives(result: Benchmark, axes: Axes) -> bool:
    """False positives of each register."""
    found = [f for f in result.figures if f.measure == "false positives" and f.by == "register"]
    found.sort(key=lambda f: (f.value, -f.n), reverse=True)
    y = range(len(found))
    bars = _bars(found)
    axes.errorbar([f.value for f in found], y, xerr=bars, fmt="o", markersize=4, capsize=2)
    axes.set_yticks(y, [f"{f.part} ({f.n:,})" for f in found], fontsize=7)
    axes.invert_yaxis()
    axes.set(xlabel="share of texts called spun", xlim=(0, None))
    axes.set_title("False positives by register")
    return bool(found)


def _bars(found: Sequence[Figure]) -> tuple[list[float], list[float]]:
    """How far the ends of intervals lie from their figures, on the sides where they lie."""
    below, above = [f.value - f.low for f in found], [f.high - f.value for f in found]
    return [max(x, 0.0) for x in below], [max(x, 0.0) for x in above]

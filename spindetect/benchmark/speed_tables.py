"""The figures of speed to read: as text for a terminal, and as Markdown."""

from __future__ import annotations

from spindetect.benchmark.speed_result import Measure, Speed

__all__ = ["to_markdown", "to_text"]

_HEAD = ("what", "where", "figure")


def _figure(measure: Measure) -> str:
    """A figure with its unit, as precise as it deserves.

    >>> [_figure(Measure("a", "b", value, "x")) for value in (24.31, 0.95, 0.0213)]
    ['24.3x', '0.95x', '0.021x']
    """
    match measure.unit:
        case "x":
            return f"{measure.value:{_precision(measure.value)}}x"
        case "words/s" | "MB" | "bytes" | "core-hours":
            return f"{measure.value:,.0f} {measure.unit}"
        case "documents/s":
            return f"{measure.value:.1f} documents/s"
        case "%":
            return f"{measure.value:+.0f} %"
        case "ms":
            return f"{measure.value:.1f} ms"
    return f"{measure.value:.3f} {measure.unit}"


def _precision(ratio: float) -> str:
    """How a ratio is written: with two figures at least, whatever its size."""
    if ratio >= 10:
        return ".1f"
    return ".2f" if ratio >= 0.1 else ".2g"


def _rows(speed: Speed) -> list[tuple[str, str, str]]:
    """Head and figures."""
    return [_HEAD, *((m.what, m.where, _figure(m)) for m in speed.measures)]


def _heading(speed: Speed) -> str:
    """What was measured, where."""
    versions = ", ".join(f"{name} {number}" for name, number in speed.versions.items())
    ratios = (
        " Ratios (x) of times are to word and sentence splitting by regular expressions, where "
        "nothing else is said."
    )
    return (
        f"{speed.data}, {speed.how}. {speed.machine}; {versions}; model {speed.model}."
        f"{ratios if any(m.unit == 'x' for m in speed.measures) else ''}"
    )


def to_text(speed: Speed) -> str:
    """The figures as an aligned table."""
    rows = _rows(speed)
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = [
        f"{what:<{widths[0]}}  {where:<{widths[1]}}  {figure:>{widths[2]}}".rstrip()
        for what, where, figure in rows
    ]
    return "\n".join([_heading(speed), "", *lines]) + "\n"


def to_markdown(speed: Speed) -> str:
    """The figures as a Markdown table."""
    head, *rows = (f"| {' | '.join(row)} |" for row in _rows(speed))
    return "\n".join([_heading(speed), "", head, "|---|---|---:|", *rows]) + "\n"

"""Write the tables of the documentation of content quality.

    python -m models.quality_docs

puts a table of all signals, from their docstrings, and one of all presets between the marks of
``docs/quality.md``. A test checks that they are what this would write.
"""

from __future__ import annotations

from pathlib import Path

from spindetect.quality import PRESETS, SIGNALS
from spindetect.quality.description import described

PAGE = Path(__file__).parent.parent / "docs" / "quality.md"

_MARKS = "<!-- {} of models.quality_docs -->", "<!-- end of {} of models.quality_docs -->"


def signals() -> str:
    """A table of all signals, by family.

    >>> "| `digit_share` | Digits for each character." in signals()
    True
    """
    lines = ["| signal | definition | unit | range | source |", "|---|---|---|---|---|"]
    for name in SIGNALS:
        found = described(name)
        cells = (found.definition, found.unit, found.range, found.source)
        lines.append(f"| `{name}` | " + " | ".join(c.replace("|", r"\|") for c in cells) + " |")
    return "\n".join(lines)


def presets() -> str:
    """A table of all presets.

    >>> "| `fineweb` | parted | `terminal_fed_lines` from 0.12," in presets()
    True
    """
    lines = ["| preset | words | rules |", "|---|---|---|"]
    for preset in PRESETS.values():
        if preset.name == "all":
            rules = "every signal but those of readability"
        else:
            rules = ", ".join(_rule(name, *edges) for name, edges in preset.bounds.items())
        lines.append(f"| `{preset.name}` | {preset.words} | {rules} |")
    return "\n".join(lines)


def _rule(name: str, low: float | None, high: float | None) -> str:
    """A signal with its bounds."""
    match low, high:
        case None, None:
            return f"`{name}`"
        case _, None:
            return f"`{name}` from {low:g}"
        case None, _:
            return f"`{name}` to {high:g}"
        case _:
            return f"`{name}` {low:g} to {high:g}"


def written(page: str) -> str:
    """A page with its tables made anew."""
    for name, table in (("signals", signals()), ("presets", presets())):
        begin, end = (mark.format(name) for mark in _MARKS)
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}\n{table}\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), encoding="utf-8")

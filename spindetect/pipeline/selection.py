"""Which documents pass a filter, and why the others do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spindetect.errors import InputError
from spindetect.inputs.document import Document, Fields
from spindetect.pipeline.rows import Chosen, Row
from spindetect.report import Reason, Report

if TYPE_CHECKING:
    from pathlib import Path

    from spindetect.quality import Preset

__all__ = ["MAX_SPIN", "REJECTED", "Selection", "filter_row", "presets_that_judge"]

# More likely spun than not, where every other document is.
MAX_SPIN = 0.5

# Columns of rejected documents beside their own.
REJECTED: dict[str, str] = {
    "spin_reasons": "strings",
    "spin_verdict": "string",
    "spin_probability": "double",
    "spin_error": "string",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What a document must be like to pass.

    Attributes
    ----------
    max_spin : float
        The highest probability that it was spun; 1 asks nothing.
    presets : tuple of Preset
        The quality rules that it must keep; the quality of a report is to be measured by these
        (`spindetect.pipeline.work.Work`). None of them asks nothing.
    keep_unscored : bool
        Whether those pass of which nothing can be said, being empty, in another language, or too
        short for a verdict.
    """

    max_spin: float = MAX_SPIN
    presets: tuple[Preset, ...] = ()
    keep_unscored: bool = False

    @property
    def rules(self) -> list[str] | None:
        """Names and digests of the presets; None without any.

        >>> Selection().rules is None
        True
        """
        return [f"{preset.name} {preset.digest}" for preset in self.presets] or None

    def reasons(self, report: Report) -> tuple[str, ...]:
        """Why the document does not pass; nothing if it does.

        ``error``; ``spin``, or a reason of the report why nothing can be said (``not_english``,
        ``empty``; ``too_short`` in the place of ``spin``); and the names of quality rules.

        >>> Selection().reasons(Report.unreadable(7, "gone."))
        ('error',)
        """
        if report.error is not None:
            return ("error",)
        found: list[str] = []
        if report.probability is None or report.probability > self.max_spin:
            # Of a text of a few words the probability is little more than the prior: no accusation.
            is_scored = report.probability is not None and report.reason != Reason.TOO_SHORT
            if is_scored:
                found.append("spin")
            elif not self.keep_unscored:
                found.append(report.reason.value)
        if self.presets and report.quality is not None:
            found += report.quality.failed
        return tuple(found)


def presets_that_judge(names: Sequence[str], flagged: Path | None = None) -> tuple[Preset, ...]:
    """Presets by their names, or by the names of TOML files; all can be measured and judge.

    Words and phrases that some of them count are read from ``flagged``, one a line.

    Raises
    ------
    InputError
        If there is no such preset, if it only measures, or needs a package that is missing.

    Examples
    --------
    >>> [preset.name for preset in presets_that_judge(["gopher"])]
    ['gopher']
    """
    if not names:
        return ()
    from spindetect.quality import assess, named_presets, read_terms

    presets = named_presets(names, () if flagged is None else read_terms(flagged))
    for preset in presets:
        if not preset.has_verdict:
            raise InputError(
                f"the preset {preset.name} only measures: it has no bounds, so no document can "
                "break it; choose another, or give it bounds in a TOML file"
            )
    # A package that is missing is missed here and not by every document.
    assess([""], presets)
    return presets


def filter_row(document: Document, report: Report, fields: Fields, reasons: tuple[str, ...]) -> Row:
    """The document as it came, and, if there are reasons against it, these.

    A row passes as it is. Of a page or a file the text that was scored passes.

    >>> document = Document("a", text="Hello.", row={"id": "a", "text": "Hello.", "url": "x"})
    >>> dict(filter_row(document, Report.unreadable("a", "gone."), Fields(), ()).columns)
    {'id': 'a', 'text': 'Hello.', 'url': 'x'}
    """
    results = {
        "spin_reasons": list(reasons),
        "spin_verdict": None if report.error is not None else report.verdict.value,
        "spin_probability": report.probability,
        "spin_error": report.error,
    }
    is_row = fields.text in document.row or fields.html in document.row
    first = {} if is_row else {fields.id: document.id, fields.text: report.text}
    if reasons:
        return Row(Chosen(document.row, set(REJECTED), first), results)
    return Row(Chosen(document.row, set(), first), {})

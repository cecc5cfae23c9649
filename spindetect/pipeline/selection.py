"""Which documents pass a filter, and why the others do not."""

from __future__ import annotations

from dataclasses import dataclass

from spindetect.errors import InputError
from spindetect.inputs.document import Document, Fields
from spindetect.pipeline.rows import Chosen, Row
from spindetect.report import Report

__all__ = ["MAX_SPIN", "PRESETS", "REJECTED", "Selection", "failed_rules", "filter_row"]

# Names of the sets of quality rules that `failed_rules` knows.
PRESETS = ("default",)

# More likely spun than not, where every other document is.
MAX_SPIN = 0.5

# Columns of rejected documents beside their own.
REJECTED: dict[str, str] = {
    "spin_reasons": "strings",
    "spin_verdict": "string",
    "spin_probability": "double",
    "spin_error": "string",
}


def failed_rules(report: Report, preset: str) -> tuple[str, ...]:
    """Names of the quality rules of a preset that a document breaks.

    >>> failed_rules(Report.unreadable(7, "gone."), "default")
    ()
    """
    if preset not in PRESETS:
        raise InputError(f"there is no preset {preset}; there are: {', '.join(PRESETS)}")
    return () if report.quality is None else report.quality.failed


@dataclass(frozen=True, slots=True)
class Selection:
    """What a document must be like to pass.

    Attributes
    ----------
    max_spin : float
        The highest probability that it was spun; 1 asks nothing.
    preset : str or None
        The quality rules that it must keep; None asks nothing.
    keep_unscored : bool
        Whether those pass that have no probability, being empty or in another language.
    """

    max_spin: float = MAX_SPIN
    preset: str | None = None
    keep_unscored: bool = False

    def reasons(self, report: Report) -> tuple[str, ...]:
        """Why the document does not pass; nothing if it does.

        ``error``, ``spin``, a reason of the report (``not_english``, ``empty``), and the names of
        quality rules.

        >>> Selection().reasons(Report.unreadable(7, "gone."))
        ('error',)
        """
        if report.error is not None:
            return ("error",)
        found: list[str] = []
        if report.probability is None:
            if not self.keep_unscored:
                found.append(report.reason.value)
        elif report.probability > self.max_spin:
            found.append("spin")
        if self.preset is not None:
            found += failed_rules(report, self.preset)
        return tuple(found)


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

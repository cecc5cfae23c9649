"""The answer about one document: verdict, reason, evidence.

A report is an immutable record, and so are its parts (`spindetect.findings`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Any, Self

from spindetect.findings import (
    PhraseAnomaly,
    Quality,
    Rule,
    SentenceScore,
    assign,
    rounded_probability,
)
from spindetect.modes import Mode, Setting

if TYPE_CHECKING:
    from spindetect.changes import Restoration

__all__ = ["PhraseAnomaly", "Quality", "Reason", "Report", "Rule", "SentenceScore", "Verdict"]

# A share of a page, to be read: a hundredth of a per cent is nothing.
_PROSE_DIGITS = 4


class Verdict(StrEnum):
    """What the detector says about a document.

    >>> Verdict("spun") is Verdict.SPUN
    True
    """

    SPUN = auto()
    CLEAN = auto()
    UNDECIDED = auto()


class Reason(StrEnum):
    """Why the verdict is what it is.

    The first three go with a probability and a verdict drawn from it (``BETWEEN_THRESHOLDS`` with
    ``UNDECIDED``); all others go with ``UNDECIDED``.  ``TOO_SHORT`` still has a probability.
    """

    ABOVE_THRESHOLD = auto()
    BELOW_THRESHOLD = auto()
    BETWEEN_THRESHOLDS = auto()
    TOO_SHORT = auto()
    NOT_ENGLISH = auto()
    EMPTY = auto()
    ERROR = auto()


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found out about one document.

    Attributes
    ----------
    verdict, reason : Verdict, Reason
        The answer and why it is given.
    probability : float or None
        That the document was spun, in [0, 1], where a share `prior` of all documents are; None if
        it is empty, not English or unreadable.
    anomalies : tuple of PhraseAnomaly
        The phrases that look replaced, in order of the text.
    sentences : tuple of SentenceScore
        Every sentence, in order of the text.
    quality : Quality or None
        Content quality, a separate question; None if it was not measured.
    language : str or None
        ISO 639 code of the language; None for text without letters.
    n_words : int
        Words counted.
    model : str
        Name of the model that answered; empty if none was asked.
    mode : Mode
        The operating point at which the verdict is given.
    prior : float
        The share of spun documents that the probability reckons with, in (0, 1); the verdict does
        not depend on it.
    id : str, int or None
        The caller's name for the document.
    prose : float or None
        Share of the text that is its main English prose, in [0, 1], by characters: of that
        `probability`, `sentences`, `anomalies` and `n_words` speak. Lists, tables, code, menus,
        other languages and the comments below an article are the rest. None for an empty or
        unreadable document.
    error : str or None
        For a document that could not be read, one sentence that says why.
    text : str
        The text that all offsets point into.  It takes no part in comparisons.

    Examples
    --------
    >>> report = Report(
    ...     Verdict.UNDECIDED, Reason.EMPTY, None, (), (), None, None, 0, "en", id="page-17"
    ... )
    >>> Report.from_dict(report.to_dict()) == report
    True
    """

    verdict: Verdict
    reason: Reason
    probability: float | None
    anomalies: tuple[PhraseAnomaly, ...]
    sentences: tuple[SentenceScore, ...]
    quality: Quality | None
    language: str | None
    n_words: int
    model: str
    mode: Mode = Mode.BALANCED
    prior: float = 0.5
    id: str | int | None = None
    error: str | None = None
    prose: float | None = None
    text: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.probability is not None:
            assign(self, probability=rounded_probability(self.probability))
        if self.prose is not None:
            assign(self, prose=round(self.prose, _PROSE_DIGITS))
        setting = Setting(Mode(self.mode), self.prior)
        assign(
            self,
            verdict=Verdict(self.verdict),
            reason=Reason(self.reason),
            n_words=int(self.n_words),
            mode=setting.mode,
            prior=float(setting.prior),
        )

    @classmethod
    def unreadable(cls, id: str | int | None, error: str) -> Self:
        """The report on a document that could not be read: `error` says why in one sentence.

        >>> Report.unreadable("a.txt", "a.txt: there is no such file or folder.").to_dict()
        {'id': 'a.txt', 'error': 'a.txt: there is no such file or folder.'}
        """
        return cls(
            Verdict.UNDECIDED, Reason.ERROR, None, (), (), None, None, 0, "", id=id, error=error
        )

    def to_dict(self, *, with_text: bool = False) -> dict[str, Any]:
        """The JSON record of the document, as ``spindetect score --format jsonl`` prints it.

        Parameters
        ----------
        with_text : bool
            Add the scored text, which all offsets point into, as the last field.

        Returns
        -------
        dict
            Strings, numbers, lists and dicts only.  A document that could not be read has the
            fields ``id`` and ``error`` and no others.
        """
        from spindetect.record import record_of

        return record_of(self, with_text=with_text)

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Report:
        """The report that a record made by :meth:`to_dict` stands for.

        Raises
        ------
        InputError
            If the record lacks a field or a field holds what it cannot hold.
        """
        from spindetect.record import report_of

        return report_of(record)

    def restored(self, confidence: float = 0.8) -> Restoration:
        """The text with what most likely stood there before in the place of its odd phrases.

        It is a help to read a spun text, not its original: the first of `PhraseAnomaly.expected` is
        a guess, and what was not found stays as it is.

        Parameters
        ----------
        confidence : float
            Probability of an anomaly, in [0, 1], from which it is replaced.

        Raises
        ------
        ValueError
            If `confidence` is no probability.
        InputError
            If the report does not hold the text that it speaks of.

        Examples
        --------
        >>> odd = PhraseAnomaly("vintage", 2, 9, ("old",), gain=5.2, probability=0.93)
        >>> report = Report(
        ...     Verdict.SPUN, Reason.ABOVE_THRESHOLD, 0.9, (odd,), (), None, "en", 2, "en",
        ...     text="a vintage house",
        ... )
        >>> report.restored().text
        'an old house'
        """
        from spindetect.changes import restored

        return restored(self, confidence)

    def _repr_html_(self) -> str:
        """The report as a notebook shows it."""
        from spindetect.notebook import to_html

        return to_html(self)

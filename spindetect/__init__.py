"""Detector of spun text: which phrases an article spinner replaced, by what, and how surely.

>>> import spindetect
>>> report = spindetect.score("One employee steered me that he was beneath fireside.")
>>> [a.text for a in report.anomalies]  # doctest: +SKIP
['steered', 'beneath fireside']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from spindetect.errors import InputError, ModelError, SpindetectError
from spindetect.modes import Mode, OperatingPoint
from spindetect.report import PhraseAnomaly, Quality, Reason, Report, Verdict

if TYPE_CHECKING:
    from spindetect.detector import Detector
    from spindetect.spin_classifier import SpinClassifier
    from spindetect.spin_features import SpinFeatures

__all__ = [
    "InputError",
    "Mode",
    "ModelError",
    "OperatingPoint",
    "PhraseAnomaly",
    "Quality",
    "Reason",
    "Report",
    "SpinClassifier",
    "SpinFeatures",
    "SpindetectError",
    "Verdict",
    "__version__",
    "load",
    "score",
    "score_frame",
    "score_html",
    "score_many",
]

__version__ = "0.1.0"

Frame = TypeVar("Frame")


def load(path: str | Path | None = None, *, accelerate: bool = True) -> Detector:
    """The detector of a model folder, or the bundled one (`spindetect.detector.load`).

    >>> load().score("Too short to tell.").verdict
    <Verdict.UNDECIDED: 'undecided'>
    """
    from spindetect import detector

    return detector.load(path, accelerate=accelerate)


def score(text: str, *, mode: str = "balanced", prior: float = 0.5) -> Report:
    """Report on one text by the bundled model (`Detector.score`).

    >>> score("Too short to tell.").reason
    <Reason.TOO_SHORT: 'too_short'>
    """
    return load().score(text, mode=mode, prior=prior)


def score_html(html: str | bytes, *, mode: str = "balanced", prior: float = 0.5) -> Report:
    """Report on the main text of a page by the bundled model (`Detector.score_html`).

    >>> score_html("<p>Too short to tell.</p>").reason
    <Reason.TOO_SHORT: 'too_short'>
    """
    return load().score_html(html, mode=mode, prior=prior)


def score_many(
    items: Iterable[str | tuple[str | int | None, str]],
    *,
    n_jobs: int = 1,
    mode: str = "balanced",
    prior: float = 0.5,
) -> Iterator[Report]:
    """Reports on many texts by the bundled model, lazily and in order (`Detector.score_many`).

    >>> [r.reason.value for r in score_many(["Too short.", ""])]
    ['too_short', 'empty']
    """
    return load().score_many(items, n_jobs=n_jobs, mode=mode, prior=prior)


def score_frame(
    df: Frame,
    text: str = "text",
    *,
    html: str = "html",
    n_jobs: int = 1,
    mode: str = "balanced",
    prior: float = 0.5,
) -> Frame:
    """A copy of a pandas or polars frame with the results of the bundled model as columns.

    Parameters
    ----------
    df : pandas.DataFrame or polars.DataFrame
    text, html : str
        Names of the columns with texts and with pages in HTML, one of which must be there. A row
        with a text is scored by that, one without by the main text of its page.
    n_jobs, mode, prior : int, str, float
        As in `score_many`.

    Returns
    -------
    DataFrame
        The columns of `df` and ``spin_verdict``, ``spin_reason``, ``spin_probability`` and all
        others of ``docs/pipelines.md``; a column that had such a name is replaced. Where there is
        no text, ``spin_error`` says so.

    Raises
    ------
    InputError
        If `df` is no such frame, or has no such column.

    Examples
    --------
    >>> import pandas  # doctest: +SKIP
    >>> score_frame(pandas.DataFrame({"text": ["Hm."]})).spin_reason[0]  # doctest: +SKIP
    'too_short'
    """
    from spindetect.pipeline import columns

    return columns.score_frame(load(), df, text, html=html, n_jobs=n_jobs, mode=mode, prior=prior)


def __getattr__(name: str) -> Any:
    if name not in ("SpinClassifier", "SpinFeatures"):
        raise AttributeError(f"module 'spindetect' has no attribute {name!r}")
    # scikit-learn takes over a second to import: only those who name an estimator wait for it.
    try:
        from spindetect import spin_classifier, spin_features
    except ImportError as error:
        # What a scikit-learn that is there misses for itself is for its own message to say.
        if (error.name or "").partition(".")[0] != "sklearn":
            raise
        raise ImportError(
            "SpinFeatures and SpinClassifier need scikit-learn 1.7 or newer: "
            'pip install "spindetect[train]".'
        ) from error
    return getattr(spin_features if name == "SpinFeatures" else spin_classifier, name)

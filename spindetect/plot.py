"""Pictures of reports; they need matplotlib (``spindetect[plot]``).

Each function draws on the axes that it is given, or on new ones, and returns them. Nothing is
shown or saved, and no state of pyplot is touched unless new axes are wanted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from spindetect.benchmark.figures import reliability as reliability_bins
from spindetect.benchmark.figures import share_interval
from spindetect.errors import InputError
from spindetect.features import probability as logistic
from spindetect.modes import Mode, OperatingPoint
from spindetect.report import Report, Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["anomaly_density", "false_positives", "reliability", "score_distribution"]

Floats = npt.NDArray[np.float64]

# Distinguishable by whoever does not see red and green alike (Okabe and Ito 2008).
_COLOURS = {Verdict.SPUN: "#d55e00", Verdict.UNDECIDED: "#e69f00", Verdict.CLEAN: "#0072b2"}
_LINE = "#555555"

# Words over which a density is averaged, a sentence or two: fewer make a forest of single phrases.
_BANDWIDTH = 25
# Places along the text at which the density is drawn.
_PLACES = 400

# Log-odds beyond which documents stand at the border, and bars in between.
_BORDER = 10.0
_BARS = 40


def anomaly_density(report: Report, ax: Axes | None = None) -> Axes:
    """Suspicious phrases along a text: where it was spun, if not all of it was.

    Parameters
    ----------
    report : Report
        With its text.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Expected number of replaced phrases per 100 words, against the place in words: the
        probabilities of the phrases, smoothed by a Gaussian of 25 words. Ticks at the bottom are
        the phrases.

    Raises
    ------
    InputError
        If the report has no text, or no words.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    .. plot::

        >>> import spindetect
        >>> from spindetect.benchmark.texts import read_texts
        >>> from spindetect.plot import anomaly_density
        >>> texts = read_texts()
        >>> mixed = max((t.text for t in texts if t.label == "mixed"), key=len)
        >>> ax = anomaly_density(spindetect.score(mixed))
    """
    words = _word_starts(report.text)
    if len(words) == 0:
        raise InputError("there are no words along which phrases could be drawn")
    ax = _axes(ax)
    start = np.array([a.start for a in report.anomalies], np.int64)
    weight = np.array([a.probability for a in report.anomalies], np.float64)
    place = np.searchsorted(words, start).astype(np.float64)
    at = np.linspace(0, len(words), _PLACES)
    ax.fill_between(
        at, _density(at, place, weight, len(words)), color=_COLOURS[Verdict.SPUN], alpha=0.4
    )
    ax.plot(place, np.zeros(len(place)), "|", color=_COLOURS[Verdict.SPUN], markersize=12)
    ax.set(xlim=(0, len(words)), ylim=(0, None), xlabel="words from the beginning")
    ax.set_ylabel("suspicious phrases\nper 100 words")
    ax.set_title("Suspicious phrases along the text")
    return ax


def _word_starts(text: str) -> npt.NDArray[np.int64]:
    """Where each word of a text begins."""
    from spindetect.tokens import tokenise

    tokens = tokenise([text])
    return tokens.start[tokens.is_word].astype(np.int64)


def _density(at: Floats, place: Floats, weight: Floats, length: int) -> Floats:
    """Weight per 100 words, by a Gaussian kernel whose part beyond the text is put back inside.

    >>> flat = _density(np.array([500.0]), np.arange(1000.0), np.full(1000, 0.1), 1000)
    >>> flat.round(2).tolist()
    [10.0]
    """
    # Reflection: without it the density falls at both ends of every text.
    reflected = np.concatenate([place, -place, 2 * length - place])
    distance = (at[:, None] - reflected[None, :]) / _BANDWIDTH
    kernel = np.exp(-0.5 * distance**2) / (_BANDWIDTH * np.sqrt(2 * np.pi))
    return np.asarray(100 * (kernel * np.tile(weight, 3)).sum(axis=1))


def score_distribution(
    reports: Iterable[Report],
    points: Mapping[Mode, OperatingPoint] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Probabilities of a collection, coloured by verdict, and where the verdicts change.

    Parameters
    ----------
    reports : iterable of Report
        All of one mode and one prior; those without a probability are left out.
    points : mapping of Mode to OperatingPoint, optional
        `Detector.operating_points` of the model: draws the thresholds.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Documents by the log-odds of their probability, so that the crowds near 0 and 1 can be told
        apart; the axis is labelled with probabilities.

    Raises
    ------
    InputError
        If no report has a probability, or modes or priors differ.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    .. plot::

        >>> import spindetect
        >>> from spindetect.benchmark.texts import read_texts
        >>> from spindetect.plot import score_distribution
        >>> detector = spindetect.load()
        >>> texts = [t.text for t in read_texts()[::25]]
        >>> ax = score_distribution(detector.score_many(texts), detector.operating_points)
    """
    found = [r for r in reports if r.probability is not None]
    if len({(r.mode, r.prior) for r in found}) != 1:
        raise InputError("a distribution needs reports with probabilities, of one mode and prior")
    ax = _axes(ax)
    values = {
        verdict: _log_odds([r.probability or 0.0 for r in found if r.verdict == verdict])
        for verdict in (Verdict.CLEAN, Verdict.UNDECIDED, Verdict.SPUN)
    }
    ax.hist(
        list(values.values()),
        bins=np.linspace(-_BORDER, _BORDER, _BARS + 1).tolist(),
        stacked=True,
        color=[_COLOURS[verdict] for verdict in values],
        label=[f"{verdict} ({len(x):,})" for verdict, x in values.items()],
    )
    if points is not None:
        point, prior = points[found[0].mode], found[0].prior
        shift = np.log(prior / (1 - prior))
        for name, threshold in (("clean up to", point.clean), ("spun from", point.spun)):
            x = float(_log_odds([threshold])[0] + shift)
            ax.axvline(x, color=_LINE, linestyle="--", linewidth=1)
            ax.annotate(
                f"{name} {float(logistic(np.array(x))):.3f}", (x, 0.98),
                xycoords=("data", "axes fraction"), rotation=90, ha="right", va="top", fontsize=8,
            )  # fmt: skip
    shown = [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999]
    ax.set_xticks(_log_odds(shown).tolist(), [f"{p:g}" for p in shown])
    ax.set(xlabel="probability", ylabel="documents", xlim=(-_BORDER, _BORDER))
    ax.locator_params(axis="y", integer=True)
    ax.set_title(f"{len(found):,} documents")
    ax.legend()
    return ax


def _log_odds(probability: Sequence[float]) -> Floats:
    """Log-odds, held within the borders of the plot.

    >>> _log_odds([0.5, 1.0]).tolist()
    [0.0, 9.999]
    """
    p = np.array(probability, np.float64)
    with np.errstate(divide="ignore"):
        found = np.log(p) - np.log1p(-p)
    return np.asarray(found.clip(-_BORDER + 1e-3, _BORDER - 1e-3))


def reliability(reports: Sequence[Report], is_spun: Sequence[bool], ax: Axes | None = None) -> Axes:
    """Does a probability of 0.9 mean that nine of ten are spun? The reliability diagram.

    Parameters
    ----------
    reports : sequence of Report
        Those without a probability are left out.
    is_spun : sequence of bool
        Whether each document was spun in truth. Probabilities are about collections in which a
        share of `Report.prior` is: with another share the points lie off the diagonal.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Share of spun documents against mean probability, in up to 15 bins of as many documents.

    Raises
    ------
    InputError
        If there are not as many labels as reports, or no report has a probability.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    .. plot::

        >>> import spindetect
        >>> from spindetect.benchmark.texts import read_texts
        >>> from spindetect.plot import reliability
        >>> texts = [t for t in read_texts() if t.label == "original"][::4]
        >>> texts += [t for t in read_texts() if t.label == "spun"][::16]
        >>> reports = list(spindetect.score_many([t.text for t in texts]))
        >>> ax = reliability(reports, [t.label == "spun" for t in texts])
    """
    if len(reports) != len(is_spun):
        raise InputError(f"there are {len(reports)} reports and {len(is_spun)} labels of them")
    pairs = [
        (r.probability, label)
        for r, label in zip(reports, is_spun, strict=True)
        if r.probability is not None
    ]
    if not pairs:
        raise InputError("no report has a probability")
    ax = _axes(ax)
    probability = np.array([p for p, _ in pairs], np.float64)
    truth = np.array([label for _, label in pairs], np.bool_)
    said, found, _ = reliability_bins(probability, truth, np.ones(len(pairs)))
    ax.plot([0, 1], [0, 1], color=_LINE, linewidth=0.8, label="perfect")
    ax.plot(said, found, "o-", color=_COLOURS[Verdict.CLEAN], label=f"{len(pairs):,} documents")
    ax.set(xlabel="probability", ylabel="share that was spun", aspect="equal")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    ax.set_title("Reliability")
    ax.legend()
    return ax


def false_positives(
    reports: Sequence[Report], registers: Sequence[str], ax: Axes | None = None
) -> Axes:
    """How often human documents of each register are called spun, with 95 % intervals.

    Parameters
    ----------
    reports : sequence of Report
        On documents that nobody spun.
    registers : sequence of str
        The kind of text of each, such as ``"recipe"``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        A row for each register, the worst at the top, with the number of its documents.

    Raises
    ------
    InputError
        If there are not as many registers as reports, or none at all.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    .. plot::

        >>> import spindetect
        >>> from spindetect.benchmark.texts import read_texts
        >>> from spindetect.plot import false_positives
        >>> texts = [t for t in read_texts() if t.label == "original"][::3]
        >>> reports = list(spindetect.score_many([t.text for t in texts], mode="high_recall"))
        >>> ax = false_positives(reports, [t.register for t in texts])
    """
    if len(reports) != len(registers) or not reports:
        raise InputError(
            f"there are {len(reports)} reports and {len(registers)} registers of them: "
            "as many are needed, and at least one"
        )
    ax = _axes(ax)
    called: defaultdict[str, list[bool]] = defaultdict(list)
    for report, register in zip(reports, registers, strict=True):
        called[register].append(report.verdict == Verdict.SPUN)
    rows = []
    for register, hits in called.items():
        mask = np.array(hits, np.bool_)
        rows.append((*share_interval(mask, np.arange(len(mask))), len(mask), register))
    rows.sort(key=lambda row: (-row[0], row[3], row[4]))
    share, low, high = (np.array([row[k] for row in rows]) for k in range(3))
    y = np.arange(len(rows))
    bars = np.stack([share - low, high - share]).clip(min=0)
    ax.errorbar(share, y, xerr=bars, fmt="o", capsize=3, color=_COLOURS[Verdict.SPUN])
    ax.set_yticks(y.tolist(), [f"{register} ({n:,})" for *_, n, register in rows])
    ax.invert_yaxis()
    ax.set(xlabel="share of human documents called spun", xlim=(0, None))
    ax.set_title("False positives by register")
    return ax


def _axes(ax: Axes | None) -> Axes:
    """The axes given, or new ones."""
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError('plots need matplotlib: pip install "spindetect[plot]"') from error
    _, ax = plt.subplots(layout="constrained")
    return ax

"""Tables and plots: what they hold is what the reports say."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from test_report import REPORT

from spindetect import plot
from spindetect.errors import InputError
from spindetect.frame import phrase_frame, to_frame
from spindetect.modes import Mode, OperatingPoint
from spindetect.report import PhraseAnomaly, Report, Verdict

GONE = Report.unreadable("gone", "gone: there is no such file.")


@pytest.fixture
def ax() -> Any:
    return Figure().add_subplot()


def scored(probability: float, verdict: str) -> Report:
    return dataclasses.replace(REPORT, probability=probability, verdict=Verdict(verdict), prior=0.5)


def test_a_frame_has_a_row_for_each_report() -> None:
    weaker = PhraseAnomaly("close", 46, 51, (), 20.0, 0.5)
    first = dataclasses.replace(REPORT, anomalies=(*REPORT.anomalies, weaker))
    frame = to_frame(iter([first, GONE]))
    assert frame.iloc[0].drop("failed").to_dict() == {
        "id": "page-17",
        "verdict": "spun",
        "reason": "above_threshold",
        "probability": 0.998,
        "prose": 0.94,
        "language": "en",
        "n_words": 812,
        "n_anomalies": 2,
        "worst": "steered",
        "expected": "told",
        "quality": 0.71,
        "mode": "high_recall",
        "prior": 0.25,
        "model": "en-2026.1",
        "error": None,
    }
    assert frame["failed"][0] == ["gopher.alpha_words"]
    assert frame["verdict"][1] is None
    assert np.isnan(frame["probability"][1])
    assert frame["error"][1] == "gone: there is no such file."


def test_frames_without_rows_have_the_same_columns() -> None:
    for make, some in ((to_frame, [REPORT]), (phrase_frame, [REPORT])):
        assert make([]).dtypes.to_dict() == make(some).dtypes.to_dict()
        assert len(make([])) == 0


def test_phrases_stand_in_their_context() -> None:
    (row,) = phrase_frame([REPORT, GONE]).to_dict("records")
    assert row["context"] == "One employee steered me that the branch would close."
    assert (row["id"], row["text"], row["expected"], row["gain"]) == (
        "page-17", "steered", "told", 9.4,
    )  # fmt: skip


def test_density_is_high_where_phrases_are(ax: Any) -> None:
    text = "word " * 400
    anomalies = tuple(
        PhraseAnomaly("word", 5 * i, 5 * i + 4, ("x",), 5, 0.8) for i in range(300, 350)
    )
    plot.anomaly_density(dataclasses.replace(REPORT, text=text, anomalies=anomalies), ax)
    (area,) = ax.collections
    x, y = area.get_paths()[0].vertices.T
    assert 320 < x[y.argmax()] < 330
    # All within one standard deviation: 80 in 100 words times 0.683.
    assert y.max() == pytest.approx(80 * 0.683, rel=0.01)
    assert y[x < 200].max() < 0.1
    # Its mean along the text is the number of phrases, whatever the smoothing.
    at = np.arange(400, dtype=np.float64) + 0.5
    density = plot._density(at, np.arange(300.0, 350.0), np.full(50, 0.8), 400)
    assert density.mean() * 4 == pytest.approx(40, rel=0.01)
    with pytest.raises(InputError, match="no words"):
        plot.anomaly_density(dataclasses.replace(REPORT, text=""), ax)


def test_distribution_counts_and_thresholds(ax: Any) -> None:
    reports = [
        scored(0.001, "clean"),
        scored(0.002, "clean"),
        scored(1.0, "spun"),
        scored(0.6, "undecided"),
    ]
    point = OperatingPoint(spun=0.9, clean=0.3, false_positives=1, undecided=1)
    plot.score_distribution([*reports, GONE], dict.fromkeys(Mode, point), ax)
    assert sum(bar.get_height() for bars in ax.containers for bar in bars) == 4
    lines = [line.get_xdata()[0] for line in ax.lines]
    assert lines == pytest.approx([np.log(0.3 / 0.7), np.log(9)])
    shifted = [dataclasses.replace(r, prior=0.01) for r in reports]
    ax.clear()
    plot.score_distribution(shifted, dict.fromkeys(Mode, point), ax)
    assert ax.lines[1].get_xdata()[0] == pytest.approx(np.log(9) + np.log(0.01 / 0.99))
    for bad in ([GONE], [reports[0], shifted[0]]):
        with pytest.raises(InputError, match="one mode and prior"):
            plot.score_distribution(bad, ax=ax)


def test_reliability_of_a_coin(ax: Any) -> None:
    reports = [scored(p, "undecided") for p in (0.2, 0.2, 0.2, 0.2, 0.8, 0.8, 0.8, 0.8)]
    plot.reliability(reports, [False, False, False, True, True, True, True, False], ax)
    points = ax.lines[1].get_xydata()
    assert points == pytest.approx(np.array([[0.2, 0.25], [0.8, 0.75]]))
    with pytest.raises(InputError, match="8 reports and 2 labels"):
        plot.reliability(reports, [True, False], ax)
    with pytest.raises(InputError, match="no report has a probability"):
        plot.reliability([GONE], [True], ax)


def test_false_positives_by_register(ax: Any) -> None:
    reports = [scored(0.9, "spun"), *(scored(0.1, "clean"),) * 3, scored(0.1, "clean")]
    plot.false_positives(reports, ["recipe", "recipe", "news", "news", "news"], ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["recipe (2)", "news (3)"]
    assert ax.lines[0].get_xdata().tolist() == [0.5, 0.0]
    with pytest.raises(InputError, match="as many are needed"):
        plot.false_positives([], [], ax)

"""Human documents as strangers: no classifier that scores one has seen its register."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scored import scored

from models import registers
from models.examples import Example
from models.lessons import Lessons
from spindetect.detector import LEAST_WORDS
from spindetect.modes import Mode

JUDGED = 3


def text(register: str, kind: str = "human") -> Example:
    label = "human" if kind == "human" else "spun"
    return Example(kind, label, "", "", f"{register}/1", register, "1", "")


def known(registers_: list[str]) -> Lessons:
    n = len(registers_)
    column = np.zeros(n)
    return Lessons(
        np.zeros((n, 1)), column == 1, column, column.astype(np.int64), np.array(registers_)
    )


def test_strangers_are_scored_without_their_register(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [(text("news"), 60, 1.0)] * JUDGED + [(text("legal"), 60, 2.0)] * JUDGED
    texts += [(text("rare"), 60, 3.0), (text("news", "document"), 60, 4.0)]
    seen, scores = scored(texts)
    lessons = known(["news", "news", "legal", "rare"])
    monkeypatch.setattr(registers, "JUDGED", JUDGED)
    monkeypatch.setattr(registers, "document_lessons", lambda *_: lessons)

    def trained(own: Lessons) -> Any:
        # Scores a text by the number of lessons, and so says which were left out.
        return SimpleNamespace(log_odds=lambda rows: np.full(len(rows), -len(own.fold) * 1.0))

    monkeypatch.setattr(registers, "train_document", trained)
    scores = cast(Any, scores)
    found = registers.unseen(
        seen, type(scores)(**{**vars(scores), "words": SimpleNamespace(log_odds=None)})
    )
    news, legal = [-2.0] * JUDGED, [-3.0] * JUDGED
    assert found.document.tolist() == [*news, *legal, 3.0, 4.0]
    # The scores that were given stay as they are.
    assert scores.document.tolist() == [1.0] * JUDGED + [2.0] * JUDGED + [3.0, 4.0]


@given(st.lists(st.floats(-9, 9), min_size=30, max_size=300), st.integers(0, 99))
def test_lines_are_ordered_and_keep_their_promise(values: list[float], words: int) -> None:
    texts = [(text("news"), 100, v) for v in values] + [(text("news", "page"), 100, 99.0)]
    texts += [(text("news"), min(words, LEAST_WORDS - 1), 99.0)]
    seen, scores = scored(texts)
    found = registers.lines(seen, scores)
    spun = [found[m].spun for m in (Mode.HIGH_PRECISION, Mode.BALANCED, Mode.HIGH_RECALL)]
    assert spun == sorted(spun, reverse=True)
    for mode, share in registers.FALSE_POSITIVES.items():
        line = found[mode]
        assert line.clean <= line.spun <= max(values)
        above = np.array(values) > line.spun
        assert above.sum() <= share * len(values) + 1

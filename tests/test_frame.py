"""Frames of pandas and polars get the results that the texts get."""

from typing import Any

import pytest

import spindetect
from spindetect.errors import InputError
from spindetect.pipeline.rows import RESULTS, results_of

SPUN = "One employee steered me that he was beneath fireside in a learn about of it."
TEXTS = [SPUN, None, "", "Ein Angestellter sagte mir gestern, dass das so nicht geht."]
EXPECTED = [
    results_of(
        spindetect.score(text)
        if text is not None
        else spindetect.Report.unreadable(1, 'row 2: no text in the column "page".')
    )
    for text in TEXTS
]


@pytest.fixture(params=["pandas", "polars"])
def package(request: pytest.FixtureRequest) -> Any:
    """A package that has frames."""
    return pytest.importorskip(request.param)


def rows(frame: Any) -> list[dict[str, Any]]:
    """The rows of a frame."""
    if type(frame).__module__.startswith("polars"):
        found: list[dict[str, Any]] = frame.to_dicts()
        return found
    import pandas as pd

    return [
        {
            name: value if isinstance(value, list) or not pd.isna(value) else None
            for name, value in row.items()
        }
        for row in frame.to_dict("records")
    ]


def test_results_stand_beside_the_columns(package: Any) -> None:
    frame = package.DataFrame({"n": [3, 2, 1, 0], "page": TEXTS, "spin_model": ["old"] * 4})
    found = spindetect.score_frame(frame, text="page")
    assert type(found) is type(frame)
    assert set(found.columns) == {"n", "page", *RESULTS}
    for row, n, text, expected in zip(rows(found), [3, 2, 1, 0], TEXTS, EXPECTED, strict=True):
        assert (row.pop("n"), row.pop("page")) == (n, text)
        assert row == expected
    # The frame that was given is as it was.
    assert list(frame["spin_model"]) == ["old"] * 4


def test_texts_that_are_none(package: Any) -> None:
    found = spindetect.score_frame(package.DataFrame({"text": [1.5, 2.0]}))
    assert list(found["spin_error"]) == [
        'row 1: no text in the column "text".', 'row 2: no text in the column "text".',
    ]  # fmt: skip


def test_pages_where_there_is_no_text(package: Any) -> None:
    page = f"<nav>Home</nav><p>{SPUN}</p>"
    frame = package.DataFrame({"text": ["Hm.", None, None], "html": [page, page, None]})
    found = spindetect.score_frame(frame)
    assert list(found["spin_n_words"][:2]) == [1, 15]
    assert list(found["spin_error"])[2] == 'row 3: no text in the column "text" or "html".'
    pages = package.DataFrame({"raw": [page.encode(), page.encode()]})
    assert list(spindetect.score_frame(pages, html="raw")["spin_n_words"]) == [15, 15]


def test_no_rows(package: Any) -> None:
    found = spindetect.score_frame(package.DataFrame({"text": []}))
    assert len(found) == 0
    assert set(found.columns) == {"text", *RESULTS}


def test_a_column_that_is_not_there(package: Any) -> None:
    with pytest.raises(InputError, match=r"is called \"text\" or \"html\"; there are: .*body"):
        spindetect.score_frame(package.DataFrame({"body": ["Hi."]}))


def test_rows_keep_their_index() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": [SPUN, SPUN]}, index=["a", "a"])
    found = spindetect.score_frame(frame)
    assert list(found.index) == ["a", "a"]
    assert list(found["spin_n_words"]) == [15, 15]


def test_what_is_no_frame() -> None:
    with pytest.raises(
        InputError, match=r"wants a DataFrame of pandas or polars, got builtins.dict"
    ):
        spindetect.score_frame({"text": ["Hi."]})
    polars = pytest.importorskip("polars")
    with pytest.raises(InputError, match="call its method collect first"):
        spindetect.score_frame(polars.DataFrame({"text": ["Hi."]}).lazy())

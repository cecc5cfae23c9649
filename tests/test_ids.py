"""Ids of a run: whatever is repeated is found, however far apart and whatever was taken back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spindetect.errors import InputError
from spindetect.pipeline import ids as module
from spindetect.pipeline.ids import Ids, Repeated


def by_hand(items: list[str | int]) -> Repeated:
    """Every id compared with all before it."""
    again = [
        (place, next(k for k, other in enumerate(items) if _same(item, other)))
        for place, item in enumerate(items)
        if any(_same(item, other) for other in items[:place])
    ]
    place, of = again[0] if again else (-1, -1)
    return Repeated(len(again), place + 1, of + 1)


def _same(one: str | int, other: str | int) -> bool:
    return type(one) is type(other) and one == other


IDS = st.lists(st.sampled_from(["a", "b", "7", "\ud800", "", 7, 8]) | st.integers(0, 30))


@given(items=IDS, at_once=st.integers(1, 9), commits=st.sets(st.integers(0, 30)))
def test_it_finds_what_comparing_all_would_find(
    items: list[str | int],
    at_once: int,
    commits: set[int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ids = Ids(tmp_path_factory.mktemp("ids") / "out.ids")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", at_once)
        ids.restore(0)
        for place, item in enumerate(items):
            ids.add(item)
            if place in commits:
                ids.commit()
        ids.commit()
        assert ids.repeated() == by_hand(items)
    ids.remove()
    assert not ids.path.exists()


@given(before=IDS, lost=IDS, after=IDS)
def test_what_is_taken_back_is_forgotten(
    before: list[str | int],
    lost: list[str | int],
    after: list[str | int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("ids") / "out.ids"
    for n, items in ((0, [*before, *lost]), (len(before), after)):
        ids = Ids(path)
        ids.restore(n)
        for item in items:
            ids.add(item)
        ids.commit()
        ids.close()
    assert Ids(path).repeated() == by_hand([*before, *after])


def test_a_file_that_has_lost_ids_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"out\.ids is shorter than it was"):
        Ids(tmp_path / "out.ids").restore(3)

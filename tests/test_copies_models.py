"""What copies are measured and learned by: collections in parts, and the threshold."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_copies import LONG, ORIGINALS, spun

from models import copies_data
from models.copies_fit import PRECISION, threshold
from models.copies_pairs import compare
from spindetect.copies.reader import reader

PARTS = (*copies_data.TO_LEARN, copies_data.MEASURED)


def test_parts_of_unrelated_pages_share_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies_data, "RUN", 3)
    monkeypatch.setattr(copies_data, "LEAST_CHARACTERS", 5)
    (tmp_path / "human").mkdir()
    (tmp_path / "corpora" / "news").mkdir(parents=True)
    rows = [{"group": f"g{n // 2}", "text": f"human page {n}"} for n in range(80)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "human" / "a.jsonl").write_text(lines, encoding="utf-8")
    pages = "".join(f"corpus page {n}\n" for n in range(18))
    (tmp_path / "corpora" / "news" / "a.txt").write_text(pages, encoding="utf-8")
    found = [copies_data.unrelated_pages(tmp_path, part, {"g3"}, 2) for part in PARTS]
    for part, (hosts, others) in zip(PARTS, found, strict=True):
        assert len(hosts) == 2
        runs = [n for n in range(18) if n // 3 % 3 == part]
        assert [page for page in others if "corpus" in page] == [f"corpus page {n}" for n in runs]
    human = [page for hosts, others in found for page in (*hosts, *others) if "human" in page]
    # One page of each group, and none of the group that is left out.
    assert sorted(human) == sorted(f"human page {n}" for n in range(0, 80, 2) if n != 6)


def test_a_version_of_what_another_page_has_verbatim_is_a_borrowed_pair() -> None:
    group, other = LONG[0], LONG[1]
    text = ORIGINALS[group].text
    made = copies_data.Collection()
    made.add(text, "original", [group], group, made=True)
    made.add(spun(group), "version", [group], group, made=True)
    made.add(f"{ORIGINALS[other].text} {text[: len(text) // 2]}", "unrelated", made=True)
    made.add(ORIGINALS[LONG[2]].text, "unrelated", made=True)
    found = compare(made, reader())
    truth = dict(zip(map(tuple, found.pairs.tolist()), found.truth, strict=True))
    assert truth == {(0, 1): "whole", (0, 2): "verbatim", (1, 2): "borrowed"}
    assert set(found.groups) == {group}


pairs = st.tuples(st.floats(0, 1), st.booleans(), st.integers(0, 9))


@given(st.lists(pairs, min_size=1, max_size=60))
def test_a_threshold_is_not_below_the_lowest_that_will_do(
    rows: list[tuple[float, bool, int]],
) -> None:
    probability = np.array([p for p, _, _ in rows])
    right = np.array([label for _, label, _ in rows], np.bool_)
    found = threshold(probability, right, [str(group) for _, _, group in rows])
    assert 0 <= found <= 1
    least = [p for p in probability if right[probability >= p].mean() >= PRECISION]
    assert found >= min(least, default=1.0) - 1e-5


def test_a_threshold_is_higher_where_wrong_pairs_come_from_few_sources() -> None:
    random = np.random.default_rng(0)
    right = np.sort(random.random(4000) < 0.9)
    probability = np.where(right, random.beta(8, 1, 4000), random.beta(1, 8, 4000))
    many = threshold(probability, right, [str(n) for n in range(4000)])
    few = threshold(probability, right, [str(n // 100) for n in range(4000)])
    assert right[probability >= many].mean() > PRECISION
    assert few > many

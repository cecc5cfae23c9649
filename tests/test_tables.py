"""Fingerprint tables against a dict."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spindetect import tables

BITS = [8, 12, 16]


def random_keys(count: int, seed: int = 1) -> tables.Keys:
    """Distinct keys."""
    keys = np.random.default_rng(seed).integers(0, 2**64, 2 * count, np.uint64)
    return np.unique(keys)[:count]


@given(
    st.dictionaries(st.integers(0, 2**64 - 1), st.integers(0, 15), max_size=60),
    st.lists(st.integers(0, 2**64 - 1), max_size=20),
)
def test_small_tables_equal_a_dict(known: dict[int, int], others: list[int]) -> None:
    keys = np.array(list(known), np.uint64)
    lanes, slots = tables.build(keys, 12, np.array(list(known.values()), np.uint16))
    assert len(set(slots.tolist())) == len(known)
    found = tables.find(lanes, keys, 12)
    assert (found >= 0).all()
    absent = [key for key in others if key not in known]
    strangers = int((tables.find(lanes, np.array(absent, np.uint64), 12) >= 0).sum())
    # Of a handful of look-ups, hardly ever one meets a lane that is not its own.
    wrong = found != slots
    assert strangers + int(wrong.sum()) <= 2
    value = lanes[found] & tables.value_mask(12)
    assert value[~wrong].tolist() == np.array(list(known.values()))[~wrong].tolist()


@pytest.mark.parametrize("bits", BITS)
def test_stored_keys_are_found(bits: int) -> None:
    keys = random_keys(30_000)
    values = (np.arange(len(keys)) % (tables.value_mask(bits) + 1)).astype(np.uint16)
    lanes, slots = tables.build(keys, bits, values)
    found = tables.find(lanes, keys, bits)
    assert (found >= 0).all()
    assert len(np.unique(slots)) == len(keys)
    own = found == slots
    assert (~own).mean() < 8 / 2**bits
    assert ((lanes[found] & tables.value_mask(bits))[own] == values[own]).all()


@pytest.mark.parametrize("bits", BITS)
def test_absent_keys_are_hardly_ever_found(bits: int) -> None:
    keys = random_keys(400_000)
    lanes, _ = tables.build(keys[::8], bits)
    absent = np.delete(keys, np.s_[::8])
    found = int((tables.find(lanes, absent, bits) >= 0).sum())
    # The bound holds for the mean; four standard deviations more for the sample.
    most = len(absent) * 8 / 2**bits
    assert found <= most + 4 * most**0.5
    # Far fewer would mean that the sample tells nothing.
    assert found >= most / 2


def test_keys_in_sequence_are_spread() -> None:
    # Keys of n-grams are small numbers side by side, not random ones.
    keys = np.arange(100_000, dtype=np.uint64)
    lanes, slots = tables.build(keys[:50_000], 16)
    assert (tables.find(lanes, keys[:50_000], 16) == slots).mean() > 0.999
    assert (tables.find(lanes, keys[50_000:], 16) >= 0).mean() < 8 / 2**16 + 4e-4


def test_tables_are_dense() -> None:
    lanes, _ = tables.build(random_keys(30_000), 16)
    assert 30_000 / len(lanes) == pytest.approx(tables.LOAD, abs=0.001)


@pytest.mark.parametrize("bits", BITS)
def test_empty_table(bits: int) -> None:
    lanes, slots = tables.build(np.zeros(0, np.uint64), bits)
    assert len(lanes) == 4
    assert len(slots) == 0
    # No fingerprint is that of a free lane.
    assert (tables.find(lanes, random_keys(100_000), bits) == -1).all()


def test_no_keys_to_find() -> None:
    lanes, _ = tables.build(random_keys(10), 16)
    assert len(tables.find(lanes, np.zeros(0, np.uint64), 16)) == 0


def test_the_extreme_keys() -> None:
    keys = np.array([0, 1, 2**63, 2**64 - 1], np.uint64)
    lanes, slots = tables.build(keys, 16)
    assert tables.find(lanes, keys, 16).tolist() == slots.tolist()


def test_building_is_deterministic() -> None:
    keys = random_keys(5000)
    first, second = tables.build(keys, 12), tables.build(keys, 12)
    assert first[0].tobytes() == second[0].tobytes()
    assert first[1].tolist() == second[1].tolist()


def test_same_answers_from_a_mapped_file(tmp_path: Path) -> None:
    keys = random_keys(5000)
    lanes, _ = tables.build(keys[::2], 12)
    np.save(tmp_path / "lanes.npy", lanes)
    mapped = np.load(tmp_path / "lanes.npy", mmap_mode="r")
    assert tables.find(mapped, keys, 12).tolist() == tables.find(lanes, keys, 12).tolist()


def test_keys_that_are_not_distinct_are_refused_and_do_not_hang() -> None:
    with pytest.raises(RuntimeError, match="does not close"):
        tables.build(np.zeros(100, np.uint64), 16)

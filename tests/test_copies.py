"""Copies: what spinning leaves, which pages share a source, and which of them is the original."""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_text, hostile_text

from spindetect import copies
from spindetect.benchmark.texts import BUNDLED, Text, read_texts
from spindetect.copies import candidates, clusters, passages, search, words
from spindetect.copies import members as member_pairs
from spindetect.copies.clusters import Edge, components, grouped
from spindetect.copies.fingerprint import LEAST_WORDS
from spindetect.copies.match import Kind, exact
from spindetect.copies.reader import (
    ANCHOR_BITS,
    LONGEST_ANCHOR,
    SHORTEST_ANCHOR,
    SURE,
    TELLING,
    fingerprint,
    reader,
)
from spindetect.copies.search import Duplicates
from spindetect.errors import InputError, ModelError
from spindetect.keys import finish
from spindetect.ngrams import BREAK_ID
from spindetect.tokens import SENTENCE, tokenise

TEXTS = list(read_texts(BUNDLED))
ORIGINALS = {t.group: t for t in TEXTS if t.label == "original"}
VERSIONS: dict[str, list[Text]] = defaultdict(list)
# One spinner in its lighter settings: what is tested is that the parts work, on pages that are long
# enough and no learner's; how much is found is measured by models.copies_evaluation.
for version in sorted(TEXTS, key=lambda t: -(t.strength or 0)):
    if version.tool == "spinner_one" and version.label == "spun" and version.strength != 1:
        VERSIONS[version.group].append(version)
LONG = [
    g
    for g, t in ORIGINALS.items()
    if len(t.text.split()) > 220 and VERSIONS[g] and t.register != "learner_essay"
]
FOOTER = (
    "Subscribe to our newsletter for the latest stories from Brackenfield and the Vale of Ardmore. "
    "Copyright 2026 Ardmore Vale Media Limited, registered in Scotland under number SC418227. "
    "Reproduction without the written consent of Ardmore Vale Media Limited is prohibited. Contact "
    "the newsroom by telephone on 01632 960441 or write to 17 Tolbooth Wynd, Brackenfield."
)


def spun(group: str) -> str:
    return VERSIONS[group][0].text


# Fingerprints


@given(
    st.lists(any_text | hostile_text | st.sampled_from([t.text[:400] for t in TEXTS]), max_size=4)
)
def test_a_batch_reads_each_text_as_if_it_were_alone(texts: list[str]) -> None:
    stream = reader().read(texts)
    assert len(stream) == len(texts)
    for at, text in enumerate(texts):
        own, alone = stream[at], fingerprint(text)
        assert (own.exact, own.n_words) == (alone.exact, alone.n_words)
        for name in ("anchors", "at", "code", "key", "weight", "told", "start", "end"):
            assert np.array_equal(getattr(own, name), getattr(alone, name)), name
        inside = own.key != 0
        assert (own.start[inside] < own.end[inside]).all()
        assert (own.end <= len(text)).all()


@given(st.sampled_from([t.text for t in TEXTS]))
@settings(max_examples=15)
def test_case_quotes_accents_and_white_space_change_no_fingerprint(text: str) -> None:
    plain = fingerprint(text)
    for other in (
        text.upper(),
        text.replace("'", "\u2019").replace('"', "\u201c"),
        text.replace("\n", "\r\n").replace(" ", "\u00a0"),
        unicodedata.normalize("NFD", text),
    ):
        found = fingerprint(other)
        assert found.exact == plain.exact
        assert np.array_equal(found.anchors, plain.anchors)


def slow_anchors(text: str) -> list[tuple[int, int]]:
    """Anchors word by word, with the place of each."""
    read = reader()
    own = fingerprint(text)
    group_bits = np.exp2(read.ngrams.unigrams.astype(np.float64))
    ids = read.ngrams.word_ids(own.key)
    told = []
    for at, (code, weight) in enumerate(zip(own.code.tolist(), own.weight.tolist(), strict=True)):
        if own.key[at] == 0:
            continue
        number = own.text[own.start[at]].isdigit() and own.text[own.end[at] - 1].isdigit()
        if number:
            bits, kept = 10.0, read.kinds["number"]
        elif ids[at] <= 5:
            bits, kept = 20.0, read.kinds["unknown"]
        else:
            same = read.words.group == read.words.group[ids[at]]
            bits, kept = float(-np.log2(group_bits[same].sum())), float(read.words.kept[ids[at]])
        assert weight == pytest.approx(bits * kept, rel=1e-4)
        if kept >= SURE and bits >= TELLING:
            told.append((at, code, bits))
    found = []
    for begin in range(len(told)):
        code, bits = told[begin][1], told[begin][2]
        for length in range(2, LONGEST_ANCHOR + 1):
            if begin + length > len(told):
                break
            _, other, more = told[begin + length - 1]
            mixed = (code * 0x9FB21C651E98DF25 + other) % 2**64
            code = int(finish(np.array([mixed], np.uint64))[0])
            bits += more
            if bits >= ANCHOR_BITS and length >= SHORTEST_ANCHOR:
                found.append((code, told[begin][0]))
                break
    return found


def test_anchors_are_those_of_a_slow_reading() -> None:
    for group in LONG[:2]:
        text = ORIGINALS[group].text[:600]
        own = fingerprint(text)
        slow = slow_anchors(text)
        assert len(slow) > 10
        assert list(zip(own.anchors.tolist(), own.at.tolist(), strict=True)) == slow


def test_synonyms_fall_together_and_other_words_do_not() -> None:
    plain = fingerprint("She bought a big house.")
    swapped = fingerprint("She bought a large house.")
    other = fingerprint("She bought a small house.")
    assert plain.code.tolist() == swapped.code.tolist()
    assert plain.key.tolist() != swapped.key.tolist()
    assert plain.code.tolist() != other.code.tolist()


def test_a_place_tells_what_the_words_before_it_leave_open() -> None:
    read = reader()
    text = "It was the end. On the other hand, 17 zorbles met at the end of the day."
    tokens = tokenise([text])
    ids = read.ngrams.token_ids(tokens).tolist()
    wanted = []
    for at in range(1, len(ids)):
        left = ids[at - 1]
        far = left if left == BREAK_ID else ids[at - 2]
        if tokens.is_word[at]:
            window = (np.array([number], np.int32) for number in (far, left, ids[at]))
            said = -float(read.ngrams.logprob(*window)[0][0])
            wanted.append({"17": 10.0, "zorbles": 20.0}.get(tokens.word(at), said))
        elif tokens.kind[at] == SENTENCE:
            wanted.append(0.0)
    assert fingerprint(text).told.tolist() == pytest.approx(wanted)


def test_a_table_for_another_vocabulary_is_refused() -> None:
    with pytest.raises(ModelError, match="made for the vocabulary"):
        words.read_words("0" * 64)


@given(
    st.lists(
        st.tuples(st.integers(0, 2**17 - 1), st.floats(0, 1), st.floats(0, 1)),
        max_size=20,
    )
)
def test_what_is_packed_comes_out_again(rows: list[tuple[int, float, float]]) -> None:
    group, survival, kept = (np.array(c) for c in (zip(*rows, strict=True) if rows else ([],) * 3))
    table = words.Words(
        group.astype(np.int32), survival.astype(np.float32), kept.astype(np.float32)
    )
    found = words.unpack(words.pack(table))
    assert np.array_equal(found.group, table.group)
    assert np.abs(found.survival - table.survival).max(initial=0) <= 0.5 / words.LEVELS + 1e-6
    assert np.abs(found.kept - table.kept).max(initial=0) <= 0.5 / words.LEVELS + 1e-6


# Candidates

anchor_lists = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=150)


def as_arrays(
    rows: Sequence[tuple[int, int]],
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    return (
        np.array([h for h, _ in rows], np.uint64),
        np.array([p for _, p in rows], np.int64),
    )


@given(anchor_lists)
def test_links_are_those_of_pages_with_an_anchor_in_common(rows: list[tuple[int, int]]) -> None:
    found = candidates.links(candidates.Groups.of(*as_arrays(rows))).tolist()
    groups = defaultdict(set)
    for anchor, page in rows:
        groups[anchor].add(page)
    counts: dict[tuple[int, ...], int] = defaultdict(int)
    for left, right, _ in found:
        assert left < right
        counts[left, right] += 1
    for pair in combinations(range(31), 2):
        shared = [g for g in groups.values() if {*pair} <= g]
        assert counts[pair] <= len(shared)
        assert counts[pair] >= sum(len(g) <= candidates.ALL for g in shared)
    # However large a group is, its links grow with its pages and not with their square.
    assert len(found) <= sum((candidates.NEXT + candidates.ALL) * len(g) for g in groups.values())
    for group in groups.values():
        pairs = [(a, b) for a, b, _ in found if {a, b} <= group]
        if len(group) > 1:
            assert components(pairs) == [sorted(group)]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(4, 7), st.integers(0, 1)), max_size=40),
    st.lists(st.integers(1, 12), min_size=8, max_size=8),
)
def test_pairs_are_chosen_by_how_many_anchors_they_share(
    rows: list[tuple[int, int, int]], sizes: list[int]
) -> None:
    found = np.array(rows, np.int64).reshape(-1, 3)
    pairs = set(map(tuple, candidates.chosen(found, np.array(sizes, np.int32)).tolist()))
    for pair in {row[:2] for row in rows}:
        own = [large for left, right, large in rows if (left, right) == pair]
        others = len(own) - sum(own)
        enough = (others >= candidates.LEAST_SHARED and others >= sum(own)) or (
            len(own) >= candidates.LEAST_SHARED
            and len(own) >= candidates.BOILERPLATE * min(sizes[p] for p in pair)
        )
        assert (pair in pairs) == enough


# Pairs


@pytest.mark.parametrize("group", LONG[:12])
def test_a_spun_version_matches_its_original(group: str) -> None:
    original, version = ORIGINALS[group].text, spun(group)
    match = copies.same_source(original, version)
    assert (match.kind, match.is_whole) == (Kind.SPUN, True)
    assert match.probability > 0.9
    assert len(match.substitutions) >= 5
    ends = 0
    for passage in match.passages:
        assert ends <= passage.start < passage.end <= len(original)
        assert 0 <= passage.other_start < passage.other_end <= len(version)
        ends = passage.end
        for s in passage.substitutions:
            assert original[s.start : s.end] == s.before
            assert version[s.other_start : s.other_end] == s.after
            assert s.before.lower() != s.after.lower()
            assert passage.start <= s.start < s.end <= passage.end
    back = copies.same_source(version, original)
    assert back.kind is Kind.SPUN
    assert back.covered == pytest.approx(match.covered, abs=0.05)


def test_different_texts_do_not_match() -> None:
    texts = [ORIGINALS[g].text for g in ORIGINALS]
    pairs = list(combinations(range(len(texts)), 2))[::37]
    assert len(pairs) > 150
    for a, b in pairs:
        assert not copies.same_source(texts[a], texts[b]).is_copy


def test_a_shortened_copy_is_not_called_spun() -> None:
    for group in LONG[:6]:
        text = ORIGINALS[group].text
        match = copies.same_source(text, text[: len(text) // 2].rpartition(" ")[0])
        assert match.kind is Kind.UNSPUN
        assert not match.substitutions
        assert match.covered > 0.9
        assert match.covered_longer < 0.6


@given(any_text | hostile_text, any_text | hostile_text)
def test_any_two_texts_can_be_compared(a: str, b: str) -> None:
    match = copies.same_source(a, b)
    assert 0 <= match.probability <= 1
    assert 0 <= match.covered <= 1
    json.dumps(match.to_dict(), allow_nan=False)


@given(st.lists(st.sampled_from(ORIGINALS[LONG[0]].text.split()), min_size=0, max_size=200))
@settings(max_examples=30)
def test_counts_of_passages_add_up(found: list[str]) -> None:
    a, b = fingerprint(ORIGINALS[LONG[0]].text), fingerprint(" ".join(found))
    shared, tally = passages.passages(a, b)
    assert tally.words == tally.same + tally.synonyms + tally.replaced + tally.moved
    assert tally.matched <= tally.expected * 2 + 1e-6
    assert 0 <= tally.told <= min(a.told.sum(), b.told.sum()) * (1 + 1e-6)
    assert 0 <= tally.stops_matched <= tally.stops
    assert (tally.words > 0) == bool(shared)


# Collections


def test_versions_are_found_together_and_the_original_comes_first() -> None:
    items = [(t.id, t.text) for g in LONG[:20] for t in [*VERSIONS[g][:3], ORIGINALS[g]]]
    items += [(t.id, t.text) for g, t in ORIGINALS.items() if g not in LONG[:20]]
    found = copies.find_copies(items)
    whole = {frozenset(c.pages) for c in found}
    wanted = [frozenset([*(t.id for t in VERSIONS[g][:3]), ORIGINALS[g].id]) for g in LONG[:20]]
    assert sum(ids in whole for ids in wanted) >= 18
    assert all(c.kind is Kind.SPUN for c in found)
    firsts = {c.pages[0] for c in found}
    assert sum(ORIGINALS[g].id in firsts for g in LONG[:20]) >= 18


def test_a_part_of_a_page_is_found_within_another() -> None:
    group, host = LONG[0], ORIGINALS[LONG[1]].text
    sentences = ORIGINALS[group].text.split(". ")
    part = ". ".join(sentences[len(sentences) // 4 : 3 * len(sentences) // 4])
    page = f"{host[: len(host) // 2]}\n\n{part}.\n\n{host[len(host) // 2 :]}"
    match = copies.same_source(ORIGINALS[group].text, page)
    assert match.is_copy
    assert not match.is_whole
    (found,) = copies.find_copies(
        [("o", ORIGINALS[group].text), ("s", VERSIONS[group][0].text), ("p", page)]
    )
    assert found.pages[0] == "o"
    assert (len(found.pages), found.parts) == (2, ("p",))


def test_a_page_merged_of_two_sources_joins_no_clusters() -> None:
    a, b = LONG[0], LONG[1]
    first, second = spun(a), spun(b)
    merged = first[: len(first) // 2].rpartition(". ")[0] + ". " + second[len(second) // 2 :]
    items = [("merged", merged)]
    for group in (a, b):
        items += [(t.id, t.text) for t in (ORIGINALS[group], VERSIONS[group][0])]
    found = copies.find_copies(items)
    assert sorted(len(c.pages) for c in found) == [2, 2]
    assert all(c.parts == ("merged",) for c in found)


def test_boilerplate_of_a_site_makes_no_cluster() -> None:
    pages = [f"{t.text}\n\n{FOOTER}" for t in list(ORIGINALS.values())[:80]]
    assert fingerprint(FOOTER).n_words >= 50
    assert len(fingerprint(FOOTER).anchors) > 10
    assert copies.find_copies(pages) == []
    # A copy among them is found nevertheless, and nothing else.
    group = LONG[0]
    (found,) = copies.find_copies([*pages, f"{spun(group)}\n\n{FOOTER}"])
    assert {*found.numbers} == {list(ORIGINALS).index(group), len(pages)}


def test_a_footer_on_thin_pages_makes_no_cluster() -> None:
    pages = [f"{t.text[:350]}\n\n{FOOTER}" for t in list(ORIGINALS.values())[:80]]
    largest = max((len(c.numbers) for c in copies.find_copies(pages)), default=0)
    assert largest < candidates.LARGE


def test_a_hundred_versions_are_one_cluster() -> None:
    random = np.random.default_rng(0)
    group = max(LONG, key=lambda g: len(VERSIONS[g]))
    versions = [t.text.split(". ") for t in VERSIONS[group]]
    shortest = min(map(len, versions))
    mixed = [
        ". ".join(versions[random.integers(len(versions))][at] for at in range(shortest))
        for _ in range(100)
    ]
    (found,) = copies.find_copies(mixed)
    assert len(found.pages) >= 98


def test_exact_copies_are_told_without_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("identical pages were compared")

    monkeypatch.setattr(search, "matched", refuse)
    monkeypatch.setattr(member_pairs, "matched", refuse)
    text = ORIGINALS[LONG[0]].text
    (found,) = copies.find_copies([text] * 300 + [text.upper()])
    assert found.kind is Kind.EXACT
    assert found.pages == tuple(range(301))
    assert len(found.pairs) == 300
    assert {p.match.kind for p in found.pairs} == {Kind.EXACT}


def test_empty_and_tiny_pages_match_nothing() -> None:
    tiny = " ".join(ORIGINALS[LONG[0]].text.split()[: LEAST_WORDS // 2])
    assert copies.find_copies(["", "", " \n", tiny, tiny, "\ud800", "7 7 7"]) == []
    assert copies.same_source(tiny, tiny).kind is Kind.DIFFERENT
    assert copies.find_copies([]) == []


def test_the_earliest_date_tells_the_original_if_all_versions_have_one() -> None:
    group = LONG[0]
    original, version = ORIGINALS[group].text, spun(group)
    (found,) = copies.find_copies(
        [copies.Page("o", original, "2026-05-02"), copies.Page("s", version, "2026-05-01")]
    )
    assert found.pages == ("s", "o")
    (found,) = copies.find_copies(
        [copies.Page("s", version, "2026-05-01"), copies.Page("o", original)]
    )
    assert found.pages == ("o", "s")


def test_two_pages_with_one_id_are_told_apart_by_number() -> None:
    group = LONG[0]
    (found,) = copies.find_copies([("x", spun(group)), ("x", ORIGINALS[group].text)])
    assert (found.pages, found.numbers) == (("x", "x"), (1, 0))
    record = json.loads(json.dumps(found.to_dict()))
    assert [p["number"] for p in record["pages"]] == [1, 0]
    assert record["pairs"][0]["numbers"] == [1, 0]


def test_what_is_no_page_is_refused() -> None:
    with pytest.raises(InputError, match="a page is a text or an"):
        copies.find_copies([("a", 7)])  # type: ignore[list-item]


# Clusters

edges = st.lists(
    st.builds(
        lambda a, b, whole: Edge(min(a, b), max(a, b), whole),
        st.integers(0, 12),
        st.integers(13, 25),
        st.booleans(),
    ),
    max_size=40,
)


@given(edges)
def test_no_page_is_a_version_twice_and_parts_are_no_versions(found: list[Edge]) -> None:
    made = list(grouped(found))
    versions = [page for pages, _ in made for page in pages]
    assert len(versions) == len(set(versions))
    for pages, parts in made:
        assert len(pages) + len(parts) >= 2
        assert not {*parts} & {*versions}
        for part in parts:
            assert any({part, page} == {e.left, e.right} for e in found for page in pages)
    whole = components((e.left, e.right) for e in found if e.is_whole)
    assert [pages for pages, _ in made][: len(whole)] == whole


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(LEAST_WORDS - 1, LEAST_WORDS + 1)), max_size=30
    )
)
def test_duplicates_are_those_of_a_slow_search(rows: list[tuple[int, int]]) -> None:
    hashes = [row[0] * 10 + row[1] for row in rows]
    found = Duplicates.of(np.array(hashes, np.uint64), np.array([n for _, n in rows], np.int32))
    for at, row in enumerate(rows):
        expected = -1 if row[1] < LEAST_WORDS else rows.index(row)
        assert found.first[at] == expected


def test_an_exact_match_covers_both_texts() -> None:
    own = fingerprint(ORIGINALS[LONG[0]].text)
    match = exact(own, own)
    assert (match.passages[0].start, match.passages[0].end) == (0, len(own.text))
    assert (
        clusters.Cluster(("a",), (), (Kind.DIFFERENT,), (0,), (None,), (0.0,), ()).kind
        is Kind.EXACT
    )

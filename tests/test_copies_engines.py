"""Copies on the engines that collections larger than a machine need."""

import struct
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from test_copies import FOOTER, LONG, ORIGINALS, VERSIONS, spun

from spindetect import copies
from spindetect.errors import InputError


def pages() -> list[tuple[str, str]]:
    """Some originals, spun versions of half of them, and a copy of one."""
    found = [(f"o{g}", ORIGINALS[g].text) for g in LONG[:12]]
    found += [(f"s{g}", spun(g)) for g in LONG[:6]]
    return [*found, ("x", ORIGINALS[LONG[0]].text.upper()), ("tiny", "Hm."), ("empty", "")]


@pytest.mark.filterwarnings("ignore")
def test_spark_finds_the_pairs_that_the_function_finds(session: Any) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    from spindetect.copies.spark import copies as found

    rows = [*pages(), ("null", None)]
    df = session.createDataFrame(rows, "name string, body string")
    pairs = {
        (row["first"], row["second"]): row["kind"]
        for row in found(df, id="name", text="body").collect()
    }
    clusters = copies.find_copies(pages())
    ids = {frozenset(pair) for c in clusters for pair in combinations(c.pages, 2)}
    # A spun version is paired with the first of two equal originals only.
    twin = {frozenset({"x", f"s{LONG[0]}"})}
    assert {frozenset(pair) for pair in pairs} == ids - twin
    assert pairs[f"o{LONG[0]}", "x"] == "exact"
    assert sum(kind == "spun" for kind in pairs.values()) == 6
    with pytest.raises(InputError, match="there is no column"):
        found(df)


@pytest.mark.filterwarnings("ignore")
def test_spark_pairs_no_pages_for_the_footer_of_their_site(session: Any) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    from spindetect.copies.spark import copies as found

    rows = [(t.id, f"{t.text}\n\n{FOOTER}") for t in list(ORIGINALS.values())[:80]]
    rows.append(("spun", f"{spun(LONG[0])}\n\n{FOOTER}"))
    (pair,) = found(session.createDataFrame(rows, "id string, text string")).collect()
    assert {pair["first"], pair["second"]} == {ORIGINALS[LONG[0]].id, "spun"}


@pytest.mark.filterwarnings("ignore")
def test_datatrove_brings_versions_into_one_bucket(tmp_path: Path) -> None:
    # All of its deduplication needs packages of its extra "processing".
    for name in ("regex", "xxhash", "tokenizers", "nltk", "datatrove"):
        pytest.importorskip(name, reason=f"{name} is not installed")
    from datatrove.data import Document

    from spindetect.copies.datatrove import COPIES, CopySignature

    found = [(g, t) for g in LONG[:10] for t in (ORIGINALS[g].text, VERSIONS[g][0].text)]
    texts = [*(text for _, text in found), "Hm.", ""]
    step = CopySignature(str(tmp_path))
    documents = (Document(text=text, id=str(at)) for at, text in enumerate(texts))
    assert list(step.run(documents) or ()) == []
    size = struct.calcsize(f"<{COPIES.hashes_per_bucket}{COPIES.hash_config.struct_format}I")
    together = defaultdict(set)
    for bucket in sorted(tmp_path.glob("bucket_*/*.sig")):
        content = bucket.read_bytes()
        for at in range(0, len(content), size):
            record = content[at : at + size]
            together[bucket.parent.name, record[:-4]].add(struct.unpack("<I", record[-4:])[0])
    pairs = {pair for numbers in together.values() for pair in combinations(sorted(numbers), 2)}
    wanted = {(2 * at, 2 * at + 1) for at in range(10)}
    assert len(pairs & wanted) >= 9
    assert not pairs - wanted

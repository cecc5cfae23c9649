"""Reading labelled texts: both layouts, and what is said of bad ones."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from spindetect.benchmark.texts import Text, family_of, read_texts
from spindetect.errors import InputError


def put(path: Path, *rows: Any) -> Path:
    """Write rows as JSONL, packed by the name of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    match path.suffix:
        case ".xz":
            content = lzma.compress(content)
        case ".gz":
            content = gzip.compress(content)
    path.write_bytes(content)
    return path


def labelled(label: str, text: str, group: str = "g", **more: Any) -> dict[str, Any]:
    return {"id": text, "group": group, "label": label, "text": text} | more


def message(data: Path) -> str:
    """The complaint about bad data: one sentence without a full stop, as the command adds it."""
    with pytest.raises(InputError) as caught:
        read_texts(data)
    said = str(caught.value)
    assert "\n" not in said
    assert not said.endswith(".")
    return said


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.xz"])
def test_aligned_rows_become_two_texts(tmp_path: Path, name: str) -> None:
    row = {"id": "1", "group": "g", "register": "news", "tool": "t", "original": "O", "spun": "S"}
    put(tmp_path / name, row)
    expected = [
        Text("1", "g", "news", "", "original", "O"),
        Text("1", "g", "news", "t", "spun", "S", None, "O"),
    ]
    assert read_texts(tmp_path) == expected
    assert read_texts(tmp_path / name) == expected


def test_labelled_rows_find_their_originals(tmp_path: Path) -> None:
    put(
        tmp_path / "a.jsonl",
        labelled("spun", "a big cat", tool="t", strength=0.2, register="pets"),
        labelled("original", "quite another thing"),
        labelled("original", "a large cat"),
        labelled("mixed", "a large cat or big", tool="t"),
        labelled("spun", "alone", "h"),
        labelled("clean", "not spun"),
    )
    # The same group in another file is another matter.
    put(tmp_path / "b.jsonl", labelled("original", "a big cat"))
    texts = {t.text: t for t in read_texts(tmp_path / "a.jsonl")}
    assert texts["a big cat"] == Text(
        "a big cat", "g", "pets", "t", "spun", "a big cat", 0.2, "a large cat"
    )
    assert texts["a large cat or big"].original == "a large cat"
    assert texts["alone"].original is None
    assert texts["alone"].tool == "a"
    assert texts["not spun"].tool == ""
    assert len(read_texts(tmp_path)) == 7


def test_the_label_may_be_the_name_of_the_folder(tmp_path: Path) -> None:
    put(tmp_path / "human" / "news.jsonl.xz", {"id": 1, "group": "g", "text": "H"})
    put(tmp_path / "spun" / "tool.jsonl", {"text": "S"}, labelled("clean", "C"))
    (tmp_path / "corpora").mkdir()
    (tmp_path / "corpora" / "counted.txt").write_text("no text to score")
    texts = read_texts(tmp_path)
    assert [(t.label, t.text, t.register, t.tool) for t in texts] == [
        ("human", "H", "news", ""),
        ("spun", "S", "tool", "tool"),
        ("clean", "C", "tool", ""),
    ]
    # Without a group a text is its own.
    assert [t.group for t in texts] == ["g", "tool.jsonl:1", "g"]


def test_hidden_files_are_left_out(tmp_path: Path) -> None:
    put(tmp_path / "a.jsonl", labelled("human", "seen"))
    put(tmp_path / ".cache" / "b.jsonl", labelled("human", "unseen"))
    put(tmp_path / ".c.jsonl", labelled("human", "unseen"))
    assert [t.text for t in read_texts(tmp_path)] == ["seen"]


def test_folders_of_plain_text(tmp_path: Path) -> None:
    for name, text in {
        "arxiv/og/12-ORIG-3.txt": "first",
        "arxiv/MG/12-SPUN-3.txt": "second",
        "arxiv/mg/13-SPUN-1.txt": "third",
        "wiki/Original/x.txt": "fourth",
        "wiki/spun/x.txt": "fifth",
        "wiki/notes.txt": "no label",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    texts = {t.text: t for t in read_texts(tmp_path)}
    assert set(texts) == {"first", "second", "third", "fourth", "fifth"}
    assert [texts[n].label for n in ("first", "second", "third")] == ["original", "spun", "spun"]
    # Versions of one source have a group, but only files of one name are a pair.
    assert texts["first"].group == texts["second"].group == "12"
    assert texts["second"].original is None
    assert texts["fifth"].original == "fourth"
    assert texts["third"].tool == texts["third"].register == "arxiv"


def test_plain_text_in_latin_1(tmp_path: Path) -> None:
    (tmp_path / "spun").mkdir()
    (tmp_path / "spun" / "a.txt").write_bytes("caf\u00e9".encode("latin-1"))
    (tmp_path / "spun" / "b.txt").write_bytes("\ufeffcaf\u00e9".encode())
    assert [t.text for t in read_texts(tmp_path)] == ["caf\u00e9", "caf\u00e9"]
    assert read_texts(tmp_path)[0].tool == tmp_path.name


def test_samples_are_the_same_groups_in_every_file(tmp_path: Path) -> None:
    rows = [{"group": f"g{i}", "original": f"o{i}", "spun": f"s{i}"} for i in range(40)]
    put(tmp_path / "a.jsonl", *rows)
    put(tmp_path / "b.jsonl", *reversed(rows))
    sampled = read_texts(tmp_path, 10)
    first, second = sampled[:10], sampled[10:]
    assert {t.group for t in first} == {t.group for t in second}
    assert len({t.group for t in first}) == 5
    assert sampled == read_texts(tmp_path, 10)
    # A larger sample holds the smaller one.
    assert set(first) <= set(read_texts(tmp_path / "a.jsonl", 20))
    # What is cut off stays known as the original.
    assert read_texts(tmp_path / "a.jsonl", 1)[0].label == "original"
    assert all(t.original == "o" + t.group[1:] for t in sampled if t.label == "spun")


def test_samples_of_folders_of_plain_text(tmp_path: Path) -> None:
    for label in ("og", "mg"):
        (tmp_path / label).mkdir()
        for i in range(20):
            (tmp_path / label / f"{i}-{'ORIG' if label == 'og' else 'SPUN'}-1.txt").write_text("x")
    texts = read_texts(tmp_path, 6)
    groups = [{t.group for t in texts if t.label == label} for label in ("original", "spun")]
    assert groups[0] == groups[1]
    assert len(groups[0]) == 6


def test_nothing_there(tmp_path: Path) -> None:
    assert "no such file or folder" in message(tmp_path / "gone")
    assert "holds no texts" in message(tmp_path)
    (tmp_path / "a.jsonl").write_text("\n")
    assert "holds no texts" in message(tmp_path)
    (tmp_path / "a.jsonl").unlink()
    (tmp_path / "unlabelled").mkdir()
    (tmp_path / "unlabelled" / "a.txt").write_text("x")
    assert "mg or og" in message(tmp_path)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2: not JSON"),
        ("[1]", "line 2: not a JSON object"),
        ('{"text": "x"}', "line 2: a line needs"),
        ('{"text": "x", "label": "span"}', "line 2: a line needs"),
        ('{"label": "spun"}', "line 2: a line needs"),
        ('{"text": "x", "label": ["spun"]}', "line 2: a line needs"),
        ('{"original": "x"}', "line 2: a line needs"),
        ('{"text": "x", "label": "spun", "strength": "much"}', "strength must be a number"),
    ],
)
def test_bad_lines(tmp_path: Path, line: str, complaint: str) -> None:
    path = put(tmp_path / "a.jsonl", labelled("spun", "fine"))
    path.write_text(path.read_text() + line + "\n")
    assert complaint in message(tmp_path)


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.xz"])
def test_damaged_files(tmp_path: Path, name: str) -> None:
    path = put(tmp_path / name, labelled("spun", "fine"))
    path.write_bytes(path.read_bytes()[:-9])
    assert "damaged" in message(tmp_path)
    path.write_bytes(b"not packed at all")
    assert "damaged" in message(tmp_path)


def test_families() -> None:
    assert family_of("textattack-word-swap-wordnet-lax") == "textattack"
    assert family_of("turbo_spinner") == "turbo"
    assert family_of("quillbot-creative-3") == "quillbot"
    assert family_of("web_pages") == "web_pages"

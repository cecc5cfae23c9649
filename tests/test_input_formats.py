"""Tables, archives, packed files and patterns: each document once, or a clear sentence."""

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spindetect.inputs import Document, Fields, Kind, documents, read
from spindetect.inputs.arrow import pyarrow

ROWS: list[dict[str, Any]] = [
    {"id": 7, "text": "One.", "url": "a", "tags": ["x"]},
    {"id": 8, "text": None, "url": "b", "tags": None},
    {"id": None, "text": "Three.", "url": None, "tags": []},
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def of_bytes(content: bytes, kind: Kind = Kind.AUTO) -> list[Document]:
    """Documents of a stream of this content."""
    return list(read("s", io.BufferedReader(io.BytesIO(content)), kind, Fields()))


class TestTables:
    @pytest.fixture(autouse=True)
    def pa(self) -> Any:
        pytest.importorskip("pyarrow")
        return pyarrow()

    @pytest.fixture(params=["a.parquet", "a.arrow", "stream.arrow", "plain"])
    def table(self, request: pytest.FixtureRequest, pa: Any) -> str:
        """A table of `ROWS` in each format, told by its name or its content."""
        name: str = request.param
        write(pa, name, pa.Table.from_pylist(ROWS))
        return name

    def test_rows(self, table: str) -> None:
        found = list(documents([table]))
        assert found == [
            Document(7, text="One."),
            Document(8, error=f'{table}, row 2: no string in a field "text" or "html".'),
            Document(f"{table}:3", text="Three."),
        ]
        assert [dict(document.row) for document in found] == ROWS

    def test_any_columns(self, pa: Any) -> None:
        rows = [{"page": "p", "body": None, "raw": b"<p>Hi."}, {"page": "q", "body": "Ho."}]
        write(pa, "a.parquet", pa.Table.from_pylist(rows))
        found = list(documents(["a.parquet"], fields=Fields("body", "raw", "page")))
        assert found == [Document("p", html=b"<p>Hi."), Document("q", text="Ho.")]

    def test_without_the_column(self, pa: Any) -> None:
        write(pa, "a.parquet", pa.table({"id": [1], "body": ["Hi."]}))
        (found,) = documents(["a.parquet"])
        assert found.error == ('a.parquet: no column "text" or "html"; its columns are: id, body.')

    @pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
    def test_damage(self, name: str, pa: Any) -> None:
        write(pa, name, pa.table({"text": ["Words that repeat. " * 99] * 999}))
        whole = Path(name).read_bytes()
        for content in (b"", b"nothing", whole[:-9], b"?" * len(whole)):
            Path(name).write_bytes(content)
            *_, last = documents([name])
            assert last.error is not None
            assert last.error.startswith(f"{name}: not ")
            assert last.error.endswith(").")

    def test_more_rows_than_are_decoded_together(self, pa: Any) -> None:
        texts = [str(i) for i in range(1000)]
        write(pa, "a.parquet", pa.table({"text": texts}))
        assert [d.text for d in documents(["a.parquet"])] == texts

    def test_times_that_python_does_not_have(self, pa: Any) -> None:
        nanoseconds = pa.array([1], pa.timestamp("ns"))
        write(pa, "a.parquet", pa.table({"text": ["Hi."], "time": nanoseconds}))
        (found,) = documents(["a.parquet"])
        assert "1970-01-01" in str(found.row["time"])


def write(pa: Any, name: str, table: Any) -> None:
    """Write a table in the format of its name."""
    if name.endswith(".parquet") or name == "plain":
        pa.parquet.write_table(table, name)
        return
    writer = pa.ipc.new_stream if name.startswith("stream") else pa.ipc.new_file
    with Path(name).open("wb") as stream, writer(stream, table.schema) as sink:
        sink.write_table(table)


def test_tables_need_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (found,) = of_bytes(b"PAR1....")
    assert found.error == (
        's: Parquet and Arrow are read and written by pyarrow: pip install "spindetect[parquet]".'
    )


def record(
    body: bytes, id: str = "1", *, kind: str = "response", length: int | None = None
) -> bytes:
    """A record of a WARC file; `length` is what it says its length was."""
    form = "text/plain" if kind == "conversion" else "application/http; msgtype=response"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <{id}>\r\n"
        f"WARC-Target-URI: http://{id}.example/\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
        f"Content-Type: {form}\r\nContent-Length: {len(body) if length is None else length}\r\n"
    )
    return head.encode() + b"\r\n" + body + b"\r\n\r\n"


def page(text: str, form: str = "text/html", encoding: str = "utf-8", more: str = "") -> bytes:
    """What a server sent."""
    return f"HTTP/1.1 200 OK\r\nContent-Type: {form}\r\n{more}\r\n".encode() + text.encode(encoding)


class TestArchives:
    @pytest.mark.parametrize("pack", [bytes, gzip.compress])
    def test_pages_and_texts(self, pack: Callable[[bytes], bytes]) -> None:
        parts = [
            record(b"software: x", "info", kind="warcinfo"),
            record(b"GET / HTTP/1.1\r\n\r\n", "ask", kind="request"),
            record(page("<p>Caf\xe9", "text/html; charset=windows-1252", "cp1252"), "a"),
            record(page("\x89PNG", "image/png"), "b"),
            record(page("Plain.", "text/plain"), "c"),
            record("Café.".encode(), "d", kind="conversion"),
        ]
        Path("a.warc.gz").write_bytes(b"".join(map(pack, parts)))
        found = list(documents(["a.warc.gz"]))
        assert found == [
            Document("<a>", html="<p>Café"),
            Document("<c>", text="Plain."),
            Document("<d>", text="Café."),
        ]
        assert found[0].row == {"url": "http://a.example/", "date": "2026-01-01T00:00:00Z"}
        assert of_bytes(b"".join(parts)) == found

    @pytest.mark.parametrize("change", [-5, -1, 1, 40, 10_000, 10**13])
    def test_a_false_length_costs_only_its_record(self, change: int) -> None:
        body = page("<p>Two, which is somewhat longer than the others are.")
        content = b"".join([
            record(page("<p>One."), "1"),
            record(body, "2", length=len(body) + change),
            record(page("<p>Three."), "3"),
            record(page("<p>Four."), "4"),
        ])  # fmt: skip
        found = of_bytes(content)
        assert [d.id for d in found] == ["<1>", "<2>", "<3>", "<4>"]
        assert [d.html for d in found] == [b"<p>One.", None, b"<p>Three.", b"<p>Four."]
        assert found[1].error is not None
        assert found[1].error.startswith("s, record 2: ")
        assert "length" in found[1].error

    def test_a_length_that_is_none(self) -> None:
        bad = record(page("<p>One."), "1").replace(b"Content-Length: ", b"Content-Length: -")
        first, second = of_bytes(bad + record(page("<p>Two."), "2"))
        assert first.error == "s, record 1: no length in its header."
        assert second.html == b"<p>Two."

    def test_an_end_too_early(self) -> None:
        first, second = of_bytes(
            (record(page("<p>One.")) + record(page("<p>Two." * 99), "2"))[:-99]
        )
        assert first.html == b"<p>One."
        assert second.id == "<2>"
        assert second.error is not None
        assert "but the file ends before" in second.error

    def test_rubbish_between_records(self) -> None:
        content = b"".join(
            [record(page("<p>One."), "1"), b"rubbish\n", record(page("<p>Two."), "2")]
        )
        assert of_bytes(content)[-1] == Document("<2>", html=b"<p>Two.")

    def test_packed_pages(self) -> None:
        head = page("", more="Content-Encoding: gzip\r\n")
        found = of_bytes(
            record(head + gzip.compress(b"<p>Packed.")) + record(head + b"<p>Unpacked before.")
        )
        assert [d.html for d in found] == [b"<p>Packed.", b"<p>Unpacked before."]

    def test_binary_data_that_claim_to_be_a_page(self) -> None:
        (found,) = of_bytes(record(page("\x7fELF\0\0\0")))
        assert found.error == "s, record 1: binary data, not HTML."

    def test_a_page_that_a_zero_has_got_into(self) -> None:
        (found,) = of_bytes(record(page("<p>Boil the \0water.")))
        assert found.html == b"<p>Boil the \0water."

    @given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 300))
    def test_any_damage_leaves_documents_or_sentences(
        self, rubbish: bytes, place: int, lost: int
    ) -> None:
        whole = record(page("<p>One."), "1") + record(page("<p>Two."), "2")
        content = whole[:place] + rubbish + whole[place + lost :]
        for found in of_bytes(content, Kind.WARC):
            assert sum(v is not None for v in (found.text, found.html, found.error)) == 1


class TestPacked:
    @pytest.fixture(autouse=True)
    def zstandard(self) -> Any:
        return pytest.importorskip("zstandard")

    def test_frames_one_behind_the_other(self, zstandard: Any) -> None:
        pack = zstandard.ZstdCompressor().compress
        lines = [json.dumps({"id": i, "text": "Words. " * i}).encode() + b"\n" for i in range(99)]
        Path("a.jsonl.zst").write_bytes(pack(b"".join(lines[:50])) + pack(b"".join(lines[50:])))
        assert [d.id for d in documents(["a.jsonl.zst"])] == list(range(99))

    @pytest.mark.parametrize(
        ("cut", "error"), [(slice(-9), "end too early"), (slice(4, 9), "are damaged")]
    )
    def test_damage(self, zstandard: Any, cut: slice, error: str) -> None:
        packed = zstandard.ZstdCompressor().compress(b"Words. " * 999)
        content = packed[cut] if cut.start is None else packed[:4] + b"?" * 40
        (found,) = of_bytes(content)
        assert found.error == f"s: its Zstandard data {error}; get the file again."


def test_zstandard_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (found,) = of_bytes(b"\x28\xb5\x2f\xfd....")
    assert found.error == (
        's: Zstandard is read by the package zstandard: pip install "spindetect[zstd]".'
    )


def test_patterns() -> None:
    for name in ("b/x.txt", "b/y.md", "a/x.txt", "a/c/x.txt", "[.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(name)
    found = {
        pattern: [str(Path(d.text).as_posix()) for d in documents([pattern]) if d.text]
        for pattern in ("*/x.txt", "**/x.txt", "?", "[.txt", "b/*")
    }
    assert found == {
        "*/x.txt": ["a/x.txt", "b/x.txt"],
        "**/x.txt": ["a/c/x.txt", "a/x.txt", "b/x.txt"],
        "?": ["a/x.txt", "a/c/x.txt", "b/x.txt"],
        "[.txt": ["[.txt"],
        "b/*": ["b/x.txt", "b/y.md"],
    }
    (missing,) = documents(["*.pdf"])
    assert missing.error == "*.pdf: no file has such a name."


def test_rows_keep_their_other_columns() -> None:
    row = {"url": "x", "id": 1, "text": "Hi.", "n": [1.5, None]}
    Path("a.jsonl").write_text(json.dumps(row))
    (found,) = documents(["a.jsonl"])
    assert found.row == row

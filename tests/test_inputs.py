"""Reading: everything that holds text, and a clear sentence for everything else."""

import gzip
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from spindetect.inputs import Document, Fields, Kind, documents, streams
from spindetect.inputs import read as read_stream

TEXT = "One employee steered me that “the branch” would close.\nIt did."
BINARY = b"\x7fELF\x02\x01\x01\0\0\0" + bytes(range(256)) * 10


Write = Callable[[str, bytes | str], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """A function that writes a file into the current folder, which is empty at first."""
    monkeypatch.chdir(tmp_path)

    def written(name: str, content: bytes | str) -> str:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    return written


def only(path: str, kind: Kind = Kind.AUTO) -> Document:
    """The only document of a file."""
    (document,) = documents([path], kind=kind)
    return document


def read(content: bytes, kind: Kind) -> list[Document]:
    """Documents of a stream of this content."""
    stream = io.BufferedReader(io.BytesIO(content))
    return list(read_stream("stream", stream, kind, Fields()))


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
    def test_encodings_that_show_themselves(self, write: Write, encoding: str) -> None:
        assert only(write("a.txt", TEXT.encode(encoding))) == Document("a.txt", text=TEXT)

    def test_utf_16_of_the_other_byte_order(self, write: Write) -> None:
        content = b"\xfe\xff" + TEXT.encode("utf-16-be")
        assert only(write("a.txt", content)).text == TEXT

    @pytest.mark.parametrize("content", ["", " \n\t ", "word", "\n"])
    def test_little_is_a_text_too(self, write: Write, content: str) -> None:
        assert only(write("a.txt", content)).text == content

    def test_invalid_bytes_are_replaced(self, write: Write) -> None:
        assert only(write("a.txt", b"It was caf\xe9 time.")).text == "It was caf\ufffd time."

    def test_control_characters_in_a_text_are_kept(self, write: Write) -> None:
        text = "Words with \x01 a bell \x07 and \x1b[31mcolour\x1b[0m in them, but mostly words."
        assert only(write("a.txt", text)).text == text

    def test_line_ends_are_kept(self, write: Write) -> None:
        assert only(write("a.txt", "one\r\ntwo\rthree\n")).text == "one\r\ntwo\rthree\n"

    @pytest.mark.parametrize(
        "content",
        [BINARY, gzip.compress(BINARY), b"words\0words", b"\x01\x02\x03 a", b"\xff" * 50],
    )
    @pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a"])
    def test_binary_data_are_one_error(self, write: Write, content: bytes, name: str) -> None:
        document = only(write(name, content))
        assert document.error in (
            f"{name}: this is binary data, neither text nor HTML.",
            f"{name}: most of this is not text in UTF-8; if it is text, convert it first.",
        )

    @pytest.mark.parametrize("name", ["a.html", "a"])
    def test_a_page_that_zeros_have_got_into(self, write: Write, name: str) -> None:
        page = b"<!doctype html>\n<title>Tea\0</title>\n<p>Boil the \0water."
        assert only(write(name, page)).html == page
        assert only(write(name, b"<p>\0\1\2\3\0\0")).error is not None

    def test_twenty_megabytes_of_one_line(self, write: Write) -> None:
        text = "word " * 4_000_000
        assert only(write("a.txt", text)).text == text
        assert only(write("b.jsonl", json.dumps({"text": text}))).text == text

    def test_a_document_of_no_sensible_size(
        self, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(streams, "MAX_BYTES", 1_000_000)
        for name, content in [("a.txt", b"a" * 1_000_001), ("b.jsonl", b" " * 1_000_001)]:
            # Packed, this is a kilobyte.
            document = only(write(name + ".gz", gzip.compress(content)))
            assert document.error is not None
            assert "of more than 1 MB" in document.error


class TestKinds:
    @pytest.mark.parametrize(
        ("name", "content", "field"),
        [
            ("a.html", "<p>Hi.", "html"),
            ("a.HTM", "Hi.", "html"),
            ("a.txt", "<!doctype html><p>Hi.", "text"),
            ("a.md", "Hi.", "text"),
            ("a", '\n <?xml version="1.0"?><!-- x -->\n<!DOCTYPE HTML><p>Hi.', "html"),
            ("a", "<div>Hi.</div>", "html"),
            ("a", "<3 is a heart", "text"),
            ("a", '{"text": "Hi."}', "text"),
            ("a", '{"html": "Hi."}', "html"),
            ("a", "{Hi|Hello} there", "text"),
            ("a", "", "text"),
        ],
    )
    @pytest.mark.parametrize("packed", [False, True])
    def test_by_name_and_content(
        self, write: Write, name: str, content: str, field: str, packed: bool
    ) -> None:
        if packed:
            document = only(write(name + ".gz", gzip.compress(content.encode())))
        else:
            document = only(write(name, content))
        assert getattr(document, field) is not None
        assert document.error is None

    @pytest.mark.parametrize("kind", [Kind.TEXT, Kind.HTML])
    def test_by_choice(self, write: Write, kind: Kind) -> None:
        document = only(write("a.jsonl", '{"text": "Hi."}'), kind)
        assert document in (
            Document("a.jsonl", text='{"text": "Hi."}'),
            Document("a.jsonl", html=b'{"text": "Hi."}'),
        )

    def test_html_is_handed_on_as_bytes(self, write: Write) -> None:
        content = "<meta charset=cp1252>“Hi”".encode("cp1252")
        assert only(write("a.html", content)).html == content

    def test_gzip_is_told_by_content(self, write: Write) -> None:
        assert only(write("a.txt", gzip.compress(b"Hi."))).text == "Hi."
        assert only(write("b.txt.gz", b"Hi.")).text == "Hi."
        assert only(write("c.gz", gzip.compress(b"Hi") + gzip.compress(b"!"))).text == "Hi!"


class TestJsonl:
    def test_lines(self, write: Write) -> None:
        lines = [
            '{"id": "a", "text": "One."}\r',
            "",
            '{"id": 7, "html": "<p>Two.", "other": [1]}',
            '{"text": "Three. \\ud800 \\u2028"}',
            '{"id": null, "text": "", "html": "<p>Five."}',
            '{"id": 1.5, "text": null, "html": "<p>Six."}',
            '{"id": ["x"], "text": "Seven."}',
            '{"id": true, "text": "Eight."}',
        ]
        assert list(documents([write("a.jsonl", "\n".join(lines))])) == [
            Document("a", text="One."),
            Document(7, html="<p>Two."),
            Document("a.jsonl:4", text="Three. \ud800 \u2028"),
            Document("a.jsonl:5", text=""),
            Document("1.5", html="<p>Six."),
            Document('["x"]', text="Seven."),
            Document("true", text="Eight."),
        ]

    @pytest.mark.parametrize(
        ("line", "error"),
        [
            ("Hello.", "not JSON (Expecting value, column 1)"),
            ('{"text": "Hi."', "not JSON (Expecting ',' delimiter, column 15)"),
            ('"text"', 'not a JSON object such as {"id": "page-17", "text": "..."}'),
            ("[]", 'not a JSON object such as {"id": "page-17", "text": "..."}'),
            ("{}", 'no string in a field "text" or "html"'),
            ('{"text": 7}', 'no string in a field "text" or "html"'),
            ('{"text": ["Hi."]}', 'no string in a field "text" or "html"'),
            ('{"content": "Hi."}', 'no string in a field "text" or "html"'),
            ("[" * 100_000, "JSON with too long numbers or too deep nesting"),
            ("1" * 10_000, "JSON with too long numbers or too deep nesting"),
        ],
    )
    def test_a_bad_line_is_named_and_the_others_are_read(
        self, write: Write, line: str, error: str
    ) -> None:
        good = '{"text": "Good."}'
        path = write("a.jsonl", f"{good}\n{line}\n{good}\n")
        first, bad, last = documents([path])
        assert (first.text, last.text) == ("Good.", "Good.")
        assert bad == Document("a.jsonl:2", error=f"a.jsonl, line 2: {error}.")

    def test_a_bad_line_keeps_its_id(self, write: Write) -> None:
        assert only(write("a.jsonl", '{"id": "x", "text": 1}')).id == "x"

    def test_another_field(self, write: Write) -> None:
        path = write("a.jsonl", '{"content": "One."}\n{"text": "Two."}\n{"html": "Three."}')
        one, two, three = documents([path], fields=Fields(text="content"))
        assert one.text == "One."
        assert two.error == 'a.jsonl, line 2: no string in a field "content" or "html".'
        assert three.html == "Three."

    def test_no_lines_are_no_documents(self, write: Write) -> None:
        assert list(documents([write("a.jsonl", ""), write("b.jsonl", "\n \n")])) == []

    def test_utf_16(self, write: Write) -> None:
        content = f'{{"text": {json.dumps(TEXT)}}}\n' * 2
        path = write("a.jsonl", content.encode("utf-16"))
        assert [document.text for document in documents([path])] == [TEXT, TEXT]

    @given(st.lists(any_text, max_size=5), st.integers(1, 9))
    def test_any_text_comes_back(self, texts: list[str], size: int) -> None:
        content = "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()
        assert [document.text for document in read(content, Kind.JSONL)] == texts
        chunks = (content[i : i + size] for i in range(0, len(content), size))
        assert list(streams.lines(chunks, "utf-8")) == content.decode().splitlines()

    def test_lines_are_read_when_they_come(self) -> None:
        source, sink = os.pipe()
        with open(source, "rb") as stream, open(sink, "wb", buffering=0) as writer:  # noqa: PTH123
            found = read_stream("-", stream, Kind.AUTO, Fields())
            for number in range(3):
                writer.write(b'{"text": "%d"}\n' % number)
                # Would wait for ever if more than this line were needed.
                assert next(found).text == str(number)


class TestFilesAndFolders:
    def test_a_missing_file(self, write: Write) -> None:
        good = write("b.txt", "Hi.")
        missing, found = documents(["a.txt", good])
        assert missing == Document("a.txt", error="a.txt: there is no such file or folder.")
        assert found.text == "Hi."

    @pytest.mark.parametrize("path", ["", "a\0b", "x" * 5_000])
    def test_impossible_names(self, write: Write, path: str) -> None:
        assert only(path).error is not None

    @pytest.mark.skipif(sys.platform == "win32", reason="needs the permissions of POSIX")
    def test_a_file_that_may_not_be_read(self, write: Write) -> None:
        path = write("a.txt", "Hi.")
        Path(path).chmod(0)
        if os.access(path, os.R_OK):
            pytest.skip("this user may read everything")
        assert only(path).error == "a.txt: no permission to read it."

    def test_a_folder_in_order_of_names(self, write: Write) -> None:
        for name in ("d/b.txt", "d/a.HTML", "d/e/c.htm", "d/c/z.txt", "d/f.txt.gz"):
            write(name, "Hi.")
        for name in ("d/x.pdf", "d/README.md", "d/.hidden.txt", "d/.git/y.txt", "d/txt"):
            write(name, "Hi.")
        write("d/g.jsonl", '{"text": "Hi."}\n{"text": "Ho."}')
        found = [Path(str(document.id)).as_posix() for document in documents(["d"])]
        assert found == [
            "d/a.HTML",
            "d/b.txt",
            "d/f.txt.gz",
            "d/g.jsonl:1",
            "d/g.jsonl:2",
            "d/c/z.txt",
            "d/e/c.htm",
        ]

    def test_a_folder_without_documents(self, write: Write) -> None:
        write("d/x.pdf", "Hi.")
        assert only("d").error == (
            "d: no files in this folder end in .txt, .html, .htm, .xhtml, .jsonl, .ndjson, "
            ".parquet, .pq, .arrow, .feather, .warc, .wet or these and .gz or .zst."
        )

    def test_the_file_that_is_written_is_not_read(self, write: Write) -> None:
        write("d/a.txt", "Hi.")
        output = Path(write("d/out.jsonl", ""))
        assert [d.id for d in documents(["d"], skip=[output])] == [str(Path("d/a.txt"))]
        assert [d.id for d in documents(["d"], skip=[Path("new.jsonl")])] == [str(Path("d/a.txt"))]

    @pytest.mark.parametrize(
        ("content", "error"),
        [
            (gzip.compress(TEXT.encode() * 999)[:-20], "its gzip data end too early; get"),
            (gzip.compress(TEXT.encode())[:8] + b"x" * 50, "its gzip data are damaged; get"),
        ],
    )
    def test_packed_files_that_cannot_be_read(
        self, write: Write, content: bytes, error: str
    ) -> None:
        document = only(write("a.txt.gz", content))
        assert document.error is not None
        assert document.error.startswith(f"a.txt.gz: {error}")

    def test_damaged_gzip_keeps_the_lines_before_the_damage(self, write: Write) -> None:
        random = Random(1)
        texts = (random.randbytes(90).hex() for _ in range(5_000))
        lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
        path = write("a.jsonl.gz", gzip.compress(lines.encode())[:-50_000])
        *read, last = documents([path])
        assert len(read) > 1_000
        assert all(document.text for document in read)
        assert last.error == "a.jsonl.gz: its gzip data end too early; get the file again."

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for content, kind in ((b"Hi.", Kind.AUTO), (gzip.compress(b"Hi."), Kind.TEXT)):
            stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(content)))
            monkeypatch.setattr(sys, "stdin", stdin)
            assert only("-", kind) == Document("-", text="Hi.")


@given(
    st.binary(max_size=200) | st.binary(max_size=60).map(gzip.compress), st.sampled_from(list(Kind))
)
def test_any_bytes_are_a_document_or_a_clear_sentence(content: bytes, kind: Kind) -> None:
    for document in read(content, kind):
        values = [document.text, document.html, document.error]
        assert sum(value is not None for value in values) == 1
        if document.error is not None:
            assert document.error.startswith("stream")
            assert document.error.endswith(".")


@given(st.binary(max_size=200))
def test_any_file_is_read_like_the_stream_of_its_bytes(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        path.write_bytes(content)
        found = [(d.text, d.html) for d in documents([path])]
    assert found == [(d.text, d.html) for d in read(content, Kind.AUTO)]

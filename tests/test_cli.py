"""The command, as a user meets it: in a process of its own.

Most tests run twice, with a detector that knows one word and with the model that ships.
"""

import dataclasses
import gzip
import io
import json
import os
import shlex
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stub_cli import StubDetector, detector

import spindetect
from spindetect import cli, streaming
from spindetect.inputs import Document
from spindetect.report import Report

ROOT = Path(__file__).parent.parent
COMMANDS = {
    "stub": [sys.executable, str(ROOT / "tests" / "stub_cli.py")],
    "model": [sys.executable, "-m", "spindetect"],
}
HAS_MODEL = (ROOT / "spindetect" / "model").is_dir()
needs_model = pytest.mark.skipif(not HAS_MODEL, reason="the model has not been built")
# No network in these processes either, and the package that stands here.
ENVIRONMENT = os.environ | {
    "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "offline"), str(ROOT)]),
    "PYTHONWARNINGS": "error",
}

# Sixty words and more, so that the model gives a verdict.
CLEAN = (
    "The council met on Tuesday evening to discuss the new library. Most of the members agreed "
    "that the old building had become too small, and that the roof could not be repaired for the "
    "money that was left. One of them said that he had been told in March that the work would "
    "begin in the summer. Nobody at the table could say who had promised that, or why it had not "
    "happened. The vote was put off until next month, when the plans will be shown to the public."
)
SPUN = (
    "The council met on Tuesday nighttime to speak about the brand new library. Maximum of the "
    "contributors agreed that the antique constructing had turn out to be too small, and that the "
    "roof could not be repaired for the cash that become left. One employee steered me that he "
    "had been knowledgeable in March that the paintings would start inside the summer season. No "
    "person on the desk may want to say who had promised that, or why it had now not took place."
)


@pytest.fixture(params=["stub", pytest.param("model", marks=needs_model)])
def command(request: pytest.FixtureRequest) -> list[str]:
    """The beginning of a command line."""
    return COMMANDS[request.param]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which holds a few documents."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clean.txt").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "spun.txt").write_text(SPUN, encoding="utf-8")
    (tmp_path / "page.html").write_text(
        f"<nav><a href=/>Home</a></nav><main><h1>Library</h1><p>{SPUN}</p></main>",
        encoding="utf-8",
    )
    lines = [{"id": "a", "text": CLEAN}, {"id": 7, "html": f"<p>{SPUN}</p>"}, {"text": CLEAN}]
    (tmp_path / "some.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path


def run(
    command: list[str], *arguments: str, stdin: bytes | str = b"", timeout: float = 300
) -> subprocess.CompletedProcess[bytes]:
    """What the command answers."""
    content = stdin.encode() if isinstance(stdin, str) else stdin
    return subprocess.run(
        [*command, *arguments],
        input=content,
        env=ENVIRONMENT,
        capture_output=True,
        timeout=timeout,
        check=False,
    )


def records(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """The records that were printed, one a line."""
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def sentences(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    """The complaints, each one clear sentence."""
    lines = done.stderr.decode().splitlines()
    for line in lines:
        assert line.startswith("spindetect: ")
        assert line.endswith(".")
    return [line.removeprefix("spindetect: ") for line in lines]


def check_offsets(record: dict[str, Any]) -> None:
    """All offsets of the record point at what they should."""
    text = record["text"]
    for anomaly in record["anomalies"]:
        assert text[anomaly["start"] : anomaly["end"]] == anomaly["text"]
    for sentence in record["sentences"]:
        assert 0 <= sentence["start"] < sentence["end"] <= len(text)


class TestFormats:
    def test_the_table_names_the_phrases(self, command: list[str]) -> None:
        done = run(command, "score", "clean.txt", "spun.txt")
        assert (done.returncode, done.stderr) == (0, b"")
        lines = done.stdout.decode().splitlines()
        assert lines[0].startswith("clean.txt: clean, probability 0.0")
        assert any(line.startswith("spun.txt: spun, probability") for line in lines)
        assert any(line.startswith('  "steered" -> told') for line in lines)
        assert any("One employee [steered] me" in line for line in lines)
        assert lines[-1] == "2 documents: 1 spun, 1 clean"

    def test_jsonl(self, command: list[str]) -> None:
        done = run(command, "score", "--format", "jsonl", "clean.txt", "page.html", "some.jsonl")
        assert (done.returncode, done.stderr) == (0, b"")
        found = records(done)
        assert [record["id"] for record in found] == [
            "clean.txt", "page.html", "a", 7, "some.jsonl:3",
        ]  # fmt: skip
        assert [record["verdict"] for record in found] == [
            "clean", "spun", "clean", "spun", "clean",
        ]  # fmt: skip
        for record in found:
            assert Report.from_dict(record).to_dict() == record
            assert "text" not in record

    def test_mode_and_prior_reach_the_records(self, command: list[str]) -> None:
        chosen = ("--mode", "high_precision", "--prior", "0.01")
        done = run(command, "score", "--format", "jsonl", *chosen, "clean.txt", "spun.txt")
        assert [(r["mode"], r["prior"]) for r in records(done)] == [("high_precision", 0.01)] * 2
        (usual,) = records(run(command, "score", "--format", "jsonl", "clean.txt"))
        assert (usual["mode"], usual["prior"]) == ("balanced", 0.5)

    def test_json_is_one_array_of_the_same_records(self, command: list[str]) -> None:
        lines = run(command, "score", "--format", "jsonl", "some.jsonl")
        array = run(command, "score", "--format", "json", "some.jsonl")
        assert json.loads(array.stdout) == records(lines)

    def test_with_text_all_offsets_hold(self, command: list[str]) -> None:
        done = run(command, "score", "--format", "jsonl", "--with-text", "page.html", "spun.txt")
        page, text = records(done)
        assert page["text"].startswith("Library\n\nThe council met")
        assert text["text"] == SPUN
        for record in (page, text):
            assert record["anomalies"]
            check_offsets(record)

    @pytest.mark.parametrize(
        ("name", "options", "first"),
        [
            ("out.jsonl", [], "{"),
            ("out.json", [], "["),
            ("out.txt", [], "s"),
            ("out.txt", ["--format", "jsonl"], "{"),
            ("out.jsonl", ["--format", "table"], "s"),
        ],
    )
    def test_output_to_a_file(self, name: str, options: list[str], first: str) -> None:
        done = run(COMMANDS["stub"], "score", "spun.txt", "-o", name, *options)
        assert (done.returncode, done.stdout) == (0, b"")
        # What is written row by row ends with a summary.
        summaries = ["1 document: 1 spun"] if first == "{" else []
        assert [line.partition(";")[0] for line in sentences(done)] == summaries
        assert Path(name).read_text(encoding="utf-8")[0] == first

    def test_any_character_can_be_printed(self) -> None:
        line = json.dumps({"id": "\ud800 ü \u2028", "text": "“naïve” \ud800 steered 🙂"})
        for form in ("json", "jsonl", "table"):
            done = run(COMMANDS["stub"], "score", "--format", form, "--with-text", stdin=line)
            assert (done.returncode, done.stderr) == (0, b"")
        done = run(COMMANDS["stub"], "score", "--format", "json", "--with-text", stdin=line)
        (record,) = json.loads(done.stdout)
        assert (record["id"], record["text"]) == ("\ud800 ü \u2028", "“naïve” \ud800 steered 🙂")

    def test_terminals_are_safe_from_documents(self) -> None:
        line = json.dumps({"id": "\x1b[2J", "text": "who \x1b]0;x\x07 steered me \u202e now"})
        done = run(COMMANDS["stub"], "score", "-", "\x1b[2J.txt", stdin=line)
        assert b"steered" in done.stdout
        assert b"\x1b" not in done.stdout + done.stderr
        assert "\u202e".encode() not in done.stdout


class TestInputs:
    @pytest.mark.parametrize("arguments", [[], ["-"]])
    @pytest.mark.parametrize(
        ("content", "ids"),
        [
            (SPUN, ["-"]),
            (f"<!doctype html><p>{SPUN}", ["-"]),
            (f'{{"id": 1, "text": "{SPUN}"}}\n{{"html": "<p>{SPUN}"}}', [1, "-:2"]),
        ],
    )
    def test_standard_input(
        self, command: list[str], arguments: list[str], content: str, ids: list[str | int]
    ) -> None:
        done = run(command, "score", "--format", "jsonl", *arguments, stdin=content)
        assert done.returncode == 0
        assert [(r["id"], r["verdict"]) for r in records(done)] == [(id, "spun") for id in ids]

    def test_a_folder(self, command: list[str], folder: Path) -> None:
        (folder / "more").mkdir()
        (folder / "more" / "packed.txt.gz").write_bytes(gzip.compress(SPUN.encode()))
        done = run(command, "score", "--format", "jsonl", "-o", "out.jsonl", ".")
        assert (done.returncode, done.stdout, len(sentences(done))) == (0, b"", 1)
        found = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
        assert [record["id"] for record in found] == [
            "clean.txt", "page.html", "a", 7, "some.jsonl:3", "spun.txt",
            str(Path("more/packed.txt.gz")),
        ]  # fmt: skip

    def test_another_text_field(self, command: list[str]) -> None:
        line = json.dumps({"content": SPUN})
        done = run(command, "score", "--format", "jsonl", "--text-field", "content", stdin=line)
        assert records(done)[0]["verdict"] == "spun"

    def test_another_input_format(self) -> None:
        done = run(
            COMMANDS["stub"], "score", "--format", "jsonl", "--input-format", "text", "some.jsonl"
        )
        assert [record["id"] for record in records(done)] == ["some.jsonl"]

    def test_processes_do_not_change_the_answer(self, command: list[str]) -> None:
        arguments = ["score", "--format", "jsonl", "missing.txt", "some.jsonl", "spun.txt"]
        one, two = (run(command, *arguments, "--n-jobs", n) for n in ("1", "2"))
        assert (one.returncode, one.stdout) == (two.returncode, two.stdout)


def page_of(depth: int) -> bytes:
    return f"{'<div>' * depth}<p>{CLEAN}</p>{'</div>' * depth}".encode()


# Every document gets a record with a verdict, or one with an error that contains these words.
BAD_DOCUMENTS: dict[str, tuple[str, bytes, str | None]] = {
    "empty": ("a.txt", b"", None),
    "white space": ("a.txt", b" \n\t \r\n", None),
    "one word": ("a.txt", b"word", None),
    "one line of 5 MB": ("a.txt", b"steered " + b"word " * 1_000_000, None),
    "one word of 20 MB": ("a.txt", b"a" * 20_000_000, None),
    "binary": ("a.txt", b"\x7fELF\0\0" + bytes(range(256)), "binary data"),
    "binary page": ("a.html", b"\x89PNG\r\n\x1a\n\0\0" + bytes(range(256)), "binary data"),
    "invalid utf-8": ("a.txt", CLEAN.encode().replace(b"e", b"\xe9"), None),
    "control characters": ("a.txt", CLEAN.replace(" ", " \x01").encode(), None),
    "zero width": ("a.txt", "\u200b".join(CLEAN).encode(), None),
    "homoglyphs": ("a.txt", CLEAN.replace("e", "е").replace("o", "о").encode(), None),
    "right to left": ("a.txt", ("أخبرني الموظفون أن الشركة ستغلق متاجر. " * 9).encode(), None),
    "another language": ("a.txt", ("Ein Angestellter sagte mir das gestern. " * 9).encode(), None),
    "deep page": ("a.html", page_of(50_000), None),
    "page without text": ("a.html", b"<html><body><img src=a></body></html>", None),
    "missing": ("b.txt", b"", "there is no such file or folder"),
    "folder without documents": ("empty/a.pdf", b"", "no files in this folder"),
    "not JSON": ("a.jsonl", b"Hello.", "line 1: not JSON"),
    "not an object": ("a.jsonl", b'["Hello."]', "line 1: not a JSON object"),
    "without the field": ("a.jsonl", b'{"body": "Hello."}', 'line 1: no string in a field "text"'),
    "damaged gzip": ("a.txt.gz", gzip.compress(CLEAN.encode())[:-9], "gzip data end too early"),
}


def bad_path(name: str, content: bytes) -> str:
    """Write the document unless it is to be missing; what to call it on the command line."""
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    if name != "b.txt":
        path.write_bytes(content)
    return "empty" if name.startswith("empty/") else name


class TestBadInput:
    @pytest.mark.parametrize("case", BAD_DOCUMENTS)
    def test_alone_it_gets_an_answer_or_one_sentence(self, command: list[str], case: str) -> None:
        name, content, error = BAD_DOCUMENTS[case]
        if len(content) > 1_000_000 and command == COMMANDS["model"]:
            pytest.skip("large documents are shown once, with others")
        done = run(command, "score", "--format", "jsonl", bad_path(name, content))
        (record,) = records(done)
        if error is None:
            assert (done.returncode, done.stderr) == (0, b"")
            assert record["verdict"] in ("clean", "undecided", "spun")
        else:
            assert done.returncode == 2
            assert sentences(done) == [record["error"]]
            assert error in record["error"]

    # A table shows what the records hold, whoever made them.
    @pytest.mark.parametrize(
        ("command", "form"),
        [("stub", "jsonl"), ("stub", "table"), pytest.param("model", "jsonl", marks=needs_model)],
        indirect=["command"],
    )
    @pytest.mark.parametrize("case", BAD_DOCUMENTS)
    def test_the_others_of_the_batch_are_scored(
        self, command: list[str], case: str, form: str
    ) -> None:
        name, content, error = BAD_DOCUMENTS[case]
        if len(content) > 1_000_000 and form == "table":
            pytest.skip("large documents are shown once, as JSON")
        path = bad_path(name, content)
        done = run(command, "score", "--format", form, "spun.txt", path, "clean.txt")
        assert done.returncode == (0 if error is None else 3)
        assert len(sentences(done)) == (0 if error is None else 1)
        if form == "jsonl":
            first, bad, last = records(done)
            assert (first["verdict"], last["verdict"]) == ("spun", "clean")
            assert ("error" in bad) == (error is not None)
        else:
            summary = done.stdout.decode().splitlines()[-1]
            assert summary.startswith("3 documents: ")
            assert summary.endswith(", 1 unreadable") == (error is not None)

    @pytest.mark.parametrize("form", ["table", "json", "jsonl"])
    def test_nothing_readable(self, form: str) -> None:
        done = run(COMMANDS["stub"], "score", "--format", form, "a.txt", "b.txt")
        assert done.returncode == 2
        assert sentences(done) == [
            "a.txt: there is no such file or folder.",
            "b.txt: there is no such file or folder.",
        ]

    @pytest.mark.parametrize(
        ("form", "shown"), [("table", ""), ("json", "[\n\n]\n"), ("jsonl", "")]
    )
    def test_no_documents(self, form: str, shown: str) -> None:
        Path("none.jsonl").write_text("\n")
        done = run(COMMANDS["stub"], "score", "--format", form, "none.jsonl")
        assert (done.returncode, done.stdout.decode()) == (2, shown)
        assert sentences(done) == ["there is nothing to score: the input holds no documents."]


class TestExitCodes:
    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (["spun.txt"], 0),
            (["--fail-on-spun", "clean.txt"], 0),
            (["--fail-on-spun", "clean.txt", "spun.txt"], 1),
            (["--fail-on-spun", "spun.txt", "missing.txt"], 1),
            (["--fail-on-spun", "clean.txt", "missing.txt"], 3),
            (["missing.txt", "spun.txt"], 3),
            (["--fail-on-spun", "missing.txt"], 2),
        ],
    )
    def test_score(self, command: list[str], arguments: list[str], code: int) -> None:
        assert run(command, "score", *arguments).returncode == code

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            ([], "say what to do"),
            (["rate"], "invalid choice: 'rate'"),
            (["scroe", "a"], "; did you mean 'score'?"),
            (["score", "--formt", "json", "a"], "--formt; did you mean '--format'?"),
            (["score", "--mode", "high-recall", "a"], "; did you mean 'high_recall'?"),
            (["score", "--explain", "--format", "json", "a"], "--explain is for the table, and"),
            (["score", "spnu.txt"], "no such file or folder, but there is spun.txt."),
            (["score", "--format", "xml", "a"], "invalid choice: 'xml'"),
            (["score", "--n-jobs", "0", "a"], "0 processes cannot do anything"),
            (["score", "--n-jobs", "many", "a"], "it must be a whole number, got 'many'"),
            (["score", "--max-seconds", "soon", "a"], "it must be a number, got 'soon'"),
            (["mine", "--least", "0", "a", "-o", "b"], "it must be 1 or more, got 0"),
            (["score", ""], "a path is empty"),
            (["score", "--mode", "strict", "a"], "invalid choice: 'strict'"),
            (["score", "--prior", "1", "a"], "a prior lies between 0 and 1, both excluded, got 1"),
            (["score", "--prior", "nan", "a"], "a prior lies between 0 and 1"),
            (["score", "--prior", "rare", "a"], "it must be a number, got 'rare'"),
            (["score", "spun.txt", "-o", "spun.txt"], "spun.txt would be read and written at once"),
            (["score", "spun.txt", "-o", "none/out.json"], "out.json cannot be written (No such"),
            (["score", "spun.txt", "-o", "."], ". cannot be written (Is a directory)"),
            (["score", "spun.txt", "-o", "a.xlsx"], "a.xlsx has no name that says how to write"),
            (["quality", "spun.txt", "-o", "a.jsonl.gz"], "a.jsonl.gz has no name that says"),
        ],
    )
    def test_bad_usage(self, arguments: list[str], complaint: str) -> None:
        done = run(COMMANDS["stub"], *arguments)
        assert (done.returncode, done.stdout) == (2, b"")
        assert complaint in done.stderr.decode()
        assert b"Traceback" not in done.stderr
        assert Path("spun.txt").read_text() == SPUN

    @needs_model
    def test_a_model_that_is_none(self, folder: Path) -> None:
        for model in ("missing", str(folder)):
            done = run(COMMANDS["model"], "score", "--model", model, "spun.txt")
            assert (done.returncode, done.stdout) == (2, b"")
            assert len(sentences(done)) == 1

    def test_help(self) -> None:
        for arguments in (["--help"], ["score", "--help"]):
            done = run(COMMANDS["stub"], *arguments)
            assert done.returncode == 0
            assert b"exit codes:" in done.stdout

    @needs_model
    def test_version_names_package_and_model(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        done = run(COMMANDS["model"], "--version")
        name = spindetect.load().name
        assert done.stdout.decode().split() == [
            "spindetect", project["version"] + ",", "model", name,
        ]  # fmt: skip
        assert spindetect.__version__ == project["version"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
class TestStreams:
    @pytest.fixture
    def process(self) -> Iterator[subprocess.Popen[bytes]]:
        """A running command that reads lines and answers each."""
        command = [*COMMANDS["stub"], "score", "--format", "jsonl", "-"]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=ENVIRONMENT,
            # A shell that runs the tests in the background makes its children deaf to Ctrl-C.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        ) as process:
            yield process
            process.kill()

    @staticmethod
    def ask(process: subprocess.Popen[bytes], number: int) -> None:
        stream: IO[bytes] | None = process.stdin
        assert stream is not None
        stream.write(json.dumps({"id": number, "text": CLEAN}).encode() + b"\n")
        stream.flush()

    def answer(self, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        assert process.stdout is not None
        record: dict[str, Any] = json.loads(process.stdout.readline())
        return record

    def test_each_record_is_printed_as_soon_as_it_is_known(
        self, process: subprocess.Popen[bytes]
    ) -> None:
        for number in range(3):
            self.ask(process, number)
            assert self.answer(process)["id"] == number

    def test_a_reader_who_leaves_is_no_error(self, process: subprocess.Popen[bytes]) -> None:
        self.ask(process, 1)
        self.answer(process)
        assert process.stdout is not None
        process.stdout.close()
        self.ask(process, 2)
        assert process.wait(30) == 130
        assert process.stderr is not None
        assert process.stderr.read() == b""

    def test_an_interruption_is_no_error(self, process: subprocess.Popen[bytes]) -> None:
        self.ask(process, 1)
        self.answer(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr is not None
        assert process.stderr.read() == b""


def shell(line: str) -> subprocess.CompletedProcess[bytes]:
    """What a line of the shell answers, in which ``spindetect`` is the command with the stub."""
    command = shlex.join(COMMANDS["stub"])
    return run(["bash", "-c", line.replace("spindetect", command)])


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
class TestShell:
    @pytest.mark.parametrize("arguments", ["score --help", "--version", "score spun.txt"])
    def test_a_reader_who_left_before_anything_came(self, arguments: str) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        command = [*COMMANDS["stub"], *arguments.split()]
        done = subprocess.run(
            command, stdout=writer, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False
        )
        os.close(writer)
        assert done.stderr == b""
        # Some releases of argparse do not tell that nobody reads the help.
        assert done.returncode == 130 or (done.returncode == 0 and "--help" in arguments)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    @pytest.mark.parametrize("arguments", ["--version", "score spun.txt"])
    def test_a_full_disk(self, arguments: str) -> None:
        done = shell(f"spindetect {arguments} > /dev/full")
        assert done.returncode == 2
        assert sentences(done) == ["stopped by the system (No space left on device)."]

    def test_streams_that_are_closed(self) -> None:
        assert shell("spindetect score clean.txt >&-").returncode == 0
        assert shell("spindetect score < /dev/null <&-").returncode == 0
        done = shell("spindetect score --format jsonl clean.txt gone.txt 2>&-")
        assert (done.returncode, len(records(done))) == (3, 2)
        done = shell("spindetect score -o out.json spun.txt >&- 2>&- <&-")
        assert done.returncode == 0
        assert json.loads(Path("out.json").read_text())[0]["verdict"] == "spun"

    @pytest.mark.parametrize("overwrite", ["", "--overwrite"])
    def test_a_pipe_is_written_to_and_never_replaced(self, overwrite: str) -> None:
        done = shell(
            "mkfifo pipe; cat pipe & "
            f"spindetect score --format jsonl -o pipe {overwrite} spun.txt; wait; test -p pipe"
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert [record["verdict"] for record in records(done)] == ["spun"]

    def test_a_filter_wants_a_file(self) -> None:
        done = shell(
            "mkfifo o.jsonl; spindetect filter --overwrite spun.txt o.jsonl; test -p o.jsonl"
        )
        assert (done.returncode, len(sentences(done))) == (0, 1)
        assert b"o.jsonl is no file" in done.stderr


INTERRUPTED = """
import sys
class Finder:
    def find_spec(self, name, *_):
        if name == "spindetect.options":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
from spindetect.__main__ import main
sys.exit(main())
"""


def test_an_interruption_while_modules_are_loaded_is_no_error() -> None:
    done = run([sys.executable, "-c", INTERRUPTED])
    assert (done.returncode, done.stderr) == (130, b"")


LIGHT = """
import contextlib, io, sys
from spindetect.cli import main
with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.suppress(SystemExit):
    main(["--help"])
assert "exit codes" in shown.getvalue()
print(*sorted({"numpy", "sklearn", "joblib", "resiliparse", "fasttext", "tqdm"} & set(sys.modules)))
"""


def test_help_loads_nothing_heavy() -> None:
    done = run([sys.executable, "-c", LIGHT])
    assert (done.stdout.strip(), done.stderr) == (b"", b"")


class ReadsAhead(StubDetector):
    """A detector that takes some documents before it answers the first."""

    def __init__(self, n: int) -> None:
        self.n = n

    def score_many(
        self,
        items: Iterable[tuple[str | int, str]],
        *,
        n_jobs: int = 1,
        mode: str = "balanced",
        prior: float = 0.5,
    ) -> Iterator[Report]:
        remaining = iter(items)
        while batch := list(islice(remaining, self.n)):
            yield from super().score_many(batch, mode=mode, prior=prior)


@given(st.lists(st.sampled_from([CLEAN, SPUN, "", None]), max_size=12), st.integers(1, 5))
def test_unreadable_documents_keep_their_place(texts: list[str | None], n: int) -> None:
    read = [
        Document(i, text=text) if text is not None else Document(i, error="gone.")
        for i, text in enumerate(texts)
    ]
    reports = list(cli._scored(ReadsAhead(n), read, n_jobs=1, mode="balanced", prior=0.5))
    assert [report.id for report in reports] == list(range(len(texts)))
    assert [report.error is not None for report in reports] == [text is None for text in texts]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The command in this process, on a terminal; what it shows."""

    def run_here(*arguments: str) -> str:
        monkeypatch.setattr(cli, "_detector", detector)
        monkeypatch.setattr(sys, "stdout", terminal := Terminal())
        assert cli.main(arguments) == 0
        return terminal.getvalue()

    return run_here


def test_a_terminal_shows_colours(
    in_process: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[31mspun, probability" in in_process("score", "spun.txt")
    monkeypatch.setenv("NO_COLOR", "")
    assert "\x1b[31mspun, probability" in in_process("score", "spun.txt")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in in_process("score", "spun.txt")
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in in_process("score", "spun.txt")


def test_a_terminal_decides_the_width(
    in_process: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    for columns in (40, 60, 100):
        monkeypatch.setenv("COLUMNS", str(columns))
        shown = in_process("score", "spun.txt").splitlines()
        assert columns - 20 < max(map(len, shown[1:])) <= columns


def test_a_terminal_without_input_is_asked_for_a_path(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert cli.main(["score"]) == 2
    assert "no PATH is given" in capsys.readouterr().err


def test_progress_is_shown_while_output_goes_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cli, "_detector", detector)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert cli.main(["score", "some.jsonl", "-o", "out.json"]) == 0
    # What is done at once needs no bar.
    assert "documents" not in terminal.getvalue()
    monkeypatch.setattr(streaming, "_PATIENCE", 0)
    assert cli.main(["score", "some.jsonl", "-o", "out.json", "--overwrite"]) == 0
    assert "documents" in terminal.getvalue()


def test_every_sentence_is_explained(
    in_process: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown = in_process("score", "--explain", "spun.txt")
    assert "sentence by sentence" in shown
    assert " ".join(SPUN.replace("steered", "[steered -> told]").split()) in " ".join(shown.split())


def test_stub_reports_are_like_real_ones() -> None:
    (report,) = StubDetector().score_many([("a", SPUN)])
    assert report.to_dict(with_text=True)["text"] == SPUN
    assert dataclasses.replace(report, text="") == report

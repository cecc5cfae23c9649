"""Runs over collections: nothing is lost, whatever the documents and the machine do."""

import csv
import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from test_cli import CLEAN, COMMANDS, ENVIRONMENT, ROOT, SPUN, run, sentences

from spindetect.pipeline import limits, workers
from spindetect.pipeline.selection import Selection
from spindetect.report import Reason, Report

HOSTILE = [sys.executable, str(ROOT / "tests" / "hostile_cli.py")]
STUB = COMMANDS["stub"]

posix = pytest.mark.skipif(sys.platform != "linux", reason="signals and limits of Linux")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, rows: Sequence[dict[str, Any]]) -> str:
    """Write rows of JSONL."""
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    Path(name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return name


def read(name: str) -> list[dict[str, Any]]:
    """The rows of an output."""
    content = Path(name).read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode()
    return [json.loads(line) for line in text.splitlines()]


def documents(n: int) -> list[dict[str, Any]]:
    texts = [CLEAN, SPUN, "Hm."]
    return [{"id": i, "text": texts[i % 3], "url": f"http://{i}.example"} for i in range(n)]


def last_line(done: subprocess.CompletedProcess[bytes]) -> str:
    return sentences(done)[-1]


@pytest.mark.skipif(os.name != "posix", reason="forks")
@pytest.mark.parametrize(
    ("form", "command", "step"),
    [
        ("jsonl", "score", 1),
        ("csv", "filter", 1),
        ("jsonl.gz", "score", 2),
        ("parquet", "filter", 12),
    ],
)
def test_killed_at_every_point_nothing_is_lost(form: str, command: str, step: int) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    script = str(ROOT / "tests" / "kill_points.py")
    done = run([sys.executable, script, form, command, str(step)], timeout=900)
    assert (done.stderr.decode(), done.returncode) == ("", 0)
    # As often as this it was killed; fewer points mean that it tests little.
    assert int(done.stdout) >= 40


@posix
def test_killed_at_any_time_with_all_its_processes() -> None:
    rows = documents(200)
    write("in.jsonl", rows)
    command = [*HOSTILE, "score", "in.jsonl", "-o", "out.jsonl", "--resume", "--n-jobs", "2"]
    environment = ENVIRONMENT | {"PAUSE": "0.01", "PIDS": "pids"}
    dice = random.Random(1)
    journal = Path("out.jsonl.journal")
    killed = 0
    while not Path("out.jsonl").exists():
        before = journal.stat().st_size if journal.exists() else 200
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            # It is killed while it works, and each time later than the last time.
            while process.poll() is None and not _grown(journal, before):
                time.sleep(0.01)
            try:
                process.wait(dice.random() / 3)
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
        assert process.returncode in (0, -signal.SIGKILL)
    assert killed >= 2
    found = read("out.jsonl")
    assert [row["id"] for row in found] == list(range(200))
    assert [row["columns"] for row in found] == [{"url": row["url"]} for row in rows]
    assert [row["verdict"] for row in found[:3]] == ["clean", "spun", "undecided"]
    # Those that scored are gone, too.
    deadline = time.monotonic() + 20
    for pid in map(int, Path("pids").read_text().split()):
        while _is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not _is_alive(pid)


def _grown(journal: Path, before: int) -> bool:
    """Whether a journal has got a line since it had this size, its first one not counted."""
    return (
        journal.exists() and journal.stat().st_size > before and b'"read"' in journal.read_bytes()
    )


def _is_alive(pid: int) -> bool:
    """Whether a process still runs the stub."""
    try:
        return b"hostile_cli" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@posix
def test_documents_that_hang_explode_die_or_fail_cost_themselves() -> None:
    bad = {7: "hang", 18: "explode", 19: "die", 33: "fail"}
    rows = [{"id": i, "text": bad.get(i, CLEAN)} for i in range(40)]
    write("in.jsonl", rows)
    strict = ("--max-seconds", "1.5", "--max-memory", "200")
    done = run(HOSTILE, "score", "in.jsonl", "-o", "out.jsonl", "--n-jobs", "2", *strict)
    assert done.returncode == 3
    found = read("out.jsonl")
    assert [row["id"] for row in found] == list(range(40))
    errors = {row["id"]: row["error"] for row in found if "error" in row}
    assert errors == {
        7: "7: scoring it was not done after 1.5 seconds, the limit.",
        18: "18: scoring it took more than 200 MB of memory, the limit.",
        19: "19: the process that scored it was ended by the system (SIGSEGV).",
        33: "33: it could not be scored (ValueError('a bug')).",
    }
    told = sentences(done)
    assert sorted(told[:-1]) == sorted(error.rstrip(".") + "." for error in errors.values())
    assert told[-1].startswith("40 documents: 36 clean, 4 unreadable; ")


def test_workers_share_the_memory_of_the_machine_or_the_container(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"SC_PHYS_PAGES": 4_000_000, "SC_PAGE_SIZE": 4000}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)
    unlimited, limited = folder / "memory.max", folder / "limit_in_bytes"
    unlimited.write_text("max\n")
    monkeypatch.setattr(limits, "_CONTAINER", (str(unlimited), str(limited)))
    assert [limits.megabytes_each(n) for n in (1, 2, 4, 12, 100)] == [6000, 6000, 3000, 1000, 400]
    limited.write_text("8000000000\n")
    assert [limits.megabytes_each(n) for n in (1, 2, 4, 12)] == [6000, 3000, 1500, 500]
    monkeypatch.delattr(os, "sysconf")
    limited.unlink()
    assert limits.megabytes_each(4) == 6000


@posix
def test_a_process_that_starts_does_not_hear_ctrl_c() -> None:
    before = signal.getsignal(signal.SIGINT)
    told = "import signal; print(signal.getsignal(signal.SIGINT) == signal.SIG_IGN)"
    with workers._without_interrupts():
        done = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True)
    assert done.stdout.strip() == b"True"
    assert signal.getsignal(signal.SIGINT) is before


@posix
def test_a_document_that_does_not_even_fit_into_its_process() -> None:
    rows = [{"id": 0, "text": CLEAN}, {"id": 1, "text": "x" * 60_000_000}, {"id": 2, "text": SPUN}]
    write("in.jsonl", rows)
    done = run(
        HOSTILE, "score", "in.jsonl", "-o", "out.jsonl", "--n-jobs", "1", "--max-memory", "20"
    )
    assert done.returncode == 3
    assert [row.get("error") for row in read("out.jsonl")] == [
        None, "1: scoring it took more than 20 MB of memory, the limit.", None,
    ]  # fmt: skip
    assert b"Traceback" not in done.stderr


@posix
def test_a_worker_at_a_long_document_ends_with_its_run() -> None:
    write("in.jsonl", [{"id": 0, "text": "hang"}])
    command = [*HOSTILE, "score", "in.jsonl", "-o", "out.jsonl", "--n-jobs", "1"]
    with subprocess.Popen(command, env=ENVIRONMENT | {"PIDS": "pids"}) as process:
        # The run itself and its worker.
        while not Path("pids").exists() or len(Path("pids").read_text().split()) < 2:
            time.sleep(0.01)
        time.sleep(0.5)
        process.kill()
    deadline = time.monotonic() + 10
    for pid in map(int, Path("pids").read_text().split()):
        while _is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not _is_alive(pid)


@posix
def test_a_disk_that_fills_loses_nothing() -> None:
    write("in.jsonl", documents(300))
    command = [*HOSTILE, "score", "in.jsonl", "-o", "out.jsonl", "--with-text", "--n-jobs", "1"]
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (100_000, 100_000))
    done = subprocess.run(
        command, env=ENVIRONMENT, capture_output=True, preexec_fn=limit, check=False
    )
    assert done.returncode == 2
    assert last_line(done).startswith("out.jsonl cannot be written any further (File too large)")
    assert not Path("out.jsonl").exists()
    done = run(command, "--resume")
    assert done.returncode == 0
    assert [row["id"] for row in read("out.jsonl")] == list(range(300))


class TestOutputs:
    @pytest.fixture(autouse=True)
    def rows(self) -> str:
        return write("in.jsonl", documents(6))

    def test_nothing_is_overwritten_unless_it_is_wanted(self) -> None:
        Path("out.jsonl").write_text("mine")
        for options, sentence in (
            ([], "out.jsonl exists; use --overwrite, or --resume to go on with it."),
            (["--resume"], "out.jsonl exists, but there is no journal of how it was made; "),
        ):
            done = run(STUB, "score", "in.jsonl", "-o", "out.jsonl", *options)
            assert done.returncode == 2
            assert last_line(done).startswith(sentence)
            assert Path("out.jsonl").read_text() == "mine"
        done = run(STUB, "score", "in.jsonl", "-o", "out.jsonl", "--overwrite")
        assert (done.returncode, len(read("out.jsonl"))) == (0, 6)

    def test_a_stream_of_json_is_not_overwritten_either(self) -> None:
        Path("out.json").write_text("mine")
        done = run(STUB, "score", "in.jsonl", "-o", "out.json")
        assert (done.returncode, Path("out.json").read_text()) == (2, "mine")
        assert run(STUB, "score", "in.jsonl", "-o", "out.json", "--overwrite").returncode == 0

    def test_resume_begins_what_is_not_there_and_leaves_what_is_complete(self) -> None:
        begun = run(STUB, "score", "in.jsonl", "-o", "out.jsonl", "--resume")
        before = Path("out.jsonl").stat().st_mtime_ns
        again = run(STUB, "score", "in.jsonl", "-o", "out.jsonl", "--resume")
        assert (begun.returncode, again.returncode) == (0, 0)
        assert last_line(again) == (
            "out.jsonl is complete: 6 documents: 2 spun, 2 clean, 2 undecided."
        )
        assert Path("out.jsonl").stat().st_mtime_ns == before
        Path("out.jsonl").unlink()
        anew = run(STUB, "score", "in.jsonl", "-o", "out.jsonl", "--resume")
        assert (anew.returncode, len(read("out.jsonl"))) == (0, 6)

    @pytest.mark.parametrize(
        ("options", "what"),
        [
            (["--mode", "high_recall"], "another mode (balanced)"),
            (["--prior", "0.1"], "another prior (0.5)"),
            (["--with-text"], "another text (False)"),
            (["more.jsonl"], "other input: files have changed, come or gone since"),
        ],
    )
    def test_only_the_same_run_is_resumed(self, options: list[str], what: str) -> None:
        write("more.jsonl", documents(2))
        assert run(STUB, "score", "in.jsonl", "-o", "out.jsonl").returncode == 0
        done = run(STUB, "score", "in.jsonl", *options, "-o", "out.jsonl", "--resume")
        assert done.returncode == 2
        assert last_line(done) == (
            f"out.jsonl was begun with {what}; give the same as then, or make it anew with "
            "--overwrite."
        )

    def test_an_input_that_has_changed_is_another_one(self) -> None:
        assert run(STUB, "score", "in.jsonl", "-o", "out.jsonl").returncode == 0
        write("in.jsonl", documents(7))
        done = run(STUB, "score", "in.jsonl", "-o", "out.jsonl", "--resume")
        assert (done.returncode, "files have changed" in last_line(done)) == (2, True)

    @posix
    def test_two_runs_do_not_write_one_output(self) -> None:
        import fcntl

        Path("out.jsonl.journal").write_text("")
        with Path("out.jsonl.journal").open("r+") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            done = run(STUB, "score", "in.jsonl", "-o", "out.jsonl")
        assert done.returncode == 2
        assert last_line(done).startswith("another run is writing this output")

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["score", "in.jsonl", "-o", "none/out.jsonl"], "cannot be written (there is no"),
            (["score", "in.jsonl", "-o", "in.jsonl"], "in.jsonl would be read and written at once"),
            (["score", "in.jsonl", "--format", "csv"], "csv is written to a file"),
            (["score", "in.jsonl", "--resume"], "only -o FILE.jsonl, .csv or .parquet can be"),
            (["filter", "in.jsonl", "out.txt"], "out.txt has no name that says how to write it"),
            (["filter", "in.jsonl", "o.csv", "--rejected", "o.csv"], "o.csv cannot hold both"),
            (["filter", "in.jsonl", "o.csv", "--max-spin", "2"], "a probability lies between"),
            (["score", "in.jsonl", "-o", "o.csv", "--max-seconds", "0"], "a limit is a number"),
            (["score", "in.jsonl", "-o", "o.csv", "--resume", "--overwrite"], "not allowed with"),
        ],
    )  # fmt: skip
    def test_bad_usage(self, arguments: list[str], sentence: str) -> None:
        done = run(STUB, *arguments)
        assert done.returncode == 2
        assert sentence in done.stderr.decode()
        assert b"Traceback" not in done.stderr
        assert len(read("in.jsonl")) == 6

    @posix
    def test_a_folder_that_may_not_be_written(self) -> None:
        done = run(STUB, "score", "in.jsonl", "-o", "/proc/out.jsonl")
        assert done.returncode == 2
        assert last_line(done).startswith("/proc/out.jsonl.journal cannot be written (")

    @pytest.mark.parametrize("arguments", [["score", "-o"], ["filter"]])
    def test_no_output_of_errors_alone_where_nothing_is_there(self, arguments: list[str]) -> None:
        command, *option = arguments
        done = run(STUB, command, "gone.jsonl", "none/*.txt", *option, "out.jsonl")
        assert done.returncode == 2
        assert sentences(done) == [
            "gone.jsonl: there is no such file or folder.",
            "none/*.txt: no file has such a name.",
        ]
        assert not list(Path().glob("out*"))

    def test_two_documents_of_one_id_are_both_kept(self) -> None:
        write("in.jsonl", [{"id": 1, "text": CLEAN}, {"id": 1, "text": SPUN}])
        done = run(STUB, "score", "in.jsonl", "-o", "out.jsonl")
        assert done.returncode == 0
        assert [(row["id"], row["verdict"]) for row in read("out.jsonl")] == [
            (1, "clean"), (1, "spun"),
        ]  # fmt: skip
        said = "; 1 repeated id, all documents kept (document 2 has that of document 1); "
        assert said in last_line(done)

    def test_ids_of_before_and_after_a_stop_are_compared(self) -> None:
        rows = [{"id": i, "text": CLEAN} for i in range(40)]
        write("in.jsonl", [*rows[:30], {"id": 3, "text": CLEAN}, *rows[31:], rows[0]])
        command = [*HOSTILE, "score", "in.jsonl", "-o", "out.jsonl", "--n-jobs", "1", "--resume"]
        environment = ENVIRONMENT | {"PAUSE": "0.02"}
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and not _grown(Path("out.jsonl.journal"), 0):
                time.sleep(0.01)
            process.kill()
        assert Path("out.jsonl.ids").exists()
        done = run(command)
        said = "; 2 repeated ids, all documents kept (document 31 has that of document 4); "
        assert said in last_line(done)
        assert [row["id"] for row in read("out.jsonl")] == [*range(30), 3, *range(31, 40), 0]
        assert not Path("out.jsonl.ids").exists()
        again = run(command)
        assert said.removesuffix("; ") in last_line(again)

    def test_other_options_are_named_as_they_are_given(self) -> None:
        command = [*STUB, "filter", "in.jsonl", "kept.jsonl", "--resume"]
        assert run(command).returncode == 0
        done = run(command, "--max-spin", "0.7")
        assert done.returncode == 2
        said = "kept.jsonl was begun with another --max-spin (0.5); give the same as then"
        assert last_line(done).startswith(said)

    def test_no_documents(self) -> None:
        Path("none.jsonl").write_text("\n")
        for name in ("out.jsonl", "out.csv"):
            done = run(STUB, "score", "none.jsonl", "-o", name)
            assert done.returncode == 2
            assert last_line(done) == "there is nothing to score: the input holds no documents."
        assert Path("out.csv").read_text().startswith("spin_verdict,spin_reason,")

    def test_standard_input(self) -> None:
        content = Path("in.jsonl").read_bytes()
        done = run(STUB, "score", "-", "-o", "out.jsonl.gz", stdin=content)
        assert (done.returncode, len(read("out.jsonl.gz"))) == (0, 6)

    def test_csv_holds_all_columns(self) -> None:
        rows = [
            {"id": "a", "text": SPUN, "tags": ["x, y", 'z"'], "n": 1},
            {"id": 2, "text": "", "n": 1.5},
        ]
        # What no row of the first chunk has goes to the last column.
        late = {"id": "late", "text": CLEAN, "new": {"a": 1}}
        write("in.jsonl", [*rows, *documents(200), late])
        assert run(STUB, "score", "in.jsonl", "-o", "out.csv").returncode == 0
        with Path("out.csv").open(newline="") as stream:
            found = list(csv.DictReader(stream))
        assert [row["id"] for row in found] == ["a", "2", *map(str, range(200)), "late"]
        assert json.loads(found[0]["tags"]) == ["x, y", 'z"']
        assert [row["n"] for row in found[:2]] == ["1", "1.5"]
        assert found[2]["url"] == "http://0.example"
        assert found[0]["spin_verdict"] == "spun"
        assert json.loads(found[0]["spin_anomalies"])[0]["text"] == "steered"
        assert json.loads(found[-1]["spin_rest"]) == {"new": {"a": 1}}


class TestFilter:
    def test_documents_pass_as_they_are_and_others_with_reasons(self) -> None:
        rows: list[dict[str, Any]] = [
            {"url": "1", "text": CLEAN, "id": 1, "tags": [1, {"a": None}]},
            {"url": "2", "id": 2, "html": f"<p>{SPUN}"},
            {"url": "3", "id": 3, "text": ""},
            {"url": "4", "id": 4},
            {"url": "5", "id": 5, "html": f"<p>{CLEAN}", "spin_reasons": "old"},
        ]
        write("in.jsonl", rows)
        done = run(STUB, "filter", "in.jsonl", "kept.jsonl", "--max-spin", "0.5")
        assert done.returncode == 3
        assert read("kept.jsonl") == [rows[0], rows[4]]
        rejected = read("kept.rejected.jsonl")
        assert [row["spin_reasons"] for row in rejected] == [["spin"], ["empty"], ["error"]]
        assert [row["spin_probability"] for row in rejected] == [0.998, None, None]
        error = 'in.jsonl, line 4: no string in a field "text" or "html".'
        assert [row["spin_error"] for row in rejected] == [None, None, error]
        for row, before in zip(rejected, rows[1:4], strict=True):
            assert row.items() >= before.items()
        assert "; 2 passed, 3 rejected; " in last_line(done)

    def test_pages_and_files_pass_as_text(self) -> None:
        Path("page.html").write_text(f"<nav>Home</nav><main><p>{CLEAN}</p></main>")
        Path("empty.txt").write_text("")
        done = run(STUB, "filter", "page.html", "empty.txt", "kept.jsonl", "--keep-unscored")
        assert done.returncode == 0
        assert read("kept.jsonl") == [
            {"id": "page.html", "text": CLEAN}, {"id": "empty.txt", "text": ""},
        ]  # fmt: skip
        assert read("kept.rejected.jsonl") == []

    def test_quality_rules_reject_by_name(self) -> None:
        from spindetect.quality import PRESETS, assess
        from spindetect.report import Verdict

        (quality,) = assess(["Please enable JavaScript."])
        report = Report(
            Verdict.CLEAN, Reason.BELOW_THRESHOLD, 0.5, (), (), quality, "en", 3, "en",
        )  # fmt: skip
        assert Selection(0.5).reasons(report) == ()
        assert Selection(0.49).reasons(report) == ("spin",)
        short = replace(report, reason=Reason.TOO_SHORT)
        assert Selection(0.5).reasons(short) == ()
        assert Selection(0.49).reasons(short) == ("too_short",)
        assert Selection(0.49, keep_unscored=True).reasons(short) == ()
        assert Selection(0.49, keep_unscored=True).reasons(report) == ("spin",)
        assert "default.javascript" in Selection(0.49, (PRESETS["default"],)).reasons(report)[1:]

    @pytest.mark.parametrize(
        "presets", [["default"], ["c4"], ["gopher", "textdescriptives", "mine.toml"]]
    )
    def test_rules_are_those_of_the_command_quality(self, presets: list[str]) -> None:
        Path("mine.toml").write_text("[bounds]\nn_words = [4, 5]\ndigit_share = true\n")
        texts = [CLEAN, SPUN, "Lorem ipsum {x}", "Nobody had hoped for it.", "", "1 2 3 4\n" * 60]
        write("in.jsonl", [{"id": i, "text": text} for i, text in enumerate(texts)])
        options = [word for name in presets for word in ("--preset", name)]
        measured = run(STUB, "quality", "in.jsonl", *options, "--format", "jsonl")
        broken = {row["id"]: row["failed"] for row in map(json.loads, measured.stdout.splitlines())}
        done = run(
            STUB, "filter", "in.jsonl", "kept.jsonl", "--max-spin", "1", "--keep-unscored", *options
        )
        assert (measured.returncode, done.returncode) == (0, 0)
        rejected = {row["id"]: row["spin_reasons"] for row in read("kept.rejected.jsonl")}
        assert rejected == {id: failed for id, failed in broken.items() if failed}
        assert [row["id"] for row in read("kept.jsonl")] == [i for i in broken if not broken[i]]

    def test_another_content_of_a_preset_is_another_run(self) -> None:
        write("in.jsonl", documents(3))
        command = [*STUB, "filter", "in.jsonl", "kept.jsonl", "--preset", "mine.toml"]
        Path("mine.toml").write_text("[bounds]\nn_words = [4, 50]\n")
        assert run(command).returncode == 0
        Path("mine.toml").write_text("# The same.\n[bounds]\nn_words = [4, 50]\n")
        assert run(command, "--resume").returncode == 0
        Path("mine.toml").write_text("[bounds]\nn_words = [4, 51]\n")
        done = run(command, "--resume")
        assert done.returncode == 2
        assert last_line(done).startswith("kept.jsonl was begun with another preset (['mine ")

    @pytest.mark.parametrize(
        ("preset", "sentence"),
        [
            ("redpajama", "the preset redpajama only measures: it has no bounds"),
            ("golpher", "there is no preset 'golpher': the closest is 'gopher'"),
            ("none.toml", "none.toml cannot be read ("),
        ],
    )
    def test_presets_that_cannot_judge(self, preset: str, sentence: str) -> None:
        write("in.jsonl", documents(3))
        done = run(STUB, "filter", "in.jsonl", "kept.jsonl", "--preset", preset)
        assert (done.returncode, len(sentences(done))) == (2, 1)
        assert last_line(done).startswith(sentence)
        assert sorted(Path().glob("kept*")) == []


def test_the_model_gives_the_same_in_every_way() -> None:
    write("in.jsonl", documents(6))
    stream = run(COMMANDS["model"], "score", "--format", "jsonl", "in.jsonl")
    done = run(COMMANDS["model"], "score", "in.jsonl", "-o", "out.jsonl", "--n-jobs", "2")
    assert done.returncode == 0
    found = read("out.jsonl")
    assert [row.pop("columns") for row in found] == [
        {"url": f"http://{i}.example"} for i in range(6)
    ]
    assert found == [json.loads(line) for line in stream.stdout.splitlines()]


@posix
def test_progress_is_for_terminals() -> None:
    import pty
    import termios

    write("in.jsonl", documents(60))
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    command = [*HOSTILE, "score", "in.jsonl", "-o", "out.jsonl", "--n-jobs", "1"]
    environment = ENVIRONMENT | {"PAUSE": "0.02"}
    with subprocess.Popen(command, env=environment, stderr=theirs) as process:
        process.wait(120)
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)
    assert b"documents, " in shown
    assert b" a second, " in shown
    assert b" left" in shown
    assert process.returncode == 0


def _read(descriptor: int) -> bytes:
    """What a terminal still shows; nothing once its other end is closed."""
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:
        return b""

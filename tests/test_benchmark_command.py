"""``spindetect benchmark`` as a user meets it: in a process of its own, on a tiny folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_cli import CLEAN, SPUN

from spindetect.benchmark import Benchmark
from spindetect.detector import BUNDLED

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(not BUNDLED.is_dir(), reason="the model has not been built")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with texts in `texts` and a baseline in `own.py`."""
    monkeypatch.chdir(tmp_path)
    rows = [
        {"id": f"{i}", "group": f"g{i}", "register": "news", "tool": "t", "strength": 0.4}
        | {"original": f"{CLEAN} Case {i}.", "spun": f"{SPUN} Case {i}."}
        for i in range(4)
    ]
    human = [{"group": f"h{i}", "text": f"{CLEAN} Note {i}."} for i in range(3)]
    for name, lines in (("spun/pairs.jsonl", rows), ("human/news.jsonl", human)):
        path = tmp_path / "texts" / name
        path.parent.mkdir(parents=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "own.py").write_text(
        "def length(texts):\n    return [len(text) for text in texts]\n"
        "def broken(texts):\n    return None\n"
    )
    return tmp_path


def run(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """What the command answers; modules in `path` come before all others."""
    places = [*([str(path)] if path else []), str(ROOT / "tests" / "offline"), str(ROOT)]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(places),
        "PYTHONWARNINGS": "error",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, "-m", "spindetect", "benchmark", *arguments],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a command that failed."""
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("spindetect: ")
    assert line.endswith(".")
    return line


def test_everything_is_printed_and_written(folder: Path) -> None:
    pytest.importorskip("matplotlib")
    done = run("--data", "texts", "--baseline", "own:length", "-o", "out/deep")
    assert (done.returncode, done.stderr) == (0, "")
    out = folder / "out" / "deep"
    result = Benchmark.from_dict(json.loads((out / "benchmark.json").read_text(encoding="utf-8")))
    assert result.n_texts == {"human": 3, "original": 4, "spun": 4}
    assert {"own:length", "spindetect", "surprisal"} <= {f.scorer for f in result.figures}
    recall = result.select("recall", "paragraphs", "strength", "0.4")
    assert recall is not None
    assert (recall.n, recall.groups) == (4, 4)
    for heading in ("paragraphs, by family of tools", "false positives, whole texts", "time"):
        assert f"\n{heading}\n" in done.stdout
    markdown = (out / "benchmark.md").read_text(encoding="utf-8")
    images = {path.name for path in out.glob("*.png")}
    assert images == {
        "roc_paragraphs.png",
        "reliability.png",
        "recall_by_share.png",
        "false_positives.png",
    }
    for name in images:
        assert (out / name).read_bytes().startswith(b"\x89PNG")
        assert f"]({name})" in markdown


def test_json_and_markdown() -> None:
    done = run("--data", "texts/spun/pairs.jsonl", "--no-baselines", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    result = Benchmark.from_dict(json.loads(done.stdout))
    assert {f.scorer for f in result.figures} == {"spindetect"}
    assert result.data == "texts/spun/pairs.jsonl"
    done = run("--data", "texts", "--sample", "2", "--no-baselines", "--format", "markdown")
    assert done.stdout.startswith("# Benchmark\n")
    assert "at most 2 texts of a source: 2 human, 1 original, 1 spun" in done.stdout


def test_without_matplotlib_all_but_the_plots_is_written(folder: Path) -> None:
    (folder / "lacking").mkdir()
    (folder / "lacking" / "matplotlib.py").write_text("raise ImportError('not here')")
    done = run("--data", "texts", "--no-baselines", "-o", "out", path=folder / "lacking")
    assert done.returncode == 0
    assert done.stderr == (
        'spindetect: plots need matplotlib: pip install "spindetect[benchmark]".\n'
    )
    assert {path.name for path in (folder / "out").iterdir()} == {"benchmark.json", "benchmark.md"}


def test_without_scikit_learn_tfidf_is_left_out(folder: Path) -> None:
    (folder / "lacking").mkdir()
    (folder / "lacking" / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'sklearn' else find(name, *rest)\n"
    )
    done = run("--data", "texts", path=folder / "lacking")
    assert (done.returncode, done.stderr) == (0, "")
    assert "TF-IDF was left out: it needs scikit-learn" in done.stdout
    assert "surprisal" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--data", "gone"], "gone: there is no such file or folder"),
        (["--data", "empty"], "empty holds no texts"),
        (["--data", "bad.jsonl"], "bad.jsonl, line 1: not JSON"),
        (["--data", "texts", "--baseline", "own:width"], "own:width cannot be loaded"),
        (["--data", "texts", "--no-baselines", "--baseline", "own:broken"], "own:broken failed"),
        (["--data", "texts", "-o", "own.py"], "own.py cannot be written"),
        (["--data", "texts", "--model", "empty"], "model.json cannot be read"),
    ],
)
def test_bad_input_is_one_sentence(folder: Path, arguments: list[str], said: str) -> None:
    (folder / "empty").mkdir()
    (folder / "bad.jsonl").write_text("{\n")
    assert said in complaint(run(*arguments))


@pytest.mark.parametrize("arguments", [["--sample", "0"], ["--n-jobs", "0"], ["--format", "xml"]])
def test_bad_usage(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "usage: spindetect benchmark" in done.stderr

"""The documentation: its examples run, it builds without a warning, and it misses nothing."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import spindetect
from spindetect import cli
from spindetect.html_report.words import STRONG, VERY_STRONG

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
sys.path[:0] = [str(DOCS), str(ROOT / "tools")]

import release_check  # noqa: E402 - these two are programs and no part of the package
import rerun  # noqa: E402

PAGES = {str(page.relative_to(DOCS)): page for page in rerun.pages()}
# No network in these processes, and the package that stands here.
ENVIRONMENT = os.environ | {
    "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "offline"), str(ROOT)]),
    "MPLBACKEND": "agg",
}
COMMANDS: dict[str, argparse.ArgumentParser] = dict(cli._parser()[1])


@pytest.mark.skipif(shutil.which("bash") is None, reason="the examples are for a shell")
@pytest.mark.parametrize("page", PAGES)
def test_examples_print_what_is_written(page: str) -> None:
    if page == "how-to/engines.md":
        for engine in ("pyspark", "ray", "datatrove"):
            pytest.importorskip(engine, reason=f"the extra {engine} is not installed")
        if shutil.which("java") is None:
            pytest.skip("Spark needs Java")
    _, examples = rerun.rerun(PAGES[page])
    assert examples
    for example in examples:
        assert example.is_alike, (example.source, example.recorded, example.printed)


def test_there_are_at_least_six_runs() -> None:
    assert len(re.findall("^## ", PAGES["runs.md"].read_text(encoding="utf-8"), re.M)) >= 6


def test_the_notebook_runs() -> None:
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    program = (
        f"import sys; sys.path.insert(0, {str(DOCS)!r})\n"
        "import rerun\n"
        "before = rerun.outline(rerun.recorded_notebook())\n"
        "assert rerun.outline(rerun.executed_notebook()) == before, before"
    )
    done = subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_it_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("furo", reason="the extra docs is not installed")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d"),
            *(str(tmp_path / "trees"), str(DOCS), str(tmp_path / "html")),
        ],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for name in spindetect.__all__:
        if not name.startswith("__"):
            page = (tmp_path / "html" / "reference" / "api.html").read_text(encoding="utf-8")
            assert re.search(rf'id="spindetect\.(\w+\.)*{name}"', page), name


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_in_the_reference(command: str) -> None:
    page = PAGES["reference/cli.md"].read_text(encoding="utf-8")
    _, found, section = page.partition(f"\n## {command}\n")
    assert found
    section = section.partition("\n## ")[0]
    for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", COMMANDS[command].format_help()):
        assert option in section


def test_every_command_line_of_the_readme_and_the_pages_is_understood() -> None:
    lines = set()
    for page in (ROOT / "README.md", *DOCS.rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        for kind, block in re.findall(r"^```(\S*)\n(.*?)^```$", text, re.M | re.S):
            if kind == "":
                lines.update(re.findall(r"(?:^|\| )(spindetect [^#>|\n]*)", block, re.M))
    assert len(lines) > 5
    for line in lines:
        command, *arguments = line.split()[1:]
        COMMANDS[command].parse_args(arguments)


def test_the_words_of_strength_are_those_of_the_code() -> None:
    page = (DOCS / "reference" / "figures.md").read_text(encoding="utf-8")
    assert f"below {STRONG}, from {STRONG}, from {VERY_STRONG} |" in page


@pytest.mark.parametrize(
    ("recorded", "printed", "is_alike"),
    [
        ("a.txt: spun, probability 0.998\n", "a.txt: spun, probability 1.000\n", True),
        ("'spun'\n", "'clean'\n", False),
        ("", "Traceback\n", False),
        ('"mild" -> light (+7 bits)\n"desk" -> table (+9 bits)\n',
         '"moist" -> wet (+2 bits)\n"desk" -> table (+9 bits)\n', True),
        ("usage: spindetect [-h]\n", "zsh: command not found\n", False),
    ],
)  # fmt: skip
def test_what_counts_as_alike(recorded: str, printed: str, is_alike: bool) -> None:
    assert rerun.Example("", "", recorded, printed).is_alike == is_alike


def test_versions_agree_and_every_table_has_its_licence_notice(tmp_path: Path) -> None:
    assert [*release_check.version_faults(), *release_check.licence_faults()] == []
    (tmp_path / "spindetect" / "model").mkdir(parents=True)
    (tmp_path / "spindetect" / "model" / "model.json").write_text('{"tables": {"new": ""}}')
    (tmp_path / "NOTICE").write_text("Sources [old]\n")
    assert list(release_check.licence_faults(tmp_path)) == [
        "NOTICE does not say what new of the model is made from",
        "NOTICE speaks of a table old that does not ship",
    ]

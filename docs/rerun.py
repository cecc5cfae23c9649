"""Run every example of the documentation and write what it printed in its place.

python docs/rerun.py            all pages and the notebook
python docs/rerun.py --check    write nothing; say which examples would print something else

Examples are blocks ``console``, in which lines that begin with ``$`` are commands, and blocks
``pycon``, in which lines that begin with ``>>>`` are Python. The blocks of a page share one folder,
which at first holds the bundled samples (``samples/``) and the files of docs/examples, and the
Python blocks share one namespace. A command that the reference of the command line lacks gets its
section there.
"""

from __future__ import annotations

import argparse
import contextlib
import doctest
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib import import_module
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
NOTEBOOK = DOCS / "notebook.ipynb"
CLI = DOCS / "reference" / "cli.md"

_BLOCK = re.compile(r"^```(?P<kind>console|pycon)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
# Stands between what two commands print.
_MARK = "-- end of a command --"
# Numbers change with every model and machine; how many of them there are does not.
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
_WORD = re.compile(r"\w+")

# Share of the words of an output that must be as recorded.  A new classifier names other phrases of
# the samples and gives other numbers, and that is no fault of the documentation; another layout, an
# error or another verdict where nothing else is printed falls below it.
ALIKE = 0.4


@dataclass(frozen=True)
class Example:
    """What one command or statement printed: as recorded, and now."""

    page: str
    source: str
    recorded: str
    printed: str

    @property
    def is_alike(self) -> bool:
        """Whether both say the same but for numbers and some of the words."""
        return resemblance(self.recorded, self.printed) >= ALIKE


def resemblance(recorded: str, printed: str) -> float:
    """How much of two outputs is alike, numbers aside, in [0, 1].

    >>> resemblance("spun, 0.98", "spun, 0.7"), resemblance("spun", "clean")
    (1.0, 0.0)
    """
    before, after = (_WORD.findall(_NUMBER.sub("0", text)) for text in (recorded, printed))
    if not before and not after:
        return float(recorded.split() == printed.split())
    return SequenceMatcher(None, before, after, autojunk=False).ratio()


def pages() -> list[Path]:
    """The pages that hold examples."""
    return [
        page
        for page in sorted(DOCS.rglob("*.md"))
        if _BLOCK.search(page.read_text(encoding="utf-8"))
    ]


def rerun(page: Path) -> tuple[str, list[Example]]:
    """A page with what its examples print now, and these examples."""
    text = page.read_text(encoding="utf-8")
    name = str(page.relative_to(ROOT))
    examples: list[Example] = []
    names: dict[str, Any] = {}

    def fresh(block: re.Match[str]) -> str:
        body = block["body"]
        is_python = block["kind"] == "pycon"
        found = list(_python(name, body, names) if is_python else _console(name, body))
        examples.extend(found)
        body = "".join(example.source + example.printed for example in found)
        return f"```{block['kind']}\n{body}```"

    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        shutil.copytree(ROOT / "data" / "samples", "samples")
        shutil.copytree(DOCS / "examples", ".", dirs_exist_ok=True)
        return _BLOCK.sub(fresh, text), examples


def _console(page: str, body: str) -> Iterator[Example]:
    """The commands of a block, run one after the other in one shell."""
    sources: list[str] = []
    outputs: list[str] = []
    is_open = False
    for line in body.splitlines(keepends=True):
        if line.startswith("$ ") or is_open:
            sources, outputs = (
                ([*sources[:-1], sources[-1] + line], outputs)
                if is_open
                else ([*sources, line], [*outputs, ""])
            )
            is_open = line.rstrip("\n").endswith("\\")
        else:
            outputs[-1] += line
    # The exit code outlives the mark, for whoever asks for it next.
    script = "".join(
        f"{source.removeprefix('$ ')}status=$?; echo '{_MARK}'; (exit $status)\n"
        for source in sources
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, module in (("spindetect", "-m spindetect"), ("python", "")):
            command = Path(folder, name)
            command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
            command.chmod(0o755)
        done = subprocess.run(
            ["bash", "-c", script],  # noqa: S607 - the shell of whoever reads the page
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            env=os.environ
            | {
                "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
                "COLUMNS": "80",
                "NO_COLOR": "1",
                # Engines stay on this machine, report nothing, leave nothing behind, and their
                # workers do not yield to everybody else.
                "SPARK_LOCAL_IP": "127.0.0.1",
                "RAY_USAGE_STATS_ENABLED": "0",
                "RAY_AUTH_MODE": "disabled",
                "RAY_worker_niceness": "0",
                "RAY_raylet_start_wait_time_s": "300",
            },
            check=False,
        )
    printed = done.stdout.split(f"{_MARK}\n")[:-1]
    for source, before, now in zip(sources, outputs, printed, strict=True):
        yield Example(page, source, before, now if now.endswith("\n") or not now else f"{now}\n")


def _python(page: str, body: str, names: dict[str, Any]) -> Iterator[Example]:
    """The statements of a block, run in the namespace of the page."""
    for statement in doctest.DocTestParser().get_examples(body):
        first, *others = statement.source.splitlines()
        source = "".join([f">>> {first}\n", *(f"... {line}".rstrip() + "\n" for line in others)])
        shown = io.StringIO()
        with redirect_stdout(shown):
            exec(compile(statement.source, page, "single"), names)  # noqa: S102 - our own pages
        yield Example(page, source, statement.want, shown.getvalue())


def with_all_commands(text: str) -> str:
    """The reference of the command line with a section for every command, each at its end if new.

    >>> with_all_commands("# Command line").count("--help") >= 4
    True
    """
    done = subprocess.run(
        [sys.executable, "-m", "spindetect", "--help"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
    listed = done.stdout.partition("\ncommands:\n")[2].partition("\n\n")[0]
    for command in re.findall(r"^    (\w[\w-]*)", listed, re.MULTILINE):
        if f"\n## {command}\n" not in text:
            help_ = f"```console\n$ spindetect {command} --help\n```"
            text = f"{text.rstrip()}\n\n## {command}\n\n{help_}\n"
    return text


def recorded_notebook() -> Any:
    """The notebook as it stands there."""
    nbformat: Any = import_module("nbformat")
    return nbformat.read(NOTEBOOK, as_version=4)


def executed_notebook() -> Any:
    """The notebook, run from its first cell to its last.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    notebook = recorded_notebook()
    # Pipes of this machine in the place of sockets.
    manager = AsyncKernelManager(kernel_name="python3", transport="ipc")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(ROOT / "data" / "samples", "samples")
        # The kernel starts in the folder, finds the package that stands here, and shows its plots.
        os.environ["PYTHONPATH"] = str(ROOT)
        os.environ.pop("MPLBACKEND", None)
        NotebookClient(notebook, timeout=300, km=manager).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("language_info", None)
    return notebook


def outline(notebook: Any) -> list[list[str]]:
    """Kinds of the outputs of each cell of code."""
    return [
        [
            ",".join(sorted(output.get("data", {}))) or output["output_type"]
            for output in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def main(arguments: list[str] | None = None) -> int:
    """Rewrite or check; 1 if a check found examples that print something else."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    stale = 0
    if not options.check:
        CLI.write_text(with_all_commands(CLI.read_text(encoding="utf-8")), encoding="utf-8")
    for page in pages():
        text, examples = rerun(page)
        for example in examples:
            if example.printed != example.recorded:
                stale += 1
                share = resemblance(example.recorded, example.printed)
                print(f"{example.page}: {example.source.strip()} ({share:.0%} alike)")
        if not options.check:
            page.write_text(text, encoding="utf-8")
    before = recorded_notebook()
    notebook = executed_notebook()
    if outline(before) != outline(notebook):
        stale += 1
        print(f"{NOTEBOOK.name}: other outputs")
    if not options.check:
        text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True)
        NOTEBOOK.write_text(text + "\n", encoding="utf-8")
    print(f"{stale} examples print something else than recorded")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())

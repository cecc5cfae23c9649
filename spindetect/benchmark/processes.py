"""What the command and the package cost in processes of their own: time to start, and memory."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from spindetect import accelerator
from spindetect.benchmark.speed_result import Measure

__all__ = ["fresh"]

# How often each is started.
_STARTS = 3


def fresh(page: str, characters: int, switches: Mapping[str, str]) -> Iterator[Measure]:
    """Wall times and memory of processes that are started for it.

    Parameters
    ----------
    page : str
        What they score.
    characters : int
        So many are scored before memory is read.
    switches : mapping of str to str
        Ways to score, by their names: values of the environment's `spindetect.accelerator.SWITCH`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.txt"
        path.write_text(page, encoding="utf-8", errors="replace")
        command = [sys.executable, "-m", "spindetect", "score", str(path)]
        wall, cpu = _cold(command)
        yield Measure("command line, cold", "one page", wall, "s")
        yield Measure("command line, cold, CPU time", "one page", cpu, "s")
        clock = "import time; t = time.perf_counter(); import spindetect; "
        imported = [sys.executable, "-c", clock + "print(time.perf_counter() - t)"]
        seconds = statistics.median(float(_output(imported)) for _ in range(_STARTS))
        yield Measure("import spindetect", "fresh process", seconds, "s")
        code = (
            "import spindetect, pathlib; "
            f"text = pathlib.Path({str(path)!r}).read_text(encoding='utf-8'); "
            f"n = {characters} // len(text) + 1; "
            "_ = [0 for _ in spindetect.score_many(text for _ in range(n))]; "
            "print(pathlib.Path('/proc/self/status').read_text())"
        )
        # Linux alone tells the peak of a process without that of the one that started it.
        for name, switch in switches.items() if Path("/proc/self/status").exists() else ():
            peak = re.search(r"VmHWM:\s+(\d+)", _output([sys.executable, "-c", code], switch))
            if peak is not None:
                yield Measure("resident memory, at most", name, int(peak[1]) / 1000, "MB")


def _output(command: Sequence[str], switch: str = "1") -> str:
    """What a fresh process prints."""
    environment = os.environ | {accelerator.SWITCH: switch}
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)  # noqa: S603
    return done.stdout


def _cold(command: Sequence[str]) -> tuple[float, float]:
    """Wall and CPU seconds that a fresh process takes, medians of several."""
    wall, cpu = [], []
    for _ in range(_STARTS):
        begin, before = time.perf_counter(), os.times()
        _output(command)
        after = os.times()
        wall.append(time.perf_counter() - begin)
        cpu.append(sum(after[2:4]) - sum(before[2:4]))
    return statistics.median(wall), statistics.median(cpu)

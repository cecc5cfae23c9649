"""The command with the detector of `stub_cli`, which some documents hurt.

"hang" never ends, "explode" takes all memory, "die" ends the process, "fail" raises. The number of
each process that scores goes to the file that the variable PIDS names.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from stub_cli import StubDetector

from spindetect import cli
from spindetect.pipeline import chunks, runner
from spindetect.report import Report


class HostileDetector(StubDetector):
    def __init__(self) -> None:
        if name := os.environ.get("PIDS"):
            with Path(name).open("a") as stream:
                stream.write(f"{os.getpid()}\n")

    def score_many(
        self, items: Iterable[tuple[str | int, str]], **options: Any
    ) -> Iterator[Report]:
        for id, text in items:
            time.sleep(float(os.environ.get("PAUSE", "0")))
            match text:
                case "hang":
                    time.sleep(3600)
                case "explode":
                    hoard = []
                    while True:
                        hoard.append(bytearray(10_000_000))
                case "die":
                    os.kill(os.getpid(), signal.SIGSEGV)
                case "fail":
                    raise ValueError("a bug")
            yield from super().score_many([(id, text)], **options)


def detector(model: Path | None) -> HostileDetector:
    return HostileDetector()


if __name__ == "__main__":
    cli._detector = detector
    chunks._CHUNK_DOCUMENTS = 5
    runner._COMMIT_SECONDS = 0.05
    sys.exit(cli.main())

"""What all tests share: no network, and reproducible property tests."""

import hashlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

# What a subprocess of a test loads is no test; Debian's Python has a module of that name, too.
collect_ignore = ["offline"]

# numba keeps a kernel until its own file changes: here it compiles anew also where one changed that
# the kernel calls, or takes constants from.
_ROOT = Path(__file__).parents[1]
_SOURCES = [
    *sorted((_ROOT / "spindetect" / "kernels").glob("*.py")),
    *(_ROOT / "spindetect" / f"{name}.py" for name in "keys lexicon ngrams tables topics".split()),
]
_DIGEST = hashlib.sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()
os.environ.setdefault("NUMBA_CACHE_DIR", str(_ROOT / ".pytest_cache" / f"kernels-{_DIGEST[:16]}"))

# Property tests draw the same examples on every machine; a slow one is no failure.
settings.register_profile("spindetect", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("spindetect")


# For the whole session, since hypothesis objects to what is made anew for each test function.
@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Any use of a socket that could reach another machine fails."""

    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise RuntimeError("tests must not use the network")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "bind", "sendto"):
            patch.setattr(socket.socket, name, refuse)
        for name in ("create_connection", "getaddrinfo"):
            patch.setattr(socket, name, refuse)
        yield

"""What all tests share: no network, and reproducible property tests."""

import hashlib
import ipaddress
import os
import socket
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

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


@pytest.fixture(scope="session")
def session() -> Iterator[Any]:
    """A session of a real Spark on two cores, in which a task may fail three times.

    One for all tests: what its workers see of the environment is what the first one gave.
    """
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join([str(_ROOT), str(_ROOT / "tests")]))
        builder = SparkSession.builder.master("local[2,4]")
        settings = {
            "spark.ui.enabled": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.sql.shuffle.partitions": "2",
            "spark.log.level": "OFF",
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        try:
            found = builder.getOrCreate()
        except PySparkRuntimeError as error:
            pytest.skip(f"Spark does not start, for want of Java perhaps ({error})")
        yield found
        found.stop()


# For the whole session, since hypothesis objects to what is made anew for each test function.
@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Any use of a socket that could reach another machine fails."""
    with pytest.MonkeyPatch.context() as patch:
        for name, place in (("connect", 1), ("connect_ex", 1), ("bind", 1), ("sendto", -1)):
            patch.setattr(socket.socket, name, _here(getattr(socket.socket, name), place))
        for name in ("create_connection", "getaddrinfo"):
            patch.setattr(socket, name, _here(getattr(socket, name), 0))
        yield


def _here(function: Callable[..., Any], place: int) -> Callable[..., Any]:
    """The function, for addresses of this machine alone; they are its argument at `place`."""

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not _is_here(args[place]):
            raise RuntimeError("tests must not use the network")
        return function(*args, **kwargs)

    return guarded


def _is_here(address: Any) -> bool:
    """Whether an address is that of a pipe or of the loopback interface."""
    if isinstance(address, bytes) or (isinstance(address, str) and "/" in address):
        return True
    host = address[0] if isinstance(address, tuple) else address
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

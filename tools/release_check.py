"""What must hold before a release, beyond tests and documentation: `make release-check` runs it.

Versions agree; every table that ships has its sources in NOTICE; wheel and source distribution
build; the wheel installs without anything for developers on every Python that is found here, and
scores a page and writes a report there without network.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
SAMPLE = ROOT / "data" / "samples" / "04-product-page.html"

# Run in the new environment: what ships is there, and what is for others is not.
_SMOKE = """
import importlib.metadata, importlib.resources, importlib.util, pathlib, sys
import spindetect
assert "site-packages" in spindetect.__file__, spindetect.__file__
assert importlib.metadata.version("spindetect") == spindetect.__version__
assert (importlib.resources.files("spindetect") / "py.typed").is_file()
for name in ("pytest", "sklearn", "matplotlib", "pandas", "sphinx", "playwright"):
    assert importlib.util.find_spec(name) is None, f"{name} came along"
report = spindetect.score_html(pathlib.Path(sys.argv[1]).read_bytes())
assert report.verdict == "spun", report
"""


def version_faults(root: Path = ROOT) -> Iterator[str]:
    """Files that name another version than the package, a sentence each."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    if not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", version):
        yield f"{version} is no semantic version"
    for name, pattern in (
        ("spindetect/__init__.py", r'^__version__ = "(.*)"$'),
        ("CITATION.cff", r"^version: (.*)$"),
        ("CHANGELOG.md", r"^## (\S+)"),
    ):
        found = re.search(pattern, (root / name).read_text(encoding="utf-8"), re.MULTILINE)
        if found is None or found[1] != version:
            yield f"{name} names version {found and found[1]}, pyproject.toml {version}"


def licence_faults(root: Path = ROOT) -> Iterator[str]:
    """Tables whose sources NOTICE does not name, and names of tables that do not ship."""
    model = root / "spindetect" / "model"
    notice = (root / "NOTICE").read_text(encoding="utf-8")
    named = set(re.findall(r"\w+", " ".join(re.findall(r"\[([^\]]*)\]", notice))))
    shipped = set(json.loads((model / "model.json").read_text(encoding="utf-8"))["tables"])
    files = {path.stem for path in model.glob("*.npy")}
    for name in sorted((shipped | files) - named):
        yield f"NOTICE does not say what {name} of the model is made from"
    for name in sorted(named - shipped - files):
        yield f"NOTICE speaks of a table {name} that does not ship"


def pythons() -> list[Path]:
    """The Python interpreters of supported versions that are found here."""
    found = []
    for version in VERSIONS:
        places = [shutil.which(f"python{version}")]
        places += [str(p) for p in Path.home().glob(f".pyenv/versions/{version}.*/bin/python3")]
        for place in filter(None, places):
            command = [place, "-c", "import venv, ensurepip"]
            done = subprocess.run(command, capture_output=True, check=False)
            if done.returncode == 0:
                found.append(Path(place))
                break
    return found


def run(*command: str | Path, **options: object) -> str:
    """What a command prints.

    Raises
    ------
    SystemExit
        If it fails, with all that it said.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {
        k: str(v) for k, v in options.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    if done.returncode:
        sys.exit(f"release check: {' '.join(map(str, command))} failed:\n{done.stdout}")
    return done.stdout


def try_out(python: Path, package: Path, folder: Path) -> str:
    """Install a package alone in a new environment and use it without network."""
    # By version, since all of pyenv are called python3.
    version = run(python, "--version").split()[1]
    home = folder / f"{version}-{package.suffix.lstrip('.')}"
    run(python, "-m", "venv", home)
    own = home / "bin" / "python"
    run(own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package)
    offline = {"PYTHONPATH": ROOT / "tests" / "offline", "PYTHONWARNINGS": "error"}
    run(own, "-c", _SMOKE, SAMPLE, **offline)
    command = home / "bin" / "spindetect"
    run(command, "score", SAMPLE, **offline)
    said = run(command, "--version", **offline).strip()
    run(own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "jinja2")
    run(command, "report", SAMPLE, "-o", home / "report.html", **offline)
    assert "Very probably spun" in (home / "report.html").read_text(encoding="utf-8")
    return said


def main() -> int:
    """Check it all; 1 if something does not hold."""
    faults = [*version_faults(), *licence_faults()]
    for fault in faults:
        print(f"release check: {fault}.", file=sys.stderr)
    if faults:
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "build", "--outdir", folder / "dist", ROOT)
        (wheel,) = (folder / "dist").glob("*.whl")
        (source,) = (folder / "dist").glob("*.tar.gz")
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB")
        print(f"{source.name}: {source.stat().st_size / 1e6:.1f} MB")
        found = pythons()
        for python in found:
            version = run(python, "--version").strip()
            print(f"{version}, from the wheel: {try_out(python, wheel, folder)}", flush=True)
        print(f"{found[0].name}, from the source: {try_out(found[0], source, folder)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Presets by their names, and those that a TOML file describes."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from spindetect.errors import InputError
from spindetect.quality.preset import ANY, Interval, Preset, WordKind
from spindetect.quality.presets import PRESETS
from spindetect.suggest import closest

__all__ = ["named_presets", "preset", "read_preset", "read_terms"]

# What a file can say.
_KEYS = ("base", "name", "words", "bounds", "flagged")


def named_presets(names: Iterable[str], flagged: Sequence[str] = ()) -> tuple[Preset, ...]:
    """Presets by their names, or by the names of TOML files, which end in ``.toml``.

    Parameters
    ----------
    names : iterable of str
    flagged : sequence of str
        Flagged words and phrases, for the presets that have none of their own.

    Raises
    ------
    InputError
        If there is no such preset or file, or two presets have one name.

    Examples
    --------
    >>> [found.words.value for found in named_presets(["gopher", "dolma"])]
    ['parted', 'spaced']
    """
    found = tuple(read_preset(n) if n.lower().endswith(".toml") else preset(n) for n in names)
    if twice := [name for name, n in Counter(p.name for p in found).items() if n > 1]:
        raise InputError(f"two presets are named {twice[0]!r}: give one another name")
    return tuple(p if p.flagged else p.changed(p.name, {}, flagged=flagged) for p in found)


def preset(name: str) -> Preset:
    """The preset of a name.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> preset("fineweb").bounds["short_fed_lines_30"]
    (None, 0.67)
    """
    try:
        return PRESETS[name]
    except KeyError:
        found = closest(name, PRESETS)
        advice = f"the closest is {found!r}" if found else f"choose {', '.join(PRESETS)}"
        raise InputError(f"there is no preset {name!r}: {advice}") from None


def read_preset(path: str | Path) -> Preset:
    """The preset that a TOML file describes.

    ``base`` names the preset to start from (none: an empty one), ``name`` the new one (the name of
    the file), ``words`` the kind of words; the table ``bounds`` has for each signal ``[low, high]``
    where an empty string is unbounded, ``true`` to measure only, or ``false`` to leave it out.
    ``flagged`` lists words and phrases to flag, or names a file with one on each line.

    Raises
    ------
    InputError
        If the file cannot be read, is not TOML, or describes no preset.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            record = tomllib.load(file)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not TOML: {error}") from error
    try:
        return _preset_of(record, path)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _preset_of(record: Mapping[str, Any], path: Path) -> Preset:
    """The preset that a TOML document describes."""
    if unknown := sorted(set(record) - set(_KEYS)):
        found = closest(unknown[0], _KEYS)
        advice = f"the closest is {found!r}" if found else f"it has {', '.join(_KEYS)}"
        raise InputError(f"a preset has no {unknown[0]!r}: {advice}")
    base, name, words = record.get("base"), record.get("name", path.stem), record.get("words")
    for key, value in (("base", base), ("name", name), ("words", words)):
        if value is not None and not isinstance(value, str):
            raise InputError(f"{key} must be a string, got {value!r}")
    if words is not None and words not in list(WordKind):
        raise InputError(f"there are no words {words!r}: choose {', '.join(WordKind)}")
    bounds = record.get("bounds", {})
    if not isinstance(bounds, Mapping):
        raise InputError(f"bounds must be a table, got {bounds!r}")
    start = Preset("", WordKind.SPACED, {}) if base is None else preset(base)
    edges = {s: _interval(s, given) for s, given in bounds.items()}
    flagged = _flagged(record.get("flagged"), path.parent)
    return start.changed(name, edges, words=words, flagged=flagged)


def _flagged(given: object, folder: Path) -> tuple[str, ...] | None:
    """The flagged words and phrases that a value of the file stands for."""
    match given:
        case None:
            return None
        case str():
            return read_terms(folder / given)
        case list() if all(isinstance(term, str) for term in given):
            return tuple(given)
    raise InputError(f"flagged must be a list of strings or the name of a file, got {given!r}")


def read_terms(path: str | Path) -> tuple[str, ...]:
    """The words and phrases of a file, one on each line; blank lines and ``# ...`` are left out.

    Raises
    ------
    InputError
        If the file cannot be read or is not UTF-8.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8: save it as such") from error
    terms = (line.strip() for line in lines)
    return tuple(term for term in terms if term and not term.startswith("#"))


def _interval(signal: str, given: object) -> Interval | None:
    """The bounds that a value of the file stands for."""
    if isinstance(given, bool):
        return ANY if given else None
    if isinstance(given, list) and len(given) == 2:
        low, high = (None if edge == "" else edge for edge in given)
        if all(edge is None or _is_number(edge) for edge in (low, high)):
            return low, high
    raise InputError(
        f'the bounds of {signal} must be [low, high] with "" for unbounded, or true or false, '
        f"got {given!r}"
    )


def _is_number(value: object) -> bool:
    """Whether a value is a number that can bound others."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value

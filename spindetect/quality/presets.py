"""Presets: which signals a crawl filter looks at, of which words, and the bounds that it keeps.

A preset is data. Those of other systems have the bounds that these systems publish; what differs
from them beside the words is said at each. A preset of one's own is made from another with
`Preset.changed`, or read from a TOML file with `read_preset`.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from spindetect.errors import InputError
from spindetect.quality.catalogue import SIGNALS

__all__ = ["PRESETS", "Preset", "WordKind", "named_presets", "preset", "read_preset"]

Interval: TypeAlias = tuple[float | None, float | None]

# No bounds: the signal is measured and judges nothing.
_ANY: Interval = (None, None)

# Gopher (Rae et al. 2021, arXiv:2112.11446), table A1.
_TOP = {2: 0.20, 3: 0.18, 4: 0.16}
_DUPLICATE = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}


class WordKind(StrEnum):
    """What signals of words take for words.

    ``SPACED``: what white space parts. ``PARTED``: the project's own tokens, and punctuation and
    symbols one by one, close to what spaCy makes of English. ``OWN``: the project's own tokens
    alone. ``PUNCTUATED``: runs of letters, digits and underscores, and runs of other signs.
    """

    SPACED = auto()
    PARTED = auto()
    OWN = auto()
    PUNCTUATED = auto()


@dataclass(frozen=True, slots=True)
class Preset:
    """Signals with bounds.

    Attributes
    ----------
    name : str
        Stands before the names of the signals in the rules of a result.
    words : WordKind
        What signals of words are about.
    bounds : Mapping of str to (float or None, float or None)
        For each signal (`spindetect.quality.SIGNALS`) the least and the greatest value that a good
        text has; None is unbounded. A signal without bounds is measured only.

    Raises
    ------
    InputError
        If there is no signal of a name, or the least value exceeds the greatest.

    Examples
    --------
    >>> mine = preset("gopher").changed("mine", {"n_filled_words": (20, None), "stop_words": None})
    >>> mine.bounds["n_filled_words"], "stop_words" in mine.bounds
    ((20, None), False)
    """

    name: str
    words: WordKind
    bounds: Mapping[str, Interval]

    def __post_init__(self) -> None:
        for signal, (low, high) in self.bounds.items():
            if signal not in SIGNALS:
                raise InputError(
                    f"there is no signal {signal!r}: docs/quality.md lists those there are"
                )
            if low is not None and high is not None and low > high:
                raise InputError(f"the bounds of {signal} are empty: {low} is more than {high}")
        object.__setattr__(self, "words", WordKind(self.words))
        object.__setattr__(self, "bounds", MappingProxyType(dict(self.bounds)))

    def __reduce__(self) -> tuple[type[Preset], tuple[str, str, dict[str, Interval]]]:
        return Preset, (self.name, self.words.value, dict(self.bounds))

    @property
    def has_verdict(self) -> bool:
        """Whether a text can break one of its rules, which takes a bound.

        >>> preset("gopher").has_verdict, preset("redpajama").has_verdict
        (True, False)
        """
        return any(edge is not None for interval in self.bounds.values() for edge in interval)

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that tell the words and bounds from others.

        >>> mine = preset("gopher").changed("gopher", {"stop_words": (3, None)})
        >>> mine.digest == preset("gopher").digest
        False
        """
        content = json.dumps([self.words.value, [[s, *b] for s, b in self.bounds.items()]])
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def changed(
        self,
        name: str,
        bounds: Mapping[str, Interval | None],
        *,
        words: WordKind | str | None = None,
    ) -> Preset:
        """The preset with other bounds, more signals, or fewer where the bounds are None.

        Parameters
        ----------
        name : str
            Of the new preset.
        bounds : Mapping of str to (float or None, float or None), or None
        words : WordKind or str, optional
            Other words.
        """
        merged: dict[str, Interval | None] = {**self.bounds, **bounds}
        kept = {signal: interval for signal, interval in merged.items() if interval is not None}
        return Preset(name, self.words if words is None else WordKind(words), kept)


def named_presets(names: Iterable[str]) -> tuple[Preset, ...]:
    """Presets by their names, or by the names of TOML files, which end in ``.toml``.

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
    return found


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
        raise InputError(f"there is no preset {name!r}: choose {', '.join(PRESETS)}") from None


def read_preset(path: str | Path) -> Preset:
    """The preset that a TOML file describes.

    ``base`` names the preset to start from (none: an empty one), ``name`` the new one (the name of
    the file), ``words`` the kind of words; the table ``bounds`` has for each signal ``[low, high]``
    where an empty string is unbounded, ``true`` to measure only, or ``false`` to leave it out.

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
        return _preset_of(record, path.stem)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _preset_of(record: Mapping[str, Any], stem: str) -> Preset:
    """The preset that a TOML document describes."""
    if unknown := sorted(set(record) - {"base", "name", "words", "bounds"}):
        raise InputError(f"a preset has no {unknown[0]!r}: it has base, name, words and bounds")
    base, name, words = record.get("base"), record.get("name", stem), record.get("words")
    for key, value in (("base", base), ("name", name), ("words", words)):
        if value is not None and not isinstance(value, str):
            raise InputError(f"{key} must be a string, got {value!r}")
    if words is not None and words not in list(WordKind):
        raise InputError(f"there are no words {words!r}: choose {', '.join(WordKind)}")
    bounds = record.get("bounds", {})
    if not isinstance(bounds, Mapping):
        raise InputError(f"bounds must be a table, got {bounds!r}")
    start = Preset("", WordKind.SPACED, {}) if base is None else preset(base)
    return start.changed(name, {s: _interval(s, given) for s, given in bounds.items()}, words=words)


def _interval(signal: str, given: object) -> Interval | None:
    """The bounds that a value of the file stands for."""
    if isinstance(given, bool):
        return _ANY if given else None
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


def _at_most(bounds: Mapping[int, float], name: str) -> dict[str, Interval]:
    """Upper bounds of a family of signals."""
    return {name.format(n): (None, high) for n, high in bounds.items()}


def _measured(names: Iterable[str]) -> dict[str, Interval]:
    """Signals without bounds."""
    return dict.fromkeys(names, _ANY)


# The project's own. Words are parted by white space, so that one pass over the characters serves
# all; the bounds are those of the systems that the signals are from, and
# `python -m models.quality_thresholds DATA` prints how many human documents of each register each
# would drop.
_DEFAULT = Preset(
    "default",
    WordKind.SPACED,
    {
        "n_wordlike": (50, 100_000),
        "mean_wordlike_length": (3, 10),
        "larger_symbol_ratio": (None, 0.1),
        "alpha_words": (0.8, None),
        "stop_words": (2, None),
        "ellipsis_lines": (None, 0.3),
        "bullet_lines": (None, 0.9),
        "top_2gram_chars": (None, 0.2),
        "duplicate_5gram_chars": (None, 0.15),
        "terminal_lines": (0.12, None),
        "short_lines_30": (None, 0.67),
        "line_end_ratio": (None, 0.3),
        "duplicate_stripped_line_chars": (None, 0.01),
        "lorem_ipsum": (None, 0),
        "curly_brackets": (None, 0),
        "javascript": (None, 0),
    },
)

# As in datatrove 0.10.1, whose words and sentences are spaCy's.
_GOPHER = Preset(
    "gopher",
    WordKind.PARTED,
    {
        "n_filled_words": (50, 100_000),
        "mean_filled_word_length": (3, 10),
        "hash_ratio": (None, 0.1),
        "ellipsis_ratio": (None, 0.1),
        "bullet_lines": (None, 0.9),
        "ellipsis_lines": (None, 0.3),
        "alpha_words": (0.8, None),
        "stop_words": (2, None),
        "duplicate_paragraphs": (None, 0.3),
        "duplicate_paragraph_chars": (None, 0.2),
        "duplicate_lines": (None, 0.3),
        "duplicate_line_chars": (None, 0.2),
        **_at_most(_TOP, "top_{}gram_chars"),
        **_at_most(_DUPLICATE, "duplicate_{}gram_chars"),
    },
)

# As in datatrove 0.10.1. The word list for bad words is left out: it would have to be downloaded.
_C4 = Preset(
    "c4",
    WordKind.PARTED,
    {
        "lorem_ipsum_lines": (None, 0),
        "curly_bracket_lines": (None, 0),
        "kept_sentences": (5, None),
        **_measured(("javascript_lines", "policy_lines", "dropped_lines")),
    },
)

# As in datatrove 0.10.1: what FineWeb adds to Gopher's rules and C4's (these without their rule of
# the ends of lines: `any_end_kept_sentences` and two more).
_FINEWEB = Preset(
    "fineweb",
    WordKind.PARTED,
    {
        "terminal_fed_lines": (0.12, None),
        "short_fed_lines_30": (None, 0.67),
        "duplicate_filled_line_chars": (None, 0.01),
        "newline_ratio": (None, 0.3),
    },
)

# RedPajama-v2 publishes no bounds. Left out are its classifiers, importance weights, block lists
# and lists of words, which would have to be downloaded; what it gives for each line is a share.
_REDPAJAMA = Preset(
    "redpajama",
    WordKind.PUNCTUATED,
    _measured(
        (
            "n_chars",
            "n_lines",
            "n_sentences",
            "n_words",
            "normalised_n_words",
            "normalised_mean_word_length",
            "symbol_ratio",
            "ellipsis_lines",
            "no_ascii_letter_words",
            "normalised_unique_words",
            "normalised_unigram_entropy",
            "capital_words",
            "normalised_function_words",
            "normalised_lorem_ipsum_ratio",
            "curly_share",
            *(f"normalised_top_{n}gram_letters" for n in _TOP),
            *(f"normalised_covered_{n}gram_letters" for n in _DUPLICATE),
            "javascript",
            "redpajama_terminal_lines",
            "words_per_line",
            "upper_share",
            "digit_share",
            "redpajama_bullet_lines",
            "english",
            "perplexity",
        )
    ),
)

# The filters for English of NeMo Curator. Its rules of ellipses, and its sentences, go by NLTK's
# sentences; here by lines, and by the project's own sentences.
_NEMO = Preset(
    "nemo",
    WordKind.SPACED,
    {
        "non_alnum_share": (None, 0.25),
        "symbol_ratio": (None, 0.1),
        "digit_share": (None, 0.15),
        "url_chars": (None, 0.2),
        "space_share": (None, 0.25),
        "bracket_share": (None, 0.1),
        "boilerplate_paragraphs": (None, 0.4),
        "unique_lines": (0.7, None),
        "unique_paragraphs": (0.7, None),
        "unique_line_chars": (0.8, None),
        "unique_paragraph_chars": (0.8, None),
        "n_words": (50, 100_000),
        "unended_sentences": (None, 0.85),
        "alpha_words": (0.8, None),
        "stop_word_count": (2, None),
        "mean_word_length": (3, 10),
        "longest_word": (None, 1000),
        "ellipsis_lines": (None, 0.3),
        **_at_most(_TOP, "top_{}gram_chars"),
        **_at_most(_DUPLICATE, "duplicate_{}gram_chars"),
        "bullet_lines": (None, 0.9),
    },
)

# The tagger `gopher_v1` of dolma, with the bounds that Gopher gives for what it measures.
_DOLMA = Preset(
    "dolma",
    WordKind.SPACED,
    {
        "n_words": (50, 100_000),
        "median_word_length": (3, 10),
        "symbol_words": (None, 0.1),
        "alpha_words": (0.8, None),
        "stop_word_count": (2, None),
        "flush_bullet_lines": (None, 0.9),
        "one_sign_ellipsis_lines": (None, 0.3),
        "copied_lines": (None, 0.3),
        "copied_line_chars": (None, 0.2),
        **_at_most(_TOP, "top_{}gram_letters"),
        **_at_most(_DUPLICATE, "copied_{}gram_chars"),
        "repeated_runs": (None, 0),
    },
)

# DCLM's reproduction of RefinedWeb, without its classifier and its lists of addresses. It parts
# words by Unicode's rules for repetition, and by white space for all else: here by white space.
_DCLM = Preset(
    "dclm",
    WordKind.SPACED,
    {
        "n_words": (50, 100_000),
        "mean_word_length": (3, 10),
        "spaced_symbol_ratio": (None, 0.1),
        "dclm_bullet_lines": (None, 0.9),
        "ellipsis_lines": (None, 0.3),
        "alpha_words": (0.8, None),
        "stop_word_count": (2, None),
        "copied_filled_lines": (None, 0.3),
        "copied_filled_line_chars": (None, 0.2),
        "copied_paragraphs": (None, 0.3),
        "copied_paragraph_chars": (None, 0.2),
        **_at_most(_TOP, "twice_top_{}gram_letters"),
        **_at_most(_DUPLICATE, "covered_{}gram_letters"),
        "removable_words": (None, 0.05),
        **_measured(
            ("capital_lines", "digit_lines", "counter_lines", "few_word_lines_1", "invitations")
        ),
    },
)

# TextDescriptives 2.8. Its words are spaCy's, spaces included, its stop words spaCy's, its
# vocabulary a spaCy model's: here the project's own.
_TEXTDESCRIPTIVES = Preset(
    "textdescriptives",
    WordKind.PARTED,
    {
        "function_word_count": (2, None),
        "alpha_words": (0.7, None),
        "mean_word_length": (3, 10),
        "n_words": (10, 100_000),
        "hash_ratio": (None, 0.1),
        "ellipsis_lines": (None, 0.3),
        "ascii_bullet_lines": (None, 0.8),
        "lorem_ipsum": (None, 0),
        "duplicate_line_chars": (None, 0.2),
        "duplicate_paragraph_chars": (None, 0.2),
        **_at_most(_TOP, "thrice_top_{}gram_chars"),
        **_at_most(_DUPLICATE, "covered_{}gram_chars"),
        "unknown_words": (None, 0.2),
    },
)

_READABILITY = (
    "automated_readability_index",
    "coleman_liau_index",
    "lix",
    "rix",
    "mcalpine_eflaw",
    "reading_time",
    "syllables_per_word",
    "flesch_reading_ease",
    "flesch_kincaid_grade",
    "smog_index",
    "gunning_fog",
    "dale_chall",
    "new_dale_chall",
    "spache",
    "linsear_write",
    "consensus_grade",
)

# Presets by name. `all` measures every signal but those of readability, which have their own.
PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        found.name: found
        for found in (
            _DEFAULT,
            _GOPHER,
            _C4,
            _FINEWEB,
            _REDPAJAMA,
            _NEMO,
            _DOLMA,
            _DCLM,
            _TEXTDESCRIPTIVES,
            Preset("readability", WordKind.OWN, _measured(_READABILITY)),
            Preset("all", WordKind.PARTED, _measured(s for s in SIGNALS if s not in _READABILITY)),
        )
    }
)

"""The presets: the signals of each system with the bounds that it publishes, and the project's own.

What differs from a system beside the words is said at each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from spindetect.quality.catalogue import SIGNALS
from spindetect.quality.preset import ANY, Interval, Preset, WordKind

__all__ = ["PRESETS"]


# Gopher (Rae et al. 2021, arXiv:2112.11446), table A1.
_TOP = {2: 0.20, 3: 0.18, 4: 0.16}
_DUPLICATE = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}


def _at_most(bounds: Mapping[int, float], name: str) -> dict[str, Interval]:
    """Upper bounds of a family of signals."""
    return {name.format(n): (None, high) for n, high in bounds.items()}


def _measured(names: Iterable[str]) -> dict[str, Interval]:
    """Signals without bounds."""
    return dict.fromkeys(names, ANY)


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

# As in datatrove 0.10.1. No list of bad words ships with the package: `flagged_terms` is 0 until
# the user brings one.
_C4 = Preset(
    "c4",
    WordKind.PARTED,
    {
        "lorem_ipsum_lines": (None, 0),
        "curly_bracket_lines": (None, 0),
        "kept_sentences": (5, None),
        **_measured(("javascript_lines", "policy_lines", "dropped_lines")),
        "flagged_terms": (None, 0),
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

# RedPajama-v2 publishes no bounds. Left out are its classifiers, importance weights and block lists
# of addresses, which would have to be downloaded, and the list of bad words, which the user brings;
# what it gives for each line is a share.
_REDPAJAMA = Preset(
    "redpajama",
    WordKind.PUNCTUATED,
    _measured(
        (
            "n_chars",
            "n_lines",
            "redpajama_sentences",
            "n_words",
            "normalised_n_words",
            "normalised_mean_word_length",
            "symbol_ratio",
            "ellipsis_lines",
            "no_ascii_letter_words",
            "normalised_unique_words",
            "normalised_unigram_entropy",
            "capital_words",
            "function_words",
            "normalised_lorem_ipsum_ratio",
            "curly_share",
            "flagged_terms",
            *(f"normalised_top_{n}gram_letters" for n in _TOP),
            *(f"normalised_covered_{n}gram_letters" for n in _DUPLICATE),
            "javascript",
            "redpajama_terminal_lines",
            "normalised_words_per_line",
            "upper_share",
            "digit_share",
            "redpajama_bullet_lines",
            "english",
            "perplexity",
        )
    ),
)

# The filters for English of NeMo Curator 1.4. Its sentences are NLTK's: here the project's own,
# and lines for bullets, which stand before a sentence. It takes the commonest sequences out of the
# text without overlap: here they count as Gopher counts them.
_NEMO = Preset(
    "nemo",
    WordKind.SPACED,
    {
        "unplain_share": (None, 0.25),
        "mostly_symbol_words": (None, 0.1),
        "digit_share": (None, 0.15),
        "url_chars": (None, 0.2),
        "space_share": (None, 0.25),
        "bracket_share": (None, 0.1),
        "boilerplate_paragraphs": (None, 0.4),
        "unique_sentences": (0.7, None),
        "unique_paragraphs": (0.7, None),
        "unique_sentence_chars": (0.8, None),
        "unique_paragraph_chars": (0.8, None),
        "n_words": (50, 100_000),
        "unended_sentences": (None, 0.85),
        "alpha_words": (0.8, None),
        "stop_word_count": (2, None),
        "mean_word_length": (3, 10),
        "longest_word": (None, 1000),
        "trailing_sentences": (None, 0.3),
        **_at_most(_TOP, "top_{}gram_chars"),
        **_at_most(_DUPLICATE, "later_{}gram_chars"),
        "round_bullet_lines": (None, 0.9),
    },
)

# The tagger `gopher_v2` of dolma, with the bounds that Gopher gives for what it measures. Its first
# version counts the blank lines between paragraphs as copies of each other.
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

# DCLM's reproduction of RefinedWeb, without its classifier and its lists of addresses. For
# repetition it parts words by Unicode's rules and leaves punctuation out: here the project's own.
_DCLM = Preset(
    "dclm",
    WordKind.SPACED,
    {
        "n_alnum_words": (50, 100_000),
        "mean_word_length": (3, 10),
        "spaced_symbol_ratio": (None, 0.1),
        "dclm_bullet_lines": (None, 0.9),
        "spaced_ellipsis_lines": (None, 0.3),
        "alpha_words": (0.8, None),
        "folded_stop_word_count": (2, None),
        "copied_filled_lines": (None, 0.3),
        "copied_filled_line_chars": (None, 0.2),
        "copied_paragraphs": (None, 0.3),
        "copied_paragraph_chars": (None, 0.2),
        **_at_most(_TOP, "own_top_{}gram_letters"),
        **_at_most(_DUPLICATE, "own_covered_{}gram_letters"),
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
        "filled_hash_ratio": (None, 0.1),
        "ellipsis_fed_lines": (None, 0.3),
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

"""Edits between two texts: `spindetect.benchmark.edits`, under the name that the commands use."""

from spindetect.benchmark.edits import (
    ARTICLES,
    FUNCTION_WORDS,
    Edit,
    edits,
    has_content,
    text_words,
    words,
)

__all__ = [
    "ARTICLES",
    "FUNCTION_WORDS",
    "Edit",
    "edits",
    "has_content",
    "text_words",
    "words",
]

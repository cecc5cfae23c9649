"""Content quality: the signals of the filters that crawls pass, with bounds and passages.

Quality and spinning are two questions: nothing here looks at the choice of words. Every rule names
the system that it is from, and its docstring says where it differs.
"""

from __future__ import annotations

from collections.abc import Sequence

from spindetect.quality import boilerplate, lines, repetition, words
from spindetect.quality.layout import lay_out
from spindetect.quality.measures import qualities
from spindetect.report import Quality

__all__ = ["assess"]

# The rules that cost next to nothing and say most: one pass over the characters serves all of them.
_DEFAULT = (
    words.n_words,
    words.mean_word_length,
    words.symbol_to_word_ratio,
    words.alpha_words,
    words.stop_words,
    lines.ellipsis_line_ratio,
    lines.bullet_line_ratio,
    repetition.top_2gram_char_fraction,
    repetition.duplicate_5gram_char_fraction,
    lines.terminal_punctuation_ratio,
    lines.short_line_ratio,
    lines.newline_ratio,
    repetition.duplicate_line_char_ratio,
    boilerplate.lorem_ipsum,
    boilerplate.curly_bracket,
    boilerplate.javascript,
)


def assess(texts: Sequence[str]) -> list[Quality]:
    """The quality of each document of a batch, by the preset ``default``.

    Words are parted by white space here, since most bounds were found with such words.

    Parameters
    ----------
    texts : sequence of str
        The batch.

    Returns
    -------
    list of Quality
        One for each text, each with the same rules in the same order. The score is
        the share of the rules kept, in [0, 1]. An empty document has the value 0 in every rule, and
        so breaks those that ask for the presence of something.

    Examples
    --------
    >>> (quality,) = assess(["Please enable JavaScript to read the rest of the page."])
    >>> quality.failed
    ('gopher.n_words', 'gopher.top_2gram_char_fraction', 'c4.javascript')
    >>> quality.score
    0.8125
    """
    if not texts:
        return []
    layout = lay_out(tuple(texts))
    return qualities([measure(layout) for measure in _DEFAULT])

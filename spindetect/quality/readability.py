"""Signals of readability: the indices of textstat for English.

Words, sentences and letters are counted by textstat (``pip install "spindetect[readability]"``),
which is imported when the first of these signals is asked for, and so are the indices that need
nothing else. Syllables are counted here: textstat would fetch the CMU Pronouncing Dictionary from
the network for them. What its own rule, the hyphenation of pyphen, gets wrong of the words of that
dictionary is listed in a table that ships with the package (`models/syllables.py` makes it), so
that both agree. An index of an empty text is 0.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np

from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, Signal
from spindetect.quality.segments import Words
from spindetect.quality.syllables import Counts, counted, textstat_functions


def automated_readability_index(words: Words) -> Measure:
    """Automated Readability Index.

    Unit: school grade. Range: (-inf, inf). Source: Smith and Senter 1967, textstat.
    """
    return _by_textstat(words, "automated_readability_index")


def coleman_liau_index(words: Words) -> Measure:
    """Coleman-Liau index.

    Unit: school grade. Range: (-inf, inf). Source: Coleman and Liau 1975, textstat.
    """
    return _by_textstat(words, "coleman_liau_index")


def lix(words: Words) -> Measure:
    """Words a sentence, and per cent of words of more than six letters.

    Unit: none. Range: [0, inf). Source: Björnsson 1968, textstat.
    """
    return _by_textstat(words, "lix")


def rix(words: Words) -> Measure:
    """Words of more than six letters a sentence.

    Unit: words a sentence. Range: [0, inf). Source: Anderson 1983, textstat.
    """
    return _by_textstat(words, "rix")


def mcalpine_eflaw(words: Words) -> Measure:
    """Words, and again words of up to three letters, a sentence.

    Unit: words a sentence. Range: [0, inf). Source: McAlpine 1997, textstat.
    """
    return _by_textstat(words, "mcalpine_eflaw")


def reading_time(words: Words) -> Measure:
    """Time to read the text, at 14.69 ms a character.

    Unit: seconds. Range: [0, inf). Source: Demberg and Keller 2008, textstat.
    """
    return _by_textstat(words, "reading_time")


def syllables_per_word(words: Words) -> Measure:
    """Mean syllables of a word.

    Unit: syllables. Range: [0, inf). Source: textstat.
    """
    return _of_counts(words, lambda c: c.per_word)


def flesch_reading_ease(words: Words) -> Measure:
    """Flesch reading ease; more is easier.

    Unit: none. Range: (-inf, 206.835). Source: Flesch 1948, textstat.
    """
    return _of_counts(words, _reading_ease)


def flesch_kincaid_grade(words: Words) -> Measure:
    """Flesch-Kincaid grade.

    Unit: school grade. Range: (-inf, inf). Source: Kincaid 1975, textstat.
    """
    return _of_counts(words, _kincaid)


def smog_index(words: Words) -> Measure:
    """SMOG, by the words of three syllables and more.

    Unit: school grade. Range: [0, inf). Source: McLaughlin 1969, textstat.
    """
    return _of_counts(words, _smog)


def gunning_fog(words: Words) -> Measure:
    """Gunning fog, by the hard words of three syllables and more.

    Unit: school grade. Range: [0, inf). Source: Gunning 1952, textstat.
    """
    return _of_counts(words, _fog)


def dale_chall(words: Words) -> Measure:
    """Dale-Chall, by the words that are not in a list of easy ones.

    Unit: none. Range: [0, inf). Source: Dale and Chall 1948, textstat.
    """
    return _of_counts(words, _dale_chall)


def new_dale_chall(words: Words) -> Measure:
    """New Dale-Chall as textstat has it, by those of two syllables and more.

    Unit: none. Range: [0, inf). Source: Chall and Dale 1995, textstat.
    """
    return _of_counts(words, _new_dale_chall)


def spache(words: Words) -> Measure:
    """Spache, by the same words, for young readers.

    Unit: school grade. Range: [0.839, inf), or 0. Source: Spache 1953, textstat.
    """
    return _of_counts(words, _spache)


def linsear_write(words: Words) -> Measure:
    """Linsear Write of the first hundred words.

    Unit: school grade. Range: [-1, inf). Source: O'Hayre 1966, textstat.
    """
    return _of_counts(words, lambda c: c.linsear)


def consensus_grade(words: Words) -> Measure:
    """The grade that most of eight indices round to, within what schools and universities have.

    Unit: school grade. Range: [1, 18]. Source: textstat (`text_standard`).
    """
    by_textstat = (automated_readability_index, coleman_liau_index)
    ari, coleman = (np.asarray(f(words).values).tolist() for f in by_textstat)
    found = zip(_counts(words.layout), ari, coleman, strict=True)
    return Measure(np.array([_consensus(*own) for own in found]))


# All of them, those first that need no syllables.
SIGNALS: tuple[Signal, ...] = (
    automated_readability_index,
    coleman_liau_index,
    lix,
    rix,
    mcalpine_eflaw,
    reading_time,
    syllables_per_word,
    flesch_reading_ease,
    flesch_kincaid_grade,
    smog_index,
    gunning_fog,
    dale_chall,
    new_dale_chall,
    spache,
    linsear_write,
    consensus_grade,
)


def _reading_ease(c: Counts) -> float:
    return 206.835 - 1.015 * c.per_sentence - 84.6 * c.per_word if c.syllables else 0.0


def _kincaid(c: Counts) -> float:
    return 0.39 * c.per_sentence + 11.8 * c.per_word - 15.59 if c.syllables else 0.0


def _smog(c: Counts) -> float:
    return 1.043 * math.sqrt(30 * c.polysyllables / c.sentences) + 3.1291 if c.sentences else 0.0


def _fog(c: Counts) -> float:
    return 0.4 * (c.per_sentence + c.percent(c.complex))


def _dale_chall(c: Counts) -> float:
    percent = c.percent(c.unlisted)
    return 0.1579 * percent + 0.0496 * c.per_sentence + 3.6365 * (percent > 5)


def _new_dale_chall(c: Counts) -> float:
    raw = 0.1579 * c.percent(c.difficult) + 0.0496 * c.per_sentence
    return raw + 3.6365 * (raw > 0.05)


def _spache(c: Counts) -> float:
    if c.words == 0:
        return 0.0
    return 0.141 * c.per_sentence + 0.086 * c.percent(c.difficult) + 0.839


def _consensus(c: Counts, ari: float, coleman: float) -> float:
    """The commonest of the grades that the indices give, the first of those equally common."""
    ease = _reading_ease(c)
    steps = {9: [5], 8: [6], 7: [7], 6: [8, 9], 5: [10], 4: [11], 3: [12]}
    grades = _rounded(_kincaid(c))
    grades += steps.get(math.floor(ease / 10), [13])
    for index in (_smog(c), coleman, ari, _dale_chall(c), c.linsear, _fog(c)):
        grades += _rounded(index)
    return float(min(max(Counter(grades).most_common(1)[0][0], 1), 18))


def _rounded(index: float) -> list[int]:
    """The grades below, above and nearest to an index."""
    return [math.floor(index), math.ceil(index), round(index)]


def _by_textstat(words: Words, name: str) -> Measure:
    """An index that textstat gives without syllables."""
    index: Callable[[str], float] = getattr(textstat_functions(), name)
    return Measure(np.array([float(index(text)) for text in words.layout.texts]))


def _of_counts(words: Words, index: Callable[[Counts], float]) -> Measure:
    """An index of the counts of each text."""
    return Measure(np.array([float(index(counts)) for counts in _counts(words.layout)]))


def _counts(layout: Layout) -> list[Counts]:
    """Counts of each text, found once."""
    return layout.shared("readability", lambda: [counted(text) for text in layout.texts])

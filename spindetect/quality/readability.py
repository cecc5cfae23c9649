"""Signals of readability: the indices of textstat for English.

Words, sentences and letters are counted by textstat (``pip install "spindetect[readability]"``),
which is imported when the first of these signals is asked for, and so are the indices that need
nothing else. Syllables are counted here: textstat would fetch the CMU Pronouncing Dictionary from
the network for them. What its own rule, the hyphenation of pyphen, gets wrong of the words of that
dictionary is listed in a table that ships with the package (`models/syllables.py` makes it), so
that both agree. An index of an empty text is 0.
"""

from __future__ import annotations

import lzma
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import ModuleType
from typing import Any

import numpy as np

from spindetect.errors import InputError
from spindetect.quality.layout import Layout
from spindetect.quality.measures import Measure, Signal
from spindetect.quality.segments import Words

# Words whose syllables are remembered.
_REMEMBERED = 1 << 16

_TABLE = "syllables.txt.xz"

# Words that Linsear Write looks at.
_LINSEAR_WORDS = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """What the indices with syllables are made of, for one text.

    Attributes
    ----------
    words, sentences, syllables : int
        As textstat counts them.
    polysyllables : int
        Words of three syllables and more.
    unlisted, difficult, complex : int
        Words that are not in the list of easy words; of these, words of two syllables and more;
        words of three and more.
    linsear : float
        The Linsear Write index of the first hundred words.
    """

    words: int
    sentences: int
    syllables: int
    polysyllables: int
    unlisted: int
    difficult: int
    complex: int
    linsear: float

    @property
    def per_sentence(self) -> float:
        """Words a sentence."""
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def per_word(self) -> float:
        """Syllables a word."""
        return self.syllables / self.words if self.words else 0.0

    def percent(self, number: int) -> float:
        """Per cent of the words."""
        return 100 * number / self.words if self.words else 0.0


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


@lru_cache(_REMEMBERED)
def syllables(word: str) -> int:
    """Syllables of an English word in lower case, as textstat counts them.

    By pyphen's places for hyphens, and by the CMU dictionary where that says another number.

    Raises
    ------
    InputError
        If textstat, which brings pyphen, is not installed.
    """
    listed = _listed().get(word)
    return len(_pyphen().positions(word)) + 1 if listed is None else listed


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
    index: Callable[[str], float] = getattr(_textstat(), name)
    return Measure(np.array([float(index(text)) for text in words.layout.texts]))


def _of_counts(words: Words, index: Callable[[Counts], float]) -> Measure:
    """An index of the counts of each text."""
    return Measure(np.array([float(index(counts)) for counts in _counts(words.layout)]))


def _counts(layout: Layout) -> list[Counts]:
    """Counts of each text, found once."""
    return layout.shared("readability", lambda: [_counted(text) for text in layout.texts])


def _counted(text: str) -> Counts:
    """Counts of one text."""
    textstat = _textstat()
    listed = _without_punctuation(text).split()
    each = [(word.lower(), syllables(word.lower())) for word in listed]
    easy = _easy_words()
    hard = [n for word, n in each if word not in easy]
    return Counts(
        words=len(each),
        sentences=textstat.sentence_count(text),
        syllables=sum(n for _, n in each),
        polysyllables=sum(n >= 3 for _, n in each),
        unlisted=len(hard),
        difficult=sum(n >= 2 for n in hard),
        complex=sum(n >= 3 for n in hard),
        linsear=_linsear(textstat, text),
    )


def _linsear(textstat: Any, text: str) -> float:
    """Linsear Write of the first hundred words; a mark by itself is none of them."""
    raw = text.split()
    if len(raw) <= _LINSEAR_WORDS:
        chosen, read = _without_punctuation(text).split(), len(raw)
    else:
        chosen, read = [], 0
        while read < len(raw) and len(chosen) < _LINSEAR_WORDS:
            word = _without_punctuation(raw[read])
            read += 1
            if word:
                chosen.append(word)
    n_sentences = textstat.sentence_count(" ".join(raw[:read]))
    if n_sentences == 0:
        return 0.0
    hard = sum(syllables(word.lower()) >= 3 for word in chosen)
    number = (len(chosen) + 2 * hard) / n_sentences
    return float(number - 2 if number <= 20 else number) / 2


@cache
def _textstat() -> Any:
    """The functions of textstat, set to English and not to round."""
    try:
        import textstat
    except ImportError as error:
        raise InputError(
            'readability needs textstat: pip install "spindetect[readability]"'
        ) from error
    return textstat.textstat if isinstance(textstat, ModuleType) else textstat


def _without_punctuation(text: str) -> str:
    """A text without punctuation but the apostrophes of contractions, as textstat's indices see it.

    Its public function of this kind takes these out, too.
    """
    _textstat()
    from textstat.backend.transformations import remove_punctuation

    found: str = remove_punctuation(text, rm_apostrophe=False)
    return found


@cache
def _pyphen() -> Any:
    """Places for hyphens in American English, as textstat asks for them."""
    _textstat()
    from pyphen import Pyphen

    return Pyphen(lang="en_US")


@cache
def _easy_words() -> frozenset[str]:
    """The easy words of textstat."""
    _textstat()
    listed = resources.files("textstat").joinpath("resources", "en", "easy_words.txt")
    return frozenset(line.strip() for line in listed.read_text("utf-8").splitlines())


@cache
def _listed() -> dict[str, int]:
    """Syllables of the words of which pyphen does not say how many the CMU dictionary has."""
    packed = resources.files("spindetect.quality").joinpath(_TABLE).read_bytes()
    lines = lzma.decompress(packed).decode("ascii").splitlines()
    rows = (line.split(" ") for line in lines)
    return {word: int(number) for number, *listed in rows for word in listed}

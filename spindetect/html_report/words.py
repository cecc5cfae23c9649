"""What verdicts, probabilities, features and rules are called in front of a lay reader."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from inspect import signature

from spindetect.modes import Mode, OperatingPoint
from spindetect.quality.catalogue import SIGNALS
from spindetect.quality.description import described
from spindetect.report import Reason, Report, Verdict

__all__ = [
    "chance",
    "group_of",
    "grouped",
    "heading",
    "how_sure",
    "meaning",
    "rule_meaning",
    "strength",
]

# Probability of an anomaly from which it is called strong and very strong: about the terciles of
# the 383 phrases that en-2026.2 names in the bundled samples that it does not call clean (0.66 and
# 0.89).
STRONG, VERY_STRONG = 0.65, 0.9

_HEADINGS = {
    Reason.ABOVE_THRESHOLD: "Very probably spun",
    Reason.BELOW_THRESHOLD: "No sign of spinning",
    Reason.BETWEEN_THRESHOLDS: "Undecided",
    Reason.TOO_SHORT: "Too short to judge",
    Reason.NOT_ENGLISH: "Not English, so not judged",
    Reason.EMPTY: "No text found",
    Reason.ERROR: "Could not be read",
}

_MEANINGS = {
    Reason.ABOVE_THRESHOLD: (
        "Many words look as if a program had swapped them for synonyms without understanding the "
        "text. Read the marked phrases before you believe it."
    ),
    Reason.BELOW_THRESHOLD: (
        "The choice of words is what people write. That says nothing about who wrote the text, or "
        "whether it is true."
    ),
    Reason.BETWEEN_THRESHOLDS: (
        "There are signs of swapped words, but too few to say that a program did it, and too many "
        "to rule it out."
    ),
    Reason.TOO_SHORT: (
        "Below 50 words no verdict is given, because a few odd words can stand in any text. The "
        "marked phrases may still be worth a look."
    ),
    Reason.NOT_ENGLISH: "The detector knows English only.",
    Reason.EMPTY: "There was nothing to read in this document.",
    Reason.ERROR: "",
}

# What the features of the document classifier ask, by how their names begin; the first that fits.
_GROUPS = {
    "share_over": "Words that look swapped",
    "root_share": "Words that look swapped",
    "weighed_share": "Words that look swapped",
    "probability": "Words that look swapped",
    "log_odds": "Words that look swapped",
    "cloze": "Words that do not fit their surroundings",
    "document_cloze": "Words that do not fit their surroundings",
    "surprisal": "Unusual sequences of words",
    "order": "Unusual sequences of words",
    "pmi": "Unusual sequences of words",
    "unknown": "Unusual sequences of words",
    "gain": "Another word would fit better",
    "joint_gain": "Another word would fit better",
    "cloze_gain": "Another word would fit better",
    "promising": "Another word would fit better",
    "several": "Another word would fit better",
    "expected_repeats": "Another word would fit better",
    "expected_shared": "Another word would fit better",
    "pair_gain": "Another word would fit better",
    "pair_cloze_gain": "Another word would fit better",
    "weight": "Words that spinners put in",
    "propensity": "Words that spinners put in",
    "phrase_length": "Words that spinners put in",
    "zipf": "How rare the words are",
    "topic": "Words off the subject",
    "root_words": "Length of the text",
}
_OTHER = "Other evidence"


def heading(report: Report) -> str:
    """The verdict in a few words."""
    return _HEADINGS[report.reason]


def meaning(report: Report) -> str:
    """What the verdict says and does not say, in a sentence or two."""
    if report.error is not None:
        return report.error
    return _MEANINGS[report.reason]


def chance(probability: float, prior: float) -> str:
    """A probability as a count of texts.

    >>> chance(0.97, 0.5)
    'Of 100 texts that look like this one, about 97 are spun, where half of all texts are.'
    >>> chance(0.9999, 0.01)[:50]
    'Of 1,000 texts that look like this one, more than '
    """
    whole = 100 if 0.01 <= probability <= 0.99 else 1000
    count = round(probability * whole)
    about = f"about {count} {'is' if count == 1 else 'are'}"
    if count == whole:
        about = f"more than {whole - 1} are"
    elif count == 0:
        about = "fewer than 1 is"
    share = "half" if prior == 0.5 else f"{prior:.2%}".replace(".00%", "%")
    return (
        f"Of {whole:,} texts that look like this one, {about} spun, where {share} of all texts are."
    )


def strength(probability: float) -> tuple[int, str]:
    """How strong the evidence of a phrase is: 1 to 3, and in words.

    >>> strength(0.5), strength(0.99)
    ((1, 'weak sign'), (3, 'very strong sign'))
    """
    if probability >= VERY_STRONG:
        return 3, "very strong sign"
    return (2, "strong sign") if probability >= STRONG else (1, "weak sign")


def how_sure(report: Report, points: Mapping[Mode, OperatingPoint]) -> list[str]:
    """How often the model errs in this mode, as far as its own file says, a sentence each."""
    sentences = []
    point = points.get(report.mode)
    if point is not None:
        mode = report.mode.replace("_", " ")
        sentences.append(
            f"When the model {report.model} was measured in the mode “{mode}”, it called "
            f"{_count(point.false_positives)} of 10,000 texts that people wrote spun, and was "
            f"undecided on {_count(point.undecided)}."
        )
    sentences.append(
        "These figures are about all the kinds of text together that it was measured on. The "
        "model does not know of which kind this text is, and holds no figure for each: in a kind "
        "that it has seen little of, it errs more often."
        if point is not None
        else "How often the model errs is written in its model card; this report does not know of "
        "which kind the text is, and in a kind that the model has seen little of it errs more "
        "often."
    )
    if report.verdict == Verdict.SPUN:
        sentences.append(
            "A verdict is a reason to read closely, and never by itself a proof against a person."
        )
    return sentences


def _count(number: float) -> str:
    """A number of documents of 10,000.

    >>> _count(3.4), _count(195.8), _count(0)
    ('3.4', '196', 'none')
    """
    if number == 0:
        return "none"
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"


def group_of(feature: str) -> str:
    """The question that a feature of the document classifier asks.

    >>> group_of("cloze_gain_mean"), group_of("zipf_mean")
    ('Another word would fit better', 'How rare the words are')
    """
    # The longest beginning decides: a gain of the cloze model is a gain.
    fitting = [beginning for beginning in _GROUPS if feature.startswith(beginning)]
    return _GROUPS[max(fitting, key=len)] if fitting else _OTHER


def grouped(contributions: Mapping[str, float]) -> list[tuple[str, float]]:
    """Contributions of features added up by question, the weightiest first, intercept left out.

    >>> grouped({"intercept": -1.0, "zipf_mean": 0.5, "order_mean": 2.0, "order_next_mean": 1.0})
    [('Unusual sequences of words', 3.0), ('How rare the words are', 0.5)]
    """
    sums: defaultdict[str, float] = defaultdict(float)
    for name, value in contributions.items():
        if name != "intercept":
            sums[group_of(name)] += value
    return sorted(sums.items(), key=lambda item: -abs(item[1]))


# How definitions speak of what stands here once for each number: a sequence of n words, say.
_NUMBERS = (
    (re.compile(r"(?<=of )n words"), "n", "{} words"),
    (re.compile(r"(?<=sequences of )n\b"), "n", "{} words"),
    (re.compile(r"so many (?=characters)"), "most", "{} "),
    (re.compile(r"`least` times"), "least", "{} times or more"),
)


def rule_meaning(name: str) -> str:
    """What a rule of quality measures, in a phrase; its name, if no definition is known.

    >>> rule_meaning("default.short_lines_30")[:47]
    'Share of the lines of at most 30 characters, of'
    >>> rule_meaning("gopher.duplicate_5gram_chars")
    'Characters of words in sequences of 5 that stood before, for each character'
    >>> rule_meaning("mine.unheard_of")
    'mine.unheard_of'
    """
    signal = name.rpartition(".")[2]
    found = SIGNALS.get(signal)
    function = found.func if isinstance(found, partial) else found
    if function is None or function.__doc__ is None:
        # A record of another version; or Python was told to forget what documents its code.
        return name
    values = {key: p.default for key, p in signature(function).parameters.items()}
    values |= found.keywords if isinstance(found, partial) else {}
    meaning = re.split(r"(?<=\w)[.;] ", described(signal).definition.rstrip("."))[0]
    for pattern, key, form in _NUMBERS:
        if key in values:
            meaning = pattern.sub(form.format(values[key]), meaning)
    return re.sub(r"`(\w+)`", r"\1", meaning)

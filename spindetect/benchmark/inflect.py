"""Inflected forms of English lemmas, by rule and by list, and the way back to the lemmas."""

from __future__ import annotations

from collections.abc import Container
from functools import cache

__all__ = ["inflections", "lemmas"]

# Past tense and participle of the irregular verbs that differ from the rule.
_IRREGULAR_VERBS = """
be was been|bear bore borne|beat beat beaten|become became become|begin began begun|bend bent bent
bet bet bet|bind bound bound|bite bit bitten|bleed bled bled|blow blew blown|break broke broken
breed bred bred|bring brought brought|build built built|burn burned burnt|burst burst burst
buy bought bought|cast cast cast|catch caught caught|choose chose chosen|cling clung clung
come came come|cost cost cost|creep crept crept|cut cut cut|deal dealt dealt|dig dug dug|do did done
draw drew drawn|dream dreamed dreamt|drink drank drunk|drive drove driven|eat ate eaten
fall fell fallen|feed fed fed|feel felt felt|fight fought fought|find found found|flee fled fled
fling flung flung|fly flew flown|forbid forbade forbidden|forecast forecast forecast
foresee foresaw foreseen|forget forgot forgotten|forgive forgave forgiven|freeze froze frozen
get got gotten|give gave given|go went gone|grind ground ground|grow grew grown|hang hung hung
have had had|hear heard heard|hide hid hidden|hit hit hit|hold held held|hurt hurt hurt
keep kept kept|kneel knelt knelt|know knew known|lay laid laid|lead led led|lean leaned leant
leap leaped leapt|learn learned learnt|leave left left|lend lent lent|let let let|lie lay lain
light lit lit|lose lost lost|make made made|mean meant meant|meet met met|mistake mistook mistaken
overcome overcame overcome|pay paid paid|prove proved proven|put put put|quit quit quit
read read read|rend rent rent|rid rid rid|ride rode ridden|ring rang rung|rise rose risen
run ran run|say said said|see saw seen|seek sought sought|sell sold sold|send sent sent|set set set
sew sewed sewn|shake shook shaken|shed shed shed|shine shone shone|shoot shot shot|show showed shown
shrink shrank shrunk|shut shut shut|sing sang sung|sink sank sunk|sit sat sat|slay slew slain
sleep slept slept|slide slid slid|sling slung slung|slit slit slit|smell smelled smelt
sow sowed sown|speak spoke spoken|speed sped sped|spell spelled spelt|spend spent spent
spin spun spun|spit spat spat|split split split|spoil spoiled spoilt|spread spread spread
spring sprang sprung|stand stood stood|steal stole stolen|stick stuck stuck|sting stung stung
stink stank stunk|stride strode stridden|strike struck struck|string strung strung
strive strove striven|swear swore sworn|sweep swept swept|swell swelled swollen|swim swam swum
swing swung swung|take took taken|teach taught taught|tear tore torn|tell told told
think thought thought|throw threw thrown|thrust thrust thrust|tread trod trodden
undergo underwent undergone|understand understood understood|undertake undertook undertaken
undo undid undone|uphold upheld upheld|upset upset upset|wake woke woken|wear wore worn
weave wove woven|weep wept wept|win won won|wind wound wound|withdraw withdrew withdrawn
withhold withheld withheld|withstand withstood withstood|wring wrung wrung|write wrote written
"""
_IRREGULAR_NOUNS = """
man men|woman women|child children|foot feet|tooth teeth|goose geese|mouse mice|person people
ox oxen|life lives|knife knives|wife wives|leaf leaves|half halves|self selves|shelf shelves
wolf wolves|thief thieves|loaf loaves|calf calves|analysis analyses|basis bases|crisis crises
thesis theses|hypothesis hypotheses|phenomenon phenomena|criterion criteria|medium media|datum data
bacterium bacteria|index indices|matrix matrices|axis axes
"""
_IRREGULAR_GRADES = """
good better best|bad worse worst|far further furthest|little less least|many more most
well better best
"""
_IRREGULAR_THIRDS = "be is|do does|go goes|have has"


def _listed(text: str) -> dict[str, list[str]]:
    """First word of each entry to the words behind it."""
    entries = [entry.split() for entry in text.replace("\n", "|").split("|") if entry.strip()]
    return {head: rest for head, *rest in entries}


_VERBS, _NOUNS = _listed(_IRREGULAR_VERBS), _listed(_IRREGULAR_NOUNS)
_GRADES, _THIRDS = _listed(_IRREGULAR_GRADES), _listed(_IRREGULAR_THIRDS)

_TABLES = (_VERBS, _NOUNS, _GRADES, _THIRDS)

# Letters that decide whether a consonant doubles or a y turns.
_VOWELS = "aeiou"


def _with_s(word: str) -> list[str]:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return [word + "es"]
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return [word[:-1] + "ies"]
    return [word + "s", word + "es"] if word.endswith("o") else [word + "s"]


def _with(word: str, ending: str) -> list[str]:
    """The word with -ed, -ing, -er or -est; doubled consonant first where the rule may double."""
    if ending == "ing" and word.endswith("ie"):
        return [word[:-2] + "ying"]
    keeps_e = ending == "ing" and (word == "be" or word.endswith(("ee", "oe", "ye")))
    if word.endswith("e") and not keeps_e:
        return [word[:-1] + ending]
    if word.endswith("y") and word[-2:-1] not in _VOWELS and ending != "ing":
        return [word[:-1] + "i" + ending]
    # One vowel before one consonant; the u of "quit" is none.
    stem = word.replace("qu", "qw")
    consonant = len(word) > 2 and stem[-1] not in _VOWELS + "wxy"
    if consonant and stem[-2] in _VOWELS and stem[-3] not in _VOWELS:
        return [word + word[-1] + ending, word + ending]
    return [word + ending]


def inflections(lemma: str, vocabulary: Container[str]) -> dict[str, str]:
    """Forms of a one-word lemma by feature, those that are words of the vocabulary.

    Features are ``base``, ``plural``, ``third`` (person), ``past``, ``participle``, ``gerund``,
    ``comparative`` and ``superlative``.

    >>> inflections("carry", {"carry", "carries", "carried", "carrying"})["past"]
    'carried'
    """
    past, participle = _VERBS.get(lemma, [None, None])
    wanted = {
        "base": [lemma],
        "plural": _NOUNS.get(lemma) or _with_s(lemma),
        "third": _THIRDS.get(lemma) or _with_s(lemma),
        "past": [past] if past else _with(lemma, "ed"),
        "participle": [participle] if participle else _with(lemma, "ed"),
        "gerund": _with(lemma, "ing"),
        "comparative": _GRADES[lemma][:1] if lemma in _GRADES else _with(lemma, "er"),
        "superlative": _GRADES[lemma][1:] if lemma in _GRADES else _with(lemma, "est"),
    }
    found = {}
    for feature, forms in wanted.items():
        known = [form for form in forms if form in vocabulary]
        if known:
            found[feature] = known[0]
    return found


# A shorter lemma is a word of grammar more often than not: "her" is no comparative of "he".
_SHORTEST = 3


@cache
def lemmas(word: str) -> frozenset[str]:
    """What a word in lower case may be a form of by the rules, itself included.

    Without a vocabulary, words that do not exist are among them.

    >>> sorted(lemmas("told"))
    ['tell', 'told']
    >>> sorted(lemmas("visits") & lemmas("visited"))
    ['visit']
    """
    bases = {head for listed in _TABLES for head, forms in listed.items() if word in forms}
    for ending in ("s", "es", "d", "ed", "ing", "r", "er", "st", "est"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST - 1:
            bases |= {stem, stem + "e", stem[:-1], stem[:-1] + "y", stem[:-1] + "ie"}
    found = {b for b in bases if len(b) >= _SHORTEST and inflections(b, {word})}
    return frozenset(found | {word})

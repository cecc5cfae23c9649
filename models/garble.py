"""Text as machines garble it: speech that was written down, pages that were scanned, word salad."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

# No part of a word with digits or other letters, of an abbreviation, a compound or an address.
_WORD = re.compile(
    r"(?<!\w)(?<!\w['\u2019.@/&:-])[A-Za-z]+(?:['\u2019][a-z]+)?(?!\w)(?!['\u2019.@/&:-]\w)"
)

# Words that sound alike, each standing for the next of its line.
_ALIKE = """
their there they're|your you're|its it's|to too two|then than|our are|of have|right write rite
here hear|know no|new knew|by buy bye|for four|one won|see sea|son sun|week weak|whole hole
wait weight|where wear were|whether weather|would wood|peace piece|plain plane|meet meat
made maid|male mail|pair pear|passed past|principal principle|road rode|sail sale|scene seen
sight site cite|some sum|steel steal|tail tale|threw through|affect effect|accept except
brake break|cell sell|dear deer|die dye|fair fare|flour flower|great grate|hair hare|heal heel
hour our|led lead|lessen lesson|loan lone|main mane|night knight|none nun|pause paws|role roll
root route|sole soul|stair stare|vary very|wade weighed|waste waist|way weigh|wine whine|and an
a of|in and|this these|he's his
""".replace("\n", "|").strip("|")
_HEARD = {
    word: line.split()[(i + 1) % len(line.split())]
    for line in _ALIKE.split("|")
    for i, word in enumerate(line.split())
}
_FILLERS = ("uh", "um", "you know", "like", "so", "i mean", "well")

# Letters that scanners take for others.
_SCANNED = (
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("d", "cl"),
    ("l", "1"),
    ("li", "h"),
    ("h", "b"),
    ("e", "c"),
    ("c", "e"),
    ("o", "0"),
    ("i", "l"),
    ("t", "f"),
    ("f", "t"),
    ("u", "n"),
    ("n", "u"),
    ("vv", "w"),
    ("w", "vv"),
    ("s", "5"),
    ("B", "8"),
    ("ti", "fi"),
)


def each_word(text: str, change: Callable[[str], str]) -> str:
    """The text with every word replaced by what `change` makes of it; blanks left by none close."""
    parts, behind = [], 0
    for found in _WORD.finditer(text):
        word = change(found.group())
        between = text[behind : found.start()]
        parts += [between if word else between.rstrip(" \t"), word]
        behind = found.end()
    return "".join([*parts, text[behind:]]).strip(" ")


def heard(text: str, random: np.random.Generator) -> str:
    """Speech that a machine wrote down: no stops, words that sound alike, fillers and repeats."""
    share = random.uniform(0.1, 0.7)
    doubled = random.uniform(0.0, 0.04)

    def change(word: str) -> str:
        low = word.lower()
        if low in _HEARD and random.random() < share:
            return _HEARD[low]
        if random.random() < doubled:
            again = random.random() < 0.5
            return f"{low} {low}" if again else f"{random.choice(_FILLERS)} {low}"
        return low

    spoken = each_word(text, change)
    return spoken if random.random() < 0.3 else re.sub(r"[.,;:!?()\"]+(?=\s|$)", "", spoken)


def scanned(text: str, random: np.random.Generator) -> str:
    """Pages that were scanned: letters taken for others, words broken or run together."""
    share = random.uniform(0.02, 0.15)
    broken = random.uniform(0.0, 0.04)

    def change(word: str) -> str:
        if len(word) > 2 and random.random() < share:
            old, new = _SCANNED[int(random.integers(len(_SCANNED)))]
            word = word.replace(old, new, 1)
        if len(word) > 5 and random.random() < broken:
            cut = int(random.integers(2, len(word) - 2))
            return word[:cut] + str(random.choice([" ", "- ", "-"])) + word[cut:]
        return word

    found = each_word(text, change).split(" ")
    joints = np.where(random.random(len(found)) < broken / 2, "", " ").tolist()
    return "".join(piece for pair in zip(found, joints, strict=True) for piece in pair).strip()


def salad(text: str, random: np.random.Generator) -> str:
    """Words in no order, of a page or of stretches of it, some of them cut: output of machines."""
    words = text.split(" ")
    reach = int(random.choice([3, 6, 15, len(words)]))
    for low in range(0, len(words), reach):
        if random.random() < 0.9:
            order = random.permutation(np.arange(low, min(low + reach, len(words)))).tolist()
            words[low : low + reach] = [words[i] for i in order]
    cut = random.uniform(0.0, 0.08)
    hurt = (random.random(len(words)) < cut).tolist()
    return " ".join(w[: max(2, len(w) // 2)] if h else w for w, h in zip(words, hurt, strict=True))

"""Lightly spun texts: some of a spinner's edits taken back."""

from __future__ import annotations

import numpy as np

from spindetect.benchmark.edits import Edit, edits, words
from spindetect.tokens import Tokens, tokenise


def lightened(original: str, spun: str, share: float, random: np.random.Generator) -> str:
    """The spun text with random edits taken back until a share of its words differs.

    Parameters
    ----------
    original, spun : str
        Both sides.
    share : float
        Of the words of the spun text, those that come from an edit; where the spinner changed
        fewer, all of its edits stay.
    random
        Chooses the edits that stay.
    """
    left, right = tokenise([original]), tokenise([spun])
    found = edits(words(left), words(right))
    budget = share * int(right.is_word.sum())
    kept: set[Edit] = set()
    for index in random.permutation(len(found)).tolist():
        size = max(found[index].j2 - found[index].j1, 1)
        if size <= budget:
            budget -= size
            kept.add(found[index])
    return reverted(left, right, [e for e in found if e not in kept])


def reverted(left: Tokens, right: Tokens, taken_back: list[Edit]) -> str:
    """The text of `right` with the words of `left` where edits are taken back."""
    text, own = right.texts[0], left.texts[0]
    a, b = np.flatnonzero(left.is_word), np.flatnonzero(right.is_word)
    parts, at = [], 0
    for e in taken_back:
        words_back = own[left.start[a[e.i1]] : left.end[a[e.i2 - 1]]] if e.i2 > e.i1 else ""
        if e.j2 > e.j1:
            first, last = int(right.start[b[e.j1]]), int(right.end[b[e.j2 - 1]])
        else:
            first = last = int(right.end[b[e.j1 - 1]]) if e.j1 else 0
            words_back = f" {words_back}" if e.j1 else f"{words_back} "
        parts += [text[at:first], words_back]
        at = last
    return "".join([*parts, text[at:]])

"""Labelled texts to train and measure on, with the words that were replaced.

Reads folders of JSONL files (``.xz`` allowed) in the layout that `docs/data.md` describes: human
documents (``id, group, register, text``), aligned pairs (``original, spun, tool``) and labelled
texts (``label``: ``spun``, ``mixed``, ``clean`` or ``original``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spindetect.benchmark.edits import Edit, edits, words
from spindetect.tokens import Tokens, tokenise

from .light import lightened
from .mine_pairs import read_rows

# A paragraph is whole sentences up to the first that makes 50 words, at most 150; a document is
# its first 400 words in whole sentences.
PARAGRAPH = (50, 150)
DOCUMENT = (400, 400)

# Shares of words that are replaced in lightly spun documents, and the words that these have.
LIGHT = (0.05, 0.10, 0.15, 0.20)
LIGHT_WORDS = 300

# Tools whose texts are also measured lightened.
LIGHT_TOOLS = ("wp_auto_spinner", "turbo_spinner")

# Families of tools: all settings of one spinner, and all that share its dictionary, are one.
FAMILIES = (
    "wp_auto_spinner",
    "turbo_spinner",
    "textattack",
    "quillbot",
    "moby",
    "wordnet",
    "phrases",
    "dictionary_shuffle",
    "partial",
    "rules",
    "neighbours",
)

# Families that are measured in documents, paragraphs and mixed documents against their originals.
# Texts of the others only train, and of pages spun in part only what was spun is known to be.
MEASURED = ("wp_auto_spinner", "turbo_spinner", "moby", "wordnet")
IN_PART = "partial"

# A mixed document has at least this many sentences.
LEAST_SENTENCES = 6

# Each classifier learns from four fifths of the source documents.
FOLDS = 5

# Share of the spun documents that train once more without mined pairs, and three times that of the
# human ones.
UNLISTED = 0.45

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Example:
    """One text with its label.

    Attributes
    ----------
    kind : str
        ``human``, ``document``, ``paragraph``, ``mixed``, ``light-05`` to ``light-20``, ``page``,
        ``long``, ``unlisted``, ``disturbed`` or ``terms``.
    label : str
        ``human``, ``original``, ``spun``, ``mixed`` or ``clean``.
    family, tool : str
        The tool that spun it and its family (`family_of`), empty for human texts.
    group : str
        Source document: all versions of one text share it.
    register : str
        Such as ``news``.
    pair : str
        Ties a spun text to its original.
    text : str
        The text.
    edited : bool array, shape (words,), optional
        The words that a spinner put there.
    """

    kind: str
    label: str
    family: str
    tool: str
    group: str
    register: str
    pair: str
    text: str
    edited: Flags | None = None

    @property
    def fold(self) -> int:
        """Fold of the source document: all versions of one text share it."""
        return fold_of(self.group)


def fold_of(group: str) -> int:
    """Fold of a group, from a hash of its name."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % FOLDS


def sample(group: str, salt: str) -> float:
    """A number in [0, 1) that depends on nothing but the names."""
    return int(hashlib.sha256(f"{salt}/{group}".encode()).hexdigest()[:12], 16) / 16**12


def sentence_ends(tokens: Tokens) -> list[tuple[int, int]]:
    """Words up to the end of each sentence, and the offset of that end, for a batch of one text."""
    word = np.flatnonzero(tokens.is_word)
    out = []
    for index in np.unique(tokens.sentence[word]).tolist():
        inside = np.flatnonzero(tokens.sentence == index)
        out.append((int((word <= inside[-1]).sum()), int(tokens.end[inside[-1]])))
    return out


def clip(text: str, bounds: tuple[int, int]) -> tuple[str, int]:
    """Whole sentences from the front until ``bounds[0]`` words are there, at most ``bounds[1]``."""
    best = ("", 0)
    for count, end in sentence_ends(tokenise([text])):
        if count > bounds[1]:
            break
        best = (text[:end], count)
        if count >= bounds[0]:
            break
    return best


def edited_flags(size: int, found: list[Edit]) -> Flags:
    """Mask of the spun words that an edit put there."""
    flags = np.zeros(size, np.bool_)
    for e in found:
        flags[e.j1 : e.j2] = True
    return flags


@dataclass(frozen=True)
class Aligned:
    """Both sides of a pair cut at the sentence ends that they share.

    Attributes
    ----------
    spun : list of (str, bool array)
        Segments of the spun side, and which of their words an edit put there.
    original : list of str
        The segments that correspond to them.
    """

    spun: list[tuple[str, Flags]]
    original: list[str]


def align(original: str, spun: str) -> tuple[Aligned, Flags]:
    """Segments of one sentence or more that correspond, and the edited words of the spun side."""
    left, right = tokenise([original]), tokenise([spun])
    found = edits(words(left), words(right))
    flags = edited_flags(int(right.is_word.sum()), found)
    ends_left = dict(sentence_ends(left))
    ends_right = dict(sentence_ends(right))
    # Every word of the original before an end must lie before the corresponding end.
    shift = 0
    at = 0
    segments_s, segments_o = [], []
    before_o = before_s = word_s = 0
    for count in sorted(ends_left):
        while at < len(found) and found[at].i2 <= count:
            shift = found[at].j2 - found[at].i2
            at += 1
        crosses = at < len(found) and found[at].i1 < count
        other = count + shift
        if not crosses and other in ends_right:
            segments_o.append(original[before_o : ends_left[count]])
            segments_s.append((spun[before_s : ends_right[other]], flags[word_s:other]))
            before_o, before_s, word_s = ends_left[count], ends_right[other], other
    return Aligned(segments_s, segments_o), flags


def mixed(aligned: Aligned, pair: str) -> tuple[str, Flags] | None:
    """A text with some sentences of the spun side and the others of the original."""
    n = len(aligned.spun)
    if n < LEAST_SENTENCES:
        return None
    random = np.random.default_rng(int(sample(pair, "mixed") * 2**32))
    chosen = set(random.permutation(n)[: round(n * random.uniform(0.2, 0.8))].tolist())
    text, flags = [], []
    for i, ((spun, edited), original) in enumerate(
        zip(aligned.spun, aligned.original, strict=True)
    ):
        text.append(spun if i in chosen else original)
        size = len(edited) if i in chosen else int(tokenise([original]).is_word.sum())
        flags.append(edited if i in chosen else np.zeros(size, np.bool_))
    # A blank between segments keeps their words apart, as they were tokenised.
    return " ".join(text), np.concatenate(flags)


def family_of(tool: str) -> str:
    """Family of a tool.

    >>> family_of("wp_auto_spinner_shuffle"), family_of("moby-light")
    ('wp_auto_spinner', 'moby')
    """
    return next((family for family in FAMILIES if tool.startswith(family)), tool)


def human(folder: Path) -> Iterator[Example]:
    """Human documents, whole."""
    for path in sorted(folder.iterdir()):
        for row in read_rows(path):
            yield Example(
                "human", "human", "", "", row["group"], row["register"], row["id"], row["text"]
            )


def pairs(
    path: Path, share: float = 1.0, measured: Collection[str] = MEASURED
) -> Iterator[Example]:
    """Examples of an aligned file, of a share of its groups.

    Of the families that are `measured`: documents, paragraphs and mixed documents, and lightly spun
    ones where the tool is among `LIGHT_TOOLS`; of the others whatever trains.
    """
    for row in read_rows(path):
        if sample(row["group"], path.name) >= share:
            continue
        tool, pair = row["tool"], f"{row['tool']}/{row['id']}"
        base = (family_of(tool), tool, row["group"], row["register"], pair)
        aligned, flags = align(row["original"], row["spun"])
        if base[0] not in measured:
            spun, count = clip(row["spun"], DOCUMENT)
            kind, label = ("mixed", "mixed") if base[0] == IN_PART else ("document", "spun")
            if count >= PARAGRAPH[0]:
                yield Example(kind, label, *base, spun, flags[:count])
            continue
        for kind, bounds in (("document", DOCUMENT), ("paragraph", PARAGRAPH)):
            original, _ = clip(row["original"], bounds)
            spun, count = clip(row["spun"], bounds)
            if count < PARAGRAPH[0] or not original:
                continue
            yield Example(kind, "original", *base, original)
            yield Example(kind, "spun", *base, spun, flags[:count])
        blend = mixed(aligned, pair)
        if blend is not None:
            yield Example("mixed", "mixed", *base, *blend)
        if tool in LIGHT_TOOLS:
            yield from light(row, base)


def long(path: Path) -> Iterator[Example]:
    """Whole spun texts of an aligned file."""
    for row in read_rows(path):
        tool, pair = row["tool"], f"{row['tool']}/{row['id']}"
        base = (family_of(tool), tool, row["group"], row["register"], pair)
        label = "mixed" if base[0] == IN_PART else "spun"
        _, flags = align(row["original"], row["spun"])
        yield Example("long", label, *base, row["spun"], flags)


def light(row: dict[str, str], base: tuple[str, str, str, str, str]) -> Iterator[Example]:
    """Lightly spun versions of a document of `LIGHT_WORDS` and more, one for each share."""
    random = np.random.default_rng(int(sample(base[-1], "light") * 2**32))
    original = words(tokenise([row["original"]]))
    for share in LIGHT:
        text, count = clip(lightened(row["original"], row["spun"], share, random), DOCUMENT)
        if count >= LIGHT_WORDS:
            tokens = tokenise([text])
            flags = edited_flags(count, edits(original, words(tokens)))
            yield Example(f"light-{round(share * 100):02d}", "spun", *base, text, flags)


def labelled(path: Path) -> Iterator[Example]:
    """Texts that come with a label; a spun one whose group has an original is aligned with it."""
    rows = list(read_rows(path))
    originals = {
        r["group"]: r["text"]
        for r in rows
        if r["label"] == "original" and r.get("tool") != "human-student"
    }
    for row in rows:
        tool = row.get("tool", path.name.split(".")[0])
        register = row.get("register", "web")
        family = family_of(tool) if row["label"] == "spun" else ""
        flags = None
        if row["label"] == "spun" and row["group"] in originals:
            left, right = tokenise([originals[row["group"]]]), tokenise([row["text"]])
            flags = edited_flags(int(right.is_word.sum()), edits(words(left), words(right)))
        yield Example(
            "page",
            row["label"],
            family,
            tool,
            row["group"],
            register,
            row["group"],
            row["text"],
            flags,
        )


def unlisted(examples: list[Example]) -> list[Example]:
    """Copies of some documents, to be read with a lexicon that lists no mined pairs.

    They train and are not measured: from them the classifiers learn what a spinner looks like whose
    dictionary nobody has seen.
    """
    found = []
    for e in examples:
        is_spun = e.kind in ("document", "long") and e.label == "spun"
        if is_spun and sample(e.pair, "unlisted") < UNLISTED:
            found.append(replace(e, kind="unlisted"))
        elif e.kind == "human" and sample(e.pair, "unlisted") < UNLISTED / 3:
            found.append(replace(e, kind="unlisted", text=clip(e.text, DOCUMENT)[0] or e.text))
    return found

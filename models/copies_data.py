"""Collections with known copies: originals, spun versions, parts and mergers among other pages."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np

from spindetect.tokens import tokenise

from . import corpus
from .examples import sample, sentence_ends
from .light import lightened
from .mine_pairs import read_rows

Row = dict[str, str]

# Aligned rows of each document.
Sources = dict[str, list[Row]]

# Spun versions of a page, at most. Where the tool has made fewer, its edits are taken back at
# random until so large a share of the words differs, so that each version differs in its own way.
VERSIONS = 5
SHARES = (0.12, 0.30)

# Share of the sources of which two are merged into one page.
MERGED = 0.3

# Characters of an unrelated page at most: the front of books and of long articles.
CHARACTERS = 6000

# Characters of a document at least.
LEAST_CHARACTERS = 400

# Unrelated pages that copies are hidden among, and sources of the copies at most.
UNRELATED = 20_000
SOURCES = 260

# Unrelated pages fall into parts, two to learn from and one to measure on: by their groups, and of
# corpora in runs of so many neighbours of a file, at most so many of one file for each part. So all
# are alike, and none has the neighbours of another's.
TO_LEARN, MEASURED = (0, 1), 2
SHARES_OF_HUMAN = (0.25, 0.5, 1.0)
RUN = 100
OF_FILE = 4800

# Roles of pages.
WHOLE = ("original", "version")
PARTIAL = ("third", "merged")


@dataclass
class Collection:
    """Pages and what is known of them.

    Attributes
    ----------
    texts : list of str
    sources : list of frozenset
        Ids of the sources that a page was made of; none for an unrelated page.
    roles : list of str
        ``original``, ``version``, ``third``, ``merged`` or ``unrelated``.
    groups : list of str
        Group of the first source.
    as_made : list of bool
        Whether a page is a text of the tool as it is.
    """

    texts: list[str] = field(default_factory=list)
    sources: list[frozenset[str]] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    as_made: list[bool] = field(default_factory=list)

    def add(
        self, text: str, role: str, sources: Iterable[str] = (), group: str = "", *, made: bool
    ) -> None:
        """Add a page."""
        self.texts.append(text)
        self.roles.append(role)
        self.sources.append(frozenset(sources))
        self.groups.append(group)
        self.as_made.append(made)

    def truth(self, a: int, b: int) -> str:
        """What two pages are to each other: ``whole``, ``third``, ``merged``, ``none``.

        Two partial pages of one source may or may not share a passage: they are ``unjudged``.
        """
        if not self.sources[a] & self.sources[b]:
            return "none"
        partial = [role for role in (self.roles[a], self.roles[b]) if role in PARTIAL]
        return ("whole", partial[0] if partial else "", "unjudged")[len(partial)]

    def origins(self, page: int) -> list[int]:
        """The page and the originals of its sources."""
        return [page, *(self._originals[source] for source in sorted(self.sources[page]))]

    @cached_property
    def _originals(self) -> dict[str, int]:
        """The original of each source."""
        return {
            source: page
            for page, role in enumerate(self.roles)
            if role == "original"
            for source in self.sources[page]
        }

    def related(self) -> dict[tuple[int, int], str]:
        """All pairs that share a source, with their truth."""
        by_source = defaultdict(list)
        for page, sources in enumerate(self.sources):
            for source in sources:
                by_source[source].append(page)
        return {
            (a, b): self.truth(a, b)
            for pages in by_source.values()
            for a in pages
            for b in pages
            if a < b
        }


def spun_texts(paths: Iterable[Path]) -> Sources:
    """Aligned rows of files by the document that they are of."""
    found: dict[str, list[Row]] = defaultdict(list)
    for path in paths:
        for row in read_rows(path):
            found[row["id"]].append(row)
    return found


def hidden(sources: Sources, unrelated: Sequence[str], hosts: Sequence[str]) -> Collection:
    """A collection of originals with one to five versions each, parts and mergers, and other pages.

    Parameters
    ----------
    sources
        Aligned rows of each document.
    unrelated
        Texts of other pages.
    hosts
        Texts that parts are put into, none of them among the others.
    """
    made = Collection()
    before: tuple[str, str, str] | None = None
    for number, (id, rows) in enumerate(sources.items()):
        group, original = rows[0]["group"], rows[0]["original"]
        made.add(original, "original", [id], group, made=True)
        wanted = 1 + int(sample(id, "versions") * VERSIONS)
        random = np.random.default_rng(int(sample(id, "copies") * 2**32))
        for version in range(wanted):
            row = rows[version % len(rows)]
            text = row["spun"]
            if version >= len(rows):
                share = random.uniform(*SHARES)
                text = lightened(row["original"], row["spun"], share, random)
            made.add(text, "version", [id], group, made=version < len(rows))
        spun = rows[-1]["spun"]
        third = inside(hosts[number % len(hosts)], cut(spun, 1 / 3, random), random)
        made.add(third, "third", [id], group, made=True)
        if before is not None and sample(id, "merged") < MERGED:
            both = f"{before[2]} {cut(spun, 1 / 2, random)}"
            made.add(both, "merged", [before[0], id], group, made=True)
        before = id, group, cut(spun, 1 / 2, random)
    for text in unrelated:
        made.add(text, "unrelated", made=True)
    return made


def cut(text: str, share: float, random: np.random.Generator) -> str:
    """Neighbouring whole sentences that make a share of the words, from a random place on."""
    ends = sentence_ends(tokenise([text]))
    words = ends[-1][0] if ends else 0
    starts = [(0, 0), *ends]
    possible = [at for at in range(len(ends)) if words - starts[at][0] >= share * words]
    begin = possible[int(random.integers(len(possible)))] if possible else 0
    for count, end in ends[begin:]:
        if count - starts[begin][0] >= share * words:
            return text[starts[begin][1] : end].strip()
    return text


def inside(host: str, part: str, random: np.random.Generator) -> str:
    """The part among twice as many words of a host, at a random end of a sentence."""
    ends = sentence_ends(tokenise([host[:CHARACTERS]]))
    wanted = 2 * len(part.split())
    last = next((at for at, (count, _) in enumerate(ends) if count >= wanted), len(ends) - 1)
    place = ends[int(random.integers(last + 1))][1]
    return f"{host[:place]}\n\n{part}\n\n{host[place : ends[last][1]]}"


def unrelated_pages(
    data: Path, part: int, without: set[str], n_hosts: int
) -> tuple[list[str], list[str]]:
    """Human documents that parts of others are put into, and `UNRELATED` other pages.

    Parameters
    ----------
    data : Path
    part : int
        One of `TO_LEARN`, or `MEASURED`: the pages of one are in no other.
    without : set of str
        Groups whose documents are left out.
    n_hosts : int
    """
    human = list(human_pages(data / "human", part, without))
    others = [*human[n_hosts:], *corpus_pages(data / "corpora", part)]
    return human[:n_hosts], evenly(others, UNRELATED)


def human_pages(folder: Path, part: int, without: set[str]) -> Iterator[str]:
    """Human documents of a part that share no group with some.

    One of each group: others may be translations of the same text, and no unrelated pages.
    """
    met = set(without)
    for path in sorted(folder.glob("*.jsonl*")):
        if path.name.startswith("news_simplified"):
            continue
        for row in read_rows(path):
            if row["group"] not in met and len(row["text"]) >= LEAST_CHARACTERS:
                met.add(row["group"])
                if bisect(SHARES_OF_HUMAN, sample(row["group"], "unrelated")) == part:
                    yield row["text"][:CHARACTERS]


def corpus_pages(folder: Path, part: int) -> Iterator[str]:
    """Documents of corpora of a part, file by file."""

    def own(path: Path) -> Iterator[str]:
        for number, text in enumerate(corpus.documents(path)):
            if number // RUN % len(SHARES_OF_HUMAN) == part and len(text) >= LEAST_CHARACTERS:
                yield text[:CHARACTERS]

    for paths in corpus.registers(folder).values():
        for path in paths:
            yield from islice(own(path), OF_FILE)


def evenly(pages: Sequence[str], size: int) -> list[str]:
    """So many pages, evenly from all.

    >>> evenly("abcdef", 3)
    ['a', 'c', 'e']
    """
    places = np.arange(min(size, len(pages))) * len(pages) // max(min(size, len(pages)), 1)
    return [pages[at] for at in places.tolist()]


def simplified(folder: Path) -> dict[str, list[str]]:
    """The levels of each article of the simplified news."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("news_simplified*")):
        for row in read_rows(path):
            found[row["group"]].append(row["text"])
    return {group: texts for group, texts in found.items() if len(texts) > 1}

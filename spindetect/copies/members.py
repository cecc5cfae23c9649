"""The members of a cluster in order, and what they share, one pair after the other.

A cluster may have more pages than there is memory for their fingerprints and passages: of all of
them only numbers, names and surprisal are held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice

from spindetect.batches import item_batches
from spindetect.copies.clusters import Cluster, Identifier, Pair
from spindetect.copies.fingerprint import Fingerprint
from spindetect.copies.match import Kind, exact, matched, weights
from spindetect.copies.reader import Reader, reader
from spindetect.copies.surprisal import surprisal

__all__ = ["Members", "Name", "Names", "Texts", "fingerprints", "kinds_of", "members"]

# Pages of a cluster of which all found pairs are told; of more, each with the original.
_TOLD = 12

# Texts of pages by their numbers, and ids and dates.
Texts = Callable[[Sequence[int]], list[str]]
Name = tuple[Identifier, str | None]
Names = Callable[[Sequence[int]], list[Name]]


@dataclass(frozen=True, slots=True)
class Members:
    """The pages of a cluster, by their numbers in the collection.

    Attributes
    ----------
    versions : list of int
        Pages with different words that are versions of one another, the likeliest original first.
    parts : list of int
        Pages that have a part of one.
    same : mapping
        Of each of these the pages with the same words, itself among them, the earliest first.
    names : mapping
        Id and date of each page.
    surprisal : mapping
        Of each version, mean bits a word; 0 where it was not needed.
    texts : callable
        Gives the texts of pages.
    """

    versions: list[int]
    parts: list[int]
    same: Mapping[int, list[int]]
    names: Mapping[int, Name]
    surprisal: Mapping[int, float]
    texts: Texts

    @property
    def numbers(self) -> list[int]:
        """All pages in order, versions before parts."""
        return list(chain.from_iterable(self.same[p] for p in (*self.versions, *self.parts)))

    def pairs(self) -> Iterator[Pair]:
        """What pages share with the original, and in small clusters with one another."""
        read, learned = reader(), weights()
        place = {number: at for at, number in enumerate(self.numbers)}
        (original, first), *_ = fingerprints(self.versions[:1], self.texts, read)
        others = [*self.versions[1:], *self.parts]
        for page, own in fingerprints(others, self.texts, read):
            match = matched(first, own, learned)
            yield Pair(place[self.same[original][0]], place[self.same[page][0]], match)
        if len(others) < _TOLD:
            prints = dict(fingerprints(others, self.texts, read))
            for a, b in combinations(others, 2):
                match = matched(prints[a], prints[b], learned)
                if match.is_copy:
                    yield Pair(place[self.same[a][0]], place[self.same[b][0]], match)
        repeated = [page for page, pages in self.same.items() if len(pages) > 1]
        for page, own in fingerprints(repeated, self.texts, read):
            number, *later = self.same[page]
            yield from (Pair(place[number], place[n], exact(own, own)) for n in later)

    def cluster(self, kinds: Sequence[Kind], pairs: Sequence[Pair]) -> Cluster:
        """The cluster with the kinds of all pages, and some pairs."""
        numbers = self.numbers
        ids, dates = zip(*(self.names[n] for n in numbers), strict=True)
        odd = tuple(self.surprisal[page] for page in self.versions for _ in self.same[page])
        return Cluster(
            ids[: len(odd)],
            ids[len(odd) :],
            tuple(kinds),
            tuple(numbers),
            dates,
            odd,
            tuple(pairs),
        )


def kinds_of(size: int, pairs: Iterable[Pair]) -> list[Kind]:
    """What each of so many pages is to the first, by what `Members.pairs` gives."""
    kinds = [Kind.DIFFERENT] * size
    for pair in pairs:
        if pair.first == 0:
            kinds[pair.second] = pair.match.kind
        elif pair.match.kind is Kind.EXACT:
            # What has the same words as another page is to the first what that is.
            kinds[pair.second] = kinds[pair.first]
    return kinds


def members(
    pages: Sequence[int],
    parts: Sequence[int],
    copies: Mapping[int, list[int]],
    names: Names,
    texts: Texts,
) -> Members:
    """The members that some versions and parts make, with those that have the words of one.

    Parameters
    ----------
    pages, parts : sequence of int
    copies : mapping
        Later pages with the same words, by the first.
    names, texts : callable
        Of pages by their numbers.
    """
    same = {page: [page, *copies.get(page, [])] for page in (*pages, *parts)}
    numbers = list(chain.from_iterable(same.values()))
    name_of = dict(zip(numbers, names(numbers), strict=True))
    date_of = {number: date for number, (_, date) in name_of.items()}
    for all_ in same.values():
        all_.sort(key=lambda n: (date_of[n] is None, date_of[n] or "", n))
    odd = dict.fromkeys(pages, 0.0)
    if len(pages) > 1:
        ngrams = reader().ngrams
        bits = (surprisal(batch, ngrams) for _, batch in _batches(pages, texts))
        odd = dict(zip(pages, chain.from_iterable(bits), strict=True))
    # Dates decide where all versions have one; otherwise how odd a version reads.
    has_dates = all(date_of[same[page][0]] is not None for page in pages)
    order = sorted(pages, key=lambda p: (date_of[same[p][0]] if has_dates else "", odd[p], p))
    return Members(order, list(parts), same, name_of, odd, texts)


def fingerprints(
    pages: Sequence[int], texts: Texts, read: Reader
) -> Iterator[tuple[int, Fingerprint]]:
    """Numbers and fingerprints of some pages, in order."""
    for numbers, batch in _batches(pages, texts):
        stream = read.read(batch)
        yield from ((number, stream[at]) for at, number in enumerate(numbers))


def _batches(pages: Sequence[int], texts: Texts) -> Iterator[tuple[list[int], list[str]]]:
    """Numbers and texts of some pages, as many together as are read at once."""
    numbers = iter(pages)
    found = (text for number in pages for text in texts([number]))
    for batch in item_batches(found):
        own = [text for _, text in batch if isinstance(text, str)]
        yield list(islice(numbers, len(own))), own

"""Pages spun from one source: found together, and the likeliest original among them.

>>> from spindetect import copies
>>> copies.find_copies([("a", "Too short."), ("b", "Too short.")])
[]
"""

from spindetect.copies.clusters import Cluster, Page, Pair
from spindetect.copies.fingerprint import Fingerprint
from spindetect.copies.match import Kind, Match
from spindetect.copies.passages import Passage, Substitution
from spindetect.copies.reader import fingerprint
from spindetect.copies.search import find_copies, same_source

__all__ = [
    "Cluster",
    "Fingerprint",
    "Kind",
    "Match",
    "Page",
    "Pair",
    "Passage",
    "Substitution",
    "find_copies",
    "fingerprint",
    "same_source",
]

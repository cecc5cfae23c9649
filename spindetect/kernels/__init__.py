"""Kernels: the inner loops of scoring, compiled by numba.

Each gives what the numpy version beside its caller gives, to the last bit: whole numbers, or the
same floating-point operations in the same order. Import this package through
`spindetect.accelerator` only.

numba compiles a kernel anew where the file that it stands in has changed, and not where one has
that it calls: who works on `spindetect.kernels.lookups` sets ``NUMBA_CACHE_DIR`` to a new folder,
as the tests do.
"""

from spindetect.kernels.cloze import cloze_scores, hidden, narrow
from spindetect.kernels.lookups import BLOCK, bigram, find, logprob, room
from spindetect.kernels.pairs import joint, tried
from spindetect.kernels.phrases import substitutes
from spindetect.kernels.restoration import search
from spindetect.kernels.topics import topic_sums
from spindetect.kernels.trees import log_odds

__all__ = [
    "BLOCK",
    "bigram",
    "cloze_scores",
    "find",
    "hidden",
    "joint",
    "log_odds",
    "logprob",
    "narrow",
    "room",
    "search",
    "substitutes",
    "topic_sums",
    "tried",
]

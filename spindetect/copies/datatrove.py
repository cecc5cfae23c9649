"""Copies within datatrove: the first step of its MinHash deduplication, on anchors.

datatrove's own steps behind it bring the buckets together, cluster, and filter. All of its
deduplication needs ``pip install "datatrove[processing]"``.

>>> signatures = [JsonlReader("crawl/"), CopySignature("signatures/")]
>>> buckets = [MinhashDedupBuckets("signatures/", "buckets/", config=COPIES)]
>>> clusters = [MinhashDedupCluster("buckets/", "remove/", config=COPIES)]
>>> kept = [JsonlReader("crawl/"), MinhashDedupFilter("remove/"), JsonlWriter("kept/")]
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from datatrove.io import get_datafolder
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature

from spindetect.copies.reader import fingerprint

__all__ = ["COPIES", "CopySignature"]

# Ten originals of the bundled texts shared 14 to 69 % of the anchors with a spun version of theirs
# (of those that either has). A pair that shares a quarter meets in a bucket of two hashes with a
# probability of 1 - (1 - 0.25**2)**32 = 87 %, one that shares half with 99.99 %, and one that
# shares a fiftieth with 1 %.
COPIES = MinhashConfig(num_buckets=32, hashes_per_bucket=2)


class CopySignature(MinhashDedupSignature):  # type: ignore[misc] # datatrove has no types
    """The first step of datatrove's MinHash deduplication, with anchors for word 5-grams.

    What it finds together are spun or copied versions of whole pages. datatrove neither aligns nor
    confirms them; for that, for parts of pages and for originals there is ``spindetect copies``.
    Tiny pages have no signature, so that none is removed.

    Parameters
    ----------
    output_folder : str
        As in datatrove.
    config : MinhashConfig
        Buckets and hashes; its 5-grams are not used. The steps behind it must have the same.
    """

    type = "DEDUP"
    name = "spindetect copies"

    def __init__(self, output_folder: Any, config: MinhashConfig = COPIES) -> None:
        # Not that of the parent, which loads spaCy to part words that are not parted here.
        PipelineStep.__init__(self)
        self.output_folder = get_datafolder(output_folder)
        self.config = config
        self.num_hashes = config.num_buckets * config.hashes_per_bucket
        self.skip_existing_sigs = False
        self._parameters = None

    def get_shingles(self, text: str) -> npt.NDArray[np.uint64]:
        """The anchors of a text, shape (n, 1)."""
        found = fingerprint(text)
        return np.unique(found.anchors if not found.is_tiny else found.anchors[:0]).reshape(-1, 1)

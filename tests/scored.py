"""Texts with their scores, written by hand, for what measures them."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np

from models.crossfit import Scores
from models.examples import Example
from models.seen import Seen

PLAIN: dict[str, Any] = {
    "kind": "human",
    "label": "human",
    "family": "",
    "tool": "",
    "group": "",
    "register": "",
    "pair": "",
    "text": "",
}

# Example, words and log-odds of a sentence, and whether it is spun (-1 unknown).
Sentence = tuple[int, int, float, int]


def text(words: int, log_odds: float, **known: str) -> tuple[Example, int, float]:
    """A text of so many words, of which nothing matters but what is given."""
    return Example(**{**PLAIN, **known}), words, log_odds


def scored(
    texts: Sequence[tuple[Example, int, float]], sentences: Iterable[Sentence] = ()
) -> tuple[Seen, Scores]:
    """Texts and their scores, without the evidence that these came from."""
    examples = [example for example, _, _ in texts]
    count = np.array([words for _, words, _ in texts], np.int64)
    n = int(count.sum())
    rows, sentence = np.zeros((n, 0), np.float32), np.zeros(n, np.int64)
    seen = Seen(examples, rows, sentence, count, np.zeros(n, np.int8))
    found = np.array(list(sentences), np.float64).reshape(-1, 4)
    scores = Scores(
        words=cast(Any, None),
        documents=np.zeros((len(texts), 0)),
        document=np.array([log_odds for _, _, log_odds in texts], np.float64),
        sentence_doc=found[:, 0].astype(np.int64),
        sentence_size=found[:, 1].astype(np.int64),
        sentence_spun=found[:, 3].astype(np.int8),
        sentences=np.zeros((len(found), 0), np.float32),
        sentence=found[:, 2],
    )
    return seen, scores

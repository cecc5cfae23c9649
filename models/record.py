"""The trained part of a model file: what a release and a user's model have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from spindetect import evidence
from spindetect.classifier import BoostedModel
from spindetect.modes import Mode, OperatingPoint
from spindetect.trees import Trees

from .calibrate import Calibration
from .crossfit import Scores, sentence_mask, sentence_weights, train_document, train_sentence
from .lessons import document_lessons
from .phrases import FLAG, train_context
from .seen import Seen


def record(
    seen: Seen,
    scores: Scores,
    calibration: Calibration,
    word: Trees,
    points: Mapping[Mode, OperatingPoint],
    ranking: Mapping[str, float],
) -> dict[str, Any]:
    """Operating points, weights and classifiers, ready for JSON.

    Parameters
    ----------
    seen, scores
        Evidence, and cross-fitted scores: sentences and documents are learned from these.
    calibration
        Of the document classifier, which comes to hold it.
    word
        The word classifier.
    points
        Where each mode draws its lines.
    ranking
        Weights by which the substitutes of a phrase are ranked.
    """
    document = train_document(document_lessons(seen, scores.words.log_odds, scores.documents, ""))
    return {
        "operating_points": {
            "flag": FLAG,
            "modes": {mode.value: asdict(point) for mode, point in points.items()},
        },
        "ranking": dict(ranking),
        "context": train_context(seen, scores, calibration),
        "evidence": list(evidence.FEATURES),
        "document": calibration.folded(document).to_dict(),
        "sentence": _sentence(seen, scores).to_dict(),
        "word": word.to_dict(),
    }


def _sentence(seen: Seen, scores: Scores) -> BoostedModel:
    """Sentence classifier of all sentences of which it is known whether a spinner was there."""
    mine = sentence_mask(seen, "")[scores.sentence_doc] & (scores.sentence_spun >= 0)
    return train_sentence(
        scores.sentences[mine],
        scores.sentence_spun[mine] == 1,
        sentence_weights(seen, scores.sentence_doc)[mine],
    )

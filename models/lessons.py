"""Lessons of the document classifier: features of texts of all lengths, spun and clean.

Beside whole examples there are single sentences of them, so that the classifier knows how little a
short text can prove.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from spindetect import features

from .seen import Seen

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Families that nothing is trained on: without aligned originals, or of another kind.
MEASURED_ONLY = ("quillbot", "web_pages")

# Sentences with one odd phrase: they teach what a phrase looks like, not what a text does.
PHRASES_ONLY = "terms"

# Spinners that are sold, and how much more each weighs than another family.
COMMERCIAL = ("wp_auto_spinner", "turbo_spinner")
COMMERCIAL_MASS = 4.0

# Bounds of the bands of length (words) in which spun and clean texts weigh the same, and so do the
# families of spun ones; a band with fewer texts of a label than this weighs less.
LENGTHS = (60, 80, 100, 150, 200, 300, 400, 600, 800)
LEAST_OF_LENGTH = 300

# Words of an example that is a lesson as a whole.
LEAST_WORDS = 20

# Sentences of either label that are lessons, and their words; a spun one holds edits of at least
# this share of its words.
SENTENCES = 30_000
SENTENCE_WORDS = (6, 60)
EDITED_SHARE = 0.1


@dataclass(frozen=True)
class Lessons:
    """Rows that train a document classifier.

    Attributes
    ----------
    rows : float64 array, shape (n, len(features.DOCUMENT))
        Features.
    spun : bool array, shape (n,)
        Label.
    weight : float64 array, shape (n,)
        Of each row.
    fold : int64 array, shape (n,)
        Fold of the source document.
    register : str array, shape (n,)
        Its register.
    """

    rows: Floats
    spun: Mask
    weight: Floats
    fold: Ints
    register: npt.NDArray[np.str_]

    def pick(self, mask: Mask) -> Lessons:
        """Some of the lessons."""
        return Lessons(*(getattr(self, field.name)[mask] for field in fields(self)))


def family_mass(family: str) -> float:
    """Mass of a family beside those of others: tools that are sold weigh more than generators.

    Words of WP Auto Spinner, left out, were told from those around them with an AUROC of 0.806
    where Turbo was 9 % of the words that trained, and of 0.838 where it was a third: commercial
    spinners resemble each other more than generators resemble them.
    """
    return COMMERCIAL_MASS if family in COMMERCIAL else 1.0


def is_left_out(family: npt.NDArray[np.str_], left_out: str) -> Mask:
    """Mask of the families that are left out; `left_out` names them with ``+`` between.

    >>> is_left_out(np.array(["moby", "wordnet", ""]), "moby+textattack").tolist()
    [True, False, False]
    """
    return np.asarray(np.isin(family, left_out.split("+")) & (family != ""))


def document_lessons(seen: Seen, log_odds: Floats, documents: Floats, left_out: str) -> Lessons:
    """Lessons without a family.

    Parameters
    ----------
    seen
        Evidence.
    log_odds : float64 array
        Out-of-fold log-odds of each word of it.
    documents : float64 array, shape (len(seen.examples), len(features.DOCUMENT))
        Features of the examples.
    left_out : str
        Families that give none, as `is_left_out` reads them.
    """
    use, spun = document_mask(seen, left_out)
    weight = document_weights(seen, use, spun)
    rows, is_spun, example = _sentences(seen, log_odds, use & spun)
    example = np.concatenate([np.flatnonzero(use), example])
    # As much as a band of length, half of it for each label.
    mass = weight[use].sum() / (len(LENGTHS) + 1)
    share = np.where(is_spun, 0.5 / max(is_spun.sum(), 1), 0.5 / max((~is_spun).sum(), 1)) * mass
    return Lessons(
        np.concatenate([documents[use], rows]),
        np.concatenate([spun[use], is_spun]),
        np.concatenate([weight[use], share]),
        seen.fold[example],
        seen.column("register")[example],
    )


def _sentences(seen: Seen, log_odds: Floats, spun: Mask) -> tuple[Floats, Mask, Ints]:
    """Features, label and example of single sentences, of human and of some spun examples."""
    random = np.random.default_rng(0)
    first = np.flatnonzero(np.diff(seen.sentence, prepend=seen.sentence[:1] - 1))
    size = np.diff(first, append=len(seen.sentence))
    owner = seen.doc[first]
    edits = np.add.reduceat(np.maximum(seen.edited, 0).astype(np.int64), first)
    unknown = np.minimum.reduceat(seen.edited, first) < 0
    fits = (size >= SENTENCE_WORDS[0]) & (size <= SENTENCE_WORDS[1]) & ~unknown
    clean = np.flatnonzero(fits & (seen.column("kind") == "human")[owner])
    odd = np.flatnonzero(fits & spun[owner] & (edits >= EDITED_SHARE * size))
    chosen = np.concatenate(
        [random.choice(c, min(SENTENCES, len(c)), replace=False) for c in (clean, odd)]
    )
    chosen.sort()
    label = spun[owner[chosen]]
    number = np.repeat(np.arange(len(chosen)), size[chosen])
    word = np.repeat(first[chosen], size[chosen]) + np.arange(len(number))
    word -= np.repeat(np.cumsum(size[chosen]) - size[chosen], size[chosen])
    sums = features.document_sums(log_odds[word], seen.rows[word], number, len(chosen))
    return features.document_features(sums), label, owner[chosen]


def document_mask(seen: Seen, left_out: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Examples that train the document classifier, and which of them are spun."""
    label, kind, family = (seen.column(c) for c in ("label", "kind", "family"))
    hard = np.isin(family, (*MEASURED_ONLY, PHRASES_ONLY))
    spun = (
        np.isin(label, ["spun", "mixed"]) & ~hard & ~is_left_out(family, left_out) & (family != "")
    )
    clean = np.isin(label, ["human", "original"]) & (kind != "page") | (label == "human")
    return (spun | clean) & (seen.count >= LEAST_WORDS), spun


def document_weights(seen: Seen, use: npt.NDArray[np.bool_], spun: npt.NDArray[np.bool_]) -> Floats:
    """Weights that give spun and clean texts of every length the same mass, families `family_mass`.

    Without them short paragraphs, of which there are the most, set the scale for long pages, and
    the spinner of which there are the most texts the scale for all spinners.
    """
    band = np.digitize(seen.count, LENGTHS)
    family = np.where(spun, seen.column("family"), "")
    weight = np.zeros(len(spun))
    for index in range(len(LENGTHS) + 1):
        here = use & (band == index)
        families = np.unique(family[here & spun])
        total = sum(family_mass(str(name)) for name in families)
        for label in (False, True):
            for name in families if label else [""]:
                mine = here & (spun == label) & (family == name)
                least = LEAST_OF_LENGTH / (len(families) if label else 1)
                mass = family_mass(str(name)) / total if label else 1.0
                weight[mine] = mass / max(float(mine.sum()), least)
    return np.asarray(weight / weight[use].mean())

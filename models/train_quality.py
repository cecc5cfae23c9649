"""Train the score of content quality: human documents against damaged ones.

    python -m models.train_quality DATA [--documents N]

reads ``DATA/human`` and the spun texts of ``DATA/spun``, damages the human ones (`models.damage`),
writes ``spindetect/quality/score.json`` and prints figures, five-fold cross-fitted over source
documents. Half of the documents are damaged, each kind alike. Documents are the whole sentences
from the front that first make a number of words drawn between 60 and 600.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from spindetect.batches import item_batches
from spindetect.quality.layout import Layout
from spindetect.quality.score import FEATURES, FILE, features, joined
from spindetect.trees import Trees

from .damage import GENERATORS
from .examples import sample
from .export import trees
from .mine_pairs import read_rows

# Documents of a register, before `--documents` is shared out among the registers.
WORDS = (60, 600)
FOLDS = 5
SPINNERS = ("wp_auto_spinner", "turbo_spinner")

# Trees, and leaves of each; chosen, not tuned.
TREES, LEAVES = 60, 12

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Strings = npt.NDArray[np.str_]

_END = re.compile(r"[.!?][\"'\u201d\u2019)]*(?=\s|$)")


def clipped(text: str, words: int) -> str:
    """Whole sentences from the front that first make so many words; white space stays.

    >>> clipped("One two. Three four. Five.", 3)
    'One two. Three four.'
    """
    for match in _END.finditer(text):
        if len(text[: match.end()].split()) >= words:
            return text[: match.end()]
    return text


def rows(data: Path, size: int) -> list[tuple[str, str, str]]:
    """Group, kind and text of each document; the kind of a human one is its register."""
    random = np.random.default_rng(0)
    found: list[tuple[str, str, str]] = []
    kinds = [*GENERATORS, "spun"]
    registers = sorted((data / "human").glob("*.jsonl*"))
    for path in tqdm(registers, desc="damaging", unit="register"):
        own = sorted(read_rows(path), key=lambda row: sample(row["id"], "quality"))
        for row in own[: size // len(registers)]:
            text = clipped(row["text"], int(random.integers(*WORDS)))
            kind = kinds[len(found) // 2 % len(kinds)]
            found.append((row["group"], row["register"], text))
            if kind != "spun":
                found.append((row["group"], kind, GENERATORS[kind](text, random)))
            else:
                found.append((row["group"], "", ""))
    wanted = sum(kind == "" for _, kind, _ in found)
    found = [row for row in found if row[1]]
    pairs = [row for tool in SPINNERS for row in read_rows(_spun(data, tool))]
    pairs.sort(key=lambda row: sample(row["id"], "quality"))
    spun = (
        (row["group"], "spun", clipped(row["spun"], int(random.integers(*WORDS))))
        for row in pairs[:wanted]
    )
    return [*found, *spun]


def _spun(data: Path, tool: str) -> Path:
    """The file of a spinner's texts."""
    return data / "spun" / f"{tool}.jsonl.xz"


def measured(texts: list[str]) -> npt.NDArray[np.float32]:
    """Features of texts."""
    batches = tqdm(list(item_batches(texts)), desc="measuring", unit="batch")
    return np.concatenate([features(Layout([str(text) for _, text in b])) for b in batches])


def fitted(x: npt.NDArray[np.float32], good: Mask) -> Trees:
    """Trees that tell human documents from others."""
    model = HistGradientBoostingClassifier(
        max_iter=TREES, max_leaf_nodes=LEAVES, learning_rate=0.15, random_state=0
    )
    return trees(model.fit(x, good), x[:2000])


def crossfitted(
    x: npt.NDArray[np.float32], good: Mask, use: Mask, fold: npt.NDArray[np.int64]
) -> Floats:
    """Calibrated log-odds that each is whole, by trees of those in use that are in other folds."""
    raw, log_odds = np.zeros(len(x)), np.zeros(len(x))
    for number in np.unique(fold).tolist():
        held = fold == number
        raw[held] = fitted(x[~held & use], good[~held & use]).log_odds(x[held])
    # Calibrated on the other folds' log-odds, so that the figures are cross-fitted, too.
    for number in np.unique(fold).tolist():
        held = fold == number
        slope, offset = calibration(raw[~held & use], good[~held & use])
        log_odds[held] = slope * raw[held] + offset
    return log_odds


def calibrated(x: npt.NDArray[np.float32], good: Mask, fold: npt.NDArray[np.int64]) -> Trees:
    """Trees of all, calibrated on log-odds that are cross-fitted."""
    raw = np.zeros(len(x))
    for number in np.unique(fold).tolist():
        held = fold == number
        raw[held] = fitted(x[~held], good[~held]).log_odds(x[held])
    return fitted(x, good).scaled(*calibration(raw, good))


def calibration(raw: Floats, good: Mask) -> tuple[float, float]:
    """Slope and offset that make log-odds those of as many whole documents as others (Platt)."""
    weight = np.where(good, 1 / good.sum(), 1 / (~good).sum()) * len(raw)
    platt = LogisticRegression(C=1e6).fit(raw[:, None], good, sample_weight=weight)
    return float(platt.coef_[0, 0]), float(platt.intercept_[0])


def folds(groups: list[str]) -> npt.NDArray[np.int64]:
    """Fold of each document, the same for all of a group."""
    return np.array([int(sample(group, "fold") * FOLDS) for group in groups])


def calibration_error(chance: Floats, good: Mask, bins: int = 15) -> float:
    """Mean distance between probability and share, in bins of equal mass.

    >>> calibration_error(np.array([0.0, 1.0]), np.array([False, True]), bins=2)
    0.0
    """
    parts = np.array_split(np.argsort(chance, kind="stable"), bins)
    return float(np.mean([abs(chance[p].mean() - good[p].mean()) for p in parts if len(p)]))


def main() -> None:
    """Train, measure and write the score."""
    parser = argparse.ArgumentParser(description="Train the score of content quality.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--documents", type=int, default=5400, help="human documents")
    options = parser.parse_args()
    found = rows(options.data, options.documents)
    groups, kinds, texts = (list(column) for column in zip(*found, strict=True))
    kind = np.array(kinds)
    good = ~np.isin(kind, [*GENERATORS, "spun"])
    x, fold = measured(texts), folds(groups)
    spun = kind == "spun"
    uses = {"spun": good | spun, "damaged": ~spun}
    record = {
        "made": dt.datetime.now(dt.UTC).date().isoformat(),
        "documents": {"human": int(good.sum()), "damaged": int((~good).sum())},
        "features": list(FEATURES),
        **{n: calibrated(x[use], good[use], fold[use]).to_dict() for n, use in uses.items()},
    }
    FILE.write_text(json.dumps(record) + "\n", encoding="utf-8")
    print(f"{record['made']}: {good.sum():,} human documents, {(~good).sum():,} damaged")
    chance = _chance(x, good, uses, fold)
    print(f"AUROC, cross-fitted: {roc_auc_score(good, chance):.4f}")
    print(f"calibration error: {calibration_error(chance, good):.4f}")
    for name in [*GENERATORS, "spun"]:
        some, own = good | (kind == name), kind == name
        print(
            f"  {name:12} AUROC {roc_auc_score(good[some], chance[some]):.4f}, "
            f"below 0.5: {np.mean(chance[own] < 0.5):.1%} of {own.sum()}"
        )
    print("human documents below 0.5, where source documents are left out, and whole registers:")
    left_out = _chance(x, good, uses, registers_of(groups, kind, good))
    for name in ["", *sorted(set(kind[good].tolist()))]:
        own = kind == name if name else good
        shares = (np.mean(some[own] < 0.5) for some in (chance, left_out))
        print(f"  {name or 'all':22} {' '.join(f'{s:6.1%}' for s in shares)} of {own.sum()}")


def _chance(
    x: npt.NDArray[np.float32],
    good: Mask,
    uses: Mapping[str, Mask],
    fold: npt.NDArray[np.int64],
) -> Floats:
    """The score of each document by trees of other folds."""
    against = {name: -crossfitted(x, good, use, fold) for name, use in uses.items()}
    return joined(against["spun"], against["damaged"])


def registers_of(groups: Sequence[str], kind: Strings, good: Mask) -> npt.NDArray[np.int64]:
    """Number of the register of each document, which a damaged one has of the human one.

    Where the source is not among the human documents, it is that of any of them.

    >>> kind, good = np.array(["news", "stuffed", "blog"]), np.array([True, False, True])
    >>> registers_of(["a", "a", "b"], kind, good).tolist()
    [1, 1, 0]
    """
    known = {group: name for group, name, own in zip(groups, kind, good, strict=True) if own}
    names = sorted(set(known.values()))
    unknown = (names[int(sample(group, "register") * len(names))] for group in groups)
    return np.array([names.index(known.get(g, u)) for g, u in zip(groups, unknown, strict=True)])


if __name__ == "__main__":
    main()

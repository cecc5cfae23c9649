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
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from spindetect.batches import item_batches
from spindetect.quality.layout import Layout
from spindetect.quality.score import FEATURES, FILE, features
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


def fitted(x: npt.NDArray[np.float32], good: npt.NDArray[np.bool_]) -> Trees:
    """Trees that tell human documents from damaged ones."""
    model = HistGradientBoostingClassifier(
        max_iter=TREES, max_leaf_nodes=LEAVES, learning_rate=0.15, random_state=0
    )
    return trees(model.fit(x, good), x[:2000])


def folds(groups: list[str]) -> npt.NDArray[np.int64]:
    """Fold of each document, the same for all of a group."""
    return np.array([int(sample(group, "fold") * FOLDS) for group in groups])


def calibration_error(chance: Floats, good: npt.NDArray[np.bool_], bins: int = 15) -> float:
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
    x = measured(texts)
    fold = folds(groups)
    log_odds = np.zeros(len(x))
    for number in range(FOLDS):
        held = fold == number
        log_odds[held] = fitted(x[~held], good[~held]).log_odds(x[held])
    # Calibrated on the other folds' log-odds, so that the figures are cross-fitted, too.
    weight = np.where(good, 1 / good.sum(), 1 / (~good).sum())
    chance = np.zeros(len(x))
    for number in range(FOLDS):
        held = fold == number
        platt = LogisticRegression(C=1e6).fit(
            log_odds[~held, None], good[~held], sample_weight=weight[~held] * len(x)
        )
        chance[held] = platt.predict_proba(log_odds[held, None])[:, 1]
    platt = LogisticRegression(C=1e6).fit(log_odds[:, None], good, sample_weight=weight * len(x))
    model = fitted(x, good).scaled(float(platt.coef_[0, 0]), float(platt.intercept_[0]))
    record = {
        "made": dt.datetime.now(dt.UTC).date().isoformat(),
        "documents": {"human": int(good.sum()), "damaged": int((~good).sum())},
        "features": list(FEATURES),
        "trees": model.to_dict(),
    }
    FILE.write_text(json.dumps(record) + "\n", encoding="utf-8")
    print(f"{record['made']}: {good.sum():,} human documents, {(~good).sum():,} damaged")
    print(f"AUROC, cross-fitted: {roc_auc_score(good, chance):.4f}")
    print(f"calibration error: {calibration_error(chance, good):.4f}")
    for name in [*GENERATORS, "spun"]:
        some = good | (kind == name)
        own = kind == name
        print(
            f"  {name:12} AUROC {roc_auc_score(good[some], chance[some]):.4f}, "
            f"below 0.5: {np.mean(chance[own] < 0.5):.1%} of {own.sum()}"
        )
    for name in sorted(set(kind[good].tolist())):
        own = kind == name
        print(f"  {name:22} below 0.5: {np.mean(chance[own] < 0.5):.1%} of {own.sum()}")


if __name__ == "__main__":
    main()

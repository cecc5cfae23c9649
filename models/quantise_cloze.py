"""The cloze model in whole numbers, as `spindetect.cloze` reads it.

    python -m models.quantise_cloze STREAM VECTORS CLOZE

Reads ``CLOZE/cloze.npz`` of models.train_cloze and writes the tables beside it. Steps are set on a
piece of the text: large enough that hardly a number is cut off, and small enough for the rest.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spindetect.cloze import GAP_MOST, HIDDEN_MOST, REACH, WEIGHT_MOST, Cloze
from spindetect.ngrams import BREAK_ID, FIRST_WORD, UNKNOWN_ID
from spindetect.topics import REACH as TOPIC_REACH

from .count_neighbours import byte_vectors
from .stream import IDS
from .train_cloze import WORDS, topics, weighed

Floats = npt.NDArray[np.float32]

# Numbers of vectors and of hidden layers beyond these quantiles of their size are cut off.
VECTOR_QUANTILE = 0.9999
ACTIVE_QUANTILE = 0.9999

# Words that ship, the commonest: the size of the tables is theirs.
SHIPPED = 40_000

# Gaps that the steps are set on, and tokens of the text that they lie in.
GAPS = 20_000
LENGTH = 2_000_000

_BITS = 1 / np.log(2)


def stepped(weights: Floats, step: Floats | np.floating[Any]) -> npt.NDArray[np.int8]:
    """Weights as multiples of a step."""
    return np.clip(np.rint(weights / step), -WEIGHT_MOST, WEIGHT_MOST).astype(np.int8)


def tables(
    net: dict[str, Floats], ids: npt.NDArray[np.int32], at: npt.NDArray[np.int64], near: Floats
) -> dict[str, npt.NDArray[np.generic]]:
    """Tables of a trained network.

    Parameters
    ----------
    net
        Arrays of `models.train_cloze.Network` by name.
    ids : int32 array, shape (n,)
        A piece of text; ids without vectors are those of unknown words.
    at : int64 array, shape (m,)
        Gaps that the steps are set on.
    near : float32 array, shape (m, t)
        Their topics.
    """
    place = at[:, None] + np.array([k for k in range(-REACH, REACH + 1) if k])
    inputs = 2 * REACH * net["around"].shape[1]
    step_in = np.quantile(np.abs(net["around"]), VECTOR_QUANTILE) / WEIGHT_MOST
    around = stepped(net["around"], step_in)
    # Topics come in steps of their own; their weights make up for it.
    weights = net["first"].copy()
    weights[inputs:] /= step_in * WEIGHT_MOST
    step_first = np.abs(weights).max(axis=0) / WEIGHT_MOST
    first = stepped(weights, step_first)
    step_second = np.abs(net["second"]).max(axis=0) / WEIGHT_MOST
    second = stepped(net["second"], step_second)
    words = around[ids[place]].reshape(len(at), -1).astype(np.float32)
    x = np.concatenate([words, np.rint(near * WEIGHT_MOST)], axis=1)
    hidden = np.maximum((x @ first.astype(np.float32)) * (step_in * step_first) + net["bias"], 0)
    step_hidden = np.quantile(hidden, ACTIVE_QUANTILE) / HIDDEN_MOST
    gap = (np.rint(hidden / step_hidden) @ second) * (step_hidden * step_second)
    step_gap = np.quantile(np.abs(gap), ACTIVE_QUANTILE) / GAP_MOST
    step_out = np.quantile(np.abs(net["inside"]), VECTOR_QUANTILE) / WEIGHT_MOST
    scales = [
        step_in * step_first / step_hidden,
        net["bias"] / step_hidden,
        step_hidden * step_second / step_gap,
        [step_gap * step_out * _BITS],
    ]
    return {
        "cloze_around": around[:SHIPPED],
        "cloze_first": first,
        "cloze_second": second,
        "cloze_scales": np.concatenate(scales).astype(np.float32),
        "cloze_inside": stepped(net["inside"][:SHIPPED], step_out),
        "cloze_level": (net["level"][:SHIPPED] * _BITS).astype(np.float16),
    }


def report(
    net: dict[str, Floats],
    model: Cloze,
    ids: npt.NDArray[np.int32],
    at: npt.NDArray[np.int64],
    near: Floats,
) -> None:
    """Print how near the scores in whole numbers are to those of the network."""
    place = at[:, None] + np.array([k for k in range(-REACH, REACH + 1) if k])
    x = np.concatenate([net["around"][ids[place]].reshape(len(at), -1), near], axis=1)
    gap = np.maximum(x @ net["first"] + net["bias"], 0) @ net["second"]
    exact = np.einsum("ij,ij->i", gap, net["inside"][ids[at]]) + net["level"][ids[at]]
    every = np.zeros((len(ids), near.shape[1]), np.float32)
    every[at] = near
    whole = model.scores(model.gaps(np.zeros(len(ids), np.int32), ids, every, at).vectors, ids[at])
    error = whole - exact * _BITS
    print(
        f"mean {exact.mean() * _BITS:.3f} bits; error of whole numbers: "
        f"mean {error.mean():.4f}, deviation {error.std():.4f}, most {np.abs(error).max():.3f}"
    )


def quantise(stream: Path, vectors: Path, cloze: Path) -> None:
    """Write the tables of ``cloze.npz`` beside it.

    Parameters
    ----------
    stream : Path
        Folder of models.stream.
    vectors : Path
        File that models.count_neighbours wrote.
    cloze : Path
        Folder that models.train_cloze wrote to.
    """
    with np.load(cloze / "cloze.npz") as found:
        net = {name: found[name] for name in found.files}
    text = np.array(np.load(stream / IDS, mmap_mode="r")[-LENGTH:])
    text[0] = BREAK_ID
    text[text >= len(net["around"])] = UNKNOWN_ID
    random = np.random.default_rng(0)
    at = np.unique(random.integers(TOPIC_REACH, len(text) - TOPIC_REACH, GAPS))
    at = at[(text[at] >= FIRST_WORD) & (text[at] < SHIPPED)]
    around = at[:, None] + np.array([k for k in range(-TOPIC_REACH, TOPIC_REACH + 1) if k])
    topic_vectors = weighed(byte_vectors(np.load(vectors)), np.bincount(text, minlength=WORDS))
    near = topics(topic_vectors, text[around])
    made = tables(net, text, at, near)
    for name, array in made.items():
        np.save(cloze / f"{name}.npy", array)
    report(net, Cloze.from_tables(made), text, at, near)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("stream", type=Path)
    parser.add_argument("vectors", type=Path, help="file written by models.count_neighbours")
    parser.add_argument("cloze", type=Path)
    arguments = parser.parse_args()
    quantise(arguments.stream, arguments.vectors, arguments.cloze)


if __name__ == "__main__":
    main()

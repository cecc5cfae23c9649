"""Train the cloze model: which word fits between the five to its left and the five to its right.

    python -m models.train_cloze STREAM COUNTS VECTORS OUT

A feed-forward language model (Bengio et al. 2003) that looks both ways: the vectors of the words
around a gap, side by side, with the topic of the text around it, one hidden layer, and a vector of
the gap that is compared with those of all words. Trained with a softmax over the true word and a
sample of others (Jean et al. 2015), whose logarithm of the normaliser is drawn towards zero (Devlin
et al. 2014): scores can be read as log-probabilities without summing over the vocabulary.

`STREAM` is a folder of models.stream, `COUNTS` one of models.count_ngrams. Registers are read as
often as their weight says.
"""

from __future__ import annotations

import argparse
import json
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse

from spindetect.cloze import REACH
from spindetect.ngrams import BREAK_ID, FIRST_WORD, UNKNOWN_ID
from spindetect.topics import REACH as TOPIC_REACH
from spindetect.topics import speaks, unit

from .count_neighbours import byte_vectors
from .stream import IDS, REGISTERS

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int32]

# Words that have vectors, the commonest; numbers of a vector, and of the hidden layer.
WORDS = 50_000
WIDTH = 64
HIDDEN = 256

# Targets of a step, and other words that they are compared with.
BATCH = 4096
SAMPLE = 1024

# Targets commoner than this share of the text are thinned out (Mikolov et al. 2013).
THIN = 1.5e-4

# Step sizes at the start; they fall to a twentieth.
RATE_VECTORS = 0.08
RATE_LAYERS = 1.5e-3
LAST_RATE = 0.05

# Pull of the normaliser towards one.
SELF_NORMAL = 0.03

# Exponent of the distribution of the sample, as in word2vec.
SMOOTHING = 0.75

# Steps between two savings.
SAVED = 4000

# Ids that are never targets keep a level, too.
LEAST_KEPT = 1e-3

log = logging.getLogger("train_cloze")


@dataclass
class Network:
    """Weights while they are trained.

    Attributes
    ----------
    around : float32 array, shape (WORDS, WIDTH)
        Vectors of the words around a gap.
    first, bias : float32 arrays, shapes (2 * REACH * WIDTH + d, HIDDEN) and (HIDDEN,)
        Hidden layer; the last d inputs are the topic of the wider surroundings.
    second : float32 array, shape (HIDDEN, WIDTH)
        From the hidden layer to the vector of the gap.
    inside : float32 array, shape (WORDS, WIDTH)
        Vectors of the words that may fill it.
    level : float32 array, shape (WORDS,)
        Their biases.
    """

    around: Floats
    first: Floats
    bias: Floats
    second: Floats
    inside: Floats
    level: Floats

    def hidden(self, context: Ids, topic: Floats) -> tuple[Floats, Floats]:
        """Input and hidden layer of contexts, shape (n, 2 * REACH), and their topics, (n, d)."""
        x = np.concatenate([self.around[context].reshape(len(context), -1), topic], axis=1)
        return x, np.maximum(x @ self.first + self.bias, 0)


def fresh(unigram: npt.NDArray[np.float64], topics: int) -> Network:
    """An untrained network with so many inputs for the topic."""
    random = np.random.default_rng(0)
    inputs = 2 * REACH * WIDTH + topics

    def normal(*shape: int, scale: float) -> Floats:
        return (random.standard_normal(shape) * scale).astype(np.float32)

    return Network(
        normal(WORDS, WIDTH, scale=0.1),
        normal(inputs, HIDDEN, scale=(2 / inputs) ** 0.5),
        np.zeros(HIDDEN, np.float32),
        normal(HIDDEN, WIDTH, scale=(1 / HIDDEN) ** 0.5),
        normal(WORDS, WIDTH, scale=0.05),
        np.log(unigram).astype(np.float32),
    )


class Adam:
    """Adam (Kingma and Ba 2015) for one dense array."""

    def __init__(self, weight: Floats) -> None:
        self._weight = weight
        self._mean = np.zeros_like(weight)
        self._square = np.zeros_like(weight)
        self._step = 0

    def update(self, gradient: Floats, rate: float) -> None:
        """One step against the gradient."""
        self._step += 1
        self._mean += 0.1 * (gradient - self._mean)
        self._square += 0.01 * (gradient * gradient - self._square)
        scale = rate * (1 - 0.99**self._step) ** 0.5 / (1 - 0.9**self._step)
        self._weight -= np.float32(scale) * self._mean / (np.sqrt(self._square) + 1e-7)


class Adagrad:
    """Adagrad (Duchi, Hazan and Singer 2011) for rows of a table, one rate a row."""

    def __init__(self, table: Floats) -> None:
        self._table = table
        self._square = np.full(len(table), 1e-8, np.float32)

    def update(self, rows: Ids, gradient: Floats, rate: float) -> None:
        """One step for distinct rows."""
        self._square[rows] += (
            (gradient * gradient).mean(axis=-1) if gradient.ndim > 1 else (gradient * gradient)
        )
        scale = np.float32(rate) / np.sqrt(self._square[rows])
        self._table[rows] -= scale[:, None] * gradient if gradient.ndim > 1 else scale * gradient


def gathered(rows: Ids, gradient: Floats) -> tuple[Ids, Floats]:
    """Distinct rows and the sums of their gradients."""
    names, inverse = np.unique(rows, return_inverse=True)
    one_hot = scipy.sparse.csr_matrix(
        (np.ones(len(rows), np.float32), (inverse, np.arange(len(rows)))),
        shape=(len(names), len(rows)),
    )
    return names.astype(np.int32), np.asarray(one_hot @ gradient, np.float32)


class Trainer:
    """A network and the state of its optimisers."""

    def __init__(self, network: Network, sampled: npt.NDArray[np.float64]) -> None:
        self.network = network
        self._sampled = sampled
        self._cumulative = np.cumsum(sampled)
        self._random = np.random.default_rng(1)
        self._around, self._inside = Adagrad(network.around), Adagrad(network.inside)
        self._level = Adagrad(network.level)
        self._first, self._bias = Adam(network.first), Adam(network.bias)
        self._second = Adam(network.second)

    def step(self, context: Ids, topic: Floats, target: Ids, rate: float) -> tuple[float, float]:
        """Learn from a batch; its mean loss and the share of targets that beat the sample."""
        net = self.network
        drawn = np.searchsorted(
            self._cumulative, self._random.random(SAMPLE) * self._cumulative[-1]
        )
        other = np.unique(np.minimum(drawn, WORDS - 1)).astype(np.int32)
        expected = -np.expm1(SAMPLE * np.log1p(-self._sampled[other]))
        x, h = net.hidden(context, topic)
        gap = h @ net.second
        own = np.einsum("ij,ij->i", gap, net.inside[target]) + net.level[target]
        rest = gap @ net.inside[other].T
        rest += (net.level[other] - np.log(expected)).astype(np.float32)
        rest[target[:, None] == other] = -80
        top = np.maximum(own, rest.max(axis=1))
        best = own >= top
        rest -= top[:, None]
        np.exp(rest, out=rest)
        mine = np.exp(own - top)
        total = rest.sum(axis=1) + mine
        normaliser = np.log(total) + top
        # Of the loss and of the pull on the normaliser, by score.
        weight = (1 + 2 * SELF_NORMAL * normaliser) / total
        rest *= weight[:, None]
        d_own = (mine * weight - 1)[:, None].astype(np.float32)
        d_gap = rest @ net.inside[other] + d_own * net.inside[target]
        d_h = (d_gap @ net.second.T) * (h > 0)
        rows, d_inside = gathered(target, np.concatenate([d_own * gap, d_own], axis=1))
        inputs = context.shape[1] * WIDTH
        d_x = (d_h @ net.first[:inputs].T).reshape(-1, WIDTH)
        around, d_around = gathered(context.ravel(), d_x)
        size = np.float32(len(target))
        self._inside.update(other, rest.T @ gap, RATE_VECTORS * rate)
        self._level.update(other, rest.sum(axis=0), RATE_VECTORS * rate)
        self._inside.update(rows, d_inside[:, :-1], RATE_VECTORS * rate)
        self._level.update(rows, d_inside[:, -1], RATE_VECTORS * rate)
        self._around.update(around, d_around, RATE_VECTORS * rate)
        self._second.update(h.T @ d_gap / size, RATE_LAYERS * rate)
        self._first.update(x.T @ d_h / size, RATE_LAYERS * rate)
        self._bias.update(d_h.mean(axis=0), RATE_LAYERS * rate)
        return float((normaliser - own).mean()), float(best.mean())


def kept_share(unigram: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Share of the occurrences of each id that are targets; what is no word is none."""
    share = np.minimum(1, np.sqrt(THIN / unigram))
    share[:FIRST_WORD] = 0
    return np.asarray(share)


def positions(
    ids: Ids,
    bounds: dict[str, list[int]],
    weight: dict[str, float],
    share: npt.NDArray[np.float64],
) -> Ids:
    """Places of the gaps to learn from, shuffled, those of small registers several times."""
    random = np.random.default_rng(2)
    found = []
    for register, (first, last) in bounds.items():
        for k in range(int(np.ceil(weight[register]))):
            often = min(1.0, weight[register] - k)
            keep = random.random(last - first) < share[ids[first:last]] * often
            found.append(np.flatnonzero(keep) + first)
    places = np.concatenate(found)
    random.shuffle(places)
    return places.astype(np.int32)


def weighed(vectors: npt.NDArray[np.int8], counts: npt.NDArray[np.int64]) -> Floats:
    """Vectors of the ids below `WORDS`, weighed as `spindetect.topics` weighs them."""
    zipf = np.log10(np.maximum(counts, 1) / counts.sum() * 1e9).astype(np.float32)
    out = np.zeros((WORDS, vectors.shape[1]), np.float32)
    out[: len(vectors)] = vectors[:WORDS] / np.float32(127)
    out *= speaks(zipf)[:, None]
    out[:FIRST_WORD] = 0
    return out


def topics(vectors: Floats, surroundings: Ids) -> Floats:
    """Topics of surroundings, shape (n, 2 * TOPIC_REACH): unit vectors of their sums."""
    n, size = surroundings.shape
    one = np.ones(surroundings.size, np.float32)
    table = (one, surroundings.ravel(), np.arange(0, surroundings.size + 1, size))
    return unit(scipy.sparse.csr_matrix(table, shape=(n, len(vectors))) @ vectors)


def save(network: Network, thinning: npt.NDArray[np.float64], folder: Path) -> None:
    """Write ``cloze.npz``; thinned words get back the level that they have in text."""
    folder.mkdir(parents=True, exist_ok=True)
    level = network.level - np.log(np.maximum(thinning, LEAST_KEPT)).astype(np.float32)
    np.savez(folder / "cloze.npz", **{**vars(network), "level": level})


def train(stream: Path, counts: Path, vectors: Path, out: Path, share: float = 1.0) -> None:
    """Train on a stream and write ``cloze.npz``.

    Parameters
    ----------
    stream, counts : Path
        Folders of models.stream and models.count_ngrams.
    vectors : Path
        File that models.count_neighbours wrote.
    out : Path
        Folder to write to.
    share : float
        Of the text, to try something.
    """
    ids = np.load(stream / IDS)
    ids[ids >= WORDS] = UNKNOWN_ID
    bounds = json.loads((stream / REGISTERS).read_text())
    weight = json.loads((counts / "registers.json").read_text())["weight"]
    thinning = kept_share(np.maximum(np.bincount(ids, minlength=WORDS), 1) / len(ids))
    places = positions(ids, bounds, weight, thinning)
    unigram = np.maximum(np.bincount(ids[places], minlength=WORDS), 0.5) / len(places)
    sampled = unigram**SMOOTHING
    sampled[:FIRST_WORD] = 0
    topic_vectors = weighed(byte_vectors(np.load(vectors)), np.bincount(ids, minlength=WORDS))
    trainer = Trainer(fresh(unigram, topic_vectors.shape[1]), sampled / sampled.sum())
    edge = np.full(TOPIC_REACH, BREAK_ID, np.int32)
    padded = np.concatenate([edge, ids, edge])
    near = np.array([k for k in range(-REACH, REACH + 1) if k]) + TOPIC_REACH
    far = np.array([k for k in range(-TOPIC_REACH, TOPIC_REACH + 1) if k]) + TOPIC_REACH
    places = places[: int(len(places) * share)]
    steps = len(places) // BATCH
    log.info("%d targets, %d steps", len(places), steps)
    losses = []
    for step in range(steps):
        here = places[step * BATCH : (step + 1) * BATCH]
        rate = 1 - (1 - LAST_RATE) * step / steps
        topic = topics(topic_vectors, padded[here[:, None] + far])
        losses.append(trainer.step(padded[here[:, None] + near], topic, ids[here], rate))
        if (step + 1) % 250 == 0:
            log.info("%d of %d: loss %.3f, first %.3f", step + 1, steps, *np.mean(losses, axis=0))
            losses = []
        if (step + 1) % SAVED == 0:
            save(trainer.network, thinning, out)
    save(trainer.network, thinning, out)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("stream", type=Path)
    parser.add_argument("counts", type=Path)
    parser.add_argument("vectors", type=Path, help="file written by models.count_neighbours")
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=1.0, help="of the text, to try something")
    o = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(o.stream, o.counts, o.vectors, o.out, o.share)


if __name__ == "__main__":
    main()

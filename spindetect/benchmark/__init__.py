"""Benchmark: how well spun texts, phrases and sentences are found, beside simple baselines.

The command ``spindetect benchmark`` measures on texts that ship with the package, written for it;
with ``--data`` it measures on one's own. Terms:

*documents* are the first 400 words of a text in whole sentences, of 100 words or more;
*paragraphs* its first whole sentences up to the one that makes 50 words, at most 150. AUROC and F1
pair each spun passage with the same passage of its own original. *Recall* is that of the verdict
``spun`` at the default operating point; *recall at x % false positives* takes its threshold from
the first 400 words of all texts that are not spun. *False positives* are whole texts that are not
spun and are called so. All intervals are 95 %, by bootstrap over groups: all versions of one source
document are one group.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from spindetect.benchmark.result import Benchmark, Curve, Figure, Timing

__all__ = ["Benchmark", "Curve", "Figure", "Timing", "benchmark"]


def benchmark(
    data: str | Path | None = None,
    *,
    sample: int | None = None,
    model: str | Path | None = None,
    n_jobs: int = 1,
    baselines: bool = True,
    functions: Mapping[str, Callable[[list[str]], Any]] | None = None,
    progress: bool = False,
) -> Benchmark:
    """Measure a model on labelled texts.

    Parameters
    ----------
    data : str or Path, optional
        A JSONL file or a folder (`spindetect.benchmark.texts.read_texts` describes both); the texts
        that ship with the package if left out.
    sample : int, optional
        Read no more than this many texts of each file, or of each folder of plain text: always the
        same ones.
    model : str or Path, optional
        Folder of a model; the bundled one if left out.
    n_jobs : int
        Processes that score, as in joblib.
    baselines : bool
        Measure the baselines as well: phrases of the tortured-phrases list, unseen trigrams, mean
        surprisal and, if scikit-learn is installed, TF-IDF with logistic regression, cross-fitted
        over groups.
    functions : mapping of str to function, optional
        Further baselines by name: from a list of texts to one number each, higher for what looks
        spun.
    progress : bool
        Show progress on standard error.

    Returns
    -------
    Benchmark
        All figures with 95 % intervals, the points of the plots, and times.

    Raises
    ------
    InputError
        If the data cannot be read or are of another form, or a baseline fails.
    ModelError
        If there is no sound model.

    Examples
    --------
    >>> lengths = {"length": lambda texts: map(len, texts)}
    >>> result = benchmark(sample=6, baselines=False, functions=lengths)
    >>> sorted({figure.scorer for figure in result.figures})
    ['length', 'spindetect']
    """
    from spindetect.benchmark.run import run

    return run(
        data,
        sample=sample,
        model=model,
        n_jobs=n_jobs,
        baselines=baselines,
        functions=functions,
        progress=progress,
    )

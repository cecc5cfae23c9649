"""A model for other text, from a user's own files (``spindetect train``)."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

import spindetect
from spindetect import classifier, evidence
from spindetect.errors import InputError

from . import own_tables, own_training
from .base import Base, read_base, text_digest
from .own_lexicon import check_lexica
from .own_training import MADE_BY
from .partition import CORPORA, Summary, lay_out, read_summary
from .steps import FIRST, Step, digest, do, forget, traces
from .userdata import clean_files, spun_texts

log = logging.getLogger("train")


@dataclass(frozen=True)
class Plan:
    """What to make, and from what.

    Attributes
    ----------
    clean : Path
        Folder of clean text.
    spun : tuple of Path
        Files of spun text.
    out, build : Path
        Folders of the model, and of what comes between.
    base : Path
        Folder of the model to build on.
    lexica : Path or None
        Folder of thesauri in the place of those of the base model.
    tables : {"auto", "base", "own"}
        Whether tables are counted from the clean text, or taken from the base model.
    lines : bool
        Whether each line of a text file is a document.
    name : str
        Of the model.
    jobs : int
        Processes.
    """

    clean: Path
    spun: tuple[Path, ...]
    out: Path
    build: Path
    base: Path
    lexica: Path | None = None
    tables: str = "auto"
    lines: bool = False
    name: str = "own"
    jobs: int = 1


def retrain(plan: Plan) -> list[str]:
    """Make a model, or finish one that was begun; lines that say how well it does.

    Parameters
    ----------
    plan
        What to make.

    Raises
    ------
    InputError
        If the user's files or folders do not do.
    ModelError
        If the model to build on is not sound.
    """
    _check(plan)
    # Threads that share a busy machine wait for each other; `jobs` are for speed.
    with threadpool_limits(1, user_api="openmp"):
        return _retrain(plan)


def _retrain(plan: Plan) -> list[str]:
    base = read_base(plan.base)
    data = plan.build / "data"
    version = [spindetect.__version__, classifier.FORMAT, *evidence.FEATURES]
    key = do([_reading(plan, base, data)], plan.build, digest(version))
    summary = read_summary(data)
    _tell(base, summary)
    if summary.is_counted:
        key = do(own_tables.steps(data / CORPORA, plan.build), plan.build, key)
    steps = _training(plan, base, summary, data)
    if not is_model(plan.out):
        forget(steps[-1].name, plan.build)
    do(steps, plan.build, key)
    log.info("%s is ready; %s is no longer needed", plan.out, plan.build)
    return own_training.read_lines(plan.build)


def _check(plan: Plan) -> None:
    """Complain of what is wrong before any work is done."""
    if plan.lexica is not None:
        check_lexica(plan.lexica)
    for path in plan.spun:
        if not path.exists():
            raise InputError(f"{path}: there is no such file; name files of spun text with --spun")
    for folder, is_ours in (
        (plan.out, is_model(plan.out)),
        (plan.build, (plan.build / FIRST).exists()),
    ):
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder} is a file; name a folder that is not there yet")
        if folder.exists() and any(folder.iterdir()) and not is_ours:
            raise InputError(
                f"{folder} exists and was not made by spindetect train; name another folder"
            )


def is_model(folder: Path) -> bool:
    """Whether a folder holds a model of this command, or the beginning of one."""
    try:
        record = json.loads((folder / classifier.MODEL_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and record.get("made_by") == MADE_BY


def _reading(plan: Plan, base: Base, data: Path) -> Step:
    """The step that reads the user's files."""

    def run() -> None:
        spun = spun_texts(plan.spun)
        again = base.paired & {text_digest(t.original) for t in spun.aligned if t.original}
        if again:
            raise InputError(
                f"{plan.base} was made from {len(again)} of these originals and knows what became "
                "of them; name another model to build on with --base, or other spun texts"
            )
        lay_out(plan.clean, spun, data, tables=plan.tables, lines=plan.lines, counted=base.counted)

    files = traces([*clean_files(plan.clean), *plan.spun])
    return Step("data", [files, plan.tables, plan.lines, _origin(plan)], run)


def _origin(plan: Plan) -> str:
    """Stands for the model to build on."""
    return digest((plan.base / classifier.MODEL_FILE).read_text(encoding="utf-8"))


def _training(plan: Plan, base: Base, summary: Summary, data: Path) -> list[Step]:
    """Steps from the tables of the language to the model."""
    own = own_training.Training(data, plan.build, base, summary, plan.jobs)
    lexica = [] if plan.lexica is None else traces([plan.lexica])
    return [
        Step("lexicon", lexica, lambda: own.make_lexicon(plan.lexica)),
        Step("pairs", None, own.mine_pairs),
        Step("evidence", None, own.see),
        Step("words", None, own.crossfit_words),
        Step(
            "model",
            [plan.name, str(plan.out.resolve())],
            lambda: own.write(plan.out, plan.name),
        ),
    ]


def _tell(base: Base, summary: Summary) -> None:
    """Say what was read, and which tables are used."""
    log.info(
        "%d clean documents of %d words, of which %d train; %d spun texts",
        summary.documents,
        summary.words,
        sum(summary.training.values()),
        sum(summary.tools.values()) + summary.labelled,
    )
    for what, counts in (
        ("clean documents", summary.left_out),
        ("spun texts", summary.pairs_left_out),
    ):
        for reason, n in counts.items():
            log.info("%d %s left out: %s", n, what, reason)
    if summary.is_counted:
        log.info(
            "n-gram, cloze and vector tables are counted from %d words; %d documents that share "
            "a source with a spun text are not counted",
            sum(summary.counted.values()),
            summary.shared,
        )
    else:
        log.info("n-gram, cloze and vector tables are those of %s", base.name)

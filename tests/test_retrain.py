"""A model from a user's own files: what is read, what is refused, and the whole way."""

import gzip
import io
import json
import lzma
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

import spindetect
from models import crossfit, own_training, partition, train_cloze
from models.base import WRITTEN, decoded, listed, read_base, text_digest
from models.build_lexicon import lexicon
from models.count_neighbours import SHIPPED_DIMENSIONS
from models.entries import Phrases
from models.examples import FOLDS, fold_of
from models.operating import MISSED, line
from models.own_examples import examples
from models.own_lexicon import of_base
from models.own_training import Training
from models.partition import ALIGNED, CORPORA, HUMAN, lay_out
from models.progress import progress
from models.steps import Step, do
from models.userdata import Clean, clean_documents, own_tool, spun_texts
from spindetect import cli
from spindetect.benchmark.edits import text_words
from spindetect.classifier import MODEL_FILE
from spindetect.detector import BUNDLED
from spindetect.errors import InputError
from spindetect.streaming import FAILED, STOPPED

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
needs_model = pytest.mark.skipif(not BUNDLED.is_dir(), reason="the model has not been built")

# What a spinner with a small dictionary would do to the samples.
SWAPS = {
    "about": "with respect to", "after": "subsequent to", "air": "atmosphere",
    "because": "seeing that", "before": "prior to", "between": "amid", "but": "yet",
    "day": "sunlight hours", "even": "indeed", "every": "each and every", "first": "initial",
    "for": "in support of", "from": "out of", "get": "acquire", "half": "moiety", "hand": "paw",
    "hours": "sixty minutes", "last": "closing", "light": "mild", "made": "fabricated",
    "night": "nighttime", "now": "at present", "old": "antique", "one": "solitary",
    "out": "outdoors", "people": "human beings", "plan": "scheme", "right": "proper",
    "said": "uttered", "same": "indistinguishable", "see": "behold", "small": "diminutive",
    "than": "as compared to", "time": "moment", "turn": "flip", "two": "a pair of", "until": "till",
    "water": "liquid", "when": "at the point that", "where": "wherein", "who": "which individual",
    "will": "shall", "with": "alongside", "would": "might", "years": "annums",
}  # fmt: skip


def spin(text: str) -> str:
    def swapped(match: re.Match[str]) -> str:
        new = SWAPS.get(match[0].lower(), match[0])
        return new.capitalize() if match[0][0].isupper() else new

    return re.sub("[A-Za-z]+", swapped, text)


def passages(folder: Path, *, step: int, left_out: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Names and texts of some 60 words, from every `step`-th sentence of each file on."""
    for path in sorted(folder.glob("*.txt")):
        sentences = re.split(r"(?<=[.!?])\s+", path.read_text(encoding="utf-8"))
        for first in range(0, len(sentences) if path.name not in left_out else 0, step):
            for last in range(first, len(sentences)):
                text = " ".join(sentences[first : last + 1])
                if len(text.split()) >= 60:
                    yield f"{path.stem}-{first}", text
                    break


def pair(name: str, text: str, **more: str) -> dict[str, str]:
    return {"id": name, "tool": "swapper", "original": text, "spun": spin(text)} | more


def rows(path: Path, found: Sequence[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")
    return path


def pairs(first: int) -> list[dict[str, str]]:
    """Passages that begin at every other sentence, and what becomes of them."""
    found = [
        (name, text)
        for name, text in passages(SAMPLES / "originals", step=1)
        if int(name.rpartition("-")[2]) % 2 == first
    ]
    return [pair(name, text, group=f"{name[:2]}-{k // 3}") for k, (name, text) in enumerate(found)]


# What is counted, and what trains beside other pairs.
CLEAN = dict(passages(SAMPLES, step=1, left_out=[p.name for p in SAMPLES.glob("originals/*")]))
NEGATIVE = {
    case["label"]: case["text"]
    for case in json.loads((Path(__file__).parent / "cases" / "negative.json").read_text("utf-8"))
}
PAIRS, OTHERS = pairs(0), pairs(1)


def filled(folder: Path, clean: dict[str, str], found: Sequence[Any]) -> Path:
    """A folder with ``clean/``, a file a document, and ``pairs.jsonl``."""
    for number, (name, text) in enumerate(clean.items()):
        place = folder / "clean" / ("news" if number % 2 else "other")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}.txt").write_text(text, encoding="utf-8")
    rows(folder / "pairs.jsonl", found)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("data"), NEGATIVE, PAIRS)


def train(data: Path, out: Path, *more: str) -> int:
    files = "--clean", str(data / "clean"), "--spun", str(data / "pairs.jsonl")
    return cli.main(["train", *files, "-o", str(out), *more])


def written(out: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((out / MODEL_FILE).read_text())
    return {k: v for k, v in record.items() if k != "name"}


@pytest.fixture(scope="module", autouse=True)
def few_trees() -> Iterator[None]:
    """Fewer trees and bins: most of the time would go into them."""
    boosted = partial(HistGradientBoostingClassifier, max_bins=32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crossfit, "HistGradientBoostingClassifier", boosted)
        patch.setattr(crossfit, "TREES", 20)
        patch.setattr(crossfit, "DOCUMENT_TREES", 20)
        yield


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with tables of its own."""
    data = filled(tmp_path_factory.mktemp("counts"), CLEAN, OTHERS)
    out = tmp_path_factory.mktemp("counted") / "model"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partition, "LEAST_COUNTED", 100)
        patch.setattr(partition, "LEAST_CLEAN", 10)
        # A fraction of the vectors: the time goes into them, and these texts have few words.
        patch.setattr(train_cloze, "WORDS", 2000)
        patch.setattr("models.quantise_cloze.WORDS", 2000)
        patch.setattr("models.count_neighbours.WORDS", 2000)
        patch.setattr("models.count_neighbours.CONTEXTS", 2000)
        assert train(data, out, "--tables", "own") == 0
    return out


@pytest.fixture(scope="module")
def retrained(data: Path, counted: Path) -> Path:
    """A model on the tables of the other."""
    out = counted.with_name("retrained")
    assert train(data, out, "--base", str(counted)) == 0
    return out


@needs_model
def test_tables_counted_from_own_text(counted: Path) -> None:
    detector = spindetect.load(counted)
    assert detector.name == "model"
    found = json.loads((counted.with_name("model.build") / "data" / "summary.json").read_text())
    assert found["is_counted"]
    assert 0 < sum(found["training"].values()) < len(CLEAN)
    assert set(found["counted"]) == {"news", "other"}
    words = np.load(counted / "words.npy").tobytes().decode().split()
    assert len(words) < 2000
    assert {"council", "water"} & set(words)
    assert np.load(counted / "vectors.npy").shape == (2000, SHIPPED_DIMENSIONS)


@needs_model
def test_a_model_of_own_text_tells_spun_from_clean(retrained: Path) -> None:
    detector = spindetect.load(retrained)
    spun = [detector.score(row["spun"]).probability or 0 for row in PAIRS[::5]]
    clean = [detector.score(row["original"]).probability or 0 for row in PAIRS[::5]]
    assert np.mean(spun) > 0.8
    assert np.mean(clean) < 0.3
    assert set(detector.operating_points) == set(spindetect.Mode)
    named = [a.text.lower() for row in PAIRS for a in detector.score(row["spun"]).anomalies]
    assert sum(a in SWAPS.values() for a in named) > len(named) / 2


@needs_model
def test_the_card_has_what_was_measured(retrained: Path) -> None:
    card = (retrained / "CARD.md").read_text(encoding="utf-8")
    assert f"| clean text | {len(NEGATIVE)} documents" in card
    assert f"| spun by swapper | {len(PAIRS)} aligned texts |" in card
    assert "tables | those of model |" in card
    assert re.search(r"AUROC, documents of up to 400 words .* \| all \| [01]\.\d{4} \(", card)
    for mode in spindetect.Mode:
        assert f"| {mode.value} | " in card
    assert re.search(r"\| news \| \d+ \| \d+ \|", card)
    assert re.search(r"on \d{4}-\d\d-\d\d\.", card)


@needs_model
def test_a_run_that_was_stopped_goes_on(
    data: Path, counted: Path, retrained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = counted.with_name("stopped")

    def stop(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(own_training, "see", stop)
        assert train(data, out, "--base", str(counted)) == STOPPED
    assert not out.exists()
    # Nothing that was done is done again.
    monkeypatch.setattr(own_training, "mined", stop)
    monkeypatch.setattr("models.retrain.lay_out", stop)
    assert train(data, out, "--base", str(counted)) == 0
    assert written(out) == written(retrained)
    assert (out / WRITTEN).read_bytes() == (retrained / WRITTEN).read_bytes()


@needs_model
def test_the_model_is_written_again_when_it_is_gone(
    data: Path,
    retrained: Path,
    counted: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted: list[Path] = []
    monkeypatch.setattr(Training, "see", None)
    monkeypatch.setattr(Training, "write", lambda self, out, name: wanted.append(out))
    assert train(data, retrained, "--base", str(counted)) == 0
    assert wanted == []
    retrained.rename(tmp_path / "moved")
    assert train(data, retrained, "--base", str(counted)) == 0
    assert wanted == [retrained]
    (tmp_path / "moved").rename(retrained)


@needs_model
def test_pairs_are_held_out_of_their_own_fold(counted: Path) -> None:
    build = counted.with_name("model.build")
    summary = partition.read_summary(build / "data")
    own = Training(build / "data", build, read_base(BUNDLED), summary, 1).resources()
    every = own.lexicon(None)["entries"]
    sizes = set()
    for fold in range(FOLDS):
        others = [pair for pair in own.pairs if fold_of(pair.group) != fold]
        alone = replace(own, pairs=others, made={}).lexicon(None)
        kept = own.lexicon(fold)
        assert all((kept[name] == alone[name]).all() for name in alone)
        sizes.add(len(kept["entries"]))
        plain = own.unlisted(fold)
        assert (plain["propensity"] == kept["propensity"]).all()
        assert len(plain["entries"]) < len(kept["entries"])
    assert max(sizes) <= len(every)
    assert min(sizes) < len(every)


@needs_model
def test_a_lexicon_survives_being_built_on(retrained: Path) -> None:
    base = read_base(retrained)
    general, seen = of_base(base, None)
    made = lexicon(general, (), [seen])
    size = len(general.zipf) + 1
    assert (made["offsets"][:size] == base.tables["offsets"][:size]).all()
    # Of ten thousand phrases one is lost, for another has its fingerprint.
    assert len(made["entries"]) >= 0.999 * len(base.tables["entries"])
    # Pairs of the user's spun texts are among those that are kept.
    phrases = Phrases(general.phrases.words)
    found = listed(decoded(base, phrases))
    pairs = {(phrases.text(w), phrases.text(e)) for w, e in found[:2].T.tolist()}
    assert ("sixty minutes", "hours") in pairs


@needs_model
def test_texts_of_the_base_model_do_not_train_again(
    data: Path, counted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = read_base(counted)
    summary = partition.read_summary(counted.with_name("model.build") / "data")
    assert len(base.counted) == len(CLEAN) - sum(summary.training.values())
    folder = filled(tmp_path / "data", CLEAN | NEGATIVE, [*PAIRS, *OTHERS])
    said = refused(folder, tmp_path / "out", capsys, "--base", str(counted))
    assert f"was made from {len(OTHERS)} of these originals" in said
    files = clean_documents(folder / "clean")
    assert base.counted <= {text_digest(clean.text) for clean in files}
    spun = spun_texts([data / "pairs.jsonl"])
    found = lay_out(folder / "clean", spun, tmp_path / "laid", counted=base.counted)
    assert found.left_out == {"counted in the base model": len(base.counted)}
    assert sum(found.training.values()) == len(CLEAN | NEGATIVE) - len(base.counted)


@needs_model
def test_phrases_are_found_without_their_list(counted: Path, tmp_path: Path) -> None:
    for path in counted.iterdir():
        if path.name != WRITTEN:
            (tmp_path / path.name).symlink_to(path)
    known, guessed = read_base(counted).written, read_base(tmp_path).written
    assert len(known) == len(guessed)
    assert 0 < sum(map(bool, guessed)) < sum(map(bool, known))
    assert all(k == g for k, g in zip(known, guessed, strict=True) if g and k)


@needs_model
def test_the_bundled_model_can_be_built_on(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(data, tmp_path / "own", "--name", "mine") == 0
    captured = capsys.readouterr()
    assert re.match(r"AUROC of documents against their originals: [01]\.\d{4} ", captured.out)
    detector = spindetect.load(tmp_path / "own")
    assert detector.name == "mine"
    report = detector.score(PAIRS[0]["spun"])
    assert report.probability is not None
    assert report.probability > 0.5


# What is read, and what is refused.


def refused(data: Path, out: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """The one sentence on standard error."""
    assert train(data, out, *more) == FAILED
    error = capsys.readouterr().err
    assert error.startswith("spindetect: ")
    assert "Traceback" not in error
    return error


def spoiled(data: Path, tmp_path: Path) -> Path:
    """A copy of the data, to be spoiled."""
    folder = tmp_path / "data"
    (folder / "clean").mkdir(parents=True)
    rows(folder / "clean" / "all.jsonl", [{"id": n, "text": t} for n, t in CLEAN.items()])
    rows(folder / "pairs.jsonl", PAIRS)
    return folder


def _no_folder(folder: Path) -> None:
    (folder / "clean" / "all.jsonl").unlink()
    (folder / "clean").rmdir()


def _no_text(folder: Path) -> None:
    (folder / "clean" / "all.jsonl").rename(folder / "clean" / "all.md")


def _few_documents(folder: Path) -> None:
    rows(folder / "clean" / "all.jsonl", [{"text": t} for t in list(CLEAN.values())[:9]])


def _short_documents(folder: Path) -> None:
    texts = [{"text": " ".join(t.split()[:40])} for t in CLEAN.values()]
    rows(folder / "clean" / "all.jsonl", texts)


def _foreign_documents(folder: Path) -> None:
    text = "Der Rat der Stadt hat am Montag beschlossen, die Bibliothek nicht zu schließen. "
    rows(folder / "clean" / "all.jsonl", [{"text": text * 9 + str(i)} for i in range(60)])


def _no_json(folder: Path) -> None:
    (folder / "clean" / "more.jsonl").write_text('{"text": "fine"}\n{"text": \n')


def _no_rows(folder: Path) -> None:
    (folder / "clean" / "more.jsonl").write_text('{"body": "fine"}\n')


def _spun_among_clean(folder: Path) -> None:
    rows(folder / "clean" / "more.jsonl", [{"text": "So so.", "label": "spun"}])


def _damaged(folder: Path) -> None:
    packed = gzip.compress(b"A fine text. " * 9)
    (folder / "clean" / "more.txt.gz").write_bytes(packed[: len(packed) // 2])


def _huge(folder: Path) -> None:
    (folder / "clean" / "more.txt").write_text("A fine text. " * 400_000)


def _no_spun_file(folder: Path) -> None:
    (folder / "pairs.jsonl").unlink()


def _no_spun_text(folder: Path) -> None:
    rows(folder / "pairs.jsonl", [{"text": r["original"], "label": "original"} for r in PAIRS])


def _no_originals(folder: Path) -> None:
    rows(folder / "pairs.jsonl", [{"text": r["spun"], "label": "spun"} for r in PAIRS])


def _few_groups(folder: Path) -> None:
    rows(folder / "pairs.jsonl", [r | {"group": "one"} for r in PAIRS])


def _unaligned(folder: Path) -> None:
    texts = list(CLEAN.values())
    found = [r | {"spun": texts[-k], "group": str(k)} for k, r in enumerate(PAIRS[:40], 1)]
    rows(folder / "pairs.jsonl", found)


def _identical(folder: Path) -> None:
    rows(folder / "pairs.jsonl", [r | {"spun": r["original"]} for r in PAIRS])


@needs_model
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_no_folder, "there is no such folder"),
        (_no_text, "holds no clean text: no file in it ends in .txt, .jsonl"),
        (_few_documents, "9 documents, of which 9 of 50 words or more"),
        (_short_documents, "of which 0 of 50 words or more are there to train on"),
        (_foreign_documents, "60 left out: not English; at least 50 are needed"),
        (_no_json, "more.jsonl, line 2: not JSON"),
        (_no_rows, "more.jsonl, line 1: not a row of clean text"),
        (_spun_among_clean, "line 1: a spun text among clean ones; name its file with --spun"),
        (_damaged, "its packed data are damaged"),
        (_huge, "one document of more than 5 MB; give each document a file, or --lines"),
        (_no_spun_file, "pairs.jsonl: there is no such file"),
        (_no_spun_text, "holds no spun text: its rows need fields original and spun"),
        (_no_originals, f"{len(PAIRS)} have no original; at least 20 source documents"),
        (_few_groups, "from 1 source documents (groups); at least 20"),
        (_unaligned, "40 left out: no version of the original"),
        (_identical, f"{len(PAIRS)} left out: the same as the original"),
    ],
)
def test_what_does_not_do_is_refused(
    spoil: Callable[[Path], None],
    said: str,
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = spoiled(data, tmp_path)
    spoil(folder)
    assert said in refused(folder, tmp_path / "out", capsys)
    assert not (tmp_path / "out").exists()


@needs_model
def test_other_peoples_folders_are_not_written_to(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    said = refused(data, tmp_path / "out", capsys)
    assert "exists and was not made by spindetect train; name another folder" in said
    said = refused(data, tmp_path / "new", capsys, "--build", str(tmp_path / "out"))
    assert "exists and was not made by spindetect train" in said
    assert "is a file" in refused(data, tmp_path / "out" / "thesis.txt", capsys)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["thesis.txt"]
    # Least of all the model that ships.
    assert "was not made by spindetect train" in refused(data, BUNDLED, capsys)


@needs_model
def test_options_that_do_not_do(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(data, tmp_path / "out", capsys, "--lexica", str(tmp_path))
    assert "moby.txt.xz: there is no such file" in said
    said = refused(data, tmp_path / "out", capsys, "--tables", "own")
    assert "too few to count tables of its own, which needs 500,000" in said
    said = refused(data, tmp_path / "out", capsys, "--base", str(tmp_path))
    assert "name a folder that holds a model" in said


def test_training_that_is_not_installed(
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("spindetect.train_command.find_spec", lambda name: None)
    assert 'pip install "spindetect[train]"' in refused(data, tmp_path / "out", capsys)


def test_forms_of_clean_text(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "d.txt").write_text("Hidden.")
    (tmp_path / "a.txt").write_text("One.\n\nTwo.")
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "news" / "b.txt.gz").write_bytes(gzip.compress(b"Three.\nFour."))
    more = '{"id": 7, "text": "Five.", "register": "law", "group": "g"}\n\n{"text": "Six."}\n'
    (tmp_path / "c.jsonl.xz").write_bytes(lzma.compress(more.encode()))
    assert list(clean_documents(tmp_path)) == [
        Clean("a.txt", "a.txt", tmp_path.name, "One.\n\nTwo."),
        Clean("7", "g", "law", "Five."),
        Clean("c.jsonl.xz:3", "c.jsonl.xz:3", "c", "Six."),
        Clean("news/b.txt.gz", "news/b.txt.gz", "news", "Three.\nFour."),
    ]


def test_a_document_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One.\tTwo.\n\nThree.\n")
    found = [(c.id, c.text) for c in clean_documents(tmp_path, lines=True)]
    assert found == [("a.txt:1", "One.\n\nTwo."), ("a.txt:3", "Three.")]


def test_versions_of_one_original_are_of_one_group(tmp_path: Path) -> None:
    text = PAIRS[0]["original"]
    first = rows(tmp_path / "a.jsonl", [pair("1", text)])
    second = rows(tmp_path / "b.jsonl", [pair("2", text, tool="other-light")])
    found = spun_texts([first, second])
    assert len({t.group for t in found.aligned}) == 1
    assert [t.tool for t in found.aligned] == [own_tool("swapper"), own_tool("other-light")]


def laid_out(folder: Path, clean: dict[str, str], **options: Any) -> partition.Summary:
    """The summary of some clean documents beside all pairs."""
    (folder / "clean").mkdir(parents=True)
    rows(folder / "clean" / "all.jsonl", [{"id": n, "text": t} for n, t in clean.items()])
    spun = spun_texts([rows(folder / "pairs.jsonl", PAIRS)])
    return lay_out(folder / "clean", spun, folder / "data", **options)


def lines_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_what_trains_is_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition, "LEAST_COUNTED", 100)
    monkeypatch.setattr(partition, "LEAST_CLEAN", 1)
    # Two clean documents hold an original: one under its name, one under another, with more text.
    leaks = {PAIRS[0]["group"]: "Something else. " * 30, "x": "More. " + PAIRS[4]["original"]}
    summary = laid_out(tmp_path, CLEAN | leaks, tables="own")
    assert summary.shared == 2
    human = {row["id"]: row for row in lines_of(tmp_path / "data" / HUMAN / "human.jsonl")}
    (path,) = (tmp_path / "data" / CORPORA).rglob("*.txt")
    counted = path.read_text(encoding="utf-8").splitlines()
    flat = {" ".join(row["text"].split()) for row in human.values()}
    assert not flat & {line.replace("\t", " ") for line in counted}
    assert len(human) + len(counted) == len(CLEAN) + 2
    assert len(CLEAN) / 10 < len(human) < len(CLEAN) / 2
    # They train in the fold of the pair that they share a source with.
    assert human["x"]["group"] == PAIRS[4]["group"]
    assert human[PAIRS[0]["group"]]["group"] == PAIRS[0]["group"]


def test_all_clean_text_trains_where_none_is_counted(tmp_path: Path) -> None:
    summary = laid_out(tmp_path, CLEAN | {"twin": next(iter(CLEAN.values()))}, tables="auto")
    assert not summary.is_counted
    assert sum(summary.training.values()) == len(CLEAN)
    assert summary.left_out == {"the same as another": 1}


def test_short_texts_are_mixed_with_others_of_their_fold(tmp_path: Path) -> None:
    laid_out(tmp_path, CLEAN, tables="base")
    tool = own_tool("swapper")
    found = [e for e in examples(tmp_path / "data", (tool,)) if e.kind == "mixed"]
    groups = {row["original"]: row["group"] for row in lines_of(tmp_path / "data" / ALIGNED)}
    joined = [e for e in found if any(e.text.endswith(f"\n\n{r['spun']}") for r in PAIRS)]
    assert joined
    for e in joined:
        (before,) = {o for o in groups if e.text.startswith(f"{o}\n\n")}
        assert e.edited is not None
        assert not e.edited[: len(text_words(before))].any()
        assert e.edited.any()
        assert e.text.removeprefix(f"{before}\n\n") in {r["spun"] for r in PAIRS}
        assert fold_of(groups[before]) == e.fold
        assert groups[before] != e.group


def test_lines_are_drawn_by_the_tail_of_few_documents() -> None:
    few = np.random.default_rng(0).normal(size=200)
    drawn = [line(few, share) for share in (1e-4, 1e-3, 1e-2)]
    assert drawn == sorted(drawn, reverse=True)
    assert drawn[0] > few.max()
    assert line(few, 1e-4, most=0.0) == pytest.approx(np.sort(few)[-2:].mean())
    # The tail of a bell curve is thinner than the one that is assumed.
    many = np.random.default_rng(1).normal(size=1_000_000)
    assert line(many[:5000], 1e-3) > line(many, 1e-3)
    assert list(MISSED.values()) == sorted(MISSED.values(), reverse=True)


class TestSteps:
    def steps(self, done: list[str], second: object = 1) -> list[Step]:
        return [
            Step("a", 0, lambda: done.append("a")),
            Step("b", second, lambda: done.append("b")),
            Step("c", None, lambda: done.append("c")),
        ]

    def test_done_once(self, tmp_path: Path) -> None:
        done: list[str] = []
        assert do(self.steps(done), tmp_path, "k") == do(self.steps(done), tmp_path, "k")
        assert done == ["a", "b", "c"]

    def test_what_is_behind_a_change_is_done_again(self, tmp_path: Path) -> None:
        done: list[str] = []
        do(self.steps(done), tmp_path, "k")
        do(self.steps(done, second=2), tmp_path, "k")
        assert done == ["a", "b", "c", "b", "c"]
        do(self.steps(done, second=2), tmp_path, "other")
        assert done[5:] == ["a", "b", "c"]

    def test_what_failed_is_done_again(self, tmp_path: Path) -> None:
        done: list[str] = []
        steps = self.steps(done)

        def fail() -> None:
            raise InputError("no")

        with pytest.raises(InputError):
            do([steps[0], Step("b", 1, fail), steps[2]], tmp_path, "k")
        do(steps, tmp_path, "k")
        assert done == ["a", "b", "c"]
        # Though it was done with this before, it may have overwritten that since.
        with pytest.raises(InputError):
            do([steps[0], Step("b", 2, fail), steps[2]], tmp_path, "k")
        do(steps, tmp_path, "k")
        assert done[3:] == ["b"]


def test_long_steps_have_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, is_shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        items = progress(range(3), "evidence", 3)
        assert next(items) == 0
        assert ("evidence:   0%" in stream.getvalue()) == is_shown
        assert list(items) == [1, 2]
        assert bool(stream.getvalue()) == is_shown

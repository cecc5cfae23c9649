"""The detector as a whole: properties that hold for any text, and the bundled model's behaviour."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spindetect
from spindetect.batches import BATCH, PIECE
from spindetect.classifier import MODEL_FILE
from spindetect.detector import BUNDLED, LEAST_WORDS, Detector
from spindetect.errors import ModelError
from spindetect.language import identify
from spindetect.modes import Mode, OperatingPoint
from spindetect.report import Reason, Report, Verdict

CASES = Path(__file__).parent / "cases"
SAMPLES = Path(__file__).parent.parent / "data" / "samples"

# Texts of English words and of anything at all.
WORDS = st.sampled_from(
    "the a of in study law told steered legislation enforcement fireside beneath under was people "
    "Dr. London 1999 3,000 don't — “quoted” café, and; however (brackets) end. Next! why?".split()
)
ENGLISH = st.lists(WORDS, max_size=120).map(" ".join)
ANYTHING = st.text(max_size=300)


def cases(name: str) -> list[dict[str, object]]:
    return list(json.loads((CASES / f"{name}.json").read_text(encoding="utf-8")))


def text_of(case: dict[str, object]) -> str:
    return str(case["text"])


@cache
def report_on(text: str) -> Report:
    """The report on a text alone, by the model that ships."""
    return spindetect.score(text)


SPUN_TEXT = text_of(cases("spun")[0])
HUMAN_TEXT = text_of(cases("negative")[0])


@settings(max_examples=60)
@given(st.one_of(ENGLISH, ANYTHING))
def test_any_text_gets_a_report_whose_offsets_and_numbers_hold(text: str) -> None:
    report = spindetect.score(text)
    assert report.text == text
    assert report.verdict in Verdict
    if report.probability is None:
        assert report.reason in (Reason.EMPTY, Reason.NOT_ENGLISH)
    else:
        assert 0 <= report.probability <= 1
    for anomaly in report.anomalies:
        assert text[anomaly.start : anomaly.end] == anomaly.text
        assert anomaly.text.strip()
        assert math.isfinite(anomaly.gain)
        assert len(anomaly.expected) <= 5
    ends = [(a.start, a.end) for a in report.anomalies]
    assert all(a[1] <= b[0] for a, b in pairwise(ends))
    spans = [(s.start, s.end) for s in report.sentences]
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@settings(max_examples=40)
@given(st.lists(st.one_of(ENGLISH, ANYTHING), max_size=8))
def test_a_batch_gives_what_single_texts_give(texts: list[str]) -> None:
    assert list(spindetect.score_many(texts)) == [spindetect.score(t) for t in texts]


@settings(max_examples=40)
@given(st.one_of(ENGLISH, ANYTHING))
def test_a_report_survives_json(text: str) -> None:
    report = spindetect.score(text)
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report


def test_batches_of_real_length_give_what_single_texts_give() -> None:
    texts = [text_of(c) for c in cases("spun") + cases("negative")]
    assert list(spindetect.score_many(texts)) == [report_on(t) for t in texts]


@pytest.fixture
def keen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is given to other processes from the second batch on."""
    monkeypatch.setattr("spindetect.detector._WORTHWHILE", 2)


def test_two_processes_give_what_one_gives(keen: None) -> None:
    texts = [text_of(c) for c in cases("spun") + cases("negative")]
    items = [(i, t) for i, t in enumerate(texts * 3)]
    alone = [dataclasses.replace(report_on(t), id=i) for i, t in items]
    assert list(spindetect.score_many(items, n_jobs=2)) == alone


def test_what_fails_in_a_worker_stays_with_its_document(keen: None) -> None:
    class Text(str):
        __slots__ = ()

        def __reduce__(self) -> tuple[object, ...]:
            return _Broken, ()

    # One is no text and could not even be sent; another breaks where it is read.
    items: list[object] = [SPUN_TEXT] * 200
    items[50], items[120] = (lambda: None), Text("poison")
    reports = list(spindetect.score_many(items, n_jobs=2))  # type: ignore[arg-type]
    assert [i for i, r in enumerate(reports) if r.error is not None] == [50, 120]


class _Broken(str):
    """A text that cannot be measured."""

    __slots__ = ()

    def __len__(self) -> int:
        raise RuntimeError("broken")


def test_workers_draw_a_few_batches_ahead_however_slowly_reports_are_taken(keen: None) -> None:
    drawn = 0

    def source() -> Iterator[str]:
        nonlocal drawn
        for _ in range(3000):
            drawn += 1
            yield SPUN_TEXT

    reports = spindetect.score_many(source(), n_jobs=2)
    next(reports)
    time.sleep(1)
    # Two batches that show that there is work enough, and three on their way for each worker.
    assert drawn * len(SPUN_TEXT) < 10 * BATCH
    reports.close()  # type: ignore[attr-defined]


def test_little_work_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spindetect.detector.in_order", None)
    assert len(list(spindetect.score_many([SPUN_TEXT] * 50, n_jobs=2))) == 50


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_ctrl_c_stops_work_without_end(n_jobs: int) -> None:
    code = (
        "import itertools, signal, spindetect\n"
        # A shell has its background jobs ignore Ctrl-C, and the tests may be one.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"reports = spindetect.score_many(itertools.repeat({SPUN_TEXT!r}), n_jobs={n_jobs})\n"
        "for number, report in enumerate(reports):\n"
        "    if number == 0: print('begun', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # An interrupt while numba compiles is lost in it.
        env={**os.environ, "SPINDETECT_ACCELERATE": "0"},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode != 0
    assert "KeyboardInterrupt" in errors


def test_features_are_of_the_prose_that_is_scored() -> None:
    detector = spindetect.load()
    menu = "Home\nNews\nSport\nContact us\nImprint\nShop\n\n"
    plain, with_menu = detector.features([SPUN_TEXT, menu + SPUN_TEXT])
    assert detector.score(menu + SPUN_TEXT).prose < 1  # type: ignore[operator]
    assert with_menu.tolist() == plain.tolist()
    # Where there is no English prose, the text itself is read.
    assert detector.features(["Der Rat traf sich, und niemand war damit zufrieden. " * 9]).any()


def test_what_is_not_a_text_becomes_an_error_and_the_rest_is_scored() -> None:
    reports = list(spindetect.score_many(["One.", None, ("x", b"bytes"), ("y", "Two.")]))  # type: ignore[list-item]
    assert [r.reason for r in reports] == [
        Reason.TOO_SHORT,
        Reason.ERROR,
        Reason.ERROR,
        Reason.TOO_SHORT,
    ]
    assert [r.id for r in reports] == [None, None, "x", "y"]
    assert "not a text" in str(reports[1].error)


def test_score_refuses_bytes_with_one_clear_sentence() -> None:
    with pytest.raises(TypeError, match="decode bytes first"):
        spindetect.score(b"text")  # type: ignore[arg-type]


def test_a_document_that_fails_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(text: str) -> tuple[str | None, float]:
        if "poison" in text:
            raise RuntimeError("broken")
        return identify(text)

    monkeypatch.setattr("spindetect.detector.identify", failing)
    reports = list(spindetect.score_many(["A fine text.", "poison", "Another one."]))
    assert [r.reason for r in reports] == [Reason.TOO_SHORT, Reason.ERROR, Reason.TOO_SHORT]
    assert "broken" in str(reports[1].error)


def test_score_many_is_lazy() -> None:
    drawn = []

    def source() -> object:
        for i in range(1000):
            drawn.append(i)
            yield SPUN_TEXT

    reports = spindetect.score_many(source())  # type: ignore[arg-type]
    next(reports)
    assert len(drawn) < 1000


def changed_surface(text: str) -> list[str]:
    """Copies that differ in nothing that a reader would call wording."""
    curly = re.sub(r"\"([^\"]*)\"", "\u201c\\1\u201d", text).replace("'", "\u2019")
    return [
        text.replace("\n", "\r\n"),
        text.replace(" ", "\u00a0"),
        text.replace(" ", "  ") + "  \n\n",
        text.replace(" ", "\t"),
        curly,
        text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"'),
        unicodedata.normalize("NFD", text),
        unicodedata.normalize("NFC", text),
    ]


@pytest.mark.parametrize("text", [SPUN_TEXT, HUMAN_TEXT, text_of(cases("negative")[7])])
def test_white_space_quotes_and_line_ends_are_no_evidence(text: str) -> None:
    expected = spindetect.score(text)
    for copy in changed_surface(text):
        report = spindetect.score(copy)
        assert report.probability == expected.probability
        assert [a.expected for a in report.anomalies] == [a.expected for a in expected.anomalies]


def test_letter_case_is_no_evidence() -> None:
    assert (
        spindetect.score(SPUN_TEXT.lower()).probability == spindetect.score(SPUN_TEXT).probability
    )


def test_homoglyphs_and_zero_width_characters_hide_nothing() -> None:
    plain = spindetect.score(SPUN_TEXT)
    hidden = SPUN_TEXT.replace("a", "\u0430").replace("e", "\u0435").replace("th", "t\u200bh")
    assert spindetect.score(hidden).probability == plain.probability


def test_contributions_add_up_to_the_log_odds() -> None:
    detector = spindetect.load()
    for text in (SPUN_TEXT, HUMAN_TEXT):
        shares = detector.contributions(text)
        log_odds = math.fsum(shares.values())
        assert detector.score(text).probability == pytest.approx(
            1 / (1 + math.exp(-log_odds)), abs=1e-6
        )


def logit(probability: float | None) -> float:
    assert probability is not None
    return math.log(probability / (1 - probability))


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    """A model that gives `SPUN_TEXT` even odds, with operating points close by."""
    folder = Path(shutil.copytree(BUNDLED, tmp_path_factory.mktemp("torn") / "model"))
    record = json.loads((folder / MODEL_FILE).read_text())
    record["document"]["trees"]["intercept"] -= math.fsum(
        spindetect.load().contributions(SPUN_TEXT).values()
    )
    record["operating_points"]["modes"] = {
        "high_precision": dataclasses.asdict(OperatingPoint(0.51, 0.49, 1, 200)),
        "balanced": dataclasses.asdict(OperatingPoint(0.505, 0.505, 2, 0)),
        "high_recall": dataclasses.asdict(OperatingPoint(0.495, 0.49, 3.5, 20)),
    }
    (folder / MODEL_FILE).write_text(json.dumps(record))
    return spindetect.load(folder)


def test_verdicts_are_given_at_the_operating_point_of_the_mode(torn: Detector) -> None:
    reports = [torn.score(SPUN_TEXT, mode=mode) for mode in Mode]
    assert [(r.mode, r.verdict, r.reason) for r in reports] == [
        (Mode.HIGH_PRECISION, Verdict.UNDECIDED, Reason.BETWEEN_THRESHOLDS),
        (Mode.BALANCED, Verdict.CLEAN, Reason.BELOW_THRESHOLD),
        (Mode.HIGH_RECALL, Verdict.SPUN, Reason.ABOVE_THRESHOLD),
    ]
    assert [r.probability for r in reports] == [0.5] * 3
    assert torn.score(SPUN_TEXT) == reports[1]


@pytest.mark.parametrize("prior", [1e-300, 0.01, 0.3, 0.9])
def test_the_prior_shifts_the_probability_and_nothing_else(torn: Detector, prior: float) -> None:
    assert torn.score(SPUN_TEXT, prior=prior).probability == pytest.approx(prior, abs=2e-6)
    for mode in Mode:
        for text in (SPUN_TEXT, HUMAN_TEXT, "A fine text.", ""):
            even, report = (torn.score(text, mode=mode, prior=p) for p in (0.5, prior))
            assert report.prior == prior
            unshifted = dataclasses.replace(report, probability=even.probability, prior=0.5)
            assert unshifted == even


def test_the_operating_points_are_those_of_the_model_file(torn: Detector) -> None:
    assert list(torn.operating_points) == list(Mode)
    assert torn.operating_points[Mode.HIGH_RECALL] == OperatingPoint(0.495, 0.49, 3.5, 20)
    with pytest.raises(TypeError):
        torn.operating_points[Mode.BALANCED] = OperatingPoint(0.5, 0.4, 0, 0)  # type: ignore[index]


def test_modes_of_the_bundled_model_trade_false_positives_for_misses() -> None:
    precise, balanced, thorough = (spindetect.load().operating_points[mode] for mode in Mode)
    assert precise.spun > balanced.spun > thorough.spun
    assert precise.false_positives < balanced.false_positives < thorough.false_positives


def test_mode_and_prior_reach_every_report_of_every_verb() -> None:
    expected = spindetect.score(SPUN_TEXT, mode="high_recall", prior=0.2)
    assert (expected.mode, expected.prior) == (Mode.HIGH_RECALL, 0.2)
    page = f"<p>{SPUN_TEXT}</p>"
    assert spindetect.score_html(page, mode="high_recall", prior=0.2) == expected
    texts = [SPUN_TEXT, "", "Ein Hund ist sehr müde und will nach dem Weg endlich schlafen."] * 40
    for n_jobs in (1, 2):
        reports = spindetect.score_many(texts, n_jobs=n_jobs, mode="high_recall", prior=0.2)
        assert {(r.mode, r.prior) for r in reports} == {(Mode.HIGH_RECALL, 0.2)}


@pytest.mark.parametrize(
    ("mode", "prior", "message"),
    [
        ("strict", 0.5, "no mode 'strict': choose high_precision, balanced or high_recall"),
        (None, 0.5, "no mode None"),
        ("balanced", 0, "a prior lies between 0 and 1, both excluded, got 0"),
        ("balanced", 1, "a prior lies between 0 and 1"),
        ("balanced", math.nan, "a prior lies between 0 and 1"),
    ],
)
def test_a_wrong_choice_is_refused_at_once(mode: str, prior: float, message: str) -> None:
    for verb in (spindetect.score, spindetect.score_html, spindetect.score_many):
        with pytest.raises(ValueError, match=message):
            verb("A text.", mode=mode, prior=prior)


def test_short_texts_keep_their_evidence_and_lose_only_the_verdict() -> None:
    report = spindetect.score("One employee steered me that he read it in a learn about.")
    assert (report.verdict, report.reason) == (Verdict.UNDECIDED, Reason.TOO_SHORT)
    assert report.probability is not None
    assert report.sentences
    assert any(a.text == "steered" and a.expected[0] == "told" for a in report.anomalies)


def test_from_fifty_words_on_a_verdict_is_given() -> None:
    words = SPUN_TEXT.split()
    assert len(words) >= LEAST_WORDS
    assert spindetect.score(" ".join(words[: LEAST_WORDS - 15])).reason == Reason.TOO_SHORT
    assert spindetect.score(SPUN_TEXT).reason != Reason.TOO_SHORT


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        (" \n\t", Reason.EMPTY),
        ("12 34 !!", Reason.EMPTY),
        ("word", Reason.TOO_SHORT),
        (
            "Der Hund ist sehr müde und will nach dem langen Weg endlich schlafen gehen.",
            Reason.NOT_ENGLISH,
        ),
        ("هذا نص باللغة العربية ولا يقرأه الكاشف لأنه يعرف الإنجليزية فقط", Reason.NOT_ENGLISH),
        ("这是一段中文文本，检测器只会英语。", Reason.NOT_ENGLISH),
    ],
)
def test_empty_short_and_foreign_texts_are_answers(text: str, reason: Reason) -> None:
    report = spindetect.score(text)
    assert (report.verdict, report.reason) == (Verdict.UNDECIDED, reason)
    assert (report.probability is None) == (reason in (Reason.EMPTY, Reason.NOT_ENGLISH))


@pytest.mark.parametrize(
    "text", ["a" * 3_000_000, "word " * 100_000, "\x00\x01\x02" * 200_000, "\u202e" * 10_000]
)
def test_huge_and_hostile_texts_are_normal_input(text: str) -> None:
    assert (
        spindetect.score(text).verdict == Verdict.UNDECIDED
        or spindetect.score(text).probability is not None
    )


def test_a_long_document_is_scored_in_pieces_with_offsets_into_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    piece = 10 * len(SPUN_TEXT)
    monkeypatch.setattr("spindetect.batches.PIECE", piece)
    text = (SPUN_TEXT + " ") * 21
    report = spindetect.score(text)
    assert report.verdict == Verdict.SPUN
    assert report.anomalies[-1].start > 2 * piece
    assert all(text[a.start : a.end] == a.text for a in report.anomalies)


def test_more_synonyms_do_not_lower_the_probability() -> None:
    swaps = [
        ("people", "individuals"),
        ("bought", "procured"),
        ("house", "abode"),
        ("began", "commenced"),
        ("old", "antiquated"),
        ("big", "sizeable"),
        ("help", "succour"),
        ("money", "pelf"),
    ]
    text = (
        "The people who bought the old house next to ours began to mend the roof in spring. They "
        "had a big dog and two small boys, and they asked my father to help them with the gutters. "
        "He said that he would, if they gave him no money for it but a cake on Sundays. So the "
        "work went on until the first snow fell."
    )
    before = spindetect.score(text).probability
    spun = text
    for old, new in swaps:
        spun = re.sub(rf"\b{old}\b", new, spun)
    after = spindetect.score(spun).probability
    assert before is not None
    assert after is not None
    assert after > before


@pytest.mark.parametrize("case", cases("spun"), ids=lambda c: str(c["label"]))
def test_spun_cases(case: dict[str, object]) -> None:
    report = report_on(text_of(case))
    assert report.verdict == Verdict.SPUN, report.probability


def test_most_phrases_of_spun_cases_are_named() -> None:
    found = []
    for case in cases("spun"):
        report = report_on(text_of(case))
        expect = case["expect"]
        assert isinstance(expect, dict)
        own = [touches(report, p["text"]) for p in expect["phrases"]]
        assert any(own), case["label"]
        found += own
    assert sum(found) >= 0.65 * len(found)


def touches(report: Report, phrase: str) -> bool:
    """Whether an anomaly overlaps the phrase."""
    start = report.text.index(phrase)
    return any(a.start < start + len(phrase) and start < a.end for a in report.anomalies)


@pytest.mark.parametrize("case", cases("negative"), ids=lambda c: str(c["label"]))
def test_negative_cases(case: dict[str, object]) -> None:
    report = report_on(text_of(case))
    assert report.verdict != Verdict.SPUN, report.probability


@pytest.mark.xfail(strict=True, reason="known failure: see the comment of the case")
@pytest.mark.parametrize("case", cases("known-failures"), ids=lambda c: str(c["label"]))
def test_known_failures(case: dict[str, object]) -> None:
    report = report_on(text_of(case))
    expect = case["expect"]
    assert isinstance(expect, dict)
    if "verdict" in expect:
        assert report.verdict == expect["verdict"]
    else:
        assert report.verdict != expect["verdict_not"]


def test_import_is_light() -> None:
    code = (
        "import sys, spindetect; "
        "heavy = ('sklearn', 'textstat', 'nltk', 'scipy', 'joblib', 'resiliparse', 'numpy'); "
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_scoring_needs_no_scikit_learn() -> None:
    code = "import sys, spindetect; spindetect.score('A text.'); print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_all_names_what_the_package_offers() -> None:
    for name in spindetect.__all__:
        assert hasattr(spindetect, name), name
    with pytest.raises(AttributeError, match="no attribute"):
        _ = spindetect.nothing


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the bundled model, to damage."""
    return Path(shutil.copytree(BUNDLED, tmp_path / "model"))


def test_a_copy_of_the_model_is_as_good(model: Path) -> None:
    assert spindetect.load(model).score(SPUN_TEXT) == spindetect.score(SPUN_TEXT)


def test_a_flipped_byte_is_noticed(model: Path) -> None:
    path = model / "bigrams.npy"
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"bigrams.npy is damaged: sha256 is \w+, expected \w+"):
        spindetect.load(model)


def test_a_missing_table_is_named(model: Path) -> None:
    (model / "vectors.npy").unlink()
    with pytest.raises(ModelError, match=r"vectors.npy cannot be read"):
        spindetect.load(model)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r.update(format=99), "format 99, expected 3"),
        (lambda r: r.update(evidence=["other"]), "other word features"),
        (lambda r: r["document"].update(names=["x"]), "other features"),
        (lambda r: r.pop("word"), "damaged"),
        (lambda r: r["tables"].pop("bigrams"), "names the tables"),
        (lambda r: r["tables"].update({"../elsewhere": "0"}), "names the tables"),
        (lambda r: r["sentence"].update(names=["x"]), "other features"),
        (lambda r: r["sentence"]["trees"]["feature"][0].__setitem__(0, 9999), "its trees are not"),
        (lambda r: r["operating_points"].update(flag=float("nan")), "not finite"),
        (lambda r: r["operating_points"].pop("modes"), "damaged"),
        (lambda r: r["operating_points"]["modes"].update(strict={}), "damaged.*no mode 'strict'"),
        (lambda r: r["operating_points"]["modes"]["balanced"].pop("undecided"), "damaged"),
        (lambda r: r["operating_points"]["modes"].pop("balanced"), "no operating point for bal"),
        (lambda r: r["sentence"].update(trees="no"), "damaged"),
    ],
)
def test_a_model_file_of_another_kind_is_refused(model: Path, change: object, message: str) -> None:
    path = model / MODEL_FILE
    record = json.loads(path.read_text())
    change(record)  # type: ignore[operator]
    path.write_text(json.dumps(record))
    with pytest.raises(ModelError, match=message):
        spindetect.load(model)


@pytest.mark.parametrize("content", ["", "not json", "[]", '{"format": null}'])
def test_a_damaged_model_file_is_refused(model: Path, content: str) -> None:
    (model / MODEL_FILE).write_text(content)
    with pytest.raises(ModelError):
        spindetect.load(model)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        spindetect.load(tmp_path)


def test_tables_are_mapped_and_not_copied() -> None:
    detector = spindetect.load()
    base = detector._tables.ngrams.trigrams
    while base.base is not None and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    assert not detector._tables.ngrams.trigrams.flags.writeable


def test_tables_change_only_with_the_name_of_the_model() -> None:
    released = json.loads((Path(__file__).parent / "golden" / "tables.json").read_text())
    record = json.loads((BUNDLED / MODEL_FILE).read_text())
    assert released.get(record["name"]) == record["tables"]


def test_memory_of_a_long_text() -> None:
    # Of two pieces, of which the first is as long as can be. At most 498 MB were in use before
    # entries and topics were read by blocks, 208 MB since.
    page = "The council met on Tuesday nighttime to speak about the brand new library. " * 60
    text = (page + "\n\n") * 100
    assert PIECE < len(text) < 2 * PIECE
    tracemalloc.start()
    try:
        report = Detector(BUNDLED, accelerate=False).score(text)
        assert tracemalloc.get_traced_memory()[1] < 300e6
    finally:
        tracemalloc.stop()
    assert report.n_words == 13 * 60 * 100

"""The HTML report as a file: all is there, nothing of a document is markup, and it is no secret."""

import base64
import dataclasses
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import hostile_text, reports
from test_report import REPORT

import spindetect
from spindetect import cli
from spindetect.errors import InputError
from spindetect.html_report import html_report, pieces
from spindetect.html_report.marks import cover
from spindetect.html_report.page import Page
from spindetect.html_report.words import chance, group_of, how_sure, rule_meaning
from spindetect.modes import Mode, OperatingPoint
from spindetect.quality import PRESETS
from spindetect.render import shown
from spindetect.report import PhraseAnomaly, Quality, Reason, Report, Rule, Verdict

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
# Elements that have no end tag and no slash.
VOID = {"meta", "br", "input"}


class Outline(HTMLParser):
    """Tags, attributes, and text outside of style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.text += data


@settings(max_examples=40)
@given(st.lists(reports, max_size=3))
def test_a_document_brings_no_markup_of_its_own(documents: list[Report]) -> None:
    html = html_report(documents)
    outline = Outline(html)
    assert outline.open == []
    assert (outline.tags.count("script"), outline.tags.count("style")) == (1, 1)
    assert not {"img", "iframe", "object", "embed", "link", "base"} & set(outline.tags)
    names = {name for name, _ in outline.attributes}
    assert not {"style", "src", "srcdoc", "action"} & names
    assert not [name for name in names if name.startswith("on")]
    links = [value for name, value in outline.attributes if name == "href"]
    assert all(value is not None and value.startswith("#") for value in links)
    assert not UNSEEN.search(html)
    assert html.encode()


@given(hostile_text)
def test_all_of_the_text_is_shown(text: str) -> None:
    report = dataclasses.replace(REPORT, text=text, anomalies=(), quality=None)
    # The parser of the test reads line ends as browsers do.
    assert shown(text) in Outline(html_report([report])).text


def test_the_policy_names_the_style_and_the_script_that_stand_there() -> None:
    html = html_report([REPORT])
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    policy = policy.replace("&#39;", "'")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_an_identifier_stands_once() -> None:
    rule = Rule("c4.javascript", 0.5, None, 0, passed=False, spans=((0, 3), (4, 12), (4, 20)))
    quality = Quality(0.5, (rule, rule))
    outline = Outline(html_report([dataclasses.replace(REPORT, quality=quality)] * 2))
    ids = [value for name, value in outline.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = {(v or "")[1:] for name, v in outline.attributes if name == "href"}
    assert targets <= set(ids)


def test_verdict_phrase_original_rule_and_error_are_there() -> None:
    unreadable = Report.unreadable("gone.txt", "gone.txt: there is no such file.")
    text = Outline(html_report([REPORT, unreadable])).text
    for said in (
        "2 documents",
        "Very probably spun",
        "99.8 %",
        "about 998 are spun, where 25% of all texts are",
        "steered",
        "told, informed",
        "very strong sign",
        "Share of the words that have a letter: 0.74, good is at least 0.8 gopher.alpha_words",
        "gone.txt: there is no such file.",
    ):
        assert said in text, said


@pytest.mark.parametrize("name", [p.name for p in PRESETS.values() if p.has_verdict])
def test_every_rule_with_bounds_is_told_in_words(name: str) -> None:
    bounds = PRESETS[name].bounds
    for signal in (s for s, bound in bounds.items() if bound != (None, None)):
        said = rule_meaning(f"{name}.{signal}")
        assert said[0].isupper()
        # No code, nothing left open, nothing that speaks of what stands elsewhere.
        assert not re.search(r"`|\bn\b|so many|[Tt]he same\b|\bthose (?:lines|par)|\.$", said), said
        for number in re.findall(r"\d+", signal):
            assert re.search(rf"\b{number}\b", said), said


def test_rules_of_other_versions_keep_their_names() -> None:
    rule = Rule("mine.unheard_of", 120_000, 1, 100_000, passed=False)
    report = dataclasses.replace(REPORT, quality=Quality(0.5, (rule,)))
    text = Outline(html_report([report])).text
    assert "mine.unheard_of is 120,000, good is 1 to 100,000" in text


def test_contributions_add_up_to_the_probability() -> None:
    detector = spindetect.load()
    text = (SAMPLES / "01-news.txt").read_text(encoding="utf-8")
    report = detector.score(text)
    from spindetect.html_report.page import Page

    page = Page.of(1, report, detector)
    assert page.intercept is not None
    total = page.intercept + sum(bar.value for bar in page.bars)
    shares = detector.contributions(text)
    assert total == pytest.approx(sum(shares.values()))
    assert not [n for n in shares if n != "intercept" and group_of(n) == "Other evidence"]
    text = Outline(html_report([report], detector=detector)).text
    assert "What the verdict rests on" in text
    assert "Words that look swapped" in text


def test_what_was_measured_is_said_and_no_more() -> None:
    point = OperatingPoint(0.99, 0.3, 3.4, 0)
    told = " ".join(how_sure(REPORT, {Mode.HIGH_RECALL: point}))
    assert "called 3.4 of 10,000 texts that people wrote spun, and was undecided on none" in told
    assert "10,000" not in " ".join(how_sure(REPORT, {}))


def test_only_the_most_probable_get_a_page() -> None:
    documents = [
        dataclasses.replace(REPORT, id=f"n{i}", probability=p)
        for i, p in enumerate([0.1, 0.9, 0.5, 0.9, None])
    ]
    html = html_report(documents, most_pages=2)
    assert re.findall(r'<article id="(d\d)"', html) == ["d2", "d4"]
    assert [f"n{i}" in html for i in range(5)] == [True] * 5
    with pytest.raises(ValueError, match="at least 1 page"):
        pieces([], most_pages=0)


def test_phrases_are_quoted_between_whole_words() -> None:
    words = [f"word{i}" for i in range(40)]
    text = "\n ".join(words)
    start = text.index("word20")
    odd = PhraseAnomaly("word20", start, start + 6, (), 1.0, 0.9)
    report = dataclasses.replace(REPORT, text=text, anomalies=(odd,), sentences=(), quality=None)
    (phrase,) = Page.of(1, report, None).phrases
    for side in (phrase.before, phrase.after):
        quoted = side.removeprefix("... ").removesuffix(" ...").split()
        assert 4 <= len(quoted) <= 6
        assert set(quoted) <= set(words)
    assert phrase.before.startswith("... ")
    assert phrase.before.endswith("word19 ")
    assert phrase.after.startswith(" word21")


def test_every_reason_has_its_words() -> None:
    for reason in Reason:
        report = dataclasses.replace(REPORT, reason=reason)
        assert "<h2" in html_report([report])


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (1.0, "Of 1,000 texts that look like this one, more than 999 are spun"),
        (0.0, "Of 1,000 texts that look like this one, fewer than 1 is spun"),
        (0.014, "Of 100 texts that look like this one, about 1 is spun"),
        (0.5, "about 50 are spun, where half of all texts are."),
    ],
)
def test_probabilities_in_words(probability: float, said: str) -> None:
    assert said in chance(probability, 0.5)


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda s: (min(s), max(s))))


@given(st.integers(0, 30), spans, spans)
def test_marks_cover_what_they_say(
    length: int, first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    found = cover(length, first, second)
    assert [place for start, end, _ in found for place in range(start, end)] == list(range(length))
    assert all(start < end for start, end, _ in found)
    for start, end, indices in found:
        for place in range(start, end):
            for spans, index in zip((first, second), indices, strict=True):
                over = [i for i, (a, b) in enumerate(spans) if a <= place < b]
                assert index == (over[0] if over else None)


class TestCommand:
    def test_pages_become_one_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "report.html"
        pages = [str(SAMPLES / name) for name in ("04-product-page.html", "05-forum-post.txt")]
        assert cli.main(["report", *pages, "-o", str(out), "--title", "Two <pages>"]) == 0
        said = capsys.readouterr()
        assert said.out == f"{out}: 2 documents, 1 of them spun\n"
        assert said.err == ""
        text = Outline(out.read_text(encoding="utf-8")).text
        assert "Two <pages>" in text
        assert "When the model" in text

    def test_what_cannot_be_read_is_a_row(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "report.html"
        page = str(SAMPLES / "05-forum-post.txt")
        assert cli.main(["report", "nowhere.txt", page, "-o", str(out)]) == 3
        assert "nowhere.txt: there is no such file" in capsys.readouterr().err
        assert "Could not be read" in out.read_text(encoding="utf-8")

    def test_nothing_that_is_there_is_lost(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = tmp_path / "report.html"
        page = str(SAMPLES / "05-forum-post.txt")
        assert cli.main(["report", "nowhere.txt", "-o", str(out)]) == 2
        assert not out.exists()
        out.write_text("mine")
        assert cli.main(["report", page, "-o", str(out)]) == 2
        assert f"{out} exists; use --overwrite to replace it." in capsys.readouterr().err

        def broken(*_: object, **__: object) -> Iterator[str]:
            yield "half"
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("spindetect.html_report.pieces", broken)
            assert cli.main(["report", page, "-o", str(out), "--overwrite"]) == 2
        assert f"{out} cannot be written (No space left on device)." in capsys.readouterr().err
        assert out.read_text() == "mine"
        assert cli.main(["report", page, "-o", str(out), "--overwrite"]) == 0
        assert out.read_text().startswith("<!doctype html>")
        assert [path.name for path in tmp_path.iterdir()] == [out.name]

    def test_bad_usage_is_told(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        page = tmp_path / "page.txt"
        page.write_text("Some text.")
        assert cli.main(["report", str(page), "-o", str(page)]) == 2
        assert "would be read and written at once" in capsys.readouterr().err
        assert cli.main(["report", str(page), "-o", str(tmp_path / "no" / "where.html")]) == 2
        assert "cannot be written" in capsys.readouterr().err

    def test_without_jinja_it_says_what_to_install(self, tmp_path: Path) -> None:
        program = (
            "import sys; sys.modules['jinja2'] = None\n"
            "from spindetect.cli import main\n"
            f"sys.exit(main(['report', {str(SAMPLES / '05-forum-post.txt')!r}, '-o', 'r.html']))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={"PYTHONPATH": str(SAMPLES.parent.parent)},
        )
        assert done.returncode == 2
        assert 'pip install "spindetect[report]"' in done.stderr
        assert not (tmp_path / "r.html").exists()


def test_the_verdict_of_an_unreadable_document_has_no_probability() -> None:
    html = html_report([Report.unreadable(None, "It is gone.")])
    assert "Document 1" in html
    assert "gauge" not in Outline(html).text
    assert (
        Verdict.SPUN.value not in Outline(html).text.split("It is gone.")[0].split("Document 1")[1]
    )


def test_input_errors_come_before_any_document_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from spindetect import html_report as module

    def missing() -> None:
        raise InputError("a report needs Jinja2")

    monkeypatch.setattr(module, "_template", missing)
    with pytest.raises(InputError):
        pieces(iter(lambda: pytest.fail("a document was read"), None))

"""What people see: the evidence is there, and documents cannot smuggle anything in."""

import dataclasses
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from strategies import any_text, hostile_text, reports
from test_report import REPORT, TEXT

from spindetect.modes import Mode
from spindetect.notebook import to_html
from spindetect.render import one_line, shown, to_text
from spindetect.report import PhraseAnomaly, Reason, Report, SentenceScore, Verdict

OUR_TAGS = {"b", "div", "mark", "p", "small", "span", "table", "td", "th", "tr"}
OUR_ATTRIBUTES = {"style", "title"}
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069]")


class Markup(HTMLParser):
    """Tags, attributes and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_table_names_phrase_expected_strength_and_context() -> None:
    assert to_text(REPORT).splitlines() == [
        "page-17: spun, probability 0.998 (above threshold, high recall, prior 0.25), 812 words",
        "  clean [####################] spun",
        '  "steered" -> told, informed  (+9.4 bits, p 0.96)',
        "      One employee [steered] me that the branch would close.",
        "  sentences most likely spun:",
        "    0.97  One employee steered me that the branch would close.",
        "  quality 0.71, against it: gopher.alpha_words 0.74 (at least 0.8)",
    ]


def test_html_names_them_too() -> None:
    html = to_html(REPORT)
    markup = Markup(html)
    assert '<mark title="expected: told, informed (+9.4 bits, p 0.96)">steered</mark>' in html
    assert "One employee steered [told, informed] me that" in markup.text
    for said in ("page-17", "spun, probability 0.998", "gopher.alpha_words", "en-2026.1"):
        assert said in markup.text


def test_the_usual_mode_and_prior_are_not_worth_a_word() -> None:
    usual = dataclasses.replace(REPORT, mode=Mode.BALANCED, prior=0.5)
    assert to_text(usual).startswith("page-17: spun, probability 0.998 (above threshold), 812")
    rare = dataclasses.replace(usual, prior=1e-05)
    assert "(above threshold, prior 1e-05)" in to_text(rare)


def test_without_the_text_phrases_are_shown_alone() -> None:
    report = dataclasses.replace(REPORT, text="")
    assert [line for line in to_text(report).splitlines() if "[steered]" in line] == []
    assert '"steered" -> told' in to_text(report)
    assert "<td>steered</td><td>told, informed</td>" in to_html(report)


@pytest.mark.parametrize(
    ("reason", "language", "words", "shown"),
    [
        (Reason.EMPTY, None, 0, "undecided (empty), 0 words"),
        (Reason.NOT_ENGLISH, "de", 1, "undecided (not english: de), 1 word"),
    ],
)
def test_verdicts_without_a_probability(
    reason: Reason, language: str | None, words: int, shown: str
) -> None:
    report = Report(Verdict.UNDECIDED, reason, None, (), (), None, language, words, "en")
    assert to_text(report) == shown
    assert shown in Markup(to_html(report)).text


def test_explained_sentences_are_whole_and_fit() -> None:
    text = "One man steered me. " + "Then we went home with all of the others who had come. " * 3
    anomalies = (
        PhraseAnomaly("steered", 8, 15, ("told", "informed"), 9.4, 0.96),
        PhraseAnomaly("went home", 28, 37, (), 1, 0.5),
    )
    sentences = (SentenceScore(0, 19, 0.97), SentenceScore(19, 20, 0), SentenceScore(20, 74, 0.31))
    report = dataclasses.replace(
        REPORT, text=text, anomalies=anomalies, sentences=sentences, quality=None
    )
    lines = to_text(report, width=50, explain=True).splitlines()
    begin = lines.index("  sentence by sentence, with the probability of each:") + 1
    assert lines[begin:] == [
        "    0.97 ########## One man [steered -> told] me.",
        "    0.00 ..........",
        "    0.31 ###....... Then we [went home -> another",
        "                    phrase] with all of the others",
        "                    who had come.",
    ]


def test_an_unreadable_document_shows_its_error() -> None:
    report = Report.unreadable("a.txt", "a.txt: there is no such file or folder.")
    assert to_text(report) == "error: a.txt: there is no such file or folder."
    assert "there is no such file" in to_html(report)


def test_the_strongest_anomalies_come_in_order_of_the_text_and_the_rest_is_counted() -> None:
    text = "word " * 30
    anomalies = tuple(
        PhraseAnomaly("word", 5 * i, 5 * i + 4, (f"e{i}",), 5, i / 30) for i in range(30)
    )
    lines = to_text(dataclasses.replace(REPORT, anomalies=anomalies, text=text)).splitlines()
    shown = [int(found[1]) for line in lines if (found := re.search(r"-> e(\d+)", line))]
    assert shown == list(range(18, 30))
    assert "  and 18 more" in lines


@pytest.mark.parametrize("position", [0, 1000, 5000, 9000, 9990])
@pytest.mark.parametrize("width", [40, 80, 100])
def test_context_fits_the_line_and_keeps_the_phrase(position: int, width: int) -> None:
    words = ["lorem"] * 10_000
    words[position] = "steered"
    text = " ".join(words)
    start = text.index("steered")
    report = dataclasses.replace(
        REPORT,
        text=text,
        anomalies=(PhraseAnomaly("steered", start, start + 7, ("told",), 9, 0.9),),
        sentences=(),
    )
    context = to_text(report, width=width).splitlines()[3]
    assert "[steered]" in context
    assert width / 2 < len(context) <= width + 3
    assert context.strip().startswith("...") == (position > 0)


def test_context_stays_in_its_sentence() -> None:
    text = "Before it. One employee steered me. After it."
    anomaly = PhraseAnomaly("steered", 24, 31, (), 9.4, 0.96)
    sentences = (SentenceScore(0, 10, 0), SentenceScore(11, 35, 0.9), SentenceScore(36, 45, 0))
    shown = to_text(
        dataclasses.replace(REPORT, text=text, anomalies=(anomaly,), sentences=sentences)
    )
    assert "\n      One employee [steered] me.\n" in shown
    assert '"steered" -> another phrase' in shown


def test_colours_only_where_wanted() -> None:
    assert "\x1b" not in to_text(REPORT)
    assert to_text(REPORT, colour=True).splitlines()[0].startswith("page-17: \x1b[31mspun")
    assert re.sub(r"\x1b\[\d+m", "", to_text(REPORT, colour=True)) == to_text(REPORT)


def test_a_text_of_one_huge_sentence_is_shown_at_once() -> None:
    text = "steered " * 1_000_000
    anomalies = tuple(
        PhraseAnomaly("steered", i, i + 7, ("told",), 9, 0.9) for i in range(0, 80, 8)
    )
    report = dataclasses.replace(
        REPORT, text=text, anomalies=anomalies, sentences=(SentenceScore(0, len(text), 0.9),)
    )
    start = time.perf_counter()
    assert len(to_text(report)) < 5_000
    assert len(to_html(report)) < 200_000
    assert "more characters" in to_html(report)
    assert time.perf_counter() - start < 5


@given(reports)
def test_html_holds_no_markup_but_ours(report: Report) -> None:
    html = to_html(report)
    markup = Markup(html)
    assert markup.tags <= OUR_TAGS
    assert markup.attributes <= OUR_ATTRIBUTES
    assert markup.open == []
    assert not CONTROL.search(html.replace("\t", ""))
    assert html.encode()


@given(reports)
def test_the_terminal_gets_no_control_characters(report: Report) -> None:
    shown = to_text(report, explain=True)
    assert not CONTROL.search(shown)
    assert shown.encode()


@given(hostile_text)
def test_html_shows_all_of_the_text(text: str) -> None:
    report = dataclasses.replace(REPORT, text=text, anomalies=(), quality=None)
    assert shown(text) in Markup(to_html(report)).text


@given(any_text)
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


def test_the_text_between_marks_is_untouched() -> None:
    html = to_html(dataclasses.replace(REPORT, quality=None))
    body = html.split("</div>")[0]
    shown = Markup(re.sub("<small.*?</small>", "", body) + "</div></div>").text
    assert TEXT in shown

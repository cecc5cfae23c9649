"""What of a page is its main English prose, and what is not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

import spindetect
from spindetect.detector import LEAST_WORDS
from spindetect.prose import prose

ARTICLE = (
    "The council met on Tuesday evening to discuss the new library. Most of the members agreed "
    "that the old building had become too small, and that the roof could not be repaired for the "
    "money that was left.\n\nOne employee steered me that he had been knowledgeable in March that "
    "the paintings would start inside the summer season. No person on the desk may want to say who "
    "had promised that, or why it had now not took place. The vote was put off until next month."
)
GERMAN = (
    "Der Gemeinderat traf sich am Dienstagabend, um über die neue Bibliothek zu sprechen. Die "
    "meisten Mitglieder waren der Meinung, dass das alte Gebäude zu klein geworden sei und dass "
    "das Dach mit dem restlichen Geld nicht mehr zu reparieren wäre."
)
NO_PROSE = {
    "menu": "Home\nNews\nSport\n\nOpening hours\nContact us\nImprint",
    "list": "- Red apples\n- Green pears, 2 kg\n- Flour\n- Brown sugar\n- Salt\n- Three eggs",
    "table": "Year | Visitors | Loans\n1999 | 10,200 | 4,100\n2000 | 11,300 | 4,800\n"
    "2001 | 11,900 | 5,200\n2002 | 12,700 | 5,600",
    "table with tabs": "year\tloans\tnew\n1999\t410\t12\n2000\t4800\t17\n2001\t520\t9\n2002\t1\t2",
    "code": "def main(argv):\n    parser = Parser()\n    for name in argv:\n"
    "        parser.add(name)\n    return parser.run()",
    "braces": "function run(a) {\n  let b = a + 1;\n  if (b > 2) {\n    go(b);\n  }\n}",
    "German": GERMAN,
    "Russian": "Городской совет собрался во вторник вечером, чтобы обсудить новую библиотеку. "
    "Большинство членов согласились, что старое здание стало слишком маленьким для города.",
}
COMMENTS = (
    "3 Comments\n\nAnna: I think that is what they all say when it is about our money.\n\nBob: Yes."
)

PROSE = {
    "heading": "Library\n\nNew plans\n\n" + ARTICLE,
    "hard-wrapped": "\n".join(ARTICLE[i : i + 60] for i in range(0, len(ARTICLE), 60)),
    "verse": "The fog comes\non little cat feet\nand it sits looking\nover harbour and city\n"
    "on silent haunches\nand then it moves on",
    "dialogue": "“No.”\n“Yes.”\n“Why not?”\n“Because.”\n“Oh!”\n“Well.”",
    "long items": "- He said that it was the roof.\n- She said that it was not.\n" * 4,
    "the word": "There were comments below the article, and all of them were about the roof.",
    "look-alikes": ARTICLE.replace("o", "о").replace("e", "е"),
    "zero width": "\n".join(ARTICLE.replace("e", "e\u200b").split(". ")) + "\nOh.",
    "few words": "Home\nNews",
}


@pytest.mark.parametrize("where", ["above", "below", "between"])
@pytest.mark.parametrize("name", NO_PROSE)
def test_what_is_no_prose_is_blanked_out(name: str, where: str) -> None:
    other = NO_PROSE[name]
    first, second = ARTICLE.split("\n\n")
    page = {
        "above": f"{other}\n\n{ARTICLE}",
        "below": f"{ARTICLE}\n\n{other}",
        "between": f"{first}\n\n{other}\n\n{second}",
    }[where]
    found = prose(page)
    assert found.text.split() == ARTICLE.split()
    inked = sum(len(line) for line in page.split("\n"))
    assert found.share == pytest.approx(len(ARTICLE.replace("\n", "")) / inked)


def test_a_part_of_an_article_is_no_comment() -> None:
    for heading in ("Discussion", "4 Discussion", "Responses", "Replies"):
        assert prose(f"{ARTICLE}\n\n{heading}\n\n{ARTICLE}").share == 1
    for heading in ("Discussion (12)", "3 responses", "Replies: 7", "1,204 Replies"):
        assert prose(f"{ARTICLE}\n\n{heading}\n\n{ARTICLE}").text.split() == ARTICLE.split()


def test_comments_below_an_article_are_by_others() -> None:
    assert prose(f"{ARTICLE}\n\n{COMMENTS}").text.split() == ARTICLE.split()
    # Without an article above them they are all there is.
    assert prose(COMMENTS).share == 1


@pytest.mark.parametrize("name", PROSE)
def test_prose_stays_as_it_is(name: str) -> None:
    assert prose(PROSE[name]) == (found := prose(PROSE[name]))
    assert (found.text, found.share) == (PROSE[name], 1.0)


@pytest.mark.parametrize("case", ["negative.json", "spun.json"])
def test_prose_of_the_collected_cases_stays(case: str) -> None:
    path = Path(__file__).parent / "cases" / case
    texts = [entry["text"] for entry in json.loads(path.read_text(encoding="utf-8"))]
    assert [text for text in texts if prose(text).share < 1] == []


@given(st.lists(st.sampled_from([*NO_PROSE.values(), ARTICLE, COMMENTS]) | any_text, max_size=5))
def test_what_stays_stays_in_its_place(parts: list[str]) -> None:
    text = "\n".join(parts)
    found = prose(text)
    assert len(found.text) == len(text)
    assert all(new in (old, "\n") for old, new in zip(text, found.text, strict=True))
    assert 0 <= found.share <= 1
    assert (found.share == 1) == (found.text == text)


class TestReports:
    def test_the_score_is_that_of_the_prose(self) -> None:
        plain = spindetect.score(ARTICLE)
        others = [*NO_PROSE.values()]
        page = spindetect.score("\n\n".join([*others, ARTICLE, *others, COMMENTS]))
        assert (page.verdict, page.language, page.n_words) == (plain.verdict, "en", plain.n_words)
        assert page.probability == plain.probability
        assert [a.text for a in page.anomalies] == [a.text for a in plain.anomalies]
        for anomaly in page.anomalies:
            assert page.text[anomaly.start : anomaly.end] == anomaly.text
        assert plain.prose == 1
        assert page.prose is not None
        assert 0.1 < page.prose < 0.5

    def test_without_prose_there_is_no_verdict(self) -> None:
        for name in ("menu", "list", "code"):
            report = spindetect.score("\n".join([NO_PROSE[name]] * 20))
            assert report.prose == 0
            assert (report.reason, report.n_words < LEAST_WORDS) == ("too_short", True)

    @pytest.mark.parametrize(("text", "share"), [("", None), (GERMAN, 0.0), ("Hm.", 1.0)])
    def test_pages_of_one_kind(self, text: str, share: float | None) -> None:
        assert spindetect.score(text).prose == share

    def test_contributions_are_those_of_the_prose(self) -> None:
        detector = spindetect.load()
        page = f"{NO_PROSE['menu']}\n\n{ARTICLE}"
        assert detector.contributions(page) == pytest.approx(detector.contributions(ARTICLE))

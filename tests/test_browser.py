"""The HTML report in a real browser: Chromium without a window, driven through Playwright.

`.ci/run` installs Chromium; where there is none, these tests are skipped.
"""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from test_report import REPORT

import spindetect
from spindetect.html_report import html_report
from spindetect.report import PhraseAnomaly, Quality, Report, Rule, SentenceScore, Verdict

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no chromium; Debian's package of that name has it"
)

# A root user cannot have a sandbox, a server has no graphics, and nothing should ask the network.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'></mark></div></main>"
    "--></style></script><svg onload=alert(1)> \u202egnp.exe\u202c \u2066\u200b &lt;b&gt; <b <i "
    '\x1b[2J \x00 " onmouseover="window.hacked = 3" \' steered '
)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


class Visit:
    """A page that is open, and what went wrong on it."""

    def __init__(self, browser: "Browser", file: Path, **context: Any) -> None:
        self.faults: list[str] = []
        self.page: Page = browser.new_context(**context).new_page()
        self.page.on("console", lambda m: self.faults.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.faults.append(str(e)))
        self.page.on("dialog", lambda d: self.faults.append(f"dialog: {d.message}"))
        self.page.on("request", lambda r: self._check(r.url, file.as_uri()))
        self.page.goto(file.as_uri())

    def _check(self, asked: str, file: str) -> None:
        if asked.partition("#")[0] != file:
            self.faults.append(f"asks for {asked}")

    def visible(self) -> list[str]:
        """Ids of the articles that can be seen."""
        shown: list[str] = self.page.eval_on_selector_all(
            "article", "found => found.filter(a => a.offsetParent !== null).map(a => a.id)"
        )
        return shown

    def names(self) -> list[str]:
        """Documents of the table, from the top, that can be seen."""
        found: list[str] = self.page.eval_on_selector_all(
            "#documents tbody tr:not([hidden]) th", "found => found.map(th => th.textContent)"
        )
        return found


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on one page, as the command makes it."""
    file = tmp_path_factory.mktemp("one") / "report.html"
    detector = spindetect.load()
    report = detector.score_html((SAMPLES / "04-product-page.html").read_bytes())
    long = Rule("c4.javascript", 0.2, None, 0, passed=False, spans=((5, 60), (400, 460)))
    quality = Quality(0.9, (*(report.quality.rules if report.quality else ()), long))
    report = dataclasses.replace(report, id="shop.html", quality=quality)
    file.write_text(html_report([report], detector=detector), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on four documents."""
    documents = [
        dataclasses.replace(REPORT, id="b", probability=0.5, n_words=9),
        dataclasses.replace(REPORT, id="c", probability=0.02, verdict=Verdict.CLEAN, n_words=1000),
        dataclasses.replace(REPORT, id="a", probability=0.998, n_words=200),
        Report.unreadable("d", "d: there is no such file."),
    ]
    file = tmp_path_factory.mktemp("many") / "report.html"
    file.write_text(html_report(documents), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on a document of 5 MB that means harm, beside another."""
    text = HOSTILE * (5_000_000 // len(HOSTILE))
    step = len(HOSTILE)
    anomalies = tuple(
        PhraseAnomaly("steered", i - 8, i - 1, (HOSTILE,), 9, 0.9)
        for i in range(step, 400 * step, step)
    )
    sentences = tuple(SentenceScore(i, i + step, 0.9) for i in range(0, 400 * step, step))
    rule = Rule(HOSTILE, 1, 0, 0, passed=False, spans=((0, 9), (20, 50)))
    bad = dataclasses.replace(
        REPORT, id=HOSTILE, text=text, anomalies=anomalies, sentences=sentences,
        quality=Quality(0, (rule,)), model=HOSTILE, language=HOSTILE,
    )  # fmt: skip
    file = tmp_path_factory.mktemp("hostile") / "report.html"
    file.write_text(html_report([bad, REPORT], title=HOSTILE), encoding="utf-8")
    return file


def test_a_phrase_says_what_it_may_have_been(browser: "Browser", one: Path) -> None:
    visit = Visit(browser, one)
    mark = visit.page.locator("mark.odd").nth(3)
    tip = mark.locator(".tip")
    assert not tip.is_visible()
    mark.hover()
    assert tip.is_visible()
    assert "perhaps it was: " in tip.inner_text()
    visit.page.keyboard.press("Escape")
    assert not tip.is_visible()
    other = visit.page.locator("mark.odd").nth(4)
    visit.page.mouse.move(0, 0)
    mark.focus()
    visit.page.keyboard.press("Tab")
    assert other.evaluate("mark => mark === document.activeElement")
    assert other.locator(".tip").is_visible()
    assert "perhaps it was: " in (other.get_attribute("aria-label") or "")
    assert visit.faults == []


def test_tips_stay_inside_the_window(browser: "Browser", one: Path) -> None:
    for width in (360, 1000):
        visit = Visit(browser, one, viewport={"width": width, "height": 800})
        for mark in visit.page.locator("mark.odd").all()[:40]:
            mark.focus()
            box = mark.locator(".tip").bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= 800
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.faults == []


def test_a_passage_at_fault_is_one_step_away(browser: "Browser", one: Path) -> None:
    visit = Visit(browser, one)
    visit.page.locator("li a[href^='#d1-r']").first.click()
    visit.page.wait_for_function("document.activeElement.classList.contains('place')")
    assert visit.page.locator(".rule").count() > 1
    assert visit.faults == []


def test_the_table_sorts_and_filters(browser: "Browser", many: Path) -> None:
    visit = Visit(browser, many)
    page = visit.page
    assert (visit.names(), visit.visible()) == (["b", "c", "a", "d"], [])
    page.get_by_role("button", name="Probability").click()
    assert visit.names() == ["a", "b", "c", "d"]
    page.get_by_role("button", name="Probability").press("Enter")
    assert visit.names() == ["d", "c", "b", "a"]
    assert page.locator("th[aria-sort='ascending']").inner_text().startswith("Probability")
    page.get_by_role("button", name="Document").click()
    assert visit.names() == ["a", "b", "c", "d"]
    page.locator("#wanted").select_option("spun")
    assert visit.names() == ["a", "b"]
    assert page.locator("#found").inner_text() == "2 of 4 shown"
    page.get_by_label("Probability at least").fill("90")
    assert visit.names() == ["a"]
    page.locator("#wanted").select_option("")
    page.get_by_label("Probability at least").fill("0")
    page.get_by_label("Name or phrase").fill("STEERED")
    assert visit.names() == ["a", "b", "c"]
    assert visit.faults == []


@pytest.mark.parametrize("with_script", [True, False])
def test_rows_open_their_pages(browser: "Browser", many: Path, with_script: bool) -> None:
    visit = Visit(browser, many, java_script_enabled=with_script)
    page = visit.page
    link = page.get_by_role("link", name="a", exact=True)
    link.press("Enter")
    page.wait_for_url("**#d3")
    seen = [a for a in page.locator("article").all() if a.is_visible()]
    assert [a.get_attribute("id") for a in seen] == ["d3"]
    assert not page.locator("#overview").is_visible()
    # A link to a place inside of a page leaves it open.
    page.locator("#d3 a[href='#d3-p1']").click()
    page.wait_for_url("**#d3-p1")
    assert page.locator("#d3").is_visible()
    page.locator("#d3 .back a").click()
    page.wait_for_url("**#overview")
    assert page.locator("#overview").is_visible()
    assert not page.locator("#d3").is_visible()
    assert visit.faults == []


def test_a_hostile_document_is_shown_and_does_nothing(browser: "Browser", hostile: Path) -> None:
    visit = Visit(browser, hostile)
    page = visit.page
    page.locator("a[href='#d1']").first.click()
    assert "<script>window.hacked = 1</script>" in page.locator("#d1 .text").inner_text()
    page.locator("#d1 mark.odd").first.hover()
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.images.length + document.scripts.length") == 1
    assert page.evaluate("document.querySelectorAll('main article').length") == 2
    whole = page.evaluate("document.documentElement.textContent")
    assert not set("\u202e\u202c\u2066\u200b\x1b\x00") & set(whole)
    assert "\\u202egnp.exe" in whole
    assert "more characters" in page.locator("#d1").inner_text()
    assert visit.faults == []


def test_the_policy_stops_what_might_slip_through(browser: "Browser", one: Path) -> None:
    visit = Visit(browser, one)
    visit.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.hacked = 1";
            const div = document.createElement("div");
            div.innerHTML = "<img src='x.png' onerror='window.hacked = 2'>";
            document.body.append(script, div);
        }"""
    )
    visit.page.wait_for_timeout(300)
    assert visit.page.evaluate("window.hacked") is None
    assert [fault for fault in visit.faults if "Content Security Policy" in fault]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_fault_is_found(
    browser: "Browser", one: Path, many: Path, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for file in (one, many):
        visit = Visit(browser, file, color_scheme=scheme)
        found = axe.run(visit.page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:100]) for v in found] == []


def test_light_and_dark_differ(browser: "Browser", one: Path) -> None:
    grounds = {
        Visit(browser, one, color_scheme=scheme).page.evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    assert len(grounds) == 2


def test_on_paper_the_originals_stand_behind_the_phrases(browser: "Browser", one: Path) -> None:
    visit = Visit(browser, one)
    visit.page.emulate_media(media="print", color_scheme="dark")
    assert visit.page.locator(".printed").first.is_visible()
    assert not visit.page.locator(".tip").first.is_visible()
    assert not visit.page.locator(".skip").is_visible()
    ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert visit.page.pdf().startswith(b"%PDF")

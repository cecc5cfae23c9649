"""Main text of pages: the right part of good ones, and a quick answer to any other."""

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from resiliparse.parse.html import HTMLTree
from strategies import any_text

from spindetect.pages import _extract, _may_explode, _rebuilt, _visible, main_text

BLOG = """<!DOCTYPE html><html lang="en"><head><title>Ten tips - My Blog</title>
<style>body { color: red }</style><script>var page = "<p>not shown</p>";</script></head>
<body class="single"><header class="site-header"><p class="site-title"><a href="/">My Blog</a></p>
<nav class="main-navigation"><ul><li><a href="/">Home</a></li><li><a href="/x">About</a></li></ul>
</nav></header><main><article class="post"><h1>Ten tips for a better garden</h1>
<div class="entry-content"><p>Gardening is a pastime that many people savor &amp; enjoy, and it is a
fantastic way to relax after a <b>long</b> day.</p><h2>What you want</h2>
<ul><li>A spade in respectable condition</li><li>Two luggage of compost</li></ul>
<blockquote><p>A quotation that stands alone.</p></blockquote>
<figure><img src="a.jpg" alt="picture of a garden"></figure></div></article>
<div id="comments" class="comments-area"><p>Great post! I love it.</p></div></main>
<footer class="site-footer">Copyright 2021. Privacy policy.</footer></body></html>"""

FOUND = """Ten tips for a better garden

Gardening is a pastime that many people savor & enjoy, and it is a fantastic way to relax after a \
long day.

What you want

A spade in respectable condition
Two luggage of compost

A quotation that stands alone."""

# What browsers and filters have to cope with; every piece may come in any order and number.
SNIPPETS = [
    "<div>", "</div>", "<p class=a>", "</p>", "<b id=1>", "</b>", "<a href='x>y'>", "</a>",
    "<ul><li>", "<table><td>", "</table>", "<script>", "</script>", "<style>", "</style>", "<!--",
    "-->", "--!>", "<!-->", "<!doctype html>", "<![CDATA[", "]]>", "<?php", "?>", "<svg>", "<math>",
    "<template>", "<select>", "<option>", "<textarea>", "</textarea>", "<title>", "<br/>", "<body>",
    "</html>", "<frameset>", "<plaintext>", "</", "</>", "</ x>", "<", ">", '"', "'", "=", "/", "&",
    "&amp;", "&#0;", "&#xd800;", "&bogus;", "\0", "\ud800", "\ufeff", "\r\n", " ", "word", "café",
    '<a b="', "<a b='", "<a b=c d", "<p\n=x>", "<P/X>", "<1>", "< p>",
]  # fmt: skip
markup = st.lists(st.sampled_from(SNIPPETS) | any_text, max_size=25).map("".join)


def test_main_text_of_a_blog_page() -> None:
    assert main_text(BLOG) == FOUND
    assert main_text(BLOG.encode()) == FOUND


def test_all_text_if_no_main_part_stands_out() -> None:
    assert main_text("<nav><a href=/>Home</a> <a href=/x>About us</a></nav>") == "Home About us"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("", ""),
        (b"", ""),
        (" \n ", ""),
        ("<html></html>", ""),
        ("<frameset><frame src=a></frameset>", ""),
        ("no tags, 1 < 2 &amp; 3", "no tags, 1 < 2 & 3"),
        ("one<br>two", "one\ntwo"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>a zero\0byte", "a zerobyte"),
        ("<p>half \ud800 character", "half \ufffd character"),
    ],
)
def test_small_pages(page: str | bytes, text: str) -> None:
    assert main_text(page) == text


@pytest.mark.parametrize(
    "page",
    [
        "<p>“naïve”</p>".encode(),
        "<p>“naïve”</p>".encode("utf-8-sig"),
        "<p>“naïve”</p>".encode("utf-16"),
        "<p>“naïve”</p>".encode("cp1252"),
        "<meta charset=cp1252><p>“naïve”</p>".encode("cp1252"),
        # A wrong declaration, common on pages moved to another server.
        "<meta charset=iso-8859-1><p>“naïve”</p>".encode(),
        "<p>“na\0ïve”</p>".encode(),
    ],
)
def test_encodings(page: bytes) -> None:
    assert main_text(page) == "“naïve”"


def test_a_declared_encoding_that_is_not_utf_8() -> None:
    assert (
        main_text("<meta charset=shift_jis><p>日本語の文章".encode("shift_jis")) == "日本語の文章"
    )


def test_rebuilding_keeps_the_text() -> None:
    for page in (BLOG, BLOG.upper(), BLOG.replace("\n", "\r\n")):
        expected = _extract(HTMLTree.parse(page), main_content=True)
        assert _extract(HTMLTree.parse(_rebuilt(page)), main_content=True) == expected


def test_large_pages_are_read_like_small_ones() -> None:
    filler = "".join(f"<p>Paragraph {i} of <i>this</i> page.</p>" for i in range(5_000))
    page = BLOG.replace('<div class="entry-content">', '<div class="entry-content">' + filler)
    assert len(page) > 100_000
    text = main_text(page)
    assert "Paragraph 4999 of this page.\n\nGardening is a pastime" in text
    assert "Home" not in text
    assert "Privacy" not in text


def test_visible_text_is_read_in_blocks() -> None:
    text = _visible(BLOG)
    assert "Home\n\nAbout\n\nTen tips" in text
    assert "relax after a long day.\n\nWhat you want" in text
    assert "not shown" not in text


HOSTILE: dict[str, Callable[[int], str]] = {
    "nested div": lambda n: "<div>" * n + "text" + "</div>" * n,
    "nested list": lambda n: "<ul><li>x" * n,
    "nested table": lambda n: "<table><tr><td>" * n + "text",
    "nested form": lambda n: "<div><form>" * n + "text",
    "nested by misnesting": lambda n: "<div><object></div></object>" * n + "text",
    "unclosed formatting": lambda n: "".join(f"<p><b id={i}>x" for i in range(n)),
    "formatting around blocks": lambda n: "<b><p></b>" * n + "text",
    "attributes": lambda n: "<p " + " ".join(f"a{i}" for i in range(n)) + ">text",
    "attributes with markup": lambda n: "<p " + "".join(f"a{i}='<>'" for i in range(n)) + ">text",
    "attributes of a tag in a gap": lambda n: "<<!---->p " + " ".join(map(str, range(n))) + ">",
    "attributes in a style": lambda n: "<svg><style><p " + " ".join(map(str, range(n))) + ">",
    "unclosed quote": lambda n: '<a b="' * n,
    "unclosed tag": lambda n: "<a b " * n,
    "unclosed comment": lambda n: "<!--" * n,
    "unclosed script": lambda n: "<script>" * n,
    "angle brackets": lambda n: "<" * n,
    "ampersands": lambda n: "&" * n,
    "blank lines": lambda n: " \n" * n,
    "zero bytes": lambda n: "\0" * n,
    "one line": lambda n: "word " * n,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_read_at_once(name: str) -> None:
    # Without the guards several of these take from ten seconds to hours, or gigabytes.
    for n in (4_000, 50_000):
        page = HOSTILE[name](n)
        start = time.perf_counter()
        assert "<!--" not in main_text(page)
        assert time.perf_counter() - start < 5


@pytest.mark.parametrize("name", ["nested div", "attributes", "one line"])
def test_twenty_megabytes(name: str) -> None:
    page = HOSTILE[name](20_000_000 // len(HOSTILE[name](1)))
    start = time.perf_counter()
    main_text(page)
    assert time.perf_counter() - start < 30


def test_deep_pages_keep_their_text() -> None:
    page = "<div>" * 50_000 + "<p>One.</p><p>Two.</p>" + "</div>" * 50_000
    assert main_text(page) == "One.\n\nTwo."
    assert main_text("<div>" * 1_000 + "<p>One.</p><p>Two.</p>") == "One.\n\nTwo."


def test_only_pages_that_could_explode_are_called_so() -> None:
    assert not _may_explode(BLOG)
    assert not _may_explode("<p>One <b>two</b> three.</p>" * 200)
    assert _may_explode(HOSTILE["unclosed formatting"](2_000))


@given(markup)
@example("<a b='")
def test_main_text_answers_any_markup(page: str) -> None:
    assert main_text(page).encode() is not None
    assert _visible(page) is not None


@given(st.binary(max_size=300) | markup.map(lambda page: page.encode("utf-16", "surrogatepass")))
def test_main_text_answers_any_bytes(page: bytes) -> None:
    assert isinstance(main_text(page), str)


@given(markup)
def test_rebuilt_pages_have_nothing_left_to_rebuild(page: str) -> None:
    assert _rebuilt(_rebuilt(page)) == _rebuilt(page)


@given(st.integers(0, 100).map(lambda n: "<p " + " ".join(f"a{i}=b" for i in range(n)) + ">x"))
def test_rebuilt_tags_have_few_attributes(page: str) -> None:
    assert _rebuilt(page).count("=") <= 32
    assert main_text(_rebuilt(page)) == "x"

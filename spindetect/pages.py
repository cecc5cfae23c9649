"""The main text of a web page, without menus, footers and comments.

The work is done by Resiliparse, the fastest of the well-kept extractors (about 2,000 pages a CPU
second).  What this module adds is safety: an HTML parser takes quadratic time or memory on some
pages that anyone can write in a minute, and such pages are defused or read in a simpler way.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resiliparse.parse.html import HTMLTree

# What a parser does in more than linear time, with what 60 kB of it cost before this guard:
# - formatting elements that are never closed are opened again in every paragraph
#   (``<p><b id=1>x<p><b id=2>x...``): 9 s and 3 GB;
# - the attributes of one tag are compared pairwise (``<a b c d ...``): 0.2 s, but 400 kB take 8 s;
# - elements nested 4,000 deep make the search for the main content take 0.6 s, 50,000 deep 110 s.
# Pages of up to so many characters, tags and formatting tags times tags are parsed as they are:
# the worst that we could think of takes a quarter of a second.  A larger one is rebuilt first, at
# 30 MB a second, which left the text of 460 large and small pages as it was; 20 MB of the worst
# take four seconds.
_SMALL_PAGE = 100_000
_SMALL_CLONES = 500_000
# If a page has more tags, or elements nested deeper (browsers stop at 512), all its visible text
# is read.
_MAX_TAGS = 50_000
_MAX_DEPTH = 200
# No element of a real page has so many attributes.
_MAX_ATTRIBUTES = 32

# In UTF-16 markup alone makes more than one byte in so many NUL.
_LEAST_ZEROS = 10

_DEEP = " > ".join("*" * _MAX_DEPTH)

_FORMATTING = "b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
_OPENS_FORMATTING = re.compile(rf"<(?:{_FORMATTING})[\s/>]", re.IGNORECASE)
# The same and `form`, whose rules of nesting are as costly, become elements without rules.
_HARMLESS = dict.fromkeys(_FORMATTING.split("|"), "span") | {"form": "div", "plaintext": "pre"}

# The tokens of HTML that are not text, as the standard defines them (https://html.spec.whatwg.org,
# section 13.2.5).  Quantifiers are possessive, and a tag that never ends takes all that follows
# with it, so that the scan is linear.
_TOKEN = re.compile(
    r"""
      <!--(?:-?>|.*?(?:--!?>|\Z))                            # comment
    | <(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])
        .*?(?:</(?P=raw)(?=[\s/>])[^>]*+>|\Z)                # contents are not markup
    | <(?P<slash>/?)(?P<name>[a-z][^\t\n\f\r />]*+)
        (?P<attributes>(?:ATTRIBUTE){0,MOST}+)(?:ATTRIBUTE)*+[\t\n\f\r /]*+>
    | <(?:[!?]|/[^a-z>])[^>]*+>                              # bogus comment, doctype
    | <(?:[!?/]|[a-z]).*                                     # never ends
    | (?P<text><)
    """.replace(
        "ATTRIBUTE",
        r"""[\t\n\f\r /]*+[^\t\n\f\r />][^\t\n\f\r />=]*+
            (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+
              (?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))
            )?+
        """,
    ).replace("MOST", str(_MAX_ATTRIBUTES)),
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)

# Elements that do not part words; all others stand between blocks of text.
_INLINE = frozenset(
    "a abbr acronym bdi bdo cite data del dfn img ins kbd label mark q ruby samp span sub sup time "
    "var wbr".split()
).union(_FORMATTING.split("|"))

_BLANK = re.compile(r"[^\S\n]+")
_PARAGRAPH_BREAK = re.compile(r"\s*\n\s*\n\s*")
_INDENT = re.compile(r"^[^\S\n]+", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")


def main_text(html: str | bytes) -> str:
    r"""The text that a page is there for; all its visible text if no main part stands out.

    Parameters
    ----------
    html : str or bytes
        A page or any part of one.  Bytes are read in the encoding that they show: a byte order
        mark, valid UTF-8, a declared charset, or what Resiliparse detects.

    Returns
    -------
    str
        Blocks are separated by line ends, mostly by blank lines; inline markup is gone.  No input
        makes this function raise or run away.

    Examples
    --------
    >>> main_text("<nav><a href=/>Home</a></nav><main><h1>Tea</h1><p>Boil <b>water</b>.</main>")
    'Tea\n\nBoil water.'
    """
    page = _SURROGATE.sub("\ufffd", html) if isinstance(html, str) else _decoded(html)
    if len(page) > _SMALL_PAGE or _may_explode(page):
        page = _rebuilt(page)
    if page.count("<") <= _MAX_TAGS:
        from resiliparse.parse.html import HTMLTree

        tree = HTMLTree.parse(page)
        if tree.body is not None and tree.body.query_selector(_DEEP) is None:
            return _extract(tree, main_content=True) or _extract(tree, main_content=False)
    return _visible(page)


def _decoded(data: bytes) -> str:
    """`data` as text; what the encoding does not allow becomes U+FFFD."""
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    # A NUL here and there is nobody's letter.
    if data.count(b"\0") * _LEAST_ZEROS < len(data):
        data = data.replace(b"\0", b"")
    # Valid UTF-8 is UTF-8 whatever the page declares; with NULs it is more likely UTF-16.
    if b"\0" not in data:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    encoding = detect_encoding(data, from_html_meta=True) or "utf-8"
    return bytes_to_str(data, encoding, errors="replace").removeprefix("\ufeff")


def _may_explode(page: str) -> bool:
    """Whether formatting that is never closed could make the parser copy very many elements."""
    tags = page.count("<")
    # The product is of no interest below this, and the first count is much the faster.
    if tags * tags <= _SMALL_CLONES:
        return False
    return tags * len(_OPENS_FORMATTING.findall(page)) > _SMALL_CLONES


def _rebuilt(page: str) -> str:
    """`page` with its text and structure, but without what makes parsers slow.

    >>> _rebuilt("<!doctype html><p class=a>1 < 2 <b>&amp;</b><script>'<p>'</script></p><br")
    '<p class=a>1 &lt; 2 <span>&amp;</span></p>'
    """
    return _TOKEN.sub(_rebuilt_token, page)


def _rebuilt_token(token: re.Match[str]) -> str:
    """A tag with few attributes and a harmless name; nothing for what holds no text."""
    if (name := token["name"]) is None:
        # Escaped, so that it cannot become part of a tag when what follows it goes away.
        return "&lt;" if token["text"] else ""
    name = _HARMLESS.get(name.lower(), name)
    return f"<{token['slash']}{name}{token['attributes']}>"


def _extract(tree: HTMLTree, *, main_content: bool) -> str:
    """Text of the parsed page as Resiliparse sees it."""
    from resiliparse.extract.html2text import extract_plain_text

    text = extract_plain_text(
        tree,
        preserve_formatting=True,
        main_content=main_content,
        # Bullets and descriptions of images are no prose, comments are by other hands.
        list_bullets=False,
        alt_texts=False,
        comments=False,
    )
    return _INDENT.sub("", text).strip()


def _visible(page: str) -> str:
    r"""All text of the page in one linear pass, blocks separated by blank lines.

    >>> _visible("<div>One <a href=x>link</a> &amp; more<div>Two<br>Three")
    'One link & more\n\nTwo\n\nThree'
    """
    text = _BLANK.sub(" ", unescape(_TOKEN.sub(_visible_token, page)))
    return _PARAGRAPH_BREAK.sub("\n\n", text).strip()


def _visible_token(token: re.Match[str]) -> str:
    """What a reader sees of a token of HTML: a gap between two blocks, a stray ``<``, nothing."""
    if (name := token["name"]) is None:
        return token["text"] or ""
    return "" if name.lower() in _INLINE else "\n\n"

"""What a file holds, told by its name and by its beginning."""

from __future__ import annotations

import codecs
import re

from spindetect.inputs.document import Kind

__all__ = [
    "PACKED",
    "SUFFIXES",
    "encoding_of",
    "is_binary",
    "is_garbage",
    "kind_of_magic",
    "kind_of_name",
    "kind_of_text",
    "plain",
]

# What a folder is searched for; a file that is named by the user may have any name.
_KINDS = {
    ".txt": Kind.TEXT,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".parquet": Kind.PARQUET,
    ".pq": Kind.PARQUET,
    ".arrow": Kind.ARROW,
    ".feather": Kind.ARROW,
    ".warc": Kind.WARC,
    ".wet": Kind.WARC,
}
SUFFIXES = tuple(_KINDS)
PACKED = (".gz", ".zst")

# UTF-32 first, since its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Parquet files, Arrow's two forms and WARC begin with.  A stream of Arrow begins with a
# schema of at most some megabytes, so that of its length the highest byte is 0.
_MAGIC = (
    (re.compile(rb"PAR1"), Kind.PARQUET),
    (re.compile(rb"ARROW1\0\0|\xff\xff\xff\xff...\0", re.DOTALL), Kind.ARROW),
    (re.compile(rb"WARC/[01]\.\d"), Kind.WARC),
)

# Control characters that no text contains, and what undecodable bytes become.  English in a wrong
# encoding has a few per cent of them; compressed data, programs and images about half.
_GARBAGE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")
_MAX_GARBAGE = 0.3

# What a line of JSONL and a page begin with.
_JSON_OBJECT = re.compile(r'\s*\{\s*"')
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?"
    r"<(?:!doctype\s+html|html|head|body|title|meta|article|div|main|section|p|h1)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)


def plain(name: str) -> str:
    """The name of a file in lower case without the suffix of a packer.

    >>> plain("A.JSONL.gz"), plain("b.warc.zst")
    ('a.jsonl', 'b.warc')
    """
    name = name.lower()
    for suffix in PACKED:
        name = name.removesuffix(suffix)
    return name


def kind_of_name(name: str) -> Kind:
    """What the name of a file promises.

    >>> names = "a.HTML.gz", "b.jsonl", "c.txt", "d", "e.md", "f.warc.wet.gz", "g.parquet"
    >>> [kind_of_name(name).value for name in names]
    ['html', 'jsonl', 'text', 'auto', 'auto', 'warc', 'parquet']
    """
    _, point, ending = plain(name).rpartition(".")
    return _KINDS.get(point + ending, Kind.AUTO)


def kind_of_magic(head: bytes) -> Kind:
    """The format of binary data that begin with `head`, and WARC.

    >>> kind_of_magic(b"PAR1..."), kind_of_magic(b"WARC/1.0 "), kind_of_magic(b"Words")
    (<Kind.PARQUET: 'parquet'>, <Kind.WARC: 'warc'>, <Kind.AUTO: 'auto'>)
    """
    return next((kind for magic, kind in _MAGIC if magic.match(head)), Kind.AUTO)


def kind_of_text(beginning: str) -> Kind:
    """What the beginning of a text looks like; text, if like nothing else.

    >>> [kind_of_text(t).value for t in ('{"text": "Hi."}', "<!doctype html><p>Hi.", "{Hi}")]
    ['jsonl', 'html', 'text']
    """
    if _JSON_OBJECT.match(beginning):
        return Kind.JSONL
    return Kind.HTML if _HTML.match(beginning) else Kind.TEXT


def is_garbage(beginning: str) -> bool:
    r"""Whether too much of `beginning` cannot be text.

    >>> is_garbage("Words."), is_garbage("\x01\x02\x03 W")
    (False, True)
    """
    return len(_GARBAGE.findall(beginning)) > _MAX_GARBAGE * len(beginning)


def is_binary(beginning: str) -> bool:
    r"""Whether there are NULs in `beginning`, unless it is of a page that some have got into.

    >>> is_binary("A\0B"), is_binary("<!doctype html>\0<p>Words."), is_binary("<p>\0\0\0\0")
    (True, False, True)
    """
    if "\0" not in beginning:
        return False
    return kind_of_text(beginning.replace("\0", "")) is not Kind.HTML or is_garbage(beginning)


def encoding_of(head: bytes) -> str:
    """The encoding that a byte order mark names; UTF-8 without one.

    >>> encoding_of("Words".encode("utf-16")), encoding_of(b"Words")
    ('utf-16', 'utf-8')
    """
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "utf-8")

"""One document as it was read, and how a file may hold documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Any

__all__ = ["Document", "Fields", "Kind", "failed", "id_of", "of_row", "text_of"]

_NO_COLUMNS: Mapping[str, Any] = MappingProxyType({})


class Kind(StrEnum):
    """How a file holds its documents."""

    AUTO = auto()
    TEXT = auto()
    HTML = auto()
    JSONL = auto()
    PARQUET = auto()
    ARROW = auto()
    WARC = auto()


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the fields of a row, or columns of a table, that hold a document."""

    text: str = "text"
    html: str = "html"
    id: str = "id"

    @property
    def named(self) -> tuple[str, str, str]:
        """All three names.

        >>> Fields(text="body").named
        ('id', 'body', 'html')
        """
        return self.id, self.text, self.html


@dataclass(frozen=True, slots=True)
class Document:
    """One document as read: exactly one of `text`, `html` and `error` is not None.

    Attributes
    ----------
    id : str or int
        The name that its file gives it, or one made of the file's name and its place there.
    text, html : str; str or bytes
        What it says.
    error : str
        Why it could not be read, in one sentence.
    row : mapping
        All fields of the row that it was read from; what else is known of it, if that was no row.
        It takes no part in comparisons.

    Examples
    --------
    >>> Document("a.txt", text="Hello.").error is None
    True
    """

    id: str | int
    text: str | None = None
    html: str | bytes | None = None
    error: str | None = None
    row: Mapping[str, Any] = field(default_factory=lambda: _NO_COLUMNS, compare=False, repr=False)


def of_row(default: str, where: str, row: Mapping[str, Any], fields: Fields) -> Document:
    """The document that a row holds: its text or, failing that, its HTML.

    >>> of_row("a:1", "a, row 1", {"id": 7, "text": "Hello.", "url": "x"}, Fields()).text
    'Hello.'
    >>> of_row("a:2", "a, row 2", {"id": "b"}, Fields()).error
    'a, row 2: no string in a field "text" or "html".'
    """
    id = id_of(row.get(fields.id), default=default)
    if isinstance(text := row.get(fields.text), str):
        return Document(id, text=text, row=row)
    if isinstance(html := row.get(fields.html), str | bytes):
        return Document(id, html=html, row=row)
    error = f'{where}: no string in a field "{fields.text}" or "{fields.html}".'
    return Document(id, error=error, row=row)


def id_of(value: Any, *, default: str) -> str | int:
    """The caller's name for a document: a string or whole number, anything else as its JSON.

    >>> id_of(None, default="a:1"), id_of(7, default="a:1"), id_of(True, default="a:1")
    ('a:1', 7, 'true')
    """
    if value is None:
        return default
    if isinstance(value, str | int) and not isinstance(value, bool):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def failed(name: str, why: str) -> Document:
    """The document in place of what could not be read.

    >>> failed("a.txt", "there is no such file").error
    'a.txt: there is no such file.'
    """
    return Document(name, error=f"{name}: {why}.")


def text_of(text: str | None, html: str | bytes | None) -> str:
    """The text of a document to score: that of a page is its main text.

    >>> text_of("Hello.", None), text_of(None, "<p>Hello.")
    ('Hello.', 'Hello.')
    """
    if html is None:
        return text or ""
    # The parser of HTML is loaded by those only who read HTML.
    from spindetect.pages import main_text

    return main_text(html)

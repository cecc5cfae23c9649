"""Documents of a plan, some at a time, from any place of the input on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spindetect.inputs import Document
from spindetect.pipeline.places import Place, documents_from
from spindetect.pipeline.plan import Plan

__all__ = ["chunks", "gathered", "size_of"]

# Documents that go to a worker together: what is read of them is some three batches of the
# detector, and HTML is mostly markup.  Twice as many, or half, took the same CPU time (6.7 to 6.9
# seconds for 200 documents of the benchmark); the fewer, the less is lost when a run is stopped,
# and the less the columns of a table are known by, which are those of the first chunk.
_CHUNK_DOCUMENTS = 32
_CHUNK_CHARACTERS = 100_000
_HTML_WEIGHT = 0.25


def chunks(plan: Plan, begin: Place) -> Iterator[tuple[Place, list[Document]]]:
    """Documents from `begin` on, some at a time, with the place behind them."""
    found = documents_from(plan.paths, plan.kind, plan.fields, plan.outputs, begin)
    return gathered(found, _CHUNK_DOCUMENTS, _CHUNK_CHARACTERS)


def gathered(
    found: Iterable[tuple[Place, Document]], most: int, characters: int
) -> Iterator[tuple[Place, list[Document]]]:
    """Documents with the places behind them, as many together as reach either limit."""
    documents: list[Document] = []
    size = 0.0
    place = Place()
    for place, document in found:
        documents.append(document)
        size += size_of(document)
        if len(documents) >= most or size >= characters:
            yield place, documents
            documents, size = [], 0.0
    if documents:
        yield place, documents


def size_of(document: Document) -> float:
    """About how many characters of text a document has."""
    return len(document.text or "") + _HTML_WEIGHT * len(document.html or "")

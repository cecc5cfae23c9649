"""The detector: the one place that knows the order of the steps from a text to a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spindetect import anomalies, features
from spindetect.classifier import Classifier, read_classifier, read_tables
from spindetect.evidence import evidence
from spindetect.language import identify
from spindetect.lexicon import Lexicon
from spindetect.ngrams import NgramModel
from spindetect.quality import assess
from spindetect.report import PhraseAnomaly, Quality, Reason, Report, SentenceScore, Verdict
from spindetect.tokens import Tokens, fold_homoglyphs, tokenise

__all__ = ["Detector", "load"]

# From here on a verdict is given: with fewer words one odd phrase decides.
LEAST_WORDS = 50

# Characters that are scored together: the arrays of some ten thousand words stay in the cache.
BATCH = 60_000

# A longer text is scored in pieces of this many characters, so that memory does not grow with it.
PIECE = 400_000

# Batches below which a second process costs more than it saves.
_WORTHWHILE = 8

BUNDLED = Path(__file__).parent / "model"

Identifier = str | int | None
Item = tuple[Identifier, object]


@dataclass(frozen=True)
class _Piece:
    """A stretch of a document, and where it begins."""

    document: int
    offset: int
    text: str


@dataclass(frozen=True)
class _Read:
    """What was read of a batch of pieces: words, their log-odds, and odd phrases."""

    pieces: Sequence[_Piece]
    tokens: Tokens
    word: npt.NDArray[np.int64]
    log_odds: npt.NDArray[np.float64]
    phrases: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


class Detector:
    """A loaded model and the verbs that use it.

    Make one with `load`. A detector is read-only: threads may share it, and processes share its
    memory-mapped tables.
    """

    def __init__(self, folder: Path) -> None:
        classifier: Classifier = read_classifier(folder)
        tables = read_tables(folder, classifier.tables)
        self._folder = folder
        self._classifier = classifier
        self._ngrams = NgramModel.from_tables(tables)
        self._lexicon = Lexicon.from_tables(tables)
        self._vectors: npt.NDArray[np.int8] = tables["vectors"]  # type: ignore[assignment]

    @property
    def name(self) -> str:
        """Name of the model, such as ``en-2026.1``."""
        return self._classifier.name

    def score(self, text: str) -> Report:
        """Report on one text.

        Raises
        ------
        TypeError
            If `text` is not a string.

        Examples
        --------
        >>> import spindetect
        >>> spindetect.load().score("").reason
        <Reason.EMPTY: 'empty'>
        """
        if not isinstance(text, str):
            raise TypeError(f"score wants a str, got {type(text).__name__}; decode bytes first.")
        return self._score_batch([text])[0]

    def score_html(self, html: str | bytes) -> Report:
        """Report on the main text of a page; offsets are into that text (`Report.text`)."""
        from spindetect.pages import main_text

        return self.score(main_text(html))

    def score_many(
        self, items: Iterable[str | tuple[Identifier, str]], *, n_jobs: int = 1
    ) -> Iterator[Report]:
        """Reports on many texts, lazily and in order.

        Parameters
        ----------
        items : iterable of str or (id, str)
            Texts. What is not a text becomes a report with reason ``error``; nothing else is lost.
        n_jobs : int
            Processes, as in joblib: 1 stays in this one, -1 takes all cores. The tables are mapped
            once and shared.

        Examples
        --------
        >>> import spindetect
        >>> [r.id for r in spindetect.load().score_many([("a", "One text."), ("b", "")])]
        ['a', 'b']
        """
        batches = _batched(items)
        head = list(islice(batches, _WORTHWHILE if n_jobs != 1 else 0))
        batches = chain(head, batches)
        if n_jobs == 1 or len(head) < _WORTHWHILE:
            for batch in batches:
                yield from self._score_items(batch)
            return
        from joblib import Parallel, delayed

        parallel = Parallel(
            n_jobs=n_jobs, return_as="generator", batch_size=1, pre_dispatch="3*n_jobs"
        )
        for reports in parallel(delayed(_score_items)(self._folder, batch) for batch in batches):
            yield from reports

    def features(self, texts: Iterable[str]) -> npt.NDArray[np.float64]:
        """Document features of texts, whatever their language; columns as in `features.DOCUMENT`.

        Examples
        --------
        >>> import spindetect
        >>> bool(spindetect.load().features([""]).any())
        False
        """
        parts = [np.zeros((0, len(features.DOCUMENT)))]
        for items in _batched(texts):
            pieces = [p for k, (_, text) in enumerate(items) for p in _pieces(k, str(text))]
            sums, _ = self._word_scores(pieces, len(items))
            parts.append(features.document_features(sums))
        return np.concatenate(parts)

    def contributions(self, text: str) -> dict[str, float]:
        """What each feature adds to the log-odds that the text was spun.

        With ``intercept`` among them, the values add up to the log-odds of `Report.probability`.
        """
        model = self._classifier.document
        sums, _ = self._word_scores(list(_pieces(0, text)), 1)
        shares = model.contributions(features.document_features(sums))[0]
        return {
            "intercept": model.intercept,
            **dict(zip(model.names, shares.tolist(), strict=True)),
        }

    def _score_items(self, items: Sequence[Item]) -> list[Report]:
        """Reports on (id, anything) pairs; a document that fails takes no other with it."""
        texts = [text for _, text in items if isinstance(text, str)]
        try:
            found = iter(self._score_batch(texts))
        except Exception:
            found = iter([self._score_alone(text) for text in texts])
        reports = []
        for number, text in items:
            if isinstance(text, str):
                report = next(found)
                reports.append(
                    replace(report, id=number)
                    if report.error is None
                    else Report.unreadable(number, report.error)
                )
            else:
                error = f"The document is not a text but {type(text).__name__}: pass a str."
                reports.append(Report.unreadable(number, error))
        return reports

    def _score_alone(self, text: str) -> Report:
        """Report on a text of a batch that failed."""
        try:
            return self._score_batch([text])[0]
        except Exception as error:
            return Report.unreadable(None, f"The document could not be scored: {error!r}.")

    def _score_batch(self, texts: Sequence[str]) -> list[Report]:
        """Reports on a batch of texts."""
        languages = [_language(text) for text in texts]
        read = [i for i, language in enumerate(languages) if language == "en"]
        pieces = [p for k, i in enumerate(read) for p in _pieces(k, texts[i])]
        sums, parts = self._word_scores(pieces, len(read))
        context = features.document_features(sums)
        log_odds = self._classifier.document.log_odds(context)
        chances = features.probability(log_odds)
        sentences: list[list[SentenceScore]] = [[] for _ in read]
        found: list[list[PhraseAnomaly]] = [[] for _ in read]
        for part in parts:
            for k, score in self._sentences(part, context):
                sentences[k].append(score)
            for k, anomaly in self._anomalies(part, log_odds):
                found[k].append(anomaly)
        quality = assess(tokenise(texts))
        reports = []
        place = {i: k for k, i in enumerate(read)}
        for i, text in enumerate(texts):
            if i in place:
                k = place[i]
                evidence_ = sentences[k], found[k]
                n_words = int(sums[k, -1])
                reports.append(
                    self._report(text, float(chances[k]), *evidence_, quality[i], n_words)
                )
            else:
                reports.append(self._unscored(text, languages[i], quality[i]))
        return reports

    def _word_scores(
        self, pieces: Sequence[_Piece], documents: int
    ) -> tuple[npt.NDArray[np.float64], list[_Read]]:
        """Feature sums of each document, and what was read of the pieces, batch by batch."""
        sums = features.no_sums(documents)
        parts = []
        for batch in _piece_batches(pieces):
            tokens = tokenise([p.text for p in batch])
            seen = evidence(tokens, self._ngrams, self._lexicon, self._vectors)
            log_odds = self._classifier.word.log_odds(seen.features)
            doc = tokens.doc[seen.word]
            own = features.document_sums(log_odds, seen.features, doc, len(batch))
            np.add.at(sums, [p.document for p in batch], own)
            phrases = anomalies.odd_phrases(seen.substitutes)
            parts.append(_Read(batch, tokens, seen.word, log_odds, phrases))
        return sums, parts

    def _sentences(
        self, part: _Read, context: npt.NDArray[np.float64]
    ) -> Iterator[tuple[int, SentenceScore]]:
        """Document and score of each sentence of a batch of pieces."""
        tokens, word = part.tokens, part.word
        if len(word) == 0:
            return
        owner = np.array([p.document for p in part.pieces])
        numbers, sentence = np.unique(tokens.sentence[word], return_inverse=True)
        first = np.searchsorted(sentence, np.arange(len(numbers)))
        last = np.searchsorted(tokens.sentence, numbers, side="right") - 1
        piece = tokens.doc[word[first]]
        rows = features.sentence_features(part.log_odds, sentence, owner[piece], context)
        chance = features.probability(self._classifier.sentence.log_odds(rows))
        # From the first word to the punctuation that ends it.
        starts, ends = tokens.start[word[first]].tolist(), tokens.end[last].tolist()
        for p, start, end, c in zip(piece.tolist(), starts, ends, chance.tolist(), strict=True):
            base = part.pieces[p].offset
            yield part.pieces[p].document, SentenceScore(start + base, end + base, c)

    def _anomalies(
        self, part: _Read, documents: npt.NDArray[np.float64]
    ) -> Iterator[tuple[int, PhraseAnomaly]]:
        """Document and anomaly, for each anomaly of a batch of pieces."""
        owner = np.array([p.document for p in part.pieces])
        around = documents[owner[part.tokens.doc[part.word]]]
        log_odds = anomalies.in_context(part.log_odds, around, self._classifier.context)
        found = anomalies.anomalies(
            part.tokens,
            part.word,
            part.phrases,
            log_odds,
            self._ngrams,
            self._lexicon,
            self._classifier.ranking,
            self._classifier.flag,
        )
        for piece, own in zip(part.pieces, found, strict=True):
            for a in own:
                moved = replace(a, start=a.start + piece.offset, end=a.end + piece.offset)
                yield piece.document, moved if piece.offset else a

    def _report(
        self,
        text: str,
        chance: float,
        sentences: list[SentenceScore],
        found: list[PhraseAnomaly],
        quality: Quality,
        n_words: int,
    ) -> Report:
        """Report on an English text."""
        verdict, reason = self._verdict(chance, n_words)
        return Report(
            verdict,
            reason,
            chance,
            tuple(found),
            tuple(sentences),
            quality,
            "en",
            n_words,
            self.name,
            text=text,
        )

    def _verdict(self, chance: float, n_words: int) -> tuple[Verdict, Reason]:
        """Verdict at the operating points."""
        if n_words < LEAST_WORDS:
            return Verdict.UNDECIDED, Reason.TOO_SHORT
        if chance >= self._classifier.spun:
            return Verdict.SPUN, Reason.ABOVE_THRESHOLD
        if chance <= self._classifier.clean:
            return Verdict.CLEAN, Reason.BELOW_THRESHOLD
        return Verdict.UNDECIDED, Reason.BETWEEN_THRESHOLDS

    def _unscored(self, text: str, language: str | None, quality: Quality) -> Report:
        """Report on a text without words or of another language."""
        n_words = sum(int(tokenise([p.text]).is_word.sum()) for p in _pieces(0, text))
        reason = Reason.EMPTY if language is None else Reason.NOT_ENGLISH
        return Report(
            Verdict.UNDECIDED,
            reason,
            None,
            (),
            (),
            quality,
            language,
            n_words,
            self.name,
            text=text,
        )


def _language(text: str) -> str | None:
    """Language of a text; letters borrowed from other alphabets for their looks are seen through."""
    found, _ = identify(text)
    if found not in ("en", None):
        folded = fold_homoglyphs(text)
        if folded != text:
            found, _ = identify(folded)
    return found


def _pieces(document: int, text: str) -> Iterator[_Piece]:
    """The text whole, or in pieces that end at white space, at a line end if there is one."""
    begin = 0
    while len(text) - begin > PIECE:
        window = text[begin : begin + PIECE]
        cut = max(window.rfind("\n"), -1)
        if cut < PIECE // 2:
            cut = max(window.rfind(" "), cut)
        cut = cut + 1 if cut >= PIECE // 2 else PIECE
        yield _Piece(document, begin, text[begin : begin + cut])
        begin += cut
    yield _Piece(document, begin, text[begin:])


def _piece_batches(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces together up to `BATCH` characters, at least one."""
    batch: list[_Piece] = []
    size = 0
    for piece in pieces:
        if batch and size + len(piece.text) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += len(piece.text)
    if batch:
        yield batch


def _batched(items: Iterable[str | tuple[Identifier, str]]) -> Iterator[list[Item]]:
    """(id, text) pairs together up to `BATCH` characters, at least one."""
    batch: list[Item] = []
    size = 0
    for item in items:
        pair: Item = item if isinstance(item, tuple) and len(item) == 2 else (None, item)
        length = len(pair[1]) if isinstance(pair[1], str) else 0
        if batch and size + length > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(pair)
        size += length + 100
    if batch:
        yield batch


def _score_items(folder: Path, items: Sequence[Item]) -> list[Report]:
    """Reports on a batch, in a worker process."""
    return load(folder)._score_items(items)


@cache
def _loaded(folder: Path) -> Detector:
    return Detector(folder)


def load(path: str | Path | None = None) -> Detector:
    """The detector of a model folder, or the bundled one; loaded once.

    Raises
    ------
    ModelError
        If the folder holds no model, a damaged one, or one of another format.

    Examples
    --------
    >>> load().name.startswith("en-")
    True
    """
    return _loaded(BUNDLED if path is None else Path(path).resolve())

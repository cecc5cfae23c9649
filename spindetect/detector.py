"""The detector: the one place that knows the order of the steps from a text to a report."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType, ModuleType

import numpy as np
import numpy.typing as npt

from spindetect import accelerator, anomalies, features
from spindetect.batches import Identifier, Item, Piece, item_batches, piece_batches, pieces_of
from spindetect.characters import fold_homoglyphs
from spindetect.classifier import Classifier, read_classifier, read_tables
from spindetect.cloze import Gaps
from spindetect.evidence import Tables, evidence
from spindetect.language import identify
from spindetect.modes import Mode, OperatingPoint, Setting
from spindetect.prose import prose
from spindetect.quality import assess, familiarity
from spindetect.report import PhraseAnomaly, Quality, Reason, Report, SentenceScore, Verdict
from spindetect.segments import begins, lengths
from spindetect.tokens import Tokens, tokenise
from spindetect.workers import in_order

__all__ = ["Detector", "load"]

# From here on a verdict is given: with fewer words one odd phrase decides.
LEAST_WORDS = 50

# Batches below which a second process costs more than it saves: about a million characters, which
# one process scores in a few seconds, and a worker takes one to start and to load its kernels.
_WORTHWHILE = 24

# Characters from which on the kernels make up for the half second that it takes to load them.
_WORTH_KERNELS = 200_000

# Folder of the model that ships with the package.
BUNDLED = Path(__file__).parent / "model"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Read:
    """What was read of a batch of pieces: the log-odds of its words, sentences, and odd phrases.

    Of a sentence are kept `places`, its piece and where it begins and ends there. The evidence of
    the words is not kept, and their tokens only where all pieces are one batch: of a book either
    would fill the memory.
    """

    pieces: Sequence[Piece]
    tokens: Tokens | None
    log_odds: npt.NDArray[np.float64]
    places: npt.NDArray[np.int32]
    sentences: npt.NDArray[np.float32]
    phrases: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
    gaps: Gaps


class Detector:
    """A loaded model and the verbs that use it.

    Make one with `load`. Threads may share a detector, and processes share its memory-mapped
    tables.

    Parameters
    ----------
    folder : Path
        Of a model.
    accelerate : bool
        As in `load`.
    """

    def __init__(self, folder: Path, *, accelerate: bool = True) -> None:
        classifier: Classifier = read_classifier(folder)
        tables = read_tables(folder, classifier.tables)
        self._folder = folder
        self._classifier = classifier
        self._tables = Tables.from_arrays(tables)
        self._accelerate = accelerate
        self._read = 0

    @property
    def name(self) -> str:
        """Name of the model, such as ``en-2026.1``."""
        return self._classifier.name

    @property
    def accelerated(self) -> bool:
        """Whether compiled kernels score what comes next (`load`).

        >>> import spindetect
        >>> spindetect.load(accelerate=False).accelerated
        False
        """
        return self._kernels([]) is not None

    def _kernels(self, texts: Sequence[str]) -> ModuleType | None:
        """The kernels that score these texts: none before enough was read to make up for them."""
        self._read += sum(map(len, texts))
        if not self._accelerate or self._read < _WORTH_KERNELS:
            return None
        return accelerator.compiled()

    @property
    def operating_points(self) -> Mapping[Mode, OperatingPoint]:
        """Where each mode draws its lines, and the errors on human documents measured there.

        >>> import spindetect
        >>> points = spindetect.load().operating_points
        >>> points["high_precision"].spun >= points["high_recall"].spun
        True
        """
        return MappingProxyType(self._classifier.points)

    def score(self, text: str, *, mode: str = "balanced", prior: float = 0.5) -> Report:
        """Report on one text.

        Parameters
        ----------
        text : str
        mode : {"high_precision", "balanced", "high_recall"}
            How sure a verdict must be: the operating point at which it is given. The model's
            `operating_points` say how many human documents each calls spun.
        prior : float
            Share of spun documents where the text comes from, in (0, 1). `Report.probability` is
            shifted to it: its log-odds are those at 0.5 plus the log-odds of the prior. Nothing
            else depends on it. Verdicts do not, because an operating point stands for a share of
            human documents that are called spun, and that share is the same however many spun
            documents stand beside them; nor do the probabilities of sentences and anomalies.

        Raises
        ------
        TypeError
            If `text` is not a string.
        ValueError
            If there is no such mode, or the prior does not lie between 0 and 1.

        Examples
        --------
        >>> import spindetect
        >>> spindetect.load().score("").reason
        <Reason.EMPTY: 'empty'>
        >>> even, rare = (spindetect.load().score("A fine text.", prior=p) for p in (0.5, 0.01))
        >>> even.probability > rare.probability, even.verdict == rare.verdict
        (True, True)
        """
        setting = Setting(Mode(mode), prior)
        if not isinstance(text, str):
            raise TypeError(f"score wants a str, got {type(text).__name__}; decode bytes first.")
        return self._score_batch([text], setting)[0]

    def score_html(
        self, html: str | bytes, *, mode: str = "balanced", prior: float = 0.5
    ) -> Report:
        """Report on the main text of a page; offsets are into that text (`Report.text`).

        `mode` and `prior` are those of `score`.
        """
        from spindetect.pages import main_text

        return self.score(main_text(html), mode=mode, prior=prior)

    def score_many(
        self,
        items: Iterable[str | tuple[Identifier, str]],
        *,
        n_jobs: int = 1,
        mode: str = "balanced",
        prior: float = 0.5,
    ) -> Iterator[Report]:
        """Reports on many texts, lazily and in order.

        Parameters
        ----------
        items : iterable of str or (id, str)
            Texts. What is not a text becomes a report with reason ``error``; nothing else is lost.
        n_jobs : int
            Processes, as in joblib: 1 stays in this one, -1 takes all cores. The tables are mapped
            once and shared. Less than a million characters stay in this one, too, since starting
            others would take longer.
        mode : {"high_precision", "balanced", "high_recall"}
        prior : float
            As in `score`.

        Raises
        ------
        ValueError
            At once, if there is no such mode or the prior does not lie between 0 and 1.

        Examples
        --------
        >>> import spindetect
        >>> [r.id for r in spindetect.load().score_many([("a", "One text."), ("b", "")])]
        ['a', 'b']
        """
        return self._reports(items, n_jobs, Setting(Mode(mode), prior))

    def _reports(
        self, items: Iterable[str | tuple[Identifier, str]], n_jobs: int, setting: Setting
    ) -> Iterator[Report]:
        """Reports on many texts, lazily and in order."""
        batches = item_batches(items)
        head = list(islice(batches, _WORTHWHILE if n_jobs != 1 else 0))
        batches = chain(head, batches)
        if n_jobs == 1 or len(head) < _WORTHWHILE:
            for batch in batches:
                yield from _of_items(batch, self._score_texts(_texts(batch), setting))
            return
        ahead: deque[list[Item]] = deque()

        def texts() -> Iterator[list[str]]:
            for batch in batches:
                ahead.append(batch)
                yield _texts(batch)

        function = partial(_scored, self._folder, self._accelerate, setting)
        for reports in in_order(function, texts(), n_jobs):
            yield from _of_items(ahead.popleft(), reports)

    def features(self, texts: Iterable[str]) -> npt.NDArray[np.float64]:
        """Document features of texts, whatever their language; columns as in `features.DOCUMENT`.

        They are those of the main English prose, as `score` reads it; of the whole text if there
        is none.

        Examples
        --------
        >>> import spindetect
        >>> bool(spindetect.load().features([""]).any())
        False
        """
        parts = [np.zeros((0, len(features.DOCUMENT)))]
        for items in item_batches(texts):
            read = [(prose(str(text)), str(text)) for _, text in items]
            pieces = [
                p
                for k, (main, text) in enumerate(read)
                for p in pieces_of(k, main.text if main.share else text)
            ]
            with accelerator.using(self._kernels([p.text for p in pieces])):
                sums, _ = self._word_scores(pieces, len(items))
            parts.append(features.document_features(sums))
        return np.concatenate(parts)

    def contributions(self, text: str) -> dict[str, float]:
        """What each feature adds to the log-odds that the text was spun.

        With ``intercept`` among them, the values add up to the log-odds of `Report.probability` at
        a prior of 0.5.
        """
        sums, _ = self._word_scores(list(pieces_of(0, prose(text).text)), 1)
        document = self._classifier.document
        (shares,) = document.contributions(features.document_features(sums)).tolist()
        return {"intercept": document.intercept, **dict(zip(document.names, shares, strict=True))}

    def _score_texts(self, texts: Sequence[str], setting: Setting) -> list[Report]:
        """Reports on texts; one that fails takes no other with it."""
        try:
            return self._score_batch(texts, setting)
        except Exception:  # noqa: BLE001 - one broken document never stops a batch
            return [self._score_alone(text, setting) for text in texts]

    def _score_alone(self, text: str, setting: Setting) -> Report:
        """Report on a text of a batch that failed."""
        try:
            return self._score_batch([text], setting)[0]
        except Exception as error:  # noqa: BLE001 - as above
            return Report.unreadable(None, f"The document could not be scored: {error!r}.")

    def _score_batch(self, texts: Sequence[str], setting: Setting) -> list[Report]:
        """Reports on a batch of texts."""
        with accelerator.using(self._kernels(texts)):
            return self._batch_reports(texts, setting)

    def _batch_reports(self, texts: Sequence[str], setting: Setting) -> list[Report]:
        """Reports on a batch of texts, with the kernels in use or without."""
        main = [prose(text) for text in texts]
        languages = [
            _language(part.text) or _language(text) for part, text in zip(main, texts, strict=True)
        ]
        read = [i for i, language in enumerate(languages) if language == "en"]
        pieces = [p for k, i in enumerate(read) for p in pieces_of(k, main[i].text)]
        sums, parts = self._word_scores(pieces, len(read))
        context = features.document_features(sums)
        log_odds = self._classifier.document.log_odds(context)
        sentences: list[list[SentenceScore]] = [[] for _ in read]
        found: list[list[PhraseAnomaly]] = [[] for _ in read]
        while parts:
            # Taken off the list, so that reports are built in the place of what they are made of.
            part = parts.popleft()
            for k, score in self._sentences(part, context):
                sentences[k].append(score)
            for k, anomaly in self._anomalies(part, log_odds):
                found[k].append(anomaly)
            del part
        del pieces
        means = np.full((len(texts), len(familiarity.MEANS)), np.nan)
        means[read] = features.document_means(sums, ("surprisal", "order", "unknown"))
        spun = np.full(len(texts), np.nan)
        spun[read] = log_odds
        quality = assess(texts, means=means, spun=spun)
        reports = []
        place = {i: k for k, i in enumerate(read)}
        for i, text in enumerate(texts):
            if i in place:
                k = place[i]
                parts_ = sentences[k], found[k], quality[i], main[i].share, int(sums[k, -1])
                reports.append(self._report(text, log_odds[k], *parts_, setting))
            else:
                reports.append(self._unscored(text, languages[i], quality[i], setting))
        return reports

    def _word_scores(self, pieces: Sequence[Piece], documents: int) -> tuple[Floats, deque[_Read]]:
        """Feature sums of each document, and what was read of the pieces, batch by batch."""
        sums = features.no_sums(documents)
        parts: deque[_Read] = deque()
        batches = list(piece_batches(pieces))
        for batch in batches:
            tokens = tokenise([p.text for p in batch])
            seen = evidence(tokens, self._tables)
            log_odds = self._classifier.word.log_odds(seen.features)
            own = features.document_sums(log_odds, seen.features, tokens.doc[seen.word], len(batch))
            np.add.at(sums, [p.document for p in batch], own)
            sentence = tokens.sentence[seen.word]
            first = begins(sentence)
            sentences = features.sentence_sums(
                log_odds,
                seen.features,
                np.repeat(np.arange(len(first)), lengths(first, len(sentence))),
                len(first),
            )
            # From the first word to the punctuation that ends it.
            last = np.searchsorted(tokens.sentence, sentence[first], side="right") - 1
            start = seen.word[first]
            places = np.stack([tokens.doc[start], tokens.start[start], tokens.end[last]], axis=1)
            phrases = anomalies.odd_phrases(seen.substitutes)
            likely = anomalies.likely(log_odds, self._classifier.context, self._classifier.flag)
            asked = np.zeros(len(tokens), np.bool_)
            asked[seen.word[likely]] = True
            gaps = seen.gaps.pick(asked[seen.gaps.token])
            kept = tokens if len(batches) == 1 else None
            parts.append(
                _Read(batch, kept, log_odds, places.astype(np.int32), sentences, phrases, gaps)
            )
        return sums, parts

    def _sentences(self, part: _Read, context: Floats) -> Iterator[tuple[int, SentenceScore]]:
        """Document and score of each sentence of a batch of pieces."""
        if len(part.places) == 0:
            return
        owner = np.array([p.document for p in part.pieces])
        piece = part.places[:, 0]
        rows = features.sentence_features(part.sentences, owner[piece], context)
        chance = features.probability(self._classifier.sentence.log_odds(rows))
        offset = np.array([p.offset for p in part.pieces])[piece]
        starts, ends = part.places[:, 1] + offset, part.places[:, 2] + offset
        found = owner[piece].tolist(), starts.tolist(), ends.tolist(), chance.tolist()
        for document, start, end, c in zip(*found, strict=True):
            yield document, SentenceScore(start, end, c)

    def _anomalies(self, part: _Read, documents: Floats) -> Iterator[tuple[int, PhraseAnomaly]]:
        """Document and anomaly, for each anomaly of a batch of pieces."""
        weights, flag = self._classifier.context, self._classifier.flag
        if not anomalies.likely(part.log_odds, weights, flag).any():
            return
        tokens = part.tokens or tokenise([p.text for p in part.pieces])
        word = np.flatnonzero(tokens.is_word)
        owner = np.array([p.document for p in part.pieces])
        around = documents[owner[tokens.doc[word]]]
        found = anomalies.anomalies(
            tokens,
            word,
            part.phrases,
            anomalies.in_context(part.log_odds, around, weights),
            self._tables,
            part.gaps,
            self._classifier.ranking,
            flag,
        )
        for piece, own in zip(part.pieces, found, strict=True):
            for a in own:
                offset = piece.offset
                moved = replace(a, start=a.start + offset, end=a.end + offset) if offset else a
                yield piece.document, moved

    def _report(
        self,
        text: str,
        log_odds: np.float64,
        sentences: list[SentenceScore],
        found: list[PhraseAnomaly],
        quality: Quality,
        share: float,
        n_words: int,
        setting: Setting,
    ) -> Report:
        """Report on an English text, of which such a share is prose."""
        even, shifted = features.probability(log_odds + np.array([0, setting.log_odds])).tolist()
        verdict, reason = self._verdict(even, n_words, setting.mode)
        return Report(
            verdict,
            reason,
            shifted,
            tuple(found),
            tuple(sentences),
            quality,
            "en",
            n_words,
            self.name,
            setting.mode,
            setting.prior,
            text=text,
            prose=share,
        )

    def _verdict(self, chance: float, n_words: int, mode: Mode) -> tuple[Verdict, Reason]:
        """Verdict at the operating point of the mode, for a probability at a prior of 0.5."""
        point = self._classifier.points[mode]
        if n_words < LEAST_WORDS:
            return Verdict.UNDECIDED, Reason.TOO_SHORT
        if chance >= point.spun:
            return Verdict.SPUN, Reason.ABOVE_THRESHOLD
        if chance <= point.clean:
            return Verdict.CLEAN, Reason.BELOW_THRESHOLD
        return Verdict.UNDECIDED, Reason.BETWEEN_THRESHOLDS

    def _unscored(
        self, text: str, language: str | None, quality: Quality, setting: Setting
    ) -> Report:
        """Report on a text without words or of another language."""
        n_words = sum(int(tokenise([p.text]).is_word.sum()) for p in pieces_of(0, text))
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
            setting.mode,
            setting.prior,
            text=text,
            prose=None if language is None else 0.0,
        )


def _language(text: str) -> str | None:
    """Language of a text; letters borrowed from other alphabets for their looks do not count."""
    found, _ = identify(text)
    if found not in ("en", None):
        folded = fold_homoglyphs(text)
        if folded != text:
            found, _ = identify(folded)
    return found


def _texts(items: Sequence[Item]) -> list[str]:
    """What of a batch can be scored."""
    return [text for _, text in items if isinstance(text, str)]


def _of_items(items: Sequence[Item], reports: Iterable[Report]) -> Iterator[Report]:
    """Reports on the (id, anything) pairs of a batch, given those on its texts."""
    found = iter(reports)
    for number, text in items:
        if isinstance(text, str):
            report = next(found)
            if report.error is not None:
                yield Report.unreadable(number, report.error)
            else:
                yield report if number is None else replace(report, id=number)
        else:
            error = f"The document is not a text but {type(text).__name__}: pass a str."
            yield Report.unreadable(number, error)


def _scored(
    folder: Path,
    accelerate: bool,  # noqa: FBT001 - handed on
    setting: Setting,
    texts: Sequence[str],
) -> list[Report]:
    """Reports on texts, in a worker process."""
    detector = load(folder, accelerate=accelerate)
    return detector._score_texts(texts, setting)  # noqa: SLF001 - the same, where it runs


@cache
def _loaded(folder: Path, *, accelerate: bool) -> Detector:
    return Detector(folder, accelerate=accelerate)


def load(path: str | Path | None = None, *, accelerate: bool = True) -> Detector:
    """The detector of a model folder, or the bundled one; loaded once.

    Parameters
    ----------
    path : str or Path, optional
        The folder.
    accelerate : bool
        Use kernels that numba compiles, once some 200,000 characters were read, if numba is
        installed (``pip install "spindetect[fast]"``) and the environment variable
        ``SPINDETECT_ACCELERATE`` is not 0. Reports are the same with and without.

    Raises
    ------
    ModelError
        If the folder holds no model, a damaged one, or one of another format.

    Examples
    --------
    >>> load().name.startswith("en-")
    True
    """
    return _loaded(BUNDLED if path is None else Path(path).resolve(), accelerate=accelerate)

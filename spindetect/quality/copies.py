"""Signals of lines, paragraphs and sentences that come again."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from spindetect.quality.keys import Ints
from spindetect.quality.measures import Measure, chosen, share
from spindetect.quality.segments import Segments, Words

Floats: TypeAlias = npt.NDArray[np.float64]


def duplicate_lines(words: Words) -> Measure:
    """Share of the lines that stood before.

    Lines are what runs of line feeds part, with the white space around them.

    Unit: share of lines. Range: [0, 1]. Source: Gopher (arXiv:2112.11446), datatrove.
    """
    lines = words.layout.fed_blocks
    value = share(lines.count(lines.is_repeat), lines.n)
    return Measure(value, chosen(lines, lines.is_repeat))


def duplicate_line_chars(words: Words) -> Measure:
    """Characters of lines that stood before, for each character.

    Unit: share of characters. Range: [0, 1]. Source: Gopher, datatrove.
    """
    return _repeated_chars(words.layout.fed_blocks, words.layout.length)


def duplicate_paragraphs(words: Words) -> Measure:
    """Share of the paragraphs that stood before.

    Paragraphs are what two and more line feeds in a row part.

    Unit: share of paragraphs. Range: [0, 1]. Source: Gopher, datatrove.
    """
    paragraphs = words.layout.paragraphs
    value = share(paragraphs.count(paragraphs.is_repeat), paragraphs.n)
    return Measure(value, chosen(paragraphs, paragraphs.is_repeat))


def duplicate_paragraph_chars(words: Words) -> Measure:
    """Characters of paragraphs that stood before, for each character.

    Unit: share of characters. Range: [0, 1]. Source: Gopher, datatrove.
    """
    return _repeated_chars(words.layout.paragraphs, words.layout.length)


def duplicate_filled_line_chars(words: Words) -> Measure:
    """Characters of lines that stood before, for each character but line feeds.

    Lines are parted by single line feeds; blank ones do not count, white space around a line does.

    Unit: share of characters. Range: [0, 1]. Source: FineWeb (arXiv:2406.17557), datatrove.
    """
    layout = words.layout
    return _repeated_chars(layout.fed_lines, layout.length - layout.n_feeds)


def duplicate_stripped_line_chars(words: Words) -> Measure:
    """Characters of lines that stood before, for each character of a line.

    Any end of a line parts lines, and white space around them is not read.

    Unit: share of characters. Range: [0, 1]. Source: own, after FineWeb.
    """
    lines = words.layout.lines
    return _repeated_chars(lines, lines.total(lines.size))


def unique_lines(words: Words) -> Measure:
    """Share of different ones among the lines that are not blank; 1 without any.

    Unit: share of lines. Range: [0, 1]. Source: own, after NeMo Curator.
    """
    return _unique(words.layout.lines)


def unique_paragraphs(words: Words) -> Measure:
    """Share of different ones among the paragraphs; 1 without any.

    Unit: share of paragraphs. Range: [0, 1]. Source: NeMo Curator.
    """
    return _unique(words.layout.paragraphs)


def unique_line_chars(words: Words) -> Measure:
    """Characters of different lines, for each character of a line that is not blank; 1 without any.

    Unit: share of characters. Range: [0, 1]. Source: NeMo Curator.
    """
    return _unique_chars(words.layout.lines)


def unique_paragraph_chars(words: Words) -> Measure:
    """Characters of different paragraphs, for each character of a paragraph; 1 without any.

    Unit: share of characters. Range: [0, 1]. Source: NeMo Curator.
    """
    return _unique_chars(words.layout.paragraphs)


def unique_sentences(words: Words) -> Measure:
    """Share of different ones among the sentences; 1 without any.

    Unit: share of sentences. Range: [0, 1]. Source: NeMo Curator (its `RepeatedLines`).
    """
    return _unique(words.layout.sentences)


def unique_sentence_chars(words: Words) -> Measure:
    """Characters of different sentences, for each character of a sentence; 1 without any.

    Unit: share of characters. Range: [0, 1]. Source: NeMo Curator.
    """
    return _unique_chars(words.layout.sentences)


def copied_lines(words: Words) -> Measure:
    """Share of the lines that stand there several times, the first included.

    Lines are what runs of line feeds part, with the white space around them.

    Unit: share of lines. Range: [0, 1]. Source: dolma (`gopher_v2`).
    """
    return _copied(words.layout.fed_blocks)


def copied_line_chars(words: Words) -> Measure:
    """Characters of lines that stand there several times, for each character of a word.

    The first counts, too, and so does white space, so that it can be more than one. Lines are what
    runs of line feeds part.

    Unit: characters a character. Range: [0, inf). Source: dolma (`gopher_v2`).
    """
    lines = words.layout.fed_blocks
    part = lines.total(lines.size * lines.is_copied)
    return Measure(share(part, words.total(words.size)), chosen(lines, lines.is_copied))


def copied_filled_lines(words: Words) -> Measure:
    """Share of the lines that stand there several times, the first included, without blank ones.

    Unit: share of lines. Range: [0, 1]. Source: DCLM.
    """
    return _copied(words.layout.lines)


def copied_filled_line_chars(words: Words) -> Measure:
    """Characters of lines that stand there several times, for each of lines that are not blank.

    Unit: share of characters. Range: [0, 1]. Source: DCLM.
    """
    return _copied_chars(words.layout.lines)


def copied_paragraphs(words: Words) -> Measure:
    """Share of the paragraphs that stand there several times, the first included.

    Unit: share of paragraphs. Range: [0, 1]. Source: DCLM.
    """
    return _copied(words.layout.paragraphs)


def copied_paragraph_chars(words: Words) -> Measure:
    """Characters of paragraphs that stand there several times, for each character of a paragraph.

    Unit: share of characters. Range: [0, 1]. Source: DCLM.
    """
    return _copied_chars(words.layout.paragraphs)


def _copied(segments: Segments) -> Measure:
    """Share of the segments that stand there several times."""
    value = share(segments.count(segments.is_copied), segments.n)
    return Measure(value, chosen(segments, segments.is_copied))


def _copied_chars(segments: Segments) -> Measure:
    """Share of the characters of segments that stand in those which do several times."""
    part = segments.total(segments.size * segments.is_copied)
    return Measure(share(part, segments.total(segments.size)), chosen(segments, segments.is_copied))


def _repeated_chars(segments: Segments, whole: Ints | Floats) -> Measure:
    """Characters of the segments that stood before, for each of `whole`."""
    part = segments.total(segments.size * segments.is_repeat)
    return Measure(share(part, whole), chosen(segments, segments.is_repeat))


def _unique(segments: Segments) -> Measure:
    """Share of different segments."""
    n = segments.n
    value = np.where(n > 0, share(n - segments.count(segments.is_repeat), n), 1.0)
    return Measure(value, chosen(segments, segments.is_repeat))


def _unique_chars(segments: Segments) -> Measure:
    """Share of the characters that stand in different segments."""
    whole = segments.total(segments.size)
    part = segments.total(segments.size * ~segments.is_repeat)
    value = np.where(whole > 0, share(part, whole), 1.0)
    return Measure(value, chosen(segments, segments.is_repeat))

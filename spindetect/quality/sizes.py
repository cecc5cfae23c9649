"""Signals of size: characters, sentences, paragraphs, how many and how long."""

from __future__ import annotations

import re

import numpy as np

from spindetect.quality.characters import one_of
from spindetect.quality.measures import Measure, deviation, mean, median, share
from spindetect.quality.segments import Words

# A sentence of RedPajama-v2 (its `rps_doc_num_sentences` gives the expression).
_STRETCH = re.compile(r"\b[^.!?]+[.!?]*")


def n_chars(words: Words) -> Measure:
    """Characters.

    Unit: characters. Range: [0, inf). Source: all systems.
    """
    return Measure(words.layout.length)


def n_bytes(words: Words) -> Measure:
    """Bytes in UTF-8; half characters take three.

    Unit: bytes. Range: [0, inf). Source: dolma, CCNet.
    """
    texts = words.layout.texts
    return Measure(np.array([len(t.encode("utf-8", "surrogatepass")) for t in texts], np.int64))


def n_tokens(words: Words) -> Measure:
    """Tokens: the project's own words, and punctuation and symbols one by one.

    Unit: tokens. Range: [0, inf). Source: data-juicer, datatrove (there of a neural model).
    """
    return Measure(words.layout.parted.n)


def n_sentences(words: Words) -> Measure:
    """Sentences of the project's own tokens.

    Unit: sentences. Range: [0, inf). Source: C4, datatrove, RedPajama-v2.
    """
    return Measure(words.layout.sentences.n)


def redpajama_sentences(words: Words) -> Measure:
    """Stretches from the start of a word to a full stop, question or exclamation mark.

    Unit: sentences. Range: [0, inf). Source: RedPajama-v2.
    """
    found = [sum(1 for _ in _STRETCH.finditer(text)) for text in words.layout.texts]
    return Measure(np.array(found, np.int64))


def n_paragraphs(words: Words) -> Measure:
    """Paragraphs: what two and more line feeds in a row part; one if there is no text.

    Unit: paragraphs. Range: [1, inf). Source: Gopher, datatrove.
    """
    return Measure(words.layout.paragraphs.n)


def mean_sentence_length(words: Words) -> Measure:
    """Mean of the characters of a sentence; 0 without any.

    Unit: characters. Range: [0, inf). Source: datatrove, TextDescriptives.
    """
    return Measure(mean(words.layout.sentences))


def words_per_sentence(words: Words) -> Measure:
    """Words for each sentence; 0 without any.

    Unit: words a sentence. Range: [0, inf). Source: TextDescriptives, textstat.
    """
    return Measure(share(words.n, words.layout.sentences.n))


def median_sentence_length(words: Words) -> Measure:
    """Median of the characters of a sentence; 0 without any.

    Unit: characters. Range: [0, inf). Source: TextDescriptives.
    """
    return Measure(median(words.layout.sentences))


def sd_sentence_length(words: Words) -> Measure:
    """Standard deviation of the characters of a sentence; 0 without any.

    Unit: characters. Range: [0, inf). Source: TextDescriptives.
    """
    return Measure(deviation(words.layout.sentences))


def short_sentences(words: Words, most: int) -> Measure:
    """Share of the sentences of at most so many characters.

    Unit: share of sentences. Range: [0, 1]. Source: datatrove.
    """
    sentences = words.layout.sentences
    return Measure(share(sentences.count(sentences.size <= most), sentences.n))


def long_sentences(words: Words, least: int) -> Measure:
    """Share of the sentences of at least so many characters.

    Unit: share of sentences. Range: [0, 1]. Source: datatrove.
    """
    sentences = words.layout.sentences
    return Measure(share(sentences.count(sentences.size >= least), sentences.n))


def unended_sentences(words: Words) -> Measure:
    """Share of the sentences without a mark at their end; 0 without sentences.

    Unit: share of sentences. Range: [0, 1]. Source: NeMo Curator.
    """
    sentences = words.layout.sentences
    last = words.layout.points[np.maximum(sentences.end - 1, 0)]
    ended = one_of(last, ".!?\u2026\"\u201d'\u2019)\u3002")
    return Measure(share(sentences.count(~ended), sentences.n))


def mean_paragraph_length(words: Words) -> Measure:
    """Mean of the characters of a paragraph.

    Unit: characters. Range: [0, inf). Source: datatrove.
    """
    return Measure(mean(words.layout.paragraphs))


def median_paragraph_length(words: Words) -> Measure:
    """Median of the characters of a paragraph.

    Unit: characters. Range: [0, inf). Source: own, after datatrove.
    """
    return Measure(median(words.layout.paragraphs))


def sd_paragraph_length(words: Words) -> Measure:
    """Standard deviation of the characters of a paragraph.

    Unit: characters. Range: [0, inf). Source: own, after datatrove.
    """
    return Measure(deviation(words.layout.paragraphs))


def short_paragraphs(words: Words, most: int) -> Measure:
    """Share of the paragraphs of at most so many characters.

    Unit: share of paragraphs. Range: [0, 1]. Source: datatrove.
    """
    paragraphs = words.layout.paragraphs
    return Measure(share(paragraphs.count(paragraphs.size <= most), paragraphs.n))


def long_paragraphs(words: Words, least: int) -> Measure:
    """Share of the paragraphs of at least so many characters.

    Unit: share of paragraphs. Range: [0, 1]. Source: datatrove, C4.
    """
    paragraphs = words.layout.paragraphs
    return Measure(share(paragraphs.count(paragraphs.size >= least), paragraphs.n))

"""The catalogue: every signal by its name, in the order of the documentation.

This module alone knows all of them. A signal is a function from words to values; some take a number
besides, such as the length of a sequence, and stand here once for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from spindetect.quality import (
    boilerplate,
    c4,
    copies,
    diversity,
    diversity_windows,
    familiarity,
    flagged,
    line_marks,
    lines,
    nonsense,
    provenance,
    readability,
    repetition,
    shares,
    sizes,
    stop_words,
    stuffing,
    symbols,
    word_runs,
    words,
)
from spindetect.quality.measures import Measure, Signal
from spindetect.quality.variants import normalised, of_own_words

__all__ = ["LISTED", "SIGNALS"]

_SHORT_WORD, _LONG_WORD = 3, 7
_SHORT_LINES, _LONG_LINES = (10, 30), (2000, 10_000)
_SHORT_SENTENCE, _LONG_SENTENCE = 20, 75
_SHORT_PARAGRAPH, _LONG_PARAGRAPH = 100, 1000
_TOP, _DUPLICATE = range(2, 5), range(5, 11)


def _catalogue() -> Iterator[tuple[str, Signal]]:
    """Name and function of each signal."""
    yield from _plain(
        sizes.n_chars,
        sizes.n_bytes,
        words.n_words,
        words.n_alnum_words,
        words.n_filled_words,
        words.n_wordlike,
        words.n_unique_words,
        sizes.n_sentences,
        sizes.n_tokens,
        sizes.redpajama_sentences,
        lines.n_lines,
        sizes.n_paragraphs,
        words.mean_word_length,
        words.median_word_length,
        words.sd_word_length,
        words.mean_filled_word_length,
        words.mean_wordlike_length,
        words.longest_word,
        sizes.mean_sentence_length,
        sizes.median_sentence_length,
        sizes.sd_sentence_length,
        sizes.words_per_sentence,
        lines.mean_line_length,
        lines.median_line_length,
        lines.sd_line_length,
        lines.max_line_length,
        lines.words_per_line,
        lines.normalised_words_per_line,
        lines.max_words_per_line,
        sizes.mean_paragraph_length,
        sizes.median_paragraph_length,
        sizes.sd_paragraph_length,
    )
    yield f"short_words_{_SHORT_WORD}", partial(words.short_words, most=_SHORT_WORD)
    yield f"long_words_{_LONG_WORD}", partial(words.long_words, least=_LONG_WORD)
    for size in _SHORT_LINES:
        yield f"short_lines_{size}", partial(lines.short_lines, most=size)
    for size in _LONG_LINES:
        yield f"long_lines_{size}", partial(lines.long_lines, least=size)
    yield "short_fed_lines_30", partial(lines.short_fed_lines, most=30)
    yield f"short_sentences_{_SHORT_SENTENCE}", partial(sizes.short_sentences, most=_SHORT_SENTENCE)
    yield f"long_sentences_{_LONG_SENTENCE}", partial(sizes.long_sentences, least=_LONG_SENTENCE)
    yield (
        f"short_paragraphs_{_SHORT_PARAGRAPH}",
        partial(sizes.short_paragraphs, most=_SHORT_PARAGRAPH),
    )
    yield (
        f"long_paragraphs_{_LONG_PARAGRAPH}",
        partial(sizes.long_paragraphs, least=_LONG_PARAGRAPH),
    )
    yield from _plain(
        sizes.unended_sentences,
        shares.letter_share,
        shares.alnum_share,
        shares.non_alnum_share,
        shares.unplain_share,
        shares.not_letter_or_digit_share,
        shares.digit_share,
        shares.upper_share,
        shares.space_share,
        shares.punctuation_share,
        shares.ascii_punctuation_share,
        shares.special_share,
        shares.bracket_share,
        shares.curly_share,
        shares.ellipsis_share,
        boilerplate.url_chars,
        shares.damaged_chars,
        shares.mojibake,
        words.alpha_words,
        words.no_ascii_letter_words,
        words.capital_words,
        words.title_words,
        symbols.hash_ratio,
        symbols.ellipsis_ratio,
        symbols.symbol_ratio,
        symbols.spaced_symbol_ratio,
        symbols.larger_symbol_ratio,
        symbols.symbol_words,
        symbols.filled_hash_ratio,
        symbols.mostly_symbol_words,
        stop_words.stop_words,
        stop_words.stop_word_count,
        stop_words.folded_stop_word_count,
        stop_words.stop_word_share,
        stop_words.function_words,
        stop_words.function_word_count,
        flagged.flagged_words,
        flagged.flagged_terms,
        line_marks.terminal_lines,
        line_marks.terminal_fed_lines,
        line_marks.redpajama_terminal_lines,
        line_marks.ellipsis_lines,
        line_marks.ellipsis_fed_lines,
        line_marks.spaced_ellipsis_lines,
        line_marks.one_sign_ellipsis_lines,
        line_marks.bullet_lines,
        line_marks.ascii_bullet_lines,
        line_marks.flush_bullet_lines,
        line_marks.dclm_bullet_lines,
        line_marks.round_bullet_lines,
        line_marks.redpajama_bullet_lines,
        line_marks.unfinished,
        lines.newline_ratio,
        lines.line_end_ratio,
        lines.capital_lines,
        lines.digit_lines,
        lines.counter_lines,
        lines.symbol_lines,
        lines.navigation_lines,
    )
    for most in (1, 2):
        yield f"few_word_lines_{most}", partial(lines.few_word_lines, most=most)
    yield from _plain(
        copies.duplicate_lines,
        copies.duplicate_line_chars,
        copies.duplicate_filled_line_chars,
        copies.duplicate_stripped_line_chars,
        copies.duplicate_paragraphs,
        copies.duplicate_paragraph_chars,
        copies.copied_lines,
        copies.copied_line_chars,
        copies.copied_filled_lines,
        copies.copied_filled_line_chars,
        copies.copied_paragraphs,
        copies.copied_paragraph_chars,
        copies.unique_lines,
        copies.unique_line_chars,
        copies.unique_paragraphs,
        copies.unique_paragraph_chars,
        copies.unique_sentences,
        copies.unique_sentence_chars,
    )
    for n in _TOP:
        yield f"top_{n}gram_chars", partial(repetition.top_ngram_chars, n=n)
        yield f"thrice_top_{n}gram_chars", partial(repetition.top_ngram_chars, n=n, least=3)
        yield f"top_{n}gram_letters", partial(repetition.top_ngram_letters, n=n)
    for n in _DUPLICATE:
        yield f"duplicate_{n}gram_chars", partial(repetition.duplicate_ngram_chars, n=n)
        yield f"covered_{n}gram_letters", partial(repetition.all_copies_chars, n=n)
        yield f"covered_{n}gram_chars", partial(repetition.all_copies_text_chars, n=n)
        yield f"copied_{n}gram_chars", partial(repetition.copied_ngram_chars, n=n)
        yield f"later_{n}gram_chars", partial(repetition.later_copies_chars, n=n)
    yield from _plain(
        repetition.char_ngram_repetition,
        repetition.word_ngram_repetition,
        word_runs.repeated_runs,
        word_runs.longest_run,
        word_runs.run_words,
        stuffing.similar_sentences,
        stuffing.top_term_share,
        stuffing.top_terms_share,
        stuffing.top_term_spread,
        diversity.type_token_ratio,
        diversity.root_ttr,
        diversity.corrected_ttr,
        diversity_windows.msttr,
        diversity_windows.mattr,
        diversity_windows.mtld,
        diversity_windows.hdd,
        diversity_windows.vocd,
        diversity.yule_k,
        diversity.yule_i,
        diversity.herdan_c,
        diversity.herdan_vm,
        diversity.summer_s,
        diversity.dugast_u,
        diversity.maas_a,
        diversity.simpson_d,
        diversity.word_entropy,
        diversity.hapax_share,
        words.unique_words,
        words.unigram_entropy,
        boilerplate.lorem_ipsum,
        boilerplate.lorem_ipsum_ratio,
        boilerplate.curly_brackets,
        boilerplate.javascript,
        boilerplate.policy_phrases,
        boilerplate.boilerplate_paragraphs,
        boilerplate.invitations,
        boilerplate.removable_words,
        boilerplate.spintax,
        boilerplate.trailing_sentences,
        provenance.email_addresses,
        provenance.ip_addresses,
        provenance.phone_numbers,
        provenance.licence_marks,
        c4.kept_sentences,
        c4.lorem_ipsum_lines,
        c4.curly_bracket_lines,
        c4.javascript_lines,
        c4.policy_lines,
        c4.dropped_lines,
    )
    for signal in (
        c4.kept_sentences,
        c4.lorem_ipsum_lines,
        c4.curly_bracket_lines,
    ):
        yield f"any_end_{signal.__name__}", partial(signal, needs_end=False)
    yield from _plain(
        familiarity.english,
        familiarity.surprisal,
        familiarity.perplexity,
        familiarity.unigram_log_probability,
        familiarity.trigram_share,
        familiarity.match_order,
        familiarity.unknown_words,
        nonsense.gibberish,
        nonsense.keyboard_mash,
    )
    yield "normalised_n_words", normalised(words.n_words)
    yield "normalised_mean_word_length", normalised(words.mean_word_length)
    yield "normalised_unique_words", normalised(words.unique_words)
    yield "normalised_unigram_entropy", normalised(words.unigram_entropy)
    yield "normalised_function_words", normalised(stop_words.function_words)
    yield "normalised_lorem_ipsum_ratio", normalised(boilerplate.lorem_ipsum_ratio)
    for n in _TOP:
        top: Signal = partial(repetition.top_ngram_letters, n=n, least=2)
        yield f"normalised_top_{n}gram_letters", normalised(top)
    for n in _DUPLICATE:
        covered: Signal = partial(repetition.all_copies_chars, n=n)
        yield f"normalised_covered_{n}gram_letters", normalised(covered)
    for n in _TOP:
        longest: Signal = partial(repetition.longest_top_ngram_letters, n=n)
        yield f"own_top_{n}gram_letters", of_own_words(longest)
    for n in _DUPLICATE:
        own: Signal = partial(repetition.all_copies_chars, n=n)
        yield f"own_covered_{n}gram_letters", of_own_words(own)
    yield from _plain(*readability.SIGNALS)


def _plain(*signals: Signal) -> Iterator[tuple[str, Signal]]:
    """Signals under the names of their functions."""
    for signal in signals:
        yield signal.__name__, signal


# Every signal by its name.
SIGNALS: Mapping[str, Signal] = MappingProxyType(dict(_catalogue()))

# Those that go by a list of the user's, which a preset has.
LISTED: Mapping[str, Callable[..., Measure]] = MappingProxyType(
    {"flagged_terms": flagged.flagged_terms, "flagged_words": flagged.flagged_words}
)

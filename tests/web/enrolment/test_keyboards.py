"""The keyboards on the turned screen: whatever a key writes can be printed, and every name can be written."""

from __future__ import annotations

import unicodedata

import pytest

from citycard.core.claims import MAX_NAME
from citycard.core.text import check_text, tidy
from citycard.printing.coverage import check_drawable
from citycard.printing.words import is_right_to_left
from citycard.web.enrolment.keyboards import Keyboard, keyboards
from citycard.web.enrolment.scripts import LANGUAGES

NAMES = {
    "amh": "ሰላማዊት ኃይሉ",
    "ara": "نعيمة بن أوسّان",
    "asm": "মৃদুলা বৰুৱা",
    "bel": "Алеся Ўладзь-Ёлка",
    "ben": "রহিমা হ্যাপি চৌধুরী",
    "bul": "Цветан Ягодов",
    "ckb": "ڕێبین ھەڵۆ",
    "div": "އާމިނާ ޝަރީފް",
    "ell": "Εύα Ταΐγετου-Ράλλη",
    "fas": "علی‌رضا نیک‌پویا",
    "ful": "𞤀𞤥𞤭𞤲𞤢𞥄𞤼𞤢",
    "guj": "હર્ષા ક્ષમાબેન",
    "heb": "נעמי ג׳אבר",
    "hin": "ज़रीना क्षेत्री",
    "hye": "Արև Սևանյան",
    "kan": "ಲಕ್ಷ್ಮಿ ಕೊಡಗು",
    "kat": "ნინო წყაროელი",
    "kaz": "Әсел Құрманқызы",
    "khm": "សុខ ចន្ទ្រា",
    "kir": "Өмүр Көлова",
    "lao": "ບຸນມີ ແກ້ວໃສ",
    "mal": "ലക്ഷ്മി കാട്ടിൽ",
    "mar": "ॲना देशपाठक",
    "mkd": "Ѓорѓина Ќосевска",
    "mon": "Өлзий Мөрөн",
    "mya": "မြတ်နိုး ဝင်း",
    "nep": "माया घिमिरे",
    "nqo": "ߝߊ߬ߕߎ߫ ߞߊ߲ߕߍ",
    "ori": "ମଧୁସ୍ମିତା ଦାଶଡ଼ି",
    "pan": "ਗੁਰਪ੍ਰੀਤ ਸ਼ਾਹੀ",
    "prs": "زهرا آشنا",
    "pus": "ښایسته ګل",
    "rus": "Юлия Объедкова",
    "sin": "ප්‍රියා චන්ද්‍රා",
    "snd": "ڪرن ٻگھيو",
    "srp": "Љиљана Ђурић",
    "syc": "ܡܪܝܡ ܒܪܨܘܡ",
    "tam": "கு. யாழினி",
    "tel": "లక్ష్మి కొండ",
    "tgk": "Ҷӯра Ғафурзода",
    "tha": "สุดา น้ำใส",
    "tir": "ኣልማዝ ቐለታ",
    "uig": "گۈلنۇر ئۆمەر",
    "ukr": "Дар’я Ґрунь-Їжак",
    "urd": "زینب ٹھاکر",
    "yid": "חיה גאָלדפֿאַרב",
    "zgh": "ⵜⵉⵍⵍⵉ ⵓⴳⵯⵔⵔⴰⵎ",
}
"""An invented name in every language, with the letters that its neighbours lack."""

every = pytest.mark.parametrize("code", sorted(LANGUAGES))


def written_by(board: Keyboard) -> set[str]:
    """Everything that a press of a key can write."""
    signs = {sign for row in board.rows for key in row for sign in (key.text, *key.forms.split())}
    if board.cases:
        signs |= {large for sign in signs if len(large := sign.upper()) == len(sign)}
    return signs


def test_every_language_that_can_be_chosen_has_a_keyboard() -> None:
    assert set(keyboards()) == set(LANGUAGES) == set(NAMES)


@every
def test_whatever_a_key_writes_is_printed_and_may_stand_on_a_card(code: str) -> None:
    board = keyboards()[code]
    for sign in written_by(board):
        mark = unicodedata.category(sign[0]) in ("Mn", "Mc", "Cf")
        # A mark is typed after a letter, and a joiner between two.
        letter = next(key.text for row in board.rows for key in row if key.text.isalpha())
        text = tidy(f"{letter}{sign}{letter}" if mark else sign, at_most=MAX_NAME)
        check_text(text, at_most=MAX_NAME)
        check_drawable(text, field=f"{code} {sign!a}")


@every
def test_a_name_can_be_written_with_the_keys_alone(code: str) -> None:
    keys = {*written_by(keyboards()[code]), " ", "-", ".", "’"}
    left = unicodedata.normalize("NFC", NAMES[code])
    assert tidy(left, at_most=MAX_NAME) == left
    while left:
        # A letter composed with its mark is typed as two keys, and becomes one.
        key = max((key for key in keys if left.startswith(key)), key=len, default="")
        assert key, f"{code}: no key writes {left[0]!a} {unicodedata.name(left[0])}"
        left = left[len(key) :]


@every
def test_no_key_stands_there_twice_and_all_can_be_seen_and_read_out(code: str) -> None:
    keys = [key for row in keyboards()[code].rows for key in row]

    assert len({key.text for key in keys}) == len(keys)
    for key in keys:
        assert key.label.strip("\u200c\u200d "), f"nothing stands on {key.text!a}"
        mark = unicodedata.category(key.text[0]).startswith("M")
        assert key.called or not mark or key.label != key.text, f"{key.text!a} cannot be read out"
        assert not key.forms or key.forms.split()[0] == key.text, "a letter is the first of its forms"


@every
def test_a_keyboard_runs_as_its_script_does(code: str) -> None:
    board = keyboards()[code]
    letter = next(key.text for row in board.rows for key in row if key.text.isalpha())

    assert board.direction == ("rtl" if unicodedata.bidirectional(letter) in ("R", "AL") else "ltr")
    assert board.runs in (board.direction, "ltr")
    if is_right_to_left(board.tag):
        assert board.direction == "rtl"

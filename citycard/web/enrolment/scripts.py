"""Languages in which a name may be written besides the one the holder uses: ISO 639-3, with names for the reader.

The list holds languages with a script of their own that the card printer has letters for (`static/fonts/print`).
Chinese, Japanese, Korean and Tibetan are left out until it has: their typefaces are larger than the whole product.
"""

from flask_babel import get_locale

LANGUAGES: dict[str, str] = {
    "amh": "am",
    "ara": "ar",
    "asm": "as",
    "bel": "be",
    "ben": "bn",
    "bul": "bg",
    "ckb": "ckb",
    "div": "dv",
    "ell": "el",
    "fas": "fa",
    "ful": "ff-Adlm",
    "guj": "gu",
    "heb": "he",
    "hin": "hi",
    "hye": "hy",
    "kan": "kn",
    "kat": "ka",
    "kaz": "kk",
    "khm": "km",
    "kir": "ky",
    "lao": "lo",
    "mal": "ml",
    "mar": "mr",
    "mkd": "mk",
    "mon": "mn",
    "mya": "my",
    "nep": "ne",
    "nqo": "nqo",
    "ori": "or",
    "pan": "pa",
    "prs": "fa-AF",
    "pus": "ps",
    "rus": "ru",
    "sin": "si",
    "snd": "sd",
    "srp": "sr",
    "syc": "syr",
    "tam": "ta",
    "tel": "te",
    "tgk": "tg",
    "tha": "th",
    "tir": "ti",
    "uig": "ug",
    "ukr": "uk",
    "urd": "ur",
    "yid": "yi",
    "zgh": "zgh",
}
"""ISO 639-3 to the tag that browsers and CLDR know the language by (BCP 47)."""


def html_language(code: str) -> str:
    """What stands in `lang` for a name in this language; `und` while it is not said."""
    return LANGUAGES.get(code, code or "und")


def name_of(code: str) -> str:
    """The language in the reader's words."""
    locale = get_locale()
    tag = html_language(code).replace("-", "_")
    names = locale.languages if locale else {}
    return str(names.get(tag) or names.get(tag.partition("_")[0]) or names.get(code) or code).strip().capitalize()


def choices() -> list[tuple[str, str]]:
    """Code and name, in the reader's alphabetical order as far as code points give it."""
    return sorted(((code, name_of(code)) for code in LANGUAGES), key=lambda item: item[1].casefold())

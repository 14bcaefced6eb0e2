"""The card's code in a picture somebody brings: a photograph, a scan, a screenshot.

1. The picture is opened as a portrait is (`portrait.grey_picture`): by a child that can do nothing else, three formats,
   capped before anything is decoded, bare pixels, nothing on disk.
2. Every QR code in it is read, at most `MAX_CODES`.
3. Of several codes, the card's is taken: one that reads under the trust of this office before one that only has the
   form of a card, and the full code of a card before its light one. Two different cards are nobody's to choose between.
"""

import zxingcpp

from citycard.core.claims import CardClaims
from citycard.core.errors import CardRefused, CitycardError
from citycard.core.trust import TrustStore
from citycard.core.verdicts import Verdict
from citycard.core.verify import check_signed
from citycard.operations import portrait

MAX_CODES = 6
"""Two sides of a card, the home sheet, and a poster behind them; each more costs a signature check."""

_NO_CARD = (Verdict.MALFORMED, Verdict.WRONG_TYPE)


class PictureRefused(CitycardError):
    """The picture shows no code, or the codes of several cards."""

    code = "picture"


def card_in(upload: bytes, *, trust: TrustStore) -> str:
    """Return the text of the card's code in `upload`; raise `PictureRefused` or `PortraitRefused`."""
    # (1)
    picture = portrait.grey_picture(upload)
    # (2)
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]), text_mode=zxingcpp.TextMode.Plain
    )
    texts = list(dict.fromkeys(each.text for each in found if each.text))[:MAX_CODES]
    if not texts:
        raise PictureRefused("There is no code in this picture that can be read.", code="picture-no-code")
    return _choose(texts, trust)


def _choose(texts: list[str], trust: TrustStore) -> str:
    # (3)
    good: list[tuple[CardClaims, str]] = []
    formed: list[str] = []
    for text in texts:
        try:
            good.append((check_signed(text, trust=trust), text))
        except CardRefused as refusal:
            if refusal.verdict not in _NO_CARD:
                formed.append(text)
    if len({(card.issuer, card.identity.number) for card, _ in good}) > 1:
        raise PictureRefused("This picture shows several cards.", code="picture-several-cards")
    full = [text for card, text in good if card.identity.full]
    return next(iter([*full, *(text for _, text in good), *formed, *texts]))

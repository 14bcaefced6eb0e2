"""Why something is not printed. The sentence names the field, never what stands in it."""

from citycard.core.errors import CitycardError


class CannotPrint(CitycardError):
    """Something on the card cannot be drawn as it is; `field` says what, `code` why.

    Codes: `no-glyph` no typeface of ours has a character · `does-not-fit` too long even at the smallest legible size ·
    `code-too-large` a QR code would not fit a card · `code-alphabet` not base45 ·
    `picture` not a JPEG, PNG, WebP or (arms only) SVG ·
    `colour` not written as #rrggbb.
    """

    code = "cannot-print"

    def __init__(self, sentence: str, *, code: str, field: str) -> None:
        super().__init__(sentence, code=code)
        self.field = field

"""What a desk is shown: the text of a code, or a picture of one."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField

from citycard.web.pages import OF_A_CODE, PageForm


class ShownForm(PageForm):
    """A text or a picture of a code; the picture is looked at when no text came (`scanned.text_of`)."""

    TEXT = "card"
    """The field of the text."""
    NOTHING: Any
    """What is said when neither came."""

    @property
    def text(self) -> str:
        """The text as the scanner typed it, without the Enter or Tab that a scanner adds; nothing else is mended."""
        return (self[self.TEXT].data or "").rstrip("\r\n\t")

    @property
    def place(self) -> str:
        """The field that something came in, to say something at."""
        return self.TEXT if self.text else "picture"

    @property
    def upload(self) -> bytes:
        """The picture's bytes; empty when none was chosen."""
        chosen = self["picture"].data
        return chosen.read() if chosen else b""

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two must have come."""
        good = bool(super().validate(extra_validators))
        if good and not self.text.strip() and not self["picture"].data:
            self.refuse(self.TEXT, self.NOTHING)
            return False
        return good


def picture_field(description: Any = None, **more: str) -> Any:
    """The field for the picture, in the formats that `operations.portrait` opens."""
    return FileField(
        _l("Or a picture of the code"),
        description=_l("JPEG, PNG or WebP. It is looked at and not kept.") if description is None else description,
        render_kw={"accept": "image/jpeg,image/png,image/webp", **more},
    )


class ScanForm(ShownForm):
    """What a desk is shown."""

    TEXT = "code"
    NOTHING = _l("Scan a card, or choose a picture of its code.")

    code = StringField(
        _l("Code of the card"),
        description=_l("Scan it, or paste its text and press Enter."),
        render_kw={**OF_A_CODE, "enterkeyhint": "go"},
    )
    picture = picture_field()

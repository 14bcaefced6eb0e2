"""What a desk is shown: the text of a code, or a picture of one."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField

from citycard.web import languages
from citycard.web.pages import OF_A_CODE, PageForm


class ScanForm(PageForm):
    """One of the two; the picture is looked at when no text came."""

    code = StringField(
        _l("Code of the card"),
        description=_l("Scan it, or paste its text and press Enter."),
        render_kw={**OF_A_CODE, "enterkeyhint": "go"},
    )
    picture = FileField(
        _l("Or a picture of the code"),
        description=_l("JPEG, PNG or WebP. It is looked at and not kept."),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two must have come."""
        good = bool(super().validate(extra_validators))
        if good and not self.code.data and not self.picture.data and not languages.only_the_language():
            self.refuse("code", _l("Scan a card, or choose a picture of its code."))
            return False
        return good

    @property
    def text(self) -> str:
        """The code as the scanner typed it, without the Enter or Tab that a scanner adds; nothing else is mended."""
        return (self.code.data or "").rstrip("\r\n\t")

    @property
    def upload(self) -> bytes:
        """The picture's bytes; empty when none was chosen."""
        return self.picture.data.read() if self.picture.data else b""

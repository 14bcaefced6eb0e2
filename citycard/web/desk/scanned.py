"""What was scanned: the text as it came, or the text of the code in a picture."""

from flask_babel import lazy_gettext as _l

from citycard.core.errors import CitycardError
from citycard.core.trust import TrustStore
from citycard.operations.picture_code import card_in
from citycard.web import database
from citycard.web.desk import checking
from citycard.web.desk.forms import ShownForm
from citycard.web.errors import sentence_for

NOT_READ = {
    "picture-no-code": _l("There is no code in this picture that can be read. Take it again, straight and close."),
    "picture-several-cards": _l("This picture shows several cards. Take one of a single card."),
    "portrait-small": _l("The picture is too small to read a code in it. Take it again, closer."),
    "portrait-pixels": _l(
        "The picture has more than 12 megapixels. Take it again with a lower resolution, or cut it so that little more "
        "than the code is left."
    ),
    "portrait-large": _l(
        "The picture is larger than 10 megabytes. Take it again with a lower resolution, or cut it so that little more "
        "than the code is left."
    ),
}
"""What a picture of a code needs said differently, or besides, from a portrait."""


def text_of(form: ShownForm) -> str | None:
    """Return the text of the code; None after saying at the picture why none was found.

    What was done until now is committed first: decoding a picture takes a second, and SQLite has one writer.
    """
    database.session().commit()
    if form.text:
        return form.text
    try:
        trusted = checking.trusted()
        return card_in(form.upload, trust=trusted.trust if trusted else TrustStore(()))
    except CitycardError as refusal:
        form.refuse("picture", NOT_READ.get(refusal.code) or sentence_for(refusal).title)
        return None

"""What the desk page says of its guide on paper, of the town to practise with, and of its own files."""

from typing import Any

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, Any] = {
    "guide.title": _l("On paper"),
    "guide.lead": _l("Two pages with pictures for whoever checks cards here. They come over the network: print them."),
    "guide.open": _l("The guide, to print"),
    "guide.cards": _l("Cards to practise with, to print"),
    "training.town": _l(
        "Practise with a town that does not exist. This device fetches it from the office once, and then needs no "
        "network. Its cards can be printed."
    ),
    "training.take": _l("Fetch the practice town"),
    "training.or": _l("Or practise with a practice office:"),
    "files.title": _l("The files of this page"),
    "files.lead": _l(
        "Counted on this device from the files that it keeps. The town hall can read out both numbers; anybody who "
        "has the programme, that of the programme."
    ),
    "files.page": _l("The whole page"),
    "files.code": _l("The programme alone"),
    "files.none": _l("This device does not keep the page yet. Open it again while the device has a network."),
}

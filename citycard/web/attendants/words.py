"""What the guide takes from the screen and from the settings.

1. Each word of an answer, and each button, comes from the catalogue that the desk page comes from, by its name there.
2. The shapes are the page's own drawings.
3. Every answer that is not green is in the guide.
"""

from flask import current_app

from citycard.attendants.guide import Answer, Guide, Kind
from citycard.attendants.reading import guide_texts, holes
from citycard.core.verdicts import Verdict
from citycard.core.verify import RED
from citycard.printing.arms import arms_in
from citycard.printing.words import isolate_line, left_to_right
from citycard.settings import Office
from citycard.web.desk_app import sentences
from citycard.web.verdicts import said

NUMBERS = {"seconds": "15", "minutes": "2", "days": str(RED.days)}
"""How long an answer stays, at most when it is held (static/js/desk/screen.js), and how old a list may be."""

FIRST = (Verdict.OK, Verdict.NOT_ACCEPTED, Verdict.EXPIRED)
"""The three of the first page: one of each shape."""

REFUSED = (
    Verdict.OK_STALE,
    Verdict.NOT_ACCEPTED,
    Verdict.STALE_STATUS,
    Verdict.UNSUPPORTED,
    Verdict.EXPIRED,
    Verdict.REVOKED,
    Verdict.SUSPENDED,
    Verdict.KEY_REVOKED,
    Verdict.BAD_SIGNATURE,
    Verdict.UNKNOWN_ISSUER,
    Verdict.NOT_YET,
    Verdict.MALFORMED,
    Verdict.WRONG_TYPE,
)
"""All that are not green (3), those first after which somebody has to look."""

KINDS: tuple[Kind, ...] = ("go", "hand", "stop")


def guide_of(office: Office, language: str) -> Guide:
    """Return the guide in `language`, which is the one that is being spoken now."""
    settings, texts = office.settings, guide_texts(language)
    lines = settings.counter_address or ((settings.contact,) if settings.contact else ())
    known = sentences.by_name()
    wanted = {hole for sentence in texts.sentences.values() for hole in holes(sentence)} - NUMBERS.keys()
    # (1)
    names = sorted(wanted | {"answer.question", "answer.yes", "answer.no"})
    values = {**NUMBERS, **{name: sentences.filled(known[name]) for name in names}}
    other = Answer("hand", *(sentences.filled(known[f"{name}.other"]) for name in ("word", "holder", "next")))
    answers = {verdict: _answer(verdict) for verdict in Verdict}
    looked_at = [answers[verdict] for verdict in REFUSED if answers[verdict].kind == "hand"]
    refused = [answers[verdict] for verdict in REFUSED if answers[verdict].kind == "stop"]
    return Guide(
        language=language,
        city=settings.name(language),
        colour=settings.colour,
        arms=arms_in(office.folder),
        values=tuple(sorted(values.items())),
        shapes=tuple((kind, shape(kind)) for kind in KINDS),
        first=(answers[FIRST[0]], answers[FIRST[1]], answers[FIRST[2]]),
        refused=(*looked_at, other, *refused),
        give_back=answers[Verdict.REVOKED].next,
        lines=tuple(map(isolate_line, lines)),
        hours=left_to_right(settings.opening_hours) if settings.opening_hours else "",
        address=f"{settings.issuer}/desk-guide.pdf",
        demo=settings.demo,
    )


def _answer(verdict: Verdict) -> Answer:
    words = said(verdict)
    kind = next(kind for kind in KINDS if kind == words.kind)
    return Answer(kind, *(sentences.filled(each) for each in (words.word, words.holder, words.attendant)))


def shape(kind: Kind) -> str:
    """Return the shape of the screen for a kind of answer, as SVG (2)."""
    drawn = str(current_app.jinja_env.get_template("components/icons.html").module.verdict_shape(kind))  # type: ignore[attr-defined]
    return drawn.strip().replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" ', 1)

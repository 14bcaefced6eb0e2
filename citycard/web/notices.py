"""The words of a notice by e-mail, in the city's own language: what ends, when, and what is typed to mend it."""

from collections.abc import Callable
from email.message import EmailMessage

from flask import current_app
from flask_babel import force_locale, format_date, ngettext
from flask_babel import gettext as _

from citycard.operations import notices, post
from citycard.operations.doctor.endings import Ending
from citycard.settings import Office
from citycard.web import workplace
from citycard.web.staff.endings import NAMES


def send_due() -> None:
    """Send what is to be told; raise what kept it from being sent. In an application context."""
    office: Office = current_app.config["OFFICE"]
    notices.run(office, now=workplace.now(), words=words, send=post.send)


def send_trial(send: Callable[[Office, EmailMessage], None] = post.send) -> None:
    """Send a notice that tells nothing; raise what kept it from being sent. In an application context."""
    settings = workplace.settings()
    with force_locale(settings.default_language):
        city = settings.name(settings.default_language)
        subject = str(_("%(city)s: a trial notice", city=city))
        lines = [
            _("For whoever administers the card office of %(city)s (%(address)s).", city=city, address=settings.issuer),
            "",
            _("Somebody tries whether notices by e-mail arrive. This one has arrived; nothing has to be done."),
            _("You hear of each key and signature 90, 30 and 7 days before its last day."),
        ]
        text = "\n".join(str(line) for line in lines) + "\n"
    office: Office = current_app.config["OFFICE"]
    notices.trial(office, now=workplace.now(), words=(subject, text), send=send)


def words(due: tuple[Ending, ...]) -> tuple[str, str]:
    """Return subject and text of a notice."""
    settings = workplace.settings()
    with force_locale(settings.default_language):
        city = settings.name(settings.default_language)
        subject = ngettext(
            "%(city)s: a key or signature ends", "%(city)s: %(num)d keys or signatures end", len(due), city=city
        )
        lines = [
            _("For whoever administers the card office of %(city)s (%(address)s).", city=city, address=settings.issuer)
        ]
        lines += ["", *(_line(each) for each in due), ""]
        lines.append(_("What each of them is, and how it is mended, is said on the server by: citycard doctor"))
        lines.append(_("You hear of each again 90, 30 and 7 days before its last day."))
    return subject, "\n".join(lines) + "\n"


def _line(ending: Ending) -> str:
    name = NAMES[ending.what]
    if ending.last_day is None:
        return "- " + str(_("%(what)s: there is none", what=name))
    day = format_date(ending.last_day, "long")
    if ending.days_left < 0:
        return "- " + str(_("%(what)s: ended on %(day)s", what=name, day=day))
    left = ngettext("%(num)d day left", "%(num)d days left", ending.days_left)
    return "- " + str(_("%(what)s: ends on %(day)s, %(left)s", what=name, day=day, left=left))

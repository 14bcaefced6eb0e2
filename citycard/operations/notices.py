"""Telling the administrator by e-mail what comes to its last day, where a mail server is configured.

1. Told is what `doctor.endings` tells: 90, 30 and 7 days before, and when something is missing. Each is told once for
   each of these steps, and anew when there is another last day.
2. What was told is remembered after it was sent, in a file of the office folder: a notice may come twice, and never not
   at all. It holds names of keys, days, and what became of the last sending.
3. A notice names keys, documents, days and the city. It holds nothing of a holder and no count of any.
4. `trial` sends one about nothing, for whoever has just written the settings: a mistake in them would else be found on
   the day on which it matters.
5. A failure is remembered for `citycard doctor`, said in the log, and tried again an hour later. It stops nothing.

The words are the caller's, in the city's language.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from email.message import EmailMessage

from citycard.core.errors import CitycardError
from citycard.operations import post
from citycard.operations.doctor import endings
from citycard.operations.doctor.endings import STEPS, Ending
from citycard.partners.durable import write_durably
from citycard.settings import Office

MISSING = 0
"""The step of what has no last day because there is none of it."""

Words = Callable[[tuple[Ending, ...]], tuple[str, str]]
"""Gives the subject and the text of a notice about these endings."""


def run(office: Office, *, now: datetime, words: Words, send: Callable[[Office, EmailMessage], None]) -> int:
    """Send one notice about everything that is to be told, and return how many things that were; raise on a failure."""
    if not office.settings.mail_host:
        return 0
    due = to_tell(office, now=now)
    if not due:
        return 0
    subject, text = words(due)
    message = post.message(office.settings, subject=subject, text=text, now=now)
    _send(office, message, told=due, send=send)
    return len(due)


def trial(
    office: Office, *, now: datetime, words: tuple[str, str], send: Callable[[Office, EmailMessage], None]
) -> None:
    """Send a notice that tells nothing, with this subject and text; raise on a failure (4)."""
    if not office.settings.mail_host:
        raise post.NotSent("No mail server is set: mail_host is empty.", code="mail-host")
    subject, text = words
    _send(office, post.message(office.settings, subject=subject, text=text, now=now), told=(), send=send)


def _send(
    office: Office, message: EmailMessage, *, told: Iterable[Ending], send: Callable[[Office, EmailMessage], None]
) -> None:
    # (5)
    try:
        send(office, message)
    except CitycardError as refused:
        _remember(office, told=(), failure=refused.code)
        raise
    _remember(office, told=told, failure=None)


def to_tell(office: Office, *, now: datetime) -> tuple[Ending, ...]:
    """Return what comes to its end and was not told at this step yet (1)."""
    told, _failure = _remembered(office)
    return tuple(each for each in endings.to_tell(office, now=now) if told.get(_name(each), 10**6) > _step(each))


def last_failure(office: Office) -> str | None:
    """Return the code of what kept the last notice from being sent; None when it was sent, or none was."""
    return _remembered(office)[1]


def _name(ending: Ending) -> str:
    # Documents of the service get another last day each day; they are told once, and again at the next step.
    day = "" if ending.last_day is None or ending.what in endings.OF_THE_SERVICE else f" {ending.last_day}"
    return f"{ending.what}{day}"


def _step(ending: Ending) -> int:
    if ending.last_day is None:
        return MISSING
    return min((step for step in STEPS if ending.days_left <= step), default=STEPS[0])


def _remembered(office: Office) -> tuple[dict[str, int], str | None]:
    try:
        content = json.loads(office.notices_file.read_text(encoding="utf-8"))
        told = {str(name): int(step) for name, step in content["told"].items()}
        return told, None if content["failure"] is None else str(content["failure"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}, None


def _remember(office: Office, *, told: Iterable[Ending], failure: str | None) -> None:
    before, _failure = _remembered(office)
    steps = before | {_name(each): _step(each) for each in told}
    content = {"told": dict(sorted(steps.items())), "failure": failure}
    write_durably(office.notices_file, json.dumps(content, indent=1).encode("utf-8"))

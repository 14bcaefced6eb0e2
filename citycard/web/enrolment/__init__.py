"""The counter: from "good morning" to a card in somebody's hand, and then nothing.

A clerk works through four screens (identity, evidence, card, check), a second person approves, the clerk issues,
prints and hands over. The pages know an enrolment by its ticket alone: no address, title, message or log line holds
anything of the person.

`case` opens a ticket · `views_*` are the pages · `forms` read what was typed · `keeping` loses none of it ·
`answers` says in words what stands on the card and in its code · `sentences` says why something was refused.
"""

from flask_babel import lazy_gettext as _l

from citycard.web.enrolment import (
    sentences,
    views_approve,
    views_card,
    views_companion,
    views_day,
    views_evidence,
    views_finish,
    views_identity,
    views_own_script,
    views_portrait,
    views_print,
    views_refuse,
    views_renew,
    views_say,
    views_screens,
    views_vouch,
)
from citycard.web.enrolment.blueprint import bp
from citycard.web.pages import Entry

NAVIGATION = [Entry("enrolment.day", _l("Enrolments"), _l("Make cards: take down, approve, print, hand over."))]

__all__ = [
    "NAVIGATION",
    "bp",
    "sentences",
    "views_approve",
    "views_card",
    "views_companion",
    "views_day",
    "views_evidence",
    "views_finish",
    "views_identity",
    "views_own_script",
    "views_portrait",
    "views_print",
    "views_refuse",
    "views_renew",
    "views_say",
    "views_screens",
    "views_vouch",
]

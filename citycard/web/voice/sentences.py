"""What is said about consultations."""

from flask_babel import lazy_gettext as _l

from citycard.web.errors import say

RECORD = _l("Choose a day that is over before the consultation opens. Cards made later go to the table.")

say("no-consultation", _l("There is no such consultation"), _l("Look at the list."), status=404)
say("voice-name", _l("Type the name of the consultation."), status=422)
say("voice-name-long", _l("This name is too long: 80 letters at most."), status=422)
say("voice-name-signs", _l("This name has signs in it that cannot be used here."), status=422)
say("voice-order", _l("It closes before it opens. Look at both."), status=422)
say("voice-past", _l("This closing time has passed."), status=422)
say("voice-long", _l("A consultation is open for 60 days at most."), status=422)
say("voice-record", RECORD, status=422)
say("voice-time", _l("Write the time of day as hours and minutes, such as 9:00 or 17:30."), status=422)
say("voice-role", _l("A supervisor opens and closes consultations."), status=403)
say("voice-closed", _l("This consultation is closed."), status=409)
say("voice-coming", _l("This consultation has not begun."), status=409)
say("voice-one-device", _l("This consultation is on one device alone."), status=409)
say("voice-begun", _l("This consultation was begun on a device already."), status=409)
say("voice-not-begun", _l("This device was not set to this consultation."), status=409)
say("voice-device", _l("One of these devices was withdrawn. Look at the list again."), status=422)
say("voice-busy", _l("Try again in a moment."), status=409)
say("voice-form", _l("This is no mark of a card."), status=422)

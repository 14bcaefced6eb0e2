"""What a device asks for a consultation: what there is, its key, and whether a mark is new.

1. Every request carries the device's token, and no cookie. One that is not good (any more) is answered 401.
2. `GET /desk-app/voice`: the consultations for which a supervisor chose the device, open or coming. No key is in it.
3. `POST …/<id>/serve`: the device is set to one. With several devices it gets the key of the marks, again at each start
   of its page, because it keeps none; alone it makes its own, and nobody else may begin the same
   (`operations.voice_marks`).
4. `POST …/<id>/mark`: the mark and the receipt of the attempt, and nothing else; the answer is `new` or `taken`, given
   after the commit. `…/take-back` with the same two. Both only from a device that was chosen and began, and not faster
   than people walk in (`MARKS`, `TAKEN_BACK`), counted by device in the memory of one worker.
5. `POST …/<id>/finish`: how many it were, from the one device.

Tokens that are not good are counted by address (`device_of_the_token`), and good ones never: a whole hall sits behind
one address, and whoever guesses must not stop the others. A tablet that was withdrawn is told so in any case.

A device that was left out of an open consultation is told `no-consultation`, as one is that was never chosen; over
(`voice-closed`) it is for those alone that are still among its devices.

Which device asked is looked up and written nowhere, but for (3) alone and (5). Nothing is logged.
"""

import base64
from collections.abc import Sequence
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from limits import RateLimitItem, parse_many
from werkzeug.exceptions import TooManyRequests

from citycard.operations import voice, voice_marks
from citycard.operations.refusals import OperationRefused
from citycard.store.devices import DeskDevice
from citycard.store.voice import Consultation
from citycard.web import database, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.api.reading import RequestRefused, sent_json
from citycard.web.desk_app.api import device_of_the_token
from citycard.web.desk_app.blueprint import bp
from citycard.web.limits import within

MAX_BODY = 1024

MARKS = "20/minute;600/hour"
"""Marks of one device. Somebody compares a face before each: six a minute is the usual, twelve is fast, and the rest is
for trying again. Who holds a tablet and wants to ask of many numbers whether they took part is slowed to this."""

TAKEN_BACK = "6/minute;30/hour"
"""Somebody who turns round at the door is rare. Who asks of numbers leaves a mark for each that is new, and the number
of cards shows it; taking them back again would hide it in part, and that is slower still."""

_MARKS, _TAKEN_BACK = parse_many(MARKS), parse_many(TAKEN_BACK)


@bp.get("/voice")
@open_to(ANYONE, machine=True)
def voice_list() -> ResponseReturnValue:
    """The consultations that a device may serve (2)."""
    device = device_of_the_token()
    rows = voice_marks.for_device(database.session(), workplace.desk(), device_id=device.id)
    return jsonify(consultations=[_told(row) for row in rows])


@bp.post("/voice/<consultation>/serve")
@open_to(ANYONE, machine=True)
def voice_serve(consultation: str) -> ResponseReturnValue:
    """The key of the marks, for a device that is set to this consultation (3)."""
    device = device_of_the_token()
    _read()
    key = voice_marks.serve(database.session(), workplace.desk(), consultation, device_id=device.id)
    return jsonify(key=None if key is None else base64.urlsafe_b64encode(key).decode())


@bp.post("/voice/<consultation>/mark")
@open_to(ANYONE, machine=True)
def voice_mark(consultation: str) -> ResponseReturnValue:
    """Whether a card takes part for the first time (4)."""
    device = device_of_the_token()
    _slow_down(device, "mark", _MARKS)
    sent = _read(mark=str, receipt=str)
    said = voice_marks.mark(database.session(), workplace.desk(), consultation, device_id=device.id, **sent)
    return jsonify(answer=said.value)


@bp.post("/voice/<consultation>/take-back")
@open_to(ANYONE, machine=True)
def voice_take_back(consultation: str) -> ResponseReturnValue:
    """Take back the mark of a card that does not take part after all (4)."""
    device = device_of_the_token()
    _slow_down(device, "take-back", _TAKEN_BACK)
    sent = _read(mark=str, receipt=str)
    done = voice_marks.take_back(database.session(), workplace.desk(), consultation, device_id=device.id, **sent)
    return jsonify(answer="taken-back" if done else "not-there")


@bp.post("/voice/<consultation>/finish")
@open_to(ANYONE, machine=True)
def voice_finish(consultation: str) -> ResponseReturnValue:
    """How many cards took part, from the one device (5)."""
    device = device_of_the_token()
    sent = _read(count=int, taken_back=int)
    voice_marks.say_count(
        database.session(),
        workplace.desk(),
        consultation,
        device_id=device.id,
        took_part=sent["count"],
        taken_back=sent["taken_back"],
        by=device.name,
    )
    return jsonify({})


def _told(row: Consultation) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "several": row.several,
        "other_cities": row.other_cities,
        "record_until": int(voice.after(row.record_day).timestamp()),
        "opens": int(row.opens_at.timestamp()),
        "closes": int(row.closes_at.timestamp()),
    }


def _read(**members: type) -> dict[str, Any]:
    """Return the members of the JSON object that was sent: exactly these, each of its type."""
    try:
        body = sent_json(at_most=MAX_BODY)
    except RequestRefused:
        body = None
    if type(body) is not dict or {name: type(value) for name, value in body.items()} != members:
        raise OperationRefused("This is no request of ours.", code="voice-form")
    return dict(body)


def _slow_down(device: DeskDevice, act: str, rates: Sequence[RateLimitItem]) -> None:
    """Count what a device does; raise `TooManyRequests` when it does it faster than people walk in (4)."""
    if not within(rates, "citycard.voice", act, str(device.id)):
        raise TooManyRequests

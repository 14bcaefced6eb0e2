"""What a device asks for with its token: to be enrolled, the bundle, what it is called, to hand in its counts.

1. No cookie is read or set, nothing may be stored, and nothing is logged. None of it is asked because a card was shown.
2. `enrol` exchanges the token of the clerk's screen, once.
3. Everything else comes with the device's own token. One that is not good gets 401 `device-withdrawn`, whatever the
   reason: the page then forgets its token and its bundle, and says so.
   A token is looked up first, and only those that are not good are counted, by address: whoever guesses is stopped
   after `WRONG` tries, and stops no honest device behind the same address (`wrong_token`). The token of a device that
   was withdrawn is known and no guess: it is answered 401 always, so that the device forgets.
4. `bundle` has an ETag: a device that has it already gets no byte of it again. The day of the fetch is noted once a
   day, in a transaction of its own, because reading takes no write lock.
5. `counts` adds to the counters of checks what a device counted by week, up to its share (`devices.Shares`).
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Flask, Response, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from limits import parse_many
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import TooManyRequests

from citycard.core.verdicts import Verdict
from citycard.operations import devices
from citycard.operations.desk_bundle import Bundles
from citycard.operations.devices import Count, Shares
from citycard.operations.refusals import OperationRefused
from citycard.partners.desk_bundle import TYPE
from citycard.store.devices import DeskDevice
from citycard.web import database, errors, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.api.reading import RequestRefused, sent_json
from citycard.web.desk_app.blueprint import bp
from citycard.web.limits import who_asks, within
from citycard.web.services.views import register

WRONG = "20/minute;100/hour"
"""Refused tokens from one address; a library's tablets sit behind one. Nobody guesses 240 bits; this spares the office
those who try."""

LONGEST_TOKEN = 200
"""Ours have 40 characters."""

MAX_TOKEN_BODY = 1024
MAX_COUNTS_BODY = 256 * 1024
MAX_COUNTS = 2000
"""Eight weeks of fifteen verdicts for sixteen services."""

BUNDLES = "citycard.desk-bundles"
SHARES = "citycard.desk-shares"

_WRONG = parse_many(WRONG)
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})", re.ASCII)
_VERDICTS = {verdict.value: verdict for verdict in Verdict}

errors.say(
    "enrolment-token",
    _l("This code is not known here, was used or replaced, or is over. Ask for a new one."),
    status=401,
)
errors.say("device-withdrawn", _l("This device is not one of this office, or was withdrawn."), status=401)
errors.say("bundle-unmade", _l("The desk bundle cannot be made now. What the device has stays good."), status=503)
errors.say("device-request", _l("The request is not one that a device makes."), status=400)


@bp.record_once
def _prepare(setup: BlueprintSetupState) -> None:
    assert isinstance(setup.app, Flask)  # noqa: S101 -- a blueprint can be registered on nothing else here
    setup.app.extensions[BUNDLES] = Bundles()
    setup.app.extensions[SHARES] = Shares()


@bp.post("/enrol")
@open_to(ANYONE, machine=True)
def enrol() -> ResponseReturnValue:
    """A token of its own for the device that shows the token of the clerk's screen (2)."""
    body = _body(MAX_TOKEN_BODY, {"token"})
    token = body["token"]
    if type(token) is not str or not 0 < len(token) <= LONGEST_TOKEN:
        raise RequestRefused("The token is no text.", code="device-request")
    try:
        row, own = devices.enrol(database.session(), workplace.desk(), token)
    except OperationRefused:
        wrong_token("enrol")
        raise
    return jsonify(device=own, name=row.name, service=row.service)


@bp.get("/bundle")
@open_to(ANYONE, machine=True)
def bundle() -> ResponseReturnValue:
    """What the device needs to check cards, as it is now (4)."""
    device = device_of_the_token()
    bundles: Bundles = current_app.extensions[BUNDLES]
    made = bundles.current(
        database.session(), workplace.ring(), services=register().now(workplace.today()), now=workplace.now()
    )
    _note_seen(device)
    response = Response(made.data, content_type=TYPE)
    response.set_etag(made.etag)
    response.make_conditional(request)
    return response


@bp.get("/device")
@open_to(ANYONE, machine=True)
def device() -> ResponseReturnValue:
    """What the device is called and set to, which the office may have changed."""
    row = device_of_the_token()
    return jsonify(name=row.name, service=row.service)


@bp.post("/counts")
@open_to(ANYONE, machine=True)
def counts() -> ResponseReturnValue:
    """What the device counted (5)."""
    device = device_of_the_token()
    sent = _body(MAX_COUNTS_BODY, {"counts"})["counts"]
    if type(sent) is not list or len(sent) > MAX_COUNTS:
        raise RequestRefused("The counts are no list.", code="device-request")
    devices.add_counts(
        database.session(),
        _counts(sent),
        services={service.id for service in register().services()},
        today=workplace.today(),
        device_id=device.id,
        shares=current_app.extensions[SHARES],
    )
    return Response(status=204)


def device_of_the_token() -> DeskDevice:
    """Return the device whose token came with the request; raise `RequestRefused` (3)."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    found, withdrawn = None, False
    if kind.lower() == "bearer" and 0 < len(token) <= LONGEST_TOKEN:
        found = devices.find(database.session(), token)
        withdrawn = found is None and devices.was_withdrawn(database.session(), token)
    if found is None:
        if not withdrawn:
            wrong_token("device")
        raise RequestRefused("No device here has this token.", code="device-withdrawn")
    return found


def wrong_token(kind: str) -> None:
    """Count a token that is not good; raise `TooManyRequests` when its address brought too many of them (3)."""
    if not within(_WRONG, "citycard.desk-token", kind, who_asks()):
        raise TooManyRequests


def _note_seen(device: DeskDevice) -> None:
    today = workplace.today()
    if device.seen_on == today:
        return
    number = device.id
    try:
        with database.apart() as own, own.begin():
            devices.note_seen(own, number, day=today)
    except SQLAlchemyError:
        return  # the register is busy: the next fetch notes it


def _body(most: int, members: set[str]) -> dict[str, Any]:
    """Return the JSON object that the request carries, read in one way only; raise `RequestRefused`."""
    try:
        body = sent_json(at_most=most)
    except RequestRefused as refused:
        if refused.code == "media-type":
            raise
        raise RequestRefused("The request is not strict JSON, or too large.", code="device-request") from None
    if type(body) is not dict or set(body) != members:
        raise RequestRefused("The request has other members than it may have.", code="device-request")
    return body


def _counts(sent: list[Any]) -> Iterator[Count]:
    """Return those that can be counts; what is not of the form is no request of ours."""
    for one in sent:
        if type(one) is not dict or set(one) != {"week", "service", "verdict", "count"}:
            raise RequestRefused("A count has other members than it may have.", code="device-request")
        week, service, verdict, count = one["week"], one["service"], one["verdict"], one["count"]
        if type(week) is not str or type(verdict) is not str or type(count) is not int:
            raise RequestRefused("A count is not of its kind.", code="device-request")
        if service is not None and type(service) is not str:
            raise RequestRefused("A count is not of its kind.", code="device-request")
        monday = _monday(week)
        if monday is not None and verdict in _VERDICTS:
            yield Count(monday, service, _VERDICTS[verdict], count)


def _monday(week: str) -> date | None:
    found = _WEEK.fullmatch(week)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


@bp.after_app_request
def _say_how(response: Response) -> Response:
    # RFC 9110 §11.6.1: whoever answers 401 says how to do better.
    if response.status_code == 401 and request.blueprint == bp.name:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response

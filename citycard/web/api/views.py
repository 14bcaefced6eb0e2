"""POST a code, get a verdict.

1. Anybody: the verdict and its sentence in the language asked for, so many times a minute.
2. A desk with a token: also the reason, how old the list was, what the signature does not cover, and of a good card the
   fields that its service needs.
3. A desk with a token for a service of the register: whether the card opens that service, and what this one needs.
   Where it is the city of the card that keeps it closed, also which services cards of that city open. When the service
   is in the register no more the desk gets an error and no verdict, which would be about something else.
4. A token that is not good is refused; it does not fall back to what anybody gets, so that a desk notices.

No cookies are read or set, no other site's page may ask (no CORS), nothing may be stored, and nothing is logged.
"""

from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from citycard.operations import staff
from citycard.operations.check import OF_THE_CITY, AskedFor
from citycard.store.staff import DeskToken
from citycard.web import workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.api.fields import fields_for, fields_for_service, not_checked_for
from citycard.web.api.openapi import document
from citycard.web.api.reading import RequestRefused, read_code
from citycard.web.desk import checking, purpose
from citycard.web.headers import cacheable
from citycard.web.languages import spoken
from citycard.web.limits import limiter
from citycard.web.verdicts import said

bp = Blueprint("api", __name__, url_prefix="/api/v1")

ANYBODY = "30/minute;500/hour"
"""Without a token, for one address. A person with a telephone tries a few; whoever checks a queue asks for a token."""

A_DAY = 24 * 3600

LONGEST_TOKEN = 200
"""Ours have 40 characters."""


def desk_of_the_token() -> DeskToken | None:
    """The desk whose token came with the request, or None; looked up once."""
    if "desk_token" not in g:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        g.desk_token = None
        if kind.lower() == "bearer" and 0 < len(token) <= LONGEST_TOKEN:
            with checking.reading() as session:
                g.desk_token = staff.find_desk(session, token)
                session.expunge_all()
    desk: DeskToken | None = g.desk_token
    return desk


def _holds_a_token() -> bool:
    return desk_of_the_token() is not None


@bp.post("/verify")
@limiter.limit(ANYBODY, exempt_when=_holds_a_token)
@open_to(ANYONE, machine=True)
def verify() -> ResponseReturnValue:
    """What the code is worth now."""
    desk = desk_of_the_token()
    # (4)
    if desk is None and "Authorization" in request.headers:
        raise RequestRefused("The token is not good.", code="desk-token")
    text = read_code()
    # (3)
    asked = _asked_for(desk)
    counted = checking.ANONYMOUS if desk is None else desk.service or desk.name[:40]
    outcome = checking.check(text, service=counted, asked=asked)
    words = said(outcome.verdict, outcome.reason if desk else "")
    # (1)
    answer: dict[str, Any] = {"verdict": outcome.verdict.value, "sentence": str(words.holder)}
    # (2)
    if desk is not None:
        answer["next_step"] = str(words.attendant)
        if outcome.card is None:
            answer["reason"] = outcome.reason
            if asked is not None and outcome.reason in OF_THE_CITY:
                answer["opens"] = [service.id for service in outcome.opens]
        elif asked is not None and outcome.decision is not None:
            answer["kind"] = "full" if outcome.card.full else "light"
            answer["not_checked"] = list(not_checked_for(asked.service, outcome.card))
            answer["fields"] = fields_for_service(asked.service, outcome.card, outcome.decision)
        else:
            card = outcome.card
            answer["issuer"] = card.issuer.url
            answer["kind"] = "full" if card.full else "light"
            answer["not_checked"] = list(card.not_checked)
            answer["status_age_seconds"] = int(card.status_age.total_seconds())
            answer["fields"] = fields_for(desk, card, today=workplace.today())
    response = jsonify(answer)
    response.headers["Content-Language"] = spoken()
    return response


def _asked_for(desk: DeskToken | None) -> AskedFor | None:
    if desk is None or desk.service is None:
        return None
    asked = purpose.asked_for(desk.service)
    if asked is None:
        raise RequestRefused("The service of this desk is not in the register.", code="desk-service")
    return asked


@bp.get("/openapi.json")
@cacheable(A_DAY)
@open_to(ANYONE, machine=True)
def openapi() -> ResponseReturnValue:
    """This API in words for machines."""
    return jsonify(document())


@bp.after_app_request
def _say_how(response: Response) -> Response:
    # RFC 9110 §11.6.1: whoever answers 401 says how to do better.
    if response.status_code == 401 and request.blueprint == "api":
        response.headers["WWW-Authenticate"] = "Bearer"
    return response

"""POST a code, get a verdict.

1. Anybody: the verdict and its sentence in the language asked for, so many times a minute.
2. A desk with a token: also the reason, how old the list was, what the signature does not cover, and of a good card the
   fields that its service needs.
3. A token that is not good is refused; it does not fall back to what anybody gets, so that a desk notices.

No cookies are read or set, no other site's page may ask (no CORS), nothing may be stored, and nothing is logged.
"""

from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from citycard.operations import staff
from citycard.store.staff import DeskToken
from citycard.web import workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.api.fields import fields_for
from citycard.web.api.openapi import document
from citycard.web.api.reading import RequestRefused, read_code
from citycard.web.desk import checking
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
    # (3)
    if desk is None and "Authorization" in request.headers:
        raise RequestRefused("The token is not good.", code="desk-token")
    text = read_code()
    service = checking.ANONYMOUS if desk is None else desk.name[:40]
    outcome = checking.check(text, service=service)
    words = said(outcome.verdict, outcome.reason if desk else "")
    # (1)
    answer: dict[str, Any] = {"verdict": outcome.verdict.value, "sentence": str(words.holder)}
    # (2)
    if desk is not None:
        answer["next_step"] = str(words.attendant)
        if outcome.card is None:
            answer["reason"] = outcome.reason
        else:
            card = outcome.card
            answer["issuer"] = card.issuer.url
            answer["kind"] = "full" if card.full else "light"
            answer["not_checked"] = list(card.not_checked)
            answer["status_age_seconds"] = int(card.status_age.total_seconds())
            answer["fields"] = fields_for(desk, card, today=workplace.settings().today(workplace.now()))
    response = jsonify(answer)
    response.headers["Content-Language"] = spoken()
    return response


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

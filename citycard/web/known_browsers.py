"""Browsers in which somebody signed in before.

Whoever knows a sign-in name can keep it waiting with wrong passwords, from anywhere (`citycard.operations.sign_in`).
So that the owner is not kept out of her own office meanwhile, a browser in which she once signed in carries a cookie
that says so, and her tries from there are not held up by the wait of the account.

1. The cookie authenticates nothing: with it, and without the password, one is where one was. It is only worth a wait of
   its own, `TRIES`, counted by the browser's id. Above that the browser is a stranger's like any other.
2. It holds a random id and the ids of the staff who signed in here, signed by the office: a counter has several clerks.
   It is sent to this site alone (SameSite=Strict), no script reads it (HttpOnly), and it stays when one signs out.
3. Counted in the memory of one worker, like all rates (`citycard.web.limits`): at most (workers x rate).
"""

import os
from typing import Any

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from limits import parse

from citycard.web import limits, sessions

TRIES = parse("10 per 15 minute")
"""As many as a person who mistypes can want. With a stolen cookie: a thousand a day and worker, against argon2id."""

LIFE = 365 * 24 * 3600
"""Seconds, from the last sign-in: longer than any leave."""

MOST = 16
"""Staff at one browser; of more, those who came last. The cookie stays below 200 bytes."""

_KNOWN = "citycard.known_browser"


def init_app(app: Flask) -> None:
    """Send the cookie after a good sign-in."""
    app.after_request(_send)


def may_try() -> bool:
    """Whether this browser is known and has not tried too often; for limits that are meant for strangers."""
    known = _read()
    return known is not None and limits.limiter.limiter.test(TRIES, _KNOWN, known[0])


def take_a_try() -> frozenset[int]:
    """Count one try of this browser; the ids of the staff who are known here, none when it tried too often (1)."""
    known = _read()
    if known is None or not limits.limiter.limiter.hit(TRIES, _KNOWN, known[0]):
        return frozenset()
    return frozenset(known[1])


def remember(staff_id: int) -> None:
    """Let the browser know that this person signed in."""
    browser, staff = _read() or (os.urandom(16).hex(), [])
    g.known_browser = [browser, [*(each for each in staff if each != staff_id), staff_id][-MOST:]]


def _read() -> tuple[str, list[int]] | None:
    try:
        match _signer().loads(request.cookies.get(_name(), ""), max_age=LIFE):
            case [str(browser), [*staff]] if all(type(each) is int for each in staff):
                return browser, staff
    except BadSignature:
        pass
    return None


def _send(response: Response) -> Response:
    # (2)
    held: list[Any] | None = g.get("known_browser")
    if held is not None and response.status_code < 400:
        options: dict[str, Any] = {**sessions.cookie_options(), "samesite": "Strict", "max_age": LIFE}
        response.set_cookie(_name(), str(_signer().dumps(held)), **options)
    return response


def _name() -> str:
    return sessions.cookie_name(kind="known")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=_KNOWN)

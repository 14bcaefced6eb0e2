"""Saying an answer again in another language, without asking for the code again.

The answer to a form has no address to come back to. What it said (days, a state, a number that stands on it anyway; no
code) travels signed in a hidden field of a form that only the language buttons send. It opens nothing and is good for
nothing but drawing the same page.
"""

from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from citycard.web.languages import only_the_language

FIELD = "said"
LASTS = 30 * 60
"""Seconds. An answer that is older is asked for anew: it may be true no more."""

LONGEST = 2000
"""Characters; the longest answer has some 400."""


def pack(page: str, said: dict[str, Any]) -> str:
    """Return `said` for the hidden field of the answer of `page`."""
    packed: str | bytes = _serializer(page).dumps(said)
    return packed.decode("ascii") if isinstance(packed, bytes) else packed


def said(page: str) -> dict[str, Any] | None:
    """Return what the answer of `page` said, when a language button asks for it again."""
    sent = request.form.get(FIELD, "")
    if not only_the_language() or not 0 < len(sent) <= LONGEST:
        return None
    try:
        held = _serializer(page).loads(sent, max_age=LASTS)
    except BadData:
        return None
    return held if isinstance(held, dict) else None


def _serializer(page: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"citycard holders {page}")

"""Reading what a machine sends: one small JSON object, in one way only.

1. `application/json`, at most `MAX_BODY` bytes, read before anything else looks at it.
2. JSON that cannot be read in two ways (`strict_json`): no member twice, no fractions, no depth that ends the stack.
3. Exactly the members that are asked for, of exactly the right type.

What is refused is refused with a code; nothing of what was sent is repeated.
"""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import RequestEntityTooLarge

from citycard.core.errors import CitycardError
from citycard.core.strict_json import JsonRefused, read_json
from citycard.web import errors

MAX_BODY = 8 * 1024
"""A code has at most 1,732 characters. Whoever escapes each as six needs 10 KiB, and nobody does; 8 KiB is plenty."""


class RequestRefused(CitycardError):
    """The request is not one of ours; `code` says what is wrong with it."""

    code = "request"


errors.say("media-type", _l("Send JSON, with Content-Type: application/json."), status=415)
errors.say("body-large", _l("The request is larger than a code can make it."), status=413)
errors.say("body-json", _l("The request is not JSON, or JSON that can be read in two ways."), status=400)
errors.say("body-members", _l('The request has one member: "code", a text.'), status=400)
errors.say("desk-service", _l("The service of this desk is not in the register now."), status=409)
errors.say("desk-token", _l("This token is not one of a desk of this office."), status=401)


def sent_json(*, at_most: int) -> Any:
    """Return the JSON that the request carries, of at most so many bytes; raise `RequestRefused`."""
    # (1)
    if request.mimetype != "application/json":
        raise RequestRefused("The request is not JSON.", code="media-type")
    request.max_content_length = at_most
    try:
        sent = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise RequestRefused("The request is too large.", code="body-large") from None
    # (2)
    try:
        return read_json(sent, at_most=at_most)
    except JsonRefused:
        raise RequestRefused("The request is not strict JSON.", code="body-json") from None


def read_code() -> str:
    """Return the code that the request carries; raise `RequestRefused`."""
    body = sent_json(at_most=MAX_BODY)
    # (3)
    if type(body) is not dict or set(body) != {"code"} or type(body["code"]) is not str:
        raise RequestRefused("The request has other members than it may have.", code="body-members")
    return str(body["code"])

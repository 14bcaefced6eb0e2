"""How much and how often.

Sizes stop a request before it is read into memory; rates are counted by address, in the memory of one worker, under a
key that changes with the worker: what is in memory cannot be turned back into an address, and nothing is written.
Because each worker counts alone, a caller gets at most (workers x rate); the wait per account in
`citycard.operations.sign_in` is the one that holds across workers, except from `known_browsers`.
"""

import hashlib
import logging
import os
from collections.abc import Sequence

from flask import Flask, Response, request
from flask_limiter import Limiter
from limits import RateLimitItem

MAX_UPLOAD = 12 * 1024 * 1024
"""The largest request body. A telephone's portrait has 3 to 8 MB; above 10 MB it is refused with a sentence
(`operations.portrait`), and above this before it costs us the memory."""

MAX_FORM_TEXT = 256 * 1024
"""All text fields of a form together. The longest page is an address and two names of 100 characters in four-byte
scripts, plus a pasted code of 1,732: 10 kB. The rest is for names of 10,000
characters, which deserve a sentence and not a 413."""

MAX_FORM_PARTS = 200
"""Fields in one form. Our largest has some forty."""

WRONG_SIGN_INS = "20/minute;200/hour"
"""Refused sign-ins from one address. A whole town hall sits behind one address, and on a Monday it mistypes."""

_SALT = os.urandom(16)


def who_asks() -> str:
    """What stands for the address that asks, as long as this worker lives."""
    address = (request.remote_addr or "").encode()
    return hashlib.blake2b(address, key=_SALT, digest_size=12).hexdigest()


limiter = Limiter(key_func=who_asks, storage_uri="memory://", strategy="moving-window", headers_enabled=False)


def within(rates: Sequence[RateLimitItem], *whose: str) -> bool:
    """Count one try of `whose` by each of the rates, and return whether none of them is used up."""
    left = [limiter.limiter.hit(rate, *whose) for rate in rates]  # each of them counts, also after one that is used up
    return all(left)


def refused(response: Response) -> bool:
    """For `limiter.limit(..., deduct_when=refused)`: count only what was refused."""
    return response.status_code in (401, 403, 422)


def init_app(app: Flask) -> None:
    """Set the caps and start counting."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_UPLOAD
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_FORM_TEXT
    app.config["MAX_FORM_PARTS"] = MAX_FORM_PARTS
    # Its log lines would hold the key of the caller.
    logging.getLogger("flask-limiter").disabled = True
    limiter.init_app(app)

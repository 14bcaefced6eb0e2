"""Reading JSON that a stranger wrote, so that it can be read in one way only.

1. Not larger than the caller's limit; UTF-8 without a byte order mark.
2. No member twice: one reader takes the first, another the last, and they would believe different things.
3. No NaN, no Infinity, no fractions, and no integer longer than a date or a count can be: they are in none of our
   documents, and each means something else to another reader.
"""

import json
from typing import Any, NoReturn

MAX_DIGITS = 16
"""Longest integer read: every one below 2^53 fits, which is where JavaScript stops counting exactly."""


class JsonRefused(ValueError):
    """The bytes are not the JSON of rules 1 to 3. The message repeats nothing of them; `code` is stable."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


def read_json(data: bytes, *, at_most: int) -> Any:
    """Return the value in `data`; raise `JsonRefused` if it breaks a rule."""
    # (1)
    if len(data) > at_most:
        raise JsonRefused(f"The document is larger than {at_most} bytes.", "too-large")
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_no_number,
            parse_int=_integer,
        )
    except JsonRefused:
        raise
    except (ValueError, RecursionError):
        raise JsonRefused("The document is not JSON in UTF-8.", "not-json") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # (2)
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonRefused("The document names a member twice.", "member-twice")
    return members


def _no_number(_text: str) -> NoReturn:
    # (3)
    raise JsonRefused("The document holds a number that is not an integer.", "not-integer")


def _integer(text: str) -> int:
    # (3)
    if len(text) > MAX_DIGITS:
        raise JsonRefused("The document holds an integer too long to be meant.", "not-integer")
    return int(text)

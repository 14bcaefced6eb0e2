"""The forms on docs/card-format.md, CDDL and texts: they let pass what our reader does."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

from citycard.core import claims, cose, text
from tests.support.forging import token_of
from tests.support.interop import AskOthers
from tests.vectors.document import fenced, vectors
from tests.vectors.vector import FOLDER

ZCBOR = FOLDER.parent / "interop" / "validate_with_zcbor.py"


# --- CDDL -------------------------------------------------------------------------------------------


def rules() -> dict[str, str]:
    """Return the rules of the CDDL that are one regular expression, by name."""
    return dict(re.findall(r'^([\w-]+) = tstr \.regexp "(.*)"$', fenced("cddl"), re.MULTILINE))


def fitting(ask_others: AskOthers, tokens: list[tuple[str, bytes]]) -> list[bool]:
    cddl = re.sub(r' \.regexp ".*"', "", fenced("cddl"))
    answer: list[bool] = ask_others(
        ZCBOR, {"cddl": cddl, "tokens": [{"rule": rule, "token": token.hex()} for rule, token in tokens]}
    )
    return answer


def test_every_card_that_is_well_written_fits_the_cddl(ask_others: AskOthers) -> None:
    """Whatever passed step 10: expired, revoked and accepted cards."""
    well_written = [vector for vector in vectors() if vector.expected.get("step", 99) > 10]
    fits = fitting(ask_others, [("card", token_of(vector.qr)) for vector in well_written])

    assert [vector.name for vector, good in zip(well_written, fits, strict=True) if not good] == []


def test_a_card_that_breaks_the_closed_schema_does_not_fit_the_cddl(ask_others: AskOthers) -> None:
    closed = {"cose-form", "header", "version", "claims-set", "claims-time", "claims-status", "identity-form",
              "identity-set", "identity-name", "identity-script"}  # fmt: skip
    broken = [vector for vector in vectors() if vector.reason in closed]
    fits = fitting(ask_others, [("card", token_of(vector.qr)) for vector in broken])

    assert len(broken) > 60
    assert [vector.name for vector, good in zip(broken, fits, strict=True) if good] == []


def test_a_status_list_fits_the_cddl_and_a_spoilt_one_does_not(ask_others: AskOthers) -> None:
    good = [vector for vector in vectors() if vector.expected["verdict"].startswith("OK")]
    spoilt = [f"list-{name}" for name in ("without-type", "without-ttl", "is-a-card", "of-3-bit", "of-another-type",
                                          "with-another-claim", "with-another-member", "unprotected")]  # fmt: skip
    held = [(vector.name, token) for vector in vectors() for token in vector.status.values()
            if vector in good or vector.name in spoilt]  # fmt: skip
    fits = fitting(ask_others, [("status-list", urlsafe_b64decode(token + "==")) for _, token in held])

    assert {name for (name, _), fit in zip(held, fits, strict=True) if not fit} == set(spoilt)


def texts() -> Iterator[tuple[str, Any, bool]]:
    """Give each rule of the CDDL that is a regular expression, a value that a vector has there, and whether it may."""
    for vector in vectors():
        if vector.expected.get("step", 99) < 10:
            continue
        said = cose.parse(token_of(vector.qr)).claims
        identity = said.get(169)
        fields = identity if type(identity) is dict else {}
        for key, rule in ((1, "card-number"), (3, "three-letters"), (8, "date-of-birth"), (20, "three-letters"),
                          (21, "location"), (23, "country")):  # fmt: skip
            if key in fields:
                yield rule, fields[key], claims.broken_field(key, fields[key]) is None
        entry = said.get(65535)
        if type(entry) is dict and type(entry.get("status_list")) is dict and "uri" in entry["status_list"]:
            yield "address", entry["status_list"]["uri"], claims.is_url(entry["status_list"]["uri"])


def test_the_regular_expressions_of_the_cddl_let_pass_what_the_reader_does() -> None:
    """They say less than the reader (no check character, no real days), so they are held to it one way."""
    caught = set()
    for rule, value, good in texts():
        if type(value) is str and re.fullmatch(rules()[rule], value) is None:
            assert not good, f"{rule} refuses {value!r}"
            caught.add(rule)

    assert caught == set(rules())


# --- texts ------------------------------------------------------------------------------------------


def points(language: str) -> set[int]:
    """Return the code points of a block of ranges."""
    found: set[int] = set()
    for first, last in re.findall(r"\b([0-9A-F]{4,6})(?:-([0-9A-F]{4,6}))?\b", fenced(language)):
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def refusal(value: str) -> str | None:
    try:
        text.check_text(value, at_most=100)
    except text.TextRefused as refused:
        return refused.code
    return None


def test_the_forbidden_code_points_are_those_of_the_page() -> None:
    forbidden = {point for point in range(0x110000) if refusal(f"x{chr(point)}x") == "text-forbidden"}

    assert points("codepoints") == forbidden


def test_the_marks_that_may_not_pile_up_are_those_of_the_page() -> None:
    marks, forbidden = points("marks"), points("codepoints")
    beside = (
        {point + step for point in marks for step in (-1, 1)} | set(range(0x02F0, 0x0380)) | set(range(0x1A00, 0x1E00))
    )
    for point in (marks | beside) - forbidden:
        piled = refusal("x" + chr(point) * 5)
        assert (piled == "text-marks") == (point in marks), hex(point)


def test_the_spaces_that_may_not_stand_at_an_end_are_those_of_the_page() -> None:
    forbidden = points("codepoints")
    spaces = {point for point in range(0x110000) if chr(point).isspace() and point not in forbidden}

    assert points("spaces") == spaces
    assert all(refusal(f"x{chr(point)}") == refusal(f"{chr(point)}x") == "text-form" for point in spaces)

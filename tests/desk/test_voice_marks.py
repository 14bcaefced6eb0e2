"""A tablet and the office make the same mark of a card, and the browser hands no key out."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from citycard.core.number import new_number
from citycard.operations import voice_marks
from tests.support.missing import missing_part

SCRIPT = Path(__file__).with_name("voice_marks.mjs")


RECORD = 1_800_000_000
HOURS = 3600
HERE, THERE = "https://port-sable.example", "https://rivemont.example"


def asked(**question: Any) -> dict[str, Any]:
    """What the tablet's modules say."""
    node = shutil.which("node")
    if node is None:
        missing_part("Node.js is not installed")
    done = subprocess.run(
        [node, "--experimental-default-type=module", "--no-warnings", str(SCRIPT)],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_javascript_and_python_make_the_same_marks() -> None:
    key = os.urandom(32)
    cards = [
        {"consultation": consultation, "issuer": issuer, "number": new_number(os.urandom)}
        for consultation in ("aaaaaaaaaaaaaaaa", "z234567z234567zz")
        for issuer in ("https://port-sable.example", "https://rivemont.example/" + "x" * 170)
        for _ in range(5)
    ]

    said = asked(key=base64.b64encode(key).decode(), cards=cards, shown=[])

    assert said["marks"] == [
        voice_marks.mark_of(key, consultation_id=card["consultation"], issuer=card["issuer"], number=card["number"])
        for card in cards
    ]
    assert (said["own"], said["same"], said["overwritten"]) == (True, False, True)
    assert said["refusedToHandOut"] == ["rejected", "rejected"]
    assert said["refused"] == "TypeError"
    assert len(set(said["receipts"])) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", receipt) for receipt in said["receipts"])


def test_of_two_cards_of_one_holder_one_never_counts() -> None:
    """The old one is ended on the list, or the new one is issued after the record day; an older list counts nobody."""

    def card(*, issued: int = -9 * HOURS, listed: int = HOURS, issuer: str = HERE) -> dict[str, Any]:
        return {"issuer": issuer, "issuedAt": RECORD + issued, "listedAt": RECORD + listed}

    def at(*, others: bool = False) -> dict[str, Any]:
        return {"own": HERE, "otherCities": others, "record": RECORD}

    said = asked(
        key=base64.b64encode(bytes(32)).decode(),
        cards=[{"consultation": "a", "issuer": "b", "number": "c"}],
        shown=[
            [card(), at()],
            [card(issued=-24 * HOURS, listed=0), at()],
            [card(issued=0), at()],
            [card(listed=-1), at()],
            [card(issued=0, listed=-1), at()],
            [card(issuer=THERE), at()],
            [card(issuer=THERE), at(others=True)],
            [card(issuer=THERE, listed=-1), at(others=True)],
            [{"issuer": HERE, "issuedAt": RECORD - 1, "listedAt": None}, at()],
            [{"issuer": HERE, "issuedAt": None, "listedAt": RECORD}, at()],
        ],
    )

    assert said["hinders"] == [None, None, "table", "list", "list", "city", None, "list", "list", "table"]

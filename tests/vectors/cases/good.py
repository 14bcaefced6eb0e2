"""Cards as cities write them."""

from __future__ import annotations

import zlib
from datetime import date, timedelta

from citycard.core import base45
from citycard.core.keys import KeyState
from tests.support.cities import NOW, PORTRAIT
from tests.support.forging import claims_of, header_of, signed_code, token_of
from tests.vectors.cases import BOTH, HERE, PORT_SABLE, RIVEMONT
from tests.vectors.vector import Vector, accepted


def vectors() -> list[Vector]:
    """Return cards that every reader accepts."""
    plain = PORT_SABLE.claims()
    text = PORT_SABLE.card()
    everything = {
        "portrait": PORTRAIT,
        "language": "fra",
        "own_script_name": "ليوني مارشفير",
        "own_script_language": "ara",
        "address": "12 quai des Tamaris\nPort-Sable",
    }
    found = [
        accepted("full-es256", "A full code signed with ES256, as most cities write it.", text, plain, cities=HERE),
        accepted(
            "full-eddsa",
            "A full code signed with Ed25519 under algorithm -8, of a city whose address has a path.",
            RIVEMONT.card(),
            RIVEMONT.claims(),
            cities=BOTH,
        ),
        accepted(
            "full-ed25519-minus-19",
            "The same algorithm under its newer number, -19 (RFC 9864).",
            signed_code(RIVEMONT, claims_of(RIVEMONT), header=header_of(RIVEMONT) | {1: -19}),
            RIVEMONT.claims(),
            cities=BOTH,
        ),
        accepted(
            "light-es256",
            "A light code: number, status and days, nothing of the holder.",
            PORT_SABLE.card(light=True),
            PORT_SABLE.claims(light=True),
            cities=HERE,
        ),
        accepted(
            "light-eddsa",
            "A light code signed with Ed25519.",
            RIVEMONT.card(light=True),
            RIVEMONT.claims(light=True),
            cities=BOTH,
        ),
        accepted(
            "full-with-status-index-0",
            "The first place in the list.",
            PORT_SABLE.card(status_index=0),
            PORT_SABLE.claims(status_index=0),
            cities=HERE,
        ),
        accepted(
            "retired-key",
            "The key is retired, but was in use on the day of issue.",
            text,
            plain,
            cities=(PORT_SABLE.with_card_key(state=KeyState.RETIRED, last_day=date(2026, 1, 31)),),
        ),
        accepted(
            "desk-accepts-the-city",
            "The desk names the cities it accepts, this one among them.",
            text,
            plain,
            cities=BOTH,
            desk={"accepts": [PORT_SABLE.url]},
        ),
        accepted(
            "issued-today",
            "Issued on the day on which it is read.",
            PORT_SABLE.card(issued_on=NOW.date()),
            PORT_SABLE.claims(issued_on=NOW.date()),
            cities=HERE,
        ),
        accepted(
            "another-card-revoked",
            "The neighbours in the list are revoked and suspended; this card is not.",
            text,
            plain,
            cities=HERE,
            status={PORT_SABLE.status_uri: PORT_SABLE.status_list({422: 1, 424: 2, 421: 3, 425: 1})},
        ),
        accepted(
            "list-signed-ahead-of-the-readers-clock",
            "The list says it was signed five minutes from now: clocks differ, it counts as new.",
            text,
            plain,
            cities=HERE,
            status={PORT_SABLE.status_uri: PORT_SABLE.status_list(issued_at=NOW + timedelta(minutes=5))},
        ),
        *(
            accepted(
                f"list-of-{bits}-bit",
                f"A list with {bits} bit for each card.",
                text,
                plain,
                cities=HERE,
                status={PORT_SABLE.status_uri: PORT_SABLE.status_list({422: 1, 424: 1}, bits=bits)},
            )
            for bits in (1, 4, 8)
        ),
        *(
            accepted(
                f"zlib-level-{level}",
                f"The same token compressed at level {level}: compression is not signed, any whole stream will do.",
                base45.encode(zlib.compress(token_of(text), level)),
                plain,
                cities=HERE,
            )
            for level in (0, 1)
        ),
    ]
    for name, description, changes in (
        ("full-with-portrait", "A full code with a WebP portrait of 72x96.", {"portrait": PORTRAIT}),
        ("full-with-everything", "Every field that a code may have.", everything),
        ("full-name-only", "Number and name, nothing else.", dict.fromkeys(
            ("given_name", "family_name", "date_of_birth", "location", "country"))),
        ("birth-year-only", "Only the year of birth is known.", {"date_of_birth": "1991"}),
        ("birth-unknown", "The date of birth is unknown or not wanted.", {"date_of_birth": None}),
        ("name-arabic", "A name written from right to left.", {"full_name": "ليلى الرملي"}),
        ("name-chinese", "A name of three characters.", {"full_name": "王小明"}),
        ("name-beyond-16-bits", "A name with a character that UTF-16 writes in two halves.", {"full_name": "𠮷野家"}),
        ("name-vietnamese", "Two marks on one letter.", {"full_name": "Nguyễn Thị Ánh Tuyết"}),
        ("name-persian-joiner", "A zero-width non-joiner, which Persian needs.", {"full_name": "می‌خواهم"}),
        ("name-sinhala-joiner", "A zero-width joiner, which Sinhala needs.", {"full_name": "ක්‍ෂණ"}),
        ("name-four-marks", "Four combining marks on one letter, the most allowed.",
         {"full_name": "x" + "\u0316\u0317\u0318\u0319"}),
        ("name-with-markup", "Markup is text: it is shown, never interpreted.",
         {"full_name": "<b onclick=x>Anna & Bell</b>"}),
        ("address-five-lines", "An address of five lines.", {"address": "1\n2\n3\n4\n5"}),
    ):  # fmt: skip
        found.append(accepted(name, description, PORT_SABLE.card(**changes), PORT_SABLE.claims(**changes), cities=HERE))
    return found

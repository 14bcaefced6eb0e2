"""What a card may say: steps 9 and 10. Every code here is really signed by Port-Sable."""

from __future__ import annotations

from typing import Any

from citycard.core.claims import MAX_VALIDITY
from tests.support.cities import PORTRAIT
from tests.support.forging import claims_of, signed_code
from tests.vectors.cases import HERE, PORT_SABLE
from tests.vectors.vector import Vector, accepted, refused

FULL = {
    "portrait": PORTRAIT,
    "own_script_name": "ليوني مارشفير",
    "own_script_language": "ara",
}
DROP = object()


def spoilt(changes: dict[Any, Any], *, identity: dict[Any, Any] | None = None) -> str:
    """Return a signed code with claims, and fields of claim 169, set or dropped."""
    claims = claims_of(PORT_SABLE, **FULL)
    claims[169] = _changed(claims[169], identity or {})
    return signed_code(PORT_SABLE, _changed(claims, changes))


def _changed(pairs: dict[Any, Any], changes: dict[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in (pairs | changes).items() if value is not DROP}


def vectors() -> list[Vector]:
    """Return signed cards that break the closed schema, and some at its limits."""
    uri = PORT_SABLE.status_uri
    issued = PORT_SABLE.claims().issued_at

    def entry(**values: Any) -> dict[Any, Any]:
        return {65535: {"status_list": {"idx": 423, "uri": uri} | values}}

    claims = [
        ("claim-expiry-missing", "No expiry.", {4: DROP}, "claims-set"),
        ("claim-identity-missing", "No claim 169.", {169: DROP}, "claims-set"),
        ("claim-status-missing", "No status: a card that nobody can end.", {65535: DROP}, "claims-set"),
        ("claim-subject", "A subject: one more handle to follow a person by.", {2: "x"}, "claims-set"),
        ("claim-not-before", "A claim that the profile does not have.", {5: issued}, "claims-set"),
        ("claim-token-id", "A token id.", {7: b"\x01"}, "claims-set"),
        ("claim-of-a-newer-list", "The claims of a status list in a card.", {65533: {}}, "claims-set"),
        ("claim-text-label", "A label that is a text.", {"iss": "x"}, "claims-set"),
        ("claim-expiry-text", "The expiry as a text.", {4: "1926198000"}, "claims-time"),
        ("claim-expiry-true", "The expiry is true.", {4: True}, "claims-time"),
        ("claim-expiry-negative", "The expiry before 1970.", {4: -1}, "claims-time"),
        ("claim-expiry-2-63", "The expiry 2^63.", {4: 2**63}, "claims-time"),
        ("claim-expiry-beyond-safe-integers", "The expiry 2^53 + 1.", {4: 2**53 + 1}, "claims-time"),
        ("claim-expiry-before-issue", "It ends before it begins.", {4: issued - 1}, "claims-order"),
        ("claim-validity-30-years", "Thirty years: longer than any programme's card.",
         {4: issued + 30 * 365 * 86400}, "claims-validity"),
        ("claim-status-list", "The status is a list.", {65535: []}, "claims-status"),
        ("claim-status-other-kind", "A status of another kind.", {65535: {"identifier_list": {}}}, "claims-status"),
        ("claim-status-two-kinds", "A second kind of status beside it.",
         {65535: {"status_list": {"idx": 423, "uri": uri}, "x": 0}}, "claims-status"),
        ("claim-status-index-missing", "No index.", {65535: {"status_list": {"uri": uri}}}, "claims-status"),
        ("claim-status-index-text", "The index as a text.", entry(idx="423"), "claims-status"),
        ("claim-status-index-true", "The index is true.", entry(idx=True), "claims-status"),
        ("claim-status-index-negative", "The index is -1.", entry(idx=-1), "claims-status"),
        ("claim-status-index-2-32", "The index is 2^32.", entry(idx=2**32), "claims-status"),
        ("claim-status-http", "The list without encryption.", entry(uri="http://port-sable.example/status/1"),
         "claims-url"),
        ("claim-status-script", "A script as an address.", entry(uri="javascript:alert(1)"), "claims-url"),
        ("claim-status-uri-long", "An address of 201 characters.",
         entry(uri=uri + "/" + "x" * (200 - len(uri))), "claims-url"),
        ("identity-list", "Claim 169 is a list.", {169: []}, "identity-form"),
        ("identity-bytes", "Claim 169 is a byte string, as in the specification's own example.",
         {169: b"\xa1\x01\x61x"}, "identity-form"),
        ("identity-empty", "Claim 169 is empty.", {169: {}}, "identity-form"),
    ]  # fmt: skip
    fields = [
        ("number-missing", "No card number.", {1: DROP}, "identity-set"),
        ("number-check-character", "A slip in the number.", {1: "4VAAV5S75SNZZ6JQ"}, "identity-number"),
        ("number-lower-case", "The number in lower case.", {1: "4vaav5s75snzz6jp"}, "identity-number"),
        ("number-integer", "The number is an integer.", {1: 5}, "identity-number"),
        ("version-missing", "No version.", {2: DROP}, "identity-form"),
        ("name-missing", "Fields of a full code without the name.", {4: DROP}, "identity-name"),
        ("name-empty", "An empty name.", {4: ""}, "identity-full-name"),
        ("name-blank", "A name of one space.", {4: " "}, "identity-full-name"),
        ("name-bytes", "The name as bytes.", {4: b"Anna"}, "identity-full-name"),
        ("name-10000", "A name of 10,000 characters.", {4: "a" * 10_000}, "identity-full-name"),
        ("name-line-end", "A line end in the name.", {4: "Anna\nBell"}, "identity-full-name"),
        ("name-nul", "A zero character in the name.", {4: "Anna\0Bell"}, "identity-full-name"),
        ("name-bidi-override", "A control that reverses what follows.", {4: "Anna \u202elleB"}, "identity-full-name"),
        ("name-bidi-isolate", "A control that isolates what follows.", {4: "\u2066Anna\u2069"}, "identity-full-name"),
        ("name-arabic-letter-mark", "An invisible mark of direction.", {4: "Anna\u061c"}, "identity-full-name"),
        ("name-zero-width-space", "A space without width.", {4: "An\u200bna"}, "identity-full-name"),
        ("name-soft-hyphen", "A hyphen that is not shown.", {4: "An\u00adna"}, "identity-full-name"),
        ("name-hangul-filler", "A letter that is not shown.", {4: "\u3164"}, "identity-full-name"),
        ("name-variation-selector", "A mark that changes nothing here.", {4: "Anna\ufe0f"}, "identity-full-name"),
        ("name-tag-character", "An invisible tag.", {4: "Anna\U000e0041"}, "identity-full-name"),
        ("name-private-use", "A character that means what two people agreed on.", {4: "Anna\ue000"},
         "identity-full-name"),
        ("name-noncharacter", "No character at all.", {4: "Anna\uffff"}, "identity-full-name"),
        ("name-replacement", "The sign of a broken text.", {4: "Ann\ufffd"}, "identity-full-name"),
        ("name-decomposed", "e and accent apart: not in composed form.", {4: "Le\u0301onie"}, "identity-full-name"),
        ("name-compatibility", "The ångström sign, which composes to a letter.", {4: "\u212bsa"},
         "identity-full-name"),
        ("name-two-spaces", "Two spaces.", {4: "Anna  Bell"}, "identity-full-name"),
        ("name-space-after", "A space after the name.", {4: "Anna "}, "identity-full-name"),
        ("name-no-break-space-after", "A no-break space after the name.", {4: "Anna\u00a0"}, "identity-full-name"),
        ("name-mark-flood", "Twenty marks on one letter.", {4: "A" + "\u0316" * 20}, "identity-full-name"),
        ("name-five-marks-composed", "Four marks on a letter that composes one of its own.",
         {4: "\u1e69" + "\u0316" * 3}, "identity-full-name"),
        ("given-name-list", "Two given names in a list.", {5: ["Anna", "Lea"]}, "identity-given-name"),
        ("birth-impossible", "The 31st of April.", {8: "19910431"}, "identity-date-of-birth"),
        ("birth-month-only", "Year and month: a form that nobody defined.", {8: "199104"}, "identity-date-of-birth"),
        ("birth-with-hyphens", "Another way to write a date.", {8: "1991-04-23"}, "identity-date-of-birth"),
        ("birth-other-digits", "Digits of another script.", {8: "١٩٩١"}, "identity-date-of-birth"),
        ("birth-integer", "The date as an integer.", {8: 19910423}, "identity-date-of-birth"),
        ("portrait-without-format", "A portrait without its format.", {17: DROP}, "identity-portrait"),
        ("portrait-format-alone", "A format without a portrait.", {16: DROP}, "identity-portrait"),
        ("portrait-format-jpeg", "A portrait that says it is JPEG.", {17: 1}, "identity-portrait"),
        ("portrait-jpeg", "A JPEG that says it is WebP.", {16: b"\xff\xd8\xff\xe0" + bytes(40)}, "identity-portrait"),
        ("portrait-text", "The portrait as a text.", {16: "UklGRg"}, "identity-portrait"),
        ("portrait-empty", "An empty portrait.", {16: b""}, "identity-portrait"),
        ("script-without-language", "A name in its script without the language.", {20: DROP}, "identity-script"),
        ("language-two-letters", "A language code of two letters.", {3: "fr"}, "identity-language"),
        ("country-three-letters", "A country code of three letters.", {23: "FRA"}, "identity-country"),
        ("country-lower-case", "A country code in lower case.", {23: "fr"}, "identity-country"),
        ("location-space", "A location code with a space.", {21: "PS 04"}, "identity-location"),
        ("address-six-lines", "An address of six lines.", {10: "1\n2\n3\n4\n5\n6"}, "identity-address"),
        ("address-empty-line", "An address with an empty line.", {10: "1\n\n3"}, "identity-address"),
        ("address-carriage-return", "An address with other line ends.", {10: "1\r\n2"}, "identity-address"),
        *(
            (f"never-{name}", f"Claim 169 has no place for {name.replace('-', ' ')} on our cards.", {key: "1"},
             "identity-set")
            for key, name in ((9, "gender"), (11, "e-mail"), (12, "telephone"), (13, "nationality"),
                              (14, "marital-status"), (15, "guardian"), (18, "best-fingers"), (22, "legal-status"),
                              (50, "biometrics"), (62, "a-face-template"), (99, "an-unknown-field"))
        ),
    ]  # fmt: skip
    long_name = "é" * 100
    limit = signed_code(PORT_SABLE, claims_of(PORT_SABLE) | {4: issued + MAX_VALIDITY})
    longest = PORT_SABLE.claims()._replace(expires_at=issued + MAX_VALIDITY)
    return [
        *(refused(n, d, spoilt(changes), "MALFORMED", 10, reason, cities=HERE) for n, d, changes, reason in claims),
        *(
            refused(n, d, spoilt({}, identity=changes), "MALFORMED", 10, reason, cities=HERE)
            for n, d, changes, reason in fields
        ),
        *(
            refused(name, description, spoilt({}, identity={2: version}), "UNSUPPORTED", 9, "version", cities=HERE)
            for name, description, version in (
                ("version-2", "A newer profile: the reader must be updated.", "2"),
                ("version-integer", "The version as an integer is another version.", 1),
                ("version-null", "The version is null.", None),
            )
        ),
        refused("version-2-other-schema", "A newer profile may say anything: still UNSUPPORTED, not MALFORMED.",
                spoilt({99: "x"}, identity={2: "2", 4: 5, 77: []}), "UNSUPPORTED", 9, "version", cities=HERE),
        accepted("name-longest", "A name of 100 characters.", PORT_SABLE.card(full_name=long_name),
                 PORT_SABLE.claims(full_name=long_name), cities=HERE, kind="edge"),
        refused("name-too-long", "A name of 101 characters.", spoilt({}, identity={4: "é" * 101}), "MALFORMED", 10,
                "identity-full-name", cities=HERE, kind="edge"),
        accepted("validity-longest", "Valid for 15 x 366 days, the longest.", limit, longest, cities=HERE,
                 kind="edge"),
        refused("validity-too-long", "One second longer.", spoilt({4: issued + MAX_VALIDITY + 1}), "MALFORMED", 10,
                "claims-validity", cities=HERE, kind="edge"),
        refused("validity-none", "It ends in the second in which it begins.", spoilt({4: issued}), "MALFORMED", 10,
                "claims-order", cities=HERE, kind="edge"),
        accepted("birth-leap-day", "Born on a 29th of February.", PORT_SABLE.card(date_of_birth="20000229"),
                 PORT_SABLE.claims(date_of_birth="20000229"), cities=HERE, kind="edge"),
        refused("birth-no-leap-day", "A 29th of February that was not.", spoilt({}, identity={8: "19000229"}),
                "MALFORMED", 10, "identity-date-of-birth", cities=HERE, kind="edge"),
        accepted("birth-earliest", "The earliest date of birth.", PORT_SABLE.card(date_of_birth="18500101"),
                 PORT_SABLE.claims(date_of_birth="18500101"), cities=HERE, kind="edge"),
        refused("birth-too-early", "The day before it.", spoilt({}, identity={8: "18491231"}), "MALFORMED", 10,
                "identity-date-of-birth", cities=HERE, kind="edge"),
    ]  # fmt: skip

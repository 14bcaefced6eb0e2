"""One office, two desks: the staff's page asks the server, the device asks its bundle, and both say the same.

The office is Port-Sable on its Monday, with its own register of services, its own cards, and partners in every state.
What the staff's page would show is `citycard.web.desk.seen`'s; what the device shows is `answer.js`'s.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.orm import Session

from citycard.core.claims import Identity
from citycard.core.issue import card_claims, encode
from citycard.core.keys import Algorithm, KeyUse
from citycard.core.verdicts import Verdict
from citycard.core.verify import VerifiedCard
from citycard.keystore.ring import Purpose
from citycard.operations import status_lists
from citycard.operations.check import AskedFor, Checker, Trusted
from citycard.operations.desk_bundle import Bundles, device_fingerprint
from citycard.partners import chain
from citycard.services.decision import Decision
from citycard.services.reading import read_services
from citycard.services.service import Service
from citycard.store.partners import Agreement, Partner, PartnerList, PartnerState
from citycard.web.desk import seen
from citycard.web.verdicts import reason_for, said
from tests.desk.bundles import Town, content
from tests.desk.bundles import bundle as signed_bundle
from tests.desk.conftest import Desk
from tests.support import forging
from tests.support.cities import LEONIE, NOW, PORTRAIT, City, SigningKey
from tests.support.office import make_office
from tests.support.opens import SERVICES
from tests.support.town_hall import MONDAY, TownHall

MORE = """
[[service]]
id = "registration"
category = "school"
names = { fr = "Inscription" }
benefit = { fr = "Une place." }
needs = ["resident", "age-band", "name", "portrait"]
level = "discount"
visitors = "yes"
age = { from = 3, to = 17 }
bands = [{ to = 5, gives = { fr = "maternelle" } }]

[[service]]
id = "beach"
category = "sports"
names = { fr = "Plage" }
benefit = { fr = "Un parasol." }
needs = ["portrait"]
level = "discount"
visitors = "by-agreement"
from = 2026-06-01
until = 2026-11-23

[[service]]
id = "skating"
category = "sports"
names = { fr = "Patinoire" }
benefit = { fr = "Les patins." }
needs = []
level = "discount"
visitors = "no"
from = 2026-12-01
"""

REGISTER = read_services((SERVICES + MORE).encode(), language="fr")

TODAY = MONDAY.date()

MOMENTS = (
    MONDAY,
    MONDAY.replace(hour=22, minute=59, second=59),  # the last second of the day in Port-Sable
    MONDAY.replace(hour=23),
    MONDAY + timedelta(days=1, hours=2),
    MONDAY + timedelta(days=6),
    MONDAY + timedelta(days=20, hours=23),
)


@dataclass(frozen=True)
class Stage:
    """An office, its bundle of Monday morning, and cards that people show."""

    hall: TownHall
    bundle: bytes
    cards: dict[str, str]

    def on_device(self, now: datetime) -> dict[str, Any]:
        file, mark = base64.b64encode(self.bundle).decode(), device_fingerprint(self.hall.office).sha256.hex()
        return {"bundle": file, "fingerprint": mark, "now": int(now.timestamp())}


def write(
    session: Session, one: Town, *lists: bytes, agreed: Mapping[str, dict[str, Any]] | None = None, **told: Any
) -> None:
    """Put a partner into the register, as after ceremony and synchronisation."""
    partner = Partner(
        issuer=one.city.url,
        source=one.city.url,
        root_fingerprint=one.fingerprint.hex(),
        trusted_root=one.roots[0],
        statement=one.papers.statement,
        chain=chain.pack(one.papers.roots, one.papers.targets),
        last_success=MONDAY,
        **{"state": PartnerState.RECOGNISED, **told},
    )
    session.add(partner)
    session.flush()
    for token in lists:
        session.add(PartnerList(uri=one.city.status_uri, partner_id=partner.id, token=token, fetched_at=MONDAY))
    for service, terms in (agreed or {}).items():
        session.add(Agreement(**{"partner_id": partner.id, "service": service, "first_day": TODAY, **terms}))


AGREED: dict[str, dict[str, Any]] = {
    "library": {},
    "pool": {"last_day": TODAY},
    "beach": {"first_day": TODAY + timedelta(days=1)},
}
"""What Rivemont's cards open in Port-Sable by agreement."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("desks")
    hall = TownHall(make_office(folder), seed=7)
    hall.publish_lists()
    fresh, old = MONDAY - timedelta(minutes=5), MONDAY - timedelta(hours=30)
    rivemont = replace(Town.named("Rivemont", ecdsa=True), statuses={1: 1, 2: 2, 3: 3})
    others = [Town.named(name) for name in ("Vieux-Lac", "Nouvelle-Anse", "Brisefer", "Longue-Halte")]
    vieux_lac, nouvelle_anse, brisefer, longue_halte = others
    with hall.session() as session:
        write(session, rivemont, rivemont.status_list(issued_at=fresh), agreed=AGREED)
        hours = {"library": {"list_hours": 36}, "pool": {"list_hours": 24}}
        write(session, vieux_lac, vieux_lac.status_list(issued_at=old), agreed=hours)
        write(session, nouvelle_anse)
        write(session, brisefer, brisefer.status_list(issued_at=fresh), compromised=brisefer.thumbprint(KeyUse.CARD))
        token = longue_halte.status_list(issued_at=fresh)
        write(session, longue_halte, token, agreed={"library": {}}, state=PartnerState.SUSPENDED)
    with hall.session() as session:
        bundle = Bundles().current(session, hall.ring, services=REGISTER, now=MONDAY).data
    cards = {**own_cards(hall), **cards_of(rivemont.city)}
    cards |= {other.city.name: other.city.card(portrait=PORTRAIT) for other in others}
    cards["a stranger"] = City.named("Ailleurs").card()
    yield Stage(hall, bundle, cards)
    hall.close()


PEOPLE: dict[str, dict[str, Any]] = {
    "Léonie": {"portrait": PORTRAIT},
    "nobody knows her birthday": {"date_of_birth": None},
    "born in 1996": {"date_of_birth": "1996", "portrait": PORTRAIT},
    "seventeen until tomorrow": {"date_of_birth": "20081124"},
    "six today": {"date_of_birth": "20201123", "portrait": PORTRAIT},
    "six tomorrow": {"date_of_birth": "20201124"},
    "in her own script": {"own_script_name": "ليوني", "own_script_language": "ara"},
    "a portrait that is none": {"portrait": b"RIFF\x20\0\0\0WEBPVP8 " + bytes(24)},
}


def own_cards(hall: TownHall) -> dict[str, str]:
    """Cards of Port-Sable, as its key signs them."""
    entry = hall.ring[Purpose.CARD][0]
    sign = hall.ring.sign_with(entry)
    with hall.session() as session:
        uri = status_lists.uris(session)[0]

    def card(identity: Identity, *, expires_on: date = date(2031, 11, 22)) -> str:
        claims = card_claims(
            issuer=hall.office.settings.issuer,
            identity=identity,
            issued_on=TODAY,
            expires_on=expires_on,
            zone=hall.office.settings.zone,
            status_index=12,
            status_uri=uri,
        )
        return encode(claims, key=entry.pinned, sign=sign)

    found = {f"own, {name}": card(LEONIE._replace(**said)) for name, said in PEOPLE.items()}
    found["own, small code"] = card(LEONIE.light())
    found["own, last day today"] = card(LEONIE, expires_on=TODAY)
    return found


def cards_of(city: City) -> dict[str, str]:
    """Cards of a partner, good ones and others."""
    newer = forging.claims_of(city)
    newer[169] = {**newer[169], 2: "2"}
    thief = SigningKey("a thief")
    found = {f"theirs, {name}": city.card(**said) for name, said in PEOPLE.items()}
    found |= {
        "theirs, small code": city.card(light=True),
        "theirs, ended": city.card(status_index=1),
        "theirs, suspended": city.card(status_index=2),
        "theirs, another number in the list": city.card(status_index=3),
        "theirs, outside the list": city.card(status_index=99_999),
        "theirs, over": city.card(expires_on=TODAY - timedelta(days=1)),
        "theirs, from tomorrow": city.card(issued_on=TODAY + timedelta(days=1)),
        "theirs, newer": forging.signed_code(city, newer),
        "theirs, forged": forging.code(forging.sign1(forging.header_of(city), forging.claims_of(city), thief.sign)),
        "theirs, a list": forging.code(city.status_list()),
        "their bundle key's": city.card(signed_by=SigningKey("Rivemont desk bundle")),
        "no card": "HELLO",
        "an address": "https://port-sable.example/",
        "lower case": city.card().lower(),
        "nothing": "",
    }
    return found


# --- what the staff's page says ---------------------------------------------------------------------------------


def in_words(shown: seen.Seen) -> dict[str, Any]:
    """What a page of the office shows, in the words of answer.js. A face is compared as being there."""
    found = {
        "name": shown.name,
        "ownName": shown.own_name,
        "ownLanguage": shown.own_language,
        "portrait": shown.face and True,
        "city": shown.city,
        "lastDay": shown.last_day and shown.last_day.isoformat(),
        "resident": shown.resident,
        "band": shown.by_age,
    }
    here = {name: value for name, value in found.items() if value is not None}
    return {**here, "notChecked": list(shown.not_checked), "full": shown.full}


def shown_for(card: VerifiedCard, service: Service, decision: Decision) -> dict[str, Any]:
    told = cast(Any, SimpleNamespace(by_age=[band_of(service, place) for place in range(len(service.bands))]))
    page = seen.show_for(card, service, decision, told=told)
    return {**in_words(page), "ageCounts": page.age_counts, "askAge": page.ask_age}


def band_of(service: Service, place: int) -> dict[str, Any]:
    band = service.bands[place]
    return {"ages": {"from": band.ages.lowest, "to": band.ages.highest}, "gives": dict(band.gives)}


@dataclass(frozen=True)
class Office:
    """The staff's page at one moment."""

    session: Session
    checker: Checker
    trusted: Trusted
    now: datetime
    today: date


def offices(stage: Stage, session: Session) -> list[Office]:
    """A checker of its own for each moment, as the bundle is read at each: both know only lists that still count."""
    found = []
    for now in MOMENTS:
        checker = Checker(stage.hall.office, stage.hall.counters)
        today = stage.hall.office.settings.today(now)
        found.append(Office(session, checker, checker.trusted(session, now=now), now, today))
    return found


def at_the_office(here: Office, text: str, service: Service | None) -> dict[str, Any]:
    """What the staff's page would say, in the words of answer.js."""
    asked = AskedFor(service, REGISTER) if service else None
    trusted, today = here.trusted, here.today
    outcome = here.checker.check(here.session, text, service="x", now=here.now, asked=asked)
    card = outcome.card
    found: dict[str, Any] = {
        "verdict": outcome.verdict.value,
        "reason": reason_for(text, outcome.verdict, outcome.reason),
        "kind": said(outcome.verdict).kind,
        "shows": None,
        "opens": [one.id for one in outcome.opens],
        "ownOrVisitor": None,
        "listAge": None,
    }
    if card is None:
        return found
    ours = card.issuer.url == trusted.own
    if service is None:
        there = [one for one in REGISTER if not one.is_over(today)]
        opens = there if ours else trusted.opened_to(card.issuer.url, REGISTER, today)
        page = seen.show(card)
        assert page.list_age is not None
        found |= {"shows": in_words(page), "opens": [one.id for one in opens], "listAge": page.list_age.total_seconds()}
        return found | {"ownOrVisitor": "own" if ours else "visitor"}
    assert outcome.decision is not None
    resident = outcome.decision.resident
    whose = {True: "own", False: "visitor", None: None}[resident]
    return found | {"shows": shown_for(card, service, outcome.decision), "ownOrVisitor": whose}


def without_pictures(answer: dict[str, Any]) -> dict[str, Any]:
    shows = answer["shows"]
    return {**answer, "shows": {**shows, "portrait": True}} if shows and "portrait" in shows else answer


def test_the_device_says_what_the_office_says(stage: Stage, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every card, for every service and for none: verdict, reason, services opened, what is shown. On later days, for
    those services that a day changes.
    """
    monkeypatch.setattr(seen, "name_of", lambda city: dict(city.names))
    by_day = [service for service in REGISTER if service.id in ("library", "pool", "market", "beach")]
    asked = [
        (place, card, service)
        for place in range(len(MOMENTS))
        for card, service in product(stage.cards.items(), (None, *(by_day if place else REGISTER)))
    ]

    theirs = desk.say(
        "answer",
        [
            {"bundle": place, "text": text, "service": service and service.id, "now": int(MOMENTS[place].timestamp())}
            for place, (_, text), service in asked
        ],
        common={"bundles": [stage.on_device(now) for now in MOMENTS]},
    )

    with stage.hall.session() as session:
        there = offices(stage, session)
        ours = [at_the_office(there[place], text, service) for place, (_, text), service in asked]
    wrong = [
        (name, service and service.id, MOMENTS[place].isoformat(), a, b)
        for (place, (name, _), service), a, b in zip(asked, ours, theirs, strict=True)
        if a != (without_pictures(b) if isinstance(b, dict) else b)
    ]
    assert not wrong, f"{len(wrong)} of {len(asked)} differ: " + "\n".join(map(str, wrong[:4]))
    assert {each["verdict"] for each in ours} == set(Verdict)
    reasons = {each["reason"] for each in ours}
    assert {"partner-suspended", "list-older-than-agreed", "no-agreement", "residents-only", "other-code"} <= reasons
    assert {"too-young", "too-old", "over", "not-yet", "not-today", "list-missing", "key-compromised"} <= reasons


def ask(stage: Stage, desk: Desk, *values: dict[str, Any], read_at: datetime = MONDAY, **options: Any) -> list[Any]:
    """Ask a device that read its bundle at some moment."""
    plain = {"bundle": 0, "text": stage.cards["own, Léonie"], "service": None, "now": int(MONDAY.timestamp())}
    questions = [{**plain, **value} for value in values]
    return desk.say("answer", questions, common={"bundles": [stage.on_device(read_at)]}, **options)


def test_the_portrait_is_the_cards_and_shown_where_it_is_needed(stage: Stage, desk: Desk) -> None:
    plain, registry, library = ask(stage, desk, {"service": None}, {"service": "registry"}, {"service": "library"})

    picture = base64.b64encode(PORTRAIT).decode()
    assert plain["shows"]["portrait"] == registry["shows"]["portrait"] == picture
    assert "portrait" not in library["shows"]


def test_only_good_cards_show_anything_and_never_a_birth_date_or_a_number(stage: Stage, desk: Desk) -> None:
    services = [None, *(service.id for service in REGISTER)]
    said = ask(
        stage, desk, *({"text": text, "service": service} for text, service in product(stage.cards.values(), services))
    )

    for answer in said:
        assert (answer["shows"] is not None) == (answer["verdict"] in ("OK", "OK_STALE"))
        text = str({**answer, "shows": {**(answer["shows"] or {}), "portrait": None}})
        for secret in ("1991", "04-23", "2008", "2020", "1996", LEONIE.number, "PS-04"):
            assert secret not in text
        if answer["shows"] is None:
            assert "Marchevert" not in text
            assert answer["ownOrVisitor"] is answer["listAge"] is None


def test_every_card_of_a_city_is_told_the_same_of_what_opens(stage: Stage, desk: Desk) -> None:
    theirs = [text for name, text in stage.cards.items() if name.startswith("theirs, ") and "small" not in name]
    said = ask(stage, desk, *({"text": text, "service": "registry"} for text in theirs))

    refused = [answer for answer in said if answer["reason"] == "residents-only"]
    assert len(refused) == len(PEOPLE)
    # Also what is for young people alone: whether this holder is young is not said.
    assert {tuple(answer["opens"]) for answer in refused} == {
        ("library", "pool", "museum", "market", "youth-club", "registration")
    }


def test_a_bundle_that_ended_while_it_was_held_decides_nothing(stage: Stage, desk: Desk) -> None:
    """A page that is open for weeks has read its bundle once. Lists of the same minute would still do."""
    late = int((MONDAY + timedelta(days=21)).timestamp())
    cards, services = stage.cards, (None, "library")
    texts = [cards["own, Léonie"], cards["theirs, Léonie"], cards["Longue-Halte"], cards["theirs, ended"], "HELLO"]

    said = ask(
        stage, desk, *({"text": text, "service": service, "now": late} for text, service in product(texts, services))
    )

    assert [answer["verdict"] for answer in said] == [*["STALE_STATUS"] * 6, *["REVOKED"] * 2, *["MALFORMED"] * 2]
    assert all(answer["shows"] is None and answer["opens"] == [] for answer in said)


def test_a_clock_that_was_set_back_decides_nothing(stage: Stage, desk: Desk) -> None:
    """Ten minutes are forgiven; on an earlier day every list would look new, and nobody's card ended."""
    back = [600, 601, 86_400]
    times = [{"now": int(MONDAY.timestamp()) - seconds, "service": "museum"} for seconds in back]

    said = ask(stage, desk, *times)

    assert [(answer["verdict"], answer["reason"]) for answer in said] == [
        ("OK", ""),
        ("STALE_STATUS", "clock"),
        ("NOT_YET", "issued-later"),
    ]


def test_a_service_that_is_not_in_the_bundle_any_more_opens_nothing(stage: Stage, desk: Desk) -> None:
    texts = [stage.cards["own, Léonie"], stage.cards["Longue-Halte"], "HELLO"]
    said = ask(stage, desk, *({"text": text, "service": "constructor"} for text in texts))

    assert [(answer["verdict"], answer["reason"]) for answer in said] == [
        ("NOT_ACCEPTED", "service-gone"),
        ("NOT_ACCEPTED", "partner-suspended"),
        ("MALFORMED", "base45-overflow"),
    ]


def test_the_printed_number_of_a_card_is_told_from_a_damaged_code(stage: Stage, desk: Desk) -> None:
    numbers = ["0123-4567-89AB-CDEF", "0123 4567 89ab cdef ", "O123456789ABCDEL"]
    others = ["0123-4567-89AB-CDE", "0123456789ABCDEFG", "0123456789ABCDEU", "0123\n4567-89AB-CDEF"]

    said = ask(stage, desk, *({"text": text} for text in (*numbers, *others)))

    assert {answer["verdict"] for answer in said} == {"MALFORMED"}
    assert [answer["reason"] == "card-number" for answer in said] == [True] * 3 + [False] * 4


def test_a_card_that_the_device_cannot_check_has_no_verdict(desk: Desk) -> None:
    """All keys here are P-256 but one city's for its cards, which are Ed25519; this browser has none of that."""
    ours, theirs = (Town.named(name, ecdsa=True) for name in ("Port-Sable", "Sel-et-Vent"))
    city = City.named("Sel-et-Vent", seed="Sel-et-Vent desk", algorithm=Algorithm.EDDSA)
    theirs = theirs.with_key(KeyUse.CARD, public=city.card_key.public)
    data = signed_bundle(content(ours, theirs.as_partner()), town=ours)
    file = {
        "bundle": base64.b64encode(data).decode(),
        "fingerprint": ours.fingerprint.hex(),
        "now": int(NOW.timestamp()),
    }
    texts = [city.card(), ours.city.card(), "HELLO"]
    questions = [
        {"bundle": 0, "text": text, "service": service, "now": int(NOW.timestamp())}
        for text, service in product(texts, (None, "piscine"))
    ]

    able = desk.say("answer", questions, common={"bundles": [file]})
    unable = desk.say("answer", questions, common={"bundles": [file]}, without=["Ed25519"])

    assert [answer["verdict"] for answer in able] == [*["OK"] * 4, *["MALFORMED"] * 2]
    nothing: dict[str, Any] = {"shows": None, "opens": [], "ownOrVisitor": None, "listAge": None}
    assert unable[:2] == [{"verdict": None, "reason": "reader-unable", "kind": "hand", **nothing}] * 2
    assert unable[2:] == able[2:], "whom it can check, it does"


@pytest.mark.parametrize("changes", [{"now": None}, {"now": "2026-11-23"}, {"text": None}, {"text": 7}], ids=str)
def test_what_is_handed_in_wrongly_is_an_error_and_no_card(stage: Stage, desk: Desk, changes: dict[str, Any]) -> None:
    [said] = ask(stage, desk, changes)
    assert isinstance(said, str)
    assert said.startswith("threw TypeError"), said

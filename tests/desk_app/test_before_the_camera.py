"""Printed cards before the camera of an enrolled tablet: what the page says of each, and that it says it of no other.

The office is Port-Sable, which really issues and prints; Rivemont is recognised and agreed with on the library. The
cards are the office's own print, rasterised and held up well and badly. Which verdict a card gets in all its turns is
asked in `tests/desk`; here it is that paper, lens, decoder, worker, page and screen work together.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from citycard.core import cose
from citycard.operations import agreements, cards, enrol, print_card
from citycard.operations.agreements import Terms
from citycard.operations.portrait import Portrait, make_portrait
from citycard.partners import chain
from citycard.printing.card import render_batch
from citycard.printing.faces import CardFace
from citycard.services.reading import read_services
from citycard.services.register import FILE
from citycard.settings import Office
from citycard.store.cards import Card, CardState
from citycard.store.partners import Partner, PartnerList, PartnerState
from tests.desk import bundles
from tests.desk_app.conftest import enrolment_code, open_page, set_to
from tests.desk_app.lens import Lens
from tests.desk_scanning.films import DOTS, blurred, held, tilted, worn
from tests.support import forging
from tests.support.browser import LONGEST_STEP, NewPage, assert_quiet, launch, pages_of, requests_of
from tests.support.cities import PORTRAIT, City, SigningKey
from tests.support.reading import CheckingClient
from tests.support.town_hall import MONDAY, TownHall, drawn_face, drawn_portrait

pytestmark = pytest.mark.browser

SERVICES = """
format = 1

[[service]]
id = "library"
category = "library"
names = { fr = "Médiathèque du Phare", en = "Lighthouse Library" }
benefit = { fr = "Douze livres." }
needs = ["name", "portrait", "resident"]
level = "identity"
visitors = "by-agreement"

[[service]]
id = "pool"
category = "swimming-pool"
names = { fr = "Piscine", en = "Pool" }
benefit = { fr = "L’entrée à 2 €." }
needs = []
level = "discount"
visitors = "by-agreement"
"""

ZEPHYRINE, ULYSSE = "Zéphyrine Quatrebarbes", "Ulysse Trantoul"
ENDED, PAUSED, FORGED, VISITOR = "Balthazar Ormeau", "Perpétue Lanoix", "Ildefonse Crozat", "Honorine Vasseur"
EVERYBODY = (ZEPHYRINE, ULYSSE, ENDED, PAUSED, FORGED, VISITOR)

WATCH = """
  const blobs = new Map();
  const give = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob) => {
    const address = give(blob);
    blobs.set(address, blob);
    return address;
  };
  const seen = [];
  const written = async (blob) => btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  globalThis.seen = () => Promise.all(seen.map(async ({ faces, ...more }) =>
    ({ ...more, faces: await Promise.all(faces.map((address) => written(blobs.get(address)))) })));
  globalThis.answered = async (count, longest) => {
    const end = performance.now() + longest;
    while (seen.filter(({ verdict }) => verdict === "OK").length < count) {
      if (performance.now() > end) throw new Error("too few answers");
      await new Promise((next) => setTimeout(next, 50));
    }
  };
  addEventListener("DOMContentLoaded", () => {
    const answer = document.getElementById("answer");
    const look = () => {
      const outcome = answer.querySelector(".outcome");
      if (!outcome) return;
      const faces = [...answer.querySelectorAll("img")].map(({ src }) => src);
      const now = { verdict: outcome.dataset.verdict, words: outcome.textContent, faces };
      if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now);
    };
    new MutationObserver(look).observe(answer, { childList: true, subtree: true });
  });
"""
"""Writes down whatever stands on the screen, each time before it could be painted."""


@dataclass(frozen=True)
class Printed:
    """Both sides of a card, as somebody holds it."""

    front: Image.Image
    back: Image.Image
    full_code: str


@dataclass(frozen=True)
class Told:
    """What stood on the screen at one moment: which verdict, every word, and the faces."""

    verdict: str
    words: str
    faces: tuple[bytes, ...]


@pytest.fixture
def office(office: Office) -> Office:
    """Port-Sable has a library and a pool."""
    (office.folder / FILE).write_text(SERVICES, encoding="utf-8")
    return office


@pytest.fixture(scope="module")
def ulysses_face() -> Portrait:
    """Another face than everybody's."""
    return make_portrait(drawn_face(kind="PNG", width=480, height=640))


@pytest.fixture
def printed(hall: TownHall, ulysses_face: Portrait) -> dict[str, Printed]:
    """The cards of the story, by what is the matter with them."""
    rivemont = _recognised(hall)
    ours = {
        "good": _issued(hall, ZEPHYRINE),
        "another": _issued(hall, ULYSSE, portrait=ulysses_face.to_print, portrait_small=ulysses_face.for_code),
        "ended": _issued(hall, ENDED),
        "suspended": _issued(hall, PAUSED),
    }
    for name, state in (("ended", CardState.ENDED), ("suspended", CardState.SUSPENDED)):
        with hall.session() as session:
            card = session.get_one(Card, ours[name].number)
            settings, chance = hall.office.settings, hall.chance
            cards.move(session, card, state, by="Bruno", now=hall.now, settings=settings, chance=chance)
    hall.publish_lists()

    face = ours["good"]
    codes = {
        "mixed": _mixed(ours["good"].full_code, ours["another"].full_code),
        "stolen name": _by_a_thief(hall, ours["good"].full_code),
        "own key": _by_a_thief(hall, ours["good"].full_code, says_so=True),
        "partner's": rivemont.card(full_name=VISITOR, portrait=PORTRAIT),
        "expired": rivemont.card(full_name=VISITOR, portrait=PORTRAIT, expires_on=date(2026, 11, 22)),
        "unknown city": City.named("Ailleurs").card(full_name=VISITOR, portrait=PORTRAIT),
    }
    faces = {**ours, **{name: replace(face, full_code=code) for name, code in codes.items()}}
    return dict(zip(faces, _rasterised(list(faces.values())), strict=True))


def _issued(hall: TownHall, name: str, **typed: Any) -> CardFace:
    """Issue a card and hand it over; what is printed on it."""
    ticket = hall.approved(full_name=name, **typed)
    issued = hall.issue(ticket)
    with hall.case(ticket, "Amel") as (session, row, _):
        card = session.get_one(Card, issued.number)
        file = enrol.read(row, hall.desk())
        days = {"issued_on": card.issued_on, "expires_on": card.expires_on}
        face = print_card.card_face(file, hall.office, number=card.number, **days)
    hall.print(ticket)
    hall.hand_over(ticket)
    return face


def _recognised(hall: TownHall) -> City:
    """Rivemont, as two officials left it: recognised, and agreed with on the library."""
    town = bundles.rivemont()
    papers = town.papers
    with hall.session() as session:
        partner = Partner(
            issuer=town.city.url,
            source=town.city.url,
            state=PartnerState.RECOGNISED,
            root_fingerprint=town.fingerprint.hex(),
            trusted_root=town.roots[0],
            statement=papers.statement,
            believed=papers.statement,
            chain=chain.pack(papers.roots, papers.targets),
            last_success=MONDAY,
        )
        session.add(partner)
        session.flush()
        token = town.status_list(issued_at=MONDAY)
        session.add(PartnerList(uri=town.city.status_uri, partner_id=partner.id, token=token, fetched_at=MONDAY))
        library = [service for service in read_services(SERVICES.encode()) if service.id == "library"]
        dario, terms = hall.staff(session, "Dario"), Terms(first_day=date(2026, 1, 1))
        agreements.agree(session, hall.desk(), partner, services=library, terms=terms, by=dario)
    return town.city


def _mixed(one: str, other: str) -> str:
    """What one card says, with the signature of the other."""
    said, signed = (cose.parse(forging.token_of(code)) for code in (one, other))
    return forging.code(forging.sign1(said.protected, said.payload, bytes, signature=signed.signature))


def _by_a_thief(hall: TownHall, text: str, *, says_so: bool = False) -> str:
    """What a card says, signed by somebody else's key: under the name of the city's, or under its own."""
    said, thief = cose.parse(forging.token_of(text)), SigningKey("a thief")
    header = {cose.ALG: int(thief.public.algorithm), cose.KID: thief.public.kid}
    return forging.code(forging.sign1(header if says_so else said.protected, said.payload, thief.sign))


def _rasterised(faces: Sequence[CardFace]) -> Iterator[Printed]:
    pages = pypdfium2.PdfDocument(render_batch(faces, translate=lambda sentence, _language: sentence))
    for place, face in enumerate(faces):
        front, back = (pages[2 * place + side].render(scale=DOTS / 72).to_pil().convert("RGB") for side in (0, 1))
        yield Printed(front, back, face.full_code)


@pytest.fixture
def lens(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Lens]:
    """What the camera sees."""
    path = tmp_path / "cards.y4m"
    yield Lens(path, **getattr(request, "param", {}))
    path.unlink()


@pytest.fixture
def chromium(browser: Browser, lens: Lens) -> Iterator[Browser]:
    """A Chromium with that camera."""
    started = launch(browser.browser_type, *lens.arguments)
    yield started
    started.close()


@pytest.fixture
def at_the_camera(chromium: Browser, lens: Lens) -> Iterator[NewPage]:
    """Pages of that Chromium; no card lies before the camera yet."""
    lens.nothing()
    with pages_of(chromium) as open_one:
        yield open_one


@pytest.fixture
def enrolled(
    at_the_camera: NewPage, site: str, signed_in: Callable[[str], CheckingClient], printed: dict[str, Printed]
) -> Callable[..., Page]:
    """`enrolled(viewport=…)`: the page of a device that has its bundle from the office, and looks."""

    def enrol_one(**options: Any) -> Page:
        # What the service worker fetches is asked in test_in_chromium.py; here it would hide what a scan asks for.
        page = at_the_camera("en", permissions=["camera"], service_workers="block", **options)
        page.add_init_script(WATCH)
        page.clock.install(time=MONDAY)
        open_page(page, site, enrolment_code(signed_in("Bruno"), "Quay, counter 1").partition("/desk-app/")[2])
        page.select_option("#language", "en")
        page.click("[data-do=camera-start]")
        expect(page.locator("#camera-more")).to_be_visible()
        return page

    return enrol_one


@pytest.mark.parametrize("lens", [{"frames": 2}], indirect=True, ids=["one card at a time"])
def test_each_card_gets_its_own_answer_and_nobody_is_asked(
    enrolled: Callable[..., Page], lens: Lens, printed: dict[str, Printed], ulysses_face: Portrait
) -> None:
    page = enrolled(viewport={"width": 768, "height": 1024})
    quiet_since = len(requests_of(page))
    good, another = printed["good"], printed["another"]
    refused = {
        "ended": ("REVOKED", "stop", "Ended"),
        "suspended": ("SUSPENDED", "stop", "Suspended"),
        "mixed": ("BAD_SIGNATURE", "stop", "Cannot be confirmed"),
        "stolen name": ("BAD_SIGNATURE", "stop", "Cannot be confirmed"),
        "own key": ("UNKNOWN_ISSUER", "stop", "City not known here"),
        "expired": ("EXPIRED", "stop", "Expired"),
        "unknown city": ("UNKNOWN_ISSUER", "stop", "City not known here"),
    }
    # However it is held, a good card is good; what follows it at once is not.
    between = [
        (held(good.back), ZEPHYRINE),
        (held(_worn(another.back)), ULYSSE),
        (tilted(good.back), ZEPHYRINE),
        (blurred(held(another.back)), ULYSSE),
    ]
    for number, (name, (verdict, kind, word)) in enumerate(refused.items()):
        scene, holder = between[number % len(between)]
        lens.sees(scene)
        _stands(page, "OK", "go", "Valid")
        expect(page.locator("#answer")).to_contain_text(holder)
        expect(page.locator("#answer .face")).to_be_visible()

        lens.sees(held(printed[name].back))
        _stands(page, verdict, kind, word)
        expect(page.locator("#answer .next")).to_contain_text("Give the card back")
        assert not [each for each in EVERYBODY if each in page.content()]
        assert page.locator("#answer img").count() == 0

    lens.sees(held(good.front))
    _stands(page, "OK", "go", "Valid")
    expect(page.locator("[data-unchecked=name]")).to_be_visible()
    expect(page.locator("[data-unchecked=portrait]")).to_be_visible()

    # Of a partner: good; a visitor at the library, on which the cities agreed; and not at the pool.
    lens.sees(held(printed["partner's"].back))
    _stands(page, "OK", "go", "Valid")
    expect(page.locator("#answer")).to_contain_text(VISITOR)
    set_to(page, "library")
    _stands(page, "OK", "go", "Valid")
    expect(page.locator("#answer")).to_contain_text("A visitor, with a card of another city")
    set_to(page, "pool")
    _stands(page, "NOT_ACCEPTED", "hand", "Good, but not for this service")
    expect(page.locator("#answer")).to_contain_text("No agreement between its city and ours opens this service")
    expect(page.locator("#answer .opens-here")).to_contain_text("Lighthouse Library")
    assert VISITOR not in page.content()
    assert page.locator("#answer img").count() == 0

    faces = {ZEPHYRINE: drawn_portrait().for_code, ULYSSE: ulysses_face.for_code, VISITOR: PORTRAIT}
    _each_for_itself(page, faces)
    assert [url for url in requests_of(page)[quiet_since:] if not url.startswith("blob:")] == []
    assert_quiet(page)


def test_two_cards_in_a_row_never_mix(
    enrolled: Callable[..., Page], lens: Lens, printed: dict[str, Printed], ulysses_face: Portrait
) -> None:
    """On a telephone, that the next card comes half a second after the first."""
    page = enrolled(viewport={"width": 320, "height": 640})
    lens.sees(held(printed["good"].back), held(printed["another"].back))
    page.evaluate("(longest) => answered(4, longest)", LONGEST_STEP)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for part in ("h1", ".face", "[data-same]"):
        expect(page.locator(f"#answer {part}")).to_be_in_viewport()

    seen = _each_for_itself(page, {ZEPHYRINE: drawn_portrait().for_code, ULYSSE: ulysses_face.for_code})
    named = [next(name for name in (ZEPHYRINE, ULYSSE) if name in each.words) for each in seen]
    assert named == [named[place % 2] for place in range(len(named))]
    assert len({*named}) == 2


def _worn(card: Image.Image) -> Image.Image:
    """As `worn`, with the stains elsewhere: upright, one lies on a corner of the code, where no reader finds it."""
    return worn(card.rotate(180)).rotate(180)


def _stands(page: Page, verdict: str, kind: str, word: str) -> None:
    """Wait until this stands on the screen: verdict, colour, shape and word."""
    outcome = page.locator(f"#answer .outcome.{kind}[data-verdict={verdict}]")
    expect(outcome.locator("h1")).to_have_text(word)
    shape = outcome.locator(".band svg").evaluate("(shape) => shape.innerHTML")
    assert shape == page.evaluate(
        "(id) => document.getElementById(id).content.firstElementChild.innerHTML", f"shape-{kind}"
    )


def _each_for_itself(page: Page, faces: dict[str, bytes]) -> list[Told]:
    """Whatever stood on the screen since the page was opened: one holder, with their own face, and only if good."""
    assert len(set(faces.values())) == len(faces)
    said = page.evaluate("seen()")
    seen = [Told(each["verdict"], each["words"], tuple(map(base64.b64decode, each["faces"]))) for each in said]
    for each in seen:
        names = [name for name in EVERYBODY if name in each.words]
        assert len(names) <= 1
        assert set(each.faces) <= {faces[name] for name in names}
        assert each.verdict == "OK" or not names
    assert {face for each in seen for face in each.faces} == set(faces.values()), "every face was there in its turn"
    return seen

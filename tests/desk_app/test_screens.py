"""What stands on the screen: of whom, for how long, in whose language, and that everybody can read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from citycard.partners.desk_bundle import CityPapers
from tests.desk import bundles
from tests.desk.bundles import Town
from tests.desk_app.conftest import (
    ENDED,
    clear,
    code_of,
    from_stick,
    kept,
    open_page,
    set_to,
    show,
    stand_still,
    type_as_a_scanner,
)
from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet
from tests.support.cities import LEONIE, NOW, PORTRAIT

pytestmark = pytest.mark.browser

HOLDER = LEONIE.full_name or ""

OpenDesk = Callable[..., Page]


def test_an_answer_goes_by_itself_with_the_next_card_and_when_nobody_looks(desk: OpenDesk, town: Town) -> None:
    page = desk()
    stand_still(page)
    card = town.city.card(status_index=1, portrait=PORTRAIT)
    answer = page.locator("#answer")
    history = page.evaluate("history.length")

    # After fifteen seconds.
    show(page, card, "OK")
    expect(answer).to_contain_text(HOLDER)
    page.clock.fast_forward(14_000)
    expect(answer).to_contain_text(HOLDER)
    page.clock.fast_forward(2_000)
    expect(answer).to_be_hidden()
    assert HOLDER not in page.content()

    # Held, two minutes at most since it came.
    show(page, card, "OK")
    page.clock.fast_forward(10_000)
    page.click("[data-hold]")
    page.clock.fast_forward(108_000)
    expect(answer).to_contain_text(HOLDER)
    page.clock.fast_forward(3_000)
    expect(answer).to_be_hidden()

    # When another window or page comes before it, and when the next card does.
    for leave in (
        "dispatchEvent(new Event('blur'))",
        "dispatchEvent(new Event('pagehide'))",
        "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange')); delete document.visibilityState",
    ):
        show(page, card, "OK")
        page.evaluate(leave)
        expect(answer).to_be_hidden()
    show(page, card, "OK")
    type_as_a_scanner(page, town.city.card(status_index=ENDED, portrait=PORTRAIT))
    expect(page.locator("[data-verdict=REVOKED]")).to_be_visible()
    assert HOLDER not in page.content()
    assert page.locator("#answer img").count() == 0

    # Nothing of it is in the address or the history, and nobody was asked.
    assert page.evaluate("history.length") == history
    assert page.url.endswith("/desk-app/")
    assert_quiet(page)
    assert_only_own_origin(page)


def test_two_cards_in_quick_succession_never_mix(desk: OpenDesk, town: Town) -> None:
    page = desk()
    first, second = (
        town.city.card(status_index=1, portrait=PORTRAIT),
        town.city.card(status_index=2, full_name="Ulysse Trantoul"),
    )
    seen = page.evaluate(
        """async ([first, second]) => {
          const [field, form, answer] = ["code", "typed", "answer"].map((id) => document.getElementById(id));
          const seen = [];
          new MutationObserver(() => seen.push(answer.textContent)).observe(answer, { childList: true, subtree: true });
          for (const code of [first, second, first, second]) {
            field.value = code;
            form.requestSubmit();
          }
          while (!answer.textContent) await new Promise((over) => requestAnimationFrame(over));
          return seen.filter(Boolean);
        }""",
        [first, second],
    )
    expect(page.locator("#answer")).to_contain_text("Ulysse Trantoul")
    assert not [text for text in seen if HOLDER in text], "the answer of a card that was taken away came after all"
    assert page.locator("#answer img").count() == 0


def test_is_this_the_person_is_a_step(desk: OpenDesk, town: Town) -> None:
    page = desk()
    card = town.city.card(status_index=1, portrait=PORTRAIT)
    show(page, card, "OK")
    expect(page.locator(".question")).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "H1", "a scanner's Enter must press no button"

    page.click("[data-other]")
    expect(page.locator("#answer h1")).to_have_text("Not this person")
    assert HOLDER not in page.content()
    assert page.locator("#answer img").count() == 0

    show(page, card, "OK")
    page.click("[data-same]")
    expect(page.locator("#answer")).to_contain_text(HOLDER)
    assert page.locator("#answer img").count() == 0

    # On request, and for this service alone.
    page.click("[data-open=settings]")
    page.select_option("#service", "piscine")
    page.check("#face-asked")
    page.click("[data-open=check]")
    show(page, card, "OK")
    assert page.locator("#answer img").count() == 0
    page.click("[data-compare]")
    expect(page.locator("#answer img")).to_be_visible()
    set_to(page, "")
    show(page, card, "OK")
    expect(page.locator("#answer img")).to_be_visible()


def test_a_desk_sees_what_its_service_needs_and_no_more(desk: OpenDesk, town: Town) -> None:
    page = desk(service="mediatheque-du-phare")
    answer = page.locator("#answer")
    expect(page.locator("#set-to")).to_contain_text("Lighthouse library")

    show(page, town.city.card(status_index=1, portrait=PORTRAIT), "OK")
    assert HOLDER not in page.content()
    assert page.locator("#answer img").count() == 0
    expect(answer).to_contain_text("Lives in this city")

    show(page, bundles.rivemont().city.card(portrait=PORTRAIT), "OK")
    expect(answer).to_contain_text("A visitor")

    set_to(page, "fete-du-port")
    show(page, bundles.rivemont().city.card(portrait=PORTRAIT), "NOT_ACCEPTED")
    expect(answer).to_contain_text("Cards of its city open here")
    expect(answer).to_contain_text("Lighthouse library")
    assert HOLDER not in page.content()


def test_what_the_signature_does_not_cover_is_said_in_amber(desk: OpenDesk, town: Town) -> None:
    page = desk()
    show(page, town.city.card(status_index=1), "OK")
    expect(page.locator("[data-unchecked=portrait]")).to_be_visible()
    show(page, town.city.card(status_index=1, light=True), "OK")
    expect(page.locator("[data-unchecked=name]")).to_be_visible()
    expect(page.locator("[data-unchecked=portrait]")).to_be_visible()


def test_the_age_of_the_lists_is_always_in_sight(desk: OpenDesk, town: Town) -> None:
    page = desk()
    state = page.locator("#state")
    card = town.city.card(status_index=1)
    expect(state).to_have_class("state fine")

    page.clock.fast_forward(int(timedelta(hours=30).total_seconds() * 1000))
    expect(state).to_have_class("state amber")
    show(page, card, "OK_STALE")
    expect(state).to_be_visible()

    page.clock.fast_forward(int(timedelta(days=17, hours=12).total_seconds() * 1000))
    expect(state).to_contain_text("Connect this device before")

    page.clock.fast_forward(int(timedelta(days=3).total_seconds() * 1000))
    expect(state).to_have_class("state red")
    show(page, card, "STALE_STATUS")


def test_the_age_at_the_top_is_that_of_the_oldest_list_that_decides(desk: OpenDesk, town: Town) -> None:
    """As the settings say it of each city; a suspended partner's list decides nothing, however old."""
    partner, suspended = bundles.rivemont(), bundles.bois_clair()

    def holding(**hours: int) -> bytes:
        ours, theirs, unused = (
            CityPapers(each.papers, {each.city.status_uri: each.status_list(issued_at=NOW - timedelta(hours=age))})
            for each, age in zip((town, partner, suspended), (hours["own"], hours["partner"], 200), strict=True)
        )
        content = bundles.content(
            town,
            partner.as_partner(city=theirs),
            suspended.as_partner(city=unused, suspended=True),
            lists=ours.lists,
        )
        return bundles.bundle(content, town=town)

    page = desk(bundle=holding(own=3, partner=5))
    state = page.locator("#state")
    page.click("[data-open=settings]")
    expect(state).to_contain_text("5 hours ago")
    expect(page.locator("#ages .age")).to_have_text(["3 hours ago", "not accepted", "5 hours ago"])
    from_stick(page, "#bundle-file", holding(own=3, partner=40))
    expect(state).to_contain_text("2 days ago")  # fetched just now: connecting brings none that is younger
    expect(state).to_have_class("state amber")
    from_stick(page, "#bundle-file", holding(own=3, partner=24 * 22))
    expect(state).to_contain_text("3 hours ago")
    expect(state).to_have_class("state fine")


def test_a_bundle_that_is_older_spoilt_or_anothers_changes_nothing(desk: OpenDesk, town: Town) -> None:
    page = desk()
    told = page.locator("#sync-told")
    page.click("[data-open=settings]")
    said = bundles.content(town)
    for content, sentence in (
        (bundles.bundle(said, town=town, at=NOW - timedelta(days=1)), "older than the one that is here"),
        (bundles.bundle(said, town=town, at=NOW + timedelta(days=1)), "The clock of this device is wrong"),
        (bundles.bundle(bundles.content(bundles.rivemont()), town=bundles.rivemont()), "of another city"),
        (bundles.bundle(said, town=town)[:-1] + b"\0", "changed by somebody"),
        (b"nothing", "is not a desk bundle"),
    ):
        from_stick(page, "#bundle-file", content)
        expect(told).to_contain_text(sentence)
    page.click("[data-open=check]")
    show(page, town.city.card(status_index=1), "OK")


def test_what_is_kept_is_believed_only_as_far_as_it_is_signed(desk: OpenDesk, town: Town, site: str) -> None:
    page = desk()
    for name, value in (
        ("settings", "'nonsense'"),
        ("counts", "{ 'x y z': 'many', '2026-W10 OK ': -4 }"),
        ("seen", "'never'"),
        ("memory", "[1, 2]"),
        ("language", "'<b>'"),
        ("scanner", "{ by: 'magic' }"),
    ):
        _edit(page, name, value)
    open_page(page, site)
    show(page, town.city.card(status_index=1), "OK")

    _edit(page, "bundle", "(() => { const other = kept.slice(); other[other.length >> 1] ^= 1; return other; })()")
    open_page(page, site)
    expect(page.locator("#state")).to_have_class("state red")
    show(page, town.city.card(status_index=1), "STALE_STATUS")
    assert HOLDER not in page.content()

    # An address that somebody opens on a device that is enrolled does not make it another city's.
    open_page(page, site, "#enrol=" + code_of(bundles.rivemont()).partition("#enrol=")[2])
    page.select_option("#language", "en")  # of the language that was kept, nothing is left
    expect(page.locator("#notice")).to_contain_text("enrolled already")
    assert page.evaluate("location.hash") == ""


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        ("delete globalThis.WebAssembly", "cannot check signatures"),
        ("Object.defineProperty(crypto, 'subtle', { value: undefined })", "cannot check signatures"),
        ("Object.defineProperty(globalThis, 'indexedDB', { value: { open() { throw 1; } } })", "keeps nothing"),
    ],
)
def test_a_browser_that_cannot_check_says_so(new_page: NewPage, site: str, lacks: str, sentence: str) -> None:
    page = new_page("en", service_workers="block")
    page.add_init_script(lacks)
    page.route("**/sentences.json", _in_english)
    page.goto(f"{site}/desk-app/")

    expect(page.locator("#part-unable")).to_contain_text(sentence)
    assert page.locator("#part-check").is_hidden()


def test_a_code_that_was_used_enrols_nobody(new_page: NewPage, site: str) -> None:
    page = new_page("en", service_workers="block")
    open_page(page, site)
    page.select_option("#language", "en")
    told = page.locator("#enrol-told")
    for text, sentence in (
        ("HELLO", "not the text of such a code"),
        (f"{site}/desk-app/#enrol={'A' * 43}.{'b' * 40}", "used already"),
    ):
        page.fill("#enrol-text", text)
        page.click("#enrol [type=submit]")
        expect(told).to_contain_text(sentence)
    assert kept(page) == {"language"}

    # Where nobody answers the fingerprint is noted: the bundle may come from a stick.
    page.context.set_offline(True)
    page.fill("#enrol-text", f"{site}/desk-app/#enrol={'A' * 43}.{'b' * 40}")
    page.click("#enrol [type=submit]")
    expect(told).to_contain_text("cannot be reached")
    page.context.set_offline(False)
    assert kept(page) == {"language", "fingerprint"}


def test_training_is_apart(desk: OpenDesk, town: Town, site: str) -> None:
    page = desk()
    practice = Town.named("Ville-Exercice")
    page.click("[data-open=settings]")
    page.click("[data-do=training-begin]")
    expect(page.locator("#training-line")).to_be_visible()
    page.fill("#enrol-text", code_of(practice))
    page.click("#enrol [type=submit]")
    expect(page.locator("#enrol-told")).to_contain_text("fingerprint")
    from_stick(page, "#enrol-file", bundles.bundle(bundles.content(practice), town=practice))
    expect(page.locator("#part-check")).to_be_visible()

    page.set_viewport_size({"width": 360, "height": 640})
    show(page, practice.city.card(portrait=PORTRAIT), "OK")
    expect(page.locator(".practice")).to_be_visible()
    # The banner stays in sight, and covers nothing of the answer's word.
    expect(page.locator("#training-line")).to_be_in_viewport(ratio=1)
    edges = "(place) => [place.getBoundingClientRect().top, place.getBoundingClientRect().bottom]"
    assert page.locator("#training-line").evaluate(edges)[1] <= page.locator("#answer .outcome").evaluate(edges)[0]
    show(page, town.city.card(status_index=1), "UNKNOWN_ISSUER")

    # It stays after the page was opened anew, under its banner, until somebody ends it.
    open_page(page, site)
    expect(page.locator("#training-line")).to_be_visible()
    page.click("[data-open=settings]")
    page.locator("#part-settings [data-do=training-end]").click()
    expect(page.locator("#training-line")).to_be_hidden()
    show(page, practice.city.card(), "UNKNOWN_ISSUER")
    show(page, town.city.card(status_index=1), "OK")


@pytest.mark.parametrize(("language", "width"), [("fr", 320), ("ar", 768), ("es", 1280), ("en", 1920)])
def test_everybody_can_read_every_state(
    desk: OpenDesk, town: Town, new_page: NewPage, site: str, language: str, width: int
) -> None:
    empty = new_page(language, viewport={"width": width, "height": 800}, service_workers="block")
    open_page(empty, site)
    _look(empty, width)

    page = desk(language, viewport={"width": width, "height": 800})
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    _look(page, width)
    for code, verdict in (
        (town.city.card(status_index=1, portrait=PORTRAIT), "OK"),
        (town.city.card(status_index=ENDED), "REVOKED"),
    ):
        show(page, code, verdict)
        _look(page, width)
        clear(page)
    set_to(page, "piscine")
    show(page, town.city.card(status_index=1, light=True), "OK")
    _look(page, width)
    clear(page)
    for part in ("settings", "voice"):
        page.click(f"[data-open={part}]")
        _look(page, width)
    assert_quiet(page)


def _in_english(route: Route) -> None:
    told = route.fetch().json()
    route.fulfill(json={**told, "language": "en"})


def _look(page: Page, width: int) -> None:
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _edit(page: Page, name: str, value: str) -> None:
    page.evaluate(
        f"""async () => {{
          const store = await (await import('/static/js/desk/store.js')).openStore();
          const kept = await store.get('{name}');
          await store.set('{name}', {value});
          store.close();
        }}"""
    )

"""How a city is recognised: fetched, shown, compared by two people, and not before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from citycard.core.verdicts import Verdict
from citycard.operations import cards, publish, sync
from citycard.store.partners import Partner, PartnerState
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import Issued, TownHall
from tests.web.conftest import Clock
from tests.web.partners.conftest import OtherCity

SignedIn = Callable[[str], CheckingClient]


def propose(browser: CheckingClient, source: str) -> str:
    """Fetch a city and return the address of the page that shows it."""
    answer = browser.send("/partners/add", {"source": source})
    assert answer.status_code == 303, read(answer).text
    return str(answer.location)


def compare(browser: CheckingClient, page: str, heard: str) -> Page:
    """Type what was heard, and return the page that follows."""
    answer = browser.send(f"{page}/compare", {"heard": heard})
    return browser.page(answer.location) if answer.status_code == 303 else read(answer)


def recognised(signed_in: SignedIn, rivemont: OtherCity) -> str:
    """Hold the whole ceremony and return the page of the city."""
    dario, chloe = signed_in("Dario"), signed_in("Chloe")
    page = propose(dario, rivemont.url)
    compare(dario, page, " ".join(rivemont.fingerprint.digits))
    compare(chloe, page, " ".join(rivemont.fingerprint.words).upper())
    return page


def fetch(browser: CheckingClient, page: str) -> Page:
    """Press the button that asks the city now, a minute after the last time, and return the page that follows."""
    browser.application.config["CLOCK"].pass_by(minutes=1)
    return browser.page(browser.send(f"{page}/sync", form=page).location)


def verdict_here(browser: CheckingClient, card: Issued) -> Verdict:
    """What our desk says of a card."""
    page = read(browser.send("/desk/", {"code": card.full_code}))
    return next(
        Verdict(each.attributes["data-verdict"]) for each in page.all("section") if "data-verdict" in each.attributes
    )


def state_of(hall: TownHall) -> PartnerState | None:
    """What the register says of the one city."""
    with hall.session() as session:
        partner = session.scalars(select(Partner)).first()
        return PartnerState(partner.state) if partner else None


def test_a_proposal_is_shown_in_full_and_believed_in_nothing(
    signed_in: SignedIn, hall: TownHall, rivemont: OtherCity
) -> None:
    card = rivemont.hall.card()
    dario = signed_in("Dario")
    page = dario.page(propose(dario, rivemont.url))

    for word in ("Rivemont", "ريفمون", "proposed", "signs cards", "signs lists of ended cards", "4 lists", "not yet"):
        assert word in page.text
    assert "Look carefully" not in page.text
    assert verdict_here(signed_in("Library"), card) is Verdict.UNKNOWN_ISSUER


def test_two_people_make_a_partner(signed_in: SignedIn, hall: TownHall, rivemont: OtherCity) -> None:
    card = rivemont.hall.card()
    dario, chloe, library = signed_in("Dario"), signed_in("Chloe"), signed_in("Library")
    page = propose(dario, rivemont.url)

    first = compare(dario, page, " ".join(rivemont.fingerprint.digits))
    assert "compared by Dario" in first.text
    assert state_of(hall) is PartnerState.PROPOSED
    assert verdict_here(library, card) is Verdict.UNKNOWN_ISSUER

    second = compare(chloe, page, " ".join(rivemont.fingerprint.words))
    assert "The city is recognised." in second.text
    assert verdict_here(library, card) is Verdict.STALE_STATUS

    assert "up to date" in fetch(dario, page).text
    assert verdict_here(library, card) is Verdict.OK


def test_one_person_is_not_two(signed_in: SignedIn, hall: TownHall, rivemont: OtherCity) -> None:
    dario = signed_in("Dario")
    page = propose(dario, rivemont.url)
    digits = " ".join(rivemont.fingerprint.digits)
    compare(dario, page, digits)

    again = dario.send(f"{page}/compare", {"heard": digits})

    assert again.status_code == 422
    assert "A second person must" in read(again).text
    assert "I have them on the telephone" not in dario.page(page).text
    assert state_of(hall) is PartnerState.PROPOSED


@pytest.mark.parametrize("change", ["one digit", "only the first half", "nothing", "another city"])
def test_what_is_not_the_fingerprint_confirms_nothing(
    signed_in: SignedIn, hall: TownHall, rivemont: OtherCity, change: str
) -> None:
    dario = signed_in("Dario")
    page = propose(dario, rivemont.url)
    digits = "".join(rivemont.fingerprint.digits)
    ours = Path(hall.office.published / "metadata" / "1.root.json").read_bytes()
    heard = {
        "one digit": digits[:-1] + str((int(digits[-1]) + 1) % 10),
        "only the first half": digits[:20],
        "nothing": "",
        "another city": " ".join(rivemont.fingerprint.of(ours).digits),
    }[change]

    answer = dario.send(f"{page}/compare", {"heard": heard})

    assert answer.status_code == 422
    text = read(answer).one("div", id="mistakes").text
    assert (
        "Type what the other city read" if change == "nothing" else "not the fingerprint of what we fetched"
    ) in text
    assert change == "nothing" or ("read it to each other once more" in text and "somebody stands between you" in text)
    assert read(answer).one("textarea", name="heard").text == heard
    assert "not yet" in dario.page(page).text


def test_the_fingerprint_is_folded_away_where_it_is_typed(signed_in: SignedIn, rivemont: OtherCity) -> None:
    dario = signed_in("Dario")
    page = dario.page(propose(dario, rivemont.url) + "/compare")

    digits = page.one("ol", class_="digits")
    fold = digits.inside("details")
    assert fold is not None
    assert "open" not in fold.attributes


def test_a_stick_is_as_good_as_a_server(
    signed_in: SignedIn, hall: TownHall, rivemont: OtherCity, tmp_path: Path
) -> None:
    card = rivemont.hall.card()
    with rivemont.hall.session() as session:
        publish.export(session, rivemont.hall.office, tmp_path / "stick")
    rivemont.go_down()
    dario, chloe = signed_in("Dario"), signed_in("Chloe")
    page = propose(dario, str(tmp_path / "stick"))
    compare(dario, page, "".join(rivemont.fingerprint.digits))
    compare(chloe, page, "".join(rivemont.fingerprint.digits))
    fetch(dario, page)

    assert verdict_here(signed_in("Library"), card) is Verdict.OK


def test_a_card_that_ended_there_is_refused_here_after_the_next_fetching(
    signed_in: SignedIn, hall: TownHall, rivemont: OtherCity, clock: Clock
) -> None:
    card = rivemont.hall.card()
    page = recognised(signed_in, rivemont)
    dario, library = signed_in("Dario"), signed_in("Library")
    fetch(dario, page)
    assert verdict_here(library, card) is Verdict.OK

    rivemont.hall.clock.pass_by(seconds=5)
    with rivemont.hall.session() as session:
        cards.end(
            session,
            cards.find_card(session, card.number),
            by=rivemont.hall.staff(session, "Amel"),
            now=rivemont.hall.now,
            settings=rivemont.hall.office.settings,
            chance=rivemont.hall.chance,
        )
    rivemont.hall.publish_lists()
    clock.pass_by(seconds=5)
    fetch(dario, page)

    assert verdict_here(library, card) is Verdict.REVOKED


def test_suspending_ending_and_beginning_anew(signed_in: SignedIn, hall: TownHall, rivemont: OtherCity) -> None:
    card = rivemont.hall.card()
    page = recognised(signed_in, rivemont)
    dario, library = signed_in("Dario"), signed_in("Library")
    fetch(dario, page)
    for act, title, verdict in (
        ("suspend", "Suspend the recognition of this city?", Verdict.NOT_ACCEPTED),
        ("resume", "Recognise this city again?", Verdict.OK),
        ("end", "End the recognition of this city?", Verdict.UNKNOWN_ISSUER),
    ):
        asked = dario.page(f"{page}/{act}")
        assert asked.h1 == title
        for word in ("What happens", "To whom", "From when", "Can it be undone?"):
            assert word in asked.text
        assert dario.send(f"{page}/{act}").location == page
        assert verdict_here(library, card) is verdict
    assert propose(dario, rivemont.url) == page
    assert state_of(hall) is PartnerState.PROPOSED


def test_a_proposal_can_be_withdrawn(signed_in: SignedIn, hall: TownHall, rivemont: OtherCity) -> None:
    dario = signed_in("Dario")
    page = propose(dario, rivemont.url)

    assert dario.send(f"{page}/withdraw").location == "/partners/"
    assert state_of(hall) is None
    assert dario.get(page).status_code == 404


def test_a_recognised_city_is_not_proposed_over(signed_in: SignedIn, rivemont: OtherCity) -> None:
    recognised(signed_in, rivemont)

    answer = signed_in("Chloe").send("/partners/add", {"source": rivemont.url})

    assert answer.status_code == 422
    assert "recognised already" in read(answer).text


def test_a_city_that_cannot_be_reached_is_said_to_be_and_nothing_is_lost(
    signed_in: SignedIn, hall: TownHall, rivemont: OtherCity
) -> None:
    card = rivemont.hall.card()
    page = recognised(signed_in, rivemont)
    dario = signed_in("Dario")
    fetch(dario, page)
    rivemont.go_down()

    after = fetch(dario, page)

    assert "The city's server cannot be reached." in after.text
    assert "stays in use" in after.text
    assert "The city's server cannot be reached." in dario.page("/partners/").text
    assert verdict_here(signed_in("Library"), card) is Verdict.OK


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("http://127.0.0.1:1", "cannot be reached. Nothing was kept."),
        ("/", "In this folder are no files of a city."),
        ("https://10.0.0.1", "not an address that we ask"),
        ("http://cards.rivemont.fr", "not an address that we ask"),
        ("file:///etc", "not an address that we ask"),
        ("/no/such/folder", "neither an address nor a folder"),
        ("", "Type the address or the folder"),
        ("https://cards.rivemont.fr/" + "x" * 400, "too long"),
    ],
)
def test_what_cannot_be_fetched_has_its_sentence_and_stays_typed(
    signed_in: SignedIn, hall: TownHall, source: str, sentence: str
) -> None:
    answer = signed_in("Dario").send("/partners/add", {"source": source})

    assert answer.status_code == 422
    page = read(answer)
    assert sentence in page.one("div", id="mistakes").text
    assert page.one("input", name="source").attributes["value"] == source
    assert state_of(hall) is None


def test_our_own_city_is_not_a_partner(signed_in: SignedIn, hall: TownHall, tmp_path: Path) -> None:
    with hall.session() as session:
        publish.export(session, hall.office, tmp_path / "stick")

    answer = signed_in("Dario").send("/partners/add", {"source": str(tmp_path / "stick")})

    assert "This is our own city" in read(answer).text


def test_how_fresh_a_city_is_stands_in_words(
    signed_in: SignedIn, hall: TownHall, rivemont: OtherCity, clock: Clock
) -> None:
    page = recognised(signed_in, rivemont)
    fetch(signed_in("Dario"), page)
    clock.pass_by(hours=30)

    text = signed_in("Esra").page(page).text

    assert "30 hours ago" in text
    assert "Shown(" not in text
    assert "Valid, by an older list" in text
    assert "19 days" in text


def test_the_button_asks_once_in_a_minute(
    signed_in: SignedIn, hall: TownHall, rivemont: OtherCity, clock: Clock
) -> None:
    """Two officials press at once, or one who cannot wait: the other city is asked once, and nothing breaks."""
    page = recognised(signed_in, rivemont)
    assert "up to date" in fetch(signed_in("Dario"), page).text
    rivemont.go_down()
    chloe = signed_in("Chloe")

    again = chloe.page(chloe.send(f"{page}/sync", form=page).location).text

    assert "asked less than a minute ago" in again
    assert "cannot be reached" not in again
    assert "cannot be reached" in fetch(chloe, page).text


def test_when_it_is_asked_next_stands_in_words(
    signed_in: SignedIn, hall: TownHall, rivemont: OtherCity, clock: Clock
) -> None:
    page = recognised(signed_in, rivemont)
    dario = signed_in("Dario")
    fetch(dario, page)
    with hall.session() as session:
        partner = session.scalars(select(Partner)).one()
        partner.next_attempt, partner.last_error, partner.relayed = clock.now + timedelta(minutes=5), None, False

    assert "in 5 minutes" in dario.page(page).text
    assert "in 5 minutes" in dario.page("/partners/").text
    clock.pass_by(minutes=5)
    assert "within a minute" in dario.page(page).text
    with hall.session() as session:
        partner = session.scalars(select(Partner)).one()
        partner.last_error, partner.relayed = "unreachable", True
    assert "Another city that recognises it" in dario.page(page).text
    assert "Another city gave us its files." in dario.page("/partners/").text
    assert "All agreements with it end, too" in dario.page(f"{page}/end").text
    dario.send(f"{page}/end", form=f"{page}/end")
    assert "Next try" not in dario.page(page).text


def test_never_is_said_in_the_language_of_whoever_reads(signed_in: SignedIn, rivemont: OtherCity) -> None:
    """A template that fixes a word when it is first drawn says it to everybody in the first reader's language."""
    dario = signed_in("Dario")
    propose(dario, rivemont.url)
    assert "never" in dario.page("/partners/").text

    dario.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ar"

    assert "never" not in dario.page("/partners/").text


def test_the_auditor_reads_and_does_not_act(signed_in: SignedIn, hall: TownHall, rivemont: OtherCity) -> None:
    page = recognised(signed_in, rivemont)
    esra = signed_in("Esra")
    shown = esra.page(page)

    assert "Rivemont" in esra.page("/partners/").text
    assert "Ask the city now" not in shown.text
    assert not [link for link in shown.all("a") if link.attributes["href"].startswith(f"{page}/")]
    for address in ("/partners/add", f"{page}/compare", f"{page}/suspend"):
        assert esra.get(address).status_code == 403


def test_our_own_fingerprint_can_be_read_out(signed_in: SignedIn, hall: TownHall, rivemont: OtherCity) -> None:
    ours = rivemont.fingerprint.of((hall.office.published / "metadata" / "1.root.json").read_bytes())
    for name in ("Dario", "Chloe", "Esra"):
        text = signed_in(name).page("/partners/ours").text

        assert " ".join(ours.digits) in text
        assert " ".join(ours.words) in text


@pytest.mark.parametrize("name", ["Amel", "Bruno", "Library"])
def test_others_have_no_business_here(signed_in: SignedIn, hall: TownHall, name: str) -> None:
    assert signed_in(name).get("/partners/").status_code == 403


def test_the_clock_of_the_office_fetches_by_itself(signed_in: SignedIn, hall: TownHall, rivemont: OtherCity) -> None:
    card = rivemont.hall.card()
    recognised(signed_in, rivemont)

    [synced] = sync.run(hall.engine, hall.desk(now=rivemont.hall.now))

    assert synced.error is None
    assert verdict_here(signed_in("Library"), card) is Verdict.OK

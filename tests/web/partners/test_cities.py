"""The page whose address stands on every slip: whose cards count here, which is half of where ours does."""

from __future__ import annotations

from citycard.operations import recognise
from citycard.slips.letter import CITIES
from citycard.store.partners import PartnerState
from tests.support.reading import CheckingClient
from tests.support.town_hall import TownHall
from tests.web.partners.conftest import OtherCity
from tests.web.partners.test_ceremony import SignedIn, compare, propose, recognised


def test_a_city_stands_there_from_its_recognition_on_and_until_it_is_suspended(
    client: CheckingClient, signed_in: SignedIn, hall: TownHall, rivemont: OtherCity
) -> None:
    compare(signed_in("Dario"), propose(signed_in("Dario"), rivemont.url), "".join(rivemont.fingerprint.digits))
    assert "Rivemont" not in client.page(f"/{CITIES}").text, "one person has compared, and it takes two"
    recognised(signed_in, rivemont)

    assert "Rivemont" in client.page(f"/{CITIES}").text
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ar"
    assert "ريفمون" in client.page(f"/{CITIES}").text

    with hall.session() as session:
        partner = recognise.find(session, 1)
        recognise.move(session, hall.desk(), partner, PartnerState.SUSPENDED, by=hall.staff(session, "Dario"))
    assert "ريفمون" not in client.page(f"/{CITIES}").text

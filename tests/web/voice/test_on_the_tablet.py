"""Two tablets at the quay, in a real browser: each card counts once, with the network between them and without any."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from citycard.operations import devices, voice
from citycard.operations.desk_bundle import device_fingerprint
from tests.support.browser import LONGEST_STEP, NewPage, assert_accessible
from tests.support.office import make_office
from tests.support.servers import RunningOffice, StartOffice
from tests.support.town_hall import Issued, TownHall

pytestmark = pytest.mark.browser

EVERYTHING = """async () => {
  const kept = {};
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
    });
    for (const store of database.objectStoreNames) {
      const shelf = database.transaction(store).objectStore(store);
      const all = (how) => new Promise((resolve) => {
        const asked = shelf[how]();
        asked.onsuccess = () => resolve(asked.result);
      });
      const shown = (value) => value instanceof CryptoKey ? `key, extractable: ${value.extractable}` : value;
      const found = [await all("getAllKeys"), await all("getAll")];
      kept[`${name} ${store}`] = JSON.stringify(found, (_, value) => shown(value));
    }
    database.close();
  }
  return kept;
}"""


class AtTheQuay:
    """A tablet."""

    def __init__(self, page: Page, office: RunningOffice, hall: TownHall, name: str) -> None:
        self.page = page
        with hall.session() as session:
            row = devices.propose(session, hall.desk(), name=name, service=None, by="Bruno")
            session.flush()
            token = devices.invitation(row, hall.desk())
        pin = base64.urlsafe_b64encode(device_fingerprint(hall.office).sha256).decode().rstrip("=")
        page.goto(f"{office.url}/desk-app/#enrol={pin}.{token}")
        expect(page.locator("#part-check")).to_be_visible(timeout=LONGEST_STEP)

    def begins(self, name: str) -> None:
        """Set the tablet to a consultation."""
        self.page.click("[data-open=voice]")
        self.page.click(f"#part-voice li:has-text('{name}') button")
        expect(self.page.locator("[data-voice=name]")).to_have_text(name)

    def scans(self, card: Issued, *, same: bool = True) -> str:
        """Show a card, and say that it is the person; what the screen says then."""
        self.shows(card)
        if not self.page.locator("#answer .ask").count():
            return self.says()
        self.page.click(f"#answer [data-answer={'same' if same else 'other'}]")
        expect(self.page.locator("#answer .outcome:not(.ask)")).to_be_visible(timeout=15_000)
        return self.says()

    def shows(self, card: Issued) -> None:
        """Show a card."""
        self.page.click("[data-open=check]")
        if not self.page.locator("#code").is_visible():
            self.page.click("#otherwise summary")
        self.page.fill("#code", card.full_code)
        self.page.press("#code", "Enter")
        expect(self.page.locator("#answer h1")).to_be_visible()

    def says(self) -> str:
        """The word on the screen."""
        return self.page.locator("#answer h1").inner_text()

    def kept(self) -> dict[str, Any]:
        """Everything that this page keeps."""
        found: dict[str, Any] = self.page.evaluate(EVERYTHING)
        return found


@pytest.fixture
def hall(tmp_path: Path) -> TownHall:
    """The town hall, two days ago; whoever asks for a card then is in time for today's consultations."""
    then = datetime.now(UTC) - timedelta(days=2)
    return TownHall(make_office(tmp_path, now=then), now=then)


def test_each_card_counts_once(hall: TownHall, start_office: StartOffice, new_page: NewPage) -> None:
    naima, leonie = hall.card(full_name="Naïma Berrada"), hall.card(full_name="Léonie Marchevert")
    hall.clock.now = datetime.now(UTC)
    late = hall.card(full_name="Rosa Quintela")
    opens = opener(hall)
    budget, park = opens("Budget of the quays", several=True), opens("The park", several=False)
    office = start_office(hall.office.folder)
    one, two = (AtTheQuay(new_page("en"), office, hall, f"Quay, table {number}") for number in (1, 2))
    one.page.select_option("#language", "en")
    two.page.select_option("#language", "en")

    one.begins("Budget of the quays")
    two.begins("Budget of the quays")
    assert_accessible(one.page)
    assert one.scans(late) == "Please go to the table"
    assert one.scans(naima, same=False) == "Not this person"
    assert one.scans(naima) == "Takes part – first time"
    assert one.scans(naima) == "This card has taken part already"
    assert "a moment ago" in one.page.locator("#answer").inner_text()
    assert two.scans(naima) == "This card has taken part already"
    assert "heard at the table" in two.page.locator("#answer").inner_text()

    two.page.context.set_offline(True)
    assert two.scans(leonie) == "Nobody knows: no answer from the office"
    two.page.context.set_offline(False)
    two.page.click("#answer [data-answer=again]")
    expect(two.page.locator("#answer h1")).to_have_text("Takes part – first time")
    two.page.click("#answer [data-answer=back]")
    expect(two.page.locator("#answer h1")).to_have_text("The mark was taken back")
    assert one.scans(leonie) == "Takes part – first time"
    with hall.session() as session:
        row = voice.find(session, budget)
        assert (voice.took_part(session, row), row.taken_back) == (2, 1)

    stops(two)
    two.begins("The park")
    two.page.context.set_offline(True)
    assert [two.scans(card) for card in (naima, naima, leonie)] == [
        "Takes part – first time",
        "This card has taken part already",
        "Takes part – first time",
    ]
    two.page.click("#answer [data-answer=back]")
    expect(two.page.locator("#answer h1")).to_have_text("The mark was taken back")
    two.page.click("[data-open=voice]")
    expect(two.page.locator("[data-voice=count]")).to_have_text("Cards that took part: \u20681\u2069")
    kept = two.kept()
    assert "extractable: false" in kept["citycard-voice here"]
    assert not any(card.number in text for text in kept.values() for card in (naima, leonie, late))
    stops(two)
    expect(two.page.locator("[data-voice=finished-count]")).to_have_text("Cards that took part: \u20681\u2069")
    kept = two.kept()
    assert kept["citycard-voice marks"] == "[[],[]]"
    assert "extractable" not in kept["citycard-voice here"]

    two.page.context.set_offline(False)
    two.page.click("#part-voice [data-voice-do=fetch]")
    expect(two.page.locator("[data-voice=finished-told]")).to_have_text("The office knows these numbers, too.")
    with hall.session() as session:
        row = voice.find(session, park)
        assert (row.closed, row.took_part, row.taken_back) == (True, 1, 1)
        voice.close(session, hall.desk(), voice.find(session, budget), by=hall.staff(session, "Bruno"))
    assert one.scans(naima) == "The consultation is over"
    assert "extractable" not in one.kept()["citycard-voice here"]
    hall.close()


def opener(hall: TownHall) -> Callable[..., str]:
    """Bruno opens consultations of today."""

    def opens(name: str, *, several: bool) -> str:
        with hall.session() as session:
            now = hall.now
            row = voice.open_consultation(
                session,
                hall.desk(),
                name=name,
                record_day=now.date() - timedelta(days=1),
                opens_at=now - timedelta(minutes=1),
                closes_at=now + timedelta(hours=5),
                several=several,
                other_cities=False,
                by=hall.staff(session, "Bruno"),
            )
            return row.id

    return opens


def stops(tablet: AtTheQuay) -> None:
    """Finish."""
    tablet.page.click("[data-open=voice]")
    tablet.page.click("[data-voice-do=finish]")
    tablet.page.click("[data-voice-do=finish-yes]")
    expect(tablet.page.locator("[data-voice=served]")).to_be_hidden()

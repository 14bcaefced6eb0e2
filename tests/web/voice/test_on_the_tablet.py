"""Two tablets at the quay, in a real browser: each card counts once, with the network between them and without any.

What a finished consultation leaves on the disk is looked for in every file of the second tablet's profile.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from citycard.operations import devices, voice, voice_marks
from citycard.operations.desk_bundle import device_fingerprint
from tests.desk_app.profile import everything_in, found_in
from tests.support.browser import LONGEST_STEP, NewPage, assert_accessible, unhurried, with_profile
from tests.support.office import make_office
from tests.support.servers import RunningOffice, StartOffice
from tests.support.town_hall import Issued, TownHall

pytestmark = pytest.mark.browser

EVERYTHING = """async () => {
  const kept = {};
  const factories = [indexedDB];
  for (const name of (await navigator.storageBuckets?.keys()) ?? [])
    factories.push((await navigator.storageBuckets.open(name)).indexedDB);
  for (const factory of factories) for (const { name } of await factory.databases()) {
    const database = await new Promise((resolve) => {
      const asked = factory.open(name);
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


STUCK = """() => {
  const later = window.setTimeout;
  window.setTimeout = (act, wait, ...more) => later(act, Math.min(wait ?? 0, 100), ...more);
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...of) {
    const silent = { objectStore: () => new Proxy({}, { get: () => () => ({}) }), addEventListener() {}, abort() {} };
    return this.name.endsWith("-alone") ? silent : begin.apply(this, of);
  };
}"""
"""Nothing that is kept in the place of a consultation answers any more, and nobody waits for long."""

LONG = "Schoolyardofthequays" * 4
"""As long as a name can be, and nowhere to break it."""

NO_BUCKETS = "Object.defineProperty(Navigator.prototype, 'storageBuckets', { value: undefined });"


class AtTheQuay:
    """A tablet."""

    def __init__(self, page: Page, office: RunningOffice, hall: TownHall, name: str) -> None:
        unhurried(page)
        self.page = page
        self.name = name
        with hall.session() as session:
            row = devices.propose(session, hall.desk(), name=name, service=None, by="Bruno")
            session.flush()
            token = devices.invitation(row, hall.desk())
        pin = base64.urlsafe_b64encode(device_fingerprint(hall.office).sha256).decode().rstrip("=")
        page.goto(f"{office.url}/desk-app/#enrol={pin}.{token}")
        expect(page.locator("#part-check")).to_be_visible(timeout=LONGEST_STEP)

    def begins(self, name: str, *, sure: bool = False, warned: str = "") -> None:
        """Set the tablet to a consultation, and say yes where it asks."""
        self.page.click("[data-open=voice]")
        self.page.click(f"#part-voice li:has-text('{name}') button")
        if sure:
            expect(self.page.locator("[data-voice=begin-sure]")).to_contain_text("here and nowhere else")
            expect(self.page.locator("[data-voice=begin-left]")).to_contain_text(warned)
            if warned:
                assert_accessible(self.page)
            self.page.click("[data-voice-do=begin-yes]")
        expect(self.page.locator("[data-voice=name]")).to_have_text(name)

    def scans(self, card: Issued, *, same: bool = True) -> str:
        """Show a card, and say that it is the person; what the screen says then."""
        self.shows(card)
        if not self.page.locator("#answer .ask").count():
            return self.says()
        self.collects_garbage()
        self.page.click(f"#answer [data-answer={'same' if same else 'other'}]")
        expect(self.page.locator("#answer .outcome:not(.ask)")).to_be_visible()
        return self.says()

    def shows(self, card: Issued, *, small: bool = False) -> None:
        """Show a card, by its large code or its small one."""
        self.page.click("[data-open=check]")
        if not self.page.locator("#code").is_visible():
            self.page.click("#otherwise summary")
        self.page.fill("#code", card.light_code if small else card.full_code)
        self.page.press("#code", "Enter")
        expect(self.page.locator("#answer h1")).to_be_visible()

    def collects_garbage(self) -> None:
        """Let the browser throw away what nothing holds, as it does by itself within minutes."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        session.detach()

    def says(self) -> str:
        """The word on the screen."""
        return self.page.locator("#answer h1").inner_text()

    def kept(self) -> dict[str, Any]:
        """Everything that this page keeps."""
        found: dict[str, Any] = self.page.evaluate(EVERYTHING)
        return found


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where the browser of the second tablet keeps what it keeps."""
    return tmp_path / "profile"


@pytest.fixture
def second(browser: Browser, profile: Path) -> Iterator[BrowserContext]:
    """The browser of the second tablet."""
    with with_profile(browser.browser_type, profile, locale="en") as context:
        yield context


@pytest.fixture
def hall(tmp_path: Path) -> TownHall:
    """The town hall, two days ago; whoever asks for a card then is in time for today's consultations."""
    then = datetime.now(UTC) - timedelta(days=2)
    return TownHall(make_office(tmp_path, now=then), now=then)


def test_each_card_counts_once(
    hall: TownHall, start_office: StartOffice, new_page: NewPage, second: BrowserContext, profile: Path
) -> None:
    naima, leonie = hall.card(full_name="Naïma Berrada"), hall.card(full_name="Léonie Marchevert")
    faceless = hall.card(full_name="Ondine Vasseur-Roche", portrait_in_code="no")
    hall.clock.now = datetime.now(UTC)
    late = hall.card(full_name="Rosa Quintela")
    opens = opener(hall)
    budget, park = opens("Budget of the quays", several=True), opens("The park", several=False)
    school = opens(LONG, several=False)
    office = start_office(hall.office.folder)
    one, two = (
        AtTheQuay(page, office, hall, f"Quay, table {number}")
        for number, page in enumerate((new_page("en"), second.new_page()), 1)
    )
    one.page.select_option("#language", "en")
    two.page.select_option("#language", "en")

    one.page.add_init_script(NO_BUCKETS)
    one.page.reload()
    # Not chosen, they learn of none.
    one.page.click("[data-open=voice]")
    expect(one.page.locator("[data-voice=none]")).to_be_visible()
    choose(hall, budget, one, two)
    choose(hall, park, two)
    choose(hall, school, one)
    lent = key_of(hall, budget, one)

    one.begins("Budget of the quays")
    two.begins("Budget of the quays")
    assert_accessible(one.page)
    one.page.click("#part-voice [data-open=check]")
    assert one.scans(late) == "Please go to the table"
    expect(one.page.locator("#answer .practice")).to_be_visible()
    one.shows(naima, small=True)
    assert one.says() == "Show the large code"
    assert one.scans(faceless) == "Please go to the table"
    expect(one.page.locator("#answer")).to_contain_text("shows no portrait")
    expect(one.page.locator("#answer button[data-answer]")).to_have_count(0)
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

    # Loaded anew it asks for the key again, because it keeps none.
    assert not any("extractable" in text for text in two.kept().values())
    two.page.reload()
    assert two.scans(leonie) == "This card has taken part already"

    # Left out, it says that it serves no more; chosen again, it has to begin again.
    choose(hall, budget, one)
    assert two.scans(leonie) == "Not on this device any more"
    expect(two.page.locator("#answer")).to_contain_text("No key of it stays here")
    choose(hall, budget, one, two)
    two.begins("Budget of the quays")
    choose(hall, budget, one)
    two.page.click("[data-open=check]")
    two.page.click("[data-open=voice]")
    expect(two.page.locator("[data-voice=told]")).to_contain_text("does not let this device serve")
    two.begins("The park", sure=True)
    two.page.reload()
    expect(two.page.locator("#part-check")).to_be_visible(timeout=LONGEST_STEP)
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
    assert "extractable: false" in kept["citycard-voice-alone here"]
    [mark] = re.findall("[0-9a-f]{64}", kept["citycard-voice-alone marks"])
    key = key_in(profile, mark, consultation=park, card=naima, issuer=hall.office.settings.issuer)
    assert key, "the search finds the key while it is there"
    assert not any(card.number in text for text in kept.values() for card in (naima, leonie, late))
    two.collects_garbage()
    stops(two)
    expect(two.page.locator("[data-voice=finished-count]")).to_have_text("Cards that took part: \u20681\u2069")
    # It has gone from the list with the consultation, and so has the bucket from the disk.
    expect(two.page.locator("[data-voice=list] li", has_text="The park")).to_have_count(0)
    expect(two.page.locator("[data-voice=finished-minutes]")).to_contain_text("with them the files")
    assert not any("extractable" in text or mark in text for text in two.kept().values())
    expect(two.page.locator("[data-voice=none]")).to_be_hidden()
    two.page.click("#part-voice [data-voice-do=fetch]")
    expect(two.page.locator("[data-voice=told]")).to_contain_text("cannot be reached")
    expect(two.page.locator("[data-voice=none]")).to_be_hidden()

    two.page.context.set_offline(False)
    two.page.click("#part-voice [data-voice-do=fetch]")
    expect(two.page.locator("[data-voice=finished-told]")).to_have_text("The office knows these numbers, too.")
    with hall.session() as session:
        row = voice.find(session, park)
        assert (row.closed, row.took_part, row.taken_back) == (True, 1, 1)
        voice.close(session, hall.desk(), voice.find(session, budget), by=hall.staff(session, "Bruno"))
    assert one.scans(naima) == "The consultation is over"
    assert not any("extractable" in text for text in one.kept().values())

    # A browser that cannot delete its files says so before and after, and counts as well.
    one.begins(LONG, sure=True, warned="traces")
    one.page.set_viewport_size({"width": 320, "height": 700})
    for part in ("voice", "check"):
        one.page.click(f"[data-open={part}]")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= 320
    one.page.set_viewport_size({"width": 1280, "height": 720})
    one.page.reload()
    expect(one.page.locator("#part-check")).to_be_visible(timeout=LONGEST_STEP)
    assert [one.scans(naima) for _ in range(2)] == ["Takes part – first time", "This card has taken part already"]
    # A browser that says nothing any more: that is said, and opened again the page has lost nothing.
    one.page.evaluate(STUCK)
    assert one.scans(leonie) == "Not counted: the page is stuck"
    assert one.scans(leonie) == "Not counted: the page is stuck", "it is no longer busy"
    one.page.click("[data-open=voice]")
    one.page.click("[data-voice-do=finish]")
    one.page.click("[data-voice-do=finish-yes]")
    expect(one.page.locator("[data-voice=told]")).to_contain_text("Nothing was finished")
    expect(one.page.locator("[data-voice=served]")).to_be_visible()
    one.page.reload()
    expect(one.page.locator("#part-check")).to_be_visible(timeout=LONGEST_STEP)
    assert one.scans(leonie) == "Takes part – first time"
    stops(one)
    expect(one.page.locator("[data-voice=finished-minutes]")).to_contain_text("may still have traces")
    assert not any("extractable" in text for text in one.kept().values())
    second.close()
    secrets = {lent, key, mark.encode(), mark.encode("utf-16-le"), mark.encode("utf-16-be")}
    assert found_in(profile, [b"The park", "The park".encode("utf-16-le")]), "the search finds what is kept on purpose"
    assert found_in(profile, secrets) == set()
    hall.close()


def choose(hall: TownHall, where: str, *tablets: AtTheQuay) -> None:
    """Bruno chooses these devices."""
    with hall.session() as session:
        chosen = [devices.named(session, tablet.name).id for tablet in tablets]
        row = voice.find(session, where)
        voice.choose(session, hall.desk(), row, chosen=chosen, by=hall.staff(session, "Bruno"))


def key_of(hall: TownHall, where: str, tablet: AtTheQuay) -> bytes:
    """The key that the office gives to the devices of a consultation."""
    with hall.session() as session:
        key = voice_marks.serve(session, hall.desk(), where, device_id=devices.named(session, tablet.name).id)
    assert key
    return key


def key_in(profile: Path, mark: str, *, consultation: str, card: Issued, issuer: str) -> bytes | None:
    """The key under which a card has this mark, if it stands in the files of a bucket."""
    for place, content in everything_in(profile):
        for at in range(len(content) - 31) if "WebStorage" in place else ():
            key = content[at : at + 32]
            if voice_marks.mark_of(key, consultation_id=consultation, issuer=issuer, number=card.number) == mark:
                return key
    return None


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

"""A tablet says of a service what the staff's page says: in the same words, in every language."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from citycard.core.verdicts import Verdict
from citycard.operations.desk_bundle import Bundles, device_fingerprint
from citycard.services.service import Service
from citycard.web.desk.purpose import needs_of
from citycard.web.desk_app.sentences import by_name
from citycard.web.languages import LANGUAGES
from citycard.web.services.words import Told, tell
from tests.desk.test_answers import REGISTER, TODAY, own_cards
from tests.desk_app.conftest import open_page
from tests.support.browser import NewPage, assert_quiet
from tests.support.town_hall import MONDAY, TownHall

pytestmark = pytest.mark.browser

OF_THE_CITY = {"residents-only", "no-agreement", "partner-suspended"}

DRAWN = """
  async ({ bundle, fingerprint, now, today, cards, verdicts, reasons }) => {
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt());
    const from = (name) => import(`/static/js/desk/${name}.js`);
    const [words, { Screen, needsInWords, phrase }] = [await from("words"), await from("screen")];
    const [{ readBundle }, { answer }] = [await from("bundle"), await from("answer")];
    const held = await readBundle(bytes(bundle), { fingerprint: bytes(fingerprint), now });
    const screen = new Screen({ cleared() {} });
    const box = document.getElementById("answer");
    document.getElementById("part-check").hidden = false;

    const asked = [];
    for (const service of [null, ...held.services]) {
      for (const text of cards) {
        asked.push({ service, answer: await answer(text, { held, service: service?.id ?? null, now }) });
      }
    }
    const none = { kind: "stop", shows: null, ownOrVisitor: null, listAge: null };
    for (const verdict of verdicts) {
      for (const reason of ["", ...reasons]) {
        for (const opens of [[], held.services.map(({ id }) => id)]) {
          asked.push({ service: held.services[0], answer: { ...none, verdict, reason, opens } });
        }
      }
    }

    const plain = (place) => place.textContent.replaceAll(/[\u2066-\u2069]/g, "").trim();
    const every = (selector) => [...box.querySelectorAll(selector)].map(plain);
    const drawn = [];
    for (const language of words.languages()) {
      words.speak(language);
      for (const { service, answer } of asked) {
        const set = { service, services: held.services, own: held.language };
        screen.show(answer, { ...set, faces: "always", practice: false, today });
        const labels = [...box.querySelectorAll("[alt], [aria-label]")].map((each) => each.alt ?? each.ariaLabel);
        const { verdict, reason, shows } = answer;
        drawn.push({
          language, verdict, reason,
          service: service?.id ?? null,
          needs: service && needsInWords(service),
          name: service && phrase(service.names, held.language).textContent,
          band: shows?.band ? service.bands.indexOf(shows.band) : null,
          asks: shows?.askAge === true,
          text: [plain(box), plain(document.getElementById("spoken")), ...labels].join(" | "),
          facts: every(".facts dd"),
          questions: every(".caution li"),
          opens: box.querySelector(".opens-here") && every(".opens-here li"),
        });
      }
    }
    screen.clear();
    return drawn;
  }
"""


@pytest.fixture
def drawn(app: Flask, site: str, hall: TownHall, new_page: NewPage) -> list[dict[str, Any]]:
    """What a tablet says in every language: of real cards for each service and none, and of each verdict and reason."""
    with hall.session() as session:
        bundle = Bundles().current(session, hall.ring, services=REGISTER, now=MONDAY).data
    with app.test_request_context():
        reasons = [name.removeprefix("holder.@") for name in by_name() if name.startswith("holder.@")]
    page = new_page("ar-MA", service_workers="block")
    open_page(page, site)
    # The browser's language, on a device that nobody chose one for.
    assert page.locator("html").get_attribute("lang") == page.locator("#language").input_value() == "ar"
    found: list[dict[str, Any]] = page.evaluate(
        DRAWN,
        {
            "bundle": base64.b64encode(bundle).decode(),
            "fingerprint": base64.b64encode(device_fingerprint(hall.office).sha256).decode(),
            "now": int(MONDAY.timestamp()),
            "today": TODAY.isoformat(),
            "cards": list(own_cards(hall).values()),
            "verdicts": [verdict.value for verdict in Verdict],
            "reasons": reasons,
        },
    )
    assert_quiet(page)
    return found


def test_a_tablet_says_of_services_what_the_staffs_page_says(app: Flask, drawn: list[dict[str, Any]]) -> None:
    assert {each["language"] for each in drawn} == set(LANGUAGES)

    # No place of a sentence is left unfilled.
    hole = re.compile(r"[{}]|%\(|undefined|NaN|null")
    left = {(each["language"], each["text"]) for each in drawn if hole.search(each["text"])}
    assert not left, sorted(left)[:3]

    services = {service.id: service for service in REGISTER}
    seen = set()
    for each in drawn:
        if each["service"] is None:
            continue
        service = services[each["service"]]
        told, needs = in_words(app, service, each["language"])
        assert (each["name"], each["needs"]) == (told.name.text, needs)
        groups = [f"{ages} – {gives.text}" for ages, gives in told.by_age]
        if each["band"] is not None:
            assert groups[each["band"]] in each["facts"]
        if each["asks"]:
            assert each["questions"] == (groups or list(told.whom[1:]))
        seen.add((each["service"], each["band"], each["asks"]))
    assert {("pool", 0, False), ("pool", 1, False), ("pool", None, True), ("youth-club", None, True)} <= seen

    # What opens is said of the city alone, and with the day where it is not today.
    for each in drawn:
        shown = each["opens"] is not None
        assert shown == (each["reason"] in OF_THE_CITY or (each["service"] is None and each["reason"] == "")), each
        if shown and each["opens"] and each["language"] == "en":
            later = {"Market – from November 29, 2026", "Patinoire – from December 1, 2026"}
            assert later | {"Museum of Storms", "Pool – From 6 years old"} <= set(each["opens"])


def in_words(app: Flask, service: Service, language: str) -> tuple[Told, str]:
    """The service in the words of the staff's page."""
    with app.test_request_context(), force_locale(language):
        return tell(service, TODAY, own="fr"), needs_of(service)

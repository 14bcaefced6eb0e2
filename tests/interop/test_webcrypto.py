"""A bare script in Chromium verifies our codes: base45, zlib, COSE, WebCrypto, with no library and nothing of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from citycard.core.keys import Algorithm
from tests.support.browser import NewPage
from tests.support.cities import PORTRAIT, City
from tests.support.forging import header_of, signed_code

pytestmark = pytest.mark.browser

SCRIPT = (Path(__file__).parent / "verify_with_webcrypto.js").read_text("utf-8").partition("async")
CITIES = {
    "ES256": City.named("Port-Sable"),
    "EdDSA": City.named("Rivemont", algorithm=Algorithm.EDDSA),
}


@pytest.fixture
def elsewhere(new_page: NewPage) -> Page:
    """An empty page of somebody else. WebCrypto is there under https alone; no request leaves this machine."""
    page = new_page("en")
    page.route("https://elsewhere.example/**", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto("https://elsewhere.example/")
    return page


@pytest.mark.parametrize("algorithm", CITIES)
@pytest.mark.parametrize("light", [False, True], ids=["full", "light"])
def test_a_bare_script_verifies_our_codes(algorithm: str, light: bool, elsewhere: Page) -> None:
    city = CITIES[algorithm]
    script = SCRIPT[1] + SCRIPT[2].rstrip().rstrip(";")
    text = city.card(light=True) if light else city.card(portrait=PORTRAIT)
    spoilt = signed_code(city, {1: city.url}, header=header_of(city), signature=b"\1" * 64)

    said, refused = (
        elsewhere.evaluate(script, {"text": each, "jwk": city.card_pin.public.to_jwk()}) for each in (text, spoilt)
    )

    assert said == {
        "verified": True,
        "algorithm": int(city.card_pin.public.algorithm),
        "kid": city.card_pin.kid.hex(),
        "issuer": city.url,
    }
    assert refused["verified"] is False

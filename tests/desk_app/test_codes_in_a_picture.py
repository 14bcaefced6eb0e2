"""A picture that somebody brings to a desk: the card in it is answered, and nobody chooses between two cards."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Page, expect

from tests.desk.bundles import Town
from tests.support.browser import assert_quiet
from tests.support.cities import LEONIE

pytestmark = pytest.mark.browser

HOLDER = LEONIE.full_name or ""


def beside_each_other(*codes: str) -> bytes:
    """One picture of several codes."""
    drawn = [qrcode.make(code, box_size=4).convert("L") for code in codes]
    picture = Image.new("L", (sum(each.width for each in drawn), max(each.height for each in drawn)), 255)
    left = 0
    for each in drawn:
        picture.paste(each, (left, 0))
        left += each.width
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_two_cards_of_people_with_the_same_name_are_two(desk: Callable[..., Page], town: Town) -> None:
    page = desk()
    mine, namesakes = town.city.card(status_index=1), town.city.card(status_index=2, number="0000000000000000")
    light, poster = town.city.card(status_index=1, light=True), "https://example.test/"

    def bring(*codes: str) -> None:
        content = beside_each_other(*codes)
        page.set_input_files("#picture", {"name": "card.png", "mimeType": "image/png", "buffer": content})

    page.evaluate("document.getElementById('otherwise').open = true")
    told = page.locator("#picture-told")
    bring(mine, namesakes)
    expect(told).to_have_text("This picture shows several cards. Take one of a single card.")
    assert page.locator("#answer").is_hidden()
    assert HOLDER not in page.content()

    bring(poster, light, mine)
    expect(page.locator("#answer [data-verdict=OK]")).to_contain_text(HOLDER)
    expect(told).to_be_empty()

    bring(poster)
    expect(page.locator("#answer [data-verdict=MALFORMED]")).to_be_visible()
    assert HOLDER not in page.content()
    assert_quiet(page)

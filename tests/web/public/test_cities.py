"""The addresses on a holder's slip, which is read for years: each is a page, and one lists the cities."""

from __future__ import annotations

import pytest

from citycard.slips.letter import CITIES, END, KEPT, LOST
from tests.support.reading import CheckingClient


@pytest.mark.parametrize("address", [CITIES, LOST, END, KEPT])
def test_what_is_printed_on_the_slip_is_a_page_that_anybody_may_open(client: CheckingClient, address: str) -> None:
    assert client.get(f"/{address}").status_code == 200


def test_a_city_that_is_alone_says_so(client: CheckingClient) -> None:
    assert "No other city has agreed with ours yet." in client.page(f"/{CITIES}").text

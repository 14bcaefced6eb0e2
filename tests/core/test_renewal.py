"""Reading one's own card after its last day: for the office that issued it, and only for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from citycard.core.errors import CardRefused
from citycard.core.keys import KeyState
from citycard.core.renewal import LATE, read_for_renewal
from citycard.core.verdicts import Verdict
from tests.support.cities import EXPIRES_ON, NOW, City, trust_in

OVER = datetime.combine(EXPIRES_ON + timedelta(days=1), datetime.min.time(), UTC)
"""About when the last day of the cards is over, in a city near Greenwich."""


def test_a_good_card_and_one_that_is_over_say_what_they_say(port_sable: City) -> None:
    for now in (NOW, OVER + timedelta(days=90), OVER + LATE - timedelta(days=1)):
        card = read_for_renewal(port_sable.card(), trust=trust_in(port_sable), now=now)
        assert card == port_sable.claims()


@pytest.mark.parametrize(
    ("now", "verdict"),
    [(OVER + LATE + timedelta(days=1), Verdict.EXPIRED), (NOW - timedelta(days=4000), Verdict.NOT_YET)],
)
def test_a_card_over_for_a_year_or_from_the_future_is_refused(
    port_sable: City, now: datetime, verdict: Verdict
) -> None:
    with pytest.raises(CardRefused) as refused:
        read_for_renewal(port_sable.card(), trust=trust_in(port_sable), now=now)
    assert refused.value.verdict is verdict


def test_it_is_as_strict_as_a_check_about_who_signed(port_sable: City, rivemont: City) -> None:
    forged = port_sable.card(signed_by=rivemont.card_key)
    stolen = trust_in(port_sable.with_card_key(state=KeyState.COMPROMISED))
    for text, trust, verdict in (
        (rivemont.card(), trust_in(port_sable), Verdict.UNKNOWN_ISSUER),
        (forged, trust_in(port_sable), Verdict.UNKNOWN_ISSUER),
        (port_sable.card(), stolen, Verdict.KEY_REVOKED),
        (port_sable.card()[:-3], trust_in(port_sable), Verdict.MALFORMED),
    ):
        with pytest.raises(CardRefused) as refused:
            read_for_renewal(text, trust=trust, now=NOW)
        assert refused.value.verdict is verdict

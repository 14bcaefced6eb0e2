"""The town of the training at desks: each card gets its answer there, and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from citycard.core.errors import CardRefused, TrustRefused
from citycard.core.trust import TrustStore, check_issuer_url
from citycard.core.verdicts import Verdict
from citycard.core.verify import verify
from citycard.demo.training_town import ISSUER, Made, TrainingCard, bundle, cards
from citycard.partners.desk_bundle import Held, read_bundle
from tests.desk import bundles

PARIS = ZoneInfo("Europe/Paris")
DAYS = [
    datetime(2026, 11, 22, 10, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 30, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
]


def made(now: datetime) -> Made:
    return bundle(bundles.content(), now=now)


def held(now: datetime) -> Held:
    training = made(now)
    return read_bundle(training.data, fingerprint=training.fingerprint, now=now)


def answer(card: TrainingCard, there: Held, now: datetime) -> Verdict:
    try:
        return verify(card.code, trust=there.trust, lists=there.lists, now=now).verdict
    except CardRefused as refused:
        return refused.verdict


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_each_card_gets_its_answer_on_every_day_of_the_year(now: datetime) -> None:
    there = held(now)
    sheet = cards(today=now.astimezone(PARIS).date(), zone=PARIS)

    assert [answer(card, there, now) for card in sheet] == [card.verdict for card in sheet]
    assert {card.verdict for card in sheet} >= {
        Verdict.OK, Verdict.EXPIRED, Verdict.REVOKED, Verdict.SUSPENDED, Verdict.BAD_SIGNATURE, Verdict.UNKNOWN_ISSUER
    }  # fmt: skip
    assert any(card.small for card in sheet)


def test_a_sheet_printed_in_december_is_good_in_march() -> None:
    march = datetime(2027, 3, 1, 9, tzinfo=UTC)
    sheet = cards(today=date(2026, 12, 20), zone=PARIS)

    assert [answer(card, held(march), march) for card in sheet] == [card.verdict for card in sheet]


def test_no_desk_of_a_city_knows_the_town_and_no_trust_store_takes_it_up() -> None:
    now = DAYS[0]
    sheet = cards(today=now.date(), zone=PARIS)
    with pytest.raises(TrustRefused) as town:
        check_issuer_url(ISSUER, allow_demo=False)
    assert town.value.code == "issuer-demo"

    for card in sheet:
        with pytest.raises(CardRefused) as refused:
            verify(card.code, trust=TrustStore(()), lists={}, now=now)
        assert refused.value.verdict is not Verdict.OK


def test_services_are_those_of_the_office_and_its_partners_are_not_there() -> None:
    there = held(DAYS[0])

    assert [one["id"] for one in there.services] == [one["id"] for one in bundles.SERVICES]
    assert there.issuer == ISSUER
    assert there.agreements == {}
    assert there.expires_at - there.issued_at <= timedelta(days=21)

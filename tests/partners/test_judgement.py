"""Whether Rivemont may believe Port-Sable's statement beside everything else it knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from citycard.core.keys import KeyState
from citycard.partners.judgement import Difference, check_against, differences
from citycard.partners.look_alikes import address_warnings, name_warnings, skeleton
from citycard.partners.statement import Statement, StatementRefused, to_issuer
from tests.partners.conftest import TODAY, card_key, statement_of

RIVEMONT = to_issuer(statement_of("Rivemont"))
PORT_SABLE = statement_of("Port-Sable")
BOIS_CLAIR = to_issuer(statement_of("Bois-Clair"))


def judged(statement: Statement = PORT_SABLE, **changes: Any) -> tuple[str, ...]:
    """Rivemont's judgement, which knows Bois-Clair."""
    arguments: dict[str, Any] = {"own_issuer": RIVEMONT, "others": [BOIS_CLAIR], "today": TODAY, **changes}
    return check_against(statement, **arguments)


def refusal(statement: Statement = PORT_SABLE, **changes: Any) -> str:
    with pytest.raises(StatementRefused) as refused:
        judged(statement, **changes)
    return refused.value.code


def test_it_believes_a_city_that_minds_its_own_business() -> None:
    assert judged(replace(PORT_SABLE, names={"fr": "Port-Sable"})) == ()


def test_it_refuses_a_statement_in_our_name() -> None:
    assert refusal(statement_of("Rivemont", keys=())) == "own-issuer"


def test_it_refuses_a_partner_that_becomes_another_city() -> None:
    assert refusal(expected_issuer="https://bois-clair.example") == "wrong-issuer"
    assert refusal(previous=statement_of("Bois-Clair")) == "wrong-issuer"


def test_it_refuses_a_key_of_ours() -> None:
    assert refusal(replace(PORT_SABLE, keys=(RIVEMONT.keys[0],))) == "shared-key"


def test_it_refuses_to_let_a_city_speak_for_the_lists_of_another() -> None:
    """A city at the root of a host could name the lists of those below it, and blind us to their cards."""
    below = PORT_SABLE.issuer + "/bois-clair"
    theirs = replace(BOIS_CLAIR, url=below, status_lists=(below + "/status/1",))
    greedy = replace(PORT_SABLE, status_lists=(*PORT_SABLE.status_lists, below + "/status/1"))

    assert refusal(greedy, others=[theirs]) == "shared-list"
    judged(others=[theirs])


def test_it_refuses_a_key_of_another_city_even_for_another_use() -> None:
    borrowed = replace(BOIS_CLAIR.keys[1], use=PORT_SABLE.keys[0].use)

    assert refusal(replace(PORT_SABLE, keys=(borrowed,))) == "shared-key"


def test_a_city_keeps_its_own_keys() -> None:
    judged(others=[BOIS_CLAIR, to_issuer(PORT_SABLE)], previous=PORT_SABLE)


def test_it_refuses_a_statement_of_next_year_and_allows_for_time_zones() -> None:
    judged(replace(PORT_SABLE, issued_on=TODAY + timedelta(days=1)))

    assert refusal(replace(PORT_SABLE, issued_on=TODAY + timedelta(days=365))) == "future"


def test_it_refuses_a_statement_older_than_the_one_held() -> None:
    assert refusal(replace(PORT_SABLE, issued_on=TODAY - timedelta(days=1)), previous=PORT_SABLE) == "older"


@pytest.mark.parametrize("how", ["called active again", "called retired", "dropped"])
def test_a_compromised_key_stays_compromised(how: str) -> None:
    card, status = PORT_SABLE.keys
    killed = replace(PORT_SABLE, keys=(replace(card, state=KeyState.COMPROMISED), status))
    keys = {
        "called active again": (card, status),
        "called retired": (replace(card, state=KeyState.RETIRED), status),
        "dropped": (status,),
    }[how]

    judged(killed, previous=PORT_SABLE)
    assert refusal(replace(PORT_SABLE, keys=keys), previous=killed) == "compromise-undone"


@pytest.mark.parametrize(
    ("names", "warnings"),
    [
        ({"fr": "Port-Sable", "ar": "مدينة الرمل", "es": "Puerto Arena"}, ()),
        ({"fr": "Évreux-sur-Mer", "vi": "Đà Nẵng"}, ()),
        ({"fr": "Pοrt-Sable"}, ("mixed-script",)),  # a Greek o
        ({"fr": "Порт"}, ("unexpected-script",)),
        ({"ar": "Port-Sable"}, ("unexpected-script",)),
        ({"fr": "BOIS CLAIR"}, ("looks-like-another-city",)),
        ({"fr": "Воіѕ-Сlаіr"}, ("looks-like-another-city", "mixed-script")),  # mostly Cyrillic
    ],
)
def test_names_that_imitate_are_pointed_out(names: dict[str, str], warnings: tuple[str, ...]) -> None:
    assert judged(replace(PORT_SABLE, names=names)) == warnings


def test_a_warning_says_nothing_of_the_other_city() -> None:
    assert name_warnings({"fr": "Rivemont"}, ["RIVEMONT"]) == ("looks-like-another-city",)
    assert skeleton("Rivé-Mont") == skeleton("RIVE MONT")


def test_an_imitation_of_our_own_name_is_said_to_be_one_of_ours() -> None:
    ours, another = judged(replace(PORT_SABLE, names={"fr": "Rıve-mont"})), judged(PORT_SABLE, others=[])

    assert ours == ("looks-like-our-city",)
    assert another == ()


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("rivernont.example", "address-like-our-city"),
        ("cards.r1vemont.org", "address-like-our-city"),
        ("bois-c1air.example", "address-like-another-city"),
        ("b0is-clair.example", "address-like-another-city"),
        ("boisclair.example", "address-like-another-city"),
        ("xn--bis-clair-q1g.example", "address-like-another-city"),  # a Greek omicron
    ],
)
def test_an_address_that_looks_like_anothers_is_remarked_upon(host: str, code: str) -> None:
    assert address_warnings(f"https://{host}", [BOIS_CLAIR.url], ours=RIVEMONT.url) == (code,)
    assert code in judged(replace(PORT_SABLE, issuer=f"https://{host}"))


@pytest.mark.parametrize("host", ["port-sable.example", "rivemont.org", "cards.bois-clair.example", "xn--a-.example"])
def test_an_address_of_its_own_is_not(host: str) -> None:
    """Two that share a part letter by letter are no imitation, but a neighbour or a move."""
    assert address_warnings(f"https://{host}", [BOIS_CLAIR.url], ours=RIVEMONT.url) == ()


def test_it_says_what_a_new_statement_changes() -> None:
    card, status = PORT_SABLE.keys
    extra = card_key("new")
    after = replace(
        PORT_SABLE,
        keys=(replace(card, state=KeyState.COMPROMISED), extra),
        status_lists=(*PORT_SABLE.status_lists, "https://port-sable.example/status/2"),
        contact="Mairie",
    )

    assert differences(PORT_SABLE, after) == (
        Difference("key-added", extra.kid.hex()),
        Difference("key-compromised", card.kid.hex()),
        Difference("key-removed", status.kid.hex()),
        Difference("list-added", "https://port-sable.example/status/2"),
        Difference("changed", "contact"),
    )
    assert differences(PORT_SABLE, PORT_SABLE) == ()
    assert len(differences(None, PORT_SABLE)) == 3


def test_a_key_with_other_days_is_a_change() -> None:
    card, status = PORT_SABLE.keys
    after = replace(PORT_SABLE, keys=(replace(card, last_day=TODAY), status))

    assert differences(PORT_SABLE, after) == (Difference("key-changed", card.kid.hex()),)

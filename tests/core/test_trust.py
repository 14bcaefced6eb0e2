"""Whose signatures count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from citycard.core.errors import TrustRefused
from citycard.core.keys import KeyUse
from citycard.core.trust import Issuer, TrustStore, check_issuer_url, is_demo_issuer
from tests.support.cities import City, SigningKey, trust_in


@pytest.mark.parametrize(
    "url",
    [
        "https://ville.fr",
        "https://cartes.ville.fr",
        "https://example.com/communes/port-sable",
        "https://xn--lon-bma.fr",
        "https://a-b.c0.museum/x_y~z.1",
    ],
)
def test_a_city_is_named_by_a_plain_address(url: str) -> None:
    check_issuer_url(url, allow_demo=False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "http://ville.fr",
        "HTTPS://ville.fr",
        "https:ville.fr",
        "https:///ville.fr",
        "https://Ville.fr",
        "https://villé.fr",
        "https://ville.fr/",
        "https://ville.fr//x",
        "https://ville.fr/x/",
        "https://ville.fr/.",
        "https://ville.fr/./x",
        "https://ville.fr/../x",
        "https://ville.fr/x/..",
        "https://ville.fr/%2e%2e",
        "https://ville.fr:443",
        "https://ville.fr?x",
        "https://ville.fr#x",
        "https://amel@ville.fr",
        "https://ville.fr@autre.fr",
        "https://ville.fr\\@autre.fr",
        "https://ville.fr\n",
        " https://ville.fr",
        "https://ville .fr",
        "https://ville",
        "https://ville..fr",
        "https://.ville.fr",
        "https://ville.fr.",
        "https://-ville.fr",
        "https://ville-.fr",
        "https://127.0.0.1",
        "https://[::1]",
        "https://2130706433",
        "https://0x7f.1",
        "https://" + "a" * 64 + ".fr",
        "https://" + "a." * 100 + "fr",
        "https://ville。fr",
    ],
)
def test_it_refuses_every_other_spelling(url: str) -> None:
    with pytest.raises(TrustRefused) as refused:
        check_issuer_url(url, allow_demo=True)
    assert refused.value.code == "issuer-form"


@pytest.mark.parametrize("ending", ["invalid", "test", "example", "localhost"])
def test_demonstration_cities_are_recognised_only_where_that_was_said(ending: str) -> None:
    url = f"https://port-sable.{ending}"
    assert is_demo_issuer(url)
    check_issuer_url(url, allow_demo=True)
    with pytest.raises(TrustRefused) as refused:
        check_issuer_url(url, allow_demo=False)
    assert refused.value.code == "issuer-demo"


def test_the_path_does_not_make_a_demonstration_city() -> None:
    assert not is_demo_issuer("https://ville.fr/x.test")
    assert not is_demo_issuer("https://contest.fr")


def test_a_city_appears_once(port_sable: City) -> None:
    with pytest.raises(TrustRefused) as refused:
        TrustStore([port_sable.issuer, port_sable.issuer])
    assert refused.value.code == "issuer-twice"


def test_two_cities_cannot_show_the_same_key(port_sable: City, rivemont: City) -> None:
    thief = replace(rivemont.issuer, keys=(port_sable.card_pin,))
    with pytest.raises(TrustRefused) as refused:
        TrustStore([port_sable.issuer, thief])
    assert refused.value.code == "key-shared"
    # Nor for another use: a key has one owner.
    thief = replace(rivemont.issuer, keys=(port_sable.card_key.pinned(KeyUse.STATUS),))
    with pytest.raises(TrustRefused):
        TrustStore([thief, port_sable.issuer])


def test_a_key_has_one_use(port_sable: City) -> None:
    with pytest.raises(TrustRefused) as refused:
        Issuer(port_sable.url, {}, (port_sable.card_pin, port_sable.card_key.pinned(KeyUse.STATUS)))
    assert refused.value.code == "key-twice"


@pytest.mark.parametrize(
    "uri",
    ["https://rivemont.example/status/1", "https://port-sable.example", "https://port-sable.example.org/status/1"],
)
def test_a_list_stands_under_its_citys_address(port_sable: City, uri: str) -> None:
    with pytest.raises(TrustRefused) as refused:
        replace(port_sable.issuer, status_lists=(uri,))
    assert refused.value.code == "list-elsewhere"


def test_a_key_is_found_by_city_and_name_and_only_for_its_use(port_sable: City, rivemont: City) -> None:
    trust = trust_in(port_sable, rivemont)
    assert trust.card_key(port_sable.url, port_sable.card_pin.kid) == port_sable.card_pin
    assert trust.card_key(rivemont.url, port_sable.card_pin.kid) is None
    assert trust.card_key(port_sable.url, port_sable.status_pin.kid) is None
    assert port_sable.issuer.key(port_sable.status_pin.kid, KeyUse.STATUS) == port_sable.status_pin
    assert port_sable.issuer.key(port_sable.status_pin.kid, KeyUse.CARD) is None
    assert port_sable.issuer.key(SigningKey("other").public.kid, KeyUse.CARD) is None


def test_a_city_without_keys_may_be_recognised() -> None:
    store = TrustStore([Issuer("https://departement.example", {"fr": "Département"}, ())])
    assert store.issuer("https://departement.example") is not None
    assert store.issuer("https://autre.example") is None
    assert [issuer.url for issuer in store] == ["https://departement.example"]


def test_ten_thousand_partners_are_looked_up_as_fast_as_two(port_sable: City) -> None:
    many = [Issuer(f"https://ville-{number}.example", {}, ()) for number in range(10_000)]
    store = TrustStore([*many, port_sable.issuer])
    assert store.card_key(port_sable.url, port_sable.card_pin.kid) == port_sable.card_pin

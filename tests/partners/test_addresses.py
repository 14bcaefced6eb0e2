"""Where a partner's server may be, and the spellings of everywhere else."""

from __future__ import annotations

import pytest

from citycard.partners.addresses import is_loopback, is_public_address, is_public_name

PUBLIC = ["1.1.1.1", "193.0.6.139", "100.63.255.255", "172.32.0.1", "2001:67c:2e8:22::c100:68b", "2a00:1450::1"]

NOT_PUBLIC = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:1.1.1.1",
    "64:ff9b::7f00:1",
    "64:ff9b::1.1.1.1",
    "64:ff9b:1::10.0.0.1",
    "100::1",
    "2001::7f00:1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:c0a8:101::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2a00:1450::1%eth0",
    "fec0::1",
    "ff02::1",
]

NOT_NAMES = [
    "localhost",
    "127.1",
    "127.0.0.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "[::1]",
    "::1",
    "1.1.1.0x1",
    "port-sable",
    "PORT-SABLE.example",
    "port-sable.example.",
    "port_sable.example",
    "-port.example",
    "port..example",
    "pört.example",
    "①②⑦.⓪.⓪.①",
    "port-sable.example\n",
    "",
    "a." * 130 + "example",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_any_other_address_is_refused(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("text", ["", "one", "127.1", "0x7f.0.0.1", "1.1.1.1 ", "01.1.1.1", "1.1.1.1/32"])
def test_what_is_no_address_is_refused(text: str) -> None:
    assert not is_public_address(text)


@pytest.mark.parametrize("host", NOT_NAMES)
def test_an_address_in_disguise_is_no_name(host: str) -> None:
    assert not is_public_name(host)


@pytest.mark.parametrize("host", ["port-sable.example", "cartes.port-sable.example", "xn--prt-sable-07a.fr", "a.co"])
def test_a_name_is_a_name(host: str) -> None:
    assert is_public_name(host)


def test_this_machine_is_loopback_and_nothing_mapped_to_it() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert not is_loopback("::ffff:127.0.0.1")
    assert not is_loopback("10.0.0.1")
    assert not is_loopback("localhost")

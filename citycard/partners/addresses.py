"""Which hosts and addresses a partner's server may have. A partner is a public server; ours fetches from no other.

A town hall's own network has printers, registers and routers that trust whoever is inside. Whoever can make our server
fetch a file, by proposing a partner or by answering a DNS query, must not reach them.

1. A host is a name with a dot, in lower-case ASCII, whose last label begins with a letter: no spelling of a number
   (127.1, 0x7f000001, 2130706433, [::1]) is a name.
2. An IPv4 address is refused in every block that IANA's special-purpose registry keeps from the public Internet, and
   the few public ones behind which a cloud hides its metadata.
3. An IPv6 address must be in 2000::/3, what is handed out to the public, and in none of the blocks there that carry an
   IPv4 address inside (6to4, Teredo) or are for documentation. That leaves mapped, NAT64, local and multicast ones out.

Left out: a NAT64 prefix of the network's own inside 2000::/3 cannot be told from an ordinary address.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from citycard.core.trust import HOST

_REFUSED = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT; one cloud's metadata
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # one cloud's metadata, in public space
            "169.254.0.0/16",  # link-local; most clouds' metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
            "2001::/23",  # Teredo, ORCHID, benchmarking and other assignments
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
_PUBLIC_IPV6 = IPv6Network("2000::/3")


def is_public_name(host: str) -> bool:
    """Whether `host` is a name (1), as opposed to an address in any spelling."""
    return HOST.fullmatch(host) is not None


def is_public_address(text: str) -> bool:
    """Whether the address in `text` may be a partner's server (2, 3)."""
    address = read_address(text)
    if address is None or any(address in block for block in _REFUSED):
        return False
    return isinstance(address, IPv4Address) or address in _PUBLIC_IPV6


def is_loopback(text: str) -> bool:
    """Whether the address in `text` is this machine itself, as 127.0.0.0/8 or ::1 and nothing that is mapped to it."""
    address = read_address(text)
    return address is not None and address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in `text`, without a zone and in no spelling of C's (127.1, 0x7f.0.0.1), or None."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return None if getattr(address, "scope_id", None) else address

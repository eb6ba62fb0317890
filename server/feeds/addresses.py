"""Where webhooks may be posted: public addresses, private ones only in networks the operator named."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

MAX_URL = 2_000

_NAT64 = IPv6Network("64:ff9b::/96")
_IPV4_COMPATIBLE = IPv6Network("::/96")


def network_of(text: str) -> Network:
    """A network as in `10.0.0.0/8`, or one address. Raises `ValueError`."""
    return ip_network(text.strip(), strict=False)


def plain(address: Address) -> Address:
    """The address that is meant: what carries an IPv4 address in IPv6 is that IPv4 address."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or (address in _IPV4_COMPATIBLE and int(address) > 0xFFFF):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def allowed(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether the address may be connected to."""
    meant = plain(address)
    if any(meant.version == network.version and meant in network for network in networks):
        return True
    return meant.is_global and not (meant.is_multicast or meant.is_reserved or meant.is_unspecified)


def url_problem(url: str, networks: tuple[Network, ...]) -> str | None:
    """What is wrong with an address that events are to be posted to, as far as it tells; None where nothing.

    Plain http is for networks the operator named. A name is looked up, and looked at, on every connection.
    """
    if len(url) > MAX_URL or not url.isascii() or any(c.isspace() or not c.isprintable() for c in url):
        return f"expected a URL of at most {MAX_URL} printable ASCII characters"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "expected a URL such as https://hooks.example.com/schedule"
    if parts.scheme not in {"https", "http"} or not parts.hostname or port == 0:
        return "expected a URL such as https://hooks.example.com/schedule"
    if parts.username is not None or parts.password is not None:
        return "expected a URL without a user name; deliveries are signed instead"
    if parts.fragment:
        return "expected a URL without a fragment"
    if parts.scheme == "http" and not networks:
        return "expected https; plain http is possible only into networks that the operator named"
    try:
        literal = ip_address(parts.hostname)
    except ValueError:
        return None
    if not allowed(literal, networks):
        return f"{parts.hostname} is not a public address; the operator may allow it by WEBHOOK_NETWORKS"
    return None

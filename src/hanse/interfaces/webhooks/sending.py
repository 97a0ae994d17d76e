"""One attempt to deliver: signed by the Standard Webhooks scheme, and never sent to an address of our own network."""

import ipaddress
import socket
import time
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

import httpx
from django.conf import settings

from hanse.network.webhooks.queries import Sendable
from hanse.network.webhooks.rules import signature

SECONDS = 10
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the status that was answered, or why there is none."""

    answered: int | None
    error: str
    took_ms: int


class PrivateAddress(Exception):
    """The name leads to an address that is not on the public internet."""


def send(what: Sendable, at: datetime) -> Outcome:
    """Post a delivery and return what came of it; nothing is raised for what the other side does."""
    started = time.monotonic()
    try:
        answered, error = _post(what, at), ""
    except PrivateAddress as reason:
        answered, error = None, f"private address: {reason}"
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as reason:
        answered, error = None, f"{type(reason).__name__}: {reason}"
    return Outcome(answered, error[:200], round((time.monotonic() - started) * 1000))


def _post(what: Sendable, at: datetime) -> int:
    """Post to the very address that was looked up and found to be public; return the status of the answer."""
    parts = urlsplit(what.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    address = resolve(host, port)
    spelt = f"[{address}]" if address.version == 6 else str(address)
    stamp = int(at.timestamp())
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "User-Agent": "Hanse-Webhooks/1",
        "webhook-id": what.event,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature(what.secret, what.event, stamp, what.body),
    }
    url = urlunsplit((parts.scheme, f"{spelt}:{port}", parts.path or "/", parts.query, ""))
    # `trust_env` off: a proxy of ours would look the name up again.
    with (
        httpx.Client(trust_env=False, follow_redirects=False, timeout=SECONDS) as client,
        client.stream(
            "POST", url, content=what.body.encode(), headers=headers, extensions={"sni_hostname": host}
        ) as answer,
    ):
        return answer.status_code


def resolve(host: str, port: int) -> Address:
    """Return the address of a host; PrivateAddress if any that it leads to is not public, except in the demo."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(row[4][0]) for row in found]
    if not addresses:
        raise OSError("no such host")
    if not settings.HANSE_DEMO:
        for address in addresses:
            if not is_public(address):
                raise PrivateAddress(str(address))
    return addresses[0]


def is_public(address: Address) -> bool:
    """Say whether an address is on the public internet, seen through every way to write an older one in a newer."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None or address.teredo is not None or address in NAT64:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


NAT64 = ipaddress.ip_network("64:ff9b::/96")

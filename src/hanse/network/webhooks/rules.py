"""When a delivery is tried again, when an endpoint is given up, and how a delivery is signed: pure."""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from hanse.kernel.errors import MalformedInput
from hanse.network.parties.rules import check_text

PERMISSION = "party.edit"
"""Who may say where a party's facts go may also read what was sent there."""
TEST = "webhook.test"
"""The fact that an endpoint is sent to be tried."""
WAITS = tuple(timedelta(seconds=s) for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""How long after each failed attempt the next one is made; after the last there is none."""
PATIENCE = timedelta(days=5)
"""An endpoint at which everything failed for this long is disabled."""
KEPT = timedelta(days=30)
"""How long the log of deliveries goes back."""
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32,88}={0,2}")


def next_attempt(attempts: int, at: datetime) -> datetime | None:
    """Return when a delivery that has now failed so many times is tried again, None if it is given up."""
    return at + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def check_url(url: str, *, plain: bool) -> str:
    """Return the address if facts can be sent there: HTTPS with a host, no credentials; `plain` HTTP where allowed."""
    text = check_text(url, "url", 500)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    allowed = ("https", "http") if plain else ("https",)
    if parts.scheme not in allowed or not parts.hostname or "@" in parts.netloc or port == 0 or not text.isascii():
        raise MalformedInput("url", _("an address that begins with %(scheme)s://") % {"scheme": allowed[0]})
    if re.search(r"\s", text) or parts.fragment:
        raise MalformedInput("url", _("an address without spaces and without #"))
    return text


def check_facts(facts: Sequence[str], known: Collection[str]) -> list[str]:
    """Return the kinds of facts that are wanted, each once; none means all of them."""
    for fact in facts:
        if fact not in known:
            raise MalformedInput("facts", _("facts from the list of facts"), given=fact)
    return sorted(set(facts))


def check_secret(secret: str) -> str:
    """Return the secret if it has the form of Standard Webhooks."""
    if not SECRET.fullmatch(secret):
        raise MalformedInput("secret", _("whsec_ and 24 to 64 bytes in base64"))
    return secret


def signature(secret: str, identity: str, timestamp: int, body: str) -> str:
    """Return the signature of a delivery by the Standard Webhooks scheme, version 1."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{identity}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()

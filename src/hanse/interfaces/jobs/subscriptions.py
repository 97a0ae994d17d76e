"""Everything that follows a fact: this table is the whole of it.

Each follower of a fact becomes a job of its own, written in the transaction that announced the fact, so it runs
exactly if the change was committed, is tried again until it succeeds, and never holds up another follower. Followers
may run twice: what they call knows its own keys.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from hanse.interfaces.jobs import alerts, gateway, mailing
from hanse.interfaces.webhooks.facts import FACTS
from hanse.interfaces.webhooks.telling import tell
from hanse.kernel.events import OUTSIDE

Payload = Mapping[str, Any]
Follower = Callable[[Payload, datetime], None]


def send_refund(payload: Payload, at: datetime) -> None:
    """Tell the provider to send money back to the payer."""
    gateway.send_refund(refund=payload["refund"], at=at)


def send_payout(payload: Payload, at: datetime) -> None:
    """Tell the bank to pay a party what it is owed."""
    gateway.send_payout(payout=payload["payout"], at=at)


def tell_short(payload: Payload, at: datetime) -> None:
    """Tell of promised pieces that were not found."""
    alerts.tell_short(payload, at)


def mail_notices(payload: Payload, at: datetime) -> None:
    """Send notices by e-mail to those of the party who want that."""
    del at
    mailing.send(payload["notices"])


FOLLOWERS: Mapping[str, tuple[Follower, ...]] = {
    "provider_refund.started": (send_refund,),
    "payout.created": (send_payout,),
    "notice.given": (mail_notices,),
    "stock.short": (tell_short,),
}
"""Fact to followers. What an operation announces and nobody follows costs nothing.

Beyond these every fact of `webhooks.facts` is told to the endpoints that wait for it (`kernel.events.publish`).
"""


def names() -> dict[str, tuple[str, ...]]:
    """Return the table with the followers by name, as jobs carry them."""
    return {fact: tuple(follower.__name__ for follower in row) for fact, row in FOLLOWERS.items()}


def follower(fact: str, name: str) -> Follower | None:
    """Return the follower of that name, or None if it no longer follows this fact."""
    if name == OUTSIDE and fact in FACTS:
        return partial(tell, fact)
    return next((found for found in FOLLOWERS.get(fact, ()) if found.__name__ == name), None)

"""Many offers at once, as an import brings them."""

from collections.abc import Sequence
from datetime import datetime

from hanse.goods.offers.operations._insert import insert
from hanse.goods.offers.rules import NewOffer
from hanse.kernel import events, once
from hanse.kernel.actor import Actor


@once.operation("offers.list_many")
def list_offers(*, key: str, at: datetime, by: Actor, offers: Sequence[NewOffer]) -> list[str]:
    """List all of them or none, in a number of statements that hardly grows, and return their codes in order.

    Their sources must have been listed before: tier after tier, each in a batch of its own.
    """
    found = insert(offers, at=at, by=by)
    events.announce("offer.listed_many", offers=len(found))
    return found

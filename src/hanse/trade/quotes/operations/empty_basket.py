"""Take out of a basket what was ordered."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.intake import storable
from hanse.trade.quotes.queries import basket_of


@once.operation("trade.empty_basket")
def empty_basket(*, key: str, at: datetime, by: Actor, offers: Sequence[str]) -> int:
    """Take these offers (codes) out of the basket of the actor's party and return how many lay there."""
    deleted, _rows = basket_of(by.party).filter(offer__code__in=storable(offers)).delete()
    return deleted

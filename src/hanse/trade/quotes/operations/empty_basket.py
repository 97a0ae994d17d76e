"""Take out of a basket what was ordered from it."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.trade.quotes.models import BasketLine
from hanse.trade.quotes.queries import basket_of


@once.operation("trade.empty_basket")
def empty_basket(*, key: str, at: datetime, by: Actor, offers: Sequence[str], token: str = "") -> int:
    """Take these offers (codes) out of the basket of the actor's party, or the token's; return how many there were."""
    lines = basket_of(by.party, token).filter(offer__code__in=list(offers))
    return BasketLine.objects.filter(pk__in=list(lines.values_list("pk", flat=True))).delete()[0]

"""Keep a visitor's basket when they sign in."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.trade.quotes.models import BasketLine
from hanse.trade.quotes.queries import basket_of


@once.operation("trade.merge_basket")
def merge_basket(*, key: str, at: datetime, by: Actor, token: str) -> int:
    """Move the lines of the token's basket into that of the actor's party; return how many were moved.

    An offer in both keeps the larger quantity: nobody finds less than they put in.
    """
    if by.party is None:
        return 0
    own = {line.offer_id: line for line in basket_of(by.party).select_for_update(of=("self",))}
    visitors = list(basket_of(None, token))
    for line in visitors:
        mine = own.get(line.offer_id)
        most = max(line.quantity, mine.quantity if mine else 0)
        BasketLine.objects.update_or_create(
            party_id=by.party, token="", offer_id=line.offer_id, defaults={"quantity": most, "at": at}
        )
    BasketLine.objects.filter(pk__in=[line.pk for line in visitors]).delete()
    return len(visitors)

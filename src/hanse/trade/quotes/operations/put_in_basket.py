"""Put an offer into a basket, or change how many pieces of it lie there."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.models import Offer
from hanse.kernel import money, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotFound
from hanse.kernel.intake import storable
from hanse.network.parties.rules import check_text
from hanse.trade.quotes.models import BasketLine
from hanse.trade.quotes.rules import MOST_LINES, MOST_PIECES


@once.operation("trade.put_in_basket")
def put_in_basket(
    *, key: str, at: datetime, by: Actor, offer: str, quantity: int, token: str = "", add: bool = False
) -> int:
    """Make it `quantity` pieces of the offer (or that many more with `add`) and return how many lie there now.

    The basket is that of the actor's party, or the one of the visitor's token. 0 takes the offer out.
    Raises NotFound for an offer the actor cannot see, MalformedInput for an absurd quantity or too many lines.
    """
    if not money.whole(quantity, 0, MOST_PIECES):
        raise MalformedInput("quantity", _("0 to %(most)d pieces") % {"most": MOST_PIECES}, given=quantity)
    token = check_text(token, "token", 64) if by.party is None else ""
    mine = BasketLine.objects.filter(party=by.party, token=token)
    if not quantity and not add:  # also what is no longer for this actor to see
        taken, _rows = mine.filter(offer__code__in=storable([offer])).delete()
        if taken:
            return 0
    found = Offer.objects.visible_to(by).filter(code__in=storable([offer])).first()
    if found is None:
        raise NotFound(_("offer"), offer=offer)
    if not quantity and not add:
        return 0
    there = mine.filter(offer=found).values_list("quantity", flat=True).first()
    if there is None and quantity and mine.count() >= MOST_LINES:
        raise MalformedInput("lines", _("at most %(most)d different goods in one basket") % {"most": MOST_LINES})
    return _put(by.party, token, found.pk, quantity, at, add=add) if quantity else there or 0


def _put(party: int | None, token: str, offer: int, quantity: int, at: datetime, *, add: bool) -> int:
    """Write the line and return its quantity; what another tab adds in the same moment is added too."""
    sql = """
        INSERT INTO trade_basketline AS b (party_id, token, offer_id, quantity, at) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (party_id, token, offer_id) DO UPDATE
        SET quantity = least(%s, CASE WHEN %s THEN b.quantity ELSE 0 END + excluded.quantity), at = excluded.at
        RETURNING quantity
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [party, token, offer, quantity, at, MOST_PIECES, add])
        (total,) = cursor.fetchone()
    return int(total)

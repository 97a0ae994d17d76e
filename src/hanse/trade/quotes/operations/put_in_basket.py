"""Put an offer into a basket, or change how many pieces of it lie there."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.models import Offer
from hanse.kernel import once
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
    if not 0 <= quantity <= MOST_PIECES:
        raise MalformedInput("quantity", _("0 to %(most)d pieces") % {"most": MOST_PIECES}, given=quantity)
    token = check_text(token, "token", 64) if by.party is None else ""
    found = Offer.objects.visible_to(by).filter(code__in=storable([offer])).first()
    if found is None:
        raise NotFound(_("offer"), offer=offer)
    owner: dict[str, Any] = {"party_id": by.party, "token": token}
    line = BasketLine.objects.select_for_update().filter(**owner, offer=found).first()
    total = quantity + (line.quantity if line and add else 0)
    if total == 0:
        BasketLine.objects.filter(**owner, offer=found).delete()
        return 0
    if line is None and BasketLine.objects.filter(**owner).count() >= MOST_LINES:
        raise MalformedInput("lines", _("at most %(most)d different goods in one basket") % {"most": MOST_LINES})
    total = min(total, MOST_PIECES)
    BasketLine.objects.update_or_create(**owner, offer=found, defaults={"quantity": total, "at": at})
    return total

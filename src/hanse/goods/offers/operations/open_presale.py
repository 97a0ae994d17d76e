"""A seller sells an offer before there are goods."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.models import Presale
from hanse.goods.offers.operations._own_offer import own_offer
from hanse.goods.stock.rules import MOST
from hanse.kernel import audit, events, money, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.kernel.states import WrongState


@once.operation("offers.open_presale")
def open_presale(
    *,
    key: str,
    at: datetime,
    by: Actor,
    offer: str,
    deposit: int,
    balance_from: datetime,
    balance_until: datetime,
    ships_from: datetime,
    most: int = 0,
    forfeits: bool = True,
) -> str:
    """Sell an offer before there are goods, or change how, and return its code; what was ordered keeps its terms.

    `deposit` is in basis points of what the order comes to, the balance is paid within its window. `most` pieces may be
    promised beyond the stock, by whoever makes the goods; an offer that draws from another's presale promises none.
    With `forfeits` the deposit stays with the sellers if the balance is not paid in time.
    """
    mine = own_offer(offer, by)
    if mine.status != "listed":
        raise WrongState(what="offer", event="open_presale")
    if not money.whole(deposit, 1, money.WHOLE - 1):
        raise MalformedInput("deposit", _("a rate above 0% and below 100%"))
    if not at < balance_from < balance_until:
        raise MalformedInput("balance_until", _("a window that lies ahead and ends after it begins"))
    if ships_from < at:
        raise MalformedInput("ships_from", _("a moment that lies ahead"))
    presale = Presale.objects.select_for_update().filter(offer=mine).first() or Presale(offer=mine)
    if not money.whole(most, presale.promised, MOST):
        raise MalformedInput("most", _("at least the %(count)d pieces promised already") % {"count": presale.promised})
    before = _told(presale) if presale.pk else {}
    presale.deposit, presale.most, presale.forfeits, presale.ended_at = deposit, most, forfeits, None
    presale.balance_from, presale.balance_until, presale.ships_from = balance_from, balance_until, ships_from
    presale.save()
    audit.changed("presale", mine.code, before, _told(presale))
    events.announce("offer.changed", offer=mine.code)
    return mine.code


def _told(presale: Presale) -> dict[str, object]:
    moments = ("balance_from", "balance_until", "ships_from")
    plain = {name: getattr(presale, name) for name in ("deposit", "most", "forfeits")}
    return plain | {name: getattr(presale, name).isoformat() for name in moments}

"""The step in which operations find a stock-take that is open, locked, and see that the actor may work on it."""

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock.models import StockTake
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed, NotFound
from hanse.kernel.intake import storable
from hanse.kernel.states import WrongState


def open_take(code: str, by: Actor, event: str) -> StockTake:
    """Return the stock-take; to others it does not exist. Raises NotFound, NotAllowed, WrongState."""
    mine = StockTake.objects.visible_to(by).select_for_update(of=("self",)).select_related("party", "warehouse")
    found = mine.filter(code__in=storable([code])).first()
    if found is None:
        raise NotFound(_("stock-take"), code=code)
    if not by.may("stock.edit"):
        raise NotAllowed(permission="stock.edit")
    if found.status != "open":
        raise WrongState(what="stock_take", event=event)
    return found

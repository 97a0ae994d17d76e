"""Goods are handed to the buyer who came for them."""

import secrets
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import DomainError, NotAllowed, NotFound
from hanse.kernel.states import WrongState
from hanse.trade.logistics.models import Pickup
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import SHIPPABLE, ship
from hanse.trade.orders.queries import lock, roles_of


class WrongPickupCode(DomainError):
    """The code is not that of this order."""

    code = "wrong_pickup_code"
    message = _("This is not the code of this order. Ask the buyer to show it again.")


@once.operation("trade.hand_over")
def hand_over(*, key: str, at: datetime, by: Actor, order: str, code: str) -> str:
    """Hand over everything of an order that is fetched, to whoever shows its code; return the checkout's code.

    The goods leave the shelf and are received at once. Only people of the party whose warehouse it is do so (or
    operators), and only once everything is paid. How often a code may be tried is for the faces to bound. Raises
    NotFound, NotAllowed, WrongState, WrongPickupCode.
    """
    deal = lock(order, whole=False)
    roles = roles_of(deal, deal.roots, by)
    found = Pickup.objects.visible_to(by).select_related("warehouse").filter(checkout=deal.checkout.pk).first()
    if found is None:
        raise NotFound(_("order to be fetched"))
    if not by.operates and (by.party != found.warehouse.party_id or "seller" not in roles or not by.may("orders.ship")):
        raise NotAllowed(action="hand_over")
    if any(root.status not in SHIPPABLE for root in deal.roots):
        raise WrongState(what="order", event="hand_over")
    if not secrets.compare_digest(found.code.encode(), code.strip().encode()):
        raise WrongPickupCode
    ship(key=key, at=at, by=by, order=deal.checkout.code, tracking="", carrier="")
    # The code is the buyer's word that it has the goods.
    receive(key=key, at=at, by=replace(by, permissions=by.permissions | {OPERATE}), order=deal.checkout.code)
    Pickup.objects.filter(pk=found.pk).update(handed_at=at, handed_by=str(by)[:80])
    events.announce("order.handed_over", checkout=deal.checkout.code)
    return deal.checkout.code

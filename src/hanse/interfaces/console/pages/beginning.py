"""What a newcomer does first, in its order: shown on the overview until it trades."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Product
from hanse.goods.stock.models import Shelf
from hanse.interfaces.console.kit.dashboards import Step
from hanse.interfaces.console.kit.page import ENTERPRISES, RESELLERS, Desk
from hanse.interfaces.console.pages import enterprise, goods, market, offers, partners, promoter, stock, trade


def steps(desk: Desk) -> Sequence[Step]:
    """Return the first steps of who sits here; none for whoever trades already, or has taken them all."""
    kind = desk.party.kind
    if kind in ENTERPRISES:
        found = _buyer(desk)
    elif kind in RESELLERS:
        found = _reseller(desk)
    elif offers.LIST.open_to(desk):
        found = _maker(desk)
    else:
        found = _promoter(desk)
    return () if found[-1].done or all(step.done for step in found) else found


def _maker(desk: Desk) -> list[Step]:
    own = Product.objects.visible_to(desk.actor).filter(owner=desk.party)
    return [
        Step(_("Describe your first product: name, pictures, variants"), goods.NEW.url(), own.exists()),
        Step(_("Submit it; a reviewer looks at it"), goods.LIST.url(), own.exclude(status="draft").exists()),
        Step(_("Put a price on it"), offers.NEW.url(), market.mine(desk).exists()),
        Step(_("Say how many pieces there are"), stock.IN.url(), _has_stock(desk)),
        Step(_("Invite a wholesaler or a shop to sell it"), partners.NEW.url(), partners.supplied(desk).exists()),
        _first_sale(desk),
    ]


def _reseller(desk: Desk) -> list[Step]:
    offered = market.mine(desk).exists()
    return [
        Step(_("Accept the invitation of a supplier, if you have one"), partners.ACCEPT.url(),
             partners.suppliers(desk).exists()),
        Step(_("Find goods in the supply market and list them at your price"), market.LIST.url(), offered),
        Step(_("Look at your shop as your customers see it"), reverse("shop", args=[desk.party.code]), offered),
        _first_sale(desk),
    ]  # fmt: skip


def _buyer(desk: Desk) -> list[Step]:
    return [
        Step(_("Accept the invitation of a supplier, if you have one"), partners.ACCEPT.url(),
             partners.suppliers(desk).exists()),
        Step(_("Look at the goods at your prices"), enterprise.PRICES.url(), False),
        Step(_("Order something"), enterprise.QUICK.url(), trade.purchases(desk).exists()),
    ]  # fmt: skip


def _promoter(desk: Desk) -> list[Step]:
    return [
        Step(_("Share your link or its picture"), promoter.SHARE.url(), promoter.team(desk).exists()),
        Step(_("Bring the first one to your team"), promoter.TEAM.url(), promoter.team(desk).exists()),
        Step(_("Earn your first commission"), promoter.COMMISSION.url(), promoter.commission(desk).exists()),
    ]


def _first_sale(desk: Desk) -> Step:
    return Step(_("Sell the first piece"), reverse("console-orders"), trade.sold(desk).exists())


def _has_stock(desk: Desk) -> bool:
    return Shelf.objects.visible_to(desk.actor).filter(party=desk.party, available__gt=0).exists()

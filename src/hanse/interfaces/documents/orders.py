"""Papers about orders: what to fetch from which shelf, what lies in the parcel, what was ordered of whom."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from hanse.interfaces.api.render.orders import delivery
from hanse.interfaces.documents.paper import Grid, Paper
from hanse.interfaces.templatetags.hanse import moment, money, name, number
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import terms_for
from hanse.trade.logistics.operations.ship import SHIPPABLE
from hanse.trade.orders.models import Order, OrderLine

MOST = 200
"""Orders on one list: more are not fetched in one walk."""
Wanted = list[tuple[int, Order, OrderLine]]
"""Pieces to be fetched from one shelf: how many, for which order, for which of its lines."""
PARTS = ("name", "phone", "country", "region", "province", "city", "district", "place", "street", "postcode")
"""The parts of an address, in the order in which they stand on paper."""
URGENT_FIRST = ("-urgent", F("checkout__wanted_on").asc(nulls_last=True), "placed_at", "pk")


def sales(actor: Actor) -> QuerySet[Order]:
    """Return the orders in which the actor's party sells, with what is said of them on paper."""
    found = Order.objects.visible_to(actor).filter(seller=actor.party or 0)
    about = found.select_related("buyer", "seller", "root__seller", "checkout__buyer").order_by(*URGENT_FIRST)
    return about.prefetch_related("lines__sku__product", "lines__allocations__shelf__warehouse")


def purchases(actor: Actor) -> QuerySet[Order]:
    """Return the orders in which the actor's party buys or sells: both hold the same purchase order."""
    found = Order.objects.visible_to(actor).select_related("buyer", "seller", "checkout__buyer")
    return found.prefetch_related("lines__sku__product", "lines__offer", "lines__allocations")


def waiting(actor: Actor) -> QuerySet[Order]:
    """Return those sales of which the party itself has pieces to ship, urgent ones first."""
    mine = Order.objects.visible_to(actor).filter(
        status__in=SHIPPABLE,
        lines__allocations__quantity__gt=F("lines__allocations__shipped") + F("lines__allocations__cancelled"),
    )
    return sales(actor).filter(pk__in=mine.values("pk"))


def goods(line: OrderLine) -> str:
    """Return product and variant in the reader's language."""
    return " · ".join(filter(None, (name(line.sku.product), name(line.sku))))


def lines_of(address: Mapping[str, str]) -> list[str]:
    """Return the parts of an address, each a line, those that are known by name in their usual order."""
    known = [address[part] for part in PARTS if address.get(part)]
    return known + [text for part, text in address.items() if part not in PARTS and text]


def picking_list(orders: Sequence[Order]) -> Paper:
    """Return what is to be fetched for these orders of one party: warehouse by warehouse, urgent goods first."""
    houses: dict[int, tuple[Any, dict[int, Wanted]]] = {}
    for order in orders:
        for line in order.lines.all():
            for allocation in line.allocations.all():
                if allocation.to_ship:
                    house = allocation.shelf.warehouse
                    shelves = houses.setdefault(house.pk, (house, {}))[1]
                    shelves.setdefault(allocation.shelf_id, []).append((allocation.to_ship, order, line))
    usual_first = sorted(houses.values(), key=lambda pair: (not pair[0].is_default, pair[0].name))
    urgent = sum(1 for order in orders if order.urgent)
    return Paper(
        title=_("Picking list"),
        facts=(
            (_("Orders"), number(len(orders))),
            *(((_("of these urgent"), number(urgent)),) if urgent else ()),
        ),
        grids=[_house(house, shelves) for house, shelves in usual_first],
        notes=() if houses else (_("Nothing is waiting to be shipped."),),
    )


def _house(house: Any, shelves: dict[int, Wanted]) -> Grid:
    """Return the table of one warehouse: a row for each shelf, with the orders that its pieces are for."""
    rows = []
    for wanted in sorted(shelves.values(), key=_urgent_first):
        line = wanted[0][2]
        codes = "\n".join(f"{'! ' if order.urgent else ''}{order.code} × {number(n)}" for n, order, _line in wanted)
        pieces = number(sum(n for n, _order, _line in wanted))
        rows.append((goods(line), f"{line.sku.code}\n{line.sku.barcode}".strip(), pieces, codes))
    heads = ((_("Goods"), 37), (_("SKU"), 23), (_("Pieces"), 10), (_("For order"), 30))
    place = " · ".join(filter(None, (name(house), house.region)))
    return Grid(heads, rows, frozenset({2}), _("Warehouse: %(name)s") % {"name": place})


def _urgent_first(wanted: Wanted) -> tuple[bool, str]:
    return not any(order.urgent for _pieces, order, _line in wanted), goods(wanted[0][2])


def delivery_notes(orders: Iterable[Order], actor: Actor) -> list[Paper]:
    """Return a delivery note for each sale that the party ships itself."""
    rows = list(orders)
    terms = terms_for([(order.seller_id, order.buyer_id) for order in rows])
    return [_delivery_note(order, actor, terms[order.seller_id, order.buyer_id].sender) for order in rows]


def _delivery_note(order: Order, actor: Actor, sender: str) -> Paper:
    """Return what lies in the parcel: goods and pieces. No price stands there, and nobody between sender and buyer.

    The customer belongs to the shop: it is the sender, unless the terms say that who ships is.
    """
    sends = order.root.seller if sender == "shop" else order.seller
    place = delivery(order, actor) or {}
    own = [(line, sum(a.quantity - a.cancelled for a in line.allocations.all())) for line in order.lines.all()]
    rows = [(i, goods(line), line.sku.code, number(n)) for i, (line, n) in enumerate(own, start=1) if n]
    heads = ((_("No."), 8), (_("Goods"), 54), (_("SKU"), 24), (_("Pieces"), 14))
    return Paper(
        title=_("Delivery note"),
        number=order.code,
        sides=(
            (_("Sender"), [name(sends)]),
            (_("Recipient"), lines_of(place)),
        ),
        facts=(
            (_("Ordered"), moment(order.checkout.placed_at)),
            *(((_("Note"), order.checkout.note),) if order.tier == 0 and order.checkout.note else ()),
            *(((_("Urgent"), _("yes")),) if order.urgent else ()),
        ),
        grids=[Grid(heads, rows, frozenset({0, 3}))],
        sums=((_("Pieces in all"), number(sum(n for _line, n in own))),),
        notes=(_("Please check the goods on arrival and tell the sender at once what is missing or damaged."),),
    )


def purchase_orders(orders: Iterable[Order], actor: Actor) -> list[Paper]:
    """Return each order as its two sides agreed on it: goods, prices, freight and where it goes."""
    return [_purchase_order(order, actor) for order in orders]


def _purchase_order(order: Order, actor: Actor) -> Paper:
    asset = order.currency
    rows = []
    for i, line in enumerate(sorted(order.lines.all(), key=lambda line: line.position), start=1):
        price = money(line.base_price, asset)
        rows.append((i, goods(line), line.sku.code, number(line.quantity), price, money(line.amount, asset)))
    heads = ((_("No."), 7), (_("Goods"), 35), (_("SKU"), 20), (_("Pieces"), 9), (_("Price"), 14), (_("Amount"), 15))
    place = delivery(order, actor) or {}
    taken = order.total - order.left
    return Paper(
        title=_("Purchase order"),
        number=order.code,
        sides=(
            (_("Supplier"), [name(order.seller), order.seller.code]),
            (_("Buyer"), [name(order.buyer), order.buyer.code]),
            *(((_("Deliver to"), lines_of(place)),) if place else ()),
        ),
        facts=(
            (_("Ordered"), moment(order.placed_at)),
            *(((_("Note"), order.checkout.note),) if order.tier == 0 and order.checkout.note else ()),
        ),
        grids=[Grid(heads, rows, frozenset({0, 3, 4, 5}))],
        sums=(
            (_("Goods"), money(order.goods, asset)),
            (_("Freight"), money(order.freight, asset)),
            *(((_("Taken back"), money(-taken, asset)),) if taken else ()),
            (_("Total"), money(order.left, asset)),
        ),
    )

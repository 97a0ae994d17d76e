"""Checkouts, orders, parcels and refunds as each side may see them.

A tier sees its own sale and its own purchase: never the price, the margin or the identity of those beyond its
neighbours. People who buy are known in full to whoever they bought from, and masked to whoever ships for that one.
"""

from collections.abc import Mapping, Sequence

from django.db.models import Prefetch, QuerySet

from hanse.interfaces.api.schemas import orders as schemas
from hanse.interfaces.api.schemas.words import money, who
from hanse.kernel.actor import Actor
from hanse.network.parties.rules import CONSUMER
from hanse.trade.logistics.models import Parcel
from hanse.trade.orders.models import Checkout, Order, OrderLine, Refund
from hanse.trade.orders.queries import actions, to_pay
from hanse.trade.orders.rules import masked


def order_rows(actor: Actor) -> "QuerySet[Order]":
    """Return the orders that the actor may see, with all that showing them reads."""
    mine = Order.objects.visible_to(actor)
    behind = Prefetch("upstream", Order.objects.visible_to(actor).order_by("pk"), to_attr="purchases")
    about = mine.select_related("buyer", "seller", "checkout__buyer", "cause")
    return about.prefetch_related("lines__offer", "lines__sku__product", "lines__allocations", behind)


def show_orders(rows: Sequence[Order], actor: Actor) -> list[schemas.Order]:
    """Return the orders as the actor may see them."""
    return [show_order(row, actor) for row in rows]


def show_order(order: Order, actor: Actor) -> schemas.Order:
    """Return one leg as one of its two sides, or an operator, may see it."""
    buys, sells = (actor.operates or actor.party == side for side in (order.buyer_id, order.seller_id))
    asset, first = order.currency, order.tier == 0
    return schemas.Order(
        code=order.code,
        status=order.status,
        buyer=who(order.buyer),
        seller=who(order.seller),
        side="platform" if actor.operates else "purchase" if buys else "sale",
        goods=money(order.goods, asset),
        freight=money(order.freight, asset),
        total=money(order.total, asset),
        left=money(order.left, asset),
        fee=money(order.fee, asset) if sells and first else None,
        checkout=order.checkout.code if first or actor.operates else None,
        cause=order.cause.code if order.cause and buys else None,
        upstream=[leg.code for leg in order.purchases] if sells else [],  # type: ignore[attr-defined]
        placed_at=order.placed_at,
        due_at=order.due_at if first else None,
        due_event=order.due_event if first else "",
        urgent=order.urgent,
        urgent_fee=money(order.urgent_fee, asset),
        wanted_on=order.checkout.wanted_on,
        deposit=money(order.deposit, asset) if order.deposit else None,
        forfeited=money(order.forfeited, asset) if order.forfeited else None,
        balance_from=order.balance_from,
        balance_until=order.balance_until,
        ships_from=order.ships_from,
        delivery=delivery(order, actor),
        lines=[_line(line, asset, sells=sells) for line in sorted(order.lines.all(), key=lambda line: line.position)],
        actions=list(actions(order, actor)),
    )


def _line(line: OrderLine, asset: str, *, sells: bool) -> schemas.OrderLine:
    del asset
    return schemas.OrderLine(
        offer=line.offer.code,
        sku=line.sku.code,
        name=f"{line.sku.product.name} {line.sku.name}".strip(),
        quantity=line.quantity,
        base_price=line.base_price,
        adjustments=[
            schemas.Adjustment(code=one["code"], label=one["label"], amount=one["amount"]) for one in line.adjustments
        ],
        amount=line.amount,
        amount_left=line.amount_left,
        freight=line.freight,
        shipped=line.shipped,
        received=line.received,
        cancelled=line.cancelled,
        refunded=line.refunded,
        own=sum(one.quantity for one in line.allocations.all()) if sells else None,
    )


def delivery(order: Order, actor: Actor) -> dict[str, str] | None:
    """Return where the goods go, as far as this side of the leg is to know it."""
    address: Mapping[str, str] = order.checkout.address
    if actor.operates or order.tier == 0:
        return dict(address)
    ships = actor.party == order.seller_id and any(line.allocations.all() for line in order.lines.all())
    if not ships:
        return None
    return masked(address) if order.checkout.buyer.kind == CONSUMER else dict(address)


def checkout_rows(actor: Actor) -> "QuerySet[Checkout]":
    """Return the checkouts that the actor may see, with all that showing them reads."""
    legs = Order.objects.visible_to(actor).filter(tier=0).prefetch_related("tenders").order_by("pk")
    return Checkout.objects.visible_to(actor).select_related("buyer").prefetch_related(Prefetch("orders", legs))


def show_checkouts(rows: Sequence[Checkout]) -> list[schemas.Checkout]:
    """Return the checkouts as their buyer sees them."""
    due = to_pay([row.pk for row in rows])
    return [_checkout(row, due[row.pk]) for row in rows]


def show_checkout(row: Checkout) -> schemas.Checkout:
    """Return one checkout as its buyer sees it."""
    return show_checkouts([row])[0]


def _checkout(row: Checkout, due: int) -> schemas.Checkout:
    legs = list(row.orders.all())
    debt = sum(t.left for leg in legs for t in leg.tenders.all() if t.kind == "credit")
    return schemas.Checkout(
        code=row.code,
        buyer=who(row.buyer),
        total=money(row.total, row.currency),
        paid=money(row.paid, row.currency),
        due=money(due, row.currency),
        debt=money(debt, row.currency),
        note=row.note,
        address=row.address,
        wanted_on=row.wanted_on,
        placed_at=row.placed_at,
        orders=[leg.code for leg in legs],
    )


def parcel_rows(actor: Actor) -> "QuerySet[Parcel]":
    """Return the parcels that the actor may see, with all that showing them reads."""
    rows = Parcel.objects.visible_to(actor).select_related("order__seller")
    return rows.prefetch_related("lines__line__sku__product")


def show_parcels(rows: Sequence[Parcel], actor: Actor) -> list[schemas.Parcel]:
    """Return the parcels: where the goods are, not whose they were before, unless the actor traded with that one."""
    return [show_parcel(row, actor) for row in rows]


def show_parcel(row: Parcel, actor: Actor) -> schemas.Parcel:
    """Return one parcel."""
    known = actor.operates or actor.party in (row.order.buyer_id, row.order.seller_id)
    return schemas.Parcel(
        code=row.code,
        carrier=row.carrier,
        tracking=row.tracking,
        shipped_at=row.shipped_at,
        order=row.order.code if known else None,
        shipper=who(row.order.seller) if known else None,
        lines=[
            schemas.ParcelLine(
                sku=one.line.sku.code,
                name=f"{one.line.sku.product.name} {one.line.sku.name}".strip(),
                quantity=one.quantity,
            )
            for one in row.lines.all()
        ],
    )


def show_refunds(rows: Sequence[Refund]) -> list[schemas.Refund]:
    """Return the refunds; `checkout` and `order` are those of the first leg, which both its sides know."""
    return [
        schemas.Refund(
            code=row.code,
            kind=row.kind,
            fault=row.fault,
            goods=row.goods,
            amount=money(row.amount, row.checkout.currency),
            checkout=row.checkout.code,
            order=row.order.code if row.order else None,
            at=row.at,
        )
        for row in rows
    ]

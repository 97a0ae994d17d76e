"""Place an order: one transaction opens a leg for every tier and reserves the goods wherever they lie."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.operations.promise import promise
from hanse.goods.stock import rules as stock
from hanse.goods.stock.operations import post as stock_post
from hanse.kernel import codes, events, once, rows
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed
from hanse.kernel.models import StateChange
from hanse.network.parties.models import Party
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.queries import promoters_of
from hanse.network.parties.rules import check_text
from hanse.trade.commission.models import Commission
from hanse.trade.commission.rules import awards
from hanse.trade.orders.models import ORDER, Allocation, Checkout, Order, OrderLine, Promise
from hanse.trade.orders.operations._routing import routed
from hanse.trade.orders.operations.complete import complete
from hanse.trade.orders.queries import Deal
from hanse.trade.orders.rules import check_address, check_day
from hanse.trade.quotes.queries import Line, quote_for
from hanse.trade.quotes.rules import OutOfStock, Quote, QuoteLeg, Seen, compare, seen_of, terms_of


class QuoteChanged(DomainError):
    """Something changed since the buyer saw the quote; `fingerprint` and `total` are those of the new one.

    `changes` says of which line what was and what is now, where the lines that were seen were named.
    """

    code = "quote_changed"
    message = _("Prices or availability have changed. Please look at the new total and confirm it.")


@once.operation("trade.place")
def place(
    *,
    key: str,
    at: datetime,
    by: Actor,
    buyer: str,
    lines: Sequence[Line],
    expected: str = "",
    seen: Sequence[Seen] = (),
    note: str = "",
    address: Mapping[str, str] | None = None,
    urgent: bool = False,
    wanted_on: date | None = None,
    warehouse: int | None = None,
) -> str:
    """Place an order of the buyer (party code) for the lines and return the checkout's code.

    `expected` is the fingerprint of the quote that the buyer saw: if the quote is another one now, QuoteChanged, which
    tells the differences from the lines `seen`.
    `urgent` orders go first at every tier, `wanted_on` is the day on which the buyer wishes to have the goods. Where
    there is nothing to pay, the orders are paid. Goods come from near the address, or from the one `warehouse` (id)
    where the buyer fetches them. Raises NotFound, NotAllowed, MalformedInput, MixedCurrencies, OfferUnavailable,
    OutOfStock, UrgentNotAccepted.
    """
    party = _purchaser(buyer, by)
    where = check_address(address or {})
    quote = routed(quote_for(party.pk, lines, at, urgent=urgent, fetched=warehouse is not None), where, warehouse)
    if expected and expected != quote.fingerprint:
        changes = [asdict(one) for one in compare(seen, seen_of(quote))] if seen else []
        told = {"fingerprint": quote.fingerprint, "total": quote.total, "currency": quote.currency}
        raise QuoteChanged(**told, changes=changes)
    checkout_id, order_ids, line_ids = _ids(len(quote.legs), len(quote.lines))
    checkout = Checkout(
        id=checkout_id,
        code=codes.new("C"),
        buyer=party,
        currency=quote.currency,
        total=quote.total,
        fingerprint=quote.fingerprint,
        note=check_text(note, "note", 500, blank=True),
        address=where,
        wanted_on=check_day(wanted_on, at),
        placed_at=at,
        placed_by=str(by)[:80],
    )
    orders = _open_legs(checkout, quote, order_ids, at)
    rows.insert(
        [checkout],
        orders,
        _open_lines(quote, order_ids, line_ids),
        _allocations(quote, line_ids),
        _promises(quote, line_ids),
        _awards(quote, line_ids, party.pk, at),
        _opened(order_ids, at, by),
    )
    _reserve(quote, checkout, orders, at, by)
    if not quote.total:
        complete(deal=Deal(checkout, {order.pk: order for order in orders}), at=at, by=by)
    events.announce("order.placed", checkout=checkout.code, orders=[order.code for order in orders])
    return checkout.code


def _purchaser(code: str, by: Actor) -> Party:
    """Return the buying party if the actor may order for it; raise NotAllowed otherwise."""
    found = find_party(code)
    if not (by.operates or (found.pk == by.party and by.may("orders.place"))) or found.status != "active":
        raise NotAllowed(buyer=code)
    return found


def _ids(orders: int, lines: int) -> tuple[int, list[int], list[int]]:
    """Draw the ids of checkout, legs and lines beforehand: they point at each other within one insert."""
    drawn = "nextval(pg_get_serial_sequence('{}', 'id'))"
    many = f"ARRAY(SELECT {drawn} FROM generate_series(1, %s::int))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {drawn.format('trade_checkout')}, {many.format('trade_order')}, {many.format('trade_orderline')}",
            [orders, lines],
        )
        row: tuple[int, list[int], list[int]] = cursor.fetchone()
    return row


def _open_legs(checkout: Checkout, quote: Quote, ids: Sequence[int], at: datetime) -> list[Order]:
    """Return an order for every leg; the first legs carry the deadline for paying them."""
    orders = []
    every = [_frozen_terms(leg, quote, position) for position, leg in enumerate(quote.legs)]
    until = at + timedelta(
        seconds=min(terms["hold"] for leg, terms in zip(quote.legs, every, strict=True) if not leg.tier)
    )
    for position, (leg, terms) in enumerate(zip(quote.legs, every, strict=True)):
        lines = quote.lines_of(position)
        orders.append(
            Order(
                id=ids[position],
                code=codes.new("O"),
                checkout=checkout,
                root_id=ids[leg.root],
                cause_id=None if leg.cause is None else ids[leg.cause],
                tier=leg.tier,
                buyer_id=leg.buyer,
                seller_id=leg.seller,
                currency=quote.currency,
                goods=sum(line.amount for line in lines),
                freight=sum(line.freight for line in lines),
                fee=sum(line.fee for line in lines),
                left=sum(line.amount + line.freight for line in lines),
                urgent=quote.urgent,
                urgent_fee=sum(line.urgent for line in lines),
                **(_presale(quote) if not leg.tier else {}),
                terms=terms,
                placed_at=at,
                due_at=None if leg.tier else until,
                due_event="" if leg.tier else "expire",
            )
        )
    return orders


def _presale(quote: Quote) -> dict[str, Any]:
    """Return what a first leg keeps of the presale that it was ordered in."""
    names = ("forfeits", "balance_from", "balance_until", "ships_from")
    early = quote.presale
    return {"deposit": quote.deposit} | {name: getattr(early, name) for name in names} if early and quote.total else {}


def _frozen_terms(leg: QuoteLeg, quote: Quote, position: int) -> dict[str, Any]:
    """Return the terms that hold for this order from now on, whatever is agreed later.

    Where the offers of one order differ, the shortest hold and the longest windows apply. Periods are in seconds.
    """
    every = [terms_of(leg, line.offer) for line in quote.lines_of(position)]
    return {
        "hold": min(terms.hold for terms in every),
        "auto_receive": max(terms.auto_receive for terms in every),
        "return_window": max(terms.return_window for terms in every),
        "ship_within": min(terms.ship_within for terms in every),
    }


def _open_lines(quote: Quote, order_ids: Sequence[int], line_ids: Sequence[int]) -> list[OrderLine]:
    """Return an order line for every line of the quote, each pointing at the one that caused it."""
    return [
        OrderLine(
            id=line_ids[i],
            order_id=order_ids[line.leg],
            position=i,
            cause_id=None if line.cause is None else line_ids[line.cause],
            offer_id=line.offer.id,
            sku_id=line.offer.sku_id,
            quantity=line.quantity,
            base_price=line.base_price,
            adjustments=[
                {
                    "code": a.code,
                    "label": a.label,
                    "lane": a.lane,
                    "amount": a.amount,
                    "bearers": [[party, borne, borne] for party, borne in a.bearers],
                }
                for a in line.adjustments
            ],
            amount=line.amount,
            amount_left=line.amount,
            freight=line.freight,
            freight_left=line.freight,
            fee=line.fee,
            fee_left=line.fee,
        )
        for i, line in enumerate(quote.lines)
    ]


def _opened(ids: Sequence[int], at: datetime, by: Actor) -> list[StateChange]:
    """Return the first line of every order's history."""
    return [
        StateChange(
            subject=ORDER.name,
            subject_id=pk,
            event="place",
            source="",
            target=ORDER.initial,
            at=at,
            by_party=by.party,
            by_user=by.user,
            by_name=by.name[:40],
            why="",
        )
        for pk in ids
    ]


def _allocations(quote: Quote, line_ids: Sequence[int]) -> list[Allocation]:
    """Return where the pieces of every line lie."""
    return [
        Allocation(line_id=line_ids[i], shelf_id=shelf, quantity=pieces)
        for i, line in enumerate(quote.lines)
        for shelf, pieces in line.allocations
    ]


def _promises(quote: Quote, line_ids: Sequence[int]) -> list[Promise]:
    """Return which pieces are yet to be made."""
    return [
        Promise(line_id=line_ids[i], presale_id=line.offer.presale.id, quantity=line.promised)
        for i, line in enumerate(quote.lines)
        if line.promised and line.offer.presale
    ]


def _awards(quote: Quote, line_ids: Sequence[int], buyer: int, at: datetime) -> list[Commission]:
    """Return the commissions that this purchase will bring to those who brought the buyer."""
    levels = max((len(line.offer.commission) for line in quote.lines if line.cause is None), default=0)
    promoters = promoters_of(buyer, levels) if levels else []
    return [
        Commission(
            line_id=line_ids[i],
            promoter_id=found.promoter,
            bearer_id=line.offer.seller_id,
            level=found.level,
            rate=found.rate,
            amount=found.amount,
            left=found.amount,
            at=at,
        )
        for i, line in enumerate(quote.lines)
        if line.cause is None
        for found in awards(line.amount, line.offer.commission, promoters, line.offer.seller_id)
    ]


def _reserve(quote: Quote, checkout: Checkout, orders: Sequence[Order], at: datetime, by: Actor) -> None:
    """Reserve the pieces on the shelves where they lie; if somebody was quicker, the whole order is quoted again."""
    for line in quote.lines:
        early = line.offer.presale
        if line.promised and early and not promise(presale=early.id, pieces=line.promised, at=at, by=by):
            raise once.Stale(_short(quote, line.offer.sku_code))
    until = min(order.due_at for order in orders if order.due_at is not None)
    moves = [
        move
        for line in quote.lines
        for shelf, pieces in line.allocations
        for move in stock.reserve(shelf, line.offer.sku_id, pieces, checkout.code, until)
    ]
    try:
        stock_post.post(key=f"place:{checkout.code}", kind="place", moves=moves, at=at, by=by, subject=checkout.code)
    except stock_post.OutOfStock as refusal:
        # Whose shelf fell short is not for this buyer to know.
        raise once.Stale(_short(quote, str(refusal.details.get("sku", "")))) from refusal


def _short(quote: Quote, sku: str) -> OutOfStock:
    """Return the refusal for pieces that others were quicker to get, in the words of what the buyer asked for."""
    asked = [line for line in quote.lines if line.cause is None]
    line = next((line for line in asked if line.offer.sku_code == sku), asked[0])
    return OutOfStock(offer=line.offer.code, wanted=line.quantity, available=0)

"""Take back what first legs and their chains were to bring everybody, and give the buyer its money."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F

from hanse.kernel.actor import Actor
from hanse.network.parties.queries import platform_id
from hanse.trade.commission.models import Commission
from hanse.trade.orders import rules
from hanse.trade.orders.models import Checkout, Order, OrderLine, Refund, Tender
from hanse.trade.orders.operations.record_refund import record_refund
from hanse.trade.orders.queries import Deal
from hanse.value.books.rules import AccountRef, Move
from hanse.value.funds import rules as funds
from hanse.value.payments.operations.start_refund import start_refund

UNPAID = ("placed", "expired")

Parts = Sequence[tuple[Tender, int]]


def reverse(
    *,
    deal: Deal,
    roots: Sequence[Order],
    takes: Mapping[int, rules.Taken],
    kind: str,
    at: datetime,
    by: Actor,
    fault: str = "",
    goods: str = "",
) -> tuple[list[str], list[Move]]:
    """Take `takes` (line id to what is taken) off the lines of these first legs and give the buyer back what it paid.

    An unpaid order only becomes smaller, unless a part was paid already. Of an open order the money comes out of what
    is held; of a closed one out of what its parties are owed, each by its own part. Returns the refunds' codes, one
    for each first leg that gives money back (the document says what was taken from which line), and the moves for the
    caller to post, with all others of its use case, as one entry.
    """
    refunds: list[str] = []
    moves: list[Move] = []
    for root in roots:
        mine = {line.pk: takes[line.pk] for line in deal.lines_in(deal.legs([root])) if line.pk in takes}
        if not mine:
            continue
        before = _results(deal, root)
        promised = _apply(deal, mine)
        amount = _surplus(deal, root) if root.status in UNPAID else _amount(deal, root, mine)
        if root.status in UNPAID and not amount:
            continue
        refund = record_refund(
            deal=deal, root=root, kind=kind, amount=amount, at=at, by=by, takes=mine, fault=fault, goods=goods
        )
        parts = _parts(deal, root, amount)
        # Payments are locked before accounts, here as everywhere.
        _send(refund, parts, at, by)
        if root.status == "closed":
            moves += _closed_moves(deal, root, parts, before)
        else:
            moves += [*_open_moves(deal, root, parts), *([] if root.status in UNPAID else promised)]
        _note(parts)
        refunds.append(refund.code)
    return refunds, moves


def _results(deal: Deal, root: Order) -> dict[AccountRef, int]:
    """Return what everybody is left with of a first leg and its chain."""
    lines = deal.lines_in(deal.legs([root]))
    return rules.results(deal.money_of(lines), platform_id(), deal.checkout.currency)


def _amount(deal: Deal, root: Order, takes: Mapping[int, rules.Taken]) -> int:
    """Return what the buyer gets back: what is taken off the lines that it ordered itself."""
    return sum(t.amount + t.freight for line, t in takes.items() if deal.lines[line].order_id == root.pk)


def _apply(deal: Deal, takes: Mapping[int, rules.Taken]) -> list[Move]:
    """Lower what is left on orders, lines, adjustments and commissions; return the commissions no longer promised."""
    moves: list[Move] = []
    changed = [deal.lines[line] for line in takes]
    awards = []
    for line in changed:
        taken = takes[line.pk]
        line.amount_left -= taken.amount
        line.freight_left -= taken.freight
        line.fee_left -= taken.fee
        bearers = [
            bearer
            for adjustment in line.adjustments
            for bearer in adjustment["bearers"]
            if bearer[0] != deal.orders[line.order_id].seller_id
        ]
        for bearer, part in zip(bearers, taken.bearers, strict=True):
            bearer[2] -= part
        mine = [award for award in deal.commissions.values() if award.line_id == line.pk]
        for award, part in zip(mine, taken.awards, strict=True):
            award.left -= part
            moves += funds.withdraw_commission(award.bearer_id, award.promoter_id, part, asset=deal.checkout.currency)
        awards += mine
        deal.orders[line.order_id].left -= taken.amount + taken.freight
    Order.objects.bulk_update([deal.orders[pk] for pk in {line.order_id for line in changed}], ["left"])
    OrderLine.objects.bulk_update(changed, ["amount_left", "freight_left", "fee_left", "adjustments"])
    Commission.objects.bulk_update(awards, ["left"])
    return moves


def _surplus(deal: Deal, root: Order) -> int:
    """Return what was part-paid of an unpaid order beyond what is left of it, no longer counted as paid."""
    surplus = max(0, sum(tender.left for tender in deal.paid_by(root)) - root.left - root.forfeited)
    if surplus:
        deal.checkout.paid -= surplus
        Checkout.objects.filter(pk=deal.checkout.pk).update(paid=deal.checkout.paid)
    return surplus


def _parts(deal: Deal, root: Order, amount: int) -> Parts:
    """Choose which means of payment the amount goes back to."""
    paid = [rules.Paid(tender.pk, tender.kind == "credit", tender.left) for tender in deal.paid_by(root)]
    return [(deal.tenders[pk], part) for pk, part in rules.give_back(amount, paid)]


def _note(parts: Parts) -> None:
    """Note on the means of payment what went back by them."""
    for tender, part in parts:
        Tender.objects.filter(pk=tender.pk).update(refunded=F("refunded") + part)
        tender.refunded += part


def _sink(deal: Deal, root: Order, tender: Tender) -> AccountRef:
    """Return where money that this tender brought goes back to."""
    buyer, asset = deal.checkout.buyer_id, deal.checkout.currency
    if tender.kind == "credit":
        return funds.credit(buyer, root.seller_id, asset)
    if tender.kind == "wallet":
        return funds.wallet(buyer, asset)
    if tender.kind == "points":
        return AccountRef(platform_id(), "points_cost", asset)
    # Whoever paid at the provider gets it back there, whoever bought.
    return funds.refund_due(tender.payment.payer_id, asset) if tender.payment else funds.gateway(platform_id(), asset)


def _open_moves(deal: Deal, root: Order, parts: Parts) -> list[Move]:
    """Return the moves that give back out of what is held."""
    buyer, asset = deal.checkout.buyer_id, deal.checkout.currency
    moves: list[Move] = []
    for tender, part in parts:
        if tender.kind == "credit":
            moves += funds.release_credit(buyer, root.seller_id, part, asset=asset)
        else:
            moves += [Move(funds.held(buyer, asset), _sink(deal, root, tender), part), *_points(deal, tender, part)]
    return moves


def _points(deal: Deal, tender: Tender, part: int) -> list[Move]:
    """Return the move that gives points back where points had paid."""
    if tender.kind != "points":
        return []
    units = rules.units_back(tender.units, tender.amount, tender.refunded, part)
    return funds.grant_points(deal.checkout.buyer_id, units, platform=platform_id())


def _closed_moves(deal: Deal, root: Order, parts: Parts, before: Mapping[AccountRef, int]) -> list[Move]:
    """Return the moves that take each party's part back out of what it is owed."""
    after = _results(deal, root)
    nets = {account: before.get(account, 0) - after.get(account, 0) for account in {**before, **after}}
    sinks = [(_sink(deal, root, tender), part) for tender, part in parts]
    points = [move for tender, part in parts for move in _points(deal, tender, part)]
    return [*funds.unsettle_trade(sinks, nets), *points]


def _send(refund: Refund, parts: Parts, at: datetime, by: Actor) -> None:
    """Order the provider to send back what came through it."""
    totals: dict[str, int] = {}
    for tender, part in parts:
        if tender.kind == "outside" and tender.payment is not None:
            totals[tender.payment.code] = totals.get(tender.payment.code, 0) + part
    for payment, part in totals.items():
        start_refund(key=refund.code, at=at, by=by, payment=payment, amount=part, subject=refund.code)

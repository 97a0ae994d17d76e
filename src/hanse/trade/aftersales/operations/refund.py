"""Refund an order, whole, by piece or by amount, before or after it closed: exactly, through every tier."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock.operations.post import post as post_goods
from hanse.goods.stock.rules import StockMove
from hanse.kernel import codes, events, money, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed
from hanse.kernel.states import WrongState
from hanse.trade.aftersales.operations.return_goods import return_goods
from hanse.trade.orders import rules
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.progress import progress
from hanse.trade.orders.operations.reverse import reverse
from hanse.trade.orders.operations.undo import undo
from hanse.trade.orders.queries import Deal, lock, named_lines, roles_of, roots_of, waiting
from hanse.value.books.operations.post import post

REFUNDABLE = ("paid", "partly_shipped", "shipped", "received", "closed")


class NothingLeftToRefund(DomainError):
    """Everything that this is about was given back before."""

    code = "nothing_left_to_refund"
    message = _("There is nothing left to refund.")


class MoreThanIsLeft(DomainError):
    """More is asked back than is left."""

    code = "more_than_left"
    message = _("This is more than is left to refund.")


@once.operation("trade.refund")
def refund(
    *,
    key: str,
    at: datetime,
    by: Actor,
    order: str,
    lines: Mapping[str, int] | None = None,
    amount: int | None = None,
    fault: str = "",
    goods: str = "",
) -> list[str]:
    """Refund pieces (`lines`: offer code or slug to pieces), an `amount` without pieces, or all that is left.

    `fault` (buyer, seller, upstream, carrier; upstream if not said) decides how far up the chain the sale is undone
    and whether freight goes back; `goods` (returned, kept, lost; returned if not said) what becomes of shipped pieces.
    Pieces that have not left are undone first, unless `goods` speaks of ones that have. Returns the refunds' codes,
    one for each first leg. Raises NotFound, NotAllowed, WrongState, NothingLeftToRefund, MoreThanIsLeft,
    MalformedInput.
    """
    _check(fault, goods, lines, amount)
    fault = fault or ("upstream" if amount is None else "seller")
    deal = lock(order)
    roots = roots_of(deal, order)
    _decide(deal, roots, by, climbs=rules.climbs(fault, returned=amount is None and goods != "kept"))
    open_ = [root for root in roots if root.status in REFUNDABLE]
    if not open_:
        raise WrongState(what="order", event="refund")
    if amount is not None:
        takes, goods = _take_amount(deal, open_, amount, fault), "kept"
    else:
        takes = _take_pieces(deal, open_, lines, fault, goods, at, by)
    refunds, moves = reverse(deal=deal, roots=open_, takes=takes, kind="claim", at=at, by=by, fault=fault, goods=goods)
    post(key=f"refund:{refunds[0]}", kind="claim", moves=moves, at=at, by=by, subject=deal.checkout.code)
    for root in open_:
        progress(deal=deal, root=root, at=at, by=by, roles={"engine", "buyer", "shipper"}, why="refund")
    for code in refunds:
        events.announce("refund.booked", refund=code, checkout=deal.checkout.code)
    return refunds


def _check(fault: str, goods: str, lines: Mapping[str, int] | None, amount: int | None) -> None:
    """Raise MalformedInput naming the first thing that makes no sense."""
    if fault and fault not in rules.FAULTS:
        raise MalformedInput("fault", _("one of %(choices)s") % {"choices": ", ".join(rules.FAULTS)})
    if goods and goods not in rules.GOODS:
        raise MalformedInput("goods", _("one of %(choices)s") % {"choices": ", ".join(rules.GOODS)})
    if amount is not None and (not money.whole(amount) or lines is not None):
        raise MalformedInput("amount", _("an amount above zero, and no lines with it"))


def _decide(deal: Deal, roots: list[Order], by: Actor, *, climbs: bool) -> None:
    """Raise unless the actor may decide this: a seller whatever is its own cost, operators everything."""
    roles = roles_of(deal, roots, by)
    if not roles & {"seller", "operator"} or not by.may("aftersales.decide"):
        raise NotAllowed(action="refund")
    alone = len(deal.legs(roots)) == len(roots)
    if "operator" not in roles and climbs and not alone:
        raise NotAllowed(action="refund", cost="upstream")


def _take_amount(deal: Deal, roots: list[Order], amount: int, fault: str) -> dict[int, rules.Taken]:
    """Return what giving back money without any piece takes from every line: shared by what is left on them."""
    lines = deal.lines_in(roots)
    left = [line.amount_left for line in lines]
    if not sum(left):
        raise NothingLeftToRefund
    if amount > sum(left):
        raise MoreThanIsLeft(left=sum(left))
    shares = {line.pk: share for line, share in zip(lines, rules.share_out(amount, left), strict=True) if share}
    upstream = deal.upstream_of()
    takes: dict[int, rules.Taken] = {}
    for pk, share in shares.items():
        line: int | None = pk
        while line is not None:
            money = deal.money_of([deal.lines[line]])[0]
            # Whoever is at fault upstream bears it, but never more than it was to get.
            takes[line] = rules.take_amount(money, min(share, money.amount.left))
            line = upstream.get(line) if rules.climbs(fault, returned=False) else None
    return takes


def _take_pieces(
    deal: Deal, roots: list[Order], lines: Mapping[str, int] | None, fault: str, goods: str, at: datetime, by: Actor
) -> dict[int, rules.Taken]:
    """Undo pieces and return what that takes from every line.

    Those that have not left are released, the others taken back or left with the buyer.
    """
    wanted = _wanted_pieces(deal, roots, lines)
    room = waiting(deal)
    unshipped, shipped = {}, {}
    for pk, count in wanted.items():
        line = deal.lines[pk]
        gone = line.shipped - line.refunded
        unsent = rules.room_of(pk, room)
        first = min(count, gone) if goods else count - min(count, unsent)
        shipped[pk], unshipped[pk] = first, count - first
    if goods == "lost":
        shipped, unshipped = _on_their_way(deal, wanted, named=lines is not None), {}
    takes: dict[int, rules.Taken] = {}
    moves: list[StockMove] = []
    if any(shipped.values()):
        pieces = {pk: count for pk, count in shipped.items() if count}
        takes, moves = return_goods(deal=deal, pieces=pieces, fault=fault, goods=goods or "returned", at=at, by=by)
    if any(unshipped.values()):
        pieces = {pk: count for pk, count in unshipped.items() if count}
        released, back = undo(deal=deal, pieces=pieces, at=at, by=by, already=takes)
        takes = {pk: rules.both(takes.get(pk), released.get(pk)) for pk in {**takes, **released}}
        moves += back
    post_goods(key=codes.new("return"), kind="return", moves=moves, at=at, by=by, subject=deal.checkout.code)
    return takes


def _on_their_way(deal: Deal, wanted: Mapping[int, int], *, named: bool) -> dict[int, int]:
    """Return how many of the pieces are on their way: no others can have been lost."""
    there = {pk: deal.lines[pk].shipped - deal.lines[pk].received for pk in wanted}
    if named and any(count > there[pk] for pk, count in wanted.items()):
        raise MoreThanIsLeft(left=sum(there.values()))
    found = {pk: min(count, there[pk]) for pk, count in wanted.items()}
    if not any(found.values()):
        raise NothingLeftToRefund
    return found


def _wanted_pieces(deal: Deal, roots: list[Order], lines: Mapping[str, int] | None) -> dict[int, int]:
    """Return how many pieces of which line are to be undone: those named, or all that are left."""
    left = {line.pk: line.quantity - line.reversed for line in deal.lines_in(roots)}
    found = left if lines is None else named_lines(roots, lines, left)
    if not any(left[pk] for pk in found):
        raise NothingLeftToRefund
    if any(count > left[pk] for pk, count in found.items()):
        raise MoreThanIsLeft(left=sum(left[pk] for pk in found))
    return {pk: count for pk, count in found.items() if count}

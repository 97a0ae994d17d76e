"""Reads over deals: a whole checkout at once for those who work on it, and lists for those who look."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Case, F, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from hanse.kernel import money, rows
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotFound
from hanse.kernel.intake import storable
from hanse.kernel.models import StateChange
from hanse.trade.commission.models import Commission
from hanse.trade.orders import rules
from hanse.trade.orders.models import IN_PART, ORDER, OWED, Allocation, Checkout, Order, OrderLine, Promise, Tender


@dataclass
class Deal:
    """One checkout with all its legs, lines, allocations, tenders and commissions, as read under its lock."""

    checkout: Checkout
    orders: dict[int, Order]
    lines: dict[int, OrderLine] = field(default_factory=dict)
    allocations: dict[int, Allocation] = field(default_factory=dict)
    tenders: dict[int, Tender] = field(default_factory=dict)
    commissions: dict[int, Commission] = field(default_factory=dict)
    promises: dict[int, Promise] = field(default_factory=dict)

    @property
    def roots(self) -> list[Order]:
        """Return the first legs: what the buyer itself ordered, one for each seller."""
        return [order for order in self.orders.values() if order.tier == 0]

    def legs(self, roots: Iterable[Order]) -> list[Order]:
        """Return the first legs given and everything opened upstream of them."""
        wanted = {root.pk for root in roots}
        return [order for order in self.orders.values() if order.root_id in wanted]

    def lines_in(self, orders: Iterable[Order]) -> list[OrderLine]:
        """Return the lines of these legs, in order."""
        wanted = {order.pk for order in orders}
        return [line for line in self.lines.values() if line.order_id in wanted]

    def upstream_of(self) -> dict[int, int]:
        """Return for each line the line it drew from upstream, where there is one."""
        return {line.cause_id: line.pk for line in self.lines.values() if line.cause_id is not None}

    def money_of(self, lines: Iterable[OrderLine]) -> list[rules.Line]:
        """Return the money of these lines as the rules want it."""
        awards: dict[int, list[rules.Share]] = {}
        for award in self.commissions.values():
            awards.setdefault(award.line_id, []).append(rules.Share(award.promoter_id, award.amount, award.left))
        return [money_of(self.orders[line.order_id], line, tuple(awards.get(line.pk, ()))) for line in lines]

    def paid_by(self, root: Order) -> list[Tender]:
        """Return what paid a first leg, in the order of payment."""
        return [tender for tender in self.tenders.values() if tender.order_id == root.pk]


def money_of(order: Order, line: OrderLine, awards: tuple[rules.Share, ...]) -> rules.Line:
    """Return one line's money as the rules want it."""
    bearers = tuple(
        rules.Share(party, booked, left)
        for adjustment in line.adjustments
        for party, booked, left in adjustment["bearers"]
        if party != order.seller_id
    )
    return rules.Line(
        seller=order.seller_id,
        buyer=order.buyer_id,
        first=order.tier == 0,
        quantity=line.quantity,
        reversed=line.reversed,
        amount=rules.Share(order.seller_id, line.amount, line.amount_left),
        freight=rules.Share(order.seller_id, line.freight, line.freight_left),
        fee=rules.Share(order.seller_id, line.fee, line.fee_left),
        awards=awards,
        bearers=bearers,
    )


def lock(code: str, *, whole: bool = True) -> Deal:
    """Lock the checkout of that code (or that an order of that code belongs to) and read it.

    Everything that changes a deal takes this one lock first, so its rows never change under the reader. Without
    `whole`, lines and allocations are left unread. Raises NotFound.
    """
    checkout = _locked(code)
    if checkout is None:
        raise NotFound(_("order"))
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE if whole else _HEAD, {"checkout": checkout.pk})
        orders, tenders, commissions, lines, allocations, promises = cursor.fetchone()
    return Deal(
        checkout,
        {order.pk: order for order in rows.load(Order, orders)},
        {line.pk: line for line in rows.load(OrderLine, lines)},
        {allocation.pk: allocation for allocation in rows.load(Allocation, allocations)},
        {tender.pk: tender for tender in rows.load(Tender, tenders)},
        {award.pk: award for award in rows.load(Commission, commissions)},
        {promise.pk: promise for promise in rows.load(Promise, promises)},
    )


_LOCK = "SELECT json_build_array(c)::text FROM trade_checkout c"
_BY_CHECKOUT = f"{_LOCK} WHERE c.code = %s FOR UPDATE OF c"
_BY_ORDER = f"{_LOCK} JOIN trade_order o ON o.checkout_id = c.id WHERE o.code = %s FOR UPDATE OF c"
_MINE = "JOIN trade_order o ON o.id = {}.order_id WHERE o.checkout_id = %(checkout)s"
_HEAD = f"""
    SELECT (SELECT json_agg(o ORDER BY o.tier, o.id)::text FROM trade_order o WHERE o.checkout_id = %(checkout)s),
           (SELECT json_agg(t ORDER BY t.id)::text FROM trade_tender t {_MINE.format("t")}),
           (SELECT json_agg(a ORDER BY a.line_id, a.level)::text
              FROM trade_commission a JOIN trade_orderline l ON l.id = a.line_id {_MINE.format("l")})
"""
_WHOLE = f"""{_HEAD},
           (SELECT json_agg(l ORDER BY l.order_id, l.position)::text FROM trade_orderline l {_MINE.format("l")}),
           (SELECT json_agg(a ORDER BY a.id)::text
              FROM trade_allocation a JOIN trade_orderline l ON l.id = a.line_id {_MINE.format("l")}),
           (SELECT json_agg(p ORDER BY p.id)::text
              FROM trade_promise p JOIN trade_orderline l ON l.id = p.line_id {_MINE.format("l")})
"""
_HEAD = f"{_HEAD}, NULL, NULL, NULL"


def _locked(code: str) -> Checkout | None:
    """Lock the checkout's row and read it as it is then: what a rival changed meanwhile is seen."""
    if not storable([code]):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_BY_CHECKOUT if code.startswith("C-") else _BY_ORDER, [code])
        found = cursor.fetchone()
    return rows.load(Checkout, found[0])[0] if found else None


def roots_of(deal: Deal, code: str) -> list[Order]:
    """Return the first legs that a code means: all of a checkout, or the one that an order belongs to."""
    if code == deal.checkout.code:
        return deal.roots
    order = next(order for order in deal.orders.values() if order.code == code)
    return [deal.orders[order.root_id]]


def roles_of(deal: Deal, roots: Sequence[Order], by: Actor) -> set[str]:
    """Return what the actor is to these first legs: buyer, seller, shipper (sells somewhere in the chain), operator.

    NotFound for whoever is nothing to it: a stranger learns not even that it exists.
    """
    roles = {"operator", "engine"} if by.operates else set()
    if by.party is not None:
        if by.party == deal.checkout.buyer_id:
            roles.add("buyer")
        if all(by.party == root.seller_id for root in roots):
            roles.add("seller")
        if any(by.party == leg.seller_id for leg in deal.legs(roots)):
            roles.add("shipper")
    if not roles:
        raise NotFound(_("order"))
    return roles


def rooms(deal: Deal, count: str) -> dict[int, rules.Room]:
    """Return for every line how many pieces could be moved: `count` is to_ship, to_receive or to_undo."""
    upstream = deal.upstream_of()
    found: dict[int, list[tuple[int, int]]] = {line: [] for line in deal.lines}
    for allocation in deal.allocations.values():
        found[allocation.line_id].append((allocation.pk, getattr(allocation, count)))
    return {line: rules.Room(tuple(own), upstream.get(line)) for line, own in found.items()}


def waiting(deal: Deal) -> dict[int, rules.Room]:
    """Return for every line how many of its pieces could be undone before they leave: also those yet to be made.

    These stand under the id of their promise, below zero, and are the first to be undone.
    """
    found = rooms(deal, "to_ship")
    for promise in deal.promises.values():
        room = found[promise.line_id]
        found[promise.line_id] = rules.Room(((-promise.pk, promise.to_come), *room.own), room.upstream)
    return found


def holders(deal: Deal) -> dict[int, int]:
    """Return the line of every allocation, and of every promise (below zero)."""
    lines = {pk: allocation.line_id for pk, allocation in deal.allocations.items()}
    return lines | {-pk: promise.line_id for pk, promise in deal.promises.items()}


def open_amounts(deal: Deal) -> tuple[int, int]:
    """Return what is still to be paid and what was paid on credit and is not yet repaid, minor units."""
    due = sum(open_amount(deal, root) for root in deal.roots if root.status == "placed")
    return due, sum(tender.left for tender in deal.tenders.values() if tender.kind == "credit")


def open_amount(deal: Deal, root: Order) -> int:
    """Return what is to be paid next for one unpaid first leg: all of it, or the deposit, or the balance."""
    return rules.next_part(root.left, root.deposit, sum(tender.left for tender in deal.paid_by(root)))


@dataclass(frozen=True, slots=True)
class Debt:
    """What a buyer still owes a seller for one order that it paid on credit, and by when it was to repay."""

    order: str
    buyer: int
    seller: int
    amount: int
    currency: str
    due_at: datetime


def overdue(
    at: datetime, *, buyer: int | None = None, sellers: Collection[int] | None = None, limit: int = 100
) -> list[Debt]:
    """Return what was not repaid by its day, the oldest first: of everybody, or of this buyer, to these sellers."""
    found = Tender.objects.filter(OWED, due_at__lt=at)
    found = found if buyer is None else found.filter(order__buyer=buyer)
    found = found if sellers is None else found.filter(order__seller__in=sellers)
    return [
        Debt(row.order.code, row.order.buyer_id, row.order.seller_id, row.left, row.order.currency, row.due_at)
        for row in found.select_related("order").order_by("due_at", "pk")[:limit]
        if row.due_at is not None
    ]


def to_pay(checkouts: Collection[int]) -> dict[int, int]:
    """Return what is still to be paid for these checkouts (ids that the reader may see), without a lock: the amount
    to ask a payer or a provider for, minor units. What was cancelled before it was paid is not asked for.
    """
    tenders = Tender.objects.filter(order=OuterRef("pk")).values("order")
    paid = tenders.annotate(sum=Sum(F("amount") - F("refunded") - F("repaid"))).values("sum")
    roots = Order.objects.filter(checkout__in=checkouts, tier=0, status="placed")
    known = roots.annotate(paid=Coalesce(Subquery(paid), 0))
    part = Case(When(deposit__gt=F("paid"), then=Least(F("left"), F("deposit"))), default=F("left"))
    open_ = known.annotate(open=part - F("paid")).order_by("checkout")
    found = open_.values_list("checkout").annotate(Sum("open"))
    return dict.fromkeys(checkouts, 0) | dict(found)


def named_lines(legs: Sequence[Order], lines: Mapping[str, int], room: Mapping[int, int]) -> dict[int, int]:
    """Return the pieces by line (id) of these legs for the offers named (code or slug), each named once.

    What is more than there is `room` for is for the caller to refuse.
    """
    known: dict[str, list[int]] = {}
    rows = OrderLine.objects.filter(order__in=[leg.pk for leg in legs]).order_by("order", "position")
    for pk, code, slug in rows.values_list("pk", "offer__code", "offer__slug"):
        for name in {code, slug or code}:
            known.setdefault(name, []).append(pk)
    found: dict[int, int] = {}
    for offer, count in lines.items():
        if offer not in known:
            raise MalformedInput("lines", _("offers of this order"), given=offer)
        if not money.whole(count):
            raise MalformedInput("lines", _("one piece or more"), given=count)
        if found.keys() & known[offer]:
            raise MalformedInput("lines", _("each offer only once"), given=offer)
        found |= rules.fill(known[offer], count, room)
    if not found:
        raise MalformedInput("lines", _("an offer of this order"))
    return found


def due(upto: datetime, limit: int) -> list[tuple[datetime, str, str]]:
    """Return what falls due by the clock until then as (when, event, order code), the earliest first."""
    rows = Order.objects.filter(due_at__lte=upto).order_by("due_at", "pk").values_list("due_at", "due_event", "code")
    return [(at, event, code) for at, event, code in rows[:limit] if at is not None]


def next_due() -> datetime | None:
    """Return when the clock next has something to do for an order, or None."""
    return Order.objects.filter(due_at__isnull=False).order_by("due_at").values_list("due_at", flat=True).first()


def history(orders: Sequence[int]) -> list[StateChange]:
    """Return every change of state of these orders (ids that the reader may see), the earliest first."""
    return list(StateChange.objects.filter(subject=ORDER.name, subject_id__in=orders).order_by("id"))


def actions(order: Order, by: Actor) -> tuple[str, ...]:
    """Return what the actor may do with an order now, from the state table: the buttons to offer.

    The first leg's buyer pays, receives and cancels; its seller cancels; whoever sells any leg ships its own. What
    can be done with some of the pieces is offered too.
    """
    roles = {"operator"} if by.operates else set()
    if order.tier == 0:
        roles |= {"buyer"} if by.party == order.buyer_id else set()
        roles |= {"seller"} if by.party == order.seller_id else set()
    roles |= {"shipper"} if by.party == order.seller_id else set()
    needs = {"pay": "orders.pay", "cancel": "orders.cancel", "ship": "orders.ship", "receive": "orders.receive"}
    offered = [
        step.event
        for step in ORDER.transitions
        if step.who & roles and order.status in {*step.sources, IN_PART.get(step.event)}
    ]
    return tuple(event for event in offered if event in needs and by.may(needs[event]))

"""Reads over changes: as each side of a leg may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from hanse.kernel.actor import Actor
from hanse.network.approvals.models import Approval
from hanse.network.parties.rules import CONSUMER
from hanse.trade.changes import rules
from hanse.trade.changes.models import Change, Consent
from hanse.trade.orders.models import Allocation, Checkout, Order, OrderLine
from hanse.trade.orders.queries import Deal
from hanse.trade.orders.rules import masked

KIND = "order_change"


@dataclass(frozen=True, slots=True)
class LineView:
    """Pieces of one line (with its SKU) as they were when it was asked, and as they are wished for."""

    offer: str
    line: OrderLine
    was: int
    wanted: int


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change as one side of a leg may see it; `address` only for who may know where the goods go.

    `readdressed` says that the address is to change; `supplement` is the checkout that added pieces became, and like
    its `total` (minor units) only told to the buyer and its seller.
    """

    code: str
    status: str
    order: str
    asked_at: datetime
    mine: bool
    why: str
    reasons: tuple[str, ...]
    lines: tuple[LineView, ...]
    readdressed: bool
    address: dict[str, str] | None
    wanted_on: date | None
    before: dict[str, object]
    supplement: str | None
    total: int
    actions: tuple[str, ...]


def concerned(deal: Deal, change: Change) -> list[Order]:
    """Return the first legs that a change concerns: the one asked about, or for address and day all that are open."""
    if change.leg_id is None or change.address is not None or change.wanted_on is not None:
        return [root for root in deal.roots if root.status in rules.OPEN]
    return [deal.orders[deal.orders[change.leg_id].root_id]]


def may_change(deal: Deal, roots: Sequence[Order]) -> bool:
    """Say whether these first legs and their chains may still be changed, as read under the lock."""
    shipped = sum(line.shipped for line in deal.lines_in(deal.legs(roots)))
    return bool(roots) and all(rules.changeable([root.status], shipped) for root in roots)


def changeable(order: Order | Checkout, by: Actor) -> bool:
    """Say whether the actor may ask for a change of this now: the button to offer."""
    roots = Order.objects.visible_to(by).filter(tier=0, checkout=order) if isinstance(order, Checkout) else None
    if roots is None:
        roots = Order.objects.filter(pk=order.root_id)  # type: ignore[union-attr]
        sides = {order.seller_id} if order.tier else {order.seller_id, order.buyer_id}  # type: ignore[union-attr]
    else:
        sides = {order.buyer_id}
    statuses = list(roots.values_list("status", flat=True))
    shipped = OrderLine.objects.filter(order__in=roots.values("pk")).aggregate(sum=Sum("shipped"))["sum"] or 0
    ours = by.operates or by.party in sides
    return ours and by.may(rules.CHANGES) and rules.changeable(statuses, shipped)


def waiting_for(actor: Actor) -> "QuerySet[Consent]":
    """Return what the actor's party is asked to agree to and has not yet answered, the longest waiting first."""
    mine = Approval.objects.visible_to(actor).filter(kind=KIND, status="submitted")
    mine = mine if actor.operates else mine.filter(decider=actor.party)
    found = Consent.objects.filter(approval__in=mine.values("pk"), change__status="asked", leg__status__in=rules.OPEN)
    return found.select_related("change", "leg", "approval").order_by("pk")


def changes_of(order: Order | Checkout, by: Actor) -> list[ChangeView]:
    """Return the changes asked for of an order or a checkout that the actor may see, the latest first."""
    rows = Change.objects.visible_to(by).select_related("supplement", "checkout__buyer", "leg", "asker").order_by("-pk")
    if isinstance(order, Checkout):
        found = list(rows.filter(checkout=order))
        legs = Order.objects.visible_to(by).filter(checkout=order)
        ours = legs if by.operates else legs.filter(Q(tier=0) | Q(seller=by.party))
    else:
        put = Consent.objects.filter(leg=order).values("change")
        found = list(rows.filter(Q(pk__in=put) | Q(leg=order) | Q(leg=None, checkout=order.checkout_id)))
        ours = Order.objects.visible_to(by).filter(pk=order.pk)
    return _views(found, {leg.pk: leg for leg in ours}, by)


def _views(changes: Sequence[Change], legs: dict[int, Order], by: Actor) -> list[ChangeView]:
    """Return these changes as far as they touch these legs of the actor."""
    consents: dict[int, list[Consent]] = {change.pk: [] for change in changes}
    for consent in Consent.objects.filter(change__in=changes).select_related("approval").order_by("pk"):
        consents[consent.change_id].append(consent)
    lines = OrderLine.objects.filter(order__in=legs).select_related("offer", "sku__product").in_bulk()
    holds = set(Allocation.objects.filter(line__order__in=legs).values_list("line__order", flat=True))
    return [_view(change, consents[change.pk], legs, lines, holds, by) for change in changes]


def _view(
    change: Change,
    consents: Sequence[Consent],
    legs: dict[int, Order],
    lines: dict[int, OrderLine],
    holds: set[int],
    by: Actor,
) -> ChangeView:
    first = by.operates or any(leg.tier == 0 for leg in legs.values())
    ships = any(pk in holds and leg.seller_id == by.party for pk, leg in legs.items())
    here = [legs[consent.leg_id].code for consent in consents if consent.leg_id in legs]
    return ChangeView(
        code=change.code,
        status=change.status,
        order=next(iter(here), next((leg.code for leg in legs.values()), "")),
        asked_at=change.asked_at,
        mine=by.party == change.asker_id,
        why=change.why,
        reasons=tuple(change.reasons),
        lines=tuple(
            LineView(lines[pk].offer.code, lines[pk], was, wanted)
            for consent in consents
            for pk, was, wanted in consent.lines
            if pk in lines
        ),
        readdressed=change.address is not None,
        address=_address(change, first=first, ships=ships),
        wanted_on=change.wanted_on,
        before=change.before if first else {},
        supplement=change.supplement.code if change.supplement and first else None,
        total=change.total if first else 0,
        actions=actions(change, consents, by),
    )


def _address(change: Change, *, first: bool, ships: bool) -> dict[str, str] | None:
    """Return the new address in full to the buyer and its seller, masked to who ships a person's goods for others."""
    if change.address is None or not (first or ships):
        return None
    address: dict[str, str] = change.address
    return address if first or change.checkout.buyer.kind != CONSUMER else masked(address)


def actions(change: Change, consents: Sequence[Consent], by: Actor) -> tuple[str, ...]:
    """Return what the actor may do with a change now: agree, decline, withdraw."""
    if change.status != "asked" or not by.may(rules.CHANGES):
        return ()
    waits = [c for c in consents if c.approval.status == "submitted"]
    decides = any(by.operates or c.approval.decider_id == by.party for c in waits)
    asks = by.operates or change.asker_id == by.party
    return (*(("agree", "decline") if decides else ()), *(("withdraw",) if asks else ()))

"""Pay for a checkout: from outside, from the wallet, with points or on the sellers' credit; or repay such credit."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, money, once, rows
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed
from hanse.network.parties.queries import platform_id, terms_for
from hanse.network.parties.rules import Terms
from hanse.trade.orders.models import Tender
from hanse.trade.orders.operations.await_balance import await_balance
from hanse.trade.orders.operations.complete import complete
from hanse.trade.orders.operations.record_refund import record_refund
from hanse.trade.orders.queries import Deal, lock, open_amount, open_amounts, overdue, roles_of
from hanse.trade.orders.rules import BalanceNotDue, NothingToPay, nothing_open, units_for
from hanse.value.books.operations.post import post
from hanse.value.books.rules import Move
from hanse.value.funds import rules as funds
from hanse.value.payments.models import Payment
from hanse.value.payments.operations.start_refund import start_refund
from hanse.value.payments.operations.succeed import succeed


class AmountExceedsDue(DomainError):
    """More was offered than is open."""

    code = "amount_exceeds_due"
    message = _("This is more than there is to pay.")


class CreditNotGranted(DomainError):
    """A seller of this checkout does not sell to this buyer on credit."""

    code = "credit_not_granted"
    message = _("This seller does not deliver to you on credit.")


class CreditOverdue(DomainError):
    """The buyer has not repaid this seller in time; until it does, nothing more is drawn."""

    code = "credit_overdue"
    message = _("What you bought on credit from this seller is overdue. Please repay it first.")


WAYS = Tender.KINDS


@once.operation("trade.pay")
def pay(
    *,
    key: str,
    at: datetime,
    by: Actor,
    order: str,
    with_: str = "outside",
    amount: int | None = None,
    payment: str = "",
) -> str:
    """Pay a checkout (its code, or an order's in it) and return its code: all that is open, or `amount` of it.

    Outside money needs a `payment` of a provider that arrived, or an operator who vouches for it. What arrives for
    something that is no longer to be paid goes back at once. Once everything is paid, the orders are.
    Of what is ordered in presale the deposit is open first, then the balance, within its window. Raises NotFound,
    NotAllowed, MalformedInput, BalanceNotDue, NothingToPay, OrderExpired, AmountExceedsDue, CreditNotGranted,
    CreditOverdue, FloorBroken.
    """
    if with_ not in WAYS:
        raise MalformedInput("with", _("one of %(choices)s") % {"choices": ", ".join(WAYS)})
    deal = lock(order, whole=False)
    _require_payer(deal, with_, payment, by)
    # The entry is the checkout's, numbered by what has paid so far: keys of requests are only each party's own.
    kind, entry = "pay", f"{deal.checkout.code}:{payment or len(deal.tenders)}"
    if payment:
        kind, moves = _arrived(deal, payment, at, by, key)
    else:
        _require_due(deal, at)
        due, debt = open_amounts(deal)
        wanted = _wanted(deal, amount, due or debt)
        if due:
            moves = _take(deal, with_, wanted, None, at, by)
        else:
            kind, moves = "repay", _repay(deal, with_, wanted, None, at)
    post(key=f"{kind}:{entry}", kind=kind, moves=moves, at=at, by=by, subject=deal.checkout.code)
    return deal.checkout.code


def _wanted(deal: Deal, amount: int | None, open_: int) -> int:
    """Return how much is to be paid: the amount said, or all that is open."""
    if amount is not None and not money.whole(amount):
        raise MalformedInput("amount", _("an amount above zero"))
    if not open_:
        raise nothing_open(root.status for root in deal.roots)
    if amount is not None and amount > open_:
        raise AmountExceedsDue(due=open_)
    return open_ if amount is None else amount


def _require_payer(deal: Deal, with_: str, payment: str, by: Actor) -> None:
    """Raise unless the actor may pay this: the buyer its own, operators all; unproven outside money only operators."""
    roles = roles_of(deal, deal.roots, by)
    if not roles & {"buyer", "operator"} or not by.may("orders.pay"):
        raise NotAllowed(action="pay")
    if with_ == "outside" and not payment and not by.operates:
        raise NotAllowed(action="pay")


def _require_due(deal: Deal, at: datetime) -> None:
    """Raise BalanceNotDue where the deposit of a presale is paid and the window for the balance has not come."""
    for root in deal.roots:
        paid = sum(tender.left for tender in deal.paid_by(root))
        if root.status == "placed" and root.balance_from and paid >= root.deposit and at < root.balance_from:
            raise BalanceNotDue(since=root.balance_from)


def _arrived(deal: Deal, code: str, at: datetime, by: Actor, key: str) -> tuple[str, list[Move]]:
    """Take a provider's payment: pay what is due, else repay credit, and send back what is too much."""
    arrival = succeed(key=key, at=at, by=by, payment=code)
    if (arrival["subject"], arrival["currency"]) != (deal.checkout.code, deal.checkout.currency):
        raise MalformedInput("payment", _("a payment for this order"))
    if not arrival["fresh"]:
        return "pay", []
    payment = Payment.objects.get(code=code)
    due, debt = open_amounts(deal)
    used = min(payment.amount, due or debt)
    kind, moves = "surplus", list[Move]()
    if used and due:
        kind, moves = "pay", _take(deal, "outside", used, payment, at, by)
    elif used:
        kind, moves = "repay", _repay(deal, "outside", used, payment, at)
    if surplus := payment.amount - used:
        moves += _send_back(deal, payment, surplus, at, by)
    return kind, moves


def _send_back(deal: Deal, payment: Payment, surplus: int, at: datetime, by: Actor) -> list[Move]:
    """Return to whoever paid what was paid twice, too much or too late."""
    payer, asset = payment.payer_id, deal.checkout.currency
    refund = record_refund(deal=deal, root=None, kind="surplus", amount=surplus, at=at, by=by)
    start_refund(key=refund.code, at=at, by=by, payment=payment.code, amount=surplus, subject=refund.code)
    return [Move(funds.gateway(platform_id(), asset), funds.refund_due(payer, asset), surplus)]


def _take(deal: Deal, with_: str, amount: int, payment: Payment | None, at: datetime, by: Actor) -> list[Move]:
    """Take a payment of an open checkout, shared over its sellers by what each is still to get; return its moves."""
    roots = [root for root in deal.roots if root.status == "placed"]
    open_ = [open_amount(deal, root) for root in roots]
    owing = sum(root.left - sum(tender.left for tender in deal.paid_by(root)) for root in roots)
    tenders = [
        Tender(order=root, kind=with_, payment=payment, amount=share, at=at)
        for root, share in zip(roots, money.split(amount, open_), strict=True)
        if share
    ]
    moves = _moves_for(deal, with_, tenders)
    rows.insert(tenders)
    deal.checkout.paid += amount
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trade_checkout SET paid = %s WHERE id = %s", [deal.checkout.paid, deal.checkout.pk])
    if amount == owing:
        return [*moves, *complete(deal=deal, at=at, by=by)]
    if amount == sum(open_):  # the deposit of a presale, which is ordered by itself
        await_balance(deal=deal, root=roots[0], at=at, by=by)
    return moves


def _moves_for(deal: Deal, with_: str, tenders: Sequence[Tender]) -> list[Move]:
    """Return the moves of these tenders, and complete them: points in units, credit with the day on which it is due."""
    buyer, asset, platform = deal.checkout.buyer_id, deal.checkout.currency, platform_id()
    total = sum(tender.amount for tender in tenders)
    if with_ == "outside":
        return funds.hold(buyer, total, asset=asset, platform=platform)
    if with_ == "wallet":
        return funds.pay_from_wallet(buyer, total, asset=asset)
    if any(tender.order.deposit for tender in tenders):
        raise MalformedInput("with", _("money: what is ordered in presale is paid with nothing else"))
    agreed = terms_for([(tender.order.seller_id, buyer) for tender in tenders])
    moves: list[Move] = []
    if with_ == "points":
        for tender, units in zip(tenders, _units(tenders, agreed), strict=True):
            tender.units = units
            moves += funds.pay_with_points(buyer, units, tender.amount, asset=asset, platform=platform)
        return moves
    _require_credit(deal, tenders, agreed)
    for tender in tenders:
        seller, terms = tender.order.seller_id, agreed[tender.order.seller_id, buyer]
        tender.due_at = tender.at + timedelta(seconds=terms.period) if terms.period else None
        moves += funds.draw_credit(buyer, seller, tender.amount, asset=asset, limit=terms.limit)
    return moves


def _require_credit(deal: Deal, tenders: Sequence[Tender], agreed: Mapping[tuple[int, int | None], Terms]) -> None:
    """Raise unless every seller sells to this buyer on credit, the buyer is in business, and it owes none overdue."""
    buyer = deal.checkout.buyer
    for tender in tenders:
        if agreed[tender.order.seller_id, buyer.pk].pay != "credit" or buyer.status != "active":
            raise CreditNotGranted(order=tender.order.code)
    sellers = {tender.order.seller_id for tender in tenders}
    if late := overdue(tenders[0].at, buyer=buyer.pk, sellers=sellers, limit=1):
        raise CreditOverdue(order=late[0].order)


def _units(tenders: Sequence[Tender], agreed: Mapping[tuple[int, int | None], Terms]) -> list[int]:
    """Return how many points each of these tenders takes."""
    pairs = [(tender.order.seller_id, tender.order.buyer_id) for tender in tenders]
    try:
        return units_for([tender.amount for tender in tenders], [agreed[pair].point_value for pair in pairs])
    except ValueError as odd:
        raise MalformedInput("amount", _("a multiple of what one point is worth")) from odd


def _repay(deal: Deal, with_: str, amount: int, payment: Payment | None, at: datetime) -> list[Move]:
    """Repay credit, the oldest debt first, and return the moves."""
    if with_ not in ("outside", "wallet"):
        raise NothingToPay
    buyer, asset = deal.checkout.buyer_id, deal.checkout.currency
    paying = funds.wallet(buyer, asset) if with_ == "wallet" else funds.gateway(platform_id(), asset)
    moves: list[Move] = []
    for tender in [tender for tender in deal.tenders.values() if tender.kind == "credit"]:
        if part := min(amount, tender.left):
            root = deal.orders[tender.order_id]
            closed = root.status == "closed"
            moves += funds.repay_credit(buyer, root.seller_id, part, paying=paying, closed=closed)
            tender.repaid += part
            tender.save(update_fields=["repaid"])
            Tender.objects.create(order=root, kind=with_, payment=payment, amount=part, at=at)
            amount -= part
    events.announce("credit.repaid", checkout=deal.checkout.code)
    return moves

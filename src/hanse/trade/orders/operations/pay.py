"""Pay for a checkout: from outside, from the wallet, with points or on the sellers' credit; or repay such credit."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, money, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed
from hanse.network.parties.queries import platform_id, terms_for
from hanse.trade.orders.models import Checkout, Tender
from hanse.trade.orders.operations.complete import complete
from hanse.trade.orders.operations.record_refund import record_refund
from hanse.trade.orders.queries import Deal, lock, open_amount, open_amounts, roles_of
from hanse.value.books.operations.post import post
from hanse.value.books.rules import Move
from hanse.value.funds import rules as funds
from hanse.value.payments.models import Payment
from hanse.value.payments.operations.start_refund import start_refund
from hanse.value.payments.operations.succeed import succeed


class NothingToPay(DomainError):
    """Nothing is open on this checkout that could be paid."""

    code = "nothing_to_pay"
    message = _("There is nothing left to pay.")


class AmountExceedsDue(DomainError):
    """More was offered than is open."""

    code = "amount_exceeds_due"
    message = _("This is more than there is to pay.")


class CreditNotGranted(DomainError):
    """A seller of this checkout does not sell to this buyer on credit."""

    code = "credit_not_granted"
    message = _("This seller does not deliver to you on credit.")


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
    Raises NotFound, NotAllowed, MalformedInput, NothingToPay, AmountExceedsDue, CreditNotGranted, FloorBroken.
    """
    if with_ not in WAYS:
        raise MalformedInput("with", _("one of %(choices)s") % {"choices": ", ".join(WAYS)})
    deal = lock(order, whole=False)
    _require_payer(deal, with_, payment, by)
    if payment:
        return _arrived(key, deal, payment, at, by)
    due, debt = open_amounts(deal)
    wanted = amount if amount is not None else due or debt
    if wanted <= 0:
        raise NothingToPay() if amount is None else MalformedInput("amount", _("an amount above zero"))
    if wanted > (due or debt):
        raise AmountExceedsDue(due=due or debt) if due or debt else NothingToPay()
    if due:
        _take(deal, with_, wanted, None, at, by, key)
    elif with_ in ("outside", "wallet"):
        _repay(deal, with_, wanted, None, at, by, key)
    else:
        raise NothingToPay
    return deal.checkout.code


def _require_payer(deal: Deal, with_: str, payment: str, by: Actor) -> None:
    """Raise unless the actor may pay this: the buyer its own, operators all; unproven outside money only operators."""
    roles = roles_of(deal, deal.roots, by)
    if not roles & {"buyer", "operator"} or not by.may("orders.pay"):
        raise NotAllowed(action="pay")
    if with_ == "outside" and not payment and not by.operates:
        raise NotAllowed(action="pay")


def _arrived(key: str, deal: Deal, code: str, at: datetime, by: Actor) -> str:
    """Book a provider's payment: pay what is due, else repay credit, and send back what is too much."""
    arrival = succeed(key=key, at=at, by=by, payment=code)
    if arrival["fresh"]:
        payment = Payment.objects.get(code=code)
        if payment.subject != deal.checkout.code:
            raise MalformedInput("payment", _("a payment for this order"))
        due, debt = open_amounts(deal)
        used = min(payment.amount, due or debt)
        if used:
            (_take if due else _repay)(deal, "outside", used, payment, at, by, f"{key}:{code}")
        if surplus := payment.amount - used:
            _send_back(deal, payment, surplus, at, by)
    return deal.checkout.code


def _send_back(deal: Deal, payment: Payment, surplus: int, at: datetime, by: Actor) -> None:
    """Return what was paid twice, too much or too late."""
    buyer, asset = deal.checkout.buyer_id, deal.checkout.currency
    refund = record_refund(deal=deal, root=None, kind="surplus", amount=surplus, at=at, by=by)
    moves = [Move(funds.gateway(platform_id(), asset), funds.refund_due(buyer, asset), surplus)]
    post(key=f"surplus:{refund.code}", kind="surplus", moves=moves, at=at, by=by, subject=refund.code)
    start_refund(key=refund.code, at=at, by=by, payment=payment.code, amount=surplus, subject=refund.code)


def _take(deal: Deal, with_: str, amount: int, payment: Payment | None, at: datetime, by: Actor, key: str) -> None:
    """Book a payment of an open checkout: shared over its sellers by what each is still to get."""
    roots = [root for root in deal.roots if root.status == "placed"]
    open_ = [open_amount(deal, root) for root in roots]
    moves: list[Move] = []
    tenders = []
    for root, share in zip(roots, money.split(amount, open_), strict=True):
        if not share:
            continue
        tender = Tender(order=root, kind=with_, payment=payment, amount=share, at=at)
        moves += _moves_for(deal, tender, at)
        tenders.append(tender)
    Tender.objects.bulk_create(tenders)
    deal.checkout.paid += amount
    if amount == sum(open_):
        moves += complete(deal=deal, at=at, by=by)
    Checkout.objects.filter(pk=deal.checkout.pk).update(paid=deal.checkout.paid)
    post(key=f"pay:{deal.checkout.code}:{key}"[:200], kind="pay", moves=moves, at=at, by=by, subject=deal.checkout.code)


def _moves_for(deal: Deal, tender: Tender, at: datetime) -> list[Move]:
    """Return the moves of one tender, and complete it: points in units, credit with the day on which it is due."""
    buyer, asset, seller = deal.checkout.buyer_id, deal.checkout.currency, tender.order.seller_id
    if tender.kind == "outside":
        return funds.hold(buyer, tender.amount, asset=asset, platform=platform_id())
    if tender.kind == "wallet":
        return funds.pay_from_wallet(buyer, tender.amount, asset=asset)
    terms = terms_for([(seller, buyer)])[seller, buyer]
    if tender.kind == "points":
        tender.units, rest = divmod(tender.amount, terms.point_value)
        if rest:
            raise MalformedInput("amount", _("a multiple of what one point is worth"))
        return funds.pay_with_points(buyer, tender.units, tender.amount, asset=asset, platform=platform_id())
    if terms.pay != "credit":
        raise CreditNotGranted(seller=seller)
    tender.due_at = at + timedelta(seconds=terms.period)
    return funds.draw_credit(buyer, seller, tender.amount, asset=asset, limit=terms.limit)


def _repay(deal: Deal, with_: str, amount: int, payment: Payment | None, at: datetime, by: Actor, key: str) -> None:
    """Book the repayment of credit, the oldest debt first."""
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
    post(
        key=f"repay:{deal.checkout.code}:{key}"[:200],
        kind="repay",
        moves=moves,
        at=at,
        by=by,
        subject=deal.checkout.code,
    )
    events.announce("credit.repaid", checkout=deal.checkout.code)

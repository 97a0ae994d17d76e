"""What is said to payment providers and the bank, and what follows from what they say; never inside a transaction.

Every function may be called again at any time and by several processes at once: providers do one thing for one
reference, operations know their keys, and what nobody did is done by `sweep`.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hanse.integrations import registry
from hanse.integrations.banks.port import SENT, Bank, Remittance, Transfer
from hanse.integrations.gateways.port import (
    FAILED,
    PENDING,
    SUCCEEDED,
    Charge,
    Gateway,
    Notice,
    Refused,
    Reversal,
    State,
    Unknown,
)
from hanse.kernel.actor import ENGINE
from hanse.kernel.clock import midnight, next_day
from hanse.kernel.errors import DomainError, NotFound
from hanse.trade.orders.operations.pay import pay
from hanse.value.payments import queries
from hanse.value.payments.operations.attach_provider_ref import attach_provider_ref
from hanse.value.payments.operations.close_notice import close_notice
from hanse.value.payments.operations.fail import fail
from hanse.value.payments.operations.finish_refund import finish_refund
from hanse.value.payments.operations.note_asked import note_asked
from hanse.value.payments.operations.record_notice import record_notice
from hanse.value.payments.queries import PaymentView, RefundView
from hanse.value.payments.rules import APPLIED, Difference, Moved, Told, differences
from hanse.value.settlement.models import Payout
from hanse.value.settlement.operations.fail_payout import fail_payout
from hanse.value.settlement.operations.mark_paid import mark_paid
from hanse.value.settlement.operations.mark_sent import mark_sent
from hanse.value.settlement.operations.note_asked import note_asked as note_payout_asked
from hanse.value.settlement.operations.return_payout import return_payout

logger = logging.getLogger(__name__)

Row = TypeVar("Row", PaymentView, RefundView, Payout)

PATIENCE = timedelta(minutes=1)
"""How long a notice may take before `sweep` asks."""

NEVER_CREATED = timedelta(minutes=30)
"""A payment that the provider has not heard of after this long will never be paid."""

MIDNIGHT_SLACK = timedelta(minutes=10)
"""Around midnight, provider and we may count a movement to different days."""


class ProviderUnavailable(DomainError):
    """The payment provider gives no answer."""

    code = "provider_unavailable"
    status = 503
    message = _("The payment service does not answer right now. Please try again in a moment.")


class PaymentRefused(DomainError):
    """The payment provider does not take this payment."""

    code = "payment_refused"
    message = _("The payment service refused this payment.")


def open_payment(*, payment: str, return_url: str, at: datetime) -> str:
    """Create a started payment at its provider and return the address at which it is paid."""
    view = queries.payment(payment)
    if view is None:
        raise NotFound(_("payment"))
    if view.pay_url:
        return view.pay_url
    state = _create(view, return_url, at)
    key = f"attach:{payment}:{state.ref}"
    told = {"payment": payment, "provider_ref": state.ref, "pay_url": state.pay_url}
    attach_provider_ref(key=key, at=at, by=ENGINE, **told)
    _settle(view.provider, "payment", state, at)
    return state.pay_url


def query_payment(*, payment: str, at: datetime) -> str:
    """Ask the provider what became of a payment, act on it, and return our status of it afterwards."""
    view = queries.payment(payment)
    if view is None:
        raise NotFound(_("payment"))
    state = _asked(lambda: _gateway(view.provider).query(payment))
    if state is not None:
        _settle(view.provider, "payment", state, at)
    elif at - view.created_at > NEVER_CREATED:
        fail(key=f"never-created:{payment}", at=at, by=ENGINE, payment=payment, why="unknown to the provider")
    after = queries.payment(payment)
    assert after is not None
    return after.status


def send_refund(*, refund: str, at: datetime) -> None:
    """Tell the provider to send a refund; it stays pending if no answer comes, until `sweep` asks."""
    view = queries.refund(refund)
    if view is None or view.status != PENDING:
        return
    try:
        state = _gateway(view.provider).refund(Reversal(view.code, view.payment, view.amount, view.currency))
    except Refused as refusal:
        key = f"refund:{refund}:refused"
        finish_refund(key=key, at=at, by=ENGINE, refund=refund, succeeded=False, why=refusal.code)
    except (Unknown, ProviderUnavailable) as reason:
        logger.warning("refund %s: %s", refund, reason)
    else:
        _settle(view.provider, "refund", state, at)


def send_payout(*, payout: str, at: datetime) -> None:
    """Tell the bank to pay; a payout stays as it is if no answer comes, until `sweep` asks."""
    found = Payout.objects.select_related("party").filter(code=payout, status="created").first()
    if found is None:
        return
    transfer = Transfer(found.code, found.party.code, found.amount, found.asset)
    try:
        told = _bank().pay_out(transfer)
    except Refused as refusal:
        fail_payout(key=f"payout:{payout}:refused", at=at, by=ENGINE, payout=payout, why=refusal.code)
    except (Unknown, ProviderUnavailable) as reason:
        logger.warning("payout %s: %s", payout, reason)
    else:
        _settle_payout(told, at)


def handle(*, notice: Notice, at: datetime) -> str:
    """Keep a notice, act on it, and return its outcome; a repeated one gets what it got, an unfinished one is finished.

    A refusal of the engine is an outcome too: it is kept with the notice, and sending the notice again would not help.
    """
    key = f"{notice.provider}:{notice.id}"
    told = Told(notice.status, notice.amount, notice.currency, notice.provider)
    recorded = record_notice(
        key=key, at=at, by=ENGINE, notice_id=notice.id, kind=notice.kind, about=notice.reference, told=told,
        body=notice.body,
    )  # fmt: skip
    if not recorded["act"]:
        return recorded["outcome"]
    try:
        outcome = _act(notice, at)
    except DomainError as refusal:
        logger.warning("notice %s on %s: %s", notice.id, notice.reference, refusal.code)
        outcome = refusal.code
    return close_notice(key=key, at=at, by=ENGINE, notice=recorded["notice"], outcome=outcome)


def sweep(*, at: datetime) -> None:
    """Do what should have been done by now: send what was not sent, ask about what nobody told us of.

    A page of each at a time, the longest unasked first, and each the rarer the older it is (`queries.to_ask`).
    """
    before = at - PATIENCE
    for name in registry.offered():
        payments, refunds = queries.unsettled_payments(name, before), queries.pending_refunds(name, before)
        _each(payments, lambda view: query_payment(payment=view.code, at=at), partial(note_asked, at=at, by=ENGINE))
        _each(refunds, lambda view: _chase_refund(view, at), partial(note_asked, at=at, by=ENGINE))
    payouts = list(queries.to_ask(Payout.objects.on_their_way(), before))
    _each(payouts, lambda payout: _chase_payout(payout, at), partial(note_payout_asked, at=at, by=ENGINE))


def check_bill(*, provider: str, day: date, at: datetime) -> list[Difference]:
    """Compare the provider's bill of a business day with our records, and return where they do not agree.

    What it lists and we had not heard of is asked about first, so that only what nobody can explain is left.
    """
    found = _compared(provider, day)
    unheard = [difference.code for difference in found if difference.ours is None]
    _each(queries.payments(unheard), lambda view: query_payment(payment=view.code, at=at))
    _each(queries.refunds(unheard), lambda view: _chase_refund(view, at))
    left = _compared(provider, day) if unheard else found
    for difference in left:
        logger.warning("bill of %s on %s: %s", provider, day, difference)
    return left


def _compared(provider: str, day: date) -> list[Difference]:
    rows = _gateway(provider).bill(day)
    bill = [Moved(row.reference, row.amount, row.currency) for row in rows]
    start, end = (midnight(moment, settings.HANSE_ZONE) for moment in (day, next_day(day)))
    expected = queries.moved_between(provider, start + MIDNIGHT_SLACK, end - MIDNIGHT_SLACK)
    ours = [*expected, *queries.moved_as(provider, [row.code for row in bill])]
    return differences(bill, ours, [row.code for row in expected])


def _create(view: PaymentView, return_url: str, at: datetime) -> State:
    gateway = _gateway(view.provider)
    charge = Charge(view.code, view.amount, view.currency, view.subject, return_url, view.expires_at)
    try:
        return gateway.create(charge)
    except Refused as refusal:
        fail(key=f"refused:{view.code}", at=at, by=ENGINE, payment=view.code, why=refusal.code)
        raise PaymentRefused(payment=view.code) from refusal
    except Unknown as reason:
        logger.warning("payment %s: %s", view.code, reason)
    if (state := _asked(lambda: gateway.query(view.code))) is None:
        raise ProviderUnavailable
    return state


def _asked(question: Callable[[], State | None]) -> State | None:
    try:
        return question()
    except (Unknown, Refused) as reason:
        raise ProviderUnavailable from reason


def _settle(provider: str, kind: str, state: State, at: datetime) -> None:
    """Act on an answer as on a notice of the same content: whichever comes first counts."""
    if state.status != PENDING:
        told = f"{kind}:{state.reference}:{state.status}"
        handle(at=at, notice=Notice(
            provider, told, kind, state.status, state.reference, state.ref, state.amount, state.currency, body="",
        ))  # fmt: skip


def _settle_payout(told: Remittance, at: datetime) -> None:
    if told.status == SENT:
        mark_sent(key=f"payout:{told.reference}:sent", at=at, by=ENGINE, payout=told.reference, reference=told.ref)
    else:
        handle(at=at, notice=Notice(
            settings.HANSE_BANK, f"payout:{told.reference}:{told.status}", "payout", told.status, told.reference,
            told.ref, told.amount, told.currency, body="",
        ))  # fmt: skip


def _act(notice: Notice, at: datetime) -> str:
    """Do what a notice asks for; each of these may be done twice and then happens once."""
    if notice.kind == "payment":
        _act_on_payment(notice, at)
    elif notice.kind == "refund":
        finish_refund(
            key=f"refund:{notice.reference}:{notice.status}", at=at, by=ENGINE, refund=notice.reference,
            succeeded=notice.status == SUCCEEDED, provider_ref=notice.ref,
        )  # fmt: skip
    elif notice.kind == "payout":
        return _act_on_payout(notice, at)
    else:
        return "unknown_kind"
    return APPLIED


def _act_on_payment(notice: Notice, at: datetime) -> None:
    code = notice.reference
    view = queries.payment(code)
    assert view is not None  # the notice was judged against it
    if notice.status == FAILED:
        fail(key=f"failed:{code}", at=at, by=ENGINE, payment=code, why="told by the provider")
    else:
        pay(key=f"payment:{code}", at=at, by=ENGINE, order=view.subject, with_="outside", payment=code)


def _act_on_payout(notice: Notice, at: datetime) -> str:
    code, key = notice.reference, f"payout:{notice.reference}:{notice.status}"
    found = Payout.objects.filter(code=code).first()
    if found is None:
        return "unknown_reference"
    if (found.amount, found.asset) != (notice.amount, notice.currency):
        return "amount_mismatch"
    if notice.status == "paid":
        mark_paid(key=key, at=at, by=ENGINE, payout=code, reference=notice.ref)
    elif notice.status == FAILED:
        fail_payout(key=key, at=at, by=ENGINE, payout=code, why="told by the bank")
    elif notice.status == "returned":
        return_payout(key=key, at=at, by=ENGINE, payout=code, why="told by the bank")
    else:
        return "unknown_status"
    return APPLIED


def _gateway(name: str) -> Gateway:
    try:
        return registry.gateway(name)
    except registry.NotSetUp as error:
        raise ProviderUnavailable from error


def _bank() -> Bank:
    try:
        return registry.bank(settings.HANSE_BANK)
    except registry.NotSetUp as error:
        raise ProviderUnavailable from error


def _chase_refund(view: RefundView, at: datetime) -> None:
    state = _asked(lambda: _gateway(view.provider).query_refund(view.code))
    if state is None:
        send_refund(refund=view.code, at=at)
    else:
        _settle(view.provider, "refund", state, at)


def _chase_payout(payout: Payout, at: datetime) -> None:
    if (told := _bank().query(payout.code)) is None:
        send_payout(payout=payout.code, at=at)
    else:
        _settle_payout(told, at)


def _nothing(*, code: str) -> None:
    """Note nothing about what was done."""


def _each(rows: Sequence[Row], work: Callable[[Row], object], note: Callable[..., None] = _nothing) -> None:
    """Do one piece after the other, and `note` each, so that none that fails is always the first.

    What is refused is logged, and a provider that does not answer is not asked on.
    """
    for row in rows:
        note(code=row.code)
        try:
            work(row)
        except (ProviderUnavailable, Unknown) as reason:
            logger.warning("%s: %s; the rest waits", row.code, reason)
            return
        except DomainError as refusal:
            logger.warning("%s: %s", row.code, refusal.code)
        except Exception:
            logger.exception("%s could not be looked after", row.code)

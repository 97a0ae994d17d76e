"""Reads of payments, refunds and notices."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from hanse.kernel.intake import storable
from hanse.value.payments.models import Notice, Payment, ProviderRefund
from hanse.value.payments.rules import FAILED, QUIET, SUCCEEDED, Known, Moved

PAGE = 200
"""So many payments (refunds, payouts) are asked about at a time."""

SELDOM = timedelta(days=1)
"""The longest that anything open goes unasked."""


@dataclass(frozen=True, slots=True)
class PaymentView:
    """What the provider must be told of a payment, and what it told us."""

    code: str
    payer: int
    subject: str
    amount: int
    currency: str
    provider: str
    provider_ref: str
    pay_url: str
    status: str
    expires_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RefundView:
    """What the provider must be told of a refund."""

    code: str
    payment: str
    subject: str
    amount: int
    currency: str
    provider: str
    status: str


def payment(code: str) -> PaymentView | None:
    """Return one payment."""
    return next(iter(payments([code])), None)


def payments(codes: Collection[str]) -> list[PaymentView]:
    """Return those of these codes that are payments, the oldest first."""
    return _payments(Payment.objects.filter(code__in=storable(codes)))


def payments_for(subject: str) -> list[PaymentView]:
    """Return every payment of a subject, the oldest first."""
    return _payments(Payment.objects.filter(subject=subject))


def unsettled_payments(provider: str, before: datetime, *, limit: int = PAGE) -> list[PaymentView]:
    """Return payments whose end we do not know although they were started before the moment, as `to_ask` picks them."""
    return _payments(to_ask(Payment.objects.unsettled().filter(provider=provider), before, limit))


def refund(code: str) -> RefundView | None:
    """Return one refund."""
    return next(iter(refunds([code])), None)


def refunds(codes: Collection[str]) -> list[RefundView]:
    """Return those of these codes that are refunds, the oldest first."""
    return _refunds(ProviderRefund.objects.filter(code__in=storable(codes)))


def pending_refunds(provider: str, before: datetime, *, limit: int = PAGE) -> list[RefundView]:
    """Return refunds started before the moment whose outcome we do not know, as `to_ask` picks them."""
    found = ProviderRefund.objects.filter(status="pending", payment__provider=provider)
    return _refunds(to_ask(found, before, limit))


Asked = TypeVar("Asked", bound=Model)


def to_ask(rows: QuerySet[Asked], before: datetime, limit: int = PAGE) -> QuerySet[Asked]:
    """Keep a page of those rows about which the other side is to be asked, the longest unasked first.

    They were created before the moment, and the longer they stay open the rarer they are asked about: each time the
    age has doubled, and once a day at least. `asked_at` says when it was last.
    """
    doubled = Q(asked_at__lte=before - (F("asked_at") - F("created_at")))
    wanted = Q(asked_at__isnull=True) | doubled | Q(asked_at__lte=before - SELDOM)
    longest = rows.filter(wanted, created_at__lt=before).order_by(F("asked_at").asc(nulls_first=True), "pk")
    return rows.model._default_manager.filter(pk__in=list(longest.values_list("pk", flat=True)[:limit]))


def refundable(subject: str) -> list[tuple[str, int]]:
    """Return what each succeeded payment of the subject still holds (code, amount), the oldest first."""
    living = Coalesce(Sum("refunds__amount", filter=~Q(refunds__status=FAILED)), 0)
    rows = Payment.objects.filter(subject=subject, status=SUCCEEDED).annotate(left=F("amount") - living)
    return list(rows.filter(left__gt=0).order_by("id").values_list("code", "left"))


def known_payment(code: str) -> Known | None:
    """Return what `rules.judge` needs to know of a payment."""
    row = Payment.objects.filter(code__in=storable([code])).first()
    return Known(row.status, row.amount, row.currency, row.provider) if row else None


def known_refund(code: str) -> Known | None:
    """Return what `rules.judge_refund` needs to know of a refund."""
    row = ProviderRefund.objects.filter(code__in=storable([code])).select_related("payment").first()
    return Known(row.status, row.amount, row.payment.currency, row.payment.provider) if row else None


def moved_between(provider: str, start: datetime, end: datetime) -> list[Moved]:
    """Return what we believe the provider moved in [start, end), by code."""
    return _moved(
        provider, Q(succeeded_at__gte=start, succeeded_at__lt=end), Q(finished_at__gte=start, finished_at__lt=end)
    )


def moved_as(provider: str, codes: Collection[str]) -> list[Moved]:
    """Return what we believe the provider moved under these codes of payments and refunds, by code."""
    return _moved(provider, Q(code__in=codes), Q(code__in=codes))


def troubled_notices(limit: int = 100) -> list[Notice]:
    """Return the newest notices in which the provider and we tell different stories, for operators."""
    return list(Notice.objects.exclude(outcome__in=(*QUIET, "")).order_by("-id")[:limit])


def _payments(rows: QuerySet[Payment]) -> list[PaymentView]:
    return [
        PaymentView(
            row.code, row.payer_id, row.subject, row.amount, row.currency, row.provider, row.provider_ref,
            row.pay_url, row.status, row.expires_at, row.created_at,
        )
        for row in rows.order_by("id")
    ]  # fmt: skip


def _refunds(rows: QuerySet[ProviderRefund]) -> list[RefundView]:
    return [
        RefundView(
            row.code, row.payment.code, row.subject, row.amount, row.payment.currency, row.payment.provider, row.status
        )
        for row in rows.select_related("payment").order_by("id")
    ]


def _moved(provider: str, came: Q, went: Q) -> list[Moved]:
    payments = Payment.objects.filter(came, provider=provider, status=SUCCEEDED)
    refunds = ProviderRefund.objects.filter(went, payment__provider=provider, status=SUCCEEDED)
    rows = [Moved(*row) for row in payments.values_list("code", "amount", "currency")]
    rows += [Moved(c, -a, cur) for c, a, cur in refunds.values_list("code", "amount", "payment__currency")]
    return sorted(rows, key=lambda row: row.code)

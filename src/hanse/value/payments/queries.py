"""Reads of payments, refunds and notices."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from hanse.value.payments.models import Notice, Payment, ProviderRefund
from hanse.value.payments.rules import FAILED, SUCCEEDED, TROUBLES, Known


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
    expires_at: datetime | None


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


@dataclass(frozen=True, slots=True)
class Booked:
    """One movement that we believe the provider made: a payment (positive) or a refund (negative)."""

    code: str
    amount: int
    currency: str


def payment(code: str) -> PaymentView | None:
    """Return one payment."""
    return next(iter(_payments(Payment.objects.filter(code=code))), None)


def payments_for(subject: str) -> list[PaymentView]:
    """Return every payment of a subject, the oldest first."""
    return _payments(Payment.objects.filter(subject=subject))


def open_payments(provider: str, before: datetime, limit: int = 100) -> list[PaymentView]:
    """Return payments whose outcome we do not know although they were started before the moment, the oldest first."""
    return _payments(Payment.objects.open().filter(provider=provider, created_at__lt=before), limit)


def refund(code: str) -> RefundView | None:
    """Return one refund."""
    return next(iter(_refunds(ProviderRefund.objects.filter(code=code))), None)


def pending_refunds(provider: str, before: datetime, limit: int = 100) -> list[RefundView]:
    """Return refunds started before the moment whose outcome we do not know, the oldest first."""
    found = ProviderRefund.objects.filter(status="pending", payment__provider=provider, created_at__lt=before)
    return _refunds(found, limit)


def refundable(subject: str) -> list[tuple[str, int]]:
    """Return what each succeeded payment of the subject still holds (code, amount), the oldest first."""
    living = Coalesce(Sum("refunds__amount", filter=~Q(refunds__status=FAILED)), 0)
    rows = Payment.objects.filter(subject=subject, status=SUCCEEDED).annotate(left=F("amount") - living)
    return list(rows.filter(left__gt=0).order_by("id").values_list("code", "left"))


def known_payment(code: str) -> Known | None:
    """Return what `rules.judge` needs to know of a payment."""
    row = Payment.objects.filter(code=code).first()
    return Known(row.status, row.amount, row.currency, row.provider) if row else None


def known_refund(code: str) -> Known | None:
    """Return what `rules.judge_refund` needs to know of a refund."""
    row = ProviderRefund.objects.filter(code=code).select_related("payment").first()
    return Known(row.status, row.amount, row.payment.currency, row.payment.provider) if row else None


def booked(provider: str, start: datetime, end: datetime) -> list[Booked]:
    """Return what we believe the provider moved in [start, end): payments and refunds, by code."""
    came = Payment.objects.filter(provider=provider, succeeded_at__gte=start, succeeded_at__lt=end)
    went = ProviderRefund.objects.filter(
        payment__provider=provider, status=SUCCEEDED, finished_at__gte=start, finished_at__lt=end
    )
    rows = [Booked(*row) for row in came.values_list("code", "amount", "currency")]
    rows += [Booked(c, -a, cur) for c, a, cur in went.values_list("code", "amount", "payment__currency")]
    return sorted(rows, key=lambda row: row.code)


def unhandled_notices(before: datetime, limit: int = 100) -> list[Notice]:
    """Return notices recorded before the moment that nobody finished: their process was killed."""
    return list(Notice.objects.filter(outcome="", received_at__lt=before).order_by("id")[:limit])


def troubled_notices(limit: int = 100) -> list[Notice]:
    """Return the newest notices in which the provider and we tell different stories, for operators."""
    return list(Notice.objects.filter(outcome__in=TROUBLES).order_by("-id")[:limit])


def _payments(rows: QuerySet[Payment], limit: int | None = None) -> list[PaymentView]:
    return [
        PaymentView(
            row.code, row.payer_id, row.subject, row.amount, row.currency, row.provider, row.provider_ref,
            row.pay_url, row.status, row.expires_at,
        )
        for row in rows.order_by("id")[:limit]
    ]  # fmt: skip


def _refunds(rows: QuerySet[ProviderRefund], limit: int | None = None) -> list[RefundView]:
    return [
        RefundView(
            row.code, row.payment.code, row.subject, row.amount, row.payment.currency, row.payment.provider, row.status
        )
        for row in rows.select_related("payment").order_by("id")[:limit]
    ]

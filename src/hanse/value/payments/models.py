"""Payments asked of a provider, refunds sent back through it, and every notice it gave."""

from django.db import models
from django.db.models import Q

from hanse.kernel import states
from hanse.kernel.actor import Actor

PAYMENT = states.table(
    "payment",
    "created",
    [
        ("attach", "created", "pending", "engine"),
        ("succeed", "created pending failed expired", "succeeded", "engine"),
        ("fail", "created pending expired", "failed", "engine"),
        ("expire", "created pending", "expired", "engine"),
    ],
)
"""Money that arrived is money that arrived: `succeed` is possible from everywhere, and nothing leads out of it."""

UNSETTLED = ("created", "pending", "expired")

REFUND = states.table(
    "provider_refund",
    "pending",
    [
        ("succeed", "pending", "succeeded", "engine"),
        ("fail", "pending", "failed", "engine"),
    ],
)


LONGEST_BODY = 1_000_000
"""Characters of a notice that are kept; a provider sends less than a thousandth."""


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Filters over payments."""

    def visible_to(self, actor: Actor) -> "PaymentQuerySet":
        """Keep what the actor may see: operators all, a party what it pays itself, strangers nothing."""
        if actor.operates:
            return self
        return self.filter(payer_id=actor.party) if actor.party else self.none()

    def open(self) -> "PaymentQuerySet":
        """Keep payments that we still wait for."""
        return self.filter(status__in=("created", "pending"))

    def unsettled(self) -> "PaymentQuerySet":
        """Keep payments of which the provider has not said its last word: also those that we gave up."""
        return self.filter(status__in=UNSETTLED)


class Payment(models.Model):
    """One attempt to pay a checkout from outside; a checkout may see several, and more than one may succeed."""

    code = models.CharField(max_length=20, unique=True)
    payer = models.ForeignKey("network.Party", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=80)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=8)
    provider = models.CharField(max_length=40)
    provider_ref = models.CharField(max_length=128, default="", blank=True)
    pay_url = models.CharField(max_length=2000, default="", blank=True)
    status = states.status_field(PAYMENT)
    expires_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(PAYMENT),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(status="succeeded", succeeded_at__isnull=False)
                | (~Q(status="succeeded") & Q(succeeded_at__isnull=True)),
                name="payment_succeeded_when",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], condition=~Q(provider_ref=""), name="payment_provider_ref_once"
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "id"], name="payment_subject"),
            models.Index(fields=["created_at"], condition=Q(status__in=UNSETTLED), name="payment_unsettled"),
            models.Index(fields=["provider", "succeeded_at"], name="payment_by_day"),
        ]

    def __str__(self) -> str:
        return self.code


class ProviderRefundQuerySet(models.QuerySet["ProviderRefund"]):
    """Filters over refunds."""

    def visible_to(self, actor: Actor) -> "ProviderRefundQuerySet":
        """Keep what the actor may see: the refunds of payments that it may see."""
        if actor.operates:
            return self
        return self.filter(payment__payer_id=actor.party) if actor.party else self.none()


class ProviderRefund(models.Model):
    """Money of one payment on its way back to the payer; `subject` is the document that ordered it."""

    code = models.CharField(max_length=20, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    subject = models.CharField(max_length=80)
    amount = models.BigIntegerField()
    provider_ref = models.CharField(max_length=128, default="", blank=True)
    status = states.status_field(REFUND)
    finished_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    objects = ProviderRefundQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(REFUND),
            models.CheckConstraint(condition=Q(amount__gt=0), name="provider_refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(status="pending", finished_at__isnull=True)
                | (~Q(status="pending") & Q(finished_at__isnull=False)),
                name="provider_refund_finished_when",
            ),
            models.UniqueConstraint(
                fields=["payment", "subject"], condition=~Q(status="failed"), name="provider_refund_subject_once"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(status="pending"), name="provider_refund_pending")]

    def __str__(self) -> str:
        return self.code


class Notice(models.Model):
    """What a provider told us, kept as it was told; `outcome` says what came of it, blank while it is being handled.

    The body may hold personal data of the payer: it is evidence, read by operators, and never written to a log.
    """

    provider = models.CharField(max_length=40)
    notice_id = models.CharField(max_length=128)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=80)
    body = models.CharField(max_length=LONGEST_BODY)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "notice_id"], name="notice_once")]
        indexes = [models.Index(fields=["about", "id"], name="notice_about")]

    def __str__(self) -> str:
        return f"{self.provider}:{self.notice_id}"

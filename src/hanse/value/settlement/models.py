"""Statements of what a party was owed over a time, and payouts to its bank."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from hanse.kernel import states
from hanse.kernel.actor import Actor
from hanse.network.parties.models import Party
from hanse.value.books.models import SEE_MONEY, Entry

PAYOUT = states.table(
    "payout",
    "created",
    [
        ("send", "created", "sent", "engine"),
        ("pay", "created sent", "paid", "engine"),
        ("fail", "created sent", "failed", "engine"),
        ("return", "created sent paid", "returned", "engine"),
    ],
)
"""A bank may return what it has paid; nothing leads out of returned and failed: the next payout is another one."""


UNDERWAY = ("created", "sent")


class StatementQuerySet(models.QuerySet["Statement"]):
    """Filters over statements."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the actor's party, if the actor may see its money; operators see all."""
        if actor.operates:
            return self
        return self.filter(party=actor.party) if actor.party and actor.may(SEE_MONEY) else self.none()


class Statement(models.Model):
    """What a party was owed in one asset from `start` on and before `end`; never changed once made.

    `opening` + `amount` of its entries - `paid` out at its end = `closing`, the opening of the next. Its entries are
    the transfers of the owed account from `start` to `end` up to `upto_transfer`, and those booked late: before
    `start`, and after `seen_transfer`, which the statement before had seen. Up to `done_transfer` the next has
    nothing to look for.
    """

    code = models.CharField(max_length=20, unique=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="statements")
    asset = models.CharField(max_length=8)
    start = models.DateTimeField()
    end = models.DateTimeField()
    opening = models.BigIntegerField()
    amount = models.BigIntegerField()
    paid = models.BigIntegerField()
    closing = models.BigIntegerField()
    entries = models.IntegerField()
    account = models.ForeignKey("value.Account", models.PROTECT, related_name="statements")
    since_transfer = models.BigIntegerField()
    seen_transfer = models.BigIntegerField()
    done_transfer = models.BigIntegerField()
    upto_transfer = models.BigIntegerField()
    earlier_payout = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    objects = StatementQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["party", "asset", "end"], name="statement_once"),
            CheckConstraint(condition=Q(start__lt=F("end")), name="statement_time"),
            CheckConstraint(
                condition=Q(closing=F("opening") + F("amount") - F("paid"), paid__gte=0), name="statement_sum"
            ),
            CheckConstraint(condition=Q(done_transfer__lte=F("upto_transfer")), name="statement_transfers"),
        ]


class PayoutQuerySet(models.QuerySet["Payout"]):
    """Filters over payouts."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those to the actor's party, if the actor may see its money; operators see all."""
        if actor.operates:
            return self
        return self.filter(party=actor.party) if actor.party and actor.may(SEE_MONEY) else self.none()

    def waiting(self) -> Self:
        """Keep those that nobody has sent to the bank yet."""
        return self.filter(status=PAYOUT.initial)

    def on_their_way(self) -> Self:
        """Keep those of which the bank has not said its last word."""
        return self.filter(status__in=UNDERWAY)


class Payout(models.Model):
    """Money on its way to a party's bank: by a statement, or because the party asked for it."""

    code = models.CharField(max_length=20, unique=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="payouts")
    asset = models.CharField(max_length=8)
    amount = models.BigIntegerField()
    statement = models.OneToOneField(Statement, models.PROTECT, null=True, related_name="payout")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="payout")
    status = states.status_field(PAYOUT)
    reference = models.CharField(max_length=128, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(PAYOUT),
            CheckConstraint(condition=Q(amount__gt=0), name="payout_amount"),
        ]
        indexes = [
            Index(fields=["party", "id"], name="payout_party"),
            Index(fields=["id"], condition=Q(status=PAYOUT.initial), name="payout_waiting"),
            Index(fields=["id"], condition=Q(status__in=UNDERWAY), name="payout_underway"),
        ]

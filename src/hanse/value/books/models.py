"""Accounts, and the entries and transfers that are never changed once written."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from hanse.kernel.actor import Actor
from hanse.network.parties.models import Party
from hanse.value.books.rules import PURPOSES

SEE_MONEY = "money.see"
"""The permission to read what the own party has and is owed."""


_BOUNDED = [name for name, purpose in PURPOSES.items() if purpose.floor is not None]
_UNBOUNDED = [name for name, purpose in PURPOSES.items() if purpose.floor is None]
_PAIRED = [name for name, purpose in PURPOSES.items() if purpose.paired]
_SINGLE = [name for name, purpose in PURPOSES.items() if not purpose.paired]


class AccountQuerySet(models.QuerySet["Account"]):
    """Filters over accounts."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those that the actor's party holds, if the actor may see its money; operators see all."""
        if actor.operates:
            return self
        return self.filter(holder=actor.party) if actor.party and actor.may(SEE_MONEY) else self.none()


class Account(models.Model):
    """One pot of one asset, held by a party for a purpose, sometimes towards a partner.

    Where a floor bounds it, `balance` is kept and locked by every change; elsewhere both are null and the
    balance is the sum of its transfers. For credit the floor is the limit under which the last draw passed.
    """

    holder = models.ForeignKey(Party, models.PROTECT, related_name="accounts")
    purpose = models.CharField(max_length=16)
    asset = models.CharField(max_length=8)
    partner = models.ForeignKey(Party, models.PROTECT, null=True, related_name="partner_accounts")
    floor = models.BigIntegerField(null=True)
    balance = models.BigIntegerField(null=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["holder", "purpose", "asset", "partner"], nulls_distinct=False, name="account_once"
            ),
            CheckConstraint(condition=~Q(asset=""), name="account_asset"),
            CheckConstraint(
                condition=Q(floor=None, balance=None) | Q(floor__isnull=False, balance__gte=F("floor")),
                name="account_floor",
            ),
            CheckConstraint(
                condition=Q(floor__isnull=False, purpose__in=_BOUNDED) | Q(floor=None, purpose__in=_UNBOUNDED),
                name="account_bounded",
            ),
            CheckConstraint(
                condition=Q(partner__isnull=False, purpose__in=_PAIRED) | Q(partner=None, purpose__in=_SINGLE),
                name="account_paired",
            ),
        ]
        indexes = [Index(fields=["purpose", "asset"], name="account_purpose_asset")]


class Entry(models.Model):
    """One fact in the books: all of its transfers or none. Append-only."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    by_party = models.BigIntegerField(null=True)
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)

    class Meta:
        indexes = [Index(fields=["subject"], name="entry_subject")]


class Transfer(models.Model):
    """An amount that went from one account to another, at the moment of its entry. Append-only.

    The database does not check that the accounts exist: that check would lock their rows, and every order would
    write to the platform's (docs/decisions/0012). `queries.check` looks for transfers without accounts instead.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="transfers")
    source = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    target = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount"),
            CheckConstraint(condition=~Q(source=F("target")), name="transfer_two_ends"),
        ]
        indexes = [
            Index(fields=["source", "id"], name="transfer_source"),
            Index(fields=["target", "id"], name="transfer_target"),
        ]


class Snapshot(models.Model):
    """What the transfers of an unbounded account up to and including one came to, so that sums stay short."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="snapshots")
    upto_transfer_id = models.BigIntegerField()
    balance = models.BigIntegerField()

    class Meta:
        constraints = [UniqueConstraint(fields=["account", "upto_transfer_id"], name="snapshot_once")]

"""Accounts, and the entries and transfers that are never changed once written."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from hanse.network.parties.models import Party
from hanse.value.books.rules import PURPOSES


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

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["holder", "purpose", "asset", "partner"], nulls_distinct=False, name="account_once"
            ),
            CheckConstraint(condition=Q(purpose__in=list(PURPOSES)), name="account_purpose"),
            CheckConstraint(condition=~Q(asset=""), name="account_asset"),
            CheckConstraint(
                condition=Q(floor=None, balance=None) | Q(floor__isnull=False, balance__gte=F("floor")),
                name="account_floor",
            ),
            CheckConstraint(
                condition=Q(floor__isnull=False, purpose__in=[name for name, p in PURPOSES.items() if p.floor is not None])
                | Q(floor=None, purpose__in=[name for name, p in PURPOSES.items() if p.floor is None]),
                name="account_bounded",
            ),
            CheckConstraint(
                condition=Q(partner__isnull=False, purpose__in=[name for name, p in PURPOSES.items() if p.paired])
                | Q(partner=None, purpose__in=[name for name, p in PURPOSES.items() if not p.paired]),
                name="account_paired",
            ),
        ]
        indexes = [Index(fields=["purpose", "asset"], name="account_purpose_asset")]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.holder_id}"


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

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Transfer(models.Model):
    """An amount that went from one account to another, at the moment of its entry. Append-only.

    The database does not check that the accounts exist: that check would write to the row of the account,
    and every order would queue for the platform's (docs/decisions/0012).
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
            Index(fields=["source", "at", "id"], name="transfer_source"),
            Index(fields=["target", "at", "id"], name="transfer_target"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}: {self.source_id}→{self.target_id}"


class Snapshot(models.Model):
    """What the transfers of an unbounded account up to and including one came to, so that sums stay short."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="snapshots")
    upto_transfer_id = models.BigIntegerField()
    balance = models.BigIntegerField()

    class Meta:
        constraints = [UniqueConstraint(fields=["account", "upto_transfer_id"], name="snapshot_once")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.balance}"

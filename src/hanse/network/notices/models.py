"""Notices of parties, and who wants which of them by e-mail."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from hanse.kernel.actor import Actor
from hanse.network.access.models import User
from hanse.network.parties.models import Party


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the actor's party for which it holds the permission; operators see all.

        What is told to one person is for nobody else.
        """
        meant = self.filter(Q(user=None) | Q(user=actor.user or 0))
        if actor.operates:
            return meant
        if actor.party is None:
            return self.none()
        return meant.filter(party=actor.party, needs__in=["", *actor.permissions])

    def unread(self) -> Self:
        """Keep those that nobody of the party has read."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """One thing that a party was told: what kind of thing, about what, and the values that its words name.

    With `user` it is for that one of the party's people.
    """

    code = models.CharField(max_length=13, unique=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="notices")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    said = models.JSONField(default=dict)
    needs = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=80, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["party", "kind", "subject"], name="network_notice_once"),
            CheckConstraint(condition=~Q(kind="") & ~Q(subject=""), name="network_notice_about"),
            CheckConstraint(
                condition=Q(read_at=None, read_by="") | Q(read_at__isnull=False) & ~Q(read_by=""),
                name="network_notice_read_pair",
            ),
        ]
        indexes = [
            Index(fields=["party", "-id"], name="network_notice_of_party"),
            Index(fields=["party"], name="network_notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class NoticeMailQuerySet(models.QuerySet["NoticeMail"]):
    """Choices, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own for its party: nobody chooses for another."""
        if actor.party is None or actor.user is None:
            return self.none()
        return self.filter(party=actor.party, user=actor.user)


class NoticeMail(models.Model):
    """About which kinds of a party's notices one of its people wants an e-mail."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    kinds = ArrayField(models.CharField(max_length=40), default=list)

    objects = NoticeMailQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["party", "user"], name="noticemail_once")]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.party_id}"

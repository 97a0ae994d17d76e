"""Renewed certificates that wait for their review."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q

from hanse.kernel.actor import Actor
from hanse.kernel.sealed import EncryptedTextField
from hanse.network.approvals.models import Approval
from hanse.network.parties.models import REVIEW, Paper, Party
from hanse.network.parties.rules import PAPERS


class RenewalQuerySet(models.QuerySet["Renewal"]):
    """Renewals, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own party's; only reviewers see others'."""
        if actor.may(REVIEW):
            return self
        return self.filter(party=actor.party) if actor.party is not None and actor.may(PAPERS) else self.none()


class Renewal(models.Model):
    """A certificate as shown anew; it takes the place of the old one when its approval is given."""

    approval = models.OneToOneField(Approval, models.PROTECT, related_name="renewal")
    party = models.ForeignKey(Party, models.PROTECT, related_name="renewals")
    item = models.CharField(max_length=60)
    number = EncryptedTextField(max_length=500, blank=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="renewals")

    objects = RenewalQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="renewal_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.valid_until or '∞'}"

"""Approvals: what somebody submitted and what the reviewer said."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from hanse.kernel import states
from hanse.kernel.actor import Actor
from hanse.network.approvals import rules
from hanse.network.parties.models import Party

APPROVAL = states.table(
    "approval",
    "submitted",
    [
        ("approve", "submitted", "approved", "reviewer"),
        ("reject", "submitted", "rejected", "reviewer"),
        ("resubmit", "rejected", "submitted", "applicant"),
        ("withdraw", "submitted rejected", "withdrawn", "applicant"),
    ],
)


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Approvals, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor reviews, what its own party submitted, and what its party has to decide."""
        if actor.operates:
            return self
        mine = [name for name, kind in rules.KINDS.items() if actor.may(kind.review)]
        seen = Q(kind__in=[name for name in mine if name not in rules.PARTNER_KINDS])
        if actor.party is None:
            return self.filter(seen)
        return self.filter(seen | Q(party=actor.party) | Q(kind__in=mine, decider=actor.party))

    def waiting(self) -> Self:
        """Keep those a reviewer has to decide, the longest waiting first."""
        return self.filter(status="submitted").order_by("submitted_at", "pk")


class Approval(models.Model):
    """One thing submitted for review; `history` keeps every earlier round as it was when it was turned down."""

    code = models.CharField(max_length=13, unique=True)
    kind = models.CharField(max_length=20)
    party = models.ForeignKey(Party, models.PROTECT, related_name="approvals")
    decider = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", db_index=False)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    checklist = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    history = models.JSONField(default=list)
    status = states.status_field(APPROVAL)
    submitted_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(APPROVAL),
            CheckConstraint(condition=Q(kind__in=list(rules.KINDS)), name="approval_kind"),
            CheckConstraint(
                condition=Q(kind__in=list(rules.PARTNER_KINDS), decider__isnull=False)
                | (~Q(kind__in=list(rules.PARTNER_KINDS)) & Q(decider=None)),
                name="approval_decider",
            ),
            CheckConstraint(
                condition=Q(subject_kind="", subject_id=None) | (~Q(subject_kind="") & Q(subject_id__isnull=False)),
                name="approval_subject_pair",
            ),
            CheckConstraint(
                condition=Q(status__in=["approved", "rejected"], decided_at__isnull=False)
                | Q(status__in=["submitted", "withdrawn"], decided_at=None),
                name="approval_decided_when",
            ),
            CheckConstraint(
                condition=Q(decided_at=None, decided_by="") | (Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="approval_decided_pair",
            ),
            UniqueConstraint(
                fields=["kind", "party", "subject_kind", "subject_id"],
                condition=Q(status="submitted"),
                nulls_distinct=False,
                name="approval_one_waiting",
            ),
        ]
        indexes = [
            Index(fields=["submitted_at"], condition=Q(status="submitted"), name="approval_waiting"),
            Index(fields=["decider", "-id"], condition=Q(decider__isnull=False), name="approval_of_decider"),
        ]

    def __str__(self) -> str:
        return self.code


class RequirementQuerySet(models.QuerySet["Requirement"]):
    """Requirements, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep all: whoever wants to apply must know them."""
        del actor
        return self


class Requirement(models.Model):
    """Which certificates parties of one kind show, where that is not what `rules.ONBOARDING_ITEMS` says."""

    kind = models.CharField(max_length=10, unique=True)
    items = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        constraints = [CheckConstraint(condition=Q(kind__in=list(rules.ONBOARDING_ITEMS)), name="requirement_kind")]

    def __str__(self) -> str:
        return self.kind

"""Parties, links between them, and the history of what was agreed."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from hanse.kernel import states
from hanse.kernel.actor import Actor
from hanse.kernel.sealed import EncryptedBinaryField, EncryptedTextField
from hanse.network.parties import rules

REVIEW = "parties.review"
"""Whoever may review applications sees every party."""

PARTY = states.table(
    "party",
    "applied",
    [
        ("accept", "applied", "active", "reviewer engine"),
        ("refuse", "applied", "rejected", "reviewer engine"),
        ("reapply", "rejected", "applied", "applicant engine"),
        ("suspend", "active", "suspended", "operator engine"),
        ("reinstate", "suspended", "active", "operator engine"),
        ("lapse", "active", "suspended", "engine"),
        ("renew", "suspended", "active", "engine"),
        ("leave", "applied rejected active suspended", "left", "engine"),
    ],
)


class PartyQuerySet(models.QuerySet["Party"]):
    """Parties, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own party, those it is linked with, and the platform; strangers see none."""
        if actor.may(REVIEW):
            return self
        if actor.party is None:
            return self.none()
        up = Link.objects.open().filter(upstream=actor.party).values("downstream")
        down = Link.objects.open().filter(downstream=actor.party).values("upstream")
        return self.filter(Q(pk=actor.party) | Q(kind=rules.PLATFORM) | Q(pk__in=up) | Q(pk__in=down))

    def public(self) -> Self:
        """Keep those whose names anyone may read: active businesses, never people."""
        return self.active().exclude(kind__in=[rules.CONSUMER, rules.LEADER])

    def active(self) -> Self:
        """Keep those that may begin new business."""
        return self.filter(status="active")


class Party(models.Model):
    """Anyone who trades; what one may do follows from links, offers and terms, not from the kind."""

    code = models.CharField(max_length=13, unique=True)
    slug = models.CharField(max_length=80, unique=True, null=True)
    kind = models.CharField(
        max_length=10,
        choices=[
            (rules.PLATFORM, _("Platform")),
            (rules.SUPPLIER, _("Supplier")),
            (rules.WHOLESALER, _("Wholesaler")),
            (rules.RETAILER, _("Retailer")),
            (rules.LEADER, _("Community leader")),
            (rules.ENTERPRISE, _("Enterprise")),
            (rules.CONSUMER, _("Consumer")),
        ],
    )
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=80, blank=True)
    status = states.status_field(PARTY)
    terms = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    objects = PartyQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(PARTY),
            CheckConstraint(condition=Q(kind__in=rules.PARTY_KINDS), name="party_kind"),
            CheckConstraint(condition=~Q(name=""), name="party_named"),
            UniqueConstraint(fields=["kind"], condition=Q(kind=rules.PLATFORM), name="party_one_platform"),
        ]

    def __str__(self) -> str:
        return self.name


class LinkQuerySet(models.QuerySet["Link"]):
    """Links, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of which the actor's party is an end."""
        if actor.may(REVIEW):
            return self
        if actor.party is None:
            return self.none()
        return self.filter(Q(upstream=actor.party) | Q(downstream=actor.party))

    def open(self) -> Self:
        """Keep those in force."""
        return self.filter(closed_at=None)


class Link(models.Model):
    """The one edge between two parties: who supplies, promotes, leads or employs whom, from when to when."""

    kind = models.CharField(
        max_length=10,
        choices=[
            (rules.SUPPLY, _("Supplies")),
            (rules.PROMOTES, _("Promotes")),
            (rules.COMMUNITY, _("Leads the community of")),
            (rules.EMPLOYS, _("Employs")),
        ],
    )
    upstream = models.ForeignKey(Party, models.PROTECT, related_name="links_down")
    downstream = models.ForeignKey(Party, models.PROTECT, related_name="links_up")
    terms = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(kind__in=rules.LINK_KINDS), name="link_kind"),
            CheckConstraint(condition=~Q(upstream=F("downstream")), name="link_two_ends"),
            CheckConstraint(
                condition=Q(closed_at=None, closed_by="")
                | (Q(closed_at__isnull=False, closed_at__gte=F("opened_at")) & ~Q(closed_by="")),
                name="link_closed_pair",
            ),
            UniqueConstraint(
                fields=["kind", "upstream", "downstream"], condition=Q(closed_at=None), name="link_one_open"
            ),
            UniqueConstraint(
                fields=["downstream"], condition=Q(kind=rules.PROMOTES, closed_at=None), name="link_one_promoter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.upstream_id}→{self.downstream_id}"


class LinkInvitationQuerySet(models.QuerySet["LinkInvitation"]):
    """Invitations into links, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those that the actor's party gave or that name it; whoever reads one may show its code."""
        if actor.may(REVIEW):
            return self
        if actor.party is None or not actor.may(rules.LINKS):
            return self.none()
        return self.filter(Q(upstream=actor.party) | Q(downstream=actor.party))

    def open(self, at: datetime) -> Self:
        """Keep those that can be accepted at this moment."""
        return self.filter(link=None, expires_at__gt=at)


class LinkInvitation(models.Model):
    """A link that the upstream party offers to one party, or to whoever was given the code; good once, for a while."""

    code = models.CharField(max_length=13, unique=True)
    kind = models.CharField(max_length=10)
    upstream = models.ForeignKey(Party, models.PROTECT, related_name="invitations_down")
    downstream = models.ForeignKey(Party, models.PROTECT, null=True, related_name="invitations_up")
    terms = models.JSONField(default=dict)
    invited_at = models.DateTimeField()
    invited_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    link = models.OneToOneField(Link, models.PROTECT, null=True, related_name="invitation")

    objects = LinkInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(kind__in=rules.LINK_KINDS), name="linkinvitation_kind"),
            CheckConstraint(condition=~Q(upstream=F("downstream")), name="linkinvitation_two_ends"),
        ]

    def __str__(self) -> str:
        return self.code


class TermsChangeQuerySet(models.QuerySet["TermsChange"]):
    """Changes of terms, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the actor's own party and of links of which it is an end."""
        if actor.may(REVIEW):
            return self
        if actor.party is None:
            return self.none()
        return self.filter(Q(party=actor.party) | Q(link__upstream=actor.party) | Q(link__downstream=actor.party))


class TermsChange(models.Model):
    """One change of the terms of a party or a link: append-only, so that what held when can be told later."""

    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="terms_changes")
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="terms_changes")
    before = models.JSONField()
    after = models.JSONField()
    at = models.DateTimeField()
    by_party = models.BigIntegerField(null=True)
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=40)

    objects = TermsChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(party=None, link__isnull=False) | Q(link=None, party__isnull=False),
                name="termschange_one_subject",
            )
        ]
        indexes = [Index(fields=["at"], name="termschange_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.before} → {self.after}"


class ParticularsQuerySet(models.QuerySet["Particulars"]):
    """Particulars, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own party's; only reviewers see others'."""
        if actor.may(REVIEW):
            return self
        return self.filter(party=actor.party) if actor.party is not None else self.none()


class Particulars(models.Model):
    """Who stands behind a party: the company, its representative, whom to call."""

    party = models.OneToOneField(Party, models.PROTECT, related_name="particulars")
    legal_name = models.CharField(max_length=200)
    licence_number = EncryptedTextField(max_length=500, blank=True)
    representative = models.CharField(max_length=100, blank=True)
    identity_number = EncryptedTextField(max_length=500, blank=True)
    contact = models.CharField(max_length=100, blank=True)
    phone = EncryptedTextField(max_length=500, blank=True)
    address = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    objects = ParticularsQuerySet.as_manager()

    def __str__(self) -> str:
        return self.legal_name


class PaperQuerySet(models.QuerySet["Paper"]):
    """Certificates as files, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own party's; only reviewers see others'."""
        if actor.may(REVIEW):
            return self
        return self.filter(party=actor.party) if actor.party is not None and actor.may(rules.PAPERS) else self.none()


class Paper(models.Model):
    """A picture or PDF of a certificate, encrypted in the database: every node has it, no web server hands it out."""

    code = models.CharField(max_length=13, unique=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="papers")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=4)
    size = models.PositiveIntegerField()
    content = EncryptedBinaryField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    objects = PaperQuerySet.as_manager()

    class Meta:
        constraints = [CheckConstraint(condition=Q(kind__in=list(rules.PAPER_KINDS)), name="paper_kind")]

    def __str__(self) -> str:
        return self.name


class QualificationQuerySet(models.QuerySet["Qualification"]):
    """Qualifications, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own party's; only reviewers see others'."""
        if actor.may(REVIEW):
            return self
        return self.filter(party=actor.party) if actor.party is not None else self.none()


class Qualification(models.Model):
    """A certificate that a party has shown, and until when it is valid."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="qualifications")
    item = models.CharField(max_length=60)
    number = EncryptedTextField(max_length=500, blank=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    attachment = models.CharField(max_length=300, blank=True)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="qualifications")

    objects = QualificationQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["party", "item"], name="qualification_one_each")]
        indexes = [Index(fields=["valid_until"], name="qualification_validity")]

    def __str__(self) -> str:
        return f"{self.item} {self.valid_until or '∞'}"

"""Endpoints of parties, what was sent to them, and every attempt."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.db.models.functions import Length

from hanse.kernel import states
from hanse.kernel.actor import Actor
from hanse.kernel.sealed import EncryptedTextField
from hanse.network.parties.models import Party
from hanse.network.webhooks.rules import PERMISSION

models.TextField.register_lookup(Length)

ENDPOINT = states.table(
    "endpoint",
    "active",
    [
        ("disable", "active", "disabled", "owner engine"),
        ("enable", "disabled", "active", "owner"),
        ("remove", "active disabled", "removed", "owner"),
    ],
)
DELIVERY = states.table(
    "delivery",
    "pending",
    [
        ("deliver", "pending", "delivered", "engine"),
        ("fail", "pending", "failed", "engine"),
        ("replay", "delivered failed", "pending", "owner"),
    ],
)
LONGEST_BODY = 100_000


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Endpoints, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the actor's party that it may edit; operators see all."""
        if actor.operates:
            return self
        return self.filter(party=actor.party) if actor.party and actor.may(PERMISSION) else self.none()


class Endpoint(models.Model):
    """An address that a party wants to be told facts at; `facts` are those it wants, none said means all.

    `failing_since` is when the first of the attempts failed that have failed ever since.
    """

    code = models.CharField(max_length=13, unique=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="endpoints")
    url = models.CharField(max_length=500)
    facts = ArrayField(models.CharField(max_length=40), default=list)
    secret = EncryptedTextField(max_length=500)
    status = states.status_field(ENDPOINT)
    failing_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        constraints = [states.status_check(ENDPOINT)]
        indexes = [Index(fields=["party", "id"], name="endpoint_of_party")]

    def __str__(self) -> str:
        return self.code


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those to endpoints that the actor may see."""
        return self.filter(endpoint__in=Endpoint.objects.visible_to(actor))


class Delivery(models.Model):
    """One event on its way to one endpoint; `body` is what is sent, to the byte. `next_at`: when it is tried next."""

    code = models.CharField(max_length=13, unique=True)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=13)
    fact = models.CharField(max_length=40)
    body = models.TextField()
    status = states.status_field(DELIVERY)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(DELIVERY),
            UniqueConstraint(fields=["endpoint", "event"], name="delivery_once"),
            CheckConstraint(condition=Q(body__length__lte=LONGEST_BODY), name="delivery_body"),
            CheckConstraint(
                condition=Q(status="pending", next_at__isnull=False) | (~Q(status="pending") & Q(next_at=None)),
                name="delivery_next",
            ),
        ]
        indexes = [Index(fields=["created_at"], name="delivery_age")]

    def __str__(self) -> str:
        return self.code


class Attempt(models.Model):
    """One try to deliver: what the other side answered, or why it was not reached."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    answered = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    took_ms = models.PositiveIntegerField()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(answered__isnull=False) | ~Q(error=""), name="attempt_ended_somehow")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.answered or self.error}"

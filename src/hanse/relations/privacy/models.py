"""What persons asked of us about their data."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Index, Q

from hanse.kernel.actor import Actor
from hanse.network.access.models import User

COPY, ERASURE = "copy", "erasure"


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    """Requests, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own; operators see all."""
        if actor.operates:
            return self
        return self.filter(user=actor.user) if actor.user is not None else self.none()


class DataRequest(models.Model):
    """One person asked for a copy or for being forgotten; `kept` says what had to stay, by the names of things."""

    code = models.CharField(max_length=13, unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    kept = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        constraints = [CheckConstraint(condition=Q(kind__in=[COPY, ERASURE]), name="datarequest_kind")]
        indexes = [Index(fields=["user", "-id"], name="datarequest_of_user")]

    def __str__(self) -> str:
        return self.code

"""What the console keeps for its people: views of lists, and figures such as when stock counts as low."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from hanse.kernel.actor import Actor
from hanse.network.access.models import User
from hanse.network.parties.models import Party


class PreferenceQuerySet(models.QuerySet["Preference"]):
    """Preferences, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own, and those of everybody in its party."""
        if actor.party is None:
            return self.none()
        return self.filter(Q(user=None) | Q(user=actor.user or 0), party=actor.party)


class Preference(models.Model):
    """Texts by name that one person, or without one a whole party, keeps for one purpose."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    value = models.JSONField(default=dict)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["party", "user", "name"], nulls_distinct=False, name="preference_once"),
            CheckConstraint(condition=~Q(name=""), name="preference_named"),
        ]

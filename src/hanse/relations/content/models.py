"""The table of what home pages show."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from hanse.kernel.actor import Actor
from hanse.network.parties.models import Party
from hanse.relations.content.rules import KINDS


class BlockQuerySet(models.QuerySet["Block"]):
    """Blocks, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Leave what is published, and all of the actor's own party; operators see all."""
        if actor.operates:
            return self
        published = Q(live__isnull=False)
        return self.filter(published | Q(party=actor.party) if actor.party is not None else published)


class Block(models.Model):
    """One block of a party's home page: what is published (`live`), and what it will say next (`draft`)."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    position = models.PositiveIntegerField()
    draft = models.JSONField()
    live = models.JSONField(null=True)
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="block_kind"),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(starts__lt=F("ends")), name="block_shown_some_time"
            ),
        ]
        indexes = [models.Index(fields=["party", "position", "id"], name="block_of_party")]

    @property
    def stage(self) -> str:
        """Return how far it is: a draft, published, or published with changes that are not."""
        if self.live is None:
            return "draft"
        return "published" if self.live == self.draft else "changed"

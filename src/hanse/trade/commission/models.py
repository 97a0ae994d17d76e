"""Commission: what promoters earn on a line that somebody they brought has bought."""

from django.db import models
from django.db.models import F, Q

from hanse.kernel.actor import Actor
from hanse.network.parties.models import Party


class CommissionQuerySet(models.QuerySet["Commission"]):
    """Commissions as one actor may see them."""

    def visible_to(self, actor: Actor) -> "CommissionQuerySet":
        """Keep what the actor's party earns or bears; operators see all, strangers none."""
        if actor.operates:
            return self
        if not actor.party:
            return self.none()
        return self.filter(Q(promoter_id=actor.party) | Q(bearer_id=actor.party))


class Commission(models.Model):
    """One promoter's commission of one level on one order line, borne by that line's seller.

    It is pending while its order is open and confirmed when that closes; `left` is what refunds did not take back.
    """

    line = models.ForeignKey("trade.OrderLine", on_delete=models.PROTECT, related_name="commissions")
    promoter = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    bearer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    rate = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    left = models.BigIntegerField()
    at = models.DateTimeField()

    objects = CommissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "level"], name="commission_level_once"),
            models.CheckConstraint(
                condition=Q(left__gte=0, left__lte=F("amount"), level__gte=1), name="commission_adds_up"
            ),
        ]
        indexes = [models.Index(fields=["promoter", "-id"], name="commission_of_promoter")]

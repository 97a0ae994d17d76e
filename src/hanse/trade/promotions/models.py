"""Promotions that run on offers: what they take off, from which quantity on, and who bears it."""

from django.db import models
from django.db.models import F, Q

from hanse.goods.offers.models import Offer
from hanse.kernel.actor import Actor
from hanse.network.parties.models import Party


class PromotionQuerySet(models.QuerySet["Promotion"]):
    """Promotions as one actor may see them."""

    def visible_to(self, actor: Actor) -> "PromotionQuerySet":
        """Keep the promotions on the actor's own offers; operators see all, strangers none."""
        if actor.operates:
            return self
        return self.filter(offer__seller_id=actor.party) if actor.party else self.none()


class Promotion(models.Model):
    """`rate` basis points off one offer from `min_quantity` pieces on, while it runs; `shares` say who bears it."""

    code = models.CharField(max_length=20, unique=True)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="promotions")
    label = models.CharField(max_length=80)
    lane = models.PositiveSmallIntegerField(default=1)
    rate = models.PositiveIntegerField()
    min_quantity = models.BigIntegerField(default=1)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=1, rate__lte=10_000), name="promotion_rate"),
            models.CheckConstraint(condition=Q(min_quantity__gte=1), name="promotion_min_quantity"),
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="promotion_period"),
        ]
        indexes = [models.Index(fields=["offer", "starts"], name="promotion_of_offer")]


class PromotionShare(models.Model):
    """One party bears `share` basis points of a promotion; the shares of one promotion make a whole."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="shares")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    share = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promotion", "party"], name="promotionshare_once"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=10_000), name="promotionshare_share"),
        ]

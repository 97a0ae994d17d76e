"""Baskets: what a party, or a visitor who has not signed in, means to buy."""

from django.db import models
from django.db.models import Q

from hanse.goods.offers.models import Offer
from hanse.network.parties.models import Party


class BasketLine(models.Model):
    """One offer in somebody's basket: of a party, or of a visitor known by an opaque token."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=64, blank=True)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="basketline_some_pieces"),
            models.CheckConstraint(
                condition=Q(party__isnull=True) & ~Q(token="") | Q(party__isnull=False, token=""),
                name="basketline_one_owner",
            ),
            models.UniqueConstraint(fields=["party", "token", "offer"], name="basketline_once", nulls_distinct=False),
        ]

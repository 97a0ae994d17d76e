"""Parcels: what one shipper sent at once, with the carrier's number."""

from django.db import models
from django.db.models import Q

from hanse.kernel.actor import Actor
from hanse.trade.orders.models import Allocation, Order, OrderLine


class ParcelQuerySet(models.QuerySet["Parcel"]):
    """Parcels as one actor may see them."""

    def visible_to(self, actor: Actor) -> "ParcelQuerySet":
        """Keep parcels of deals in which the actor sells or buys any leg; operators see all, strangers none.

        Every tier may see the service process: where the goods are, not what they cost the others.
        """
        if actor.operates:
            return self
        if not actor.party:
            return self.none()
        mine = Order.objects.visible_to(actor).values("root")
        return self.filter(order__root__in=mine)


class Parcel(models.Model):
    """One consignment: `order` is the leg of the party that shipped it."""

    code = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parcels")
    carrier = models.CharField(max_length=60, blank=True)
    tracking = models.CharField(max_length=80, blank=True)
    shipped_at = models.DateTimeField()
    shipped_by = models.CharField(max_length=80)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["order", "id"], name="parcel_of_order")]


class ParcelLine(models.Model):
    """Pieces of one order line in a parcel, from one shelf."""

    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="parcel_lines")
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "allocation"], name="parcelline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="parcelline_some_pieces"),
        ]

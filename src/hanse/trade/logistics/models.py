"""Parcels: what one shipper sent at once, with the carrier's number."""

from django.db import models
from django.db.models import Q

from hanse.goods.stock.models import Warehouse
from hanse.kernel.actor import Actor
from hanse.kernel.sealed import EncryptedTextField
from hanse.trade.orders.models import Allocation, Checkout, Order, OrderLine


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


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Receipts as one actor may see them."""

    def visible_to(self, actor: Actor) -> "ReceiptQuerySet":
        """Keep what the actor's party counted, or sold; operators see all, strangers none."""
        if actor.operates:
            return self
        return self.filter(order__in=Order.objects.visible_to(actor)) if actor.party else self.none()


class Receipt(models.Model):
    """What a business counted when goods of an order arrived: how many were good, damaged, missing, too many."""

    code = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="receipts")
    at = models.DateTimeField()
    by_party = models.BigIntegerField(null=True)
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["order", "id"], name="receipt_of_order")]

    def __str__(self) -> str:
        return self.code


class ReceiptLine(models.Model):
    """What was counted of one order line. Good and damaged pieces are on the buyer's shelf from then on.

    Missing ones stay awaited, or are asked back (`claimed`, which may hold damaged ones too); those too many are the
    seller's, who is told of them.
    """

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    good = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)
    missing = models.BigIntegerField(default=0)
    extra = models.BigIntegerField(default=0)
    claimed = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "line"], name="receiptline_once"),
            models.CheckConstraint(
                condition=Q(good__gte=0, damaged__gte=0, missing__gte=0, extra__gte=0, claimed__gte=0)
                & Q(claimed__lte=models.F("damaged") + models.F("missing")),
                name="receiptline_counts",
            ),
            models.CheckConstraint(
                condition=Q(good__gt=0) | Q(damaged__gt=0) | Q(missing__gt=0) | Q(extra__gt=0),
                name="receiptline_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}:{self.line_id}"


class PickupQuerySet(models.QuerySet["Pickup"]):
    """Pickups as one actor may see them."""

    def visible_to(self, actor: Actor) -> "PickupQuerySet":
        """Keep what the actor's party fetches, or hands out; operators see all, strangers none."""
        if actor.operates:
            return self
        if not actor.party:
            return self.none()
        return self.filter(Q(checkout__buyer_id=actor.party) | Q(warehouse__party_id=actor.party))


class Pickup(models.Model):
    """That a buyer fetches its order at a warehouse, and the code by which it is known there."""

    checkout = models.OneToOneField(Checkout, on_delete=models.PROTECT, related_name="pickup")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    code = EncryptedTextField(max_length=500)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.CharField(max_length=80, blank=True)

    objects = PickupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_at=None, handed_by="") | Q(handed_at__isnull=False) & ~Q(handed_by=""),
                name="pickup_handed_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkout_id}@{self.warehouse_id}"

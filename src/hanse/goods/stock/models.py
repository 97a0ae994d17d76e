"""Stock as double entry: shelves are the accounts, movements the transfers, and nothing else writes a counter."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from hanse.kernel import states
from hanse.kernel.actor import Actor

ON_SHELF = ("available", "reserved", "in_transit", "damaged")
STOCK_TAKE = states.table(
    "stock_take",
    "open",
    [
        ("post", "open", "posted", "keeper operator"),
        ("drop", "open", "dropped", "keeper operator"),
    ],
)
OUTSIDE = ("made", "supplier", "delivered", "count", "scrap")


class WarehouseQuerySet(models.QuerySet["Warehouse"]):
    """Filters over warehouses."""

    def visible_to(self, actor: Actor) -> Self:
        """Leave the warehouses of the actor's own party."""
        if actor.operates:
            return self
        return self.none() if actor.party is None else self.filter(party=actor.party)


class Warehouse(models.Model):
    """A place where a party keeps goods; exactly one of a party's is where goods go when nobody says where.

    Where `pickup_address` says where to come, and `pickup_hours` when, buyers may fetch what they ordered.
    """

    party = models.ForeignKey("network.Party", models.PROTECT, related_name="warehouses", db_index=False)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    region = models.CharField(max_length=80, blank=True, default="")
    latitude = models.IntegerField(null=True)
    longitude = models.IntegerField(null=True)
    is_default = models.BooleanField(default=False)
    pickup_address = models.CharField(max_length=300, blank=True, default="", db_default="")
    pickup_hours = models.CharField(max_length=200, blank=True, default="", db_default="")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    objects = WarehouseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "code"], name="warehouse_code"),
            models.CheckConstraint(condition=~Q(name=""), name="warehouse_named"),
            models.UniqueConstraint(fields=["party"], condition=Q(is_default=True), name="warehouse_one_default"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90_000_000, 90_000_000), longitude__range=(-180_000_000, 180_000_000)),
                name="warehouse_on_earth",
            ),
        ]


class ShelfQuerySet(models.QuerySet["Shelf"]):
    """Filters over shelves."""

    def visible_to(self, actor: Actor) -> Self:
        """Leave the shelves of the actor's own party: nobody sees a competitor's stock."""
        if actor.operates:
            return self
        return self.none() if actor.party is None else self.filter(party=actor.party)


class Shelf(models.Model):
    """The pieces of one SKU that one party keeps in one warehouse, counted by state; on hand = available + reserved."""

    party = models.ForeignKey("network.Party", models.PROTECT, related_name="+", db_index=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="shelves", db_index=False)
    sku = models.ForeignKey("goods.Sku", models.PROTECT, related_name="shelves")
    available = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    in_transit = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)
    objects = ShelfQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "sku"], name="shelf_once"),
            # What a movement refers to, so that its SKU is its shelf's SKU: see migration 0002.
            models.UniqueConstraint(fields=["id", "sku"], name="shelf_of_sku"),
            *(models.CheckConstraint(condition=Q(**{f"{state}__gte": 0}), name=f"shelf_{state}") for state in ON_SHELF),
        ]
        indexes = [models.Index(fields=["party", "sku"], name="shelf_party_sku")]

    @property
    def on_hand(self) -> int:
        """Return the pieces that lie here, promised or not."""
        return self.available + self.reserved


class Entry(models.Model):
    """One fact about goods: all its movements happened together, or none did."""

    key = models.CharField(max_length=300, unique=True)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    by_party = models.BigIntegerField(null=True)
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="stock_entry_subject")]


class MovementQuerySet(models.QuerySet["Movement"]):
    """Filters over movements."""

    def visible_to(self, actor: Actor) -> Self:
        """Leave the movements off or onto a shelf of the actor's own party."""
        if actor.operates:
            return self
        if actor.party is None:
            return self.none()
        return self.filter(Q(source_shelf__party=actor.party) | Q(target_shelf__party=actor.party))


class Movement(models.Model):
    """Pieces of one SKU going from one place and state to another: append-only, like a transfer of money.

    A side without a shelf is one of the outside counter-parties. Every way into or out of *reserved* names the hold
    it fills or uses up. The foreign keys to shelves include the SKU; they stand in migration 0002.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="movements")
    sku = models.ForeignKey("goods.Sku", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    quantity = models.BigIntegerField()
    source_shelf = models.ForeignKey(
        Shelf, models.DO_NOTHING, null=True, related_name="movements_out", db_constraint=False, db_index=False
    )
    source_state = models.CharField(max_length=10)
    target_shelf = models.ForeignKey(
        Shelf, models.DO_NOTHING, null=True, related_name="movements_in", db_constraint=False, db_index=False
    )
    target_state = models.CharField(max_length=10)
    source_hold = models.CharField(max_length=80, blank=True, default="")
    target_hold = models.CharField(max_length=80, blank=True, default="")
    objects = MovementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="movement_moves"),
            models.CheckConstraint(
                condition=Q(source_shelf__isnull=True, source_state__in=OUTSIDE)
                | Q(source_shelf__isnull=False, source_state__in=ON_SHELF),
                name="movement_source",
            ),
            models.CheckConstraint(
                condition=Q(target_shelf__isnull=True, target_state__in=OUTSIDE)
                | Q(target_shelf__isnull=False, target_state__in=ON_SHELF),
                name="movement_target",
            ),
            models.CheckConstraint(
                condition=Q(source_shelf__isnull=False) | Q(target_shelf__isnull=False), name="movement_inside"
            ),
            models.CheckConstraint(
                condition=Q(source_shelf__isnull=True)
                | Q(target_shelf__isnull=True)
                | ~Q(source_shelf=F("target_shelf"))
                | ~Q(source_state=F("target_state"))
                | ~Q(source_hold=F("target_hold")),
                name="movement_elsewhere",
            ),
            models.CheckConstraint(
                condition=Q(source_state="reserved") & ~Q(source_hold="")
                | ~Q(source_state="reserved") & Q(source_hold=""),
                name="movement_source_hold",
            ),
            models.CheckConstraint(
                condition=Q(target_state="reserved") & ~Q(target_hold="")
                | ~Q(target_state="reserved") & Q(target_hold=""),
                name="movement_target_hold",
            ),
        ]
        indexes = [
            models.Index(fields=["source_shelf", "id"], name="movement_out", condition=Q(source_shelf__isnull=False)),
            models.Index(fields=["target_shelf", "id"], name="movement_in", condition=Q(target_shelf__isnull=False)),
        ]


class Hold(models.Model):
    """How many of a shelf's reserved pieces are kept for one subject, and until when."""

    shelf = models.ForeignKey(Shelf, models.PROTECT, related_name="holds", db_index=False)
    subject = models.CharField(max_length=80)
    quantity = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", db_index=False)
    kept_at = models.DateTimeField(null=True)
    kept_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "shelf"], name="hold_once"),
            models.CheckConstraint(
                condition=Q(kept_at=None, kept_by="") | Q(kept_at__isnull=False) & ~Q(kept_by=""), name="hold_kept_pair"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="hold_quantity"),
            models.CheckConstraint(condition=~Q(subject=""), name="hold_subject"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="hold_due", condition=Q(quantity__gt=0, expires_at__isnull=False))
        ]


class LevelQuerySet(models.QuerySet["Level"]):
    """Filters over levels."""

    def visible_to(self, actor: Actor) -> Self:
        """Leave those of the actor's own party."""
        if actor.operates:
            return self
        return self.none() if actor.party is None else self.filter(party=actor.party)


class Level(models.Model):
    """At how many available pieces in all its warehouses a party's stock of a SKU is low, and since when it has been.

    Without a SKU it is the party's usual number, which holds wherever `least` says nothing.
    """

    party = models.ForeignKey("network.Party", models.PROTECT, related_name="+", db_index=False)
    sku = models.ForeignKey("goods.Sku", models.PROTECT, null=True, related_name="+")
    least = models.BigIntegerField(null=True)
    low_since = models.DateTimeField(null=True)
    objects = LevelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "sku"], nulls_distinct=False, name="level_once"),
            models.CheckConstraint(condition=Q(least__isnull=True) | Q(least__gte=0), name="level_least"),
            models.CheckConstraint(
                condition=Q(sku__isnull=False) | Q(least__isnull=False, low_since__isnull=True), name="level_usual"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}:{self.sku_id}"


class StockTakeQuerySet(models.QuerySet["StockTake"]):
    """Filters over stock-takes."""

    def visible_to(self, actor: Actor) -> Self:
        """Leave those of the actor's own party."""
        if actor.operates:
            return self
        return self.none() if actor.party is None else self.filter(party=actor.party)


class StockTake(models.Model):
    """A sheet on which a warehouse is counted: whatever moves meanwhile goes on, and is accounted for."""

    code = models.CharField(max_length=20, unique=True)
    party = models.ForeignKey("network.Party", models.PROTECT, related_name="stock_takes")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="stock_takes", db_index=False)
    status = states.status_field(STOCK_TAKE)
    note = models.CharField(max_length=200, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=80)
    objects = StockTakeQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(STOCK_TAKE),
            models.UniqueConstraint(fields=["warehouse"], condition=Q(status="open"), name="stocktake_one_open"),
        ]
        indexes = [models.Index(fields=["warehouse", "-id"], name="stocktake_of_warehouse")]

    def __str__(self) -> str:
        return self.code


class StockTakeLine(models.Model):
    """What was found of one SKU, beside what the books knew at the moment of counting: on hand, promised or not.

    Posting books the difference between the two. `short` are promised pieces that were not there.
    """

    take = models.ForeignKey(StockTake, models.PROTECT, related_name="lines")
    sku = models.ForeignKey("goods.Sku", models.PROTECT, related_name="+")
    found = models.BigIntegerField()
    known = models.BigIntegerField()
    short = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["take", "sku"], name="stocktakeline_once"),
            models.CheckConstraint(condition=Q(found__gte=0, known__gte=0, short__gte=0), name="stocktakeline_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.take_id}:{self.sku_id}"

    @property
    def difference(self) -> int:
        """Return how many pieces more, or fewer, were found than the books knew."""
        return self.found - self.known

"""Deals: a checkout, its orders (one leg between one buyer and one seller each), their lines and what pays them."""

from django.db import models
from django.db.models import F, Q

from hanse.goods.catalogue.models import Sku
from hanse.goods.offers.models import Offer, Presale
from hanse.goods.stock.models import Shelf
from hanse.kernel import states
from hanse.kernel.actor import Actor
from hanse.kernel.sealed import EncryptedJSONField
from hanse.network.parties.models import Party
from hanse.value.payments.models import Payment

ORDER = states.table(
    "order",
    "placed",
    [
        ("pay", "placed", "paid", "buyer operator engine"),
        ("expire", "placed", "expired", "engine"),
        ("cancel", "placed paid", "cancelled", "buyer seller operator engine"),
        ("ship_part", "paid", "partly_shipped", "shipper operator engine"),
        ("ship", "paid partly_shipped", "shipped", "shipper operator engine"),
        ("receive", "shipped", "received", "buyer operator engine"),
        ("close", "received", "closed", "engine"),
    ],
)


IN_PART = {"cancel": "partly_shipped", "receive": "partly_shipped"}
"""What may be done with some of the pieces in a state that all of them together would not allow."""


class CheckoutQuerySet(models.QuerySet["Checkout"]):
    """Checkouts as one actor may see them."""

    def visible_to(self, actor: Actor) -> "CheckoutQuerySet":
        """Keep the actor's own purchases; operators see all, strangers none."""
        if actor.operates:
            return self
        return self.filter(buyer_id=actor.party) if actor.party else self.none()


class Checkout(models.Model):
    """What one buyer bought at once from one or many sellers, and pays with one payment.

    `wanted_on` is the day on which the buyer wishes to have the goods.
    """

    code = models.CharField(max_length=20, unique=True)
    buyer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="checkouts")
    currency = models.CharField(max_length=8)
    total = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)
    fingerprint = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
    address = EncryptedJSONField(max_length=60_000, default=dict)
    wanted_on = models.DateField(null=True)
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=80)

    objects = CheckoutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="checkout_total_not_negative"),
            models.CheckConstraint(condition=Q(paid__gte=0, paid__lte=F("total")), name="checkout_paid_within_total"),
        ]
        indexes = [models.Index(fields=["buyer", "-id"], name="checkout_of_buyer")]


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders as one actor may see them."""

    def visible_to(self, actor: Actor) -> "OrderQuerySet":
        """Keep the orders in which the actor's party buys or sells; operators see all, strangers none."""
        if actor.operates:
            return self
        if not actor.party:
            return self.none()
        return self.filter(Q(buyer_id=actor.party) | Q(seller_id=actor.party))


class Order(models.Model):
    """One leg between one buyer and one seller: a sale to one side, a purchase to the other.

    `root` is the leg that the chain began with (itself for that leg); `cause` the leg next downstream.
    `goods`, `freight` and `fee` are as booked, `left` is what cancellations and refunds have left of goods and freight.
    An `urgent` one goes first; `urgent_fee` is the part of the freight that is asked for it.
    `due_at` and `due_event` say what the clock will do next; only root legs carry them.
    What is ordered before there are goods (presale) is paid in two parts: the `deposit`, then the balance within its
    window; of an order that `forfeits` the deposit is `forfeited` if that is not done.
    """

    code = models.CharField(max_length=20, unique=True)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="orders")
    root = models.ForeignKey("self", on_delete=models.PROTECT, related_name="legs")
    cause = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="upstream")
    tier = models.PositiveSmallIntegerField()
    buyer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="purchases")
    seller = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="sales")
    status = states.status_field(ORDER)
    currency = models.CharField(max_length=8)
    goods = models.BigIntegerField()
    freight = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    left = models.BigIntegerField()
    urgent = models.BooleanField(default=False, db_default=False)
    urgent_fee = models.BigIntegerField(default=0, db_default=0)
    deposit = models.BigIntegerField(default=0, db_default=0)
    forfeited = models.BigIntegerField(default=0, db_default=0)
    forfeits = models.BooleanField(default=False, db_default=False)
    balance_from = models.DateTimeField(null=True)
    balance_until = models.DateTimeField(null=True)
    ships_from = models.DateTimeField(null=True)
    terms = models.JSONField(default=dict)
    placed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_event = models.CharField(max_length=20, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(ORDER),
            models.CheckConstraint(
                condition=Q(goods__gte=0, freight__gte=0, fee__gte=0, left__gte=0)
                & Q(left__lte=F("goods") + F("freight")),
                name="order_sums_add_up",
            ),
            models.CheckConstraint(
                condition=Q(urgent=True, urgent_fee__gte=0, urgent_fee__lte=F("freight"))
                | Q(urgent=False, urgent_fee=0),
                name="order_urgent_fee",
            ),
            models.CheckConstraint(
                condition=Q(deposit=0, forfeited=0, balance_from=None, balance_until=None, forfeits=False)
                | Q(deposit__gte=1, deposit__lte=F("goods") + F("freight"), balance_from__isnull=False)
                & Q(balance_until__gt=F("balance_from"), forfeited__gte=0, forfeited__lte=F("goods") + F("freight")),
                name="order_presale",
            ),
            models.CheckConstraint(condition=~Q(buyer=F("seller")), name="order_between_two_parties"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True, due_event="")
                | Q(due_at__isnull=False, due_event__in=["expire", "receive", "close"]),
                name="order_due_complete",
            ),
            models.CheckConstraint(
                condition=Q(tier=0, cause__isnull=True) | Q(tier__gt=0, cause__isnull=False), name="order_cause_by_tier"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "status", "-id"], name="order_of_seller"),
            models.Index(fields=["buyer", "-id"], name="order_of_buyer"),
            models.Index(fields=["due_at", "id"], name="order_due", condition=Q(due_at__isnull=False)),
        ]

    @property
    def total(self) -> int:
        """Return what this leg's buyer owes its seller in minor units, before any refund."""
        return self.goods + self.freight


class OrderLine(models.Model):
    """Pieces of one SKU within an order; `cause` is the downstream line that drew them.

    `amount`, `freight` and `fee` are as booked; the `…_left` columns are what refunds have not taken back.
    `quantity` = pieces drawn from the seller's own shelves (its allocations) + pieces of the upstream line + pieces
    promised and not yet covered.
    `shipped` and `received` count pieces on their way and arrived; `cancelled` those undone before shipping,
    `refunded` those undone afterwards.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    cause = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="upstream")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    base_price = models.BigIntegerField()
    adjustments = models.JSONField(default=list)
    amount = models.BigIntegerField()
    amount_left = models.BigIntegerField()
    freight = models.BigIntegerField(default=0)
    freight_left = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)
    fee_left = models.BigIntegerField(default=0)
    shipped = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    cancelled = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orderline_position"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="orderline_some_pieces"),
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=F("shipped"))
                & Q(cancelled__gte=0)
                & Q(shipped__lte=F("quantity") - F("cancelled"))
                & Q(refunded__gte=0, refunded__lte=F("shipped")),
                name="orderline_pieces_add_up",
            ),
            models.CheckConstraint(
                condition=Q(amount_left__gte=0, amount_left__lte=F("amount"))
                & Q(freight_left__gte=0, freight_left__lte=F("freight"))
                & Q(fee_left__gte=0, fee_left__lte=F("fee")),
                name="orderline_left_within_booked",
            ),
        ]

    @property
    def reversed(self) -> int:
        """Return how many pieces were undone, before or after shipping."""
        return self.cancelled + self.refunded


class Allocation(models.Model):
    """Pieces of a line that lie on one shelf of its seller: what is reserved, shipped, arrived and taken back."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="allocations")
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    cancelled = models.BigIntegerField(default=0)
    shipped = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "shelf"], name="allocation_per_shelf"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, cancelled__gte=0, received__gte=0, refunded__gte=0)
                & Q(received__lte=F("shipped"))
                & Q(refunded__lte=F("shipped"))
                & Q(shipped__lte=F("quantity") - F("cancelled")),
                name="allocation_pieces_add_up",
            ),
        ]

    @property
    def to_ship(self) -> int:
        """Return how many pieces have still to leave the shelf."""
        return self.quantity - self.cancelled - self.shipped

    @property
    def to_receive(self) -> int:
        """Return how many pieces are on their way."""
        return self.shipped - self.received

    @property
    def to_undo(self) -> int:
        """Return how many pieces left and were not taken back."""
        return self.shipped - self.refunded


class Promise(models.Model):
    """Pieces of a line that its seller does not have yet; `covered` ones have become an allocation since."""

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="promise")
    presale = models.ForeignKey(Presale, on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    cancelled = models.BigIntegerField(default=0)
    covered = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1, cancelled__gte=0, covered__gte=0)
                & Q(covered__lte=F("quantity") - F("cancelled")),
                name="promise_pieces_add_up",
            )
        ]

    @property
    def to_come(self) -> int:
        """Return how many pieces are still to be made."""
        return self.quantity - self.cancelled - self.covered


OWED = Q(kind="credit", amount__gt=F("refunded") + F("repaid"))
"""A means of payment that is a debt: credit that is not wholly repaid."""


class Tender(models.Model):
    """One means that paid part of a first leg: outside money, wallet, points or the seller's credit.

    `refunded` went back the same way. Credit is a debt until it is `repaid`, on `due_at` at the latest if a day
    was agreed; what repays it is a tender of its own. `units` are the points of a points tender.
    """

    KINDS = ("outside", "wallet", "points", "credit")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="tenders")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")
    amount = models.BigIntegerField()
    units = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    repaid = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["outside", "wallet", "points", "credit"]), name="tender_kind"),
            models.CheckConstraint(
                condition=Q(amount__gte=1, refunded__gte=0, repaid__gte=0, repaid__lte=F("amount") - F("refunded")),
                name="tender_adds_up",
            ),
            models.CheckConstraint(condition=Q(kind="credit") | Q(repaid=0, due_at__isnull=True), name="tender_debt"),
            models.CheckConstraint(
                condition=Q(kind="points", units__gte=1) | ~Q(kind="points") & Q(units=0), name="tender_units"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="tender_due", condition=OWED)]

    @property
    def left(self) -> int:
        """Return what could still go back this way: for credit, what the buyer still owes."""
        return self.amount - self.refunded - self.repaid


class RefundQuerySet(models.QuerySet["Refund"]):
    """Refunds as one actor may see them."""

    def visible_to(self, actor: Actor) -> "RefundQuerySet":
        """Keep refunds of what the actor bought or sold itself; operators see all, strangers none."""
        if actor.operates:
            return self
        if not actor.party:
            return self.none()
        return self.filter(Q(checkout__buyer_id=actor.party) | Q(order__seller_id=actor.party))


class Refund(models.Model):
    """Money that goes back to a buyer, whatever for: `kind` says why, `fault` who answers for it.

    A surplus (paid twice, or too late) belongs to no order, only to the checkout.
    """

    KINDS = ("cancel", "expire", "surplus", "claim")

    code = models.CharField(max_length=20, unique=True)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="refunds")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="refunds")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    fault = models.CharField(max_length=10, blank=True)
    goods = models.CharField(max_length=10, blank=True)
    amount = models.BigIntegerField()
    lines = models.JSONField(default=list)
    at = models.DateTimeField()
    by_party = models.BigIntegerField(null=True)
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=40, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["cancel", "expire", "surplus", "claim"]), name="refund_kind"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="refund_amount"),
            models.CheckConstraint(condition=Q(order__isnull=False) | Q(kind="surplus"), name="refund_of_order"),
        ]
        indexes = [models.Index(fields=["checkout", "id"], name="refund_of_checkout")]

"""Offers and their price rules."""

from collections.abc import Collection
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hanse.kernel import states
from hanse.kernel.actor import Actor
from hanse.kernel.intake import storable
from hanse.network.parties.models import Link
from hanse.network.parties.rules import DEAREST

OFFER = states.table(
    "offer",
    "listed",
    [
        ("suspend", "listed", "suspended", "seller operator"),
        ("resume", "suspended", "listed", "seller operator"),
        ("withdraw", "listed suspended", "withdrawn", "seller operator"),
    ],
)
FULFIL = ("stock", "source", "stock_then_source")
AUDIENCES = ("public", "partners")


class OfferQuerySet(models.QuerySet["Offer"]):
    """Filters over offers."""

    def by_name(self, names: Collection[str]) -> Self:
        """Leave the offers of these codes or slugs."""
        askable = storable(names)
        return self.filter(Q(code__in=askable) | Q(slug__in=askable))

    def visible_to(self, actor: Actor) -> Self:
        """Leave what the actor may buy from or keeps itself: partners' offers need an open supply link."""
        if actor.operates:
            return self
        public = Q(status="listed", audience="public")
        if actor.party is None:
            return self.filter(public)
        suppliers = Link.objects.filter(kind="supply", downstream=actor.party, closed_at=None).values("upstream")
        return self.filter(public | Q(status="listed", seller__in=suppliers) | Q(seller=actor.party))

    def kept_by(self, actor: Actor) -> Self:
        """Leave the offers of the actor's own party: only there may it see source, band and commission."""
        if actor.operates:
            return self
        return self.none() if actor.party is None else self.filter(seller=actor.party)


class Offer(models.Model):
    """One seller's standing offer of one SKU: at what price, to whom, and where the pieces come from."""

    code = models.CharField(max_length=20, unique=True)
    slug = models.CharField(max_length=120, unique=True, null=True)
    seller = models.ForeignKey("network.Party", models.PROTECT, related_name="offers", db_index=False)
    sku = models.ForeignKey("goods.Sku", models.PROTECT, related_name="offers")
    currency = models.CharField(max_length=8)
    price = models.BigIntegerField()
    fulfil = models.CharField(max_length=20, default="stock")
    source = models.ForeignKey("self", models.PROTECT, null=True, related_name="downstream")
    audience = models.CharField(max_length=10, default="public")
    status = states.status_field(OFFER)
    band_min = models.BigIntegerField(null=True)
    band_max = models.BigIntegerField(null=True)
    commission = ArrayField(models.IntegerField(), default=list)
    terms = models.JSONField(default=dict)
    freight = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(OFFER),
            models.CheckConstraint(condition=Q(price__range=(1, DEAREST)), name="offer_price"),
            models.CheckConstraint(condition=Q(freight__range=(0, DEAREST)), name="offer_freight"),
            models.CheckConstraint(condition=Q(fulfil__in=FULFIL), name="offer_fulfil"),
            models.CheckConstraint(condition=Q(audience__in=AUDIENCES), name="offer_audience"),
            models.CheckConstraint(
                condition=Q(fulfil="stock") | Q(source__isnull=False), name="offer_source_where_needed"
            ),
            models.CheckConstraint(condition=Q(source__isnull=True) | ~Q(source=F("id")), name="offer_not_own_source"),
            models.CheckConstraint(
                condition=(Q(band_min__isnull=True) | Q(band_min__gte=1))
                & (Q(band_max__isnull=True) | Q(band_max__gte=1))
                & (Q(band_min__isnull=True) | Q(band_max__isnull=True) | Q(band_max__gte=F("band_min"))),
                name="offer_band",
            ),
        ]
        indexes = [models.Index(fields=["seller", "sku"], name="offer_seller_sku")]


class PresaleQuerySet(models.QuerySet["Presale"]):
    """Presales, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Leave those of offers that the actor may see."""
        return self.filter(offer__in=Offer.objects.visible_to(actor).values("pk"))


class Presale(models.Model):
    """An offer sold before there are goods: what is paid first, when the balance is due, from when on it is sent.

    `deposit` is in basis points. `most` pieces may be promised beyond the stock, `promised` are; every other offer's
    chain ends in its own. `forfeits` says that a deposit is kept if the balance is not paid in time.
    """

    offer = models.OneToOneField(Offer, models.PROTECT, related_name="presale")
    deposit = models.IntegerField()
    balance_from = models.DateTimeField()
    balance_until = models.DateTimeField()
    ships_from = models.DateTimeField()
    forfeits = models.BooleanField()
    most = models.BigIntegerField()
    promised = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    objects = PresaleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(deposit__range=(1, 9_999)), name="presale_deposit"),
            models.CheckConstraint(condition=Q(balance_until__gt=F("balance_from")), name="presale_window"),
            models.CheckConstraint(
                condition=Q(promised__gte=0, most__gte=0, promised__lte=F("most")), name="presale_never_oversold"
            ),
        ]


class PriceRule(models.Model):
    """Another price of an offer: for one buyer, one level or everyone, from a quantity on, within a period."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="rules")
    buyer = models.ForeignKey("network.Party", models.PROTECT, null=True, related_name="+", db_index=False)
    level = models.CharField(max_length=40, blank=True, default="")
    min_quantity = models.BigIntegerField(default=1)
    price = models.BigIntegerField()
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price__range=(1, DEAREST)), name="rule_price"),
            models.CheckConstraint(condition=Q(min_quantity__gte=1), name="rule_quantity"),
            models.CheckConstraint(condition=Q(buyer__isnull=True) | Q(level=""), name="rule_one_audience"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="rule_period"
            ),
        ]

"""The category tree, brands, products and the SKUs they are sold as."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from hanse.goods.catalogue.rules import REVIEW, SOUGHT
from hanse.kernel import states
from hanse.kernel.actor import Actor

PRODUCT = states.table(
    "product",
    "draft",
    [
        ("submit", "draft rejected withdrawn", "in_review", "seller operator"),
        ("approve", "in_review", "listed", "reviewer"),
        ("reject", "in_review", "rejected", "reviewer"),
        ("list_directly", "draft rejected withdrawn", "listed", "operator"),
        ("withdraw", "draft in_review rejected listed", "withdrawn", "seller operator"),
    ],
)


class Category(models.Model):
    """One node of the tree that buyers browse; the slug stands in addresses.

    A `hidden` one, and what lies below it, is not offered; its goods stay. `properties` are what its goods have to say
    (`rules.check_properties`), and those of what lies below it.
    """

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    hidden = models.BooleanField(default=False, db_default=False)
    properties = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="category_not_own_parent"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="category_named"),
        ]


class Brand(models.Model):
    """A name that goods are known by; one with an `owner` stands on that party's goods only, others on anybody's."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    logo = models.CharField(max_length=300, blank=True, default="")
    owner = models.ForeignKey("network.Party", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="brand_named")]


class ProductQuerySet(models.QuerySet["Product"]):
    """Filters over products."""

    def visible_to(self, actor: Actor) -> Self:
        """Leave what the actor may see: listed products, whatever its own party owns, and for reviewers all."""
        if actor.may(REVIEW):
            return self
        if actor.party is None:
            return self.filter(status="listed")
        return self.filter(Q(status="listed") | Q(owner=actor.party))

    def kept_by(self, actor: Actor) -> Self:
        """Leave what the actor's own party owns: only there may it look inside and edit."""
        if actor.operates:
            return self
        return self.none() if actor.party is None else self.filter(owner=actor.party)


class Product(models.Model):
    """What a thing is, whoever sells it; its SKUs are what can be counted.

    `sought` is what searches compare with (`rules.sought`), `sold` how many pieces went of late (`tally_sales`).
    """

    code = models.CharField(max_length=20, unique=True)
    owner = models.ForeignKey("network.Party", models.PROTECT, related_name="products")
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="products")
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="products")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")
    summary = models.CharField(max_length=5000, blank=True, default="")
    summary_en = models.CharField(max_length=5000, blank=True, default="")
    attributes = models.JSONField(default=dict)
    images = models.JSONField(default=list)
    sought = models.CharField(max_length=SOUGHT, blank=True, default="", db_default="")
    sold = models.BigIntegerField(default=0, db_default=0)
    status = states.status_field(PRODUCT)
    created_at = models.DateTimeField()
    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(PRODUCT),
            models.CheckConstraint(condition=~Q(name=""), name="product_named"),
            models.CheckConstraint(condition=Q(sold__gte=0), name="product_sold"),
        ]
        indexes = [
            models.Index(fields=["status", "category", "id"], name="product_browse"),
            models.Index(fields=["-sold", "id"], condition=Q(status="listed"), name="product_best"),
            models.Index(fields=["-created_at", "-id"], condition=Q(status="listed"), name="product_newest"),
            GinIndex(fields=["sought"], opclasses=["gin_trgm_ops"], name="product_sought"),
        ]


class Sku(models.Model):
    """One sellable variant of a product: what a shelf holds and an offer prices."""

    code = models.CharField(max_length=20, unique=True)
    slug = models.SlugField(max_length=80, unique=True, null=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="skus")
    name = models.CharField(max_length=200, blank=True, default="")
    name_en = models.CharField(max_length=200, blank=True, default="")
    options = models.JSONField(default=dict)
    weight_g = models.PositiveIntegerField(default=0)
    barcode = models.CharField(max_length=40, blank=True, default="")
    position = models.PositiveIntegerField(default=0)

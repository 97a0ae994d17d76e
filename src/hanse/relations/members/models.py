"""Tables of what a buyer keeps for itself."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from hanse.goods.catalogue.models import Product
from hanse.kernel.actor import Actor
from hanse.kernel.sealed import EncryptedTextField
from hanse.network.parties.models import Party

Row = TypeVar("Row", bound=models.Model)


class OwnQuerySet(models.QuerySet[Row]):
    """Rows that belong to one party each."""

    def visible_to(self, actor: Actor) -> Self:
        """Leave what the actor's own party keeps; operators have no business here either."""
        return self.none() if actor.party is None else self.filter(party=actor.party)


class AddressQuerySet(OwnQuerySet["Address"]):
    """Address rows, filtered."""


class Address(models.Model):
    """Where goods may go; only the owner's pages ever show it."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False)
    name = EncryptedTextField(max_length=1000)
    phone = EncryptedTextField(max_length=400)
    place = EncryptedTextField(max_length=1200)
    street = EncryptedTextField(max_length=1600)
    is_default = models.BooleanField(default=False)
    at = models.DateTimeField()
    objects = AddressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(is_default=True), name="address_one_default"),
        ]
        indexes = [models.Index(fields=["party", "id"], name="address_of_party")]


class FavouriteQuerySet(OwnQuerySet["Favourite"]):
    """Favourite rows, filtered."""


class Favourite(models.Model):
    """A product that somebody marked."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = FavouriteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "product"], name="favourite_once")]


class VisitQuerySet(OwnQuerySet["Visit"]):
    """Visit rows, filtered."""


class Visit(models.Model):
    """A product that somebody looked at, and when last."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objects = VisitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "product"], name="visit_once")]
        indexes = [models.Index(fields=["party", "-at"], name="visit_latest")]

"""Tables of the invoices that buyers want."""

import json
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from hanse.kernel.actor import Actor
from hanse.kernel.sealed import EncryptedTextField
from hanse.relations.invoices import rules
from hanse.trade.orders.models import Checkout, Order


class InvoiceWishQuerySet(models.QuerySet["InvoiceWish"]):
    """Wishes, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Leave those of the actor's own purchases and of what it sold to a first buyer; operators see all."""
        if actor.operates:
            return self
        if actor.party is None:
            return self.none()
        sold = Order.objects.visible_to(actor).filter(checkout=OuterRef("checkout"), tier=0, seller=actor.party)
        return self.filter(Q(checkout__buyer=actor.party) | Exists(sold))


class InvoiceWish(models.Model):
    """The invoice that the buyer of a checkout wants."""

    checkout = models.OneToOneField(Checkout, models.PROTECT, related_name="+")
    data = EncryptedTextField(max_length=2400)
    at = models.DateTimeField()
    objects = InvoiceWishQuerySet.as_manager()

    @property
    def invoice(self) -> rules.Invoice:
        """Return what it says."""
        return rules.read(json.loads(self.data))

"""What follows an import of goods, if asked for: the new ones are submitted for review."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.submit_product import submit_product
from hanse.goods.catalogue.rules import NewProduct
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError


def submit_new(rows: Sequence[NewProduct], *, key: str, at: datetime, by: Actor) -> None:
    """Submit those of these products that are drafts of the actor's; what cannot be submitted yet stays a draft."""
    slugs = [sku.slug for row in rows for sku in row.skus if sku.slug]
    drafts = Product.objects.visible_to(by).filter(owner=by.party, status="draft", skus__slug__in=slugs).distinct()
    for code in drafts.order_by("pk").values_list("code", flat=True):
        try:
            with transaction.atomic():
                submit_product(key=f"{key}:{code}", at=at, by=by, product=code)
        except DomainError:
            continue

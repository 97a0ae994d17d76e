"""The step in which decisions find the product that an approval is about."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations._own_product import locked
from hanse.kernel.errors import NotFound
from hanse.network.approvals.models import Approval


def subject_of(approval: str) -> tuple[Product, dict[str, Any]]:
    """Return the product, locked, and what was submitted; the approval was found and locked by the caller before.

    NotFound if it is not about a product of the party that submitted it: nobody has another's product changed.
    """
    found = Approval.objects.get(code=approval)
    pk = found.subject_id if found.subject_kind == "product" else None
    if pk is None or not Product.objects.filter(pk=pk, owner=found.party).exists():
        raise NotFound(_("product"))
    return locked(pk), found.payload

"""The step in which decisions find the product that an approval is about."""

from typing import Any

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations._own_product import locked
from hanse.network.approvals.models import Approval


def subject_of(approval: str) -> tuple[Product, dict[str, Any]]:
    """Return the product, locked, and what was submitted; the approval was found and locked by the caller before."""
    found = Approval.objects.get(code=approval)
    assert found.subject_id is not None, "an approval of a product names it"
    return locked(found.subject_id), found.payload

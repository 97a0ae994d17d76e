"""A reviewer lets a change of a listed product through."""

from datetime import datetime

from hanse.goods.catalogue.operations._own_product import apply_changes
from hanse.goods.catalogue.operations._subject_of import subject_of
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.approvals.operations.approve import approve


@once.operation("catalogue.approve_edit")
def approve_edit(*, key: str, at: datetime, by: Actor, approval: str, note: str = "") -> str:
    """Approve a proposed change (by its approval's code), apply it, and return the product's code."""
    approve(key=key, at=at, by=by, approval=approval, kind="product_edit", note=note)
    product, payload = subject_of(approval)
    apply_changes(product, payload["changes"])
    events.announce("product.edited", product=product.code)
    return product.code

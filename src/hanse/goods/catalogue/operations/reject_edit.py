"""A reviewer turns a change of a listed product down."""

from collections.abc import Sequence
from datetime import datetime

from hanse.goods.catalogue.operations._subject_of import subject_of
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.approvals.operations.reject import reject


@once.operation("catalogue.reject_edit")
def reject_edit(*, key: str, at: datetime, by: Actor, approval: str, reasons: Sequence[str]) -> str:
    """Turn a proposed change down for reasons that the owner reads; the product stays as it is. Return its code."""
    reject(key=key, at=at, by=by, approval=approval, kind="product_edit", reasons=reasons)
    product, _payload = subject_of(approval)
    events.announce("product.edit_rejected", product=product.code, reasons=list(reasons))
    return product.code

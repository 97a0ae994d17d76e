"""A reviewer turns a product down."""

from collections.abc import Sequence
from datetime import datetime

from hanse.goods.catalogue.models import PRODUCT, Product
from hanse.goods.catalogue.operations._subject_of import subject_of
from hanse.goods.catalogue.rules import roles_of
from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor
from hanse.network.approvals.operations.reject import reject


@once.operation("catalogue.reject")
def reject_product(*, key: str, at: datetime, by: Actor, approval: str, reasons: Sequence[str]) -> str:
    """Turn a submitted product down for reasons that its owner reads, and return the product's code."""
    reject(key=key, at=at, by=by, approval=approval, kind="product", reasons=reasons)
    product, _payload = subject_of(approval)
    states.move(PRODUCT, Product, [product.pk], "reject", at=at, by=by, roles=roles_of(by), why=approval)
    events.announce("product.rejected", product=product.code, reasons=list(reasons))
    return product.code

"""A reviewer lets a product onto the market."""

from datetime import datetime

from hanse.goods.catalogue.models import PRODUCT, Product
from hanse.goods.catalogue.operations._subject_of import subject_of
from hanse.goods.catalogue.rules import roles_of
from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor
from hanse.network.approvals.operations.approve import approve


@once.operation("catalogue.approve")
def approve_product(*, key: str, at: datetime, by: Actor, approval: str, note: str = "") -> str:
    """Approve a submitted product (by its approval's code), list it, and return the product's code."""
    approve(key=key, at=at, by=by, approval=approval, kind="product", note=note)
    product, _payload = subject_of(approval)
    states.move(PRODUCT, Product, [product.pk], "approve", at=at, by=by, roles=roles_of(by), why=approval)
    events.announce("product.listed", product=product.code)
    return product.code

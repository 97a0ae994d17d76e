"""An operator lists a product without review."""

from datetime import datetime

from hanse.goods.catalogue.models import PRODUCT, Product
from hanse.goods.catalogue.operations._own_product import own_product
from hanse.goods.catalogue.rules import roles_of
from hanse.kernel import events, once, states
from hanse.kernel.actor import OPERATE, Actor


@once.operation("catalogue.list_directly")
def list_directly(*, key: str, at: datetime, by: Actor, product: str) -> str:
    """List a product that is not on the market without a review, and return its code."""
    by.require(OPERATE)
    found = own_product(product, by)
    states.move(PRODUCT, Product, [found.pk], "list_directly", at=at, by=by, roles=roles_of(by))
    events.announce("product.listed", product=found.code)
    return found.code

"""Many products at once, as an import brings them."""

from collections.abc import Sequence
from datetime import datetime

from hanse.goods.catalogue.operations._insert import insert
from hanse.goods.catalogue.rules import NewProduct
from hanse.kernel import events, once
from hanse.kernel.actor import Actor


@once.operation("catalogue.create_many")
def create_products(
    *, key: str, at: datetime, by: Actor, products: Sequence[NewProduct], review: bool = True
) -> list[str]:
    """Create all of them or none, in a number of statements that hardly grows, and return their codes in order."""
    found = insert(products, at=at, by=by, review=review)
    events.announce("product.created_many", products=len(found))
    return found

"""A party describes something that it makes or sells."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hanse.goods.catalogue.operations._insert import insert
from hanse.goods.catalogue.rules import NewProduct, NewSku
from hanse.kernel import events, once
from hanse.kernel.actor import Actor


@once.operation("catalogue.create")
def create_product(
    *,
    key: str,
    at: datetime,
    by: Actor,
    owner: str,
    name: str,
    name_en: str = "",
    category: str | None = None,
    summary: str = "",
    summary_en: str = "",
    attributes: Mapping[str, str] | None = None,
    images: Sequence[Mapping[str, str]] = (),
    skus: Sequence[NewSku] = (NewSku(),),
    review: bool = True,
    brand: str | None = None,
) -> str:
    """Create a product with its SKUs as a draft and return its code; operators may list it at once, without review."""
    new = NewProduct(owner, name, name_en, category, summary, summary_en, attributes or {}, images, skus, brand)
    (code,) = insert([new], at=at, by=by, review=review)
    events.announce("product.created", product=code, owner=owner)
    return code

"""The steps in which operations find a product, locked, and apply what was said of it."""

from collections.abc import Mapping
from typing import Any

from hanse.goods.catalogue import rules
from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations._insert import insert_skus, require_brand
from hanse.goods.catalogue.queries import brands, categories, properties
from hanse.goods.catalogue.queries import product as find_product
from hanse.kernel import audit
from hanse.kernel.actor import Actor


def own_product(code: str, by: Actor) -> Product:
    """Return the product, locked, if the actor may edit it; to others it does not exist."""
    found = find_product(code)
    rules.require_own(by, found.owner_id, "goods.edit")
    return locked(found.pk)


def locked(product: int) -> Product:
    """Return the product, locked until the operation ends."""
    return Product.objects.select_for_update(no_key=True).get(pk=product)


def check_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return proposed changes in a form that an approval can carry: fields of the product, and `skus` to be added."""
    said = rules.check_fields({name: value for name, value in changes.items() if name != "skus"})
    if said.get("category") is not None:
        categories([said["category"]])
    if said.get("brand") is not None:
        brands([said["brand"]])
    if "skus" in changes:
        said["skus"] = rules.plain_skus(rules.check_skus(changes["skus"]))
    return said


def require_said(product: Product, changes: Mapping[str, Any]) -> None:
    """Raise MalformedInput unless the product says what its category asks for, once it is or says something else."""
    if not {"category", "attributes"} & set(changes):
        return
    category = product.category_id
    if "category" in changes:
        category = categories([changes["category"]])[changes["category"]].pk if changes["category"] else None
    asked = properties([category]) if category else {}
    rules.check_said(asked.get(category or 0, ()), changes.get("attributes", product.attributes))


def apply_changes(product: Product, changes: Mapping[str, Any]) -> None:
    """Write checked changes to the product; the audit trail tells what they replace."""
    before = {name: _told(product, name) for name in changes if name != "skus"}
    for name, value in changes.items():
        if name == "category":
            product.category = None if value is None else categories([value])[value]
        elif name == "brand":
            product.brand = None if value is None else brands([value])[value]
            require_brand(product.brand, product.owner_id)
        elif name != "skus":
            setattr(product, name, value)
    product.sought = rules.sought(product.name, product.name_en)
    product.save()
    audit.changed("product", product.code, before, {name: _told(product, name) for name in before})
    if "skus" in changes:
        first = product.skus.count()
        added = rules.check_skus(changes["skus"])
        insert_skus([(product, sku, first + place) for place, sku in enumerate(added)])


def _told(product: Product, name: str) -> Any:
    value = getattr(product, name)
    return getattr(value, "slug", value)

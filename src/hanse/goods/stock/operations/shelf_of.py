"""The one shelf that an operation is about."""

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock.models import Shelf, Warehouse
from hanse.goods.stock.operations.ensure_shelves import ensure_shelves
from hanse.kernel.errors import NotFound


def shelf_of(party: int, sku: int, warehouse: str | None) -> int:
    """Return the id of the party's shelf for the SKU in the warehouse of that code, or its default one; made if need be."""
    if warehouse is None:
        return ensure_shelves([(party, sku)])[party, sku]
    place = Warehouse.objects.filter(party=party, code=warehouse).first()
    if place is None:
        raise NotFound(_("warehouse"), code=warehouse)
    shelf, _made = Shelf.objects.get_or_create(warehouse=place, sku_id=sku, defaults={"party_id": party})
    return shelf.pk

"""The steps in which stock operations find the shelf that they are about, and post at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Sku
from hanse.goods.catalogue.queries import sku as find_sku
from hanse.goods.catalogue.rules import require_own
from hanse.goods.stock import rules
from hanse.goods.stock.models import Shelf, Warehouse
from hanse.goods.stock.operations.ensure_shelves import ensure_shelves
from hanse.goods.stock.operations.post import post
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.parties.models import Party
from hanse.network.parties.queries import party as find_party


@dataclass(frozen=True, slots=True)
class Place:
    """A party's shelf for a SKU."""

    party: Party
    sku: Sku
    shelf: int


def place_of(party: str, sku: str, warehouse: str | None, *, at: datetime, by: Actor) -> Place:
    """Return the shelf in the party's warehouse of that code, or its default one, made if need be.

    Only people of the party who may edit its stock get through; for others the party does not exist.
    """
    owner = find_party(party)
    require_own(by, owner.pk, "stock.edit")
    thing = find_sku(sku)
    return Place(owner, thing, shelf_in(owner.pk, thing.pk, warehouse, at=at, by=by))


def shelf_in(party: int, sku: int, warehouse: str | None, *, at: datetime, by: Actor) -> int:
    """Return the id of the party's shelf for the SKU there, made if need be."""
    if warehouse is None:
        return ensure_shelves(pairs=[(party, sku)], at=at, by=by)[party, sku]
    house = Warehouse.objects.filter(party=party, code__in=storable([warehouse])).first()
    if house is None:
        raise NotFound(_("warehouse"), code=warehouse)
    shelf, _made = Shelf.objects.get_or_create(warehouse=house, sku_id=sku, defaults={"party_id": party})
    return shelf.pk


def post_at(
    place: Place, verb: str, kind: str, moves: Sequence[rules.StockMove], *, key: str, at: datetime, by: Actor
) -> int | None:
    """Post the moves of a verb at one shelf and return the entry's id."""
    subject = f"shelf:{place.shelf}"
    return post(key=rules.entry_key(verb, by, key), kind=kind, at=at, by=by, subject=subject, moves=moves)

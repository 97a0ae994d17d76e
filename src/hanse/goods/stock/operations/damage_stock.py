"""Pieces turn out to be damaged, or are mended."""

from datetime import datetime

from hanse.goods.stock import rules
from hanse.goods.stock.operations._shelf_of import place_of
from hanse.goods.stock.operations.post import post
from hanse.kernel import events, once
from hanse.kernel.actor import Actor


@once.operation("stock.damage")
def damage_stock(
    *,
    key: str,
    at: datetime,
    by: Actor,
    party: str,
    sku: str,
    quantity: int,
    warehouse: str | None = None,
    mended: bool = False,
) -> int | None:
    """Set available pieces aside as damaged, or take mended ones back among the available; return the entry's id."""
    pieces = rules.quantity(quantity)
    place = place_of(party, sku, warehouse, at=at, by=by)
    verb, kind = (rules.mend, "mend") if mended else (rules.damage, "damage")
    entry = post(
        key=rules.entry_key("stock.damage", by, key),
        kind=kind,
        at=at,
        by=by,
        subject=f"shelf:{place.shelf}",
        moves=verb(place.shelf, place.sku.pk, pieces),
    )
    events.announce("stock.damaged", party=place.party.code, sku=place.sku.code, quantity=pieces, mended=mended)
    return entry

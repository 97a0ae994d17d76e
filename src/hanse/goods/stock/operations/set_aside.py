"""Pieces are kept back for somebody without an order."""

from datetime import datetime

from hanse.goods.stock import rules
from hanse.goods.stock.operations._shelf_of import place_of
from hanse.goods.stock.operations.post import post
from hanse.kernel import events, once
from hanse.kernel.actor import Actor


@once.operation("stock.set_aside")
def set_aside(
    *,
    key: str,
    at: datetime,
    by: Actor,
    party: str,
    sku: str,
    quantity: int,
    name: str,
    until: datetime | None = None,
    warehouse: str | None = None,
) -> int | None:
    """Keep available pieces of the party back under a name, until a moment or for good; return the entry's id."""
    pieces = rules.quantity(quantity)
    place = place_of(party, sku, warehouse, at=at, by=by)
    hold = rules.aside(place.party.pk, name)
    entry = post(
        key=rules.entry_key("stock.set_aside", by, key),
        kind="set_aside",
        at=at,
        by=by,
        subject=hold,
        moves=rules.reserve(place.shelf, place.sku.pk, pieces, hold, until),
    )
    events.announce("stock.set_aside", party=place.party.code, sku=place.sku.code, quantity=pieces)
    return entry

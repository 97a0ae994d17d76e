"""Pieces are thrown away."""

from datetime import datetime

from hanse.goods.stock import rules
from hanse.goods.stock.operations._shelf_of import place_of, post_at
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.parties.rules import check_choice


@once.operation("stock.scrap")
def scrap_stock(
    *,
    key: str,
    at: datetime,
    by: Actor,
    party: str,
    sku: str,
    quantity: int,
    warehouse: str | None = None,
    state: str = "damaged",
) -> int | None:
    """Throw damaged (or available) pieces of the party's shelf away; return the entry's id."""
    pieces = rules.quantity(quantity)
    check_choice(state, "state", ("damaged", "available"))
    place = place_of(party, sku, warehouse, at=at, by=by)
    moves = rules.scrap(place.shelf, place.sku.pk, pieces, state)
    entry = post_at(place, "stock.scrap", "scrap", moves, key=key, at=at, by=by)
    events.announce("stock.scrapped", party=place.party.code, sku=place.sku.code, quantity=pieces)
    return entry

"""Pieces are thrown away."""

from datetime import datetime

from hanse.goods.stock import rules
from hanse.goods.stock.operations._shelf_of import place_of
from hanse.goods.stock.operations.post import post
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
    entry = post(
        key=rules.entry_key("stock.scrap", by, key),
        kind="scrap",
        at=at,
        by=by,
        subject=f"shelf:{place.shelf}",
        moves=rules.scrap(place.shelf, place.sku.pk, pieces, state),
    )
    events.announce("stock.scrapped", party=place.party.code, sku=place.sku.code, quantity=pieces)
    return entry

"""New pieces come onto a shelf."""

from datetime import datetime

from hanse.goods.stock import rules
from hanse.goods.stock.operations._shelf_of import place_of, post_at
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.parties.rules import check_choice


@once.operation("stock.restock")
def restock(
    *,
    key: str,
    at: datetime,
    by: Actor,
    party: str,
    sku: str,
    quantity: int,
    warehouse: str | None = None,
    origin: str = "made",
) -> int | None:
    """Bring so many pieces, made or bought from an outside supplier, onto the party's shelf; return the entry's id."""
    pieces = rules.quantity(quantity)
    check_choice(origin, "origin", ("made", "supplier"))
    place = place_of(party, sku, warehouse, at=at, by=by)
    moves = rules.restock(place.shelf, place.sku.pk, pieces, origin)
    entry = post_at(place, "stock.restock", "restock", moves, key=key, at=at, by=by)
    events.announce("stock.restocked", party=place.party.code, sku=place.sku.code, quantity=pieces)
    return entry

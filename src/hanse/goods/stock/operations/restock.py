"""New pieces come onto a shelf."""

from datetime import datetime

from hanse.goods.stock import rules
from hanse.goods.stock.operations._shelf_of import place_of
from hanse.goods.stock.operations.post import post
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
    entry = post(
        key=rules.entry_key("stock.restock", by, key),
        kind="restock",
        at=at,
        by=by,
        subject=f"shelf:{place.shelf}",
        moves=rules.restock(place.shelf, place.sku.pk, pieces, origin),
    )
    events.announce("stock.restocked", party=place.party.code, sku=place.sku.code, quantity=pieces)
    return entry

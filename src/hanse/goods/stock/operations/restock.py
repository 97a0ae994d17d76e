"""New pieces come onto a shelf."""

from datetime import datetime

from hanse.goods.catalogue.queries import sku as find_sku
from hanse.goods.catalogue.rules import require_own
from hanse.goods.stock import rules
from hanse.goods.stock.operations.post import post
from hanse.goods.stock.operations.shelf_of import shelf_of
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import check_choice


@once.operation("stock.restock")
def restock(
    *, key: str, at: datetime, by: Actor, party: str, sku: str, quantity: int, warehouse: str | None = None,
    origin: str = "made",
) -> int | None:
    """Bring so many pieces onto the party's shelf in that warehouse (else its default one); return the entry's id."""
    pieces = rules.quantity(quantity)
    check_choice(origin, "origin", ("made", "supplier"))
    owner = find_party(party)
    require_own(by, owner.pk, "stock.edit")
    thing = find_sku(sku)
    shelf = shelf_of(owner.pk, thing.pk, warehouse)
    entry = post(key=rules.entry_key("stock.restock", by, key), kind="restock", at=at, by=by, subject=f"shelf:{shelf}",
                 moves=rules.restock(shelf, thing.pk, pieces, origin))
    events.announce("stock.restocked", party=owner.code, sku=thing.code, quantity=pieces)
    return entry

"""New pieces come onto many shelves at once, as an import brings them."""

from collections.abc import Sequence
from datetime import datetime

from hanse.goods.catalogue.queries import skus
from hanse.goods.catalogue.rules import require_own
from hanse.goods.stock import rules
from hanse.goods.stock.operations.ensure_shelves import ensure_shelves
from hanse.goods.stock.operations.post import post
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import parties


@once.operation("stock.restock_many")
def restock_many(*, key: str, at: datetime, by: Actor, lines: Sequence[tuple[str, str, int]]) -> int | None:
    """Bring pieces onto default shelves by (party, SKU, quantity), all or none, as one entry; return its id."""
    owners = parties([party for party, _sku, _pieces in lines])
    for owner in owners.values():
        require_own(by, owner.pk, "stock.edit")
    things = skus([sku for _party, sku, _pieces in lines])
    wanted = [(owners[party].pk, things[sku].pk, rules.quantity(pieces)) for party, sku, pieces in lines]
    shelves = ensure_shelves(pairs=[(party, sku) for party, sku, _pieces in wanted], at=at, by=by)
    moves = [move for party, sku, pieces in wanted for move in rules.restock(shelves[party, sku], sku, pieces)]
    entry = post(
        key=rules.entry_key("stock.restock_many", by, key), kind="restock", at=at, by=by, subject="import", moves=moves
    )
    events.announce("stock.restocked_many", lines=len(lines))
    return entry

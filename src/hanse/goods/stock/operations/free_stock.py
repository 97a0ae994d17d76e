"""Pieces that were kept back under a name become available again."""

from datetime import datetime

from hanse.goods.catalogue.rules import require_own
from hanse.goods.stock import rules
from hanse.goods.stock.operations.post import post
from hanse.goods.stock.queries import holds
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import party as find_party


@once.operation("stock.free")
def free_stock(*, key: str, at: datetime, by: Actor, party: str, name: str) -> int | None:
    """Release everything that the party set aside under that name; return the entry's id, None if nothing was left."""
    owner = find_party(party)
    require_own(by, owner.pk, "stock.edit")
    hold = rules.aside(owner.pk, name)
    entry = post(
        key=rules.entry_key("stock.free", by, key),
        kind="free",
        at=at,
        by=by,
        subject=hold,
        moves=rules.release_held(holds([hold])),
    )
    events.announce("stock.freed", party=owner.code, name=name)
    return entry

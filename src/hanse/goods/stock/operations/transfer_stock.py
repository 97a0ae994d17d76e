"""Pieces change from one warehouse to another of the same party."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock import rules
from hanse.goods.stock.operations._shelf_of import place_of, shelf_in
from hanse.goods.stock.operations.post import post
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput


@once.operation("stock.transfer")
def transfer_stock(
    *,
    key: str,
    at: datetime,
    by: Actor,
    party: str,
    sku: str,
    quantity: int,
    target: str,
    warehouse: str | None = None,
) -> int | None:
    """Move available pieces from a warehouse (else the default one) to the target one; return the entry's id."""
    pieces = rules.quantity(quantity)
    place = place_of(party, sku, warehouse, at=at, by=by)
    onto = shelf_in(place.party.pk, place.sku.pk, target, at=at, by=by)
    if onto == place.shelf:
        raise MalformedInput("target", _("another warehouse"))
    entry = post(
        key=rules.entry_key("stock.transfer", by, key),
        kind="transfer",
        at=at,
        by=by,
        subject=f"shelf:{place.shelf}",
        moves=rules.transfer(place.shelf, place.sku.pk, pieces, onto),
    )
    events.announce("stock.transferred", party=place.party.code, sku=place.sku.code, quantity=pieces, target=target)
    return entry

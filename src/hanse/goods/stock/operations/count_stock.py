"""Somebody counted what lies there, and the books follow."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock import rules
from hanse.goods.stock.models import Shelf
from hanse.goods.stock.operations._shelf_of import place_of
from hanse.goods.stock.operations.post import post
from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError


class CountedTooFew(DomainError):
    """Fewer pieces were found than are promised to buyers: orders must be cancelled first."""

    code = "counted_too_few"
    message = _("%(reserved)s pieces are promised to buyers, but only %(found)s were found.")


@once.operation("stock.count")
def count_stock(
    *, key: str, at: datetime, by: Actor, party: str, sku: str, found: int, warehouse: str | None = None
) -> int | None:
    """Make what is on hand, available and reserved, what was counted; return the entry's id, None for no difference."""
    counted = rules.quantity(found, "found", least=0)
    place = place_of(party, sku, warehouse, at=at, by=by)
    shelf = Shelf.objects.select_for_update(no_key=True).get(pk=place.shelf)
    if counted < shelf.reserved:
        raise CountedTooFew(reserved=shelf.reserved, found=counted)
    entry = post(
        key=rules.entry_key("stock.count", by, key),
        kind="count",
        at=at,
        by=by,
        subject=f"shelf:{place.shelf}",
        moves=rules.count(place.shelf, place.sku.pk, shelf.available, counted - shelf.reserved),
    )
    events.announce("stock.counted", party=place.party.code, sku=place.sku.code, found=counted, known=shelf.on_hand)
    return entry

"""Somebody begins to count a warehouse."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.rules import require_own
from hanse.goods.stock.models import StockTake, Warehouse
from hanse.kernel import codes, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotFound
from hanse.kernel.intake import storable
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import check_text


class AlreadyCounting(DomainError):
    """The warehouse is being counted on another sheet."""

    code = "already_counting"
    message = _("This warehouse is being counted already: go on with the open sheet, or drop it.")


@once.operation("stock.begin_stock_take")
def begin_stock_take(*, key: str, at: datetime, by: Actor, party: str, warehouse: str, note: str = "") -> str:
    """Open a sheet for a warehouse and return its code; there is one at a time. Goods may move on meanwhile."""
    owner = find_party(party)
    require_own(by, owner.pk, "stock.edit")
    house = Warehouse.objects.filter(party=owner, code__in=storable([warehouse])).first()
    if house is None:
        raise NotFound(_("warehouse"), code=warehouse)
    take = StockTake(
        code=codes.new("V"),
        party=owner,
        warehouse=house,
        note=check_text(note, "note", 200, blank=True),
        begun_at=at,
        begun_by=str(by)[:80],
    )
    try:
        with transaction.atomic():
            take.save(force_insert=True)
    except IntegrityError as rival:
        raise AlreadyCounting(warehouse=house.code) from rival
    events.announce("stock.take_begun", party=owner.code, take=take.code, warehouse=house.code)
    return take.code

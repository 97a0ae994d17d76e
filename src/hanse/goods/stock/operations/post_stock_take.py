"""A sheet that was counted is posted: all its differences at once."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock import rules
from hanse.goods.stock.models import STOCK_TAKE, Shelf, StockTake, StockTakeLine
from hanse.goods.stock.operations._open_take import open_take
from hanse.goods.stock.operations._shelf_of import shelf_in
from hanse.goods.stock.operations.post import post
from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput


@once.operation("stock.post_stock_take")
def post_stock_take(*, key: str, at: datetime, by: Actor, take: str) -> int | None:
    """Book what was found more or less than was known when it was counted; return the entry's id, None for nothing.

    What came and went since then stays as it is. Promised pieces cannot be booked away: those that were not there are
    noted as short and announced, for whoever promised them to decide.
    """
    sheet = open_take(take, by, "post")
    lines = list(StockTakeLine.objects.filter(take=sheet).order_by("sku"))
    if not lines:
        raise MalformedInput("take", _("at least one line that was counted"))
    code = sheet.warehouse.code
    places = {line.sku_id: shelf_in(sheet.party_id, line.sku_id, code, at=at, by=by) for line in lines}
    shelves = {
        shelf.pk: shelf
        for shelf in Shelf.objects.filter(pk__in=places.values()).order_by("pk").select_for_update(no_key=True)
    }
    moves, short = [], []
    for line in lines:
        shelf = shelves[places[line.sku_id]]
        booked, line.short = rules.settle_count(line.difference, shelf.available)
        moves += rules.count(shelf.pk, line.sku_id, shelf.available, shelf.available + booked)
        if line.short:
            short.append((shelf.pk, line))
    StockTakeLine.objects.bulk_update([line for _shelf, line in short], ["short"])
    entry = post(key=f"stock_take:{sheet.code}", kind="count", moves=moves, at=at, by=by, subject=f"take:{sheet.code}")
    states.move(STOCK_TAKE, StockTake, [sheet.pk], "post", at=at, by=by, roles=["keeper"])
    events.announce("stock.taken", party=sheet.party.code, take=sheet.code, warehouse=code)
    for place, line in short:
        events.announce(
            "stock.short",
            party=sheet.party.code,
            warehouse=code,
            sku=line.sku.code,
            missing=line.short,
            shelf=place,
            take=sheet.code,
        )
    return entry

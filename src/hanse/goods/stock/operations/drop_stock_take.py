"""A stock-take is given up: nothing is booked."""

from datetime import datetime

from hanse.goods.stock.models import STOCK_TAKE, StockTake
from hanse.goods.stock.operations._open_take import open_take
from hanse.kernel import events, once, states
from hanse.kernel.actor import Actor


@once.operation("stock.drop_stock_take")
def drop_stock_take(*, key: str, at: datetime, by: Actor, take: str) -> str:
    """Give the sheet up and return its code."""
    sheet = open_take(take, by, "drop")
    states.move(STOCK_TAKE, StockTake, [sheet.pk], "drop", at=at, by=by, roles=["keeper"])
    events.announce("stock.take_dropped", party=sheet.party.code, take=sheet.code)
    return sheet.code

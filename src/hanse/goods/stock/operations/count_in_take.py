"""What was found is written onto the sheet of a stock-take."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.queries import skus as find_skus
from hanse.goods.stock import rules
from hanse.goods.stock.models import Shelf, StockTakeLine
from hanse.goods.stock.operations._open_take import open_take
from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput

MOST = 1_000


@once.operation("stock.count_in_take")
def count_in_take(*, key: str, at: datetime, by: Actor, take: str, found: Mapping[str, int | None]) -> int:
    """Write how many pieces of each SKU (code or short name) were found; None takes a line off. Return the lines.

    Beside each number stands what the books know at this moment, promised pieces included: what moves afterwards is
    no difference. Counting again replaces the number and the moment.
    """
    if not 1 <= len(found) <= MOST:
        raise MalformedInput("found", _("1 to %(most)d lines") % {"most": MOST})
    sheet = open_take(take, by, "count")
    things = find_skus(list(found))
    numbers = {things[name].pk: None if n is None else rules.quantity(n, "found", least=0) for name, n in found.items()}
    shelves = Shelf.objects.filter(warehouse=sheet.warehouse_id, sku__in=numbers).order_by("pk")
    known = {shelf.sku_id: shelf.on_hand for shelf in shelves.select_for_update(no_key=True)}
    off = [sku for sku, n in numbers.items() if n is None]
    StockTakeLine.objects.filter(take=sheet, sku__in=off).delete()
    lines = [
        StockTakeLine(take=sheet, sku_id=sku, found=n, known=known.get(sku, 0), at=at, by=str(by)[:80])
        for sku, n in sorted(numbers.items())
        if n is not None
    ]
    StockTakeLine.objects.bulk_create(
        lines, update_conflicts=True, unique_fields=["take", "sku"], update_fields=["found", "known", "at", "by"]
    )
    return StockTakeLine.objects.filter(take=sheet).count()
